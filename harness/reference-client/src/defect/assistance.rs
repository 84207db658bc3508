//! 医療扶助

use super::*;
use crate::result;
use crate::result::UNREGISTERED;
use crate::screens::NOTICE;

defects! {
    "assistance-without-office" breaks "assistance.six-items-shown",
        "leaves 福祉事務所名 out",
        "福祉事務所名を出さない" =>
        on::result(|_, _, _, screen| hide(screen, "資格情報/福祉事務所名"));
    "shows-notice-after-pin" breaks "assistance.six-items-shown",
        "shows after a PIN only that there is 医療扶助, as before 2025-04",
        "暗証番号の後は、2025年4月より前のように医療扶助があることだけを示す" =>
        on::result(|app, _, _, screen| {
            let by_pin = app.patient.check == IdentityCheck::Pin;
            if by_pin && screen.number.is_some() { result::notice() } else { screen }
        });
    "assistance-without-back-side" breaks "assistance.back-side-shown",
        "leaves 裏面記載情報 out",
        "裏面記載情報を出さない" => on::result(|_, _, _, mut screen| {
        screen.fields.retain(|(label, _)| !label.starts_with(BACK_SIDE));
        screen
    });
    "assistance-western-birthdate" breaks "assistance.era-birthdate",
        "shows the birth date of 医療扶助 in the Western calendar",
        "医療扶助の生年月日を西暦で示す" => on::result(|_, _, record, mut screen| {
        let date = record.and_then(|record| record.get(&Field::Birthdate));
        if let (Some(shown), Some(date)) = (field(&mut screen, "資格情報/生年月日"), date) {
            shown.clone_from(date);
        }
        screen
    });
    "knows-no-era-without-day" breaks "assistance.era-birthdate",
        "shows a birth date of 医療扶助 as it came where its day is 00",
        "医療扶助の生年月日の日が 00 だと、届いたまま示す" => on::result(|_, _, record, mut screen| {
        let date = record.and_then(|record| record.get(&Field::Birthdate));
        let date = date.filter(|date| date.ends_with("00"));
        if let (Some(shown), Some(date)) = (field(&mut screen, "資格情報/生年月日"), date) {
            shown.clone_from(date);
        }
        screen
    });
    "shows-consignment" breaks "assistance.consignment-hidden",
        "shows 委託・未委託",
        "委託・未委託を示す" => on::result(|_, _, record, mut screen| {
        let state = record.and_then(|record| record.get(&Field::ConsignmentState));
        let class = screen.fields.iter().position(|(label, _)| *label == "資格情報/証区分");
        if let (Some(class), Some(state)) = (class, state) {
            screen.fields.insert(class + 1, ("資格情報/委託・未委託", state.clone()));
        }
        screen
    });
    "assistance-without-number" breaks "assistance.screen-number",
        "shows the screen of 医療扶助 without its 画面番号",
        "医療扶助の画面に画面番号を出さない" =>
        on::result(|_, _, _, screen| Screen { number: None, ..screen });
    "hides-stopped-assistance" breaks "assistance.shown-until-new",
        "leaves 医療扶助 out that has a date of loss",
        "喪失日のある医療扶助を出さない" => results(|answer| {
        let is_stopped = |result: &Record| result.contains_key(&Field::DisqualificationDate);
        answer.results.retain(|result| !is_assistance(result) || !is_stopped(result));
    });
    "hides-missing-ticket" breaks "assistance.ticket-to-be-checked",
        "does not say that the ticket of 医療扶助 is not registered",
        "医療券が未登録であることを伝えない" => on::result(|_, _, _, mut screen| {
        let is_of_ticket = |text: &str| text.starts_with(UNREGISTERED);
        screen.fields.retain(|(label, text)| *label != NOTICE || !is_of_ticket(text));
        screen
    });
    "hides-notice" breaks "assistance.notice-shown",
        "shows 医療扶助 without items like an empty result",
        "項目のない医療扶助を空の結果として示す" => on::result(|_, _, record, screen| {
        let has_items = |record: &Record| record.contains_key(&Field::InsurerName);
        let is_bare = record.is_some_and(|record| is_assistance(record) && !has_items(record));
        if is_bare { hide(screen, NOTICE) } else { screen }
    });
}
