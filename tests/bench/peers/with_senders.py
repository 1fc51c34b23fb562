"""The package of this repository, through its public surface only."""

import measure
from measure import SID, TOKEN
from senders import AsyncSenders, Senders


def connect(base):
    return Senders(account_sid=SID, auth_token=TOKEN, base_url=base)


def connect_async(base):
    return AsyncSenders(account_sid=SID, auth_token=TOKEN, base_url=base)


def read(senders):
    return [s.sid for s in senders], [s.status for s in senders]


def list_rows(base, sids, count):
    with connect(base) as client:
        return measure.lists(lambda: read(list(client.list(channel="whatsapp", page_size=1000))))


def stream(base, sids, count):
    with connect(base) as client:

        def once():
            sids, statuses = [], []
            for s in client.list(channel="whatsapp", page_size=1000):
                sids.append(s.sid)
                statuses.append(s.status)
            return sids, statuses

        return measure.lists(once)


def list_async(base, sids, count):
    import asyncio

    async def run():
        async with connect_async(base) as client:

            async def once():
                return read([s async for s in client.list(channel="whatsapp", page_size=1000)])

            return await measure.lists_async(once)

    return asyncio.run(run())


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


def list_leaves(base, sids, count):
    with connect(base) as client:

        def everything():
            return list(client.list(channel="whatsapp", page_size=1000))

        def once():
            senders = everything()
            for s in senders:
                leaves(s)
            return read(senders)

        return measure.lists(once, lambda: (str_or_none(t) for s in everything() for t in leaves(s)))


def str_or_none(text):
    return None if text is None else str(text)


def fetch_async(at_a_time):
    def row(base, sids, count):
        import asyncio

        async def run():
            async with connect_async(base) as client:

                async def fetch(index):
                    sid = sids[index % len(sids)]
                    sender = await client.fetch(sid)
                    assert sender.sid == sid and sender.status

                return await measure.requests_async(fetch, count, at_a_time)

        return asyncio.run(run())

    return row


def fetch1(base, sids, count):
    with connect(base) as client:

        def fetch(index):
            sid = sids[index % len(sids)]
            sender = client.fetch(sid)
            assert sender.sid == sid and sender.status

        return measure.requests(fetch, count)


def create(base, sids, count):
    with connect(base) as client:

        def create(index):
            values = measure.new_sender(index)
            assert client.create(values.pop("sender_id"), **values).status == "CREATING"

        return measure.requests(create, count)


def latency(base, sids, count):
    with connect(base) as client, measure.Costs() as cost:
        sids, _statuses = read(list(client.list(channel="whatsapp")))
    return {
        "seen": len(set(sids)),
        "check": None,
        "metrics": {"wall_ms": cost.wall * 1e3, "cpu_ms": cost.cpu * 1e3},
    }


measure.main(
    {
        "list": list_rows,
        "list-async": list_async,
        "list-leaves": list_leaves,
        "stream": stream,
        "fetch64": fetch_async(64),
        "fetch1-async": fetch_async(1),
        "fetch1": fetch1,
        "create": create,
        "latency": latency,
    }
)
