//! `GET /v2/Channels/Senders/{Sid}`; a success is 200.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b.

use super::{Definition, PATH, RequestSpec, Subject, endpoint};
use crate::http::Method;
use crate::ids::SenderSid;
use crate::types::DecodeError;
use crate::types::{Sender, read_sender};

/// Looks at one sender.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchSender {
    /// The sender.
    pub sid: SenderSid,
}

impl FetchSender {
    /// A look at this sender.
    #[must_use]
    pub const fn new(sid: SenderSid) -> Self {
        Self { sid }
    }
}

endpoint!(FetchSender => Sender);

impl Definition for FetchSender {
    fn spec(&self) -> RequestSpec {
        let target = format!("{PATH}/{}", self.sid);
        RequestSpec::new("fetch", Method::Get, target, Subject::Sid(self.sid.clone()))
    }

    fn parse(body: Vec<u8>) -> Result<Sender, DecodeError> {
        read_sender(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the answer printed on Twilio's page.
    const DOCUMENTED: &str = r##"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"ONLINE","sender_id":"whatsapp:+999999999XX",
        "profile":{"name":"Example Profile Name","banner_url":null},"compliance":null,
        "properties":{"quality_rating":"HIGH","messaging_limit":"10K Customers/24hr"},"offline_reasons":null,
        "url":"https://messaging.twilio.com/v2/Channels/Senders/XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"##;

    #[test]
    fn the_documented_request_and_answer() {
        let sid = SenderSid::parse(format!("XE{}", "a".repeat(32))).unwrap();
        let request = FetchSender::new(sid).spec().sent();
        assert_eq!((request.method, request.body.len()), (Method::Get, 0));
        assert!(request.headers.value("content-type").is_none());
        let sender = FetchSender::parse(DOCUMENTED.into()).unwrap();
        assert_eq!(sender.url().unwrap(), request.url());
        // The example breaks the documentation's own rule for a number, and is read nevertheless.
        assert_eq!(sender.sender_id().unwrap(), "whatsapp:+999999999XX");
        assert_eq!(sender.properties().unwrap().messaging_limit.value().unwrap(), "10K Customers/24hr");
        assert!(sender.offline_reasons().is_empty() && sender.compliance().is_none());
        assert!(sender.status().is_online());
    }
}
