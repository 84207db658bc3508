//! `madoguchi import`: logs of a field failure in; a redacted timeline, and a scenario, out.
//!
//! Everything is made in memory and searched for values of the logs before the first file is there.

mod phantom;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use madoguchi_incident::{
    Draft, Fidelity, Incident, Input, Log, Named, Order, Origin, Patterns, Place, Withheld, Writer,
    place,
};
use madoguchi_notation::Wording;
use madoguchi_scenarios::Scenario;
use madoguchi_terms::Lang;
use serde_json::{Value as Json, json};

use super::decode::{read_log, read_logs, read_standard_input, unread};
use super::names::known;
use super::trouble::Trouble;
use super::{draft, input, reports, screen};
use crate::cli;
use crate::exit::Exit;

pub(super) fn import(options: &cli::Import, lang: Lang) -> Result<Exit, Trouble> {
    if options.patterns_example {
        screen::say(write!(screen::standard_output(), "{}", Patterns::EXAMPLE))?;
        return Ok(Exit::PASS);
    }
    let patterns = options.patterns.as_deref().map(patterns).transpose()?;
    if options.from == Some(Writer::App) && patterns.is_none() {
        return Err(Trouble::NoPatterns);
    }
    let mut logs = Vec::new();
    for log in &options.logs {
        logs.push(if log.as_os_str() == "-" {
            read_standard_input()?
        } else {
            read_log(log)?
        });
    }
    let named = |file: &Path| options.logs.iter().position(|log| log == file);
    let mut clocks = vec![None; logs.len()];
    for clock in &options.clocks {
        let at = named(&clock.log).ok_or_else(|| Trouble::NoSuchLog(clock.log.clone()))?;
        clocks[at] = Some(clock.us);
    }
    let read = logs.iter().zip(clocks).map(|(bytes, clock)| Log {
        bytes,
        writer: options.from,
        patterns: patterns.as_ref(),
        clock,
    });
    let incident = read_logs(&read.collect::<Vec<_>>())?;
    drop(logs);
    screen::say(say_inputs(&incident, lang))?;
    if options.dry_run {
        return Ok(Exit::PASS);
    }
    let draft = (!options.redact_only).then(|| Draft::of(&incident));
    let (files, fidelity) = files(&incident, draft.as_ref(), lang)?;
    fs::create_dir_all(&options.out).map_err(|error| Trouble::Write {
        path: options.out.clone(),
        error,
    })?;
    for (name, text) in &files {
        draft::write_private(&options.out.join(name), text)?;
    }
    if let Some(fidelity) = &fidelity {
        let mut out = screen::standard_output();
        screen::say(phantom::say(&mut out, fidelity, &incident.inputs, lang))?;
    }
    screen::say(say_files(&options.out, draft.as_ref(), &incident, lang))?;
    let is_explained = draft.is_none_or(|draft| draft.unexplained.is_empty());
    Ok(if is_explained { Exit::PASS } else { Exit::FAIL })
}

fn patterns(path: &Path) -> Result<Patterns, Trouble> {
    let text = input::text(path, input::WRITTEN)?;
    Patterns::parse(&path.display().to_string(), &text).map_err(Trouble::Scenario)
}

/// The files by name, with their texts.
type Files = Vec<(&'static str, String)>;

/// The files; none of them holds a value of the logs. With a draft, how our card compares with the
/// field's, too.
fn files(
    incident: &Incident,
    draft: Option<&Draft>,
    lang: Lang,
) -> Result<(Files, Option<Fidelity>), Trouble> {
    let mut files = Vec::new();
    let mut fidelity = None;
    if let Some(draft) = draft {
        let text = draft.yaml(&incident.inputs, lang);
        let scenario = Scenario::parse("incident/scenario", "scenario.yaml", &text, known())
            .map_err(Trouble::Scenario)?;
        fidelity = Some(phantom::ask(incident, draft, &scenario));
        files.push(("scenario.yaml", text));
    }
    let mut trace = Vec::new();
    incident
        .trace(reports::TOOL)
        .write(&mut trace)
        .unwrap_or_else(|error| unreachable!("memory can be written: {error}"));
    files.push(("trace.jsonl", String::from_utf8_lossy(&trace).into_owned()));
    let told = serde_json::to_string_pretty(&told(incident, draft, fidelity.as_ref()))
        .unwrap_or_else(|error| unreachable!("JSON is plain data: {error}"));
    files.push(("incident.json", told + "\n"));
    if files.iter().any(|(_, text)| incident.leaks_in(text) > 0) {
        return Err(Trouble::Leaked);
    }
    Ok((files, fidelity))
}

/// What a machine reads of it.
fn told(incident: &Incident, draft: Option<&Draft>, fidelity: Option<&Fidelity>) -> Json {
    let both =
        |wording: &Wording| json!({ "ja": wording.get(Lang::Ja), "en": wording.get(Lang::En) });
    let inputs = incident.inputs.iter().map(|input| {
        json!({
            "log": input.log + 1,
            "writer": input.writer.to_string(),
            "lines": input.known,
            "damaged": input.damaged,
            "exchanges": input.exchanges,
            "unpaired": input.unpaired,
            "clock": clock(input),
            "order": input.order.as_ref().map(|order| json!({
                "uncertain_us": order.uncertain,
                "holds_earlier_us": order.earlier,
                "holds_later_us": order.later,
                "unsure": order.unsure.iter().map(|(before, after)| {
                    [before, after].map(|at| place(&incident.inputs, *at, Lang::En))
                }).collect::<Json>(),
            })),
        })
    });
    let unknown = incident
        .unknown
        .iter()
        .map(|log| json!({ "log": log.log + 1, "lines": log.lines, "unknown": log.unknown }));
    let withheld = incident.withheld();
    let withheld = withheld.iter().map(|(class, places)| {
        let places: Vec<String> = places
            .iter()
            .map(|at| place(&incident.inputs, *at, Lang::En))
            .collect();
        json!({ "class": class.name(), "count": places.len(), "places": places })
    });
    let mut told = json!({
        "madoguchi_incident": 1,
        "tool": reports::TOOL,
        "inputs": inputs.collect::<Json>(),
        "unknown": unknown.collect::<Json>(),
        "withheld": withheld.collect::<Json>(),
    });
    let named = named(incident);
    if !named.is_empty() {
        told["named"] = named.into();
    }
    if let Some(draft) = draft {
        let [read, implied, one_of, filled_in] = draft.marks();
        let unexplained = draft.unexplained.iter().map(|one| {
            json!({ "at": place(&incident.inputs, one.at, Lang::En), "what": both(&one.what) })
        });
        told["lines"] = json!({
            "read": read, "implied": implied, "one-of": one_of, "filled-in": filled_in,
        });
        told["unexplained"] = unexplained.collect();
        told["questions"] = draft.questions.iter().map(both).collect();
    }
    if let Some(fidelity) = fidelity {
        told["card"] = phantom::json(fidelity, &incident.inputs);
    }
    told
}

/// What an app's own log tells in the words of its patterns.
fn named(incident: &Incident) -> Vec<Json> {
    let named = incident.seen.iter().filter_map(|seen| {
        let (kind, words) = match seen.named()? {
            Named::Act(act) => ("act", act),
            Named::Screen(screen) => ("screen", screen),
            Named::Error(error) => ("error", error),
        };
        let from = Origin {
            input: seen.input,
            line: seen.line,
        };
        let at = place(&incident.inputs, from, Lang::En);
        Some(json!({ "at": at, "us": seen.us, kind: words }))
    });
    named.collect()
}

fn clock(input: &Input) -> Json {
    match input.place {
        Place::First => json!("first"),
        Place::Clock(us) => json!({ "offset_us": us }),
        Place::Told(us) => json!({ "offset_us": us, "told": true }),
        Place::Same(shift) => json!({
            "offset_us": shift.by, "same_exchanges": shift.same, "spread_us": shift.spread,
        }),
        Place::After => json!("unknown"),
    }
}

fn say_inputs(incident: &Incident, lang: Lang) -> io::Result<()> {
    let mut out = screen::standard_output();
    for input in &incident.inputs {
        let (log, writer, known, exchanges) =
            (input.log + 1, input.writer, input.known, input.exchanges);
        let place = match input.place {
            Place::First => String::new(),
            Place::Clock(us) => lang.pick(
                format!("、時計の差 {}", seconds(us)),
                format!(", {} by its clock", seconds(us)),
            ),
            Place::Told(us) => lang.pick(
                format!("、指定した時計の差 {}", seconds(us)),
                format!(", {} as was said of its clock", seconds(us)),
            ),
            Place::Same(shift) => lang.pick(
                format!(
                    "、同じ交信 {} 件で位置合わせ {} (ばらつき {} ms)",
                    shift.same,
                    seconds(shift.by),
                    shift.spread / 1_000
                ),
                format!(
                    ", put in its place by {} exchanges that it shares: {} (within {} ms)",
                    shift.same,
                    seconds(shift.by),
                    shift.spread / 1_000
                ),
            ),
            Place::After => lang
                .pick("、時刻の関係は不明", ", when it was is unknown")
                .to_owned(),
        };
        let (unit, of) = match writer {
            Writer::Usb => ("パケット", "packets"),
            Writer::Har => ("件", "entries"),
            _ => ("行", "lines"),
        };
        let told = lang.pick(
            format!("記録 {log}: {writer}、{known} {unit}、カードとの交信 {exchanges} 件{place}"),
            format!("log {log}: {writer}, {known} {of}, {exchanges} exchanges with a card{place}"),
        );
        writeln!(out, "{told}")?;
        if let Some(order) = &input.order {
            say_order(&mut out, order, &incident.inputs, lang)?;
        }
    }
    unread(&mut out, incident, lang)?;
    writeln!(out, "{}", lang.pick("残さないもの:", "not kept:"))?;
    for (class, places) in incident.withheld() {
        writeln!(out, "  {:>5}  {}", places.len(), class_text(class, lang))?;
    }
    Ok(())
}

/// How far the order of events beside those of other logs can be trusted.
fn say_order(
    out: &mut impl io::Write,
    order: &Order,
    inputs: &[Input],
    lang: Lang,
) -> io::Result<()> {
    /// Pairs that are named; all of them are in `incident.json`.
    const MOST: usize = 3;
    let by = |by: Option<u64>| {
        by.map_or("∞".to_owned(), |us| {
            format!("{}.{:03} s", us / 1_000_000, us / 1_000 % 1_000)
        })
    };
    let (earlier, later) = (by(order.earlier), by(order.later));
    let told = lang.pick(
        format!("  他の記録との前後が変わらないのは、この差の誤りが −{earlier} から +{later} までのとき"),
        format!("  its order beside other logs stands while that is wrong by no more than −{earlier} to +{later}"),
    );
    writeln!(out, "{told}")?;
    if order.unsure.is_empty() {
        return Ok(());
    }
    let named = order.unsure.iter().take(MOST).map(|(before, after)| {
        let [before, after] = [before, after].map(|at| place(inputs, *at, lang));
        format!("{before} → {after}")
    });
    let named = named.collect::<Vec<_>>().join("; ");
    let more = if order.unsure.len() > MOST {
        "; …"
    } else {
        ""
    };
    let (count, ms) = (order.unsure.len(), order.uncertain.div_ceil(1_000));
    let told = lang.pick(
        format!("  時計の差だけで前後を決めたもの {count} 組 (確かなのは {ms} ms を超える間隔): {named}{more}"),
        format!("  {count} pairs whose order rests on the offset alone (what is more than {ms} ms apart is certain): {named}{more}"),
    );
    writeln!(out, "{told}")
}

fn class_text(class: Withheld, lang: Lang) -> &'static str {
    match class {
        Withheld::Pin => lang.pick(
            "照合した暗証番号・パスワード (結果だけを残す)",
            "PINs and passwords that were presented (only what came of them is kept)",
        ),
        Withheld::Command => lang.pick(
            "コマンドのデータ (長さだけを残す)",
            "data of commands (only their length is kept)",
        ),
        Withheld::Personal => lang.pick(
            "本人の情報を持つファイルの内容 (長さだけを残す)",
            "content of files about a person (only its length is kept)",
        ),
        Withheld::Answer => lang.pick(
            "その他の応答の内容 (長さだけを残す)",
            "content of other answers (only its length is kept)",
        ),
        Withheld::Web => lang.pick(
            "HTTP の URL、ヘッダー、本文、Cookie (操作、ステータス、種類だけを残す)",
            "URLs, headers, bodies and cookies of HTTP (operation, status and kind are kept)",
        ),
    }
}

fn seconds(us: i64) -> String {
    format!(
        "{:+}.{:03} s",
        us / 1_000_000,
        us.unsigned_abs() / 1_000 % 1_000
    )
}

fn say_files(out: &Path, draft: Option<&Draft>, incident: &Incident, lang: Lang) -> io::Result<()> {
    let mut screen = screen::standard_output();
    let folder = out.display();
    let Some(draft) = draft else {
        let told = lang.pick(
            format!(
                "{folder}/trace.jsonl と {folder}/incident.json を書きました。どちらも人に渡せます"
            ),
            format!(
                "{folder}/trace.jsonl and {folder}/incident.json are written; both may be sent"
            ),
        );
        return writeln!(screen, "\n{told}");
    };
    let [read, implied, one_of, filled_in] = draft.marks();
    let told = lang.pick(
        format!("シナリオの行: 記録 {read}、含意 {implied}、候補の一つ {one_of}、補完 {filled_in}"),
        format!("lines of the scenario: {read} read, {implied} implied, {one_of} one of several, {filled_in} filled in"),
    );
    writeln!(screen, "\n{told}")?;
    if !draft.unexplained.is_empty() {
        writeln!(screen, "{}", lang.pick("説明できない箇所:", "unexplained:"))?;
        for one in &draft.unexplained {
            let at = place(&incident.inputs, one.at, lang);
            writeln!(screen, "  {at}: {}", one.what.get(lang))?;
        }
    }
    if !draft.questions.is_empty() {
        writeln!(
            screen,
            "{}",
            lang.pick("現場に聞くとよいこと:", "worth asking:")
        )?;
        for question in &draft.questions {
            writeln!(screen, "  - {}", question.get(lang))?;
        }
    }
    let told = lang.pick(
        format!("{folder} に書きました。次: madoguchi scenario check {folder}/scenario.yaml、madoguchi run {folder}/scenario.yaml --client …"),
        format!("written to {folder}. Next: madoguchi scenario check {folder}/scenario.yaml, madoguchi run {folder}/scenario.yaml --client …"),
    );
    writeln!(screen, "{told}")
}
