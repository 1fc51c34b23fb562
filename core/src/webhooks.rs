//! Webhooks in: whether Twilio sent one, and what it says.
//!
//! Never tried against the live service. Twilio signs no time, so a request that someone recorded can be sent again:
//! keep the `id` of the events you have handled. The page `core/docs/webhooks.md` has the whole.
//!
//! Source: Twilio's pages on webhook security and shared keys, and what the official helpers accept.

mod event;
mod form;
mod rejected;
mod request;
mod secrets;
mod signature;

use request::MOST_BYTES;

pub use rejected::{WebhookReason, WebhookRejected};
pub use request::WebhookRequest;
pub use secrets::WebhookSecrets;

use crate::types::WebhookEvent;

impl WebhookRequest {
    /// Reads the events **without checking who sent them**: for tests, and for requests that were checked elsewhere.
    ///
    /// # Errors
    /// [`WebhookRejected`] if the body is too large or cannot be read.
    pub fn read_unverified(&self) -> Result<Vec<WebhookEvent>, WebhookRejected> {
        self.check_size(MOST_BYTES)?;
        Ok(event::read(self)?)
    }
}

impl WebhookSecrets {
    /// Checks that Twilio signed the request.
    ///
    /// # Errors
    /// [`WebhookRejected`] if not: respond with status 403, and read nothing of the body.
    pub fn verify(&self, request: &WebhookRequest) -> Result<(), WebhookRejected> {
        request.check_size(self.max_body_bytes)?;
        Ok(signature::check(request, self)?)
    }

    /// Checks that Twilio signed the request, then reads its events.
    ///
    /// # Errors
    /// [`WebhookRejected`] if it is not signed, or cannot be read.
    pub fn receive(&self, request: &WebhookRequest) -> Result<Vec<WebhookEvent>, WebhookRejected> {
        self.verify(request)?;
        Ok(event::read(request)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::types::WebhookKind;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const FORM: &str =
        "To=%2B18005551212&From=%2B12349013030&Digits=1234&CallSid=CA1234567890ABCDE&Caller=%2B12349013030";
    const SIGNED: &str = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
    const JSON_URL: &str =
        "https://example.com/e?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    const JSON_SIGNED: &str = "X62dE/VFItmzd3dgDvzosZD118I=";

    fn secrets() -> WebhookSecrets {
        WebhookSecrets::new().auth_token(Secret::new("12345")).unwrap()
    }

    fn request(url: &str, headers: &[(&'static str, &'static str)], body: &str) -> WebhookRequest {
        WebhookRequest {
            url: url.to_owned(),
            headers: headers.iter().copied().collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn json(url: &str, body: &str) -> WebhookRequest {
        request(url, &[("x-twilio-signature", JSON_SIGNED), ("content-type", "application/json")], body)
    }

    fn reason(secrets: &WebhookSecrets, request: &WebhookRequest) -> &'static str {
        secrets.verify(request).map_or_else(|rejected| rejected.reason().as_str(), |()| "ok")
    }

    fn first(kind: &'static str, body: &str) -> WebhookEvent {
        let request = request("https://example.com/", &[("Content-Type", kind)], body);
        request.read_unverified().unwrap().remove(0)
    }

    #[test]
    fn the_official_signatures_hold() {
        let signed: &[(&str, &str)] = &[("X-Twilio-Signature", SIGNED)];
        assert_eq!(reason(&secrets(), &request(URL, signed, FORM)), "ok");
        assert_eq!(reason(&secrets(), &json(JSON_URL, r#"{"a":1}"#)), "ok");
        let with_port = URL.replace(".com/", ".com:443/");
        assert_eq!(reason(&secrets(), &request(&with_port, signed, FORM)), "ok");
    }

    #[test]
    fn what_is_not_signed_is_refused() {
        let signed: &[(&str, &str)] = &[("X-Twilio-Signature", SIGNED)];
        let wrong = [
            request(URL, signed, &FORM.replace("Digits=1234", "Digits=1235")),
            request(URL, signed, &format!("{FORM}&A=b")),
            request(&URL.replace("foo=1", "foo=2"), signed, FORM),
            request(&URL.replace("https", "http"), signed, FORM),
            request(URL, &[("X-Twilio-Signature", "0/KCTR6DLpKmkAf8muzZqo1nDg==")], FORM),
            request(URL, &[("X-Twilio-Signature", "not base64")], FORM),
        ];
        for request in &wrong {
            assert_eq!(reason(&secrets(), request), "wrong_signature");
        }
        let other = WebhookSecrets::new().auth_token(Secret::new("54321")).unwrap();
        assert_eq!(reason(&other, &request(URL, signed, FORM)), "wrong_signature");
        assert_eq!(reason(&secrets(), &request(URL, &[], FORM)), "missing_signature");
        assert_eq!(
            reason(&secrets(), &request(URL, &[("X-Twilio-Signature", " ")], FORM)),
            "missing_signature"
        );
        assert_eq!(reason(&WebhookSecrets::new(), &request(URL, signed, FORM)), "missing_secret");
        assert_eq!(reason(&secrets(), &request("/myapp.php", signed, FORM)), "unreadable_url");
    }

    #[test]
    fn a_header_that_contradicts_itself_is_refused() {
        let twice = |name, other| {
            let headers = [
                ("X-Twilio-Signature", SIGNED),
                ("Content-Type", "application/x-www-form-urlencoded"),
                (name, other),
            ];
            reason(&secrets(), &request(URL, &headers, FORM))
        };
        assert_eq!(twice("x-twilio-signature", SIGNED), "ok");
        assert_eq!(twice("x-twilio-signature", "AAAA"), "repeated_header");
        assert_eq!(twice("content-type", "application/json"), "repeated_header");
    }

    #[test]
    fn a_parameter_with_several_values_keeps_them() {
        let read = first(
            "application/x-www-form-urlencoded",
            "MediaUrl=b&MediaUrl=a&MediaUrl=c&MessageSid=SM1&MessageStatus=sent&MessageStatus=failed",
        );
        assert_eq!(read.id.value().map(String::as_str), Some("SM1:failed"));
        assert_eq!(
            read.json.value().map(String::as_str),
            Some(r#"{"MediaUrl":["a","b","c"],"MessageSid":"SM1","MessageStatus":["failed","sent"]}"#)
        );
    }

    #[test]
    fn a_body_is_signed_by_its_hash() {
        assert_eq!(reason(&secrets(), &json(JSON_URL, r#"{"a":2}"#)), "wrong_body_hash");
        assert_eq!(reason(&secrets(), &json(JSON_URL, "")), "wrong_body_hash");
        assert_eq!(reason(&secrets(), &json("https://example.com/e", r#"{"a":1}"#)), "unsigned_body");
        // Called a form, the body is a parameter, which the signature lacks.
        let form = request(JSON_URL, &[("X-Twilio-Signature", JSON_SIGNED)], r#"{"a":2}"#);
        assert_eq!(reason(&secrets(), &form), "wrong_signature");
        let empty = request(JSON_URL, &[("X-Twilio-Signature", JSON_SIGNED)], "");
        assert_eq!(reason(&secrets(), &empty), "wrong_body_hash");
    }

    #[test]
    fn a_shared_key_is_found_by_its_name() {
        let signed = |settings: &'static str, signature: &'static str| {
            let headers =
                [("X-Twilio-Signature", signature), ("X-Twilio-Webhooks-Signature-Settings", settings)];
            request(URL, &headers, FORM)
        };
        let good = "v4g17BOZ3ZTWx+sXCkPVfvKM6lxfhxe5BH00bfBAVIk=";
        let keys =
            secrets().shared_key("k1", Secret::new("old")).unwrap().shared_key("k1", Secret::new("shared"));
        let keys = keys.unwrap();
        assert_eq!(reason(&keys, &signed("key=k1,algorithm=HMAC_SHA256", good)), "ok");
        assert_eq!(reason(&keys, &signed(" key = k1 , algorithm = hmac_sha256", good)), "ok");
        assert_eq!(reason(&keys, &signed("key=k1,algorithm=HMAC_SHA1", good)), "wrong_signature");
        assert_eq!(reason(&keys, &signed("key=k1,algorithm=HMAC_SHA256", SIGNED)), "wrong_signature");
        assert_eq!(reason(&keys, &signed("key=k2,algorithm=HMAC_SHA256", good)), "unknown_key");
        assert_eq!(reason(&keys, &signed("algorithm=HMAC_SHA256", good)), "unknown_key");
        assert_eq!(reason(&keys, &signed("key=k1,algorithm=none", good)), "unknown_algorithm");
        assert_eq!(reason(&keys, &signed("", SIGNED)), "ok");
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(WebhookSecrets::new().auth_token(Secret::new("")).is_err());
        assert!(WebhookSecrets::new().shared_key("k", Secret::new(" ")).is_err());
        assert!(WebhookSecrets::new().shared_key(" ", Secret::new("s")).is_err());
    }

    #[test]
    fn sizes_are_bounded() {
        let signed: &[(&str, &str)] = &[("X-Twilio-Signature", SIGNED)];
        assert_eq!(reason(&secrets().max_body_bytes(10), &request(URL, signed, FORM)), "too_large");
        let read =
            |body: &str| json(JSON_URL, body).read_unverified().map_err(|error| error.reason().as_str());
        assert_eq!(read(&" ".repeat(MOST_BYTES + 1)), Err("too_large"));
        assert_eq!(read(&format!("[{}{{}}]", "{},".repeat(1_000))), Err("too_large"));
        assert_eq!(read(&"[".repeat(100_000)), Err("unreadable_body"));
        for odd in ["[1]", "[{}", "null", "{\"a\":}", "[[]]", "hello"] {
            assert_eq!(read(odd), Err("unreadable_body"), "{odd}");
        }
        assert_eq!(read("[]"), Ok(Vec::new()));
    }

    #[test]
    fn an_event_of_the_error_log_is_read() {
        let xe = "XE0123456789abcdef0123456789abcdef";
        let event = format!(
            r#"{{"type":"com.twilio.error-logs.error.logged","id":"NO1","data":{{"correlation_sid":"{xe}","level":"ERROR","account_sid":"AC1","date_created":"2025-01-01T00:00:00Z","error_code":"63110","payload":"{{\"error_code\":63110,\"message\":\"in use\"}}"}}}}"#
        );
        let read = first("application/json", &format!("[{event}]"));
        assert_eq!(read.kind.value(), Some(&WebhookKind::ErrorLogged));
        let text = |field: &crate::types::Patch<String>| field.value().cloned().unwrap_or_default();
        let seen =
            [&read.id, &read.sender_sid, &read.error_code, &read.level, &read.message, &read.json].map(text);
        assert_eq!(seen, ["NO1", xe, "63110", "ERROR", "in use", event.as_str()]);
        assert_eq!(first("application/json", &event), read);
        assert!(!format!("{read:?}").contains("in use"));
    }

    #[test]
    fn forms_are_told_apart() {
        let form = |body: &str| first("application/x-www-form-urlencoded; charset=UTF-8", body);
        let read = form(
            "Sid=NO1&AccountSid=AC1&Level=ERROR&Timestamp=t&Payload=%7B%22error_code%22%3A%2263110%22%7D",
        );
        assert_eq!(read.kind.value(), Some(&WebhookKind::Debugger));
        assert_eq!(read.error_code.value().map(String::as_str), Some("63110"));
        let read = form("MessageSid=SM1&MessageStatus=failed&ErrorCode=63016&To=whatsapp%3A%2B15551234567");
        assert_eq!(read.kind.value(), Some(&WebhookKind::MessageStatus));
        assert_eq!(read.id.value().map(String::as_str), Some("SM1:failed"));
        let read = form("MessageSid=SM1&Body=hi&NumMedia=0&SmsStatus=received");
        assert_eq!(read.kind.value(), Some(&WebhookKind::InboundMessage));
        assert!(read.message.is_absent());
        assert_eq!(form("AlarmSid=AL1").kind.value(), Some(&WebhookKind::Alarm));
        assert_eq!(form("a=b").kind.value(), Some(&WebhookKind::Other));
    }

    #[test]
    fn nothing_shows_a_secret() {
        let signed: &[(&str, &str)] = &[("X-Twilio-Signature", SIGNED)];
        let request = request("https://user:canary@example.com/", signed, "Body=canary");
        let rejected = secrets().verify(&request).unwrap_err();
        let shown = format!("{request:?} {:?} {rejected:?} {rejected}", secrets());
        assert!(!shown.contains("canary") && !shown.contains("12345") && !shown.contains(SIGNED), "{shown}");
    }
}
