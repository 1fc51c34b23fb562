//! Applies faults to a response or its delivery.

use serde_json::{Map, Value, json};

use crate::answer::{ApiError, empty_response, json_response, reason};
use crate::dates::http_date;
use crate::faults::{Effect, FaultHit};
use crate::http::{Delivery, Reply, Request, Response};

/// Applies a fault to a reply; `unix_ms` is for dates.
pub(crate) fn apply(hit: &FaultHit, reply: &mut Reply, request: &Request, unix_ms: u64) {
    let after = usize::try_from(hit.number("after").unwrap_or(0)).unwrap_or(usize::MAX);
    let size = usize::try_from(hit.number("size").unwrap_or(16)).unwrap_or(16).max(1);
    let ms = hit.number("ms");
    if !reply.acted && !matches!(hit.info.effect, Effect::Status | Effect::Redirect) {
        // Nothing was carried out, so the body of every such fault says so.
        let error = ApiError::new(500, 20500, "An internal server error has occurred");
        reply.response = error.into_response(false, &request.target);
    }
    match hit.info.effect {
        Effect::Refuse => reply.delivery = Delivery::Refuse,
        Effect::Close => reply.delivery = Delivery::Close,
        Effect::Reset => reply.delivery = Delivery::Reset,
        Effect::StallBeforeHead => reply.delivery = Delivery::StallBeforeHead { ms },
        Effect::StallInBody => reply.delivery = Delivery::StallInBody { after, ms },
        Effect::Drip => {
            let pace = hit.number("bytes-per-s").and_then(|pace| u32::try_from(pace).ok()).unwrap_or(1);
            reply.delivery = Delivery::Drip { bytes_per_s: pace.max(1) };
        }
        Effect::CutBody => reply.delivery = Delivery::CutBody { after },
        Effect::ContentLength => {
            let delta: i64 = hit.text("delta").parse().unwrap_or(7);
            let length = u64::try_from(reply.response.body.len()).unwrap_or(u64::MAX);
            reply.delivery = Delivery::ContentLength { claimed: length.saturating_add_signed(delta) };
        }
        Effect::Chunked => reply.delivery = Delivery::Chunked { size },
        Effect::ChunkedCut => reply.delivery = Delivery::ChunkedCut { size },
        Effect::Padded => reply.delivery = Delivery::Padded { bytes: hit.number("bytes").unwrap_or(0) },
        Effect::Status => reply.response = error_answer(hit, request, unix_ms),
        Effect::Redirect => {
            let status = hit.text("status").parse().unwrap_or(307);
            reply.response = empty_response(status);
            reply.response.set_header("Location", hit.text("location"));
        }
        Effect::Html => {
            reply.response = html(200, "<h1>Welcome to the guest network</h1><p>Please sign in.</p>");
        }
        Effect::Empty => {
            reply.response = empty_response(200);
            reply.response.set_header("Content-Type", "application/json");
        }
        Effect::BadUtf8 => spoil_text(&mut reply.response),
        Effect::Bom => {
            reply.response.body.splice(..0, [0xEF, 0xBB, 0xBF]);
        }
        Effect::DepthBomb => depth_bomb(&mut reply.response, hit.number("depth").unwrap_or(1)),
        Effect::GzipBomb => {
            reply.response.body = gzip_of_spaces(hit.number("mib").unwrap_or(1));
            reply.response.set_header("Content-Encoding", "gzip");
        }
        Effect::TruncatedJson => reply.response.body.truncate(reply.response.body.len() / 2),
        Effect::DuplicateKeys => duplicate_keys(&mut reply.response),
        Effect::DeleteOk => reply.response = json_response(200, &json!({})),
        // The list itself makes the page empty; the request id is removed at the very end.
        Effect::EmptyPage | Effect::NoRequestId => {}
        Effect::WrongType => edit(&mut reply.response, |map| {
            let key = if map.contains_key("senders") { "senders" } else { "status" };
            map.insert(key.to_owned(), json!(42));
        }),
        Effect::NextForeign => edit_meta(&mut reply.response, |meta| {
            let here = meta.get("url").and_then(Value::as_str).unwrap_or("").to_owned();
            let path = here.split_once("/v2/").map_or("", |(_, rest)| rest);
            let next = meta.get("next_page_url").and_then(Value::as_str).unwrap_or("");
            let path = next.split_once("/v2/").map_or(path, |(_, rest)| rest);
            let url = format!("{}/v2/{path}", hit.text("origin"));
            meta.insert("next_page_url".to_owned(), json!(url));
        }),
        Effect::NextRepeating => edit_meta(&mut reply.response, |meta| {
            let url = meta.get("url").cloned().unwrap_or(Value::Null);
            meta.insert("next_page_url".to_owned(), url);
        }),
        Effect::NextRelative => edit_meta(&mut reply.response, |meta| {
            let next = meta.get("next_page_url").and_then(Value::as_str).unwrap_or("");
            if let Some((_, rest)) = next.split_once("/v2/") {
                let url = format!("/v2/{rest}");
                meta.insert("next_page_url".to_owned(), json!(url));
            }
        }),
        Effect::UnknownStatus => edit_senders(&mut reply.response, |sender| {
            sender.insert("status".to_owned(), json!(hit.text("value")));
        }),
        Effect::UnknownField => edit_senders(&mut reply.response, |sender| {
            sender.insert("a_new_field".to_owned(), json!({ "nested": [1, null, "\u{1F989}"] }));
        }),
    }
}

/// Applies the changes that must follow the headers of every response.
pub(crate) fn last_touch(hit: &FaultHit, response: &mut Response) {
    if hit.info.effect == Effect::NoRequestId {
        response.remove_header("T-Request-Id");
        response.remove_header("Twilio-Request-Id");
    }
}

fn error_answer(hit: &FaultHit, request: &Request, unix_ms: u64) -> Response {
    let status = hit.text("status").parse().unwrap_or(500);
    let mut response = match hit.text("format") {
        "html" => {
            let title = format!("{status} {}", reason(status));
            html(status, &format!("<center><h1>{title}</h1></center><hr><center>nginx</center>"))
        }
        "empty" => empty_response(status),
        _ => {
            let code = hit.number("code").and_then(|code| u32::try_from(code).ok()).unwrap_or(0);
            ApiError::new(status, code, reason(status)).into_response(false, &request.target)
        }
    };
    let retry_after = hit.text("retry-after");
    if !retry_after.is_empty() {
        response.set_header("Retry-After", retry_after);
    }
    if let Ok(seconds) = hit.text("retry-after-date-s").parse::<i64>() {
        let at = unix_ms.saturating_add_signed(seconds.saturating_mul(1000));
        response.set_header("Retry-After", http_date(at));
    }
    response
}

fn html(status: u16, body: &str) -> Response {
    let mut response = empty_response(status);
    response.set_header("Content-Type", "text/html");
    let title = reason(status);
    response.body =
        format!("<html>\n<head><title>{title}</title></head>\n<body>{body}</body>\n</html>\n").into_bytes();
    response
}

fn edit(response: &mut Response, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Ok(Value::Object(mut map)) = serde_json::from_slice(&response.body) {
        change(&mut map);
        response.body = serde_json::to_vec(&map).unwrap_or_default();
    }
}

fn edit_meta(response: &mut Response, change: impl FnOnce(&mut Map<String, Value>)) {
    edit(response, |map| {
        if let Some(meta) = map.get_mut("meta").and_then(Value::as_object_mut) {
            change(meta);
        }
    });
}

fn edit_senders(response: &mut Response, change: impl Fn(&mut Map<String, Value>)) {
    edit(response, |map| match map.get_mut("senders") {
        Some(Value::Array(senders)) => senders.iter_mut().filter_map(Value::as_object_mut).for_each(change),
        _ => change(map),
    });
}

/// Inserts a byte that is not UTF-8 into the first string value.
fn spoil_text(response: &mut Response) {
    let at =
        response.body.windows(2).position(|pair| pair == b":\"").map_or(response.body.len(), |at| at + 2);
    response.body.insert(at, 0xFF);
}

fn duplicate_keys(response: &mut Response) {
    let Ok(Value::Object(map)) = serde_json::from_slice(&response.body) else { return };
    let members: Vec<String> = map.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
    let members = members.join(",");
    response.body = format!("{{{members},{members}}}").into_bytes();
}

fn depth_bomb(response: &mut Response, depth: u64) {
    let depth = usize::try_from(depth).unwrap_or(1);
    let closing = response.body.iter().rposition(|byte| *byte == b'}');
    let Some(closing) = closing else { return };
    response.body.truncate(closing);
    let member: &[u8] = if closing > 1 { b",\"a_deep_field\":" } else { b"\"a_deep_field\":" };
    response.body.extend(member);
    response.body.extend(std::iter::repeat_n(b'[', depth));
    response.body.extend(std::iter::repeat_n(b']', depth));
    response.body.push(b'}');
}

/// Returns this many MiB of spaces, gzipped: one member per MiB, as gzip allows.
///
/// Written by hand, as all of it is one literal and copies of it: DEFLATE with the fixed codes (RFC 1951, 3.2.6),
/// where a copy of 258 bytes at distance 1 is the code 11000101 and five zeros.
fn gzip_of_spaces(mib: u64) -> Vec<u8> {
    const MIB: usize = 1 << 20;
    const COPY: usize = 258;
    let copies = (MIB - 1) / COPY;
    let literals = MIB - copies * COPY;
    let mut bits = Bits::default();
    bits.low_first(0b011, 3);
    for _ in 0..literals {
        bits.high_first(0x30 + u32::from(b' '), 8);
    }
    for _ in 0..copies {
        bits.high_first(0b1100_0101, 8);
        bits.high_first(0, 5);
    }
    bits.high_first(0, 7);
    let mut member = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    member.extend(bits.finish());
    member.extend(crc32(std::iter::repeat_n(b' ', MIB)).to_le_bytes());
    member.extend((1_u32 << 20).to_le_bytes());
    member.repeat(usize::try_from(mib).unwrap_or(1))
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    current: u8,
    used: u8,
}

impl Bits {
    fn bit(&mut self, bit: bool) {
        self.current |= u8::from(bit) << self.used;
        self.used += 1;
        if self.used == 8 {
            self.bytes.push(std::mem::take(&mut self.current));
            self.used = 0;
        }
    }

    fn low_first(&mut self, value: u32, count: u32) {
        (0..count).for_each(|at| self.bit(value >> at & 1 == 1));
    }

    fn high_first(&mut self, value: u32, count: u32) {
        (0..count).rev().for_each(|at| self.bit(value >> at & 1 == 1));
    }

    fn finish(mut self) -> Vec<u8> {
        if self.used > 0 {
            self.bytes.push(self.current);
        }
        self.bytes
    }
}

fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}
