//! Past inquiries as a facility reads them (施術所 slides of 2023-11: extraction conditions, then a
//! list). Only what this facility's own terminals confirmed, as far back and in pages as long as
//! the rules say.

use jiff::civil::Date;
use jiff::tz::Offset;
use madoguchi_eligibility::{Answer, Decision, Field, Fields, kana};

use crate::decision::{Context, Outcome, Refusal, day};
use crate::inquiry::{compact, given_day};
use crate::registry::Registry;
use crate::{HistoryRow, Terminal};

impl Registry {
    /// One page of the facility's history, newest first. An inquiry that delivered several
    /// eligibilities has one row for each.
    pub(crate) fn browse(
        &self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Outcome {
        let conditions = Conditions::of(fields)?;
        let oldest = self.oldest_to_read(context.today());
        let page = page(fields)?;
        let rows: Vec<Fields> = self
            .history
            .of(HistoryRow::by_facility(&terminal.facility))
            .filter(|row| row.facility == terminal.facility)
            .rev()
            .take_while(|row| oldest <= day(row.at))
            .flat_map(rows)
            .filter(|row| conditions.meet(row))
            .collect();

        let pages = rows.len().div_ceil(self.rules.history_page).max(1);
        if pages < page {
            return Err(Refusal(Decision::Malformed, "page-beyond-the-last"));
        }
        let mut answer = Answer::new(Decision::Ok, "history")
            .with(Field::TotalCount, rows.len().to_string())
            .with(Field::Page, page.to_string())
            .with(Field::PageCount, pages.to_string());
        answer.results = rows
            .into_iter()
            .skip((page - 1) * self.rules.history_page)
            .take(self.rules.history_page)
            .collect();
        Ok(answer)
    }
}

/// What a row must be like to be listed; what was not given, everything meets.
struct Conditions<'a> {
    from: Option<Date>,
    to: Option<Date>,
    /// Part of the kana name, in half width.
    kana: Option<String>,
    insurer: Option<&'a str>,
}

impl<'a> Conditions<'a> {
    fn of(fields: &'a Fields) -> Result<Self, Refusal> {
        let conditions = Self {
            from: given_day(fields, Field::DateFrom)?,
            to: given_day(fields, Field::DateTo)?,
            kana: fields.text(Field::NameKana).map(kana::to_half_width),
            insurer: fields.text(Field::InsurerNumber),
        };
        match (conditions.from, conditions.to) {
            (Some(from), Some(to)) if to < from => {
                Err(Refusal(Decision::Malformed, "dates-in-reverse"))
            }
            _ => Ok(conditions),
        }
    }

    fn meet(&self, row: &Fields) -> bool {
        let on = row.text(Field::ConfirmedAt).unwrap_or_default();
        let on = on.get(..8).unwrap_or_default();
        let text = |field| row.text(field).unwrap_or_default();
        self.from.is_none_or(|from| *compact(from) <= *on)
            && self.to.is_none_or(|to| *on <= *compact(to))
            && self
                .kana
                .as_ref()
                .is_none_or(|part| text(Field::NameKana).contains(part.as_str()))
            && self
                .insurer
                .is_none_or(|insurer| text(Field::InsurerNumber) == insurer)
    }
}

/// Pages count from 1; the first is meant where none is named.
fn page(fields: &Fields) -> Result<usize, Refusal> {
    match fields.text(Field::Page).map(str::parse) {
        None => Ok(1),
        Some(Ok(page)) if page != 0 => Ok(page),
        Some(_) => Err(Refusal(Decision::Malformed, "page-malformed")),
    }
}

/// The rows of one inquiry: one for each eligibility, or one that says there was none.
fn rows(row: &HistoryRow) -> Vec<Fields> {
    let at = Offset::constant(9).to_datetime(row.at);
    let stamp = format!(
        "{}{:02}{:02}{:02}",
        compact(at.date()),
        at.hour(),
        at.minute(),
        at.second()
    );
    let nothing = [Fields::new()];
    let results = if row.results.is_empty() {
        &nothing[..]
    } else {
        &row.results[..]
    };
    results
        .iter()
        .map(|result| {
            let mut listed = result.clone();
            listed.set(Field::ConfirmedAt, stamp.as_str());
            listed.set(Field::UserId, row.user_id.as_str());
            listed.set(Field::QualificationValidity, row.validity.code());
            listed
        })
        .collect()
}
