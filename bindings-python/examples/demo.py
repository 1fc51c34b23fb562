"""One sender's whole life, step by step, against the emulator (or whatever SENDERS_BASE_URL says).

cargo run -p senders-emulator -- --port 8421
SENDERS_BASE_URL=http://127.0.0.1:8421 python examples/demo.py
"""

from __future__ import annotations

import os
import sys
import time

from senders import NotFoundError, Senders, SendersError, StatusChange, VerificationRequiredError

NUMBER = "whatsapp:+15017122661"
#: The emulator's address; its default port if the variable is not set. Never Twilio: a demo registers nothing for real.
BASE_URL = os.environ.get("SENDERS_BASE_URL", "http://127.0.0.1:8421")


def new_client() -> Senders:
    """A client with the environment's credentials, or else the emulator's own."""
    if any(name.startswith("TWILIO_") for name in os.environ):
        return Senders(base_url=BASE_URL)
    return Senders(base_url=BASE_URL, account_sid="AC" + "0" * 32, auth_token="0" * 32)


def say(step: str, text: str) -> None:
    print(f"  {step:<8} {text}", flush=True)


def on_status(change: StatusChange) -> None:
    say("", f"status {change}")


def life(client: Senders) -> int:
    """Walks the sender through its life; returns how many statuses it was seen in."""
    seen: list[str] = []

    def watch(change: StatusChange) -> None:
        seen.append(change.status)
        on_status(change)

    sender = client.create(NUMBER, configuration={"verification_method": "sms"}, profile={"name": "Example"})
    say("create", f"{sender.sid} is {sender.status}")
    try:
        sender = client.wait_until_online(sender.sid, timeout=60, on_status=watch)
    except VerificationRequiredError as error:
        say("verify", f"{error.next_step.split(',')[0]}: 123456")
        client.verify(sender.sid, "123456")
        sender = client.wait_until_online(token=error.resume_token, timeout=60, on_status=watch)
    say("online", f"{sender.sid} can send")

    client.update(sender.sid, webhook={"callback_url": "https://example.com/in"}, profile={"about": "Made by the demo"})
    sender = client.wait_until_online(sender.sid, timeout=60)
    webhook = sender.webhook.callback_url if sender.webhook else None
    say("update", f"incoming messages go to {webhook}")

    sender = client.fetch(sender.sid)
    say("fetch", f"{sender}")

    others = [client.create(f"whatsapp:+1555010{n:04}", profile={"name": f"Example {n}"}) for n in range(4)]
    for number, page in enumerate(client.list(page_size=2).pages(), 1):
        say("list", f"page {number}: " + ", ".join(f"{one.sid[:8]}… {one.status}" for one in page))
    for one in [sender, *others]:
        client.delete(one.sid)
    try:
        client.fetch(sender.sid, max_retries=0)
    except NotFoundError as error:
        say("delete", f"{sender.sid} is gone ({error.status}, code {error.code})")
    return len(seen)


def main() -> int:
    started = time.monotonic()
    with new_client() as client:
        print(f"Python: {client}", flush=True)
        try:
            statuses = life(client)
        except SendersError as error:
            print(f"Python: failed: {error}", file=sys.stderr)
            return 1
    print(f"Python: done in {time.monotonic() - started:.1f} s, {statuses} statuses seen on the way to ONLINE")
    return 0


if __name__ == "__main__":
    sys.exit(main())
