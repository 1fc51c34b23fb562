//! `GET /v2/Channels/Senders?Channel=…&PageSize=…`; a success is 200.
//!
//! Source: Twilio's Senders API page; that `Channel` is required from OAS d50069b.

use std::fmt::Write as _;

use super::{Definition, Listing, PATH, RequestSpec, Subject, endpoint};
use crate::argument::InvalidArgument;
use crate::http::Method;
use crate::ids::Channel;
use crate::types::DecodeError;
use crate::types::{NextPage, SenderPage, read_page};

/// How many senders a page has: 1 to 1000.
///
/// Source: Twilio's Senders API page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(u16);

impl PageSize {
    /// The largest page, which this library asks for by default.
    pub const MAX: Self = Self(1000);

    /// Checks a size.
    ///
    /// # Errors
    /// [`InvalidArgument`] if it is not from 1 to 1000.
    pub fn new(size: u64) -> Result<Self, InvalidArgument> {
        match u16::try_from(size) {
            Ok(size @ 1..=1000) => Ok(Self(size)),
            _ => Err(InvalidArgument::of_value("page_size", "must be from 1 to 1000", &size.into())),
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    /// The size to ask for: as given, else the largest that is not larger than the limit.
    pub(crate) fn of_limit(given: Option<Self>, limit: Option<u64>) -> u16 {
        let limit = u16::try_from(limit.unwrap_or(1000)).unwrap_or(1000).clamp(1, 1000);
        given.map_or(limit, Self::value)
    }
}

/// Lists the senders of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListSenders {
    /// The channel; the server refuses a listing without one.
    pub channel: Channel,
    /// The size of a page. Default: the largest, or the limit if that is smaller.
    pub page_size: Option<PageSize>,
    /// The most senders to list. Default: all.
    pub limit: Option<u64>,
}

impl ListSenders {
    /// All senders of this channel.
    #[must_use]
    pub const fn new(channel: Channel) -> Self {
        Self { channel, page_size: None, limit: None }
    }

    /// The query of the first page.
    pub(crate) fn first(&self) -> Query {
        let size = PageSize::of_limit(self.page_size, self.limit);
        Query(format!("Channel={}&PageSize={size}", self.channel.as_str()))
    }
}

/// A query that a request can contain: percent-encoded, without `#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query(String);

/// The longest query that is followed, in bytes. Not documented; page tokens seen are far below it.
const LONGEST: usize = 8 * 1024;

impl Query {
    /// Takes the query of a link and nothing else of it: not its scheme, host, port or path, which could lead the
    /// credentials elsewhere. `None` if it has none, or one that is too long.
    ///
    /// A byte that is not allowed in a query is percent-encoded; the others stay, since tokens are opaque.
    pub(crate) fn of_link(link: &str, channel: Option<Channel>) -> Option<Self> {
        let before_fragment = link.split('#').next()?;
        let (_, query) = before_fragment.split_once('?')?;
        Self::of_text(query, channel)
    }

    /// The same for a bare query. That of a listing of senders has its channel.
    pub(crate) fn of_text(query: &str, channel: Option<Channel>) -> Option<Self> {
        if query.is_empty() || query.len() > LONGEST {
            return None;
        }
        let mut text = String::with_capacity(query.len() + 24);
        for byte in query.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~!$'()*+,;=:@/?%&".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
        if let Some(channel) = channel
            && !text.split('&').any(|pair| pair.starts_with("Channel="))
        {
            text.push_str("&Channel=");
            text.push_str(channel.as_str());
        }
        Some(Self(text))
    }

    /// A query that is made of checked parts.
    #[cfg(feature = "error-log")]
    pub(super) const fn checked(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a listing.
#[derive(Clone, Debug)]
pub(crate) struct Page(Query);

endpoint!(Page => SenderPage);

impl Definition for Page {
    fn spec(&self) -> RequestSpec {
        RequestSpec::new("list", Method::Get, format!("{PATH}?{}", self.0.as_str()), Subject::None)
    }

    fn parse(body: Vec<u8>) -> Result<SenderPage, DecodeError> {
        read_page(body)
    }
}

endpoint!(ListSenders => SenderPage);

impl Listing for ListSenders {
    type Request = Page;
    const OPERATION: &'static str = "list";
    const ITEMS: &'static str = "senders";
    const HAS_CHANNEL: bool = true;

    fn request(query: Query) -> Page {
        Page(query)
    }

    fn len(page: &SenderPage) -> usize {
        page.len()
    }

    fn cut(page: &mut SenderPage, most: usize) {
        page.truncate(most);
    }

    fn next(page: &SenderPage) -> &NextPage {
        &page.next
    }

    fn set_token(page: &mut SenderPage, token: String) {
        page.next_token = Some(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_query_is_as_large_as_it_may_be() {
        let first = |page_size: Option<u64>, limit| {
            let page_size = page_size.map(|size| PageSize::new(size).unwrap());
            ListSenders { page_size, limit, ..ListSenders::new(Channel::Whatsapp) }.first().0
        };
        assert_eq!(first(None, None), "Channel=whatsapp&PageSize=1000");
        assert_eq!(first(None, Some(500)), "Channel=whatsapp&PageSize=500");
        assert_eq!(first(None, Some(70_000)), "Channel=whatsapp&PageSize=1000");
        assert_eq!(first(Some(100), Some(500)), "Channel=whatsapp&PageSize=100");
        for bad in [0, 1001, 65_537, u64::MAX] {
            assert!(PageSize::new(bad).is_err());
        }
    }

    #[test]
    fn only_the_query_of_a_link_is_taken() {
        let query = |link| Query::of_link(link, Some(Channel::Whatsapp)).map(|query| query.0);
        for link in [
            "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&PageToken=a%2Fb",
            "http://evil.example:81/x?Channel=whatsapp&PageToken=a%2Fb#c?d",
            "?Channel=whatsapp&PageToken=a%2Fb",
            "//evil.example?Channel=whatsapp&PageToken=a%2Fb",
        ] {
            assert_eq!(query(link).unwrap(), "Channel=whatsapp&PageToken=a%2Fb", "{link}");
        }
        assert_eq!(query("?PageToken=1").unwrap(), "PageToken=1&Channel=whatsapp");
        assert_eq!(query("?Channel=x&a= \r\né\"").unwrap(), "Channel=x&a=%20%0D%0A%C3%A9%22");
        for none in ["", "https://a/b", "https://a/b#?x=1", "?"] {
            assert_eq!(query(none), None, "{none}");
        }
        assert_eq!(query(&format!("?{}", "a".repeat(LONGEST + 1))), None);
    }

    #[test]
    fn the_documented_answer() {
        let body = br#"{"senders":[],"meta":{"page":0,"page_size":10,
            "first_page_url":"https://messaging.twilio.com/v2/Channels/Senders?PageSize=10&Page=0&Channel=whatsapp",
            "previous_page_url":null,"url":"https://messaging.twilio.com/v2/Channels/Senders?PageSize=10&Page=0&Channel=whatsapp",
            "next_page_url":null,"key":"senders"}}"#;
        let page = Page::parse(body.to_vec()).unwrap();
        assert!(page.is_empty() && page.next == NextPage::None);
    }
}
