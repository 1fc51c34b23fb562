"""Numbers of an answer that Python cannot hold do no harm, wherever they stand."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import subprocess
import sys
from typing import Any

import pytest
import senders
from senders import HttpRequest, HttpResponse, OfflineReason, Profile, RawNumber, Sender, Senders
from senders.testing import JournalEntry

SID = "XE" + "a" * 32
LONG = "1234567890" * 500
#: As they stand in an answer.
LARGE = [LONG, f"-{LONG}", "1e999", f"-1.5E+{LONG}", f"{LONG}.5", "9" * 1_000_000]


def text_of(number: str) -> str:
    section = f'{{"name":"N","large":{number},"list":[{number},1]}}'
    return (
        f'{{"sid":"{SID}","status":"ONLINE","large":{number},"small":7,"profile":{section},'
        f'"configuration":{{"waba_id":{number}}},"properties":{{"messaging_limit":{number}}},'
        f'"offline_reasons":[{{"code":{number},"message":"m"}}],"compliance":{{"countries":[{{"x":{number}}}]}}}}'
    )


@pytest.mark.parametrize("number", LARGE, ids=lambda number: number[:8])
def test_a_number_that_python_cannot_hold_is_its_text(number: str) -> None:
    sender = Sender.from_json(text_of(number))
    fields = sender.to_dict()
    for found in (fields["large"], sender.extra["large"], fields["profile"]["list"][0]):
        assert type(found) is RawNumber and found == number and len(repr(found)) < 80
    assert fields["small"] == 7 and type(fields["small"]) is int
    assert sender.profile is not None and sender.profile.extra["large"] == number
    assert sender.profile.to_dict()["list"] == [number, 1] and sender.profile.name == "N"
    # A number where a text is documented is its text, and is kept as it came.
    assert sender.configuration is not None and sender.configuration.waba_id == number
    assert sender.configuration.extra == {"waba_id": number}
    assert sender.properties is not None and sender.properties.extra["messaging_limit"] == number
    assert [reason.extra["code"] for reason in sender.offline_reasons] == [number]
    assert sender.compliance is not None and sender.compliance.countries is not None
    assert sender.compliance.countries[0].to_dict() == {"x": number}
    # An object with such a number can be shown, stored and read again; the number stays the same.
    assert repr(sender) and repr(sender.profile) and repr(fields)
    assert json.loads(json.dumps(fields)) == fields
    assert Sender.from_dict(fields).to_json() == sender.to_json()
    assert Profile.from_dict(sender.profile.to_dict()) == sender.profile
    for value in (fields["large"], sender):
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        assert type(pickle.loads(pickle.dumps(value))) is type(value)


class Clock:
    """A clock on which every wait passes at once."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    time = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Server:
    """Returns this body for every request."""

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        self.body = body.encode()
        self.clock = Clock()

    def send(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(self.status, {"Content-Type": "application/json"}, self.body)


@pytest.mark.parametrize("number", LARGE[:3], ids=lambda number: number[:8])
def test_every_answer_is_read(number: str) -> None:
    text = text_of(number)
    client = Senders(transport=Server(200, text), no_credentials=True)
    assert client.fetch(SID).to_dict()["large"] == number
    assert client.wait_until_online(SID).to_dict()["large"] == number
    page = f'{{"senders":[{text},{text}],"meta":{{"next_page_url":null,"key":"senders","page_size":{number}}}}}'
    client = Senders(transport=Server(200, page), no_credentials=True)
    assert [sender.to_dict()["large"] for sender in client.list()] == [number, number]

    async def listed() -> list[Any]:
        client = senders.AsyncSenders(transport=Server(200, page), no_credentials=True)
        return [sender.to_dict()["large"] async for sender in client.list()]

    assert asyncio.run(listed()) == [number, number]


@pytest.mark.parametrize("number", LARGE[:4], ids=lambda number: number[:8])
def test_every_error_is_typed(number: str) -> None:
    body = f'{{"code":{number},"message":"m","more_info":{number},"status":{number},"details":{{"x":{number}}}}}'
    client = Senders(transport=Server(400, body), no_credentials=True)
    with pytest.raises(senders.InvalidRequestError) as caught:
        client.fetch(SID)
    assert caught.value.body == body.encode() and len(str(caught.value)) < 1000
    assert json.dumps(caught.value.args) and pickle.loads(pickle.dumps(caught.value)).body == body.encode()
    # A sender that failed for reasons like that.
    failed = text_of(number).replace("ONLINE", "OFFLINE")
    client = Senders(transport=Server(200, failed), no_credentials=True)
    with pytest.raises(senders.WaitError) as wait:
        client.wait_until_online(SID)
    assert wait.value.sender is not None and json.dumps(wait.value.to_dict())
    back = senders.SendersError.from_dict(json.loads(json.dumps(wait.value.to_dict())))
    assert back.sender is not None and back.sender.sid == SID


def test_the_journal_of_the_emulator() -> None:
    entry = JournalEntry(1, 0.0, "POST", "/", {}, f'{{"x":{LONG}}}'.encode(), None, 200, None, True, "RQ")
    assert entry.json() == {"x": LONG}


def test_a_lower_or_no_limit_of_python_changes_nothing_but_the_type() -> None:
    code = (
        "import sys; from senders import Sender, RawNumber\n"
        "for limit, digits, wanted in ((640, 1000, RawNumber), (0, 1000, int), (0, 2_000_000, RawNumber)):\n"
        "    sys.set_int_max_str_digits(limit)\n"
        '    text = \'{"sid":"XE","status":"ONLINE","x":\' + \'7\' * digits + \'}\'\n'
        "    assert type(Sender.from_json(text).to_dict()['x']) is wanted, (limit, digits)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_raw_number_of_a_person_is_checked() -> None:
    assert RawNumber("x") == "x" and OfflineReason.from_dict({"x": RawNumber("12")}).to_json() == '{"x":12}'
    with pytest.raises(senders.ArgumentError):
        OfflineReason.from_dict({"x": RawNumber("1-2")})
    assert OfflineReason.from_dict({"x": RawNumber('1,"y":2')}).to_json() == '{"x":"1,\\"y\\":2"}'
    with pytest.raises(senders.ArgumentError, match="profile.name must be text, got 12"):
        Profile(name=RawNumber("12"))
