"""The options of both clients, which the native half completes from the environment.

No function here leaves a secret in a local when it raises: a traceback may be shown with them. Credentials and the proxy
stay in one dict, which is emptied.
"""

from __future__ import annotations

from os import environ

from . import _native
from ._errors import ArgumentError, from_details

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn


def argument_error(field: str, rule: str) -> ArgumentError:
    """The error of a wrong argument; ``rule`` begins with ``must``."""
    text = f"{field} {rule}"
    error = from_details(text, {"kind": "invalid_argument", "message": text, "field": field})
    assert isinstance(error, ArgumentError)
    return error


def closed(call: _native.Call) -> Any:
    """Ends a call whose client is closed. A call that has begun ends with the outcome known so far."""
    if call.begun:
        call.cancel("the client was closed")
        return finish(call)
    text = "this client is closed; nothing was sent; make a new one"
    raise from_details(text, {"kind": "misuse", "message": "this client is closed", "next_step": "make a new one"})


def finish(call: _native.Call) -> Any:
    """The next value of a call that was cancelled: it wants nothing sent any more."""
    value = _native.poll(call)
    assert isinstance(value, tuple)
    return value[0]


def core(options: dict[str, Any], transport: Any, hooks: _native.Hooks | None) -> _native.Client:
    """Returns the native client of these options, completed from the environment. A given option beats a variable.

    Empties ``options``.
    """
    try:
        if transport is not None and not callable(getattr(transport, "send", None)):
            raise argument_error("transport", f"must have a method send(request), got a `{type(transport).__name__}`")
        clock = getattr(transport, "clock", None)
        return _native.Client(options, environment=environ, clock=clock, hooks=hooks)
    finally:
        options.clear()


def native_transport(make: Callable[..., Any], injected: Any, options: dict[str, Any]) -> Any:
    """Returns the built-in transport, its options checked; None if a transport is injected, which has its own options.

    Empties ``options``: ``proxy``, ``ca_file``, ``max_connections``.
    """
    try:
        for name in [name for name in options if options[name] is None]:
            del options[name]
        if injected is not None:
            for name in options:
                raise argument_error(name, "must not be given together with transport, which has its own options")
            return None
        _check_type(options, "ca_file", "a path", lambda value: isinstance(value, (str, bytes)) or _is_path(value))
        _check_type(options, "max_connections", "a whole number", _is_whole)
        return make(**options)
    except (OverflowError, ValueError, TypeError) as error:
        if isinstance(error, ArgumentError):
            raise
        raise _refused(error, options) from None
    finally:
        options.clear()


def _refused(error: Exception, options: dict[str, Any]) -> ArgumentError:
    """The error of an option that the native half refused."""
    if isinstance(error, OverflowError):
        given = options["max_connections"]
        shown = given if abs(given) < 10**20 else "a longer one"
        return argument_error("max_connections", f"must be at least 1, got {shown}")
    names = [name for name in options if str(error).startswith(name)]
    field = names[0] if names else "proxy" if "proxy" in options else "ca_file"
    return argument_error(field, str(error).removeprefix(field).lstrip(": "))


def _is_path(value: object) -> bool:
    return hasattr(value, "__fspath__")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_type(options: dict[str, Any], name: str, wanted: str, is_right: Callable[[Any], bool]) -> None:
    if name in options and not is_right(options[name]):
        raise argument_error(name, f"must be {wanted}, got a value of type `{type(options[name]).__name__}`")


def refuse_pickle(client: object) -> NoReturn:
    """Credentials do not go into a pickle."""
    raise TypeError(
        f"a client cannot be pickled or copied: it holds credentials and connections; make a new "
        f"{type(client).__name__} where it is needed"
    )
