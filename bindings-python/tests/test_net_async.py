"""Tests for asyncio alone: cancellation, a pool for each loop, a loop that must not leak, a transport that pauses."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import senders
from net_support import ACCOUNT, SID, Peer, Server, good, on_loop, sid

assert on_loop  # a fixture

OnLoop = Callable[[Callable[[], Any]], Any]


def client(server: Server, **options: Any) -> Any:
    return senders.AsyncSenders(**ACCOUNT, base_url=server.url(), **options)


async def until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.002)


def test_cancelling_closes_the_socket(on_loop: OnLoop) -> None:
    closed: list[float] = []

    def silent(peer: Peer) -> None:
        peer.read_request()
        closed.append(peer.wait_closed())

    async def main() -> None:
        took = []
        async with client(server) as api:
            for round_ in range(1, 6):
                task = asyncio.create_task(api.fetch(SID))
                await until(lambda so_many=round_: len(server.requests) == so_many)
                task.cancel()
                cancelled = time.monotonic()
                with pytest.raises(asyncio.CancelledError):
                    await task
                await until(lambda so_many=round_: len(closed) == so_many)
                took.append(closed[-1] - cancelled)
            await asyncio.sleep(0.05)
            assert len(server.requests) == 5, "nothing goes on for a caller who has left"
        # The best of five: a busy machine may be late, the code must not be.
        assert min(took) < 0.05, took

    with Server(silent) as server:
        on_loop(main)


def test_cancelling_while_connecting_waiting_or_queued(on_loop: OnLoop) -> None:
    def unwell(peer: Peer) -> None:
        while peer.read_request():
            peer.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 2\r\n\r\n{}")

    async def main() -> None:
        async with client(server, max_connections=1) as api:
            # Before the task has run at all, then while it connects.
            for rounds in range(4):
                task = asyncio.create_task(api.fetch(SID))
                for _ in range(rounds):
                    await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            # While it waits for the server's time to pass.
            waiting = asyncio.create_task(api.fetch(SID))
            await until(lambda: server.requests)
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            count = len(server.requests)
            await asyncio.sleep(0.05)
            assert len(server.requests) == count
        server.handler = lambda peer: peer.wait_closed()
        async with client(server, max_connections=1) as api:
            # While another one has the only connection.
            first = asyncio.create_task(api.fetch(SID))
            second = asyncio.create_task(api.fetch(sid(2)))
            await asyncio.sleep(0.05)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first

    with Server(unwell) as server:
        on_loop(main)


def test_storm(on_loop: OnLoop) -> None:
    """Calls that are cancelled at any moment never give another call's answer to anybody."""

    def slow(peer: Peer) -> None:
        while request := peer.read_request():
            if random.random() < 0.3:
                time.sleep(0.002)
            peer.answer(request)

    async def main() -> tuple[int, int]:
        right = cancelled = 0
        async with client(server, max_connections=16) as api:

            async def one(number: int) -> bool:
                answer = await api.fetch(sid(number))
                assert answer.sid == sid(number)
                return True

            for round_ in range(15):
                tasks = [asyncio.create_task(one(round_ * 64 + number)) for number in range(64)]
                for task in tasks:
                    if random.random() < 0.4:
                        asyncio.get_running_loop().call_later(random.random() * 0.01, task.cancel)
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(result, asyncio.CancelledError):
                        cancelled += 1
                    else:
                        assert result is True
                        right += 1
        return right, cancelled

    with Server(slow) as server:
        right, cancelled = on_loop(main)
    assert right > 500 and cancelled > 50
    assert server.most_open <= 16 + 64, "cancelled connections are closed"


def test_pool_cap_and_order(on_loop: OnLoop) -> None:
    def slow(peer: Peer) -> None:
        while request := peer.read_request():
            time.sleep(0.005)
            peer.answer(request)

    async def main() -> None:
        done: list[int] = []
        async with client(server, max_connections=3) as api:

            async def one(number: int) -> None:
                assert (await api.fetch(sid(number))).sid == sid(number)
                done.append(number)

            await asyncio.gather(*(one(number) for number in range(30)))
            assert server.accepted == server.most_open == 3
            # First come, first served, except for the three that race each other.
            assert all(abs(place - number) <= 3 for place, number in enumerate(done)), done

    with Server(slow) as server:
        on_loop(main)


def test_a_call_in_the_queue_has_a_deadline(on_loop: OnLoop) -> None:
    async def main() -> None:
        async with client(server, max_connections=1, timeout=0.2, max_retries=0) as api:
            start = time.monotonic()
            results = await asyncio.gather(api.fetch(SID), api.fetch(SID), return_exceptions=True)
            assert [error.kind for error in results] == ["timeout", "timeout"]
            assert time.monotonic() - start < 5

    with Server(lambda peer: peer.wait_closed()) as server:
        on_loop(main)


def test_closing_the_client(on_loop: OnLoop) -> None:
    closed: list[float] = []

    def serve(peer: Peer) -> None:
        peer.serve()
        closed.append(time.monotonic())

    async def main() -> None:
        api = client(server)
        await asyncio.gather(*(api.fetch(sid(number)) for number in range(5)))
        assert server.open == 5
        await api.aclose()
        await until(lambda: len(closed) == 5)
        with pytest.raises((RuntimeError, senders.SendersError), match="closed"):
            await api.fetch(SID)

    with Server(serve) as server:
        on_loop(main)


def test_closing_the_client_under_a_call(on_loop: OnLoop) -> None:
    """Calls under way fail at once: sent, waiting for the server's time to pass, or in the queue."""

    def unwell(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 2\r\n\r\n{}")
        peer.read_request()
        peer.wait_closed()

    async def main() -> None:
        api = client(server, max_connections=1)
        waiting = asyncio.create_task(api.fetch(SID))
        await until(lambda: server.requests)
        await asyncio.sleep(0.05)
        under_way = asyncio.create_task(api.fetch(SID))
        await until(lambda: len(server.requests) == 2)
        queued = asyncio.create_task(api.fetch(SID))
        await asyncio.sleep(0.01)
        start = time.monotonic()
        await api.aclose()
        errors = await asyncio.gather(waiting, under_way, queued, return_exceptions=True)
        assert [getattr(error, "kind", error) for error in errors] == ["cancelled"] * 3
        assert time.monotonic() - start < 5
        assert len(server.requests) == 2

    with Server(unwell) as server:
        on_loop(main)


def test_a_forgotten_client_closes_its_sockets(on_loop: OnLoop) -> None:
    async def main() -> None:
        for _ in range(3):
            await client(server).fetch(SID)
        gc.collect()
        await until(lambda: server.open == 0)

    with Server(good) as server:
        on_loop(main)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_loop_is_leaked(on_loop: OnLoop) -> None:
    """A client that outlives its loops, as a global one does under ``asyncio.run``, keeps none of them alive."""
    loops: list[Any] = []

    async def main() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        assert (await api.fetch(SID)).sid == SID

    with Server(good) as server:
        api = client(server)
        for _ in range(4):
            on_loop(main)
        gc.collect()
        assert [loop() for loop in loops] == [None] * 4
        assert server.accepted == 4, "a loop's connections are its own"


def test_one_client_in_many_threads(on_loop: OnLoop) -> None:
    wrong: list[Any] = []

    def work(base: int) -> None:
        async def main() -> None:
            async def one(number: int) -> None:
                if (await api.fetch(sid(number))).sid != sid(number):
                    wrong.append(number)

            await asyncio.gather(*(one(base + number) for number in range(100)))

        try:
            on_loop(main)
        except BaseException as error:
            wrong.append(error)

    with Server(good) as server:
        api = client(server, max_connections=10)
        threads = [threading.Thread(target=work, args=(base * 1000,)) for base in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_transport_that_pauses(on_loop: OnLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written between ``pause_writing`` and ``resume_writing``."""
    from senders import _asyncio

    resumed: list[float] = []
    received: list[float] = []

    class Pausing(_asyncio.Protocol):
        def __init__(self, conn: Any) -> None:
            super().__init__(conn)

            def made(transport: Any) -> None:
                conn.pause_writing()
                conn.connection_made(transport)
                asyncio.get_running_loop().call_later(0.1, resume)

            def resume() -> None:
                resumed.append(time.monotonic())
                conn.resume_writing()

            self.connection_made = made

    def note(peer: Peer) -> None:
        while request := peer.read_request():
            received.append(time.monotonic())
            peer.answer(request)

    monkeypatch.setattr(_asyncio, "Protocol", Pausing)

    async def main() -> None:
        async with client(server) as api:
            assert (await api.fetch(SID)).sid == SID

    with Server(note) as server:
        on_loop(main)
    assert received[0] >= resumed[0]
