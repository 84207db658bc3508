//! What earlier patients and acts leave on a result: a correct client leaves nothing, so all of this
//! belongs to defects.

use std::io;

use crate::answer::{Answer, Record};
use crate::app::{App, Stage};
use crate::contract::{IdentityCheck, Screen};
use crate::defect::Defect;
use crate::result::{self, BACK_SIDE, VALIDITY};
use crate::screens::Fields;
use crate::wire::Field;

impl App {
    /// A result with what the defect leaves on it.
    pub(crate) fn spoil(&self, screen: &mut Screen, answer: &Answer) {
        let before = &self.memory.shown;
        if self.has(Defect::KeepsBackSide) {
            let kept = before.iter();
            let kept = kept.filter(|(label, _)| label.starts_with(BACK_SIDE));
            screen.fields.extend(kept.cloned());
        }
        if self.has(Defect::KeepsPatientOnNone) && answer.results.is_empty() {
            screen.fields.extend(before.iter().skip(1).cloned());
        }
        if self.has(Defect::KeepsLapsed) && is_lapsed(before) {
            call(screen, "無効");
        }
        if self.has(Defect::TakesRegisteredForValid)
            && self.patient.is_registered
            && !answer.results.is_empty()
        {
            call(screen, "有効");
        }
        if self.has(Defect::ShowsNoticeAfterPin)
            && self.patient.check == IdentityCheck::Pin
            && screen.number.is_some()
        {
            *screen = result::notice(self.defect);
        }
    }

    /// Keeps whose result it was that has been shown, where nothing of it seems to end.
    pub(crate) fn remember_lasting(&mut self, answer: &Answer) {
        let ends = |result: &Record| result.contains_key(&Field::DisqualificationDate);
        let is_valid = answer.text(Field::QualificationValidity) == Some("1");
        if answer.code() == "OK" && is_valid && !answer.results.iter().any(ends) {
            self.memory.lasting = Some(self.memory.last_certificate.clone());
        }
    }

    /// The result that was shown last, as if it had been asked for.
    pub(crate) fn show_again(&mut self) -> io::Result<()> {
        let again = Screen {
            fields: self.memory.shown.clone(),
            ..result::without_answer("有効")
        };
        self.show(Stage::Result, &again)
    }
}

fn is_lapsed(fields: &Fields) -> bool {
    fields.contains(&(VALIDITY, "無効".to_owned()))
}

/// Puts other words in the place of 資格有効性.
fn call(screen: &mut Screen, words: &str) {
    let mut fields = screen.fields.iter_mut();
    if let Some((_, value)) = fields.find(|(label, _)| *label == VALIDITY) {
        words.clone_into(value);
    }
}
