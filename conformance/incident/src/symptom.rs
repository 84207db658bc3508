//! A symptom in the words of a witness: what a screen said, or how the program ended.

use madoguchi_trace::{ClientEvent, Trace, What};

/// What a witness saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InWords {
    /// It was waited for in vain.
    Hangs,
    /// The program ended by itself, with this exit status where one is named.
    Ends(Option<i32>),
    /// This stood on a screen, or was handed over.
    Shows(String),
}

impl InWords {
    /// What a text means.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let plain = text.trim().to_lowercase();
        let hangs = [
            "hang",
            "hangs",
            "freeze",
            "freezes",
            "固まる",
            "止まる",
            "フリーズ",
            "応答なし",
        ];
        if hangs.contains(&plain.as_str()) {
            return Self::Hangs;
        }
        let ends = [
            "exit",
            "exits",
            "crash",
            "crashes",
            "終了コード",
            "終了",
            "落ちる",
            "異常終了",
        ];
        for word in ends {
            match plain.strip_prefix(word).map(str::trim) {
                Some("") => return Self::Ends(None),
                Some(rest) => {
                    if let Ok(code) = rest.parse() {
                        return Self::Ends(Some(code));
                    }
                }
                None => {}
            }
        }
        Self::Shows(text.trim().to_owned())
    }
}

/// Whether this text stood on a screen of the client, or in what it handed over. Blanks and capitals
/// make no difference.
#[must_use]
pub fn is_shown(trace: &Trace, text: &str) -> bool {
    let wanted = folded(text);
    let has = |shown: &str| folded(shown).contains(&wanted);
    trace.events.iter().any(|event| match &event.what {
        What::Client(ClientEvent::Screen(screen)) => {
            let fields = screen.fields.iter();
            let mut fields = fields.map(|(label, value)| format!("{label}{value}"));
            has(&screen.title)
                || screen.number.as_deref().is_some_and(has)
                || screen.buttons.iter().any(|button| has(button))
                || fields.any(|field| has(&field))
                || screen.text().is_some_and(has)
        }
        What::Client(ClientEvent::Output { text, .. } | ClientEvent::Error { text, .. }) => {
            has(text)
        }
        _ => false,
    })
}

fn folded(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use madoguchi_counter::play;

    use super::*;

    #[test]
    fn words_are_an_end_or_stand_on_a_screen() {
        for (text, meant) in [
            ("hangs", InWords::Hangs),
            ("固まる", InWords::Hangs),
            ("exit 3", InWords::Ends(Some(3))),
            ("終了コード 3", InWords::Ends(Some(3))),
            ("crashes", InWords::Ends(None)),
            ("exit denied", InWords::Shows("exit denied".into())),
            (" カードを確認 ", InWords::Shows("カードを確認".into())),
        ] {
            assert_eq!(InWords::read(text), meant, "{text}");
        }
    }

    #[test]
    fn what_a_screen_says_is_found_whatever_its_blanks() {
        let trace = play("happy/visual", "");
        let titles = trace.events.iter().filter_map(|event| match &event.what {
            What::Client(ClientEvent::Screen(screen)) => Some(screen.title.to_string()),
            _ => None,
        });
        let titles: Vec<String> = titles.filter(|title| !title.is_empty()).collect();
        let title = titles.first().unwrap();
        assert!(is_shown(&trace, &format!(" {title} ")));
        assert!(!is_shown(&trace, "どの画面にもない言葉"));
    }
}
