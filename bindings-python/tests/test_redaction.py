"""Secrets stay where they are: a canary for each, looked for in everything that can be shown."""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import senders
from senders.testing import Emulator

TOKEN, SECRET, CODE, PROXY = "canarytoken1", "canarysecret2", "987654", "canaryproxy3"
NUMBER = "whatsapp:+15017122661"
DIGITS = "15017122661"
CANARIES = (TOKEN, SECRET, CODE, PROXY, DIGITS, "Y2FuYXJ5")
ACCOUNT = {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN}


def shown(value: Any) -> Iterator[str]:
    yield from (str(value), repr(value), f"{value!a}", f"{value}")
    if isinstance(value, BaseException):
        yield "".join(traceback.format_exception(type(value), value, value.__traceback__))
        yield repr(value.args)
        for name in ("message", "next_step", "kind", "field", "more_info"):
            yield repr(getattr(value, name, None))


def assert_clean(*texts: str) -> None:
    for text in texts:
        for canary in CANARIES:
            assert canary not in text, (canary, text)


def use(client: senders.Senders, emulator: Emulator) -> Iterator[Any]:
    """Values and errors of a life with secrets in it."""
    yield client
    yield client._core
    yield client.list()
    sender = client.create(NUMBER, configuration={"verification_method": "sms"}, profile={"name": "N"})
    yield sender
    yield sender.configuration
    for fault, call in [
        ("reset-before-act", lambda: client.create("whatsapp:+15017122669", profile={"name": "N"})),
        ("rate-limited", lambda: client.fetch(sender.sid)),
        ("server-error", lambda: client.verify(sender.sid, CODE)),
        ("connect-refused", lambda: client.verify(sender.sid, CODE)),
        ("html-200", lambda: client.fetch(sender.sid)),
    ]:
        emulator.inject(fault, times=None)
        with pytest.raises(senders.SendersError) as caught:
            call()
        yield caught.value
        emulator.clear_faults()
    with pytest.raises(senders.ConflictError) as conflict:
        client.create(NUMBER, profile={"name": "N"})
    yield conflict.value
    emulator.advance(10)
    yield client.verify(sender.sid, CODE)
    emulator.advance(10)
    yield client.with_response.fetch(sender.sid)
    yield from client.list().pages()
    with pytest.raises(senders.ArgumentError) as wrong:
        client.verify(sender.sid, CODE + "!")
    yield wrong.value
    with pytest.raises(senders.ArgumentError) as wrong:
        client.create(DIGITS)
    yield wrong.value
    with pytest.raises(TypeError) as refused:
        pickle.dumps(client)
    yield refused.value


@pytest.mark.parametrize("key", [False, True])
def test_nothing_shows_a_secret(key: bool, log: io.StringIO) -> None:
    emulator = Emulator(auth_token=TOKEN, api_key_sid="SK" + "0" * 32, api_key_secret=SECRET)
    options = {"api_key": "SK" + "0" * 32, "api_secret": SECRET} if key else dict(ACCOUNT)
    events: list[Any] = []
    hooks = {"on_request": events.append, "on_response": events.append, "on_wait": events.append}
    for value in use(emulator.client(**options, **hooks), emulator):
        assert_clean(*shown(value))
    assert len(events) > 20
    assert_clean(repr(emulator), log.getvalue(), *(text for event in events for text in shown(event)))
    lines = log.getvalue().splitlines()
    assert any("POST http://localhost/v2/Channels/Senders" in line for line in lines)
    assert any("waiting" in line for line in lines) and any("status 202" in line for line in lines)


def test_requests_and_responses_show_nothing() -> None:
    seen: list[str] = []

    class Transport:
        def send(self, request: senders.HttpRequest) -> senders.HttpResponse:
            seen.append(repr(request))
            response = senders.HttpResponse(200, {"X": TOKEN}, CODE.encode())
            seen.append(repr(response))
            return response

    client = senders.Senders(transport=Transport(), account_sid="AC" + "0" * 32, auth_token=TOKEN, max_retries=0)
    with pytest.raises(senders.OutcomeUnknownError):
        client.create(NUMBER, profile={"name": "N"})
    assert len(seen) == 2
    assert_clean(*seen)


def test_a_proxys_password_is_not_shown() -> None:
    options: dict[str, Any] = {**ACCOUNT, "base_url": "https://127.0.0.1:9", "max_retries": 0}
    client = senders.Senders(**options, proxy=f"http://user:{PROXY}@127.0.0.1:9")
    with pytest.raises(senders.ConnectionFailedError) as caught:
        client.fetch("XE" + "a" * 32)
    assert_clean(*shown(client), *shown(caught.value))
    with pytest.raises(senders.ArgumentError) as wrong:
        senders.Senders(**options, proxy=f"http://user:{PROXY}@:x")
    assert_clean(*shown(wrong.value))


def test_pickles_of_values_hold_no_credentials() -> None:
    emulator = Emulator(auth_token=TOKEN)
    client = emulator.client(**ACCOUNT)
    sender = client.create(NUMBER, profile={"name": "N"})
    with pytest.raises(senders.NotFoundError) as caught:
        client.fetch("XE" + "0" * 32)
    for value in (sender, next(client.list().pages()), caught.value):
        data = pickle.dumps(value)
        assert TOKEN.encode() not in data and b"Authorization" not in data


def test_logging_is_quiet_unless_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "senders"):
        Emulator().client().create(NUMBER, profile={"name": "N"})
    assert caplog.records == []
    with caplog.at_level(logging.DEBUG, "senders"):
        asyncio.run(Emulator().async_client().create(NUMBER, profile={"name": "N"}))
    assert {record.name for record in caplog.records} == {"senders"} and len(caplog.records) == 2
    assert logging.getLogger("senders").handlers == []
