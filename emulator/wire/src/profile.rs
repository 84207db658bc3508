//! A wire profile: what its file says, once it has been read and checked.

use std::collections::BTreeMap;

use madoguchi_eligibility::{Decision, Field, Operation, Rules};
use madoguchi_notation::{Diagnostics, Located, load};
use madoguchi_terms::Bilingual;
use serde::Deserialize;

use crate::HttpRequest;
use crate::encoding::Encoding;
use crate::source::Source;
use crate::template::Template;

/// A wire profile.
#[derive(Debug, Clone)]
pub struct Profile {
    document: Document,
}

/// The file, key by key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Document {
    /// The profile's name.
    pub(crate) profile: String,
    /// What it is, for people.
    pub(crate) about: About,
    /// How requests travel.
    #[expect(
        dead_code,
        reason = "read so that a file for another transport is refused"
    )]
    transport: Transport,
    /// The header that marks every reply as not the real service's.
    pub(crate) marker: Located<String>,
    /// What identifies a terminal.
    pub(crate) terminal: Located<TerminalSource>,
    /// Assumptions that the profile makes, by id.
    pub(crate) assumptions: BTreeMap<String, String>,
    /// Numbers and switches of the service that it describes.
    #[serde(default)]
    pub(crate) rules: Rules,
    /// Each result code: HTTP status and spelling.
    pub(crate) decisions: Located<BTreeMap<Decision, Located<Spelling>>>,
    /// Structures of replies, by a name of the profile's own.
    pub(crate) replies: BTreeMap<String, Located<Template>>,
    /// The name of the reply to a request that matches nothing.
    pub(crate) unmatched: Located<String>,
    /// The operations that this wire has.
    pub(crate) operations: BTreeMap<Operation, Located<Shape>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    ja: String,
    en: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Transport {
    /// JSON over HTTPS.
    HttpJson,
}

/// What identifies a terminal.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TerminalSource {
    /// The client certificate of the TLS connection.
    ClientCertificate,
    /// A header with the certificate in base64, as a proxy that ends TLS adds it.
    Header(String),
}

/// How a decision is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spelling {
    /// HTTP status.
    pub(crate) status: u16,
    /// The result code; the decision's own name where absent.
    pub(crate) code: Option<String>,
}

/// One operation on the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    /// HTTP method.
    pub(crate) method: String,
    /// Path without query.
    pub(crate) path: String,
    /// Where each field stands.
    #[serde(default)]
    pub(crate) take: BTreeMap<Field, Located<Source>>,
    /// The units of a request that asks for many at once.
    pub(crate) each: Option<Each>,
    /// The name of the reply's structure.
    pub(crate) reply: Located<String>,
}

/// The units of a request: a JSON array, and where each field stands in one of its elements.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Each {
    /// JSON pointer (RFC 6901) to the array.
    pub(crate) json: String,
    /// Where each field stands, from the element on.
    pub(crate) take: BTreeMap<Field, Located<Source>>,
}

impl Profile {
    /// Reads a profile; `file` is its name as the user knows it.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and column.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let document: Document = load(file, text)?;
        Diagnostics::check(file, text, document.check())?;
        Ok(Self { document })
    }

    /// Its name, such as `mock-2025.05`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.document.profile
    }

    /// What it is, for people.
    #[must_use]
    pub fn about(&self) -> Bilingual {
        Bilingual::new(&self.document.about.ja, &self.document.about.en)
    }

    /// The assumptions that it makes: id (A-01 …) and statement.
    pub fn assumptions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.document
            .assumptions
            .iter()
            .map(|(id, statement)| (id.as_str(), statement.as_str()))
    }

    /// Numbers and switches of the service that it describes, for the registry behind it.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.document.rules
    }

    /// Method and path of an operation, if this wire has it.
    #[must_use]
    pub fn route(&self, operation: Operation) -> Option<(&str, &str)> {
        let shape = self.document.operations.get(&operation)?;
        Some((&shape.method, &shape.path))
    }

    /// The certificate of the terminal that sent the request, DER, if it showed one.
    #[must_use]
    pub fn terminal(&self, request: &HttpRequest) -> Option<Vec<u8>> {
        match &*self.document.terminal {
            TerminalSource::ClientCertificate => request.client_certificate.clone(),
            TerminalSource::Header(name) => Encoding::Base64.decode(request.header(name)?),
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
