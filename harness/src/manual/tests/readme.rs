//! The READMEs: short, the same in both languages, and every place that they name is there.

use super::*;

/// The READMEs, and the language of each.
pub(super) const READMES: [(&str, Lang); 2] = [("README.md", Lang::En), ("README.ja.md", Lang::Ja)];

/// The repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

#[test]
fn both_are_short_and_say_the_same() {
    let [english, japanese] = READMES.map(|(file, _)| text(file));
    for text in [&english, &japanese] {
        assert!(text.lines().count() <= 200);
        assert!(text.contains("cargo demo") && text.contains("cargo suite"));
    }
    let levels = |text: &str| -> Vec<usize> {
        let headings = headings(text).into_iter();
        headings.map(|(level, _)| level).collect()
    };
    assert_eq!(levels(&english), levels(&japanese));
    let rows = |text: &str| prose(text).filter(|line| line.starts_with('|')).count();
    assert_eq!(rows(&english), rows(&japanese), "rows of tables");
}

#[test]
fn every_place_is_there_and_every_page_is_named() {
    for (file, lang) in READMES {
        let links = links(&text(file));
        for link in &links {
            let path = link.split('#').next().unwrap_or_default();
            assert!(root().join(path).exists(), "{file}: {link}");
        }
        for page in PAGES {
            let wanted = format!("harness/manual/{lang}/{}.md", page.name);
            assert!(links.contains(&wanted), "{file}: {wanted}");
        }
    }
}

/// What stands between backquotes and begins with a folder of the repository.
fn named(text: &str) -> Vec<String> {
    let folders = [
        "emulator/",
        "fixtures/",
        "scenarios/",
        "conformance/",
        "harness/",
        "bench/",
        ".ci/",
    ];
    let text: Vec<&str> = prose(text).collect();
    let text = text.join(" ");
    let spans = text.split('`').skip(1).step_by(2);
    let is_place = |span: &&str| folders.iter().any(|folder| span.starts_with(folder));
    spans
        .filter(|span| is_place(span) && !span.contains(['*', '{', ' ', '<', '@']))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_place_between_backquotes_is_there() {
    let pages = Lang::ALL
        .into_iter()
        .flat_map(|lang| PAGES.iter().map(move |page| page.text(lang).to_owned()));
    let others = ["README.md", "README.ja.md", "CONTRIBUTING.md"].map(text);
    let mut missing = BTreeSet::new();
    for place in pages.chain(others).flat_map(|text| named(&text)) {
        if !root().join(&place).exists() {
            missing.insert(place);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}
