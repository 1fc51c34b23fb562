//! The emulator as an object of JavaScript: `npm/src/emulator.ts` makes a `fetch` and a clock from it.

use senders_emulator::{Delivery, Emulator, FaultRule, Reply, Request, Switches, magic_numbers};
use serde_json::{Value, json};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// An emulator with its own clock.
#[wasm_bindgen]
#[derive(Debug)]
pub struct InProcess(Emulator);

/// A response, and the way to deliver it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Delivered(Reply);

fn refuse(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}

#[wasm_bindgen]
impl InProcess {
    /// Creates an emulator with these switches, `{"name": "value"}` as JSON.
    ///
    /// # Errors
    /// If there is no such switch, or it has no such value.
    #[wasm_bindgen(constructor)]
    pub fn new(switches: &str) -> Result<Self, JsError> {
        let mut set = Switches::new();
        let given: Value = serde_json::from_str(switches).map_err(refuse)?;
        for (name, value) in given.as_object().into_iter().flatten() {
            let plain = value.to_string();
            set.set(&name.replace('_', "-"), value.as_str().unwrap_or(&plain)).map_err(refuse)?;
        }
        Ok(Self(Emulator::new(set)))
    }

    /// Returns the response to a request at the emulator's own time. `headers` is name, value, name, value, ….
    pub fn send(&mut self, method: &str, target: &str, headers: Vec<String>, body: Vec<u8>) -> Delivered {
        let mut lines = headers.into_iter();
        let mut pairs = Vec::new();
        while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
            pairs.push((name, value));
        }
        let request = Request { method: method.to_owned(), target: target.to_owned(), headers: pairs, body };
        Delivered(self.0.send(request))
    }

    /// Returns the milliseconds since the emulator was made.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 ms")]
    pub fn now_ms(&self) -> f64 {
        self.0.now_ms() as f64
    }

    /// Returns the emulator's time in milliseconds since 1970.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 ms")]
    pub fn unix_ms(&self) -> f64 {
        self.0.unix_ms() as f64
    }

    /// Lets time pass.
    pub fn advance(&mut self, ms: u32) {
        self.0.advance_ms(u64::from(ms));
    }

    /// Changes a switch.
    ///
    /// # Errors
    /// If there is no such switch, or it has no such value.
    pub fn set_switch(&mut self, name: &str, value: &str) -> Result<(), JsError> {
        self.0.set_switch(&name.replace('_', "-"), value).map_err(refuse)
    }

    /// Adds a rule for faults, as JSON.
    ///
    /// # Errors
    /// If there is no such fault, or it has no such parameter.
    pub fn inject(&mut self, rule: &str) -> Result<(), JsError> {
        let rule = FaultRule::from_json(rule.as_bytes()).map_err(refuse)?;
        self.0.inject(rule).map_err(refuse)
    }

    /// Removes all rules for faults.
    pub fn clear_faults(&mut self) {
        self.0.clear_faults();
    }

    /// Returns all requests so far, as JSON.
    #[must_use]
    pub fn journal(&self) -> String {
        serde_json::to_string(self.0.journal()).unwrap_or_default()
    }

    /// Forgets every request so far.
    pub fn clear_journal(&mut self) {
        self.0.clear_journal();
    }

    /// Adds senders.
    pub fn seed_senders(&mut self, count: usize) {
        self.0.seed_senders(count);
    }

    /// Returns all senders, a list as JSON of the API.
    pub fn senders(&mut self) -> String {
        let sids: Vec<String> = self.0.sids().map(str::to_owned).collect();
        let states = sids.iter().filter_map(|sid| self.0.sender(sid)).map(|state| state.json);
        format!("[{}]", states.collect::<Vec<_>>().join(","))
    }

    /// Sets a sender's status; returns false if there is no such sender.
    pub fn set_status(&mut self, sid: &str, status: &str) -> bool {
        self.0.set_status(sid, status)
    }

    /// Changes a sender without a request: the change as JSON.
    ///
    /// # Errors
    /// If there is no such sender, or the change is wrong.
    pub fn change_sender(&mut self, sid: &str, change: &str) -> Result<(), JsError> {
        self.0.change_sender(sid, change.as_bytes()).map_err(refuse)
    }

    /// Returns how often each id was registered, as JSON.
    #[must_use]
    pub fn sender_ids(&self) -> String {
        serde_json::to_string(&self.0.sender_ids()).unwrap_or_default()
    }

    /// Returns the senders that wait for a code, as JSON.
    pub fn waiting_codes(&mut self) -> String {
        serde_json::to_string(&self.0.waiting_codes()).unwrap_or_default()
    }

    /// Forgets senders, requests and faults; switches stay.
    pub fn reset(&mut self) {
        self.0.reset();
    }
}

#[wasm_bindgen]
impl Delivered {
    /// Returns status, headers and the way to deliver the response: `{status, headers: [[name, value]], delivery, …}` as JSON.
    #[must_use]
    pub fn head(&self) -> String {
        let Reply { response, delivery, .. } = &self.0;
        let (word, more) = match delivery {
            Delivery::Refuse => ("refuse", Value::Null),
            Delivery::Close
            | Delivery::Reset
            | Delivery::CutBody { .. }
            | Delivery::ChunkedCut { .. }
            | Delivery::ContentLength { .. } => ("close", Value::Null),
            Delivery::StallBeforeHead { ms } | Delivery::StallInBody { ms, .. } => ("stall", json!(ms)),
            Delivery::Drip { bytes_per_s } => {
                let ms = (response.body.len() as u64).saturating_mul(1000) / u64::from(*bytes_per_s).max(1);
                ("stall", json!(ms))
            }
            Delivery::Padded { bytes } => ("padded", json!(bytes)),
            _ => ("normal", Value::Null),
        };
        json!({
            "status": response.status,
            "headers": response.headers,
            "delivery": word,
            "amount": more,
        })
        .to_string()
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        self.0.response.body.clone()
    }
}

/// Returns the digits that have an effect, with their effects: `[{digits, status, code, message}]` as JSON.
#[wasm_bindgen]
#[must_use]
pub fn magic_number_table() -> String {
    let numbers = magic_numbers().iter().map(|number| {
        json!({"digits": number.digits, "status": number.status, "code": number.code, "message": number.message})
    });
    Value::from(numbers.collect::<Vec<_>>()).to_string()
}

/// Returns all faults: `[{name, text}]` as JSON.
#[wasm_bindgen]
#[must_use]
pub fn fault_table() -> String {
    let faults =
        senders_emulator::faults().iter().map(|fault| json!({"name": fault.name, "text": fault.text}));
    Value::from(faults.collect::<Vec<_>>()).to_string()
}
