//! A scenario for a レセコン in words: what is delivered to whom, and what must become of it.

use std::collections::BTreeMap;

use madoguchi_delivery::{Charset, Label, Manner};
use madoguchi_eligibility::Field;
use madoguchi_fixtures::persona;
use madoguchi_terms::Lang;
use madoguchi_transcription::{Fate, label};

use super::scenario::{
    Act, Claim, Deliver, Inquire, InquiryKind, OutputFault, Patient, Scenario, Way,
};

impl Scenario {
    /// The day and everything that happens, one line each.
    pub(crate) fn in_words(&self, lang: Lang) -> Vec<String> {
        let mut lines = vec![lang.pick("はじめに", "To begin with").to_owned()];
        let (checked, today) = (self.at.to_string(), self.today.date(self.at));
        lines.push(lang.pick(
            format!("  - 資格確認は {checked}、製品の今日は {today}"),
            format!("  - the checks are made at {checked}; the product's day is {today}"),
        ));
        lines.push(format!("\n{}", lang.pick("手順", "What happens")));
        for (n, act) in (1..).zip(&self.when) {
            let told = match act {
                Act::Deliver(deliver) => deliver.in_words(lang),
                Act::Inquire(inquire) => inquire.in_words(lang),
                Act::Claim(claim) => claim.in_words(lang),
            };
            let mut told = told.into_iter();
            let first = told.next().unwrap_or_default();
            lines.push(format!("{n:>4}. {first}"));
            lines.extend(told.map(|more| format!("      {more}")));
        }
        lines
    }
}

impl Deliver {
    fn in_words(&self, lang: Lang) -> Vec<String> {
        let who = who(&self.persona, lang);
        let by = match self.by {
            Way::Xml => {
                let charset = match self.charset {
                    Charset::ShiftJis => "CP932",
                    Charset::Utf8 => "UTF-8",
                };
                lang.pick(
                    format!("資格確認端末のファイル ({charset})"),
                    format!("the terminal's file ({charset})"),
                )
            }
            Way::Clipboard => match &self.layout {
                Some(layout) => lang.pick(
                    format!("クリップボード ({} のレイアウト)", **layout),
                    format!("the clipboard (layout of {})", **layout),
                ),
                None => lang.pick("クリップボード", "the clipboard").to_owned(),
            },
            Way::Api => lang
                .pick(
                    "資格確認結果出力用API (A-09)",
                    "the 資格確認結果出力用API (A-09)",
                )
                .to_owned(),
        };
        let mut lines = vec![lang.pick(
            format!("{who} の資格確認結果を{by}で届ける"),
            format!("the result of {who} is delivered by {by}"),
        )];
        lines.extend(changes(&self.with, lang));
        if !self.beside.is_empty() {
            lines.push(
                lang.pick(
                    "同じ結果にもう一つの資格:",
                    "a second eligibility in the same result:",
                )
                .to_owned(),
            );
            lines.extend(changes(&self.beside, lang));
        }
        let manner = match self.manner {
            Manner::Atomic => None,
            Manner::Slow => Some(("三つに分けて書かれる", "it is written in three pieces")),
            Manner::HalfWritten => Some(("途中までしか書かれない", "it is never finished")),
            Manner::Locked => Some((
                "書き終わるまでロックされる",
                "it is locked until it is whole",
            )),
        };
        let lie = (self.label != Label::Right).then_some((
            "文字コードの表示が正しくない",
            "what it says of its encoding is not right",
        ));
        let fault = self.fault.map(OutputFault::in_words);
        let more = [manner, lie, fault].into_iter().flatten();
        lines.extend(more.map(|(ja, en)| lang.pick(ja, en).to_owned()));
        if let Some(ticket) = &self.ticket {
            let insurer = &ticket.insurer_number;
            lines.push(lang.pick(
                format!("受診券・利用券の保険者番号は {insurer}"),
                format!("the insurer on the ticket is {insurer}"),
            ));
        }
        if let Some(insert) = &self.insert {
            let inserted = insert.lines.join(" / ");
            lines.push(lang.pick(
                format!("ほかの行も混ざる: {inserted}"),
                format!("with lines of no layout: {inserted}"),
            ));
        }
        lines.push(becomes(self.fate(), self.doubtful, lang));
        lines
    }
}

impl Inquire {
    fn in_words(&self, lang: Lang) -> Vec<String> {
        let (ja, en) = match self.kind {
            InquiryKind::Single => ("一人ずつ照会する", "they are asked for one by one"),
            InquiryKind::Bulk => ("一覧で一括照会する", "they are asked for in a list"),
            InquiryKind::Visits => (
                "訪問診療等の同意日で一括照会する",
                "home visits are asked for by the day of consent",
            ),
            InquiryKind::Online => (
                "オンライン診療等の同意日で一括照会する",
                "online care is asked for by the day of consent",
            ),
            InquiryKind::Tickets => (
                "医療券を月で一括照会する",
                "tickets of 医療扶助 are asked for by their month",
            ),
        };
        let mut lines = vec![lang.pick(ja, en).to_owned()];
        match self.kind {
            InquiryKind::Visits | InquiryKind::Online => {
                let (from, to) = (&self.from, &self.to);
                lines.push(lang.pick(
                    format!("同意日 {from} から {to}"),
                    format!("days of consent {from} to {to}"),
                ));
            }
            InquiryKind::Tickets => {
                let month = &self.month;
                lines.push(lang.pick(format!("{month} の月"), format!("the month of {month}")));
            }
            InquiryKind::Single | InquiryKind::Bulk => {}
        }
        if self.processing > 0 {
            let times = self.processing;
            lines.push(lang.pick(
                format!("はじめの {times} 回は「処理中」"),
                format!("the first {times} answers say that it is being made"),
            ));
        }
        lines.extend(self.patients.iter().map(|patient| patient.in_words(lang)));
        lines
    }
}

impl Patient {
    fn in_words(&self, lang: Lang) -> String {
        let (reference, who) = (&self.reference, who(&self.persona, lang));
        let mut told = format!("{reference}: {who}");
        let mut add = |ja: String, en: String| {
            told.push_str(lang.pick("、", ", "));
            told.push_str(&lang.pick(ja, en));
        };
        if let Some(day) = &self.consented {
            add(format!("同意 {day}"), format!("consent on {day}"));
        }
        if let Some(day) = &self.ticket {
            add(
                format!("医療券 {day} の月"),
                format!("ticket of the month of {day}"),
            );
        }
        if let Some(code) = &self.error {
            add(format!("エラー {code}"), format!("error {code}"));
        }
        told
    }
}

impl Claim {
    fn in_words(&self, lang: Lang) -> Vec<String> {
        let n = self.delivery;
        vec![lang.pick(
            format!("{n} 件目に届いた人の療養費支給申請書を作る"),
            format!("a 療養費支給申請書 is made for whoever delivery {n} is about"),
        )]
    }
}

impl OutputFault {
    const fn in_words(self) -> (&'static str, &'static str) {
        match self {
            Self::Late => ("答えが遅れる", "the answer is late"),
            Self::NotRunning => ("アプリがまだ動いていない", "the app does not run yet"),
            Self::Busy => ("はじめは 503", "first there is 503"),
            Self::Page => (
                "はじめは別のプログラムのページ",
                "first there is another program's page",
            ),
            Self::WrongType => ("はじめは HTML と名乗る", "first it says that it is HTML"),
            Self::Truncated => ("はじめは途中で終わる", "first it ends early"),
            Self::BrokenOff => ("はじめは接続が切れる", "first the connection breaks off"),
            Self::Previous => (
                "はじめは前の患者の結果",
                "first it is the previous patient's",
            ),
            Self::Never => ("いつも 503", "it is 503 each time"),
        }
    }
}

fn becomes(fate: Fate, doubtful: bool, lang: Lang) -> String {
    let (ja, en) = match fate {
        Fate::Taken => (
            "→ 届いたとおりの記録になる",
            "→ becomes a record as delivered",
        ),
        Fate::Superseded => (
            "→ 後の届けに置き換わる",
            "→ a later delivery takes its place",
        ),
        Fate::Refused => ("→ 記録にせず、知らせる", "→ no record, and a word about it"),
        Fate::Either => (
            "→ 注記のある記録、または知らせ",
            "→ a marked record, or a word about it",
        ),
    };
    let note = if doubtful {
        lang.pick("、確かめるよう注記する", ", marked as something to check")
    } else {
        ""
    };
    format!("{}{note}", lang.pick(ja, en))
}

/// The persona with its title.
fn who(id: &str, lang: Lang) -> String {
    let title = persona(id).map_or_else(
        |_| String::new(),
        |known| known.title().get(lang).to_owned(),
    );
    format!("{id} ({title})")
}

/// What differs from what is on file.
fn changes(changes: &BTreeMap<Field, String>, lang: Lang) -> Option<String> {
    let blank = lang.pick("(空)", "(blank)");
    let told: Vec<String> = changes
        .iter()
        .map(|(field, value)| {
            let value = if value.is_empty() { blank } else { value };
            format!("{} {value}", label(*field, lang))
        })
        .collect();
    (!told.is_empty()).then(|| told.join(lang.pick("、", ", ")))
}
