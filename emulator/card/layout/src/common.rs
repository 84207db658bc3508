//! 共通カードAP: what the card says about itself as a thing.

use madoguchi_iso7816::tlv::simple;
use madoguchi_iso7816::{Aid, FileId, Instruction};

use crate::KeyId;
use crate::application::{Application, ApplicationId, SessionKey};
use crate::file::{Access, File, Name, Secrecy};

/// カード情報: one record, see [`card_information`].
pub const CARD_INFORMATION: FileId = FileId::new(0x0001);
/// 鍵ID: one record, see [`key_record`]. 住基AP has the same file.
pub const KEY_ID: FileId = FileId::new(0x0002);
/// The key of INTERNAL AUTHENTICATE.
pub const KEY: FileId = FileId::new(0x0019);
/// 個人番号カード用暗証番号, four digits.
pub const PIN: FileId = FileId::new(0x001C);

/// The application and its files (*observed*).
pub static APPLICATION: Application = Application {
    id: ApplicationId::Common,
    name: Name::new("共通カードAP", "common card application"),
    aid: Aid::new([0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00]),
    files: &[
        File::records(
            CARD_INFORMATION,
            Name::new("カード情報", "card information"),
            Secrecy::Personal,
        ),
        File::records(KEY_ID, Name::new("鍵ID", "key identifier"), Secrecy::Public),
        File::key(
            KEY,
            Name::new("内部認証鍵", "internal authentication key"),
            Access::Free,
        )
        .authenticating(),
        File::reference(
            PIN,
            Name::new("個人番号カード用暗証番号", "card PIN (municipal office)"),
            "card-pin",
            3,
        ),
        File::unknown(0x001E),
    ],
    default_key: None,
    change: Some(Instruction::CHANGE_KEY),
    session_key: SessionKey::NotConfigured,
};

/// Record 1 of EF 0001 (*observed*): `01 1C` and 28 ASCII digits, 製造番号 (15), 市区町村コード (5)
/// and 有効期限 `YYYYMMDD` (8). `None` where the three do not have these lengths.
#[must_use]
pub fn card_information(serial: &str, municipality: &str, expiry: &str) -> Option<[u8; 30]> {
    let mut record = [0; 30];
    record[0] = 0x01;
    record[1] = 0x1C;
    write(&mut record[2..17], serial)?;
    write(&mut record[17..22], municipality)?;
    write(&mut record[22..30], expiry)?;
    Some(record)
}

/// Record 1 of EF 0002 here and in 住基AP: a key identifier. That it has the frame of EF 0001, tag
/// `01`, is *assumed*.
#[must_use]
pub fn key_record(key: KeyId) -> Vec<u8> {
    let mut record = Vec::new();
    simple::push(&mut record, 0x01, key.as_bytes());
    record
}

fn write(field: &mut [u8], digits: &str) -> Option<()> {
    let right = digits.len() == field.len() && digits.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| field.copy_from_slice(digits.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_information_is_one_simple_tlv_of_28_digits() {
        let record = card_information("900000000000001", "99201", "20350217").unwrap();
        assert_eq!(&record, b"\x01\x1C9000000000000019920120350217");
        let (object, rest) = simple::read(&record).unwrap();
        assert_eq!((object.tag, object.value.len(), rest.len()), (1, 28, 0));
        assert_eq!(card_information("1", "99201", "20350217"), None);
        assert_eq!(
            card_information("90000000000000x", "99201", "20350217"),
            None
        );
    }
}
