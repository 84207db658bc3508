//! 緊急時医療情報・資格確認機能: eligibility by name, sex and birth date, without a card. 災害時モード
//! counts for the facilities and the period that the ministry names; システム障害時モード is switched
//! on for one facility by the call centre. Neither works in normal operation.

use madoguchi_eligibility::{
    Answer, ConsentClassification, Decision, EmergencyMode, FacilityCode, Field, Fields, Insured,
    kana,
};

use crate::decision::{Context, Outcome, Refusal};
use crate::entitlement::Entitlement;
use crate::facts::OutageMode;
use crate::inquiry::{compact, given_day};
use crate::registry::Registry;
use crate::setup::DisasterMeasure;
use crate::{Person, Terminal, TerminalKind};

impl Registry {
    /// Begins a special measure of 災害時.
    pub fn declare_disaster(&mut self, measure: DisasterMeasure) {
        self.disasters.push(measure);
    }

    /// Switches システム障害時モード on or off for a facility, as the call centre does.
    pub fn set_outage_mode(&mut self, facility: FacilityCode, on: bool) {
        if on {
            self.outage_mode.insert(OutageMode { facility });
        } else {
            self.outage_mode.remove(facility.as_str());
        }
    }

    /// Whether the mode counts for the facility now.
    pub(crate) fn emergency_counts(
        &self,
        mode: EmergencyMode,
        facility: &FacilityCode,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let refuse = |rule| Err(Refusal(Decision::NotPermitted, rule));
        let today = context.today();
        match mode {
            EmergencyMode::Outage if self.outage_mode.contains(facility.as_str()) => Ok(()),
            EmergencyMode::Outage => refuse("outage-mode-is-off"),
            EmergencyMode::Disaster => {
                let counts =
                    |measure: &DisasterMeasure| measure.from <= today && today <= measure.until;
                let mut here = self
                    .disasters
                    .rows()
                    .filter(|measure| measure.facilities.contains(facility))
                    .peekable();
                if here.peek().is_none() {
                    return refuse("no-disaster-measure-here");
                }
                if here.any(counts) {
                    Ok(())
                } else {
                    refuse("disaster-measure-not-in-force")
                }
            }
        }
    }

    /// Eligibility of the one person with this name, sex and birth date. In 災害時モード the patient
    /// is asked for consent; 同意取得困難 counts where he or she cannot answer.
    pub(crate) fn emergency_search(
        &self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Outcome {
        terminal.must_be(TerminalKind::Institution)?;
        let malformed = |rule| Refusal(Decision::Malformed, rule);
        let given = |field, rule| fields.text(field).ok_or(malformed(rule));
        let mode: EmergencyMode = given(Field::EmergencyMode, "emergency-mode-missing")?
            .parse()
            .map_err(|_| malformed("emergency-mode-unknown"))?;
        self.emergency_counts(mode, &terminal.facility, context)?;
        if mode == EmergencyMode::Disaster {
            match given(Field::InformationConsent, "consent-not-asked")?.parse() {
                Ok(ConsentClassification::Expired) | Err(_) => {
                    return Err(malformed("information-consent-unknown"));
                }
                Ok(_) => {}
            }
        }
        let name = given(Field::NameKana, "name-kana-missing")?;
        let sex = given(Field::Sex1, "sex-missing")?;
        let birthdate =
            given_day(fields, Field::Birthdate)?.ok_or(malformed("birthdate-missing"))?;
        let is = |insured: &Insured| {
            kana::same_reading(&insured.name_kana, name)
                && insured.sex1.code() == sex
                && insured.birthdate == birthdate
        };
        let found: Vec<&Person> = self
            .persons
            .of(Person::by_birthdate(birthdate))
            .filter(|person| {
                person.insurance.iter().any(|record| is(&record.insured))
                    || person.assistance.iter().any(|record| is(&record.insured))
            })
            .collect();
        match found.as_slice() {
            [] => Err(Refusal(Decision::NoQualification, "nobody-of-that-name")),
            [person] if person.withheld => Err(Refusal(
                Decision::Withheld,
                "eligibility-under-verification",
            )),
            [person] => {
                let found = Entitlement::of(person, context.today(), &self.rules);
                let mut answer = Answer::new(found.decision, found.rule)
                    .with(
                        Field::QualificationConfirmationDate,
                        compact(context.today()),
                    )
                    .with(Field::QualificationValidity, found.validity.code())
                    .with(Field::EmergencyMode, mode.name());
                answer.results = found.results;
                Ok(answer)
            }
            _ => Err(Refusal(Decision::Multiple, "several-of-that-name")),
        }
    }
}
