"""Other libraries with this package's types: pydantic and FastAPI at import, Celery's JSON with errors."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import subprocess
import sys
from typing import Any, get_type_hints

import fastapi
import pydantic
import pytest
import senders
from senders import Configuration, Ensured, Profile, Sender, SenderPage, SendersError, Status, StatusChange, _native
from senders.testing import Emulator

FIELDS: dict[str, Any] = {
    "sid": "XE" + "a" * 32,
    "status": "ONLINE",
    "sender_id": "whatsapp:+15551234567",
    "profile": {"name": "N", "about": None, "future": [1, {"x": None}]},
}
SENDER = Sender.from_dict(FIELDS)
VALUES: list[tuple[Any, Any]] = [
    (SENDER, FIELDS),
    (SENDER.profile, FIELDS["profile"]),
    (Configuration(waba_id="1", account_type=None), {"waba_id": "1", "account_type": None}),
    (senders.Compliance(countries=[{"country": "US"}]), {"countries": [{"country": "US"}]}),
    (SenderPage([SENDER], "t"), {"senders": [FIELDS], "next_token": "t"}),
    (StatusChange(SENDER, "t"), {"status": "ONLINE", "sender": FIELDS, "token": "t"}),
    (
        Ensured("found", SENDER, ["profile.name"]),
        {"resolution": "found", "sender": FIELDS, "differences": ["profile.name"]},
    ),
    (Status("BRAND:NEW"), "BRAND:NEW"),
]


@pytest.mark.parametrize(("value", "plain"), VALUES, ids=lambda it: type(it).__name__)
def test_pydantic_reads_and_writes_every_type(value: Any, plain: Any) -> None:
    cls: Any = type(value)
    model: Any = pydantic.create_model("Model", one=(cls, ...), some=(list[cls], []), maybe=(cls | None, None))
    made = model(one=value, some=[value])
    assert made.one is value or (made.one == value and type(made.one) is cls)
    expected = {"one": plain, "some": [plain], "maybe": None}
    assert made.model_dump(mode="json") == expected
    assert json.loads(made.model_dump_json()) == expected
    back = model.model_validate_json(made.model_dump_json())
    assert back == made and type(back.one) is cls
    assert model.model_validate(expected) == made
    assert made.model_dump()["one"] == value and type(made.model_dump()["one"]) is cls
    for mode in ("validation", "serialization"):
        assert model.model_json_schema(mode=mode)["properties"]["one"]["type"] in ("object", "string")


@pytest.mark.parametrize("wrong", [5, "text", {"sid": 1}, {}, None, []])
def test_pydantic_refuses_what_is_no_sender(wrong: Any) -> None:
    for cls in (Sender, SenderPage, StatusChange, Ensured):
        adapter = pydantic.TypeAdapter(cls)
        with pytest.raises(pydantic.ValidationError):
            adapter.validate_python(wrong)
        with pytest.raises(pydantic.ValidationError):
            adapter.validate_json(json.dumps(wrong))


def test_a_section_of_a_pydantic_model_is_sent_back_as_it_came() -> None:
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Profile)
    back = adapter.validate_json(adapter.dump_json(SENDER.profile))
    emulator = Emulator()
    client = emulator.client()
    made = client.create("whatsapp:+15551230001", profile={"name": "N"})
    with pytest.raises(SendersError):
        client.update(made.sid, profile=back)  # the emulator knows no `future`; it got it
    assert emulator.journal[-1].json() == {"profile": {"name": "N", "future": [1, {}]}}


def get(app: Any, path: str) -> tuple[int, Any]:
    """A GET of an ASGI application."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "scheme": "http", "server": ("test", 80), "client": ("test", 1), "http_version": "1.1", "root_path": "",
        "asgi": {"version": "3.0"},
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body)


def test_fastapi_answers_with_senders() -> None:
    app = fastapi.FastAPI()

    def one() -> Sender:
        return SENDER

    def many() -> list[Sender]:
        return [SENDER]

    def page() -> SenderPage:
        return SenderPage([SENDER])

    for path, endpoint in (("/one", one), ("/many", many), ("/page", page)):
        endpoint.__annotations__ = get_type_hints(endpoint)
        app.get(path)(endpoint)
    assert get(app, "/one") == (200, FIELDS)
    assert get(app, "/many") == (200, [FIELDS])
    assert get(app, "/page") == (200, {"senders": [FIELDS], "next_token": None})
    status, document = get(app, "/openapi.json")
    schema = document["paths"]["/one"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert status == 200 and schema["type"] == "object"


def test_pydantic_is_not_imported_unless_it_asks() -> None:
    code = (
        "import sys, senders; from senders.testing import Emulator; e = Emulator(); "
        "e.client().create('whatsapp:+15551230001', profile={'name': 'N'}).to_dict(); "
        "assert not [name for name in sys.modules if name.startswith('pydantic')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def caught(call: Any) -> SendersError:
    with pytest.raises(SendersError) as info:
        call()
    return info.value


def errors() -> list[SendersError]:
    """One of each kind, and some with all that an error can hold."""
    emulator = Emulator()
    client = emulator.client()
    sender = client.create("whatsapp:+15551230001", profile={"name": "N"})
    failed = client.create("whatsapp:+15550063104", profile={"name": "N"})
    found = [
        caught(lambda: client.wait_until_online(sender.sid)),
        caught(lambda: client.wait_until_online(failed.sid)),
        caught(lambda: client.fetch("XE" + "0" * 32)),
        caught(lambda: client.fetch("..")),
    ]
    for fault in ("reset-before-act", "rate-limited", "server-error"):
        emulator.inject(fault, times=None)
        found.append(caught(lambda: client.create("whatsapp:+15551230002", profile={"name": "N"})))
        emulator.clear_faults()
    return found + [_native._error_of_kind(kind, "it happened") for kind in _native.error_kinds()]


def as_celery_stores(error: BaseException) -> BaseException:
    """Does the same as Celery's result backend with the JSON serializer: class by name, made of its ``args`` again."""
    stored = json.dumps(
        {"exc_type": type(error).__name__, "exc_message": error.args, "exc_module": type(error).__module__}
    )
    read = json.loads(stored)
    again: BaseException = getattr(sys.modules[read["exc_module"]], read["exc_type"])(*read["exc_message"])
    return again


@pytest.mark.parametrize(
    "store", [as_celery_stores, lambda error: SendersError.from_dict(json.loads(json.dumps(error.to_dict())))]
)
def test_json_keeps_all_that_an_error_holds(store: Any) -> None:
    for error in errors():
        back = store(error)
        assert type(back) is type(error) and str(back) == str(error) and repr(back) == repr(error)
        for name in [name for name in vars(SendersError) if not name.startswith("_")]:
            if name not in ("to_dict", "from_dict", "args"):
                assert getattr(back, name) == getattr(error, name), name
        assert back.to_dict() == error.to_dict() and back.args == error.args
        # And once more, through a pickle.
        twice = pickle.loads(pickle.dumps(back))
        assert type(twice) is type(error) and vars(twice) == vars(back) and twice.args == error.args


def test_a_wait_goes_on_with_the_token_of_a_stored_error() -> None:
    emulator = Emulator()
    client = emulator.client()
    sender = client.create("whatsapp:+15551230001", profile={"name": "N"})
    error = as_celery_stores(caught(lambda: client.wait_until_online(sender.sid)))
    assert isinstance(error, senders.VerificationRequiredError) and not error.retryable
    client.verify(sender.sid, "123456")
    assert client.wait_until_online(token=error.resume_token, timeout=600).status.is_online


def test_args_show_nothing_that_the_line_does_not() -> None:
    error = errors()[0]
    assert "15551230001" in json.dumps(error.args)
    for shown in (repr(error.args), repr(error), str(error), f"{error.args}", repr(copy.copy(error))):
        assert "15551230001" not in shown
    assert error.args[0] == str(error)


def test_a_body_that_is_no_text_and_a_sender_nested_too_deep() -> None:
    error = _native._error_of_kind("server_error", "it happened")
    error.body = b"\xff\x00"
    error.sender = Sender.from_json(f'{{"sid":"XE","status":"ONLINE","x":{"[" * 100_000}{"]" * 100_000}}}')
    back = as_celery_stores(error)
    assert isinstance(back, senders.ServerError)
    assert back.body == error.body and back.sender is not None and back.sender.to_json() == error.sender.to_json()


def test_what_is_stored_by_another_version_is_read_as_far_as_it_goes() -> None:
    back = SendersError.from_dict({"kind": "of_tomorrow", "error": "it happened", "sender": {"odd": 1}, "later": 1})
    assert type(back) is SendersError and str(back) == "it happened" and back.sender is None
    assert back.kind == "of_tomorrow" and not hasattr(back, "later")
    assert str(SendersError("plain")) == "plain" and SendersError("plain").args == ("plain",)
    assert SendersError().args == ("",) and isinstance(SendersError("x"), Exception)


def test_timeouts_are_still_plain_timeout_errors() -> None:
    error = _native._error_of_kind("timeout", "it happened")
    assert isinstance(error, TimeoutError) and error.errno is None and error.strerror is None
    assert as_celery_stores(error).errno is None  # type: ignore[attr-defined]
