"""TLS against servers with a certificate authority of the tests' own, and proxies that open a tunnel."""

from __future__ import annotations

import base64
import select
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID, Authority, Driver, Peer, Server, authority, driver, good, sid

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
    """A body up to the end of the connection needs TLS's own goodbye; without one the body may have been cut."""

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
        self.expected = (
            password and f"proxy-authorization: basic {base64.b64encode(password.encode()).decode()}".lower()
        )
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


@pytest.mark.parametrize(
    "url",
    [
        "http://svc:canary/abc@proxy.corp:3128",
        "http://canary:7171/abc@proxy.corp:3128",
        "http://svc:canary?x@proxy.corp:3128",
        "http%3A%2F%2Fsvc%3Acanary%40proxy.corp%3A3128",
        "svc:canary://proxy.corp:3128",
        "socks5://svc:canary@proxy.corp:1080",
        "http://svc:canary@proxy.corp:port",
    ],
)
@pytest.mark.parametrize("name", ["proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_nothing_of_a_bad_proxy_is_shown(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, url: str
) -> None:
    """Not in the error, its traceback, its causes or the log; the option or variable is named."""
    caplog.set_level("DEBUG", "senders")
    options = {"proxy": url} if name == "proxy" else {}
    if not options:
        monkeypatch.setenv(name, url)
    with pytest.raises(senders.SendersError) as caught:
        driver.fetch("https://localhost", **options, max_retries=0)
    error: BaseException | None = caught.value
    shown = [caplog.text]
    while error is not None:
        shown += [str(error), repr(error), repr(error.args), repr(getattr(error, "field", ""))]
        error = error.__cause__ or error.__context__
    for text in shown:
        assert "canary" not in text and "71" not in text, text
    assert name in str(caught.value)
    assert not caught.value.may_have_executed


@pytest.mark.parametrize("name", ["proxy", "HTTPS_PROXY"])
@pytest.mark.parametrize("how", ["refused", "403", "closed", "silent"])
def test_a_failure_to_reach_a_proxy_names_it(
    driver: Driver, authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str, how: str
) -> None:
    def proxy(peer: Peer) -> None:
        peer.read_request()
        if how == "403":
            peer.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        elif how == "silent":
            peer.wait_closed()

    with Server(proxy) as server:
        port = server.port
        if how == "refused":
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
        url = f"http://user:canary@localhost:{port}"
        options: dict[str, Any] = {"ca_file": authority.ca, "connect_timeout": 0.3}
        if name == "proxy":
            options["proxy"] = url
        else:
            monkeypatch.setenv(name, url)
        error = driver.failure("https://127.0.0.1:1", **options)
    assert "localhost:" in str(error) and ("option `proxy`" if name == "proxy" else name) in str(error), str(error)
    assert "canary" not in str(error) and not error.may_have_executed and error.retryable


def test_a_key_given_as_ca_file_is_not_shown(driver: Driver) -> None:
    with pytest.raises(ValueError, match="ca_file") as caught:
        driver.fetch("https://localhost", ca_file="-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----")
    assert "canary" not in str(caught.value)
