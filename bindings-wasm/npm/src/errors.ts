import type { Details } from "./details.js";
import type { Sender, Status } from "./models.js";
import { markAll } from "./received.js";

/** What kind of error it is, the same word in every language of this library. */
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

/** What an error knows beside its message. */
export interface ErrorDetails {
  /** What kind of error it is. */
  kind: ErrorKind;
  /** The HTTP status, if the server answered. */
  status?: number | undefined;
  /** Twilio's error code: of the answer, or of the first reason a sender is offline. */
  code?: number | undefined;
  /** A link to more about it. */
  moreInfo?: string | undefined;
  /** The id of the failed request, to be named to Twilio's support. */
  requestId?: string | undefined;
  /** Milliseconds the server asked to be left alone. */
  retryAfterMs?: number | undefined;
  /** Whether repeating the same call is safe and may succeed. */
  retryable: boolean;
  /** Whether the server may have carried the call out: false only when it surely did not. */
  mayHaveExecuted: boolean;
  /** How many requests were sent, or tried to be sent. */
  attempts: number;
  /** What to do next. */
  nextStep: string;
  /** The argument at fault, such as `profile.emails[0].email`. */
  field?: string | undefined;
  /** The sender the call was about, by SID. */
  sid?: string | undefined;
  /** The sender the call was about, by what it is addressed by, in full. */
  senderId?: string | undefined;
  /** The sender as it was last seen. */
  sender?: Sender | undefined;
  /** The statuses a wait has seen, in order. */
  statuses?: Status[] | undefined;
  /** Takes a wait up again: `client.waitUntilOnline(undefined, { token: error.resumeToken })`. */
  resumeToken?: string | undefined;
  /** The body of the answer as it was received. It may hold phone numbers; it is not shown when the error is logged. */
  body?: string | undefined;
  /** When the first request of the call was sent, in milliseconds since 1970. */
  startedAt?: number | undefined;
  /** When the last attempt ended, in milliseconds since 1970. */
  endedAt?: number | undefined;
}

/** Marks errors of this package whichever copy of it made them. */
const BRAND = Symbol.for("senders.error");

/** Fields that a log has no need of: `console.log(error)` does not show them, reading them does. */
const HIDDEN = new Set(["body", "sender", "senderId", "resumeToken"]);

// The fields are those of the details: declared once, there.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface SendersError extends ErrorDetails {}

/**
 * Whatever goes wrong in this package is one of these, but for an abort, which rejects with the signal's own reason.
 *
 * `message` is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It holds no
 * secret and no whole phone number.
 */
export class SendersError extends Error {
  /** The class's name. */
  override name = "SendersError";

  /** An error with these details; made by the package. */
  constructor(message: string, details: ErrorDetails, cause?: unknown) {
    super(message);
    // Read through a getter: what was thrown may hold a request with its headers, and logs show whole causes.
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

  /** What `JSON.stringify` writes: name, message and the fields, but for those that a log has no need of. */
  toJSON(): Record<string, unknown> {
    const fields: object = this;
    return { name: this.name, message: this.message, ...fields };
  }
}

/** Whether a value is an error of this package, whichever copy of it made it. */
export function isSendersError(value: unknown): value is SendersError {
  try {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    // A proxy that cannot be looked at.
    return false;
  }
}

/** An argument or an option is wrong. Nothing was sent. `field` names it. */
export class ArgumentError extends SendersError {
  override name = "ArgumentError";
}
/** The server answered with an error. */
export class ApiError extends SendersError {
  override name = "ApiError";
}
/** The credentials are missing or wrong. */
export class AuthenticationError extends ApiError {
  override name = "AuthenticationError";
}
/** The credentials are right but may not do this. */
export class PermissionDeniedError extends ApiError {
  override name = "PermissionDeniedError";
}
/** There is no such sender for these credentials, or not any more. */
export class NotFoundError extends ApiError {
  override name = "NotFoundError";
}
/** The request does not fit what is there, such as a number that is registered already. */
export class ConflictError extends ApiError {
  override name = "ConflictError";
}
/** There were too many requests until the attempts ran out. This one was not processed. Slow down. */
export class RateLimitedError extends ApiError {
  override name = "RateLimitedError";
}
/** The request is wrong in the server's eyes. Read the message and the code. */
export class InvalidRequestError extends ApiError {
  override name = "InvalidRequestError";
}
/** The server failed until the attempts ran out. */
export class ServerError extends ApiError {
  override name = "ServerError";
}
/** No answer came. */
export class NoAnswerError extends SendersError {
  override name = "NoAnswerError";
}
/** No answer came in time. */
export class SendersTimeoutError extends NoAnswerError {
  override name = "SendersTimeoutError";
}
/** The connection could not be made or did not last. */
export class ConnectionFailedError extends NoAnswerError {
  override name = "ConnectionFailedError";
}
/** TLS failed: a certificate that is not trusted, most often. */
export class TlsError extends NoAnswerError {
  override name = "TlsError";
}
/** The answer cannot be read: not the documented JSON, a redirect, too large, not a `Response`. */
export class InvalidResponseError extends SendersError {
  override name = "InvalidResponseError";
}
/** The request went out, must not simply be repeated, and nothing is known of what the server did. Look first. */
export class OutcomeUnknownError extends SendersError {
  override name = "OutcomeUnknownError";
}
/** The listing cannot go on: the server's link to the next page repeats itself or cannot be followed. */
export class PagingError extends SendersError {
  override name = "PagingError";
}
/** A wait did not end with the sender online. `statuses` and `resumeToken` say how far it came. */
export class WaitError extends SendersError {
  override name = "WaitError";
}
/** The sender waits for a code that only a person has. Give it to `verify`, then wait again. */
export class VerificationRequiredError extends WaitError {
  override name = "VerificationRequiredError";
}
/** The sender is offline and the server gave reasons: `error.sender?.offlineReasons`. */
export class RegistrationFailedError extends WaitError {
  override name = "RegistrationFailedError";
}
/** The time to wait ran out. The sender may still come online. */
export class WaitTimeoutError extends WaitError {
  override name = "WaitTimeoutError";
}
/** The transport gave the call up by itself. */
export class CallCancelledError extends SendersError {
  override name = "CallCancelledError";
}
/** The client was used in a way it cannot be. */
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
  timeout: SendersTimeoutError,
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

/** The error of what the module says of one; `note` is added to what to do next. */
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

/** A caller's mistake: `rule` begins with `must`. */
export function argumentError(field: string, rule: string, cause?: unknown): SendersError {
  // Names that callers give have no end.
  const place = field.slice(0, 160);
  return own("invalid_argument", `${place} ${rule.slice(0, 480)}`, "fix the argument and try again", cause, { field: place });
}

/** A bug of this library. */
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

/** A client that cannot be used as it was. */
export function misuseError(message: string, nextStep: string, cause?: unknown): SendersError {
  return own("misuse", message, nextStep, cause);
}

/** What a transport of one's own rejects with to say what went wrong and whether the request went out. */
export class TransportError extends Error {
  /** The class's name. */
  override name = "TransportError";
  /** What went wrong below HTTP: `timeout`, `connect`, `tls`, `closed`, `protocol`, `response_too_large`, `other`. */
  readonly kind: string;
  /** Whether the request had gone out: `no` only when no byte of it was written. */
  readonly sent: "no" | "unknown" | "yes";

  /** The message goes into the error users see: no secrets. */
  constructor(kind: string, sent: "no" | "unknown" | "yes", message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.sent = sent;
  }
}
