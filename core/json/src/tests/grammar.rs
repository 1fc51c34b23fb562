//! Texts that RFC 8259 allows (`y`), forbids (`n`) and leaves open (`i`), each with its section. The verdicts are
//! written here; no other reader supplies them.

use super::*;

/// Whether a text is taken as the value of a sender's field, as an item of a list and as a field of an object, eq_masked.
fn is_taken(text: &[u8]) -> bool {
    let sender = [br#"{"sid":"XE1","status":"ONLINE","value":"#, text, b"}"].concat();
    let page = [br#"{"senders":[],"meta":{},"rest":"#, text, b"}"].concat();
    let meta = [br#"{"meta":"#, text, br#","senders":[]}"#].concat();
    let verdicts = [read_sender(&sender).is_ok(), read_page(&page).is_ok(), read_page(&meta).is_ok()];
    if let Ok(text) = std::str::from_utf8(text) {
        let field = crate::fields(&format!("{{\"a\":{text}}}")).is_ok();
        let item = crate::items(&format!("[{text}]"), 9).is_ok();
        // An empty text is no item, but it makes an empty list of the brackets around it.
        assert!(field == verdicts[0] && (item == verdicts[0] || text.trim().is_empty()), "{text:?}");
    }
    assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "{:?}", String::from_utf8_lossy(text));
    verdicts[0]
}

#[track_caller]
fn all(taken: bool, section: &str, texts: &[&[u8]]) {
    for text in texts {
        assert_eq!(is_taken(text), taken, "RFC 8259 {section}: {:?}", String::from_utf8_lossy(text));
    }
}

#[test]
fn y_what_the_grammar_allows_is_taken() {
    all(
        true,
        "§2: white space",
        &[b" 1", b"1 ", b"\t1\n", b"\r\n[\r\n]\r\n", b"{ \"a\" : 1 }", b"[ 1 , 2 ]", b"[\n]", b"{\t}"],
    );
    all(true, "§3: literal names", &[b"true", b"false", b"null", b"[null]", b"[true,false]"]);
    all(
        true,
        "§4: objects",
        &[
            b"{}",
            br#"{"":0}"#,
            br#"{"a":1,"b":2}"#,
            br#"{"a":1,"a":2}"#,
            br#"{"a":{"a":{}}}"#,
            br#"{"\u0061":1}"#,
            br#"{"a\u0000b":1}"#,
            br#"{"\"":1}"#,
            br#"{"min":-1.0e+28,"max":1.0e+28}"#,
            br#"{"a":[]}"#,
        ],
    );
    all(true, "§5: arrays", &[b"[]", b"[[]]", b"[\"\"]", b"[1,null,\"a\",{},[]]", b"[[[[[[]]]]]]", b"[1,1]"]);
    all(
        true,
        "§6: numbers",
        &[
            b"0",
            b"-0",
            b"1",
            b"-1",
            b"10",
            b"0.0",
            b"0.1",
            b"-0.1",
            b"1e0",
            b"1E0",
            b"1e+0",
            b"1e-0",
            b"0e1",
            b"0E+1",
            b"1.5e10",
            b"1e00",
            b"123456789012345678901234567890",
            b"0.00000000000000000000000000001",
            b"-123.456E-7",
            b"20e1",
        ],
    );
    all(
        true,
        "§7: strings",
        &[
            br#""""#,
            br#"" ""#,
            br#""\"""#,
            br#""\\""#,
            br#""\/""#,
            br#""\b\f\n\r\t""#,
            br#""\u0000""#,
            br#""\uFFFF""#,
            br#""\u00e9""#,
            br#""\ud83d\ude00""#,
            br#""\uD834\uDD1E""#,
            br#""\\u0041""#,
            br#""\\\\n""#,
            b"\"\x7f\"",
            b"\"/\"",
            "\"\u{e9}\"".as_bytes(),
            "\"\u{2028}\u{2029}\"".as_bytes(),
            "\"\u{10ffff}\"".as_bytes(),
            "\"\u{ffff}\"".as_bytes(),
            "\"\u{feff}\"".as_bytes(),
            br#""a/*b*/c/*d//e""#,
            br#""[{,:}]""#,
        ],
    );
}

#[test]
fn n_what_the_grammar_forbids_is_refused() {
    all(
        false,
        "§2: one value",
        &[
            b"",
            b" ",
            b"1 2",
            b"1,",
            b",1",
            b"[]1",
            b"{}{}",
            b"[1]]",
            b"1]",
            b"nullnull",
            b"\"a\"\"b\"",
            b"1\0",
        ],
    );
    all(
        false,
        "§2: white space is space, tab, LF, CR",
        &[
            b"\x0c1",
            b"1\x0c",
            b"\x0b1",
            "\u{a0}1".as_bytes(),
            "[\u{2060}]".as_bytes(),
            "\u{feff}1".as_bytes(),
            b"[\x0c]",
            b"\0",
            b"\x1f1",
        ],
    );
    all(
        false,
        "§3: literal names",
        &[
            b"True",
            b"NULL",
            b"nul",
            b"nulL",
            b"tru",
            b"fals",
            b"falsee",
            b"truth",
            b"NaN",
            b"Infinity",
            b"-Infinity",
            b"undefined",
            b"a",
        ],
    );
    all(
        false,
        "§4: objects",
        &[
            b"{",
            b"}",
            b"{]",
            b"{\"a\"}",
            b"{\"a\":}",
            b"{\"a\" 1}",
            b"{\"a\":1,}",
            b"{,}",
            b"{,\"a\":1}",
            b"{\"a\":1,,\"b\":1}",
            b"{a:1}",
            b"{'a':1}",
            b"{1:1}",
            b"{null:1}",
            b"{\"a\"::1}",
            b"{\"a\":1 \"b\":1}",
            b"{\"a\":1",
            b"{\"a\"",
            b"{\"a",
            b"{\"a\":1]",
            b"{[]:1}",
            b"{\"a\":1;\"b\":2}",
            b"{\"a\",1}",
            b"{\"a\":\"b\":1}",
            b"{\"\\x\":1}",
            b"{\"a\tb\":1}",
            b"{\"a\xff\":1}",
            b"{\"a\":1,\"b\"",
        ],
    );
    all(
        false,
        "§5: arrays",
        &[
            b"[",
            b"]",
            b"[}",
            b"[1",
            b"[1,",
            b"[1,]",
            b"[,1]",
            b"[,]",
            b"[1,,2]",
            b"[1 2]",
            b"[1:2]",
            b"[\"a\"",
            b"[\"\",1",
            b"[-]",
            b"[*]",
            b"[\"a\":1]",
            b"[{}",
            b"[[]",
            b"[\n1\n,2",
            b"[1;2]",
            b"[,,]",
        ],
    );
    all(
        false,
        "§6: numbers",
        &[
            b"00",
            b"01",
            b"-01",
            b"-",
            b"--1",
            b"+1",
            b"1.",
            b".1",
            b"-.1",
            b"1.e1",
            b"1e",
            b"1E+",
            b"1e1.5",
            b"1e1e1",
            b"1.1.1",
            b"0x1",
            b"0b1",
            b"1_000",
            b"1,000.",
            b"1 000",
            b"1f",
            b"1n",
            b"0.e1",
            b"- 1",
            b"1.-1",
            b"1e--1",
            b"1ea",
            b"2.e+3",
            b"-a",
            "\u{ff11}".as_bytes(),
            b"1+2",
        ],
    );
    all(
        false,
        "§7: strings",
        &[
            b"\"",
            b"\"a",
            b"a\"",
            b"'a'",
            b"\"\\\"",
            b"\"\\",
            b"\"\\x00\"",
            b"\"\\a\"",
            b"\"\\'\"",
            b"\"\\0\"",
            b"\"\\u\"",
            b"\"\\u1\"",
            b"\"\\u12\"",
            b"\"\\u123\"",
            b"\"\\u123g\"",
            b"\"\\u 123\"",
            b"\"\\u+123\"",
            b"\"\\U0041\"",
            b"\"\\\n\"",
            b"\"a\nb\"",
            b"\"a\rb\"",
            b"\"a\tb\"",
            b"\"\0\"",
            b"\"\x1f\"",
            b"\"\\\xc3\xa9\"",
            b"\"\\ud83d\\u\"",
            b"\"\\ud83d\\ude0\"",
            b"\"\\ud83d\\x\"",
        ],
    );
    all(
        false,
        "§8.1: UTF-8",
        &[
            b"\"\xff\"",
            b"\"\x80\"",
            b"\"\xc3\"",
            b"\"\xc0\x80\"",
            b"\"\xc1\xbf\"",
            b"\"\xe0\x80\x80\"",
            b"\"\xe2\x82\"",
            b"\"\xed\xa0\x80\"",
            b"\"\xed\xbf\xbf\"",
            b"\"\xf0\x80\x80\x80\"",
            b"\"\xf0\x9f\x98\"",
            b"\"\xf4\x90\x80\x80\"",
            b"\"\xf8\x88\x80\x80\x80\"",
            b"\xe9",
            b"[\xff]",
            b"\xfe\xff\0\"\0a\0\"",
            b"\"\0a\0\"\0",
            b"\"\xe9\"",
        ],
    );
    all(
        false,
        "comments are none",
        &[b"/**/1", b"1/**/", b"1//", b"//\n1", b"#\n1", b"[1,/**/2]", b"{\"a\":/**/1}", b"1/"],
    );
}

#[test]
fn i_what_the_grammar_leaves_open_is_decided_here() {
    all(
        true,
        "§6: a number of any size is kept as it is written",
        &[
            b"1e400",
            b"-1e400",
            b"1e-400",
            b"123e100000",
            b"0.4e00669999999999999999999999",
            b"100000000000000000000",
            b"-237462374673276894279832",
        ],
    );
    all(
        true,
        "§8.2: a lone surrogate in a value, or in a key within it",
        &[
            br#""\ud800""#,
            br#""\udc00""#,
            br#""\udc00\ud800""#,
            br#""\ud800\ud800\n""#,
            br#""\ud800a""#,
            br#""\uDADA""#,
            br#"{"\uDFAA":0}"#,
        ],
    );
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    all(true, "§9: a nesting of any depth", &[&deep]);
    all(
        false,
        "§9: a nesting that is not closed",
        &[&deep[..deep.len() - 1], &b"[".repeat(100_000), &br#"{"":"#.repeat(50_000)],
    );
    // §8.1: a byte order mark before the whole text, and nowhere else.
    assert!(read_sender("\u{feff}{\"sid\":\"XE1\",\"status\":\"A\"}".as_bytes()).is_ok());
    assert!(read_sender("\u{feff}\u{feff}{\"sid\":\"XE1\",\"status\":\"A\"}".as_bytes()).is_err());
    assert!(read_sender("{\"sid\":\"XE1\",\"status\":\"A\"}\u{feff}".as_bytes()).is_err());
    // §8.2: a sender's own key is a name, which a lone surrogate is not.
    assert!(read_sender(br#"{"sid":"XE1","status":"A","\ud800":1}"#).is_err());
}
