//! One file to attach to a ticket: what happened, the smallest case, what was expected and what was
//! observed, what came when, how it is run again, and by which versions. In both languages, in
//! Markdown, of nothing but a redacted trace; of the client's command it has nothing, since that may
//! name a place on a user's disk.

use std::fmt::Write as _;

use madoguchi_judge::verdict::{Verdict, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, Say as _, harmless};
use madoguchi_trace::Trace;

use crate::timeline::Timeline;

/// What a ticket is made of.
#[derive(Debug)]
pub struct Ticket<'a> {
    /// The trace of the case.
    pub trace: &'a Trace,
    /// Its verdicts.
    pub verdicts: &'a Verdicts,
    /// The scenario as a file.
    pub scenario: &'a str,
    /// What each line of it is there for, where that was tried: the line, and what happens without.
    pub lines: &'a [(String, Wording)],
    /// What a correct client makes of the case, where that was tried.
    pub control: Option<bool>,
    /// Program and version that made it.
    pub tool: &'a str,
}

/// Events of the timeline that a person reads.
const MOST: usize = 120;

impl Ticket<'_> {
    /// The ticket as Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // writing to a String cannot fail
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        self.title(text)?;
        self.findings(text)?;
        self.case(text)?;
        self.timeline(text)?;
        self.again(text)
    }

    fn failed(&self) -> impl Iterator<Item = &Verdict> {
        let failed = self.verdicts.failed();
        failed.map(|(verdict, _)| verdict)
    }

    fn title(&self, text: &mut String) -> std::fmt::Result {
        let ids: Vec<&str> = self.failed().map(|one| one.requirement.as_str()).collect();
        let subject = match ids.first() {
            Some(first) => cell(first),
            None => "–".to_owned(),
        };
        writeln!(text, "# {subject}\n")?;
        writeln!(
            text,
            "madoguchi (非公式 / unofficial) · 架空の人物と試験用の鍵だけを含みます / invented persons and test keys only\n"
        )?;
        heading(text, "何が起きたか", "What happened")?;
        if let Some(words) = self.verdicts.conduct.in_words() {
            both(text, &words)?;
        }
        for verdict in self.failed() {
            let stated = madoguchi_requirements::builtin().get(&verdict.requirement);
            if let Some(stated) = stated {
                let ja = format!(
                    "{} {}",
                    stated.level.text(Lang::Ja),
                    stated.text.text(Lang::Ja)
                );
                let en = format!(
                    "{} {}",
                    stated.level.text(Lang::En),
                    stated.text.text(Lang::En)
                );
                both(text, &Wording::new(ja, en))?;
            }
        }
        let control = match self.control {
            Some(true) => Wording::new(
                "正しいアプリ (参照クライアント) は同じ場面に合格します。",
                "A correct client (the reference client) passes the same case.",
            ),
            Some(false) => Wording::new(
                "正しいアプリもこの場面を通りません。このアプリの誤りの証拠にはなりません。",
                "A correct client does not pass this case either: it is no evidence against this one.",
            ),
            None => Wording::new(
                "正しいアプリで試してはいません (madoguchi shrink が確かめます)。",
                "No correct client was tried (madoguchi shrink does that).",
            ),
        };
        both(text, &control)
    }

    fn findings(&self, text: &mut String) -> std::fmt::Result {
        heading(text, "期待と実際", "Expected and observed")?;
        let catalogue = madoguchi_requirements::builtin();
        for (verdict, failure) in self.verdicts.failed() {
            writeln!(text, "### `{}`\n", cell(&verdict.requirement))?;
            row_head(text)?;
            let mut row = |ja: &str, en: &str, words: &Wording| {
                let (told_ja, told_en) = (cell(&words.ja), cell(&words.en));
                writeln!(text, "| {ja} | {told_ja} |\n| {en} | {told_en} |")
            };
            row("期待", "expected", &failure.expected)?;
            row("実際", "observed", &failure.observed)?;
            if let Some(likely) = verdict.likely() {
                row("原因の候補", "likely", likely)?;
            }
            let stated = catalogue.get(&verdict.requirement);
            for source in stated.iter().flat_map(|stated| &stated.sources) {
                if let Some(document) = catalogue.document(&source.document) {
                    let (title, date) = (&document.title, &document.date);
                    let place = cell(&format!("{title} ({date}), {}", source.place));
                    writeln!(text, "| 根拠 / source | {place} |")?;
                }
            }
            if verdict.assumed {
                writeln!(
                    text,
                    "| 想定 / assumed | 公的な資料にはない / no public document states it |"
                )?;
            }
            writeln!(text)?;
        }
        Ok(())
    }

    fn case(&self, text: &mut String) -> std::fmt::Result {
        heading(text, "最小の場面", "The smallest case")?;
        let purpose = &self.verdicts.purpose;
        both(text, purpose)?;
        // A scenario has no fence of its own: its texts are quoted in one line.
        writeln!(text, "```yaml\n{}```\n", self.scenario)?;
        if !self.lines.is_empty() {
            writeln!(
                text,
                "| この行がないと / without this line | 結果 | it |\n|---|---|---|"
            )?;
            for (line, without) in self.lines {
                let (line, ja, en) = (cell(line), cell(&without.ja), cell(&without.en));
                writeln!(text, "| `{line}` | {ja} | {en} |")?;
            }
            writeln!(text)?;
        }
        Ok(())
    }

    fn timeline(&self, text: &mut String) -> std::fmt::Result {
        heading(text, "時系列", "Timeline")?;
        let timeline = Timeline::new(self.trace, self.verdicts);
        let from = timeline.rows.len().saturating_sub(MOST);
        if from + timeline.left_out > 0 {
            let left = from + timeline.left_out;
            both(
                text,
                &Wording::new(
                    format!("はじめの {left} 件は省略。"),
                    format!("{left} events before these are left out."),
                ),
            )?;
        }
        writeln!(
            text,
            "| 秒 / s | 出来事 | event | 反する要件 / breaks |\n|---|---|---|---|"
        )?;
        for row in &timeline.rows[from..] {
            let (ja, en) = (cell(&row.text.ja), cell(&row.text.en));
            let broken = row.broken.join(", ");
            let mark = if row.leads { "→ " } else { "" };
            writeln!(
                text,
                "| {} | {mark}{ja} | {mark}{en} | {broken} |",
                row.time
            )?;
        }
        writeln!(text)
    }

    fn again(&self, text: &mut String) -> std::fmt::Result {
        heading(text, "もう一度実行するには", "How to run it again")?;
        let header = &self.trace.header;
        let (seed, profile) = (header.seed, &header.profile.name);
        writeln!(
            text,
            "上の YAML を `case.yaml` として保存し、次を実行します。 / Save the YAML above as `case.yaml`, then:\n\n\
             ```\nmadoguchi run case.yaml --client \"…\" --seed {seed} --profile {profile}\n```\n"
        )?;
        heading(text, "版", "Versions")?;
        writeln!(
            text,
            "| | |\n|---|---|\n| madoguchi | {} |",
            cell(self.tool)
        )?;
        let recorded = cell(&header.tool);
        writeln!(text, "| 記録 / recorded by | {recorded} |")?;
        writeln!(text, "| 電文 / wire | {} |", cell(profile))?;
        if let Some(client) = &header.client {
            let named = format!("{} {}", client.name, client.version);
            writeln!(text, "| アプリ / client | {} |", cell(named.trim()))?;
            writeln!(text, "| 観測の深さ / depth | {:?} |", client.depth)?;
        }
        writeln!(text, "| 場面の時刻 / at | {} |", cell(&header.at))
    }
}

fn heading(text: &mut String, ja: &str, en: &str) -> std::fmt::Result {
    writeln!(text, "## {ja} / {en}\n")
}

fn both(text: &mut String, words: &Wording) -> std::fmt::Result {
    writeln!(text, "- {}\n- {}\n", cell(&words.ja), cell(&words.en))
}

fn row_head(text: &mut String) -> std::fmt::Result {
    writeln!(text, "| | |\n|---|---|")
}

/// A text in one line, that no reader of Markdown takes for more than a text.
fn cell(text: &str) -> String {
    let safe = harmless(text);
    let mut cell = String::new();
    for c in safe.chars() {
        match c {
            '\n' | '\r' => cell.push(' '),
            // Ids and labels read as they are; only what begins a mark is marked.
            '|' | '<' | '`' | '[' | '\\' => cell.extend(['\\', c]),
            c => cell.push(c),
        }
    }
    cell
}
