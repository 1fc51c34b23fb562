//! A sender as a Rust user would declare it for `reqwest` and `serde_json`: every documented field, owned text.
//!
//! The stub renders its senders from the same types, so the peer has every field of the pages.

use serde::{Deserialize, Serialize};

/// One page of the list.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Page {
    pub(crate) senders: Vec<Sender>,
    pub(crate) meta: Meta,
}

/// The `meta` object of a page. Source: Twilio OAS d50069b.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Meta {
    pub(crate) page: u64,
    pub(crate) page_size: u64,
    pub(crate) first_page_url: String,
    pub(crate) previous_page_url: Option<String>,
    pub(crate) url: String,
    pub(crate) next_page_url: Option<String>,
    pub(crate) key: String,
}

/// One sender. Source: Twilio OAS d50069b.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Sender {
    pub(crate) sid: String,
    pub(crate) status: String,
    pub(crate) sender_id: Option<String>,
    pub(crate) configuration: Option<Configuration>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) profile: Option<Profile>,
    pub(crate) compliance: Option<Compliance>,
    pub(crate) properties: Option<Properties>,
    pub(crate) offline_reasons: Option<Vec<OfflineReason>>,
    pub(crate) url: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Configuration {
    pub(crate) waba_id: Option<String>,
    pub(crate) verification_method: Option<String>,
    pub(crate) verification_code: Option<String>,
    pub(crate) voice_application_sid: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Webhook {
    pub(crate) callback_url: Option<String>,
    pub(crate) callback_method: Option<String>,
    pub(crate) fallback_url: Option<String>,
    pub(crate) fallback_method: Option<String>,
    pub(crate) status_callback_url: Option<String>,
    pub(crate) status_callback_method: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Profile {
    pub(crate) name: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) emails: Option<Vec<Email>>,
    pub(crate) logo_url: Option<String>,
    pub(crate) vertical: Option<String>,
    pub(crate) websites: Option<Vec<Website>>,
    pub(crate) banner_url: Option<String>,
    pub(crate) privacy_url: Option<String>,
    pub(crate) terms_of_service_url: Option<String>,
    pub(crate) accent_color: Option<String>,
    pub(crate) phone_numbers: Option<Vec<PhoneNumber>>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Email {
    pub(crate) email: Option<String>,
    pub(crate) label: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Website {
    pub(crate) website: Option<String>,
    pub(crate) label: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct PhoneNumber {
    pub(crate) phone_number: Option<String>,
    pub(crate) label: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Properties {
    pub(crate) quality_rating: Option<String>,
    pub(crate) messaging_limit: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct OfflineReason {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) more_info: Option<String>,
}

/// RCS only: `null` for every sender of the stub.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Compliance {
    pub(crate) registration_sid: String,
}

impl Sender {
    /// Returns every text of the sender, in no particular order: the texts that the row `list-leaves` reads.
    pub(crate) fn leaves(&self, mut leaf: impl FnMut(&str)) {
        let mut some = |text: &Option<String>| {
            if let Some(text) = text {
                leaf(text);
            }
        };
        if let Some(it) = &self.configuration {
            for text in
                [&it.waba_id, &it.verification_method, &it.verification_code, &it.voice_application_sid]
            {
                some(text);
            }
        }
        if let Some(it) = &self.webhook {
            for text in [
                &it.callback_url,
                &it.callback_method,
                &it.fallback_url,
                &it.fallback_method,
                &it.status_callback_url,
                &it.status_callback_method,
            ] {
                some(text);
            }
        }
        if let Some(it) = &self.profile {
            for text in [
                &it.name,
                &it.about,
                &it.address,
                &it.description,
                &it.logo_url,
                &it.vertical,
                &it.banner_url,
                &it.privacy_url,
                &it.terms_of_service_url,
                &it.accent_color,
            ] {
                some(text);
            }
            for item in it.emails.iter().flatten() {
                some(&item.email);
                some(&item.label);
            }
            for item in it.websites.iter().flatten() {
                some(&item.website);
                some(&item.label);
            }
            for item in it.phone_numbers.iter().flatten() {
                some(&item.phone_number);
                some(&item.label);
            }
        }
        if let Some(it) = &self.properties {
            some(&it.quality_rating);
            some(&it.messaging_limit);
        }
        for reason in self.offline_reasons.iter().flatten() {
            some(&reason.code);
            some(&reason.message);
            some(&reason.more_info);
        }
        some(&self.sender_id);
        some(&self.url);
        leaf(&self.sid);
        leaf(&self.status);
    }
}
