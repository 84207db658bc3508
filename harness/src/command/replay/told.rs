//! What came of a replay, for people.

use std::collections::BTreeSet;
use std::io::{self, Write};

use madoguchi_incident::{Drafted, LEFT_OUT};
use madoguchi_report::width::{fitted, padded};
use madoguchi_terms::Lang;

use super::super::shrink::Ending;
use super::found::{Fate, Found, Tried};
use super::wanted::Shown;
use super::{CHOSEN, SURE};

/// Columns of an alternative, and of what happened.
const ALTERNATIVE: usize = 28;
const HAPPENED: usize = 34;

/// Lines of the table: what matters is among the first, and all of them are in `replay.json`.
const MOST: usize = 24;

pub(super) fn found(
    out: &mut impl Write,
    found: &Found,
    drafted: &Drafted,
    next: &str,
    lang: Lang,
) -> io::Result<()> {
    writeln!(out, "  {}: {}\n", found.case, wanted(found, lang))?;
    let apart = if found.has_log {
        lang.pick("記録との差  ", "from log  ")
    } else {
        ""
    };
    writeln!(
        out,
        "  {}  {}  {apart}{}",
        padded(lang.pick("候補", "alternative"), ALTERNATIVE),
        padded(lang.pick("結果", "what happened"), HAPPENED),
        lang.pick("同じ症状", "same symptom"),
    )?;
    for (at, one) in shown_first(found) {
        let is_same = match (found.chosen == Some(at), found.is_same(one)) {
            (true, _) => lang.pick("はい ←", "yes ←"),
            (false, true) => lang.pick("はい", "yes"),
            (false, false) => lang.pick("いいえ", "no"),
        };
        let apart = match (found.has_log, one.apart) {
            (false, _) => String::new(),
            (true, None) => padded("–", 10) + "  ",
            (true, Some(apart)) => padded(&format!("{}/{}", apart.events, apart.of), 10) + "  ",
        };
        writeln!(
            out,
            "  {}  {}  {apart}{is_same}",
            padded(
                &fitted(&alternative(one, drafted, lang), ALTERNATIVE),
                ALTERNATIVE
            ),
            padded(&fitted(&happened(&one.fate, lang), HAPPENED), HAPPENED),
        )?;
    }
    let hidden = found.tried.len().saturating_sub(MOST);
    if hidden > 0 {
        say(
            out,
            lang,
            format!("ほか {hidden} 件は replay.json"),
            format!("{hidden} more in replay.json"),
        )?;
    }
    for (line, words) in drafted.unwritable() {
        say(
            out,
            lang,
            format!("{line} 行目の候補「{words}」はシナリオに書けないため、試していません"),
            format!("line {line}: \"{words}\" cannot be said in a scenario and was not tried"),
        )?;
    }
    if found.left > 0 {
        let left = found.left;
        say(
            out,
            lang,
            format!("時間がなく、{left} 件は試していません (--budget)"),
            format!("there was no time for {left} alternatives (--budget)"),
        )?;
    }
    let unproven = found.tried.iter();
    let unproven = unproven.filter(|one| matches!(one.fate, Fate::ProvesNothing(_)));
    let unproven = unproven.count();
    if unproven > 0 {
        say(
            out,
            lang,
            format!("{unproven} 件は正しいアプリも通りません。このアプリの誤りの証拠になりません"),
            format!(
                "{unproven} of them prove nothing: a correct client does not pass either, so there is no evidence against this one"
            ),
        )?;
    }
    conclusion(out, found, next, lang)
}

fn conclusion(out: &mut impl Write, found: &Found, next: &str, lang: Lang) -> io::Result<()> {
    let Some(shown) = found.symptom() else {
        return say(
            out,
            lang,
            "症状は再現しませんでした。--symptom で見えたことを言葉で指定するか、import の質問に答えて下書きを直してください".into(),
            "the symptom was not reproduced; say what was seen with --symptom, or answer what import asked and mend the draft".into(),
        );
    };
    writeln!(out)?;
    let verified = found.verified;
    let what = symptom(shown, lang);
    say(
        out,
        lang,
        format!(
            "再現しました: {what} ({SURE} 回のうち {verified} 回)。正しいアプリは同じ場面に合格します"
        ),
        format!(
            "reproduced: {what} ({verified} times of {SURE}); a correct client passes the same scenario"
        ),
    )?;
    if verified < SURE {
        say(
            out,
            lang,
            "毎回同じにはならないので、証拠になりません".into(),
            "it does not come alike each time, so it is no evidence".into(),
        )?;
    }
    let label = lang.pick("次", "next");
    writeln!(out, "  {CHOSEN}\n  {label} {next}")
}

fn say(out: &mut impl Write, lang: Lang, ja: String, en: String) -> io::Result<()> {
    writeln!(out, "  {}", lang.pick(ja, en))
}

/// What is looked for.
fn wanted(found: &Found, lang: Lang) -> String {
    let wanted = &found.wanted;
    if let Some(words) = &wanted.words {
        return lang.pick(
            format!("「{words}」を探す"),
            format!("looking for \"{words}\""),
        );
    }
    match (&wanted.requirement, wanted.is_of_log) {
        (Some(id), true) => lang.pick(
            format!("記録で破られている {id} を探す"),
            format!("looking for {id}, which the log breaks"),
        ),
        (Some(id), false) => lang.pick(format!("{id} を探す"), format!("looking for {id}")),
        (None, _) if found.has_log => lang.pick(
            "記録だけではどの要件も破られていない。破られる要件を探す".to_owned(),
            "the log alone breaks no requirement; looking for any that is broken".to_owned(),
        ),
        (None, _) => lang.pick(
            "破られる要件を探す".to_owned(),
            "looking for any requirement that is broken".to_owned(),
        ),
    }
}

/// The table's lines in the order of trying; where there are too many, those with the symptom first.
fn shown_first(found: &Found) -> Vec<(usize, &Tried)> {
    let mut lines: Vec<(usize, &Tried)> = found.tried.iter().enumerate().collect();
    if lines.len() > MOST {
        lines.sort_by_key(|(at, one)| (found.chosen != Some(*at), !found.is_same(one)));
        lines.truncate(MOST);
    }
    lines
}

fn alternative(one: &Tried, drafted: &Drafted, lang: Lang) -> String {
    if one.changes.is_empty() {
        return if drafted.is_open() {
            lang.pick("下書きのまま", "as drafted").to_owned()
        } else {
            lang.pick("場面のまま", "the case as it is").to_owned()
        };
    }
    let changes = one.changes.iter().map(|change| {
        let (line, instead) = drafted.told(*change);
        let instead = match instead {
            LEFT_OUT => lang.pick("なし", "left out"),
            instead => instead,
        };
        lang.pick(
            format!("{line} 行目 {instead}"),
            format!("line {line} {instead}"),
        )
    });
    changes.collect::<Vec<_>>().join(", ")
}

fn listed(ids: &BTreeSet<String>) -> String {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.join(", ")
}

fn symptom(shown: &Shown, lang: Lang) -> String {
    let ended = end(shown.ended, lang);
    match (&shown.requirement, ended) {
        (Some(id), None) => lang.pick(format!("不適合 {id}"), format!("breaks {id}")),
        (Some(id), Some(ended)) => lang.pick(
            format!("不適合 {id}、{ended}"),
            format!("breaks {id}, {ended}"),
        ),
        (None, Some(ended)) => ended.to_owned(),
        (None, None) => lang
            .pick("言葉の症状が見えた", "the words were seen")
            .to_owned(),
    }
}

const fn end(ended: Ending, lang: Lang) -> Option<&'static str> {
    match ended {
        Ending::Told => None,
        Ending::Itself => Some(match lang {
            Lang::Ja => "アプリが途中で終わる",
            Lang::En => "the client ends before the case does",
        }),
        Ending::Hung => Some(match lang {
            Lang::Ja => "アプリが応答しない",
            Lang::En => "the client does not answer",
        }),
    }
}

fn happened(fate: &Fate, lang: Lang) -> String {
    let t = |ja: &str, en: &str| lang.pick(ja, en).to_owned();
    match fate {
        Fate::Shows(shown) => match &shown.requirement {
            Some(id) => format!("✘ {id}"),
            None => symptom(shown, lang),
        },
        Fate::ProvesNothing(ids) if ids.is_empty() => {
            t("正しいアプリも同じになる", "a correct client does the same")
        }
        Fate::ProvesNothing(ids) => {
            let ids = listed(ids);
            lang.pick(
                format!("正しいアプリも通らない: {ids}"),
                format!("a correct client fails, too: {ids}"),
            )
        }
        Fate::Otherwise { broken, ended } => match (broken.is_empty(), end(*ended, lang)) {
            (true, None) => t("合格", "passes"),
            (true, Some(ended)) => ended.to_owned(),
            (false, _) => {
                let ids = listed(broken);
                lang.pick(format!("別: ✘ {ids}"), format!("other: ✘ {ids}"))
            }
        },
        Fate::NotSupported => t("アプリが対応していない", "the client does not do this"),
        Fate::NoScenario => t("シナリオにならない", "is no scenario"),
    }
}
