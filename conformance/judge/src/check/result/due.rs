//! Delivered values that are due on a screen: all that differ are told, each with what became of it.

use madoguchi_notation::Wording;
use madoguchi_trace::Screen;

use super::{Delivered, not_shown};
use crate::case::Case;
use crate::finding::{Contrast, Failure, Tally};
use crate::screen::plain;
use crate::words::{Due, Look};

/// Abstract field and the label that requirements use for it.
pub(in crate::check) type FieldRule = (&'static str, &'static str);

/// What is due of one result.
pub(in crate::check) struct Dues<'d>(Vec<Due<'d>>);

impl<'d> Dues<'d> {
    /// What was delivered of these fields; what came empty need not be shown.
    pub(in crate::check) fn of(result: &Delivered<'d>, rules: &[FieldRule]) -> Self {
        let delivered = rules.iter().filter_map(|(field, label)| {
            let value = result.field(field)?;
            (!value.trim().is_empty()).then_some(Due { label, value })
        });
        Self(delivered.collect())
    }

    /// Whether nothing is.
    pub(in crate::check) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// And this.
    pub(in crate::check) fn and(mut self, label: &'d str, value: Option<&'d str>) -> Self {
        let due = value.filter(|value| !value.trim().is_empty());
        self.0.extend(due.map(|value| Due { label, value }));
        self
    }
}

/// Judges what is due of a result on its screen: one occasion.
pub(in crate::check) fn judge_due(
    case: &Case<'_>,
    result: &Delivered<'_>,
    (at, screen): (u64, &Screen),
    Dues(dues): &Dues<'_>,
    tally: &mut Tally,
) {
    if result.is_left_open_on(screen) {
        return tally.judge(None);
    }
    let mut wrong: Vec<(Due<'_>, Wording)> = Vec::new();
    let mut open: Vec<Wording> = Vec::new();
    let mut says_otherwise = false;
    let mut contrast = Contrast::InWords;
    for due in dues {
        match result.look(case.words(), *due, dues) {
            Look::Said => {}
            Look::Otherwise { label, value } => {
                says_otherwise = true;
                wrong.push((*due, otherwise(*due, dues, label, value)));
            }
            Look::Missing => {
                contrast = Contrast::Absent;
                wrong.push((*due, not_shown(due.label, None)));
            }
            Look::Open(why) => open.push(why),
        }
    }
    match (wrong.is_empty(), open.is_empty()) {
        (true, false) => {
            let join = |of: fn(&Wording) -> &str| {
                let all: Vec<&str> = open.iter().map(of).collect();
                all.join("; ")
            };
            tally.leave_open(Wording::new(join(|why| &why.ja), join(|why| &why.en)));
        }
        (true, true) => tally.judge(None),
        (false, _) => {
            let due: Vec<String> = wrong
                .iter()
                .map(|(due, _)| format!("{} {}", due.label, due.value))
                .collect();
            let due = due.join("、");
            let join = |of: fn(&Wording) -> &str| {
                let all: Vec<&str> = wrong.iter().map(|(_, seen)| of(seen)).collect();
                all.join("; ")
            };
            let failure = Failure::new(
                at,
                Wording::new(format!("{due} の表示"), format!("{due} on the screen")),
                Wording::new(join(|seen| &seen.ja), join(|seen| &seen.en)),
            )
            .contrast(contrast);
            let failure = failure.missing(result.awaited(case, says_otherwise));
            tally.judge(Some(failure.after(result.answered)));
        }
    }
}

/// What stands there instead, and what became of the value, where that can be seen.
fn otherwise(due: Due<'_>, dues: &[Due<'_>], own: &str, value: &str) -> Wording {
    let label = if plain(own) == plain(due.label) {
        due.label.to_owned()
    } else {
        format!("{} (「{own}」)", due.label)
    };
    let Wording { mut ja, mut en } = not_shown(&label, Some(value));
    if let Some(Wording { ja: why, en: cause }) = became(due, dues, value) {
        ja.push_str(&format!(" ({why})"));
        en.push_str(&format!(" ({cause})"));
    }
    Wording::new(ja, en)
}

fn became(due: Due<'_>, dues: &[Due<'_>], value: &str) -> Option<Wording> {
    let (right, shown) = (plain(due.value), plain(value));
    if shown.is_empty() {
        return Some(Wording::new("空欄", "blank"));
    }
    let other = dues
        .iter()
        .find(|other| other.label != due.label && plain(other.value) == shown);
    if let Some(other) = other {
        let other = other.label;
        return Some(Wording::new(
            format!("{other} の値"),
            format!("the value of {other}"),
        ));
    }
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(&right) && is_number(&shown) && right.trim_start_matches('0') == shown {
        return Some(Wording::new(
            "先頭の 0 が落ちた",
            "its leading zeros are lost",
        ));
    }
    right
        .starts_with(&shown)
        .then(|| Wording::new("途中で切れた", "it is cut off"))
}
