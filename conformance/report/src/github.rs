//! Annotations of a GitHub Actions run: workflow commands on standard output. GitHub shows ten per
//! level and step and drops the rest, so the worst come first and the last says how many more.

use std::io::{self, Write};

use madoguchi_judge::verdict::{Outcome, Overall};
use madoguchi_requirements::Level;
use madoguchi_terms::{Lang, harmless};

use super::CaseReport;
use super::cover::Gap;
use super::known::Entry;

/// Annotations that GitHub shows per level.
const MOST: usize = 10;

/// Writes the annotations in `lang`; what there is no verdict on (`gaps`) comes first.
///
/// # Errors
/// Those of `out`.
pub fn write(
    out: &mut dyn Write,
    cases: &[CaseReport<'_>],
    gaps: &[Gap],
    lang: Lang,
) -> io::Result<()> {
    let mut levels: [(&str, Vec<(String, String)>); 3] = [
        ("error", Vec::new()),
        ("warning", Vec::new()),
        ("notice", Vec::new()),
    ];
    let told = |gap: &Gap| (gap.name.clone(), gap.why.get(lang).to_owned());
    levels[0].1.extend(gaps.iter().map(told));
    for case in cases {
        let scenario = &case.verdicts.scenario;
        if case.verdicts.overall() == Overall::CouldNotRun {
            let words = case.verdicts.conduct.in_words().unwrap_or_default();
            levels[0]
                .1
                .push((scenario.clone(), words.get(lang).to_owned()));
        }
        for undone in case.verdicts.told_undone() {
            let level = if case.verdicts.hangs_on(undone) { 0 } else { 2 };
            let act = format!("{scenario}: {}", undone.act());
            let more = [
                Some(undone.in_words()),
                undone.help(),
                undone.consequences(),
            ];
            let lines: Vec<&str> = more.iter().flatten().map(|text| text.get(lang)).collect();
            let text = format!("{}\n{}", lines.join("\n"), case.again);
            levels[level].1.push((act, text));
        }
        for verdict in &case.verdicts.verdicts {
            let id = &verdict.requirement;
            let (level, told) = match &verdict.outcome {
                Outcome::Fail(failure) => {
                    let level = match verdict.level {
                        Level::Must => 0,
                        Level::Should => 1,
                        Level::Advice => 2,
                    };
                    (level, failure.observed.get(lang))
                }
                Outcome::Inconclusive {
                    missing,
                    caused_by: None,
                    undone: None,
                } if verdict.named => (2, missing.get(lang)),
                Outcome::Error { because } => (0, because.get(lang)),
                _ => continue,
            };
            let known = case.known(verdict).map(Entry::in_words);
            let (level, told) = match &known {
                Some(known) => (2, format!("{}\n{told}", known.get(lang))),
                None => (level, told.to_owned()),
            };
            let likely = verdict.likely().map_or("", |likely| likely.get(lang));
            let again = case.again;
            let title = format!("{scenario}: {id}");
            levels[level]
                .1
                .push((title, format!("{told}\n{likely}\n{again}")));
        }
    }
    for (level, annotations) in &levels {
        let count = annotations.len();
        let shown = if count > MOST { MOST - 1 } else { count };
        for (title, text) in annotations.iter().take(shown) {
            command(out, level, title, text)?;
        }
        if count > shown {
            let more = count - shown;
            let title = lang.pick(format!("ほか {more} 件"), format!("{more} more"));
            let where_to = lang.pick("報告書を見てください", "see the report");
            command(out, level, &title, where_to)?;
        }
    }
    Ok(())
}

/// One workflow command; what would end it or begin another is escaped.
fn command(out: &mut dyn Write, level: &str, title: &str, text: &str) -> io::Result<()> {
    let lines: Vec<_> = text.lines().map(harmless).collect();
    let text = lines.join("\n").replace('%', "%25").replace('\n', "%0A");
    let title = harmless(title).replace('%', "%25");
    let title = title.replace(':', "%3A").replace(',', "%2C");
    writeln!(out, "::{level} title={title}::{text}")
}
