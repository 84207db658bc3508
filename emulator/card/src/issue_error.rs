//! Why no card can be issued.

use std::fmt;

use madoguchi_card_key::KeyError;
use madoguchi_iso7816::FileId;

/// Why no card can be made of a personalization or a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueError {
    /// A private key cannot be used.
    Key {
        /// The file that was to hold it.
        file: FileId,
        /// What is wrong with it.
        cause: KeyError,
    },
    /// A reference value has not 1 to 16 bytes.
    ReferenceLength {
        /// The file that was to hold it.
        file: FileId,
        /// Its length in bytes.
        len: usize,
    },
    /// A file holds what its kind cannot.
    Kind {
        /// The file.
        file: FileId,
    },
    /// 製造番号, 市区町村コード and 有効期限 are not 15, 5 and 8 digits.
    CardInformation,
    /// A certificate of the real or of the official test hierarchy: emulating such a card is
    /// refused.
    RealHierarchy {
        /// The file that was to hold it.
        file: FileId,
    },
    /// The same among the data objects of the issuer security domain.
    RealCertificate,
}

impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("issue the card")?;
        match self {
            Self::Key { file, cause } => write!(f, ", key {file}: could not {cause}"),
            Self::ReferenceLength { file, len } => {
                write!(
                    f,
                    ": reference {file} has {len} bytes, 1 to 16 are possible"
                )
            }
            Self::Kind { file } => write!(f, ": file {file} cannot hold content of this kind"),
            Self::CardInformation => {
                f.write_str(": serial number, municipality and expiry must be 15, 5 and 8 digits")
            }
            Self::RealHierarchy { file } => write!(
                f,
                ": file {file} names the real issuer or its test system; use certificates of this \
                 tool's own hierarchy"
            ),
            Self::RealCertificate => f.write_str(
                ": a card-verifiable certificate is of the real hierarchy or of its test system; \
                 use one of this tool's own",
            ),
        }
    }
}

impl std::error::Error for IssueError {}
