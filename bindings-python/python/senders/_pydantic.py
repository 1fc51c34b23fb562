"""The schemas of pydantic, for fields and FastAPI responses of this package's types. Imported by pydantic's call only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema
from pydantic_core import core_schema as schemas

from ._native import Ensured, Sender, SenderPage, StatusChange


def _page(fields: dict[str, Any]) -> SenderPage:
    return SenderPage([Sender.from_dict(one) for one in fields["senders"]], fields.get("next_token"))


def _change(fields: dict[str, Any]) -> StatusChange:
    return StatusChange(Sender.from_dict(fields["sender"]), fields["token"])


def _ensured(fields: dict[str, Any]) -> Ensured:
    return Ensured(fields["resolution"], Sender.from_dict(fields["sender"]), fields.get("differences"))


#: Reader and writer of those that have no ``from_dict`` and ``to_dict``.
_OTHERS: dict[type, tuple[Callable[[dict[str, Any]], Any], Callable[[Any], dict[str, Any]]]] = {
    SenderPage: (
        _page,
        lambda page: {"senders": [one.to_dict() for one in page.senders], "next_token": page.next_token},
    ),
    StatusChange: (
        _change,
        lambda change: {
            "status": str(change.status),
            "sender": change.sender.to_dict(),
            "token": change.token,
        },
    ),
    Ensured: (
        _ensured,
        lambda ensured: {
            "resolution": ensured.resolution,
            "sender": ensured.sender.to_dict(),
            "differences": list(ensured.differences),
        },
    ),
}


def core_schema(cls: Any) -> CoreSchema:
    """Takes an instance, or a dict as ``to_dict`` gave it. JSON has that dict; ``model_dump()`` keeps the instance."""
    read, write = _OTHERS.get(cls) or (cls.from_dict, lambda value: value.to_dict())

    def checked(fields: dict[str, Any]) -> Any:
        try:
            return read(fields)
        except (LookupError, TypeError) as error:
            raise ValueError(f"cannot be read as {cls.__name__}: {error}") from None

    from_dict = schemas.no_info_after_validator_function(checked, schemas.dict_schema(schemas.str_schema()))
    return schemas.json_or_python_schema(
        json_schema=from_dict,
        python_schema=schemas.union_schema([schemas.is_instance_schema(cls), from_dict]),
        serialization=schemas.plain_serializer_function_ser_schema(
            write, return_schema=schemas.dict_schema(schemas.str_schema()), when_used="json"
        ),
    )


def status_schema(cls: Any) -> CoreSchema:
    """A status: any text."""
    return schemas.no_info_after_validator_function(cls, schemas.str_schema())
