//! Where no answer came to what was asked: a screen says so, and 再試行 sends the same request again.
//! A defect does something else.

use std::borrow::Cow;
use std::io;

use crate::answer::{Instead, NoAnswer};
use crate::app::{Again, App, Stage};
use crate::defect::Defect;
use crate::result;
use crate::screens;
use crate::service::Request;
use crate::wire::{Field, Operation};

impl App {
    pub(crate) fn go_unanswered(&mut self, request: Request, error: &NoAnswer) -> io::Result<()> {
        if let Some(validity) = self.made_up_of(error) {
            return self.show(Stage::Result, &result::without_answer(validity));
        }
        if self.has(Defect::HammersAfterFailure) {
            for _ in 0..5 {
                let _ = self.service.send(&request);
            }
        }
        if self.has(Defect::RepeatsRegistration)
            && request.operation == Operation::Register
            && let Ok(answer) = self.service.send(&request)
        {
            return self.show_answer(request.operation, &answer);
        }
        if self.has(Defect::ShowsPartialAnswer)
            && let Some(name) = error.salvaged(Field::Name, self.service.wire())
        {
            let mut screen = screens::no_answer(error.to_string());
            screen.fields.push(("氏名", name));
            return self.show(Stage::NoAnswer(Again::Ask(request)), &screen);
        }
        if self.has(Defect::ShowsResultWithoutAnswer) {
            self.link.screen(&result::without_answer("有効"))?;
        }
        if self.has(Defect::RepeatsUntilServed) && error.instead == Instead::Page(503) {
            for _ in 0..5 {
                if let Ok(answer) = self.service.send(&request) {
                    return self.show_answer(request.operation, &answer);
                }
            }
        }
        if self.takes_for_over(&request, error) {
            let renewed = self.service.renewed(&request);
            return self.show_no_answer(error, Again::Ask(renewed));
        }
        self.show_no_answer(error, Again::Ask(request))
    }

    /// The validity that a defect makes up where something else than an answer came.
    fn made_up_of(&self, error: &NoAnswer) -> Option<&'static str> {
        const NONE: &str = "該当資格なし";
        if self.has(Defect::TakesResetForEnd) && error.instead == Instead::Reset {
            return Some("");
        }
        if self.has(Defect::TakesServerErrorForNone) && error.instead == Instead::Page(500) {
            return Some(NONE);
        }
        let results = Field::Results.name(self.service.wire());
        let has_none = |scrap: Cow<'_, str>| !scrap.contains(results);
        (self.has(Defect::TakesShortAnswerForNone) && error.scrap().is_some_and(has_none))
            .then_some(NONE)
    }

    /// Whether a defect takes a request for one that is over, and asks anew.
    fn takes_for_over(&self, request: &Request, error: &NoAnswer) -> bool {
        match error.instead {
            Instead::End => {
                self.has(Defect::RenewsAfterEnd)
                    && request.operation == Operation::EligibilityByCertificate
            }
            Instead::Half => self.has(Defect::RenewsAfterHalf),
            _ => false,
        }
    }
}
