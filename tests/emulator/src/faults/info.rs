//! What a fault is: its name, its parameters, what it does.

/// One parameter of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultParam {
    /// The name.
    pub name: &'static str,
    /// The value it has when nothing is said; empty means "not there".
    pub default: &'static str,
    /// What it is.
    pub text: &'static str,
}

/// One fault of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultInfo {
    /// The name, as in a rule.
    pub name: &'static str,
    /// What it does.
    pub text: &'static str,
    /// Whether the request is carried out all the same. A rule's parameter `acted` (`true`, `false`) overrides it.
    pub acted: bool,
    /// Its parameters.
    pub params: &'static [FaultParam],
    pub(crate) effect: Effect,
}

/// What a fault is made of; see `shape`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Refuse,
    Close,
    Reset,
    StallBeforeHead,
    StallInBody,
    Drip,
    CutBody,
    ContentLength,
    Chunked,
    ChunkedCut,
    Padded,
    Status,
    Html,
    Empty,
    BadUtf8,
    Bom,
    DepthBomb,
    GzipBomb,
    TruncatedJson,
    DuplicateKeys,
    WrongType,
    Redirect,
    NextForeign,
    NextRepeating,
    NextRelative,
    EmptyPage,
    UnknownStatus,
    UnknownField,
    DeleteOk,
    NoRequestId,
}
