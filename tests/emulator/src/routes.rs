//! Finds the operation of a request.

use crate::http::Target;

/// The operations of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    List,
    Fetch,
    Update,
    Delete,
    Alerts,
    Preflight,
}

impl Operation {
    pub(crate) const NAMES: [&'static str; 7] =
        ["create", "list", "fetch", "update", "delete", "alerts", "preflight"];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::List => "list",
            Self::Fetch => "fetch",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Alerts => "alerts",
            Self::Preflight => "preflight",
        }
    }
}

/// The route of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An operation, with the SID if the path has one.
    Known(Operation, String),
    /// The path exists, but not with this method; holds the allowed methods.
    WrongMethod(&'static str),
    /// The path does not exist.
    Nowhere,
}

pub(crate) const COLLECTION_METHODS: &str = "GET, POST, OPTIONS";
pub(crate) const LOG_METHODS: &str = "GET, OPTIONS";
pub(crate) const INSTANCE_METHODS: &str = "GET, POST, DELETE, OPTIONS";

impl Route {
    pub(crate) fn of(method: &str, target: &Target<'_>) -> Self {
        let segments: Vec<&str> = target.segments.iter().map(AsRef::as_ref).collect();
        let known = |operation| Self::Known(operation, String::new());
        match segments.as_slice() {
            ["v2", "Channels", "Senders"] => match method {
                "POST" => known(Operation::Create),
                "GET" => known(Operation::List),
                "OPTIONS" => known(Operation::Preflight),
                _ => Self::WrongMethod(COLLECTION_METHODS),
            },
            ["v1", "Alerts"] => match method {
                "GET" => known(Operation::Alerts),
                "OPTIONS" => known(Operation::Preflight),
                _ => Self::WrongMethod(LOG_METHODS),
            },
            ["v2", "Channels", "Senders", sid] if is_sid(sid) => match method {
                "GET" => Self::Known(Operation::Fetch, (*sid).to_owned()),
                "POST" => Self::Known(Operation::Update, (*sid).to_owned()),
                "DELETE" => Self::Known(Operation::Delete, (*sid).to_owned()),
                "OPTIONS" => known(Operation::Preflight),
                _ => Self::WrongMethod(INSTANCE_METHODS),
            },
            _ => Self::Nowhere,
        }
    }

    pub(crate) const fn operation(&self) -> Option<Operation> {
        match self {
            Self::Known(operation, _) => Some(*operation),
            _ => None,
        }
    }
}

/// Checks for `^XE[0-9a-fA-F]{32}$`.
fn is_sid(text: &str) -> bool {
    text.strip_prefix("XE")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}
