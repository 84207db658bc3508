//! The client on one page of Python, written from the page of the contract alone.

use std::fs;
use std::path::Path;

use madoguchi_peers::{Outcome, madoguchi, python_with_pyscard, read, source};

#[test]
fn the_python_client_passes_the_visual_happy_path() {
    let test = "the_python_client_passes_the_visual_happy_path";
    let Some(python) = python_with_pyscard(test) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let client = source("../clients/visual.py");
    let outcome = happy_visual(python, &client, folder.path());
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let trace = read(folder.path().join("out/happy/visual/trace.jsonl"));
    assert!(trace.contains("visual.py"), "{trace}");
}

/// The same client with one line too many: it offers the card a PIN that was not typed.
#[test]
fn the_python_client_fails_once_it_presents_a_pin() {
    let test = "the_python_client_fails_once_it_presents_a_pin";
    let Some(python) = python_with_pyscard(test) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let select = "    transmit(\"00A4020C02\" \"000A\")";
    let correct = read(source("../clients/visual.py"));
    let wrong = correct.replace(
        select,
        &format!(
            "    transmit(\"00A4020C020018\")\n    transmit(\"002000800431323334\")\n{select}"
        ),
    );
    assert_ne!(
        wrong, correct,
        "the client no longer has the line {select:?}"
    );
    let client = folder.path().join("wrong.py");
    fs::write(&client, wrong).unwrap();
    let outcome = happy_visual(python, &client, folder.path());
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    assert!(
        outcome.stdout.contains("credential.no-pin-in-visual"),
        "{outcome:#?}"
    );
}

fn happy_visual(python: &str, client: &Path, folder: &Path) -> Outcome {
    let client = format!("{python} '{}'", client.display());
    let out = folder.join("out").display().to_string();
    madoguchi(["run", "happy/visual", "--client", &client, "--out", &out])
}
