"""The callbacks and hooks of a caller: checked before anything is sent, then called."""

from __future__ import annotations

from . import _native, _options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._native import RequestEvent, ResponseEvent, WaitEvent

#: The bits of a function's code that say that it is async: a coroutine or an asynchronous generator.
_ASYNC = 0x80 | 0x200


def callable_or_none(name: str, callback: Callable[..., object] | None) -> None:
    """Refuses what cannot be called, before anything is sent."""
    if callback is not None and not callable(callback):
        raise _options.argument_error(name, "must be a function, or None")


def hooks(
    on_request: Callable[[RequestEvent], object] | None,
    on_response: Callable[[ResponseEvent], object] | None,
    on_wait: Callable[[WaitEvent], object] | None,
) -> _native.Hooks | None:
    """The hooks of a client, for its native half; None if there are none."""
    given = {"on_request": on_request, "on_response": on_response, "on_wait": on_wait}
    for name, hook in given.items():
        callable_or_none(name, hook)
        if getattr(getattr(hook, "__code__", None), "co_flags", 0) & _ASYNC:
            raise _options.argument_error(name, "must be a plain function, not an async one: it is never awaited")
    return _native.Hooks(**given) if any(hook is not None for hook in given.values()) else None


def call(name: str, callback: Callable[[Any], object] | None, value: object) -> None:
    """Calls it. A blocking client cannot await what it returns."""
    if callback is None:
        return
    returned = callback(value)
    if hasattr(returned, "__await__"):
        if hasattr(returned, "close"):
            returned.close()
        raise _options.argument_error(name, "must not be async here: use AsyncSenders, or a plain function")


async def call_async(callback: Callable[[Any], object] | None, value: object) -> None:
    """Calls it, and awaits what it returns if it is async."""
    if callback is None:
        return
    returned = callback(value)
    if hasattr(returned, "__await__"):
        await returned
