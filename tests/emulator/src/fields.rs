//! The fields of a sender's sections: one table for checking requests and for writing answers.
//!
//! Source: Twilio's OpenAPI description at d50069b; `use_case` from twilio-python 9.13.0.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// Text of at most so many characters (Meta's limits, switch `profile-limits`).
    Limited(usize),
    /// An absolute http or https URL.
    Url,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of the documented verticals.
    Vertical,
    /// A colour, `#` and six hexadecimal digits.
    Color,
    /// `AP` and 32 hexadecimal digits.
    VoiceApplicationSid,
    /// Six digits; never kept.
    Code,
    /// A list of objects with this key and `label`; at most so many, each at most so long (Meta's limits).
    Items { key: &'static str, most: usize, longest: usize },
}

/// One field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether answers show it as null where it has no value, as the documented examples do.
    pub(crate) always: bool,
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
    Field { name, kind, always: true }
}

const fn newer(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, always: false }
}

const METHODS: Kind = Kind::OneOf(&["POST", "PUT"]);

pub(crate) static CONFIGURATION: SectionSpec = SectionSpec {
    name: "configuration",
    fields: &[
        field("waba_id", Kind::Text),
        field("verification_method", Kind::OneOf(&["sms", "voice"])),
        field("verification_code", Kind::Code),
        field("voice_application_sid", Kind::VoiceApplicationSid),
        newer("account_type", Kind::OneOf(&["ISV", "ISVSubAccount", ""])),
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
        field("phone_numbers", Kind::Items { key: "phone_number", most: usize::MAX, longest: usize::MAX }),
        newer("use_case", Kind::OneOf(&["PROMOTIONAL", "TRANSACTIONAL", "OTP", "MULTI_USE"])),
    ],
};

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
