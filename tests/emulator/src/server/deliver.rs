//! Writes a response to the bare socket, in the way its fault requires; then the connection ends.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::answer::reason;
use crate::{Delivery, Reply, Response};

static PADDING: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// Delivers a reply that is not normal.
pub(super) async fn deliver(mut stream: TcpStream, reply: Reply) -> io::Result<()> {
    let Reply { response, delivery, .. } = reply;
    let length = u64::try_from(response.body.len()).unwrap_or(u64::MAX);
    let split = |after: usize| response.body.split_at(after.min(response.body.len()));
    match delivery {
        Delivery::Refuse | Delivery::Close => {}
        Delivery::Reset => return stream.set_zero_linger(),
        Delivery::Normal => stream.write_all(&framed(&response, Some(length))).await?,
        Delivery::StallBeforeHead { ms } => {
            pause(&mut stream, ms).await?;
            stream.write_all(&framed(&response, Some(length))).await?;
        }
        Delivery::StallInBody { after, ms } => {
            let (first, rest) = split(after);
            stream.write_all(&head(&response, Some(length))).await?;
            stream.write_all(first).await?;
            pause(&mut stream, ms).await?;
            stream.write_all(rest).await?;
        }
        Delivery::Drip { bytes_per_s } => {
            stream.write_all(&head(&response, Some(length))).await?;
            // Up to twenty writes per second; slower rates send single bytes.
            let size = usize::try_from(bytes_per_s / 20).unwrap_or(1).max(1);
            let gap_ms =
                u64::try_from(size).unwrap_or(1).saturating_mul(1000) / u64::from(bytes_per_s.max(1));
            for part in response.body.chunks(size) {
                stream.write_all(part).await?;
                pause(&mut stream, Some(gap_ms)).await?;
            }
        }
        Delivery::CutBody { after } => {
            stream.write_all(&head(&response, Some(length))).await?;
            stream.write_all(split(after.min(response.body.len().saturating_sub(1))).0).await?;
        }
        Delivery::ContentLength { claimed } => stream.write_all(&framed(&response, Some(claimed))).await?,
        Delivery::Chunked { size } => {
            stream.write_all(&head(&response, None)).await?;
            for part in response.body.chunks(size.max(1)) {
                stream.write_all(&chunk(part)).await?;
            }
            stream.write_all(b"0\r\n\r\n").await?;
        }
        Delivery::ChunkedCut { size } => {
            stream.write_all(&head(&response, None)).await?;
            let whole = response.body.len().saturating_sub(1) / size.max(1);
            for part in response.body.chunks(size.max(1)).take(whole) {
                stream.write_all(&chunk(part)).await?;
            }
        }
        Delivery::Padded { bytes } => {
            stream.write_all(&framed(&response, Some(length.saturating_add(bytes)))).await?;
            let mut left = bytes;
            while left > 0 {
                let part = usize::try_from(left).unwrap_or(usize::MAX).min(PADDING.len());
                stream.write_all(PADDING.get(..part).unwrap_or_default()).await?;
                left -= u64::try_from(part).unwrap_or(left);
            }
        }
    }
    stream.shutdown().await
}

/// Waits for this time, or without end; returns an error as soon as the client has closed the connection.
async fn pause(stream: &mut TcpStream, ms: Option<u64>) -> io::Result<()> {
    let gone = async {
        let mut ignored = [0; 256];
        loop {
            match stream.read(&mut ignored).await {
                Ok(0) | Err(_) => return io::Error::from(io::ErrorKind::ConnectionAborted),
                Ok(_) => {}
            }
        }
    };
    let Some(ms) = ms else { return Err(gone.await) };
    tokio::select! {
        error = gone => Err(error),
        () = tokio::time::sleep(Duration::from_millis(ms)) => Ok(()),
    }
}

fn framed(response: &Response, length: Option<u64>) -> Vec<u8> {
    let mut bytes = head(response, length);
    bytes.extend(&response.body);
    bytes
}

/// Returns the head; without a length the body is sent in chunks.
fn head(response: &Response, length: Option<u64>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in &response.headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    match length {
        Some(0) if response.status == 204 => {}
        Some(length) => {
            let _ = write!(text, "Content-Length: {length}\r\n");
        }
        None => text.push_str("Transfer-Encoding: chunked\r\n"),
    }
    text.push_str("Connection: close\r\n\r\n");
    text.into_bytes()
}

fn chunk(part: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{:x}\r\n", part.len()).into_bytes();
    bytes.extend(part);
    bytes.extend(b"\r\n");
    bytes
}
