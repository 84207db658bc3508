//! How requests travel between an app and the service.

use serde::Deserialize;

/// How requests travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// JSON over HTTPS.
    HttpJson,
    /// XML over HTTPS.
    HttpXml,
    /// XML files in the exchange folders of a 資格確認端末: `req`, `res`, `face`.
    Folder,
}

impl Transport {
    /// Whether bodies are XML.
    pub(crate) const fn is_xml(self) -> bool {
        matches!(self, Self::HttpXml | Self::Folder)
    }
}
