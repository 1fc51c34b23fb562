"""Every exception of this package. ``CLASSES`` says which class each of the core's kinds has; nothing else does."""

from __future__ import annotations

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._native import Sender
    from ._status import Status


class SendersError(Exception):
    """Whatever goes wrong in this package is one of these.

    ``str(error)`` is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It
    holds no secret and no whole phone number; the attributes hold everything there is.
    """

    #: What kind of error it is, the same word in every language of this library.
    kind: str = "internal"
    #: What happened, without the advice that ``str`` adds.
    message: str = ""
    #: The HTTP status, if the server answered.
    status: int | None = None
    #: Twilio's error code: of the answer, or of the first reason a sender is offline.
    code: int | None = None
    #: A link to more about it.
    more_info: str | None = None
    #: The id of the failed request, to be named to Twilio's support.
    request_id: str | None = None
    #: Seconds the server asked to be left alone.
    retry_after: float | None = None
    #: Whether repeating the same call is safe and may succeed.
    retryable: bool = False
    #: Whether the server may have carried the call out: false only when it surely did not.
    may_have_executed: bool = False
    #: How many requests were sent, or tried to be sent.
    attempts: int = 0
    #: What to do next.
    next_step: str = ""
    #: The argument at fault, such as ``profile.emails[0].email``.
    field: str | None = None
    #: The sender the call was about, by SID.
    sid: str | None = None
    #: The sender the call was about, by what it is addressed by, in full.
    sender_id: str | None = None
    #: The sender as it was last seen.
    sender: Sender | None = None
    #: The statuses a wait has seen, in order.
    statuses: tuple[Status, ...] = ()
    #: What a wait can be taken up with again: ``client.wait_until_online(token=error.resume_token)``.
    resume_token: str | None = None
    #: The body of the answer as it was received. It may hold phone numbers.
    body: bytes | None = None
    #: When the first request of the call was sent, in seconds since 1970.
    started_at: float | None = None
    #: When the last attempt ended, in seconds since 1970.
    ended_at: float | None = None


class ArgumentError(SendersError, ValueError):
    """An argument or an option is wrong. Nothing was sent. ``field`` names it."""

    kind = "invalid_argument"


class ApiError(SendersError):
    """The server answered with an error."""


class AuthenticationError(ApiError):
    """The credentials are missing or wrong."""

    kind = "authentication"


class PermissionDeniedError(ApiError):
    """The credentials are right but may not do this."""

    kind = "permission_denied"


class NotFoundError(ApiError):
    """There is no such sender for these credentials, or not any more."""

    kind = "not_found"


class ConflictError(ApiError):
    """The request does not fit what is there, such as a number that is registered already."""

    kind = "conflict"


class RateLimitedError(ApiError):
    """There were too many requests until the attempts ran out. This one was not processed. Slow down."""

    kind = "rate_limited"


class InvalidRequestError(ApiError):
    """The request is wrong in the server's eyes. Read the message and the code."""

    kind = "invalid_request"


class ServerError(ApiError):
    """The server failed until the attempts ran out."""

    kind = "server_error"


class TransportError(SendersError):
    """No answer came."""


class ConnectionFailedError(TransportError):
    """The connection could not be made or did not last."""

    kind = "connection"


class SendersTimeoutError(TransportError, builtins.TimeoutError):
    """No answer came in time. Caught by ``except TimeoutError`` too."""

    kind = "timeout"


class TlsError(TransportError):
    """TLS failed: a certificate that is not trusted, most often."""

    kind = "tls"


class InvalidResponseError(SendersError):
    """The answer cannot be read: not the documented JSON, a redirect, too large."""

    kind = "invalid_response"


class OutcomeUnknownError(SendersError):
    """The request went out, must not simply be repeated, and nothing is known of what the server did.

    Look first: ``sender_id`` or ``sid``, ``started_at`` and ``ended_at`` are what to look for. ``ensure`` does.
    """

    kind = "outcome_unknown"


class PagingError(SendersError):
    """The listing cannot go on: the server's link to the next page repeats itself or cannot be followed."""

    kind = "paging"


class WaitError(SendersError):
    """A wait did not end with the sender online. ``statuses`` and ``resume_token`` say how far it came."""


class VerificationRequiredError(WaitError):
    """The sender waits for a code that only a person has. Give it to ``verify``, then wait again."""

    kind = "verification_required"


class RegistrationFailedError(WaitError):
    """The sender is offline and the server gave reasons: ``error.sender.offline_reasons``."""

    kind = "registration_failed"


class WaitTimeoutError(WaitError, builtins.TimeoutError):
    """The time to wait ran out. The sender may still come online. Caught by ``except TimeoutError`` too."""

    kind = "wait_timeout"


class CallCancelledError(SendersError):
    """The call was given up: its client was closed while it was under way."""

    kind = "cancelled"


class MisuseError(SendersError):
    """The client was used in a way it cannot be, such as after ``close()``."""

    kind = "misuse"


class InternalError(SendersError):
    """A bug of this library."""

    kind = "internal"


CLASSES: dict[str, type[SendersError]] = {
    cls.kind: cls
    for cls in (
        ArgumentError,
        AuthenticationError,
        PermissionDeniedError,
        NotFoundError,
        ConflictError,
        RateLimitedError,
        InvalidRequestError,
        ServerError,
        SendersTimeoutError,
        ConnectionFailedError,
        TlsError,
        InvalidResponseError,
        OutcomeUnknownError,
        PagingError,
        VerificationRequiredError,
        RegistrationFailedError,
        WaitTimeoutError,
        CallCancelledError,
        MisuseError,
        InternalError,
    )
}


def from_details(text: str, details: dict[str, Any]) -> SendersError:
    """The exception of an error of the core. Called by the native half."""
    error = CLASSES.get(details["kind"], SendersError)(text)
    error.__dict__.update(details)
    return error


class TransportFailure(Exception):
    """What a transport of one's own raises from ``send`` to say what went wrong and whether the request went out.

    ``kind`` is ``timeout``, ``connect``, ``tls``, ``closed``, ``protocol``, ``response_too_large`` or ``other``;
    ``sent`` is ``no`` (no byte of it), ``yes`` (all of it) or ``unknown``. The message goes into the error that users
    see, so it must not hold secrets.
    """

    def __init__(self, message: str, *, kind: str = "other", sent: str = "unknown") -> None:
        super().__init__(message)
        self.kind = kind
        self.sent = sent

    def __reduce__(self) -> tuple[Any, ...]:
        return _transport_failure, (str(self), self.kind, self.sent)


def _transport_failure(message: str, kind: str, sent: str) -> TransportFailure:
    return TransportFailure(message, kind=kind, sent=sent)
