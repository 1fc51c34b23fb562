"""Hooks: which events they get, and that they change nothing of a call."""

from __future__ import annotations

import asyncio
import copy
import gc
import io
import pickle
import sys
import weakref
from typing import Any

import pytest
import senders
from conftest import Sync
from net_support import SID, Driver, Peer, Server, driver
from senders import RequestEvent, ResponseEvent, TransportFailure, WaitEvent
from senders.testing import Emulator

assert driver  # a fixture

NUMBER = "whatsapp:+15550100001"
URL = "http://localhost/v2/Channels/Senders"


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The exceptions of hooks, as `sys.unraisablehook` gets it."""
    seen: list[BaseException] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: seen.append(raised.exc_value))
    return seen


@pytest.fixture(params=["sync", "async"])
def make(request: pytest.FixtureRequest) -> Any:
    """Makes a client of either kind."""

    def client(emulator: Emulator, **options: Any) -> Any:
        if request.param == "sync":
            return emulator.client(**options)
        return Sync(emulator.async_client(**options))

    return client


def all_hooks(seen: list[Any]) -> dict[str, Any]:
    return {"on_request": seen.append, "on_response": seen.append, "on_wait": seen.append}


def test_every_attempt_of_a_call_is_seen_with_one_number(make: Any) -> None:
    emulator, seen = Emulator(), []
    client = make(emulator, **all_hooks(seen))
    sender = client.create(NUMBER, profile={"name": "N"})
    emulator.inject("server-error", operation="fetch")
    emulator.inject("close-before-answer", operation="fetch")
    client.fetch(sender.sid)
    kinds = [RequestEvent, ResponseEvent]
    assert [type(event) for event in seen] == kinds + kinds + [WaitEvent] + kinds + [WaitEvent] + kinds
    assert {(event.call, event.operation) for event in seen[:2]} == {(1, "create")}
    assert {(event.call, event.operation) for event in seen[2:]} == {(2, "fetch")}
    place = {"method": "GET", "url": f"{URL}/{sender.sid}"}
    for event in seen[2:]:
        assert isinstance(event, WaitEvent) or {name: getattr(event, name) for name in place} == place
    requests, responses = [
        [event for event in seen[2:] if isinstance(event, kind)] for kind in (RequestEvent, ResponseEvent)
    ]
    assert [event.attempt for event in requests] == [event.attempt for event in responses] == [1, 2, 3]
    assert [event.status for event in responses] == [500, None, 200]
    ids = [entry.request_id for entry in emulator.journal][1:]
    assert [event.request_id for event in responses] == [ids[0], None, ids[2]]
    failure = responses[1].failure
    assert isinstance(failure, TransportFailure) and (failure.kind, failure.sent) == ("closed", "yes")
    assert failure.message == str(failure) != ""
    waits = [event for event in seen if isinstance(event, WaitEvent)]
    assert all(wait.reason == "backoff" and wait.delay > 0 for wait in waits)


def test_the_query_of_a_listing_is_kept(make: Any) -> None:
    emulator, seen = Emulator(), []
    emulator.seed_senders(30)
    client = make(emulator, on_request=seen.append)
    assert len(list(client.list(page_size=10))) == 30
    assert [event.url.partition("?")[0] for event in seen] == [URL] * 3
    assert seen[0].url.endswith("?Channel=whatsapp&PageSize=10") and "PageToken=" in seen[1].url
    assert {event.call for event in seen} == {1}


def test_a_wait_reports_its_pauses_and_the_time_of_a_request(make: Any) -> None:
    emulator, seen = Emulator(), []
    sid = emulator.client().create(NUMBER, profile={"name": "N"}).sid

    class Slow:
        clock = emulator.clock

        def send(self, request: senders.HttpRequest) -> senders.HttpResponse:
            emulator.advance(1.5)
            return emulator.send(request)

    client = make(emulator, transport=Slow(), on_wait=seen.append, on_response=seen.append)
    client.wait_until_online(sid)
    responses = [event for event in seen if isinstance(event, ResponseEvent)]
    waits = [event for event in seen if isinstance(event, WaitEvent)]
    assert [event.attempt for event in responses] == list(range(1, len(responses) + 1))
    assert {event.duration for event in responses} == {1.5}
    assert {event.operation for event in seen} == {"wait_until_online"} and {event.call for event in seen} == {1}
    assert len(waits) == len(responses) - 1 and {wait.reason for wait in waits} == {"poll"}


def test_the_time_of_a_hook_is_not_the_requests(make: Any) -> None:
    emulator, seen = Emulator(), []
    client = make(emulator, on_request=lambda event: emulator.advance(5), on_response=seen.append)
    client.create(NUMBER, profile={"name": "N"})
    assert [event.duration for event in seen] == [0.0]


def test_a_hook_that_raises_changes_nothing(make: Any, raised: list[BaseException]) -> None:
    def fail(event: object) -> None:
        raise ValueError(type(event).__name__)

    emulator = Emulator()
    client = make(emulator, on_request=fail, on_response=fail, on_wait=fail)
    emulator.inject("rate-limited", operation="create", retry_after=7)
    assert client.create(NUMBER, profile={"name": "N"}).sender_id == NUMBER
    names = ["RequestEvent", "ResponseEvent", "WaitEvent", "RequestEvent", "ResponseEvent"]
    assert [str(error) for error in raised] == names
    assert len(emulator.senders) == 1


def test_a_keyboard_interrupt_goes_on(raised: list[BaseException]) -> None:
    def interrupt(event: object) -> None:
        raise KeyboardInterrupt

    emulator = Emulator()
    with pytest.raises(KeyboardInterrupt):
        emulator.client(on_request=interrupt).create(NUMBER, profile={"name": "N"})
    assert emulator.journal == []
    client = emulator.client(on_response=interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.ensure(NUMBER, profile={"name": "N"})
    # Its number is free again.
    before = emulator.clock.monotonic()
    with pytest.raises(KeyboardInterrupt):
        client.ensure(NUMBER, profile={"name": "N"})
    assert emulator.clock.monotonic() - before < 1 and raised == []


async def later(event: object) -> None:
    raise AssertionError("never run")


@pytest.mark.parametrize("name", ["on_request", "on_response", "on_wait"])
def test_what_is_no_plain_function_is_refused(make: Any, name: str) -> None:
    for wrong, rule in ((5, "must be a function"), (later, "must be a plain function")):
        with pytest.raises(senders.ArgumentError, match=f"{name} {rule}") as caught:
            make(Emulator(), **{name: wrong})
        assert caught.value.field == name


def test_a_coroutine_that_is_found_late_is_reported(make: Any, raised: list[BaseException]) -> None:
    make(Emulator(), on_request=lambda event: later(event)).create(NUMBER, profile={"name": "N"})
    assert [type(error) for error in raised] == [TypeError] and "plain function" in str(raised[0])


def test_a_hook_may_start_a_task() -> None:
    seen: list[RequestEvent] = []

    async def keep(event: RequestEvent) -> None:
        seen.append(event)

    async def main() -> None:
        client = Emulator().async_client(on_request=lambda event: asyncio.ensure_future(keep(event)))
        await client.create(NUMBER, profile={"name": "N"})
        await asyncio.sleep(0)

    asyncio.run(main())
    assert [event.operation for event in seen] == ["create"]


def test_over_sockets(driver: Driver) -> None:
    seen: list[Any] = []

    def busy(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}")
        peer.serve(head="Twilio-Request-Id: RQ1\r\n")

    with Server(busy) as server:
        driver.fetch(server, **all_hooks(seen), seed=1)
    requests = [event for event in seen if isinstance(event, RequestEvent)]
    responses = [event for event in seen if isinstance(event, ResponseEvent)]
    assert [event.attempt for event in requests] == [1, 2]
    assert [(event.attempt, event.status, event.request_id) for event in responses] == [(1, 503, None), (2, 200, "RQ1")]
    assert all(0 <= event.duration < 10 for event in responses)
    assert {event.url for event in requests} == {f"{server.url()}/v2/Channels/Senders/{SID}"}


def test_a_failure_over_sockets(driver: Driver) -> None:
    seen: list[ResponseEvent] = []
    driver.failure("http://127.0.0.1:9", on_response=seen.append)
    assert [(event.status, event.request_id) for event in seen] == [(None, None)]
    assert seen[0].failure is not None and (seen[0].failure.kind, seen[0].failure.sent) == ("connect", "no")


def test_a_cancelled_request_ends_with_a_failure() -> None:
    seen: list[ResponseEvent] = []

    async def main(url: str) -> None:
        client = senders.AsyncSenders(base_url=url, no_credentials=True, on_response=seen.append)
        call = asyncio.ensure_future(client.fetch(SID))
        while not server.requests:
            await asyncio.sleep(0.001)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await client.aclose()

    with Server(lambda peer: (peer.read_request(), peer.wait_closed())) as server:
        asyncio.run(main(server.url()))
    assert [event.failure.kind for event in seen if event.failure] == ["aborted"]


def test_a_client_in_its_own_hook_is_collected(make: Any) -> None:
    class Owner:
        def __init__(self) -> None:
            self.client = make(Emulator(), on_request=self.hook)
            self.left = self.client.list()

        def hook(self, event: object) -> None:
            pass

    owner = weakref.ref(Owner())
    gc.collect()
    assert owner() is None


EVENTS: list[Any] = [
    RequestEvent(1, "fetch", 2, "GET", URL),
    ResponseEvent(1, "fetch", 2, "GET", URL, 0.5, 200, "RQ1"),
    WaitEvent(call=1, operation="fetch", reason="backoff", delay=0.5),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_a_frozen_value(event: Any) -> None:
    for same in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert same == event and hash(same) == hash(event) and type(same) is type(event)
    assert event != EVENTS[0] or event is EVENTS[0]
    for name in event.__match_args__:
        assert f"{name}={getattr(event, name)!r}" in repr(event)
        with pytest.raises(AttributeError):
            setattr(event, name, 1)
    with pytest.raises(AttributeError):
        event.other = 1


def test_every_line_of_the_log_has_the_number_of_its_call(make: Any, log: io.StringIO) -> None:
    emulator, seen = Emulator(), []
    client = make(emulator, on_request=seen.append)
    sender = client.create(NUMBER, profile={"name": "N"})
    emulator.inject("rate-limited", operation="fetch", retry_after=1)
    client.fetch(sender.sid)
    with pytest.raises(senders.NotFoundError):
        client.fetch("XE" + "0" * 32)
    lines = log.getvalue().splitlines()
    lines = [line for line in lines if "selector" not in line]
    assert {line.split(":")[0] for line in lines} == {f"call {event.call} {event.operation}" for event in seen}
    assert lines[:2] == [
        f"call 1 create: request 1 POST {URL}, 60 bytes, within 30000 ms",
        "call 1 create: request 1: status 202, 123 bytes",
    ]
    assert f"call 2 fetch: request 2 GET {URL}/{sender.sid}, 0 bytes, within 30000 ms" in lines
    assert any(line.startswith("call 2 fetch: waiting ") and line.endswith(": retry_after") for line in lines)
    assert lines[-1].startswith("call 3 fetch: failed: ")
