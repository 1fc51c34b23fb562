//! Content codings: gzip and deflate, decoded within a bound.
//!
//! No request asks for a coding; nevertheless some servers and gateways compress.

use std::io::Read;

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// The most codings that are taken off one body.
const MAX_CODINGS: usize = 4;

/// Why a body could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undecoded {
    /// The decoded body would be larger than allowed.
    TooLarge,
    /// The coding is unknown, or the body is not in it.
    Unreadable,
}

/// Decodes `body`, to which `codings` were applied in this order. No more than `max` bytes are made of it.
pub(super) fn decode(codings: &[String], body: &[u8], max: u64) -> Result<Vec<u8>, Undecoded> {
    if codings.len() > MAX_CODINGS {
        return Err(Undecoded::Unreadable);
    }
    let mut decoded = None;
    for coding in codings.iter().rev() {
        let body = decoded.as_deref().unwrap_or(body);
        // An empty body is not compressed.
        if body.is_empty() {
            break;
        }
        decoded = Some(match coding.as_str() {
            "gzip" | "x-gzip" => gzip(body, max)?,
            // RFC 9110 means zlib by it; some servers send it without zlib's frame.
            "deflate" => match inflate(body, true, max) {
                Err(Undecoded::Unreadable) => inflate(body, false, max)?,
                decoded => decoded?,
            },
            _ => return Err(Undecoded::Unreadable),
        });
    }
    Ok(decoded.unwrap_or_else(|| body.to_vec()))
}

/// One member or several; what follows the last one and is no member is ignored, as browsers do.
fn gzip(mut body: &[u8], max: u64) -> Result<Vec<u8>, Undecoded> {
    let mut decoded = Vec::new();
    loop {
        let mut member = GzDecoder::new(body);
        let room = max.saturating_sub(decoded.len() as u64);
        // One byte more than fits tells what is too large from what just fits.
        let read = member.by_ref().take(room.saturating_add(1)).read_to_end(&mut decoded);
        if decoded.len() as u64 > max {
            return Err(Undecoded::TooLarge);
        }
        read.map_err(|_| Undecoded::Unreadable)?;
        body = member.into_inner();
        if !body.starts_with(b"\x1f\x8b") {
            return Ok(decoded);
        }
    }
}

fn inflate(mut body: &[u8], framed: bool, max: u64) -> Result<Vec<u8>, Undecoded> {
    let mut state = Decompress::new(framed);
    let mut decoded = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let (before_in, before_out) = (state.total_in(), state.total_out());
        let status =
            state.decompress(body, &mut buffer, FlushDecompress::None).map_err(|_| Undecoded::Unreadable)?;
        let used = usize::try_from(state.total_in() - before_in).unwrap_or(usize::MAX);
        let made = usize::try_from(state.total_out() - before_out).unwrap_or(usize::MAX);
        if (decoded.len() + made) as u64 > max {
            return Err(Undecoded::TooLarge);
        }
        decoded.extend_from_slice(buffer.get(..made).unwrap_or_default());
        body = body.get(used..).unwrap_or_default();
        match status {
            Status::StreamEnd => return Ok(decoded),
            // The body ends before the stream does.
            _ if used == 0 && made == 0 => return Err(Undecoded::Unreadable),
            _ => {}
        }
    }
}
