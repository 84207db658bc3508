//! How octets are written down in text.

use base16ct::{lower, mixed};
use base64ct::{Base64, Encoding as _};
use serde::Deserialize;

/// The text form of octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Encoding {
    /// RFC 4648 §4, with padding, without line breaks.
    Base64,
    /// Two hexadecimal digits per octet; either case is read, lower case is written.
    Hex,
}

impl Encoding {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Hex => "hex",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Base64, Self::Hex]
            .into_iter()
            .find(|encoding| encoding.name() == name)
    }

    pub(crate) fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64 => Base64::encode_string(bytes),
            Self::Hex => lower::encode_string(bytes),
        }
    }

    pub(crate) fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Base64 => Base64::decode_vec(text).ok(),
            Self::Hex => mixed::decode_vec(text).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_survive_both_forms() {
        for encoding in [Encoding::Base64, Encoding::Hex] {
            let octets = vec![0x00, 0x30, 0x82, 0xFF];
            assert_eq!(encoding.decode(&encoding.encode(&octets)), Some(octets));
        }
    }

    #[test]
    fn broken_forms_are_refused() {
        assert_eq!(Encoding::Base64.decode("AAA"), None);
        assert_eq!(Encoding::Base64.decode("AA=="), Some(vec![0]));
        assert_eq!(Encoding::Hex.decode("0"), None);
        assert_eq!(Encoding::Hex.decode("zz"), None);
    }
}
