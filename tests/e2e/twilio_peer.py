"""The official `twilio` package, unchanged, against the emulator.

    pip install twilio==9.13.0
    python twilio_peer.py http://127.0.0.1:PORT

Creates, verifies, updates, fetches, lists several pages and deletes; ends with 0 if every check passed.
The emulator has to run with its default credentials and switches (`--instant` saves time); it may have senders already.
"""

import sys
import time

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList as Models

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "0" * 32
SERVICE = "https://messaging.twilio.com"


class ToEmulator(TwilioHttpClient):
    """Sends requests for the service to the emulator; the package has no option for it."""

    def __init__(self, base_url):
        super().__init__(timeout=10)
        self.base_url = base_url.rstrip("/")
        self.seen = []

    def request(self, method, url, **arguments):
        assert url.startswith((SERVICE + "/", self.base_url + "/")), f"asked for {url}"
        self.seen.append((method, url))
        return super().request(method, url.replace(SERVICE, self.base_url, 1), **arguments)


def refusal(call):
    """Returns the error that a call raises."""
    try:
        call()
    except TwilioRestException as error:
        return error
    raise AssertionError("the call should have been refused")


def until(fetch, status):
    """Fetches until the sender has a status."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        sender = fetch()
        if sender.status == status:
            return sender
        time.sleep(0.05)
    raise AssertionError(f"still {sender.status}, not {status}")


def main(base_url):
    http = ToEmulator(base_url)
    senders = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http).messaging.v2.channels_senders
    number = int(time.time()) % 1_000_000
    sender_ids = [f"whatsapp:+1555{7_000_000 + number + place}" for place in range(7)]

    # create
    created = senders.create(
        Models.MessagingV2ChannelsSenderRequestsCreate(
            {
                "sender_id": sender_ids[0],
                "configuration": Models.MessagingV2ChannelsSenderConfiguration({"waba_id": "1234567"}),
                "webhook": Models.MessagingV2ChannelsSenderWebhook(
                    {"callback_url": "https://callback.example.com", "callback_method": "POST"}
                ),
                "profile": Models.MessagingV2ChannelsSenderProfile(
                    {
                        "name": "Example Profile Name",
                        "about": "Hello",
                        "vertical": "Automotive",
                        "websites": [{"website": "https://example.com", "label": "Website"}],
                        "emails": [{"email": "a@example.com", "label": "Email"}],
                    }
                ),
            }
        )
    )
    assert created.sid.startswith("XE") and created.status == "CREATING", created.status
    assert created.sender_id == sender_ids[0]
    again = Models.MessagingV2ChannelsSenderRequestsCreate({"sender_id": sender_ids[0]})
    error = refusal(lambda: senders.create(again))
    assert (error.status, error.code) == (409, 63110), error
    wrong = Models.MessagingV2ChannelsSenderRequestsCreate({"sender_id": "whatsapp:15551234"})
    error = refusal(lambda: senders.create(wrong))
    assert (error.status, error.code) == (400, 63100) and "E.164" in error.msg, error

    # fetch, verify
    sender = senders(created.sid)
    until(sender.fetch, "PENDING_VERIFICATION")
    update = Models.MessagingV2ChannelsSenderRequestsUpdate
    code = Models.MessagingV2ChannelsSenderConfiguration({"verification_code": "123456"})
    verified = sender.update(update({"configuration": code}))
    assert verified.status == "VERIFYING" and verified.sender_id is None, verified
    # The sections are returned as plain dictionaries, whatever the annotations say.
    online = until(sender.fetch, "ONLINE")
    assert online.profile["name"] == "Example Profile Name" and online.configuration["waba_id"] == "1234567"
    assert online.profile["websites"][0]["website"] == "https://example.com"
    assert online.properties["quality_rating"] == "HIGH" and online.offline_reasons is None

    # update
    profile = Models.MessagingV2ChannelsSenderProfile({"about": "At your service"})
    updated = sender.update(update({"profile": profile}))
    assert updated.status == "ONLINE:UPDATING", updated.status
    online = until(sender.fetch, "ONLINE")
    assert online.profile["about"] == "At your service" and online.profile["name"] == "Example Profile Name"
    assert online.webhook["callback_url"] == "https://callback.example.com"

    # list, several pages
    for sender_id in sender_ids[1:]:
        senders.create(Models.MessagingV2ChannelsSenderRequestsCreate({"sender_id": sender_id}))
    del http.seen[:]
    listed = senders.list(channel="whatsapp", page_size=3)
    sids = [one.sid for one in listed]
    assert len(set(sids)) == len(sids) >= len(sender_ids)
    assert {one.sender_id for one in listed} >= set(sender_ids)
    pages = [url for method, url in http.seen if method == "GET"]
    assert len(pages) == -(-len(sids) // 3), pages
    first = senders.page(channel="whatsapp", page_size=2)
    second = first.next_page()
    assert [one.sid for one in second] == sids[2:4]
    assert [one.sid for one in second.previous_page()] == sids[:2]

    # delete
    for one in listed:
        if one.sender_id in sender_ids:
            assert senders(one.sid).delete() is True
    error = refusal(sender.fetch)
    assert (error.status, error.code) == (404, 20404), error
    stranger = Client(ACCOUNT_SID, "wrong", http_client=http).messaging.v2.channels_senders
    error = refusal(stranger(created.sid).fetch)
    assert (error.status, error.code) == (401, 20003), error
    print(f"twilio peer: ok, {len(sender_ids)} senders, {len(pages)} pages")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
