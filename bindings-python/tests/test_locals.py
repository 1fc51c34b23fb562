"""A traceback that shows locals (pytest -l, Sentry, `capture_locals`) shows no secret in a frame of this package."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import senders
from senders import AsyncSenders, HttpRequest, Senders
from senders.testing import Emulator

PACKAGE = str(Path(senders.__file__).parent)
CANARY = "canary7c4f"
SID = "XE" + "a" * 32
NUMBER = "whatsapp:+15017122661"
ACCOUNT: dict[str, Any] = {"account_sid": "AC" + "0" * 32, "auth_token": CANARY}
KEY: dict[str, Any] = {"api_key": "SK" + "0" * 32, "api_secret": CANARY}
PROXY = f"http://user:{CANARY}@127.0.0.1:9"

#: Options that are refused, each for another reason and in another place.
REFUSED: list[dict[str, Any]] = [
    {"account_sid": "AC1", "auth_token": CANARY},
    {"account_sid": CANARY, "auth_token": CANARY},
    {"auth_token": CANARY},
    {"api_secret": CANARY},
    {"api_key": CANARY, "api_secret": CANARY},
    {**ACCOUNT, **KEY},
    {**ACCOUNT, "no_credentials": True},
    {**ACCOUNT, "base_url": 5},
    {**ACCOUNT, "base_url": f"https://user:{CANARY}@example.com"},
    {**ACCOUNT, "base_url": "https://e.com", "region": "ie1"},
    {**ACCOUNT, "timeout": 0},
    {**ACCOUNT, "seed": -1},
    {**ACCOUNT, "transport": object()},
    {**ACCOUNT, "transport": Emulator(), "proxy": PROXY},
    {**ACCOUNT, "max_connections": 0, "proxy": PROXY},
    {**ACCOUNT, "max_connections": -1, "proxy": PROXY},
    {**ACCOUNT, "max_connections": "5", "proxy": PROXY},
    {**ACCOUNT, "ca_file": 5, "proxy": PROXY},
    {**ACCOUNT, "ca_file": "/does/not/exist.pem", "proxy": PROXY},
    {**ACCOUNT, "proxy": f"ftp://{CANARY}@x"},
    {**ACCOUNT, "proxy": f"http://user:{CANARY}/x@127.0.0.1:9"},
    {**ACCOUNT, "on_request": 5, "proxy": PROXY},
    {**ACCOUNT, "timeout": -1, "proxy": PROXY},
    {**ACCOUNT, "no_credentials": True, "proxy": PROXY},
    {**KEY, "timeout": "5"},
    {"timeout": 0},
    {"proxy": 5},
]


def our_locals(error: BaseException) -> list[tuple[str, str, str]]:
    """Function, name and value of every local of a frame of this package that the error passed through."""
    found: list[tuple[str, str, str]] = []
    seen: BaseException | None = error
    while seen is not None:
        shown = traceback.TracebackException.from_exception(seen, capture_locals=True)
        for frame in shown.stack:
            if frame.filename.startswith(PACKAGE):
                found += [(frame.name, name, value) for name, value in (frame.locals or {}).items()]
        seen = seen.__cause__ or seen.__context__
    return found


def assert_nothing_shown(call: Callable[[], Any], wanted: type[BaseException] = senders.SendersError) -> None:
    with pytest.raises(wanted) as caught:
        call()
    shown = our_locals(caught.value)
    # The frames were looked at: each has something in it, `self` at least.
    assert shown
    assert [one for one in shown if CANARY in one[2] or "987654" in one[2]] == []


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDERS_BASE_URL", raising=False)
    for name, value in (("ACCOUNT_SID", "AC" + "0" * 32), ("AUTH_TOKEN", CANARY), ("REGION", ""), ("EDGE", "")):
        monkeypatch.setenv(f"TWILIO_{name}", value)


@pytest.mark.parametrize("client", [Senders, AsyncSenders])
@pytest.mark.parametrize("options", REFUSED, ids=str)
def test_no_constructor_keeps_a_secret(client: Any, options: dict[str, Any]) -> None:
    assert_nothing_shown(lambda: client(**options))


@pytest.mark.parametrize("client", [Senders, AsyncSenders])
def test_nor_what_the_environment_says(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [
        ("TWILIO_ACCOUNT_SID", "AC1"),
        ("SENDERS_BASE_URL", f"https://user:{CANARY}@example.com"),
        ("TWILIO_API_KEY", CANARY),
        ("HTTPS_PROXY", f"ftp://{CANARY}@x"),
    ]:
        with monkeypatch.context() as context:
            context.setenv("TWILIO_API_SECRET", CANARY)
            context.setenv(name, value)
            try:
                client()
            except senders.SendersError as error:
                assert [one for one in our_locals(error) if CANARY in one[2]] == [], name
            else:
                # A proxy of the environment that cannot be used is found by the first request.
                assert name == "HTTPS_PROXY"


def test_nor_a_client_of_the_emulator() -> None:
    emulator = Emulator()
    assert_nothing_shown(lambda: emulator.client(auth_token=CANARY))
    assert_nothing_shown(lambda: emulator.async_client(**ACCOUNT, timeout=0))


class Broken:
    """A transport whose failure passes through every frame of a call."""

    def send(self, request: HttpRequest) -> Any:
        raise RuntimeError("no")


CODE = {"configuration": {"verification_code": "987654"}, "headers": {"X-Secret": CANARY}}
WRONG = {"configuration": {"verification_code": "987654", "other": 1}, "headers": {"X-Secret": CANARY}}
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("verify", (SID, "987654"), {"headers": {"X-Secret": CANARY}}),
    ("verify", (SID, "987654\0"), {}),
    ("wait_until_online", (SID,), {"headers": {"X-Secret": CANARY}, "on_status": 5}),
    ("ensure", (NUMBER,), {"headers": {"X-Secret": CANARY}, "on_token": 5}),
    ("ensure_all", ([],), {"headers": {"X-Secret": CANARY}, "on_result": 5}),
    ("verify", ("XE", "987654"), {}),
    ("create", (NUMBER,), CODE),
    ("create", (NUMBER,), WRONG),
    ("create", (NUMBER,), {"webhook": {"callback_url": f"https://u:{CANARY}@e.com"}}),
    ("ensure", (NUMBER,), CODE),
    ("ensure", (NUMBER,), WRONG),
    (
        "ensure_all",
        ([{"sender_id": NUMBER, "configuration": CODE["configuration"]}],),
        {"headers": {"X Secret": CANARY}},
    ),
    ("ensure_all", ([{"sender_id": NUMBER, "configuration": WRONG["configuration"]}],), {}),
    ("update", (SID,), CODE),
    ("update", (SID,), WRONG),
    ("update", (SID,), {"profile": {"name": CANARY}, "timeout": 0}),
    ("fetch", (SID,), {"headers": {"X-Secret": CANARY}}),
    ("fetch", (SID,), {"headers": {"X Secret": CANARY}}),
    ("delete", (SID,), {"headers": {"X-Secret": CANARY}}),
    ("delete", (SID,), {"headers": {"X Secret": CANARY}}),
    ("list", (), {"headers": {"X-Secret": CANARY}}),
    ("list", (), {"headers": {"X Secret": CANARY}}),
    ("list", (), {"headers": {"X-Secret": CANARY}, "page_size": 0}),
    ("wait_until_online", (SID,), {"headers": {"X Secret": CANARY}}),
]


@pytest.mark.parametrize(("method", "args", "options"), CALLS, ids=str)
def test_no_call_keeps_a_secret(method: str, args: tuple[Any, ...], options: dict[str, Any]) -> None:
    client = Senders(**ACCOUNT, transport=Broken(), max_retries=0)

    def call() -> None:
        made = getattr(client, method)(*args, **options)
        list(made)

    assert_nothing_shown(call)

    async def main() -> None:
        client = AsyncSenders(**ACCOUNT, transport=Broken(), max_retries=0)
        made = getattr(client, method)(*args, **options)
        if method == "list":
            async for _ in made:
                pass
        await made

    assert_nothing_shown(lambda: asyncio.run(main()))


def test_nor_a_call_over_the_network() -> None:
    options: dict[str, Any] = {**ACCOUNT, "proxy": PROXY, "max_retries": 0}
    assert_nothing_shown(lambda: Senders(**options).verify(SID, "987654"))

    async def main() -> None:
        async with AsyncSenders(**options) as client:
            await client.verify(SID, "987654")

    assert_nothing_shown(lambda: asyncio.run(main()))


def test_nor_a_call_that_is_cancelled() -> None:
    class Waits:
        async def send(self, request: HttpRequest) -> Any:
            await asyncio.sleep(3600)

    async def main() -> None:
        client = AsyncSenders(**ACCOUNT, transport=Waits())
        task = asyncio.ensure_future(client.verify(SID, "987654"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await task

    assert_nothing_shown(lambda: asyncio.run(main()), asyncio.CancelledError)


@pytest.mark.parametrize("client", [Senders, AsyncSenders])
def test_a_client_that_was_not_made_can_be_shown(client: Any) -> None:
    with pytest.raises(senders.ArgumentError) as caught:
        client(**ACCOUNT, timeout=0)
    made = client.__new__(client)
    assert repr(made) == f"{client.__name__}(not made: its options were refused)"
    # As a traceback with locals shows it.
    assert ("__init__", "self", repr(made)) in our_locals(caught.value)
