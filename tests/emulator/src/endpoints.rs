//! The five operations.

use serde::Serialize;

use crate::answer::{ApiError, empty_response, json_response};
use crate::check;
use crate::emulator::Emulator;
use crate::http::{Request, Response, Target};
use crate::magic::{self, MagicEffect};
use crate::section::Patch;
use crate::sender::{Channel, CodeOutcome, Sender};
use crate::store::PageToken;
use crate::switches::Key;
use crate::view::{Frame, Shape, UpdateForm, View};

#[derive(Serialize)]
struct Page<'a> {
    senders: Vec<View<'a>>,
    meta: Meta,
}

/// The links of a page.
#[derive(Serialize)]
pub(crate) struct Meta {
    pub(crate) page: u64,
    pub(crate) page_size: usize,
    pub(crate) first_page_url: String,
    pub(crate) previous_page_url: Option<String>,
    pub(crate) url: String,
    pub(crate) next_page_url: Option<String>,
    pub(crate) key: &'static str,
}

/// The query of a list, checked.
struct ListQuery {
    channel: Option<Channel>,
    page_size: usize,
    token: Option<String>,
}

impl Emulator {
    pub(crate) fn create(&mut self, request: &Request, target: &Target<'_>) -> Result<Response, ApiError> {
        self.no_query(target)?;
        let input = check::create(request, &self.switches)?;
        let Some((channel, sender_id)) = input.sender_id.clone() else {
            return Err(ApiError::body("/sender_id", "sender_id is required"));
        };
        self.magic_refusal(&sender_id)?;
        if self.switches.is(Key::DuplicateCreate, "refuse") && self.store.has_sender_id(&sender_id) {
            return Err(self.duplicate(channel));
        }
        let sid = self.next_sid();
        let mut sender = Sender::new(sid, channel, sender_id, self.now_ms(), &self.switches);
        sender.set_friendly_name(&input.friendly_name);
        sender.patch_sections(&input.sections, &self.switches);
        sender.set_defaults();
        if self.switches.is(Key::TwoFactor, "on") && self.store.was_deleted(&sender.sender_id) {
            sender.fail_with(63113);
        }
        if let (Channel::Whatsapp, Some(most)) = (channel, self.switches.limit(Key::NumberLimit)) {
            let numbers = self.store.after(0, Some(channel)).count();
            if u64::try_from(numbers).unwrap_or(u64::MAX) >= most {
                sender.fail_with(63104);
            }
        }
        let frame = self.frame(request);
        let view = View { sender: &sender, shape: Shape::Create, frame: &frame };
        let response = json_response(202, &view);
        let sender_id = sender.sender_id.clone();
        self.store.add(sender);
        self.store.count_create(&sender_id);
        Ok(response)
    }

    /// Returns the error of a create whose `sender_id` already has a sender.
    fn duplicate(&self, channel: Channel) -> ApiError {
        let status = if self.switches.is(Key::DuplicateStatus, "409") { 409 } else { 400 };
        if self.switches.is(Key::DuplicateCode, "63100") {
            return ApiError { status, ..ApiError::body("/sender_id", "the sender already exists") };
        }
        let text = match channel {
            Channel::Whatsapp => "The phone number is already registered on WhatsApp",
            Channel::Rcs => "The RCS sender is already registered",
        };
        ApiError::new(status, 63110, text)
    }

    /// Returns the error of a create with a magic number that is refused.
    fn magic_refusal(&mut self, sender_id: &str) -> Result<(), ApiError> {
        let Some(magic) = sender_id.strip_prefix("whatsapp:").and_then(magic::of_number) else {
            return Ok(());
        };
        let registration = magic.code / 1000 == 63;
        let refused = match magic.effect {
            MagicEffect::Stuck(_) => false,
            MagicEffect::RefusedOnce => self.refused_once.insert(sender_id.to_owned()),
            MagicEffect::Offline => self.switches.is(Key::MagicFailures, "at-once"),
            MagicEffect::Refused => !registration || !self.switches.is(Key::MagicFailures, "offline"),
        };
        if !refused {
            return Ok(());
        }
        let duplicate = magic.code == 63110 && self.switches.is(Key::DuplicateStatus, "400");
        Err(ApiError::new(if duplicate { 400 } else { magic.status_at_once }, magic.code, magic.message))
    }

    pub(crate) fn fetch(
        &mut self,
        request: &Request,
        target: &Target<'_>,
        sid: &str,
    ) -> Result<Response, ApiError> {
        self.no_query(target)?;
        let (frame, now) = (self.frame(request), self.now_ms());
        let sender = self.settled(target, sid)?.shown(now);
        Ok(json_response(200, &View { sender, shape: Shape::Fetch, frame: &frame }))
    }

    pub(crate) fn update(
        &mut self,
        request: &Request,
        target: &Target<'_>,
        sid: &str,
    ) -> Result<Response, ApiError> {
        self.no_query(target)?;
        let (now, frame) = (self.now_ms(), self.frame(request));
        let channel = self.settled(target, sid)?.channel;
        let writable = self.writable(channel);
        // The borrow of the sender does not include the switches.
        let (switches, store) = (&self.switches, &mut self.store);
        let Some(sender) = store.by_sid(sid) else { return Err(ApiError::not_found(target.path)) };
        let input = check::update(request, sender, switches)?;
        writable?;
        let before = sender.before_update(switches);
        let mut verified = false;
        if let Some(code) = &input.verification_code {
            let ignore = switches.is(Key::UnexpectedCode, "ignore");
            match sender.verify(code, now, switches) {
                CodeOutcome::Accepted => verified = true,
                CodeOutcome::Wrong => {
                    let text = "Sender Cannot Be Verified: the verification code is wrong";
                    return Err(ApiError::new(400, 63113, text));
                }
                CodeOutcome::TooMany => return Err(too_many_codes()),
                CodeOutcome::Unexpected if ignore => {}
                CodeOutcome::Unexpected => {
                    let text = format!("a sender that is {} waits for no verification code", sender.status());
                    return Err(ApiError::body("/configuration/verification_code", text));
                }
            }
        }
        let asks_for_code = input.verification_code.is_none() && input.names_verification_method();
        if asks_for_code && switches.is(Key::ResendCode, "verification-method") && sender.waits_for_code() {
            sender.resend_code(switches).then_some(()).ok_or_else(too_many_codes)?;
        }
        let mut stored = input.sections.clone();
        let mut display_name_status = input.names_profile_name().then_some("updating");
        if let Some(name) = input.profile_name().map(str::to_owned) {
            let (status, store_now) = match sender.change_name(&name, now, switches) {
                Ok(outcome) => outcome,
                Err(error) if input.is_name_alone() => return Err(error),
                // If the request has other fields, these are applied.
                Err(_) => ("error", false),
            };
            display_name_status = Some(status);
            if let (false, Patch::Value(profile)) = (store_now, &mut stored[2]) {
                profile.retain(|(index, _)| *index != 0);
            }
        }
        sender.set_friendly_name(&input.friendly_name);
        sender.patch_sections(&stored, switches);
        if !verified {
            sender.begin_update(now, switches);
        }
        sender.show_earlier(before, now, switches);
        let shape = Shape::Update { form: UpdateForm::of(switches), input: &input, display_name_status };
        Ok(json_response(202, &View { sender, shape, frame: &frame }))
    }

    pub(crate) fn delete(&mut self, target: &Target<'_>, sid: &str) -> Result<Response, ApiError> {
        self.no_query(target)?;
        match self.settled(target, sid).map(|sender| sender.channel) {
            Ok(channel) => {
                self.writable(channel)?;
                self.store.remove(sid);
                Ok(empty_response(204))
            }
            Err(_) if self.switches.is(Key::DeleteUnknown, "204") => Ok(empty_response(204)),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn list(&mut self, request: &Request, target: &Target<'_>) -> Result<Response, ApiError> {
        let query = self.list_query(target)?;
        let seed = self.switches.number(Key::Seed);
        let token = match &query.token {
            None => PageToken { page: 0, after: 0, channel: query.channel },
            Some(text) => {
                let token = PageToken::decode(text, seed).filter(|token| token.channel == query.channel);
                let reused = token.is_some()
                    && self.switches.is(Key::PageTokenReuse, "refuse")
                    && !self.used_tokens.insert(text.clone());
                token
                    .filter(|_| !reused)
                    .ok_or_else(|| ApiError::query("PageToken is not one that this list has given"))?
            }
        };
        let now = self.now_ms();
        let frame = self.frame(request);
        let base_url = &frame.base_url;
        // A blank page (fault `empty-page`) shows no sender; its link leads to the senders it should have shown.
        let shown = if std::mem::take(&mut self.blank_page) { 0 } else { query.page_size };
        let places = self.store.places_back_from(token.after, query.channel);
        let places: Vec<u64> = places.take(query.page_size + 1).collect();
        let (switches, store) = (&self.switches, &mut self.store);
        let visible = store
            .after(token.after, query.channel)
            .filter(|(_, sender)| sender.is_visible(now, Key::ListDelayMs, switches));
        let mut found: Vec<(u64, &Sender)> = Vec::new();
        let mut more = false;
        for (place, sender) in visible {
            if found.len() == shown {
                more = true;
                break;
            }
            sender.settle(now, switches);
            found.push((place, sender));
        }
        let last = found.last().map_or(token.after, |(place, _)| *place);
        let url = |page: u64, token: Option<String>| {
            let channel =
                query.channel.map_or(String::new(), |channel| format!("&Channel={}", channel.name()));
            let token = token.map_or(String::new(), |token| format!("&PageToken={token}"));
            let size = query.page_size;
            format!("{base_url}/v2/Channels/Senders?PageSize={size}&Page={page}{token}{channel}")
        };
        let encode = |page, after| PageToken { page, after, channel: query.channel }.encode(seed);
        let previous = (token.page > 0).then(|| {
            // The page before begins after the sender one page further back; the first page begins after none.
            let after = places.get(query.page_size).copied().unwrap_or(0);
            let page = token.page - 1;
            url(page, (after > 0).then(|| encode(page, after)))
        });
        let meta = Meta {
            page: token.page,
            page_size: query.page_size,
            first_page_url: url(0, None),
            previous_page_url: previous,
            url: url(token.page, query.token.clone()),
            next_page_url: more.then(|| url(token.page + 1, Some(encode(token.page + 1, last)))),
            key: "senders",
        };
        let senders = found
            .into_iter()
            .map(|(_, sender)| View { sender: sender.shown(now), shape: Shape::Listed, frame: &frame })
            .collect();
        Ok(json_response(200, &Page { senders, meta }))
    }

    fn list_query(&self, target: &Target<'_>) -> Result<ListQuery, ApiError> {
        let known = ["Channel", "PageSize", "Page", "PageToken"];
        let mut values = [None::<&str>; 4];
        for (key, value) in &target.query {
            let slot = known.iter().zip(&mut values).find(|(name, _)| **name == key);
            match slot {
                Some((name, slot)) => {
                    let repeated = self.switches.text(Key::RepeatedQuery);
                    if slot.is_some() && repeated == "refuse" {
                        return Err(ApiError::query(format!("{name} is given twice")));
                    }
                    if slot.is_none() || repeated == "last" {
                        *slot = Some(value);
                    }
                }
                None => self.unknown_query(key, &known)?,
            }
        }
        let [channel, page_size, page, token] = values;
        let channel = match channel {
            Some(text) if !text.is_empty() => Some(
                self.channel_of(text)
                    .ok_or_else(|| ApiError::query("Channel must be whatsapp or rcs, in lower case"))?,
            ),
            _ if self.switches.is(Key::MissingChannel, "all") => None,
            _ => return Err(ApiError::query("Channel is required: whatsapp or rcs")),
        };
        page.map_or(Ok(()), page_number)?;
        let default = if channel == Some(Channel::Rcs) {
            Key::DefaultPageSizeRcs
        } else {
            Key::DefaultPageSizeWhatsapp
        };
        let page_size = match page_size {
            None => self.switches.number(default),
            Some(text) => self.page_size(text)?,
        };
        let page_size = usize::try_from(page_size).unwrap_or(1000);
        let token = token.filter(|text| !text.is_empty() || self.switches.is(Key::EmptyPageToken, "refuse"));
        Ok(ListQuery { channel, page_size, token: token.map(str::to_owned) })
    }

    fn channel_of(&self, text: &str) -> Option<Channel> {
        let any = self.switches.is(Key::ChannelCase, "any");
        if any { Channel::parse(&text.to_ascii_lowercase()) } else { Channel::parse(text) }
    }

    pub(crate) fn page_size(&self, text: &str) -> Result<u64, ApiError> {
        let wrong = || ApiError::query("PageSize must be a whole number from 1 to 1000");
        let is_number = text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
        match text.parse::<i128>() {
            Ok(size @ 1..=1000) if is_number => Ok(u64::try_from(size).unwrap_or(1)),
            Ok(size) if is_number && self.switches.is(Key::PageSizeOverLimit, "clamp") => {
                Ok(u64::try_from(size.clamp(1, 1000)).unwrap_or(1))
            }
            _ => Err(wrong()),
        }
    }

    fn no_query(&self, target: &Target<'_>) -> Result<(), ApiError> {
        target.query.first().map_or(Ok(()), |(key, _)| self.unknown_query(key, &[]))
    }

    pub(crate) fn unknown_query(&self, key: &str, known: &[&str]) -> Result<(), ApiError> {
        if self.switches.is(Key::UnknownQuery, "ignore") {
            return Ok(());
        }
        let plain = key.replace('_', "");
        let near = known.iter().find(|name| name.eq_ignore_ascii_case(&plain));
        let hint = near.map_or(String::new(), |name| format!("; did you mean {name}?"));
        let key: String = key.chars().take(40).collect();
        Err(ApiError::query(format!("the query parameter `{key}` is not known{hint}")))
    }

    fn frame(&self, request: &Request) -> Frame {
        Frame::new(self.base_url(request), self.zero_unix_ms, &self.switches)
    }

    /// Returns the sender at the emulator's time; 404 if it does not exist, or cannot be found yet.
    fn settled(&mut self, target: &Target<'_>, sid: &str) -> Result<&mut Sender, ApiError> {
        let (now, switches) = (self.now_ms(), &self.switches);
        let sender = self.store.by_sid(sid);
        let sender = sender.filter(|sender| sender.is_visible(now, Key::FetchDelayMs, switches));
        let sender = sender.ok_or_else(|| ApiError::not_found(target.path))?;
        sender.settle(now, switches);
        Ok(sender)
    }

    fn writable(&self, channel: Channel) -> Result<(), ApiError> {
        if channel == Channel::Rcs && self.switches.is(Key::RcsWrites, "refuse") {
            let text = "RCS senders cannot be updated or deleted here; WhatsApp senders can";
            return Err(ApiError::body("", text));
        }
        Ok(())
    }
}

/// Checks the number of a page.
pub(crate) fn page_number(text: &str) -> Result<(), ApiError> {
    if text.parse::<u64>().is_err() || text.starts_with('+') {
        return Err(ApiError::query("Page must be a whole number from 0"));
    }
    Ok(())
}

fn too_many_codes() -> ApiError {
    let text = "Too Many Verification Codes: ask for another one later";
    ApiError::new(400, 63114, text)
}
