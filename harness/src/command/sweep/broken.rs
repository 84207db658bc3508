//! What must hold whatever goes wrong, and what of it a case breaks.

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_scenarios::Action;
use std::collections::BTreeSet;

use madoguchi_judge::verdict::Outcome;
use madoguchi_requirements::Level;
use madoguchi_sweep::AFTERWARDS;
use madoguchi_terms::Lang;
use madoguchi_trace::{ReaderEvent, Trace, What};

use super::super::shrink::{Ending, Look};

/// One thing that must hold, and does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Broken {
    /// An attempt at the PIN is spent that no entry stands for.
    Attempt,
    /// The client was waited for in vain.
    Hangs,
    /// It ended by itself.
    Ends,
    /// Something of another person, or of none who was asked about: this requirement fails.
    Patient(String),
    /// The next patient is not served.
    Afterwards,
    /// Another requirement of level MUST fails.
    Must(String),
}

/// Requirements that keep one patient's data from another's.
const PATIENTS: [&str; 4] = [
    "card.certificate-from-card",
    "result.needs-answer",
    "result.previous-patient-cleared",
    "result.read-aloud-own",
];

impl Broken {
    /// What must hold, as it stands in JSON.
    pub(super) const fn id(&self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Hangs => "hangs",
            Self::Ends => "ends",
            Self::Patient(_) => "patient",
            Self::Afterwards => "afterwards",
            Self::Must(_) => "must",
        }
    }

    /// The requirement that a scenario names for `madoguchi run` to decide it.
    pub(super) fn requirement(&self) -> &str {
        match self {
            Self::Attempt => "credential.one-verify-per-entry",
            Self::Hangs | Self::Ends => "result.needs-answer",
            Self::Afterwards => AFTERWARDS,
            Self::Patient(id) | Self::Must(id) => id,
        }
    }

    pub(super) fn text(&self, lang: Lang) -> String {
        let [ja, en] = match self {
            Self::Attempt => [
                "入力なしに暗証番号を照合する",
                "presents the PIN without an entry",
            ],
            Self::Hangs => ["止まる", "hangs"],
            Self::Ends => ["終了する", "ends by itself"],
            Self::Patient(_) => ["別の人の情報になりうる", "may take one person for another"],
            Self::Afterwards => [
                "その後の患者を確認できない",
                "does not serve the next patient",
            ],
            Self::Must(_) => ["必須の要件に反する", "breaks a MUST"],
        };
        match self {
            Self::Patient(id) | Self::Must(id) => format!("{} ({id})", lang.pick(ja, en)),
            _ => lang.pick(ja, en).to_owned(),
        }
    }
}

/// What a case breaks.
pub(super) fn broken(look: &Look) -> BTreeSet<Broken> {
    let mut found = BTreeSet::new();
    if spends_unentered(&look.trace) {
        found.insert(Broken::Attempt);
    }
    let ending = Ending::of(&look.verdicts.conduct);
    match ending {
        Ending::Told => {}
        Ending::Itself => drop(found.insert(Broken::Ends)),
        Ending::Hung => drop(found.insert(Broken::Hangs)),
    }
    for verdict in &look.verdicts.verdicts {
        let (id, is_failed) = (
            verdict.requirement.as_str(),
            matches!(verdict.outcome, Outcome::Fail(_)),
        );
        let is_open = matches!(verdict.outcome, Outcome::Inconclusive { .. });
        if id == AFTERWARDS {
            // A client that is gone serves no patient.
            if ending == Ending::Told && verdict.named && (is_failed || is_open) {
                found.insert(Broken::Afterwards);
            }
        } else if is_failed && PATIENTS.contains(&id) {
            found.insert(Broken::Patient(id.to_owned()));
        } else if is_failed && verdict.level == Level::Must {
            found.insert(Broken::Must(id.to_owned()));
        }
    }
    found
}

/// Whether a PIN is presented beyond once for each entry, during the same check. One that the card has accepted
/// may be presented to it once more when it was lifted or reset since: that costs no attempt.
fn spends_unentered(trace: &Trace) -> bool {
    let mut is_entered = false;
    let mut accepted = None;
    let mut was_lost = false;
    for event in &trace.events {
        match &event.what {
            What::Step(step) => {
                let ends = ["take-card", "choose-method", "designate", "close"];
                if step.action == Action::EnterPin {
                    is_entered = true;
                    accepted = None;
                } else if ends.contains(&step.action.as_str()) {
                    is_entered = false;
                    accepted = None;
                }
            }
            What::Reader(happened) => {
                was_lost |= !matches!(happened, ReaderEvent::Inserted { .. });
            }
            What::Card(command)
                if command.name == Instruction::VERIFY && command.data.is_some() =>
            {
                let presented = (&command.card, &command.data);
                let is_resumed = was_lost && accepted == Some(presented);
                if !is_entered && !is_resumed {
                    return true;
                }
                is_entered = false;
                was_lost = false;
                let is_accepted =
                    command.status() == Some(StatusWord::OK) && command.fault.is_none();
                accepted = is_accepted.then_some(presented);
            }
            _ => {}
        }
    }
    false
}
