"""Registers a WhatsApp sender, or finds it if it is registered already.

Credentials come from TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.
"""

from __future__ import annotations

import sys

from senders import Senders, VerificationRequiredError


def main(number: str, name: str) -> None:
    with Senders() as client:
        ensured = client.ensure(f"whatsapp:{number}", profile={"name": name})
        print(f"{ensured.resolution}: {ensured.sender.sid}")
        try:
            client.wait_until_online(ensured.sender.sid, on_status=print)
        except VerificationRequiredError as error:
            code = input("The code that was sent to the number: ")
            client.verify(ensured.sender.sid, code)
            client.wait_until_online(token=error.resume_token, timeout=600, on_status=print)


if __name__ == "__main__":
    main(*sys.argv[1:3])
