//! Which records an inquiry delivers, and what 資格有効性 (OQSCD006) they add up to.

use jiff::civil::Date;
use madoguchi_eligibility::{
    AssistanceDetail, AssistanceRecord, CardClassification, Decision, Field, Fields,
    InsuranceRecord, QualificationValidity, ReasonOfLoss, Rules,
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
    pub(crate) fn of(person: &Person, today: Date, rules: &Rules) -> Self {
        let insurance: Vec<_> = person
            .insurance
            .iter()
            .filter(|r| r.holds_on(today))
            .collect();
        // After a change of office the newest record counts (MA-10).
        let assistance = person
            .assistance
            .iter()
            .filter(|r| r.holds_on(today))
            .max_by_key(|r| r.qualification_date);
        let stopped = newest(&person.assistance, |r| r.disqualification_date)
            .filter(|r| assistance.is_none() && is_still_shown(r, &person.insurance, today));

        let mut results: Vec<Fields> = insurance
            .iter()
            .map(|record| record.result())
            .chain(assistance.or(stopped).map(|record| shown(record, rules)))
            .collect();
        if rules.assistance_first && assistance.or(stopped).is_some() {
            results.rotate_right(1);
        }
        let found = |decision, rule, validity| Self {
            decision,
            rule,
            validity,
            results,
        };
        match (insurance.as_slice(), assistance, stopped) {
            ([_, _, ..], _, _) if rules.several_by_card => found(
                Decision::Multiple,
                "several-valid",
                QualificationValidity::Multiple,
            ),
            ([_, _, ..], _, _) => {
                found(Decision::Ok, "several-valid", QualificationValidity::Valid)
            }
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
            // The insurer said that another insurance began, and its data has not arrived
            // (assumed: no document says when the value 3 is delivered).
            Some(record) if record.reason_of_loss == Some(ReasonOfLoss::OtherInsurance) => Self {
                decision: Decision::Ok,
                rule: "eligibility-superseded",
                validity: QualificationValidity::Superseded,
                results: vec![record.result()],
            },
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

/// What is delivered of 医療扶助: before 2025-04 only that there is one (R2-12).
fn shown(record: &AssistanceRecord, rules: &Rules) -> Fields {
    match rules.assistance {
        AssistanceDetail::Full => record.result(),
        AssistanceDetail::NoticeOnly => {
            let mut notice = Fields::new();
            let class = CardClassification::MedicalAssistance;
            notice.set(Field::InsuredCardClassification, class.code());
            notice
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
