"""The asyncio side of the native transport: the parts that asyncio wants in Python.

Imported by ``senders._client`` when an ``AsyncSenders`` is first used, never by ``import senders``.
"""

from __future__ import annotations

import asyncio
import socket
import weakref
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable
from inspect import isawaitable
from math import inf
from typing import Any

from . import _native, _options


class Protocol(asyncio.BufferedProtocol):
    """A connection's methods under the names asyncio calls them by.

    The loop asks ``isinstance(protocol, BufferedProtocol)``, so there has to be such a class; the slots let it call
    Rust with no Python frame between.
    """

    __slots__ = (
        "connection_made",
        "connection_lost",
        "get_buffer",
        "buffer_updated",
        "eof_received",
        "pause_writing",
        "resume_writing",
        "__weakref__",
    )

    def __init__(self, conn: _native.Conn) -> None:
        for name in Protocol.__slots__[:-1]:
            setattr(self, name, getattr(conn, name))


async def connect(conn: _native.Conn, host: str, port: int) -> None:
    """Connects ``conn``. Names are looked up as the loop does it (for asyncio: in its executor)."""
    loop = get_running_loop()
    try:
        addresses: list[tuple[int, tuple[Any, ...]]]
        literal = _native.literal_addresses(host, port)
        if literal is None:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = [(family, address) for family, _, _, _, address in found]
        else:
            addresses = [(socket.AF_INET6 if ":" in ip else socket.AF_INET, (ip, port)) for ip, port in literal]
        sock = await _dial(conn, loop, addresses)
        try:
            await loop.create_connection(lambda: Protocol(conn), sock=sock)
        except BaseException:
            sock.close()
            raise
    except Exception as error:  # every one of them belongs to the call that waits, not to this task
        conn.connect_failed(error)


async def _dial(
    conn: _native.Conn, loop: AbstractEventLoop, addresses: list[tuple[int, tuple[Any, ...]]]
) -> socket.socket:
    """A socket connected to one of ``addresses``, which are tried as the native half says (RFC 8305)."""
    dial = conn.dial([family == socket.AF_INET6 for family, _ in addresses])
    if len(addresses) == 1:
        return await _try(loop, *addresses[0])
    last: BaseException = OSError("its name has no address")
    under_way: set[asyncio.Task[socket.socket]] = set()
    try:
        while True:
            todo = dial.step()
            if todo is None:
                raise last
            if isinstance(todo, int):
                under_way.add(loop.create_task(_try(loop, *addresses[todo])))
                continue
            limit = None if todo == inf else todo
            done, _ = await asyncio.wait(under_way, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                failure = attempt.exception()
                if failure is None:
                    under_way.remove(attempt)
                    return attempt.result()
                under_way.remove(attempt)
                last = failure
                dial.failed()
    finally:
        for attempt in under_way:
            attempt.add_done_callback(_close_result)
            attempt.cancel()


async def _try(loop: AbstractEventLoop, family: int, address: tuple[Any, ...]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setblocking(False)
        await loop.sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _close_result(attempt: asyncio.Task[socket.socket]) -> None:
    """Closes what an attempt that lost has connected nevertheless, and takes note of its failure."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()


class Transport:
    """Drives calls on the running loop. One transport may serve several loops; each loop has its own connections."""

    __slots__ = ("_closed", "_pools", "_settings", "__weakref__")

    def __init__(self, **options: Any) -> None:
        self._settings = _native.AsyncSettings(**options)
        # By the loop's id. A pool keeps its loop alive, so a pool that is alive belongs to the loop of that id.
        self._pools: dict[int, weakref.ref[_native.Pool]] = {}
        self._closed = False

    async def run(self, call: _native.Call) -> Any:
        """Drives ``call`` to its next value: an event, or the outcome once ``call.done``."""
        loop = get_running_loop()
        ref = self._pools.get(id(loop))
        pool = None if ref is None else ref()
        future = None if pool is None else pool.start(call)
        if pool is None or future is None:
            if self._closed:
                call.cancel("the client was closed")
                return _options.finish(call)
            pool = self._open(loop)
            future = pool.start(call)
        try:
            return await future
        except BaseException:
            # Cancelled, most likely: nothing may go on for a caller who is not there.
            pool.abort(call, future)
            raise

    def _open(self, loop: AbstractEventLoop) -> _native.Pool:
        for key, ref in list(self._pools.items()):
            if ref() is None:
                del self._pools[key]
        pool = self._settings.pool(loop, connect)
        self._pools[id(loop)] = weakref.ref(pool)
        return pool

    async def aclose(self) -> None:
        """Closes the connections of the running loop and refuses new calls. Calls under way fail."""
        self._closed = True
        loop = get_running_loop()
        for ref in self._pools.values():
            pool = ref()
            if pool is not None and pool.event_loop is loop:
                pool.close()
        self._pools.clear()
        # The loop closes the sockets in its next round.
        await asyncio.sleep(0)

    def __del__(self) -> None:
        for ref in getattr(self, "_pools", {}).values():
            pool = ref()
            if pool is not None and not pool.event_loop.is_closed():
                try:
                    pool.event_loop.call_soon_threadsafe(pool.close)
                except RuntimeError:
                    pass  # closed meanwhile, and its sockets with it


async def run_with(call: _native.Call, send: Callable[[Any], Any]) -> Any:
    """Drives ``call`` to its next value by calling ``send(request)``, which may be async or not."""
    _native.claim(call)
    try:
        while True:
            todo = _native.poll(call)
            if isinstance(todo, tuple):
                return todo[0]
            if isinstance(todo, float):
                if call.has_clock:
                    slept = _native.sleep(call, todo)
                    # Others on the loop get their turn while no real time passes.
                    pause = slept if isawaitable(slept) else asyncio.sleep(0)
                    try:
                        await pause
                    except Exception as error:
                        raise _native.clock_failed(call, error) from error
                else:
                    await asyncio.sleep(todo)
                continue
            try:
                returned = send(todo)
                if isawaitable(returned):
                    returned = await asyncio.wait_for(returned, todo.timeout)
            except BaseException as error:
                # Raises again what is not an `Exception`.
                _native.fail(call, todo, error)
            else:
                _native.answer(call, todo, returned)
    finally:
        _native.release(call)
