import { TransportError } from "./errors.js";
import type { Transport, TransportFailure, TransportRequest, TransportResponse } from "./types.js";

/**
 * What a failure of `fetch` or of a transport means. A code alone proves nothing: it says `no` only where the runtime also
 * says that it was still connecting, and to the place this request goes to. Browsers say next to nothing: `other`, `unknown`.
 */
export function classify(thrown: unknown, url: string, own: boolean): TransportFailure {
  try {
    return judge(thrown, url, own && globalThis.fetch === builtIn);
  } catch {
    return failure("other", "unknown", "");
  }
}

/** The runtime's own `fetch`. The errors of any other prove nothing: it may have sent the request before it failed. */
const builtIn = globalThis.fetch as typeof fetch | undefined;

function judge(thrown: unknown, url: string, own: boolean): TransportFailure {
  if (Object(thrown) !== thrown) return failure("other", "unknown", String(thrown));
  const { kind, sent, message } = thrown as { kind?: unknown; sent?: unknown; message?: unknown };
  if (typeof kind === "string" && (sent === "no" || sent === "unknown" || sent === "yes")) return failure(kind, sent, message);
  return server.judge?.(thrown as object, url, own) ?? failure("other", "unknown", message);
}

/** What the entries for servers add: pages have no use for it, and should not have to load it. */
export const server: {
  /** What an error of the runtime's means, by its codes. */
  judge?: (thrown: object, url: string, own: boolean) => TransportFailure | undefined;
  /** What makes Deno's `fetch` use a connection of its own. */
  ownConnection?: () => unknown;
  /** Waits until a kept connection that the other side has closed is known to be. */
  turns?: () => Promise<void>;
  /** Completes options from the environment, with credentials if they are wanted. */
  complete?: (options: Record<string, string | number>, credentials: boolean) => void;
  /** What else can be done about missing credentials. */
  advice?: string;
  /** What others say without credentials: a page has none that are not everyone's. */
  withoutSecrets?: (said: string, secrets: Readonly<Record<string, string | number>>) => string;
} = {};

/** Whether Next.js ends the rendering of a page with this: its `fetch` throws it in place of sending, and it has to get it back as it is. */
export function endsRendering(thrown: unknown): boolean {
  try {
    return thrown instanceof Error && typeof (thrown as { digest?: unknown }).digest === "string";
  } catch {
    return false;
  }
}

export function failure(kind: string, sent: "no" | "unknown" | "yes", message: unknown): TransportFailure {
  return { kind, sent, message: typeof message === "string" && message ? message : "no message" };
}

let noStore: RequestInit | undefined;

/**
 * Makes ready for a request, and resolves with what goes into every `fetch`: redirects are not followed, and an answer is never one that was kept.
 *
 * A POST waits for two turns of the event loop, where there are such. In a process that was stopped or busy the first still
 * has the events of before; in the second a kept connection that the server has closed is known to be, and not used.
 * Deno sends a request by itself again when a kept connection is cut; what it must not repeat gets a connection of its own.
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
    const { method, body } = request;
    const init = await prepare(method, settable(request.headers, this.#page), request.signal);
    init.method = method;
    if (body !== undefined) init.body = body;
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
  const { status } = response;
  try {
    await readBody(response, headers, request);
  } catch (thrown) {
    // What an error is depends on its status, whatever came of the body.
    if (status < 400) throw thrown;
  }
  return { status, headers };
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
  // Of one that was made by hand nothing says that its body is as long as it says.
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
    throw new TransportError("protocol", "unknown", NO_RESPONSE);
  }
}

/** Looking twice at the names that `fetch` gives, in lower case, costs less than asking it for a header. */
function isShort(headers: [string, string][]): boolean {
  const length = headers.find(([name]) => name === "content-length");
  return length !== undefined && length[1] !== "" && Number(length[1]) <= AT_ONCE && !headers.some(([name]) => name === "content-encoding");
}

function bytes(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return chunk as Uint8Array;
  throw new TransportError("protocol", "unknown", "fetch answered a body that is no stream of bytes");
}
