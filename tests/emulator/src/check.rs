//! Checks the body of a create or an update against the table of fields; every refusal says what was expected.

use serde_json::{Map, Value};

use crate::answer::ApiError;
use crate::fields::{self, Kind, SectionSpec, VERTICALS};
use crate::http::{Request, parse_pairs};
use crate::section::{FieldValue, Item, Patch, SectionPatch};
use crate::sender::{Channel, Sender};
use crate::switches::{Key, Switches};

/// A body that passed the checks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(crate) sender_id: Option<(Channel, String)>,
    pub(crate) friendly_name: Patch<String>,
    /// Configuration, webhook, profile.
    pub(crate) sections: [Patch<SectionPatch>; 3],
    pub(crate) verification_code: Option<String>,
}

impl Input {
    /// Returns the name in the profile, if there is one.
    pub(crate) fn profile_name(&self) -> Option<&str> {
        let Patch::Value(profile) = &self.sections[2] else { return None };
        profile.iter().find_map(|(index, value)| match value {
            Some(FieldValue::Text(text)) if *index == 0 => Some(text.as_str()),
            _ => None,
        })
    }

    /// Returns whether the configuration has a verification method.
    pub(crate) fn names_verification_method(&self) -> bool {
        let Patch::Value(configuration) = &self.sections[0] else { return false };
        configuration.iter().any(|(index, value)| {
            let field = fields::CONFIGURATION.fields.get(*index);
            value.is_some() && field.is_some_and(|field| field.kind == Kind::Method)
        })
    }

    /// Returns the `use_case` of the profile, null or not, if there is one.
    fn use_case(&self) -> Option<Option<&str>> {
        let Patch::Value(profile) = &self.sections[2] else { return None };
        let (_, value) = profile.iter().find(|(index, _)| *index == fields::USE_CASE)?;
        Some(match value {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        })
    }

    /// Returns whether `profile.name` is the only field of the request.
    pub(crate) fn is_name_alone(&self) -> bool {
        let others = !self.friendly_name.is_absent() || self.sections.iter().take(2).any(|s| !s.is_absent());
        !others
            && matches!(&self.sections[2], Patch::Value(profile) if matches!(profile.as_slice(), [(0, _)]))
    }

    /// Returns whether `profile.name` is present, null or not.
    pub(crate) fn names_profile_name(&self) -> bool {
        matches!(&self.sections[2], Patch::Value(profile) if profile.iter().any(|(index, _)| *index == 0))
    }
}

const CREATE_KEYS: [&str; 5] = ["sender_id", "friendly_name", "configuration", "webhook", "profile"];

/// Checks the body of a create.
pub(crate) fn create(request: &Request, switches: &Switches) -> Result<Input, ApiError> {
    let checker = Checker { switches };
    let body = checker.object(request)?;
    let input = checker.input(&body, &CREATE_KEYS)?;
    if input.sender_id.is_none() {
        return Err(ApiError::body("/sender_id", "sender_id is required, like whatsapp:+15551234567"));
    }
    let whatsapp = matches!(input.sender_id, Some((Channel::Whatsapp, _)));
    if whatsapp
        && switches.is(Key::ProfileName, "required")
        && matches!(input.sections[2], Patch::Value(_))
        && input.profile_name().is_none_or(|name| name.trim().is_empty())
    {
        return Err(ApiError::body("/profile/name", "profile.name is required for WhatsApp senders"));
    }
    use_case_fits(&input, whatsapp, switches)?;
    if whatsapp && switches.is(Key::WabaId, "required") && !holds_text(&input.sections[0], 0) {
        return Err(ApiError::body("/configuration/waba_id", "configuration.waba_id is required"));
    }
    Ok(input)
}

/// Refuses `use_case` where it is not documented: it is for RCS senders.
fn use_case_fits(input: &Input, whatsapp: bool, switches: &Switches) -> Result<(), ApiError> {
    // A profile from a response, with the null in it, can be sent back.
    let has_word = input.use_case().is_some_and(|word| word.is_some());
    if whatsapp && switches.is(Key::UseCase, "rcs") && has_word {
        let text = "profile.use_case is for RCS senders, not for WhatsApp senders";
        return Err(ApiError::body("/profile/use_case", text));
    }
    Ok(())
}

/// Checks the body of an update of this sender.
pub(crate) fn update(request: &Request, sender: &Sender, switches: &Switches) -> Result<Input, ApiError> {
    let checker = Checker { switches };
    let mut body = checker.object(request)?;
    if body.contains_key("sender_id") && switches.is(Key::UpdateSenderId, "ignore") {
        body.remove("sender_id");
    } else if body.contains_key("sender_id") {
        let text = "sender_id cannot be changed; delete the sender and create another";
        return Err(ApiError::body("/sender_id", text));
    }
    let input = checker.input(&body, &CREATE_KEYS[1..])?;
    let nothing = input.friendly_name.is_absent() && input.sections.iter().all(Patch::is_absent);
    if nothing && switches.is(Key::EmptyUpdate, "refuse") {
        let text = "the update is empty; send at least one of configuration, webhook, profile";
        return Err(ApiError::body("", text));
    }
    let whatsapp = sender.channel == Channel::Whatsapp;
    let clears_name =
        input.names_profile_name() && input.profile_name().is_none_or(|name| name.trim().is_empty());
    if whatsapp && clears_name && switches.is(Key::NameClear, "refuse") {
        let text = "profile.name is required for WhatsApp senders: leave it out, or send a name";
        return Err(ApiError::body("/profile/name", text));
    }
    use_case_fits(&input, whatsapp, switches)?;
    let old = sender.sections[2].as_ref().and_then(|profile| profile.text(fields::USE_CASE));
    let changes_use_case = input.use_case().is_some_and(|new| new != old);
    if changes_use_case && sender.been_online && switches.is(Key::UseCase, "rcs") {
        let text = "profile.use_case cannot be changed after the launch";
        return Err(ApiError::body("/profile/use_case", text));
    }
    let edits_profile = matches!(input.sections[2], Patch::Value(_));
    if edits_profile && switches.is(Key::UpdateRequires, "profile-name") && input.profile_name().is_none() {
        return Err(ApiError::body("/profile/name", "profile.name is required in an update of the profile"));
    }
    if switches.is(Key::UpdateRequires, "configuration") && !matches!(input.sections[0], Patch::Value(_)) {
        return Err(ApiError::body("/configuration", "configuration is required in an update"));
    }
    Ok(input)
}

fn holds_text(section: &Patch<SectionPatch>, at: usize) -> bool {
    let Patch::Value(fields) = section else { return false };
    fields.iter().any(|(index, value)| {
        *index == at && matches!(value, Some(FieldValue::Text(text)) if !text.is_empty())
    })
}

struct Checker<'a> {
    switches: &'a Switches,
}

impl Checker<'_> {
    /// Reads the body as a JSON object; every refusal names the mistake.
    fn object(&self, request: &Request) -> Result<Map<String, Value>, ApiError> {
        let coding = request.header("Content-Encoding").map(str::trim).unwrap_or("identity");
        if !coding.eq_ignore_ascii_case("identity") && self.switches.is(Key::ContentEncoding, "refuse") {
            let text = format!("the body must come without Content-Encoding, not {}", quoted(coding));
            return Err(ApiError { status: 415, ..ApiError::body("", text) });
        }
        let content_type = request.header("Content-Type").unwrap_or("");
        let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if essence == "application/x-www-form-urlencoded" || essence == "multipart/form-data" {
            if self.switches.is(Key::FormBody, "accept") && essence.ends_with("urlencoded") {
                return Ok(form_object(&request.body));
            }
            let text = format!("the body must be a JSON object sent as application/json, not {essence}");
            return Err(ApiError::body("", text));
        }
        let is_json = essence == "application/json" || essence.ends_with("+json");
        if !is_json && self.switches.is(Key::ContentType, "require-json") {
            let said = if essence.is_empty() { "not there" } else { "another" };
            return Err(ApiError::body("", format!("Content-Type must be application/json; it is {said}")));
        }
        if request.body.iter().all(u8::is_ascii_whitespace) {
            return Err(ApiError::body("", "the body is empty; a JSON object is expected"));
        }
        match serde_json::from_slice(&request.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(other) => {
                Err(ApiError::body("", format!("the body must be a JSON object, not {}", kind_of(&other))))
            }
            Err(_) if looks_like_form(&request.body) => {
                if self.switches.is(Key::FormBody, "accept") {
                    return Ok(form_object(&request.body));
                }
                let text = "the body is form-encoded under a JSON content type; send a JSON object";
                Err(ApiError::body("", text))
            }
            Err(error) => Err(ApiError::body("", format!("the body is not valid JSON: {error}"))),
        }
    }

    fn input(&self, body: &Map<String, Value>, allowed: &[&'static str]) -> Result<Input, ApiError> {
        let mut input = Input::default();
        for (key, value) in body {
            let Some(key) = self.known_key(key, "", allowed)? else { continue };
            match key {
                "sender_id" => match value {
                    Value::String(text) => {
                        let checked = self.switches.is(Key::SenderId, "checked");
                        input.sender_id = Some(sender_id(text, checked)?);
                    }
                    Value::Null => {}
                    other => return Err(wrong_kind("/sender_id", "sender_id", "a string", other)),
                },
                "friendly_name" => {
                    input.friendly_name = match value {
                        Value::Null => Patch::Null,
                        Value::String(text) => Patch::Value(text.clone()),
                        other => return Err(wrong_kind("/friendly_name", key, "a string or null", other)),
                    }
                }
                _ => {
                    let found =
                        fields::SECTIONS.iter().zip(&mut input.sections).find(|(spec, _)| spec.name == key);
                    if let Some((spec, slot)) = found {
                        *slot = self.section(spec, value, &mut input.verification_code)?;
                    }
                }
            }
        }
        Ok(input)
    }

    fn section(
        &self,
        spec: &SectionSpec,
        value: &Value,
        code: &mut Option<String>,
    ) -> Result<Patch<SectionPatch>, ApiError> {
        let object = match value {
            Value::Null => return Ok(Patch::Null),
            Value::Object(object) => object,
            other => {
                return Err(wrong_kind(&format!("/{}", spec.name), spec.name, "an object or null", other));
            }
        };
        let names: Vec<&'static str> = spec.fields.iter().map(|field| field.name).collect();
        let mut patch = SectionPatch::new();
        for (key, value) in object {
            let Some(name) = self.known_key(key, spec.name, &names)? else { continue };
            let Some((index, field)) =
                spec.position(name).and_then(|index| Some((index, spec.fields.get(index)?)))
            else {
                continue;
            };
            let place =
                Place { pointer: format!("/{}/{name}", spec.name), name: format!("{}.{name}", spec.name) };
            let checked = if value.is_null() { None } else { Some(self.value(&place, field.kind, value)?) };
            if field.kind == Kind::Code {
                if let Some(FieldValue::Text(text)) = checked {
                    *code = Some(text);
                }
            } else {
                patch.retain(|(known, _)| *known != index);
                patch.push((index, checked));
            }
        }
        patch.sort_by_key(|(index, _)| *index);
        Ok(Patch::Value(patch))
    }

    fn value(&self, place: &Place, kind: Kind, value: &Value) -> Result<FieldValue, ApiError> {
        if let Kind::Items { key, most, longest } = kind {
            return self.items(place, key, most, longest, value);
        }
        let Value::String(text) = value else {
            return Err(wrong_kind(&place.pointer, &place.name, "a string or null", value));
        };
        let enforce = self.switches.is(Key::ProfileLimits, "enforce");
        match kind {
            Kind::Limited(longest) if enforce && text.chars().count() > longest => {
                return Err(place.wrong(&format!("must have at most {longest} characters")));
            }
            Kind::Url if !text.is_empty() && self.switches.is(Key::Urls, "checked") && !is_url(text) => {
                return Err(place.wrong("must be an absolute http or https URL"));
            }
            Kind::OneOf(words) => place.one_of(words, text)?,
            Kind::Method => place.one_of(&fields::METHODS_OF_VERIFICATION, text)?,
            Kind::UseCase => place.one_of(&fields::USE_CASES, text)?,
            Kind::Vertical
                if self.switches.is(Key::Vertical, "listed") && !VERTICALS.contains(&text.as_str()) =>
            {
                let words = VERTICALS.join("; ");
                return Err(place.wrong(&format!("must be one of {words}, not {}", quoted(text))));
            }
            Kind::Color
                if self.switches.is(Key::AccentColor, "checked") && !text.is_empty() && !is_color(text) =>
            {
                return Err(place.wrong("must be a colour like #0055aa"));
            }
            Kind::VoiceApplicationSid
                if self.switches.is(Key::VoiceApplicationSid, "checked") && !is_application_sid(text) =>
            {
                return Err(place.wrong("must be AP and 32 hexadecimal digits, or null to turn calling off"));
            }
            Kind::Code if self.switches.is(Key::CodeForm, "six-digits") && !is_six_digits(text) => {
                return Err(place.wrong("must be six digits"));
            }
            Kind::Code if text.is_empty() || text.len() > 32 => {
                return Err(place.wrong("must have 1 to 32 characters"));
            }
            _ => {}
        }
        Ok(FieldValue::Text(text.clone()))
    }

    fn items(
        &self,
        place: &Place,
        key: &'static str,
        most: usize,
        longest: usize,
        value: &Value,
    ) -> Result<FieldValue, ApiError> {
        let like = format!("like {{\"{key}\": \"…\", \"label\": \"…\"}}");
        let Value::Array(values) = value else {
            return Err(place.wrong(&format!("must be a list of objects {like}")));
        };
        let enforce = self.switches.is(Key::ProfileLimits, "enforce");
        if enforce && values.len() > most {
            return Err(place.wrong(&format!("must have at most {most} items")));
        }
        let mut items = Vec::with_capacity(values.len().min(64));
        for (number, value) in values.iter().enumerate() {
            let place = Place {
                pointer: format!("{}/{number}", place.pointer),
                name: format!("{}[{number}]", place.name),
            };
            let Value::Object(object) = value else {
                return Err(place.wrong(&format!("must be an object {like}")));
            };
            let mut item = Item::default();
            for (given, value) in object {
                let Some(known) = self.known_key(given, &place.name, &[key, "label"])? else { continue };
                let text = match value {
                    Value::Null => None,
                    Value::String(text) => Some(text.clone()),
                    other => {
                        let pointer = format!("{}/{known}", place.pointer);
                        return Err(wrong_kind(
                            &pointer,
                            &format!("{}.{known}", place.name),
                            "a string",
                            other,
                        ));
                    }
                };
                if known == "label" { item.label = text } else { item.value = text }
            }
            let Some(text) = &item.value else { return Err(place.wrong(&format!("needs `{key}`"))) };
            if enforce && text.chars().count() > longest {
                return Err(place.wrong(&format!("`{key}` must have at most {longest} characters")));
            }
            if key == "website" && self.switches.is(Key::Urls, "checked") && !is_url(text) {
                return Err(place.wrong("`website` must begin with http:// or https://"));
            }
            items.push(item);
        }
        Ok(FieldValue::Items(items))
    }

    /// Finds the known key for a body's key; `None` if the key must be ignored.
    fn known_key(
        &self,
        key: &str,
        parent: &str,
        known: &[&'static str],
    ) -> Result<Option<&'static str>, ApiError> {
        if let Some(found) = known.iter().find(|name| **name == key) {
            return Ok(Some(found));
        }
        let pointer = pointer_of(parent, key);
        let shown = if parent.is_empty() { quoted(key) } else { format!("{} in {parent}", quoted(key)) };
        let snake = snake_case(key);
        if let Some(found) = known.iter().find(|name| **name == snake) {
            if self.switches.is(Key::CamelCase, "accept") {
                return Ok(Some(found));
            }
            let text = format!("the key {shown} is not known; did you mean `{found}`? keys are snake_case");
            return Err(ApiError::body(pointer, text));
        }
        if self.switches.is(Key::UnknownKeys, "ignore") {
            return Ok(None);
        }
        let text = format!("the key {shown} is not known; known are {}", known.join(", "));
        Err(ApiError::body(pointer, text))
    }
}

/// A place in the body: a pointer for programs, a path for people.
struct Place {
    pointer: String,
    name: String,
}

impl Place {
    fn one_of(&self, words: &[&str], text: &str) -> Result<(), ApiError> {
        if words.contains(&text) {
            return Ok(());
        }
        let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
        Err(self.wrong(&format!("must be one of {}, not {}", words.join(", "), quoted(text))))
    }

    fn wrong(&self, what: &str) -> ApiError {
        ApiError::body(self.pointer.clone(), format!("{} {what}", self.name))
    }
}

fn pointer_of(parent: &str, key: &str) -> String {
    let parent = parent.replace(['.', '['], "/").replace(']', "");
    let key = key.replace('~', "~0").replace('/', "~1");
    if parent.is_empty() { format!("/{key}") } else { format!("/{parent}/{key}") }
}

fn wrong_kind(pointer: &str, name: &str, wanted: &str, found: &Value) -> ApiError {
    ApiError::body(pointer, format!("{name} must be {wanted}, not {}", kind_of(found)))
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Returns the user's text in backticks, shortened.
fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() == text.len() { format!("`{short}`") } else { format!("`{short}…`") }
}

fn snake_case(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    for character in key.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(if character == '-' { '_'.to_lowercase() } else { character.to_lowercase() });
    }
    snake
}

/// Checks for `whatsapp:` and an E.164 number, or `rcs:` and an agent's name.
fn sender_id(text: &str, checked: bool) -> Result<(Channel, String), ApiError> {
    let wrong = |what: &str| Err(ApiError::body("/sender_id", format!("sender_id {what}")));
    if let Some(number) = text.strip_prefix("whatsapp:") {
        if number.is_empty() || (checked && !is_e164(number)) {
            return wrong("must hold an E.164 number, like whatsapp:+15551234567");
        }
        return Ok((Channel::Whatsapp, text.to_owned()));
    }
    if let Some(agent) = text.strip_prefix("rcs:") {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if agent.is_empty() || (checked && (agent.len() > 128 || !agent.chars().all(fits))) {
            return wrong("must hold an agent's name, like rcs:brand_agent");
        }
        return Ok((Channel::Rcs, text.to_owned()));
    }
    wrong("must begin with whatsapp: or rcs:, like whatsapp:+15551234567")
}

/// Checks for `^\+[1-9][0-9]{6,14}$`.
fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']) && !rest.contains(char::is_whitespace)
    })
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_six_digits(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_application_sid(text: &str) -> bool {
    text.strip_prefix("AP").is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn looks_like_form(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else { return false };
    let first = text.trim_start();
    !first.starts_with(['{', '[', '"'])
        && first.split('&').all(|pair| pair.contains('='))
        && !first.contains('\n')
}

/// Reads a form as an object: values that look like JSON are read as JSON, the others are strings.
fn form_object(body: &[u8]) -> Map<String, Value> {
    let text = String::from_utf8_lossy(body);
    let value = |text: String| {
        let json = text.starts_with(['{', '[']).then(|| serde_json::from_str(&text).ok()).flatten();
        json.unwrap_or(Value::String(text))
    };
    parse_pairs(&text).into_iter().map(|(key, text)| (key, value(text))).collect()
}
