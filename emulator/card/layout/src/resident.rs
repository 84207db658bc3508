//! 住基AP: the resident register's own reference. What else it holds is not public.

use madoguchi_iso7816::{Aid, FileId, Instruction};

use crate::application::{Application, ApplicationId, SessionKey};
use crate::file::{File, Name, Secrecy};

/// 鍵ID: one record, see [`key_record`](crate::common::key_record).
pub const KEY_ID: FileId = FileId::new(0x0002);
/// 住民基本台帳用暗証番号, four digits; VERIFY of it opens nothing that is known.
pub const PIN: FileId = FileId::new(0x001C);

/// The application and its files (*observed*).
pub static APPLICATION: Application = Application {
    id: ApplicationId::Resident,
    name: Name::new("住基AP", "resident register application"),
    aid: Aid::new([0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01]),
    files: &[
        File::records(KEY_ID, Name::new("鍵ID", "key identifier"), Secrecy::Public),
        File::reference(
            PIN,
            Name::new("住民基本台帳用暗証番号", "resident register PIN"),
            "resident-pin",
            3,
        ),
    ],
    default_key: None,
    change: Some(Instruction::CHANGE_KEY),
    session_key: SessionKey::NotPermitted,
};
