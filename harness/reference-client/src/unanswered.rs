//! Where no answer came to what was asked: a screen says so, and 再試行 sends the same request again.
//! A defect does something else.

use std::io;

use crate::answer::NoAnswer;
use crate::app::{Again, App, Stage};
use crate::defect::Defect;
use crate::result;
use crate::screens;
use crate::service::Request;
use crate::wire::{Field, Operation};

impl App {
    pub(crate) fn go_unanswered(&mut self, request: Request, error: &NoAnswer) -> io::Result<()> {
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
            self.link.screen(&result::without_answer())?;
        }
        self.show_no_answer(error, Again::Ask(request))
    }
}
