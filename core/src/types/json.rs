//! JSON text that was checked: its parts by place, and the pieces it is written of.

use std::borrow::Cow;

use serde_json::Value;

/// How many items of a list, and how many fields that are not known, are read at most. No section comes near it; a text made to
/// have more of them would take many times its size in memory.
pub(crate) const MOST: usize = 1_000;

/// Returns the text of a JSON string, given in the form of a document that has been checked.
pub(crate) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        match serde_json::from_str(raw) {
            Ok(Value::String(text)) => Some(Cow::Owned(text)),
            _ => None,
        }
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The text of a JSON text, number or boolean.
pub(super) fn text_of_scalar(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => text_of(raw),
        b'-' | b'0'..=b'9' | b't' | b'f' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

/// The entries of a JSON object in order, values untouched; `None` if the text is not one JSON object.
pub(crate) fn entries(json: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let fields = senders_json::fields(json).ok()?;
    fields.into_iter().map(|(key, value)| Some((key, json.get(value)?))).collect()
}

/// The fields of these names of a JSON object, untouched, each the last of its name; the others are walked over. `None` if
/// the text is not one JSON object.
pub(crate) fn pick<'t, const N: usize>(object: &'t str, names: [&str; N]) -> Option<[Option<&'t str>; N]> {
    let places = senders_json::pick(object, names).ok()?;
    Some(places.map(|place| object.get(place?)))
}

/// The items of a JSON list in order, untouched; `None` if the text is not one JSON list.
pub(crate) fn items(json: &str) -> Option<Vec<&str>> {
    first_items(json, usize::MAX)
}

/// The items of a JSON list that has no more than [`MOST`].
pub(super) fn few_items(json: &str) -> Option<Vec<&str>> {
    first_items(json, MOST + 1).filter(|items| items.len() <= MOST)
}

/// The first `most` items of a JSON list; the others are walked over.
pub(crate) fn first_items(json: &str, most: usize) -> Option<Vec<&str>> {
    let items = senders_json::items(json, most).ok()?;
    items.into_iter().map(|item| json.get(item)).collect()
}

/// Begins a field of an object.
pub(crate) fn begin(name: &str, before: &mut char, out: &mut String) {
    out.push(*before);
    *before = ',';
    out.push_str(&quoted(name));
    out.push(':');
}

/// Ends an object.
pub(crate) fn end(before: char, out: &mut String) {
    out.push_str(if before == '{' { "{}" } else { "}" });
}

/// Text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Returns the entries of a JSON object, of a repeated key the last; `None` if the text is not one JSON object.
pub(super) fn last_entries(json: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let all = entries(json)?;
    let name = |at: &usize| all.get(*at).map(|(name, _)| name.as_ref());
    let mut last: Vec<usize> = (0..all.len()).collect();
    last.sort_unstable_by(|a, b| name(a).cmp(&name(b)).then(b.cmp(a)));
    last.dedup_by(|a, b| name(a) == name(b));
    let mut is_last = vec![false; all.len()];
    for at in last {
        if let Some(is_last) = is_last.get_mut(at) {
            *is_last = true;
        }
    }
    Some(all.into_iter().zip(is_last).filter(|(_, is_last)| *is_last).map(|(entry, _)| entry).collect())
}
