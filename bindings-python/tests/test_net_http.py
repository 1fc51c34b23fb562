"""HTTP/1.1 over real sockets, by every driver: framing, keep-alive, deadlines, what is said of a failure."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID, Driver, Peer, Server, driver, good, sender, sid

assert driver  # a fixture


@pytest.mark.parametrize("framing", ["length", "chunked", "closed"])
def test_every_framing(driver: Driver, framing: str) -> None:
    with Server(lambda peer: peer.serve(framing=framing)) as server:
        assert driver.fetch(server).sid == SID


def test_request_as_sent(driver: Driver) -> None:
    async def body(client: Any) -> None:
        await client.create("whatsapp:+15551234567")

    def accept(peer: Peer) -> None:
        while request := peer.read_request():
            peer.answer(request, status="202 Accepted")

    with Server(accept) as server:
        driver.run(body, base_url=server.url())
    (request,) = server.requests
    head, _, content = request.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /v2/channels/senders http/1.1"
    assert f"host: 127.0.0.1:{server.port}" in lines
    assert f"content-length: {len(content)}" in lines
    assert "accept-encoding: identity" in lines
    assert json.loads(content)["sender_id"] == "whatsapp:+15551234567"


def test_connection_is_kept(driver: Driver) -> None:
    async def body(client: Any) -> None:
        for number in range(20):
            assert (await client.fetch(sid(number))).sid == sid(number)

    with Server(good) as server:
        driver.run(body, base_url=server.url())
        assert server.accepted == 1


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param({"head": "Connection: close\r\n"}, id="said so"),
        pytest.param({"framing": "closed"}, id="body to the end"),
    ],
)
def test_connection_is_not_kept(driver: Driver, rest: dict[str, str]) -> None:
    async def body(client: Any) -> None:
        for _ in range(3):
            await client.fetch(SID)

    with Server(lambda peer: peer.serve(**rest)) as server:
        driver.run(body, base_url=server.url(), max_retries=0)
        assert server.accepted == 3


def test_bytes_behind_an_answer_are_nobodys(driver: Driver) -> None:
    def two_answers(peer: Peer) -> None:
        while request := peer.read_request():
            wrong = sender(b"GET /" + sid(666).encode() + b" HTTP/1.1")
            right = sender(request)
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
            peer.send(head % len(right) + right + head % len(wrong) + wrong)

    async def body(client: Any) -> None:
        for number in range(3):
            assert (await client.fetch(sid(number))).sid == sid(number)

    with Server(two_answers) as server:
        driver.run(body, base_url=server.url())
        assert server.accepted == 3


def test_idle_connection_that_was_closed_is_not_used(driver: Driver) -> None:
    """With no retry allowed, a create must get through although the server has closed the kept connection."""

    def once(peer: Peer) -> None:
        if request := peer.read_request():
            peer.answer(request, status="202 Accepted" if request.startswith(b"POST") else "200 OK")

    async def body(client: Any) -> None:
        for _ in range(5):
            await client.fetch(SID)
            # Blocks the loop as well: it has not seen the end when the next call begins.
            time.sleep(0.05)
            await client.create("whatsapp:+15551234567")
            time.sleep(0.05)

    with Server(once) as server:
        driver.run(body, base_url=server.url(), max_retries=0)
        assert len(server.requests) == server.accepted == 10


def test_large_body(driver: Driver) -> None:
    profile = {"about": "x" * 3_000_000}

    def large(peer: Peer) -> None:
        while request := peer.read_request():
            body = sender(request, profile=profile)
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async def body(client: Any) -> None:
        for number in range(4):
            assert (await client.fetch(sid(number))).sid == sid(number)

    with Server(large) as server:
        driver.run(body, base_url=server.url())
        assert server.accepted == 1
        error = driver.failure(server, max_response_bytes=1_000_000)
        assert error.kind == "invalid_response" and "larger" in str(error)


def test_drip(driver: Driver) -> None:
    """A server that sends one byte at a time cannot make a call wait without end."""

    def drip(peer: Peer) -> None:
        peer.read_request()
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 1000:
            peer.send(bytes([byte]))
            time.sleep(0.01)

    with Server(drip) as server:
        start = time.monotonic()
        error = driver.failure(server, timeout=0.3)
        assert 0.25 < time.monotonic() - start < 5  # the drip would go on for 10 s
        assert error.kind == "timeout"
        assert error.may_have_executed or error.attempts == 1


def test_silence(driver: Driver) -> None:
    with Server(lambda peer: peer.wait_closed()) as server:
        start = time.monotonic()
        assert driver.failure(server, timeout=0.2).kind == "timeout"
        assert 0.15 < time.monotonic() - start < 5


def test_timeout_closes_the_connection(driver: Driver) -> None:
    closed: list[float] = []

    def silent(peer: Peer) -> None:
        peer.read_request()
        closed.append(peer.wait_closed())

    async def body(client: Any) -> None:
        took = []
        for round_ in range(1, 4):
            with pytest.raises(senders.SendersError):
                await client.fetch(SID)
            ended = time.monotonic()
            while len(closed) < round_ and time.monotonic() < ended + 5:
                await asyncio.sleep(0.002)
            assert len(closed) == round_
            took.append(closed[-1] - ended)
        assert min(took) < 0.05, took

    with Server(silent) as server:
        driver.run(body, base_url=server.url(), timeout=0.1, max_retries=0)


def test_nobody_listens(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = driver.failure(f"http://127.0.0.1:{port}")
    assert error.kind == "connection"
    assert not error.may_have_executed


def test_every_address_is_tried(driver: Driver) -> None:
    """``localhost`` is 127.0.0.1 and ::1; a server may listen on the second only."""
    with Server(good) as server:
        server._socket.close()
        try:
            server._socket = socket.create_server(("::1", server.port), family=socket.AF_INET6)
        except OSError:
            pytest.skip("no IPv6 here")
        import threading

        threading.Thread(target=server._accept, daemon=True).start()
        assert driver.fetch(f"http://localhost:{server.port}").sid == SID


def cut_head(peer: Peer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-")


def cut_body(peer: Peer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")


def cut_chunk(peer: Peer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")


def close(peer: Peer) -> None:
    peer.read_request()


def reset(peer: Peer) -> None:
    peer.read_request()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.sock.close()


@pytest.mark.parametrize("fault", [cut_head, cut_body, cut_chunk, close, reset])
def test_broken_connections(driver: Driver, fault: Any) -> None:
    calls = []

    def once_broken(peer: Peer) -> None:
        calls.append(peer)
        if len(calls) == 1:
            fault(peer)
        else:
            peer.serve()

    with Server(fault) as server:
        assert driver.failure(server).kind == "connection"

        async def create(client: Any) -> None:
            with pytest.raises(senders.SendersError) as caught:
                await client.create("whatsapp:+15551234567")
            assert caught.value.kind == "outcome_unknown"
            assert caught.value.may_have_executed

        server.requests.clear()
        driver.run(create, base_url=server.url())
        assert len(server.requests) == 1, "a create must not be sent twice"
    with Server(once_broken) as server:
        assert driver.fetch(server).sid == SID
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_not_http(driver: Driver, answer: bytes) -> None:
    def speak(peer: Peer) -> None:
        peer.read_request()
        peer.send(answer)

    with Server(speak) as server:
        error = driver.failure(server)
    assert error.kind in ("connection", "invalid_response"), error


def test_closed_client_says_so() -> None:
    with Server(good) as server:
        client = senders.Senders(**ACCOUNT, base_url=server.url())
        client.close()
        with pytest.raises((RuntimeError, senders.SendersError), match="closed"):
            client.fetch(SID)
