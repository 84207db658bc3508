//! The summary in Markdown, for the page of a pipeline's run: one screen where all is well, and
//! never more than a pipeline takes (GitHub: 1 MiB).

use std::fmt::Write as _;

use madoguchi_judge::beside::{Beside, marked};
use madoguchi_judge::verdict::Overall;
use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, Say as _};

use super::cover::Gap;
use super::inducing;
use super::overview::{Mark, Overview, topic_name};
use super::remark::remarks;
use super::soundness::Soundness;
use super::tested::Tested;
use super::{CaseReport, bindings, listed};

/// The longest summary, bytes: below the 1 MiB of `GITHUB_STEP_SUMMARY`.
const LONGEST: usize = 1_000_000;
/// Characters of one observed text.
const OBSERVED: usize = 300;

/// The summary in `lang`; what there is no verdict on (`gaps`) comes first.
#[must_use]
pub fn summary(cases: &[CaseReport<'_>], gaps: &[Gap], lang: Lang) -> String {
    let overview = Overview::new(cases.iter().map(|case| case.verdicts));
    let mut text = String::new();
    // writing to a String cannot fail
    let _ = head(&mut text, cases, gaps, &overview, lang);
    for one in inducing::of(cases.iter().map(|case| case.verdicts)) {
        let scenario = plain(&one.scenario, OBSERVED);
        let said = plain(&one.text(lang), OBSERVED);
        let _ = writeln!(text, "\n**{scenario}** `{}`: {said}", one.requirement);
    }
    let mut left_out = 0;
    for case in cases
        .iter()
        .filter(|c| c.verdicts.overall() != Overall::Passed)
    {
        let part = failed(case, lang);
        if text.len() + part.len() > LONGEST {
            left_out += 1;
        } else {
            text += &part;
        }
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "\n{}",
            lang.pick(
                format!("ほか {left_out} 件は大きさの都合で省略"),
                format!("{left_out} more left out to keep this short"),
            )
        );
    }
    text
}

fn head(
    text: &mut String,
    cases: &[CaseReport<'_>],
    gaps: &[Gap],
    overview: &Overview<'_>,
    lang: Lang,
) -> std::fmt::Result {
    let Overview {
        passed,
        failed,
        could_not_run,
        ..
    } = overview;
    let title = lang.pick("適合試験 (非公式)", "Conformance (unofficial)");
    writeln!(text, "## madoguchi: {title}\n")?;
    for gap in gaps {
        writeln!(text, "**{}**\n", plain(gap.why.get(lang), OBSERVED))?;
    }
    let [ok, bad, not_run] = lang.pick(
        ["合格", "不合格", "実行不能"],
        ["passed", "failed", "could not be run"],
    );
    writeln!(
        text,
        "**{passed} {ok} · {failed} {bad} · {could_not_run} {not_run}**\n"
    )?;
    if let Some(first) = cases.first() {
        let (profile, depth) = (&first.verdicts.profile.name, first.verdicts.depth);
        let declared = overview.assumption_free_percent().unwrap_or(0);
        let proven = overview.proven_free_percent().unwrap_or(0);
        writeln!(text, "{}\n", overview.levels.words().get(lang))?;
        writeln!(
            text,
            "{}\n",
            lang.pick(
                format!("{profile} · 観測の深さ {depth:?} · 想定によらない判定 {proven} % (宣言では {declared} %)。公的な認定ではない。"),
                format!("{profile} · depth {depth:?} · {proven} % of the verdicts proven without assumptions ({declared} % declared). Not a certification."),
            )
        )?;
    }
    let ways = bindings(cases);
    if !ways.is_empty() {
        let (title, ways) = (lang.pick("観測の方法", "Observed"), listed(&ways));
        writeln!(text, "{title}: {}\n", ways.get(lang))?;
    }
    writeln!(
        text,
        "| {} | ○ | × | ※ | △ | ― |\n|---|--:|--:|--:|--:|--:|",
        lang.pick("分野", "topic")
    )?;
    for topic in &overview.topics {
        let count = |mark| topic.rows.iter().filter(|row| row.mark == mark).count();
        let name = topic_name(topic.id);
        let marks = Mark::ALL.map(count);
        let [pass, fail, advised, open, untested] = marks;
        let name = plain(name.get(lang), OBSERVED);
        writeln!(
            text,
            "| {name} | {pass} | {fail} | {advised} | {open} | {untested} |"
        )?;
    }
    if let Some(tested) = Tested::of(cases.iter().map(|case| case.verdicts)) {
        let title = lang.pick("試験自身の試験", "The suite itself");
        writeln!(text, "\n{title}: {}", tested.words().get(lang))?;
    }
    if let Some(soundness) = Soundness::of(cases.iter().map(|case| case.verdicts)) {
        let title = lang.pick("正しいクライアントでの試験", "Correct clients");
        writeln!(text, "\n{title}: {}", soundness.words().get(lang))?;
    }
    Ok(())
}

/// A case that did not pass: cause and command first.
fn failed(case: &CaseReport<'_>, lang: Lang) -> String {
    let verdicts = case.verdicts;
    let mut text = format!("\n### ✘ {}\n\n", plain(&verdicts.scenario, OBSERVED));
    if let Some(conduct) = verdicts.conduct.in_words() {
        let _ = writeln!(text, "{}\n", plain(conduct.get(lang), OBSERVED));
    }
    for remark in remarks(case.trace) {
        let heading = remark.heading.get(lang);
        let _ = writeln!(text, "{heading}:\n");
        for line in &remark.lines {
            let _ = writeln!(text, "    {}", cut(line));
        }
        text.push('\n');
    }
    for undone in verdicts.told_undone() {
        let more = [undone.help(), undone.consequences()];
        let more = more
            .iter()
            .flatten()
            .map(|text| plain(text.get(lang), OBSERVED));
        let more: String = more.map(|text| format!("  \n  {text}")).collect();
        let words = plain(undone.in_words().get(lang), OBSERVED);
        let label = lang.pick("できない操作", "an act that could not be done");
        let _ = writeln!(text, "- **{words}** ({label}){more}");
    }
    for (verdict, failure) in verdicts.failed() {
        let likely = verdict.likely().map_or("", |likely| likely.get(lang));
        let (level, id) = (verdict.level.text(lang), &verdict.requirement);
        let observed = plain(failure.observed.get(lang), OBSERVED);
        let expected = plain(failure.expected.get(lang), OBSERVED);
        let [wanted, cause] = lang.pick(["期待", "原因の候補"], ["expected", "likely"]);
        let likely = plain(likely, OBSERVED);
        let known = case.known(verdict).map_or_else(String::new, |entry| {
            format!("  \n  **{}**", plain(entry.in_words().get(lang), OBSERVED))
        });
        let _ = writeln!(
            text,
            "- **{observed}** ({level} `{id}`){known}  \n  {wanted}: {expected}  \n  {cause}: {likely}"
        );
    }
    for pair in verdicts.records.iter().filter(|pair| pair.differs()) {
        text += &beside(pair, lang);
    }
    let fence = if case.again.contains("```") {
        "~~~~"
    } else {
        "```"
    };
    let _ = writeln!(
        text,
        "\n{fence}sh\n{}\n{fence}",
        case.again.replace('\n', " ")
    );
    text
}

/// A line of a block of code, which nothing in it can end.
fn cut(line: &str) -> String {
    line.chars().take(OBSERVED).collect()
}

/// The fields in which a record is not the delivered one, beside each other.
fn beside(pair: &Beside, lang: Lang) -> String {
    let none = lang.pick("(ない)", "(none)");
    let heading = |side: &Option<Wording>| {
        let heading = side.as_ref().map_or(none, |side| side.get(lang));
        plain(heading, OBSERVED)
    };
    let (left, right) = (heading(&pair.delivered), heading(&pair.exported));
    let name = plain(&pair.name, OBSERVED);
    let [field, cause] = lang.pick(["項目", "違い"], ["field", "difference"]);
    let mut text =
        format!("\n{name}\n\n| {field} | {left} | {right} | {cause} |\n|---|---|---|---|\n");
    for line in &pair.fields {
        let Some(became) = &line.became else { continue };
        let label = plain(line.label.get(lang), OBSERVED);
        let [left, right] = [&line.delivered, &line.exported].map(|pieces| match &**pieces {
            [] => lang.pick("(空)", "(blank)").to_owned(),
            some => plain(&marked(some), OBSERVED),
        });
        let words = plain(became.words.get(lang), OBSERVED);
        let _ = writeln!(text, "| {label} | {left} | {right} | {words} |");
    }
    text
}

/// A text in which nothing is markup, of at most `longest` characters.
fn plain(text: &str, longest: usize) -> String {
    let mut plain = String::new();
    for c in text.chars().take(longest) {
        match c {
            '\n' | '\r' => plain.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '@' | '!' | '~' => {
                plain.push('\\');
                plain.push(c);
            }
            _ if c.is_control() => {}
            _ => plain.push(c),
        }
    }
    if text.chars().nth(longest).is_some() {
        plain.push('…');
    }
    plain
}
