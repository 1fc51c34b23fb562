"""The methods that return their result with the response."""

from __future__ import annotations

from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, Concatenate, ParamSpec, TypeVar

    from ._native import WithResponse

    _P = ParamSpec("_P")
    _T = TypeVar("_T")


def with_response(method: Callable[Concatenate[Any, _P], _T]) -> Callable[Concatenate[Any, _P], WithResponse[_T]]:
    """The same method for a class whose ``_run`` adds the response."""
    return _copy(method)


def with_response_async(
    method: Callable[Concatenate[Any, _P], Coroutine[Any, Any, _T]],
) -> Callable[Concatenate[Any, _P], Coroutine[Any, Any, WithResponse[_T]]]:
    """The same method for a class whose ``_start`` adds the response."""
    return _copy(method)


def _copy(method: Callable[_P, Any]) -> Callable[_P, Any]:
    """A copy with the name and the result of its class. Not a wrapper: the frame of one would hold the arguments."""
    assert isinstance(method, FunctionType)
    copy = FunctionType(method.__code__, method.__globals__, method.__name__, method.__defaults__)
    copy.__kwdefaults__ = method.__kwdefaults__
    copy.__doc__ = method.__doc__
    copy.__qualname__ = method.__qualname__.replace(".", "WithResponse.")
    copy.__annotations__ = {**method.__annotations__, "return": f"WithResponse[{method.__annotations__['return']}]"}
    return copy
