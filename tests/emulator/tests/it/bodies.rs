//! Bodies: the refused ones and their messages; the responses to a create and an update.

use senders_emulator::Request;
use serde_json::{Value, json};

use crate::support::{Api, SENDERS, path, request};

const ID: &str = "whatsapp:+15551234567";

fn refusal(body: &Value) -> String {
    let answer = Api::new().post(SENDERS, body.clone());
    assert_eq!(answer.brief(), "400/63100", "{body}: {}", answer.text);
    answer.message().to_owned()
}

#[test]
fn a_bad_create_says_what_was_meant() {
    let profile = |profile: Value| {
        let mut profile = profile;
        profile["name"] = profile.get("name").cloned().unwrap_or(json!("N"));
        json!({ "sender_id": ID, "profile": profile })
    };
    for (body, expected) in [
        (json!({ "senderId": ID }), "did you mean `sender_id`?"),
        (json!({ "SenderId": ID }), "did you mean `sender_id`?"),
        (json!({ "sender_id": ID, "configuration": { "wabaId": "1" } }), "did you mean `waba_id`?"),
        (json!({ "sender_id": ID, "webhook": { "callbackUrl": "https://e.example" } }), "`callback_url`?"),
        (profile(json!({ "logoUrl": "https://e.example" })), "`logo_url`?"),
        (profile(json!({ "phoneNumbers": [] })), "`phone_numbers`?"),
        (profile(json!({ "phone_numbers": [{ "phoneNumber": "+1" }] })), "`phone_number`?"),
        (json!({ "sender_id": ID, "colour": 1 }), "the key `colour` is not known; known are sender_id, "),
        (json!({ "sender_id": ID, "configuration": { "x": 1 } }), "`x` in configuration is not known"),
        (json!({}), "sender_id is required"),
        (json!({ "sender_id": null }), "sender_id is required"),
        (json!({ "sender_id": 15_551_234_567_u64 }), "sender_id must be a string, not a number"),
        (json!({ "sender_id": "+15551234567" }), "must begin with whatsapp: or rcs:"),
        (json!({ "sender_id": "whatsapp:15551234567" }), "E.164"),
        (json!({ "sender_id": "whatsapp:+05551234567" }), "E.164"),
        (json!({ "sender_id": "whatsapp:+1555 123" }), "E.164"),
        (json!({ "sender_id": "whatsapp:+155512" }), "E.164"),
        (json!({ "sender_id": "whatsapp:+1555123456789012" }), "E.164"),
        (json!({ "sender_id": "WhatsApp:+15551234567" }), "must begin with"),
        (json!({ "sender_id": "rcs:" }), "an agent's name"),
        (json!({ "sender_id": "rcs:a b" }), "an agent's name"),
        (json!({ "sender_id": ID, "friendly_name": 1 }), "friendly_name must be a string or null"),
        (json!({ "sender_id": ID, "configuration": "waba_id" }), "configuration must be an object or null"),
        (json!({ "sender_id": ID, "configuration": { "waba_id": 1 } }), "waba_id must be a string or null"),
        (
            json!({ "sender_id": ID, "configuration": { "verification_method": "mail" } }),
            "configuration.verification_method must be one of sms, voice, not `mail`",
        ),
        (json!({ "sender_id": ID, "configuration": { "verification_code": "12345" } }), "must be six digits"),
        (
            json!({ "sender_id": ID, "configuration": { "verification_code": "12345x" } }),
            "must be six digits",
        ),
        (json!({ "sender_id": ID, "configuration": { "verification_code": 123_456 } }), "must be a string"),
        (json!({ "sender_id": ID, "configuration": { "account_type": "isv" } }), "ISV, ISVSubAccount"),
        (json!({ "sender_id": ID, "configuration": { "voice_application_sid": "AP1" } }), "AP and 32"),
        (json!({ "sender_id": ID, "webhook": { "callback_method": "GET" } }), "must be one of POST, PUT"),
        (
            json!({ "sender_id": ID, "webhook": { "callback_url": "example.com" } }),
            "an absolute http or https",
        ),
        (json!({ "sender_id": ID, "webhook": { "callback_url": "ftp://e.example" } }), "an absolute http"),
        (json!({ "sender_id": ID, "profile": { "about": "x" } }), "profile.name is required"),
        (profile(json!({ "name": " " })), "profile.name is required"),
        (
            profile(json!({ "vertical": "PROFESSIONAL_SERVICES" })),
            "profile.vertical must be one of Alcohol; ",
        ),
        (profile(json!({ "accent_color": "blue" })), "a colour like"),
        (
            json!({ "sender_id": "rcs:agent", "profile": { "use_case": "otp" } }),
            "PROMOTIONAL, TRANSACTIONAL, OTP, MULTI_USE",
        ),
        (profile(json!({ "use_case": "OTP" })), "for RCS senders"),
        (profile(json!({ "name": "x".repeat(256) })), "at most 255"),
        (profile(json!({ "websites": "https://e.example" })), "must be a list of objects"),
        (profile(json!({ "websites": ["https://e.example"] })), "profile.websites[0] must be an object like"),
        (profile(json!({ "websites": [{ "label": "x" }] })), "profile.websites[0] needs `website`"),
        (profile(json!({ "websites": [{ "website": "e.example" }] })), "must begin with http"),
        (profile(json!({ "emails": 42 })), "must be a list of objects like {\"email\""),
        (profile(json!({ "emails": [{ "email": 1 }] })), "profile.emails[0].email must be a string"),
        (profile(json!({ "about": "é".repeat(140) })), "at most 139"),
        (profile(json!({ "address": "x".repeat(257) })), "at most 256"),
        (profile(json!({ "description": "x".repeat(513) })), "at most 512"),
        (profile(json!({ "emails": [{ "email": "x".repeat(129) }] })), "at most 128"),
        (
            profile(json!({ "websites": [
                { "website": "https://a.example" }, { "website": "https://b.example" }, { "website": "https://c.example" },
            ] })),
            "at most 2 items",
        ),
    ] {
        let message = refusal(&body);
        assert!(message.starts_with("Validation Error: "), "{message}");
        assert!(message.contains(expected), "{body}: {message}");
    }
}

#[test]
fn a_body_that_is_no_json_object_is_refused() {
    let form = "application/x-www-form-urlencoded";
    for (content_type, body, expected) in [
        (form, "sender_id=whatsapp%3A%2B15551234567", "not application/x-www-form-urlencoded"),
        ("multipart/form-data; boundary=x", "--x--", "not multipart/form-data"),
        (
            "application/json",
            "sender_id=whatsapp%3A%2B1555&configuration=waba_id",
            "form-encoded under a JSON",
        ),
        ("application/json", "", "the body is empty"),
        ("application/json", " \n", "the body is empty"),
        ("application/json", "[]", "must be a JSON object, not a list"),
        ("application/json", "null", "must be a JSON object, not null"),
        ("application/json", "{\"sender_id\":", "not valid JSON"),
        ("application/json", "{'sender_id': 1}", "not valid JSON"),
        ("", "{\"sender_id\":\"whatsapp:+15551234567\"}", "Content-Type must be application/json"),
        ("text/plain", "{}", "Content-Type must be application/json"),
    ] {
        let mut post = request("POST", SENDERS);
        if !content_type.is_empty() {
            post = post.with_header("content-type", content_type);
        }
        let answer = Api::new().send(Request { body: body.into(), ..post });
        assert_eq!(answer.brief(), "400/63100", "{body}");
        assert!(answer.message().contains(expected), "{body}: {}", answer.message());
    }
    let bomb = "[".repeat(100_000);
    let answer = Api::new().send(request("POST", SENDERS).with_json(bomb));
    assert_eq!(answer.brief(), "400/63100");
    let invalid = Request { body: vec![b'{', 0xFF, b'}'], ..request("POST", SENDERS).with_json("") };
    assert_eq!(Api::new().send(invalid).brief(), "400/63100");
    let kind = "Application/JSON; charset=utf-8";
    let good =
        Request { body: br#"{"sender_id":"whatsapp:+15551234567"}"#.to_vec(), ..request("POST", SENDERS) };
    assert_eq!(Api::new().send(good.with_header("Content-Type", kind)).status, 202);
}

#[test]
fn a_create_answers_what_was_sent_and_omits_the_rest() {
    let mut api = Api::new();
    let answer = api.create("whatsapp:+15551230000");
    let sid = answer.json["sid"].clone();
    assert_eq!(
        answer.json,
        json!({ "sid": sid, "status": "CREATING", "sender_id": "whatsapp:+15551230000" })
    );

    // Source: senders-api-whatsapp.txt, the response of POST /v2/Channels/Senders.
    let voice = "APaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let mut documented = documented_create(voice);
    let answer = api.post(SENDERS, documented.clone());
    assert_eq!(answer.status, 202, "{}", answer.text);
    documented["sid"] = answer.json["sid"].clone();
    documented["status"] = json!("CREATING");
    documented["configuration"]["verification_code"] = Value::Null;
    documented["configuration"]["account_type"] = Value::Null;
    assert_eq!(answer.json, documented);
    let order: Vec<usize> =
        ["\"sid\"", "\"status\"", "\"sender_id\"", "\"configuration\"", "\"webhook\"", "\"profile\""]
            .iter()
            .map(|key| answer.text.find(key).unwrap())
            .collect();
    assert!(order.is_sorted(), "{}", answer.text);
}

fn documented_create(voice: &str) -> Value {
    json!({
        "sender_id": "whatsapp:+15551234",
        "configuration": {
            "waba_id": "1234567XXX",
            "verification_method": "sms",
            "voice_application_sid": voice,
        },
        "webhook": {
            "callback_url": "https://callback.example.com",
            "callback_method": "POST",
            "fallback_url": "https://fallback.example.com",
            "fallback_method": "POST",
            "status_callback_url": "https://statuscallback.example.com",
            "status_callback_method": "POST",
        },
        "profile": {
            "name": "Example Profile Name",
            "about": "This is an example about text.",
            "address": "123 Example St, Example City, EX 12345",
            "description": "This is an example description.",
            "emails": [
                { "email": "example@example.com", "label": "Email" },
                { "email": "example2@example.com", "label": "Email" },
            ],
            "logo_url": "https://logo_url.example.com",
            "vertical": "Automotive",
            "websites": [
                { "website": "https://website1.example.com", "label": "Website1" },
                { "website": "http://website2.example.com", "label": "Website2" },
            ],
        },
    })
}

/// The example whatsapp_fetch of the OpenAPI file (218b7821), in its order.
const DOCUMENTED_FETCH: &str = r#"{
"sid": "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
"status": "ONLINE",
"sender_id": "whatsapp:+999999999XX",
"configuration": {"waba_id": "1234567XXX", "verification_method": null, "verification_code": null,
 "voice_application_sid": "APXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", "account_type": null},
"webhook": {"callback_url": "https://callback.example.com", "callback_method": "POST",
 "fallback_url": "https://fallback.example.com", "fallback_method": "POST",
 "status_callback_url": "https://statuscallback.example.com", "status_callback_method": "POST"},
"profile": {"name": "Example Profile Name", "about": "This is an example about text.",
 "address": "123 Example St, Example City, EX 12345", "description": "This is an example description.",
 "emails": [{"email": "email@email.com", "label": "Email"}],
 "logo_url": "https://logo_url.example.com", "vertical": "Automotive",
 "websites": [{"website": "https://website1.example.com", "label": "Website"},
  {"website": "http://website2.example.com", "label": "Website"}],
 "banner_url": null, "privacy_url": null, "terms_of_service_url": null, "accent_color": null,
 "use_case": null, "phone_numbers": null},
"compliance": null,
"properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
"offline_reasons": null,
"url": "https://messaging.twilio.com/v2/Channels/Senders/XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
}"#;

/// Returns the keys of a JSON text in the order of the text.
fn keys_in_order(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text.split('"').collect();
    let quoted = (1..parts.len()).step_by(2);
    quoted.filter(|at| parts[at + 1].trim_start().starts_with(':')).map(|at| parts[at]).collect()
}

#[test]
fn a_fetch_answers_the_documented_example() {
    let documented: Value = serde_json::from_str(DOCUMENTED_FETCH).unwrap();
    // The examples break two of the rules: the Voice application is not a SID, and the phone number contains letters.
    let mut api = Api::with(&[("voice-application-sid", "any"), ("step-ms", "0")]);
    let mut body = documented.clone();
    for key in ["sid", "status", "compliance", "properties", "offline_reasons", "url"] {
        body.as_object_mut().unwrap().remove(key);
    }
    body["sender_id"] = json!("whatsapp:+99999999900");
    let created = api.post(SENDERS, body);
    assert_eq!(created.status, 202, "{}", created.text);
    let sid = created.json["sid"].as_str().unwrap();
    api.verify(sid, "123456");
    let fetched = api.fetch(sid);
    let expected =
        DOCUMENTED_FETCH.replace("XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", sid).replace("900XX", "90000");
    let mut expected: Value = serde_json::from_str(&expected).unwrap();
    expected["sender_id"] = json!("whatsapp:+99999999900");
    assert_eq!(fetched.json, expected);
    assert_eq!(keys_in_order(&fetched.text), keys_in_order(DOCUMENTED_FETCH));
}

#[test]
fn an_offline_sender_is_the_documented_example() {
    let mut api = Api::instant();
    let sid = api.online("whatsapp:+15551230000");
    let reason = json!({ "code": "30008", "message": "No delivery" });
    let change = json!({ "offline_reasons": [reason] }).to_string();
    api.emulator.change_sender(&sid, change.as_bytes()).unwrap();
    let sender = api.fetch(&sid).json;
    assert_eq!((&sender["status"], &sender["offline_reasons"]), (&json!("OFFLINE"), &json!([reason])));
    assert_eq!(
        sender["properties"],
        json!({ "quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr" })
    );
}

#[test]
fn a_configuration_is_there_though_none_was_sent() {
    let mut api = Api::instant();
    let sid = api.created("whatsapp:+15550112345");
    let sender = api.fetch(&sid).json;
    let configuration = json!({
        "waba_id": null, "verification_method": null, "verification_code": null,
        "voice_application_sid": null, "account_type": null,
    });
    assert_eq!((&sender["status"], &sender["configuration"]), (&json!("ONLINE"), &configuration));
    // Once the sender is registered the method is null, as in the documented example.
    let body =
        json!({ "sender_id": "whatsapp:+15551230000", "configuration": { "verification_method": "voice" } });
    let created = api.post(SENDERS, body).json;
    let sid = created["sid"].as_str().unwrap();
    assert_eq!(created["configuration"]["verification_method"], "voice");
    assert_eq!(api.fetch(sid).json["configuration"]["verification_method"], "voice");
    api.verify(sid, "123456");
    assert_eq!(api.fetch(sid).json["configuration"]["verification_method"], Value::Null);
}

/// The response on Twilio's page "WhatsApp Business Calling", as printed there.
const DOCUMENTED_UPDATE: &str = r#"{
"configuration": {"verification_code": null, "verification_method": "sms",
 "voice_application_sid": "APaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "waba_id": null},
"offline_reasons": null, "profile": null, "properties": null, "sender_id": null, "sid": "XExx",
"status": "ONLINE:UPDATING", "url": "https://messaging.twilio.com/v2/Channels/Senders/XExx", "webhook": null
}"#;

#[test]
fn an_update_answers_what_was_said() {
    let mut api = Api::new();
    let sid = api.online("whatsapp:+15551230000");
    let voice = "APaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let answer = api.update(&sid, json!({ "configuration": { "voice_application_sid": voice } }));
    assert_eq!(answer.status, 202);
    let mut documented: Value = serde_json::from_str(&DOCUMENTED_UPDATE.replace("XExx", &sid)).unwrap();
    // Newer than the page: every example of 2026 has it.
    documented["configuration"]["account_type"] = Value::Null;
    assert_eq!(answer.json, documented);
    let keys = keys_in_order(&answer.text);
    let keys: Vec<&str> = keys.into_iter().filter(|key| *key != "account_type").collect();
    assert_eq!(keys, keys_in_order(DOCUMENTED_UPDATE));
    // The old value stays, whatever the response shows.
    assert_eq!(api.fetch(&sid).json["configuration"]["waba_id"], "1234567");

    let websites = json!([{ "website": "https://new.example.com", "label": null }]);
    let body = json!({ "profile": { "name": "New Name", "websites": websites, "about": null }, "friendly_name": "F" });
    let answer = api.update(&sid, body).json;
    assert_eq!(
        (&answer["configuration"], &answer["webhook"], &answer["friendly_name"]),
        (&Value::Null, &Value::Null, &json!("F"))
    );
    let profile = &answer["profile"];
    assert_eq!((&profile["name"], &profile["websites"]), (&json!("New Name"), &websites));
    assert_eq!((&profile["about"], &profile["vertical"]), (&Value::Null, &Value::Null));
    assert_eq!(answer["display_name_status"], "updating");
}

#[test]
fn the_other_forms_of_an_updates_answer() {
    let asked = json!({ "profile": { "vertical": "Other" } });
    let answer = |form: &str| {
        let mut api = Api::with(&[("update-echo", form)]);
        let sid = api.online("whatsapp:+15551230000");
        api.update(&sid, asked.clone())
    };
    // Source: the OpenAPI file, whatsapp_patch_update_profile_response, and the example of POST …/{Sid}.
    let profile = [
        "about",
        "address",
        "description",
        "emails",
        "name",
        "logo_url",
        "vertical",
        "websites",
        "website",
        "label",
        "banner_url",
        "privacy_url",
        "terms_of_service_url",
        "accent_color",
        "use_case",
        "phone_numbers",
    ];
    let examples = answer("examples");
    let head = ["sid", "status", "sender_id", "compliance", "configuration", "webhook", "profile"];
    assert_eq!(keys_in_order(&examples.text), [&head[..], &profile[..]].concat());
    assert_eq!(
        (&examples.json["configuration"], &examples.json["profile"]["name"]),
        (&Value::Null, &json!("Old Name"))
    );
    let full = answer("full");
    let configuration =
        ["waba_id", "verification_method", "verification_code", "voice_application_sid", "account_type"];
    let keys = [
        &["sid", "status", "sender_id", "friendly_name", "compliance", "configuration"][..],
        &configuration[..],
        &["webhook", "profile"][..],
        &profile[..],
    ];
    assert_eq!(keys_in_order(&full.text), keys.concat());
    let sections = answer("sections-sent");
    assert_eq!(
        (&sections.json["sender_id"], &sections.json["webhook"], &sections.json["profile"]["name"]),
        (&Value::Null, &Value::Null, &json!("Old Name"))
    );
    assert!(sections.text.ends_with("\"compliance\":null}"), "{}", sections.text);
}

#[test]
fn an_rcs_sender_is_shown_as_in_its_examples() {
    let mut api = Api::with(&[("rcs-life", "draft")]);
    let profile = json!({ "name": "N", "emails": [{ "email": "a@example.com", "label": "E" }] });
    let body = json!({ "sender_id": "rcs:twilio_agent", "friendly_name": "My RCS Sender", "webhook": {}, "profile": profile });
    let created = api.post(SENDERS, body);
    assert_eq!(created.json["compliance"], json!({ "registration_sid": "", "countries": [] }));
    assert_eq!(created.json["profile"]["use_case"], "MULTI_USE");
    let keys = keys_in_order(&created.text);
    let expected = [
        "sid",
        "status",
        "sender_id",
        "friendly_name",
        "webhook",
        "profile",
        "name",
        "use_case",
        "emails",
        "email",
        "label",
        "compliance",
        "registration_sid",
        "countries",
    ];
    assert_eq!(keys, expected);
    let sid = created.json["sid"].as_str().unwrap();
    api.emulator.advance_ms(1_500);
    assert_eq!(api.fetch(sid).json["compliance"]["countries"][0].get("carriers"), None);
    api.emulator.advance_ms(1_500);
    let fetched = api.fetch(sid);
    assert_eq!(fetched.json["status"], "PENDING_VERIFICATION");
    // No code is sent to an agent.
    assert_eq!(api.emulator.waiting_codes(), []);
    let country = &fetched.json["compliance"]["countries"][0];
    assert!(country["registration_sid"].as_str().unwrap().starts_with("BU"), "{country}");
    assert_eq!(
        (&country["status"], &country["carriers"][0]["status"]),
        (&json!("PENDING_VERIFICATION"), &json!("CARRIER_REVIEW"))
    );
    let keys = keys_in_order(&fetched.text);
    assert!(!keys.contains(&"configuration"), "{keys:?}");
    let at = keys.iter().position(|key| *key == "profile").unwrap();
    let expected = [
        "name",
        "description",
        "accent_color",
        "use_case",
        "logo_url",
        "banner_url",
        "privacy_url",
        "terms_of_service_url",
        "phone_numbers",
        "websites",
        "emails",
        "email",
        "label",
        "about",
        "address",
        "vertical",
        "compliance",
        "registration_sid",
        "countries",
        "registration_sid",
        "country",
        "status",
        "carriers",
        "name",
        "status",
    ];
    assert_eq!(&keys[at + 1..][..expected.len()], expected);
    let required = Api::with(&[("waba-id", "required")]).create("rcs:agent").status;
    assert_eq!(required, 202);
}

#[test]
fn an_update_merges_field_by_field_and_null_clears() {
    let mut api = Api::instant();
    let sid = api.online("whatsapp:+15551230000");
    let voice = "APaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let websites = json!([{ "website": "https://two.example.com", "label": null }]);
    for body in [
        json!({ "configuration": { "voice_application_sid": voice, "account_type": "ISV" } }),
        json!({ "profile": { "about": null, "description": "", "websites": websites } }),
        json!({ "friendly_name": "Shop one", "webhook": null }),
    ] {
        assert_eq!(api.update(&sid, body).status, 202);
    }
    let sender = api.fetch(&sid).json;
    let configuration = &sender["configuration"];
    assert_eq!(
        (&configuration["waba_id"], &configuration["voice_application_sid"]),
        (&json!("1234567"), &json!(voice))
    );
    assert_eq!(configuration["account_type"], "ISV");
    let profile = &sender["profile"];
    assert_eq!((&profile["name"], &profile["about"]), (&json!("Old Name"), &Value::Null));
    assert_eq!((&profile["description"], &profile["websites"]), (&json!(""), &websites));
    assert_eq!((&sender["friendly_name"], &sender["webhook"]), (&json!("Shop one"), &Value::Null));
    let off = json!({ "configuration": { "voice_application_sid": null, "account_type": "" }, "friendly_name": null });
    assert_eq!(api.update(&sid, off).status, 202);
    let sender = api.fetch(&sid).json;
    assert_eq!(sender["configuration"]["voice_application_sid"], Value::Null);
    assert_eq!(sender["configuration"]["account_type"], "");
    assert_eq!(sender.get("friendly_name"), None);
}

#[test]
fn a_bad_update_is_refused_and_changes_nothing() {
    let mut api = Api::new();
    let sid = api.online("whatsapp:+15551230000");
    let before = api.fetch(&sid).json;
    for (body, expected) in [
        (json!({}), "the update is empty"),
        (json!({ "sender_id": "whatsapp:+15551230000" }), "cannot be changed"),
        (json!({ "profile": { "about": "x", "logoUrl": "https://e.example" } }), "`logo_url`?"),
        (
            json!({ "profile": { "about": "x" }, "configuration": { "verification_code": "123456" } }),
            "waits for no",
        ),
        (json!({ "configuration": { "verificationCode": "123456" } }), "`verification_code`?"),
    ] {
        let answer = api.update(&sid, body);
        assert_eq!(answer.brief(), "400/63100");
        assert!(answer.message().contains(expected), "{}", answer.message());
    }
    assert_eq!(api.fetch(&sid).json, before);
    assert_eq!(api.post(&path("XE00000000000000000000000000000000"), json!({})).brief(), "404/20404");
}
