"""The results of ``ensure_all``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from ._errors import SendersError
    from ._native import Ensured


class EnsureResult:
    """The result of ``ensure_all`` for one number: the sender in ``ensured``, or the failure in ``error``."""

    __slots__ = ("ensured", "error", "sender_id")
    __match_args__: tuple[Literal["sender_id"], Literal["ensured"], Literal["error"]] = (
        "sender_id",
        "ensured",
        "error",
    )

    sender_id: str
    ensured: Ensured | None
    error: SendersError | None

    def __init__(self, sender_id: str, ensured: Ensured | None = None, error: SendersError | None = None) -> None:
        self.sender_id = sender_id
        self.ensured = ensured
        self.error = error

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EnsureResult):
            return NotImplemented
        return (self.sender_id, self.ensured, self.error) == (other.sender_id, other.ensured, other.error)

    __hash__ = None  # type: ignore[assignment]  # what it holds may change

    def __repr__(self) -> str:
        what = f"error={type(self.error).__name__}" if self.ensured is None else f"ensured={self.ensured!r}"
        return f"EnsureResult({what})"


class Results:
    """The results of a call, by the place of each number in the list that was given."""

    __slots__ = ("_ids", "_results")

    def __init__(self, ids: list[str]) -> None:
        self._ids = ids
        self._results: dict[int, EnsureResult] = {}

    def add(self, event: tuple[int, Ensured | None, SendersError | None]) -> EnsureResult:
        """Keeps the result of one number."""
        at, ensured, error = event
        result = self._results[at] = EnsureResult(self._ids[at], ensured, error)
        return result

    def in_order(self) -> list[EnsureResult]:
        """All of them, in the order that was given."""
        return [self._results[at] for at in range(len(self._ids))]
