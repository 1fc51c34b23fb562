"""Mistakes are found before anything is sent, and named."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import senders
from senders import ArgumentError, Senders
from senders.testing import Emulator

SID = "XE" + "a" * 32
LOOP: dict[str, Any] = {}
LOOP["about"] = LOOP

CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], str, str]] = [
    (
        "create",
        ("+15551234567",),
        {},
        "sender_id",
        "sender_id must look like whatsapp:+15551234567 or rcs:agent, got `",
    ),
    ("create", (5,), {}, "sender_id", "sender_id must be"),
    ("create", (None,), {}, "sender_id", "sender_id must"),
    (
        "create",
        ("whatsapp:+15551234567",),
        {"profile": {"emails": [{"mail": "x"}]}},
        "profile.emails[0]",
        "has no field `mail`",
    ),
    (
        "create",
        ("whatsapp:+15551234567",),
        {"profile": {"name": object()}},
        "profile.name",
        "got a value of type `object`",
    ),
    ("create", ("whatsapp:+15551234567",), {"profile": {"name": float("nan")}}, "profile.name", "must not be nan"),
    ("create", ("whatsapp:+15551234567",), {"profile": {5: "x"}}, "profile", "must have keys that are text"),
    ("create", ("whatsapp:+15551234567",), {"profile": {"name": "\ud800"}}, "profile.name", "surrogates"),
    ("create", ("whatsapp:+15551234567",), {"profile": LOOP}, None, "nested"),
    ("create", ("whatsapp:+15551234567",), {"profile": {"name": 10**30}}, "profile.name", "must be text"),
    ("create", ("whatsapp:+15551234567",), {"webhook": []}, "webhook", "webhook must be an object, got a list"),
    ("ensure", ("sms:+15551234567",), {}, "sender_id", "sender_id must look like"),
    ("ensure_all", ({},), {}, "senders", "senders must be a list, got an object"),
    ("ensure_all", ([{"sender_id": "sms:+1"}],), {}, "senders[0].sender_id", "senders[0].sender_id must look like"),
    (
        "ensure_all",
        ([{"sender_id": "whatsapp:+15551234567"}, {"profile": 1}],),
        {},
        "senders[1].sender_id",
        "must be given",
    ),
    (
        "ensure_all",
        ([{"sender_id": "whatsapp:+15551234567"}] * 2,),
        {},
        "senders[1].sender_id",
        "must not stand in the list twice",
    ),
    (
        "ensure_all",
        ([{"sender_id": "whatsapp:+15551234567", "profile": {"name": 1}}],),
        {},
        "senders[0].profile.name",
        "must be text",
    ),
    ("ensure_all", ([{"sender_id": "whatsapp:+15551234567"}],), {"token": "x"}, "token", "must be a token of `ensure`"),
    ("fetch", ("..",), {}, "sid", "sid must be XE and 32 hexadecimal digits, got `..`"),
    ("fetch", (None,), {}, "sid", "sid must be text"),
    ("fetch", (SID,), {"timeout": 0}, "timeout", "timeout must be from 0.001 to 600 seconds, got 0"),
    ("fetch", (SID,), {"timeout": "30"}, "timeout", "timeout must be a number of seconds"),
    ("fetch", (SID,), {"timeout": -1}, "timeout", "timeout must be a number of seconds that is not negative"),
    ("fetch", (SID,), {"timeout": True}, "timeout", "timeout must be a number of seconds"),
    ("fetch", (SID,), {"max_retries": 1.5}, "max_retries", "max_retries must be a whole number"),
    (
        "fetch",
        (SID,),
        {"max_retries": -1},
        "max_retries",
        "max_retries must be a whole number that is not negative, got -1",
    ),
    ("fetch", (SID,), {"max_retries": -15551234567}, "max_retries", "got -*********67"),
    ("fetch", (SID,), {"timeout": 10**30}, "timeout", "timeout must be from 0.001 to 600 seconds"),
    (
        "wait_until_online",
        (SID,),
        {"attempt_timeout": "5"},
        "attempt_timeout",
        "attempt_timeout must be a number of seconds",
    ),
    ("fetch", (SID,), {"max_retries": 11}, "max_retries", "max_retries must be from 0 to 10, got 11"),
    ("fetch", (SID,), {"headers": {"Authorization": "x"}}, "headers", "must not replace"),
    ("fetch", (SID,), {"headers": {"X": "a\r\nY: b"}}, "headers.X", "visible ASCII"),
    ("fetch", (SID,), {"headers": [1]}, "headers", "mapping"),
    ("update", (SID,), {}, "the request", "must say what to change"),
    ("update", ("XE",), {"profile": {}}, "sid", "sid must be"),
    ("update", (SID,), {"webhook": {"callbackUrl": ""}}, "webhook", "did you mean `callback_url`?"),
    ("verify", (SID, "12.34"), {}, "code", "code must be the code as it was received"),
    ("verify", (SID, 123456), {}, "code", "code must be text"),
    ("delete", (SID,), {"missing_ok": 1}, "missing_ok", "must be True or False"),
    ("list", (), {"channel": "sms"}, "channel", "channel must be `whatsapp` or `rcs`, got `sms`"),
    ("list", (), {"page_size": 0}, "page_size", "page_size must be from 1 to 1000, got 0"),
    ("list", (), {"page_size": 1001}, "page_size", "got 1001"),
    ("list", (), {"page_size": "5"}, "page_size", "page_size must be a whole number"),
    ("list", (), {"limit": -1}, "limit", "limit must be"),
    ("list", (), {"token": "x"}, "token", "must be a token of a listing"),
    ("wait_until_online", (), {}, "sid", "must be given, or a token"),
    ("fetch", (SID,), {"timeout": 3600}, "timeout", "timeout must be from 0.001 to 600 seconds"),
    ("fetch", (SID,), {"max_retries": 10**5000}, "max_retries", "got a longer one"),
    ("create", ("whatsapp:+15551234567",), {"profile": {"name": 10**5000}}, "profile.name", "more digits"),
    (
        "create",
        ("whatsapp:+15551234567",),
        {"profile": {"$received": "{}"}},
        "profile",
        "must not have the key `$received`",
    ),
    ("wait_until_online", (SID,), {"timeout": 31 * 86400}, "timeout", " to 2592000 seconds"),
    (
        "wait_until_online",
        (SID,),
        {"attempt_timeout": 0},
        "attempt_timeout",
        "must be from 0.001 to 600 seconds, got 0",
    ),
    ("wait_until_online", (SID,), {"token": "{}"}, "token", "must be a token of a wait"),
]


@pytest.mark.parametrize(("method", "args", "options", "field", "text"), CALLS)
def test_calls(method: str, args: tuple[Any, ...], options: dict[str, Any], field: str | None, text: str) -> None:
    emulator = Emulator()
    with pytest.raises(ArgumentError) as caught:
        getattr(emulator.client(), method)(*args, **options)  # `list` too: before anything is iterated
    error = caught.value
    assert text in str(error) and str(error).count(" must ") <= 1
    assert field is None or error.field == field
    assert (error.kind, error.attempts, error.may_have_executed) == ("invalid_argument", 0, False)
    assert emulator.journal == []

    async def main() -> None:
        called = getattr(emulator.async_client(), method)(*args, **options)
        await called

    with pytest.raises(ArgumentError):
        asyncio.run(main())
    assert emulator.journal == []


CREDENTIALS = {"account_sid": "AC" + "0" * 32, "auth_token": "secret-token"}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"account_sid": "AC1", "auth_token": "x"}, "account_sid"),
        ({"account_sid": "AC" + "0" * 32}, "auth_token"),
        ({"auth_token": "x"}, "account_sid"),
        ({"api_key": "SK" + "0" * 32}, "api_secret"),
        ({**CREDENTIALS, "api_key": "SK" + "0" * 32, "api_secret": "x"}, "api_key"),
        ({**CREDENTIALS, "no_credentials": True}, "no_credentials"),
        ({**CREDENTIALS, "base_url": "http://example.com"}, "base_url"),
        ({**CREDENTIALS, "base_url": 5}, "base_url"),
        ({**CREDENTIALS, "base_url": "https://example.com", "region": "ie1"}, "region"),
        ({**CREDENTIALS, "timeout": 0}, "timeout"),
        ({**CREDENTIALS, "connect_timeout": float("nan")}, "connect_timeout"),
        ({**CREDENTIALS, "max_response_bytes": 1}, "max_response_bytes"),
        ({**CREDENTIALS, "user_agent": "a\r\nb"}, "user_agent"),
        ({**CREDENTIALS, "max_connections": 0}, "max_connections"),
        ({**CREDENTIALS, "max_connections": -1}, "max_connections"),
        ({**CREDENTIALS, "max_connections": -(10**5000)}, "max_connections"),
        ({**CREDENTIALS, "proxy": "ftp://x"}, "proxy"),
        ({**CREDENTIALS, "ca_file": "/does/not/exist.pem"}, "ca_file"),
        ({**CREDENTIALS, "ca_file": 5}, "ca_file"),
        ({**CREDENTIALS, "transport": object()}, "transport"),
        ({**CREDENTIALS, "transport": Emulator(), "proxy": "http://x"}, "proxy"),
        ({**CREDENTIALS, "seed": -1}, "seed"),
    ],
)
@pytest.mark.parametrize("client", [Senders, senders.AsyncSenders])
def test_options(client: Any, options: dict[str, Any], field: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        client(**options)
    assert caught.value.field == field and str(caught.value).startswith(field)
    assert "secret-token" not in str(caught.value)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET", "REGION", "EDGE"):
        monkeypatch.delenv(f"TWILIO_{name}", raising=False)
    monkeypatch.delenv("SENDERS_BASE_URL", raising=False)
    return monkeypatch


def test_missing_credentials_say_what_to_set(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArgumentError, match="TWILIO_ACCOUNT_SID.*TWILIO_AUTH_TOKEN.*TWILIO_API_KEY"):
        Senders()
    assert "credentials=<none>" in repr(Senders(no_credentials=True))
    environment.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    with pytest.raises(ArgumentError):
        Senders()


def test_the_environments_defaults(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    environment.setenv("TWILIO_AUTH_TOKEN", "t")
    assert "auth token" in repr(Senders())
    environment.setenv("TWILIO_API_KEY", "SK" + "0" * 32)
    environment.setenv("TWILIO_API_SECRET", "s")
    assert "API key" in repr(Senders())
    assert "auth token" in repr(Senders(**CREDENTIALS))
    assert Senders()._core.origin == Senders(**CREDENTIALS)._core.origin
    environment.setenv("TWILIO_EDGE", "dublin")
    environment.setenv("TWILIO_REGION", "ie1")
    assert "messaging.dublin.ie1." in repr(Senders()) and "messaging.dublin.us1." in repr(Senders(region="us1"))
    environment.setenv("SENDERS_BASE_URL", "http://127.0.0.1:8421")
    assert "http://127.0.0.1:8421" in repr(Senders())
    assert "https://example.com" in repr(Senders(base_url="https://example.com"))
    assert "messaging.dublin.us1." in repr(Senders(region="us1"))


@pytest.mark.parametrize("client", [senders.Senders, senders.AsyncSenders])
@pytest.mark.parametrize("name", ["SENDERS_BASE_URL", "TWILIO_API_SECRET"])
def test_a_variable_that_is_not_utf_8_is_not_passed_over(
    client: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go to another server, or as another account."""
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t", "TWILIO_API_KEY": "SK" + "0" * 32}
    for variable, value in {**account, name: "caf\udcff"}.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(ArgumentError, match=f"{name} in the environment must be UTF-8"):
        client()
