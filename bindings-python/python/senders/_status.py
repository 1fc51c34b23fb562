"""The status of a sender: text with properties that say what it means."""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class Status(str):
    """The status of a sender: a ``str`` with properties that say what the word means.

    A word this version does not know can arrive at any time; it is kept, compares as text, and ``is_known`` is false.
    ``OFFLINE`` during registration is a passing state; it is a failure only with offline reasons.
    """

    __slots__ = ()

    # generated: the words
    CREATING: ClassVar[Status]
    """The request was accepted; registration is under way."""
    ONLINE: ClassVar[Status]
    """Registered; it can send."""
    OFFLINE: ClassVar[Status]
    """Cannot send.

    During registration this is a passing state ("immediately after registration the status will be
    OFFLINE"); with offline reasons it is a failure.
    """
    PENDING_VERIFICATION: ClassVar[Status]
    """A code was sent to the number by text message or call; give it to ``verify``."""
    VERIFYING: ClassVar[Status]
    """The code is being checked."""
    ONLINE_UPDATING: ClassVar[Status]
    """Online, and an update is under way."""
    TWILIO_REVIEW: ClassVar[Status]
    """Waiting for Twilio's review. How long and why is not documented."""
    DRAFT: ClassVar[Status]
    """Not documented."""
    STUBBED: ClassVar[Status]
    """Not documented."""
    # end of the words

    @property
    def is_online(self) -> bool:
        """Whether the sender is registered and no update is under way."""
        return _native.status_traits(self)[0]

    @property
    def needs_verification(self) -> bool:
        """Whether the sender waits for a code that only a person has."""
        return _native.status_traits(self)[1]

    @property
    def is_updating(self) -> bool:
        """Whether the sender is online while an update is under way."""
        return _native.status_traits(self)[2]

    @property
    def is_known(self) -> bool:
        """Whether this version knows the word."""
        return _native.status_traits(self)[3]

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        # Called by pydantic alone.
        from ._pydantic import status_schema

        return status_schema(cls)


for _word in _native.known_statuses():
    setattr(Status, _word.replace(":", "_"), Status(_word))
del _word
