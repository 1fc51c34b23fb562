"""The JSON of responses as Python's own values. Imported, with ``json``, when the first such value is needed."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any

from ._number import RawNumber

#: The number of digits that Python reads and writes by default (see ``sys.set_int_max_str_digits``).
_MOST_DIGITS = 4300


def _whole(text: str) -> int | RawNumber:
    if len(text) > _MOST_DIGITS:
        return RawNumber(text)
    try:
        return int(text)
    except ValueError:
        return RawNumber(text)


def _fraction(text: str) -> float | RawNumber:
    number = float(text)
    return RawNumber(text) if number in (float("inf"), float("-inf")) else number


_decode = JSONDecoder(parse_int=_whole, parse_float=_fraction).decode


def loads(text: str) -> Any:
    """The value of a JSON document. A number that Python cannot hold is a ``RawNumber``."""
    return _decode(text)
