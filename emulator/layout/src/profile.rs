//! 券面事項入力補助AP: the holder's number and four attributes as text. References and files are
//! numbered differently from 券面事項確認AP: here 照合番号A is 0014 and 照合番号B is 0015.

use madoguchi_iso7816::{Aid, FileId};

use crate::application::Application;
use crate::file::{Access, File, Name, Secrecy};

mod records;

pub use records::{
    Attributes, BasicData, CardKey, IntegrityRecord, personal_number_file, session_key_file,
};

/// 券面事項入力補助用の暗証番号, four digits.
pub const PIN: FileId = FileId::new(0x0011);

/// A reference of unknown purpose that cards are issued with blocked.
pub const BLOCKED: FileId = FileId::new(0x0012);

const KEY: FileId = FileId::new(0x0013);
const CODE_A: FileId = FileId::new(0x0014);
const CODE_B: FileId = FileId::new(0x0015);

/// The application and its files: *observed*; what 0008 needs is *assumed*.
pub static APPLICATION: Application = Application {
    label: "profile",
    name: Name::new("券面事項入力補助AP", "card profile application"),
    aid: Aid::new([0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]),
    files: &[
        File::transparent(
            FileId::new(0x0001),
            Name::new("個人番号", "personal number"),
            Access::AnyOf(&[PIN, CODE_A]),
            Secrecy::Secret,
        )
        .filled_to(records::PERSONAL_NUMBER_SIZE)
        .with_personal_number(),
        File::transparent(
            FileId::new(0x0002),
            Name::new("基本4情報", "four attributes"),
            Access::AnyOf(&[PIN, CODE_B]),
            Secrecy::Personal,
        ),
        File::transparent(
            FileId::new(0x0003),
            Name::new("券面電子署名", "integrity record"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Personal,
        ),
        File::transparent(
            FileId::new(0x0004),
            Name::new("CV証明書", "card-verifiable certificate"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            FileId::new(0x0005),
            Name::new("AP基本情報", "application basic data"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            FileId::new(0x0006),
            Name::new("セッション鍵用公開鍵", "session key encryption key"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Public,
        ),
        File::transparent(
            FileId::new(0x0007),
            Name::new("カード署名公開鍵", "signed card public key"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Personal,
        ),
        File::transparent(
            FileId::new(0x0008),
            Name::new("用途非公開のファイル", "file of unknown purpose"),
            Access::AnyOf(&[PIN, CODE_A, CODE_B]),
            Secrecy::Secret,
        ),
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
        ),
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
        .with_personal_number(),
        File::reference(
            CODE_B,
            Name::new("照合番号B", "verification code B"),
            "profile-code-b",
            10,
        ),
        File::unknown(0x001C),
        File::unknown(0x001E),
    ],
    default_key: Some(KEY),
};
