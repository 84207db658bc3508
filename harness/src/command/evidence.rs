//! Evidence bundles: sealed after a run, and verified by those who receive one.

use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::Path;

use madoguchi_judge::verdict::{Overall, Verdicts};
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Cover;
use madoguchi_report::evidence::{self, NotProven, Proven};
use madoguchi_terms::{Lang, harmless};
use madoguchi_transcription::judge_again;
use madoguchi_wire::Profile;

use super::screen;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;
use crate::whole;

/// Seals the cases and says the seal, which is to be told by another way than the bundle.
pub(super) fn seal(
    path: &Path,
    nonce: Option<&str>,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    lang: Lang,
) -> Result<String, Trouble> {
    let sealed = whole::write(path, |file| evidence::seal(file, cases, cover, nonce));
    let seal = sealed.map_err(|error| Trouble::Write {
        path: path.to_owned(),
        error,
    })?;
    let path = path.display();
    screen::say(writeln!(
        screen::standard_output(),
        "{}",
        lang.pick(
            format!("  証跡: {path}\n  封: {seal}"),
            format!("  evidence: {path}\n  seal: {seal}"),
        )
    ))?;
    Ok(seal)
}

/// Judges everything in a bundle again.
pub(super) fn verify(options: &cli::Verify, lang: Lang) -> Result<Exit, Trouble> {
    let path = &options.bundle;
    let file = File::open(path).map_err(|error| Trouble::Read {
        path: path.clone(),
        error,
    })?;
    let (nonce, seal) = (options.nonce.as_deref(), options.seal.as_deref());
    let proven = evidence::verify(BufReader::new(file), &judge_again)
        .and_then(|proven| proven.answers(nonce, seal).map(|()| proven))
        .and_then(|proven| on_its_profile(&proven).map(|()| proven))
        .map_err(|error| Trouble::Unproven {
            path: path.clone(),
            error,
        })?;
    screen::say(say(&proven, lang))?;
    Ok(Exit::PASS)
}

/// Compares the wire profile in the bundle, where there is one, with what the cases say of it.
fn on_its_profile(proven: &Proven) -> Result<(), NotProven> {
    let Some(text) = &proven.profile else {
        return Ok(());
    };
    let profile = Profile::parse("profile.yaml", text)
        .map_err(|error| NotProven::OtherProfile(error.to_string()))?;
    let named = |case: &&Verdicts| case.profile.name == profile.name();
    let mut of_it = proven.verdicts.iter().filter(named).peekable();
    let other = match of_it.peek() {
        None => Some(profile.name().to_owned()),
        Some(_) => of_it
            .find(|case| {
                !profile
                    .assumptions()
                    .map(|(id, _)| id)
                    .eq(&case.profile.assumptions)
            })
            .map(|case| case.scenario.clone()),
    };
    other.map_or(Ok(()), |other| Err(NotProven::OtherProfile(other)))
}

fn say(proven: &Proven, lang: Lang) -> io::Result<()> {
    let mut out = screen::standard_output();
    let Proven {
        manifest,
        seal,
        verdicts,
        profile,
    } = proven;
    let passed = verdicts
        .iter()
        .filter(|case| case.overall() == Overall::Passed)
        .count();
    let all = verdicts.len();
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("{all} 件の判定をすべてやり直し、束の中の判定と一字一句同じでした (合格 {passed}、それ以外 {})", all - passed),
            format!("{all} cases judged again, every verdict the same byte for byte ({passed} passed, {} did not)", all - passed),
        )
    )?;
    let client = verdicts.iter().find_map(|case| case.client.as_ref());
    let client = client.map(|client| format!("{} {}", client.name, client.version));
    let rows = [
        (lang.pick("製品", "product"), client.as_deref()),
        (
            lang.pick("ビルド", "build"),
            manifest.cover.build.as_deref(),
        ),
        (lang.pick("実施", "run"), manifest.cover.begun.as_deref()),
        (lang.pick("ツール", "tool"), Some(manifest.tool.as_str())),
        (
            lang.pick("試験一式", "suite"),
            Some(manifest.suite.as_str()),
        ),
        (
            lang.pick("電文プロファイル", "wire profile"),
            profile.as_ref().map(|_| "profile.yaml"),
        ),
        (lang.pick("番号", "nonce"), manifest.nonce.as_deref()),
        (lang.pick("封", "seal"), Some(seal.as_str())),
    ];
    for (name, value) in rows {
        // what a stranger wrote must not steer a terminal
        let value = harmless(value.unwrap_or("–"));
        writeln!(out, "  {name}: {value}")?;
    }
    for failure in &manifest.cover.known {
        let (scenario, requirement) = (&failure.scenario, &failure.requirement);
        let words = failure.in_words();
        let told = format!("{scenario} {requirement} – {}", words.get(lang));
        writeln!(out, "  {}", harmless(&told))?;
    }
    writeln!(
        out,
        "{}",
        lang.pick(
            "示すのは、判定が記録から導かれ、封の後に変わっていないことだけです。誰が実行したか、記録がこの製品のものかは示しません。公的な認定ではありません。",
            "This shows that the verdicts follow from the traces and that nothing changed since they were sealed. It does not show who ran it, nor that the traces are of this product. Not a certification.",
        )
    )
}
