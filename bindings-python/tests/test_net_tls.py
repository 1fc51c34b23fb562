"""TLS against servers with a certificate authority of the tests' own, and proxies that open a tunnel."""

from __future__ import annotations

import base64
import select
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from net_support import ACCOUNT, SID, Authority, Driver, Peer, Server, authority, driver, good, sid

import senders

assert driver and authority  # fixtures

NAMES = "DNS:localhost,IP:127.0.0.1"


def test_trusted_by_option(driver: Driver, authority: Authority) -> None:
    async def body(client: Any) -> None:
        for number in range(10):
            assert (await client.fetch(sid(number))).sid == sid(number)

    with Server(good, tls=authority.context(NAMES)) as server:
        driver.run(body, base_url=server.url(), ca_file=authority.ca)
        assert server.accepted == 1, "a kept connection serves under TLS too"
        assert driver.fetch(server.url("localhost"), ca_file=str(authority.ca)).sid == SID


def test_trusted_by_the_system(driver: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's store, as far as a test can fill one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    with Server(good, tls=authority.context(NAMES)) as server:
        assert driver.fetch(server).sid == SID


def test_unknown_authority(driver: Driver, authority: Authority) -> None:
    with Server(good, tls=authority.context(NAMES)) as server:
        error = driver.failure(server)
        assert error.kind == "tls"
        assert not error.may_have_executed
        assert server.requests == []


def test_wrong_name(driver: Driver, authority: Authority) -> None:
    with Server(good, tls=authority.context("DNS:other.example")) as server:
        error = driver.failure(server, ca_file=authority.ca)
        assert error.kind == "tls"
        assert not error.may_have_executed
        assert server.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_only_old_tls(driver: Driver, authority: Authority) -> None:
    for version, works in ((ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_1, False)):
        context = authority.context(NAMES)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = version
        with Server(good, tls=context) as server:
            if works:
                assert driver.fetch(server, ca_file=authority.ca).sid == SID
            else:
                assert driver.failure(server, ca_file=authority.ca).kind == "tls"


def test_no_tls_at_all(driver: Driver) -> None:
    def shout(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.wait_closed()

    with Server(shout) as server:
        error = driver.failure(server.url().replace("http:", "https:"))
        assert error.kind == "tls"
        assert not error.may_have_executed


def test_handshake_that_never_ends(driver: Driver) -> None:
    with Server(lambda peer: peer.wait_closed()) as server:
        error = driver.failure(server.url().replace("http:", "https:"), connect_timeout=0.2)
        assert error.kind == "timeout"
        assert not error.may_have_executed


def test_cut_body_is_not_the_end(driver: Driver, authority: Authority) -> None:
    """A body up to the end of the connection needs TLS's own goodbye; without one somebody may have cut it."""

    def rude(peer: Peer) -> None:
        request = peer.read_request()
        assert request
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n{")
        # The socket below TLS, so that no `close_notify` is sent.
        socket.socket(fileno=peer.sock.detach()).close()

    with Server(rude, tls=authority.context(NAMES)) as server:
        assert driver.failure(server, ca_file=authority.ca).kind == "connection"


def test_goodbye_is_said(driver: Driver, authority: Authority) -> None:
    ends: list[Any] = []

    def listen(peer: Peer) -> None:
        try:
            peer.serve()
            while (data := peer.sock.recv(1000)) != b"":
                ends.append(data)
            ends.append("goodbye")
        except OSError as error:
            ends.append(error)

    context = authority.context(NAMES)
    with Server(listen, tls=context) as server:
        driver.fetch(server, ca_file=authority.ca)
        for _ in range(100):
            if ends:
                break
            select.select([], [], [], 0.01)
    assert ends == ["goodbye"]


def test_ca_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        for cls in (senders.Senders, senders.AsyncSenders):
            with pytest.raises(ValueError, match="ca_file"):
                cls(**ACCOUNT, base_url="https://localhost", ca_file=path)


class Proxy(Server):
    """A proxy that opens tunnels, to anybody or to who has the password."""

    def __init__(self, password: str | None = None) -> None:
        self.asked: list[str] = []
        self.expected = password and f"proxy-authorization: basic {base64.b64encode(password.encode()).decode()}".lower()
        super().__init__(self._tunnel)

    def _tunnel(self, peer: Peer) -> None:
        request = peer.read_request()
        if not request:
            return
        head = request.decode()
        self.asked.append(head.split("\r\n")[0])
        if self.expected and self.expected not in head.lower():
            peer.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = head.split(" ")[1].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as target:
            peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while peer.sock.fileno() >= 0:
                for ready in select.select([peer.sock, target], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    (target if ready is peer.sock else peer.sock).sendall(data)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_proxy_by_option(driver: Driver, authority: Authority) -> None:
    with Proxy() as proxy, Server(good, tls=authority.context(NAMES)) as server:
        assert driver.fetch(server, ca_file=authority.ca, proxy=proxy.url()).sid == SID
        assert proxy.asked == [f"CONNECT 127.0.0.1:{server.port} HTTP/1.1"]


def test_proxy_with_a_password(driver: Driver, authority: Authority) -> None:
    with Proxy("us@er:ca nary") as proxy, Server(good, tls=authority.context(NAMES)) as server:
        url = f"http://us%40er:ca%20nary@127.0.0.1:{proxy.port}"
        assert driver.fetch(server, ca_file=authority.ca, proxy=url).sid == SID
        error = driver.failure(server, ca_file=authority.ca, proxy=url.replace("nary", "nine"))
        assert error.kind == "connection" and "407" in str(error)
        assert not error.may_have_executed
        assert "nine" not in str(error) and "nine" not in repr(error)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_proxy_of_the_environment(
    driver: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with Proxy() as proxy, Server(good, tls=authority.context(NAMES)) as server:
        monkeypatch.setenv(name, proxy.url())
        options = {"ca_file": authority.ca}
        driver.fetch(server, **options)
        assert len(proxy.asked) == 1
        driver.fetch(server, **options, proxy=False)
        assert len(proxy.asked) == 1
        monkeypatch.setenv("NO_PROXY", "elsewhere.example,127.0.0.0/8")
        driver.fetch(server, **options)
        assert len(proxy.asked) == 1


def test_plain_http_to_this_machine_needs_no_proxy(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with Server(good) as server:
        assert driver.fetch(server).sid == SID


def test_proxy_that_is_none(driver: Driver, authority: Authority) -> None:
    with pytest.raises(ValueError, match="socks5"):
        driver.fetch("https://localhost", proxy="socks5://user:canary@localhost")
    with pytest.raises(ValueError, match="proxy"):
        driver.fetch("https://localhost", proxy=1)
    with Server(lambda peer: peer.read_request()) as closing:
        error = driver.failure("https://localhost", ca_file=authority.ca, proxy=closing.url())
        assert error.kind == "connection" and not error.may_have_executed
