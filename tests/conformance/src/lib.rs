//! One truth for every language: reads `tests/vectors/*.json`, runs each case through a driver and compares what the
//! driver saw with what the case says.
//!
//! ```text
//!  vectors ──▶ Case ──▶ Task (given + replies, no expectations) ──▶ driver ──▶ Trace ──▶ compare(Case, Trace)
//! ```
//!
//! A driver is small: it runs the public interface of its language with a transport that answers from the script
//! and a clock that only moves when told, and reports what it saw. Everything that is expected stays here, so that
//! it is compared in one place. Adding a language is one driver of about 150 lines; see `drivers/python_driver.py`.

pub mod compare;
pub mod core_driver;
pub mod core_reads;
pub mod given;
pub mod json;
pub mod process_driver;
pub mod report;
pub mod schema;
pub mod secrets;
pub mod trace;
pub mod vector;
