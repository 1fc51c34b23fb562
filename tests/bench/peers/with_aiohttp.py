"""The code of a careful Python user without an SDK: aiohttp, and msgspec into typed Structs; gc is not changed."""

import asyncio

import aiohttp
import measure
import msgspec
from measure import SID, TOKEN
from typed_senders import Page, Sender

PAGE = msgspec.json.Decoder(Page)
SENDER = msgspec.json.Decoder(Sender)
PATH = "/v2/Channels/Senders"


def read(senders):
    return [s.sid for s in senders], [s.status for s in senders]


class Client:
    def __init__(self, base, session):
        self.url, self.session = base + PATH, session

    async def pages(self, page_size=1000):
        url = f"{self.url}?Channel=whatsapp&PageSize={page_size}"
        while url:
            async with self.session.get(url) as response:
                response.raise_for_status()
                page = PAGE.decode(await response.read())
            yield page.senders
            url = page.meta.next_page_url

    async def everything(self):
        return [s async for page in self.pages() for s in page]

    async def fetch(self, sid):
        async with self.session.get(f"{self.url}/{sid}") as response:
            response.raise_for_status()
            return SENDER.decode(await response.read())

    async def create(self, new):
        body = msgspec.json.encode(new)
        async with self.session.post(self.url, data=body, headers={"Content-Type": "application/json"}) as response:
            response.raise_for_status()
            return SENDER.decode(await response.read())


def row(run):
    def run_row(base, sids, count):
        async def main():
            async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(SID, TOKEN)) as session:
                return await run(Client(base, session), sids, count)

        return asyncio.run(main())

    return run_row


async def list_rows(client, sids, count):
    async def once():
        return read(await client.everything())

    return await measure.lists_async(once)


async def stream(client, sids, count):
    async def once():
        sids, statuses = [], []
        async for page in client.pages():
            for s in page:
                sids.append(s.sid)
                statuses.append(s.status)
        return sids, statuses

    return await measure.lists_async(once)


def leaves(s):
    texts = [s.sid, s.status, s.sender_id, s.url]
    if (c := s.configuration) is not None:
        texts += (c.waba_id, c.verification_method, c.verification_code, c.voice_application_sid)
    if (w := s.webhook) is not None:
        texts += (
            w.callback_url,
            w.callback_method,
            w.fallback_url,
            w.fallback_method,
            w.status_callback_url,
            w.status_callback_method,
        )
    if (p := s.profile) is not None:
        texts += (
            p.name,
            p.about,
            p.address,
            p.description,
            p.logo_url,
            p.vertical,
            p.banner_url,
            p.privacy_url,
            p.terms_of_service_url,
            p.accent_color,
        )
        for email in p.emails or ():
            texts += (email.email, email.label)
        for website in p.websites or ():
            texts += (website.website, website.label)
        for number in p.phone_numbers or ():
            texts += (number.phone_number, number.label)
    if (q := s.properties) is not None:
        texts += (q.quality_rating, q.messaging_limit)
    for reason in s.offline_reasons or ():
        texts += (reason.code, reason.message, reason.more_info)
    return texts


async def list_leaves(client, sids, count):
    async def once():
        senders = await client.everything()
        for s in senders:
            leaves(s)
        return read(senders)

    async def texts():
        return [t for s in await client.everything() for t in leaves(s)]

    return await measure.lists_async(once, texts)


def fetches(at_a_time):
    async def run(client, sids, count):
        async def fetch(index):
            sid = sids[index % len(sids)]
            sender = await client.fetch(sid)
            assert sender.sid == sid and sender.status

        return await measure.requests_async(fetch, count, at_a_time)

    return run


async def creates(client, sids, count):
    async def create(index):
        assert (await client.create(measure.new_sender(index))).status == "CREATING"

    return await measure.requests_async(create, count, 1)


measure.main(
    {
        "list": row(list_rows),
        "list-leaves": row(list_leaves),
        "stream": row(stream),
        "fetch64": row(fetches(64)),
        "fetch1": row(fetches(1)),
        "create": row(creates),
    }
)
