//! Tests of the emulator: the library on its virtual clock, the server on a real port.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod alerts;
mod bodies;
mod control;
mod faults;
mod life;
mod magic;
mod names;
mod pages;
mod property;
mod readme;
#[cfg(feature = "server")]
mod server;
mod support;
mod switch_table;
mod switches;
mod wire;
