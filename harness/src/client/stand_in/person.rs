//! An app in front of which a person sits: told what to do, and asked what the screen shows.
//!
//! What was expected is never said: that person should not read it.

use std::sync::Arc;
use std::time::Duration;

use madoguchi_terms::Lang;
use madoguchi_trace::{ReadOff, Screen, Text};
use serde_json::Value as Json;

use super::{ScreenDriver, StandInTrouble, Voice};
use crate::client::attended::{NobodyAnswers, ask};
use crate::client::contract::Do;
use crate::client::screen_map::{Plan, ScreenMap, Words};

/// The most results that one screen can show.
const RESULTS: u32 = 20;

/// A person.
pub(super) struct Person {
    map: Arc<ScreenMap>,
    limit: Duration,
    lang: Lang,
    /// When the screen was last asked for.
    looked: u64,
}

/// The most questions that one step can lead to.
pub(super) fn most_questions(map: &ScreenMap) -> u32 {
    let fields = |plan: &Plan| u32::try_from(plan.fields.iter().count()).unwrap_or(u32::MAX);
    let most = map.screens.iter().map(fields).max().unwrap_or_default();
    // What to do, which screen, how many results, what else; twice for a mistyped number.
    most.saturating_add(1)
        .saturating_mul(RESULTS)
        .saturating_add(8)
}

impl Person {
    pub(super) fn new(map: &Arc<ScreenMap>, limit: Duration, lang: Lang) -> Self {
        Self {
            map: map.clone(),
            limit,
            lang,
            looked: 0,
        }
    }

    fn ask(&self, ja: &str, en: &str) -> Result<String, NobodyAnswers> {
        ask(self.lang.pick(ja, en), self.limit)
    }

    /// Asks for a number from 1 to `most`; 0 where nothing of it fits.
    fn number(&self, ja: &str, en: &str, most: usize) -> Result<usize, NobodyAnswers> {
        loop {
            let typed = self.ask(ja, en)?;
            match typed.trim().parse::<usize>() {
                Ok(number) if number <= most => return Ok(number),
                _ => {}
            }
        }
    }

    /// Asks what the screen shows, and says it.
    fn see(&mut self, voice: &mut Voice) -> Result<(), NobodyAnswers> {
        let since = self.looked;
        let list = |plans: &[Plan]| {
            let plans = plans.iter().enumerate();
            let named = plans.map(|(n, plan)| {
                let at = plan.at.as_deref().unwrap_or_default();
                let (n, title) = (n + 1, plan.title.in_words());
                format!("  {n} {title} {at}\n")
            });
            named.collect::<String>()
        };
        let map = self.map.clone();
        let plans = list(&map.screens);
        let chosen = self.number(
            &format!("{plans}どの画面ですか (どれでもなければ 0):"),
            &format!("{plans}which screen is shown (0 for none of these)?"),
            map.screens.len(),
        )?;
        let Some(plan) = chosen.checked_sub(1).map(|at| &map.screens[at]) else {
            let text = self.ask("その画面に書かれていること:", "what does that screen say?")?;
            self.tell(voice, None, Vec::new(), Some(text.into()), since);
            return Ok(());
        };
        let parts = if plan.each.is_some() {
            let most = usize::try_from(RESULTS).unwrap_or(usize::MAX);
            self.number(
                "いくつの結果が表示されていますか:",
                "how many results does it show?",
                most,
            )?
        } else {
            1
        };
        let mut read = Vec::new();
        for part in 1..=parts {
            let of = if parts > 1 {
                format!(" ({part}/{parts})")
            } else {
                String::new()
            };
            let mut fields: Vec<(Text, Text)> = Vec::new();
            for (label, place) in plan.fields.iter() {
                let at = &place.at;
                let typed = self.ask(
                    &format!("「{at}」{of} (表示がなければ Enter):"),
                    &format!("{at}{of} (Enter where it is not shown):"),
                )?;
                if !typed.is_empty() {
                    fields.push((label.as_str().into(), typed.into()));
                }
            }
            read.push(fields);
        }
        let more = self.ask(
            "ほかに患者や制度について書かれていること (なければ Enter):",
            "anything else of a patient or of insurance that stands there (Enter for none):",
        )?;
        for fields in read {
            self.tell(voice, Some(plan), fields, Some(more.as_str().into()), since);
        }
        Ok(())
    }

    fn tell(
        &mut self,
        voice: &mut Voice,
        plan: Option<&Plan>,
        fields: Vec<(Text, Text)>,
        text: Option<Text>,
        since: u64,
    ) {
        let fixed = |words: &Words| Text::from(words.in_words());
        voice.screen(Screen {
            n: 0,
            number: plan.and_then(|plan| plan.number.as_ref()).map(fixed),
            title: plan.map(|plan| fixed(&plan.title)).unwrap_or_default(),
            // They are not asked for.
            buttons: Vec::new(),
            fields,
            read_off: Some(Box::new(ReadOff { since, text })),
        });
        self.looked = voice.now();
    }

    /// Says what to do, and waits until it is done.
    fn tell_to(&self, step: &Do) -> Result<(), NobodyAnswers> {
        let (ja, en) = instruction(step);
        self.ask(
            &format!("\n▶ {ja}\n  終わったら Enter:"),
            &format!("\n▶ {en}\n  Enter when that is done:"),
        )
        .map(|_| ())
    }
}

impl ScreenDriver for Person {
    fn look(&mut self, _: &mut Voice) -> Result<(), StandInTrouble> {
        Ok(())
    }

    fn begin(&mut self, voice: &mut Voice) -> Result<(), StandInTrouble> {
        self.ask(
            "\n▶ アプリを起動し、最初の画面を出してください\n  終わったら Enter:",
            "\n▶ start the app and bring up its first screen\n  Enter when that is done:",
        )?;
        Ok(self.see(voice)?)
    }

    fn perform(&mut self, step: &Do, voice: &mut Voice) -> Result<bool, StandInTrouble> {
        self.looked = voice.now();
        self.tell_to(step)?;
        match step.action {
            "close" => return Ok(true),
            "place-card" => {
                voice.ready(step.id);
                self.ask(
                    "  カードを置きました。画面が落ち着いたら Enter:",
                    "  the card lies there now. Enter when the screen has come to rest:",
                )?;
            }
            _ => {}
        }
        self.see(voice)?;
        Ok(true)
    }
}

/// What the person is told to do, in both languages.
fn instruction(step: &Do) -> (String, String) {
    let typed = match &step.value {
        Some(Json::Object(fields)) => {
            let lines = fields.iter().map(|(name, value)| {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                format!("\n    {name}: {value}")
            });
            lines.collect()
        }
        Some(Json::String(one)) => one.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let way = |pin, visual| if typed == "pin" { pin } else { visual };
    match step.action {
        "login" => (
            format!("次の内容でログインしてください:{typed}"),
            format!("log in with:{typed}"),
        ),
        "set-method" => {
            let (ja, en) = way(("4桁の暗証番号", "the 4-digit PIN"), ("目視確認", "by eye"));
            (
                format!("設定で認証方法を「{ja}」にしてください"),
                format!("set the method in the settings to {en} ({ja})"),
            )
        }
        "choose-method" => {
            let (ja, en) = way(("4桁の暗証番号", "the 4-digit PIN"), ("目視確認", "by eye"));
            (
                format!("「{ja}」を選んでください"),
                format!("choose {en} ({ja})"),
            )
        }
        "enter-pin" => (
            format!("暗証番号 {typed} を入力し、確定してください"),
            format!("enter the PIN {typed} and confirm it"),
        ),
        "place-card" => (
            "カードを求める画面にしてください。Enter を押すとカードを置きます".to_owned(),
            "bring the app to the point where it asks for the card; Enter places it".to_owned(),
        ),
        "press" => (
            format!("「{typed}」を押してください"),
            format!("press {typed}"),
        ),
        "take-card" => (
            "カードを取りました。画面が落ち着くのを待ってください".to_owned(),
            "the card was taken: wait until the screen has come to rest".to_owned(),
        ),
        "close" => (
            "アプリを終了してください".to_owned(),
            "close the app".to_owned(),
        ),
        other => (
            format!("{other} を行ってください:{typed}"),
            format!("do {other} with:{typed}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_told_in_both_languages() {
        let told = |action, value: Json| {
            instruction(&Do {
                id: 1,
                action,
                value: Some(value),
            })
        };
        let (ja, en) = told("choose-method", Json::from("pin"));
        assert!(ja.contains("4桁の暗証番号") && en.contains("4-digit PIN"));
        let (ja, en) = told("login", serde_json::json!({ "user-id": "shiken01" }));
        assert!(ja.contains("user-id: shiken01") && en.contains("user-id: shiken01"));
        let (_, en) = told(
            "browse-history",
            serde_json::json!({ "date-from": "20251101" }),
        );
        assert!(en.contains("browse-history") && en.contains("20251101"));
    }
}
