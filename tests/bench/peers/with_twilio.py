"""Twilio's own package, used as in its documentation; only the base URL differs."""

import measure
from measure import SID, TOKEN
from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList


def connect(base, http_client=None):
    client = Client(SID, TOKEN, http_client=http_client)
    client.messaging.base_url = base
    return client.messaging.v2


def read(senders):
    return [s.sid for s in senders], [s.status for s in senders]


def in_asyncio(base, run):
    import asyncio

    from twilio.http.async_http_client import AsyncTwilioHttpClient

    async def main():
        async with AsyncTwilioHttpClient() as http_client:
            return await run(connect(base, http_client))

    return asyncio.run(main())


def list_rows(base, sids, count):
    v2 = connect(base)
    return measure.lists(lambda: read(v2.channels_senders.list(channel="whatsapp", page_size=1000)))


def list_async(base, sids, count):
    async def run(v2):
        async def once():
            return read(await v2.channels_senders.list_async(channel="whatsapp", page_size=1000))

        return await measure.lists_async(once)

    return in_asyncio(base, run)


def stream(base, sids, count):
    v2 = connect(base)

    def once():
        sids, statuses = [], []
        for s in v2.channels_senders.stream(channel="whatsapp", page_size=1000):
            sids.append(s.sid)
            statuses.append(s.status)
        return sids, statuses

    return measure.lists(once)


def leaves(s):
    """The nested parts stay plain dicts in this package."""
    texts = [s.sid, s.status, s.sender_id, s.url]
    if (c := s.configuration) is not None:
        texts += (
            c["waba_id"],
            c["verification_method"],
            c["verification_code"],
            c["voice_application_sid"],
        )
    if (w := s.webhook) is not None:
        texts += (
            w["callback_url"],
            w["callback_method"],
            w["fallback_url"],
            w["fallback_method"],
            w["status_callback_url"],
            w["status_callback_method"],
        )
    if (p := s.profile) is not None:
        texts += (
            p["name"],
            p["about"],
            p["address"],
            p["description"],
            p["logo_url"],
            p["vertical"],
            p["banner_url"],
            p["privacy_url"],
            p["terms_of_service_url"],
            p["accent_color"],
        )
        for email in p["emails"] or ():
            texts += (email["email"], email["label"])
        for website in p["websites"] or ():
            texts += (website["website"], website["label"])
        for number in p["phone_numbers"] or ():
            texts += (number["phone_number"], number["label"])
    if (q := s.properties) is not None:
        texts += (q["quality_rating"], q["messaging_limit"])
    for reason in s.offline_reasons or ():
        texts += (reason["code"], reason["message"], reason["more_info"])
    return texts


def list_leaves(base, sids, count):
    v2 = connect(base)

    def everything():
        return v2.channels_senders.list(channel="whatsapp", page_size=1000)

    def once():
        senders = everything()
        for s in senders:
            leaves(s)
        return read(senders)

    return measure.lists(once, lambda: (t for s in everything() for t in leaves(s)))


def fetch_async(at_a_time):
    def row(base, sids, count):
        async def run(v2):
            async def fetch(index):
                sid = sids[index % len(sids)]
                sender = await v2.channels_senders(sid).fetch_async()
                assert sender.sid == sid and sender.status

            return await measure.requests_async(fetch, count, at_a_time)

        return in_asyncio(base, run)

    return row


def fetch1(base, sids, count):
    v2 = connect(base)

    def fetch(index):
        sid = sids[index % len(sids)]
        sender = v2.channels_senders(sid).fetch()
        assert sender.sid == sid and sender.status

    return measure.requests(fetch, count)


def create(base, sids, count):
    v2 = connect(base)
    request = ChannelsSenderList.MessagingV2ChannelsSenderRequestsCreate

    def create(index):
        sender = v2.channels_senders.create(request(measure.new_sender(index)))
        assert sender.status == "CREATING"

    return measure.requests(create, count)


def latency(base, sids, count):
    v2 = connect(base)
    with measure.Costs() as cost:
        sids, _statuses = read(v2.channels_senders.list(channel="whatsapp"))
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
