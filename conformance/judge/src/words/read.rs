//! A trace with the titles, numbers and buttons of its screens in the words of requirements. Labels and values
//! stay as they are: they are compared where they are looked for.

use madoguchi_scenarios::Action;
use std::borrow::Cow;

use madoguchi_trace::{ClientEvent, Screen, Sight, Step, Text, Trace, What};

use super::fold::folded;
use super::meaning::{Meaning, of_label};
use super::{Kind, Words};
use crate::screen::{
    AGREE, ASSISTANCE, CHOICE, OFFER, PIN, REGISTER, REGISTRATION, RESULT, VALIDITY, VISUAL,
};

/// 画面番号 that documents print.
const NUMBERS: [&str; 3] = [OFFER, REGISTRATION, ASSISTANCE];

/// The trace in the words of requirements; itself where it is in them already.
pub(crate) fn read<'t>(words: &Words, trace: &'t Trace) -> Cow<'t, Trace> {
    let mut changed: Vec<(usize, What)> = Vec::new();
    let mut of_results = true;
    for (n, event) in trace.events.iter().enumerate() {
        let what = match &event.what {
            What::Client(ClientEvent::Screen(shown)) => screen(words, shown, of_results)
                .map(|shown| What::Client(ClientEvent::Screen(shown))),
            What::Step(step) => {
                of_results = !step.action.is_in(LISTS);
                pressed(words, step).map(What::Step)
            }
            _ => None,
        };
        changed.extend(what.map(|what| (n, what)));
    }
    let sight = trace
        .header
        .sight
        .as_ref()
        .and_then(|sight| seen(words, sight));
    if changed.is_empty() && sight.is_none() {
        return Cow::Borrowed(trace);
    }
    let mut read = trace.clone();
    for (n, what) in changed {
        read.events[n].what = what;
    }
    if sight.is_some() {
        read.header.sight = sight;
    }
    Cow::Owned(read)
}

/// Acts that lead to lists of results, whose screens are none of one result.
const LISTS: &[Action] = &[
    Action::BrowseHistory,
    Action::InquireInBulk,
    Action::FetchResult,
    Action::VisitAgain,
];

/// A button that was pressed.
fn pressed(words: &Words, step: &Step) -> Option<Step> {
    if step.action != Action::Press && step.action != Action::PressMeanwhile {
        return None;
    }
    let own = step.value.as_deref()?;
    let known = words.button(own).filter(|known| *known != own)?;
    Some(Step {
        value: Some(known.into()),
        ..step.clone()
    })
}

/// What of a screen is called otherwise, if anything.
fn screen(words: &Words, shown: &Screen, of_results: bool) -> Option<Screen> {
    let own_number = shown.number.as_deref();
    let number = number(own_number, &shown.title);
    let known = |own: &Text| match words.button(own) {
        Some(known) if known != own.as_str() => known.into(),
        _ => own.clone(),
    };
    let buttons: Vec<Text> = shown.buttons.iter().map(known).collect();
    let title = title(words, shown, number.as_deref(), &buttons, of_results);
    let is_same =
        number.as_deref() == own_number && title == shown.title && buttons == shown.buttons;
    (!is_same).then(|| Screen {
        number: number.map(Text::from),
        title,
        buttons,
        ..shown.clone()
    })
}

/// 画面番号 of a document, wherever it stands: alone, in other words, or in the title. A number that no document
/// has is the client's own and says nothing here.
fn number(own: Option<&str>, title: &str) -> Option<String> {
    let printed = |text: &str| {
        let plain = folded(text)
            .to_uppercase()
            .replace(['‐', '‑', '–', '−', 'ー'], "-");
        NUMBERS.into_iter().find(|number| plain.contains(number))
    };
    let known = match own {
        Some(own) => printed(own),
        None => printed(title),
    };
    known.map(str::to_owned)
}

/// The title that requirements use; of a screen with an unknown title, what its content makes it.
fn title(
    words: &Words,
    shown: &Screen,
    number: Option<&str>,
    buttons: &[Text],
    of_results: bool,
) -> Text {
    let own = &shown.title;
    if own.trim().is_empty() {
        return own.clone();
    }
    let offers = |wanted: &str| buttons.iter().any(|button| button == wanted);
    let meant = words.screen(own).or_else(|| {
        if let Some(number) = number {
            let rest = folded(own).to_uppercase().replace(number, "");
            let rest = words.screen(rest.trim_matches(['(', ')', ' ', ':', '-']));
            rest.or((number == ASSISTANCE && says_eligibility(words, shown)).then_some(RESULT))
        } else if offers(VISUAL) && offers(PIN) {
            Some(CHOICE)
        } else if of_results
            && !offers(REGISTER)
            && !offers(AGREE)
            && says_eligibility(words, shown)
        {
            Some(RESULT)
        } else {
            None
        }
    });
    match meant {
        Some(known) if known != own.as_str() => known.into(),
        _ => own.clone(),
    }
}

/// Whether a screen says whose eligibility it is, or how it stands: only a result does.
fn says_eligibility(words: &Words, shown: &Screen) -> bool {
    /// So many of them do not come together by chance.
    const SEVERAL: usize = 3;
    const ITEMS: &[&str] = &[
        VALIDITY,
        "保険者番号",
        "保険者名",
        "記号",
        "番号",
        "枝番",
        "氏名",
        "フリガナ",
        "生年月日",
        "性別",
        "証区分",
        "福祉事務所名",
        "負担割合",
        "資格取得年月日",
    ];
    let mut items: Vec<&str> = Vec::new();
    for (label, value) in &shown.fields {
        let Meaning::Of { rows, .. } = of_label(words, label) else {
            continue;
        };
        let is_validity = rows.iter().any(|row| row.kind == Kind::Validity);
        if is_validity && super::meaning::value(words, Kind::Validity, value).is_some() {
            return true;
        }
        let of_result = rows.iter().map(|row| row.word.as_str());
        items.extend(of_result.filter(|word| ITEMS.contains(word) && !value.trim().is_empty()));
    }
    items.sort_unstable();
    items.dedup();
    items.len() >= SEVERAL
}

/// What can be seen of screens, in the words of requirements.
fn seen(words: &Words, sight: &Sight) -> Option<Sight> {
    let mut read = sight.clone();
    for screen in &mut read.screens {
        if let Some(title) = &mut screen.title
            && let Some(known) = words.screen(title)
        {
            known.clone_into(title);
        }
        for button in &mut screen.buttons {
            if let Some(known) = words.button(button) {
                known.clone_into(button);
            }
        }
        let mut fields = Vec::new();
        for label in &screen.fields {
            match of_label(words, label) {
                Meaning::Of { rows, .. } => fields.extend(rows.iter().map(|row| row.word.clone())),
                Meaning::Nothing | Meaning::Unknown => fields.push(label.clone()),
            }
        }
        screen.fields = fields;
    }
    (read != *sight).then_some(read)
}
