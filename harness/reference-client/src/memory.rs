//! What the client knows of the patient at the counter, and what it keeps after the patient has left:
//! the latter mostly for its defects.

use crate::card::Session;
use crate::contract::{Conditions, Designation, IdentityCheck, Pin};
use crate::screens::Fields;

/// What belongs to the patient whose turn it is. Dropped when the card is taken.
pub(crate) struct Patient {
    pub(crate) check: IdentityCheck,
    /// The PIN between its entry and its one presentation to the card.
    pub(crate) pin: Option<Pin>,
    /// Whether the card was laid on the reader and has not been lost since.
    pub(crate) card_placed: bool,
    /// Whether the card last read had 公的個人認証AP selected, how often one was lost, and how often
    /// one refused to be read. Only a defect looks at them.
    pub(crate) selected: bool,
    pub(crate) losses: u32,
    pub(crate) refusals: u32,
    /// Whether a PIN of this patient reached the card.
    pub(crate) pin_presented: bool,
    /// Whether the card took it.
    pub(crate) pin_accepted: bool,
    /// Whether 健康保険証利用登録 has just been done.
    pub(crate) is_registered: bool,
    /// What the PIN is to prove, where that is no check.
    pub(crate) designation: Option<Designation>,
}

impl Patient {
    pub(crate) fn new(check: IdentityCheck) -> Self {
        Self {
            check,
            pin: None,
            card_placed: false,
            selected: false,
            losses: 0,
            refusals: 0,
            pin_presented: false,
            pin_accepted: false,
            is_registered: false,
            designation: None,
        }
    }
}

/// What is remembered from one patient to the next; most of it by a defective client only.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) first_certificate: Option<Vec<u8>>,
    pub(crate) last_certificate: Vec<u8>,
    pub(crate) last_nonce: Vec<u8>,
    pub(crate) shown: Fields,
    /// The result before that one.
    pub(crate) shown_before: Fields,
    /// The certificate of a result that needs no other for some time.
    pub(crate) lasting: Option<Vec<u8>>,
    /// What stands on the screen, for whoever wants it read aloud.
    pub(crate) on_screen: Fields,
    /// What was read aloud last.
    pub(crate) said: String,
    /// Whether a code was refused because it was too new.
    pub(crate) refused_code: bool,
    /// Whether there was no reader when one was wanted.
    pub(crate) missed_reader: bool,
    /// A card of an earlier patient could not be read at first, and the staff were told.
    pub(crate) unread_before: bool,
    /// Whether the service said that the function is off.
    pub(crate) switched_off: bool,
    /// Whether the service said so when a challenge was asked for.
    pub(crate) no_challenge: bool,
    /// Whether the terminal was not activated when the program began.
    pub(crate) began_fresh: bool,
    /// Whether the service ended a session.
    pub(crate) session_ended: bool,
    /// How often a card had come or gone when one was placed last, and when one was read last.
    pub(crate) placed_at: u32,
    pub(crate) read_at: Option<u32>,
    /// Whether anybody was told to renew a certificate.
    pub(crate) told_renewal: bool,
    /// A card that is held from one entry of the PIN to the next.
    pub(crate) held: Option<Session>,
    /// 受付番号 of the last 一括照会, which a correct client remembers, too.
    pub(crate) reception: Option<String>,
    /// Whether a patient has consented to オンライン診療 before.
    pub(crate) online_consent: bool,
    /// A PIN that was right.
    pub(crate) right_pin: Option<Pin>,
    /// Wrong entries of the PIN since the start.
    pub(crate) wrong_entries: u8,
    /// Whether the settings went back to 目視確認.
    pub(crate) switched_back: bool,
    /// Whether the patient's turn ended while the service was asked.
    pub(crate) turn_is_over: bool,
    /// Conditions under which past results were looked for first.
    pub(crate) conditions: Option<Conditions>,
}
