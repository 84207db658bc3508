//! The applications of the card and how they are found by name.

use madoguchi_iso7816::{Aid, FileId, Instruction};

use crate::file::{Access, File, Name};
use crate::{common, jpki, profile, resident, surface};

/// One application (a dedicated file) with the table of its files.
#[derive(Debug, PartialEq, Eq)]
pub struct Application {
    /// Which application it is.
    pub id: ApplicationId,
    /// What the application is called.
    pub name: Name,
    /// DF name.
    pub aid: Aid,
    /// Its files in the order of their identifiers.
    pub files: &'static [File],
    /// The key that COMPUTE DIGITAL SIGNATURE uses with P2 = `00`; not every application has one.
    pub default_key: Option<FileId>,
    /// The command by which a holder changes a PIN here: CHANGE REFERENCE DATA, or CHANGE KEY with
    /// class `80` (*observed*); no application knows both (*assumed*).
    pub change: Option<Instruction>,
    /// What SET SESSION KEY does here.
    pub session_key: SessionKey,
}

/// The applications of the card, in the order of their AIDs. What has something to do for each of
/// them matches on this, so that none is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApplicationId {
    /// 共通カードAP
    Common,
    /// 住基AP
    Resident,
    /// 券面事項確認AP
    Surface,
    /// 券面事項入力補助AP
    Profile,
    /// 公的個人認証AP
    Jpki,
}

/// What SET SESSION KEY does in an application (*observed*: it is never an unknown command).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKey {
    /// It opens a secure messaging session.
    Under {
        /// The file with the public key that wraps the seed.
        key: FileId,
        /// What must have been verified before.
        needs: Access,
    },
    /// It is refused with `66F1`: no key delivery is configured.
    NotConfigured,
    /// It is refused with `6982`, whatever was verified.
    NotPermitted,
}

/// All applications, in the order in which a partial name finds them.
///
/// The AIDs are *observed*; the order (共通, 住基, 券面事項確認, 券面事項入力補助, 公的個人認証) is
/// *assumed*: nobody has published which one a partial name selects.
pub static APPLICATIONS: [&Application; 5] = [
    &common::APPLICATION,
    &resident::APPLICATION,
    &surface::APPLICATION,
    &profile::APPLICATION,
    &jpki::APPLICATION,
];

impl Application {
    /// The application with exactly this DF name.
    #[must_use]
    pub fn by_name(name: &[u8]) -> Option<&'static Self> {
        APPLICATIONS
            .into_iter()
            .find(|application| application.aid.as_bytes() == name)
    }

    /// A short label that may stand in a trace, such as `jpki`.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self.id {
            ApplicationId::Common => "common",
            ApplicationId::Resident => "resident",
            ApplicationId::Surface => "surface",
            ApplicationId::Profile => "profile",
            ApplicationId::Jpki => "jpki",
        }
    }

    /// The file with this identifier.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.iter().find(|file| file.id == id)
    }
}
