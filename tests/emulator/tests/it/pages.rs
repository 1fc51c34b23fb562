//! Lists, page by page.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Answer, Api, SENDERS, WHATSAPP, request};

fn next(answer: &Answer) -> Option<String> {
    let url = answer.json["meta"]["next_page_url"].as_str()?;
    Some(url.strip_prefix("https://messaging.twilio.com").expect(url).to_owned())
}

fn sids(answer: &Answer) -> Vec<String> {
    let senders = answer.json["senders"].as_array().expect(&answer.text);
    senders.iter().map(|sender| sender["sid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_empty_list_answers_the_documented_example() {
    let mut api = Api::new();
    let answer = api.get(&format!("{SENDERS}?PageSize=10&Page=0&Channel=whatsapp"));
    // Source: senders-api-whatsapp.txt, the response of GET /v2/Channels/Senders.
    let url = "https://messaging.twilio.com/v2/Channels/Senders?PageSize=10&Page=0&Channel=whatsapp";
    let meta = json!({
        "page": 0, "page_size": 10, "first_page_url": url, "previous_page_url": null, "url": url,
        "next_page_url": null, "key": "senders",
    });
    assert_eq!(answer.json, json!({ "senders": [], "meta": meta }));
}

#[test]
fn ten_thousand_senders_come_once_each_in_any_page_size() {
    let mut api = Api::new();
    api.emulator.seed_senders(10_000);
    let all: Vec<String> = api.emulator.sids().map(str::to_owned).collect();
    for size in [999, 1000] {
        let mut target = Some(format!("{WHATSAPP}&PageSize={size}"));
        let mut found = Vec::new();
        let mut pages = 0;
        while let Some(asked) = target {
            let answer = api.get(&asked);
            assert_eq!((answer.status, &answer.json["meta"]["page"]), (200, &json!(pages)));
            pages += 1;
            found.extend(sids(&answer));
            target = next(&answer);
        }
        assert_eq!(pages, 10_000_usize.div_ceil(size));
        assert_eq!(found, all);
    }
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 10_000);
}

#[test]
fn pages_lead_back_as_they_lead_on() {
    let mut api = Api::new();
    api.emulator.seed_senders(7);
    let first = api.get(&format!("{WHATSAPP}&PageSize=3"));
    let second = api.get(&next(&first).unwrap());
    let third = api.get(&next(&second).unwrap());
    assert_eq!((sids(&third).len(), next(&third)), (1, None));
    let back = |answer: &Answer| {
        let url = answer.json["meta"]["previous_page_url"].as_str().unwrap().to_owned();
        url.strip_prefix("https://messaging.twilio.com").unwrap().to_owned()
    };
    assert_eq!(first.json["meta"]["previous_page_url"], Value::Null);
    let again = api.get(&back(&third));
    assert_eq!(sids(&again), sids(&second));
    assert_eq!(sids(&api.get(&back(&again))), sids(&first));
    let own =
        third.json["meta"]["url"].as_str().unwrap().strip_prefix("https://messaging.twilio.com").unwrap();
    assert_eq!(sids(&api.get(own)), sids(&third));
}

#[test]
fn a_full_last_page_leads_nowhere() {
    let mut api = Api::new();
    api.emulator.seed_senders(6);
    let first = api.get(&format!("{WHATSAPP}&PageSize=3"));
    assert_eq!(next(&api.get(&next(&first).unwrap())), None);
    assert_eq!(next(&api.get(&format!("{WHATSAPP}&PageSize=6"))), None);
}

#[test]
fn a_page_goes_on_where_it_was_though_senders_come_and_go() {
    let mut api = Api::new();
    api.emulator.seed_senders(6);
    let first = api.get(&format!("{WHATSAPP}&PageSize=3"));
    for sid in sids(&first) {
        assert_eq!(api.delete(&sid).status, 204);
    }
    api.created("whatsapp:+447700900123");
    let second = api.get(&next(&first).unwrap());
    assert_eq!(sids(&second).len(), 3);
    assert!(sids(&second).iter().all(|sid| !sids(&first).contains(sid)));
    let third = api.get(&next(&second).unwrap());
    assert_eq!(third.json["senders"][0]["sender_id"], "whatsapp:+447700900123");
}

#[test]
fn tokens_are_opaque_and_bound_to_their_list() {
    let mut api = Api::new();
    api.emulator.seed_senders(3);
    let target = next(&api.get(&format!("{WHATSAPP}&PageSize=1"))).unwrap();
    let token = target.split("PageToken=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert!(token.len() > 20 && !token.contains("XE"), "{token}");
    assert_eq!(api.get(&target.replace("Channel=whatsapp", "Channel=rcs")).brief(), "400/20001");
    for at in 2..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        if forged != token {
            let answer = api.get(&target.replace(&token, &forged));
            // The last character of base64 has unused bits; a strict decoder checks them too.
            assert_eq!(answer.brief(), "400/20001", "{forged}");
        }
    }
    // Another page size continues with pages of that size.
    assert_eq!(sids(&api.get(&target.replace("PageSize=1", "PageSize=2"))).len(), 2);
}

#[test]
fn page_sizes_by_default_are_those_of_the_channel() {
    let mut api = Api::new();
    assert_eq!(api.get(WHATSAPP).json["meta"]["page_size"], 20);
    assert_eq!(api.get(&format!("{SENDERS}?Channel=rcs")).json["meta"]["page_size"], 50);
    api.emulator.seed_senders(21);
    let answer = api.get(WHATSAPP);
    assert_eq!((sids(&answer).len(), next(&answer).is_some()), (20, true));
}

#[test]
fn page_urls_name_the_host_that_was_asked() {
    let mut api = Api::new();
    api.emulator.seed_senders(2);
    let target = format!("{WHATSAPP}&PageSize=1");
    let answer = api.send(request("GET", &target).with_header("Host", "localhost:1"));
    for key in ["first_page_url", "url", "next_page_url"] {
        let url = answer.json["meta"][key].as_str().unwrap();
        assert!(url.starts_with("http://localhost:1/v2/Channels/Senders?PageSize=1&Page="), "{url}");
        assert!(url.ends_with("&Channel=whatsapp"), "{url}");
    }
}
