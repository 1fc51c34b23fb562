"""What both clients have in common: their options, and what the environment says where they do not."""

from __future__ import annotations

from os import environ

from . import _native
from ._errors import ArgumentError, from_details

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn


def argument_error(field: str, rule: str) -> ArgumentError:
    """The error of a wrong argument; ``rule`` begins with ``must``."""
    text = f"{field} {rule}"
    error = from_details(text, {"kind": "invalid_argument", "message": text, "field": field})
    assert isinstance(error, ArgumentError)
    return error


def closed() -> NoReturn:
    """What every call of a closed client comes to."""
    text = "this client is closed; nothing was sent; make a new one"
    raise from_details(text, {"kind": "misuse", "message": "this client is closed", "next_step": "make a new one"})


def _from_environment(*names: str) -> list[str] | None:
    values = [environ.get(name, "") for name in names]
    return values if all(values) else None


def core(
    *,
    account_sid: str | None,
    auth_token: str | None,
    api_key: str | None,
    api_secret: str | None,
    no_credentials: bool,
    base_url: str | None,
    region: str | None,
    edge: str | None,
    transport: Any,
    **options: Any,
) -> _native.Client:
    """The native client of these options, completed from the environment. What is given beats what is set there."""
    given = (account_sid, auth_token, api_key, api_secret)
    if no_credentials:
        if any(value is not None for value in given):
            raise argument_error("no_credentials", "must not be given together with credentials")
    elif all(value is None for value in given):
        if key := _from_environment("TWILIO_API_KEY", "TWILIO_API_SECRET"):
            api_key, api_secret = key
        elif account := _from_environment("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            account_sid, auth_token = account
        else:
            raise argument_error(
                "account_sid",
                "must be given with auth_token, or api_key with api_secret, or set TWILIO_ACCOUNT_SID and "
                "TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, in the environment "
                "(no_credentials=True sends none, for a proxy that adds them)",
            )
    if base_url is None and region is None and edge is None:
        base_url = environ.get("SENDERS_BASE_URL") or None
    if base_url is None:
        region = environ.get("TWILIO_REGION") or None if region is None else region
        edge = environ.get("TWILIO_EDGE") or None if edge is None else edge
    if transport is not None and not callable(getattr(transport, "send", None)):
        raise argument_error("transport", f"must have a method send(request), got a `{type(transport).__name__}`")
    return _native.Client(
        account_sid=account_sid,
        auth_token=auth_token,
        api_key=api_key,
        api_secret=api_secret,
        base_url=base_url,
        region=region,
        edge=edge,
        clock=getattr(transport, "clock", None),
        **options,
    )


def native_transport(
    make: Callable[..., Any], injected: Any, proxy: Any, ca_file: Any, max_connections: int | None
) -> Any:
    """A transport of our own, its options checked; None if one is injected, which has options of its own."""
    options: dict[str, Any] = {"proxy": proxy, "ca_file": ca_file, "max_connections": max_connections}
    options = {name: value for name, value in options.items() if value is not None}
    if injected is not None:
        for name in options:
            raise argument_error(name, "must not be given together with transport, which has options of its own")
        return None
    for name, kind in (("ca_file", (str, bytes)), ("max_connections", int)):
        value = options.get(name)
        path = name == "ca_file" and hasattr(value, "__fspath__")
        if value is not None and not path and (not isinstance(value, kind) or isinstance(value, bool)):
            wanted = "a path" if name == "ca_file" else "a whole number"
            raise argument_error(name, f"must be {wanted}, got a value of type `{type(value).__name__}`")
    try:
        return make(**options)
    except OverflowError:
        raise argument_error("max_connections", f"must be at least 1, got {max_connections}") from None
    except (ValueError, TypeError) as error:
        field = next((name for name in options if str(error).startswith(name)), "proxy" if proxy else "ca_file")
        text = str(error).removeprefix(field).lstrip(": ")
        raise argument_error(field, text) from None


def refuse_pickle(client: object) -> NoReturn:
    """Credentials do not go into a pickle."""
    raise TypeError(
        f"a client cannot be pickled or copied: it holds credentials and connections; make a new "
        f"{type(client).__name__} where it is needed"
    )


