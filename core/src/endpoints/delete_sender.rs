//! `DELETE /v2/Channels/Senders/{Sid}`, answered 204 without a body. WhatsApp only, says the OAS; the server decides.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b. Some answers are 200 with `{}`.

use super::{PATH, Wire, endpoint};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Unreadable};
use crate::http::{HttpRequest, Method};
use crate::ids::SenderSid;
use crate::retry::Repeatability;

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
    const OPERATION: &'static str = "delete";

    fn repeatability(&self) -> Repeatability {
        Repeatability::Repeatable
    }

    fn request(&self, client: &Client) -> HttpRequest {
        client.request(Method::Delete, format!("{PATH}/{}", self.sid))
    }

    fn parse(_body: Vec<u8>) -> Result<(), Unreadable> {
        Ok(())
    }

    fn forgive(&self, error: Error, uncertain: bool) -> Result<(), Error> {
        if error.kind() == ErrorKind::NotFound && (uncertain || self.missing_ok) {
            Ok(())
        } else {
            Err(error)
        }
    }

    fn sid(&self) -> Option<&str> {
        Some(self.sid.as_str())
    }
}
