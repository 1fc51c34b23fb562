"""Sections that were read go back as they came; sections that a person writes are checked."""

from __future__ import annotations

import copy
import json
import pickle
import sys
from typing import Any

import pytest
import senders
from senders import ArgumentError, Configuration, Email, HttpRequest, HttpResponse, Profile, Sender, Senders, Webhook
from senders.testing import Emulator

SID = "XE" + "a" * 32

# Everything that the rules of a request refuse: fields of tomorrow, other words, other shapes, nulls at two depths.
READ: dict[str, dict[str, Any]] = {
    "configuration": {
        "waba_id": "1",
        "verification_method": "fax",
        "verification_code": None,
        "voice_application_sid": "APXXXX",
        "account_type": 7,
        "future": 1,
    },
    "webhook": {"callback_url": "https://e.com", "callback_method": "GET", "fallback_method": "get", "retries": None},
    "profile": {
        "name": "N",
        "about": "x" * 5000,
        "address": None,
        "vertical": "Odd & new",
        "emails": ["a@example.com"],
        "websites": [{"website": "https://e.com", "label": None, "verified": True}],
        "future": {"deep": [None, {"n": None, "big": 10**30, "f": 1.0}]},
    },
}
BACK: dict[str, dict[str, Any]] = {
    "configuration": {
        "waba_id": "1",
        "verification_method": "fax",
        "voice_application_sid": "APXXXX",
        "account_type": 7,
        "future": 1,
    },
    "webhook": {"callback_url": "https://e.com", "callback_method": "GET", "fallback_method": "get"},
    "profile": {
        "name": "N",
        "about": "x" * 5000,
        "vertical": "Odd & new",
        "emails": ["a@example.com"],
        "websites": [{"website": "https://e.com", "verified": True}],
        "future": {"deep": [None, {"big": 10**30, "f": 1.0}]},
    },
}


class Server:
    """Returns a sender with these sections for each request, and keeps the bodies."""

    def __init__(self, **sections: Any) -> None:
        self.answer = json.dumps({"sid": SID, "status": "ONLINE", **sections}).encode()
        self.bodies: list[Any] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        if request.body:
            self.bodies.append(json.loads(request.body))
        status = 200 if request.method == "GET" else 202
        return HttpResponse(status, {"Content-Type": "application/json"}, self.answer)

    def client(self) -> Senders:
        return Senders(transport=self, no_credentials=True, max_retries=0)


def sent(**sections: Any) -> Any:
    """The body of an update of these sections."""
    server = Server()
    server.client().update(SID, **sections)
    return server.bodies[0]


def read(name: str) -> Any:
    return getattr(Sender.from_dict({"sid": SID, "status": "ONLINE", **READ}), name)


@pytest.mark.parametrize("name", list(READ))
def test_a_section_that_was_read_is_sent_back_as_it_came(name: str) -> None:
    server = Server(**READ)
    client = server.client()
    client.update(SID, **{name: getattr(client.fetch(SID), name)})
    client.create("whatsapp:+15551234567", **{name: getattr(client.fetch(SID), name)})
    assert server.bodies[0] == {name: BACK[name]}
    assert server.bodies[1] == {"sender_id": "whatsapp:+15551234567", name: BACK[name]}


def test_all_sections_at_once_and_in_every_answer() -> None:
    server = Server(**READ)
    client = server.client()
    echo = client.update(SID, profile={"about": "x"})
    for sender in (echo, client.create("whatsapp:+15551234567"), client.wait_until_online(SID)):
        client.update(SID, configuration=sender.configuration, webhook=sender.webhook, profile=sender.profile)
        assert server.bodies[-1] == BACK


def test_numbers_and_texts_go_back_byte_for_byte() -> None:
    text = '{"name":"é","future":[1.0,1e999,123456789012345678901234567890,"\\ud800",-0]}'
    server = Server()
    seen: list[bytes] = []

    class Keeps(Server):
        def send(self, request: HttpRequest) -> HttpResponse:
            seen.append(request.body)
            return server.send(request)

    Keeps().client().update(SID, profile=Profile.from_json(text))
    assert seen == [b'{"profile":' + text.encode() + b"}"]


@pytest.mark.parametrize("name", list(READ))
def test_a_copy_and_a_pickle_and_its_json_go_back_too(name: str) -> None:
    section = read(name)
    cls = type(section)
    for same in (
        copy.copy(section),
        copy.deepcopy(section),
        pickle.loads(pickle.dumps(section)),
        cls.from_json(section.to_json()),
        cls.from_dict(section.to_dict()),
    ):
        assert same == section and sent(**{name: same}) == {name: BACK[name]}


@pytest.mark.parametrize("name", list(READ))
def test_what_a_person_writes_keeps_the_strict_rules(name: str) -> None:
    server = Server()
    writings: list[dict[str, Any]] = [READ[name], read(name).to_dict(), {"$received": json.dumps(READ[name])}]
    for written in writings:
        with pytest.raises(ArgumentError):
            server.client().update(SID, **{name: written})  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        type(read(name))(**READ[name])
    assert server.bodies == []


def test_a_null_that_a_person_writes_is_sent() -> None:
    written = Profile(about=None, emails=[Email(email="a@b.c", label=None)])
    expected = {"profile": {"about": None, "emails": [{"email": "a@b.c", "label": None}]}}
    assert sent(profile=written) == expected
    assert sent(profile=pickle.loads(pickle.dumps(written))) == expected
    assert written.emails is not None
    assert sent(profile={"emails": written.emails}) == {"profile": {"emails": expected["profile"]["emails"]}}


def test_replace_changes_one_field_and_keeps_the_rest() -> None:
    profile = read("profile")
    changed = profile.replace(about="short")
    assert changed.about == "short" and profile.about == "x" * 5000 and type(changed) is Profile
    assert changed.to_dict() == {**READ["profile"], "about": "short"}
    assert sent(profile=changed) == {"profile": {**BACK["profile"], "about": "short"}}
    again = changed.replace(name="M").replace(vertical=None)
    assert sent(profile=again) == {"profile": {**BACK["profile"], "about": "short", "name": "M", "vertical": None}}
    for same in (copy.deepcopy(again), pickle.loads(pickle.dumps(again))):
        assert same == again and sent(profile=same) == sent(profile=again)
    assert profile.replace() == profile == profile.replace(about=senders.UNSET)
    assert sent(profile=profile.replace()) == {"profile": BACK["profile"]}


def test_replace_takes_the_place_of_what_could_not_be_read() -> None:
    changed = read("profile").replace(emails=[{"email": "b@example.com"}])
    assert changed.emails == (Email(email="b@example.com"),) and "emails" not in changed.extra
    assert sent(profile=changed)["profile"]["emails"] == [{"email": "b@example.com"}]
    assert (
        sent(configuration=read("configuration").replace(account_type="ISV"))["configuration"]["account_type"] == "ISV"
    )


def test_replace_clears_with_none() -> None:
    assert sent(webhook=read("webhook").replace(callback_url=None)) == {
        "webhook": {**BACK["webhook"], "callback_url": None}
    }


def test_replace_checks_what_it_is_given() -> None:
    webhook = read("webhook")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"fallback_method": "GET"}, "webhook.fallback_method must be one of `POST`, `PUT`, got `GET`"),
        ({"callbackUrl": "x"}, "did you mean `callback_url`?"),
        ({"retries": 3}, "has no field `retries`"),
        ({"$received": "{}"}, "must not have the key"),
    ]
    for fields, text in wrong:
        with pytest.raises(ArgumentError) as caught:
            webhook.replace(**fields)
        assert text in str(caught.value)


def test_items_that_were_read_stand_among_new_ones() -> None:
    websites = read("profile").websites
    back = {"website": "https://e.com", "verified": True}
    new: Any = {"website": "https://f.com", "label": None}
    for profile in (
        Profile(websites=[*websites, new]),
        read("profile").replace(websites=[*websites, senders.Website(**new)]),
        {"websites": (*websites, new)},
    ):
        assert sent(profile=profile)["profile"]["websites"] == [back, new]
        if isinstance(profile, Profile):
            assert profile.websites is not None
            # An item of it is what it was: read, or written by a person.
            assert sent(profile={"websites": profile.websites})["profile"]["websites"] == [back, new]
    one = websites[0].replace(label="Home")
    assert sent(profile={"websites": [one]})["profile"]["websites"] == [{**back, "label": "Home"}]


def test_replace_of_what_a_person_wrote() -> None:
    written = Webhook(callback_url="u", fallback_url=None).replace(callback_method="PUT")
    assert written == Webhook(callback_url="u", fallback_url=None, callback_method="PUT")
    assert sent(webhook=written) == {"webhook": {"callback_url": "u", "callback_method": "PUT", "fallback_url": None}}


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace is of Python 3.13")
def test_copy_replace() -> None:
    replace = copy.replace
    assert replace(read("profile"), about="a") == read("profile").replace(about="a")


def test_the_hook_of_copy_replace() -> None:
    assert read("profile").__replace__(about="a") == read("profile").replace(about="a")


def test_a_section_that_is_too_deep_to_be_sent_back_says_so() -> None:
    for depth in (100, 100_000):
        deep = Profile.from_json('{"x":' + "[" * depth + "]" * depth + "}")
        with pytest.raises(ArgumentError, match="profile must not be nested more than 64 deep"):
            sent(profile=deep)


def test_a_code_in_what_was_written_is_not_shown() -> None:
    one = Configuration(verification_code="987654")
    for value in (one, one.replace(waba_id="1"), read("configuration").replace(verification_code="987654")):
        assert "987654" not in repr(value) + str(value)
        assert sent(configuration=value)["configuration"]["verification_code"] == "987654"


def test_all_sections_of_a_sender_can_be_sent_back_and_change_nothing() -> None:
    client = Emulator().client()
    made = client.create(
        "whatsapp:+15550100001",
        configuration={"waba_id": "1"},
        webhook={"callback_url": "https://e.com"},
        profile={"name": "N", "emails": [{"email": "a@b.c", "label": "Work"}]},
    )
    before = client.wait_until_online(made.sid)
    client.update(made.sid, configuration=before.configuration, webhook=before.webhook, profile=before.profile)
    # The answer to an update has null for what was not sent: sent back, that clears nothing.
    echo = client.update(made.sid, webhook={"callback_url": "https://e.com"})
    client.update(made.sid, webhook=echo.webhook, friendly_name="F")
    after = client.wait_until_online(made.sid)
    for name in READ:
        assert getattr(after, name) == getattr(before, name), name


def test_ensure_takes_a_section_that_was_read() -> None:
    sender = {"sid": SID, "status": "ONLINE", "sender_id": "whatsapp:+15550100001", **READ}
    server = Server()
    server.answer = json.dumps({"senders": [sender], "meta": {"next_page_url": None}}).encode()
    client, number = server.client(), "whatsapp:+15550100001"
    ensured = client.ensure(number, configuration=read("configuration"), webhook=read("webhook"))
    assert (ensured.resolution, ensured.differences) == ("found", ())
    ensured = client.ensure(number, webhook=read("webhook").replace(callback_url="https://other.example.com"))
    assert ensured.differences == ("webhook.callback_url",)
