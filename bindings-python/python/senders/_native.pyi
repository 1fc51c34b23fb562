import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from types import GenericAlias
from typing import Any, Final, Generic, Literal, SupportsIndex, TypeVar, final, overload, type_check_only

from typing_extensions import Self

from . import types as _types
from ._errors import SendersError, TransportFailure
from ._status import Status

_T_co = TypeVar("_T_co", covariant=True)

__version__: Final[str]
UNSET: Final[Unset]

@final
class Unset:
    """The default of an argument that may also be None: left out."""

    def __new__(cls) -> Unset: ...
    def __bool__(self) -> Literal[False]: ...
    def __reduce__(self) -> str: ...

@type_check_only
class _Model:
    # The methods that all objects of the API have in common.
    @property
    def extra(self) -> dict[str, Any]:
        """Fields this version does not know, and known ones of another type than documented."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the fields that are there: None for null, no key for an absent field, unknown fields as they came."""

    def to_json(self) -> str:
        """The same as compact JSON, byte for byte as it came."""

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Reads what ``to_dict`` gave; nothing is checked.

        Sent back, a section that was read goes as it is, without its null fields. To clear a field write it:
        ``replace(about=None)``, or a dict.
        """

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what ``to_json`` gave; nothing is checked."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any: ...

# generated: the objects
@final
class Configuration(_Model):
    """How a sender is registered. Left out, a field is not there; None is null."""

    __match_args__: tuple[
        Literal["waba_id"],
        Literal["verification_method"],
        Literal["verification_code"],
        Literal["voice_application_sid"],
        Literal["account_type"],
    ]
    def __new__(
        cls,
        *,
        waba_id: str | None | Unset = ...,
        verification_method: _types.VerificationMethod | None | Unset = ...,
        verification_code: str | None | Unset = ...,
        voice_application_sid: str | None | Unset = ...,
        account_type: _types.AccountType | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        waba_id: str | None | Unset = ...,
        verification_method: _types.VerificationMethod | None | Unset = ...,
        verification_code: str | None | Unset = ...,
        voice_application_sid: str | None | Unset = ...,
        account_type: _types.AccountType | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def waba_id(self) -> str | None:
        """The WhatsApp Business Account's id. Needed for a subaccount's first sender (a third-party report)."""

    @property
    def verification_method(self) -> _types.VerificationMethod | str | None:
        """How the verification code is delivered; the service's default is ``sms``."""

    @property
    def verification_code(self) -> str | None:
        """The code that was received. ``verify`` sends this field alone."""

    @property
    def voice_application_sid(self) -> str | None:
        """The voice application for WhatsApp calls, ``AP`` and 32 hexadecimal digits; None turns calls off."""

    @property
    def account_type(self) -> _types.AccountType | str | None:
        """The kind of account, for software vendors; an empty text clears it."""

@final
class Webhook(_Model):
    """The URLs for a sender's events.

    Their form is left to the server. Left out, a field is not there; None is null.
    """

    __match_args__: tuple[
        Literal["callback_url"],
        Literal["callback_method"],
        Literal["fallback_url"],
        Literal["fallback_method"],
        Literal["status_callback_url"],
        Literal["status_callback_method"],
    ]
    def __new__(
        cls,
        *,
        callback_url: str | None | Unset = ...,
        callback_method: _types.CallbackMethod | None | Unset = ...,
        fallback_url: str | None | Unset = ...,
        fallback_method: _types.CallbackMethod | None | Unset = ...,
        status_callback_url: str | None | Unset = ...,
        status_callback_method: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        callback_url: str | None | Unset = ...,
        callback_method: _types.CallbackMethod | None | Unset = ...,
        fallback_url: str | None | Unset = ...,
        fallback_method: _types.CallbackMethod | None | Unset = ...,
        status_callback_url: str | None | Unset = ...,
        status_callback_method: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def callback_url(self) -> str | None:
        """The URL for incoming messages."""

    @property
    def callback_method(self) -> _types.CallbackMethod | str | None:
        """The HTTP method of ``callback_url``: ``POST`` or ``PUT``."""

    @property
    def fallback_url(self) -> str | None:
        """The URL for incoming messages if ``callback_url`` fails."""

    @property
    def fallback_method(self) -> _types.CallbackMethod | str | None:
        """The HTTP method of ``fallback_url``: ``POST`` or ``PUT``."""

    @property
    def status_callback_url(self) -> str | None:
        """The URL for the delivery status of messages."""

    @property
    def status_callback_method(self) -> str | None:
        """The HTTP method of ``status_callback_url``; no list of methods is documented."""

@final
class Website(_Model):
    """A website of a profile.

    The request's form is not documented; the response's is used for both. Left out, a field is not
    there; None is null.
    """

    __match_args__: tuple[Literal["website"], Literal["label"]]
    def __new__(
        cls,
        *,
        website: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        website: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def website(self) -> str | None:
        """The URL."""

    @property
    def label(self) -> str | None:
        """Its name."""

@final
class Email(_Model):
    """An e-mail address of a profile.

    The request's form is not documented; the response's is used for both. Left out, a field is not
    there; None is null.
    """

    __match_args__: tuple[Literal["email"], Literal["label"]]
    def __new__(
        cls,
        *,
        email: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        email: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def email(self) -> str | None:
        """The address."""

    @property
    def label(self) -> str | None:
        """Its name."""

@final
class PhoneNumber(_Model):
    """A phone number of a profile.

    The request's form is not documented; the response's is used for both. Left out, a field is not
    there; None is null.
    """

    __match_args__: tuple[Literal["phone_number"], Literal["label"]]
    def __new__(
        cls,
        *,
        phone_number: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        phone_number: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def phone_number(self) -> str | None:
        """The number."""

    @property
    def label(self) -> str | None:
        """Its name."""

@final
class Profile(_Model):
    """The public profile of a sender. Left out, a field is not there; None is null."""

    __match_args__: tuple[
        Literal["name"],
        Literal["about"],
        Literal["address"],
        Literal["description"],
        Literal["logo_url"],
        Literal["banner_url"],
        Literal["privacy_url"],
        Literal["terms_of_service_url"],
        Literal["accent_color"],
        Literal["vertical"],
        Literal["websites"],
        Literal["emails"],
        Literal["phone_numbers"],
        Literal["use_case"],
    ]
    def __new__(
        cls,
        *,
        name: str | None | Unset = ...,
        about: str | None | Unset = ...,
        address: str | None | Unset = ...,
        description: str | None | Unset = ...,
        logo_url: str | None | Unset = ...,
        banner_url: str | None | Unset = ...,
        privacy_url: str | None | Unset = ...,
        terms_of_service_url: str | None | Unset = ...,
        accent_color: str | None | Unset = ...,
        vertical: _types.Vertical | None | Unset = ...,
        websites: Sequence[Website | _types.WebsiteDict] | None | Unset = ...,
        emails: Sequence[Email | _types.EmailDict] | None | Unset = ...,
        phone_numbers: Sequence[PhoneNumber | _types.PhoneNumberDict] | None | Unset = ...,
        use_case: _types.UseCase | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        name: str | None | Unset = ...,
        about: str | None | Unset = ...,
        address: str | None | Unset = ...,
        description: str | None | Unset = ...,
        logo_url: str | None | Unset = ...,
        banner_url: str | None | Unset = ...,
        privacy_url: str | None | Unset = ...,
        terms_of_service_url: str | None | Unset = ...,
        accent_color: str | None | Unset = ...,
        vertical: _types.Vertical | None | Unset = ...,
        websites: Sequence[Website | _types.WebsiteDict] | None | Unset = ...,
        emails: Sequence[Email | _types.EmailDict] | None | Unset = ...,
        phone_numbers: Sequence[PhoneNumber | _types.PhoneNumberDict] | None | Unset = ...,
        use_case: _types.UseCase | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def name(self) -> str | None:
        """The display name; a WhatsApp sender needs one. Meta limits how often it may change."""

    @property
    def about(self) -> str | None:
        """A short text."""

    @property
    def address(self) -> str | None:
        """The postal address."""

    @property
    def description(self) -> str | None:
        """A longer text."""

    @property
    def logo_url(self) -> str | None:
        """The picture."""

    @property
    def banner_url(self) -> str | None:
        """The banner (RCS)."""

    @property
    def privacy_url(self) -> str | None:
        """The privacy policy (RCS)."""

    @property
    def terms_of_service_url(self) -> str | None:
        """The terms of service (RCS)."""

    @property
    def accent_color(self) -> str | None:
        """A colour such as ``#1f6feb`` (RCS)."""

    @property
    def vertical(self) -> _types.Vertical | None:
        """The line of business."""

    @property
    def websites(self) -> tuple[Website, ...] | None:
        """The websites."""

    @property
    def emails(self) -> tuple[Email, ...] | None:
        """The e-mail addresses."""

    @property
    def phone_numbers(self) -> tuple[PhoneNumber, ...] | None:
        """The phone numbers (RCS)."""

    @property
    def use_case(self) -> _types.UseCase | None:
        """The use of an RCS agent."""

@final
class Properties(_Model):
    """Quality and limits of a sender. Only ever received. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["quality_rating"], Literal["messaging_limit"]]
    def __new__(
        cls,
        *,
        quality_rating: str | None | Unset = ...,
        messaging_limit: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        quality_rating: str | None | Unset = ...,
        messaging_limit: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def quality_rating(self) -> str | None:
        """The quality, such as ``HIGH``."""

    @property
    def messaging_limit(self) -> str | None:
        """The limit, such as ``10K Customers/24hr``."""

@final
class OfflineReason(_Model):
    """A reason why a sender is offline. Only ever received. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["code"], Literal["message"], Literal["more_info"]]
    def __new__(
        cls,
        *,
        code: str | None | Unset = ...,
        message: str | None | Unset = ...,
        more_info: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        code: str | None | Unset = ...,
        message: str | None | Unset = ...,
        more_info: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def code(self) -> str | None:
        """An error code, as text: ``63104``."""

    @property
    def message(self) -> str | None:
        """The server's description."""

    @property
    def more_info(self) -> str | None:
        """A link to the error's page."""

@final
class Carrier(_Model):
    """One carrier's decision about an RCS sender. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["name"], Literal["status"]]
    def __new__(
        cls,
        *,
        name: str | None | Unset = ...,
        status: _types.CarrierStatus | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        name: str | None | Unset = ...,
        status: _types.CarrierStatus | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def name(self) -> str | None:
        """The carrier."""

    @property
    def status(self) -> _types.CarrierStatus | None:
        """The decision."""

@final
class Country(_Model):
    """An RCS sender in one country. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["country"], Literal["registration_sid"], Literal["status"], Literal["carriers"]]
    def __new__(
        cls,
        *,
        country: str | None | Unset = ...,
        registration_sid: str | None | Unset = ...,
        status: _types.CountryStatus | None | Unset = ...,
        carriers: Sequence[Carrier | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        country: str | None | Unset = ...,
        registration_sid: str | None | Unset = ...,
        status: _types.CountryStatus | None | Unset = ...,
        carriers: Sequence[Carrier | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def country(self) -> str | None:
        """The country's code."""

    @property
    def registration_sid(self) -> str | None:
        """The registration there."""

    @property
    def status(self) -> _types.CountryStatus | None:
        """The status there."""

    @property
    def carriers(self) -> tuple[Carrier, ...] | None:
        """One item per carrier."""

@final
class Compliance(_Model):
    """The compliance information of an RCS sender. Only ever received. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["registration_sid"], Literal["countries"]]
    def __new__(
        cls,
        *,
        registration_sid: str | None | Unset = ...,
        countries: Sequence[Country | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        registration_sid: str | None | Unset = ...,
        countries: Sequence[Country | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def registration_sid(self) -> str | None:
        """The registration."""

    @property
    def countries(self) -> tuple[Country, ...] | None:
        """One item per country."""

@final
class Explanation(_Model):
    """The meaning of one of Twilio's error codes, and the next step, as far as this library knows
    them.

    It is no part of a response. Left out, a field is not there; None is null.
    """

    __match_args__: tuple[Literal["code"], Literal["meaning"], Literal["action"], Literal["link"], Literal["source"]]
    def __new__(
        cls,
        *,
        code: str | None | Unset = ...,
        meaning: str | None | Unset = ...,
        action: str | None | Unset = ...,
        link: str | None | Unset = ...,
        source: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        code: str | None | Unset = ...,
        meaning: str | None | Unset = ...,
        action: str | None | Unset = ...,
        link: str | None | Unset = ...,
        source: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    __replace__ = replace

    @property
    def code(self) -> str:
        """The code, as text: ``63104``."""

    @property
    def meaning(self) -> str:
        """The meaning."""

    @property
    def action(self) -> str:
        """The next step."""

    @property
    def link(self) -> str:
        """A link to the code's page in Twilio's error dictionary.

        The form of the link is that of the documented example of ``more_info``; whether there is a
        page for the code is not known.
        """

    @property
    def source(self) -> str:
        """Where the meaning is known from."""

@final
class Sender(_Model):
    """A sender as the server described it in one response.

    The response to an update repeats only the sections that were sent; others may be None. Fetch
    the sender again instead of merging.
    """

    __match_args__: tuple[Literal["sid"], Literal["status"], Literal["sender_id"]]

    @property
    def sid(self) -> str:
        """The SID: ``XE`` and 32 hexadecimal digits."""

    @property
    def status(self) -> Status:
        """The status of the sender."""

    @property
    def sender_id(self) -> str | None:
        """The address, such as ``whatsapp:+15017122661``; None in the response to an update that did not send it."""

    @property
    def friendly_name(self) -> str | None:
        """A name for your own use. Source: twilio-python 9.13.0; not in OAS d50069b."""

    @property
    def configuration(self) -> Configuration | None:
        """How it is registered."""

    @property
    def webhook(self) -> Webhook | None:
        """The URLs for its events."""

    @property
    def profile(self) -> Profile | None:
        """The public profile."""

    @property
    def properties(self) -> Properties | None:
        """Quality and limits."""

    @property
    def offline_reasons(self) -> tuple[OfflineReason, ...]:
        """Why it is offline: the first 1000 reasons; empty if the server gave none."""

    @property
    def compliance(self) -> Compliance | None:
        """The carriers' decisions (RCS); None for WhatsApp."""

    @property
    def url(self) -> str | None:
        """The URL of the resource, as the server wrote it. This library never follows it."""

    @property
    def pending_display_name(self) -> str | None:
        """The display name that waits for approval. Source: twilio-python 9.13.0."""

    @property
    def pending_display_name_status(self) -> _types.PendingDisplayNameStatus | None:
        """The result of its review. Source: twilio-python 9.13.0."""

    @property
    def pending_display_name_status_date(self) -> str | None:
        """The date of that status, in ISO 8601 as the server wrote it. Source: twilio-python 9.13.0."""

    @property
    def display_name_status(self) -> _types.DisplayNameStatus | None:
        """The status of a new display name; only in the response to an update that sent
        ``profile.name``.

        Source: twilio-python 9.13.0.
        """

# end of the objects

@final
class SenderPage:
    """One page of a listing: a sequence of senders."""

    __match_args__: tuple[Literal["senders"], Literal["next_token"]]
    def __new__(cls, senders: Sequence[Sender] | None = None, next_token: str | None = None) -> Self: ...
    @property
    def senders(self) -> tuple[Sender, ...]:
        """The senders in the server's order."""

    @property
    def next_token(self) -> str | None:
        """Where the listing goes on after this page; None after the last."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Sender]: ...
    @overload
    def __getitem__(self, at: SupportsIndex, /) -> Sender: ...
    @overload
    def __getitem__(self, at: slice[Any, Any, Any], /) -> tuple[Sender, ...]: ...
    def __eq__(self, other: object, /) -> bool: ...
    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> SenderPage: ...
    def __deepcopy__(self, _memo: Any) -> SenderPage: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class StatusChange:
    """A status a wait has seen that was not the one before. ``str(change)`` is the status."""

    __match_args__: tuple[Literal["status"], Literal["sender"], Literal["token"]]
    def __new__(cls, sender: Sender, token: str) -> Self: ...
    @property
    def sender(self) -> Sender:
        """The sender as it was seen."""

    @property
    def status(self) -> Status:
        """Its status."""

    @property
    def token(self) -> str:
        """Takes the wait up again from here, in any process."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Ensured:
    """The result of ``ensure``."""

    __match_args__: tuple[Literal["resolution"], Literal["sender"], Literal["differences"]]
    def __new__(cls, resolution: str, sender: Sender, differences: Sequence[str] | None = None) -> Self: ...
    @property
    def resolution(self) -> str:
        """``created``, ``found`` or ``reconciled``."""

    @property
    def sender(self) -> Sender:
        """The sender."""

    @property
    def differences(self) -> tuple[str, ...]:
        """The request's fields that the found sender does not have, such as ``profile.name``. Nothing is overwritten."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class RequestEvent:
    """A request that is about to be sent, without its headers and body: they hold secrets."""

    __match_args__: tuple[Literal["call"], Literal["operation"], Literal["attempt"], Literal["method"], Literal["url"]]
    def __new__(cls, call: int, operation: str, attempt: int, method: str, url: str) -> Self: ...
    @property
    def call(self) -> int:
        """The number of the call within its client, from 1: the same in all events of the call, and in the log."""

    @property
    def operation(self) -> str:
        """The operation, such as ``create``."""

    @property
    def attempt(self) -> int:
        """The number of the request within its call, from 1."""

    @property
    def method(self) -> str:
        """The method."""

    @property
    def url(self) -> str:
        """The whole URL."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class ResponseEvent:
    """The end of a request: it has either a status or a failure."""

    __match_args__: tuple[
        Literal["call"],
        Literal["operation"],
        Literal["attempt"],
        Literal["method"],
        Literal["url"],
        Literal["duration"],
        Literal["status"],
        Literal["request_id"],
        Literal["failure"],
    ]
    def __new__(
        cls,
        call: int,
        operation: str,
        attempt: int,
        method: str,
        url: str,
        duration: float,
        status: int | None = None,
        request_id: str | None = None,
        failure: TransportFailure | None = None,
    ) -> Self: ...
    @property
    def call(self) -> int:
        """The number of the call within its client."""

    @property
    def operation(self) -> str:
        """The operation, such as ``create``."""

    @property
    def attempt(self) -> int:
        """The number of the request within its call, from 1."""

    @property
    def method(self) -> str:
        """The method."""

    @property
    def url(self) -> str:
        """The whole URL."""

    @property
    def duration(self) -> float:
        """Seconds from the request to its end."""

    @property
    def status(self) -> int | None:
        """The HTTP status, if there was a response."""

    @property
    def request_id(self) -> str | None:
        """The id the server gave the request."""

    @property
    def failure(self) -> TransportFailure | None:
        """Why there was no response."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class WaitEvent:
    """A pause between two requests of a call."""

    __match_args__: tuple[Literal["call"], Literal["operation"], Literal["reason"], Literal["delay"]]
    def __new__(cls, call: int, operation: str, reason: str, delay: float) -> Self: ...
    @property
    def call(self) -> int:
        """The number of the call within its client."""

    @property
    def operation(self) -> str:
        """The operation, such as ``wait_until_online``."""

    @property
    def reason(self) -> str:
        """The reason: ``backoff``, ``retry_after``, ``poll``, ``reconcile`` or ``queue``."""

    @property
    def delay(self) -> float:
        """The pause in seconds."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class WithResponse(Generic[_T_co]):
    """A result with the status, the headers and the request id of the last response of its call."""

    __match_args__: tuple[Literal["data"], Literal["status"], Literal["headers"], Literal["request_id"]]
    def __new__(
        cls, data: _T_co, status: int, headers: tuple[tuple[str, str], ...], request_id: str | None = None
    ) -> Self: ...
    @property
    def data(self) -> _T_co:
        """The result."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Name and value of every header, in order. ``repr`` does not show them."""

    @property
    def request_id(self) -> str | None:
        """The id the server gave the request."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    @classmethod
    def __class_getitem__(cls, key: Any) -> GenericAlias: ...

@final
class HttpRequest:
    """One request, for a transport of one's own to send as it is."""

    @property
    def method(self) -> str:
        """``GET``, ``POST`` or ``DELETE``."""

    @property
    def url(self) -> str:
        """The whole URL."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Name and value of every header. ``Host`` and ``Content-Length`` are the transport's to add."""

    @property
    def body(self) -> bytes:
        """The body; empty if there is none."""

    @property
    def timeout(self) -> float:
        """Seconds the attempt may take."""

    @property
    def max_response_bytes(self) -> int:
        """The largest body a response may have; a larger one is refused."""

@final
class HttpResponse:
    """A response, as a transport of one's own may return it."""

    def __new__(
        cls,
        status: int,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: bytes | bytearray | None = None,
    ) -> Self: ...
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> list[tuple[str, str]]: ...
    @property
    def body(self) -> bytes: ...

# The rest is for the package itself.

@final
class Call:
    @property
    def done(self) -> bool: ...
    @property
    def begun(self) -> bool: ...
    def cancel(self, message: str) -> None: ...
    def keep_response(self) -> None: ...
    def with_response(self, value: Any) -> Any: ...
    @property
    def has_clock(self) -> bool: ...
    def _panic(self) -> None: ...

@final
class Hooks:
    def __new__(cls, on_request: Any, on_response: Any, on_wait: Any) -> Self: ...

@final
class Client:
    def __new__(
        cls,
        options: dict[str, Any],
        *,
        environment: Mapping[str, str],
        clock: Any,
        hooks: Hooks | None,
    ) -> Self: ...
    @property
    def origin(self) -> str: ...
    @property
    def credentials(self) -> str: ...
    def create(
        self,
        sender_id: Any,
        friendly_name: Any,
        configuration: Any,
        webhook: Any,
        profile: Any,
        timeout: Any,
        total_timeout: Any,
        max_retries: Any,
        headers: Any,
    ) -> Call: ...
    def ensure(
        self,
        sender_id: Any,
        friendly_name: Any,
        configuration: Any,
        webhook: Any,
        profile: Any,
        token: Any,
        timeout: Any,
        total_timeout: Any,
        max_retries: Any,
        headers: Any,
    ) -> Call: ...
    def ensure_all(
        self, senders: Any, token: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> tuple[Call, builtins.list[str]]: ...
    def fetch(self, sid: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any) -> Call: ...
    def list(
        self,
        channel: Any,
        page_size: Any,
        limit: Any,
        token: Any,
        timeout: Any,
        total_timeout: Any,
        max_retries: Any,
        headers: Any,
    ) -> Call: ...
    def update(
        self,
        sid: Any,
        friendly_name: Any,
        configuration: Any,
        webhook: Any,
        profile: Any,
        timeout: Any,
        total_timeout: Any,
        max_retries: Any,
        headers: Any,
    ) -> Call: ...
    def verify(self, sid: Any, code: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any) -> Call: ...
    def delete(
        self, sid: Any, missing_ok: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def wait_until_online(
        self,
        sid: Any,
        timeout: Any,
        wait_for_verification: Any,
        token: Any,
        attempt_timeout: Any,
        total_timeout: Any,
        max_retries: Any,
        headers: Any,
    ) -> Call: ...

@final
class Transport:
    def __new__(
        cls, *, proxy: Any = None, ca_file: str | PathLike[str] | None = None, max_connections: int = 100
    ) -> Self: ...
    def run(self, call: Call) -> Any: ...
    def close(self) -> None: ...
    @property
    def idle_connections(self) -> int: ...

@final
class AsyncSettings:
    def __new__(
        cls, *, proxy: Any = None, ca_file: str | PathLike[str] | None = None, max_connections: int = 100
    ) -> Self: ...
    def pool(self, event_loop: Any, connect: Callable[[Conn, str, int], Any]) -> Pool: ...

@final
class Pool:
    def start(self, call: Call) -> Any: ...
    def abort(self, call: Call, future: Any) -> None: ...
    def close(self) -> None: ...
    @property
    def event_loop(self) -> Any: ...
    @property
    def connections(self) -> tuple[int, int]: ...
    def _resume(self, call: Call, future: Any) -> None: ...
    def _expire(self) -> None: ...

@final
class Conn:
    def connection_made(self, transport: Any) -> None: ...
    def get_buffer(self, _size_hint: int) -> memoryview: ...
    def buffer_updated(self, count: int) -> None: ...
    def eof_received(self) -> bool: ...
    def connection_lost(self, error: Any = None) -> None: ...
    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...
    def dial(self, is_v6: list[bool]) -> Dial: ...
    def connect_failed(self, error: Any) -> None: ...

@final
class Dial:
    def step(self) -> int | float | None: ...
    def failed(self) -> None: ...

def literal_addresses(host: str, port: int) -> list[tuple[str, int]] | None: ...
def run_with(call: Call, send: Callable[[HttpRequest], Any]) -> Any: ...
def poll(call: Call) -> HttpRequest | float | tuple[Any]: ...
def sleep(call: Call, seconds: float) -> Any: ...
def clock_failed(call: Call, error: Any) -> BaseException: ...
def claim(call: Call) -> None: ...
def release(call: Call) -> None: ...
def answer(call: Call, request: HttpRequest, returned: Any) -> None: ...
def fail(call: Call, request: HttpRequest, error: Any) -> None: ...
def known_statuses() -> list[str]: ...
def explain(code: int | str, /) -> Explanation | None:
    """Explains one of Twilio's error codes: of an error, of an offline reason, or of the error log; a number or its text.

    None for a code that this version does not know.
    """

def status_traits(word: str) -> tuple[bool, bool, bool, bool]: ...
def error_kinds() -> list[str]: ...
def _error_of_kind(kind: str, message: str) -> SendersError: ...

@final
class Emulator:
    def __new__(cls, switches: Sequence[tuple[str, str]]) -> Self: ...
    def send(
        self,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        body: bytes,
        timeout: float,
        max_bytes: int,
    ) -> tuple[int, list[tuple[str, str]], bytes]: ...
    def monotonic(self) -> float: ...
    def time(self) -> float: ...
    def advance(self, seconds: float) -> None: ...
    def set_switch(self, name: str, value: str) -> None: ...
    def switches(self) -> list[tuple[str, str, str, str, str]]: ...
    def journal(self) -> list[tuple[Any, ...]]: ...
    def clear_journal(self) -> None: ...
    def inject(self, rule: str) -> None: ...
    def clear_faults(self) -> None: ...
    def seed_senders(self, count: int) -> None: ...
    def senders(self) -> list[str]: ...
    def set_status(self, sid: str, status: str) -> bool: ...
    def change_sender(self, sid: str, change: str) -> None: ...
    def sender_ids(self) -> list[tuple[str, int, int, list[str]]]: ...
    def waiting_codes(self) -> list[tuple[str, str, str, int, int]]: ...
    def reset(self) -> None: ...

def magic_numbers_table() -> list[tuple[str, int, int, str]]: ...
def fault_names() -> list[tuple[str, str]]: ...
