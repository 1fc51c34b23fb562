"""A transport of the caller: any object with ``send(request)``, sync or async."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID

BODY = json.dumps({"sid": SID, "status": "ONLINE", "sender_id": "whatsapp:+15551234567"}).encode()


class Transport:
    """Returns the given responses, one after the other; the last one again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    def send(self, request: Any) -> Any:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer(request) if callable(answer) else answer


class AsyncTransport(Transport):
    async def send(self, request: Any) -> Any:
        await asyncio.sleep(0)
        answer = super().send(request)
        return await answer if asyncio.iscoroutine(answer) else answer


def sync_fetch(transport: Any, method: str = "fetch", argument: str = SID, **options: Any) -> Any:
    with senders.Senders(**ACCOUNT, transport=transport, **options_for(options)) as client:
        return getattr(client, method)(argument)


def async_fetch(transport: Any, method: str = "fetch", argument: str = SID, **options: Any) -> Any:
    async def main() -> Any:
        async with senders.AsyncSenders(**ACCOUNT, transport=transport, **options_for(options)) as client:
            return await getattr(client, method)(argument)

    return asyncio.run(main())


def options_for(options: dict[str, Any]) -> dict[str, Any]:
    return {"base_url": "http://127.0.0.1:1", "max_retries": 0, **options}


MODES = {
    "sync": (sync_fetch, Transport),
    "sync transport, async client": (async_fetch, Transport),
    "async": (async_fetch, AsyncTransport),
}


@pytest.fixture(params=MODES.values(), ids=MODES.keys())
def mode(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "application/json"}, BODY),
        (200, [("Content-Type", "application/json")], BODY),
        (200, [(b"Content-Type", b"application/json")], bytearray(BODY)),
        SimpleNamespace(status=200, headers={}, body=BODY),
        SimpleNamespace(status_code=200, headers={}, content=BODY),
    ],
)
def test_shapes_of_a_response(mode: Any, answer: Any) -> None:
    fetch, transport = mode
    assert fetch(transport(answer)).sid == SID


def test_request(mode: Any) -> None:
    fetch, transport = mode
    made = transport((202, {}, BODY))
    fetch(made, "create", "whatsapp:+15551234567", timeout=7.5)
    (request,) = made.requests
    assert request.method == "POST"
    assert request.url == "http://127.0.0.1:1/v2/Channels/Senders"
    names = [name.lower() for name, _ in request.headers]
    assert "authorization" in names and "content-type" in names
    assert isinstance(request.body, bytes) and json.loads(request.body)["sender_id"] == "whatsapp:+15551234567"
    assert request.timeout == 7.5
    assert "15551234567" not in repr(request) and "Basic" not in repr(request)
    with pytest.raises(AttributeError):
        request.method = "GET"


@pytest.mark.parametrize(
    ("error", "kind", "may_have_executed"),
    [
        (TimeoutError("slow"), "timeout", True),
        # A name proves nothing: the transport may have followed a redirect, or tried twice.
        (ConnectionRefusedError(111, "refused"), "connection", True),
        (socket.gaierror(-2, "unknown name"), "connection", True),
        (type("ConnectTimeout", (Exception,), {})("slow"), "connection", True),
        (senders.TransportFailure("no way", kind="connect", sent="no"), "connection", False),
        (senders.TransportFailure("no way", kind="connect"), "connection", True),
        (senders.TransportFailure("alert", kind="tls", sent="yes"), "tls", True),
        (ConnectionResetError(104, "reset"), "connection", True),
        (ValueError("canary"), "connection", True),
    ],
)
def test_exceptions(mode: Any, error: Exception, kind: str, may_have_executed: bool) -> None:
    fetch, transport = mode
    with pytest.raises(senders.SendersError) as caught:
        fetch(transport(error))
    assert caught.value.kind == kind
    assert caught.value.__cause__ is error
    assert "canary" not in str(caught.value)
    with pytest.raises(senders.SendersError) as caught:
        fetch(transport(error), "create", "whatsapp:+15551234567")
    assert caught.value.may_have_executed is may_have_executed
    assert caught.value.__cause__ is error


def test_retries(mode: Any) -> None:
    fetch, transport = mode
    made = transport(ConnectionRefusedError(111, "refused"), (503, {"Retry-After": "0"}, b""), (200, {}, BODY))
    assert fetch(made, max_retries=2).sid == SID
    assert len(made.requests) == 3


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        (200, {}),
        (200, {}, "text"),
        ("200", {}, BODY),
        (99, {}, BODY),
        (70000, {}, BODY),
        (-1, {}, BODY),
        (200, 5, BODY),
        (200, ["odd"], BODY),
        (200, {"a": 1}, BODY),
        SimpleNamespace(status=200, headers={}),
    ],
)
def test_wrong_answers(mode: Any, answer: Any) -> None:
    fetch, transport = mode
    with pytest.raises(senders.SendersError) as caught:
        fetch(transport(answer))
    assert isinstance(caught.value.__cause__, TypeError)
    assert "send() must return" in str(caught.value.__cause__)


def test_too_large(mode: Any) -> None:
    fetch, transport = mode
    with pytest.raises(senders.SendersError) as caught:
        fetch(transport((200, {}, b" " * 5000)), max_response_bytes=4096)
    assert caught.value.kind == "invalid_response"


def test_async_transport_in_a_sync_client() -> None:
    with pytest.raises(senders.SendersError) as caught:
        sync_fetch(AsyncTransport((200, {}, BODY)))
    assert "AsyncSenders" in str(caught.value.__cause__)


def test_async_transport_that_never_answers() -> None:
    async def never(_request: Any) -> None:
        await asyncio.sleep(60)

    with pytest.raises(senders.SendersError) as caught:
        async_fetch(AsyncTransport(never), timeout=0.1)
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_no_exception_goes_through(error: type[BaseException]) -> None:
    made = Transport(error())
    with pytest.raises(error):
        sync_fetch(made, max_retries=2)
    assert len(made.requests) == 1


def test_cancelling() -> None:
    left: list[str] = []

    async def never(_request: Any) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            left.append("cancelled")
            raise

    async def main() -> None:
        made = AsyncTransport(never)
        async with senders.AsyncSenders(**ACCOUNT, transport=made, **options_for({"max_retries": 2})) as client:
            task = asyncio.create_task(client.fetch(SID))
            while not made.requests:
                await asyncio.sleep(0)
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert left == ["cancelled"] and len(made.requests) == 1

    asyncio.run(main())


class Odd:
    """Fails whatever it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError(name)


class OddFailure(senders.TransportFailure):
    def __init__(self) -> None:
        super().__init__("x")
        self.kind, self.sent = 5, object()  # type: ignore[assignment]

    def __str__(self) -> str:
        raise ZeroDivisionError


class OddNumber:
    def __index__(self) -> int:
        raise ZeroDivisionError


def endless() -> Any:
    while True:
        yield "name", "value"


def raising() -> Any:
    yield "name", "value"
    raise ConnectionRefusedError(111, "refused")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Odd(), id="an object that raises"),
        pytest.param(OddFailure(), id="a failure of odd types"),
        pytest.param((OddNumber(), {}, BODY), id="a status that raises"),
        pytest.param((True, {}, BODY), id="a status that is a truth value"),
        pytest.param((202, lambda: None, BODY), id="headers that are a function"),
        pytest.param((202, {"a": "\ud800"}, BODY), id="a header that is no text"),
        pytest.param((202, {"a": Odd()}, BODY), id="a header that raises"),
        pytest.param(lambda _: (202, endless(), BODY), id="headers without an end"),
        pytest.param(lambda _: (202, raising(), BODY), id="headers that raise"),
        pytest.param((202, {}, Odd()), id="a body that raises"),
        pytest.param(StopIteration(5), id="StopIteration"),
        pytest.param(StopAsyncIteration(), id="StopAsyncIteration"),
        pytest.param(type("ConnectError", (Exception,), {"__str__": lambda _: 1 / 0})(), id="no text"),
    ],
)
def test_one_bad_call_harms_no_other(mode: Any, answer: Any) -> None:
    """The call concerned ends with a typed error that says the server may have acted; the client goes on."""
    fetch, transport = mode
    made = transport(answer, (200, {}, BODY))
    with pytest.raises(senders.OutcomeUnknownError) as caught:
        fetch(made, "create", "whatsapp:+15551234567", max_retries=2)
    assert caught.value.may_have_executed and not caught.value.retryable
    assert len(made.requests) == 1
    assert fetch(made).sid == SID


class Clock:
    """Raises from the reading of this number on."""

    def __init__(self, good: int, error: BaseException) -> None:
        self.good, self.error = good, error

    def _read(self) -> float:
        self.good -= 1
        if self.good < 0:
            raise self.error
        return 1.0

    monotonic = time = _read

    def sleep(self, seconds: float) -> None:
        raise self.error


@pytest.mark.parametrize("error", [ZeroDivisionError("canary"), StopIteration(1)])
def test_a_clock_that_raises(mode: Any, error: Exception) -> None:
    fetch, transport = mode

    def run(good: int, *answers: Any) -> Any:
        made = transport(*answers)
        made.clock = Clock(good, error)
        try:
            return fetch(made, "create", "whatsapp:+15551234567", max_retries=1), len(made.requests)
        except senders.SendersError as caught:
            assert caught.__cause__ is error and "canary" not in str(caught)
            return caught.kind, caught.may_have_executed, len(made.requests)

    assert run(0, (202, {}, BODY)) == ("misuse", False, 0)
    # The server's result is not lost when the clock fails after it.
    result, count = run(2, (202, {}, BODY))
    assert (result.sid, count) == (SID, 1)
    assert run(99, (429, {}, b""), (202, {}, BODY)) == ("misuse", True, 1), "asked to sleep"


def test_a_log_handler_that_raises(mode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch, transport = mode
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)

    class Handler(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            raise StopIteration(record.getMessage())

    logger = logging.getLogger("senders")
    handler = Handler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        made = transport((202, {}, BODY))
        assert fetch(made, "create", "whatsapp:+15551234567").sid == SID
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert len(made.requests) == 1 and seen
