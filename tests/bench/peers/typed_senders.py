"""A page of senders as msgspec Structs: every documented field of the WhatsApp response."""

from typing import Optional

import msgspec

Text = Optional[str]


class Configuration(msgspec.Struct):
    waba_id: Text = None
    verification_method: Text = None
    verification_code: Text = None
    voice_application_sid: Text = None


class Webhook(msgspec.Struct):
    callback_url: Text = None
    callback_method: Text = None
    fallback_url: Text = None
    fallback_method: Text = None
    status_callback_url: Text = None
    status_callback_method: Text = None


class Email(msgspec.Struct):
    email: Text = None
    label: Text = None


class Website(msgspec.Struct):
    website: Text = None
    label: Text = None


class PhoneNumber(msgspec.Struct):
    phone_number: Text = None
    label: Text = None


class Profile(msgspec.Struct):
    name: Text = None
    about: Text = None
    address: Text = None
    description: Text = None
    emails: Optional[list[Email]] = None
    logo_url: Text = None
    vertical: Text = None
    websites: Optional[list[Website]] = None
    banner_url: Text = None
    privacy_url: Text = None
    terms_of_service_url: Text = None
    accent_color: Text = None
    phone_numbers: Optional[list[PhoneNumber]] = None


class Properties(msgspec.Struct):
    quality_rating: Text = None
    messaging_limit: Text = None


class OfflineReason(msgspec.Struct):
    code: Text = None
    message: Text = None
    more_info: Text = None


class Compliance(msgspec.Struct):
    registration_sid: str


class Sender(msgspec.Struct):
    sid: str
    status: str
    sender_id: Text = None
    configuration: Optional[Configuration] = None
    webhook: Optional[Webhook] = None
    profile: Optional[Profile] = None
    compliance: Optional[Compliance] = None
    properties: Optional[Properties] = None
    offline_reasons: Optional[list[OfflineReason]] = None
    url: Text = None


class Meta(msgspec.Struct):
    page: int
    page_size: int
    first_page_url: str
    url: str
    key: str
    previous_page_url: Text = None
    next_page_url: Text = None


class Page(msgspec.Struct):
    senders: list[Sender]
    meta: Meta
