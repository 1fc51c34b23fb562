"""A client for Twilio's Senders API v2: register, verify, follow, update, list and delete WhatsApp senders.

Third-party, not by Twilio, and never tried against the live service.

    from senders import Senders

    with Senders() as client:  # TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET
        sender = client.create("whatsapp:+15017122661", profile={"name": "Example"})
"""

from __future__ import annotations

from ._errors import (
    ApiError,
    ArgumentError,
    AuthenticationError,
    CallCancelledError,
    ConflictError,
    ConnectionFailedError,
    InternalError,
    InvalidRequestError,
    InvalidResponseError,
    MisuseError,
    NotFoundError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    RateLimitedError,
    RegistrationFailedError,
    SendersError,
    SendersTimeoutError,
    ServerError,
    TlsError,
    TransportError,
    TransportFailure,
    VerificationRequiredError,
    WaitError,
    WaitTimeoutError,
)
from ._ensure import EnsureResult
from ._native import (
    UNSET,
    Carrier,
    Compliance,
    Configuration,
    Country,
    Email,
    Ensured,
    HttpRequest,
    HttpResponse,
    OfflineReason,
    PhoneNumber,
    Profile,
    Properties,
    Sender,
    SenderPage,
    StatusChange,
    Unset,
    Webhook,
    Website,
    __version__,
)
from ._number import RawNumber
from ._status import Status
from ._client import SenderList, Senders
from ._async_client import AsyncSenderList, AsyncSenders

__all__ = [
    "UNSET",
    "ApiError",
    "ArgumentError",
    "AsyncSenderList",
    "AsyncSenders",
    "AuthenticationError",
    "CallCancelledError",
    "Carrier",
    "Compliance",
    "Configuration",
    "ConflictError",
    "ConnectionFailedError",
    "Country",
    "Email",
    "EnsureResult",
    "Ensured",
    "HttpRequest",
    "HttpResponse",
    "InternalError",
    "InvalidRequestError",
    "InvalidResponseError",
    "MisuseError",
    "NotFoundError",
    "OfflineReason",
    "OutcomeUnknownError",
    "PagingError",
    "PermissionDeniedError",
    "PhoneNumber",
    "Profile",
    "Properties",
    "RateLimitedError",
    "RawNumber",
    "RegistrationFailedError",
    "Sender",
    "SenderList",
    "SenderPage",
    "Senders",
    "SendersError",
    "SendersTimeoutError",
    "ServerError",
    "Status",
    "StatusChange",
    "TlsError",
    "TransportError",
    "TransportFailure",
    "Unset",
    "VerificationRequiredError",
    "WaitError",
    "WaitTimeoutError",
    "Webhook",
    "Website",
    "__version__",
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
