/** The length of a text of others that is read; less of it is shown. */
const READ = 4096;

/** Returns a text of others without credentials: the client's, and anything that looks like credentials. Digits of other scripts are masked too. */
export function withoutSecrets(said: string, options: Readonly<Record<string, unknown>>): string {
  let text = said.slice(0, READ);
  for (const secret of secretsOf(options)) text = text.replaceAll(secret, "***");
  return text
    .replace(/(authorization["']?\s*[:=,]\s*["']?)(\w+ +)?[^\s"',}\]]+/gi, "$1***")
    .replace(/\b(basic|bearer) +[\w+/.~=-]{16,}/gi, "$1 ***")
    .replace(/\/\/[^\s/?#]*@/g, "//***@")
    .replace(/(?![0-9])\p{Nd}/gu, "*");
}

/** Returns the secrets among a client's options, in the forms in which they are sent. */
function secretsOf(options: Readonly<Record<string, unknown>>): string[] {
  const { accountSid, authToken, apiKey, apiSecret, environment } = options;
  const variables = (environment ?? {}) as Readonly<Record<string, string>>;
  const all: string[] = [];
  for (const [user, secret] of [
    [accountSid, authToken],
    [apiKey, apiSecret],
    [variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"]],
    [variables["TWILIO_API_KEY"], variables["TWILIO_API_SECRET"]],
  ]) {
    if (typeof secret !== "string" || secret.length < 6) continue;
    all.push(secret);
    try {
      all.push(btoa(`${user}:${secret}`));
    } catch {
      // The core refuses text that is not ASCII.
    }
  }
  return all;
}
