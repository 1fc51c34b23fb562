/** Returns whether this is a page, or a worker of one: there everyone can read the program and its variables. */
export function isPage(): boolean {
  const scope = globalThis as Record<string, unknown>;
  if (typeof scope["window"] === "object" && typeof scope["document"] === "object") return true;
  const navigator = scope["navigator"] as { userAgent?: string } | undefined;
  const server = /^(Cloudflare-Workers|Deno|Node\.js|Bun)/.test(navigator?.userAgent ?? "");
  return typeof scope["WorkerGlobalScope"] === "function" && typeof scope["importScripts"] === "function" && !server;
}

/** Returns whether this is Chromium, or a browser made from it. */
export function isChromium(): boolean {
  const { navigator } = globalThis as { navigator?: { userAgent?: string } };
  return /Chrom(e|ium)\//.test(navigator?.userAgent ?? "");
}

// generated: the variables that complete the options
const VARIABLES = [
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "TWILIO_API_KEY",
  "TWILIO_API_SECRET",
  "SENDERS_BASE_URL",
  "TWILIO_REGION",
  "TWILIO_EDGE",
];
// end of the variables that complete the options

/** Returns those variables of the environment that complete the options of a client. */
export function variables(): Record<string, string> {
  const found = VARIABLES.map((name) => [name, variable(name)]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as Record<string, string>;
}

/** Returns a variable of the environment; undefined if it does not exist, is empty, or may not be read. */
export function variable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  try {
    return process?.env?.[name] || undefined;
  } catch {
    // Deno without the permission.
    return undefined;
  }
}
