//! The requirements that are built into the program, and the rules that a catalogue must keep.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use madoguchi_notation::{Diagnostic, Diagnostics, Located, load, nearest};
use serde::de::DeserializeOwned;

use super::{Document, Level, Requirement, Role, Source};

/// All requirements, by topic and in the order of their files.
#[derive(Debug, Clone)]
pub struct Catalogue {
    requirements: Vec<Requirement>,
    of_consumers: Vec<Requirement>,
    documents: BTreeMap<String, Document>,
}

macro_rules! embedded {
    ($topic:literal) => {
        Embedded {
            #[cfg(test)]
            file: concat!("conformance/requirements/", $topic, ".yaml"),
            #[cfg(test)]
            yaml: include_str!(concat!("../", $topic, ".yaml")),
            json: include_str!(concat!(env!("OUT_DIR"), "/", $topic, ".json")),
        }
    };
    ($($topic:literal,)+) => {
        &[$(embedded!($topic)),+]
    };
}

/// A text of the catalogue, and what the build script made of it: the YAML takes ten times as long to
/// read, which every process would do again.
struct Embedded {
    #[cfg(test)]
    file: &'static str,
    #[cfg(test)]
    yaml: &'static str,
    json: &'static str,
}

impl Embedded {
    fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(self.json).expect("a test reads the same text")
    }
}

const DOCUMENTS: Embedded = embedded!("documents");

const TOPICS: &[Embedded] = embedded![
    "contract",
    "card",
    "reader",
    "credential",
    "service",
    "terminal",
    "result",
    "assistance",
    "registration",
    "history",
    "institution",
    "bulk",
    "consent",
    "mobile",
    "privacy",
];

/// What is required of a レセコン that takes over what an app delivers. A trace of a card and a
/// service says nothing about it.
const CONSUMER: &[Embedded] = embedded!["transcription",];

/// The catalogue that is part of the program.
///
/// # Panics
/// Never: a test reads the same text.
#[must_use]
pub fn builtin() -> &'static Catalogue {
    static BUILTIN: LazyLock<Catalogue> = LazyLock::new(|| {
        let read = |topics: &[Embedded]| {
            let topics = topics.iter();
            topics
                .flat_map(Embedded::read::<Vec<Requirement>>)
                .collect()
        };
        Catalogue {
            requirements: read(TOPICS),
            of_consumers: read(CONSUMER),
            documents: DOCUMENTS.read(),
        }
    });
    &BUILTIN
}

impl Catalogue {
    /// Reads a catalogue from named texts: the documents, then the topics.
    ///
    /// # Errors
    /// What is wrong with the first text in which something is wrong.
    pub fn parse(
        (documents_file, documents): (&str, &str),
        topics: &[(&str, &str)],
    ) -> Result<Self, Diagnostics> {
        let documents: BTreeMap<String, Document> = load(documents_file, documents)?;
        let mut read = Vec::new();
        for (file, text) in topics {
            let of_topic: Vec<Requirement> = load(file, text)?;
            read.push((*file, *text, of_topic));
        }
        let all: Vec<&Requirement> = read.iter().flat_map(|(_, _, list)| list).collect();
        for (file, text, of_topic) in &read {
            let wrong = of_topic
                .iter()
                .flat_map(|requirement| faults(requirement, &documents, &all));
            Diagnostics::check(file, text, wrong.collect())?;
        }
        let requirements = read.into_iter().flat_map(|(_, _, list)| list).collect();
        Ok(Self {
            requirements,
            of_consumers: Vec::new(),
            documents,
        })
    }

    /// All requirements on an app with card and service, in order.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// All requirements on a レセコン that takes over what an app delivers, in order.
    #[must_use]
    pub fn of_consumers(&self) -> &[Requirement] {
        &self.of_consumers
    }

    /// The requirement with this id, whomever it is on.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Requirement> {
        let mut all = self.requirements.iter().chain(&self.of_consumers);
        all.find(|requirement| requirement.id.as_str() == id)
    }

    /// All ids, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        self.requirements
            .iter()
            .map(|requirement| requirement.id.as_str())
            .collect()
    }

    /// The same, with another edition of one document.
    #[cfg(test)]
    pub(super) fn with_edition(&self, document: &str, date: &str) -> Self {
        let mut catalogue = self.clone();
        if let Some(document) = catalogue.documents.get_mut(document) {
            date.clone_into(&mut document.date);
        }
        catalogue
    }

    /// The document with this key.
    #[must_use]
    pub fn document(&self, key: &str) -> Option<&Document> {
        self.documents.get(key)
    }

    /// Where a source is published, if that is known.
    #[must_use]
    pub fn address(&self, source: &Source) -> Option<&str> {
        self.document(source.document.as_str())?.address.as_deref()
    }

    /// How many requirements of each level there are in this role, most binding first.
    #[must_use]
    pub fn levels(&self, role: Role) -> [(Level, usize); 3] {
        let of_role = match role {
            Role::App => self.requirements(),
            Role::Consumer => self.of_consumers(),
        };
        Level::ALL.map(|level| {
            let at = of_role.iter().filter(|one| one.level == level);
            (level, at.count())
        })
    }

    /// A source as a reader finds it: title, date, place.
    #[must_use]
    pub fn cite(&self, source: &Source) -> String {
        match self.documents.get(source.document.as_str()) {
            Some(document) => format!("{} ({}), {}", document.title, document.date, source.place),
            None => source.place.clone(),
        }
    }
}

fn faults(
    requirement: &Requirement,
    documents: &BTreeMap<String, Document>,
    all: &[&Requirement],
) -> Vec<Diagnostic> {
    let id = &requirement.id;
    let mut wrong = Vec::new();
    let mut fault = |at: &Located<String>, code, ja: String, en: String| {
        wrong.push(Diagnostic::new(code, ja, en).at(at.location()));
    };
    if all.iter().filter(|other| other.id == *id).count() > 1 {
        fault(
            id,
            "duplicate-id",
            format!("{id} が重複しています"),
            format!("{id} stands here twice"),
        );
    }
    let is_advice = requirement.level == Level::Advice;
    if requirement.sources.is_empty() != is_advice {
        let level = requirement.level;
        fault(
            id,
            "level-and-source",
            format!("{id} は {level}: MUST と SHOULD には sources が要り、ADVICE には書けません"),
            format!("{id} is {level}: MUST and SHOULD need sources, ADVICE has none"),
        );
    }
    if is_advice && requirement.because.is_none() {
        fault(
            id,
            "no-reason",
            format!("{id} には because (理由) が要ります"),
            format!("{id} needs a because"),
        );
    }
    for source in &requirement.sources {
        if !documents.contains_key(source.document.as_str()) {
            let name = &source.document;
            fault(
                name,
                "unknown-document",
                format!("文書 {name} は documents.yaml にありません"),
                format!("documents.yaml has no {name}"),
            );
        }
    }
    for cause in &requirement.caused_by {
        if !all.iter().any(|other| other.id == *cause) {
            let known = all.iter().map(|other| other.id.as_str());
            let candidate = nearest(cause, known).unwrap_or("?");
            fault(
                cause,
                "unknown-requirement",
                format!("不明な要件 {cause} (候補: {candidate})"),
                format!("unknown requirement {cause}; did you mean {candidate}?"),
            );
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts as they were written, with what is wrong with them.
    fn written(topics: &[Embedded]) -> Catalogue {
        let topics: Vec<_> = topics.iter().map(|one| (one.file, one.yaml)).collect();
        Catalogue::parse((DOCUMENTS.file, DOCUMENTS.yaml), &topics)
            .unwrap_or_else(|error| panic!("{}", error.render(madoguchi_terms::Lang::En, false)))
    }

    #[test]
    fn the_builtin_catalogue_is_sound_and_the_one_that_was_written() {
        let apps = written(TOPICS);
        assert_eq!(builtin().requirements, apps.requirements);
        assert_eq!(builtin().documents, apps.documents);
        assert_eq!(builtin().of_consumers, written(CONSUMER).requirements);
    }

    #[test]
    fn ids_begin_with_their_topic() {
        for text in TOPICS.iter().chain(CONSUMER) {
            let topic = text.file.rsplit('/').next().unwrap();
            let topic = topic.trim_end_matches(".yaml");
            for requirement in text.read::<Vec<Requirement>>() {
                assert_eq!(
                    requirement.id.split('.').next(),
                    Some(topic),
                    "{}",
                    requirement.id
                );
            }
        }
    }

    #[test]
    fn causes_have_no_circle() {
        fn reaches<'a>(from: &'a str, to: &str, seen: &mut Vec<&'a str>) -> bool {
            let causes = &builtin().get(from).expect("a known requirement").caused_by;
            causes.iter().any(|cause| {
                cause.as_str() == to
                    || (!seen.contains(&cause.as_str()) && {
                        seen.push(cause);
                        reaches(cause, to, seen)
                    })
            })
        }
        for id in builtin().ids() {
            assert!(!reaches(id, id, &mut Vec::new()), "{id} explains itself");
        }
    }

    #[test]
    fn a_level_that_its_sources_do_not_carry_is_refused() {
        let refused = |head: &str| {
            let text = format!(
                "- id: card.x\n{head}  text: {{ ja: あ, en: a }}\n  depth: L0\n  channels: [card]\n  \
                 likely: {{ ja: あ, en: a }}\n"
            );
            let documents = (DOCUMENTS.file, DOCUMENTS.yaml);
            let read = Catalogue::parse(documents, &[("x.yaml", &text)]);
            read.map(drop).map_err(|error| error.to_string())
        };
        let because = "  because: { ja: 理由, en: why }\n";
        let source = "  sources: [{ document: rfc-9110, place: §10.2.3 Retry-After }]\n";
        for (level, name) in [("must", "MUST"), ("should", "SHOULD")] {
            assert_eq!(
                refused(&format!("  level: {level}\n{because}")).unwrap_err(),
                format!(
                    "x.yaml:1:7: card.x is {name}: MUST and SHOULD need sources, ADVICE has none"
                )
            );
            refused(&format!("  level: {level}\n{source}")).unwrap();
        }
        let claims = refused(&format!("  level: advice\n{source}{because}")).unwrap_err();
        assert!(claims.contains("ADVICE has none"), "{claims}");
        let silent = refused("  level: advice\n").unwrap_err();
        assert_eq!(silent, "x.yaml:1:7: card.x needs a because");
        refused(&format!("  level: advice\n{because}")).unwrap();
    }
}
