/** How much of what others say is looked at: less of it is shown. */
const READ = 4096;

/** What others say without credentials: those of the client, and what looks like some. Digits of other scripts are masked too. */
export function withoutSecrets(said: string, options: Readonly<Record<string, string | number>>): string {
  let text = said.slice(0, READ);
  for (const secret of secretsOf(options)) text = text.replaceAll(secret, "***");
  return text
    .replace(/(authorization["']?\s*[:=,]\s*["']?)(\w+ +)?[^\s"',}\]]+/gi, "$1***")
    .replace(/\b(basic|bearer) +[\w+/.~=-]{16,}/gi, "$1 ***")
    .replace(/\/\/[^\s/?#]*@/g, "//***@")
    .replace(/(?![0-9])\p{Nd}/gu, "*");
}

/** What of a client's options is secret, in the forms it is sent in. */
function secretsOf(options: Readonly<Record<string, string | number>>): string[] {
  const { accountSid, authToken, apiKey, apiSecret } = options;
  const all: string[] = [];
  for (const [user, secret] of [[accountSid, authToken], [apiKey, apiSecret]]) {
    if (typeof secret !== "string" || secret.length < 6) continue;
    all.push(secret);
    try {
      all.push(btoa(`${user}:${secret}`));
    } catch {
      // The core refuses what is not ASCII.
    }
  }
  return all;
}
