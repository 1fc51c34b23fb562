"""Shared parts of the transport's tests: raw socket servers in threads, and one interface for all drivers."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import senders

SID = "XE" + "a" * 32
ACCOUNT = {"account_sid": "AC" + "0" * 32, "auth_token": "0" * 32}


def sid(number: int) -> str:
    return f"XE{number:032x}"


class Peer:
    """One accepted connection, as its handler sees it."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.buffer = b""

    def read_request(self) -> bytes | None:
        """A whole request, head and body; ``None`` at the end of the connection."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                return None
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length:
            if not self._more():
                return None
            rest = self.buffer.partition(b"\r\n\r\n")[2]
        self.buffer = rest[length:]
        self.server.requests.append(head + b"\r\n\r\n" + rest[:length])
        return self.server.requests[-1]

    def _more(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b""
        self.buffer += data
        return bool(data)

    def wait_closed(self) -> float:
        """When the client closed the connection."""
        while self._more():
            pass
        return time.monotonic()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, request: bytes, *, head: str = "", framing: str = "length", status: str = "200 OK") -> None:
        """A sender whose SID is the one that was asked for."""
        body = sender(request)
        lines = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{head}"
        if framing == "chunked":
            half = len(body) // 2
            chunks = b"".join(b"%x;x=y\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
            self.send(f"{lines}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks + b"0\r\nTrailer: 1\r\n\r\n")
        elif framing == "closed":
            self.send(f"{lines}\r\n".encode() + body)
            self.sock.close()
        else:
            self.send(f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def serve(self, **options: Any) -> None:
        """Sends responses until the client closes the connection."""
        while request := self.read_request():
            self.answer(request, **options)


def sender(request: bytes, **more: Any) -> bytes:
    path = request.split(b" ", 2)[1].decode()
    asked = path.rpartition("/")[2]
    body = {"sid": asked if asked.startswith("XE") else SID, "status": "ONLINE", "sender_id": "whatsapp:+15551234567"}
    return json.dumps({**body, **more}).encode()


class Server:
    """Accepts on a loopback port and gives each connection to ``handler`` in a new thread."""

    def __init__(self, handler: Callable[[Peer], Any], *, tls: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self.tls = tls
        self.accepted = 0
        self.open = 0
        self.most_open = 0
        self.requests: list[bytes] = []
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        self._socks: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            with self._lock:
                self.accepted += 1
                self.open += 1
                self.most_open = max(self.open, self.most_open)
                self._socks.append(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            self.handler(Peer(self, sock))
        except (OSError, ValueError):
            # The socket was closed under the handler's feet: the test is over.
            pass
        finally:
            with self._lock:
                self.open -= 1
            sock.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        # A thread in `accept` holds the socket open; shutting it down wakes the thread.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for sock in self._socks:
            sock.close()


def good(peer: Peer) -> None:
    peer.serve()


class _Async:
    """The sync client with the async one's face, so that a test's body serves both."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        async def call(*args: Any, **options: Any) -> Any:
            return method(*args, **options)

        return call


class Driver:
    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, body: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
        """Runs ``body(client)`` and closes the client."""

        async def main() -> Any:
            if self.name == "sync":
                with senders.Senders(**{**ACCOUNT, **options}) as client:
                    return await body(_Async(client))
            async with senders.AsyncSenders(**{**ACCOUNT, **options}) as client:
                return await body(client)

        return run_loop(main, uvloop=self.name == "uvloop")

    def fetch(self, server: Server | str, **options: Any) -> Any:
        url = server if isinstance(server, str) else server.url()

        async def body(client: Any) -> Any:
            return await client.fetch(SID)

        return self.run(body, base_url=url, **options)

    def failure(self, server: Server | str, **options: Any) -> senders.SendersError:
        with pytest.raises(senders.SendersError) as caught:
            self.fetch(server, **{"max_retries": 0, **options})
        return caught.value


def run_loop(main: Callable[[], Awaitable[Any]], *, uvloop: bool = False) -> Any:
    if not uvloop:
        return asyncio.run(main())  # type: ignore[arg-type]
    return pytest.importorskip("uvloop").run(main())


@pytest.fixture(params=["sync", "asyncio", "uvloop"])
def driver(request: pytest.FixtureRequest) -> Driver:
    return Driver(request.param)


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def on_loop(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    if request.param:
        # Here, not in a thread of the test, which cannot skip it.
        pytest.importorskip("uvloop")
    return lambda main: run_loop(main, uvloop=request.param)


class Authority:
    """A certificate authority of the tests' own, and certificates it signed, made by the ``openssl`` program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = folder / "ca.pem"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=Senders test CA", "-keyout", "ca.key", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        )  # fmt: skip

    def context(self, names: str) -> ssl.SSLContext:
        """A server's context with a certificate for ``names``, such as ``DNS:localhost``."""
        (self.folder / "extensions").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=leaf",
            "-keyout", "leaf.key", "-out", "leaf.csr",
        )  # fmt: skip
        self._openssl(
            "x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "extensions", "-out", "leaf.pem",
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "leaf.pem", self.folder / "leaf.key")
        return context

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    yield Authority(tmp_path_factory.mktemp("authority"))
