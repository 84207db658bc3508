//! What the staff is told where a card could not be read, and how the program goes on after that.

use std::io;

use crate::app::{App, Stage};
use crate::defect::Defect;
use crate::reader::CardError;
use crate::screens::{self, PLACE_CARD};

impl App {
    /// The card could not be read: say so and let it be placed again.
    pub(crate) fn show_card_trouble(&mut self, error: &CardError) -> io::Result<()> {
        self.patient.losses += u32::from(matches!(error, CardError::Lost));
        self.patient.refusals += u32::from(matches!(error, CardError::Refused { .. }));
        if self.ends_at(error) {
            return Err(io::Error::other(error.to_string()));
        }
        if self.gives_up_at(error) {
            let screen = screens::given_up(error.to_string());
            return self.show(Stage::Result, &screen);
        }
        self.patient.card_placed = false;
        self.memory.missed_reader = matches!(error, CardError::NoReader);
        let is_unreadable = matches!(
            error,
            CardError::Lost
                | CardError::Garbled
                | CardError::Cut
                | CardError::Refused { .. }
                | CardError::NoCertificate
        );
        let conceals_card = is_unreadable
            && (self.has(Defect::ConcealsUnreadableCard)
                || self.memory.unread_before && self.has(Defect::TellsUnreadCardOnce));
        let notice = if conceals_card {
            PLACE_CARD
        } else {
            "カードをもう一度置いてください"
        };
        let mut screen = screens::reading(notice, self.kept_fields());
        let conceals_cause =
            conceals_card || self.memory.missed_reader && self.has(Defect::BlamesCardForReader);
        if !matches!(error, CardError::Lost) && !conceals_cause {
            screen.fields.push(("原因", error.to_string()));
        }
        // the stage stays: the next card is read for the same purpose
        self.link.screen(&screen)
    }

    /// Whether a defective client ends here.
    fn ends_at(&self, error: &CardError) -> bool {
        let (selected, refusals) = (self.patient.selected, self.patient.refusals);
        matches!(error, CardError::Lost) && self.has(Defect::EndsOnRemoval)
            || matches!(error, CardError::Unplugged) && self.has(Defect::EndsOnUnplugging)
            || matches!(error, CardError::Unplugged)
                && !selected
                && self.has(Defect::EndsOnEarlyUnplugging)
            || matches!(error, CardError::NoCertificate) && self.has(Defect::EndsWithoutCertificate)
            || refusals > 1 && self.has(Defect::EndsOnSecondOther)
            || matches!(error, CardError::Cut) && self.has(Defect::EndsWithoutStatusWord)
    }

    /// Whether a defective client leaves this patient in a dead end, from which only the start leads on.
    fn gives_up_at(&self, error: &CardError) -> bool {
        let (selected, losses) = (self.patient.selected, self.patient.losses);
        matches!(error, CardError::Busy) && self.has(Defect::GivesUpWhenBusy)
            || matches!(error, CardError::Lost)
                && !selected
                && self.has(Defect::TakesLostCardForOther)
            || matches!(error, CardError::Lost)
                && losses > 1
                && self.has(Defect::GivesUpOnSecondLoss)
            || matches!(error, CardError::Reader(_)) && self.has(Defect::BlamesReaderForCard)
            || matches!(error, CardError::Unplugged)
                && selected
                && self.has(Defect::GivesUpHalfRead)
    }
}
