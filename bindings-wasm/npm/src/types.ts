import type { SendersError } from "./errors.js";
import type { FetchInit, FetchResponse, HeaderMap, Signal } from "./globals.js";
import type { Open, Channel, StatusChange, Ensured } from "./models.js";

export type * from "./models.js";

/** The result of {@link Senders.ensureAll} for one sender: either `ensured` or `error` is null. */
export interface EnsureResult {
  /** The sender's id, as given. */
  senderId: string;
  /** The result of {@link Senders.ensure}. */
  ensured: Ensured | null;
  /** Why there is no such result. */
  error: SendersError | null;
}

/** Options of one call; they replace those of the client. */
export interface CallOptions {
  /** Cancels the call: it rejects with the signal's reason, and the request is aborted. */
  signal?: Signal | undefined;
  /** Milliseconds for one attempt, 1 to 600000. */
  timeoutMs?: number | undefined;
  /** Milliseconds for the call with all its attempts and waits, 1 to 3600000. */
  totalTimeoutMs?: number | undefined;
  /** Attempts after the first, 0 to 10. 0 means exactly one request. */
  maxRetries?: number | undefined;
  /** More headers, such as `traceparent`. They cannot replace headers that the library sets. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Options of {@link Senders.delete}. */
export interface DeleteOptions extends CallOptions {
  /** Whether a sender that does not exist counts as deleted. Default false. */
  missingOk?: boolean | undefined;
}

/** Options of {@link Senders.ensure}. */
export interface EnsureOptions extends CallOptions {
  /**
   * The token of an earlier call whose process was killed. This call looks for the number during twelve seconds before it
   * creates it. `totalTimeoutMs` (default 300000) is for all of it.
   */
  token?: string | undefined;
  /**
   * Called once, before anything is sent, and awaited. Store the token, a short text, where it survives the process, and
   * remove it when the call has ended.
   */
  onToken?: ((token: string) => unknown) | undefined;
}

/** Options of {@link Senders.ensureAll}. `totalTimeoutMs` (default 3600000) is for all senders; `token` may be of more senders than given. */
export interface EnsureAllOptions extends EnsureOptions {
  /** Called with each result as soon as it is known; awaited. */
  onResult?: ((result: EnsureResult) => unknown) | undefined;
}

/** Options of {@link Senders.list}. */
export interface ListOptions extends CallOptions {
  /** Default `whatsapp`. */
  channel?: Channel | undefined;
  /** Senders per page, 1 to 1000. Default 1000, or `limit` if that is smaller. */
  pageSize?: number | undefined;
  /** The most senders to list. Default: all. */
  limit?: number | undefined;
  /** The `nextToken` of a page: continues after it, with that listing's channel and page size. */
  token?: string | undefined;
}

/** Options of {@link Senders.waitUntilOnline}. */
export interface WaitOptions {
  /** Cancels the wait: it rejects with the signal's reason. */
  signal?: Signal | undefined;
  /** The longest wait in milliseconds, up to 30 days; 0 fetches once. Default: ten minutes, or the time in `token`. */
  timeoutMs?: number | undefined;
  /** Called with each change of status; awaited. */
  onStatus?: ((change: StatusChange) => unknown) | undefined;
  /** Whether to wait while the sender needs a code, which someone else enters. Default false. */
  waitForVerification?: boolean | undefined;
  /**
   * Resumes an earlier wait. With a change's `token` the wait ends at the same time as before; with an error's
   * `resumeToken` it has its whole time again, because the time that a person takes does not count. `sid` is not needed
   * then; if it is given, it must be the same. `waitForVerification` applies from then on.
   */
  token?: string | undefined;
  /** Milliseconds for one attempt of a fetch. */
  attemptTimeoutMs?: number | undefined;
  /** Milliseconds for one fetch with all its attempts. */
  totalTimeoutMs?: number | undefined;
  /** Attempts of one fetch after the first. */
  maxRetries?: number | undefined;
  /** More headers for each fetch. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Status, headers and request id of the last response of a call. */
export interface ResponseInfo {
  /** The HTTP status. */
  status: number;
  /** The headers. In a page: only those that the server exposes. */
  headers: HeaderMap;
  /** The id of the request, for Twilio's support. */
  requestId: string | undefined;
}

/** A result with its response. */
export interface WithResponse<T> extends ResponseInfo {
  /** The result. */
  data: T;
}

/** A request that is sent, without headers and body: they hold secrets. */
export interface RequestEvent {
  /** The number of the call, the same in all its events. */
  call: number;
  /** The operation, such as `create`. */
  operation: string;
  /** The number of the request in the call, from 1. */
  attempt: number;
  /** The method. */
  method: string;
  /** The whole URL. */
  url: string;
}

/** A request that has ended. */
export interface ResponseEvent extends RequestEvent {
  /** The duration in milliseconds. */
  durationMs: number;
  /** The HTTP status, if there was a response. */
  status?: number;
  /** The id the server gave the request. */
  requestId?: string;
  /** Why there was no response. */
  failure?: FailedAttempt;
}

/** A pause between two requests of a call. */
export interface WaitEvent {
  /** The call, as in {@link RequestEvent.call}. */
  call: number;
  /** The operation, such as `waitUntilOnline`. */
  operation: string;
  /** The reason: a failed attempt, `Retry-After`, the next fetch, time for the server to show its work, or another call for the same number. */
  reason: Open<"backoff" | "retry_after" | "poll" | "reconcile" | "queue">;
  /** The pause in milliseconds. */
  delayMs: number;
}

/** A log, such as `console`. No message holds a secret or a whole phone number. */
export interface Logger {
  /** Writes each request, response and pause. */
  debug(message: string): void;
  /** Writes failures that are tried again. */
  warn(message: string): void;
}

/** The time of a client. Default: the runtime's clock; `senders/testing` has a virtual one. */
export interface Clock {
  /** Returns the milliseconds of a clock that never goes back. */
  monotonicMs(): number;
  /** Returns the milliseconds since 1970. */
  unixMs(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason if it is aborted before. */
  sleep(ms: number, signal: Signal): Promise<void>;
  /** Calls `callback` after `ms` milliseconds, the time limit of an attempt. Returns a function that cancels this. */
  limit(ms: number, callback: () => void): () => void;
}

/** A failure without a response: the reason, and whether the request was sent. */
export interface FailedAttempt {
  /** The kind of the failure. */
  kind: Open<"timeout" | "connect" | "tls" | "closed" | "protocol" | "response_too_large" | "aborted" | "other">;
  /** Whether the request was sent: `no` only if no byte of it was written. */
  sent: "no" | "unknown" | "yes";
  /** A description for people, without secrets. */
  message: string;
}

/**
 * A request, to be sent as it is: no redirects, no retries, no changes. Its headers and body hold secrets: logs do not
 * show them, and they are not among its own keys.
 */
export interface TransportRequest {
  /** The method. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** Every header except `Host` and `Content-Length`. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body, if there is one: JSON. */
  readonly body?: string | undefined;
  /** Aborted when the call is cancelled or its time is over. Made when it is first read. */
  readonly signal: Signal;
  /** Milliseconds for name lookup, connecting and TLS. */
  readonly connectTimeoutMs: number;
  /** Milliseconds for the whole attempt; the client enforces them itself, through `signal`. */
  readonly attemptTimeoutMs: number;
  /** The most bytes of a response body. */
  readonly maxResponseBytes: number;
  /** Takes a part of the response body. Throws if the body is too large. */
  write(chunk: Uint8Array): void;
  /** Calls `callback` when the call is cancelled or its time is over: cheaper than the signal. */
  onAbort(callback: (reason: unknown) => void): void;
}

/** A response without its body, which {@link TransportRequest.write} takes. */
export interface TransportResponse {
  /** The HTTP status. */
  status: number;
  /** The header lines. */
  headers: Iterable<readonly [name: string, value: string]>;
}

/**
 * A way to send requests other than `fetch`, such as `senders/node-http`.
 *
 * It rejects with a `TransportFailure`, or with any other error.
 */
export interface Transport {
  /** Sends one request and resolves when the whole response is there. */
  send(request: TransportRequest): Promise<TransportResponse>;
}

/** Options of a client. */
export interface SendersOptions {
  // generated: the options of every language
  /**
   * The SID of the account: `AC` and 32 hexadecimal digits. Given with `authToken`. Default on
   * servers: `TWILIO_ACCOUNT_SID`.
   */
  accountSid?: string | undefined;
  /** The auth token of the account. Default on servers: `TWILIO_AUTH_TOKEN`. */
  authToken?: string | undefined;
  /**
   * The SID of an API key: `SK` and 32 hexadecimal digits. Given with `apiSecret`, in place of an
   * account's SID and token. Default on servers: `TWILIO_API_KEY`.
   */
  apiKey?: string | undefined;
  /** The secret of the API key. Default on servers: `TWILIO_API_SECRET`. */
  apiSecret?: string | undefined;
  /**
   * Sends no credentials: for a proxy that adds them, since a page or an app that others install
   * can keep no secret. Default in a page.
   */
  noCredentials?: boolean | undefined;
  /**
   * The server: `https://host[:port][/path]`, plain http to this machine only. Without it, Twilio's
   * of `region` and `edge`, which it excludes. Default on servers: `SENDERS_BASE_URL`.
   */
  baseUrl?: string | undefined;
  /** Twilio's region, such as `ie1`. Default on servers: `TWILIO_REGION`. */
  region?: string | undefined;
  /** Twilio's edge location, such as `dublin`. Alone it means region `us1`. Default on servers: `TWILIO_EDGE`. */
  edge?: string | undefined;
  /** The time for one attempt. Milliseconds, 1 to 600000. Default 30000. */
  timeoutMs?: number | undefined;
  /**
   * The time for connecting within an attempt. Milliseconds, 1 to 600000. Default 5000. Only in
   * transports that support it, such as `senders/node-http`.
   */
  connectTimeoutMs?: number | undefined;
  /**
   * The time for a call with all its attempts and pauses. At least that of an attempt, unless it is
   * given. Milliseconds, 1 to 3600000. Default 60000.
   */
  totalTimeoutMs?: number | undefined;
  /** Attempts after the first; with 0 nothing is sent twice. 0 to 10. Default 2. */
  maxRetries?: number | undefined;
  /** The largest response body, in bytes. 1 KiB to 1 GiB. Default 10 MiB. */
  maxResponseBytes?: number | undefined;
  /** The application's name, added to `User-Agent`. Not sent in a page. */
  userAgent?: string | undefined;
  /** Makes the jitter of the pauses the same each time. Without it, they differ. */
  seed?: number | undefined;
  // end of the options of every language
  /**
   * A `fetch` to use instead of the runtime's. It must send once: this package cannot see repeats.
   *
   * Chromium repeats requests over HTTP/1.1, and a page cannot stop it: when an open connection is cut, it sends a POST
   * again. A create may reach the server twice although this package sent it once. This does not happen over HTTP/2.
   */
  fetch?: ((url: string, init: FetchInit) => Promise<FetchResponse>) | undefined;
  /** A transport to use instead of `fetch`. */
  transport?: Transport | undefined;
  /** A clock to use instead of the runtime's. */
  clock?: Clock | undefined;
  /** Allows credentials in a page, where everyone who opens it can read them. For tests and internal tools only. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * Called before each request. No hook is awaited. What it throws, or rejects with, goes to `logger.warn` (without a logger, to
   * `console.warn`), and the call continues.
   */
  onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after each request. */
  onResponse?: ((event: ResponseEvent) => void) | undefined;
  /** Called before each pause. */
  onWait?: ((event: WaitEvent) => void) | undefined;
  /** A log to write to. Default: none; on servers `console` if `SENDERS_LOG=debug`. */
  logger?: Logger | undefined;
}
