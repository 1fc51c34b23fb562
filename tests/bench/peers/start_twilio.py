"""From process start to the first response: Twilio's own package."""

import sys

from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList

client = Client("AC" + "0" * 32, "0" * 32)
client.messaging.base_url = sys.argv[1]
sender = client.messaging.v2.channels_senders.create(
    ChannelsSenderList.MessagingV2ChannelsSenderRequestsCreate(
        {
            "sender_id": "whatsapp:+15550000000",
            "configuration": {"waba_id": "123456789012345"},
            "profile": {"name": "Harbour Street Bakery"},
        }
    )
)
assert sender.status == "CREATING"
