//! 券面事項入力補助AP: the holder's number and four attributes as text. References and files are
//! numbered differently from 券面事項確認AP: here 照合番号A is 0014 and 照合番号B is 0015.

use madoguchi_iso7816::{Aid, FileId, Instruction};

use crate::application::{Application, ApplicationId, SessionKey};
use crate::file::{Access, File, Name, Secrecy};

mod records;

pub use records::{
    Attributes, BasicData, CardKey, IntegrityRecord, personal_number_file, session_key_file,
};

/// 個人番号: [`personal_number_file`].
pub const PERSONAL_NUMBER: FileId = FileId::new(0x0001);
/// 基本4情報: [`Attributes`].
pub const ATTRIBUTES: FileId = FileId::new(0x0002);
/// 券面電子署名: [`IntegrityRecord`].
pub const INTEGRITY_RECORD: FileId = FileId::new(0x0003);
/// CV証明書: the key that signed the records.
pub const CERTIFICATE: FileId = FileId::new(0x0004);
/// AP基本情報: [`BasicData`].
pub const BASIC_DATA: FileId = FileId::new(0x0005);
/// The key under which SET SESSION KEY wraps its seed: [`session_key_file`].
pub const SESSION_KEY: FileId = FileId::new(0x0006);
/// The public half of the card's own key, signed: [`CardKey`].
pub const CARD_KEY: FileId = FileId::new(0x0007);
/// Sixteen bytes `FF` of unknown purpose.
pub const FILLER: FileId = FileId::new(0x0008);
/// 券面事項入力補助用の暗証番号, four digits.
pub const PIN: FileId = FileId::new(0x0011);

/// A reference of unknown purpose that cards are issued with blocked.
pub const BLOCKED: FileId = FileId::new(0x0012);

/// The card's own key.
pub const KEY: FileId = FileId::new(0x0013);
/// 照合番号A, the 個人番号.
pub const CODE_A: FileId = FileId::new(0x0014);
/// 照合番号B, fourteen digits: [`verification_code_b`](crate::verification_code_b).
pub const CODE_B: FileId = FileId::new(0x0015);

/// Physical size of 基本4情報: *assumed*, several hundred bytes with filler.
const ATTRIBUTES_SIZE: usize = 512;

/// The application and its files: *observed*; what 0008 needs is *assumed*.
pub static APPLICATION: Application = Application {
    id: ApplicationId::Profile,
    name: Name::new("券面事項入力補助AP", "card profile application"),
    aid: Aid::new([0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]),
    files: &[
        File::transparent(
            PERSONAL_NUMBER,
            Name::new("個人番号", "personal number"),
            Access::AnyOf(&[PIN, CODE_A]),
            Secrecy::Secret,
        )
        .filled_to(records::PERSONAL_NUMBER_SIZE)
        .with_personal_number(),
        File::transparent(
            ATTRIBUTES,
            Name::new("基本4情報", "four attributes"),
            Access::AnyOf(&[PIN, CODE_B]),
            Secrecy::Personal,
        )
        .filled_to(ATTRIBUTES_SIZE),
        File::transparent(
            INTEGRITY_RECORD,
            Name::new("券面電子署名", "integrity record"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Personal,
        ),
        File::transparent(
            CERTIFICATE,
            Name::new("CV証明書", "card-verifiable certificate"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            BASIC_DATA,
            Name::new("AP基本情報", "application basic data"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            SESSION_KEY,
            Name::new("セッション鍵用公開鍵", "session key encryption key"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Public,
        ),
        File::transparent(
            CARD_KEY,
            Name::new("カード署名公開鍵", "signed card public key"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Personal,
        ),
        File::transparent(
            FILLER,
            Name::new("用途非公開のファイル", "file of unknown purpose"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Secret,
        )
        .filled_to(16),
        File::unknown(0x0010),
        File::reference(
            PIN,
            Name::new("券面事項入力補助用の暗証番号", "card profile PIN"),
            "profile-pin",
            3,
        ),
        File::reference(
            BLOCKED,
            Name::new(
                "用途非公開の照合情報",
                "reference of unknown purpose, issued blocked",
            ),
            "profile-0012",
            0,
        )
        .fixed(),
        File::key(
            KEY,
            Name::new("カード署名鍵", "card signing key"),
            Access::Free,
        ),
        File::reference(
            CODE_A,
            Name::new(
                "照合番号A（個人番号）",
                "verification code A (personal number)",
            ),
            "profile-code-a",
            10,
        )
        .fixed()
        .with_personal_number(),
        File::reference(
            CODE_B,
            Name::new("照合番号B", "verification code B"),
            "profile-code-b",
            10,
        )
        .fixed(),
        File::unknown(0x001C),
        File::unknown(0x001E),
    ],
    default_key: Some(KEY),
    change: Some(Instruction::CHANGE_REFERENCE_DATA),
    session_key: SessionKey::Under {
        key: SESSION_KEY,
        needs: Access::AnyOf(&[PIN]),
    },
};
