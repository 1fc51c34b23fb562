"""A result with its response: of which request it is, and what it shows."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
from typing import Any

import pytest
import senders
from net_support import SID, Driver, Peer, Server, driver
from senders import Ensured, Sender, WithResponse
from senders.testing import Emulator

assert driver  # a fixture

NUMBER = "whatsapp:+15551230001"
METHODS = ["create", "fetch", "update", "verify", "delete", "ensure", "wait_until_online"]


class Both:
    """The methods with a response, of either client."""

    def __init__(self, emulator: Emulator, kind: str) -> None:
        self.emulator = emulator
        self.kind = kind

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **options: Any) -> WithResponse[Any]:
            if self.kind == "sync":
                return getattr(self.emulator.client().with_response, name)(*args, **options)
            return asyncio.run(getattr(self.emulator.async_client().with_response, name)(*args, **options))

        return call


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest, emulator: Emulator) -> Both:
    return Both(emulator, request.param)


def test_every_method_with_one_result_has_it(both: Any, emulator: Emulator) -> None:
    seen: list[WithResponse[Any]] = []

    def last(result: WithResponse[Any], status: int, kind: type) -> Any:
        assert type(result) is WithResponse and type(result.data) is kind
        entry = emulator.journal[-1]
        assert (result.status, result.request_id) == (status, entry.request_id) == (entry.status, result.request_id)
        assert isinstance(result.headers, tuple) and ("T-Request-Id", entry.request_id) in result.headers
        seen.append(result)
        return result.data

    sender = last(both.create(NUMBER, profile={"name": "N"}), 202, Sender)
    assert last(both.fetch(sender.sid), 200, Sender).sid == sender.sid
    emulator.advance(10)
    last(both.verify(sender.sid, "123456"), 202, Sender)
    statuses: list[Any] = []
    assert last(both.wait_until_online(sender.sid, on_status=statuses.append), 200, Sender).status.is_online
    assert statuses[-1].status.is_online
    last(both.update(sender.sid, profile={"about": "x"}), 202, Sender)
    assert isinstance(last(both.ensure(NUMBER, profile={"name": "N"}), 200, Ensured), Ensured)
    last(both.delete(sender.sid), 204, type(None))
    assert len(seen) == len(METHODS)


def test_after_a_retry_it_is_the_last_response(both: Any, emulator: Emulator) -> None:
    sid = emulator.client().create(NUMBER, profile={"name": "N"}).sid
    emulator.inject("server-error", operation="fetch")
    emulator.inject("rate-limited", operation="fetch")
    result = both.fetch(sid)
    entries = emulator.journal[1:]
    assert [entry.status for entry in entries] == [500, 429, 200]
    assert (result.status, result.request_id) == (200, entries[-1].request_id)


def test_an_error_is_raised_as_ever(both: Any) -> None:
    with pytest.raises(senders.NotFoundError) as caught:
        both.fetch("XE" + "0" * 32)
    assert caught.value.status == 404
    assert both.delete("XE" + "0" * 32, missing_ok=True).status == 404


def test_over_sockets_every_header_is_there(driver: Driver) -> None:
    def answer(peer: Peer) -> None:
        peer.serve(head="X-Thing: a\r\nX-Thing: b\r\nTwilio-Request-Id: RQ1\r\n")

    with Server(answer) as server:
        options = {"base_url": server.url(), "no_credentials": True}

        async def main() -> WithResponse[Sender]:
            async with senders.AsyncSenders(**options) as client:
                return await client.with_response.fetch(SID)

        if driver.name == "sync":
            with senders.Senders(**options) as client:
                result = client.with_response.fetch(SID)
        else:
            result = asyncio.run(main())
    assert result.data.sid == SID and (result.status, result.request_id) == (200, "RQ1")
    assert [value for name, value in result.headers if name == "X-Thing"] == ["a", "b"]


def test_it_ends_with_its_client(emulator: Emulator) -> None:
    client = emulator.client()
    with_response = client.with_response
    client.close()
    with pytest.raises(senders.MisuseError, match="this client is closed"):
        with_response.fetch(SID)


def test_it_is_a_frozen_generic_value_that_shows_no_header() -> None:
    result = WithResponse("data", 200, (("Set-Cookie", "canary"),), "RQ1")
    assert repr(result) == "WithResponse(data='data', status=200, request_id='RQ1')"
    for same in (copy.copy(result), pickle.loads(pickle.dumps(result))):
        assert same == result and hash(same) == hash(result) and same.headers == result.headers
    assert result != WithResponse("data", 201, ()) and WithResponse(1, 200, ()).request_id is None
    with pytest.raises(AttributeError):
        result.status = 1  # type: ignore[misc]
    assert str(WithResponse[int]) == "senders.WithResponse[int]"
    match result:
        case WithResponse(data, status):
            assert (data, status) == ("data", 200)


def test_the_methods_are_those_of_the_client() -> None:
    for client in (senders.Senders, senders.AsyncSenders):
        cls = getattr(senders, f"{client.__name__}WithResponse")
        assert [name for name in vars(cls) if not name.startswith("_")] == [
            name for name in vars(client) if name in METHODS
        ]
        for name in METHODS:
            plain, added = getattr(client, name), getattr(cls, name)
            mine, other = inspect.signature(plain), inspect.signature(added)
            assert other.parameters == mine.parameters
            assert other.return_annotation == f"WithResponse[{mine.return_annotation}]"
            assert added.__doc__ == plain.__doc__ and added.__qualname__ == f"{cls.__name__}.{name}"
