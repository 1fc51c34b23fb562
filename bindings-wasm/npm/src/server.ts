/** The additions for servers, which pages do not need; the entries for servers import it. */
import { SendersError, misuseError } from "./errors.js";
import { withoutSecrets } from "./secrets.js";
import { failure, server } from "./transport.js";
import { turns } from "./turns.js";
import type { FailedAttempt } from "./types.js";

server.judge = judge;
server.turns = turns;
let client: unknown;
server.ownConnection = () => {
  const { Deno: deno } = globalThis as { Deno?: { createHttpClient?: (options: object) => unknown } };
  return deno?.createHttpClient && (client ??= deno.createHttpClient({ poolMaxIdlePerHost: 0 }));
};
server.withoutSecrets = withoutSecrets;
Object.defineProperty(SendersError.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: inspected });

/** Throws if there is no WebAssembly: without this check the engine would throw its own error. */
export function needWebAssembly(): void {
  if (typeof WebAssembly === "object") return;
  throw misuseError("there is no WebAssembly here", "run it where WebAssembly is allowed: in Node without `--jitless`");
}

/** Codes of certificates that this side refuses, before it writes a byte of the request. Alerts of the server are not included. */
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** The kinds of failures after which the server may or may not have acted, by their codes. */
const UNKNOWN: [kind: string, codes: RegExp][] = [
  ["closed", /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ConnectionClosed)$/],
  ["timeout", /^(ETIMEDOUT|UND_ERR_(HEADERS|BODY)_TIMEOUT)$/],
  ["tls", /^(ERR_SSL_|ERR_TLS_|EPROTO)/],
  ["protocol", /^HPE_/],
];

/** The fields that an error of Node, undici, Deno or Bun may have. */
type Fields = Partial<Record<"code" | "cause" | "message" | "name" | "syscall" | "port" | "hostname" | "path" | "errors", unknown>>;

function judge(thrown: object, url: string, own: boolean): FailedAttempt | undefined {
  const unsent = own ? "no" : "unknown";
  const { message } = thrown as Fields;
  // Node's fetch says `fetch failed` and hides the reason in the cause.
  let at = thrown as Fields | undefined;
  for (let depth = 0; depth < 4 && Object(at) === at; depth += 1) {
    const { code, cause, message: inner, name } = at as Fields;
    const text = inner || message;
    if (connecting(at as Fields, new URL(url), url)) {
      // Deno says it only in the message.
      const refused = typeof text === "string" && text.includes(": invalid peer certificate: ");
      return failure(code === "ETIMEDOUT" ? "timeout" : refused ? "tls" : "connect", unsent, text);
    }
    if (typeof code === "string") {
      if (code === "UND_ERR_CONNECT_TIMEOUT" && name === "ConnectTimeoutError") return failure("timeout", unsent, text);
      if (CERTIFICATE.test(code)) return failure("tls", unsent, text);
      const known = UNKNOWN.find(([, codes]) => codes.test(code));
      if (known) return failure(known[0], "unknown", text);
    }
    at = cause as Fields | undefined;
  }
  return undefined;
}

/** Returns whether this request's own connection attempt failed. */
function connecting({ code, syscall, port, hostname, path, message, errors }: Fields, to: URL, url: string): boolean {
  if (Array.isArray(errors)) return errors.length > 0 && errors.every((one) => connecting(one as Fields, to, url));
  if (syscall === "getaddrinfo") return hostname === to.hostname;
  if (syscall === "connect") return Number(port) === Number(to.port || (to.protocol === "https:" ? 443 : 80));
  // Bun; then Deno, which has only a message.
  if (code === "ECONNREFUSED" || code === "ConnectionRefused") return path === url;
  return typeof message === "string" && message.startsWith(`error sending request for url (${url}): client error (Connect)`);
}

/** Returns the text that Node, Deno and Bun show for an error: of its cause only the names and codes. */
function inspected(this: SendersError, depth: number, options: object, inspect?: (value: unknown, options: object) => string): string {
  if (depth < 0) return `[${this.name}]`;
  const { name, message: _, ...fields } = this.toJSON();
  const { cause } = this;
  const text = String(this.stack ?? this.message).replace(/^Error\b/, String(name));
  const more = cause === undefined ? fields : { ...fields, cause: whatIs(cause) };
  return `${text} ${inspect ? inspect(more, { ...options, depth: 2 }) : JSON.stringify(more)}`;
}

/** Returns the names and codes of a cause and of its causes. Their messages may hold secrets, so they are left out. */
function whatIs(cause: unknown): string {
  const all: string[] = [];
  try {
    for (let at = cause; all.length < 4 && at !== undefined && at !== null; at = (at as { cause?: unknown }).cause) {
      const { name, code } = at as { name?: unknown; code?: unknown };
      const words = [typeof name === "string" ? name : typeof at, code].filter((word) => typeof word === "string");
      all.push(words.map((word) => (/^[\w.]{1,64}$/.test(word as string) ? word : "?")).join(" "));
    }
  } catch {
    // A proxy, or a getter that throws.
  }
  return `${all.join(" < ")} (error.cause has it)`;
}
