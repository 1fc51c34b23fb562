"""The conformance driver of the Python package: reads a task per line, writes a trace per line.

It runs the package's public interface with a transport that responds from the task's script and a clock that only
the driver moves. It judges nothing: it reports what it saw, and the runner compares. The protocol is
described in ../../vectors/README.md.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
from typing import Any

import senders

START_UNIX = 1767225600.0  # 2026-01-01T00:00:00Z
DEFAULTS = {"account_sid": "AC" + "0" * 32, "auth_token": "0" * 32}


class ScriptRanOut(BaseException):
    """The call needs more responses than the script has. Not an `Exception`, so that no retry catches it."""


class Clock:
    """A clock that only the driver moves."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.now_ms = 0
        self.events = events

    def monotonic(self) -> float:
        return self.now_ms / 1000

    def time(self) -> float:
        return START_UNIX + self.now_ms / 1000

    def sleep(self, seconds: float) -> None:
        milliseconds = round(seconds * 1000)
        self.now_ms += milliseconds
        self.events.append({"wait": {"ms": milliseconds}})


class Response:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Script:
    """A transport that responds from the task's replies."""

    def __init__(self, replies: list[dict[str, Any]], events: list[dict[str, Any]], max_bytes: int) -> None:
        self.replies = iter(replies)
        self.max_bytes = max_bytes
        self.events = events
        self.clock = Clock(events)

    def send(self, request: Any) -> Response:
        headers = request.headers
        lines = headers.items() if hasattr(headers, "items") else headers
        seen = {
            "method": request.method,
            "url": request.url,
            "headers": [[name, value] for name, value in lines],
            "body_base64": base64.b64encode(request.body or b"").decode(),
        }
        if (timeout := getattr(request, "timeout", None)) is not None:
            seen["timeouts"] = {"attempt_ms": round(timeout * 1000)}
        self.events.append({"request": seen})
        reply = next(self.replies, None)
        if reply is None:
            raise ScriptRanOut
        if "failure" in reply:
            self.clock.now_ms += reply["failure"]["took_ms"]
            kind = reply["failure"]["kind"]
            if kind == "response_too_large":
                return Response(200, [], b" " * (self.max_bytes + 1))
            raise senders.TransportFailure(f"scripted: {kind}", kind=kind, sent=reply["failure"]["sent"])
        reply = reply["response"]
        self.clock.now_ms += reply["took_ms"]
        headers = [(name, value) for name, value in reply["headers"]]
        return Response(reply["status"], headers, base64.b64decode(reply["body_base64"]))


def client(config: dict[str, Any], transport: Script) -> senders.Senders:
    options = dict(config)
    for name in [name for name in options if name.endswith("timeout_ms")]:
        options[name.removesuffix("_ms")] = options.pop(name) / 1000
    if options.pop("credentials", None) == "none":
        options["no_credentials"] = True
    elif not options.keys() & {"account_sid", "auth_token", "api_key", "api_secret"}:
        options.update(DEFAULTS)
    options.setdefault("seed", 0)
    return senders.Senders(transport=transport, **options)


def plain(value: Any) -> Any:
    """Returns a model as JSON; everything else unchanged."""
    return value.to_dict() if hasattr(value, "to_dict") else value


def text(value: Any) -> str:
    """Returns the text itself, without the masking of its class."""
    return str.__str__(value) if isinstance(value, str) else str(value)


def is_there(value: Any) -> bool:
    return value is not None and value is not getattr(senders, "UNSET", None)


def read(sender: Any, path: str) -> Any:
    """Returns the field at a path such as `profile.emails[0].email`; None if a part of the path is missing."""
    value = sender
    for name, place in re.findall(r"(\w+)|\[(\d+)\]", path):
        if not is_there(value):
            return None
        if place:
            value = value[int(place)] if int(place) < len(value) else None
        else:
            value = getattr(value, name)
    if not is_there(value):
        return None
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value] or None
    return text(value) if isinstance(value, str) else plain(value)


def run_list(
    api: senders.Senders, args: dict[str, Any], events: list[dict[str, Any]], stop: int | None
) -> dict[str, Any]:
    seen = 0
    while True:
        for page in api.list(**args).pages():
            events.append({"page": {"sids": [s.sid for s in page.senders], "has_next": page.next_token is not None}})
            seen += 1
            if seen == stop:
                if page.next_token is None:
                    return {"crash": "no token to resume from"}
                # The token has the rest of the limit.
                args = {**args, "token": page.next_token}
                args.pop("limit", None)
                break
        else:
            return {"listed": True}


class Stop(Exception):
    """Raised in `on_status` to leave a wait."""


def run_wait(
    api: senders.Senders, args: dict[str, Any], events: list[dict[str, Any]], stop: int | None
) -> dict[str, Any]:
    seen = 0
    token: list[str | None] = [None]

    def on_status(change: Any) -> None:
        nonlocal seen
        events.append({"status": text(getattr(change, "status", change))})
        seen += 1
        token[0] = getattr(change, "token", None)
        if seen == stop:
            raise Stop

    while True:
        try:
            return {"sender": api.wait_until_online(on_status=on_status, **args)}
        except Stop:
            if token[0] is None:
                return {"crash": "no token to resume from"}
            args = {**args, "token": token[0]}


def received(name: str, value: Any) -> Any:
    """Returns a section as in a response, if the task asks for it, with the changes beside the mark."""
    if not isinstance(value, dict) or "$received" not in value:
        return value
    sender = f'{{"sid":"XE{"0" * 32}","status":"ONLINE","{name}":{value["$received"]}}}'
    section = getattr(senders.Sender.from_json(sender), name)
    return section.replace(**{field: change for field, change in value.items() if field != "$received"})


def run(task: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    given = task["given"]
    args = {name: received(name, value) for name, value in given["args"].items()}
    stop = given.get("resume_after")
    config = given.get("config") or {}
    api = client(config, Script(task["replies"], events, config.get("max_response_bytes", 10 << 20)))
    if "timeout_ms" in args:
        args["timeout"] = args.pop("timeout_ms") / 1000
    match given["operation"]:
        case "list":
            return run_list(api, args, events, stop)
        case "wait_until_online":
            return run_wait(api, args, events, stop)
        case "delete":
            api.delete(args.pop("sid"), **args)
            return {"deleted": True}
        case "ensure":
            ensured = api.ensure(args.pop("sender_id"), **args)
            return {"ensured": {"resolution": text(ensured.resolution), "sender": ensured.sender}}
        case "create":
            return {"sender": api.create(args.pop("sender_id"), **args)}
        case "verify":
            return {"sender": api.verify(args.pop("sid"), args.pop("code"), **args)}
        case name:
            return {"sender": getattr(api, name)(args.pop("sid"), **args)}


ERROR_FIELDS = (
    "kind status code message more_info request_id retry_after retryable may_have_executed attempts next_step "
    "sender_id sid statuses"
).split()


def error_fields(error: senders.SendersError) -> dict[str, Any]:
    fields = {name: getattr(error, name, None) for name in ERROR_FIELDS}
    fields["message"] = str(error)
    if fields["statuses"] is not None:
        fields["statuses"] = [text(status) for status in fields["statuses"]] or None
    return {
        name: text(value) if isinstance(value, str) else value for name, value in fields.items() if value is not None
    }


def trace(task: dict[str, Any]) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    try:
        end = run(task, events)
        sender = end.get("sender") or (end.get("ensured") or {}).get("sender")
        if sender is not None and task["read"]:
            end["reads"] = {path: read(sender, path) for path in task["read"]}
    except senders.SendersError as error:
        end = {"error": error_fields(error)}
    except ScriptRanOut:
        end = {"crash": "the script has no more replies"}
    except Exception as error:
        end = {"crash": f"{type(error).__name__}: {error}"}
    return {"id": task["id"], "events": events, "end": end}


def main() -> None:
    for name in [name for name in os.environ if name.startswith("TWILIO_")]:
        del os.environ[name]
    for line in sys.stdin:
        answer = json.dumps(trace(json.loads(line)), default=plain, ensure_ascii=False)
        sys.stdout.buffer.write(answer.encode("utf-8", "surrogatepass") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
