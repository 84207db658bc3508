//! What an eligibility app and a 資格確認端末 leave for a レセコン: the record of a check, as an
//! `OQSsiquc01res` file or as the text that the app puts on the clipboard, in each layout that it
//! has had; and the ways in which such a file arrives: at once, slowly, half, locked, mislabelled.
//! Pure: what is to be written when is said here, and written by the harness.
//!
//! ```
//! use madoguchi_delivery::{Delivered, Layout, LineEnd};
//! use madoguchi_eligibility::{Field, Fields};
//!
//! let mut result = Fields::new();
//! result.set(Field::InsuredCardClassification, "01");
//! result.set(Field::InsuredIdentificationNumber, "00123");
//! result.set(Field::NameKana, "ｼｹﾝ ﾊﾞﾛｳ");
//! let delivered = Delivered { results: vec![result], ..Delivered::default() };
//! let layout = Layout::named("2025-04-08").unwrap();
//! let text = delivered.clipboard(&layout, LineEnd::Lf);
//! assert!(text.starts_with("資格情報(医療保険)\n"));
//! assert!(text.contains("番号\t00123\n") && text.contains("フリガナ\tシケン　バロウ\n"));
//! assert_eq!(Delivered::from_clipboard(&text, &layout), delivered);
//! ```
#![forbid(unsafe_code)]

mod clipboard;
mod delivered;
mod layout;
mod manner;
mod people;
mod spelling;
mod terminal;

pub use clipboard::LineEnd;
pub use delivered::{Charset, Delivered, Label};
pub use layout::{Change, Kind, Layout};
pub use manner::{Manner, Step};
pub use people::{Person, invented, simpler};
pub use terminal::{Consent, FolderTerminal, Unit};
