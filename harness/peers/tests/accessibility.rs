//! The reports as a person who cannot see them well meets them: axe-core looks at them in Chromium,
//! light and dark, wide and on a phone, with everything unfolded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{
    Outcome, have, made_once, madoguchi, reference_client, run_within, skip, source,
};

/// axe-core is fetched by npm and run in a browser; nothing of it is part of ours.
const AXE: &str = "axe-core@4.14.1";

/// How long a registry may take.
const INSTALLATION: Duration = Duration::from_secs(120);

/// How long a browser may look at all pages.
const LOOK: Duration = Duration::from_secs(400);

#[test]
fn nobody_is_shut_out_from_a_report() {
    let test = "nobody_is_shut_out_from_a_report";
    let Some(axe) = axe(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut pages = of_an_app(folder.path());
    if have("python3", test) {
        pages.extend(of_a_consumer(folder.path()));
    }
    let found = look(&axe, &pages);
    assert_eq!(found.code, Some(0), "{}\n{}", found.stdout, found.stderr);
    for page in pages {
        let told = format!("{} (phone)", page.display());
        assert!(found.stdout.contains(&told), "{told}: {}", found.stdout);
    }
}

#[test]
fn a_page_that_shuts_people_out_is_noticed() {
    let test = "a_page_that_shuts_people_out_is_noticed";
    let Some(axe) = axe(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("bad.html");
    let faint = "<!doctype html><html><title>x</title><body><main><h1>x</h1>\
                 <p style='color:#bbb;background:#fff'>faint</p><img src='x.png'></main></html>";
    fs::write(&page, faint).unwrap();
    let found = look(&axe, &[page]);
    assert_eq!(found.code, Some(1), "{found:#?}");
    for rule in ["html-has-lang", "image-alt", "color-contrast"] {
        assert!(found.stdout.contains(rule), "{rule}: {}", found.stdout);
    }
}

/// The report and the 試験成績書 of an app of which one case fails, in Japanese.
fn of_an_app(folder: &Path) -> Vec<PathBuf> {
    let client = reference_client(Some("shows-lapsed-as-valid"));
    let mut args = vec!["run", "--lang", "ja", "--client", &client];
    args.extend(["happy/visual", "eligibility/expired"]);
    written(folder, "app", &args)
}

/// The same of a レセコン that lost characters, in English.
fn of_a_consumer(folder: &Path) -> Vec<PathBuf> {
    let importer = source("../clients/importer");
    let mapping = importer.join("mapping.yaml").display().to_string();
    let program = importer.join("importer.py");
    let client = format!("python3 '{}' --defect question-marks", program.display());
    let mut args = vec!["run", "--lang", "en", "--role", "consumer"];
    args.extend(["--client", &client, "--mapping", &mapping]);
    args.extend(["characters/level-3", "characters/zeros"]);
    written(folder, "consumer", &args)
}

/// Runs this and has both pages written.
fn written(folder: &Path, name: &str, args: &[&str]) -> Vec<PathBuf> {
    let pages = ["report", "record"].map(|page| folder.join(format!("{name}-{page}.html")));
    let [report, record] = pages.each_ref().map(|page| page.display().to_string());
    let out = folder.join(name).display().to_string();
    let mut args = args.to_vec();
    args.extend(["--html", &report, "--test-record", &record, "--out", &out]);
    let outcome = madoguchi(args);
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    pages.into()
}

/// The folder in which axe-core lies; none where something that it needs is missing.
fn axe(test: &str) -> Option<PathBuf> {
    let needed = ["node", "npm", "chromium", "chromedriver"];
    if !needed.iter().all(|program| have(program, test)) {
        return None;
    }
    let folder = made_once(&AXE.replace('@', "-"), |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", AXE, "--prefix"])
            .arg(folder)
            .args(["--no-package-lock", "--no-audit", "--no-fund"])
            .args(["--ignore-scripts", "--fetch-retries=1"])
            .current_dir(folder);
        let installed = run_within(INSTALLATION, &mut npm);
        match installed.code {
            Some(0) => Ok(()),
            _ => Err(format!("npm cannot install {AXE}: {}", installed.stderr)),
        }
    });
    match folder {
        Ok(folder) => Some(folder),
        Err(why) => {
            skip(test, &why);
            None
        }
    }
}

fn look(axe: &Path, pages: &[PathBuf]) -> Outcome {
    let mut node = Command::new("node");
    node.arg(source("accessibility/check.mjs")).arg(axe);
    node.args(pages);
    run_within(LOOK, &mut node)
}
