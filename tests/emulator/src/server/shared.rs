//! Code that the API's and the control endpoints share: the emulator behind its lock, and the reading of a body.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody as _};

use crate::Emulator;

/// The largest body of a request.
pub(super) const BODY_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// How long to wait for the rest of a body that is too large, so that its sender reads the response.
const DRAIN_PAUSE: Duration = Duration::from_millis(500);
/// The most bytes to read of such a body.
const DRAIN_BYTES: usize = 256 * 1024 * 1024;

/// The emulator, shared by all connections.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) emulator: Arc<Mutex<Emulator>>,
    pub(super) started: Instant,
}

impl Shared {
    pub(super) fn emulator(&self) -> MutexGuard<'_, Emulator> {
        // The emulator does not panic; if it did, its data would still be complete.
        self.emulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The result of reading a request's body.
pub(super) enum Received {
    Whole(Vec<u8>),
    TooLarge,
    Broken,
}

/// Reads a body to its end: an unread rest would end a connection that is kept.
pub(super) async fn receive(mut body: Body) -> Received {
    let mut bytes = Vec::new();
    let mut dropped = 0;
    loop {
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let frame = if dropped == 0 {
            frame.await
        } else {
            match tokio::time::timeout(DRAIN_PAUSE, frame).await {
                Ok(frame) if dropped < DRAIN_BYTES => frame,
                _ => return Received::TooLarge,
            }
        };
        match frame {
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                if dropped == 0 && bytes.len() + data.len() <= BODY_LIMIT_BYTES {
                    bytes.extend_from_slice(&data);
                } else {
                    dropped += bytes.len() + data.len();
                    bytes = Vec::new();
                }
            }
            Some(Err(_)) => return Received::Broken,
            None if dropped > 0 => return Received::TooLarge,
            None => return Received::Whole(bytes),
        }
    }
}
