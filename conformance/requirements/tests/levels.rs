//! What a level means: a MUST stands in a document of the ministry or in a standard, a SHOULD in a
//! document or on a page with an address, and advice claims neither.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use madoguchi_requirements::{Document, Level, Requirement, Role, Source, builtin, rows};

fn all() -> impl Iterator<Item = &'static Requirement> {
    let catalogue = builtin();
    catalogue
        .requirements()
        .iter()
        .chain(catalogue.of_consumers())
}

fn at(level: Level) -> impl Iterator<Item = &'static Requirement> {
    all().filter(move |requirement| requirement.level == level)
}

fn document(source: &Source) -> &'static Document {
    builtin().document(source.document.as_str()).unwrap()
}

/// Whether it is one of the documents whose rows are kept here.
fn is_of_the_ministry(source: &Source) -> bool {
    let mut documents = rows().iter().map(|(document, _)| *document);
    documents.any(|document| document == source.document.as_str())
}

#[test]
fn every_must_names_its_place_in_a_document_of_the_ministry_or_in_a_standard() {
    for requirement in at(Level::Must) {
        assert!(!requirement.sources.is_empty(), "{}", requirement.id);
        for source in &requirement.sources {
            let is_standard = document(source).by == "IETF" && source.place.starts_with('§');
            assert!(
                is_of_the_ministry(source) || is_standard,
                "{}: {} states no MUST",
                requirement.id,
                source.document
            );
            assert!(!source.place.trim().is_empty(), "{}", requirement.id);
        }
    }
}

#[test]
fn every_should_has_a_place_in_a_document_or_a_page_with_its_address() {
    for requirement in at(Level::Should) {
        assert!(!requirement.sources.is_empty(), "{}", requirement.id);
        for source in &requirement.sources {
            assert!(!source.place.trim().is_empty(), "{}", requirement.id);
            let address = builtin().address(source);
            // What a vendor's adapter undertakes stands in our own contract.
            let is_undertaken = document(source).by == "madoguchi";
            assert!(
                is_of_the_ministry(source)
                    || is_undertaken
                    || address.is_some_and(|url| url.starts_with("https://")),
                "{}: where is {}?",
                requirement.id,
                source.document
            );
        }
    }
}

#[test]
fn advice_cites_nobody_and_says_why() {
    for requirement in at(Level::Advice) {
        assert!(requirement.sources.is_empty(), "{}", requirement.id);
        assert!(requirement.is_assumed(), "{}", requirement.id);
        let because = requirement.because.as_ref().unwrap();
        for claim in ["義務付け", "MUST", "SHOULD"] {
            let claims = because.ja.contains(claim) || because.en.contains(claim);
            assert!(!claims, "{}: {claim}", requirement.id);
        }
    }
}

#[test]
fn a_must_that_rests_on_the_wire_alone_is_none() {
    // what only the mock's wire has cannot be a duty, however it is observed
    for requirement in at(Level::Must) {
        let stated = requirement.sources.iter().any(is_of_the_ministry);
        assert!(
            requirement.assumptions.is_empty() || stated,
            "{} rests on {:?} and on no document",
            requirement.id,
            requirement.assumptions
        );
    }
}

/// Once MUST, and stated as a duty by none of their sources: a definition, a merit, a console's rule, a picture.
const NO_DUTIES: [&str; 13] = [
    "assistance.era-birthdate",
    "assistance.screen-number",
    "bulk.reception-number",
    "bulk.units-as-typed",
    "bulk.units-shown",
    "card.survives-removal",
    "consent.proved-by-pin",
    "registration.screens-numbered",
    "result.delivered-fields-shown",
    "result.ratio-shown",
    "result.refusal-is-no-result",
    "service.asked-on-demand",
    "terminal.user-id-limits",
];

#[test]
fn what_no_source_states_as_a_duty_is_no_must() {
    for id in NO_DUTIES {
        let requirement = builtin().get(id).unwrap_or_else(|| panic!("{id} is gone"));
        assert_ne!(requirement.level, Level::Must, "{id}");
    }
}

#[test]
fn every_document_is_cited_by_a_requirement_or_has_rows() {
    let cited: BTreeSet<&str> = all()
        .flat_map(|requirement| &requirement.sources)
        .map(|source| source.document.as_str())
        .chain(rows().iter().map(|(document, _)| *document))
        .collect();
    let text = include_str!("../documents.yaml");
    let keys = text
        .lines()
        .filter(|line| !line.starts_with([' ', '#']))
        .filter_map(|line| line.strip_suffix(':'));
    let idle: Vec<&str> = keys.filter(|key| !cited.contains(key)).collect();
    assert!(idle.is_empty(), "no requirement cites {idle:?}");
}

#[test]
fn the_levels_add_up() {
    for (role, count) in [
        (Role::App, builtin().requirements().len()),
        (Role::Consumer, builtin().of_consumers().len()),
    ] {
        let levels = builtin().levels(role).map(|(_, count)| count);
        assert_eq!(levels.iter().sum::<usize>(), count, "{role:?}");
    }
}
