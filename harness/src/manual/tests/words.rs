//! That every table of words has those of the code: keys, acts, faults, verbs, codes.

use serde_json::Value;

use super::*;

/// Names of tables, as `<!-- words: NAME -->` stands before them, and the words of the code.
fn tables() -> Vec<(&'static str, BTreeSet<String>)> {
    let scenario = madoguchi_scenarios::schema().to_value();
    let statement = madoguchi_requirements::statement::schema().to_value();
    let of = |name: &str| words_of(&scenario["definitions"][name]);
    let act = scenario["properties"]["when"]["items"]["$ref"].as_str();
    let act = act.and_then(|path| scenario.pointer(path.trim_start_matches('#')));
    vec![
        ("given", of("Given")),
        ("acts", words_of(act.expect("an act has a form of its own"))),
        ("expectations", of("Expectation")),
        ("reader-faults", of("Fault")),
        ("web-faults", of("WebFault")),
        ("operate", of("Operate")),
        ("statement", words_of(&statement)),
        ("findings", findings()),
        #[cfg(unix)]
        ("control", crate::command::control_words()),
    ]
}

/// The keys and words that a schema allows.
fn words_of(schema: &Value) -> BTreeSet<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let keys = schema["properties"].as_object().into_iter().flatten();
    let mut words: BTreeSet<String> = keys.map(|(key, _)| key.clone()).collect();
    words.extend(schema["const"].as_str().map(str::to_owned));
    let named = list(&schema["enum"]);
    words.extend(named.iter().filter_map(Value::as_str).map(str::to_owned));
    for form in list(&schema["oneOf"]).iter().chain(&list(&schema["anyOf"])) {
        words.extend(words_of(form));
    }
    words
}

/// The codes of the doctor's findings, as its sources have them.
fn findings() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/command/doctor");
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let quoted = text
            .split('"')
            .filter(|part| part.len() == 4 && part.starts_with("D-"));
        codes.extend(quoted.map(str::to_owned));
    }
    codes
}

/// The words in the first column of a table, which stand in backquotes.
fn first_column(text: &str, table: &str) -> Option<BTreeSet<String>> {
    let (_, rest) = text.split_once(&format!("<!-- words: {table} -->\n"))?;
    let rows = rest
        .lines()
        .take_while(|line| line.starts_with('|'))
        .skip(2);
    let cells = rows.map(|row| {
        row.trim_start_matches('|')
            .split(" | ")
            .next()
            .unwrap_or("")
    });
    let words = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    Some(words.map(str::to_owned).collect())
}

#[test]
fn every_table_has_the_words_of_the_code() {
    let mut found = 0;
    for (lang, page) in Lang::ALL
        .iter()
        .flat_map(|lang| PAGES.iter().map(move |page| (*lang, page)))
    {
        for (table, wanted) in tables() {
            let Some(written) = first_column(page.text(lang), table) else {
                continue;
            };
            found += 1;
            let missing: Vec<&String> = wanted.difference(&written).collect();
            let strange: Vec<&String> = written.difference(&wanted).collect();
            assert!(
                missing.is_empty() && strange.is_empty(),
                "harness/manual/{lang}/{}.md, table of {table}: without a row {missing:?}, \
                 not in the code {strange:?}",
                page.name
            );
        }
    }
    assert_eq!(
        found,
        tables().len() * Lang::ALL.len(),
        "each table stands in both languages"
    );
}
