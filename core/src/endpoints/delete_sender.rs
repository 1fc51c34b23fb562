//! `DELETE /v2/Channels/Senders/{Sid}`, answered 204 without a body. WhatsApp only, says the OAS; the server decides.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b. Some answers are 200 with `{}`.

use super::{Errand, Gone, PATH, Subject, Wire, endpoint};
use crate::error::Unreadable;
use crate::http::Method;
use crate::ids::SenderSid;

/// Deletes a sender. To register the number again, turn two-factor authentication off for it in WhatsApp Manager
/// first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteSender {
    /// The sender.
    pub sid: SenderSid,
    /// Whether a sender that is not there counts as deleted. Default false: 404 is an error, unless an earlier attempt
    /// of the same call may have deleted it.
    pub missing_ok: bool,
}

impl DeleteSender {
    /// Deletes this sender.
    #[must_use]
    pub const fn new(sid: SenderSid) -> Self {
        Self { sid, missing_ok: false }
    }
}

endpoint!(DeleteSender => ());

impl Wire for DeleteSender {
    fn errand(&self) -> Errand {
        let target = format!("{PATH}/{}", self.sid);
        Errand {
            gone: if self.missing_ok { Gone::Right } else { Gone::RightIfUncertain },
            ..Errand::new("delete", Method::Delete, target, Subject::Sid(self.sid.clone()))
        }
    }

    fn parse(_body: Vec<u8>) -> Result<(), Unreadable> {
        Ok(())
    }
}
