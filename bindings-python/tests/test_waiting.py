"""How long a wait takes: looking once, and going on after a person has taken their time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import senders
from senders import Sender, StatusChange, VerificationRequiredError, WaitTimeoutError
from senders.testing import Emulator

ITSELF, WITH_CODE, FAILS = "whatsapp:+15550100001", "whatsapp:+15551230001", "whatsapp:+15550063104"

Wait = Callable[..., Sender]


def blocking(emulator: Emulator) -> Wait:
    return emulator.client().wait_until_online


def with_asyncio(emulator: Emulator) -> Wait:
    def wait(*args: Any, **options: Any) -> Sender:
        return asyncio.run(emulator.async_client().wait_until_online(*args, **options))

    return wait


CLIENTS = pytest.mark.parametrize("client", [blocking, with_asyncio])


def looks(emulator: Emulator) -> list[str | None]:
    return [entry.operation for entry in emulator.journal if entry.method == "GET"]


@CLIENTS
def test_a_wait_of_no_time_looks_once(client: Callable[[Emulator], Wait]) -> None:
    emulator = Emulator()
    sender = emulator.client().create(ITSELF, profile={"name": "N"})
    seen: list[StatusChange] = []
    started = emulator.clock.monotonic()
    with pytest.raises(WaitTimeoutError) as caught:
        client(emulator)(sender.sid, timeout=0, on_status=seen.append)
    error = caught.value
    assert looks(emulator) == ["fetch"] and emulator.clock.monotonic() - started < 1
    assert error.sender is not None and error.sender.sid == sender.sid
    assert [change.status for change in seen] == list(error.statuses) == [error.sender.status]
    assert error.resume_token is not None and isinstance(error, TimeoutError)
    # Taken up again, once more a single look; then with time.
    with pytest.raises(WaitTimeoutError):
        client(emulator)(token=error.resume_token, timeout=0)
    assert looks(emulator) == ["fetch"] * 2
    assert client(emulator)(token=error.resume_token, timeout=600).status.is_online
    # A sender that is online is returned by the one look.
    emulator.clear_journal()
    assert client(emulator)(sender.sid, timeout=0).status.is_online
    assert looks(emulator) == ["fetch"]


@CLIENTS
@pytest.mark.parametrize(
    ("number", "wanted"), [(WITH_CODE, VerificationRequiredError), (FAILS, senders.RegistrationFailedError)]
)
def test_the_one_look_decides(client: Callable[[Emulator], Wait], number: str, wanted: type[senders.WaitError]) -> None:
    emulator = Emulator()
    sender = emulator.client().create(number, profile={"name": "N"})
    emulator.advance(60)
    with pytest.raises(wanted) as caught:
        client(emulator)(sender.sid, timeout=0)
    assert looks(emulator) == ["fetch"] and caught.value.resume_token is not None


@CLIENTS
@pytest.mark.parametrize("options", [{}, {"timeout": 600}, {"timeout": 30}])
def test_the_time_a_person_takes_is_not_the_waits(client: Callable[[Emulator], Wait], options: dict[str, Any]) -> None:
    emulator = Emulator()
    api = emulator.client()
    sender = api.create(WITH_CODE, profile={"name": "N"})
    with pytest.raises(VerificationRequiredError) as caught:
        client(emulator)(sender.sid, timeout=60)
    emulator.advance(15 * 60)
    api.verify(sender.sid, "123456")
    assert client(emulator)(token=caught.value.resume_token, **options).status.is_online


@CLIENTS
def test_a_timeout_with_a_changes_token_is_a_new_one(client: Callable[[Emulator], Wait]) -> None:
    emulator = Emulator()
    api = emulator.client()
    sender = api.create(WITH_CODE, profile={"name": "N"})
    seen: list[StatusChange] = []
    with pytest.raises(VerificationRequiredError):
        client(emulator)(sender.sid, timeout=60, on_status=seen.append)
    emulator.advance(15 * 60)
    api.verify(sender.sid, "123456")
    token = seen[-1].token
    with pytest.raises(WaitTimeoutError):
        client(emulator)(token=token)  # up to that wait's own end, which has passed
    assert client(emulator)(token=token, timeout=600).status.is_online
