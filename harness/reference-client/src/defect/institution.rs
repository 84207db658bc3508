//! The history, and what only a 資格確認端末 of an institution asks.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::*;
use crate::bulk::is_in_error;
use crate::contract::Conditions;

defects! {
    "forgets-conditions" breaks "history.conditions-asked",
        "asks for the whole history whatever was entered",
        "何を入力しても履歴をすべて照会する" => types(|action| {
        if let Action::BrowseHistory(conditions) = action {
            conditions.clear();
        }
    });
    "keeps-first-conditions" breaks "history.conditions-asked",
        "keeps the conditions of the first search",
        "最初の検索の条件を使い続ける" => {
        let first = kept::<Option<Conditions>>();
        types(move |action| {
            if let Action::BrowseHistory(conditions) = action {
                *conditions = first.with(|first| first.get_or_insert(conditions.clone()).clone());
            }
        })
    };
    "asks-without-last-day" breaks "history.conditions-asked",
        "looks for past results from a day on, without the last day",
        "終わりの日を付けずに履歴を探す" => types(|action| {
        if let Action::BrowseHistory(conditions) = action {
            conditions.remove("date-to");
        }
    });
    "shortens-insurer-number" breaks "history.conditions-asked",
        "takes 保険者番号 for an integer when it looks for past results",
        "履歴を探すとき保険者番号を整数とみなす" => types(|action| {
        if let Action::BrowseHistory(conditions) = action
            && let Some(number) = conditions.get_mut("insurer-number")
        {
            shorten(number);
        }
    });
    "drops-history-row" breaks "history.rows-shown",
        "leaves the last row of the history out",
        "履歴の最後の行を出さない" => on::answer(|_, operation, mut answer| {
        if operation == Operation::History {
            answer.results.pop();
        }
        Ok(answer)
    });
    "takes-empty-history-for-fault" breaks "history.empty-told",
        "shows a history without a line as an error",
        "該当のない履歴をエラーとして示す" => on::screen(|_, mut screen| {
        if screen.title == "資格確認履歴" && screen.fields.is_empty() {
            screen.title = "資格確認エラー";
            screen.fields.push((CAUSE, "OK".to_owned()));
        }
        screen
    });
    "reads-history-in-utc" breaks "history.day-kept",
        "moves the hour of a past check from Japan's to UTC",
        "履歴の日時を日本時間から協定世界時に直す" => on::answer(|_, operation, mut answer| {
        if operation == Operation::History {
            answer.results.iter_mut().for_each(move_back);
        }
        Ok(answer)
    });
    "drops-leading-zeros" breaks "institution.numbers-as-typed",
        "takes the numbers of an insurance card for integers",
        "保険証の番号を整数とみなす" => types(|action| {
        if let Action::AskByNumber(numbers) = action {
            numbers.values_mut().for_each(shorten);
        }
    });
    "takes-first-by-number" breaks "result.delivered-fields-shown",
        "shows the first of several persons who have the same numbers",
        "同じ番号の人が複数いるとき、最初の人だけを示す" => on::answer(|_, operation, mut answer| {
        if operation == Operation::EligibilityByNumber {
            answer.results.truncate(1);
        }
        Ok(answer)
    });
    "always-consents" breaks "institution.disaster-consent",
        "says that the patient agreed, whatever he or she answered",
        "患者の答えによらず、同意したと伝える" => types(|action| {
        if let Action::SearchEmergency(person) = action {
            person.insert("consent".to_owned(), "agrees".to_owned());
        }
    });
    "always-disaster" breaks "institution.mode-as-chosen",
        "searches in 災害時モード whatever was chosen",
        "選択によらず災害時モードで探す" => types(|action| {
        if let Action::SearchEmergency(person) = action {
            person.insert("mode".to_owned(), "disaster".to_owned());
        }
    });
    "skips-last-patient" breaks "bulk.units-as-typed",
        "leaves the last patient out of a bulk inquiry",
        "一括照会で最後の患者を抜かす" => types(|action| {
        if let Action::InquireInBulk(patients) = action {
            patients.pop();
        }
    });
    "shortens-reception-number" breaks "bulk.reception-number",
        "takes 受付番号 for an integer",
        "受付番号を整数とみなす" => on::request(|_, request| {
        Ok(match request.text(Field::ReceptionNumber) {
            Some(number) => {
                let short = number.trim_start_matches('0').to_owned();
                request.with(Field::ReceptionNumber, short)
            }
            None => request,
        })
    });
    "takes-processing-for-done" breaks "bulk.processing-told",
        "shows an empty result while it is being processed",
        "処理中なのに空の結果を示す" => on::answer(|_, _, mut answer| {
        answer.fields.remove(&Field::SegmentOfResult);
        Ok(answer)
    });
    "hides-failed-units" breaks "bulk.units-shown",
        "leaves the units in error out of a bulk result",
        "一括照会の結果からエラーの行を除く" =>
        of_bulk(|answer| answer.results.retain(|row| !is_in_error(row)));
    "bares-failed-units" breaks "bulk.error-told",
        "lists a unit in error by its number alone",
        "エラーの行を番号だけで示す" => of_bulk(|answer| {
        for row in &mut answer.results {
            row.remove(&Field::ProcessingResultStatus);
        }
    });
}

/// The hour of a past check, nine hours earlier.
fn move_back(row: &mut Record) {
    const WRITTEN: &str = "%Y%m%d%H%M%S";
    let Some(at) = row.get_mut(&Field::ConfirmedAt) else {
        return;
    };
    if let Ok(time) = DateTime::strptime(WRITTEN, &*at) {
        let earlier = time.saturating_sub(SignedDuration::from_hours(9));
        *at = earlier.strftime(WRITTEN).to_string();
    }
}

/// Changes what came of a bulk inquiry.
fn of_bulk(change: fn(&mut Answer)) -> Layer {
    on::answer(move |_, operation, mut answer| {
        if operation == Operation::BulkResult {
            change(&mut answer);
        }
        Ok(answer)
    })
}
