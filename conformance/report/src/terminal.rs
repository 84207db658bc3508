//! The report on a terminal: the failing line, its cause and the one command first, in 80 columns.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use madoguchi_judge::finding::Failure;
use madoguchi_judge::verdict::{Conduct, Outcome, Overall, Verdict, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_requirements::Requirement;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::Binding;
use madoguchi_trace::{ProfileNote, Trace};

use super::known::Entry;
use super::levels::Levels;
use super::overview::Overview;
use super::remark::remarks;
use super::width::{fitted, padded, wrapped};
use super::{CaseReport, counts, inducing, strange};
use crate::describe::describe;

/// Columns of the terminal.
const COLUMNS: usize = 80;
/// Columns of a scenario id.
const ID: usize = 21;
/// Columns of a purpose.
const PURPOSE: usize = 30;
/// Columns before a text below a case.
const INDENT: usize = 15;

/// The terminal report in one language and one set of styles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    lang: Lang,
    styles: Styles,
}

/// How the report looks. Style carries no meaning alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Styles {
    /// What passed.
    pub good: Style,
    /// What failed.
    pub bad: Style,
    /// What was not decided.
    pub open: Style,
    /// What matters less.
    pub quiet: Style,
    /// What matters more.
    pub strong: Style,
}

impl Styles {
    /// No escape sequences at all.
    #[must_use]
    pub const fn plain() -> Self {
        let none = Style::new();
        Self {
            good: none,
            bad: none,
            open: none,
            quiet: none,
            strong: none,
        }
    }

    /// The colours of a terminal that has them.
    #[must_use]
    pub const fn coloured() -> Self {
        Self {
            good: AnsiColor::Green.on_default(),
            bad: AnsiColor::Red.on_default().bold(),
            open: AnsiColor::Yellow.on_default(),
            quiet: Style::new().dimmed(),
            strong: Style::new().bold(),
        }
    }
}

impl Terminal {
    /// A report in `lang`.
    #[must_use]
    pub const fn new(lang: Lang, styles: Styles) -> Self {
        Self { lang, styles }
    }

    /// What is going to be run, with which client, on which wire.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn opening(
        &self,
        out: &mut dyn Write,
        count: usize,
        client: &str,
        profile: &ProfileNote,
    ) -> io::Result<()> {
        let (name, assumptions) = (&profile.name, profile.assumptions.len());
        let text = self.lang.pick(
            format!("{client} で {count} シナリオを実行 ({name}、非公式、想定 {assumptions} 件)"),
            format!(
                "Running {} with {client} ({name}, unofficial, {})",
                counted(count, "scenario"),
                counted(assumptions, "assumption"),
            ),
        );
        writeln!(out, "{text}\n")
    }

    /// One line for one case, and below it whatever is wrong.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn case(&self, out: &mut dyn Write, case: &CaseReport<'_>) -> io::Result<()> {
        self.line(out, case)?;
        let verdicts = case.verdicts;
        if verdicts.overall() == Overall::Passed {
            let failed: Vec<_> = verdicts.failed().collect();
            self.undone(out, verdicts)?;
            return self.advice(out, &failed);
        }
        writeln!(out)?;
        self.conduct(out, verdicts)?;
        self.remarks(out, case)?;
        self.undone(out, verdicts)?;
        if verdicts.told_undone().next().is_some() {
            writeln!(out)?;
        }
        let (at_length, briefly): (Vec<_>, Vec<_>) = verdicts
            .failed()
            .partition(|(verdict, _)| is_why_it_failed(verdict, verdicts));
        for (verdict, failure) in at_length {
            self.failure(out, case, verdict, failure)?;
        }
        self.undecided(out, case)?;
        self.advice(out, &briefly)?;
        if briefly.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }

    /// One line for a case of which everything that is wrong is known, and below it why that is accepted.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn known(
        &self,
        out: &mut dyn Write,
        case: &CaseReport<'_>,
        entries: &[&Entry],
    ) -> io::Result<()> {
        self.marked(out, case, ("~", self.styles.open))?;
        for entry in entries {
            let (id, because, until) = (&entry.requirement, &entry.because, &entry.until);
            let label = self.lang.pick("既知", "known");
            let until = self
                .lang
                .pick(format!("{until} まで"), format!("until {until}"));
            self.row(out, label, &format!("{id}: {because} ({until})"))?;
        }
        Ok(())
    }

    /// Acts that could not be done, each with what hangs on it.
    fn undone(&self, out: &mut dyn Write, verdicts: &Verdicts) -> io::Result<()> {
        for undone in verdicts.told_undone() {
            let label = self.lang.pick("できない", "not done");
            self.row(out, label, undone.in_words().get(self.lang))?;
            let more = [undone.help(), undone.consequences()];
            for text in more.iter().flatten() {
                self.row(out, "", text.get(self.lang))?;
            }
        }
        Ok(())
    }

    /// Advice that was not followed and does not count, in a line or two each.
    fn advice(&self, out: &mut dyn Write, failed: &[(&Verdict, &Failure)]) -> io::Result<()> {
        for (verdict, failure) in failed {
            let (level, id) = (verdict.level.text(self.lang), &verdict.requirement);
            let observed = failure.observed.get(self.lang);
            self.row(out, &level, &format!("{id}: {observed}"))?;
        }
        Ok(())
    }

    fn line(&self, out: &mut dyn Write, case: &CaseReport<'_>) -> io::Result<()> {
        let mark = match case.verdicts.overall() {
            Overall::Passed => ("✔", self.styles.good),
            Overall::Failed => ("✘", self.styles.bad),
            Overall::CouldNotRun => ("!", self.styles.bad),
        };
        self.marked(out, case, mark)
    }

    fn marked(
        &self,
        out: &mut dyn Write,
        case: &CaseReport<'_>,
        (mark, style): (&str, Style),
    ) -> io::Result<()> {
        let verdicts = case.verdicts;
        let id = if verdicts.scenario.is_empty() {
            "—"
        } else {
            &verdicts.scenario
        };
        let took = case
            .took
            .map_or_else(String::new, |took| format!("{:.2} s", took.as_secs_f64()));
        let (apdus, exchanges) = case.trace.map_or((0, 0), counts);
        // The name of a variant is to be copied whole, and says enough.
        let title = if id.contains('@') {
            padded(id, ID + 1 + PURPOSE)
        } else {
            let purpose = fitted(verdicts.purpose.get(self.lang), PURPOSE);
            format!("{} {}", padded(id, ID), padded(&purpose, PURPOSE))
        };
        writeln!(
            out,
            "  {style}{mark}{style:#} {title} {took:>6} {apdus:>3} APDU {exchanges:>2} HTTP"
        )
    }

    fn conduct(&self, out: &mut dyn Write, verdicts: &Verdicts) -> io::Result<()> {
        match verdicts.conduct.in_words() {
            Some(text) => writeln!(out, "    {}\n", text.get(self.lang)),
            None => Ok(()),
        }
    }

    /// What the client said of its own trouble.
    fn remarks(&self, out: &mut dyn Write, case: &CaseReport<'_>) -> io::Result<()> {
        let said = remarks(case.trace);
        for remark in &said {
            let place = self.place(case.trace, remark.at);
            writeln!(out, "    {} ({place})", remark.heading.get(self.lang))?;
            let lines = remark.lines.iter();
            for line in lines.flat_map(|line| wrapped(line, COLUMNS - 8)) {
                writeln!(out, "      | {line}")?;
            }
        }
        if said.is_empty() {
            return Ok(());
        }
        writeln!(out)
    }

    fn failure(
        &self,
        out: &mut dyn Write,
        case: &CaseReport<'_>,
        verdict: &Verdict,
        failure: &Failure,
    ) -> io::Result<()> {
        let requirement = madoguchi_requirements::builtin().get(&verdict.requirement);
        self.requirement(out, verdict, requirement, self.styles.bad)?;
        let [expected, observed, place, before, likely, known, again] = self.lang.pick(
            [
                "期待",
                "実際",
                "場所",
                "直前",
                "原因の候補",
                "既知",
                "再実行",
            ],
            [
                "expected",
                "observed",
                "where",
                "before it",
                "likely",
                "known",
                "again",
            ],
        );
        self.row(out, expected, failure.expected.get(self.lang))?;
        self.row(out, observed, failure.observed.get(self.lang))?;
        self.row(out, place, &self.place(case.trace, failure.at))?;
        let mut label = before;
        for seq in &failure.before {
            if let Some(event) = case.trace.and_then(|trace| trace.event(*seq)) {
                self.row(
                    out,
                    label,
                    &format!("#{seq} {}", describe(&event.what, self.lang)),
                )?;
                label = "";
            }
        }
        if let Some(cause) = verdict.likely() {
            self.row(out, likely, cause.get(self.lang))?;
        }
        if let Some(entry) = case.known(verdict) {
            self.row(out, known, entry.in_words().get(self.lang))?;
        }
        self.row(out, again, case.again)?;
        writeln!(out)
    }

    /// Level, id and text, and who says so.
    fn requirement(
        &self,
        out: &mut dyn Write,
        verdict: &Verdict,
        requirement: Option<&Requirement>,
        style: Style,
    ) -> io::Result<()> {
        let (level, id) = (verdict.level.text(self.lang), &verdict.requirement);
        let level = padded(&level, INDENT - 5);
        let text = requirement.map_or("", |requirement| requirement.text.get(self.lang));
        writeln!(
            out,
            "    {style}{level}{style:#} {}{id}{:#}",
            self.styles.strong, self.styles.strong
        )?;
        self.below(out, text, Style::new())?;
        let quiet = self.styles.quiet;
        for source in requirement.map_or(&[][..], |requirement| &requirement.sources) {
            let catalogue = madoguchi_requirements::builtin();
            self.below(out, &catalogue.cite(source), quiet)?;
            // An address is to be copied whole.
            if let Some(address) = catalogue.address(source) {
                writeln!(out, "{}{quiet}{address}{quiet:#}", " ".repeat(INDENT))?;
            }
        }
        if let Some(because) = requirement.and_then(|requirement| requirement.because.as_ref()) {
            let word = self.lang.pick("理由", "why");
            self.below(out, &format!("{word}: {}", because.get(self.lang)), quiet)?;
        }
        Ok(())
    }

    /// A text below the requirement's id.
    fn below(&self, out: &mut dyn Write, text: &str, style: Style) -> io::Result<()> {
        for line in wrapped(text, COLUMNS - INDENT) {
            writeln!(out, "{}{style}{line}{style:#}", " ".repeat(INDENT))?;
        }
        Ok(())
    }

    /// A labelled text; a line that a reader copies stays whole.
    fn row(&self, out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
        let quiet = self.styles.quiet;
        let is_command = text.starts_with("madoguchi ");
        let lines = if is_command {
            vec![text.to_owned()]
        } else {
            wrapped(text, COLUMNS - INDENT)
        };
        let labels = std::iter::once(label).chain(std::iter::repeat(""));
        for (line, label) in lines.iter().zip(labels) {
            writeln!(
                out,
                "    {quiet}{}{quiet:#} {line}",
                padded(label, INDENT - 5)
            )?;
        }
        Ok(())
    }

    fn place(&self, trace: Option<&Trace>, seq: u64) -> String {
        let line = seq + 1;
        let place = self.lang.pick(
            format!("トレース {line} 行目"),
            format!("trace line {line}"),
        );
        let event = trace.and_then(|trace| trace.event(seq));
        match event {
            Some(event) => {
                let (whole, milli) = (event.us / 1_000_000, event.us / 1_000 % 1_000);
                format!("{place}, +{whole}.{milli:03} s")
            }
            None => place,
        }
    }

    /// Required verdicts that are missing: at length where nothing above explains them.
    fn undecided(&self, out: &mut dyn Write, case: &CaseReport<'_>) -> io::Result<()> {
        let verdicts = case.verdicts;
        let explained = verdicts.conduct != Conduct::Complete
            || verdicts
                .undone
                .iter()
                .any(|undone| verdicts.hangs_on(undone))
            || verdicts
                .failed()
                .any(|(verdict, _)| is_why_it_failed(verdict, verdicts));
        let mut briefly = false;
        for verdict in verdicts
            .verdicts
            .iter()
            .filter(|verdict| verdict.counts_against())
        {
            let (missing, cause): (&Wording, _) = match &verdict.outcome {
                // told with the act
                Outcome::Inconclusive {
                    undone: Some(_), ..
                } => continue,
                Outcome::Inconclusive {
                    missing, caused_by, ..
                } => (missing, caused_by.as_deref()),
                Outcome::Error { because } => (because, None),
                _ => continue,
            };
            let missing = missing.get(self.lang);
            let undecided = self.lang.pick("判定不能", "undecided");
            if explained {
                let label = if briefly { "" } else { undecided };
                let why = cause.map_or(missing, |cause| cause);
                self.row(out, label, &format!("{} ({why})", verdict.requirement))?;
                briefly = true;
            } else {
                let requirement = madoguchi_requirements::builtin().get(&verdict.requirement);
                self.requirement(out, verdict, requirement, self.styles.open)?;
                self.row(out, undecided, missing)?;
                if let Some(entry) = case.known(verdict) {
                    let known = self.lang.pick("既知", "known");
                    self.row(out, known, entry.in_words().get(self.lang))?;
                }
                self.row(out, self.lang.pick("再実行", "again"), case.again)?;
                writeln!(out)?;
            }
        }
        if briefly { writeln!(out) } else { Ok(()) }
    }

    /// Counts, and what the whole rests on.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn summary(&self, out: &mut dyn Write, cases: &[CaseReport<'_>]) -> io::Result<()> {
        let verdicts = || cases.iter().map(|case| case.verdicts);
        let count = |overall| verdicts().filter(|case| case.overall() == overall).count();
        let passed = count(Overall::Passed);
        let others = [
            (count(Overall::Failed), self.lang.pick("不合格", "failed")),
            (
                count(Overall::CouldNotRun),
                self.lang.pick("実行不能", "could not be run"),
            ),
        ];
        let others: String = others
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!(" · {n} {word}"))
            .collect();
        let decided: BTreeSet<&str> = verdicts()
            .flat_map(|case| &case.verdicts)
            .filter(|verdict| matches!(verdict.outcome, Outcome::Pass | Outcome::Fail(_)))
            .map(|verdict| verdict.requirement.as_str())
            .collect();
        let checked = decided.len();
        let ok = self.lang.pick("合格", "passed");
        let requirements = self.lang.pick(
            format!("{checked} 要件を判定"),
            format!("{} checked", counted(checked, "requirement")),
        );
        if verdicts()
            .next_back()
            .is_none_or(|last| last.overall() == Overall::Passed)
        {
            writeln!(out)?;
        }
        self.inducing(out, cases)?;
        writeln!(out, "  {passed} {ok}{others} · {requirements}")?;
        let levels = Levels::of(verdicts()).words();
        writeln!(out, "  {}", levels.get(self.lang))?;
        self.basis(out, cases)?;
        self.strange(out, cases)
    }

    /// The unknown words, to be copied.
    fn strange(&self, out: &mut dyn Write, cases: &[CaseReport<'_>]) -> io::Result<()> {
        let all = strange::of(cases);
        if all.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        for line in wrapped(strange::heading(&all).get(self.lang), COLUMNS - 2) {
            writeln!(out, "  {line}")?;
        }
        for line in strange::block(&all, self.lang).lines() {
            writeln!(out, "    {line}")?;
        }
        writeln!(out)
    }

    /// Which values make variants fail.
    fn inducing(&self, out: &mut dyn Write, cases: &[CaseReport<'_>]) -> io::Result<()> {
        let found = inducing::of(cases.iter().map(|case| case.verdicts));
        for one in &found {
            let (scenario, requirement) = (&one.scenario, &one.requirement);
            writeln!(
                out,
                "  {}{scenario}{:#} {requirement}",
                self.styles.strong, self.styles.strong
            )?;
            for line in wrapped(&one.text(self.lang), COLUMNS - 4) {
                writeln!(out, "    {line}")?;
            }
        }
        if found.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }

    /// Unofficial, on which wire, how deep, resting on what.
    fn basis(&self, out: &mut dyn Write, cases: &[CaseReport<'_>]) -> io::Result<()> {
        let Some(first) = cases.first() else {
            return Ok(());
        };
        let assumptions: BTreeSet<&str> = cases
            .iter()
            .flat_map(|case| &case.verdicts.assumptions)
            .map(String::as_str)
            .collect();
        let assumptions: Vec<&str> = assumptions.into_iter().collect();
        let list = if assumptions.is_empty() {
            "—".to_owned()
        } else {
            assumptions.join(" ")
        };
        let (profile, depth) = (&first.verdicts.profile.name, first.verdicts.depth);
        // An app that speaks the contract is the rule; its depth says how much it tells.
        let binding = first.verdicts.binding;
        let binding = binding.filter(|binding| *binding != Binding::JsonLines);
        let binding = binding.map(Binding::words);
        let (by_ja, by_en) = binding.map_or_else(Default::default, |words| {
            (format!(" · {}", words.ja), format!(" · {}", words.en))
        });
        let overview = Overview::new(cases.iter().map(|case| case.verdicts));
        let share = overview.assumption_free_percent();
        let share = share.zip(overview.proven_free_percent());
        let (free_ja, free_en) = share.map_or_else(Default::default, |(declared, proven)| {
            (
                format!(" · 想定によらない判定 {proven} % (宣言では {declared} %)"),
                format!(" · {proven} % proven without assumptions ({declared} % declared)"),
            )
        });
        let text = self.lang.pick(
            format!("非公式 · {profile} · 観測の深さ {depth:?}{by_ja}{free_ja} · 前提 {list}"),
            format!("unofficial · {profile} · depth {depth:?}{by_en}{free_en} · rests on {list}"),
        );
        let quiet = self.styles.quiet;
        for line in wrapped(&text, COLUMNS - 2) {
            writeln!(out, "  {quiet}{line}{quiet:#}")?;
        }
        let hidden: BTreeSet<&str> = cases
            .iter()
            .flat_map(|case| &case.verdicts.verdicts)
            .filter(|verdict| {
                let needed = madoguchi_requirements::builtin()
                    .get(&verdict.requirement)
                    .map(|r| r.depth);
                needed.is_some_and(|needed| needed > depth)
            })
            .map(|verdict| verdict.requirement.as_str())
            .collect();
        if hidden.is_empty() {
            return Ok(());
        }
        let n = hidden.len();
        let text = self.lang.pick(
            format!("この深さでは見えない要件: {n}"),
            format!(
                "not observable at this depth: {}",
                counted(n, "requirement")
            ),
        );
        writeln!(out, "  {quiet}{text}{quiet:#}")
    }
}

/// Whether a failure counts against the client, by itself or as what keeps something from being decided.
fn is_why_it_failed(failed: &Verdict, verdicts: &Verdicts) -> bool {
    let mut open = verdicts.verdicts.iter().filter(|one| one.counts_against());
    failed.counts_against()
        || open.any(|one| match &one.outcome {
            Outcome::Inconclusive { caused_by, .. } => {
                caused_by.as_deref() == Some(failed.requirement.as_str())
            }
            _ => false,
        })
}

/// A number of things in English.
fn counted(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}
