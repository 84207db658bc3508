//! A wire profile: what its file says, once it has been read and checked.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use madoguchi_eligibility::{Decision, Field, Fields, Operation, Request, Rules};
use madoguchi_notation::{Diagnostics, Layered, Located, Wording};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::encoding::Encoding;
use crate::extends::whole;
use crate::source::Source;
use crate::statement::Statement;
use crate::template::Template;
use crate::transport::Transport;
use crate::xml::Charset;
use crate::{BUILTIN, HttpRequest};

/// A wire profile.
#[derive(Debug, Clone)]
pub struct Profile {
    document: Document,
    text: String,
}

/// The file, key by key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Document {
    /// The profile's name.
    pub(crate) profile: String,
    /// The built-in profile of which this one states the differences. Resolved before this is read,
    /// as is `names`: both stand here to be known.
    #[serde(rename = "extends")]
    _extends: Option<IgnoredAny>,
    /// Other names for what is on the wire of the profile that is extended.
    pub(crate) names: Option<Located<IgnoredAny>>,
    /// What it is, for people.
    pub(crate) about: Wording,
    /// How requests travel.
    pub(crate) transport: Transport,
    /// How characters become bytes in XML.
    #[serde(default)]
    pub(crate) charset: Charset,
    /// The header that marks every reply as not the real service's.
    pub(crate) marker: Located<String>,
    /// What identifies a terminal.
    pub(crate) terminal: Located<TerminalSource>,
    /// Assumptions that the profile makes, by id.
    pub(crate) assumptions: BTreeMap<String, Statement>,
    /// Numbers and switches of the service that it describes.
    #[serde(default)]
    pub(crate) rules: Rules,
    /// Fields of a request that its answer repeats.
    #[serde(default)]
    pub(crate) repeat: Vec<Field>,
    /// Each result code: HTTP status and spelling.
    pub(crate) decisions: Located<BTreeMap<Decision, Located<Spelling>>>,
    /// Structures of replies, by a name of the profile's own.
    pub(crate) replies: BTreeMap<String, Located<Template>>,
    /// The name of the reply to a request that matches nothing.
    pub(crate) unmatched: Located<String>,
    /// The operations that this wire has.
    pub(crate) operations: BTreeMap<Operation, Located<Shape>>,
    /// The file that a check of a card at the counter leaves, where the wire has one.
    pub(crate) face: Option<Face>,
}

/// What a check of a card leaves in the folder `face`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Face {
    /// What stands before facility code and time in the file's name.
    pub(crate) file: String,
    /// The name of its structure.
    pub(crate) reply: Located<String>,
}

/// What identifies a terminal.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TerminalSource {
    /// The client certificate of the TLS connection.
    ClientCertificate,
    /// A header with the certificate in base64, as a proxy that ends TLS adds it.
    Header(String),
    /// The terminal is the one that owns the folder.
    Folder,
    /// None: who is on the same machine and knows the token may ask, over plain HTTP.
    Token,
}

/// How a decision is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spelling {
    /// HTTP status; a folder has none.
    pub(crate) status: Option<u16>,
    /// The result code; the decision's own name where absent.
    pub(crate) code: Option<String>,
    /// Fields that the answer has with this decision, unless it brings them itself: a text of its
    /// own, `$result-code` or `$result-message`.
    #[serde(default)]
    pub(crate) set: BTreeMap<Field, String>,
}

/// One operation on the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// HTTP method.
    #[serde(default)]
    pub(crate) method: String,
    /// Path without query.
    #[serde(default)]
    pub(crate) path: String,
    /// In a folder: how the names of its request files may begin.
    #[serde(default)]
    pub(crate) file: Vec<String>,
    /// Where each field stands.
    #[serde(default)]
    pub(crate) take: BTreeMap<Field, Located<Source>>,
    /// The units of a request that asks for many at once.
    pub(crate) each: Option<Each>,
    /// The name of the reply's structure.
    pub(crate) reply: Located<String>,
    /// The final reply comes in a ZIP under this name; `*` stands for the request's file.
    pub(crate) archive: Option<String>,
}

/// The units of a request: a JSON array or elements of one name, and where each field stands in one
/// of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Each {
    /// JSON pointer (RFC 6901) to the array.
    pub(crate) json: Option<String>,
    /// Path of the elements.
    pub(crate) xml: Option<String>,
    /// Where each field stands, from the element on.
    pub(crate) take: BTreeMap<Field, Located<Source>>,
}

impl Profile {
    /// The built-in profile of that name, if there is one. Its text is read once.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        static READ: [OnceLock<Option<Profile>>; BUILTIN.len()] =
            [const { OnceLock::new() }; BUILTIN.len()];
        let at = BUILTIN.iter().position(|(builtin, _)| *builtin == name)?;
        let (name, text) = BUILTIN[at];
        let read = || Self::parse(&format!("{name}.yaml"), text).ok();
        // A test reads every built-in profile.
        READ[at].get_or_init(read).clone()
    }

    /// Reads a profile; `file` is its name as the user knows it.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and column.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        Self::read(&whole(file, text, BUILTIN)?)
    }

    pub(crate) fn read(whole: &Layered) -> Result<Self, Diagnostics> {
        let document: Document = whole.load()?;
        whole.check(document.check())?;
        let text = whole.text().to_owned();
        Ok(Self { document, text })
    }

    /// The whole profile as a file has it: what it has from the one that it extends is in it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its name, such as `mock-2025.05`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.document.profile
    }

    /// What it is, for people.
    #[must_use]
    pub const fn about(&self) -> &Wording {
        &self.document.about
    }

    /// The assumptions that it makes: id (A-01 …) and statement, which is the same in both languages
    /// where the profile has it in one.
    pub fn assumptions(&self) -> impl Iterator<Item = (&str, &Wording)> {
        self.document
            .assumptions
            .iter()
            .map(|(id, statement)| (id.as_str(), &statement.0))
    }

    /// Numbers and switches of the service that it describes, for the registry behind it.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.document.rules
    }

    /// How requests travel.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        self.document.transport
    }

    /// Whether this wire stays on one machine, so that it needs no TLS.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(*self.document.terminal, TerminalSource::Token)
    }

    /// Method and path of an operation, if this wire has it and travels by HTTP.
    #[must_use]
    pub fn route(&self, operation: Operation) -> Option<(&str, &str)> {
        let shape = self.document.operations.get(&operation)?;
        (!shape.method.is_empty()).then_some((&shape.method, &shape.path))
    }

    /// How the names of an operation's request files may begin.
    #[must_use]
    pub fn files(&self, operation: Operation) -> &[String] {
        let shape = self.document.operations.get(&operation);
        shape.map_or(&[], |shape| &shape.file)
    }

    /// The fields of a request that its answer repeats.
    #[must_use]
    pub fn repeated(&self, request: &Request) -> Fields {
        let mut fields = Fields::new();
        for field in &self.document.repeat {
            fields.set_some(*field, request.fields.get(*field).cloned());
        }
        fields
    }

    /// The certificate of the terminal that sent the request, DER, if it showed one.
    #[must_use]
    pub fn terminal(&self, request: &HttpRequest) -> Option<Vec<u8>> {
        match &*self.document.terminal {
            TerminalSource::ClientCertificate => request.client_certificate.clone(),
            TerminalSource::Header(name) => Encoding::Base64.decode(request.header(name)?),
            TerminalSource::Folder | TerminalSource::Token => None,
        }
    }

    /// The header that marks every reply, name and value. It cannot be switched off.
    #[must_use]
    pub fn marker(&self) -> (&str, &'static str) {
        (&self.document.marker, "unofficial")
    }

    pub(crate) const fn document(&self) -> &Document {
        &self.document
    }
}

impl Document {
    /// The operation that a request is, by method and path or by the name of its file.
    pub(crate) fn operation_of(&self, request: &HttpRequest) -> Option<(Operation, &Shape)> {
        let operations = self.operations.iter();
        let found = match self.transport {
            Transport::HttpJson | Transport::HttpXml => operations
                .into_iter()
                .find(|(_, shape)| shape.method == request.method && shape.path == request.path),
            Transport::Folder => operations
                .filter_map(|(operation, shape)| {
                    let begins = |prefix: &&String| request.path.starts_with(prefix.as_str());
                    let length = shape.file.iter().filter(begins).map(String::len).max()?;
                    Some((length, (operation, shape)))
                })
                .max_by_key(|(length, _)| *length)
                .map(|(_, found)| found),
        };
        found.map(|(operation, shape)| (*operation, &**shape))
    }
}
