//! Code that the tests share.

use senders_emulator::{Delivery, Emulator, FaultRule, Reply, Request, Switches};
use serde_json::{Value, json};

pub(crate) const ACCOUNT_SID: &str = "AC00000000000000000000000000000000";
pub(crate) const AUTH_TOKEN: &str = "00000000000000000000000000000000";
pub(crate) const SENDERS: &str = "/v2/Channels/Senders";
pub(crate) const WHATSAPP: &str = "/v2/Channels/Senders?Channel=whatsapp";
pub(crate) const NOWHERE: &str = "XEffffffffffffffffffffffffffffffff";

/// A response, parsed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
    pub(crate) text: String,
    pub(crate) delivery: Delivery,
    pub(crate) acted: bool,
    headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn code(&self) -> u64 {
        self.json["code"].as_u64().unwrap_or(0)
    }

    pub(crate) fn message(&self) -> &str {
        self.json["message"].as_str().unwrap_or("")
    }

    /// Returns `400/63100`, or only the status if there is no code.
    pub(crate) fn brief(&self) -> String {
        if self.code() == 0 { self.status.to_string() } else { format!("{}/{}", self.status, self.code()) }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.response.status,
            json: serde_json::from_slice(&reply.response.body).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&reply.response.body).into_owned(),
            delivery: reply.delivery,
            acted: reply.acted,
            headers: reply.response.headers,
        }
    }
}

/// A client of the emulator, on its virtual clock.
pub(crate) struct Api {
    pub(crate) emulator: Emulator,
}

impl Api {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(values: &[(&str, &str)]) -> Self {
        let mut switches = Switches::new();
        for (name, value) in values {
            switches.set(name, value).unwrap();
        }
        Self { emulator: Emulator::new(switches) }
    }

    pub(crate) fn instant() -> Self {
        Self::with(&[("step-ms", "0")])
    }

    pub(crate) fn send(&mut self, request: Request) -> Answer {
        self.emulator.send(request).into()
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.send(request("GET", target))
    }

    pub(crate) fn post(&mut self, target: &str, body: Value) -> Answer {
        self.send(request("POST", target).with_json(body.to_string()))
    }

    pub(crate) fn delete(&mut self, sid: &str) -> Answer {
        self.send(request("DELETE", &path(sid)))
    }

    pub(crate) fn fetch(&mut self, sid: &str) -> Answer {
        self.get(&path(sid))
    }

    pub(crate) fn update(&mut self, sid: &str, body: Value) -> Answer {
        self.post(&path(sid), body)
    }

    pub(crate) fn verify(&mut self, sid: &str, code: &str) -> Answer {
        self.update(sid, json!({ "configuration": { "verification_code": code } }))
    }

    pub(crate) fn create(&mut self, sender_id: &str) -> Answer {
        self.post(SENDERS, json!({ "sender_id": sender_id }))
    }

    /// Creates a sender and returns its SID.
    pub(crate) fn created(&mut self, sender_id: &str) -> String {
        let answer = self.create(sender_id);
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json["sid"].as_str().unwrap().to_owned()
    }

    /// Creates a sender, waits until it is online and returns its SID.
    pub(crate) fn online(&mut self, sender_id: &str) -> String {
        let body = json!({
            "sender_id": sender_id,
            "configuration": { "waba_id": "1234567" },
            "profile": {
                "name": "Old Name",
                "about": "Hello",
                "websites": [{ "website": "https://one.example.com", "label": "One" }],
            },
        });
        let answer = self.post(SENDERS, body);
        let sid = answer.json["sid"].as_str().expect(&answer.text).to_owned();
        self.emulator.advance_ms(2_000);
        let verified = self.verify(&sid, "123456");
        assert_eq!(verified.status, 202, "{}", verified.text);
        self.emulator.advance_ms(20_000);
        assert_eq!(self.status(&sid), "ONLINE");
        sid
    }

    pub(crate) fn status(&mut self, sid: &str) -> String {
        self.fetch(sid).json["status"].as_str().unwrap_or("none").to_owned()
    }

    pub(crate) fn inject(&mut self, rule: FaultRule) {
        self.emulator.inject(rule).unwrap();
    }
}

pub(crate) fn path(sid: &str) -> String {
    format!("{SENDERS}/{sid}")
}

/// Creates a request with the right credentials.
pub(crate) fn request(method: &str, target: &str) -> Request {
    Request::new(method, target).with_basic_auth(ACCOUNT_SID, AUTH_TOKEN)
}
