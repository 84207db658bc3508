//! The tables agree with themselves.

use std::collections::BTreeSet;

use madoguchi_iso7816::FileId;
use madoguchi_layout::{
    APPLICATIONS, Access, Application, Change, Kind, Secrecy, issuer, jpki, profile, surface,
};
use madoguchi_terms::Lang;

#[test]
fn every_file_has_a_short_identifier_of_its_own_and_stands_in_order() {
    for application in APPLICATIONS {
        let ids: Vec<FileId> = application.files.iter().map(|file| file.id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted, "{}", application.label());
        assert!(
            ids.iter().all(|id| id.sfi().is_some()),
            "{}",
            application.label()
        );
    }
}

#[test]
fn every_reference_that_opens_something_exists() {
    for application in APPLICATIONS {
        for file in application.files {
            let access = match file.kind {
                Kind::Transparent { read, .. } | Kind::Records { read } => read,
                Kind::Key { usage, .. } => usage,
                _ => continue,
            };
            if let Access::AnyOf(references) = access {
                for reference in references {
                    let kind = application.file(*reference).map(|file| file.kind);
                    assert!(
                        matches!(kind, Some(Kind::Reference(_) | Kind::TerminalCa)),
                        "{} {reference}",
                        file.id
                    );
                }
            }
        }
        if let Some(key) = application.default_key {
            let kind = application.file(key).map(|file| file.kind);
            assert!(
                matches!(kind, Some(Kind::Key { .. })),
                "{}",
                application.label()
            );
        }
    }
}

#[test]
fn references_and_keys_are_secret_and_labels_are_unique() {
    let mut labels = BTreeSet::new();
    for file in APPLICATIONS
        .iter()
        .flat_map(|application| application.files)
    {
        if let Kind::Reference(rule) = file.kind {
            assert!(labels.insert(rule.label), "{}", rule.label);
        }
        if matches!(file.kind, Kind::Reference(_) | Kind::Key { .. }) || file.holds_personal_number
        {
            assert_eq!(file.secrecy, Secrecy::Secret, "{}", file.id);
        }
    }
}

#[test]
fn no_name_is_the_beginning_of_another() {
    let mut names: Vec<_> = APPLICATIONS
        .iter()
        .map(|application| application.aid)
        .collect();
    names.push(issuer::AID);
    for name in &names {
        let begun = names
            .iter()
            .filter(|other| other.begins_with(name.as_bytes()))
            .count();
        assert_eq!(begun, 1, "{name}");
    }
}

#[test]
fn everything_has_a_name_in_both_languages() {
    let names = APPLICATIONS
        .iter()
        .flat_map(|application| {
            application
                .files
                .iter()
                .map(|file| file.name)
                .chain([application.name])
        })
        .chain(issuer::DATA_OBJECTS.iter().map(|object| object.name))
        .chain([issuer::NAME]);
    for name in names {
        assert!(Lang::ALL.into_iter().all(|lang| !name.get(lang).is_empty()));
        assert!(name.en.is_ascii(), "{}", name.en);
    }
}

#[test]
fn an_application_is_found_by_its_full_name_only() {
    let name = jpki::APPLICATION.aid;
    assert_eq!(
        Application::by_name(name.as_bytes()),
        Some(&jpki::APPLICATION)
    );
    assert_eq!(Application::by_name(&name.as_bytes()[..9]), None);
}

#[test]
fn the_personal_number_is_marked_where_it_lies() {
    let marked: Vec<String> = APPLICATIONS
        .iter()
        .flat_map(|application| {
            application
                .files
                .iter()
                .map(move |file| (application, file))
        })
        .filter(|(_, file)| file.holds_personal_number)
        .map(|(application, file)| format!("{}/{}", application.label(), file.id))
        .collect();
    assert_eq!(
        marked,
        [
            "surface/0005",
            "surface/0013",
            "profile/0001",
            "profile/0014"
        ]
    );
    assert!(profile::APPLICATION.file(profile::PIN).is_some());
}

#[test]
fn availability_says_which_certificates_are_there() {
    assert_eq!(
        jpki::certificate_availability(true, true),
        [0x8F, 0x8F, 0x00]
    );
    assert_eq!(
        jpki::certificate_availability(false, true),
        [0x00, 0x8F, 0x00]
    );
}

#[test]
fn only_pins_and_passwords_are_changed_by_the_holder() {
    let mut changeable = Vec::new();
    for application in APPLICATIONS {
        for file in application.files {
            if let Kind::Reference(rule) = file.kind
                && rule.change == Change::Holder
            {
                assert!(application.change.is_some(), "{}", application.label());
                changeable.push(rule.label);
            }
        }
    }
    assert_eq!(
        changeable,
        [
            "card-pin",
            "resident-pin",
            "profile-pin",
            "auth-pin",
            "sign-password"
        ]
    );
}

#[test]
fn codes_a_and_b_are_numbered_the_other_way_round_in_the_two_applications() {
    let label = |application: &Application, id| match application.file(id).map(|file| file.kind) {
        Some(Kind::Reference(rule)) => rule.label,
        _ => "",
    };
    let surface = [surface::CODE_B, surface::CODE_A];
    assert_eq!(surface.map(|id| id.value()), [0x0012, 0x0013]);
    let profile_codes = [profile::CODE_A, profile::CODE_B];
    assert_eq!(profile_codes.map(|id| id.value()), [0x0014, 0x0015]);
    assert_eq!(
        label(&surface::APPLICATION, surface::CODE_A),
        "surface-code-a"
    );
    assert_eq!(
        label(&profile::APPLICATION, profile::CODE_A),
        "profile-code-a"
    );
}
