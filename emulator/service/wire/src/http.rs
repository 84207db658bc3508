//! A request and a reply as far as a profile looks at them.

use std::fmt;

/// A request as it arrived. Prints without its values, which may be secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// Method, upper case.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Headers in order; names in any case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// The client certificate of the connection, DER.
    pub client_certificate: Option<Vec<u8>>,
}

impl HttpRequest {
    /// A request that came as a file: its name stands where the path does.
    #[must_use]
    pub fn file(name: impl Into<String>, body: Vec<u8>) -> Self {
        Self {
            method: "FILE".to_owned(),
            path: name.into(),
            body,
            ..Self::default()
        }
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} (body of {} bytes)",
            self.method,
            self.path,
            self.body.len()
        )
    }
}

/// A reply as it will be sent. Prints without its body, which may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// Status code.
    pub status: u16,
    /// Headers; the marker header is always among them.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (body of {} bytes)", self.status, self.body.len())
    }
}
