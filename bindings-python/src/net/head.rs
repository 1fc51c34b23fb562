//! The head of a response: what it says of the body behind it, and how much of an odd head can be let pass.
//!
//! A head that is well formed is read by `httparse`. In one that is not, a line that does not frame the message is
//! skipped, and one that looks as if it did is refused: two readers of one message must not disagree about its end.

use std::borrow::Cow;

use senders_core::Headers;

/// The number of header lines that are read without an allocation; more lines are read too.
const USUAL_HEADERS: usize = 64;

/// The next part of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// This many bytes, to the end.
    Length(u64),
    /// Everything up to the end of the connection.
    UntilClosed,
    /// A line with a chunk's size.
    ChunkSize,
    /// This many bytes of a chunk.
    Chunk(u64),
    /// The line end behind a chunk.
    ChunkEnd,
    /// Trailer lines up to an empty one.
    Trailers,
    /// Nothing.
    End,
}

/// A whole head.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: Headers,
    /// How the body is delimited, or why that cannot be known.
    pub(super) framing: Result<Framing, &'static str>,
    /// Whether the protocol lets the connection serve another request after the body.
    pub(super) keep_alive: bool,
    /// The content codings in the order they were applied, in lower case, without `identity`.
    pub(super) codings: Vec<String>,
}

/// The part of a head that could be read.
#[derive(Debug)]
pub(super) enum Parsed {
    /// Not the whole head yet; its status, if its first line is whole.
    Partial(Option<u16>),
    /// The whole head, and how many bytes it takes.
    Whole(usize, Box<Head>),
}

/// Reads one head. `tunnel`: it is the response to a `CONNECT`.
///
/// # Errors
/// If it does not begin with a status line of HTTP/1.1 or HTTP/1.0.
pub(super) fn read(input: &[u8], tunnel: bool) -> Result<Parsed, &'static str> {
    let mut lines = [httparse::EMPTY_HEADER; USUAL_HEADERS];
    let mut head = httparse::Response::new(&mut lines);
    match head.parse(input) {
        Ok(httparse::Status::Complete(used)) => {
            let (Some(status), Some(version)) = (head.code, head.version) else {
                return Err("its first line is not whole");
            };
            let mut reading = Reading::new(status, version, tunnel);
            for line in head.headers.iter() {
                reading.line(line.name, line.value);
            }
            Ok(Parsed::Whole(used, Box::new(reading.finish())))
        }
        Ok(httparse::Status::Partial) => Ok(Parsed::Partial(first_line(input).and_then(|(line, whole)| {
            if whole { status_line(line).map(|(status, _)| status) } else { None }
        }))),
        Err(_) => read_odd(input, tunnel),
    }
}

/// The first line that is not empty, without its end, and whether its end has come.
fn first_line(input: &[u8]) -> Option<(&[u8], bool)> {
    let mut rest = input;
    while let Some(behind) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
        rest = behind;
    }
    if rest.is_empty() {
        return None;
    }
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(end) => rest.get(..end).map(|line| (line.strip_suffix(b"\r").unwrap_or(line), true)),
        None => Some((rest, false)),
    }
}

/// Status and minor version.
fn status_line(line: &[u8]) -> Option<(u16, u8)> {
    let (version, rest) = match line.strip_prefix(b"HTTP/1.")?.split_first()? {
        (b'1', rest) => (1, rest),
        (b'0', rest) => (0, rest),
        _ => return None,
    };
    let (digits, reason) = rest.strip_prefix(b" ")?.split_first_chunk::<3>()?;
    if !matches!(reason.first(), None | Some(b' ')) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some((digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0')), version))
}

/// Reads a head that `httparse` refuses, line by line.
fn read_odd(input: &[u8], tunnel: bool) -> Result<Parsed, &'static str> {
    let Some((line, whole)) = first_line(input) else {
        return Ok(Parsed::Partial(None));
    };
    let Some((status, version)) = status_line(line) else {
        return Err("it does not begin with a status line");
    };
    if !whole {
        return Ok(Parsed::Partial(None));
    }
    let mut reading = Reading::new(status, version, tunnel);
    reading.odd = looks_framing_behind_cr(line);
    let mut last: Option<(&str, Vec<u8>)> = None;
    let mut used = 0;
    let mut first = true;
    for raw in input.split_inclusive(|byte| *byte == b'\n') {
        used += raw.len();
        let Some(line) = raw.strip_suffix(b"\n") else { break };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if first {
            // Empty lines before the first one are skipped.
            first = line.is_empty();
            continue;
        }
        if line.is_empty() {
            if let Some((name, value)) = last.take() {
                reading.line(name, &value);
            }
            return Ok(Parsed::Whole(used, Box::new(reading.finish())));
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            // The old way to go on with a value.
            let of_framing = last.as_ref().is_some_and(|(name, _)| looks_framing(name.as_bytes()));
            reading.odd |= of_framing || looks_framing(before_colon(line)) || looks_framing_behind_cr(line);
            if let Some((_, value)) = &mut last {
                value.push(b' ');
                value
                    .extend(line.iter().filter(|byte| **byte == b'\t' || (**byte >= b' ' && **byte != 0x7f)));
            }
            continue;
        }
        if let Some((name, value)) = last.take() {
            reading.line(name, &value);
        }
        last = named(line).map(|(name, value)| (name, value.to_vec()));
        reading.odd |= (last.is_none() || line.get(..before_colon(line).len()) != last_name(last.as_ref()))
            && looks_framing(before_colon(line));
        reading.odd |= looks_framing_behind_cr(line);
    }
    Ok(Parsed::Partial(Some(status)))
}

fn last_name<'l>(last: Option<&'l (&'l str, Vec<u8>)>) -> Option<&'l [u8]> {
    last.map(|(name, _)| name.as_bytes())
}

fn before_colon(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b':').next().unwrap_or(line)
}

/// Name and value of a line, if they can be separated and hold nothing that has no place in them.
fn named(line: &[u8]) -> Option<(&str, &[u8])> {
    let name = before_colon(line);
    let value = trim(line.get(name.len() + 1..)?);
    let name = trim(name);
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let fits = !name.is_empty() && name.iter().all(token);
    let shown = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    if fits && value.iter().all(shown) { Some((std::str::from_utf8(name).ok()?, value)) } else { None }
}

/// Returns whether another reader may take this text for the name of a header that frames the message.
fn looks_framing(name: &[u8]) -> bool {
    let of_name = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'-';
    let is = |wanted: &[u8]| {
        let all = name.iter().filter(of_name);
        // Without a colon `name` holds the value too.
        let word = name.iter().skip_while(|byte| !of_name(byte)).take_while(of_name);
        let same = |byte: (&u8, &u8)| byte.0.eq_ignore_ascii_case(byte.1);
        let len = wanted.len();
        (all.clone().count() == len && all.zip(wanted).all(same))
            || (word.clone().count() == len && word.zip(wanted).all(same))
    };
    is(b"content-length") || is(b"transfer-encoding")
}

/// The same for a reader that ends lines at a CR.
fn looks_framing_behind_cr(line: &[u8]) -> bool {
    line.split(|byte| *byte == b'\r').skip(1).any(|part| looks_framing(before_colon(part)))
}

/// Goes through the lines of a head.
struct Reading {
    status: u16,
    version: u8,
    tunnel: bool,
    headers: Headers,
    length: Option<u64>,
    chunked: bool,
    codings: Vec<String>,
    keep_alive: bool,
    /// A line that is no header looks as if it framed the message.
    odd: bool,
    wrong: Option<&'static str>,
}

impl Reading {
    const fn new(status: u16, version: u8, tunnel: bool) -> Self {
        Self {
            status,
            version,
            tunnel,
            headers: Headers::new(),
            length: None,
            chunked: false,
            codings: Vec::new(),
            keep_alive: version == 1,
            odd: false,
            wrong: None,
        }
    }

    fn line(&mut self, name: &str, value: &[u8]) {
        let name = known(name);
        let value = trim(value);
        match name.as_ref() {
            "content-length" => match decimal(value) {
                None => self.wrong = Some("its content length is not a number"),
                Some(length) if self.length.is_some_and(|before| before != length) => {
                    self.wrong = Some("it has two content lengths");
                }
                length => self.length = length,
            },
            "transfer-encoding" => {
                if self.chunked || self.version == 0 || !value.eq_ignore_ascii_case(b"chunked") {
                    self.wrong = Some("its transfer coding is not plain `chunked`");
                }
                self.chunked = true;
            }
            "content-encoding" => {
                let codings = words(value).map(|coding| String::from_utf8_lossy(coding).to_ascii_lowercase());
                self.codings.extend(codings.filter(|coding| !coding.is_empty() && coding != "identity"));
            }
            "connection" => {
                for word in words(value) {
                    if word.eq_ignore_ascii_case(b"close") {
                        self.keep_alive = false;
                    } else if self.version == 0 && word.eq_ignore_ascii_case(b"keep-alive") {
                        self.keep_alive = true;
                    }
                }
            }
            _ => {}
        }
        self.headers.push(name, String::from_utf8_lossy(value).as_ref());
    }

    fn finish(self) -> Head {
        let wrong = if self.odd { Some("a line that frames it is malformed") } else { self.wrong };
        let has_body = self.chunked || self.length.unwrap_or(0) > 0;
        let mut keep_alive = self.keep_alive && wrong.is_none();
        let framing = match (self.status, wrong) {
            // These have no body whatever their head says. If a server nevertheless sends one, it would be
            // taken for the next response.
            (100..=199 | 204 | 304, _) => {
                keep_alive = keep_alive && !has_body;
                Ok(Framing::End)
            }
            // A refused tunnel ends the connection; an open one is no HTTP.
            _ if self.tunnel => Ok(Framing::End),
            (_, Some(wrong)) => Err(wrong),
            _ if self.chunked => {
                // Both framings at once is how requests are smuggled; the chunks count, and nothing after them.
                keep_alive = keep_alive && self.length.is_none();
                Ok(Framing::ChunkSize)
            }
            _ => Ok(match self.length {
                Some(0) => Framing::End,
                Some(length) => Framing::Length(length),
                None => {
                    keep_alive = false;
                    Framing::UntilClosed
                }
            }),
        };
        Head { status: self.status, headers: self.headers, framing, keep_alive, codings: self.codings }
    }
}

/// The parts of a list.
fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(trim)
}

/// Without the white space of HTTP around it, which is less than that of ASCII: a CR is none.
fn trim(text: &[u8]) -> &[u8] {
    let space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = text.iter().position(|byte| !space(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !space(byte)).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

/// One or more digits, nothing else.
fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Names that this file uses, and usual ones; in lower case, so that none of them needs an allocation.
const KNOWN: [&str; 8] = [
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "date",
    "server",
    "vary",
];

fn known(name: &str) -> Cow<'static, str> {
    match KNOWN.iter().chain(&Headers::READ).find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_owned()),
    }
}
