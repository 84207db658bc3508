//! Defects: what is done with a card that lies on the reader before anybody asked for one.

use crate::app::App;
use crate::reader::{CardError, Release, Watch};

impl App {
    /// A defect: reads a card before anybody chose how to check.
    pub(crate) fn read_whatever_lies_there(&mut self) {
        if self
            .reader
            .watch()
            .is_ok_and(|watch| watch.card_is_present())
        {
            let _ = self.read_certificate();
        }
    }

    /// A defect: connects to such a card when the first method is chosen, and once more to read it.
    pub(crate) fn hold_whatever_lies_there(&self) {
        let lies_there = |watch: Watch| watch.card_is_present();
        if self.reader.watch().is_ok_and(lies_there) {
            let connected = self.reader.with_card(Release::Forget, |_| Ok(()));
            drop::<Result<(), CardError>>(connected);
        }
    }

    /// A defect: asks about such a card, too, and keeps the answer to itself.
    pub(crate) fn ask_about_whatever_lies_there(&mut self) {
        let lies_there = |watch: Watch| watch.card_is_present();
        if !self.reader.watch().is_ok_and(lies_there) {
            return;
        }
        if let Ok(certificate) = self.read_certificate() {
            let inquiry = self.inquiry_by_sight(&certificate);
            let _ = self.service.send(&inquiry);
        }
    }
}
