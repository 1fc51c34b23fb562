//! The machines from outside, in simulated time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where it fails; clippy spares only the functions that are tests themselves"
)]

mod cancelling;
mod cancelling_ensure;
mod diagnosing;
mod ensuring;
mod interleavings;
mod leaving;
mod life;
mod sim;
mod waiting;
