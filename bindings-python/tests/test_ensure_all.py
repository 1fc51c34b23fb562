"""``ensure_all``: many numbers, one listing."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
import senders
from senders import AsyncSenders, EnsureResult
from senders.testing import Emulator

HERE = "whatsapp:+15551230001"
NEW = "whatsapp:+15551230002"
REFUSED = "whatsapp:+15550063101"
NAME = {"name": "Example"}


def requests(emulator: Emulator) -> list[str]:
    return [entry.method for entry in emulator.journal]


def test_each_number_has_its_result(client: Any, emulator: Emulator) -> None:
    here = client.create(HERE, profile=NAME)
    before = len(emulator.journal)
    heard: list[Any] = []
    wanted = [{"sender_id": number, "profile": NAME} for number in (NEW, HERE)]
    results = client.ensure_all(
        [*wanted, {"sender_id": REFUSED, "profile": NAME}],
        on_token=lambda token: heard.append((token, len(emulator.journal))),
        on_result=heard.append,
    )
    assert [result.sender_id for result in results] == [NEW, HERE, REFUSED]
    new, found, refused = results
    assert new.ensured.resolution == "created" and new.error is None
    assert (found.ensured.resolution, found.ensured.sender.sid) == ("found", here.sid)
    assert refused.ensured is None and isinstance(refused.error, senders.InvalidRequestError)
    assert refused.error.sender_id == REFUSED
    # The token came before anything was sent; the results as they were known; one listing served all.
    (token, sent), *reported = heard
    assert sent == before and NEW in token and HERE in token
    assert reported == [found, new, refused]
    assert requests(emulator)[before:] == ["GET", "POST", "POST"]
    assert "1230001" not in repr(results) and "***" in repr(found)


def test_a_token_goes_on_with_fewer_numbers(client: Any, emulator: Emulator) -> None:
    tokens: list[str] = []
    wanted = [{"sender_id": number, "profile": NAME} for number in (HERE, NEW)]
    with pytest.raises(KeyboardInterrupt):

        def dies(token: str) -> None:
            tokens.append(token)
            raise KeyboardInterrupt

        client.ensure_all(wanted, on_token=dies)
    assert emulator.journal == []
    before = emulator.clock.monotonic()
    results = client.ensure_all(wanted[:1], token=tokens[0])
    assert [result.ensured.resolution for result in results] == ["created"]
    # Another process may have sent the create: it is looked for over twelve seconds.
    assert emulator.clock.monotonic() - before >= 12
    with pytest.raises(senders.ArgumentError, match="of the same numbers"):
        client.ensure_all([{"sender_id": "whatsapp:+15551230009"}], token=tokens[0])


def test_nothing_to_do(client: Any, emulator: Emulator) -> None:
    assert client.ensure_all([]) == [] and emulator.journal == []


def test_no_create_follows_a_refusal_of_the_account(client: Any, emulator: Emulator) -> None:
    emulator.inject("rate-limited", operation="create", times=None)
    wanted = [{"sender_id": f"whatsapp:+1555123000{digit}", "profile": NAME} for digit in range(5)]
    results = client.ensure_all(wanted, max_retries=0)
    assert [type(result.error) for result in results] == [senders.RateLimitedError] * 5
    assert requests(emulator) == ["GET", "POST"]
    assert "no create was sent" in str(results[4].error)


def test_async_callbacks_are_awaited() -> None:
    emulator = Emulator()
    heard: list[Any] = []

    async def main(client: AsyncSenders) -> list[EnsureResult]:
        async def hear(what: Any) -> None:
            await asyncio.sleep(0)
            heard.append(what)

        return await client.ensure_all([{"sender_id": NEW, "profile": {"name": "N"}}], on_token=hear, on_result=hear)

    results = asyncio.run(main(emulator.async_client()))
    assert isinstance(heard[0], str) and heard[1:] == results


def test_a_result_is_a_value() -> None:
    emulator = Emulator()
    [result] = emulator.client().ensure_all([{"sender_id": NEW, "profile": {"name": "N"}}])
    copy = pickle.loads(pickle.dumps(result))
    assert copy.ensured == result.ensured and copy.sender_id == NEW
    match result:
        case EnsureResult(sender_id, ensured, None):
            assert ensured is not None and sender_id == NEW
        case _:
            pytest.fail("it does not match")
