import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Final, Literal, SupportsIndex, final, overload, type_check_only

from typing_extensions import Self

from ._errors import SendersError
from ._status import Status
from .types import EmailDict, PhoneNumberDict, WebsiteDict

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

@final
class Configuration(_Model):
    """How a sender is registered. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["waba_id"], Literal["verification_method"], Literal["verification_code"], Literal["voice_application_sid"], Literal["account_type"]]
    def __new__(
        cls,
        *,
        waba_id: str | None | Unset = ...,
        verification_method: Literal["sms", "voice"] | None | Unset = ...,
        verification_code: str | None | Unset = ...,
        voice_application_sid: str | None | Unset = ...,
        account_type: Literal["ISV", "ISVSubAccount", ""] | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        waba_id: str | None | Unset = ...,
        verification_method: Literal["sms", "voice"] | None | Unset = ...,
        verification_code: str | None | Unset = ...,
        voice_application_sid: str | None | Unset = ...,
        account_type: Literal["ISV", "ISVSubAccount", ""] | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    def __replace__(
        self,
        *,
        waba_id: str | None | Unset = ...,
        verification_method: Literal["sms", "voice"] | None | Unset = ...,
        verification_code: str | None | Unset = ...,
        voice_application_sid: str | None | Unset = ...,
        account_type: Literal["ISV", "ISVSubAccount", ""] | None | Unset = ...,
    ) -> Self: ...
    @property
    def waba_id(self) -> str | None: ...
    @property
    def verification_method(self) -> str | None: ...
    @property
    def verification_code(self) -> str | None: ...
    @property
    def voice_application_sid(self) -> str | None: ...
    @property
    def account_type(self) -> str | None: ...
@final
class Webhook(_Model):
    """Where a sender's events go. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["callback_url"], Literal["callback_method"], Literal["fallback_url"], Literal["fallback_method"], Literal["status_callback_url"], Literal["status_callback_method"]]
    def __new__(
        cls,
        *,
        callback_url: str | None | Unset = ...,
        callback_method: Literal["POST", "PUT"] | None | Unset = ...,
        fallback_url: str | None | Unset = ...,
        fallback_method: Literal["POST", "PUT"] | None | Unset = ...,
        status_callback_url: str | None | Unset = ...,
        status_callback_method: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        callback_url: str | None | Unset = ...,
        callback_method: Literal["POST", "PUT"] | None | Unset = ...,
        fallback_url: str | None | Unset = ...,
        fallback_method: Literal["POST", "PUT"] | None | Unset = ...,
        status_callback_url: str | None | Unset = ...,
        status_callback_method: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    def __replace__(
        self,
        *,
        callback_url: str | None | Unset = ...,
        callback_method: Literal["POST", "PUT"] | None | Unset = ...,
        fallback_url: str | None | Unset = ...,
        fallback_method: Literal["POST", "PUT"] | None | Unset = ...,
        status_callback_url: str | None | Unset = ...,
        status_callback_method: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def callback_url(self) -> str | None: ...
    @property
    def callback_method(self) -> str | None: ...
    @property
    def fallback_url(self) -> str | None: ...
    @property
    def fallback_method(self) -> str | None: ...
    @property
    def status_callback_url(self) -> str | None: ...
    @property
    def status_callback_method(self) -> str | None: ...
@final
class Profile(_Model):
    """The profile of a sender, which people see. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["name"], Literal["about"], Literal["address"], Literal["description"], Literal["logo_url"], Literal["banner_url"], Literal["privacy_url"], Literal["terms_of_service_url"], Literal["accent_color"], Literal["vertical"], Literal["websites"], Literal["emails"], Literal["phone_numbers"], Literal["use_case"]]
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
        vertical: str | None | Unset = ...,
        websites: Sequence[Website | WebsiteDict] | None | Unset = ...,
        emails: Sequence[Email | EmailDict] | None | Unset = ...,
        phone_numbers: Sequence[PhoneNumber | PhoneNumberDict] | None | Unset = ...,
        use_case: str | None | Unset = ...,
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
        vertical: str | None | Unset = ...,
        websites: Sequence[Website | WebsiteDict] | None | Unset = ...,
        emails: Sequence[Email | EmailDict] | None | Unset = ...,
        phone_numbers: Sequence[PhoneNumber | PhoneNumberDict] | None | Unset = ...,
        use_case: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    def __replace__(
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
        vertical: str | None | Unset = ...,
        websites: Sequence[Website | WebsiteDict] | None | Unset = ...,
        emails: Sequence[Email | EmailDict] | None | Unset = ...,
        phone_numbers: Sequence[PhoneNumber | PhoneNumberDict] | None | Unset = ...,
        use_case: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def name(self) -> str | None: ...
    @property
    def about(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def logo_url(self) -> str | None: ...
    @property
    def banner_url(self) -> str | None: ...
    @property
    def privacy_url(self) -> str | None: ...
    @property
    def terms_of_service_url(self) -> str | None: ...
    @property
    def accent_color(self) -> str | None: ...
    @property
    def vertical(self) -> str | None: ...
    @property
    def websites(self) -> tuple[Website, ...] | None: ...
    @property
    def emails(self) -> tuple[Email, ...] | None: ...
    @property
    def phone_numbers(self) -> tuple[PhoneNumber, ...] | None: ...
    @property
    def use_case(self) -> str | None: ...
@final
class Website(_Model):
    """A website of a profile. Left out, a field is not there; None is null."""

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

    def __replace__(
        self,
        *,
        website: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def website(self) -> str | None: ...
    @property
    def label(self) -> str | None: ...
@final
class Email(_Model):
    """An e-mail address of a profile. Left out, a field is not there; None is null."""

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

    def __replace__(
        self,
        *,
        email: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def email(self) -> str | None: ...
    @property
    def label(self) -> str | None: ...
@final
class PhoneNumber(_Model):
    """A phone number of a profile. Left out, a field is not there; None is null."""

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

    def __replace__(
        self,
        *,
        phone_number: str | None | Unset = ...,
        label: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def phone_number(self) -> str | None: ...
    @property
    def label(self) -> str | None: ...
@final
class Properties(_Model):
    """How a sender is doing. Left out, a field is not there; None is null."""

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

    def __replace__(
        self,
        *,
        quality_rating: str | None | Unset = ...,
        messaging_limit: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def quality_rating(self) -> str | None: ...
    @property
    def messaging_limit(self) -> str | None: ...
@final
class OfflineReason(_Model):
    """Why a sender is offline. Left out, a field is not there; None is null."""

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

    def __replace__(
        self,
        *,
        code: str | None | Unset = ...,
        message: str | None | Unset = ...,
        more_info: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def code(self) -> str | None: ...
    @property
    def message(self) -> str | None: ...
    @property
    def more_info(self) -> str | None: ...
@final
class Compliance(_Model):
    """The compliance information of an RCS sender. Left out, a field is not there; None is null."""

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

    def __replace__(
        self,
        *,
        registration_sid: str | None | Unset = ...,
        countries: Sequence[Country | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self: ...
    @property
    def registration_sid(self) -> str | None: ...
    @property
    def countries(self) -> tuple[Country, ...] | None: ...
@final
class Country(_Model):
    """An RCS sender in one country. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["country"], Literal["registration_sid"], Literal["status"], Literal["carriers"]]
    def __new__(
        cls,
        *,
        country: str | None | Unset = ...,
        registration_sid: str | None | Unset = ...,
        status: str | None | Unset = ...,
        carriers: Sequence[Carrier | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        country: str | None | Unset = ...,
        registration_sid: str | None | Unset = ...,
        status: str | None | Unset = ...,
        carriers: Sequence[Carrier | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    def __replace__(
        self,
        *,
        country: str | None | Unset = ...,
        registration_sid: str | None | Unset = ...,
        status: str | None | Unset = ...,
        carriers: Sequence[Carrier | Mapping[str, Any]] | None | Unset = ...,
    ) -> Self: ...
    @property
    def country(self) -> str | None: ...
    @property
    def registration_sid(self) -> str | None: ...
    @property
    def status(self) -> str | None: ...
    @property
    def carriers(self) -> tuple[Carrier, ...] | None: ...
@final
class Carrier(_Model):
    """One carrier's word on an RCS sender. Left out, a field is not there; None is null."""

    __match_args__: tuple[Literal["name"], Literal["status"]]
    def __new__(
        cls,
        *,
        name: str | None | Unset = ...,
        status: str | None | Unset = ...,
    ) -> Self: ...
    def replace(
        self,
        *,
        name: str | None | Unset = ...,
        status: str | None | Unset = ...,
    ) -> Self:
        """The same with other values of these fields; the rest stays, what this version does not know too."""

    def __replace__(
        self,
        *,
        name: str | None | Unset = ...,
        status: str | None | Unset = ...,
    ) -> Self: ...
    @property
    def name(self) -> str | None: ...
    @property
    def status(self) -> str | None: ...
@final
class Sender(_Model):
    """A sender as the server described it in one response.

    The response to an update only repeats the sections that were sent; others may be None. Fetch the sender again
    instead of merging.
    """

    __match_args__: tuple[Literal["sid"], Literal["status"], Literal["sender_id"]]

    @property
    def sid(self) -> str:
        """The SID: ``XE`` and 32 hexadecimal digits."""

    @property
    def status(self) -> Status:
        """Where it is in its life."""

    @property
    def sender_id(self) -> str | None:
        """The address of the sender, such as ``whatsapp:+15551234567``."""

    @property
    def friendly_name(self) -> str | None:
        """A name for the account's own use."""

    @property
    def configuration(self) -> Configuration | None:
        """How it is registered."""

    @property
    def webhook(self) -> Webhook | None:
        """Where its events go."""

    @property
    def profile(self) -> Profile | None:
        """The profile, which people see."""

    @property
    def properties(self) -> Properties | None:
        """How it is doing."""

    @property
    def offline_reasons(self) -> tuple[OfflineReason, ...]:
        """Why it is offline; empty where the server gave no reason."""

    @property
    def compliance(self) -> Compliance | None:
        """The review by carriers; None for WhatsApp."""

    @property
    def url(self) -> str | None:
        """The URL of the resource. This package never follows it."""

    @property
    def pending_display_name(self) -> str | None:
        """The display name that waits to be approved."""

    @property
    def pending_display_name_status(self) -> str | None:
        """The status of its review."""

    @property
    def pending_display_name_status_date(self) -> str | None:
        """Since when, in ISO 8601."""

    @property
    def display_name_status(self) -> str | None:
        """Where a new display name is; only in the response to an update that sent ``profile.name``."""


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
    @property
    def has_clock(self) -> bool: ...
    def _panic(self) -> None: ...

@final
class Client:
    def __new__(
        cls,
        *,
        account_sid: str | None,
        auth_token: str | None,
        api_key: str | None,
        api_secret: str | None,
        base_url: str | None,
        region: str | None,
        edge: str | None,
        timeout: float | None,
        connect_timeout: float | None,
        total_timeout: float | None,
        max_retries: int | None,
        max_response_bytes: int | None,
        user_agent: str | None,
        seed: int | None,
        clock: Any,
    ) -> Self: ...
    @property
    def origin(self) -> str: ...
    @property
    def credentials(self) -> str: ...

    def create(
        self, sender_id: Any, friendly_name: Any, configuration: Any, webhook: Any, profile: Any,
        timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def ensure(
        self, sender_id: Any, friendly_name: Any, configuration: Any, webhook: Any, profile: Any, token:
        Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def ensure_all(
        self, senders: Any, token: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> tuple[Call, builtins.list[str]]: ...
    def fetch(
        self, sid: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def list(
        self, channel: Any, page_size: Any, limit: Any, token: Any, timeout: Any, total_timeout:
        Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def update(
        self, sid: Any, friendly_name: Any, configuration: Any, webhook: Any, profile: Any, timeout:
        Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def verify(
        self, sid: Any, code: Any, timeout: Any, total_timeout: Any, max_retries: Any, headers: Any
    ) -> Call: ...
    def delete(
        self, sid: Any, missing_ok: Any, timeout: Any, total_timeout: Any, max_retries: Any,
        headers: Any
    ) -> Call: ...
    def wait_until_online(
        self, sid: Any, timeout: Any, wait_for_verification: Any, token: Any, attempt_timeout: Any,
        total_timeout: Any, max_retries: Any, headers: Any
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
