//! Generates the Kotlin and Swift files from the library: `cargo xtask generate` calls it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
