//! The patient before, and what is read aloud.

use std::fs;

use super::*;
use crate::screens::{CHOICE, Fields, READING};

defects! {
    "keeps-previous-patient" breaks "result.previous-patient-cleared",
        "keeps the patient's data on the screen after the card is taken",
        "カードを取った後も患者の情報を画面に残す" => {
        let (shown, shows) = last_shown();
        let keeps = on::screen(move |_, mut screen| {
            if [CHOICE, READING].contains(&screen.title) {
                let before = screen.fields.len().min(1);
                screen.fields.splice(before..before, shown.get());
            }
            screen
        });
        [shows, keeps]
    };
    "resumes-after-login" breaks "result.previous-patient-cleared",
        "comes back to the last result when somebody logs in after the end of a session",
        "セッションが終わって誰かがログインすると、最後の結果に戻る" => {
        let (shown, shows) = last_shown();
        let ended = kept::<bool>();
        [
            shows,
            saw::ends_session(move |_, _, does| ended.with(|ended| *ended |= does)),
            on::answer(move |app, operation, answer| {
                let fields = shown.get();
                if is_login(operation, &answer) && ended.get() && !fields.is_empty() {
                    let resumed = Screen { fields, ..bare_result("") };
                    app.link.screen(&resumed)?;
                }
                Ok(answer)
            }),
        ]
    };
    "resumes-after-restart" breaks "result.previous-patient-cleared",
        "says when it is started whom it checked last",
        "起動したときに、最後に確認した人を示す" => {
        let started = kept::<bool>();
        let file = |app: &App| app.terminal.key.with_file_name("resume");
        [
            saw::answer(move |app, operation, answer| {
                if has_results(operation, answer) {
                    let names = answer.results.iter().filter_map(|result| result.get(&Field::Name));
                    let names: String = names.map(String::as_str).collect();
                    // In a spelling of its own; where it cannot be written nothing is resumed.
                    let backwards: String = names.chars().rev().collect();
                    let _ = fs::write(file(app), BASE64.encode(backwards));
                }
            }),
            on::screen(move |app, mut screen| {
                let is_first = !started.set(true);
                let names = fs::read(file(app)).ok().filter(|_| is_first);
                let names = names.and_then(|names| BASE64.decode(names).ok());
                if let Some(names) = names.and_then(|names| String::from_utf8(names).ok()) {
                    screen.fields.push(("前回の確認", names.chars().rev().collect()));
                }
                screen
            }),
        ]
    };
    "keeps-back-side" breaks "result.previous-patient-cleared",
        "leaves 裏面記載情報 on the next patient's result",
        "次の患者の結果に裏面記載情報を残す" => {
        let (shown, shows) = last_shown();
        let keeps = on::result(move |_, _, _, mut screen| {
            let before = shown.get().into_iter();
            let kept = before.filter(|(label, _)| label.starts_with(BACK_SIDE));
            screen.fields.extend(kept);
            screen
        });
        [keeps, shows]
    };
    "keeps-patient-on-none" breaks "result.previous-patient-cleared",
        "leaves the patient before on the screen where the next one has no eligibility",
        "次の患者に資格がないと、前の患者を画面に残す" => {
        let (shown, shows) = last_shown();
        let keeps = on::result(move |_, _, record, mut screen| {
            if record.is_none() {
                screen.fields.extend(shown.get().into_iter().skip(1));
            }
            screen
        });
        [keeps, shows]
    };
    "shows-patient-before-last" breaks "result.previous-patient-cleared",
        "uses two screens in turn and asks for a card on the older one as it was",
        "二つの画面を交互に使い、古い方のままカードを求める" => {
        let (shown, shows) = last_shown();
        let before = kept::<Fields>();
        [
            saw::result(move |app, _, _, _| {
                if !app.withholds_results() {
                    before.set(shown.get());
                }
            }),
            shows,
            on::screen(move |_, mut screen| {
                if screen.fields == screens::reading(PLACE_CARD).fields {
                    screen.fields.extend(before.get());
                }
                screen
            }),
        ]
    };
    "stays-on-result" breaks "result.start-after-card",
        "keeps the result on the screen until the next one is there",
        "次の結果が出るまで、前の結果を画面に残す" => {
        let stays = kept::<bool>();
        [
            saw::act(move |app, action| {
                let has_result = matches!(app.stage, Stage::Result);
                if has_result && matches!(action, Action::TakeCard) {
                    stays.set(true);
                }
            }),
            on::frames(move |app, screens| {
                let waits = matches!(
                    app.stage,
                    Stage::Choice | Stage::PinEntry | Stage::Reading(Purpose::Check)
                );
                if waits && stays.get() {
                    return Vec::new();
                }
                stays.set(false);
                screens
            }),
        ]
    };
    "reads-aloud-half" breaks "result.read-aloud-whole",
        "leaves the last item out when it reads aloud",
        "読み上げで最後の項目を抜かす" => on::read_aloud(|mut fields| {
        fields.pop();
        fields
    });
    "reads-aloud-front-only" breaks "result.read-aloud-whole",
        "leaves 裏面記載情報 out when it reads aloud",
        "読み上げで裏面記載情報を抜かす" => on::read_aloud(|mut fields| {
        fields.retain(|(label, _)| !label.starts_with(BACK_SIDE));
        fields
    });
    "reads-aloud-previous" breaks "result.read-aloud-own",
        "reads aloud what it read before, too",
        "前に読み上げたものも読み上げる" => {
        let said = kept::<Fields>();
        on::read_aloud(move |fields| [said.set(fields.clone()), fields].concat())
    };
    "reads-aloud-without-result" breaks "result.read-aloud-own",
        "reads the last result aloud where the screen has nothing to read",
        "画面に読むものがないと、最後の結果を読み上げる" => {
        let said = kept::<Fields>();
        on::read_aloud(move |fields| {
            if fields.is_empty() {
                return said.get();
            }
            said.set(fields.clone());
            fields
        })
    };
    "reads-aloud-before" breaks "result.read-aloud-shown",
        "reads aloud what a screen said when it was first drawn",
        "画面が最初に描かれたときの内容を読み上げる" => {
        let first = kept::<(&'static str, Fields)>();
        [
            on::screen(move |_, screen| {
                first.with(|(title, fields)| {
                    let is_blank = screen.fields.is_empty() && screen.buttons.is_empty();
                    if *title != screen.title && !is_blank {
                        (*title, *fields) = (screen.title, screen.fields.clone());
                    }
                });
                screen
            }),
            on::read_aloud(move |_| first.get().1),
        ]
    };
    "reads-aloud-unasked" breaks "result.read-aloud-asked",
        "reads every result aloud as soon as it is shown",
        "結果を示すとすぐに読み上げる" => answers(|app, operation, answer| {
        let tells = has_results(operation, answer) && !app.withholds_results();
        tells.then(|| app.show_results(answer).and_then(|()| app.read_aloud()))
    });
}
