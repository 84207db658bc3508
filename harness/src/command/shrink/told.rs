//! What a search found, for people.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use madoguchi_report::width::padded;
use madoguchi_shrink::{Otherwise, Without};
use madoguchi_terms::{Lang, Say as _};

use super::{Found, Nothing, SURE};
use crate::cli;
use crate::command::command_line::{quoted, quoted_path};

/// Columns of a line of the scenario in the table.
const LINE: usize = 46;

pub(super) fn found(
    out: &mut impl Write,
    found: &Found,
    folder: &Path,
    again: &str,
    lang: Lang,
) -> io::Result<()> {
    let Found {
        case,
        before,
        after,
        trials,
        controls,
        ..
    } = found;
    let what = requirement(found, lang);
    let seconds = found.took.as_secs_f64();
    writeln!(
        out,
        "{}\n",
        lang.pick(
            format!("  {case}: {before} 行から {after} 行 (試行 {trials}、対照 {controls}、{seconds:.1} 秒)\n  {what}"),
            format!("  {case}: {before} lines to {after} ({trials} trials, {controls} controls, {seconds:.1} s)\n  {what}"),
        )
    )?;
    for line in found.text().lines() {
        writeln!(out, "    {line}")?;
    }
    if !found.lines.is_empty() {
        writeln!(
            out,
            "\n  {}  {}",
            padded(lang.pick("この行がないと", "without this line"), LINE),
            lang.pick("結果", "it"),
        )?;
    }
    for line in &found.lines {
        let text = madoguchi_report::width::fitted(&line.text, LINE);
        writeln!(
            out,
            "  {}  {}",
            padded(&text, LINE),
            without(&line.without, lang)
        )?;
    }
    for also in &found.also_seen {
        let (id, lines) = (&also.requirement, also.lines);
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("  途中で見えた別の不適合: {id} ({lines} 行)"),
                format!("  another failure that was met: {id} ({lines} lines)"),
            )
        )?;
    }
    if !found.is_done {
        writeln!(
            out,
            "{}",
            lang.pick(
                "  時間か回数の上限に達したため、途中までの最小です。同じ --out で続けられます",
                "  time or trials were up: the smallest so far; the same --out goes on from here",
            )
        )?;
    }
    let verified = found.verified;
    if verified < SURE {
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("  確認: {SURE} 回のうち {verified} 回だけ同じ不適合になりました。証拠になりません"),
                format!("  verified: it failed alike only {verified} times of {SURE}; it is no evidence"),
            )
        )?;
    }
    let place = folder.display();
    writeln!(
        out,
        "\n  {} {again}\n  {} {place}",
        lang.pick("再実行", "again"),
        lang.pick("記録", "kept in"),
    )
}

fn requirement(found: &Found, lang: Lang) -> String {
    if let Some(words) = &found.symptom.words {
        return lang.pick(
            format!("見えた症状「{words}」"),
            format!("seen: \"{words}\""),
        );
    }
    let Some(id) = &found.requirement else {
        return lang
            .pick(
                "アプリが途中で終わる",
                "the client ends before the case does",
            )
            .to_owned();
    };
    let stated = madoguchi_requirements::builtin().get(id);
    let (level, text) = stated.map_or_else(Default::default, |stated| {
        (stated.level.text(lang), stated.text.text(lang))
    });
    format!("{level} {id}: {text}")
}

/// What happens without a line.
pub(in crate::command) fn without(without: &Without, lang: Lang) -> String {
    let listed = |ids: &BTreeSet<String>| {
        ids.iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let t = |ja: &str, en: &str| lang.pick(ja, en).to_owned();
    match without {
        Without::Same => t("同じ不適合", "fails all the same"),
        Without::Not(Otherwise::Passes) => t("合格", "passes"),
        Without::Not(Otherwise::Fails(ids)) => {
            let ids = listed(ids);
            lang.pick(
                format!("別の不適合: {ids}"),
                format!("fails otherwise: {ids}"),
            )
        }
        Without::Not(Otherwise::ProvesNothing(ids)) => {
            let ids = listed(ids);
            lang.pick(
                format!("正しいアプリも通らない: {ids}"),
                format!("a correct client does not pass: {ids}"),
            )
        }
        Without::Not(Otherwise::NotPlayed) => t("実行できない", "cannot be played"),
        Without::Not(Otherwise::NoTime) => t("時間がなかった", "there was no time"),
    }
}

/// Why there is nothing to make smaller.
pub(super) fn nothing(out: &mut impl Write, why: &Nothing, lang: Lang) -> io::Result<()> {
    let text = match why {
        Nothing::Passes => lang.pick(
            "  このアプリはこの場面に合格します。小さくするものがありません".to_owned(),
            "  the client passes this case: there is nothing to make smaller".to_owned(),
        ),
        Nothing::NotSupported => lang.pick(
            "  このアプリはこの場面に対応していません".to_owned(),
            "  the client does not do what this case is about".to_owned(),
        ),
        Nothing::Differs { alike, of } => lang.pick(
            format!("  毎回同じにはなりません: {of} 回のうち {alike} 回だけ同じ不適合。場面だけでは決まらない原因があります"),
            format!("  it does not fail alike each time: {alike} of {of}; something beside the case decides"),
        ),
        Nothing::Control(ids) => {
            let ids = ids.join(", ");
            lang.pick(
                format!("  正しいアプリもこの場面を通りません ({ids})。このアプリの誤りの証拠になりません"),
                format!("  a correct client does not pass this case either ({ids}): it is no evidence against this one"),
            )
        }
    };
    writeln!(out, "{text}")
}

/// The command that plays the smallest case.
pub(super) fn again(options: &cli::Shrink, folder: &Path) -> String {
    let file = folder.join("smallest.yaml");
    let mut again = format!("madoguchi run {}", quoted_path(&file));
    if let Some(client) = &options.search.client {
        again += &format!(" --client {}", quoted(client));
    }
    if options.search.profile != cli::DEFAULT_PROFILE {
        again += &format!(" --profile {}", quoted(&options.search.profile));
    }
    again + &format!(" --seed {}", options.search.seed)
}
