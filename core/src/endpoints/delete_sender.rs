//! `DELETE /v2/Channels/Senders/{Sid}`, a success is 204 without a body. WhatsApp only, says the OAS; the server decides.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b. Some responses are 200 with `{}`.

use super::{Definition, NotFound, PATH, RequestSpec, Subject, endpoint};
use crate::http::Method;
use crate::ids::SenderSid;
use crate::types::DecodeError;

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

impl Definition for DeleteSender {
    fn spec(&self) -> RequestSpec {
        let target = format!("{PATH}/{}", self.sid);
        RequestSpec {
            not_found: if self.missing_ok { NotFound::Success } else { NotFound::SuccessAfterRetry },
            ..RequestSpec::new("delete", Method::Delete, target, Subject::Sid(self.sid.clone()))
        }
    }

    fn parse(_body: Vec<u8>) -> Result<(), DecodeError> {
        Ok(())
    }
}
