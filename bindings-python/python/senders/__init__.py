"""A client for Twilio's Senders API v2: register, verify, follow, update, list and delete WhatsApp senders.

Third-party, not by Twilio, and never tried against the live service.

    from senders import Senders

    with Senders() as client:  # TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET
        sender = client.create("whatsapp:+15017122661", profile={"name": "Example"})
"""

from __future__ import annotations

from ._errors import (
    SendersError,
    TransportFailure,
    # generated: the errors
    ApiError,
    ArgumentError,
    AuthenticationError,
    CallCancelledError,
    CallTimeoutError,
    ConflictError,
    ConnectionFailedError,
    InternalError,
    InvalidRequestError,
    InvalidResponseError,
    MisuseError,
    NoAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    RateLimitedError,
    RegistrationFailedError,
    ServerError,
    TlsError,
    VerificationRequiredError,
    WaitError,
    WaitTimeoutError,
    # end of the errors
)
from ._ensure import EnsureResult
from ._native import (
    UNSET,
    Ensured,
    HttpRequest,
    HttpResponse,
    RequestEvent,
    ResponseEvent,
    SenderPage,
    StatusChange,
    Unset,
    WaitEvent,
    WithResponse,
    __version__,
    explain,
    # generated: the objects
    Carrier,
    Compliance,
    Configuration,
    Country,
    Email,
    Explanation,
    OfflineReason,
    PhoneNumber,
    Profile,
    Properties,
    Sender,
    Webhook,
    Website,
    # end of the objects
)
from ._number import RawNumber
from ._status import Status
from ._client import SenderList, Senders, SendersWithResponse, StatusChanges
from ._async_client import AsyncSenderList, AsyncSenders, AsyncSendersWithResponse, AsyncStatusChanges

__all__ = [
    "UNSET",
    "AsyncSenderList",
    "AsyncSenders",
    "AsyncSendersWithResponse",
    "AsyncStatusChanges",
    "EnsureResult",
    "Ensured",
    "HttpRequest",
    "HttpResponse",
    "RawNumber",
    "RequestEvent",
    "ResponseEvent",
    "SenderList",
    "SenderPage",
    "Senders",
    "SendersError",
    "SendersWithResponse",
    "Status",
    "StatusChange",
    "StatusChanges",
    "TransportFailure",
    "Unset",
    "WaitEvent",
    "WithResponse",
    "__version__",
    "explain",
    # generated: the names
    "ApiError",
    "ArgumentError",
    "AuthenticationError",
    "CallCancelledError",
    "CallTimeoutError",
    "Carrier",
    "Compliance",
    "Configuration",
    "ConflictError",
    "ConnectionFailedError",
    "Country",
    "Email",
    "Explanation",
    "InternalError",
    "InvalidRequestError",
    "InvalidResponseError",
    "MisuseError",
    "NoAnswerError",
    "NotFoundError",
    "OfflineReason",
    "OutcomeUnknownError",
    "PagingError",
    "PermissionDeniedError",
    "PhoneNumber",
    "Profile",
    "Properties",
    "RateLimitedError",
    "RegistrationFailedError",
    "Sender",
    "ServerError",
    "TlsError",
    "VerificationRequiredError",
    "WaitError",
    "WaitTimeoutError",
    "Webhook",
    "Website",
    # end of the names
]

# Named as users name them, in tracebacks and pickles.
for _name in __all__:
    _public = globals()[_name]
    if isinstance(_public, type) and _public.__module__.startswith("senders."):
        _public.__module__ = "senders"
del _name, _public


def _imported_by_the_native_half() -> None:
    # Never called. The native half imports these when it needs them; tools that read Python to find what a program
    # imports, such as PyInstaller, see them here.
    import json
    import os
    import select
    import sys

    from . import _asyncio, _errors, _json, _number, _status
