"""The callbacks of a caller: checked before anything is sent, then called."""

from __future__ import annotations

from . import _options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def callable_or_none(name: str, callback: Callable[..., object] | None) -> None:
    """Refuses what cannot be called, before anything is sent."""
    if callback is not None and not callable(callback):
        raise _options.argument_error(name, "must be a function, or None")


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
