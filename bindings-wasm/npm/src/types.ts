import type { SendersError } from "./errors.js";
import type { FetchInit, FetchResponse, HeaderMap, Signal } from "./globals.js";
import type { Open, Channel, StatusChange, Ensured } from "./models.js";

export type * from "./models.js";

/** What {@link Senders.ensureAll} tells of one sender: either `ensured` or `error` is null. */
export interface EnsureResult {
  /** What it is addressed by, as given. */
  senderId: string;
  /** What {@link Senders.ensure} ends with. */
  ensured: Ensured | null;
  /** Why there is none. */
  error: SendersError | null;
}

/** What one call does otherwise than its client. */
export interface CallOptions {
  /** Gives the call up: it rejects with the signal's reason, and the request is aborted. */
  signal?: Signal | undefined;
  /** Milliseconds an attempt may take, 1 to 600000. */
  timeoutMs?: number | undefined;
  /** Milliseconds for the call with all its attempts and waits, 1 to 3600000. */
  totalTimeoutMs?: number | undefined;
  /** Attempts after the first, 0 to 10. 0 means exactly one request. */
  maxRetries?: number | undefined;
  /** More headers, such as `traceparent`. Those the library sets itself cannot be replaced. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Options of {@link Senders.delete}. */
export interface DeleteOptions extends CallOptions {
  /** Whether a sender that is not there counts as deleted. Default false. */
  missingOk?: boolean | undefined;
}

/** Options of {@link Senders.ensure}. */
export interface EnsureOptions extends CallOptions {
  /**
   * The token of a call that did not end because its process was killed: the number is looked for during twelve seconds
   * before it is created. `totalTimeoutMs` bounds all of it (300000).
   */
  token?: string | undefined;
  /**
   * Called once, before anything is sent, with a small text to store where it survives the process; awaited. Remove it
   * when the call has ended.
   */
  onToken?: ((token: string) => unknown) | undefined;
}

/** Options of {@link Senders.ensureAll}. `totalTimeoutMs` bounds all of it (3600000); `token` may be one of more senders than given. */
export interface EnsureAllOptions extends EnsureOptions {
  /** Called with each result as it is known; awaited. */
  onResult?: ((result: EnsureResult) => unknown) | undefined;
}

/** Options of {@link Senders.list}. */
export interface ListOptions extends CallOptions {
  /** Default `whatsapp`. */
  channel?: Channel | undefined;
  /** Senders a page, 1 to 1000. Default 1000, or the limit if that is smaller. */
  pageSize?: number | undefined;
  /** The most senders to list. Default: all. */
  limit?: number | undefined;
  /** The `nextToken` of a page to go on after; channel and page size are then that listing's. */
  token?: string | undefined;
}

/** Options of {@link Senders.waitUntilOnline}. */
export interface WaitOptions {
  /** Gives the wait up: it rejects with the signal's reason. */
  signal?: Signal | undefined;
  /** Milliseconds to wait at most, 0 to 30 days; 0 looks once. Default ten minutes, or what a token says. */
  timeoutMs?: number | undefined;
  /** Called with each change of status; awaited. */
  onStatus?: ((change: StatusChange) => unknown) | undefined;
  /** Whether to go on waiting while the sender needs a code, because somebody else gives it. Default false. */
  waitForVerification?: boolean | undefined;
  /**
   * Takes an earlier wait up again: a change's `token` up to the same moment, an error's `resumeToken` with its whole time
   * again, since the time a person takes does not count. `sid` is not needed then,
   * and must be the same one if it is given; `waitForVerification` holds from then on.
   */
  token?: string | undefined;
  /** Milliseconds an attempt of a look may take. */
  attemptTimeoutMs?: number | undefined;
  /** Milliseconds for a look with all its attempts. */
  totalTimeoutMs?: number | undefined;
  /** Attempts of a look after the first. */
  maxRetries?: number | undefined;
  /** More headers of each look. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What the last response of a call said beside its body. */
export interface ResponseInfo {
  /** The HTTP status. */
  status: number;
  /** The headers. In a page only those the server exposes. */
  headers: HeaderMap;
  /** The id of the request, to be named to Twilio's support. */
  requestId: string | undefined;
}

/** A result with its response. */
export interface WithResponse<T> extends ResponseInfo {
  /** The result. */
  data: T;
}

/** A request that goes out. It holds no headers and no body: they hold secrets. */
export interface RequestEvent {
  /** Numbers the calls of a client, so that events of one call can be put together. */
  call: number;
  /** Such as `create`. */
  operation: string;
  /** Counts the requests of the call from 1. */
  attempt: number;
  /** The method. */
  method: string;
  /** The whole URL. */
  url: string;
}

/** A request that is over. */
export interface ResponseEvent extends RequestEvent {
  /** How long it took, in milliseconds. */
  durationMs: number;
  /** The HTTP status, if there was an answer. */
  status?: number;
  /** The id the server gave the request. */
  requestId?: string;
  /** Why there was no answer. */
  failure?: TransportFailure;
}

/** A pause between two requests of a call. */
export interface WaitEvent {
  /** The call, as in {@link RequestEvent.call}. */
  call: number;
  /** Such as `waitUntilOnline`. */
  operation: string;
  /** Why: a failed attempt, the server's own wish, the next look, or time for the server to show what it did. */
  reason: Open<"backoff" | "retry_after" | "poll" | "reconcile" | "queue">;
  /** How long, in milliseconds. */
  delayMs: number;
}

/** Where a client writes what it does, such as `console`. Nothing it is given holds a secret or a whole phone number. */
export interface Logger {
  /** Each request, answer and pause. */
  debug(message: string): void;
  /** Failures that are tried again. */
  warn(message: string): void;
}

/** Time as a client sees it. The default is the runtime's own; `senders/testing` has a virtual one. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970. */
  unixMs(): number;
  /** Resolves after this many milliseconds, or rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal: Signal): Promise<void>;
  /** Calls back after this many milliseconds, when an attempt has taken too long. What it answers calls that off. */
  limit(ms: number, callback: () => void): () => void;
}

/** What a transport reports when no answer came: why, and whether the request had gone out. */
export interface TransportFailure {
  /** What went wrong below HTTP. */
  kind: Open<"timeout" | "connect" | "tls" | "closed" | "protocol" | "response_too_large" | "aborted" | "other">;
  /** Whether the request had gone out: `no` only when no byte of it was written. */
  sent: "no" | "unknown" | "yes";
  /** What to tell people; no secrets. */
  message: string;
}

/**
 * One request, to be sent as it is: no redirects, no retries, no changes. Its headers and its body hold secrets: they are
 * not shown when it is logged, and not among its own keys.
 */
export interface TransportRequest {
  /** The method. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** Every header but `Host` and `Content-Length`. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body, if there is one: JSON. */
  readonly body?: string | undefined;
  /** Aborted when the caller gives up or the time is over. Made when it is first read. */
  readonly signal: Signal;
  /** Milliseconds for name lookup, connecting and TLS. */
  readonly connectMs: number;
  /** Milliseconds for the whole attempt; the client keeps this time itself, through `signal`. */
  readonly attemptMs: number;
  /** The most bytes a body may have. */
  readonly maxResponseBytes: number;
  /** Takes a piece of the answer's body. It throws when the body is too large. */
  write(chunk: Uint8Array): void;
  /** Calls back when the caller gives up or the time is over: cheaper than the signal. */
  onAbort(callback: (reason: unknown) => void): void;
}

/** An answer, whose body went into {@link TransportRequest.write}. */
export interface TransportResponse {
  /** The HTTP status. */
  status: number;
  /** The header lines. */
  headers: Iterable<readonly [name: string, value: string]>;
}

/**
 * Sends requests some other way than `fetch`; `senders/node-http` is one.
 *
 * It rejects with a `TransportError`, or with any error of its own.
 */
export interface Transport {
  /** Sends one request and resolves when the whole answer is there. */
  send(request: TransportRequest): Promise<TransportResponse>;
}

/** How a client is set up. */
export interface SendersOptions {
  /** `AC` and 32 hexadecimal digits. Default on servers: `TWILIO_ACCOUNT_SID`. */
  accountSid?: string | undefined;
  /** The account's auth token. Default on servers: `TWILIO_AUTH_TOKEN`. */
  authToken?: string | undefined;
  /** The SID of an API key instead: `SK` and 32 hexadecimal digits. Default on servers: `TWILIO_API_KEY`. */
  apiKey?: string | undefined;
  /** The key's secret. Default on servers: `TWILIO_API_SECRET`. */
  apiSecret?: string | undefined;
  /** Sends no credentials, for a proxy that adds them. In a page this is the default. */
  noCredentials?: boolean | undefined;
  /**
   * `https://host[:port][/path]`; plain http to this machine only. Default: Twilio's, of `region` and `edge`; on servers
   * `SENDERS_BASE_URL` before that.
   */
  baseUrl?: string | undefined;
  /** Twilio's region, such as `ie1`. Default on servers: `TWILIO_REGION`. */
  region?: string | undefined;
  /** Twilio's edge location, such as `dublin`. Default on servers: `TWILIO_EDGE`. */
  edge?: string | undefined;
  /** Milliseconds an attempt may take, 1 to 600000. Default 30000. */
  timeoutMs?: number | undefined;
  /** Milliseconds for connecting, 1 to 600000; only a transport that can tell, such as `senders/node-http`. Default 5000. */
  connectTimeoutMs?: number | undefined;
  /** Milliseconds for a call with all its attempts and waits, 1 to 3600000. Default 60000. */
  totalTimeoutMs?: number | undefined;
  /** Attempts after the first, 0 to 10. Default 2. 0 means exactly one request. */
  maxRetries?: number | undefined;
  /** The largest response body in bytes, 1 KiB to 1 GiB. Default 10 MiB. */
  maxResponseBytes?: number | undefined;
  /** The application's name, added to `User-Agent`. Not sent in a page. */
  userAgent?: string | undefined;
  /**
   * A `fetch` to use instead of the runtime's own. It must send once: this package cannot see what a `fetch` repeats.
   *
   * Chromium does so over HTTP/1.1, and a page cannot stop it: when a kept connection is cut it sends a POST again, and a
   * create may reach the server twice although this package sent it once. Over HTTP/2 it does not.
   */
  fetch?: ((url: string, init: FetchInit) => Promise<FetchResponse>) | undefined;
  /** A transport to use instead of `fetch`. */
  transport?: Transport | undefined;
  /** A clock to use instead of the runtime's own. */
  clock?: Clock | undefined;
  /** Makes the jitter of the waits the same each time: a whole number. */
  seed?: number | undefined;
  /** Allows credentials in a page, where everyone who opens it can read them. For tests and internal tools only. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Called before each request. No hook is awaited; what its promise is rejected with is told to `logger.warn`. */
  onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after each request. */
  onResponse?: ((event: ResponseEvent) => void) | undefined;
  /** Called before each pause. */
  onWait?: ((event: WaitEvent) => void) | undefined;
  /** Where to write what is done. Default: nowhere; on servers `console` if `SENDERS_LOG=debug`. */
  logger?: Logger | undefined;
}
