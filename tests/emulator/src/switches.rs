//! Switches: all settings of the emulator, by name and from text.
//!
//! If the real service's behaviour is not documented, the emulator makes an assumption and states it here. The
//! defaults are the strict ones: a client that works with them does not depend on a tolerant service.

use std::fmt;

use crate::mix::mix;

/// A value that a switch takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Allowed {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number between the two, both included.
    Number(u64, u64),
    /// A whole number up to the given one, or a range of them, `0..10000`.
    NumberOrRange(u64),
    /// A whole number, or the word `none`.
    NumberOrNone,
    /// Any text.
    Text,
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(words) => f.write_str(&words.join("|")),
            Self::Number(min, u64::MAX) => write!(f, "a number from {min}"),
            Self::Number(min, max) => write!(f, "{min} to {max}"),
            Self::NumberOrRange(max) => write!(f, "0 to {max}, or a range like 0..10000"),
            Self::NumberOrNone => f.write_str("none or a number"),
            Self::Text => f.write_str("text"),
        }
    }
}

/// One switch: its name, its values, and its assumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SwitchInfo {
    /// The name, as in `--switch name=value`.
    pub name: &'static str,
    /// The default value.
    pub default: &'static str,
    /// The values it takes.
    pub allowed: Allowed,
    /// Its effect, or the assumption about the real service that its default makes.
    pub text: &'static str,
}

/// A switch could not be set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SwitchError {
    /// There is no switch of this name.
    UnknownName(String),
    /// The switch does not take this value.
    BadValue {
        /// The switch.
        name: &'static str,
        /// The value given for it.
        value: String,
        /// The values that it takes.
        allowed: Allowed,
    },
}

impl fmt::Display for SwitchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => {
                let near = ALL.iter().map(|info| info.name).filter(|known| shares_word(known, name));
                let near: Vec<&str> = near.take(4).collect();
                let hint = if near.is_empty() {
                    String::new()
                } else {
                    format!(": did you mean {}", near.join(", "))
                };
                write!(f, "no switch is called `{name}`{hint}")
            }
            Self::BadValue { name, value, allowed } => {
                write!(f, "switch `{name}` does not take `{value}`: allowed is {allowed}")
            }
        }
    }
}

impl std::error::Error for SwitchError {}

fn shares_word(known: &str, given: &str) -> bool {
    known.split('-').any(|word| word.len() > 2 && given.replace('_', "-").to_lowercase().contains(word))
}

macro_rules! switches {
    ($($key:ident, $name:literal, $default:literal, $allowed:expr, $text:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Key { $($key),* }

        static ALL: &[SwitchInfo] = &[
            $(SwitchInfo { name: $name, default: $default, allowed: $allowed, text: $text }),*
        ];
    };
}

use Allowed::{Choice, Number, NumberOrNone, NumberOrRange, Text};

switches! {
    // Authentication and addresses.
    AccountSid, "account-sid", "AC00000000000000000000000000000000", Text,
        "the user name of Basic authentication";
    AuthToken, "auth-token", "00000000000000000000000000000000", Text,
        "the password of Basic authentication";
    ApiKeySid, "api-key-sid", "", Text,
        "a second user name that is accepted (an API key, SK…); empty is none";
    ApiKeySecret, "api-key-secret", "", Text,
        "the password of the API key";
    BaseUrl, "base-url", "", Text,
        "the beginning of absolute URLs in responses; empty is http:// and the request's Host";
    Seed, "seed", "0", Number(0, u64::MAX),
        "SIDs and request ids are made from it; the same seed makes the same ones";

    // Time.
    StepMs, "step-ms", "1500", Number(0, 86_400_000),
        "milliseconds a sender stays in a state that ends by itself; 0: the next request finds it in the next state";
    ListDelayMs, "list-delay-ms", "0", NumberOrRange(86_400_000),
        "milliseconds until a new sender is listed; from a range, each sender draws its own by the seed. Assumed: none, as nothing is documented";
    UpdateDelayMs, "update-delay-ms", "0", NumberOrRange(86_400_000),
        "milliseconds until lists and fetches show an update; from a range, each sender draws its own. Assumed: none";
    NameReviewMs, "name-review-ms", "none", NumberOrNone,
        "milliseconds that the review of a new display name takes; none: as long as step-ms. Not documented; Meta takes days";
    FetchDelayMs, "fetch-delay-ms", "0", NumberOrRange(86_400_000),
        "milliseconds until a new sender is found by its SID; from a range, each sender draws its own. Assumed: none";

    // The states of a sender.
    AfterCreating, "after-creating", "pending-verification", Choice(&["pending-verification", "offline"]),
        "the state in which a sender waits for its code. Sources differ; both are reported";
    Review, "review", "skip", Choice(&["skip", "pass"]),
        "whether TWILIO_REVIEW is between VERIFYING and ONLINE. Reported by one source only";
    RcsLife, "rcs-life", "review", Choice(&["review", "draft"]),
        "the states of an RCS sender: CREATING, TWILIO_REVIEW, ONLINE; or CREATING, DRAFT, PENDING_VERIFICATION, TWILIO_REVIEW, ONLINE. The states are documented, their order is not";
    Otp, "otp", "", Text,
        "the one right verification code; empty: any six digits are right, except the magic codes";
    WrongCode, "wrong-code", "refuse", Choice(&["refuse", "offline"]),
        "a wrong code is refused at once (400/63113), or accepted and the sender goes OFFLINE with 63113";
    VerificationLimit, "verification-limit", "5", NumberOrNone,
        "how many wrong codes, and how many requests for another code, until 63114. Assumed: five; another code resets the count of wrong ones";
    ResendCode, "resend-code", "verification-method", Choice(&["verification-method", "never"]),
        "whether an update with configuration.verification_method and no code sends another code to a sender that is waiting for one. Not documented; assumed, as no other request could do it";
    TwoFactor, "two-factor", "off", Choice(&["off", "on"]),
        "whether two-factor authentication is still on for a number whose sender was deleted: according to the documentation it cannot be registered again then; assumed: OFFLINE with 63113";
    NumberLimit, "number-limit", "none", NumberOrNone,
        "how many WhatsApp senders the account may have; one more goes OFFLINE with 63104. Documented: 2 for a business that is not verified, 20 for one that is; assumed: that the create is accepted";
    UnexpectedCode, "unexpected-code", "refuse", Choice(&["refuse", "ignore"]),
        "a code for a sender that is not waiting for one is refused (400/63100), or ignored";
    DisplayName, "display-name", "approved", Choice(&["approved", "declined", "pin-mismatch", "registration-failed", "expired", "error", "immediate"]),
        "the result of a new profile.name of a sender that has been online. approved: PENDING_REVIEW, APPROVED after name-review-ms, COMPLETED after step-ms; declined, pin-mismatch, registration-failed, expired: it ends with this status; error: refused at once (400/63124, or 202 and display_name_status error if other fields were sent); immediate: no review. The words are those of twilio-python 9.13.0";
    MagicFailures, "magic-failures", "mixed", Choice(&["mixed", "at-once", "offline"]),
        "how magic numbers fail: as their table says, all with a 4xx at create, or all by going OFFLINE";

    // Rules for requests.
    CamelCase, "camel-case", "refuse", Choice(&["refuse", "accept"]),
        "camelCase keys. Assumed: refused with 63100, as the wire is snake_case";
    SenderId, "sender-id", "checked", Choice(&["checked", "any"]),
        "the text after whatsapp: and rcs: in sender_id. Assumed: + and 7 to 15 digits without a leading 0; 1 to 128 letters, digits, dots, _ and -";
    CodeForm, "code-form", "six-digits", Choice(&["six-digits", "any"]),
        "configuration.verification_code. Assumed: six digits, as in the example; any accepts 1 to 32 characters";
    UpdateSenderId, "update-sender-id", "refuse", Choice(&["refuse", "ignore"]),
        "sender_id in an update, which has no such field. Assumed: refused with 63100";
    NameClear, "name-clear", "refuse", Choice(&["refuse", "accept"]),
        "profile.name null or empty in an update of a WhatsApp sender. Assumed: refused with 63100, as the name is documented as required";
    UseCase, "use-case", "rcs", Choice(&["rcs", "any"]),
        "profile.use_case: documented for RCS senders, and not to be changed after the launch. Assumed: refused with 63100 otherwise";
    AccentColor, "accent-color", "checked", Choice(&["checked", "any"]),
        "profile.accent_color. Assumed: # and six hexadecimal digits (documented as hex), or empty, or null";
    FormBody, "form-body", "refuse", Choice(&["refuse", "accept"]),
        "form-encoded bodies. Assumed: refused with 63100, as the body is JSON";
    ContentType, "content-type", "require-json", Choice(&["require-json", "any"]),
        "whether a JSON body needs the content type application/json. Assumed: it does";
    ContentEncoding, "content-encoding", "refuse", Choice(&["refuse", "ignore"]),
        "a request with Content-Encoding (gzip). Assumed: refused with 415/63100, as nothing says that it is decoded; ignore reads the body as it is";
    UnknownKeys, "unknown-keys", "refuse", Choice(&["refuse", "ignore"]),
        "keys of the body that are not known. Assumed: refused with 63100";
    UnknownQuery, "unknown-query", "refuse", Choice(&["refuse", "ignore"]),
        "query parameters that are not known. Assumed: refused with 20001";
    RepeatedQuery, "repeated-query", "refuse", Choice(&["refuse", "first", "last"]),
        "a query parameter that is given twice. Assumed: refused with 20001; or the first one counts, or the last";
    EmptyPageToken, "empty-page-token", "refuse", Choice(&["refuse", "ignore"]),
        "PageToken without a value. Assumed: refused with 20001; ignore is the first page";
    ChannelCase, "channel-case", "exact", Choice(&["exact", "any"]),
        "Channel in other letters than whatsapp and rcs (WhatsApp). Assumed: refused with 20001";
    MissingChannel, "missing-channel", "refuse", Choice(&["refuse", "all"]),
        "a list without Channel: 400/20001 (reported), or the senders of all channels";
    PageSizeOverLimit, "page-size-over-limit", "refuse", Choice(&["refuse", "clamp"]),
        "a PageSize outside 1 to 1000. Assumed: refused with 20001";
    EmptyUpdate, "empty-update", "refuse", Choice(&["refuse", "accept"]),
        "an update that names no section. Assumed: refused with 63100";
    NullSection, "null-section", "ignore", Choice(&["ignore", "clear"]),
        "a section that is null in an update leaves the old one, or clears it. Not documented";
    UpdateRequires, "update-requires", "nothing", Choice(&["nothing", "profile-name", "configuration"]),
        "the required content of an update: nothing (section-only bodies are Twilio's own examples); its name, if it has a profile (one source); a configuration (another)";
    WabaId, "waba-id", "optional", Choice(&["optional", "required"]),
        "configuration.waba_id in a create; reported as needed for a subaccount's first sender";
    ProfileName, "profile-name", "required", Choice(&["required", "optional"]),
        "profile.name in a create that has a profile (documented as required for WhatsApp)";
    Vertical, "vertical", "listed", Choice(&["listed", "any"]),
        "profile.vertical. Assumed: only the documented values, in exactly this spelling";
    ProfileLimits, "profile-limits", "enforce", Choice(&["enforce", "ignore"]),
        "Meta's limits of length and count in a profile. Assumed: refused at once with 63100";
    Urls, "urls", "checked", Choice(&["checked", "any"]),
        "URL fields. Assumed: an absolute http or https URL, or empty, or null";
    VoiceApplicationSid, "voice-application-sid", "checked", Choice(&["checked", "any"]),
        "configuration.voice_application_sid. Assumed: AP and 32 hexadecimal digits, or null";

    // The form of responses.
    DuplicateCreate, "duplicate-create", "refuse", Choice(&["refuse", "accept"]),
        "a create whose sender_id already has a sender. accept makes a second sender, so that a test can count duplicates";
    DuplicateStatus, "duplicate-status", "409", Choice(&["409", "400"]),
        "the status of that refusal. Not documented; third parties report 409";
    DuplicateCode, "duplicate-code", "63110", Choice(&["63110", "63100"]),
        "the code of that refusal: 63110, or 63100 already exists. Third parties report both";
    DeleteUnknown, "delete-unknown", "404", Choice(&["404", "204"]),
        "deleting a sender that does not exist. Assumed: 404/20404";
    UpdateEcho, "update-echo", "request", Choice(&["request", "sections-sent", "examples", "full"]),
        "an update's response. request: the fields of the request, null for the rest, within a section too, and no sender_id (the response on Twilio's page WhatsApp Business Calling); sections-sent: whole sections, no sender_id (assumed); examples: the same with sender_id, compliance third (examples in the OpenAPI file that no path uses); full: every section, in the same form (the example of that path)";
    PendingNamePlace, "pending-name-place", "top", Choice(&["top", "profile", "both"]),
        "where a fetch has the three pending_display_name fields: next to the profile (twilio-python 9.13.0), or in it (the page of error 63128)";
    ListPendingName, "list-pending-name", "shown", Choice(&["shown", "omitted"]),
        "whether a list has these fields. A third party reports that it does not";
    RateLimit, "rate-limit", "none", NumberOrNone,
        "how many requests are accepted in a window; more get 429/20429 with Retry-After. No number is documented; several minutes between requests are";
    RateWindowMs, "rate-window-ms", "60000", Number(1, 86_400_000),
        "length of the window of rate-limit, in milliseconds";
    Arrays, "arrays", "replace", Choice(&["replace", "merge"]),
        "lists in a profile (websites, emails, phone_numbers) when updated; merge adds to the existing items, even beyond the limit of a request. Not documented";
    ErrorFormat, "error-format", "legacy", Choice(&["legacy", "rfc9457"]),
        "the form of error bodies: code, message, more_info, status; or problem details";
    RequestIdHeader, "request-id-header", "T-Request-Id", Choice(&["T-Request-Id", "Twilio-Request-Id", "none"]),
        "the header with the request's id; the OpenAPI file names the first, other products send the second";
    RetryAfter, "retry-after", "none", NumberOrNone,
        "seconds in Retry-After on 429 and 503. Assumed: the header is not sent";
    Cors, "cors", "on", Choice(&["on", "off"]),
        "CORS headers and preflight responses (in the OpenAPI file)";
    CorsExpose, "cors-expose", "none", Choice(&["none", "request-id"]),
        "whether pages may read the request id and Retry-After. Assumed: not";
    RcsWrites, "rcs-writes", "refuse", Choice(&["refuse", "accept"]),
        "update and delete of an RCS sender: documented as WhatsApp only; assumed: 400/63100";
    PageTokenReuse, "page-token-reuse", "allow", Choice(&["allow", "refuse"]),
        "a page token used a second time. Assumed: it works, otherwise a lost page could not be requested again";
    DefaultPageSizeWhatsapp, "default-page-size-whatsapp", "20", Number(1, 1000),
        "PageSize of a WhatsApp list without one (documented)";
    DefaultPageSizeRcs, "default-page-size-rcs", "50", Number(1, 1000),
        "PageSize of an RCS list without one (documented)";
    Sandbox, "sandbox", "absent", Choice(&["absent", "present"]),
        "whether the sandbox number whatsapp:+14155238886 is listed, OFFLINE (reported); read when the emulator is made or reset";
}

/// The value of every switch.
#[derive(Clone, PartialEq, Eq)]
pub struct Switches {
    values: Vec<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self { values: ALL.iter().map(|info| info.default.to_owned()).collect() }
    }
}

impl fmt::Debug for Switches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().filter(|(info, value)| info.default != *value);
        f.debug_map()
            .entries(shown.map(|(info, value)| (info.name, if is_secret(info.name) { "***" } else { value })))
            .finish()
    }
}

/// Reads `5` and `0..10000`, both ends included.
fn range_of(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn is_secret(name: &str) -> bool {
    matches!(name, "auth-token" | "api-key-secret")
}

impl Switches {
    /// Returns every switch at its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the defaults, with no time between states: `step-ms` 0.
    #[must_use]
    pub fn instant() -> Self {
        let mut switches = Self::default();
        if let Some(value) = switches.values.get_mut(Key::StepMs as usize) {
            "0".clone_into(value);
        }
        switches
    }

    /// Returns every switch, in the order of the documentation.
    pub fn all() -> &'static [SwitchInfo] {
        ALL
    }

    /// Sets a switch by its name; underscores in the name count as hyphens.
    ///
    /// # Errors
    /// When there is no such switch, or it does not take the value; then nothing is changed.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SwitchError> {
        let hyphened = name.replace('_', "-");
        let found = ALL.iter().zip(&mut self.values).find(|(info, _)| info.name == hyphened);
        let Some((info, slot)) = found else { return Err(SwitchError::UnknownName(name.to_owned())) };
        let fits = match info.allowed {
            Choice(words) => words.contains(&value),
            Number(min, max) => value.parse::<u64>().is_ok_and(|number| (min..=max).contains(&number)),
            NumberOrRange(max) => range_of(value).is_some_and(|(from, to)| from <= to && to <= max),
            NumberOrNone => value == "none" || value.parse::<u64>().is_ok(),
            Text => !value.chars().any(char::is_control),
        };
        if !fits {
            return Err(SwitchError::BadValue {
                name: info.name,
                value: value.to_owned(),
                allowed: info.allowed,
            });
        }
        value.clone_into(slot);
        Ok(())
    }

    /// Sets a switch and returns the switches, for chains.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, SwitchError> {
        self.set(name, value)?;
        Ok(self)
    }

    /// Returns the value of a switch; `None` if no switch has this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let hyphened = name.replace('_', "-");
        self.iter().find(|(info, _)| info.name == hyphened).map(|(_, value)| value)
    }

    /// Returns every switch with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static SwitchInfo, &str)> {
        ALL.iter().zip(self.values.iter().map(String::as_str))
    }

    pub(crate) fn text(&self, key: Key) -> &str {
        self.values.get(key as usize).map_or("", String::as_str)
    }

    pub(crate) fn is(&self, key: Key, word: &str) -> bool {
        debug_assert!(
            matches!(ALL.get(key as usize).map(|info| info.allowed), Some(Choice(words)) if words.contains(&word)),
            "{key:?} never is `{word}`"
        );
        self.text(key) == word
    }

    pub(crate) fn number(&self, key: Key) -> u64 {
        self.text(key).parse().unwrap_or(0)
    }

    /// Returns the number of a switch, or the one from its range that `lot` selects.
    pub(crate) fn pick(&self, key: Key, lot: u64) -> u64 {
        let (from, to) = range_of(self.text(key)).unwrap_or_default();
        from + mix(lot, key as u64) % (to - from).saturating_add(1)
    }

    /// Returns the number of a switch that may be `none`.
    pub(crate) fn limit(&self, key: Key) -> Option<u64> {
        self.text(key).parse().ok()
    }

    /// Returns the number of a switch that may be `none`; if it is, the number of another switch.
    pub(crate) fn number_or(&self, key: Key, other: Key) -> u64 {
        self.text(key).parse().unwrap_or_else(|_| self.number(other))
    }
}
