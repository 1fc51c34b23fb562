import type { SendersError } from "./errors.js";
import type { FetchInit, FetchResponse, HeaderMap, Signal } from "./globals.js";

/** Text that may be one of these words, or one this version does not know. Completion still offers the known ones. */
export type Open<Words extends string> = Words | (string & Record<never, never>);

/** Where a sender is in its life. `ONLINE` can send; `PENDING_VERIFICATION` waits for a code, see {@link Senders.verify}. */
export type Status = Open<
  | "CREATING"
  | "ONLINE"
  | "OFFLINE"
  | "PENDING_VERIFICATION"
  | "VERIFYING"
  | "ONLINE:UPDATING"
  | "TWILIO_REVIEW"
  | "DRAFT"
  | "STUBBED"
>;

/** The channel of a sender. */
export type Channel = "whatsapp" | "rcs";

/** How a sender is registered. `null` is sent as null; `undefined` and what is left out stay untouched. */
export interface Configuration {
  /** The WhatsApp Business Account's id. */
  wabaId?: string | null | undefined;
  /** How the verification code is delivered; the service's default is `sms`. */
  verificationMethod?: Open<"sms" | "voice"> | null | undefined;
  /** The code that was received. {@link Senders.verify} sends it alone. */
  verificationCode?: string | null | undefined;
  /** The voice application that takes WhatsApp calls, `AP` and 32 hexadecimal digits; null turns calling off. */
  voiceApplicationSid?: string | null | undefined;
  /** The kind of account, for software vendors; the empty text clears it. */
  accountType?: Open<"ISV" | "ISVSubAccount" | ""> | null | undefined;
}

/** Where a sender's events go. */
export interface Webhook {
  /** Incoming messages. */
  callbackUrl?: string | null | undefined;
  /** `POST` or `PUT`. */
  callbackMethod?: Open<"POST" | "PUT"> | null | undefined;
  /** Incoming messages when `callbackUrl` fails. */
  fallbackUrl?: string | null | undefined;
  /** `POST` or `PUT`. */
  fallbackMethod?: Open<"POST" | "PUT"> | null | undefined;
  /** Delivery status of messages. */
  statusCallbackUrl?: string | null | undefined;
  /** The method of `statusCallbackUrl`. */
  statusCallbackMethod?: string | null | undefined;
}

/** A website of a profile. */
export interface Website {
  /** The URL. */
  website?: string | null | undefined;
  /** What it is called. */
  label?: string | null | undefined;
}

/** An e-mail address of a profile. */
export interface Email {
  /** The address. */
  email?: string | null | undefined;
  /** What it is called. */
  label?: string | null | undefined;
}

/** A phone number of a profile. */
export interface PhoneNumber {
  /** The number. */
  phoneNumber?: string | null | undefined;
  /** What it is called. */
  label?: string | null | undefined;
}

/** What people see of a sender. */
export interface Profile {
  /** The display name; a WhatsApp sender needs one. Meta limits how often it may change. */
  name?: string | null | undefined;
  /** A short text. */
  about?: string | null | undefined;
  /** The postal address. */
  address?: string | null | undefined;
  /** A longer text. */
  description?: string | null | undefined;
  /** The picture. */
  logoUrl?: string | null | undefined;
  /** The banner (RCS). */
  bannerUrl?: string | null | undefined;
  /** The privacy policy (RCS). */
  privacyUrl?: string | null | undefined;
  /** The terms of service (RCS). */
  termsOfServiceUrl?: string | null | undefined;
  /** A colour such as `#1f6feb` (RCS). */
  accentColor?: string | null | undefined;
  /** The line of business, such as `Automotive`. */
  vertical?: string | null | undefined;
  /** Websites. */
  websites?: readonly Website[] | null | undefined;
  /** E-mail addresses. */
  emails?: readonly Email[] | null | undefined;
  /** Phone numbers (RCS). */
  phoneNumbers?: readonly PhoneNumber[] | null | undefined;
  /** What an RCS agent is used for. */
  useCase?: Open<"PROMOTIONAL" | "TRANSACTIONAL" | "OTP" | "MULTI_USE"> | null | undefined;
}

/** How a sender is doing. */
export interface Properties {
  /** Such as `HIGH`. */
  qualityRating?: string | null | undefined;
  /** Such as `10K Customers/24hr`. */
  messagingLimit?: string | null | undefined;
}

/** Why a sender is offline. */
export interface OfflineReason {
  /** An error code, as text: `63104`. */
  code?: string | null | undefined;
  /** What the server says of it. */
  message?: string | null | undefined;
  /** A link to the error's page. */
  moreInfo?: string | null | undefined;
}

/** One carrier's word on an RCS sender. */
export interface Carrier {
  /** The carrier. */
  name?: string | null | undefined;
  /** Its word. */
  status?:
    | Open<"UNKNOWN" | "UNLAUNCHED" | "CARRIER_REVIEW" | "APPROVED" | "REJECTED" | "SUSPENDED">
    | null
    | undefined;
}

/** An RCS sender in one country. */
export interface Country {
  /** The country's code. */
  country?: string | null | undefined;
  /** The registration there. */
  registrationSid?: string | null | undefined;
  /** Where it is. */
  status?: Open<"ONLINE" | "OFFLINE" | "TWILIO_REVIEW" | "PENDING_VERIFICATION"> | null | undefined;
  /** Carrier by carrier. */
  carriers?: Carrier[] | null | undefined;
}

/** The compliance information of an RCS sender. */
export interface Compliance {
  /** The registration. */
  registrationSid?: string | null | undefined;
  /** Country by country. */
  countries?: Country[] | null | undefined;
}

/**
 * A sender as the server described it in one response: a plain object that can be logged, compared, cloned and
 * serialised.
 *
 * The response was checked as JSON with a text `sid` and a text `status`. Everything else may be absent or null, and a
 * field this version does not know is there too. Keys are camelCase at every depth, by one rule: lower-case words joined by
 * underscores are joined in camelCase, and every other key stays as the server wrote it.
 *
 * Values are returned as the server sent them, also if their type is not the documented one: servers were seen to send a number as `messagingLimit`,
 * plain texts as `emails`, and null among `offlineReasons`. Where that matters, look (`typeof`) before you use one.
 *
 * The answer to an update only echoes: sections that were not sent may come back null, and a field within a section that came
 * back null is not there. Fetch the sender for the whole.
 */
export interface Sender {
  /** `XE` and 32 hexadecimal digits. */
  sid: string;
  /** Where the sender is in its life. */
  status: Status;
  /** What it is addressed by: `whatsapp:+15017122661`. */
  senderId?: string | null;
  /** A name for the account's own use. */
  friendlyName?: string | null;
  /** How it is registered. */
  configuration?: Configuration | null;
  /** Where its events go. */
  webhook?: Webhook | null;
  /** What people see of it. */
  profile?: Profile | null;
  /** How it is doing. */
  properties?: Properties | null;
  /** Why it is offline: the first 1000 reasons. */
  offlineReasons?: OfflineReason[] | null;
  /** What carriers say of it (RCS). */
  compliance?: Compliance | null;
  /** The URL of the resource. This library never follows it. */
  url?: string | null;
  /** The display name that waits to be approved. */
  pendingDisplayName?: string | null;
  /** What became of it. */
  pendingDisplayNameStatus?: string | null;
  /** Since when, in ISO 8601. */
  pendingDisplayNameStatusDate?: string | null;
  /** Where a new display name is; only in the answer to an update that sent `profile.name`. */
  displayNameStatus?: Open<"updating" | "no_change" | "pending_review" | "error"> | null;
  /** Fields this version does not know. */
  [field: string]: unknown;
}

/**
 * What a create or an update says of a sender.
 *
 * A section, a list or an item of a list that a call returned (not one of a listing) can be given as it is: what is in it is
 * not checked, and what was null in it is left out. What you change in it is sent, null too. In a copy (`{ ...sender.profile }`)
 * null is null, and what you write is checked; what the server sent in a field before, in this process, may be sent in it. The
 * same goes for fields this version does not know.
 */
export interface Sections {
  /** A name for the account's own use. */
  friendlyName?: string | null | undefined;
  /** How it is registered. */
  configuration?: Configuration | null | undefined;
  /** Where its events go. */
  webhook?: Webhook | null | undefined;
  /** What people see of it. */
  profile?: Profile | null | undefined;
}

/** A registration. */
export interface CreateSender extends Sections {
  /** What it will be addressed by: `whatsapp:` and a number in E.164 form, or `rcs:` and an agent. */
  senderId: string;
}

/** One page of a listing. */
export interface SenderPage {
  /** The senders in the server's order. */
  senders: Sender[];
  /** Goes on after this page in a later {@link Senders.list}, in any process and language; absent after the last page. */
  nextToken?: string;
}

/** A status a wait has seen, that was not the one before. */
export interface StatusChange {
  /** The status. */
  status: Status;
  /** The sender as it was seen. */
  sender: Sender;
  /** Takes the wait up from here, in any process and language. */
  token: string;
}

/** What {@link Senders.ensure} ends with. */
export interface Ensured {
  /** Whether it was registered now, was there before, or was found after a registration whose outcome was not known. */
  how: Open<"created" | "found" | "reconciled">;
  /** The sender. */
  sender: Sender;
  /** What of the request the found sender does not have, such as `profile.name`. Reported, never overwritten. */
  differences: string[];
}

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
