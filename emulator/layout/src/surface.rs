//! 券面事項確認AP: what is printed on the card, signed. References and files are numbered
//! differently from 券面事項入力補助AP: here 照合番号B is 0012 and 照合番号A is 0013.

use madoguchi_iso7816::{Aid, FileId};

use crate::application::Application;
use crate::file::{Access, File, Name, Secrecy};

mod records;

pub use records::{AgeRecord, BasicData, CardFace, NumberImage, card_face_digest_info};

const BIRTH_DATE: FileId = FileId::new(0x0011);
const CODE_B: FileId = FileId::new(0x0012);
const CODE_A: FileId = FileId::new(0x0013);
const KEY: FileId = FileId::new(0x001A);

/// The application and its files (*observed*).
pub static APPLICATION: Application = Application {
    label: "surface",
    name: Name::new("券面事項確認AP", "card surface application"),
    aid: Aid::new([0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]),
    files: &[
        File::transparent(
            FileId::new(0x0001),
            Name::new("年齢確認情報", "age record"),
            Access::AnyOf(&[BIRTH_DATE]),
            Secrecy::Personal,
        ),
        File::transparent(
            FileId::new(0x0002),
            Name::new("券面情報", "card face"),
            Access::AnyOf(&[CODE_B, CODE_A]),
            Secrecy::Personal,
        ),
        File::transparent(
            FileId::new(0x0003),
            Name::new("AP基本情報", "application basic data"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            FileId::new(0x0004),
            Name::new("CV証明書", "card-verifiable certificate"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            FileId::new(0x0005),
            Name::new("個人番号（画像）", "personal number (image)"),
            Access::AnyOf(&[CODE_A]),
            Secrecy::Secret,
        )
        .with_personal_number(),
        File::transparent(
            FileId::new(0x0006),
            Name::new("用途非公開のファイル", "file of unknown purpose"),
            Access::AnyOf(&[CODE_B, CODE_A]),
            Secrecy::Secret,
        ),
        File::reference(
            BIRTH_DATE,
            Name::new("生年月日", "birth date"),
            "surface-birth-date",
            10,
        ),
        File::reference(
            CODE_B,
            Name::new("照合番号B", "verification code B"),
            "surface-code-b",
            10,
        ),
        File::reference(
            CODE_A,
            Name::new(
                "照合番号A（個人番号）",
                "verification code A (personal number)",
            ),
            "surface-code-a",
            10,
        )
        .with_personal_number(),
        File::key(
            KEY,
            Name::new("カード署名鍵", "card signing key"),
            Access::Free,
        ),
        File::unknown(0x001C),
        File::unknown(0x001E),
    ],
    default_key: Some(KEY),
};
