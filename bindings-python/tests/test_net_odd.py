"""Odd responses over real sockets: the status decides before the framing does, and no rest is read twice."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from typing import Any

import pytest
import senders
from net_support import SID, Driver, Peer, Server, driver, sender, sid

assert driver  # a fixture


@pytest.mark.parametrize(
    ("framing", "rest"),
    [("Transfer-Encoding: chunked", b"0\r\n\r\n"), ("Content-Length: 5", b"hello"), ("Content-Length : 5", b"hello")],
)
@pytest.mark.parametrize("late", [False, True])
def test_no_content_with_a_body_is_a_success_and_the_last_of_its_connection(
    driver: Driver, framing: str, rest: bytes, late: bool
) -> None:
    def delete(peer: Peer) -> None:
        while request := peer.read_request():
            if request.startswith(b"DELETE"):
                head = f"HTTP/1.1 204 No Content\r\n{framing}\r\n\r\n".encode()
                peer.send(head if late else head + rest)
                if late:
                    # Comes together with the next answer, if there is one.
                    if peer.read_request():
                        peer.send(rest)
                    return
            else:
                peer.answer(request)

    async def body(client: Any) -> None:
        for number in range(3):
            await client.delete(sid(number))
            assert (await client.fetch(sid(number))).sid == sid(number)

    with Server(delete) as server:
        driver.run(body, base_url=server.url(), max_retries=0)
        assert server.accepted == 4


UNREADABLE = [
    pytest.param(b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\xff", id="broken gzip"),
    pytest.param(b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\n\x0b\x02\x80\xff", id="unknown coding"),
]
CUT = [
    pytest.param(b"Content-Length: 100\r\n\r\n{", id="cut"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", id="cut chunk"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", id="bad chunk"),
    pytest.param(b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", id="two lengths"),
    pytest.param(b"Content-Length: 99999999999\r\n\r\n{}", id="too large"),
]


def says(answer: bytes, end: str = "close") -> Any:
    def speak(peer: Peer) -> None:
        peer.read_request()
        peer.send(answer)
        if end == "reset":
            # A moment, so that what was sent is read before the reset throws it away.
            time.sleep(0.05)
            peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.sock.close()
        elif end == "silence":
            peer.wait_closed()

    return speak


@pytest.mark.parametrize("rest", UNREADABLE + CUT)
def test_error_status_decides(driver: Driver, rest: bytes) -> None:
    with Server(says(b"HTTP/1.1 401 Unauthorized\r\nT-Request-Id: RQ1\r\n" + rest)) as server:
        error = driver.failure(server)
    assert (error.kind, error.status, error.request_id) == ("authentication", 401, "RQ1"), error
    assert not error.may_have_executed


@pytest.mark.parametrize("end", ["close", "reset", "silence"])
def test_error_status_decides_however_the_rest_is_lost(driver: Driver, end: str) -> None:
    answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n{"
    with Server(says(answer, end)) as server:
        error = driver.failure(server, timeout=0.5)
    assert (error.kind, error.status) == ("permission_denied", 403), error


def test_refused_create_is_refused_although_its_body_is_lost(driver: Driver) -> None:
    async def create(client: Any) -> None:
        with pytest.raises(senders.SendersError) as caught:
            await client.create("whatsapp:+15551234567")
        assert (caught.value.kind, caught.value.status) == ("invalid_request", 400)
        assert not caught.value.may_have_executed

    with Server(says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{", "reset")) as server:
        driver.run(create, base_url=server.url())
        assert len(server.requests) == 1


@pytest.mark.parametrize("rest", UNREADABLE)
def test_accepted_create_keeps_its_status(driver: Driver, rest: bytes) -> None:
    async def create(client: Any) -> None:
        with pytest.raises(senders.SendersError) as caught:
            await client.create("whatsapp:+15551234567")
        assert (caught.value.kind, caught.value.status) == ("outcome_unknown", 202)
        assert caught.value.may_have_executed

    with Server(says(b"HTTP/1.1 202 Accepted\r\n" + rest)) as server:
        driver.run(create, base_url=server.url())
        assert len(server.requests) == 1


def test_accepted_create_that_is_cut_names_its_status(driver: Driver) -> None:
    async def create(client: Any) -> None:
        with pytest.raises(senders.SendersError, match="202") as caught:
            await client.create("whatsapp:+15551234567")
        assert caught.value.kind == "outcome_unknown"

    with Server(says(b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{")) as server:
        driver.run(create, base_url=server.url())
        assert len(server.requests) == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "none"])
def test_compressed_body(driver: Driver, coding: str) -> None:
    def compressed(peer: Peer) -> None:
        while request := peer.read_request():
            body = sender(request)
            body = {"gzip": gzip.compress, "deflate": zlib.compress, "none": bytes}[coding](body)
            # Unpacked on the way by a gateway that left the header, in the last case.
            head = f"Content-Encoding: {coding.replace('none', 'gzip')}\r\nContent-Length: {len(body)}"
            peer.send(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)

    async def body(client: Any) -> None:
        for number in range(3):
            assert (await client.fetch(sid(number))).sid == sid(number)

    with Server(compressed) as server:
        driver.run(body, base_url=server.url())
        assert server.accepted == 1


def test_compressed_body_that_unpacks_to_too_much(driver: Driver) -> None:
    body = gzip.compress(b" " * 20_000_000)
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    with Server(says(b"HTTP/1.1 200 OK\r\n" + head + body)) as server:
        error = driver.failure(server, max_response_bytes=1_000_000)
        assert error.kind == "invalid_response" and "larger" in str(error)
    with Server(says(b"HTTP/1.1 401 Unauthorized\r\n" + head + body)) as server:
        assert driver.failure(server, max_response_bytes=1_000_000).kind == "authentication"


@pytest.mark.parametrize("line", ["X-Thing : 1", "no colon", ": empty", "X: a\x01b", "X: a\r\n  folded", "\x00"])
def test_odd_header_lines_are_skipped(driver: Driver, line: str) -> None:
    with Server(lambda peer: peer.serve(head=f"{line}\r\n")) as server:
        assert driver.fetch(server).sid == SID


@pytest.mark.parametrize("line", ["Content-Length : 1", "Transfer-Encoding\x0b: chunked", "Transfer-Encoding: gzip"])
def test_odd_framing_is_refused(driver: Driver, line: str) -> None:
    with Server(lambda peer: peer.serve(head=f"{line}\r\n")) as server:
        assert driver.failure(server).kind == "invalid_response"
