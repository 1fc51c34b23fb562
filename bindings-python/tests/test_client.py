"""The whole life of a sender through both clients, against the emulator in this process."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
from typing import Any

import pytest
import senders
from senders import AsyncSenders, Ensured, Sender, Senders, StatusChange
from senders.testing import Emulator

NUMBER = "whatsapp:+15551230001"
SELF_VERIFYING = "whatsapp:+15550100001"
OFFLINE = "whatsapp:+15550063104"
NAME = {"name": "Example"}


def test_a_whole_life(client: Any, emulator: Emulator) -> None:
    changes: list[StatusChange] = []
    sender = client.create(NUMBER, configuration={"waba_id": "123"}, profile=senders.Profile(name="Example"))
    assert sender.status == "CREATING" and sender.sender_id == NUMBER
    with pytest.raises(senders.VerificationRequiredError) as caught:
        client.wait_until_online(sender.sid, on_status=changes.append)
    assert [change.status for change in changes] == ["CREATING", "PENDING_VERIFICATION"]
    assert caught.value.statuses == ("CREATING", "PENDING_VERIFICATION") and caught.value.sid == sender.sid
    client.verify(sender.sid, "123456")
    sender = client.wait_until_online(sender.sid, token=caught.value.resume_token, on_status=changes.append)
    assert sender.status.is_online
    assert [change.status for change in changes][2:] == ["VERIFYING", "ONLINE"]
    client.update(sender.sid, webhook={"callback_url": "https://example.com/in"}, profile={"about": "x"})
    emulator.advance(60)
    sender = client.fetch(sender.sid)
    assert sender.webhook is not None and sender.webhook.callback_url == "https://example.com/in"
    assert [one.sid for one in client.list()] == [sender.sid]
    assert client.delete(sender.sid) is None
    with pytest.raises(senders.NotFoundError):
        client.delete(sender.sid)
    client.delete(sender.sid, missing_ok=True)
    assert emulator.senders == []


def test_three_states_on_the_wire(client: Any, emulator: Emulator) -> None:
    sid = client.create(NUMBER, profile=NAME).sid
    client.update(sid, webhook=None, profile={"about": None, "address": ""}, configuration=senders.UNSET)
    client.update(sid, profile=senders.Profile(about=senders.UNSET, description="d"), friendly_name=None)
    bodies = [entry.body for entry in emulator.journal if entry.operation == "update"]
    assert bodies == [
        b'{"webhook":null,"profile":{"about":null,"address":""}}',
        b'{"friendly_name":null,"profile":{"description":"d"}}',
    ]


def test_pages_limit_and_token(client: Any, emulator: Emulator) -> None:
    emulator.seed_senders(7)
    sids = [sender.sid for sender in emulator.senders]
    emulator.clear_journal()
    pages = list(client.list(page_size=3).pages())
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(sender.sid for page in pages for sender in page.senders) == sorted(sids)
    assert pages[-1].next_token is None and len(emulator.journal) == 3
    rest = list(client.list(token=pickle.loads(pickle.dumps(pages[0])).next_token))
    assert rest == [*pages[1], *pages[2]]

    emulator.clear_journal()
    limited = list(client.list(page_size=3, limit=5))
    assert len(limited) == 5 and len(emulator.journal) == 2
    assert len(list(client.list(limit=2))) == 2 and "PageSize=2" in emulator.journal[-1].url
    assert list(client.list(limit=0)) == []

    listing = client.list()
    assert list(listing) == list(listing) and len(emulator.journal) > 3


def test_a_listing_is_lazy() -> None:
    emulator = Emulator()
    emulator.seed_senders(7)
    listing = emulator.client().list(page_size=3)
    assert emulator.journal == []
    first = next(iter(listing))
    assert isinstance(first, Sender) and len(emulator.journal) == 1


def test_ensure(client: Any, emulator: Emulator) -> None:
    made = client.ensure(NUMBER, profile=NAME)
    assert isinstance(made, Ensured) and made.resolution == "created" and made.differences == ()
    found = client.ensure(NUMBER, profile={"name": "Another"})
    assert (found.resolution, found.sender.sid, found.differences) == ("found", made.sender.sid, ("profile.name",))
    emulator.inject("reset-after-act", operation="create")
    reconciled = client.ensure("whatsapp:+15551230002", profile=NAME)
    assert reconciled.resolution == "reconciled"
    assert len(emulator.senders) == 2


def test_a_create_with_an_unknown_outcome_is_not_repeated(client: Any, emulator: Emulator) -> None:
    emulator.inject("reset-after-act", operation="create")
    with pytest.raises(senders.OutcomeUnknownError) as caught:
        client.create(NUMBER, profile=NAME)
    assert caught.value.sender_id == NUMBER and len(emulator.journal) == 1
    assert [sender.sender_id for sender in emulator.senders] == [NUMBER]


def test_retries_take_virtual_time_only(client: Any, emulator: Emulator) -> None:
    sid = client.create(NUMBER, profile=NAME).sid
    emulator.inject("rate-limited", operation="fetch", times=2, retry_after=9)
    before = emulator.clock.monotonic()
    assert client.fetch(sid).sid == sid
    assert 18 <= emulator.clock.monotonic() - before < 30
    assert [entry.status for entry in emulator.journal][1:] == [429, 429, 200]


def test_a_stalled_server_times_out_on_the_virtual_clock(client: Any, emulator: Emulator) -> None:
    emulator.inject("stall-before-head", times=None)
    before = emulator.clock.monotonic()
    with pytest.raises(TimeoutError) as caught:
        client.fetch("XE" + "a" * 32, timeout=2.5, max_retries=0)
    assert isinstance(caught.value, senders.CallTimeoutError)
    assert emulator.clock.monotonic() - before == pytest.approx(2.5)


def test_calls_have_options_of_their_own(client: Any, emulator: Emulator) -> None:
    sid = client.create(NUMBER, profile=NAME, headers={"traceparent": "00-1"}).sid
    assert emulator.journal[0].headers["traceparent"] == "00-1"
    emulator.inject("server-error", operation="fetch", times=None)
    for retries in (0, 1, 3):
        emulator.clear_journal()
        with pytest.raises(senders.ServerError) as caught:
            client.fetch(sid, max_retries=retries)
        assert caught.value.attempts == len(emulator.journal) == retries + 1


def test_waiting(client: Any, emulator: Emulator) -> None:
    sid = client.create(SELF_VERIFYING, profile=NAME).sid
    assert client.wait_until_online(sid).status == "ONLINE"
    assert client.wait_until_online(sid, timeout=1).status.is_online
    sid = client.create(OFFLINE, profile=NAME).sid
    with pytest.raises(senders.RegistrationFailedError) as failed:
        client.wait_until_online(sid)
    assert failed.value.code == 63104 and failed.value.sender.offline_reasons[0].code == "63104"
    sid = client.create(NUMBER, profile=NAME).sid
    before = emulator.clock.monotonic()
    with pytest.raises(senders.WaitTimeoutError) as late:
        client.wait_until_online(sid, timeout=100, wait_for_verification=True)
    assert emulator.clock.monotonic() - before == pytest.approx(100, abs=1)
    assert late.value.statuses[-1] == "PENDING_VERIFICATION"


def test_a_callback_that_raises_ends_the_wait_and_the_token_goes_on(client: Any) -> None:
    class Stop(Exception):
        pass

    tokens: list[str] = []

    def stop(change: StatusChange) -> None:
        tokens.append(change.token)
        raise Stop

    sid = client.create(SELF_VERIFYING, profile=NAME).sid
    with pytest.raises(Stop):
        client.wait_until_online(sid, on_status=stop)
    seen: list[str] = []
    client.wait_until_online(token=tokens[0], on_status=lambda change: seen.append(str(change)))
    assert seen[0] != "CREATING" and seen[-1] == "ONLINE"
    with pytest.raises(senders.ArgumentError, match="same sender"):
        client.wait_until_online("XE" + "b" * 32, token=tokens[0])


def test_an_async_callback_is_awaited() -> None:
    async def main() -> list[str]:
        client = Emulator().async_client()
        seen: list[str] = []

        async def on_status(change: StatusChange) -> None:
            await asyncio.sleep(0)
            seen.append(change.status)

        sender = await client.create(SELF_VERIFYING, profile={"name": "N"})
        await client.wait_until_online(sender.sid, on_status=on_status)
        return seen

    assert asyncio.run(main())[-1] == "ONLINE"


def test_clients_close() -> None:
    emulator = Emulator()
    with emulator.client() as client:
        sid = client.create(NUMBER, profile={"name": "N"}).sid
    client.close()
    for call in (lambda: client.fetch(sid), lambda: list(client.list()), lambda: client.delete(sid)):
        with pytest.raises(senders.MisuseError, match="closed"):
            call()
    with Senders(base_url="http://127.0.0.1:1", no_credentials=True) as own:
        pass
    with pytest.raises(senders.MisuseError):
        own.fetch(sid)

    async def main() -> None:
        async with emulator.async_client() as client:
            await client.fetch(sid)
        await client.aclose()
        with pytest.raises(senders.MisuseError):
            await client.fetch(sid)
        with pytest.raises(senders.MisuseError):
            [sender async for sender in client.list()]

    asyncio.run(main())


@pytest.mark.parametrize("kind", [Senders, AsyncSenders])
def test_a_client_is_not_pickled(kind: Any) -> None:
    client = kind(account_sid="AC" + "0" * 32, auth_token="canary")
    for spread in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="make a new"):
            spread(client)


def test_threads_share_a_client() -> None:
    emulator = Emulator()
    client = emulator.client()
    sids = [client.create(f"whatsapp:+1555123{n:04}", profile={"name": "N"}).sid for n in range(8)]
    wrong: list[Any] = []

    def fetch(sid: str) -> None:
        for _ in range(50):
            if client.fetch(sid).sid != sid:
                wrong.append(sid)

    threads = [threading.Thread(target=fetch, args=(sid,)) for sid in sids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_other_credentials(emulator: Emulator) -> None:
    with pytest.raises(senders.AuthenticationError) as caught:
        emulator.client(account_sid="AC" + "1" * 32, auth_token="wrong").fetch("XE" + "a" * 32)
    assert caught.value.status == 401 and "wrong" not in str(caught.value)
    with pytest.raises(senders.AuthenticationError):
        emulator.client(no_credentials=True).fetch("XE" + "a" * 32)
    assert "Authorization" not in emulator.journal[-1].headers


def test_bodies_are_what_the_documentation_says(emulator: Emulator) -> None:
    emulator.client().create(NUMBER, profile={"name": "N", "emails": [senders.Email(email="a@b.c", label="W")]})
    assert (
        emulator.journal[0].json()
        == json.loads(emulator.journal[0].body)
        == {
            "sender_id": NUMBER,
            "profile": {"name": "N", "emails": [{"email": "a@b.c", "label": "W"}]},
        }
    )
