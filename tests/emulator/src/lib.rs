#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod alerts;
mod answer;
mod auth;
mod change;
mod check;
mod dates;
mod emulator;
mod endpoints;
mod faults;
mod fields;
mod http;
mod journal;
mod magic;
mod mix;
mod name;
mod name_change;
mod routes;
mod section;
mod seed;
mod sender;
#[cfg(feature = "server")]
pub mod server;
mod shape;
mod store;
mod switches;
mod view;

pub use emulator::{Emulator, SenderIdCount, SenderState, WaitingCode};
pub use faults::{FaultError, FaultInfo, FaultParam, FaultRule, faults};
pub use http::{Delivery, Reply, Request, Response};
pub use journal::JournalEntry;
pub use magic::{MagicEffect, MagicNumber, magic_numbers};
pub use switches::{Allowed, SwitchError, SwitchInfo, Switches};
