//! Which records an inquiry delivers, and what 資格有効性 (OQSCD006) they add up to.

use jiff::civil::Date;
use madoguchi_eligibility::{
    AssistanceRecord, Decision, Fields, InsuranceRecord, QualificationValidity,
};

use crate::Person;

/// What a person is entitled to on a day.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entitlement {
    pub(crate) decision: Decision,
    pub(crate) rule: &'static str,
    pub(crate) validity: QualificationValidity,
    pub(crate) results: Vec<Fields>,
}

impl Entitlement {
    /// Looks at all records of a person.
    ///
    /// 医療保険 that holds is delivered, and 医療扶助 beside it (A-13: insurance first). 医療扶助 is
    /// delivered after its loss too, until a new eligibility is acquired (事務連絡 2025-04-15,
    /// R2-10). Where nothing else is left, the eligibility that was lost last is delivered as 無効.
    pub(crate) fn of(person: &Person, today: Date) -> Self {
        let insurance: Vec<_> = person
            .insurance
            .iter()
            .filter(|r| r.holds_on(today))
            .collect();
        let assistance = person.assistance.iter().find(|r| r.holds_on(today));
        let stopped = newest(&person.assistance, |r| r.disqualification_date)
            .filter(|r| assistance.is_none() && is_still_shown(r, &person.insurance, today));

        let results: Vec<Fields> = insurance
            .iter()
            .map(|record| record.result())
            .chain(assistance.or(stopped).map(AssistanceRecord::result))
            .collect();
        let found = |decision, rule, validity| Self {
            decision,
            rule,
            validity,
            results,
        };
        match (insurance.as_slice(), assistance, stopped) {
            ([_, _, ..], _, _) => found(
                Decision::Multiple,
                "several-valid",
                QualificationValidity::Multiple,
            ),
            ([_], Some(_), _) => found(
                Decision::Ok,
                "insurance-and-assistance",
                QualificationValidity::Valid,
            ),
            ([_], None, _) => found(Decision::Ok, "one-valid", QualificationValidity::Valid),
            ([], Some(record), _) if record.ticket_registered => found(
                Decision::Ok,
                "assistance-valid",
                QualificationValidity::Valid,
            ),
            ([], Some(_), _) => found(
                Decision::Ok,
                "assistance-without-ticket",
                QualificationValidity::ValidUnregistered,
            ),
            ([], None, Some(_)) => found(
                Decision::Ok,
                "assistance-shown-after-loss",
                QualificationValidity::Invalid,
            ),
            ([], None, None) => Self::lapsed(person, today),
        }
    }

    fn lapsed(person: &Person, today: Date) -> Self {
        let begun = person
            .insurance
            .iter()
            .filter(|record| record.has_begun(today));
        match begun.max_by_key(|record| record.disqualification_date.or(record.valid_until)) {
            Some(record) => Self {
                decision: Decision::Ok,
                rule: "eligibility-lapsed",
                validity: QualificationValidity::Invalid,
                results: vec![record.result()],
            },
            None => Self {
                decision: Decision::NoQualification,
                rule: "no-eligibility",
                validity: QualificationValidity::None,
                results: Vec::new(),
            },
        }
    }
}

/// R2-10: 医療扶助 that was lost is shown until a new eligibility is acquired. An insurance that
/// holds, or that was acquired on or after the day of loss, is one.
fn is_still_shown(record: &AssistanceRecord, insurance: &[InsuranceRecord], today: Date) -> bool {
    let Some(lost) = record.disqualification_date.filter(|lost| *lost <= today) else {
        return false;
    };
    !insurance.iter().any(|other| {
        other.holds_on(today)
            || other.has_begun(today) && other.qualification_date.is_some_and(|day| lost <= day)
    })
}

fn newest<R>(records: &[R], day: impl Fn(&R) -> Option<Date>) -> Option<&R> {
    records
        .iter()
        .filter(|record| day(record).is_some())
        .max_by_key(|record| day(record))
}
