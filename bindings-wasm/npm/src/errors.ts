import type { Details } from "./details.js";
import type { Sender, Status } from "./models.js";
import { markAll } from "./received.js";

/** The kind of an error; the same word in every language of this library. */
// generated: the kinds
export type ErrorKind =
  | "invalid_argument"
  | "authentication"
  | "permission_denied"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "invalid_request"
  | "server_error"
  | "timeout"
  | "connection"
  | "tls"
  | "invalid_response"
  | "outcome_unknown"
  | "paging"
  | "verification_required"
  | "registration_failed"
  | "wait_timeout"
  | "cancelled"
  | "misuse"
  | "internal";
// end of the kinds

/** The fields of an error, apart from its message. */
export interface ErrorDetails {
  /** The kind of the error. */
  kind: ErrorKind;
  /** The HTTP status, if there was a response. */
  status?: number | undefined;
  /** Twilio's error code: of the response, or of the first reason why a sender is offline. */
  code?: number | undefined;
  /** A link to more information. */
  moreInfo?: string | undefined;
  /** The id of the failed request, for Twilio's support. */
  requestId?: string | undefined;
  /** Milliseconds that the server asked to wait. */
  retryAfterMs?: number | undefined;
  /** Whether the same call is safe to repeat and may then succeed. */
  retryable: boolean;
  /** Whether the server may have executed the call: false only if it certainly did not. */
  mayHaveExecuted: boolean;
  /** How many requests were sent, or could not be sent. */
  attempts: number;
  /** The next step for you. */
  nextStep: string;
  /** The wrong argument, such as `profile.emails[0].email`. */
  field?: string | undefined;
  /** The SID of the sender of the call. */
  sid?: string | undefined;
  /** The full `senderId` of the sender of the call. */
  senderId?: string | undefined;
  /** The sender in the last response. */
  sender?: Sender | undefined;
  /** The statuses a wait has seen, in order. */
  statuses?: Status[] | undefined;
  /** The token to resume a wait: `client.waitUntilOnline(undefined, { token: error.resumeToken })`. */
  resumeToken?: string | undefined;
  /** The body of the response as received. It may hold phone numbers; a log of the error does not show it. */
  body?: string | undefined;
  /** When the first request of the call was sent, in milliseconds since 1970. */
  startedAt?: number | undefined;
  /** When the last attempt ended, in milliseconds since 1970. */
  endedAt?: number | undefined;
}

/** The mark of this package's errors, the same in all its copies. */
const BRAND = Symbol.for("senders.error");

/** Fields that a log does not need: `console.log(error)` does not show them, but they can be read. */
const HIDDEN = new Set(["body", "sender", "senderId", "resumeToken"]);

// The fields are those of the details, which declare them once.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface SendersError extends ErrorDetails {}

/**
 * The base class of all errors of this package. Only an abort rejects with the signal's own reason instead.
 *
 * `message` is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It has no
 * secret and no whole phone number.
 */
export class SendersError extends Error {
  /** The class's name. */
  override name = "SendersError";

  /** Creates an error with these details; only the package calls it. */
  constructor(message: string, details: ErrorDetails, cause?: unknown) {
    super(message);
    // A getter returns it: a thrown value may hold a request with its headers, and logs show whole causes.
    if (cause !== undefined) Object.defineProperty(this, "cause", { get: () => cause, configurable: true });
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) {
        Object.defineProperty(this, name, {
          value,
          enumerable: !HIDDEN.has(name),
          configurable: true,
          writable: true,
        });
      }
    }
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Returns name, message and fields for `JSON.stringify`, except those that a log does not need. */
  toJSON(): Record<string, unknown> {
    const fields: object = this;
    return { name: this.name, message: this.message, ...fields };
  }
}

/** Returns whether a value is an error of this package, or of another copy of it. */
export function isSendersError(value: unknown): value is SendersError {
  try {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    // A proxy that throws when it is read.
    return false;
  }
}

// generated: the classes
/** An argument or an option is wrong; `field` names it. Nothing was sent. */
export class ArgumentError extends SendersError {
  override name = "ArgumentError";
}
/** The server responded with an error. */
export class ApiError extends SendersError {
  override name = "ApiError";
}
/** The credentials are missing or wrong (401). */
export class AuthenticationError extends ApiError {
  override name = "AuthenticationError";
}
/** The credentials are right but do not allow this call (403). */
export class PermissionDeniedError extends ApiError {
  override name = "PermissionDeniedError";
}
/** The sender does not exist for these credentials, or no longer exists (404). */
export class NotFoundError extends ApiError {
  override name = "NotFoundError";
}
/** The request conflicts with existing data, such as a number that is already registered (409). */
export class ConflictError extends ApiError {
  override name = "ConflictError";
}
/** There were too many requests, also in the last attempt (429). This one was not processed. Send fewer. */
export class RateLimitedError extends ApiError {
  override name = "RateLimitedError";
}
/** The server refused the request as wrong (another 4xx). Read the message and the code. */
export class InvalidRequestError extends ApiError {
  override name = "InvalidRequestError";
}
/** The server failed, also in the last attempt (5xx). */
export class ServerError extends ApiError {
  override name = "ServerError";
}
/** There was no response. */
export class NoAnswerError extends SendersError {
  override name = "NoAnswerError";
}
/** There was no response in time. */
export class CallTimeoutError extends NoAnswerError {
  override name = "CallTimeoutError";
}
/** The connection could not be opened, or it was lost. */
export class ConnectionFailedError extends NoAnswerError {
  override name = "ConnectionFailedError";
}
/** TLS failed, most often because a certificate is not trusted. */
export class TlsError extends NoAnswerError {
  override name = "TlsError";
}
/** The response cannot be read: not the documented JSON, a redirect, too large. */
export class InvalidResponseError extends SendersError {
  override name = "InvalidResponseError";
}
/**
 * The request was sent, and its outcome is unknown. Check whether it took effect before you repeat
 * the call: `ensure` does so.
 */
export class OutcomeUnknownError extends SendersError {
  override name = "OutcomeUnknownError";
}
/**
 * The listing cannot continue: the link to the next page repeats or is not usable, or the page does
 * not say whether another follows.
 */
export class PagingError extends SendersError {
  override name = "PagingError";
}
/** A wait ended before the sender was online. `statuses` has what it saw; `resumeToken` resumes it. */
export class WaitError extends SendersError {
  override name = "WaitError";
}
/** The sender waits for a code that only a person has. Pass it to `verify`, then wait again. */
export class VerificationRequiredError extends WaitError {
  override name = "VerificationRequiredError";
}
/** The sender is offline and the server gave reasons: the `offlineReasons` of the error's `sender`. */
export class RegistrationFailedError extends WaitError {
  override name = "RegistrationFailedError";
}
/** The time limit of the wait is over. The sender may still come online. */
export class WaitTimeoutError extends WaitError {
  override name = "WaitTimeoutError";
}
/** The call was cancelled before it had ended. */
export class CallCancelledError extends SendersError {
  override name = "CallCancelledError";
}
/** The client was used in a wrong way, such as after it was closed. */
export class MisuseError extends SendersError {
  override name = "MisuseError";
}
/** A bug of this library. The next call works again. */
export class InternalError extends SendersError {
  override name = "InternalError";
}

const CLASSES: Record<ErrorKind, typeof SendersError> = {
  invalid_argument: ArgumentError,
  authentication: AuthenticationError,
  permission_denied: PermissionDeniedError,
  not_found: NotFoundError,
  conflict: ConflictError,
  rate_limited: RateLimitedError,
  invalid_request: InvalidRequestError,
  server_error: ServerError,
  timeout: CallTimeoutError,
  connection: ConnectionFailedError,
  tls: TlsError,
  invalid_response: InvalidResponseError,
  outcome_unknown: OutcomeUnknownError,
  paging: PagingError,
  verification_required: VerificationRequiredError,
  registration_failed: RegistrationFailedError,
  wait_timeout: WaitTimeoutError,
  cancelled: CallCancelledError,
  misuse: MisuseError,
  internal: InternalError,
};
// end of the classes

/** Returns the error for the module's details; `note` is added to the next step. */
export function fromDetails({ message, ...details }: Details, cause?: unknown, note = ""): SendersError {
  const shown = { ...details } as Omit<Details, "message"> as unknown as ErrorDetails;
  if (typeof details.sender === "string") {
    shown.sender = JSON.parse(details.sender) as Sender;
    markAll(shown.sender);
  }
  shown.nextStep += note;
  return new (CLASSES[shown.kind] ?? SendersError)(message + note, shown, cause);
}

function own(kind: ErrorKind, message: string, nextStep: string, cause?: unknown, more?: Partial<ErrorDetails>): SendersError {
  const details: ErrorDetails = { kind, retryable: false, mayHaveExecuted: kind === "internal", attempts: 0, nextStep, ...more };
  return new CLASSES[kind](message, details, cause);
}

/** Returns the error for a caller's mistake; `rule` begins with `must`. */
export function argumentError(field: string, rule: string, cause?: unknown): SendersError {
  // Names that callers give may have any length.
  const place = field.slice(0, 160);
  return own("invalid_argument", `${place} ${rule.slice(0, 480)}`, "fix the argument and try again", cause, { field: place });
}

/** Returns the error for a bug of this library. */
export function internalError(message: string, cause?: unknown, more: Partial<ErrorDetails> = {}): SendersError {
  const { senderId, resumeToken } = more;
  const next =
    resumeToken !== undefined
      ? "go on with `token: error.resumeToken`"
      : senderId !== undefined
        ? "use `ensure`, which looks before it creates"
        : "the next call works again";
  return own("internal", message, `report it as a bug of this library; ${next}`, cause, more);
}

/** Returns the error for a client that was used in a wrong way. */
export function misuseError(message: string, nextStep: string, cause?: unknown): SendersError {
  return own("misuse", message, nextStep, cause);
}

/** An error for your own transport: it says what failed and whether the request was sent. */
export class TransportFailure extends Error {
  /** The class's name. */
  override name = "TransportFailure";
  /** The kind of the failure: `timeout`, `connect`, `tls`, `closed`, `protocol`, `response_too_large`, `other`. */
  readonly kind: string;
  /** Whether the request was sent: `no` only if no byte of it was written. */
  readonly sent: "no" | "unknown" | "yes";

  /** Creates the error. Users see `message`: put no secrets in it. */
  constructor(kind: string, sent: "no" | "unknown" | "yes", message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.sent = sent;
  }
}
