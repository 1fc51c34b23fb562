//! The fields of a sender's sections: one table for checking requests and for writing responses.
//!
//! Source: Twilio's OpenAPI description at 218b7821.

/// The kind of value in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// Text with a maximum number of characters (Meta's limits, switch `profile-limits`).
    Limited(usize),
    /// An absolute http or https URL.
    Url,
    /// `sms` or `voice`: how the verification code is sent.
    Method,
    /// The purpose of an RCS sender's messages.
    UseCase,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of the documented verticals.
    Vertical,
    /// A colour, `#` and six hexadecimal digits.
    Color,
    /// `AP` and 32 hexadecimal digits.
    VoiceApplicationSid,
    /// Six digits; never stored.
    Code,
    /// A list of objects with this key and `label`; a maximum number of items, each with a maximum length (Meta's
    /// limits).
    Items { key: &'static str, most: usize, longest: usize },
}

/// One field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether the response to a create shows it as null if it has no value, as in the documented example.
    pub(crate) created: bool,
}

/// One section.
#[derive(Debug)]
pub(crate) struct SectionSpec {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

impl SectionSpec {
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, created: false }
}

const fn created(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, created: true }
}

const METHODS: Kind = Kind::OneOf(&["POST", "PUT"]);

pub(crate) static CONFIGURATION: SectionSpec = SectionSpec {
    name: "configuration",
    fields: &[
        field("waba_id", Kind::Text),
        field("verification_method", Kind::Method),
        created("verification_code", Kind::Code),
        field("voice_application_sid", Kind::VoiceApplicationSid),
        created("account_type", Kind::OneOf(&["ISV", "ISVSubAccount", ""])),
    ],
};

pub(crate) static WEBHOOK: SectionSpec = SectionSpec {
    name: "webhook",
    fields: &[
        field("callback_url", Kind::Url),
        field("callback_method", METHODS),
        field("fallback_url", Kind::Url),
        field("fallback_method", METHODS),
        field("status_callback_url", Kind::Url),
        field("status_callback_method", Kind::Text),
    ],
};

pub(crate) static PROFILE: SectionSpec = SectionSpec {
    name: "profile",
    fields: &[
        field("name", Kind::Limited(255)),
        field("about", Kind::Limited(139)),
        field("address", Kind::Limited(256)),
        field("description", Kind::Limited(512)),
        field("emails", Kind::Items { key: "email", most: usize::MAX, longest: 128 }),
        field("logo_url", Kind::Url),
        field("vertical", Kind::Vertical),
        field("websites", Kind::Items { key: "website", most: 2, longest: 256 }),
        field("banner_url", Kind::Url),
        field("privacy_url", Kind::Url),
        field("terms_of_service_url", Kind::Url),
        field("accent_color", Kind::Color),
        field("use_case", Kind::UseCase),
        field("phone_numbers", Kind::Items { key: "phone_number", most: usize::MAX, longest: usize::MAX }),
    ],
};

/// The indexes of the fields of a profile in the order of the examples of RCS senders.
pub(crate) static RCS_PROFILE_ORDER: [usize; 14] = [0, 3, 11, USE_CASE, 5, 8, 9, 10, 13, 7, 4, 1, 2, 6];
/// The same for the examples of responses to updates of WhatsApp senders.
pub(crate) static UPDATE_PROFILE_ORDER: [usize; 14] = [1, 2, 3, 4, 0, 5, 6, 7, 8, 9, 10, 11, USE_CASE, 13];
/// The index of `use_case` in the profile.
pub(crate) const USE_CASE: usize = 12;
pub(crate) static METHODS_OF_VERIFICATION: [&str; 2] = ["sms", "voice"];
pub(crate) static USE_CASES: [&str; 4] = ["PROMOTIONAL", "TRANSACTIONAL", "OTP", "MULTI_USE"];

pub(crate) static SECTIONS: [&SectionSpec; 3] = [&CONFIGURATION, &WEBHOOK, &PROFILE];

pub(crate) static VERTICALS: &[&str] = &[
    "Alcohol",
    "Automotive",
    "Beauty, Spa and Salon",
    "Clothing and Apparel",
    "Education",
    "Entertainment",
    "Event Planning and Service",
    "Finance and Banking",
    "Food and Grocery",
    "Hotel and Lodging",
    "Matrimony Service",
    "Medical and Health",
    "Non-profit",
    "Online Gambling",
    "OTC Drugs",
    "Other",
    "Physical Gambling",
    "Professional Services",
    "Public Service",
    "Restaurant",
    "Shopping and Retail",
    "Travel and Transportation",
];
