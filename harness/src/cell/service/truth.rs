//! What the registry of a cell knows before the first step.

use madoguchi_eligibility::{CareCategory, ConsentEndReason, Rules};
use madoguchi_fixtures::Issued;
use madoguchi_registry::{
    Bearer, CertificateRecord, InstitutionConsent, Person, Setup, Terminal, TerminalKind,
};
use madoguchi_scenarios::{Care, ConsentGiven, Decides, Ended};

use super::super::staff;
use super::super::world::Setting;

/// What the registry knows the terminal of the exchange folders by. No client can show it: it is no certificate.
pub(super) const FOLDER_TERMINAL: &[u8] = b"the exchange folder";

/// What the registry knows of the facility and of the persons of the scenario.
pub(super) fn truth(issued: &[Issued], terminal: Option<Terminal>, setting: &Setting<'_>) -> Setup {
    let given = &setting.scenario.given.facility;
    let persons = issued.iter().map(|person| Person {
        id: person.persona.to_owned(),
        registered: person.registered,
        insurance: person.insurance.clone(),
        assistance: person.assistance.clone(),
        withheld: setting.scenario.given.record.withheld
            && person.persona == setting.scenario.given.persona.as_str(),
    });
    let certificates = issued.iter().map(|person| CertificateRecord {
        der: person.certificate.der.clone(),
        public_key: person.certificate.public_key.clone(),
        person: person.persona.to_owned(),
        not_after: person.certificate.not_after,
        state: person.certificate.state,
        bearer: Bearer::Card,
    });
    Setup {
        facilities: vec![staff::facility(given)],
        codes: vec![staff::activation_code(setting.at, given)],
        terminals: terminal
            .into_iter()
            .chain(setting.exchange.as_ref().map(|_| folder_terminal()))
            .collect(),
        persons: persons.collect(),
        certificates: certificates.collect(),
        rules: rules(setting),
        institution_consents: consents(setting),
        ..Setup::default()
    }
}

/// The 資格確認端末 of the exchange folders, as the registry has it on file.
fn folder_terminal() -> Terminal {
    let code = staff::facility_code();
    Terminal {
        kind: TerminalKind::Institution,
        ..Terminal::new("terminal-of-the-folder", code, FOLDER_TERMINAL.to_vec())
    }
}

/// The profile's rules, with what the scenario says of the service.
fn rules(setting: &Setting<'_>) -> Rules {
    let oldest_client = setting.scenario.given.service.oldest_client;
    let of_profile = setting.profile.rules();
    Rules {
        oldest_client: oldest_client.or(of_profile.oldest_client),
        ..of_profile.clone()
    }
}

/// Who designated the facility before the first step.
fn consents(setting: &Setting<'_>) -> Vec<InstitutionConsent> {
    let given = setting.scenario.given.consents.iter().enumerate();
    let consent = |(n, given): (usize, &ConsentGiven)| InstitutionConsent {
        id: format!("institution-consent-given-{}", n + 1),
        person: given.persona.to_string(),
        institution: if given.elsewhere {
            staff::another_facility_code()
        } else {
            staff::facility_code()
        },
        care: match given.care {
            Care::HomeVisit => CareCategory::HomeVisit,
            Care::Online => CareCategory::Online,
        },
        given_at: given.given.instant(setting.at),
        information: given.information == Decides::Agrees,
        ended: given.ended.map(|why| match why {
            Ended::Lapsed => ConsentEndReason::Lapsed,
            Ended::ByInstitution => ConsentEndReason::ByInstitution,
            Ended::ByPatient => ConsentEndReason::ByPatient,
            Ended::ChangeOfUse => ConsentEndReason::ChangeOfUse,
        }),
    };
    given.map(consent).collect()
}
