"""The changes of a status as a loop."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID, Server, good
from senders import StatusChange, _native
from senders.testing import Emulator

ITSELF, WITH_CODE, FAILS = "whatsapp:+15550100001", "whatsapp:+15551230001", "whatsapp:+15550063104"


def create(emulator: Emulator, number: str) -> str:
    return emulator.client().create(number, profile={"name": "N"}).sid


def calls() -> int:
    gc.collect()
    return sum(isinstance(found, _native.Call) for found in gc.get_objects())


def test_it_ends_when_the_sender_is_online(client: Any, emulator: Emulator) -> None:
    statuses = client.statuses(create(emulator, ITSELF))
    seen = list(statuses)
    assert all(type(change) is StatusChange for change in seen)
    words = [str(change) for change in seen]
    assert words[0] == "CREATING" and words[-1] == "ONLINE" and len(set(words)) > 2
    # Each iteration is a new wait.
    assert [str(change) for change in statuses] == ["ONLINE"]


@pytest.mark.parametrize(
    ("number", "options", "wanted"),
    [
        (WITH_CODE, {}, senders.VerificationRequiredError),
        (WITH_CODE, {"wait_for_verification": True, "timeout": 60}, senders.WaitTimeoutError),
        (FAILS, {}, senders.RegistrationFailedError),
    ],
)
def test_it_raises_what_the_wait_raises(
    client: Any, emulator: Emulator, number: str, options: Any, wanted: type[senders.WaitError]
) -> None:
    sid = create(emulator, number)
    with pytest.raises(wanted) as caught:
        list(client.statuses(sid, **options))
    assert caught.value.resume_token is not None
    with pytest.raises(wanted):
        list(client.statuses(token=caught.value.resume_token, **options))


def test_a_wrong_argument_is_found_at_once(client: Any, emulator: Emulator) -> None:
    for options, field in (({"sid": "x"}, "sid"), ({"sid": SID, "timeout": -1}, "timeout"), ({}, "sid")):
        with pytest.raises(senders.ArgumentError) as caught:
            client.statuses(**options)
        assert caught.value.field == field
    assert emulator.journal == []


def test_leaving_early_ends_the_call() -> None:
    emulator = Emulator()
    client, sid = emulator.client(), create(emulator, ITSELF)
    before = calls()
    statuses = client.statuses(sid)
    for change in statuses:
        assert change.status == "CREATING"
        break
    looks = len(emulator.journal)
    assert calls() == before and len(emulator.journal) == looks == 2
    # It is taken up again from the last change.
    assert [str(each) for each in client.statuses(token=change.token)][-1] == "ONLINE"


def test_leaving_early_with_asyncio() -> None:
    emulator = Emulator()
    sid = create(emulator, ITSELF)

    async def main() -> None:
        client = emulator.async_client()
        before = calls()
        async for change in client.statuses(sid):
            assert change.status == "CREATING"
            break
        # The loop closes what was left of the iterator in its next turns.
        for _ in range(3):
            await asyncio.sleep(0)
        assert calls() == before and len(emulator.journal) == 2
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main(), debug=True)


def test_a_cancelled_loop_closes_its_connection() -> None:
    async def main(url: str) -> None:
        client = senders.AsyncSenders(base_url=url, **ACCOUNT)

        async def follow() -> None:
            async for _ in client.statuses(SID):
                raise AssertionError("nothing was sent back")

        following = asyncio.ensure_future(follow())
        while not server.requests:
            await asyncio.sleep(0.001)
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
        assert client._own is not None
        (pool,) = (ref() for ref in client._own._pools.values())
        assert pool is not None and pool.connections == (0, 0)

    with Server(lambda peer: (peer.read_request(), peer.wait_closed())) as server:
        asyncio.run(main(server.url()))


def test_leaving_early_keeps_the_connection() -> None:
    with Server(good) as server, senders.Senders(base_url=server.url(), **ACCOUNT) as client:
        for _ in range(3):
            for change in client.statuses(SID):
                assert change.status.is_online
                break
        assert client._own is not None and client._own.idle_connections == 1
        assert server.accepted == 1


def test_a_closed_client_ends_the_loop() -> None:
    emulator = Emulator()
    client, sid = emulator.client(), create(emulator, ITSELF)
    with pytest.raises(senders.CallCancelledError):
        for _ in client.statuses(sid):
            client.close()
