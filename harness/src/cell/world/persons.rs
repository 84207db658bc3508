//! The persons of a scenario, in the world in which it plays.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use madoguchi_eligibility::{AssistanceRecord, InsuranceRecord};
use madoguchi_fixtures::{Issued, Persona, persona, persona_ids};
use madoguchi_layout::Policies;
use madoguchi_registry::Person;
use madoguchi_scenarios::RecordGiven;
use parking_lot::Mutex;

use super::{Setting, WorldTrouble};

/// The persons of the scenario, and everybody else where the setting says so, in the world in which it
/// plays; `own` is whom it is about.
pub(super) fn issue(setting: &Setting<'_>, own: &Persona) -> Result<Vec<Issued>, WorldTrouble> {
    let policies = setting.scenario.given.card.policies;
    let issue = |id: &str| {
        if id != own.id() {
            let other = persona(id).map_err(WorldTrouble::Persona)?;
            return issued(&other, policies, setting.at);
        }
        let certificate = &setting.scenario.given.card.certificate;
        let mut issued = if certificate.is_usual() {
            issued(own, policies, setting.at)?
        } else {
            let own = own.clone();
            let own = own.with_certificates(certificate.from, certificate.until);
            own.issue_under(policies, setting.at)
                .map_err(WorldTrouble::Pki)?
        };
        file(&mut issued, &setting.scenario.given.record, setting.at);
        let left = setting.scenario.given.card.attempts_left;
        let credential = issued.personalization.authentication.as_mut();
        if let (Some(left), Some(credential)) = (left, credential) {
            let most = credential.reference.tries_left;
            credential.reference.tries_left = left.min(most);
        }
        Ok(issued)
    };
    let named = setting.scenario.personas();
    let others = persona_ids().filter(|id| setting.everybody && !named.contains(id));
    let others: Vec<&str> = others.collect();
    named.into_iter().chain(others).map(issue).collect()
}

/// How many persons are kept, each of some 20 KB: more than a catalogue has in all its worlds.
const KEPT: usize = 1024;

/// What exists of a person. A card takes a dozen RSA signatures, and hundreds of worlds have the same
/// instant: no card is issued twice.
pub(super) fn issued(
    persona: &Persona,
    policies: Policies,
    at: Timestamp,
) -> Result<Issued, WorldTrouble> {
    type Kept = HashMap<(&'static str, Policies, Timestamp), Issued>;
    static KNOWN: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
    let key = (persona.id(), policies, at);
    if let Some(known) = KNOWN.lock().get(&key) {
        return Ok(known.clone());
    }
    let issued = persona
        .issue_under(policies, at)
        .map_err(WorldTrouble::Pki)?;
    let mut known = KNOWN.lock();
    if known.len() < KEPT {
        known.insert(key, issued.clone());
    }
    Ok(issued)
}

/// What the scenario says that insurers filed of the person, in place of what the persona has.
fn file(issued: &mut Issued, record: &RecordGiven, at: Timestamp) {
    let filed = OnRecord {
        registered: &mut issued.registered,
        insurance: &mut issued.insurance,
        assistance: &mut issued.assistance,
    };
    filed.become_as(record, at);
}

/// 異動: what is on record changes while the person is known already. `usual` is what the persona has by
/// itself.
pub(super) fn change(
    person: &mut Person,
    usual: Option<&Issued>,
    record: &RecordGiven,
    now: Timestamp,
) {
    if person.insurance.is_empty() && record.insurance.is_some() {
        let newest = usual.and_then(|usual| usual.insurance.last());
        person.insurance.extend(newest.cloned());
    }
    let filed = OnRecord {
        registered: &mut person.registered,
        insurance: &mut person.insurance,
        assistance: &mut person.assistance,
    };
    filed.become_as(record, now);
    person.withheld |= record.withheld;
}

/// What is on record of a person.
struct OnRecord<'a> {
    registered: &'a mut bool,
    insurance: &'a mut Vec<InsuranceRecord>,
    assistance: &'a mut Vec<AssistanceRecord>,
}

impl OnRecord<'_> {
    fn become_as(self, record: &RecordGiven, at: Timestamp) {
        *self.registered = record.registered.unwrap_or(*self.registered);
        let newest = self.insurance.last().cloned();
        if let (Some(filed), Some(newest)) = (&record.insurance, &newest) {
            *self.insurance = filed.iter().map(|one| one.of(newest, at)).collect();
        }
        if let Some(filed) = &record.assistance {
            let insured = self.insurance.last().or(newest.as_ref());
            let like = self.assistance.last().cloned();
            let like = like.or_else(|| invented(insured?));
            let like = like.iter();
            *self.assistance = like
                .flat_map(|like| filed.iter().map(|one| one.of(like, at)))
                .collect();
        }
    }
}

/// For a person without 医療扶助, one that an invented office might file.
fn invented(insurance: &InsuranceRecord) -> Option<AssistanceRecord> {
    Some(AssistanceRecord {
        payer_number: "12990010".parse().ok()?,
        office_name: "架空県試験市福祉事務所".to_owned(),
        recipient_number: "9900099".to_owned(),
        insured: insurance.insured.clone(),
        qualification_date: None,
        disqualification_date: None,
        reason_of_loss: None,
        ticket_registered: true,
        consignment: None,
    })
}
