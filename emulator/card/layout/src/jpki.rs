//! 公的個人認証AP: both X.509 certificates of the holder with their CAs, keys and PINs.

use madoguchi_iso7816::{Aid, FileId, Instruction};

use crate::application::{Application, ApplicationId, SessionKey};
use crate::file::{Access, File, Kind, Name, Secrecy};

/// 署名用電子証明書 (X.509, DER).
pub const SIGNATURE_CERTIFICATE: FileId = FileId::new(0x0001);
/// 署名用認証局の自己署名証明書 (X.509, DER).
pub const SIGNATURE_CA_CERTIFICATE: FileId = FileId::new(0x0002);
/// トークン情報: see [`token_information`](crate::token_information()).
pub const TOKEN_INFORMATION: FileId = FileId::new(0x0006);
/// Which certificates the card holds: see [`certificate_availability`].
pub const CERTIFICATE_AVAILABILITY: FileId = FileId::new(0x0008);
/// A file that no credential of the holder opens.
pub const UNREADABLE: FileId = FileId::new(0x0009);
/// 利用者証明用電子証明書 (X.509, DER): the one file that 目視確認 needs, readable without a PIN.
pub const AUTHENTICATION_CERTIFICATE: FileId = FileId::new(0x000A);
/// 利用者証明用認証局の自己署名証明書 (X.509, DER).
pub const AUTHENTICATION_CA_CERTIFICATE: FileId = FileId::new(0x000B);
/// A reference of unknown purpose.
pub const UNKNOWN_REFERENCE: FileId = FileId::new(0x0010);
/// The CA of terminals that may ask for a signature without PIN (特定機関認証).
pub const TERMINAL_CA: FileId = FileId::new(0x0016);
/// 利用者証明用秘密鍵, RSA-2048.
pub const AUTHENTICATION_KEY: FileId = FileId::new(0x0017);
/// 利用者証明用電子証明書の暗証番号, four digits.
pub const AUTHENTICATION_PIN: FileId = FileId::new(0x0018);
/// How many digits the authentication PIN has.
pub const AUTHENTICATION_PIN_DIGITS: usize = 4;
/// 署名用秘密鍵, RSA-2048.
pub const SIGNATURE_KEY: FileId = FileId::new(0x001A);
/// 署名用電子証明書の暗証番号, 6 to 16 of `A-Z0-9`.
pub const SIGNATURE_PASSWORD: FileId = FileId::new(0x001B);

/// Physical size of the certificate files: *observed* for the holder's two, *assumed* for the CAs'.
const CERTIFICATE_SIZE: usize = 3808;

/// The application and its files: *observed*, except that nothing is known of 0005 but that it
/// exists, that 0019, 001C and 001E are selectable and not readable, and that 0010 answers the question
/// how many attempts are left (by one source; that it is blocked is *assumed*). That a certified
/// terminal opens the key 0017 in place of the PIN is *assumed*: the law and the first step of it
/// are public (電子署名等認証業務法 38条の4), the rest is not.
pub static APPLICATION: Application = Application {
    id: ApplicationId::Jpki,
    name: Name::new("公的個人認証AP", "JPKI application"),
    aid: Aid::new([0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]),
    files: &[
        File::transparent(
            SIGNATURE_CERTIFICATE,
            Name::new("署名用電子証明書", "signature certificate"),
            Access::AnyOf(&[SIGNATURE_PASSWORD]),
            Secrecy::Personal,
        )
        .filled_to(CERTIFICATE_SIZE),
        File::transparent(
            SIGNATURE_CA_CERTIFICATE,
            Name::new("署名用CA証明書", "signature CA certificate"),
            Access::Free,
            Secrecy::Public,
        )
        .filled_to(CERTIFICATE_SIZE),
        File::unknown(0x0005),
        File::transparent(
            TOKEN_INFORMATION,
            Name::new("トークン情報", "token information"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            CERTIFICATE_AVAILABILITY,
            Name::new("電子証明書の有無", "certificate availability"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            UNREADABLE,
            Name::new("読出し不可のファイル", "unreadable file"),
            Access::Never,
            Secrecy::Secret,
        )
        .filled_to(16),
        File::transparent(
            AUTHENTICATION_CERTIFICATE,
            Name::new("利用者証明用電子証明書", "authentication certificate"),
            Access::Free,
            Secrecy::Personal,
        )
        .filled_to(CERTIFICATE_SIZE),
        File::transparent(
            AUTHENTICATION_CA_CERTIFICATE,
            Name::new("利用者証明用CA証明書", "authentication CA certificate"),
            Access::Free,
            Secrecy::Public,
        )
        .filled_to(CERTIFICATE_SIZE),
        File::reference(
            UNKNOWN_REFERENCE,
            Name::new("用途非公開の照合情報", "reference of unknown purpose"),
            "jpki-0010",
            0,
        )
        .fixed(),
        File {
            id: TERMINAL_CA,
            name: Name::new("端末認証用CA公開鍵", "terminal CA key"),
            kind: Kind::TerminalCa,
            secrecy: Secrecy::Public,
            holds_personal_number: false,
        },
        File::key(
            AUTHENTICATION_KEY,
            Name::new("利用者証明用秘密鍵", "authentication private key"),
            Access::AnyOf(&[AUTHENTICATION_PIN, TERMINAL_CA]),
        ),
        File::reference(
            AUTHENTICATION_PIN,
            Name::new("利用者証明用電子証明書の暗証番号", "authentication PIN"),
            "auth-pin",
            3,
        ),
        File::unknown(0x0019),
        File::key(
            SIGNATURE_KEY,
            Name::new("署名用秘密鍵", "signature private key"),
            Access::AnyOf(&[SIGNATURE_PASSWORD]),
        ),
        File::reference(
            SIGNATURE_PASSWORD,
            Name::new("署名用電子証明書の暗証番号", "signature password"),
            "sign-password",
            5,
        ),
        File::unknown(0x001C),
        File::unknown(0x001E),
    ],
    // Whether P2 = 00 names a key here is not known: assumed not.
    default_key: None,
    change: Some(Instruction::CHANGE_REFERENCE_DATA),
    session_key: SessionKey::NotPermitted,
};

/// The three bytes of EF 0008: whether 署名用 and 利用者証明用 certificates are there (`8F`, else
/// `00`), and a third byte of unknown meaning (*observed*: `8F 8F 00` on an adult's card).
#[must_use]
pub const fn certificate_availability(signature: bool, authentication: bool) -> [u8; 3] {
    const fn mark(present: bool) -> u8 {
        if present { 0x8F } else { 0x00 }
    }
    [mark(signature), mark(authentication), 0x00]
}
