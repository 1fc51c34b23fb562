"""A number of a response that Python has no number for."""

from __future__ import annotations


class RawNumber(str):
    """A number too large for Python's own, such as one of 5,000 digits or ``1e999``: its text as the server wrote it.

    It is a ``str``, so that whatever holds one can be shown and written as JSON. Given back to this package, in
    ``from_dict``, it is the number again.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        shown = str(self) if len(self) <= 32 else f"{self[:16]}… of {len(self)} characters"
        return f"RawNumber({shown!r})"
