"""The package and its process: signals, forks, threads, the modules that an import loads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID, Authority, Driver, Peer, Server, driver, good, sid

assert driver  # a fixture

HEAD = f"""
import sys, time, senders
options = dict({ACCOUNT!r}, base_url=sys.argv[1])
SID = {SID!r}
"""

requires_posix = pytest.mark.skipif(os.name != "posix", reason="signals and forks as POSIX has them")


def python(code: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        **options,
    )


CTRL_C = """
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", time.monotonic(), flush=True)
"""


@requires_posix
@pytest.mark.parametrize(
    "stage",
    ["answer", "wait", "connect"],
)
def test_ctrl_c(stage: str) -> None:
    """``KeyboardInterrupt`` comes within 100 ms, wherever the call is, and its socket is closed."""
    closed: list[float] = []

    def silent(peer: Peer) -> None:
        peer.read_request()
        closed.append(peer.wait_closed())

    def busy(peer: Peer) -> None:
        while peer.read_request():
            peer.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 20\r\nContent-Length: 2\r\n\r\n{}")

    took = []
    for _ in range(3):
        with Server(busy if stage == "wait" else silent) as server:
            url = server.url()
            if stage == "connect":
                # A TLS handshake without a response; on loopback, connecting itself cannot be made to wait.
                server.handler = lambda peer: closed.append(peer.wait_closed())
                url = url.replace("http:", "https:")
            call = "senders.Senders(**options).fetch(SID)"
            process = python("print('ready', flush=True)" + CTRL_C.format(call=call), url)
            assert process.stdout and process.stdout.readline() == "ready\n"
            end = time.monotonic() + 10
            while not (server.requests or (stage == "connect" and server.accepted)) and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(0.1)
            asked = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        word, _, when = out.partition(" ")
        assert word == "interrupted", err
        assert process.returncode == 0
        took.append(float(when) - asked)
    # The best of three: a busy machine may be late, the code must not be.
    assert min(took) < 0.1, took


FORKS = """
import os
client = senders.Senders(**options)
sid = lambda number: f"XE{number:032x}"
assert client.fetch(sid(1)).sid == sid(1)
children = []
for child in range(8):
    pid = os.fork()
    if pid == 0:
        wrong = 0
        for number in range(100):
            asked = sid(child * 1000 + number)
            try:
                wrong += client.fetch(asked).sid != asked
            except BaseException as error:
                print(error, flush=True)
                wrong += 1
        os._exit(min(wrong, 100))
    children.append(pid)
# The parent goes on with its own connection meanwhile.
wrong = sum(client.fetch(sid(number)).sid != sid(number) for number in range(9000, 9100))
print(wrong, *(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
"""


FORKED_WAITS = """
import os

class Clock:
    def __init__(self):
        self.now = 0.0
        self.slept = []
    def monotonic(self):
        return self.now
    def time(self):
        return self.now
    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds

class Down:
    clock = Clock()
    def send(self, request):
        return senders.HttpResponse(503, [], b"")

client = senders.Senders(account_sid="AC" + "0" * 32, auth_token="0", transport=Down(), max_retries=4, seed=1)
for child in range(2):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            client.fetch("XE" + "0" * 32)
        except senders.ServerError:
            os.write(writer, repr(Down.clock.slept).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    print(os.read(reader, 4096).decode())
"""


@requires_posix
def test_forked_workers_do_not_retry_in_step() -> None:
    """Children of one parent, and of one seed, draw different delays."""
    process = python(FORKED_WAITS, "http://127.0.0.1:1")
    out, err = process.communicate(timeout=60)
    first, second = out.splitlines()
    assert len(first.split(",")) == 4, out + err
    assert first != second


@requires_posix
@pytest.mark.parametrize("driver_name", ["sync", "asyncio"])
def test_forks(driver_name: str) -> None:
    """Eight children of a parent with a warm connection: no wrong answer, none that hangs."""
    code = FORKS
    if driver_name == "asyncio":
        # Each process has its own loop, as in pre-forking servers: a child does not use its parent's.
        code = """
import asyncio
class Client:
    def __init__(self):
        self.client = senders.AsyncSenders(**options)
        self.loop = None
    def fetch(self, sid):
        import os
        if self.loop is None or self.pid != os.getpid():
            self.loop, self.pid = asyncio.new_event_loop(), os.getpid()
        return self.loop.run_until_complete(self.client.fetch(sid))
""" + FORKS.replace("senders.Senders(**options)", "Client()")
    with Server(good) as server:
        process = python(code, server.url())
        out, err = process.communicate(timeout=60)
        # Each child reuses its own connection, and the parent never lost its one.
        assert server.accepted == 9
    assert out.split() == ["0"] * 9, out + err


@requires_posix
def test_fork_under_tls_keeps_the_parents_session(tmp_path: Any) -> None:
    """A child that ends must not say TLS's goodbye on the parent's connection."""
    code = """
import os
client = senders.Senders(**options, ca_file=sys.argv[2])
client.fetch(SID)
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        client.fetch(SID)
        client.close()
        sys.exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    client.fetch(SID)
client.close()
"""
    authority = Authority(tmp_path)
    with Server(good, tls=authority.context("IP:127.0.0.1")) as server:
        process = python(code, server.url(), str(authority.ca))
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert server.accepted == 4


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts threads as Linux does")
@pytest.mark.parametrize("kind", ["Senders", "AsyncSenders"])
def test_no_thread_is_started(kind: str) -> None:
    code = f"""
import asyncio, os, threading
count = lambda: (threading.active_count(), len(os.listdir("/proc/self/task")))
before = count()
url = sys.argv[1].replace("127.0.0.1", "localhost")
options["base_url"] = url
if "{kind}" == "Senders":
    client = senders.Senders(**options)
    for _ in range(3): client.fetch(SID)
    during = count()
    client.close()
else:
    async def main():
        async with senders.AsyncSenders(**options) as client:
            await asyncio.gather(*(client.fetch(SID) for _ in range(20)))
            return count()
    during = asyncio.run(main())
print(before == during == count() == (1, 1), before, during, count())
"""
    with Server(good) as server:
        out, err = python(code, server.url()).communicate(timeout=30)
    assert out.startswith("True"), out + err


def test_import_is_light() -> None:
    code = """
heavy = {"ssl", "_ssl", "asyncio", "http.client", "socket", "email", "urllib.request", "logging"}
print(sorted(heavy & set(sys.modules)))
"""
    out, err = python(code, "").communicate(timeout=30)
    assert out.strip() == "[]", out + err
    code = """
senders.Senders(**options).fetch(SID)
print(sorted({"ssl", "_ssl", "asyncio", "http.client"} & set(sys.modules)))
"""
    with Server(good) as server:
        out, err = python(code, server.url()).communicate(timeout=30)
    assert out.strip() == "[]", out + err


def test_threads_share_a_client() -> None:
    wrong: list[Any] = []

    def work(base: int) -> None:
        try:
            wrong.extend(number for number in range(base, base + 100) if client.fetch(sid(number)).sid != sid(number))
        except BaseException as error:
            wrong.append(error)

    with Server(good) as server, senders.Senders(**ACCOUNT, base_url=server.url(), max_connections=4) as client:
        threads = [threading.Thread(target=work, args=(base * 1000,)) for base in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.accepted >= 1
    assert wrong == []


def test_waiting_threads_do_not_hold_the_interpreter() -> None:
    """While one thread waits for an answer, the others run."""

    def slow(peer: Peer) -> None:
        while request := peer.read_request():
            time.sleep(0.3)
            peer.answer(request)

    with Server(slow) as server, senders.Senders(**ACCOUNT, base_url=server.url()) as client:
        thread = threading.Thread(target=client.fetch, args=(SID,))
        thread.start()
        rounds = 0
        while thread.is_alive():
            time.sleep(0.001)
            rounds += 1
        thread.join()
    assert rounds > 50


def test_memory_does_not_grow(driver: Driver) -> None:
    """Thousands of calls leave no object behind."""
    import gc

    async def body(client: Any) -> None:
        for _ in range(300):
            await client.fetch(SID)
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(1000):
            await client.fetch(SID)
        gc.collect()
        assert len(gc.get_objects()) - before < 100

    with Server(good) as server:
        driver.run(body, base_url=server.url())
