"""From process start to the first response: aiohttp and msgspec."""

import asyncio
import sys

import aiohttp
import msgspec


class Sender(msgspec.Struct):
    sid: str
    status: str


async def main():
    body = msgspec.json.encode(
        {
            "sender_id": "whatsapp:+15550000000",
            "configuration": {"waba_id": "123456789012345"},
            "profile": {"name": "Harbour Street Bakery"},
        }
    )
    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("AC" + "0" * 32, "0" * 32)) as session:
        headers = {"Content-Type": "application/json"}
        async with session.post(sys.argv[1] + "/v2/Channels/Senders", data=body, headers=headers) as response:
            sender = msgspec.json.decode(await response.read(), type=Sender)
    assert sender.status == "CREATING"


asyncio.run(main())
