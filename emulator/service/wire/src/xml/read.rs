//! From bytes to elements. Nothing is fetched and nothing is expanded: a document type, with the
//! entities that it could declare, is refused.

use std::fmt;

use madoguchi_eligibility::from_cp932;
use quick_xml::events::{BytesRef, Event};
use quick_xml::{Error, Reader};

use super::{Charset, Element};

/// Elements that may stand in each other.
const DEPTH: usize = 32;

/// Elements of one document: ten thousand units of a bulk inquiry have fewer.
const ELEMENTS: usize = 400_000;

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Name of the rule that was broken: `encoding-mismatch`, `xml-incomplete` …
    pub rule: &'static str,
    /// What was seen, for people.
    pub detail: String,
}

/// The end of the document is missing: the client may still be writing it.
pub(crate) const INCOMPLETE: &str = "xml-incomplete";

impl Unreadable {
    /// Whether only the end is missing, so that the client may still be writing it.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.rule == INCOMPLETE
    }

    fn new(rule: &'static str, detail: impl Into<String>) -> Self {
        Self {
            rule,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.detail, self.rule)
    }
}

impl std::error::Error for Unreadable {}

/// The document's one element, inside an element without a name, so that paths begin with it.
///
/// # Errors
/// Where the bytes are no document, and whether only its end is missing.
pub fn read(bytes: &[u8]) -> Result<Element, Unreadable> {
    let text = decode(bytes)?;
    let mut reader = Reader::from_str(&text);
    let mut document = Builder::default();
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader
            .read_event()
            .map_err(|error| broken(&error, &text, at))?;
        if let Event::Eof = event {
            break;
        }
        document.take(&event).map_err(|fault| fault.at(&text, at))?;
    }
    document.end()
}

/// The text, by what the declaration says of its encoding; UTF-8 where it says nothing.
fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        return Err(Unreadable::new(
            "encoding-unknown",
            "the document is UTF-16; write it in Shift_JIS or UTF-8",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let label = declared(bytes);
    let charset = match label {
        None => Charset::Utf8,
        Some(label) => Charset::of_label(label).ok_or_else(|| {
            let detail = "the declared encoding is neither Shift_JIS nor UTF-8";
            Unreadable::new("encoding-unknown", detail)
        })?,
    };
    let text = match charset {
        Charset::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Charset::ShiftJis => from_cp932(bytes).ok(),
    };
    text.ok_or_else(|| {
        let said = if label.is_some() { "declared" } else { "no" };
        let detail = format!(
            "the bytes are not {} ({said} encoding in the first line)",
            charset.label()
        );
        Unreadable::new("encoding-mismatch", detail)
    })
}

/// The encoding that the XML declaration names. All that may be declared is ASCII in that line.
fn declared(bytes: &[u8]) -> Option<&str> {
    let rest = bytes.strip_prefix(b"<?xml")?;
    let end = rest.windows(2).take(256).position(|two| two == b"?>")?;
    let line = std::str::from_utf8(&rest[..end]).ok()?;
    let (_, value) = line.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// What the library says of text that is no XML.
fn broken(error: &Error, text: &str, at: usize) -> Unreadable {
    if matches!(error, Error::Syntax(_)) {
        return Unreadable::new(
            INCOMPLETE,
            format!("the document ends in the middle: {error}"),
        );
    }
    Fault(format!("{error}")).at(text, at)
}

/// Something wrong with what stands at a place.
#[derive(Debug)]
struct Fault(String);

impl Fault {
    fn at(self, text: &str, at: usize) -> Unreadable {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let detail = format!("the body is no XML at line {line} column {column}: {self}");
        Unreadable::new("not-xml", detail)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The elements that are open, and the document so far.
#[derive(Debug, Default)]
struct Builder {
    document: Element,
    open: Vec<Element>,
    elements: usize,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        let undecodable = |_| Fault("characters of another encoding".to_owned());
        match event {
            Event::Start(start) => self.begin(start.name().as_ref()),
            Event::Empty(start) => {
                self.begin(start.name().as_ref())?;
                self.close()
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text.xml10_content().map_err(undecodable)?),
            Event::CData(text) => self.text(&text.xml10_content().map_err(undecodable)?),
            Event::GeneralRef(reference) => self.text(&resolve(reference)?),
            Event::DocType(_) => Err(Fault("a document type is not taken".to_owned())),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn begin(&mut self, name: &[u8]) -> Result<(), Fault> {
        if self.open.is_empty() && !self.document.children.is_empty() {
            return Err(Fault("a second element beside the document's one".into()));
        }
        self.elements += 1;
        if DEPTH <= self.open.len() || ELEMENTS < self.elements {
            return Err(Fault("more elements than any request has".into()));
        }
        self.open.push(Element {
            name: String::from_utf8_lossy(name).into_owned(),
            ..Element::default()
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let mut element = self
            .open
            .pop()
            .ok_or_else(|| Fault("an end without a beginning".into()))?;
        if !element.children.is_empty() || is_blank(&element.text) {
            if !is_blank(&element.text) {
                return Err(Fault(format!(
                    "text beside the elements of {}",
                    element.name
                )));
            }
            element.text.clear();
        }
        let parent = self.open.last_mut().unwrap_or(&mut self.document);
        parent.children.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if is_blank(text) => {}
            None => return Err(Fault("text outside of the document's element".into())),
        }
        Ok(())
    }

    fn end(self) -> Result<Element, Unreadable> {
        if self.open.is_empty() && !self.document.children.is_empty() {
            return Ok(self.document);
        }
        let open = self.open.last().map_or("its one element", |e| &e.name);
        let detail = format!("the document ends before {open} does");
        Err(Unreadable::new(INCOMPLETE, detail))
    }
}

/// White space of XML: an ideographic space is a character like any other.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
}

/// The five references that need no declaration, and characters by number.
fn resolve(reference: &BytesRef<'_>) -> Result<String, Fault> {
    let wrong = || Fault("a reference to something that is not declared".to_owned());
    if reference.is_char_ref() {
        let character = reference.resolve_char_ref().ok().flatten();
        return character.map(String::from).ok_or_else(wrong);
    }
    let name = reference.decode().map_err(|_| wrong())?;
    let character = match &*name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => return Err(wrong()),
    };
    Ok(character.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(bytes: &[u8]) -> &'static str {
        read(bytes).unwrap_err().rule
    }

    #[test]
    fn text_is_found_by_its_path() {
        let xml = "<?xml version=\"1.0\"?>\n<A>\n <B><C>1</C><C>&lt;&#x8A66;</C></B>\n <D/>\n</A>";
        let document = read(xml.as_bytes()).unwrap();
        let texts = |path| -> Vec<String> {
            let found = document.find(path).into_iter();
            found.map(|element| element.text.clone()).collect()
        };
        assert_eq!(texts("A/B/C"), ["1", "<試"]);
        assert_eq!(texts("A/D"), [""]);
        assert_eq!(texts("A/X"), [""; 0]);
    }

    #[test]
    fn both_encodings_are_read_by_their_label() {
        let text =
            |label: &str| format!("<?xml version='1.0' encoding='{label}'?><A>ｼｹﾝ　試験</A>");
        for label in ["Shift_JIS", "windows-31j", "SJIS"] {
            let bytes = madoguchi_eligibility::to_cp932(&text(label)).unwrap();
            assert_eq!(read(&bytes).unwrap().find("A")[0].text, "ｼｹﾝ　試験");
        }
        let document = read(text("utf-8").as_bytes()).unwrap();
        assert_eq!(document.find("A")[0].text, "ｼｹﾝ　試験");
    }

    #[test]
    fn a_label_that_lies_is_refused() {
        let text = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><A>試験</A>");
        assert_eq!(rule(text("Shift_JIS").as_bytes()), "encoding-mismatch");
        let sjis = madoguchi_eligibility::to_cp932(&text("UTF-8")).unwrap();
        assert_eq!(rule(&sjis), "encoding-mismatch");
        assert_eq!(rule(text("EUC-JP").as_bytes()), "encoding-unknown");
        assert_eq!(rule(b"\xFF\xFE<\0A\0/\0>\0"), "encoding-unknown");
    }

    #[test]
    fn what_is_half_written_is_told_apart_from_what_is_wrong() {
        let whole = "<?xml version=\"1.0\"?><A><B>1</B></A>";
        for end in 0..whole.len() {
            assert_eq!(
                rule(&whole.as_bytes()[..end]),
                INCOMPLETE,
                "{}",
                &whole[..end]
            );
        }
        for wrong in [
            "<A></B>",
            "<A/><B/>",
            "x<A/>",
            "<A>x<B/></A>",
            "<A>&nonesuch;</A>",
            "<A>&#0;</A>",
        ] {
            assert_eq!(rule(wrong.as_bytes()), "not-xml", "{wrong}");
        }
    }

    #[test]
    fn no_entity_is_declared_and_none_expands() {
        let bomb = "<!DOCTYPE A [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><A>&b;</A>";
        assert_eq!(rule(bomb.as_bytes()), "not-xml");
        let outside = "<!DOCTYPE A SYSTEM \"file:///etc/passwd\"><A/>";
        assert_eq!(rule(outside.as_bytes()), "not-xml");
    }

    #[test]
    fn deep_and_wide_documents_are_refused() {
        assert_eq!(rule("<A>".repeat(100_000).as_bytes()), "not-xml");
        let wide = format!("<A>{}</A>", "<B/>".repeat(ELEMENTS));
        assert_eq!(rule(wide.as_bytes()), "not-xml");
    }

    #[test]
    fn a_fault_says_where() {
        let error = read("<A>\n <B>&x;</B>\n</A>".as_bytes()).unwrap_err();
        assert!(error.detail.contains("line 2 column 5"), "{}", error.detail);
    }
}
