"""One tree of exceptions: every kind has its class, its attributes and its line."""

from __future__ import annotations

import asyncio
import builtins
import pickle

import pytest
import senders
from senders import SendersError, _errors, _native
from senders.testing import Emulator

NUMBER = "whatsapp:+15551230001"


def test_every_kind_has_a_class_of_its_own() -> None:
    kinds = _native.error_kinds()
    assert set(_errors.CLASSES) == set(kinds)
    assert len(set(_errors.CLASSES.values())) == len(kinds)
    for kind in kinds:
        error = _native._error_of_kind(kind, "it happened")
        assert type(error) is _errors.CLASSES[kind] and error.kind == kind == type(error).kind
        assert isinstance(error, SendersError) and type(error).__module__ == "senders"
        assert getattr(senders, type(error).__name__) is type(error)
        assert str(error).startswith("it happened") and error.message == "it happened"
        assert error.next_step


def test_what_else_they_are() -> None:
    assert issubclass(senders.ArgumentError, ValueError)
    assert issubclass(senders.CallTimeoutError, builtins.TimeoutError)
    assert issubclass(senders.WaitTimeoutError, builtins.TimeoutError)
    assert issubclass(senders.NotFoundError, senders.ApiError)
    assert issubclass(senders.TlsError, senders.NoAnswerError)
    assert issubclass(senders.VerificationRequiredError, senders.WaitError)


def test_attributes_of_an_api_error() -> None:
    emulator = Emulator()
    with pytest.raises(senders.NotFoundError) as caught:
        emulator.client().fetch("XE" + "a" * 32)
    error = caught.value
    assert (error.kind, error.status, error.code, error.attempts) == ("not_found", 404, 20404, 1)
    assert error.retryable is error.may_have_executed is False
    assert error.request_id == emulator.journal[0].request_id
    assert error.body is not None and b"20404" in error.body
    assert error.sid == "XE" + "a" * 32 and error.sender is None and error.statuses == ()
    assert error.started_at is not None and error.ended_at is not None
    assert error.request_id in str(error) and error.next_step in str(error) and "\n" not in str(error)


def test_retry_after_is_in_seconds() -> None:
    emulator = Emulator()
    emulator.inject("rate-limited", times=None, retry_after=90)
    with pytest.raises(senders.RateLimitedError) as caught:
        emulator.client().create(NUMBER, profile={"name": "N"})
    assert caught.value.retry_after == 90 and caught.value.retryable and not caught.value.may_have_executed


def test_an_unknown_outcome_says_what_to_look_for() -> None:
    emulator = Emulator()
    emulator.inject("reset-before-act", operation="create")
    with pytest.raises(senders.OutcomeUnknownError) as caught:
        emulator.client().create(NUMBER, profile={"name": "N"})
    error = caught.value
    assert error.sender_id == NUMBER and NUMBER not in str(error)
    assert error.may_have_executed and not error.retryable and error.attempts == 1
    assert error.started_at is not None and error.ended_at is not None
    assert isinstance(error.__cause__, senders.TransportFailure)


@pytest.mark.parametrize("kind", _native.error_kinds())
def test_errors_are_pickled(kind: str) -> None:
    error = _native._error_of_kind(kind, "it happened")
    error.add_note("a note") if hasattr(error, "add_note") else None
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error) and str(back) == str(error) and vars(back) == vars(error)


def test_an_error_with_a_sender_is_pickled() -> None:
    emulator = Emulator()
    client = emulator.client()
    sender = client.create("whatsapp:+15550063104", profile={"name": "N"})
    with pytest.raises(senders.RegistrationFailedError) as caught:
        client.wait_until_online(sender.sid)
    back = pickle.loads(pickle.dumps(caught.value))
    assert back.sender == caught.value.sender and back.code == 63104
    assert back.statuses == caught.value.statuses and back.resume_token == caught.value.resume_token
    assert back.sender.offline_reasons[0].code == "63104"


def test_a_panic_is_an_error_of_ours_and_the_next_call_works() -> None:
    emulator = Emulator()
    client = emulator.client()
    call = client._core.fetch("XE" + "a" * 32, None, None, None, None)
    call._panic()
    with pytest.raises(senders.InternalError, match="a bug of this library: asked for by a test"):
        client._run(call)
    assert call.done
    assert client.create(NUMBER, profile={"name": "N"}).status == "CREATING"

    async def main() -> None:
        async with senders.AsyncSenders(base_url="http://127.0.0.1:1", no_credentials=True) as client:
            call = client._core.fetch("XE" + "a" * 32, None, None, None, None)
            call._panic()
            with pytest.raises(senders.InternalError):
                await client._start(call)
            with pytest.raises(senders.ConnectionFailedError):
                await client.fetch("XE" + "a" * 32, max_retries=0)

    asyncio.run(main())


def test_a_transports_own_words() -> None:
    failure = senders.TransportFailure("no way through", kind="connect", sent="no")
    back = pickle.loads(pickle.dumps(failure))
    assert (str(back), back.kind, back.sent) == ("no way through", "connect", "no")

    class Broken:
        def send(self, request: senders.HttpRequest) -> None:
            raise failure

    client = senders.Senders(transport=Broken(), no_credentials=True, max_retries=0)
    with pytest.raises(senders.ConnectionFailedError, match="no way through") as caught:
        client.create(NUMBER, profile={"name": "N"})
    assert not caught.value.may_have_executed and caught.value.__cause__ is failure


def test_a_code_is_explained() -> None:
    found = senders.explain(63110)
    assert found is not None
    assert found == senders.explain("63110")
    assert found.code == "63110"
    assert found.meaning == "the number is registered on WhatsApp already"
    assert "two-factor authentication" in found.action
    assert found.link == "https://www.twilio.com/docs/api/errors/63110"
    assert found.source
    for unknown in (63102, 0, -1, 10**30, "63102", "", "6311O", " 63110"):
        assert senders.explain(unknown) is None
    for wrong in (None, 63110.0, b"63110"):
        with pytest.raises(senders.ArgumentError, match="code must be a number or its text"):
            senders.explain(wrong)  # type: ignore[arg-type]
