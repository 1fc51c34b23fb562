//! The state machines, one file each: a call, an update, a listing, a wait, a registration.
//!
//! Each adds its own method to [`Client`](crate::Client). All are made of [`RetryLoop`](retry_loop::RetryLoop), and
//! [`Operation`] is any of them behind one type.

mod arguments;
mod attempts;
mod call;
#[cfg(feature = "error-log")]
mod diagnose;
mod differences;
mod ensure;
mod ensure_all;
mod ensure_errors;
mod ensure_item;
mod ensured;
#[cfg(feature = "error-log")]
mod findings;
mod operation;
mod pager;
mod retry_loop;
mod step;
mod token;
mod update;
mod waiter;

pub use call::Call;
#[cfg(feature = "error-log")]
pub use diagnose::Diagnose;
pub use ensure::Ensure;
pub use ensure_all::{EnsureAll, EnsureEvent};
pub use ensured::{Ensured, Resolution};
pub use operation::{Event, Operation, Outcome};
pub use pager::Pager;
pub use step::{Action, AttemptId, Machine, Misuse, Step, Timeouts, WaitReason};
pub use update::Update;
pub use waiter::{StatusChange, WaitOptions, Waiter};
