"""Types for annotations: the dicts that may be given in place of models, and the methods of a transport."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict, Union

from . import _native

__all__ = [
    "AsyncTransport",
    "Clock",
    "Headers",
    "Transport",
    # generated: the names
    "AccountType",
    "CallbackMethod",
    "CarrierStatus",
    "ConfigurationDict",
    "ConfigurationLike",
    "CountryStatus",
    "CreateDict",
    "DisplayNameStatus",
    "EmailDict",
    "PendingDisplayNameStatus",
    "PhoneNumberDict",
    "ProfileDict",
    "ProfileLike",
    "UseCase",
    "VerificationMethod",
    "Vertical",
    "WebhookDict",
    "WebhookLike",
    "WebsiteDict",
    # end of the names
]

Headers = Mapping[str, str]


class _SenderId(TypedDict):
    sender_id: str


# generated: the types
VerificationMethod = Literal["sms", "voice"]
"""How the code that verifies a number is delivered."""
AccountType = Literal["ISV", "ISVSubAccount", ""]
"""The kind of account, for software vendors."""
CallbackMethod = Literal["POST", "PUT"]
"""The HTTP method of a webhook."""
Vertical = Union[
    Literal[
        "Alcohol",
        "Automotive",
        "Beauty, Spa and Salon",
        "Clothing and Apparel",
        "Education",
        "Entertainment",
        "Event Planning and Service",
        "Finance and Banking",
        "Food and Grocery",
        "Hotel and Lodging",
        "Matrimony Service",
        "Medical and Health",
        "Non-profit",
        "Online Gambling",
        "OTC Drugs",
        "Other",
        "Physical Gambling",
        "Professional Services",
        "Public Service",
        "Restaurant",
        "Shopping and Retail",
        "Travel and Transportation",
    ],
    str,
]
"""A line of business. It can be any other text too."""
UseCase = Union[Literal["PROMOTIONAL", "TRANSACTIONAL", "OTP", "MULTI_USE"], str]
"""The use of an RCS agent. It can be any other text too."""
CountryStatus = Union[Literal["ONLINE", "OFFLINE", "TWILIO_REVIEW", "PENDING_VERIFICATION"], str]
"""The status of an RCS sender in one country. It can be any other text too."""
CarrierStatus = Union[Literal["UNKNOWN", "UNLAUNCHED", "CARRIER_REVIEW", "APPROVED", "REJECTED", "SUSPENDED"], str]
"""The status of an RCS sender with one carrier. It can be any other text too."""
PendingDisplayNameStatus = Union[
    Literal["PENDING_REVIEW", "APPROVED", "DECLINED", "PIN_MISMATCH", "REGISTRATION_FAILED", "EXPIRED", "COMPLETED"],
    str,
]
"""The status of the review of a display name. It can be any other text too."""
DisplayNameStatus = Union[Literal["updating", "no_change", "pending_review", "error"], str]
"""Where a new display name is, after an update that sent ``profile.name``. It can be any other text too."""


class ConfigurationDict(TypedDict, total=False):
    """How a sender is registered. None is null; a key that is left out is left untouched."""

    waba_id: str | None
    """The WhatsApp Business Account's id. Needed for a subaccount's first sender (a third-party report)."""
    verification_method: VerificationMethod | None
    """How the verification code is delivered; the service's default is ``sms``."""
    verification_code: str | None
    """The code that was received. ``verify`` sends this field alone."""
    voice_application_sid: str | None
    """The voice application for WhatsApp calls, ``AP`` and 32 hexadecimal digits; None turns calls off."""
    account_type: AccountType | None
    """The kind of account, for software vendors; an empty text clears it."""


class WebhookDict(TypedDict, total=False):
    """The URLs for a sender's events.

    Their form is left to the server. None is null; a key that is left out is left untouched.
    """

    callback_url: str | None
    """The URL for incoming messages."""
    callback_method: CallbackMethod | None
    """The HTTP method of ``callback_url``: ``POST`` or ``PUT``."""
    fallback_url: str | None
    """The URL for incoming messages if ``callback_url`` fails."""
    fallback_method: CallbackMethod | None
    """The HTTP method of ``fallback_url``: ``POST`` or ``PUT``."""
    status_callback_url: str | None
    """The URL for the delivery status of messages."""
    status_callback_method: str | None
    """The HTTP method of ``status_callback_url``; no list of methods is documented."""


class WebsiteDict(TypedDict, total=False):
    """A website of a profile. The request's form is not documented; the response's is used for both."""

    website: str | None
    """The URL."""
    label: str | None
    """Its name."""


class EmailDict(TypedDict, total=False):
    """An e-mail address of a profile. The request's form is not documented; the response's is used for both."""

    email: str | None
    """The address."""
    label: str | None
    """Its name."""


class PhoneNumberDict(TypedDict, total=False):
    """A phone number of a profile. The request's form is not documented; the response's is used for both."""

    phone_number: str | None
    """The number."""
    label: str | None
    """Its name."""


class ProfileDict(TypedDict, total=False):
    """The public profile of a sender. None is null; a key that is left out is left untouched."""

    name: str | None
    """The display name; a WhatsApp sender needs one. Meta limits how often it may change."""
    about: str | None
    """A short text."""
    address: str | None
    """The postal address."""
    description: str | None
    """A longer text."""
    logo_url: str | None
    """The picture."""
    banner_url: str | None
    """The banner (RCS)."""
    privacy_url: str | None
    """The privacy policy (RCS)."""
    terms_of_service_url: str | None
    """The terms of service (RCS)."""
    accent_color: str | None
    """A colour such as ``#1f6feb`` (RCS)."""
    vertical: Vertical | None
    """The line of business."""
    websites: Sequence[_native.Website | WebsiteDict] | None
    """The websites."""
    emails: Sequence[_native.Email | EmailDict] | None
    """The e-mail addresses."""
    phone_numbers: Sequence[_native.PhoneNumber | PhoneNumberDict] | None
    """The phone numbers (RCS)."""
    use_case: UseCase | None
    """The use of an RCS agent."""


ConfigurationLike = Union[_native.Configuration, ConfigurationDict]
WebhookLike = Union[_native.Webhook, WebhookDict]
ProfileLike = Union[_native.Profile, ProfileDict]


class CreateDict(_SenderId, total=False):
    """The arguments of one ``create``; ``ensure_all`` takes many of them."""

    friendly_name: str | None
    """A name for your own use."""
    configuration: ConfigurationLike | None
    """How it is registered."""
    webhook: WebhookLike | None
    """The URLs for its events."""
    profile: ProfileLike | None
    """The public profile. A WhatsApp sender needs a name."""


# end of the types


class Clock(Protocol):
    """A clock in seconds. A transport that has one as its attribute ``clock`` decides what time it is."""

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""

    def time(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> Any:
        """Lets the time pass. For ``AsyncSenders`` it may return an awaitable."""


class Transport(Protocol):
    """Sends one request as it is: no redirects, no retries, no changes.

    It returns a ``senders.HttpResponse``, any object with ``status`` (or ``status_code``), ``headers`` and ``body`` (or
    ``content``), or a tuple of the three. It raises ``senders.TransportFailure``, or any other exception. A
    transport with an attribute ``clock`` (see ``Clock``) decides what time it is.
    """

    def send(self, request: _native.HttpRequest) -> Any:
        """Sends the request within ``request.timeout`` seconds."""


class AsyncTransport(Protocol):
    """The same for ``AsyncSenders``, whose transports may be sync or async."""

    def send(self, request: _native.HttpRequest) -> Awaitable[Any]:
        """Sends the request within ``request.timeout`` seconds."""
