//! What has become of the cases so far: told one after the other, and summed up to an exit code.

use std::io;

use madoguchi_notation::Wording;
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Untried;
use madoguchi_terms::{Lang, Say as _};

use super::work::Played;
use crate::command::trouble::Trouble;
use crate::command::{judge, screen};
use crate::exit::Exit;
use crate::interrupt;

/// What has been told so far, and what it means for the exit code.
pub(super) struct Told {
    lang: Lang,
    pub(super) played: Vec<Played>,
    worst: Exit,
    /// Cases without a verdict: those that the client does not support, and those for which there
    /// was no time.
    pub(super) untried: Vec<Untried>,
    /// Cases that could not be played: the client's program or the environment is not fit for it.
    pub(super) unplayed: Vec<Untried>,
    unsupported: usize,
    pub(super) unbegun: usize,
}

impl Told {
    pub(super) const fn new(lang: Lang) -> Self {
        Self {
            lang,
            played: Vec::new(),
            worst: Exit::PASS,
            untried: Vec::new(),
            unplayed: Vec::new(),
            unsupported: 0,
            unbegun: 0,
        }
    }

    pub(super) fn take(
        &mut self,
        case: Result<Played, Trouble>,
        tell: &mut dyn FnMut(&CaseReport<'_>) -> io::Result<()>,
    ) -> Result<(), Trouble> {
        match case {
            Ok(played) => {
                screen::say(tell(&played.report()))?;
                for otherwise in &played.otherwise {
                    anstream::eprintln!("{}", otherwise.text(self.lang));
                    self.worst = self.worst.max(Exit::FAIL);
                }
                if let Some(other) = &played.other_trace {
                    anstream::eprintln!("{}", other.text(self.lang));
                }
                self.worst = self.worst.max(judge::exit(played.verdicts.overall()));
                self.played.push(played);
            }
            Err(trouble) if trouble.is_not_supported() => {
                anstream::eprintln!("  – {}", trouble.text(self.lang));
                self.unsupported += 1;
                self.untried.extend(untried(&trouble));
            }
            Err(trouble) if trouble.is_interrupted() => {
                anstream::eprintln!("  – {}", trouble.text(self.lang));
                self.untried.extend(untried(&trouble));
            }
            Err(trouble @ Trouble::NoTime { .. }) => {
                self.unbegun += 1;
                self.untried.extend(untried(&trouble));
            }
            Err(trouble) => {
                self.worst = self.worst.max(trouble.tell(self.lang));
                self.unplayed.extend(untried(&trouble));
            }
        }
        Ok(())
    }

    /// A client that supports none of what was asked for could not be run.
    pub(super) fn exit(&self, asked: usize) -> Exit {
        if interrupt::interrupted() {
            Exit::INTERRUPTED
        } else if asked > 0 && self.unsupported == asked {
            Exit::CLIENT
        } else {
            self.worst
        }
    }
}

/// A case that was not run, and why.
fn untried(trouble: &Trouble) -> Option<Untried> {
    let (id, because) = match trouble {
        Trouble::Case { id, trouble } => (
            id,
            Wording::new(trouble.text(Lang::Ja), trouble.text(Lang::En)),
        ),
        Trouble::NoTime { id, .. } => (
            id,
            Wording::new(trouble.text(Lang::Ja), trouble.text(Lang::En)),
        ),
        _ => return None,
    };
    Some(Untried {
        scenario: id.clone(),
        because,
    })
}
