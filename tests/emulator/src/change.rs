//! Changes of a sender that a test makes without a request.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::emulator::Emulator;
use crate::sender::given_reason;

/// A change of one sender, as [`Emulator::change_sender`] takes it; absent fields stay unchanged.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SenderChange {
    status: Option<String>,
    for_ms: Option<u64>,
    offline_reasons: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "given")]
    quality_rating: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    messaging_limit: Option<Value>,
    pending_display_name: Option<String>,
    pending_display_name_status: Option<String>,
    hide_from_list_ms: Option<u64>,
    hide_from_fetch_ms: Option<u64>,
}

/// Reads a value that is present, null included.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Emulator {
    /// Changes a sender without a request. The change is a JSON object; absent keys leave the sender unchanged:
    ///
    /// - `status`: any text, and `for_ms`: the time after which the state ends by itself (a state unknown to the
    ///   emulator ends in ONLINE). Without `for_ms` it stays until a request changes it.
    /// - `offline_reasons`: a list of codes, whole reasons, or null; without `status` the sender is OFFLINE.
    /// - `quality_rating`, `messaging_limit`: any value.
    /// - `pending_display_name`, `pending_display_name_status`: any text. COMPLETED puts the name into effect and
    ///   ends after 14 days.
    /// - `hide_from_list_ms`, `hide_from_fetch_ms`: how long from now the sender is missing from lists, or from all
    ///   requests by its SID.
    ///
    /// # Errors
    /// When the text is not such an object, or there is no such sender; then nothing is changed.
    pub fn change_sender(&mut self, sid: &str, change: &[u8]) -> Result<(), String> {
        let change: SenderChange =
            serde_json::from_slice(change).map_err(|error| format!("not a change of a sender: {error}"))?;
        if change.for_ms.is_some() && change.status.is_none() {
            return Err("for_ms needs a status".to_owned());
        }
        let now = self.now_ms();
        let (switches, store) = (&self.switches, &mut self.store);
        let sender = store.by_sid(sid).ok_or("there is no sender with this sid")?;
        sender.settle(now, switches);
        let until = |ms: u64| now.saturating_add(ms);
        let status = change.status.or_else(|| change.offline_reasons.is_some().then(|| "OFFLINE".to_owned()));
        if let Some(status) = status {
            sender.force_status(&status, change.for_ms.map(until));
        }
        if let Some(reasons) = change.offline_reasons {
            sender.offline_reasons = reasons.into_iter().map(given_reason).collect();
            sender.failed_ms = Some(now);
        }
        if change.quality_rating.is_some() || change.messaging_limit.is_some() {
            sender.set_properties(change.quality_rating, change.messaging_limit);
        }
        if change.pending_display_name.is_some() || change.pending_display_name_status.is_some() {
            sender.force_name(change.pending_display_name, change.pending_display_name_status, now);
        }
        for (place, ms) in [change.hide_from_list_ms, change.hide_from_fetch_ms].into_iter().enumerate() {
            if let Some(ms) = ms {
                sender.hide(place, until(ms));
            }
        }
        Ok(())
    }
}
