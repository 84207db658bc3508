//! 券面事項確認AP: what is printed on the card, signed. References and files are numbered
//! differently from 券面事項入力補助AP: here 照合番号B is 0012 and 照合番号A is 0013.

use madoguchi_iso7816::{Aid, FileId};

use crate::application::{Application, ApplicationId, SessionKey};
use crate::file::{Access, File, Name, Secrecy};

mod records;

pub use records::{AgeRecord, BasicData, CardFace, NumberImage, card_face_digest_info};

/// 年齢確認情報: [`AgeRecord`].
pub const AGE_RECORD: FileId = FileId::new(0x0001);
/// 券面情報: [`CardFace`].
pub const CARD_FACE: FileId = FileId::new(0x0002);
/// AP基本情報: [`BasicData`].
pub const BASIC_DATA: FileId = FileId::new(0x0003);
/// CV証明書: the key that signed the records.
pub const CERTIFICATE: FileId = FileId::new(0x0004);
/// 個人番号 as an image: [`NumberImage`].
pub const NUMBER_IMAGE: FileId = FileId::new(0x0005);
/// Sixteen bytes `FF` of unknown purpose.
pub const FILLER: FileId = FileId::new(0x0006);
/// 生年月日, six digits: [`birth_date_code`](crate::birth_date_code).
pub const BIRTH_DATE: FileId = FileId::new(0x0011);
/// 照合番号B, fourteen digits: [`verification_code_b`](crate::verification_code_b).
pub const CODE_B: FileId = FileId::new(0x0012);
/// 照合番号A, the 個人番号.
pub const CODE_A: FileId = FileId::new(0x0013);
/// Two references of unknown purpose that some cards have.
pub const VARIANT: [FileId; 2] = [FileId::new(0x0014), FileId::new(0x0015)];
/// The card's own key.
pub const KEY: FileId = FileId::new(0x001A);

/// Physical size of the card face: *assumed*, since cards were read with several kilobytes.
const CARD_FACE_SIZE: usize = 12_288;

const UNKNOWN_REFERENCE: Name = Name::new("用途非公開の照合情報", "reference of unknown purpose");

/// The application and its files (*observed*; 0014 and 0015 by one source only).
pub static APPLICATION: Application = Application {
    id: ApplicationId::Surface,
    name: Name::new("券面事項確認AP", "card surface application"),
    aid: Aid::new([0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]),
    files: &[
        File::transparent(
            AGE_RECORD,
            Name::new("年齢確認情報", "age record"),
            Access::AnyOf(&[BIRTH_DATE]),
            Secrecy::Personal,
        ),
        File::transparent(
            CARD_FACE,
            Name::new("券面情報", "card face"),
            Access::AnyOf(&[CODE_B, CODE_A]),
            Secrecy::Personal,
        )
        .filled_to(CARD_FACE_SIZE),
        File::transparent(
            BASIC_DATA,
            Name::new("AP基本情報", "application basic data"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            CERTIFICATE,
            Name::new("CV証明書", "card-verifiable certificate"),
            Access::Free,
            Secrecy::Public,
        ),
        File::transparent(
            NUMBER_IMAGE,
            Name::new("個人番号（画像）", "personal number (image)"),
            Access::AnyOf(&[CODE_A]),
            Secrecy::Secret,
        )
        .with_personal_number(),
        File::transparent(
            FILLER,
            Name::new("用途非公開のファイル", "file of unknown purpose"),
            Access::AnyOf(&[CODE_B, CODE_A]),
            Secrecy::Secret,
        )
        .filled_to(16),
        File::reference(
            BIRTH_DATE,
            Name::new("生年月日", "birth date"),
            "surface-birth-date",
            10,
        )
        .fixed(),
        File::reference(
            CODE_B,
            Name::new("照合番号B", "verification code B"),
            "surface-code-b",
            10,
        )
        .fixed(),
        File::reference(
            CODE_A,
            Name::new(
                "照合番号A（個人番号）",
                "verification code A (personal number)",
            ),
            "surface-code-a",
            10,
        )
        .fixed()
        .with_personal_number(),
        File::reference(VARIANT[0], UNKNOWN_REFERENCE, "surface-0014", 0).fixed(),
        File::reference(VARIANT[1], UNKNOWN_REFERENCE, "surface-0015", 0).fixed(),
        File::key(
            KEY,
            Name::new("カード署名鍵", "card signing key"),
            Access::Free,
        ),
        File::unknown(0x001C),
        File::unknown(0x001E),
    ],
    default_key: Some(KEY),
    change: None,
    session_key: SessionKey::NotConfigured,
};
