//! A response read in one pass: its text is kept once, and every sender in it becomes a row of spans.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::decode_error::DecodeError;
use super::document::Document;
use super::json::pick;
use super::sender::Sender;

/// The link of a page to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextPage {
    /// There is none.
    None,
    /// The server's `meta.next_page_url`. Never followed as it is.
    Link(String),
    /// The page does not say, for this reason: whether more follows cannot be known.
    Unknown(&'static str),
}

/// One page of a listing.
#[derive(Clone)]
pub struct SenderPage {
    document: Arc<Document>,
    len: usize,
    pub(crate) next: NextPage,
    pub(crate) next_token: Option<String>,
}

impl SenderPage {
    /// How many senders it has; a page with none may still have a next one.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no sender.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The sender at this place, counted from 0.
    #[must_use]
    pub fn sender(&self, at: usize) -> Option<Sender> {
        (at < self.len).then(|| Sender::new(Arc::clone(&self.document), at))
    }

    /// The senders in the server's order.
    pub fn senders(&self) -> impl ExactSizeIterator<Item = Sender> {
        let document = Arc::clone(&self.document);
        (0..self.len).map(move |at| Sender::new(Arc::clone(&document), at))
    }

    /// Where the listing goes on after this page: a small text that can be kept, and given to a later listing in any
    /// process and language. `None` after the last page.
    #[must_use]
    pub fn next_token(&self) -> Option<&str> {
        self.next_token.as_deref()
    }

    /// Its senders as JavaScript wants them, keys in camelCase, in ASCII: `{"senders":[…`, not closed; and where behind a sender
    /// pieces of about `piece` bytes end.
    #[cfg(feature = "camel")]
    #[must_use]
    pub fn into_camel_json(mut self, piece: usize) -> (Vec<u8>, Vec<usize>) {
        match Arc::get_mut(&mut self.document) {
            Some(document) => document.index.take_camel(self.len, piece),
            None => self.document.index.clone().take_camel(self.len, piece),
        }
    }

    /// How many items of the page are no sender with a SID, and so cannot be addressed: they are left out.
    ///
    /// Source: a third-party report of a page with `{"sid": null, "status": "DRAFT"}` in it.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.document.index.skipped()
    }

    /// Keeps the first `len` senders.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl fmt::Debug for SenderPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderPage")
            .field("senders", &self.len)
            .field("has_next", &self.next_token.is_some())
            .finish_non_exhaustive()
    }
}

/// The link in a page's `meta`. An empty link is none (a third-party report).
pub(super) fn next_page(meta: Option<&str>) -> NextPage {
    let Some(meta) = meta else { return NextPage::Unknown("no `meta`") };
    let Some([link]) = pick(meta, ["next_page_url"]) else {
        return NextPage::Unknown("a `meta` that is not an object");
    };
    match serde_json::from_str(link.unwrap_or("null")) {
        Ok(Value::Null) => NextPage::None,
        Ok(Value::String(url)) if url.is_empty() => NextPage::None,
        Ok(Value::String(url)) => NextPage::Link(url),
        _ => NextPage::Unknown("a `next_page_url` that is neither text nor null"),
    }
}

/// Reads the body of a listing in one pass.
pub(crate) fn read_page(body: Vec<u8>) -> Result<SenderPage, DecodeError> {
    let index = senders_json::read_page(&body).map_err(|error| DecodeError::new(error, &body))?;
    let (meta, len) = (index.meta(), index.len());
    let document = Document { text: body, index };
    let next = next_page(meta.map(|meta| document.json(meta)));
    Ok(SenderPage { document: Arc::new(document), len, next, next_token: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::read_sender;

    fn page(text: &str) -> Result<SenderPage, String> {
        read_page(text.as_bytes().to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_is_read_with_what_is_not_known() {
        let text = r#"{"new":[1,{"a":"]"}],"senders":[
            {"sid":"XE1","status":"ONLINE","sender_id":"whatsapp:+1\u0035","later":{"x": 1.0},"profile":{"name":"é"}},
            {"later":2,"status":"NEW:ONE","sid":"XE2","sid2":null}],
            "meta":{"key":"senders","next_page_url":"https:\/\/x\/?a=1"}}"#;
        let page = page(text).unwrap();
        assert_eq!((page.len(), page.next.clone()), (2, NextPage::Link("https://x/?a=1".to_owned())));
        let senders: Vec<_> = page.senders().collect();
        assert_eq!(senders[0].sender_id().unwrap(), "whatsapp:+15");
        assert_eq!(senders[0].profile().unwrap().name.value().unwrap(), "é");
        assert_eq!(senders[0].extra().collect::<Vec<_>>(), [("later", r#"{"x": 1.0}"#)]);
        assert_eq!(senders[1].status().as_str(), "NEW:ONE");
        assert_eq!(senders[1].to_json(), r#"{"later":2,"status":"NEW:ONE","sid":"XE2","sid2":null}"#);
        assert!(senders[1].sender_id().is_none() && senders[1].profile().is_none());
        assert!(page.sender(2).is_none());
    }

    #[test]
    fn odd_pages_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "ends too early"),
            ("<html>", "a page: an object"),
            ("[]", "a page: an object"),
            (r#"{"meta":{}}"#, "without `senders`"),
            (r#"{"senders":null,"meta":{}}"#, "a list of senders"),
            (r#"{"senders":[],"meta":{}} x"#, "trailing"),
        ] {
            let error = page(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert!(read_page(b"{\"senders\":[],\"meta\":{\"a\":\"\xff\"}}".to_vec()).is_err());
    }

    #[test]
    fn an_item_that_cannot_be_addressed_is_counted_and_the_rest_is_read() {
        let odd = r#"{"senders":[{"sid":null,"status":"DRAFT"},{"sid":"XE1","status":"ONLINE"},null,{},[1],
            {"sid":"XE2","status":null,"later":1},{"status":"ONLINE","profile":{"name":"x"}}],"meta":{}}"#;
        let page = page(odd).unwrap();
        assert_eq!((page.len(), page.skipped()), (2, 5));
        let sids: Vec<_> = page.senders().map(|sender| sender.sid().into_owned()).collect();
        assert_eq!(sids, ["XE1", "XE2"]);
        assert_eq!(page.sender(1).unwrap().to_json(), r#"{"sid":"XE2","status":null,"later":1}"#);
        #[cfg(feature = "camel")]
        assert_eq!(
            page.into_camel_json(1 << 20).0,
            br#"{"senders":[{"sid":"XE1","status":"ONLINE"},{"sid":"XE2","status":null,"later":1}"#
        );
    }

    #[test]
    fn a_page_that_does_not_say_what_follows_is_read() {
        for (rest, next) in [
            ("", NextPage::Unknown("no `meta`")),
            (r#","meta":5"#, NextPage::Unknown("a `meta` that is not an object")),
            (
                r#","meta":{"next_page_url":5}"#,
                NextPage::Unknown("a `next_page_url` that is neither text nor null"),
            ),
            (r#","meta":{"next_page_url":""}"#, NextPage::None),
        ] {
            let page = page(&format!(r#"{{"senders":[{{"sid":"XE1","status":"ONLINE"}}]{rest}}}"#)).unwrap();
            assert_eq!((page.len(), page.next), (1, next));
        }
    }

    #[test]
    fn the_link_is_found_whatever_stands_beside_it() {
        for (meta, link) in [
            (r"{}", NextPage::None),
            (r#"{"next_page_url":null,"page":0}"#, NextPage::None),
            (
                r#"{"a":[{"next_page_url":"x"}],"next_page_\u0075rl":"\u0068ttps:\/\/b"}"#,
                NextPage::Link("https://b".to_owned()),
            ),
            // As a tree would have it.
            (
                r#"{"next_page_url":5,"next_page_url":"https://last"}"#,
                NextPage::Link("https://last".to_owned()),
            ),
        ] {
            let page = page(&format!(r#"{{"senders":[],"meta":{meta}}}"#)).unwrap();
            assert_eq!(page.next, link, "{meta}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let sender = read_sender("\u{feff}{\"sid\":\"XE1\",\"status\":\"ONLINE\"}".into()).unwrap();
        assert_eq!(sender.sid(), "XE1");
    }

    #[test]
    fn nesting_of_any_depth_is_walked_without_recursion() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        let sender =
            read_sender(format!(r#"{{"sid":"XE1","status":"ONLINE","deep":{deep}}}"#).into()).unwrap();
        assert_eq!(sender.extra().map(|(_, json)| json.len()).collect::<Vec<_>>(), [400_000]);
        assert_eq!(sender.to_json().len(), 400_000 + r#"{"sid":"XE1","status":"ONLINE","deep":}"#.len());
        assert_eq!(sender, Sender::from_json(sender.to_json()).unwrap());
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_counts() {
        let sender =
            Sender::from_json(r#"{"sid":"XE1","sid":"XE2","status":"DRAFT","status":"ONLINE"}"#).unwrap();
        assert_eq!((sender.sid().as_ref(), sender.status().as_str()), ("XE2", "ONLINE"));
        let sender = Sender::from_json(r#"{"status":"DRAFT","sid":"XE1"}"#).unwrap();
        assert_eq!(sender, Sender::from_json(r#" { "sid" : "XE1" , "status" : "DRAFT" } "#).unwrap());
        assert_ne!(sender, Sender::from_json(r#"{"status":"ONLINE","sid":"XE1"}"#).unwrap());
    }
}
