//! Any input causes no panic and gets a valid response.

use proptest::collection::vec;
use proptest::prelude::*;
use senders_emulator::{Emulator, FaultRule, Request, Switches, faults};

use crate::support::{ACCOUNT_SID, AUTH_TOKEN};

fn target() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/v2/Channels/Senders".to_owned()),
        Just("/XE6e789e6aa1b965f49fa548241b6b758b".to_owned()),
        Just("?".to_owned()),
        Just("&".to_owned()),
        Just("Channel=whatsapp".to_owned()),
        Just("Channel=rcs".to_owned()),
        Just("PageSize=".to_owned()),
        Just("PageToken=PA".to_owned()),
        Just("%".to_owned()),
        Just("%F".to_owned()),
        Just("%FF".to_owned()),
        "[ -~]{0,12}",
        any::<String>(),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("\"whatsapp:+15551234567\"".to_owned()),
        Just("\"whatsapp:+155500é3104\"".to_owned()),
        Just("\"é12345\"".to_owned()),
        Just("1e400".to_owned()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<i64>().prop_map(|number| number.to_string()),
    ];
    let key = prop_oneof![
        Just("sender_id"),
        Just("senderId"),
        Just("configuration"),
        Just("webhook"),
        Just("profile"),
        Just("verification_code"),
        Just("name"),
        Just("websites"),
        Just("website"),
        Just("__proto__"),
        Just("é"),
    ];
    let json = leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec((key.clone(), inner), 0..5).prop_map(|members| {
                let members: Vec<String> =
                    members.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    prop_oneof![json.prop_map(String::into_bytes), vec(any::<u8>(), 0..64)]
}

fn request() -> impl Strategy<Value = Request> {
    let method = prop_oneof![
        Just("GET".to_owned()),
        Just("POST".to_owned()),
        Just("DELETE".to_owned()),
        Just("OPTIONS".to_owned()),
        any::<String>(),
    ];
    let header = (
        prop_oneof![Just("Content-Type".to_owned()), Just("Host".to_owned()), any::<String>()],
        any::<String>(),
    );
    (method, target(), vec(header, 0..3), body(), any::<bool>()).prop_map(
        |(method, target, headers, body, known)| {
            let mut request = Request { method, target, headers, body };
            if known {
                request.headers.insert(0, ("Content-Type".to_owned(), "application/json".to_owned()));
                request = request.with_basic_auth(ACCOUNT_SID, AUTH_TOKEN);
            }
            request
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_requests_make_it_panic(
        requests in vec((request(), any::<u64>()), 1..12),
        fault in proptest::option::of(0..faults().len()),
    ) {
        let mut emulator = Emulator::new(Switches::new());
        emulator.seed_senders(2);
        if let Some(at) = fault {
            emulator.inject(FaultRule::new(faults()[at].name).nth(2).times(2)).unwrap();
        }
        let count = requests.len();
        for (request, now) in requests {
            let reply = emulator.handle(request, now);
            prop_assert!((200..=599).contains(&reply.response.status));
        }
        prop_assert_eq!(emulator.journal().len(), count);
    }

    #[test]
    fn rules_and_switches_from_anywhere_are_taken_or_refused(text in any::<String>(), value in any::<String>()) {
        let _ = FaultRule::from_json(text.as_bytes());
        let mut emulator = Emulator::new(Switches::new());
        let _ = emulator.set_switch(&text, &value);
        for info in Switches::all() {
            let _ = emulator.set_switch(info.name, &value);
        }
        for info in faults() {
            for param in info.params {
                let _ = emulator.inject(FaultRule::new(info.name).param(param.name, &value));
            }
        }
        emulator.send(Request::new("GET", "/v2/Channels/Senders?Channel=whatsapp"));
    }
}
