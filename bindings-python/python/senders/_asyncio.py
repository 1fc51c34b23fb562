"""The asyncio side of the native transport: what has to be Python because asyncio says so.

Imported by ``senders._client`` when an ``AsyncSenders`` is first used, never by ``import senders``.
"""

from __future__ import annotations

import asyncio
import weakref
from asyncio import AbstractEventLoop, get_running_loop
from inspect import isawaitable
from typing import Any, Callable

from . import _native


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
    # `localhost` is this machine (RFC 6761); asking for it would start a thread of the loop's executor.
    hosts = ("127.0.0.1", "::1") if host.lower() == "localhost" else (host,)
    failure: Exception | None = None
    for address in hosts:
        try:
            await loop.create_connection(lambda: Protocol(conn), address, port)
        except Exception as error:  # every one of them belongs to the call that waits, not to this task
            failure = failure or error
        else:
            return
    if failure is not None:
        conn.connect_failed(failure)


class Transport:
    """Drives calls on the running loop. One may serve several loops; each has connections of its own."""

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
            pool = self._open(loop)
            future = pool.start(call)
        try:
            return await future
        except BaseException:
            # Cancelled, most likely: nothing may go on for a caller who is not there.
            pool.abort(call, future)
            raise

    def _open(self, loop: AbstractEventLoop) -> _native.Pool:
        if self._closed:
            raise RuntimeError("this client is closed; make a new one")
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
                    await (slept if isawaitable(slept) else asyncio.sleep(0))
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
