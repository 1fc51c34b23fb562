"""Every exception of this package. ``CLASSES`` says which class each of the core's kinds has; nothing else does."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from typing_extensions import Self

    from ._native import Sender
    from ._status import Status

#: The attributes that are plain data as they are.
_NAMES = (
    "message",
    "status",
    "code",
    "more_info",
    "request_id",
    "retry_after",
    "retryable",
    "may_have_executed",
    "attempts",
    "next_step",
    "field",
    "sid",
    "sender_id",
    "resume_token",
    "started_at",
    "ended_at",
)
#: Where an exception keeps them.
_ARGS: Any = BaseException.__dict__["args"]
_ATTRIBUTES = {*_NAMES, "kind", "statuses", "sender", "body"}


class _Details(dict):  # type: ignore[type-arg]  # subscripted it would ask typing for it at import
    """The dict of an error in its ``args``. Its ``repr`` has no values: code that shows ``args`` does not show them."""

    def __repr__(self) -> str:
        return "<details>"


def _attributes(details: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an error of what ``to_dict`` gave. A sender that cannot be read any more is left out."""
    from . import _native
    from ._status import Status

    found = {name: details[name] for name in (*_NAMES, "kind") if details.get(name) is not None}
    found["statuses"] = tuple(Status(status) for status in details.get("statuses") or ())
    if (sender := details.get("sender")) is not None:
        try:
            read = _native.Sender.from_json if isinstance(sender, str) else _native.Sender.from_dict
            found["sender"] = read(sender)
        except (ValueError, TypeError):
            pass
    if (body := details.get("body")) is not None:
        found["body"] = body.encode()
    elif (body := details.get("body_hex")) is not None:
        found["body"] = bytes.fromhex(body)
    return found


class SendersError(Exception):
    """The exception for every failure of this package.

    ``str(error)`` is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It
    holds no secret and no whole phone number; the attributes hold everything there is.

    An error survives a pickle, and JSON through ``to_dict`` and ``from_dict``. ``args`` holds the same dict after the
    line: if a library stores an exception as its class and its ``args`` (Celery's JSON result backend), the exception
    that it makes again has ``retryable``, ``resume_token`` and the rest.
    """

    #: The kind of error, the same word in every language of this library.
    kind: str = "internal"
    #: The sentence that says what happened, without the advice that ``str`` adds.
    message: str = ""
    #: The HTTP status, if there was a response.
    status: int | None = None
    #: Twilio's error code: of the response, or of the first reason a sender is offline.
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
    #: The next step.
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
    #: The token to resume the wait: ``client.wait_until_online(token=error.resume_token, timeout=600)``.
    resume_token: str | None = None
    #: The body of the response as it was received. It may hold phone numbers.
    body: bytes | None = None
    #: When the first request of the call was sent, in seconds since 1970.
    started_at: float | None = None
    #: When the last attempt ended, in seconds since 1970.
    ended_at: float | None = None

    def __new__(cls, text: str = "", details: dict[str, Any] | None = None) -> Self:
        # An `OSError`, which two of them are, takes a second argument for something else.
        return super().__new__(cls, text)

    def __init__(self, text: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        if details:
            self.__dict__.update(_attributes(details))

    def __str__(self) -> str:
        return str(self._args[0]) if self._args else ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    @property
    def _args(self) -> tuple[Any, ...]:
        args: tuple[Any, ...] = _ARGS.__get__(self)
        return args

    @property
    def args(self) -> tuple[Any, ...]:
        """The line of ``str``; then, where more is known, what ``to_dict`` gives."""
        if not self.__dict__.keys() & _ATTRIBUTES:
            return self._args
        return (*self._args[:1], _Details(self.to_dict()))

    @args.setter
    def args(self, value: tuple[Any, ...]) -> None:
        _ARGS.__set__(self, value)

    def to_dict(self) -> dict[str, Any]:
        """Everything there is as plain data that JSON can hold; ``from_dict`` makes the error of it again.

        It holds the phone number in ``sender_id``, the sender and the body of the response: store it as you store those.
        """
        found: dict[str, Any] = {"error": str(self), "kind": self.kind}
        for name in _NAMES:
            value = getattr(self, name)
            if value is not None:
                found[name] = value
        found["statuses"] = [str(status) for status in self.statuses]
        if self.sender is not None:
            try:
                found["sender"] = self.sender.to_dict()
            except SendersError:  # nested deeper than Python reads
                found["sender"] = self.sender.to_json()
        if self.body is not None:
            try:
                found["body"] = self.body.decode()
            except UnicodeDecodeError:
                found["body_hex"] = self.body.hex()
        return found

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> SendersError:
        """The error whose ``to_dict`` this is, of the class it had."""
        details = dict(fields)
        return CLASSES.get(str(details.get("kind")), SendersError)(str(details.get("error", "")), details)


# generated: the classes
class ArgumentError(SendersError, ValueError):
    """An argument or an option is wrong; ``field`` names it. Nothing was sent. Caught by ``except ValueError`` too."""

    kind = "invalid_argument"


class ApiError(SendersError):
    """The server responded with an error."""


class AuthenticationError(ApiError):
    """The credentials are missing or wrong (401)."""

    kind = "authentication"


class PermissionDeniedError(ApiError):
    """The credentials are right but do not allow this call (403)."""

    kind = "permission_denied"


class NotFoundError(ApiError):
    """The sender does not exist for these credentials, or no longer exists (404)."""

    kind = "not_found"


class ConflictError(ApiError):
    """The request conflicts with existing data, such as a number that is already registered (409)."""

    kind = "conflict"


class RateLimitedError(ApiError):
    """There were too many requests, also in the last attempt (429). This one was not processed. Send fewer."""

    kind = "rate_limited"


class InvalidRequestError(ApiError):
    """The server refused the request as wrong (another 4xx). Read the message and the code."""

    kind = "invalid_request"


class ServerError(ApiError):
    """The server failed, also in the last attempt (5xx)."""

    kind = "server_error"


class NoAnswerError(SendersError):
    """There was no response."""


class CallTimeoutError(NoAnswerError, TimeoutError):
    """There was no response in time. Caught by ``except TimeoutError`` too."""

    kind = "timeout"


class ConnectionFailedError(NoAnswerError):
    """The connection could not be opened, or it was lost."""

    kind = "connection"


class TlsError(NoAnswerError):
    """TLS failed, most often because a certificate is not trusted."""

    kind = "tls"


class InvalidResponseError(SendersError):
    """The response cannot be read: not the documented JSON, a redirect, too large."""

    kind = "invalid_response"


class OutcomeUnknownError(SendersError):
    """The request was sent, and its outcome is unknown.

    Check whether it took effect before you repeat the call: ``ensure`` does so. ``sender_id`` or
    ``sid``, ``started_at`` and ``ended_at`` say which call it was.
    """

    kind = "outcome_unknown"


class PagingError(SendersError):
    """The listing cannot continue: the link to the next page repeats or is not usable, or the page
    does not say whether another follows.
    """

    kind = "paging"


class WaitError(SendersError):
    """A wait ended before the sender was online. ``statuses`` has what it saw; ``resume_token`` resumes it."""


class VerificationRequiredError(WaitError):
    """The sender waits for a code that only a person has. Pass it to ``verify``, then wait again."""

    kind = "verification_required"


class RegistrationFailedError(WaitError):
    """The sender is offline and the server gave reasons: the ``offline_reasons`` of the error's ``sender``."""

    kind = "registration_failed"


class WaitTimeoutError(WaitError, TimeoutError):
    """The time limit of the wait is over. The sender may still come online. Caught by ``except TimeoutError`` too."""

    kind = "wait_timeout"


class CallCancelledError(SendersError):
    """The call was cancelled before it had ended. Closing its client cancels it."""

    kind = "cancelled"


class MisuseError(SendersError):
    """The client was used in a wrong way, such as after it was closed."""

    kind = "misuse"


class InternalError(SendersError):
    """A bug of this library. The next call works again."""

    kind = "internal"


CLASSES: dict[str, type[SendersError]] = {
    "invalid_argument": ArgumentError,
    "authentication": AuthenticationError,
    "permission_denied": PermissionDeniedError,
    "not_found": NotFoundError,
    "conflict": ConflictError,
    "rate_limited": RateLimitedError,
    "invalid_request": InvalidRequestError,
    "server_error": ServerError,
    "timeout": CallTimeoutError,
    "connection": ConnectionFailedError,
    "tls": TlsError,
    "invalid_response": InvalidResponseError,
    "outcome_unknown": OutcomeUnknownError,
    "paging": PagingError,
    "verification_required": VerificationRequiredError,
    "registration_failed": RegistrationFailedError,
    "wait_timeout": WaitTimeoutError,
    "cancelled": CallCancelledError,
    "misuse": MisuseError,
    "internal": InternalError,
}
# end of the classes


def from_details(text: str, details: dict[str, Any]) -> SendersError:
    """The exception of an error of the core. Called by the native half."""
    error = CLASSES.get(details["kind"], SendersError)(text)
    error.__dict__.update(details)
    return error


class TransportFailure(Exception):
    """The exception that your own transport raises from ``send``: what went wrong, and whether the request was sent.

    It is also the ``failure`` of a ``ResponseEvent``, where ``kind`` may be ``aborted`` too: the caller left.

    ``kind`` is ``timeout``, ``connect``, ``tls``, ``closed``, ``protocol``, ``response_too_large`` or ``other``;
    ``sent`` is ``no`` (no byte of it), ``yes`` (all of it) or ``unknown``. The message goes into the error that users
    see, so it must not hold secrets.
    """

    def __init__(self, message: str, *, kind: str = "other", sent: str = "unknown") -> None:
        super().__init__(message)
        self.kind = kind
        self.sent = sent

    @property
    def message(self) -> str:
        """The text, the same as ``str`` of the exception."""
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _transport_failure, (str(self), self.kind, self.sent)


def _transport_failure(message: str, kind: str, sent: str) -> TransportFailure:
    return TransportFailure(message, kind=kind, sent=sent)
