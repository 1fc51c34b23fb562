"""The API's objects: three states, equality, hash, repr, dicts, pickle."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import senders
from senders import UNSET, Configuration, Email, Ensured, Profile, Sender, SenderPage, Status, StatusChange, Webhook

SID = "XE" + "a" * 32
FULL = {
    "sid": SID,
    "status": "ONLINE",
    "sender_id": "whatsapp:+15017122661",
    "configuration": {"waba_id": "123", "verification_code": None, "later": [1.0, 2]},
    "webhook": {"callback_url": "https://user:secret@example.com/in?token=secret", "callback_method": "POST"},
    "profile": {
        "name": "Example",
        "about": None,
        "emails": [{"email": "a@example.com", "label": "Work"}],
        "websites": ["not", "as", "documented"],
    },
    "properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
    "offline_reasons": [{"code": "63104", "message": "limit"}, None],
    "compliance": {"countries": [{"country": "US", "status": "ONLINE", "carriers": [{"name": "C", "status": "NEW"}]}]},
    "url": None,
    "new_field": {"big": 123456789012345678901234567890, "float": 1.0, "deep": [None, True]},
}


def sender(**changes: Any) -> Sender:
    return Sender.from_dict({**FULL, **changes})


def test_a_sender_reads_every_field() -> None:
    one = sender()
    assert (one.sid, one.status, one.sender_id, one.url) == (SID, "ONLINE", "whatsapp:+15017122661", None)
    assert one.configuration is not None and one.configuration.waba_id == "123"
    assert one.configuration.extra == {"later": [1.0, 2]}
    assert one.profile is not None and one.profile.name == "Example" and one.profile.about is None
    assert one.profile.emails == (Email(email="a@example.com", label="Work"),)
    # Plain texts where the documentation has objects: read as what they name, and kept as they came.
    assert one.profile.websites == tuple(senders.Website(website=text) for text in ("not", "as", "documented"))
    assert one.profile.extra == {"websites": ["not", "as", "documented"]}
    assert one.properties is not None and one.properties.quality_rating == "HIGH"
    assert [reason.code for reason in one.offline_reasons] == ["63104"]
    assert one.compliance is not None and one.compliance.countries is not None
    carriers = one.compliance.countries[0].carriers
    assert carriers is not None and carriers[0].status == "NEW"
    assert one.friendly_name is one.pending_display_name is one.display_name_status is None
    assert one.extra == {"new_field": FULL["new_field"]}


def test_a_sender_goes_out_as_it_came_in() -> None:
    one = sender()
    assert one.to_dict() == FULL
    assert type(one.to_dict()["new_field"]["float"]) is float
    assert Sender.from_json(one.to_json()) == one
    assert '"big":123456789012345678901234567890' in one.to_json()


def test_known_statuses_are_made_once_and_unknown_ones_compare() -> None:
    assert sender().status is sender().status is Status.ONLINE
    assert Status.ONLINE.is_online and not Status.ONLINE_UPDATING.is_online and Status.ONLINE_UPDATING.is_updating
    assert Status.PENDING_VERIFICATION.needs_verification and Status.OFFLINE.is_known
    new = sender(status="BRAND:NEW").status
    assert new == "BRAND:NEW" and isinstance(new, Status) and isinstance(new, str)
    assert not new.is_known and not new.is_online and not new.needs_verification
    assert {new: 1}["BRAND:NEW"] == 1 and pickle.loads(pickle.dumps(new)) == new
    named = {getattr(Status, name) for name in vars(Status) if name.isupper()}
    assert named == set(senders._native.known_statuses())


MODELS: list[tuple[Any, dict[str, Any]]] = [
    (senders.Configuration, {"waba_id": "1", "verification_method": "sms", "account_type": ""}),
    (senders.Webhook, {"callback_url": "https://e.com", "callback_method": "PUT", "fallback_url": None}),
    (senders.Profile, {"name": "N", "about": None, "emails": [{"email": "a@b.c"}], "websites": []}),
    (senders.Website, {"website": "https://e.com", "label": "Home"}),
    (senders.Email, {"email": "a@b.c", "label": None}),
    (senders.PhoneNumber, {"phone_number": "+15551234567", "label": "Office"}),
    (senders.Properties, {"quality_rating": "HIGH"}),
    (senders.OfflineReason, {"code": "63104", "message": "m", "more_info": "https://e.com"}),
    (senders.Compliance, {"registration_sid": "BN1", "countries": [{"country": "US"}]}),
    (senders.Country, {"country": "US", "carriers": [{"name": "C", "status": "APPROVED"}]}),
    (senders.Carrier, {"name": "C", "status": "APPROVED"}),
]


@pytest.mark.parametrize(("model", "fields"), MODELS, ids=lambda it: getattr(it, "__name__", ""))
def test_every_model_is_a_value(model: Any, fields: dict[str, Any]) -> None:
    one = model(**fields)
    assert one.to_dict() == fields
    assert one == model(**fields) == model.from_dict(fields) == model.from_json(one.to_json())
    assert hash(one) == hash(model(**fields))
    assert one != model() and one != fields and model().to_dict() == {}
    assert copy.copy(one) is one and copy.deepcopy(one) is one
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(one, protocol)) == one
    assert set(fields) <= set(model.__match_args__)
    assert repr(one).startswith(model.__name__ + "(")
    with pytest.raises(AttributeError):
        setattr(one, next(iter(fields)), "x")
    lenient = model.from_dict({**fields, "later": [1, {"a": None}], next(iter(fields)): 5})
    assert lenient.to_dict() == {**fields, "later": [1, {"a": None}], next(iter(fields)): 5}
    assert lenient.extra["later"] == [1, {"a": None}]


def test_three_states_of_a_field() -> None:
    assert Profile(about=UNSET).to_dict() == {}
    assert Profile(about=None).to_dict() == {"about": None}
    assert Profile(about="").to_dict() == {"about": ""}
    assert Profile(about=UNSET) != Profile(about=None)
    assert not UNSET and repr(UNSET) == "UNSET"
    assert copy.deepcopy(UNSET) is pickle.loads(pickle.dumps(UNSET)) is senders.Unset() is UNSET


def test_models_and_dicts_mix() -> None:
    mixed = Profile(name="N", emails=[Email(email="a@b.c"), {"email": "d@e.f"}])
    assert mixed.emails == (Email(email="a@b.c"), Email(email="d@e.f"))


def test_match() -> None:
    match sender():
        case Sender(sid, Status.ONLINE):
            assert sid == SID
        case _:
            pytest.fail("did not match")


def test_pages_changes_and_results_are_values() -> None:
    page = SenderPage([sender(), sender(status="OFFLINE")], "token")
    assert len(page) == 2 and [one.status for one in page] == ["ONLINE", "OFFLINE"]
    assert page[0] == page.senders[0] and page[-1].status == "OFFLINE" and len(page[:1]) == 1
    assert isinstance(page.senders, tuple)
    with pytest.raises(IndexError):
        page[2]
    change = StatusChange(sender(), "t")
    assert str(change) == change.status == "ONLINE"
    ensured = Ensured("found", sender(), ["profile.name"])
    assert ensured.differences == ("profile.name",)
    values: tuple[Any, ...] = (page, change, ensured, sender())
    for value in values:
        back = pickle.loads(pickle.dumps(value))
        assert back == value and hash(back) == hash(value) and back is not value


def test_repr_is_short_and_holds_no_secret() -> None:
    shown = " ".join(
        map(
            repr,
            [
                sender(),
                sender().configuration,
                sender().webhook,
                sender().profile,
                Configuration(verification_code="987654"),
                senders.PhoneNumber(phone_number="+15551234567"),
                Profile(name="x" * 500, address="1 Main Street"),
            ],
        )
    )
    for hidden in ("15017122661", "secret", "987654", "5551234567", "x" * 50, "Main Street"):
        assert hidden not in shown
    assert "+*********61" in shown and "name='Example'" in shown and "https://example.com/in" in shown


def test_deep_json_is_an_error_of_ours() -> None:
    deep = Sender.from_json(f'{{"sid":"{SID}","status":"ONLINE","x":{"[" * 100000}{"]" * 100000}}}')
    assert deep.sid == SID
    with pytest.raises(senders.InvalidResponseError):
        deep.to_dict()
    assert deep.to_json().count("[") == 100000


def test_wrong_values_are_refused_with_their_place() -> None:
    for build, text in [
        (lambda: Profile(emails=[{"email": 5}]), "profile.emails[0].email must be text, got 5"),  # type: ignore[typeddict-item]
        (lambda: Webhook(callback_method="GET"), "webhook.callback_method must be one of `POST`, `PUT`, got `GET`"),  # type: ignore[arg-type]
        (lambda: Profile(logoUrl=""), "did you mean `logo_url`?"),  # type: ignore[call-arg]
        (lambda: Sender.from_dict({"sid": SID}), "sender must be"),
        (lambda: Profile.from_json("[]"), "profile must be one JSON object"),
    ]:
        with pytest.raises(senders.ArgumentError) as caught:
            build()  # type: ignore[no-untyped-call]
        assert text in str(caught.value)
