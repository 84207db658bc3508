//! How cards of one interface, generation or make differ from others, as data.
//!
//! What public knowledge leaves undecided is a named switch here, with a default that the field
//! says; what all cards do alike stands in the commands.

use madoguchi_iso7816::{Atr, StatusWord};
use madoguchi_layout::{APPLICATIONS, Application, TokenKind, jpki, resident};

/// What differs between cards that hold the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// How scenarios and the command line call it, such as `plastic-contactless`.
    pub name: &'static str,
    /// The answer to reset, or what a contactless reader invents in its place.
    pub atr: Atr,
    /// What a warm reset does.
    pub warm_reset: WarmReset,
    /// What the first command after a loss of power gets. Default: its answer.
    pub first_command: FirstCommand,
    /// The applications that can be selected, in the order of the layout.
    pub applications: &'static [&'static Application],
    /// Whether the issuer security domain can be selected and answers GET DATA. Default: yes.
    pub issuer_security_domain: bool,
    /// Which token EF 0006 of 公的個人認証AP says, where the generation decides it. Default: what
    /// the personalization says.
    pub token: Option<TokenKind>,
    /// Whether there is a place for 利用者証明用電子証明書. Default: yes; the 住基カード of 2003 has
    /// none.
    pub authentication: bool,
    /// What reading 利用者証明用電子証明書 takes. Default: nothing.
    pub authentication_certificate: CertificateRule,
    /// What `80 FC 00 00` gets. Default: `6700`, as on plastic (*observed*).
    pub last_command: LastCommand,
    /// Where GET DATA `5F51` answers. Default: everywhere, which is what every client can live with.
    pub contact_atr: ContactAtr,
    /// Whether GET DATA `7F21` answers, where the card was personalized with one. Default: yes;
    /// older cards say `6A88` (*observed*).
    pub card_certificate: bool,
    /// Whether READ RECORD knows "from here to the last". Default: yes; otherwise `6A81` (both
    /// *observed*).
    pub read_to_the_last: bool,
    /// Whether READ BINARY in the clear takes an Le above 256. Default: yes (*observed* of clients;
    /// one source says that its card did not); otherwise `6700` (*assumed*).
    pub extended_read: bool,
    /// What READ BINARY without Le gets. Default: `6700` (*assumed*).
    pub missing_le: MissingLe,
    /// What READ BINARY says where fewer bytes than Le are left. Default: nothing (*observed*).
    pub end_of_file: EndOfFile,
    /// Whether an answer to a command with data is announced with `61xx` first. Default: never
    /// (*observed*).
    pub announcement: Announcement,
    /// What a VERIFY without data gets when the reference was verified. Default: `63Cx` (*observed*).
    pub verified_query: VerifiedQuery,
    /// What a VERIFY with data gets at 0 attempts. Default: `6984` (*observed*).
    pub blocked: Blocked,
    /// Whether a wrong value takes back an earlier success of the same reference. Default: yes
    /// (*specified* by JICSAP, observed by nobody).
    pub wrong_value_revokes: bool,
    /// Whether a reference counts as verified still after its value was changed. Default: yes
    /// (*assumed*; nobody has said).
    pub change_keeps_status: bool,
    /// What COMPUTE DIGITAL SIGNATURE says to data whose length its scheme does not take. Default:
    /// `6985` (*assumed*: it is that or `6700`, which of the two is not recorded).
    pub signature_length: SignatureLength,
    /// Whether the files of a certificate that was not issued are there, with nothing in them but
    /// filler. Default: no (*assumed*; nobody has said).
    pub empty_certificates: bool,
    /// Whether a secure messaging session outlives a selection of the application that it belongs
    /// to. Default: no (*assumed*; nobody has said).
    pub session_outlives_selection: bool,
    /// Whether 券面事項確認AP has the references 0014 and 0015, blocked. Default: no; one card was
    /// seen with them, one without.
    pub surface_references: bool,
    /// Whether a terminal whose certificate was loaded may prove its key by EXTERNAL AUTHENTICATE
    /// and then use the authentication key without PIN. Default: no, since that part of the
    /// protocol is not public; what is done here is *assumed*.
    pub terminal_authentication: bool,
}

/// What a warm reset does to selection and security status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmReset {
    /// Nothing (*observed* over the contactless interface).
    Keeps,
    /// The same as a cold reset (*assumed* for contacts).
    Clears,
}

/// What the first command after a loss of power gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstCommand {
    /// Its answer.
    Answered,
    /// `6F00`, once, where the card had been spoken to before it lost its power (*observed* on one
    /// card; after an insertion it does not happen).
    Fails,
}

/// What reading 利用者証明用電子証明書 takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateRule {
    /// Nothing (*observed* on plastic).
    Free,
    /// Its PIN (*observed* on Android telephones by one client).
    Pin,
}

/// What `80 FC 00 00` gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastCommand {
    /// `6700`.
    WrongLength,
    /// `9000` (*assumed*: clients send it to iPhones, no answer was published).
    Acknowledged,
}

/// Where GET DATA `5F51` answers; cards differ (*observed*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactAtr {
    /// In the state after power-up and in every application.
    Everywhere,
    /// In the state after power-up.
    Issuer,
    /// In an application.
    Applications,
}

/// What READ BINARY says where fewer bytes than Le are left. Beside the first, *specified* by ISO
/// 7816-4 and seen on no My Number card: for clients that claim to cope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndOfFile {
    /// `9000` behind the bytes.
    Silent,
    /// `6282` behind the bytes.
    Warning,
    /// `6Cxx` instead of the bytes, where Le is short.
    WrongLe,
}

/// What READ BINARY without Le gets (both *assumed*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingLe {
    /// `6700`.
    WrongLength,
    /// No bytes, and `9000`: no Le is an Le of 0.
    NoBytes,
}

/// What COMPUTE DIGITAL SIGNATURE says to data of a wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureLength {
    /// `6985`.
    Conditions,
    /// `6700`.
    WrongLength,
}

/// Whether an answer to a command with data is announced first, as with T=0. The second is
/// *specified* by ISO 7816-3 and seen on no My Number card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announcement {
    /// The answer comes at once.
    Never,
    /// `61xx`, and GET RESPONSE fetches it.
    Always,
}

/// What a VERIFY without data gets when the reference was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifiedQuery {
    /// `63Cx`.
    Attempts,
    /// `9000`, as ISO 7816-4 permits (*specified*).
    Ok,
}

/// What a VERIFY with data gets at 0 attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// `6984`.
    ReferenceBlocked,
    /// `6983`, which several clients wait for (*assumed* of no card).
    AuthenticationBlocked,
}

impl Profile {
    /// A plastic card over the contactless interface, ISO 14443 Type B: the ATR is synthetic, and a
    /// warm reset keeps the security status (both *observed*). The default.
    #[must_use]
    pub fn contactless() -> Self {
        Self {
            name: "plastic-contactless",
            atr: atr::well_formed(atr::CONTACTLESS),
            warm_reset: WarmReset::Keeps,
            first_command: FirstCommand::Answered,
            applications: &APPLICATIONS,
            issuer_security_domain: true,
            token: None,
            authentication: true,
            authentication_certificate: CertificateRule::Free,
            last_command: LastCommand::WrongLength,
            contact_atr: ContactAtr::Everywhere,
            card_certificate: true,
            read_to_the_last: true,
            extended_read: true,
            missing_le: MissingLe::WrongLength,
            end_of_file: EndOfFile::Silent,
            announcement: Announcement::Never,
            verified_query: VerifiedQuery::Attempts,
            blocked: Blocked::ReferenceBlocked,
            wrong_value_revokes: true,
            change_keeps_status: true,
            signature_length: SignatureLength::Conditions,
            empty_certificates: false,
            session_outlives_selection: false,
            surface_references: false,
            terminal_authentication: false,
        }
    }

    /// A plastic card over its contacts, T=1: the ATR is *observed*, that a warm reset clears the
    /// security status is *assumed*.
    #[must_use]
    pub fn contact() -> Self {
        Self {
            name: "plastic-contact",
            atr: atr::well_formed(atr::CONTACT),
            warm_reset: WarmReset::Clears,
            ..Self::contactless()
        }
    }

    /// Another generation of plastic (*observed* trait by trait, *assumed* that they belong
    /// together): another ATR, `6F00` after a loss of power, no `7F21`.
    #[must_use]
    pub fn second_generation() -> Self {
        Self {
            name: "plastic-2",
            atr: atr::well_formed(atr::CONTACTLESS_2),
            first_command: FirstCommand::Fails,
            card_certificate: false,
            ..Self::contactless()
        }
    }

    /// An Android telephone: 公的個人認証AP alone, its certificate behind the PIN.
    #[must_use]
    pub fn android() -> Self {
        Self {
            name: "android-phone",
            applications: JPKI_ALONE,
            issuer_security_domain: false,
            token: Some(TokenKind::Android),
            authentication_certificate: CertificateRule::Pin,
            ..Self::contactless()
        }
    }

    /// An iPhone: 公的個人認証AP alone, and `80 FC 00 00` is known.
    #[must_use]
    pub fn iphone() -> Self {
        Self {
            name: "iphone",
            applications: JPKI_ALONE,
            issuer_security_domain: false,
            token: Some(TokenKind::Iphone),
            last_command: LastCommand::Acknowledged,
            ..Self::contactless()
        }
    }

    /// The 住民基本台帳カード of 2003: its ATR, 公的個人認証AP without 利用者証明用 (*observed*), and
    /// 住基AP (*assumed*).
    #[must_use]
    pub fn resident_card() -> Self {
        Self {
            name: "juki-2003",
            atr: atr::well_formed(atr::RESIDENT_CARD),
            applications: RESIDENT_CARD,
            issuer_security_domain: false,
            token: Some(TokenKind::ResidentCard),
            authentication: false,
            ..Self::contactless()
        }
    }

    /// A card of another issuer, which knows none of our names.
    #[must_use]
    pub fn foreign() -> Self {
        Self {
            name: "foreign-card",
            applications: &[],
            issuer_security_domain: false,
            ..Self::contactless()
        }
    }

    /// All profiles, the default first.
    #[must_use]
    pub fn all() -> [Self; 7] {
        [
            Self::contactless(),
            Self::contact(),
            Self::second_generation(),
            Self::android(),
            Self::iphone(),
            Self::resident_card(),
            Self::foreign(),
        ]
    }

    /// The profile with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|profile| profile.name == name)
    }

    /// Whether an application can be selected.
    pub(crate) fn has(&self, application: &Application) -> bool {
        self.applications
            .iter()
            .any(|known| known.aid == application.aid)
    }
}

impl Blocked {
    pub(crate) const fn status(self) -> StatusWord {
        match self {
            Self::ReferenceBlocked => StatusWord::REFERENCE_BLOCKED,
            Self::AuthenticationBlocked => StatusWord::AUTHENTICATION_BLOCKED,
        }
    }
}

impl SignatureLength {
    pub(crate) const fn status(self) -> StatusWord {
        match self {
            Self::Conditions => StatusWord::CONDITIONS_NOT_SATISFIED,
            Self::WrongLength => StatusWord::WRONG_LENGTH,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::contactless()
    }
}

static JPKI_ALONE: &[&Application] = &[&jpki::APPLICATION];
static RESIDENT_CARD: &[&Application] = &[&resident::APPLICATION, &jpki::APPLICATION];

/// Answers to reset that were seen on Japanese cards (*observed*), for profiles of your own.
pub mod atr {
    use madoguchi_iso7816::Atr;

    /// Contacts, the classic one; 住基カード had it too.
    pub const CONTACT: &[u8] = &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];
    /// Contacts, with country code 392 and card capabilities in its historical bytes.
    pub const CONTACT_2: &[u8] = &[
        0x3B, 0xDA, 0x13, 0xFF, 0x81, 0x31, 0xFB, 0x46, 0x80, 0x12, 0x39, 0x2F, 0x31, 0xC1, 0x73,
        0xC6, 0x01, 0xC0, 0x3B,
    ];
    /// Contacts, without extended lengths in its capabilities.
    pub const CONTACT_3: &[u8] = &[
        0x3B, 0xC5, 0xFF, 0x81, 0x31, 0xFB, 0x45, 0x80, 0x73, 0xC6, 0x01, 0x00, 0x00,
    ];
    /// Contacts, in specific mode.
    pub const CONTACT_4: &[u8] = &[
        0x3B, 0xF5, 0x91, 0x00, 0xFF, 0x91, 0x81, 0x71, 0xFE, 0x40, 0x00, 0x42, 0x00, 0x01, 0x00,
        0xD1, 0xD6,
    ];
    /// Contacts, in specific mode, newer.
    pub const CONTACT_5: &[u8] = &[
        0x3B, 0xF5, 0x91, 0x00, 0xFF, 0x91, 0x81, 0x71, 0xFE, 0x40, 0x00, 0x42, 0x00, 0x01, 0xB3,
        0xA1, 0x15,
    ];
    /// Contactless, application data `00 00 05 E0`.
    pub const CONTACTLESS: &[u8] = &[
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
    ];
    /// Contactless, application data `00 4B 51 FF`.
    pub const CONTACTLESS_2: &[u8] = &[
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x4B, 0x51, 0xFF, 0xB3, 0x81, 0xD1, 0x00, 0x0F,
    ];
    /// Contactless, application data `00 00 41 E0`.
    pub const CONTACTLESS_3: &[u8] = &[
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x3B,
    ];
    /// Contactless, application data `00 4B 51 FF`, 106 kbit/s only.
    pub const CONTACTLESS_4: &[u8] = &[
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x4B, 0x51, 0xFF, 0x00, 0x81, 0xD1, 0x00, 0xBC,
    ];
    /// Contactless, a 住基カード.
    pub const RESIDENT_CARD: &[u8] = &[
        0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x14, 0xE0, 0xB3, 0x81, 0x91, 0x00, 0x5E,
    ];

    /// All of them.
    pub const ALL: &[&[u8]] = &[
        CONTACT,
        CONTACT_2,
        CONTACT_3,
        CONTACT_4,
        CONTACT_5,
        CONTACTLESS,
        CONTACTLESS_2,
        CONTACTLESS_3,
        CONTACTLESS_4,
        RESIDENT_CARD,
    ];

    pub(super) fn well_formed(atr: &[u8]) -> Atr {
        Atr::parse(atr).expect("the constants above are well-formed, as a test shows")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_to_reset_is_well_formed_and_offers_t1() {
        for bytes in atr::ALL {
            assert!(Atr::parse(bytes).unwrap().offers(1), "{bytes:02X?}");
        }
        assert!(Profile::contactless().atr.is_contactless());
        assert!(!Profile::contact().atr.is_contactless());
    }

    #[test]
    fn every_profile_is_found_by_its_name() {
        for profile in Profile::all() {
            assert_eq!(Profile::named(profile.name), Some(profile));
        }
        assert_eq!(Profile::named("plastic"), None);
    }
}
