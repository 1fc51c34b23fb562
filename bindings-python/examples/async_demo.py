"""Many senders at once with asyncio, against the emulator (or whatever SENDERS_BASE_URL says)."""

from __future__ import annotations

import asyncio
import os

from senders import AsyncSenders, Sender

#: The emulator's address; its default port if the variable is not set. Never Twilio: a demo registers nothing for real.
BASE_URL = os.environ.get("SENDERS_BASE_URL", "http://127.0.0.1:8421")


def new_client() -> AsyncSenders:
    """A client with the environment's credentials, or else the emulator's own."""
    if any(name.startswith("TWILIO_") for name in os.environ):
        return AsyncSenders(base_url=BASE_URL)
    return AsyncSenders(base_url=BASE_URL, account_sid="AC" + "0" * 32, auth_token="0" * 32)


async def register(client: AsyncSenders, number: str) -> Sender:
    """Registers a number that verifies itself (the emulator's do so that begin with +155501)."""
    sender = await client.create(f"whatsapp:{number}", profile={"name": "Example"})
    return await client.wait_until_online(sender.sid, timeout=60)


async def main() -> None:
    async with new_client() as client:
        senders = await asyncio.gather(*(register(client, f"+155501{n:05}") for n in range(5)))
        print(f"online: {', '.join(sender.sid for sender in senders)}")
        listed = [sender.sid async for sender in client.list(limit=100)]
        print(f"listed: {len(listed)}")
        await asyncio.gather(*(client.delete(sender.sid) for sender in senders))
        print(f"deleted: {len(senders)}")


if __name__ == "__main__":
    asyncio.run(main())
