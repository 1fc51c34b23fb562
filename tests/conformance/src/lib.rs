//! The shared expectations of every language: reads `tests/vectors/*.json`, runs each case through a driver and
//! compares the trace of the driver with the expectations of the case.
//!
//! ```text
//!  vectors ──▶ Case ──▶ Task (given + replies, no expectations) ──▶ driver ──▶ Trace ──▶ compare(Case, Trace)
//! ```
//!
//! A driver is small: it runs the public interface of its language with a transport that responds from the script and
//! a clock that only the driver moves, and reports what it saw. Every expectation stays here, so that the comparison
//! is in one place. A new language needs one driver of about 150 lines; see `drivers/python_driver.py`.

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
pub mod webhook;
