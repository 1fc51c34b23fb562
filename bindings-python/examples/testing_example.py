"""How an application's own tests use the emulator: no server, no network, no waiting. Run it with pytest."""

from __future__ import annotations

import pytest
from senders import RegistrationFailedError, Senders, VerificationRequiredError
from senders.testing import Emulator


def register(client: Senders, number: str, ask_for_code: bool = True) -> str:
    """The application's own code: registers a number and returns the sender's SID once it is online."""
    sender = client.create(f"whatsapp:{number}", profile={"name": "Example"})
    try:
        client.wait_until_online(sender.sid)
    except VerificationRequiredError as error:
        if not ask_for_code:
            raise
        client.verify(sender.sid, "123456")
        client.wait_until_online(token=error.resume_token, timeout=600)
    return sender.sid


def test_a_number_comes_online() -> None:
    emulator = Emulator()
    sid = register(emulator.client(), "+15551230001")
    assert [sender.sid for sender in emulator.senders if sender.status.is_online] == [sid]
    assert [entry.operation for entry in emulator.journal if entry.method == "POST"] == ["create", "update"]


def test_a_failed_registration_says_why() -> None:
    emulator = Emulator()  # +1555 00… 63104 is a magic number: see Emulator.magic_numbers()
    with pytest.raises(RegistrationFailedError) as caught:
        register(emulator.client(), "+15550063104")
    assert caught.value.code == 63104


def test_a_busy_server_is_waited_for() -> None:
    emulator = Emulator()
    emulator.inject("rate-limited", operation="create", retry_after=7)
    started = emulator.clock.monotonic()
    emulator.client().create("whatsapp:+15551230001", profile={"name": "Example"})
    assert emulator.clock.monotonic() - started >= 7  # on the emulator's clock; no real time passed
