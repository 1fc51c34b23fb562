//! Responses of the odd world: what is let pass, what is refused, and the status that decides before the framing does.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::*;

/// Head lines and a body behind them.
fn answer(status: &str, lines: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\n{lines}\r\n").as_bytes(), body].concat()
}

fn with_length(status: &str, lines: &str, body: &[u8]) -> Vec<u8> {
    answer(status, &format!("{lines}Content-Length: {}\r\n", body.len()), body)
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_status_without_a_body_that_announces_one_ends_the_connection() {
    for status in ["204 No Content", "304 Not Modified"] {
        for lines in [
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: x\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Content-Length : 5\r\n",
        ] {
            // Whether the rest comes at once or after the next request has gone out, nothing reads it.
            for rest in [&b""[..], b"0\r\n\r\n", b"hello"] {
                let bytes = answer(status, lines, rest);
                let (answer, reusable) = every_way(&get(), &bytes, false);
                let response = answer.unwrap().unwrap();
                assert!(status.starts_with(&response.status.to_string()), "{lines}");
                assert!(response.body.is_empty() && !reusable, "{status} {lines}");
            }
        }
    }
    let interim =
        "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(good(interim.as_bytes(), false), (200, "{}".into(), false));
}

#[test]
fn an_error_status_decides_whatever_becomes_of_the_rest() {
    for (status, number) in
        [("401 Unauthorized", 401), ("429 Too Many", 429), ("503 Busy", 503), ("302 Found", 302)]
    {
        for (lines, body) in [
            ("Content-Length: 100\r\n", "{"),
            ("Content-Length: 999999999999\r\n", ""),
            ("Content-Length: 1\r\nContent-Length: 2\r\n", "{}"),
            ("Content-Length : 2\r\n", "{}"),
            ("Transfer-Encoding: gzip, chunked\r\n", "x"),
            ("Transfer-Encoding: chunked\r\n", "5\r\nhel"),
            ("Transfer-Encoding: chunked\r\n", "x\r\n"),
            ("Transfer-Encoding: chunked\r\n", "\r\n"),
            ("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n"),
        ] {
            let lines = format!("T-Request-Id: RQ1\r\nRetry-After: 7\r\n{lines}");
            let (answer, reusable) = every_way(&get(), &answer(status, &lines, body.as_bytes()), true);
            let response = answer.unwrap().unwrap();
            assert_eq!((response.status, reusable), (number, false), "{lines}");
            assert_eq!(response.headers.value("retry-after"), Some("7"), "{lines}");
        }
        // A head that is cut behind its first line.
        let (answer, reusable) = every_way(&get(), format!("HTTP/1.1 {status}\r\nContent-").as_bytes(), true);
        assert_eq!((answer.unwrap().unwrap().status, reusable), (number, false));
    }
    // As much of the text as came may say why.
    let (cut, _) = every_way(&get(), &answer("400 Bad", "Content-Length: 100\r\n", b"{\"code\":"), true);
    assert_eq!(cut.unwrap().unwrap().body, b"{\"code\":");
}

#[test]
fn a_failure_that_the_driver_sees_does_not_undo_an_error_status() {
    let so_far = |bytes: &[u8]| {
        let mut connection = sent(&get());
        assert_eq!(connection.read(bytes), None);
        let response = connection.answer_so_far();
        assert!(response.is_none() || !connection.is_reusable());
        response.map(|response| response.status)
    };
    assert_eq!(so_far(b"HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\n{"), Some(403));
    assert_eq!(so_far(b"HTTP/1.1 403 No\r\nContent-Le"), Some(403));
    assert_eq!(so_far(b"HTTP/1.1 403 N"), None);
    assert_eq!(so_far(b"HTTP/1.1 202 OK\r\nContent-Length: 9\r\n\r\n{"), None);
    assert_eq!(so_far(b"HTTP/1.1 100 Continue\r\n\r\n"), None);
    assert_eq!(so_far(b"HTTP/1.1 099 Odd\r\nX: y"), None);
    assert_eq!(so_far(b""), None);
}

#[test]
fn a_success_needs_its_whole_body_and_names_its_status() {
    for (bytes, kind) in [
        (&b"HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{"[..], FailureKind::Closed),
        (b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", FailureKind::Closed),
        // A line without a size is not the end.
        (
            b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n\r\n\r\n",
            FailureKind::Protocol,
        ),
        (b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n\r\n", FailureKind::Protocol),
        (
            b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n",
            FailureKind::Protocol,
        ),
        (b"HTTP/1.1 202 Accepted\r\nConte", FailureKind::Closed),
    ] {
        assert_eq!(bad(bytes, true), kind, "{}", String::from_utf8_lossy(bytes));
    }
    let (cut, _) = feed(&get(), &[b"HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{"], true);
    assert!(cut.unwrap().unwrap_err().message.contains("status 202"));
}

#[test]
fn compressed_bodies_are_decoded() {
    let text = br#"{"sid":"XE","status":"ONLINE"}"#;
    let wanted = (200, String::from_utf8(text.to_vec()).unwrap(), true);
    for (coding, body) in [
        ("gzip", gzip(text)),
        ("X-GZip", gzip(text)),
        ("deflate", zlib(text)),
        ("deflate", raw_deflate(text)),
        ("identity, gzip", gzip(text)),
        ("deflate, gzip", gzip(&zlib(text))),
        ("gzip", [gzip(&text[..9]), gzip(&text[9..])].concat()),
        ("gzip", [gzip(text), b"\0\0padding".to_vec()].concat()),
        // Unpacked on the way by a gateway that left the header.
        ("gzip", text.to_vec()),
        ("br", text.to_vec()),
    ] {
        let lines = format!("Content-Encoding: {coding}\r\n");
        assert_eq!(good(&with_length("200 OK", &lines, &body), false), wanted, "{coding}");
    }
    for (status, coding, body) in [
        ("401 Unauthorized", "br", &b"\x0b\x02\x80\xff"[..]),
        ("202 Accepted", "zstd", b"\x28\xb5\x2f\xfd"),
        ("202 Accepted", "gzip", b"\x1f\x8b\x08\x00\xff"),
        ("401 Unauthorized", "deflate", b"\xff\xff\xff"),
        ("200 OK", "gzip, gzip, gzip, gzip, gzip", b"\x1f\x8b"),
        ("200 OK", "gzip", b""),
    ] {
        let lines = format!("Content-Encoding: {coding}\r\n");
        let (number, text, reusable) = good(&with_length(status, &lines, body), false);
        assert!(status.starts_with(&number.to_string()) && text.is_empty(), "{coding}");
        assert!(reusable);
    }
    // Cut or spoiled data is no body, though most of it can be unpacked.
    for damage in [gzip(text)[..20].to_vec(), {
        let mut spoiled = gzip(text);
        let sum = spoiled.len() - 6;
        spoiled[sum] ^= 1;
        spoiled
    }] {
        assert_eq!(good(&with_length("200 OK", "Content-Encoding: gzip\r\n", &damage), false).1, "");
    }
}

#[test]
fn what_unpacks_to_too_much_is_refused_within_the_bound() {
    let mut request = get();
    request.max_response_bytes = 100_000;
    let bomb = vec![b' '; 4 * 1024 * 1024];
    for (coding, body) in [
        ("gzip", gzip(&bomb)),
        ("gzip", gzip(&bomb[..90_000]).repeat(2)),
        ("deflate", zlib(&bomb)),
        ("deflate", raw_deflate(&bomb)),
        ("gzip, gzip", gzip(&gzip(&bomb))),
    ] {
        let lines = format!("Content-Encoding: {coding}\r\n");
        let ended = |status| feed(&request, &[&with_length(status, &lines, &body)], false).0.unwrap();
        assert_eq!(ended("200 OK").unwrap_err().kind, FailureKind::ResponseTooLarge, "{coding}");
        assert_eq!(ended("401 No").unwrap().status, 401);
    }
    let fits = with_length("200 OK", "Content-Encoding: gzip\r\n", &gzip(&bomb[..100_000]));
    assert_eq!(feed(&request, &[&fits], false).0.unwrap().unwrap().body.len(), 100_000);
}

#[test]
fn what_does_not_frame_the_message_is_skipped() {
    for line in [
        "X-Thing : 1",
        "X-Thing\t: 1",
        "no colon",
        ": no name",
        "X Y: 1",
        "X\u{1}: 1",
        "X: a\u{1}b",
        "X: a\0b",
        "\0",
        "X: a\rb",
        "\u{e9}: 1",
        "X: \u{e9}",
        " starts with a space",
        "\tor a tab",
        "X: a\r\n folded",
        "X: a\r\n\tfolded\r\n twice",
        "(x): 1",
        "X-Content-Length : 9",
        "Content-Length-Not",
        "\r\r",
    ] {
        for end in ["\r\n", "\n"] {
            let bytes =
                answer("200 OK", &format!("{line}{end}T-Request-Id: RQ1{end}Content-Length: 2{end}"), b"{}");
            let (answer, reusable) = every_way(&get(), &bytes, false);
            let response = answer.unwrap().unwrap_or_else(|failure| panic!("{line:?}: {failure:?}"));
            assert_eq!(
                (response.status, response.body.as_slice(), reusable),
                (200, &b"{}"[..], true),
                "{line:?}"
            );
            assert_eq!(response.headers.value("T-Request-Id"), Some("RQ1"), "{line:?}");
            let clean = |text: &str| !text.contains(['\r', '\n', '\0']);
            assert!(response.headers.iter().all(|(name, value)| clean(name) && clean(value)), "{line:?}");
        }
    }
    let folded = answer("200 OK", "T-Request-Id: RQ\r\n  1 \r\nContent-Length: 0\r\n", b"");
    let response = feed(&get(), &[&folded], false).0.unwrap().unwrap();
    assert_eq!(response.headers.value("t-request-id"), Some("RQ   1"));
    let spaced = answer("200 OK", "Retry-After : 3\r\nContent-Length: 0\r\n", b"");
    assert_eq!(feed(&get(), &[&spaced], false).0.unwrap().unwrap().headers.value("retry-after"), Some("3"));
    // The reason phrase says nothing.
    for reason in ["", " ", " OK\u{1}", " \u{e9}", " a\0b", " a\rb"] {
        let bytes = format!("HTTP/1.1 200{reason}\r\nContent-Length: 2\r\n\r\n{{}}");
        assert_eq!(good(bytes.as_bytes(), false), (200, "{}".into(), true), "{reason:?}");
    }
}

#[test]
fn what_may_frame_the_message_is_read_strictly() {
    for line in [
        "Content-Length : 2",
        "Content-Length\t: 2",
        " Content-Length: 2",
        "\tContent-Length: 2",
        "Content-Length 2",
        "Content-Length=2",
        "Content-Length",
        "Content-Length\0: 2",
        "\u{1}Content-Length: 2",
        "Content-Length: 2\0",
        "Content-Length: \u{1}2",
        "Content-Length:\r2",
        "Content-Length: 2\r",
        "Content-Length: 2\u{c}",
        "Transfer-Encoding:\rchunked",
        "Content-Length: 2\r\n 0",
        "Content-Length:\r\n 2",
        "X: a\rContent-Length: 2",
        "X: a\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\u{b}: chunked",
        "Transfer-Encoding: \u{b}chunked",
        "Transfer-Encoding: chunked\r\n ,gzip",
        "transfer-encoding",
        "Transfer-Encoding chunked",
        "Transfer-Encoding\r chunked",
        "Transfer-Encoding=chunked: x",
        "TRANSFER-ENCODING\u{a0}: chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding:",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content-Length: 2\r\nContent-Length : 2",
    ] {
        let bytes = answer("200 OK", &format!("X-A: b\r\n{line}\r\n"), b"{}");
        assert_eq!(bad(&bytes, true), FailureKind::Protocol, "{line:?}");
    }
    let hidden = answer("200 OK\rContent-Length: 9", "Content-Length: 2\r\n", b"{}");
    assert_eq!(bad(&hidden, true), FailureKind::Protocol);
}

#[test]
fn many_and_long_headers_pass_up_to_the_cap_however_they_are_cut() {
    let many: String = (0..900).map(|at| format!("X-{at}: {at}\r\n")).collect();
    let long = format!("X: {}\r\n", "x".repeat(60_000));
    for lines in [many.as_str(), &long, "A:\n"] {
        let bytes = answer("200 OK", &format!("{lines}T-Request-Id: RQ1\r\nContent-Length: 2\r\n"), b"{}");
        for pieces in [bytes.len(), 4096, 7777] {
            let pieces: Vec<&[u8]> = bytes.chunks(pieces).collect();
            let (answer, reusable) = feed(&get(), &pieces, false);
            assert_eq!(answer.unwrap().unwrap().headers.value("t-request-id"), Some("RQ1"));
            assert!(reusable);
        }
    }
    // One that is larger is refused in one piece as well as in many.
    let larger = format!("X: {}\r\n", "x".repeat(70_000));
    let chunk = format!("1;{}\r\nx\r\n0\r\n\r\n", "x".repeat(70_000));
    let trailer = format!("0\r\n{}\r\n\r\n", "x".repeat(70_000));
    for bytes in [
        answer("200 OK", &format!("{larger}Content-Length: 0\r\n"), b""),
        answer("200 OK", "Transfer-Encoding: chunked\r\n", chunk.as_bytes()),
        answer("200 OK", "Transfer-Encoding: chunked\r\n", trailer.as_bytes()),
    ] {
        for pieces in [bytes.len(), 4096, 65_537] {
            let pieces: Vec<&[u8]> = bytes.chunks(pieces).collect();
            let (answer, _) = feed(&get(), &pieces, false);
            assert_eq!(answer.unwrap().unwrap_err().kind, FailureKind::Protocol);
        }
    }
    let refused = answer("401 No", &larger, b"");
    for pieces in [refused.len(), 4096] {
        let pieces: Vec<&[u8]> = refused.chunks(pieces).collect();
        assert_eq!(feed(&get(), &pieces, false).0.unwrap().unwrap().status, 401);
    }
}

#[test]
fn a_tunnel_is_judged_by_its_status_line() {
    for rest in [
        "\r\nContent-Length: 100000\r\n\r\n",
        "\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "\r\nTransfer-Encoding: gzip\r\nContent-Length : 7\r\n\r\nx",
        "\r\nContent-Encoding: br\r\n\r\n",
        "\r\nnot a header",
        "\r\n",
    ] {
        for (status, words) in
            [("403 Forbidden", "403"), ("407 Who", "user and password"), ("302 Sign in", "302")]
        {
            let bytes = format!("HTTP/1.1 {status}{rest}");
            for size in [1, bytes.len()] {
                let mut connection = tunnelled();
                let failure = bytes.as_bytes().chunks(size).find_map(|piece| connection.read(piece));
                let failure = failure.unwrap_or_else(|| panic!("{bytes:?}")).unwrap_err();
                assert_eq!((failure.kind, failure.sent), (FailureKind::Connect, RequestSent::No));
                assert!(failure.message.contains(words), "{failure:?}");
            }
        }
    }
    let mut connection = tunnelled();
    assert_eq!(connection.read(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nX-Odd : 1\r\n\r\n"), None);
    assert!(connection.is_open());
}

proptest! {
    /// However a response is cut, the same comes of it.
    #[test]
    fn cuts_change_nothing(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "HTTP/1.1 200 OK\r\n", "HTTP/1.1 401 \r\n", "HTTP/1.1 204 \n", "HTTP/1.1 100 C\r\n", "Content-Length: 3\r\n",
                "Content-Length : 3\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\n", "Connection: close\r\n",
                "Content-Encoding: gzip\r\n", " folded\r\n", "X : 1\n", "no colon\r\n", "\r\n", "\r\n", "\r\n", "3\r\n", "abc\r\n",
                "0\r\n", "3;x\r\n", ";x\r\n", "X: \u{1}y\r\n", "\n", "\r", "\0",
            ]),
            0..12,
        ),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        end in any::<bool>(),
    ) {
        let bytes = [b"HTTP/1.1 200 OK\r\n", lines.concat().as_bytes()].concat();
        let bytes = if lines.first().is_some_and(|line| line.starts_with("HTTP")) { &bytes[17..] } else { &bytes };
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(feed(&get(), &pieces, end), feed(&get(), &[bytes], end));
    }
}
