//! 照会区分 2: eligibility by the numbers of an insurance card (被保険者証情報). Needs no My Number
//! card, so the limited type has no such inquiry; the 資格確認端末 of an institution has.

use jiff::civil::Date;
use madoguchi_eligibility::{
    Answer, Decision, Field, Fields, InsuranceRecord, Operation, QualificationValidity,
};

use crate::decision::{Context, Outcome, Refusal};
use crate::facts::HistoryRow;
use crate::inquiry::{compact, given_day, purpose};
use crate::registry::Registry;
use crate::sessions::LoginSession;
use crate::{Person, Terminal, TerminalKind};

/// What was found for the numbers of one card.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) decision: Decision,
    pub(crate) rule: &'static str,
    pub(crate) validity: QualificationValidity,
    pub(crate) results: Vec<Fields>,
    /// Whose they are, where that is one person.
    person: Option<String>,
}

impl Terminal {
    /// Refuses what only another kind of terminal may ask.
    pub(crate) fn must_be(&self, kind: TerminalKind) -> Result<(), Refusal> {
        if self.kind == kind {
            Ok(())
        } else {
            Err(Refusal(
                Decision::NotPermitted,
                "not-for-this-type-of-terminal",
            ))
        }
    }
}

impl Registry {
    /// Decides one inquiry by number.
    pub(crate) fn inquiry_by_number(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        session: &LoginSession,
        context: &Context<'_>,
    ) -> Outcome {
        terminal.must_be(TerminalKind::Institution)?;
        purpose(fields)?;
        let operation = Operation::EligibilityByNumber;
        if let Some(answer) = self.replays.find(operation, fields, &terminal.id)? {
            return Ok(answer);
        }
        let found = self.find_by_number(fields, context.today())?;
        let mut answer = Answer::new(found.decision, found.rule)
            .with(
                Field::QualificationConfirmationDate,
                compact(context.today()),
            )
            .with(Field::QualificationValidity, found.validity.code());
        if let Some(person) = found.person {
            let delivered = self.as_delivered(&person, &found.results);
            self.note(HistoryRow {
                at: context.now,
                facility: terminal.facility.clone(),
                terminal: terminal.id.clone(),
                user_id: session.user_id.clone(),
                person,
                decision: found.decision,
                validity: found.validity,
                results: delivered,
            });
        }
        answer.results = found.results;
        let outcome = Ok(answer);
        let latest = self.history.rows().next_back();
        let most = self.rules.requests_kept;
        self.replays
            .keep((operation, fields), &terminal.id, &outcome, latest, most);
        outcome
    }

    /// The eligibility with these numbers, whether it holds or not. One that is over is 無効, or
    /// 無効（新しい資格あり） where the same person has a newer one: that one is not delivered, its
    /// numbers were not asked for (*assumed*).
    pub(crate) fn find_by_number(&self, fields: &Fields, today: Date) -> Result<Found, Refusal> {
        let asked = Numbers::of(fields)?;
        let mut matches: Vec<_> = self
            .persons
            .of(Person::by_number(asked.insurer, asked.number))
            .flat_map(|person| person.insurance.iter().map(move |record| (person, record)))
            .filter(|(_, record)| asked.name(record) && record.has_begun(today))
            .collect();
        matches.sort_by_key(|(person, record)| (&person.id, record.qualification_date));

        let found = |decision, rule, validity, results, person| Found {
            decision,
            rule,
            validity,
            results,
            person,
        };
        Ok(match matches.as_slice() {
            [] => found(
                Decision::NoQualification,
                "no-eligibility-with-these-numbers",
                QualificationValidity::None,
                Vec::new(),
                None,
            ),
            [(person, _)] if person.withheld => {
                return Err(Refusal(
                    Decision::Withheld,
                    "eligibility-under-verification",
                ));
            }
            [(person, record)] => {
                let newer = person.insurance.iter().any(|other| other.holds_on(today));
                let (rule, validity) = match (record.holds_on(today), newer) {
                    (true, _) => ("one-valid", QualificationValidity::Valid),
                    (false, true) => ("a-newer-one-is-valid", QualificationValidity::Superseded),
                    (false, false) => ("eligibility-lapsed", QualificationValidity::Invalid),
                };
                let results = vec![record.result()];
                found(
                    Decision::Ok,
                    rule,
                    validity,
                    results,
                    Some(person.id.clone()),
                )
            }
            several => found(
                Decision::Multiple,
                "several-with-these-numbers",
                QualificationValidity::Multiple,
                several.iter().map(|(_, record)| record.result()).collect(),
                None,
            ),
        })
    }
}

/// The numbers of a card: symbol and branch narrow the search where they are given.
struct Numbers<'a> {
    insurer: &'a str,
    symbol: Option<&'a str>,
    number: &'a str,
    branch: Option<&'a str>,
    birthdate: Date,
}

impl<'a> Numbers<'a> {
    fn of(fields: &'a Fields) -> Result<Self, Refusal> {
        let given = |field, rule| fields.text(field).ok_or(Refusal(Decision::Malformed, rule));
        Ok(Self {
            insurer: given(Field::InsurerNumber, "insurer-number-missing")?,
            symbol: fields.text(Field::InsuredCardSymbol),
            number: given(Field::InsuredIdentificationNumber, "number-missing")?,
            branch: fields.text(Field::InsuredBranchNumber),
            birthdate: given_day(fields, Field::Birthdate)?
                .ok_or(Refusal(Decision::Malformed, "birthdate-missing"))?,
        })
    }

    /// 保険者番号 has eight digits, padded in front: six-digit ones of 国保 are the same number.
    /// Everything else is compared as it stands; a leading zero counts.
    fn name(&self, record: &InsuranceRecord) -> bool {
        let same = |asked: Option<&str>, filed: Option<&str>| {
            asked.is_none_or(|asked| asked == filed.unwrap_or_default())
        };
        format!("{:0>8}", self.insurer) == format!("{:0>8}", record.insurer_number.as_str())
            && self.number == record.number
            && self.birthdate == record.insured.birthdate
            && same(self.symbol, record.symbol.as_deref())
            && same(self.branch, record.branch.as_deref())
    }
}
