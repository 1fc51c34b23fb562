//! The senders, in the order of their creation, and the opaque tokens of pages.

use std::collections::BTreeMap;
use std::ops::Bound;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::mix::mix;
use crate::sender::{Channel, Sender};

/// The senders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    senders: BTreeMap<u64, Sender>,
    by_sid: BTreeMap<String, u64>,
    by_sender_id: BTreeMap<String, Holders>,
    last: u64,
}

/// The senders that have one `sender_id`; more than one only if the switch `duplicate-create` accepts it.
#[derive(Clone, Debug, Default)]
struct Holders {
    places: Vec<u64>,
    created: u64,
    deleted: bool,
}

impl Store {
    pub(crate) fn len(&self) -> usize {
        self.senders.len()
    }

    pub(crate) fn add(&mut self, sender: Sender) -> Option<&mut Sender> {
        self.last += 1;
        self.by_sid.insert(sender.sid.clone(), self.last);
        self.by_sender_id.entry(sender.sender_id.clone()).or_default().places.push(self.last);
        self.senders.insert(self.last, sender);
        self.senders.get_mut(&self.last)
    }

    pub(crate) fn by_sid(&mut self, sid: &str) -> Option<&mut Sender> {
        self.senders.get_mut(self.by_sid.get(sid)?)
    }

    pub(crate) fn has_sender_id(&self, sender_id: &str) -> bool {
        self.by_sender_id.get(sender_id).is_some_and(|holders| !holders.places.is_empty())
    }

    /// Returns whether a sender with this `sender_id` was deleted.
    pub(crate) fn was_deleted(&self, sender_id: &str) -> bool {
        self.by_sender_id.get(sender_id).is_some_and(|holders| holders.deleted)
    }

    /// Counts a create that was carried out.
    pub(crate) fn count_create(&mut self, sender_id: &str) {
        if let Some(holders) = self.by_sender_id.get_mut(sender_id) {
            holders.created += 1;
        }
    }

    /// Returns every present or past `sender_id`: how often it was created, and the SIDs that have it now.
    pub(crate) fn sender_ids(&self) -> impl Iterator<Item = (&str, u64, Vec<&str>)> {
        self.by_sender_id.iter().map(|(sender_id, holders)| {
            let senders = holders.places.iter().filter_map(|place| self.senders.get(place));
            (sender_id.as_str(), holders.created, senders.map(|sender| sender.sid.as_str()).collect())
        })
    }

    pub(crate) fn remove(&mut self, sid: &str) -> Option<Sender> {
        let number = self.by_sid.remove(sid)?;
        let sender = self.senders.remove(&number)?;
        if let Some(holders) = self.by_sender_id.get_mut(&sender.sender_id) {
            holders.places.retain(|place| *place != number);
            holders.deleted = true;
        }
        Some(sender)
    }

    pub(crate) fn sids(&self) -> impl Iterator<Item = &str> {
        self.senders.values().map(|sender| sender.sid.as_str())
    }

    /// Returns the senders of a channel after an index, with their indexes; `None` is every channel.
    pub(crate) fn after(
        &mut self,
        place: u64,
        channel: Option<Channel>,
    ) -> impl Iterator<Item = (u64, &mut Sender)> {
        self.senders
            .range_mut((Bound::Excluded(place), Bound::Unbounded))
            .map(|(place, sender)| (*place, sender))
            .filter(move |(_, sender)| channel.is_none_or(|wanted| sender.channel == wanted))
    }

    /// Returns the indexes of a channel's senders up to an index, nearest first.
    pub(crate) fn places_back_from(&self, place: u64, channel: Option<Channel>) -> impl Iterator<Item = u64> {
        self.senders
            .range(..=place)
            .rev()
            .filter(move |(_, sender)| channel.is_none_or(|wanted| sender.channel == wanted))
            .map(|(place, _)| *place)
    }
}

/// The content of a page token: the page's number, the index after which it begins, and its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageToken {
    pub(crate) page: u64,
    pub(crate) after: u64,
    pub(crate) channel: Option<Channel>,
}

const TOKEN_PREFIX: &str = "PA";
const TOKEN_BYTES: usize = 21;

impl PageToken {
    /// Returns the token as text: scrambled, so that a client cannot read it, and with a check, so that it cannot
    /// invent one.
    pub(crate) fn encode(self, seed: u64) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend(self.page.to_le_bytes());
        bytes.extend(self.after.to_le_bytes());
        bytes.push(self.channel.map_or(0, |channel| if channel == Channel::Whatsapp { 1 } else { 2 }));
        let check = u32::try_from(self.check(seed) >> 32).unwrap_or_default();
        bytes.extend(check.to_le_bytes());
        let scrambled: Vec<u8> = bytes.into_iter().zip(mask(check)).map(|(byte, mask)| byte ^ mask).collect();
        format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(scrambled))
    }

    pub(crate) fn decode(text: &str, seed: u64) -> Option<Self> {
        let scrambled = URL_SAFE_NO_PAD.decode(text.strip_prefix(TOKEN_PREFIX)?).ok()?;
        let (body, check) = scrambled.split_last_chunk::<4>()?;
        let check = u32::from_le_bytes(*check);
        let bytes: Vec<u8> = body.iter().zip(mask(check)).map(|(byte, mask)| byte ^ mask).collect();
        let (page, rest) = bytes.split_first_chunk::<8>()?;
        let (after, rest) = rest.split_first_chunk::<8>()?;
        let channel = match rest {
            [0] => None,
            [1] => Some(Channel::Whatsapp),
            [2] => Some(Channel::Rcs),
            _ => return None,
        };
        let token = Self { page: u64::from_le_bytes(*page), after: u64::from_le_bytes(*after), channel };
        (u32::try_from(token.check(seed) >> 32) == Ok(check)).then_some(token)
    }

    fn check(self, seed: u64) -> u64 {
        let channel = self.channel.map_or(0, |channel| channel as u64 + 1);
        mix(mix(mix(seed ^ 0x7061_6765, self.page), self.after), channel)
    }
}

/// Returns bytes to scramble a token's body with; the check itself stays readable.
fn mask(check: u32) -> impl Iterator<Item = u8> {
    let words = (0..3).flat_map(move |word| mix(u64::from(check), word).to_le_bytes());
    words.take(TOKEN_BYTES - 4).chain([0; 4])
}
