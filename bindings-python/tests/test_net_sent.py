"""Whether a request went out is a matter of bytes, not of what a failure is called: the table, cell by cell.

Every cell is a create, for which one repetition is allowed (``max_retries=1``): it may be used only where no byte of
the request left this process.
"""

from __future__ import annotations

import _thread
import asyncio
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import senders
from net_alert import TlsPeer, alerting, reset, self_test
from net_support import SID, Authority, Driver, Peer, Server, authority, driver, good

assert driver and authority  # fixtures

NUMBER = "whatsapp:+15551234567"
NAMES = "DNS:localhost,IP:127.0.0.1"
#: More than the sockets' buffers of both ends hold.
LARGE = 12_000_000


class Cell:
    """One server that fails once it has got so far, and what the client made of it."""

    def __init__(self, moment: str, failure: str, keys: Path | None, context: ssl.SSLContext | None) -> None:
        self.moment, self.failure = moment, failure
        self.keys, self.context = keys, context
        self.posts = 0
        self.reached = threading.Event()
        self.over = threading.Event()

    def handle(self, peer: Peer) -> None:
        if self.context:
            peer = TlsPeer(peer, self.context, self.keys)
            if self.moment == "handshake":
                peer.raw.recv(65536)
                return self.fail(peer)
            peer.handshake()
        if self.moment == "some sent":
            # The first bytes only; the rest stays in the sockets' buffers.
            if not peer._more():
                return
            assert b"POST /v2/" in peer.buffer
            self.posts += 1
            time.sleep(0.05)
            return self.fail(peer)
        request = peer.read_request()
        if not request:
            return
        assert request.startswith(b"POST /v2/")
        self.posts += 1
        if self.moment == "part of the answer":
            peer.send(b"HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n{")
        self.fail(peer)

    def fail(self, peer: Peer) -> None:
        self.reached.set()
        raw = getattr(peer, "raw", peer.sock)
        if self.failure == "reset":
            reset(raw)
        elif self.failure == "end":
            raw.shutdown(socket.SHUT_RDWR)
        elif self.failure in ("timeout", "cancel"):
            self.over.wait(10)
        elif self.moment == "handshake":
            number = {"internal_error": 80, "handshake_failure": 40, "certificate_unknown": 46}[self.failure]
            raw.sendall(b"\x15\x03\x03\0\2\2" + bytes([number]))
            self.over.wait(0.3)
        else:
            assert isinstance(peer, TlsPeer)
            peer.alert(self.failure)
            self.over.wait(0.3)


def outcome(driver: Driver, cell: Cell, url: str, **options: Any) -> tuple[Any, ...]:
    """Kind, ``may_have_executed`` and ``retryable`` of a create; only the kind if it was cancelled."""
    profile: dict[str, Any] = {"name": "N"}
    if cell.moment == "some sent":
        profile["about"] = "x" * LARGE
    options = {"max_retries": 1, "connect_timeout": 5, "timeout": 10, **options}
    if cell.failure == "timeout":
        # The large body needs a while to be written and encrypted by an unoptimised build.
        limit = 4 if cell.moment == "some sent" else 0.4
        options["connect_timeout" if cell.moment == "handshake" else "timeout"] = limit

    def interrupt() -> None:
        cell.reached.wait(20)
        time.sleep(0.05)
        _thread.interrupt_main()

    async def body(client: Any) -> tuple[Any, ...]:
        if cell.failure == "cancel":
            if driver.name == "sync":
                # asyncio, which runs this test's body, has its own handler.
                signal.signal(signal.SIGINT, signal.default_int_handler)
                threading.Thread(target=interrupt, daemon=True).start()
                with pytest.raises(KeyboardInterrupt):
                    await client.create(NUMBER, profile=profile)
                return ("cancelled",)
            task = asyncio.ensure_future(client.create(NUMBER, profile=profile))
            while not cell.reached.is_set():
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return ("cancelled",)
        with pytest.raises(senders.SendersError) as caught:
            await client.create(NUMBER, profile=profile)
        error = caught.value
        return error.kind, error.may_have_executed, error.retryable

    try:
        return driver.run(body, base_url=url, **options)
    finally:
        cell.over.set()


NOT_SENT = {"reset": "connection", "end": "tls", "timeout": "timeout"}
UNKNOWN = ("outcome_unknown", True, False)
FAILURES = ["reset", "end", "timeout", "cancel"]
ALERTS = ["internal_error", "handshake_failure", "certificate_unknown"]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("moment", ["some sent", "all sent", "part of the answer"])
def test_plain(driver: Driver, moment: str, failure: str) -> None:
    cell = Cell(moment, failure, None, None)
    with Server(cell.handle) as server:
        got = outcome(driver, cell, server.url())
        time.sleep(0.05)
    assert got == (("cancelled",) if failure == "cancel" else UNKNOWN)
    assert cell.posts == 1


@pytest.mark.parametrize("failure", [*FAILURES, *ALERTS])
@pytest.mark.parametrize("moment", ["handshake", "some sent", "all sent", "part of the answer"])
def test_tls(driver: Driver, authority: Authority, tmp_path: Path, moment: str, failure: str) -> None:
    context = authority.context(NAMES)
    cell = Cell(moment, failure, alerting(context, tmp_path), context)
    with Server(cell.handle) as server:
        url = server.url("localhost").replace("http:", "https:")
        got = outcome(driver, cell, url, ca_file=authority.ca)
        time.sleep(0.05)
    if failure == "cancel":
        assert got == ("cancelled",)
    elif moment == "handshake":
        assert got == (NOT_SENT.get(failure, "tls"), False, True)
        assert server.accepted == 2, "what did not go out is tried again"
    else:
        assert got == UNKNOWN
    assert cell.posts == (0 if moment == "handshake" else 1)


def test_alert_for_a_missing_client_certificate(driver: Driver, authority: Authority) -> None:
    """In TLS 1.3 this alert comes after the client's side of the handshake, when the request is out already."""
    context = authority.context(NAMES)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with Server(good, tls=context) as server:

        async def create(client: Any) -> senders.SendersError:
            with pytest.raises(senders.SendersError) as caught:
                await client.create(NUMBER)
            return caught.value

        error = driver.run(create, base_url=server.url(), ca_file=authority.ca, max_retries=1)
        assert (error.kind, error.may_have_executed, error.retryable) == UNKNOWN
        assert server.accepted == 1
        assert driver.failure(server, ca_file=authority.ca).kind == "tls"


def test_a_whole_answer_before_an_alert_is_the_answer(driver: Driver, authority: Authority, tmp_path: Path) -> None:
    context = authority.context(NAMES)
    keys = alerting(context, tmp_path)

    def answer(peer: Peer) -> None:
        tls = TlsPeer(peer, context, keys)
        tls.handshake()
        request = tls.read_request()
        assert request
        # Both in one segment, so that they are read at once.
        sent: list[bytes] = []
        raw = tls.raw
        tls.raw = type("Held", (), {"sendall": staticmethod(sent.append)})()  # type: ignore[assignment]
        tls.answer(request, status="202 Accepted")
        tls.alert("internal_error")
        raw.sendall(b"".join(sent))
        raw.recv(1)

    async def create(client: Any) -> Any:
        return await client.create(NUMBER)

    with Server(answer) as server:
        url = server.url("localhost").replace("http:", "https:")
        assert driver.run(create, base_url=url, ca_file=authority.ca, max_retries=0).sid == SID


def test_chacha() -> None:
    self_test()


@contextmanager
def silent_listener(host: str, port: int = 0) -> Iterator[int]:
    """A port that swallows the first packet of every connection: its queue is full, and nothing accepts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            pytest.skip(f"nothing can listen on {host}")
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(20):
            filler = stack.enter_context(socket.socket(family))
            filler.settimeout(0.1)
            try:
                filler.connect(address)
            except TimeoutError:
                break
        else:
            pytest.skip("this system accepts more connections than it is asked to queue")
        yield address[1]


def failed_create(driver: Driver, url: str, **options: Any) -> tuple[senders.SendersError, float]:
    async def create(client: Any) -> senders.SendersError:
        with pytest.raises(senders.SendersError) as caught:
            await client.create(NUMBER)
        return caught.value

    start = time.monotonic()
    return driver.run(create, base_url=url, **options), time.monotonic() - start


def test_before_connecting(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error, _ = failed_create(driver, f"http://127.0.0.1:{port}", max_retries=1)
    assert (error.kind, error.may_have_executed, error.retryable, error.attempts) == ("connection", False, True, 2)
    error, _ = failed_create(driver, "https://name.invalid", max_retries=0, proxy=False)
    assert error.kind in ("connection", "timeout")
    assert (error.may_have_executed, error.retryable) == (False, True)


def test_while_connecting(driver: Driver) -> None:
    with silent_listener("127.0.0.1") as port:
        error, took = failed_create(driver, f"http://127.0.0.1:{port}", max_retries=0, connect_timeout=0.3)
    assert (error.kind, error.may_have_executed, error.retryable) == ("timeout", False, True)
    assert 0.25 < took < 3


def test_a_dead_first_address(driver: Driver) -> None:
    """``localhost`` is 127.0.0.1 and ::1: the first swallows everything, the second one serves."""
    with Server(good) as server:
        server._socket.close()
        with silent_listener("127.0.0.1") as port:
            try:
                server._socket = socket.create_server(("::1", port), family=socket.AF_INET6)
            except OSError:
                pytest.skip("no IPv6 here")
            threading.Thread(target=server._accept, daemon=True).start()
            for limit in (5, 0.5):
                start = time.monotonic()
                assert driver.fetch(f"http://localhost:{port}", connect_timeout=limit, max_retries=0).sid == SID
                assert time.monotonic() - start < 2


@pytest.mark.parametrize("uvloop", [False, True], ids=["asyncio", "uvloop"])
def test_a_look_up_that_never_ends(uvloop: bool) -> None:
    """The blocking driver's twin of this is a test in ``src/drive/connect.rs``: its resolver is the system's."""

    async def create(client: Any) -> senders.SendersError:
        async def never(*_: Any, **__: Any) -> Any:
            await asyncio.sleep(60)

        loop = asyncio.get_running_loop()
        monkey.setattr(_asyncio, "get_running_loop", lambda: Stalled(loop, never))
        with pytest.raises(senders.SendersError) as caught:
            await client.create(NUMBER)
        return caught.value

    from senders import _asyncio

    class Stalled:
        """The loop, except for its resolver."""

        def __init__(self, loop: Any, resolve: Callable[..., Any]) -> None:
            self._loop, self.getaddrinfo = loop, resolve

        def __getattr__(self, name: str) -> Any:
            return getattr(self._loop, name)

    with pytest.MonkeyPatch.context() as monkey:
        start = time.monotonic()
        error = Driver("uvloop" if uvloop else "asyncio").run(
            create, base_url="https://name.example", proxy=False, connect_timeout=0.2, max_retries=0
        )
    assert (error.kind, error.may_have_executed, error.retryable) == ("timeout", False, True)
    assert "name.example" in str(error)
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("end", ["end", "reset"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
def test_a_kept_connection_that_was_closed_meanwhile(
    driver: Driver, authority: Authority, encrypted: bool, end: str
) -> None:
    """The server ends a kept connection while the process is blocked: the create goes out once, on a new one."""
    closed = threading.Semaphore(0)

    def once(peer: Peer) -> None:
        if request := peer.read_request():
            peer.answer(request, status="202 Accepted" if request.startswith(b"POST") else "200 OK")
            if end == "reset":
                reset(peer.sock)
            else:
                peer.sock.shutdown(socket.SHUT_RDWR)
            closed.release()

    async def body(client: Any) -> None:
        for _ in range(3):
            await client.fetch(SID)
            # Blocks the loop as well: it has not seen the end when the create begins.
            assert closed.acquire(timeout=10)
            time.sleep(0.02)
            assert (await client.create(NUMBER)).sid == SID
            assert closed.acquire(timeout=10)
            time.sleep(0.02)

    with Server(once, tls=authority.context(NAMES) if encrypted else None) as server:
        driver.run(body, base_url=server.url(), max_retries=0, **({"ca_file": authority.ca} if encrypted else {}))
        assert sum(request.startswith(b"POST") for request in server.requests) == 3
        assert len(server.requests) == server.accepted == 6
