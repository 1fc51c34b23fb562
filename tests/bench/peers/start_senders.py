"""From process start to the first response: the package of this repository."""

import sys

from senders import Senders

with Senders(account_sid="AC" + "0" * 32, auth_token="0" * 32, base_url=sys.argv[1]) as client:
    sender = client.create(
        "whatsapp:+15550000000",
        configuration={"waba_id": "123456789012345"},
        profile={"name": "Harbour Street Bakery"},
    )
assert sender.status == "CREATING"
