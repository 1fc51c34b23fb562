"""``senders.testing``: the emulator as users' tests see it."""

from __future__ import annotations

import asyncio
import time

import pytest
import senders
from senders.testing import Emulator

NUMBER = "whatsapp:+15551230001"
NAME = {"name": "N"}


def test_no_real_time_passes() -> None:
    emulator = Emulator(step_ms=3_600_000)
    client = emulator.client()
    sid = client.create("whatsapp:+15550100001", profile={"name": "N"}).sid
    started = time.monotonic()
    assert client.wait_until_online(sid, timeout=86_400).status.is_online
    assert emulator.clock.monotonic() > 3 * 3600
    assert time.monotonic() - started < 30


def test_the_journal_shows_requests_without_credentials() -> None:
    emulator = Emulator()
    emulator.client().create(NUMBER, profile={"name": "N"})
    (entry,) = emulator.journal
    assert (entry.sequence, entry.method, entry.operation, entry.status) == (1, "POST", "create", 202)
    assert entry.json() == {"sender_id": NUMBER, "profile": {"name": "N"}} and entry.acted and entry.fault is None
    assert entry.headers["Authorization"] == "Basic ***" and Emulator.auth_token not in repr(entry)
    emulator.clear_journal()
    assert emulator.journal == []


def test_switches() -> None:
    emulator = Emulator(duplicate_status=400, after_creating="offline")
    assert emulator.switches["duplicate-status"].value == "400"
    client = emulator.client()
    client.create(NUMBER, profile={"name": "N"})
    with pytest.raises(senders.InvalidRequestError) as caught:
        client.create(NUMBER, profile={"name": "N"})
    assert caught.value.code == 63110
    emulator.set_switch("duplicate_status", 409)
    with pytest.raises(senders.ConflictError):
        client.create(NUMBER, profile={"name": "N"})
    for name, value in (("no_such_switch", 1), ("duplicate_status", 418)):
        with pytest.raises(ValueError):
            emulator.set_switch(name, value)
        with pytest.raises(ValueError):
            Emulator(**{name: value})
    assert all(switch.text and switch.allowed for switch in emulator.switches.values())


def test_every_magic_number_and_fault_is_told() -> None:
    numbers = {number.digits: number for number in Emulator.magic_numbers()}
    assert numbers["63104"].code == 63104
    refused = next(number for number in numbers.values() if number.status == 429)
    emulator = Emulator()
    with pytest.raises(senders.SendersError) as caught:
        emulator.client(max_retries=0).create(f"whatsapp:+155500{refused.digits}", profile={"name": "N"})
    assert caught.value.status == refused.status
    assert "rate-limited" in {fault.name for fault in Emulator.faults()}
    with pytest.raises(ValueError, match="no fault"):
        emulator.inject("no-such-fault")


@pytest.mark.parametrize("fault", [fault.name for fault in Emulator.faults()])
@pytest.mark.parametrize("operation", ["create", "fetch", "list", "update", "delete"])
def test_whatever_goes_wrong_is_a_result_or_an_error_of_ours(fault: str, operation: str) -> None:
    emulator = Emulator()
    emulator.seed_senders(3)
    sid = emulator.senders[0].sid
    # A listing whose every page is empty never ends by itself.
    emulator.inject(fault, operation=operation, times=3 if fault == "empty-page" else None)
    calls = {
        "create": lambda client: client.create(NUMBER, profile={"name": "N"}),
        "fetch": lambda client: client.fetch(sid).to_dict(),
        "list": lambda client: [sender.to_json() for sender in client.list(page_size=2)],
        "update": lambda client: client.update(sid, profile={"about": "x"}),
        "delete": lambda client: client.delete(sid),
    }
    try:
        calls[operation](emulator.client())
    except senders.SendersError as error:
        assert error.kind != "internal" and error.next_step
    assert len([entry for entry in emulator.journal if entry.operation == "create"]) <= 3


def test_statuses_can_be_set_and_everything_forgotten() -> None:
    emulator = Emulator()
    client = emulator.client()
    sid = client.create(NUMBER, profile={"name": "N"}).sid
    emulator.set_status(sid, "BRAND:NEW")
    assert client.fetch(sid).status == "BRAND:NEW"
    with pytest.raises(LookupError):
        emulator.set_status("XE" + "0" * 32, "ONLINE")
    emulator.reset()
    assert emulator.senders == emulator.journal == []


def test_it_is_a_transport_for_anyone() -> None:
    emulator = Emulator()
    credentials = {"account_sid": Emulator.account_sid, "auth_token": Emulator.auth_token}
    client = senders.Senders(
        transport=emulator, account_sid=credentials["account_sid"], auth_token=credentials["auth_token"]
    )
    assert client.create(NUMBER, profile={"name": "N"}).status == "CREATING"

    async def main() -> int:
        async with emulator.async_client() as client:
            made = await asyncio.gather(
                *(client.create(f"whatsapp:+1555123{n:04}", profile={"name": "N"}) for n in range(2, 12))
            )
            await asyncio.gather(*(client.fetch(sender.sid) for sender in made))
        return len(made)

    assert asyncio.run(main()) == 10 and len(emulator.senders) == 11


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDERS_BASE_URL", "https://example.com/elsewhere")
    monkeypatch.setenv("TWILIO_API_KEY", "SK" + "0" * 32)
    monkeypatch.setenv("TWILIO_API_SECRET", "x")
    assert Emulator().client().create(NUMBER, profile={"name": "N"}).status == "CREATING"


def test_a_sender_is_changed_without_a_request() -> None:
    emulator = Emulator()
    client = emulator.client()
    sid = client.create("whatsapp:+15550100001", profile=NAME).sid
    client.wait_until_online(sid)
    emulator.change_sender(sid, offline_reasons=[63020], messaging_limit=250)
    sender = client.fetch(sid)
    assert sender.status == "OFFLINE" and [reason.code for reason in sender.offline_reasons] == ["63020"]
    # A number where the documentation has a text reads as its text, and goes back as a number.
    assert sender.properties is not None and sender.properties.messaging_limit == "250"
    assert sender.to_dict()["properties"]["messaging_limit"] == 250
    with pytest.raises(ValueError, match="mood"):
        emulator.change_sender(sid, mood="good")


def test_numbers_and_codes_can_be_counted() -> None:
    emulator = Emulator(duplicate_create="accept")
    client = emulator.client()
    sids = [client.create(NUMBER, profile=NAME).sid for _ in range(2)]
    (row,) = emulator.sender_ids
    assert (row.sender_id, row.senders, row.created, row.sids) == (NUMBER, 2, 2, sids)
    emulator.advance(60)
    with pytest.raises(senders.SendersError):
        client.verify(sids[0], "000000")
    waiting = {row.sid: row for row in emulator.waiting_codes}
    assert waiting[sids[0]].wrong_codes == 1 and waiting[sids[1]].verification_method == "sms"
