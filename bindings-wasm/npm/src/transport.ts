import { TransportError } from "./errors.js";
import type { Transport, TransportFailure, TransportRequest, TransportResponse } from "./types.js";

/** Codes of Node, undici, Deno and Bun for failures before a byte of the request was written. */
const NOT_SENT: Record<string, string> = {
  ECONNREFUSED: "connect",
  ENOTFOUND: "connect",
  EAI_AGAIN: "connect",
  EHOSTUNREACH: "connect",
  ENETUNREACH: "connect",
  EADDRNOTAVAIL: "connect",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ConnectionRefused: "connect",
  FailedToOpenSocket: "connect",
};

/** Codes for failures that leave open what the server did. */
const UNKNOWN: Record<string, string> = {
  ECONNRESET: "closed",
  EPIPE: "closed",
  UND_ERR_SOCKET: "closed",
  ConnectionClosed: "closed",
  ETIMEDOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
};

/** Certificates and handshakes: the request itself is never sent then. */
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** What a failure of `fetch` or of a transport means. Browsers say next to nothing, so there it is `other` and `unknown`. */
export function classify(thrown: unknown): TransportFailure {
  if (typeof thrown !== "object" || thrown === null) return failure("other", "unknown", String(thrown));
  const { kind, sent, message = "no message" } = thrown as { kind?: unknown; sent?: unknown; message?: string };
  if (typeof kind === "string" && (sent === "no" || sent === "unknown" || sent === "yes")) {
    return failure(kind, sent, message);
  }
  // Node's fetch says `fetch failed` and hides the reason in the cause.
  let at: unknown = thrown;
  for (let depth = 0; depth < 4 && typeof at === "object" && at !== null; depth += 1) {
    const { code, cause, message: inner } = at as { code?: unknown; cause?: unknown; message?: string };
    if (typeof code === "string") {
      const text = inner || message;
      if (NOT_SENT[code] !== undefined) return failure(NOT_SENT[code], "no", text);
      if (UNKNOWN[code] !== undefined) return failure(UNKNOWN[code], "unknown", text);
      if (TLS.test(code)) return failure("tls", "no", text);
      if (code.startsWith("HPE_")) return failure("protocol", "unknown", text);
    }
    at = cause;
  }
  return failure("other", "unknown", message);
}

function failure(kind: string, sent: "no" | "unknown" | "yes", message: string): TransportFailure {
  return { kind, sent, message };
}

const NO_RESPONSE = "fetch answered what is no `Response`";

/** The body is larger than the client takes. */
export function tooLarge(): TransportError {
  return new TransportError("response_too_large", "yes", "the body is larger than `maxResponseBytes`");
}

function redirected(): TransportError {
  return new TransportError("protocol", "yes", "the answer is a redirect, and redirects are never followed");
}

/** What is left of the runtime's `Response` to rely on: mocks and other realms have their own. */
interface ResponseLike {
  status: number;
  type?: string;
  headers: Iterable<[string, string]>;
  body?: (Partial<ReadableStream<Uint8Array>> & Partial<AsyncIterable<Uint8Array>>) | null;
  arrayBuffer?: () => Promise<ArrayBuffer>;
}

function isResponse(value: unknown): value is ResponseLike {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers } = value as Partial<ResponseLike>;
  return (
    typeof status === "number" &&
    typeof headers === "object" &&
    headers !== null &&
    typeof headers[Symbol.iterator] === "function"
  );
}

/** The headers `fetch` is given, the caller's to change: a page may not set all; its browser does. */
export function settable(headers: TransportRequest["headers"], page: boolean): [string, string][] {
  const all: [string, string][] = [];
  for (const [name, value] of headers) if (!page || name.toLowerCase() !== "user-agent") all.push([name, value]);
  return all;
}

/** A transport over an injected `fetch`. */
export class FetchTransport implements Transport {
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly #page: boolean;

  constructor(fetch: (url: string, init: RequestInit) => Promise<Response>, page: boolean) {
    this.#fetch = fetch;
    this.#page = page;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const headers = settable(request.headers, this.#page);
    const init: RequestInit = { method: request.method, headers, redirect: "manual", signal: request.signal };
    if (request.body !== undefined) init.body = request.body;
    // Called without a receiver, as `fetch` of a page has to be.
    const { "#fetch": fetch } = { "#fetch": this.#fetch };
    return read(await fetch(request.url, init), request);
  }
}

/** Checks what `fetch` answered and reads its body piece by piece, so that it is never larger than allowed. */
export async function read(
  response: unknown,
  request: Pick<TransportRequest, "write">,
): Promise<TransportResponse> {
  if (isResponse(response) && response.type === "opaqueredirect") throw redirected();
  if (!isResponse(response) || !Number.isInteger(response.status) || response.status < 100 || response.status > 999) {
    throw new TransportError("protocol", "unknown", NO_RESPONSE);
  }
  const headers = [...response.headers];
  await readBody(response, headers, request);
  return { status: response.status, headers };
}

/** Bodies up to this size are read at once, where the connection keeps them to it: quicker than a stream. */
const AT_ONCE = 65_536;

async function readBody(
  response: ResponseLike,
  headers: [string, string][],
  { write }: Pick<TransportRequest, "write">,
): Promise<void> {
  const { body } = response;
  if (body === null) return;
  if (response instanceof Response && isShort(headers)) {
    return write(new Uint8Array(await response.arrayBuffer()));
  }
  if (typeof body?.getReader === "function") {
    const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        write(bytes(value));
      }
    } catch (thrown) {
      reader.cancel(thrown).catch(() => undefined);
      throw thrown;
    }
  }
  if (typeof body?.[Symbol.asyncIterator] === "function") {
    for await (const chunk of body as AsyncIterable<Uint8Array>) write(bytes(chunk));
  } else if (typeof response.arrayBuffer === "function") {
    write(new Uint8Array(await response.arrayBuffer()));
  } else {
    throw new TransportError("protocol", "unknown", NO_RESPONSE);
  }
}

/** Looking twice at the names that `fetch` gives, in lower case, costs less than asking it for a header. */
function isShort(headers: [string, string][]): boolean {
  const length = headers.find(([name]) => name === "content-length");
  return length !== undefined && Number(length[1]) <= AT_ONCE && !headers.some(([name]) => name === "content-encoding");
}

function bytes(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return chunk as Uint8Array;
  throw new TransportError("protocol", "unknown", "fetch answered a body that is no stream of bytes");
}
