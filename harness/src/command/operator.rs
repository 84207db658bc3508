//! `madoguchi operator`: what people set up beside an open counter, at the portal and at the
//! 資格確認端末, with the words of their screens.

use std::io::Write as _;

use madoguchi_scenarios::Operate;
use madoguchi_terms::{Lang, Say as _};
use serde_json::json;

use super::trouble::Trouble;
use super::{counter, screen};
use crate::cell::operators::Sheet;
use crate::cli;
use crate::exit::Exit;

pub(super) fn operator(command: &cli::Operator, lang: Lang) -> Result<Exit, Trouble> {
    let told = counter::ask("operator", &json!({ "operator": command.act }))?;
    let mut out = screen::standard_output();
    if command.json {
        screen::say(writeln!(out, "{told:#}"))?;
        return Ok(Exit::PASS);
    }
    let sheet: Sheet = serde_json::from_value(told).unwrap_or(Sheet {
        place: Vec::new(),
        rows: Vec::new(),
    });
    for line in lines(&sheet, &command.act, lang) {
        screen::say(writeln!(out, "{line}"))?;
    }
    Ok(Exit::PASS)
}

fn lines(sheet: &Sheet, act: &Operate, lang: Lang) -> Vec<String> {
    let place: Vec<String> = sheet.place.iter().map(|page| page.text(lang)).collect();
    let mut lines = vec![if place.is_empty() {
        act.name().to_owned()
    } else {
        place.join(" › ")
    }];
    for row in &sheet.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|(label, value)| format!("{}: {}", label.text(lang), value.text(lang)))
            .collect();
        lines.push(format!("  {}", cells.join("  ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use madoguchi_notation::Wording;

    use super::*;

    #[test]
    fn a_page_is_told_with_its_way_and_its_labels() {
        let sheet = Sheet {
            place: vec![
                Wording::new("資格確認端末", "eligibility terminal"),
                Wording::new("アクティベーションコード管理", "activation code management"),
            ],
            rows: vec![vec![(
                Wording::new("端末識別メモ情報", "memo"),
                Wording::new("Aのスマホ1", "Aのスマホ1"),
            )]],
        };
        assert_eq!(
            lines(&sheet, &Operate::Accounts {}, Lang::Ja),
            [
                "資格確認端末 › アクティベーションコード管理",
                "  端末識別メモ情報: Aのスマホ1"
            ]
        );
        let nothing = Sheet {
            place: Vec::new(),
            rows: Vec::new(),
        };
        assert_eq!(
            lines(&nothing, &Operate::OutageMode { on: true }, Lang::En),
            ["outage-mode on"]
        );
    }
}
