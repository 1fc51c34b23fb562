//! The WebAssembly half of the npm package `senders`: it converts, and keeps the state machines of the running calls.
//!
//! JavaScript drives: its loop calls `step` until a call ends (`npm/src/driver.ts`). The data between the two is small: a
//! number for a step, JSON text for the server's data, which native `JSON.parse` turns into plain objects, and the bytes of
//! a body as they arrive. The core checks senders and writes them with camelCase keys in one pass; see `senders_json`.
//!
//! Nothing here waits, reads a clock or draws random numbers: JavaScript does. A panic is a trap, which JavaScript sees as an
//! exception; it then drops the whole instance and makes a new one.
//!
//! Two artefacts are built from this crate, one per feature: `client`, and `testing` with the emulator.

#[cfg(feature = "client")]
pub mod calls;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
#[cfg(feature = "client")]
mod json;
#[cfg(feature = "client")]
mod problem;
#[cfg(feature = "client")]
pub mod send;
#[cfg(feature = "client")]
mod slab;
#[cfg(feature = "testing")]
pub mod testing;

use wasm_bindgen::prelude::wasm_bindgen;

/// An allocator with half the code of the standard library's; each allocation takes the same few steps.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Returns the version of the core.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Panics, so that a test can check the effects.
#[wasm_bindgen]
#[expect(clippy::panic, reason = "it is what the function is for")]
pub fn panic() {
    panic!("a forced panic");
}
