//! The pass itself.

mod escapes;
mod reasons;

use std::borrow::Cow;
use std::ops::Range;

use escapes::unescape;

use crate::index::{Field, Index, PAGE, ParseError, SenderSpan};
use crate::key::{KeyCache, Name};
use crate::writer::Writer;

pub(crate) struct Scan<'t> {
    text: &'t [u8],
    at: usize,
    out: Writer,
    keys: KeyCache,
    /// The containers a value is in: true for an object.
    open: Vec<bool>,
    found: Index,
    /// The range of the last key with its quotes.
    key: Range<usize>,
    /// The error, once there is one.
    fault: ParseError,
}

/// Something is wrong: [`Scan::fault`] says what. It has no size, so that a result is one register and not a place in memory.
struct Failed;

type Done = Result<(), Failed>;
/// A field: its key without escapes, and the range of its value.
type Entry<'t> = (Cow<'t, [u8]>, Range<usize>);

impl<'t> Scan<'t> {
    /// For a document whose senders are written again.
    pub(crate) fn new(text: &'t [u8]) -> Result<Self, ParseError> {
        Self::with(text, Writer::with_room(text.len() + text.len() / 8 + 64))
    }

    /// For a document of which places are wanted.
    pub(crate) fn places(text: &'t [u8]) -> Result<Self, ParseError> {
        Self::with(text, Writer::unwanted())
    }

    fn with(text: &'t [u8], out: Writer) -> Result<Self, ParseError> {
        if u32::try_from(text.len()).is_err() {
            return Err(ParseError { what: "a document of 4 GiB or more", at: 0 });
        }
        // A byte order mark is skipped.
        let at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Ok(Self {
            text,
            at,
            out,
            keys: KeyCache::of_thread(),
            open: Vec::new(),
            found: Index::default(),
            key: 0..0,
            fault: ParseError { what: "", at: 0 },
        })
    }

    #[cold]
    #[inline(never)]
    fn fail(&mut self, what: &'static str, at: usize) -> Failed {
        self.fault = ParseError { what, at };
        Failed
    }

    /// Records that the present position has no `what`.
    #[cold]
    #[inline(never)]
    fn fault(&mut self, what: &'static str) -> Failed {
        self.fail(if self.at < self.text.len() { what } else { "the text ends too early" }, self.at)
    }

    /// The next byte that is no white space; 0 at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        match self.text.get(self.at) {
            Some(byte) if *byte > b' ' => *byte,
            _ => self.skip_space(),
        }
    }

    #[inline(never)]
    fn skip_space(&mut self) -> u8 {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Copies the byte that is next.
    #[inline]
    fn copy(&mut self, byte: u8) {
        self.out.put(byte);
        self.at += 1;
    }

    /// The same where it is rare: once in the program.
    #[inline(never)]
    fn copy_rare(&mut self, byte: u8) {
        self.copy(byte);
    }

    /// Makes room for senders: one of the documentation is 1.3 KB with 11 fields, so that most pages need no more.
    fn reserve(&mut self) {
        let senders = self.text.len() / 1024 + 1;
        self.found.fields.reserve(senders * 12);
        self.found.places.reserve(senders);
    }

    pub(crate) fn page(mut self) -> Result<Index, ParseError> {
        self.reserve();
        let walked = self.walk_page();
        self.end(walked)
    }

    fn walk_page(&mut self) -> Done {
        let (mut senders, mut meta) = (None, None);
        let mut more = self.open("a page: an object with `senders` and `meta`")?;
        while more {
            self.key()?;
            match self.unescaped()?.as_ref() {
                b"senders" if senders.is_none() => {
                    // The text before it is not wanted.
                    self.out.cut(0);
                    self.senders()?;
                    senders = Some(self.out.len());
                }
                b"senders" => return Err(self.fault("a page with two lists of senders")),
                b"meta" => {
                    meta = Some(self.placed()?);
                }
                _ => self.value()?,
            }
            more = self.more()?;
        }
        match (senders, meta) {
            (Some(end), meta) => {
                self.out.cut(end);
                self.found.meta = meta;
                Ok(())
            }
            (None, _) => Err(self.fail("a page without `senders`", self.at)),
        }
    }

    pub(crate) fn lone_sender(mut self) -> Result<Index, ParseError> {
        self.reserve();
        let walked = self.addressed_sender();
        self.end(walked)
    }

    fn addressed_sender(&mut self) -> Done {
        match self.sender()? {
            (true, true) => Ok(()),
            (false, _) => Err(self.fail("a sender without a text `sid`", self.at)),
            (_, false) => Err(self.fail("a sender without a text `status`", self.at)),
        }
    }

    /// An object's fields.
    pub(crate) fn fields(mut self) -> Result<Vec<Entry<'t>>, ParseError> {
        let mut fields = Vec::new();
        let walked = self.walk_fields(&mut fields);
        self.end(walked).map(|_| fields)
    }

    fn walk_fields(&mut self, fields: &mut Vec<Entry<'t>>) -> Done {
        let mut more = self.open("expected an object")?;
        while more {
            self.key()?;
            let key = self.unescaped()?;
            fields.push((key, self.placed()?));
            more = self.more()?;
        }
        Ok(())
    }

    /// The fields of these names.
    pub(crate) fn pick(
        mut self,
        names: &[&str],
        found: &mut [Option<Range<usize>>],
    ) -> Result<(), ParseError> {
        let walked = self.walk_picking(names, found);
        self.end(walked).map(|_| ())
    }

    fn walk_picking(&mut self, names: &[&str], found: &mut [Option<Range<usize>>]) -> Done {
        let mut more = self.open("expected an object")?;
        while more {
            self.key()?;
            let key = self.unescaped()?;
            let place = self.placed()?;
            let at = names.iter().position(|name| name.as_bytes() == key.as_ref());
            if let Some(found) = at.and_then(|at| found.get_mut(at)) {
                *found = Some(place);
            }
            more = self.more()?;
        }
        Ok(())
    }

    /// The first items of a list.
    pub(crate) fn items(mut self, most: usize) -> Result<Vec<Range<usize>>, ParseError> {
        let mut items = Vec::new();
        let walked = self.walk_items(&mut items, most);
        self.end(walked).map(|_| items)
    }

    fn walk_items(&mut self, items: &mut Vec<Range<usize>>, most: usize) -> Done {
        if self.peek() != b'[' {
            return Err(self.fault("expected a list"));
        }
        self.at += 1;
        let mut more = self.peek() != b']';
        while more {
            let place = self.placed()?;
            if items.len() < most {
                items.push(place);
            }
            more = self.peek() == b',';
            self.at += usize::from(more);
        }
        if self.peek() != b']' {
            return Err(self.fault("expected `,` or `]`"));
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a value and returns its range.
    fn placed(&mut self) -> Result<Range<usize>, Failed> {
        self.peek();
        let start = self.at;
        self.value()?;
        Ok(start..self.at)
    }

    fn end(mut self, walked: Done) -> Result<Index, ParseError> {
        let walked = walked.and_then(|()| {
            self.peek();
            if self.at < self.text.len() { Err(self.fault("trailing characters")) } else { Ok(()) }
        });
        if walked.is_err() {
            return Err(self.fault);
        }
        self.keys.leave();
        #[cfg(feature = "camel")]
        {
            self.found.camel = self.out.finish();
        }
        Ok(self.found)
    }

    fn senders(&mut self) -> Done {
        if self.peek() != b'[' {
            return Err(self.fault("expected a list of senders"));
        }
        self.at += 1;
        self.out.raw(PAGE);
        if self.peek() == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.listed_sender()?;
            match self.peek() {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault("expected `,` or `]`")),
            }
        }
    }

    /// Walks an item of a page. One that cannot be addressed is counted and left out.
    fn listed_sender(&mut self) -> Done {
        let (written, fields, places) = (self.out.len(), self.found.fields.len(), self.found.places.len());
        if !self.found.places.is_empty() {
            self.out.put(b',');
        }
        let addressed = if self.peek() == b'{' {
            self.sender()?.0
        } else {
            self.value()?;
            false
        };
        if !addressed {
            self.out.cut(written);
            self.found.fields.truncate(fields);
            self.found.places.truncate(places);
            self.found.skipped += 1;
        }
        Ok(())
    }

    /// Walks a sender. Whether it has a text `sid` and a text `status`.
    fn sender(&mut self) -> Result<(bool, bool), Failed> {
        let (mut sid, mut status) = (false, false);
        #[cfg(feature = "camel")]
        let begun = self.place();
        let mut more = self.open("a sender: an object with `sid` and `status`")?;
        while more {
            let name = self.key()?;
            let key = short(self.key.start);
            if name == Name::Unknown
                && let Cow::Owned(name) = self.unescaped()?
            {
                self.found.escaped.push((key, String::from_utf8(name).unwrap_or_default()));
            }
            let quote = self.peek() == b'"';
            let start = self.at;
            self.field(name)?;
            // Not empty: more than the quotes.
            let text = quote && self.at - start > 2;
            match name {
                Name::Sid => sid = text,
                Name::Status => status = text,
                _ => {}
            }
            self.found.fields.push(Field { name, key, start: short(start), end: short(self.at) });
            more = self.more()?;
        }
        self.found.places.push(SenderSpan {
            fields: short(self.found.fields.len()),
            #[cfg(feature = "camel")]
            camel: (begun, self.place()),
        });
        Ok((sid, status))
    }

    #[cfg(feature = "camel")]
    fn place(&self) -> u32 {
        short(self.out.len())
    }

    /// Begins an object and says whether it has a field.
    #[inline(never)]
    fn open(&mut self, wanted: &'static str) -> Result<bool, Failed> {
        if self.peek() != b'{' {
            return Err(self.fault(wanted));
        }
        self.copy(b'{');
        let empty = self.peek() == b'}';
        if empty {
            self.copy(b'}');
        }
        Ok(!empty)
    }

    /// Goes on behind a field, and says whether there is another.
    #[inline]
    fn more(&mut self) -> Result<bool, Failed> {
        match self.peek() {
            b',' => {
                self.copy(b',');
                Ok(true)
            }
            b'}' => {
                self.copy(b'}');
                Ok(false)
            }
            _ => Err(self.fault("expected `,` or `}`")),
        }
    }

    /// Reads a key and the colon, and returns the name; [`Scan::key`] holds its range.
    #[inline]
    fn key(&mut self) -> Result<Name, Failed> {
        self.peek();
        let start = self.at;
        if let Some(met) = self.text.get(start..).and_then(|text| self.keys.find(text)) {
            self.at += met.len;
            self.key = start..self.at - 1;
            self.out.written(&met.written);
            return Ok(met.name);
        }
        self.new_key()
    }

    #[inline(never)]
    fn new_key(&mut self) -> Result<Name, Failed> {
        if self.peek() != b'"' {
            return Err(self.fault("expected a key"));
        }
        let (start, written) = (self.at, self.out.len());
        self.string()?;
        self.key = start..self.at;
        let end = self.at;
        // In a nested object a lone surrogate is let through, as in a value.
        let key = self.unescaped();
        if let Ok(key) = &key {
            self.out.key(written, key);
        }
        if self.peek() != b':' {
            return Err(self.fault("expected `:`"));
        }
        self.copy(b':');
        let name = key.as_ref().map_or(Name::Unknown, |key| Name::of(key));
        if let Some(raw) = self.text.get(start..self.at).filter(|_| self.at == end + 1) {
            self.keys.keep(raw, name, self.out.since(written));
        }
        Ok(name)
    }

    /// The last key without its quotes and escapes.
    #[inline(never)]
    fn unescaped(&mut self) -> Result<Cow<'t, [u8]>, Failed> {
        let inner = self.text.get(self.key.start + 1..self.key.end - 1).unwrap_or_default();
        if !inner.contains(&b'\\') {
            return Ok(Cow::Borrowed(inner));
        }
        match unescape(inner) {
            Some(text) => Ok(Cow::Owned(text.into_bytes())),
            None => Err(self.fail("a key that is no text", self.key.start)),
        }
    }

    /// Walks a value of any kind.
    fn value(&mut self) -> Done {
        // The containers that are open are all of this value.
        self.open.clear();
        loop {
            match self.peek() {
                b'"' => self.string()?,
                b'{' => {
                    if self.open("")? {
                        self.open.push(true);
                        self.key()?;
                        continue;
                    }
                }
                b'[' => {
                    self.copy_rare(b'[');
                    if self.peek() != b']' {
                        self.open.push(false);
                        continue;
                    }
                    self.copy_rare(b']');
                }
                b'-' | b'0'..=b'9' => self.number()?,
                b'n' => self.literal(b"null")?,
                b't' => self.literal(b"true")?,
                b'f' => self.literal(b"false")?,
                _ => return Err(self.fault("expected value")),
            }
            // Behind a value: close what ends here.
            loop {
                let Some(object) = self.open.last().copied() else { return Ok(()) };
                match (self.peek(), object) {
                    (b',', _) => {
                        self.copy(b',');
                        if object {
                            self.key()?;
                        }
                        break;
                    }
                    (b'}', true) => self.copy(b'}'),
                    (b']', false) => self.copy_rare(b']'),
                    (_, true) => return Err(self.fault("expected `,` or `}`")),
                    (_, false) => return Err(self.fault("expected `,` or `]`")),
                }
                self.open.pop();
            }
        }
    }

    #[inline(never)]
    fn literal<const N: usize>(&mut self, word: &[u8; N]) -> Done {
        if self.text.get(self.at..).and_then(<[u8]>::first_chunk) != Some(word) {
            return Err(self.fault("expected value"));
        }
        self.at += N;
        self.out.fixed(word, N);
        Ok(())
    }

    #[inline(never)]
    fn digits(&mut self) -> Done {
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            self.copy_rare(*digit);
        }
        if self.at == start { Err(self.fault("invalid number")) } else { Ok(()) }
    }

    #[inline(never)]
    fn number(&mut self) -> Done {
        if self.text.get(self.at) == Some(&b'-') {
            self.copy_rare(b'-');
        }
        if self.text.get(self.at) == Some(&b'0') {
            self.copy_rare(b'0');
        } else {
            self.digits()?;
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.copy_rare(b'.');
            self.digits()?;
        }
        if let Some(e @ (b'e' | b'E')) = self.text.get(self.at) {
            self.copy_rare(*e);
            if let Some(sign @ (b'+' | b'-')) = self.text.get(self.at) {
                self.copy_rare(*sign);
            }
            self.digits()?;
        }
        Ok(())
    }

    /// Walks the string that begins here.
    fn string(&mut self) -> Done {
        self.copy(b'"');
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            self.at += self.out.plain_prefix_len(rest);
            match self.text.get(self.at).copied() {
                Some(b'"') => {
                    self.copy(b'"');
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0x80..) => self.beyond_ascii()?,
                Some(byte @ 0x20..) => self.copy_rare(byte),
                _ => return Err(self.fault("a control character in a string")),
            }
        }
    }

    #[inline(never)]
    fn escape(&mut self) -> Done {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let len = match rest {
            [_, b'u', digits @ ..] => match digits.first_chunk::<4>() {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => 6,
                _ => return Err(self.fault("invalid escape")),
            },
            [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            _ => return Err(self.fault("invalid escape")),
        };
        self.out.raw(rest.get(..len).unwrap_or_default());
        self.at += len;
        Ok(())
    }

    /// Walks characters beyond ASCII.
    #[inline(never)]
    fn beyond_ascii(&mut self) -> Done {
        while let Some(&lead @ 0x80..) = self.text.get(self.at) {
            let (len, bits) = match lead {
                ..0xE0 => (2, lead & 0x1F),
                0xE0..0xF0 => (3, lead & 0x0F),
                0xF0.. => (4, lead & 0x07),
            };
            let rest = self.text.get(self.at + 1..).and_then(|rest| rest.get(..len - 1)).unwrap_or_default();
            let code = rest.iter().fold(u32::from(bits), |code, byte| code << 6 | u32::from(byte & 0x3F));
            let shape = (0xC0..0xF8).contains(&lead)
                && rest.len() == len - 1
                && rest.iter().all(|byte| byte & 0xC0 == 0x80);
            // Of its shortest form.
            match char::from_u32(code).filter(|c| shape && c.len_utf8() == len) {
                Some(c) => self.out.beyond(c),
                None => return Err(self.fault("invalid UTF-8")),
            }
            self.at += len;
        }
        Ok(())
    }
}

/// A place in a document, which is known to be shorter than 4 GiB.
fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
