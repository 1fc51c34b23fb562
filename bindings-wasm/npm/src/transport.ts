import { TransportFailure } from "./errors.js";
import type { FailedAttempt, Transport, TransportRequest, TransportResponse } from "./types.js";

/**
 * Classifies a failure of `fetch` or of a transport. A code alone proves nothing: `sent` is `no` only if the runtime also
 * says that it was still connecting, and to this request's host. Browsers say almost nothing: `other`, `unknown`.
 */
export function classify(thrown: unknown, url: string, own: boolean): FailedAttempt {
  try {
    return judge(thrown, url, own && globalThis.fetch === builtIn);
  } catch {
    return failure("other", "unknown", "");
  }
}

/** The runtime's own `fetch`. The errors of any other prove nothing: it may have sent the request before it failed. */
const builtIn = globalThis.fetch as typeof fetch | undefined;

function judge(thrown: unknown, url: string, own: boolean): FailedAttempt {
  if (Object(thrown) !== thrown) return failure("other", "unknown", String(thrown));
  const { kind, sent, message } = thrown as { kind?: unknown; sent?: unknown; message?: unknown };
  if (typeof kind === "string" && (sent === "no" || sent === "unknown" || sent === "yes")) return failure(kind, sent, message);
  return server.judge?.(thrown as object, url, own) ?? failure("other", "unknown", message);
}

/** The functions that the entries for servers set. Pages do not need them and should not load them. */
export const server: {
  /** Classifies an error of the runtime by its codes. */
  judge?: (thrown: object, url: string, own: boolean) => FailedAttempt | undefined;
  /** Returns the client that makes Deno's `fetch` use a separate connection. */
  ownConnection?: () => unknown;
  /** Waits until an idle connection that the server has closed is known to be closed. */
  turns?: () => Promise<void>;
  /** Returns a text of others without credentials. In a page everyone can read the credentials, so it is not used there. */
  withoutSecrets?: (said: string, secrets: Readonly<Record<string, unknown>>) => string;
} = {};

/** Returns whether Next.js ends the rendering of a page with this: its `fetch` throws it instead of sending, and must get it back unchanged. */
export function endsRendering(thrown: unknown): boolean {
  try {
    return thrown instanceof Error && typeof (thrown as { digest?: unknown }).digest === "string";
  } catch {
    return false;
  }
}

export function failure(kind: string, sent: "no" | "unknown" | "yes", message: unknown): FailedAttempt {
  return { kind, sent, message: typeof message === "string" && message ? message : "no message" };
}

let noStore: RequestInit | undefined;

/**
 * Prepares a request, and resolves with the options of every `fetch`: redirects are not followed, and caches are not used.
 *
 * A POST waits for two turns of the event loop, if there is one. In a process that was stopped or busy, the first turn still
 * handles old events; in the second an idle connection that the server has closed is known to be closed, and is not used.
 * Deno repeats a request by itself when an open connection is cut; a request that it must not repeat gets a new connection.
 */
export async function prepare(method: string, headers: HeadersInit, signal: AbortSignal): Promise<RequestInit> {
  if (noStore === undefined) {
    noStore = { cache: "no-store" };
    try {
      new Request("http://localhost", noStore);
    } catch {
      // workerd, as it was before 2024-11-11.
      noStore = {};
    }
  }
  const init = { ...noStore, headers, redirect: "manual", signal } as RequestInit & { client?: unknown };
  if (method === "GET") return init;
  const own = server.ownConnection?.();
  if (own !== undefined) init.client = own;
  if (method === "POST") await server.turns?.();
  // The call may be over by now.
  signal.throwIfAborted();
  return init;
}

const NO_RESPONSE = "fetch returned what is no `Response`";

/** Returns the error for a body that is larger than the client takes. */
export function tooLarge(): TransportFailure {
  return new TransportFailure("response_too_large", "yes", "the body is larger than `maxResponseBytes`");
}

function redirected(): TransportFailure {
  return new TransportFailure("protocol", "yes", "the answer is a redirect, and redirects are never followed");
}

/** The parts of `Response` that this package relies on: mocks and other realms have their own classes. */
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
  return typeof status === "number" && typeof headers === "object" && headers !== null && typeof headers[Symbol.iterator] === "function";
}

/** Returns the headers for `fetch`, as a list that the caller may change. A page may not set all of them; its browser does. */
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
    const { method, body } = request;
    const init = await prepare(method, settable(request.headers, this.#page), request.signal);
    init.method = method;
    if (body !== undefined) init.body = body;
    // Called without a receiver, as the `fetch` of a page requires.
    const { "#fetch": fetch } = { "#fetch": this.#fetch };
    return read(await fetch(request.url, init), request);
  }
}

/** Checks the result of `fetch` and reads its body piece by piece, so that it is never larger than allowed. */
export async function read(response: unknown, request: Pick<TransportRequest, "write">): Promise<TransportResponse> {
  if (isResponse(response) && response.type === "opaqueredirect") throw redirected();
  if (!isResponse(response) || !Number.isInteger(response.status) || response.status < 100 || response.status > 999) {
    throw new TransportFailure("protocol", "unknown", NO_RESPONSE);
  }
  const headers = [...response.headers];
  const { status } = response;
  try {
    await readBody(response, headers, request);
  } catch (thrown) {
    // The kind of an error depends on its status, even if its body cannot be read.
    if (status < 400) throw thrown;
  }
  return { status, headers };
}

/** Bodies up to this size are read at once, which is faster than a stream, if the connection enforces their length. */
const AT_ONCE = 65_536;

async function readBody(response: ResponseLike, headers: [string, string][], { write }: Pick<TransportRequest, "write">): Promise<void> {
  const { body } = response;
  if (body === null) return;
  // If code made the response, nothing guarantees that its body has the length in its headers.
  if (typeof Response === "function" && response instanceof Response && response.type !== "default" && isShort(headers)) {
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
    throw new TransportFailure("protocol", "unknown", NO_RESPONSE);
  }
}

/** Returns whether the body is short. Two searches in the names, which are in lower case, cost less than asking `fetch` for a header. */
function isShort(headers: [string, string][]): boolean {
  const length = headers.find(([name]) => name === "content-length");
  return length !== undefined && length[1] !== "" && Number(length[1]) <= AT_ONCE && !headers.some(([name]) => name === "content-encoding");
}

function bytes(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return chunk as Uint8Array;
  throw new TransportFailure("protocol", "unknown", "fetch returned a body that is no stream of bytes");
}
