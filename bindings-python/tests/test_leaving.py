"""Calls that are left before their end: by an exception, by a closed client, by a callback that cannot be used."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID, Peer, Server
from senders import AsyncSenders, Senders
from senders.testing import Emulator

NUMBER = "whatsapp:+15551230001"
OTHER = "whatsapp:+15551230002"
WANTED: Any = [{"sender_id": number, "profile": {"name": "N"}} for number in (NUMBER, OTHER)]


class Left(Exception):
    pass


def test_numbers_are_free_while_the_exception_is_handled(client: Any, emulator: Emulator) -> None:
    def leave(_: object) -> None:
        raise Left

    kept = []
    for _attempt in range(3):
        try:
            client.ensure_all(WANTED, on_result=leave)
        except Left as error:
            # A retry library keeps it, with every frame of the call.
            kept.append(error)
            before = emulator.clock.monotonic()
            assert client.ensure(OTHER, profile={"name": "N"}).sender.sender_id == OTHER
            assert emulator.clock.monotonic() - before <= 13
    assert len(kept) == 3
    assert [row.senders for row in emulator.sender_ids] == [1, 1]


def test_a_closed_client_ends_what_has_begun_with_what_it_knows() -> None:
    emulator = Emulator()
    emulator.inject("close-after-act", operation="create")

    class Closes:
        clock = emulator.clock

        def send(self, request: senders.HttpRequest) -> Any:
            try:
                return emulator.send(request)
            finally:
                if request.method == "POST":
                    client.close()

    client = Senders(transport=Closes(), account_sid=emulator.account_sid, auth_token=emulator.auth_token)
    first, _ = client.ensure_all(WANTED)
    assert isinstance(first.error, senders.OutcomeUnknownError) and first.error.may_have_executed
    assert first.error.resume_token is not None and NUMBER in first.error.resume_token
    with pytest.raises(senders.MisuseError, match="nothing was sent"):
        client.fetch("XE" + "a" * 32)


def test_the_same_with_asyncio() -> None:
    emulator = Emulator()

    async def main(client: AsyncSenders) -> None:
        async def close(_: str) -> None:
            await client.aclose()

        with pytest.raises(senders.CallCancelledError) as caught:
            await client.ensure(NUMBER, profile={"name": "N"}, on_token=close)
        assert caught.value.attempts == 0 and not caught.value.may_have_executed

    asyncio.run(main(emulator.async_client()))
    assert emulator.journal == []


CALLS: list[tuple[str, tuple[Any, ...], str]] = [
    ("ensure", (NUMBER,), "on_token"),
    ("ensure_all", (WANTED,), "on_token"),
    ("ensure_all", (WANTED,), "on_result"),
    ("wait_until_online", ("XE" + "a" * 32,), "on_status"),
]


@pytest.mark.parametrize(("method", "args", "name"), CALLS)
def test_what_cannot_be_called_is_found_before_anything_is_sent(
    client: Any, emulator: Emulator, method: str, args: tuple[Any, ...], name: str
) -> None:
    with pytest.raises(senders.ArgumentError, match=f"{name} must be a function") as caught:
        getattr(client, method)(*args, **{name: "x"})
    assert caught.value.field == name and emulator.journal == []


def test_a_blocking_client_says_that_it_cannot_await() -> None:
    emulator = Emulator()

    async def keep(token: str) -> None:
        raise AssertionError("never run")

    with pytest.raises(senders.ArgumentError, match="use AsyncSenders"):
        emulator.client().ensure(NUMBER, profile={"name": "N"}, on_token=keep)
    assert emulator.journal == []


def test_a_cancelled_create_is_looked_for() -> None:
    """The list is late by six seconds, so that a look at once would not find it."""
    emulator = Emulator(list_delay_ms=6_000)

    class Stalls:
        clock = emulator.clock

        async def send(self, request: senders.HttpRequest) -> Any:
            answer = emulator.send(request)
            if request.method == "POST" and len(emulator.senders) == 1 and not stalled:
                stalled.append(answer)
                await asyncio.Event().wait()
            return answer

    stalled: list[Any] = []

    async def main() -> None:
        client = AsyncSenders(transport=Stalls(), account_sid=emulator.account_sid, auth_token=emulator.auth_token)
        create = asyncio.ensure_future(client.create(NUMBER, profile={"name": "N"}))
        while not stalled:
            await asyncio.sleep(0)
        create.cancel()
        with pytest.raises(asyncio.CancelledError):
            await create
        assert (await client.ensure(NUMBER, profile={"name": "N"})).resolution == "reconciled"

    asyncio.run(main())
    assert [row.created for row in emulator.sender_ids] == [1]


def busy(peer: Peer) -> None:
    while peer.read_request():
        peer.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 2\r\n\r\n{}")


PAUSED: list[tuple[str, dict[str, Any]]] = [
    ("delete", {}),
    ("update", {"friendly_name": "N"}),
    ("wait_until_online", {}),
]


@pytest.mark.parametrize(("method", "fields"), PAUSED)
def test_a_client_closed_in_a_pause_says_what_may_have_happened(method: str, fields: dict[str, Any]) -> None:
    async def main() -> None:
        closing: list[asyncio.Task[None]] = []
        client = AsyncSenders(
            **ACCOUNT,
            base_url=server.url(),
            on_wait=lambda _: closing.append(asyncio.ensure_future(client.aclose())),
        )
        with pytest.raises(senders.CallCancelledError) as caught:
            await getattr(client, method)(SID, **fields)
        await closing[0]
        error = caught.value
        assert error.attempts == 1 and error.sid == SID and error.ended_at is not None
        if method == "wait_until_online":
            assert error.resume_token is not None and "only reads" in str(error)
        else:
            assert error.may_have_executed and "may have acted" in str(error)

    with Server(busy) as server:
        asyncio.run(main())
        assert len(server.requests) == 1
