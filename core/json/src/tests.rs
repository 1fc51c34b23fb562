use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;

use std::fmt;

use super::*;

mod differential;
mod grammar;

fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap()
}

fn wrapped(value: &str) -> String {
    format!(r#"{{"sid":"XE1","status":"ONLINE","value":{value}}}"#)
}

/// The text that is made of a value.
#[cfg(feature = "camel")]
fn json(value: &str) -> String {
    let found = read_sender(wrapped(value).as_bytes()).unwrap();
    let written = String::from_utf8(found.camel(0).to_vec()).unwrap();
    let rest = written.strip_prefix(r#"{"sid":"XE1","status":"ONLINE","value":"#).unwrap();
    rest.strip_suffix('}').unwrap().to_owned()
}

#[test]
fn fields_are_found_where_they_stand() {
    let text = "\u{feff} { \"a\" : [ { \"senders\" : 1 } ] , \"senders\" : [ {\"sid\" : \"XE1\" , \"status\":\"A\",\"b\\u0041\":{}}\n, \
                {\"status\":\"B\",\"sid\":\"XE2\", \"url\": null}] , \"meta\" : { \"x\":[] } , \"z\":-0.5e+10 }\t";
    let found = read_page(text.as_bytes()).unwrap();
    let values = |at: usize| -> Vec<(Name, &str, &str)> {
        let fields = found.fields(at).iter();
        fields
            .map(|field| (field.name(), found.name(text.as_bytes(), field), part(text, field.value())))
            .collect()
    };
    assert_eq!(found.len(), 2);
    assert_eq!(
        values(0),
        [(Name::Sid, "sid", "\"XE1\""), (Name::Status, "status", "\"A\""), (Name::Unknown, "bA", "{}")]
    );
    assert_eq!(
        values(1),
        [(Name::Status, "status", "\"B\""), (Name::Sid, "sid", "\"XE2\""), (Name::Url, "url", "null")]
    );
    assert!(found.fields(2).is_empty());
    assert_eq!(part(text, found.meta().unwrap()), r#"{ "x":[] }"#);
}

#[test]
#[cfg(feature = "camel")]
fn of_reasons_only_the_first_thousand_are_written_again() {
    for (count, written) in [(0, 0), (1, 1), (1_000, 1_000), (1_001, 1_000), (5_000, 1_000)] {
        let reasons: Vec<String> = (0..count).map(|at| format!("{{\"more_info\" : [{at}, 2]}}")).collect();
        let list = format!("[ {} ]", reasons.join(" , "));
        let text = format!(r#"{{"sid":"XE1","status":"OFFLINE","offline_reasons":{list},"url":null}}"#);
        let found = read_sender(text.as_bytes()).unwrap();
        let sender: Value = serde_json::from_slice(found.camel(0)).unwrap();
        let items = sender["offlineReasons"].as_array().unwrap();
        assert_eq!(items.len(), written);
        assert!(items.iter().zip(0..).all(|(item, at)| item["moreInfo"][0] == at), "{count}");
        assert_eq!(sender["url"], Value::Null);
        let field = found.fields(0).iter().find(|field| field.name() == Name::OfflineReasons).unwrap();
        assert_eq!(part(&text, field.value()), list, "the core has them all");
    }
    for wrong in ["[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[{]"] {
        let text = format!(r#"{{"sid":"XE1","status":"OFFLINE","offline_reasons":{wrong}"#);
        assert!(read_sender(text.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn odd_pages_are_refused_with_the_reason() {
    for (text, reason) in [
        ("", "ends too early at byte 0"),
        ("{\"senders\":[", "ends too early at byte 12"),
        ("<html>", "a page: an object"),
        ("[]", "a page: an object"),
        (r#"{"meta":{}}"#, "without `senders`"),
        (r#"{"senders":null,"meta":{}}"#, "a list of senders"),
        (r#"{"senders":[],"senders":[],"meta":{}}"#, "two lists"),
        (r#"{"senders":[],"meta":{}} x"#, "trailing characters at byte 25"),
        (r#"{"senders":[],}"#, "expected a key"),
        (r#"{"senders":[{"sid":"a","status":"b"},],"meta":1}"#, "expected value"),
        (r#"{"senders":[{"sid":"a","status":"b"}{],"meta":1}"#, "expected `,` or `]`"),
        (r#"{"senders":[],"\ud800":1,"meta":1}"#, "a key that is no text"),
        (r#"{"senders":[{"sid":"a","status":"b","\ud800":1}],"meta":1}"#, "a key that is no text"),
    ] {
        let error = read_page(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn values_are_judged_as_serde_json_does() {
    let mut cases: Vec<Vec<u8>> = [
        "1",
        "-1",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "+1",
        "1.",
        ".1",
        "1.5",
        "1e",
        "1e5",
        "1E+5",
        "1e-5",
        "1e+",
        "1.e1",
        "0x1",
        "1 2",
        "null",
        "nul",
        "nulll",
        "true",
        "tru",
        "false",
        "False",
        "NaN",
        "Infinity",
        "",
        " ",
        "x",
        "'a'",
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        "[}",
        "{]",
        "[,]",
        "[1,]",
        "[1 1]",
        "[1,2]",
        "{,}",
        "{1:1}",
        "{a:1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "[[[]]]",
        "[{\"a\":[{}]}]",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u0041\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "{\"\\ud800\":1}",
        "\"\\/\\b\\f\\n\\r\\t\\\\\"",
        "\"a\tb\"",
        "\"a\nb\"",
        "\"\u{7f}\"",
        "\"é\"",
        "é",
        "\u{feff}1",
        "\u{a0}1",
        "\u{b}1",
        "1\u{c}",
        "\"1\"\"2\"",
        "{\"a\":1}}",
        "[1]]",
        "/**/1",
        "1//",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    // Around a string at every place of a block: each byte, and what UTF-8 has in every odd shape.
    let odd: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).chain(odd_utf8()).collect();
    for inner in odd {
        for place in [0, 1, 6, 7, 8, 14, 15, 16] {
            for after in [0, 3, 20] {
                cases.push(
                    [b"\"", "x".repeat(place).as_bytes(), &inner, "y".repeat(after).as_bytes(), b"\""]
                        .concat(),
                );
            }
        }
    }
    for value in cases {
        judge(&value);
    }
}

/// Sequences of two to four bytes at the borders of what is UTF-8.
fn odd_utf8() -> impl Iterator<Item = Vec<u8>> {
    let leads = [0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xF8, 0xFF];
    let seconds = [0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0];
    let pairs = leads.into_iter().flat_map(move |lead| seconds.map(|second| vec![lead, second]));
    pairs.flat_map(|pair| {
        let with = |more: &[u8]| [&pair, more].concat();
        [
            with(&[]),
            with(&[0x80]),
            with(&[0xBF, 0x80]),
            with(&[0x80, 0x80]),
            with(&[0x20]),
            with(&[0x80, 0xC0]),
        ]
    })
}

/// Compares the verdict on a value, and what is made of it, with `serde_json`.
fn judge(value: &[u8]) {
    let text = [br#"{"sid":"XE1","status":"ONLINE","value":"#, value, b"}"].concat();
    let raw = serde_json::from_slice::<&RawValue>(&text);
    let found = read_sender(&text);
    assert_eq!(found.is_ok(), raw.is_ok(), "{:?}: {found:?} {raw:?}", String::from_utf8_lossy(value));
    #[cfg(feature = "camel")]
    if let (Ok(found), Ok(whole)) = (found, serde_json::from_slice::<Value>(&text)) {
        assert!(found.camel(0).is_ascii());
        assert_eq!(serde_json::from_slice::<Value>(found.camel(0)).unwrap(), in_camel(whole));
    }
}

#[cfg(feature = "camel")]
fn in_camel(value: Value) -> Value {
    let key = |key: String| camel(key.as_bytes()).map_or(key, |camel| String::from_utf8(camel).unwrap());
    match value {
        Value::Object(map) => map.into_iter().map(|(name, value)| (key(name), in_camel(value))).collect(),
        Value::Array(items) => items.into_iter().map(in_camel).collect(),
        other => other,
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = || prop_oneof!["[a-z_]{0,12}", "\\PC{0,40}", "[ -~]{0,40}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(text(), inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_taken_and_any_damage_judged_alike(value in any_json(), pretty: bool, damage in any::<(prop::sample::Index, u8, u8)>()) {
        let text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
        judge(&text);
        let (place, kind, byte) = damage;
        let place = place.index(text.len());
        let mut damaged = text.clone();
        match kind % 3 {
            0 => damaged[place] = byte,
            1 => damaged.insert(place, byte),
            _ => drop(damaged.remove(place)),
        }
        judge(&damaged);
        judge(&text[..place]);
    }
}

#[test]
fn nesting_of_any_depth_is_walked_without_recursion() {
    let deep = wrapped(&("[{\"a\":".repeat(100_000) + "1" + &"}]".repeat(100_000)));
    assert_eq!(read_sender(deep.as_bytes()).unwrap().fields(0).len(), 3);
    assert!(read_sender(&deep.as_bytes()[..deep.len() - 1]).is_err());
}

#[test]
fn escapes_in_keys_are_read_as_serde_json_reads_them() {
    for key in [
        r"\u0073id",
        r"\ud83d\ude00",
        r#"a\\b\/\b\f\n\r\t\"é😀"#,
        r"\\u0041",
        r"\u005C\u0022",
        r"\ud83d",
        r"\ude00\ud83d",
        r"\ud83dx\ude00",
        r"\uD83D\uDE00",
    ] {
        let text = format!("{{\"sid\":\"XE1\",\"status\":\"A\",\"{key}\":\"x\"}}");
        let wanted = serde_json::from_str::<String>(&format!("\"{key}\"")).ok();
        let found = read_sender(text.as_bytes()).ok();
        let name = found.as_ref().map(|found| found.name(text.as_bytes(), &found.fields(0)[2]).to_owned());
        assert_eq!(name, wanted, "{key}");
    }
}

#[test]
fn places_are_found_in_what_is_longer_than_any_buffer() {
    let long = "x\u{e9}_y".repeat(5000);
    let other = r#"{"a_b":[1,{"c_d":null}],"e_f":"\\u00e9"},"#.repeat(2000);
    let text = format!(r#"{{"long_one":"{long}","list":[{}],"last_one":1}}"#, other.trim_end_matches(','));
    let [last, one] = pick(&text, ["last_one", "long_one"]).unwrap();
    assert_eq!(text.get(last.unwrap()), Some("1"));
    assert_eq!(text.get(one.unwrap()).map(str::len), Some(long.len() + 2));
    let list = fields(&text).unwrap().remove(1);
    assert_eq!((list.0.as_ref(), items(text.get(list.1).unwrap(), 9999).unwrap().len()), ("list", 2000));
    // Nothing of it goes into what is written afterwards.
    let sender = r#"{"sid":"X","status":"Y","long_one":{"a_b":1,"c_d":2,"last_one":3}}"#;
    let found = read_sender(sender.as_bytes()).unwrap();
    assert_eq!(found.fields(0).len(), 3);
    #[cfg(feature = "camel")]
    assert_eq!(
        std::str::from_utf8(found.camel(0)).unwrap(),
        r#"{"sid":"X","status":"Y","longOne":{"aB":1,"cD":2,"lastOne":3}}"#
    );
}

#[test]
fn a_name_that_was_seen_is_known() {
    assert!(!crate::was_seen("an_odd_name"));
    let text = br#"{"sid":"X","status":"Y","profile":{"an_odd_name":{"within":1}},"a":"so that enough follows behind each key"}"#;
    read_sender(text).unwrap();
    assert!(crate::was_seen("an_odd_name") && crate::was_seen("within") && !crate::was_seen("sid"));
    // Small documents in any number leave it.
    for _ in 0..200 {
        read_sender(br#"{"sid":"X","status":"Y","a":1,"b":2}"#).unwrap();
    }
    assert!(crate::was_seen("an_odd_name"));
    assert!(!crate::was_seen("an_odd_nam") && !crate::was_seen("an_odd_name\"") && !crate::was_seen(""));
}

#[test]
fn more_keys_than_are_kept() {
    let mut fields = String::new();
    for round in 0..3 {
        for number in 0..200 {
            fields += &format!(",\"a_{}_{number}\":{round}", "x".repeat(number % 60));
        }
    }
    let text = format!(r#"{{"sid":"XE1","status":"ONLINE"{fields}}}"#);
    let found = read_sender(text.as_bytes()).unwrap();
    assert_eq!(found.fields(0).len(), 602);
    for field in found.fields(0) {
        let key = format!("\"{}\":", found.name(text.as_bytes(), field));
        assert!(part(&text, 0..field.value().start).ends_with(&key));
    }
}

#[cfg(feature = "camel")]
mod camel_text {
    use super::*;

    #[test]
    fn a_page_is_written_without_what_is_not_wanted() {
        let text = "{\"a_b\":{\"c_d\":[1]},\"senders\":[{\"sid\":\"XE1\",\"status\":\"é\"} , {\"status\" : \"B\",\"sid\":\"XE2\",\"wa_ba\":1}],\"meta\":{\"x\":1}}";
        let found = read_page(text.as_bytes()).unwrap();
        let one = r#"{"senders":[{"sid":"XE1","status":"\u00e9"}"#;
        let two = r#",{"status":"B","sid":"XE2","waBa":1}"#;
        for (len, wanted) in
            [(0, "{\"senders\":[".to_owned()), (1, one.to_owned()), (2, format!("{one}{two}"))]
        {
            assert_eq!(String::from_utf8(found.clone().take_camel(len, 1000).0).unwrap(), wanted);
        }
        assert_eq!([0, 1, 2].map(|at| found.camel(at)), [&one.as_bytes()[12..], &two.as_bytes()[1..], b""]);
        assert_eq!(
            read_page(b"{\"senders\":[ ],\"meta\":1}").unwrap().take_camel(0, 1000).0,
            b"{\"senders\":["
        );
    }

    #[test]
    fn pieces_end_where_senders_do() {
        let senders: Vec<String> =
            (10..60).map(|at| format!(r#"{{"sid":"XE{at}","status":"ONLINE"}}"#)).collect();
        let text = format!(r#"{{"senders":[{}],"meta":{{}}}}"#, senders.join(", "));
        let found = read_page(text.as_bytes()).unwrap();
        for (len, piece, count) in [(50, 100, 12), (50, 2_000, 0), (50, 1, 50), (7, 100, 2), (0, 1, 0)] {
            let (camel, ends) = found.clone().take_camel(len, piece);
            assert_eq!(ends.len(), count, "{len} by {piece}");
            let mut start = 11;
            for end in ends {
                let piece = [b"[", &camel[start + 1..end], b"]"].concat();
                assert!(
                    serde_json::from_slice::<Vec<Value>>(&piece).is_ok_and(|senders| !senders.is_empty())
                );
                start = end;
            }
        }
    }

    #[test]
    fn keys_change_and_values_do_not() {
        assert_eq!(
            json(
                r#" { "sender_id" : "waba_id", "a_b":[ {"c_d" :1.0e2 , "__proto__":{"e_f":null}} ], "g\u005fh":"x_y" } "#
            ),
            r#"{"senderId":"waba_id","aB":[{"cD":1.0e2,"__proto__":{"eF":null}}],"gH":"x_y"}"#
        );
        for (wire, js) in
            [("waba_id", Some("wabaId")), ("a_b_c", Some("aBC")), ("x1_y2", Some("x1Y2")), ("sid", None)]
        {
            assert_eq!(camel(wire.as_bytes()).as_deref(), js.map(str::as_bytes));
        }
        for same in
            ["__proto__", "_a", "a_", "a__b", "line_2", "", "a-b_c", "é_e", "constructor", "A_B", "_", "a_B"]
        {
            assert_eq!(camel(same.as_bytes()), None, "{same}");
        }
    }

    #[test]
    fn what_is_not_ascii_is_escaped() {
        assert_eq!(
            json("{\"é_é\":\"a😀\\\"ü\",\"a_b\":\"\\\\\u{7f}\u{2028}\",\"\\ud800_a\":\"\\ud800\"}"),
            "{\"\\u00e9_\\u00e9\":\"a\\ud83d\\ude00\\\"\\u00fc\",\"aB\":\"\\\\\u{7f}\\u2028\",\"\\ud800_a\":\"\\ud800\"}"
        );
    }

    #[test]
    fn what_grows_much_is_written_whole() {
        let text = "é".repeat(10_000);
        assert_eq!(json(&format!("\"{text}\"")).len(), 60_002);
    }
}

#[test]
fn objects_and_lists_are_taken_apart() {
    let text = r#" {"a":1, "b\u005fc" : {"d":[1,"]"]},"a":null} "#;
    let found: Vec<_> = crate::fields(text).unwrap();
    let found: Vec<_> =
        found.iter().map(|(key, value)| (key.as_ref(), text.get(value.clone()).unwrap())).collect();
    assert_eq!(found, [("a", "1"), ("b_c", r#"{"d":[1,"]"]}"#), ("a", "null")]);
    let text = r#"[ {"a":[]} ,[],"x,]\"",-1.5e3 ]"#;
    let items: Vec<_> =
        crate::items(text, usize::MAX).unwrap().into_iter().map(|item| text.get(item).unwrap()).collect();
    assert_eq!(items, [r#"{"a":[]}"#, "[]", r#""x,]\"""#, "-1.5e3"]);
    assert!(crate::fields("{}").unwrap().is_empty() && crate::items(" [ ] ", 9).unwrap().is_empty());
    for bad in ["", "[]", "null", "{", r#"{"a"}"#, r#"{"a":1,}"#, r#"{"a":1} x"#, r#"{"\ud800":1}"#] {
        assert!(crate::fields(bad).is_err(), "{bad}");
    }
    for bad in ["", "{}", "[", "[1,]", "[1 2]", "[1] x", "[,]"] {
        assert!(crate::items(bad, 1).is_err(), "{bad}");
    }
}
