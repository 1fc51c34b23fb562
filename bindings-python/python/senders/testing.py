"""The Senders API in this process, for tests: no server, no network, and no real time passes.

    from senders.testing import Emulator

    emulator = Emulator()
    client = emulator.client()
    sender = client.create("whatsapp:+15551230001", profile={"name": "Example"})

The emulator is a transport (it has ``send``) with its own clock: every wait of the client passes at once. ``client``
and ``async_client`` make clients that use it; ``Senders(transport=emulator, …)`` does too, with the credentials of
``Emulator.account_sid`` and ``Emulator.auth_token``.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from . import _native
from ._async_client import AsyncSenders
from ._client import Senders
from ._json import loads
from ._native import HttpRequest, HttpResponse, Sender

__all__ = ["Emulator", "Fault", "JournalEntry", "MagicNumber", "SenderIdCount", "Switch", "WaitingCode"]


class JournalEntry(NamedTuple):
    """A request as the emulator got it, and what it did. Credentials are ``***``."""

    sequence: int
    #: The emulator's time in seconds.
    at: float
    method: str
    #: The URL as it was sent.
    url: str
    headers: dict[str, str]
    #: The body as it was sent, cut at 64 KiB.
    body: bytes
    #: ``create``, ``list``, ``fetch``, ``update``, ``delete``, or None.
    operation: str | None
    #: The status of the response; 0 if no response was sent.
    status: int
    #: The fault that was applied.
    fault: str | None
    #: Whether the request was carried out.
    acted: bool
    request_id: str

    def json(self) -> Any:
        """The body read as JSON; None if it is empty."""
        return loads(self.body.decode()) if self.body else None


class Switch(NamedTuple):
    """A switch: how the emulator behaves where the real service's behaviour is not documented, and the like."""

    name: str
    value: str
    default: str
    allowed: str
    text: str


class MagicNumber(NamedTuple):
    """The end of a phone number that makes something happen: ``whatsapp:+155500`` + any digits + ``digits``."""

    digits: str
    #: The status of the refusal; 0 where nothing is refused.
    status: int
    #: The error code; 0 where nothing fails.
    code: int
    text: str


class Fault(NamedTuple):
    """Something that can go wrong on purpose, see ``Emulator.inject``."""

    name: str
    text: str


class SenderIdCount(NamedTuple):
    """How many senders one ``sender_id`` has: more than one is a number registered twice."""

    sender_id: str
    senders: int
    #: How many creates with it were carried out, those of deleted senders too.
    created: int
    sids: list[str]


class WaitingCode(NamedTuple):
    """A sender that waits for its verification code."""

    sid: str
    sender_id: str
    #: ``sms`` or ``voice``.
    verification_method: str
    codes_sent: int
    wrong_codes: int


class _Clock:
    """The emulator's time as a transport's clock."""

    __slots__ = ("_emulator",)

    def __init__(self, emulator: _native.Emulator) -> None:
        self._emulator = emulator

    def monotonic(self) -> float:
        return self._emulator.monotonic()

    def time(self) -> float:
        return self._emulator.time()

    def sleep(self, seconds: float) -> None:
        self._emulator.advance(seconds)


class Emulator:
    """The Senders API on a virtual clock. Switches are keywords: ``Emulator(duplicate_status="409", step_ms=0)``.

    Numbers lead a sender's life by their digits: ``+155501…`` verifies itself and comes online; any other number waits
    for a code, of which ``000000`` is wrong and any other six digits are right; see ``magic_numbers`` for the rest.
    """

    #: The credentials it takes unless the switches say otherwise.
    account_sid = "AC" + "0" * 32
    auth_token = "0" * 32

    def __init__(self, **switches: object) -> None:
        self._native = _native.Emulator([(name, _word(value)) for name, value in switches.items()])
        #: The virtual clock: ``monotonic()``, ``time()``, ``sleep(seconds)``.
        self.clock = _Clock(self._native)

    def client(self, **options: Any) -> Senders:
        """A ``Senders`` that talks to this emulator; the options are those of ``Senders``."""
        try:
            return Senders(**self._options(options))
        finally:
            options.clear()

    def async_client(self, **options: Any) -> AsyncSenders:
        """An ``AsyncSenders`` that talks to this emulator; the options are those of ``AsyncSenders``."""
        try:
            return AsyncSenders(**self._options(options))
        finally:
            options.clear()

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        credentials = ("account_sid", "auth_token", "api_key", "api_secret", "no_credentials")
        if not any(name in options for name in credentials):
            options = {"account_sid": self.account_sid, "auth_token": self.auth_token, **options}
        # Given, so that the environment has no say in a test.
        if not any(name in options for name in ("base_url", "region", "edge")):
            options = {"base_url": "http://localhost", **options}
        return {"transport": self, "seed": 0, **options}

    def send(self, request: HttpRequest) -> HttpResponse:
        """Returns the response to a request of a client. This method makes the emulator a transport."""
        return HttpResponse(
            *self._native.send(
                request.method,
                request.url,
                request.headers,
                request.body,
                request.timeout,
                request.max_response_bytes,
            )
        )

    @property
    def journal(self) -> list[JournalEntry]:
        """Every request so far."""
        entries = (JournalEntry(*row) for row in self._native.journal())
        return [entry._replace(headers=dict(entry.headers)) for entry in entries]

    def clear_journal(self) -> None:
        """Forgets the requests so far."""
        self._native.clear_journal()

    @property
    def switches(self) -> dict[str, Switch]:
        """Every switch by name."""
        return {row[0]: Switch(*row) for row in self._native.switches()}

    def set_switch(self, name: str, value: object) -> None:
        """Sets a switch from now on; ``ValueError`` says which values it takes."""
        self._native.set_switch(name, _word(value))

    def advance(self, seconds: float) -> None:
        """Moves the clock on."""
        self._native.advance(seconds)

    def inject(
        self,
        fault: str,
        *,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        **params: object,
    ) -> None:
        """Makes a request go wrong: the ``nth`` that fits, and as many as ``times`` from there (None: all).

        ``operation`` is ``create``, ``list``, ``fetch``, ``update`` or ``delete``; ``params`` are the fault's own, such as
        ``inject("rate-limited", operation="create", retry_after=1)``. ``faults`` lists what there is.
        """
        rule: dict[str, Any] = {"fault": fault, "nth": nth, "times": times}
        wanted = {"operation": operation, "method": method, "path": path}
        rule.update({name: value for name, value in wanted.items() if value is not None})
        if params:
            rule["params"] = {name.replace("_", "-"): value for name, value in params.items()}
        self._native.inject(json.dumps(rule))

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._native.clear_faults()

    @staticmethod
    def faults() -> list[Fault]:
        """Every fault there is."""
        return [Fault(*row) for row in _native.fault_names()]

    @staticmethod
    def magic_numbers() -> list[MagicNumber]:
        """Every magic number there is."""
        return [MagicNumber(*row) for row in _native.magic_numbers_table()]

    @property
    def senders(self) -> list[Sender]:
        """Every sender there is, as a fetch would answer now."""
        return [Sender.from_json(text) for text in self._native.senders()]

    def seed_senders(self, count: int) -> None:
        """Adds senders that are online."""
        self._native.seed_senders(count)

    def set_status(self, sid: str, status: str) -> None:
        """Puts a sender into any status, known or not."""
        if not self._native.set_status(sid, status):
            raise LookupError("the emulator has no sender of this SID")

    def change_sender(self, sid: str, **change: object) -> None:
        """Changes a sender without a request: ``status`` (and ``for_ms``), ``offline_reasons``, ``quality_rating``,
        ``messaging_limit``, ``pending_display_name``, ``pending_display_name_status``, ``hide_from_list_ms``,
        ``hide_from_fetch_ms``. Properties that are left out stay as they are.
        """
        self._native.change_sender(sid, json.dumps(change))

    @property
    def sender_ids(self) -> list[SenderIdCount]:
        """Every ``sender_id`` that a sender has or had."""
        return [SenderIdCount(*row) for row in self._native.sender_ids()]

    @property
    def waiting_codes(self) -> list[WaitingCode]:
        """The senders that wait for a verification code."""
        return [WaitingCode(*row) for row in self._native.waiting_codes()]

    def reset(self) -> None:
        """Forgets senders, faults, journal and the time that has passed; the switches stay."""
        self._native.reset()

    def __repr__(self) -> str:
        return repr(self._native)


def _word(value: object) -> str:
    """A switch's value as the emulator reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
