"""Both clients behind one face, and an emulator in this process."""

from __future__ import annotations

import asyncio
import inspect
import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import senders
from senders import AsyncSenders, Sender, SenderPage
from senders.testing import Emulator


class Sync:
    """``AsyncSenders`` with the face of ``Senders``, so that one test is for both."""

    def __init__(self, client: AsyncSenders) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            result = getattr(self.client, name)(*args, **options)
            return asyncio.run(result) if inspect.isawaitable(result) else SyncList(result)

        return call


class SyncList:
    def __init__(self, listing: senders.AsyncSenderList) -> None:
        self.listing = listing

    def __iter__(self) -> Any:
        async def collect() -> list[Sender]:
            return [sender async for sender in self.listing]

        return iter(asyncio.run(collect()))

    def pages(self) -> list[SenderPage]:
        async def collect() -> list[SenderPage]:
            return [page async for page in self.listing.pages()]

        return asyncio.run(collect())


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, emulator: Emulator) -> Any:
    return emulator.client() if request.param == "sync" else Sync(emulator.async_client())


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The lines that the logger ``senders`` writes at ``DEBUG``."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("senders")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield stream
    logger.setLevel(logging.NOTSET)
    logger.removeHandler(handler)
