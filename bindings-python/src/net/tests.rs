//! The connection over byte slices, cut at every place.

use proptest::prelude::*;
use senders_core::{
    Action, CallOptions, Client, Config, CreateSender, FailureKind, FetchSender, HttpRequest, Machine, Now,
    Operation, RequestSent, Secret, Sections, Step,
};

use super::connection::{Answer, Connection, Tunnel};

mod odd;

fn sent_by(operation: impl Into<Operation>) -> HttpRequest {
    match operation.into().step(Now::new(0, 0)) {
        Step::Act(Action::Send { request, .. }) => request,
        other => panic!("no request: {other:?}"),
    }
}

fn client() -> Client {
    Client::new(Config::builder().base_url("http://127.0.0.1:8421").build().unwrap())
}

fn get() -> HttpRequest {
    let sid = format!("XE{}", "a".repeat(32)).parse().unwrap();
    sent_by(client().fetch(FetchSender::new(sid), &CallOptions::default()).unwrap())
}

fn post() -> HttpRequest {
    let create = CreateSender::new("whatsapp:+15551234567".parse().unwrap(), Sections::default());
    sent_by(client().create(create, &CallOptions::default()).unwrap())
}

fn plain() -> Connection {
    Connection::new("127.0.0.1:8421".to_owned(), None, None).unwrap()
}

/// A connection that has sent `request`.
fn sent(request: &HttpRequest) -> Connection {
    let mut connection = plain();
    connection.start(request).unwrap();
    let count = connection.output().len();
    connection.wrote(count);
    connection
}

/// The result, and whether the connection can be used again.
type Seen = (Option<Answer>, bool);

fn feed(request: &HttpRequest, pieces: &[&[u8]], end: bool) -> Seen {
    let mut connection = sent(request);
    let mut answer = None;
    for piece in pieces {
        let one = connection.read(piece);
        assert!(answer.is_none() || one.is_none(), "two responses to one request");
        answer = answer.or(one);
    }
    if end && answer.is_none() {
        answer = connection.read_end();
    }
    (answer, connection.is_reusable())
}

/// Feeds `bytes` whole, cut in two at every place, and one by one: the same must come out.
fn every_way(request: &HttpRequest, bytes: &[u8], end: bool) -> Seen {
    let whole = feed(request, &[bytes], end);
    for cut in 0..bytes.len() {
        let (first, second) = bytes.split_at(cut);
        assert_eq!(feed(request, &[first, second], end), whole, "cut at {cut}");
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(feed(request, &single, end), whole, "one by one");
    whole
}

/// Status, body, and whether the connection can be used again.
fn good(bytes: &[u8], end: bool) -> (u16, String, bool) {
    let (answer, reusable) = every_way(&get(), bytes, end);
    let response = answer.expect("no answer").expect("a failure");
    (response.status, String::from_utf8(response.body).unwrap(), reusable)
}

fn bad(bytes: &[u8], end: bool) -> FailureKind {
    let (answer, reusable) = every_way(&get(), bytes, end);
    assert!(!reusable);
    let failure = answer.expect("no answer").expect_err("a response");
    assert_eq!(failure.sent, RequestSent::Yes);
    failure.kind
}

#[test]
fn requests_stand_as_they_should() {
    let connection = {
        let mut connection = plain();
        connection.start(&post()).unwrap();
        connection
    };
    let text = String::from_utf8(connection.output().to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    assert_eq!(lines.next(), Some("POST /v2/Channels/Senders HTTP/1.1"));
    let lines: Vec<_> = lines.collect();
    assert!(lines.contains(&"host: 127.0.0.1:8421"), "{head}");
    assert!(lines.contains(&"accept-encoding: identity"), "{head}");
    assert!(lines.contains(&format!("content-length: {}", body.len()).as_str()), "{head}");
    assert!(body.contains("whatsapp:+15551234567"));

    let mut connection = plain();
    connection.start(&get()).unwrap();
    let text = String::from_utf8(connection.output().to_vec()).unwrap();
    assert!(text.ends_with("\r\n\r\n") && !text.contains("content-length"), "{text}");
}

#[test]
fn a_request_cannot_be_split() {
    for target in ["/a b", "/a\r\nx: y", "a", "", "/\u{e9}"] {
        let mut request = get();
        request.target = target.to_owned();
        assert!(plain().start(&request).is_err(), "{target:?}");
    }
    for (name, value) in [("x", "a\r\nb: c"), ("x\n", "a"), ("x:y", "a"), ("", "a"), ("x", "a\0")] {
        let mut request = get();
        request.headers.push(name.to_owned(), value);
        assert!(plain().start(&request).is_err(), "{name:?}: {value:?}");
    }
}

#[test]
fn length() {
    assert_eq!(
        good(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false),
        (200, "hello".into(), true)
    );
    assert_eq!(good(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false), (200, String::new(), true));
    // Agreeing lengths are one; disagreeing ones are an attack.
    let twice = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(good(twice, false).1, "hello");
    let torn = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
    assert_eq!(bad(torn, false), FailureKind::Protocol);
    for length in ["-1", "+5", "5, 5", "", "0x5", "99999999999999999999999"] {
        let bytes = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhello");
        assert_eq!(bad(bytes.as_bytes(), true), FailureKind::Protocol, "{length}");
    }
}

#[test]
fn chunks() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let read = |body: &str| good(format!("{head}{body}").as_bytes(), false);
    assert_eq!(read("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), (200, "hello world".into(), true));
    assert_eq!(read("0\r\n\r\n"), (200, String::new(), true));
    let extended = "5;name=\"a value that is longer than twenty bytes\"\r\nhello\r\n0;last\r\n\r\n";
    assert_eq!(read(extended), (200, "hello".into(), true));
    assert_eq!(
        read("A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n"),
        (200, "0123456789".into(), true)
    );
    for body in ["5\r\nhello!\r\n0\r\n\r\n", "x\r\n", "-1\r\n", "fffffffffffffffff\r\n"] {
        assert_eq!(bad(format!("{head}{body}").as_bytes(), true), FailureKind::Protocol, "{body:?}");
    }
    for cut in ["", "5", "5\r\nhel", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n"] {
        assert_eq!(bad(format!("{head}{cut}").as_bytes(), true), FailureKind::Closed, "{cut:?}");
    }
}

#[test]
fn chunks_and_a_length_are_not_trusted_with_another_request() {
    let bytes =
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    assert_eq!(good(bytes, false), (200, "hello".into(), false));
}

#[test]
fn until_closed() {
    assert_eq!(good(b"HTTP/1.1 200 OK\r\n\r\nhello", true), (200, "hello".into(), false));
    assert_eq!(good(b"HTTP/1.0 200 OK\r\n\r\n", true), (200, String::new(), false));
}

#[test]
fn statuses_without_a_body() {
    for head in ["204 No Content", "304 Not Modified", "204 No Content\r\nContent-Length: 0"] {
        let bytes = format!("HTTP/1.1 {head}\r\n\r\n");
        assert!(good(bytes.as_bytes(), false).2, "{head}");
    }
}

#[test]
fn interim_responses_are_passed_over() {
    let bytes = b"HTTP/1.1 100 Continue\r\nDate: now\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
        HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(good(bytes, false), (202, "{}".into(), true));
    assert_eq!(bad(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", false), FailureKind::Protocol);
}

#[test]
fn keep_alive_is_a_matter_of_version_and_word() {
    let reusable = |version: &str, connection: &str| {
        good(format!("HTTP/{version} 200 OK\r\nContent-Length: 0\r\n{connection}\r\n").as_bytes(), false).2
    };
    assert!(reusable("1.1", ""));
    assert!(reusable("1.1", "Connection: keep-alive\r\n"));
    assert!(!reusable("1.1", "Connection: Close\r\n"));
    assert!(!reusable("1.1", "Connection: x, close\r\n"));
    assert!(!reusable("1.0", ""));
    assert!(reusable("1.0", "Connection: Keep-Alive\r\n"));
}

#[test]
fn bytes_behind_the_response_end_the_connection() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let mut connection = sent(&get());
    let response = connection.read(bytes).unwrap().unwrap();
    assert_eq!(response.body, b"{}");
    assert!(!connection.is_reusable());

    let mut connection = sent(&get());
    connection.read(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().unwrap();
    assert!(connection.is_reusable());
    assert_eq!(connection.read(b"H"), None);
    assert!(!connection.is_reusable());
}

#[test]
fn cut_and_malformed() {
    assert_eq!(bad(b"", true), FailureKind::Closed);
    assert_eq!(bad(b"HTTP/1.1 200 OK\r\nConte", true), FailureKind::Closed);
    assert_eq!(bad(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", true), FailureKind::Closed);
    for bytes in [
        &b"SSH-2.0-OpenSSH\r\n\r\n"[..],
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"\rHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\nContent-Length: +1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        let (answer, _) = feed(&get(), &[bytes], true);
        let failure = answer.unwrap().unwrap_err();
        assert_eq!(failure.kind, FailureKind::Protocol, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_is_too_large_is_not_kept() {
    let mut request = get();
    request.max_response_bytes = 4;
    let too_large = |bytes: &[u8], end| {
        let (answer, reusable) = every_way(&request, bytes, end);
        let answer = answer.unwrap();
        assert_eq!(answer.is_ok(), reusable);
        answer.map_err(|failure| failure.kind)
    };
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    ] {
        assert_eq!(too_large(bytes, true), Err(FailureKind::ResponseTooLarge));
    }
    assert!(too_large(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour", false).is_ok());

    // A head without an end, a chunk line without an end.
    let mut connection = sent(&get());
    let _ = connection.read(b"HTTP/1.1 200 OK\r\n");
    let failure =
        (0..).find_map(|_| connection.read(b"X-Long: 0123456789012345678901234567890123456789\r\n"));
    assert_eq!(failure.unwrap().unwrap_err().kind, FailureKind::Protocol);
    let mut connection = sent(&get());
    let _ = connection.read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=");
    let failure = (0..).find_map(|_| connection.read(&[b'a'; 1000]));
    assert_eq!(failure.unwrap().unwrap_err().kind, FailureKind::Protocol);
}

#[test]
fn how_much_was_sent_is_exact() {
    let request = post();
    let mut connection = plain();
    assert_eq!(connection.sent(), RequestSent::No);
    connection.start(&request).unwrap();
    let size = connection.output().len();
    assert_eq!(connection.sent(), RequestSent::No);
    connection.wrote(1);
    assert_eq!(connection.sent(), RequestSent::Unknown);
    connection.wrote(size - 2);
    assert_eq!(connection.sent(), RequestSent::Unknown);
    connection.wrote(1);
    assert_eq!(connection.sent(), RequestSent::Yes);

    // The second request of a connection starts from nothing again.
    connection.read(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().unwrap();
    connection.start(&request).unwrap();
    assert_eq!(connection.sent(), RequestSent::No);
    let failure = connection.read_end().unwrap().unwrap_err();
    assert_eq!((failure.kind, failure.sent), (FailureKind::Closed, RequestSent::No));
}

#[test]
fn an_answer_to_half_a_request_ends_the_connection() {
    let mut connection = plain();
    connection.start(&post()).unwrap();
    connection.wrote(10);
    let response = connection.read(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n").unwrap().unwrap();
    assert_eq!(response.status, 413);
    assert!(!connection.is_reusable());
}

/// A connection that has asked for a tunnel.
fn tunnelled() -> Connection {
    let tunnel = Tunnel {
        authority: "api.example:443".into(),
        authorization: None,
        proxy: "proxy.example:3128".into(),
    };
    let mut connection = Connection::new("api.example".to_owned(), Some(tunnel), None).unwrap();
    connection.start(&get()).unwrap();
    let count = connection.output().len();
    connection.wrote(count);
    connection
}

#[test]
fn tunnels() {
    let tunnel = || Tunnel {
        authority: "api.example:443".into(),
        authorization: Some(Secret::new("Basic eDp5")),
        proxy: "the proxy p:1".into(),
    };
    let new = || Connection::new("api.example".to_owned(), Some(tunnel()), None).unwrap();
    let mut connection = new();
    connection.start(&get()).unwrap();
    let asked = String::from_utf8(connection.output().to_vec()).unwrap();
    assert_eq!(
        asked,
        "CONNECT api.example:443 HTTP/1.1\r\nhost: api.example:443\r\nproxy-authorization: Basic eDp5\r\n\r\n"
    );
    connection.wrote(asked.len());
    assert!(!connection.is_open());
    assert_eq!(connection.sent(), RequestSent::No);
    for byte in b"HTTP/1.1 200 Connection established\r\nContent-Length: 9\r\n\r\n" {
        assert_eq!(connection.read(&[*byte]), None);
    }
    assert!(connection.is_open());
    assert!(connection.output().starts_with(b"GET /v2/"));

    for (answer, words) in [
        (
            &b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"[..],
            "user and password",
        ),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "502"),
        (b"HTTP/1.1 200 OK\r\n\r\nearly", "more than its answer"),
    ] {
        let mut connection = new();
        connection.start(&get()).unwrap();
        connection.wrote(asked.len());
        let failure = connection.read(answer).unwrap().unwrap_err();
        assert_eq!((failure.kind, failure.sent), (FailureKind::Connect, RequestSent::No));
        assert!(failure.message.contains(words) && failure.message.contains("the proxy p:1"), "{failure:?}");
        assert!(!failure.message.contains("eDp5"));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
        end in any::<bool>(),
    ) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        feed(&get(), &pieces, end);
    }

    /// Responses that are nearly right, cut anywhere.
    #[test]
    fn nearly_right_responses_never_panic(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "HTTP/1.1 200 OK\r\n", "HTTP/1.1 204 \r\n", "HTTP/1.1 100 C\r\n", "Content-Length: 3\r\n",
                "Content-Length: 18446744073709551615\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
                "\r\n", "3\r\n", "abc\r\n", "0\r\n", "ffffffffffffffff\r\n", ";ext\r\n", "X: \u{1}y\r\n", "\n", "\r",
            ]),
            0..12,
        ),
        cut in any::<prop::sample::Index>(),
        end in any::<bool>(),
    ) {
        let bytes = lines.concat().into_bytes();
        let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
        feed(&get(), &[first, second], end);
    }

    /// Any body comes through any chunking of it.
    #[test]
    fn chunked_bodies_are_whole(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..50), 0..6)) {
        let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in &chunks {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        let (answer, reusable) = feed(&get(), &[&bytes], false);
        prop_assert_eq!(answer.unwrap().unwrap().body, chunks.concat());
        prop_assert!(reusable);
    }
}
