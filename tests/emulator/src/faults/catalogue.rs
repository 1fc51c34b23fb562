//! The catalogue of faults. Source: the 27 families of the reliability study, without those of webhooks.

use super::info::{Effect, FaultInfo, FaultParam};

const fn param(name: &'static str, default: &'static str, text: &'static str) -> FaultParam {
    FaultParam { name, default, text }
}

const MS: FaultParam = param("ms", "", "milliseconds; without it, forever");
const AFTER: FaultParam = param("after", "10", "bytes of the body sent before");
const SIZE: FaultParam = param("size", "16", "bytes a chunk");

/// The parameters of all faults that return an error status.
macro_rules! status_params {
    ($status:literal, $code:literal, $format:literal, $retry_after:literal) => {
        &[
            param("status", $status, "the status"),
            param("code", $code, "the error code in the body"),
            param("format", $format, "the body: json, html or empty"),
            param(
                "retry-after",
                $retry_after,
                "Retry-After, sent as it is: 1, -5, 99999999999999999999, a date",
            ),
            param(
                "retry-after-date-s",
                "",
                "Retry-After as an HTTP date this many seconds from now; may be negative",
            ),
        ]
    };
}

const fn fault(
    name: &'static str,
    acted: bool,
    effect: Effect,
    params: &'static [FaultParam],
    text: &'static str,
) -> FaultInfo {
    FaultInfo { name, text, acted, params, effect }
}

pub(super) static CATALOGUE: &[FaultInfo] = &[
    fault(
        "connect-refused",
        false,
        Effect::Refuse,
        &[],
        "the connection is refused (in-process transports; the HTTP server closes it at once)",
    ),
    fault(
        "accept-then-close",
        false,
        Effect::Close,
        &[],
        "the connection is accepted and closed before a request is read (the HTTP server applies it to the next connection, whatever the rule's match)",
    ),
    fault("close-before-answer", false, Effect::Close, &[], "closed after the request, not carried out"),
    fault("close-after-act", true, Effect::Close, &[], "carried out, then closed without a response"),
    fault("reset-before-act", false, Effect::Reset, &[], "reset (RST) after the request, not carried out"),
    fault("reset-after-act", true, Effect::Reset, &[], "carried out, then reset (RST) without a response"),
    fault(
        "stall-before-head",
        true,
        Effect::StallBeforeHead,
        &[MS],
        "nothing is sent for a time, then the response",
    ),
    fault(
        "stall-in-body",
        true,
        Effect::StallInBody,
        &[AFTER, MS],
        "head and part of the body, then a pause",
    ),
    fault(
        "drip",
        true,
        Effect::Drip,
        &[param("bytes-per-s", "1", "pace of the body")],
        "the body arrives byte by byte",
    ),
    fault(
        "cut-body",
        true,
        Effect::CutBody,
        &[AFTER],
        "the right Content-Length, but the connection ends early",
    ),
    fault(
        "wrong-content-length",
        true,
        Effect::ContentLength,
        &[param("delta", "7", "added to the true length; may be negative")],
        "a Content-Length that is too long or too short",
    ),
    fault("chunked", true, Effect::Chunked, &[SIZE], "no fault: the body in chunks"),
    fault(
        "chunked-cut",
        true,
        Effect::ChunkedCut,
        &[SIZE],
        "chunks, but the connection ends before the last one",
    ),
    fault(
        "huge-body",
        true,
        Effect::Padded,
        &[param("bytes", "268435456", "bytes of padding after the body")],
        "the body followed by 256 MiB of spaces",
    ),
    fault(
        "gzip-bomb",
        true,
        Effect::GzipBomb,
        &[param("mib", "64", "size when unpacked")],
        "Content-Encoding: gzip, a few bytes that unpack to a lot (though the request did not ask for gzip)",
    ),
    fault(
        "rate-limited",
        false,
        Effect::Status,
        status_params!("429", "20429", "json", ""),
        "429 with 20429",
    ),
    fault(
        "server-error",
        false,
        Effect::Status,
        status_params!("500", "20500", "json", ""),
        "500, not carried out",
    ),
    fault(
        "server-error-acted",
        true,
        Effect::Status,
        status_params!("500", "20500", "json", ""),
        "carried out, but 500",
    ),
    fault("request-timeout", false, Effect::Status, status_params!("408", "20408", "json", ""), "408"),
    fault(
        "bad-gateway-html",
        false,
        Effect::Status,
        status_params!("502", "", "html", ""),
        "502 with a proxy's page",
    ),
    fault(
        "unavailable-html",
        false,
        Effect::Status,
        status_params!("503", "", "html", ""),
        "503 with a proxy's page",
    ),
    fault(
        "unavailable",
        false,
        Effect::Status,
        status_params!("503", "20503", "json", "1"),
        "503 with Retry-After",
    ),
    fault(
        "gateway-timeout",
        true,
        Effect::Status,
        status_params!("504", "", "html", ""),
        "carried out, but 504",
    ),
    fault(
        "unknown-error-code",
        false,
        Effect::Status,
        status_params!("400", "63999", "json", ""),
        "an error with a code that is in no list",
    ),
    fault("html-200", true, Effect::Html, &[], "200 with a web page (a captive portal)"),
    fault("empty-200", true, Effect::Empty, &[], "200 with an empty body"),
    fault("bad-utf8", true, Effect::BadUtf8, &[], "a byte in the body that is not UTF-8"),
    fault("bom", true, Effect::Bom, &[], "a byte order mark before the body"),
    fault(
        "depth-bomb",
        true,
        Effect::DepthBomb,
        &[param("depth", "200000", "levels")],
        "an unknown field of nested arrays",
    ),
    fault("truncated-json", true, Effect::TruncatedJson, &[], "half of the JSON, framed as if it were whole"),
    fault("duplicate-keys", true, Effect::DuplicateKeys, &[], "every key of the outer object twice"),
    fault(
        "wrong-type",
        true,
        Effect::WrongType,
        &[],
        "a number where the status, or the list of senders, should be",
    ),
    fault(
        "redirect",
        false,
        Effect::Redirect,
        &[
            param("status", "307", "the status"),
            param("location", "/v2/Channels/Senders/moved", "Location; another origin or the same"),
        ],
        "a redirect to the same origin",
    ),
    fault(
        "redirect-foreign",
        false,
        Effect::Redirect,
        &[
            param("status", "302", "the status"),
            param("location", "http://foreign.invalid/v2/Channels/Senders", "Location"),
        ],
        "a redirect to another origin",
    ),
    fault(
        "next-page-foreign",
        true,
        Effect::NextForeign,
        &[param("origin", "http://foreign.invalid", "the origin it names")],
        "next_page_url names another origin",
    ),
    fault("next-page-repeating", true, Effect::NextRepeating, &[], "next_page_url names the page just read"),
    fault("next-page-relative", true, Effect::NextRelative, &[], "next_page_url without scheme and host"),
    fault(
        "empty-page",
        true,
        Effect::EmptyPage,
        &[],
        "a page without senders whose next_page_url leads to them",
    ),
    fault(
        "unknown-status",
        true,
        Effect::UnknownStatus,
        &[param("value", "ONLINE:PENDING_VERIFICATION", "the status")],
        "senders with a status that no client knows",
    ),
    fault("unknown-field", true, Effect::UnknownField, &[], "senders with a field that no client knows"),
    fault("delete-200", true, Effect::DeleteOk, &[], "200 with {} where 204 is documented"),
    fault("no-request-id", true, Effect::NoRequestId, &[], "a response without a request id"),
];
