"""Types for annotations: the dicts that may be given in place of models, and the methods of a transport."""

from __future__ import annotations

from typing import Any, Awaitable, Literal, Mapping, Protocol, Sequence, TypedDict, Union

from . import _native

__all__ = [
    "AsyncTransport",
    "Clock",
    "ConfigurationDict",
    "ConfigurationLike",
    "CreateDict",
    "EmailDict",
    "Headers",
    "PhoneNumberDict",
    "ProfileDict",
    "ProfileLike",
    "Transport",
    "WebhookDict",
    "WebhookLike",
    "WebsiteDict",
]


class ConfigurationDict(TypedDict, total=False):
    """How a sender is registered. None is null; a key left out is left untouched."""

    waba_id: str | None
    verification_method: Literal["sms", "voice"] | None
    verification_code: str | None
    voice_application_sid: str | None
    account_type: Literal["ISV", "ISVSubAccount", ""] | None


class WebhookDict(TypedDict, total=False):
    """Where a sender's events go. None is null; a key left out is left untouched."""

    callback_url: str | None
    callback_method: Literal["POST", "PUT"] | None
    fallback_url: str | None
    fallback_method: Literal["POST", "PUT"] | None
    status_callback_url: str | None
    status_callback_method: str | None


class WebsiteDict(TypedDict, total=False):
    """A website of a profile."""

    website: str | None
    label: str | None


class EmailDict(TypedDict, total=False):
    """An e-mail address of a profile."""

    email: str | None
    label: str | None


class PhoneNumberDict(TypedDict, total=False):
    """A phone number of a profile."""

    phone_number: str | None
    label: str | None


class ProfileDict(TypedDict, total=False):
    """The profile of a sender, which people see. None is null; a key that is left out is left untouched."""

    name: str | None
    about: str | None
    address: str | None
    description: str | None
    logo_url: str | None
    banner_url: str | None
    privacy_url: str | None
    terms_of_service_url: str | None
    accent_color: str | None
    vertical: str | None
    websites: Sequence[_native.Website | WebsiteDict] | None
    emails: Sequence[_native.Email | EmailDict] | None
    phone_numbers: Sequence[_native.PhoneNumber | PhoneNumberDict] | None
    use_case: str | None


ConfigurationLike = Union[_native.Configuration, ConfigurationDict]
WebhookLike = Union[_native.Webhook, WebhookDict]
ProfileLike = Union[_native.Profile, ProfileDict]
Headers = Mapping[str, str]


class _SenderId(TypedDict):
    sender_id: str


class CreateDict(_SenderId, total=False):
    """The arguments of one ``create``; ``ensure_all`` takes many of them."""

    configuration: ConfigurationLike | None
    webhook: WebhookLike | None
    profile: ProfileLike | None
    friendly_name: str | None


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
