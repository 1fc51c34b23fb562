//! The description of a fault: its name, its parameters, its effect.

/// One parameter of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultParam {
    /// The name.
    pub name: &'static str,
    /// The default value; empty means "absent".
    pub default: &'static str,
    /// The meaning of the parameter.
    pub text: &'static str,
}

/// One fault of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultInfo {
    /// The name, as in a rule.
    pub name: &'static str,
    /// The effect of the fault.
    pub text: &'static str,
    /// Whether the request is carried out nevertheless. A rule's parameter `acted` (`true`, `false`) overrides it.
    pub acted: bool,
    /// Its parameters.
    pub params: &'static [FaultParam],
    pub(crate) effect: Effect,
}

/// The kinds of effects; see `shape`.
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
