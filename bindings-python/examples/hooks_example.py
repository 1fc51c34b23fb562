"""How a program measures its calls with hooks, follows a sender, and reads the response of a success."""

from __future__ import annotations

from senders import ResponseEvent, Sender, Senders, WithResponse


class Measurements:
    """Counts requests and their time by operation."""

    def __init__(self) -> None:
        self.requests: dict[str, int] = {}
        self.seconds: dict[str, float] = {}

    def add(self, event: ResponseEvent) -> None:
        self.requests[event.operation] = self.requests.get(event.operation, 0) + 1
        self.seconds[event.operation] = self.seconds.get(event.operation, 0.0) + event.duration
        if event.failure is not None:
            print(f"call {event.call}: no response, {event.failure.kind}, sent: {event.failure.sent}")


def follow(client: Senders, sid: str) -> WithResponse[Sender]:
    """Prints each status until the sender is online, then looks once more, for the id of that request."""
    for change in client.statuses(sid, timeout=600):
        print(change.status)
    seen = client.with_response.fetch(sid)
    print(f"{seen.data.status}: status {seen.status}, request {seen.request_id}")
    return seen


def main(sid: str) -> None:
    measurements = Measurements()
    with Senders(on_response=measurements.add) as client:
        follow(client, sid)
    for operation, count in measurements.requests.items():
        print(f"{operation}: {count} requests, {measurements.seconds[operation]:.1f} s")


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
