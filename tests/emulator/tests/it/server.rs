//! The server as a separate process, on a real port: its first line, its end, and everything that only a socket
//! shows.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::support::{ACCOUNT_SID, AUTH_TOKEN, SENDERS, WHATSAPP, path};

/// The longest time for a response on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long no byte may arrive for the response to count as stalled.
const STALL: Duration = Duration::from_millis(300);

struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
    first_line: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The response from a socket.
#[derive(Debug)]
struct Received {
    head: String,
    body: Vec<u8>,
    /// How the connection ended: `Ok` means in order.
    end: Result<(), ErrorKind>,
}

impl Received {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_senders-emulator"));
        let mut process =
            command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut first_line = String::new();
        stdout.read_line(&mut first_line).unwrap();
        let address = first_line.trim_end().strip_prefix("listening on http://").expect(&first_line);
        let address = address.parse().unwrap();
        Self { process, stdout, address, first_line }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn ask(&self, method: &str, target: &str, body: Option<&Value>) -> Received {
        receive(&mut self.send(method, target, body))
    }

    fn send(&self, method: &str, target: &str, body: Option<&Value>) -> TcpStream {
        let mut stream = self.connect();
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT_SID}:{AUTH_TOKEN}"));
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {pair}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        stream
    }

    fn list(&self) -> Received {
        self.ask("GET", WHATSAPP, None)
    }

    /// Reads a list's response up to this many bytes of its body, and checks that no more bytes arrive.
    fn list_that_stalls_after(&self, body_bytes: usize) -> Vec<u8> {
        let mut stream = self.send("GET", WHATSAPP, None);
        let mut bytes = Vec::new();
        let mut byte = [0];
        while body_of(&bytes).is_none_or(|body| body.len() < body_bytes) {
            stream.read_exact(&mut byte).unwrap();
            bytes.extend(byte);
        }
        stream.set_read_timeout(Some(STALL)).unwrap();
        let end = stream.read(&mut byte).map_err(|error| error.kind());
        assert!(matches!(end, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{end:?}");
        bytes
    }

    fn inject(&self, rule: Value) {
        let answer = self.ask("POST", "/_emulator/faults", Some(&rule));
        assert_eq!(answer.status(), 200, "{:?}", answer.json());
    }
}

fn receive(stream: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).map(drop).map_err(|error| error.kind());
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let body = bytes.split_off(at);
    Received { head: String::from_utf8(bytes).unwrap(), body, end }
}

fn length(answer: &Received) -> usize {
    answer.header("Content-Length").unwrap().parse().unwrap()
}

fn body_of(bytes: &[u8]) -> Option<&[u8]> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(&bytes[at + 4..])
}

#[test]
fn the_first_line_names_the_address() {
    let server = Server::start(&[]);
    assert_eq!(server.first_line, format!("listening on http://127.0.0.1:{}\n", server.address.port()));
    assert!(server.address.port() != 0 && server.address.ip().is_loopback());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_cleanly() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&[]);
        let open = server.connect();
        let pid = server.process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        assert_eq!(server.process.wait().unwrap().code(), Some(0), "{signal}");
        let mut rest = String::new();
        server.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        drop(open);
    }
}

#[test]
fn a_whole_life_over_http() {
    let server = Server::start(&["--instant"]);
    let created = server.ask("POST", SENDERS, Some(&json!({ "sender_id": "whatsapp:+15551234567" })));
    assert_eq!((created.status(), &created.json()["status"]), (202, &json!("CREATING")));
    let sid = created.json()["sid"].as_str().unwrap().to_owned();
    let sender = path(&sid);
    assert_eq!(server.ask("GET", &sender, None).json()["status"], "PENDING_VERIFICATION");
    let code = json!({ "configuration": { "verification_code": "123456" } });
    assert_eq!(server.ask("POST", &sender, Some(&code)).json()["status"], "VERIFYING");
    let online = server.ask("GET", &sender, None);
    assert_eq!(online.json()["status"], "ONLINE");
    assert_eq!(online.json()["url"], json!(format!("http://{}{sender}", server.address)));
    let update = json!({ "profile": { "about": "x" } });
    assert_eq!(server.ask("POST", &sender, Some(&update)).json()["status"], "ONLINE:UPDATING");
    assert_eq!(server.list().json()["senders"][0]["profile"]["about"], "x");
    let deleted = server.ask("DELETE", &sender, None);
    assert_eq!((deleted.status(), deleted.body.len(), deleted.header("Content-Length")), (204, 0, None));
    assert_eq!(server.ask("GET", &sender, None).status(), 404);
    let date = online.header("Date").unwrap();
    assert!(date.ends_with(" GMT") && !date.contains(" 1970 "), "{date}");
}

#[test]
fn flags_set_switches() {
    let arguments = [
        "--account-sid",
        "AC9",
        "--switch",
        "missing-channel=all",
        "--duplicate-status",
        "400",
        "--senders",
        "3",
    ];
    let server = Server::start(&arguments);
    assert_eq!(server.list().status(), 401);
    let values = server.ask("GET", "/_emulator/switches", None).json();
    assert_eq!((&values["account-sid"], &values["duplicate-status"]), (&json!("AC9"), &json!("400")));
    assert_eq!((&values["missing-channel"], &values["step-ms"]), (&json!("all"), &json!("1500")));
    let seeded = server.ask("POST", "/_emulator/seed", Some(&json!({ "count": 2 })));
    assert_eq!(seeded.json()["senders"], 5);
    for wrong in [["--switch", "nonsense=1"], ["--switch", "camel-case"], ["--camel-case", "maybe"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_senders-emulator")).args(wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("switch"), "{wrong:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_lists_every_switch_fault_and_magic_number() {
    let output = Command::new(env!("CARGO_BIN_EXE_senders-emulator")).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for info in senders_emulator::Switches::all() {
        assert!(help.contains(&format!("--{} ", info.name)), "{}", info.name);
    }
    for info in senders_emulator::faults() {
        assert!(help.contains(&format!("\n  {} ", info.name)), "{}", info.name);
    }
    for row in senders_emulator::magic_numbers() {
        assert!(help.contains(&format!("\n  {} ", row.digits)), "{}", row.digits);
    }
    for endpoint in ["sender", "codes", "sender-ids", "status", "reset"] {
        assert!(help.contains(&format!(" /_emulator/{endpoint} ")), "{endpoint}");
    }
}

#[test]
fn the_control_endpoints() {
    let server = Server::start(&[]);
    let created = server.ask("POST", SENDERS, Some(&json!({ "sender_id": "whatsapp:+15551234567" })));
    let sid = created.json()["sid"].as_str().unwrap().to_owned();
    let status = |server: &Server| server.ask("GET", &path(&sid), None).json()["status"].clone();
    let before = server.ask("GET", "/_emulator/clock", None).json()["now_ms"].as_u64().unwrap();
    let after = server.ask("POST", "/_emulator/clock", Some(&json!({ "advance_ms": 60_000 })));
    assert!(after.json()["now_ms"].as_u64().unwrap() >= before + 60_000);
    assert_eq!(status(&server), "PENDING_VERIFICATION");
    server.ask("POST", "/_emulator/status", Some(&json!({ "sid": sid, "status": "STUBBED" })));
    assert_eq!(status(&server), "STUBBED");
    let set = server.ask("POST", "/_emulator/switches", Some(&json!({ "delete-unknown": 204 })));
    assert_eq!(set.json()["delete-unknown"], "204");
    let journal = server.ask("GET", "/_emulator/journal", None).json();
    let asked: Vec<&str> =
        journal.as_array().unwrap().iter().map(|e| e["operation"].as_str().unwrap()).collect();
    assert_eq!(asked, ["create", "fetch", "fetch"]);
    assert_eq!(journal[0]["body"], r#"{"sender_id":"whatsapp:+15551234567"}"#);
    assert_eq!(server.ask("DELETE", "/_emulator/journal", None).status(), 200);
    let rules = json!([{ "fault": "rate-limited" }, { "fault": "drip", "times": null }]);
    server.inject(rules);
    assert_eq!(server.ask("GET", "/_emulator/faults", None).json()[1]["fault"], "drip");
    assert_eq!(server.ask("DELETE", "/_emulator/faults", None).json(), json!([]));
    let magic = server.ask("GET", "/_emulator/magic-numbers", None).json();
    assert_eq!(magic.as_array().unwrap().len(), senders_emulator::magic_numbers().len());
    let change = json!({ "sid": sid, "status": "PENDING_VERIFICATION", "quality_rating": "LOW" });
    let changed = server.ask("POST", "/_emulator/sender", Some(&change)).json();
    assert_eq!(
        (&changed["status"], &changed["properties"]["quality_rating"]),
        (&change["status"], &json!("LOW"))
    );
    let codes = server.ask("GET", "/_emulator/codes", None).json();
    assert_eq!((&codes[0]["sid"], &codes[0]["codes_sent"]), (&json!(sid), &json!(1)));
    let counts = server.ask("GET", "/_emulator/sender-ids", None).json();
    let count = json!([{ "sender_id": "whatsapp:+15551234567", "senders": 1, "created": 1, "sids": [sid] }]);
    assert_eq!(counts, count);
    server.ask("DELETE", &path(&sid), None);
    let counts = server.ask("GET", "/_emulator/sender-ids", None).json();
    assert_eq!((&counts[0]["senders"], &counts[0]["created"]), (&json!(0), &json!(1)));
    server.ask("POST", "/_emulator/reset", Some(&json!({})));
    assert_eq!(server.list().json()["senders"], json!([]));
    for (target, body) in [
        ("/_emulator/faults", json!({ "fault": "nonsense" })),
        ("/_emulator/faults", json!({ "fault": "drip", "when": 1 })),
        ("/_emulator/faults", json!(1)),
        ("/_emulator/clock", json!({})),
        ("/_emulator/switches", json!({ "otp": "1", "nonsense": "2" })),
        ("/_emulator/sender", json!({ "sid": "XE1", "status": "OFFLINE" })),
        ("/_emulator/sender", json!({ "status": "OFFLINE" })),
        ("/_emulator/sender", json!({ "sid": sid, "nonsense": 1 })),
        ("/_emulator/status", json!({ "sid": "XE1", "status": "ONLINE" })),
        ("/_emulator/seed", json!({ "count": -1 })),
    ] {
        let refused = server.ask("POST", target, Some(&body));
        assert_eq!(refused.status(), 400, "{target} {body}");
        assert!(refused.json()["error"].is_string());
    }
    assert_eq!(server.ask("GET", "/_emulator/switches", None).json()["otp"], "");
}

#[test]
fn a_connection_is_kept_and_reused() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    for _ in 0..3 {
        stream.write_all(format!("OPTIONS {SENDERS} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes()).unwrap();
        let mut buffer = [0; 2048];
        let read = stream.read(&mut buffer).unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 204 No Content\r\n"));
    }
}

/// Sends a request on a kept connection, with the body in its own packet; returns the head and the body of the
/// response.
fn ask_on(stream: &mut TcpStream, head: &str, body: &str) -> (String, Vec<u8>) {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    stream.write_all(format!("{head}\r\n{length}\r\n").as_bytes()).unwrap();
    if !body.is_empty() {
        std::thread::yield_now();
        stream.write_all(body.as_bytes()).unwrap();
    }
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.extend(byte);
    }
    let head = String::from_utf8(bytes).unwrap();
    let answer = Received { head, body: Vec::new(), end: Ok(()) };
    let mut body = vec![0; answer.header("Content-Length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    (answer.head, body)
}

#[test]
fn every_control_request_leaves_its_connection_usable() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    for method in ["POST", "GET", "DELETE"] {
        for path in
            ["reset", "faults", "journal", "clock", "switches", "sender-ids", "magic-numbers", "nonsense"]
        {
            for _ in 0..5 {
                let head = format!("{method} /_emulator/{path} HTTP/1.1\r\nHost: h");
                let (head, _) = ask_on(&mut stream, &head, "{}");
                assert!(head.starts_with("HTTP/1.1 "), "{head}");
                let (head, _) = ask_on(&mut stream, &format!("OPTIONS {SENDERS} HTTP/1.1\r\nHost: h"), "");
                assert!(head.starts_with("HTTP/1.1 204 "), "{method} {path}: {head}");
            }
        }
    }
}

#[test]
fn web_pages_of_other_origins_have_no_control() {
    let server = Server::start(&[]);
    let here = server.address;
    let port = here.port();
    let sid = server.ask("POST", SENDERS, Some(&json!({ "sender_id": "whatsapp:+15551234567" })));
    assert_eq!(sid.status(), 202);
    let ask = |method: &str, path: &str, headers: &str, body: &str| {
        let head = format!("{method} /_emulator/{path} HTTP/1.1\r\n{headers}");
        let (head, body) = ask_on(&mut server.connect(), &head, body);
        assert!(!head.contains("Access-Control"), "{head}");
        (head.split(' ').nth(1).unwrap().to_owned(), String::from_utf8(body).unwrap())
    };
    let plain = "Content-Type: text/plain;charset=UTF-8";
    let foreign = [
        format!("Host: {here}\r\nOrigin: https://evil.example"),
        format!("Host: {here}\r\nOrigin: null"),
        format!("Host: {here}\r\nOrigin: http://127.0.0.1:1"),
        format!("Host: {here}\r\nOrigin: http://localhost:{port}"),
        format!("Host: {here}\r\nOrigin: http://{here}.evil.example"),
        format!("Host: {here}\r\nSec-Fetch-Site: cross-site"),
        format!("Host: {here}\r\nSec-Fetch-Site: same-site"),
        // A public name that its owner points here gives the page the same origin as the host.
        format!("Host: evil.example:{port}\r\nOrigin: http://evil.example:{port}"),
        format!("Host: evil.example:{port}"),
    ];
    for headers in &foreign {
        for (method, path, body) in [
            ("POST", "reset", ""),
            ("POST", "reset", "{}"),
            ("POST", "switches", r#"{"account-sid":"ACx"}"#),
            ("POST", "clock", r#"{"advance_ms":1}"#),
            ("GET", "journal", ""),
            ("DELETE", "journal", ""),
            ("OPTIONS", "switches", ""),
            ("GET", "nonsense", ""),
        ] {
            let (status, text) = ask(method, path, &format!("{headers}\r\n{plain}"), body);
            assert_eq!(status, "403", "{method} {path}, {headers}: {text}");
            assert!(text.contains("\"error\""), "{text}");
        }
    }
    assert_eq!(server.list().json()["senders"].as_array().unwrap().len(), 1);
    for headers in [
        format!("Host: {here}"),
        format!("Host: {here}\r\nOrigin: http://{here}\r\nSec-Fetch-Site: same-origin"),
        format!("Host: localhost:{port}\r\nOrigin: http://LOCALHOST:{port}"),
        format!("Host: [::1]:{port}"),
        format!("Host: {here}\r\nSec-Fetch-Site: none"),
    ] {
        assert_eq!(ask("POST", "clock", &headers, r#"{"advance_ms":1}"#).0, "200", "{headers}");
    }
    // The API itself accepts pages of any origin.
    let head = format!("OPTIONS {SENDERS} HTTP/1.1\r\nHost: {here}\r\nOrigin: https://evil.example");
    assert!(ask_on(&mut server.connect(), &head, "").0.contains("Access-Control-Allow-Origin: *"));
}

#[test]
fn a_mistyped_control_path_says_so_and_is_not_in_the_journal() {
    let server = Server::start(&[]);
    for path in ["/_emulator/switch", "/_emulator/", "/_emulator", "/_emulator/faults/1"] {
        for method in ["GET", "POST"] {
            let answer = server.ask(method, path, None);
            assert_eq!((answer.status(), answer.header("Content-Type")), (404, Some("application/json")));
            let json = answer.json();
            let text = json["error"].as_str().unwrap();
            assert!(text.contains(path) && text.contains("/_emulator/switches"), "{text}");
        }
    }
    let answer = server.ask("DELETE", "/_emulator/clock", None);
    assert_eq!((answer.status(), answer.json()["error"].is_string()), (405, true));
    assert_eq!(server.ask("GET", "/_emulator/journal", None).json(), json!([]));
}

#[test]
fn header_names_have_one_case() {
    let server = Server::start(&[]);
    let names = |answer: &Received| {
        let lines = answer.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
    };
    let mut answers = vec![server.list(), server.ask("GET", "/_emulator/clock", None)];
    for fault in ["rate-limited", "chunked", "unavailable", "redirect", "bom"] {
        server.inject(json!({ "fault": fault }));
        answers.push(server.list());
    }
    let mut stream = server.connect();
    stream
        .write_all(format!("GET {SENDERS} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    answers.push(receive(&mut stream));
    for answer in &answers {
        for name in names(answer) {
            let title = name.split('-').all(|part| {
                let (first, rest) = part.split_at(1);
                first == first.to_uppercase() && rest == rest.to_lowercase()
            });
            assert!(title, "{name} in {}", answer.head);
        }
    }
    assert!(names(&answers[0]).contains(&"T-Request-Id".to_owned()), "{}", answers[0].head);
    assert!(names(&answers[2]).contains(&"T-Request-Id".to_owned()), "{}", answers[2].head);
}

#[test]
fn answers_that_never_come() {
    let server = Server::start(&[]);
    server.inject(json!({ "fault": "accept-then-close" }));
    let mut stream = server.connect();
    let closed = receive(&mut stream);
    assert_eq!((closed.head.as_str(), closed.end), ("", Ok(())));
    for fault in ["close-before-answer", "close-after-act", "connect-refused"] {
        server.inject(json!({ "fault": fault }));
        let closed = server.list();
        assert_eq!((closed.head.as_str(), closed.end), ("", Ok(())), "{fault}");
    }
    for fault in ["reset-before-act", "reset-after-act"] {
        server.inject(json!({ "fault": fault }));
        let reset = server.list();
        assert_eq!((reset.head.as_str(), reset.end), ("", Err(ErrorKind::ConnectionReset)), "{fault}");
    }
    server.inject(json!({ "fault": "stall-before-head" }));
    let mut stall = server.send("GET", WHATSAPP, None);
    stall.set_read_timeout(Some(STALL)).unwrap();
    let end = stall.read(&mut [0]).map_err(|error| error.kind());
    assert!(matches!(end, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{end:?}");
    server.inject(json!({ "fault": "stall-before-head", "params": { "ms": 50 } }));
    let late = server.list();
    assert_eq!((late.status(), late.body.len(), late.end), (200, length(&late), Ok(())));
    assert_eq!(server.list().status(), 200);
}

#[test]
fn bodies_that_come_otherwise() {
    let server = Server::start(&[]);
    let whole = server.list().body;
    let struck = |fault: &str, params: Value| {
        server.inject(json!({ "fault": fault, "params": params }));
        server.list()
    };
    server.inject(json!({ "fault": "stall-in-body", "params": { "after": 5 } }));
    let stall = server.list_that_stalls_after(5);
    assert_eq!(body_of(&stall), Some(&whole[..5]));
    assert!(String::from_utf8(stall).unwrap().contains(&format!("Content-Length: {}\r\n", whole.len())));
    let pause = struck("stall-in-body", json!({ "ms": 20 }));
    assert_eq!((pause.body.as_slice(), pause.end), (whole.as_slice(), Ok(())));
    server.inject(json!({ "fault": "drip" }));
    assert_eq!(body_of(&server.list_that_stalls_after(1)), Some(&whole[..1]));
    let fast = struck("drip", json!({ "bytes-per-s": 20_000 }));
    assert_eq!((fast.body.as_slice(), fast.end), (whole.as_slice(), Ok(())));
    let cut = struck("cut-body", json!({ "after": 7 }));
    assert_eq!((cut.body.as_slice(), length(&cut), cut.end), (&whole[..7], whole.len(), Ok(())));
    let nearly = struck("cut-body", json!({ "after": 1_000_000 }));
    assert_eq!(nearly.body.len(), whole.len() - 1);
    let long = struck("wrong-content-length", json!({}));
    assert_eq!((long.body.as_slice(), length(&long)), (whole.as_slice(), whole.len() + 7));
    let short = struck("wrong-content-length", json!({ "delta": -7 }));
    assert_eq!((short.body.as_slice(), length(&short)), (whole.as_slice(), whole.len() - 7));
    for (fault, complete) in [("chunked", true), ("chunked-cut", false)] {
        let chunked = struck(fault, json!({ "size": 9 }));
        assert_eq!(
            (chunked.header("Transfer-Encoding"), chunked.header("Content-Length")),
            (Some("chunked"), None)
        );
        assert!(chunked.body.starts_with(b"9\r\n{\"senders"));
        assert_eq!(chunked.body.ends_with(b"\r\n0\r\n\r\n"), complete);
    }
    let huge = struck("huge-body", json!({ "bytes": 20_000_000 }));
    assert_eq!((huge.body.len(), length(&huge)), (whole.len() + 20_000_000, whole.len() + 20_000_000));
    assert_eq!(huge.json(), serde_json::from_slice::<Value>(&whole).unwrap());
    let delete = server.ask("DELETE", &path("XE00000000000000000000000000000000"), None);
    assert_eq!(delete.status(), 404);
}

#[test]
fn a_body_that_is_too_large_and_a_request_that_is_none() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    stream.write_all(b"nonsense\r\n\r\n").unwrap();
    assert_eq!(receive(&mut stream).status(), 400);
    let mut stream = server.connect();
    let head = format!("POST {SENDERS} HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..17 {
        stream.write_all(&block).unwrap();
    }
    let refused = receive(&mut stream);
    assert_eq!((refused.status(), refused.json()["code"].as_u64()), (413, Some(63100)), "{refused:?}");
    assert!(refused.json()["message"].as_str().unwrap().contains("16777216 bytes"));
    assert_eq!(refused.header("Access-Control-Allow-Origin"), Some("*"));
    let journal = server.ask("GET", "/_emulator/journal", None).json();
    let entry = &journal.as_array().unwrap()[0];
    assert_eq!((&entry["status"], &entry["operation"]), (&json!(413), &json!("create")));
    assert_eq!(entry["request_id"].as_str(), refused.header("T-Request-Id"));
    assert_eq!(server.list().status(), 200);
}

/// Measures the resident memory of the server with ten thousand senders, all of them listed: under 100 MiB.
#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_senders_fit_into_100_mib() {
    let server = Server::start(&["--senders", "10000"]);
    let mut target = Some(format!("{WHATSAPP}&PageSize=1000"));
    let mut seen = 0;
    while let Some(asked) = target {
        let page = server.ask("GET", &asked, None).json();
        seen += page["senders"].as_array().unwrap().len();
        let next = page["meta"]["next_page_url"].as_str();
        target = next.map(|url| url.strip_prefix(&format!("http://{}", server.address)).unwrap().to_owned());
    }
    assert_eq!(seen, 10_000);
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    println!("resident: {:.1} MiB", kib as f64 / 1024.0);
    assert!(kib < 100 * 1024, "{kib} KiB");
}
