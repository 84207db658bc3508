//! A result on the screen: 資格確認結果 of 医療保険 and E-05-A of 医療扶助.
//!
//! The service's codes become the words of the app; what it did not deliver is not shown.

use crate::answer::{Answer, Record};
use crate::contract::Screen;
use crate::screens::{NOTICE, button};
use crate::wareki::{full_width, wareki};
use crate::wire::Field;

/// 資格確認結果: one screen per result, and one where there is none.
pub(crate) fn screens(answer: &Answer) -> Vec<Screen> {
    let validity = validity(answer);
    if answer.results.is_empty() {
        return vec![insurance(validity, &Record::new())];
    }
    answer
        .results
        .iter()
        .map(|result| {
            let screen = match text(result, Field::InsuredCardClassification) {
                Some(MEDICAL_ASSISTANCE) if text(result, Field::InsurerName).is_none() => notice(),
                Some(MEDICAL_ASSISTANCE) => assistance(result, validity),
                _ => insurance(
                    text(result, Field::QualificationValidity).map_or(validity, validity_word),
                    result,
                ),
            };
            with_consent(screen, result)
        })
        .collect()
}

/// The same screen with how far the patient's consent goes, where that was delivered.
fn with_consent(mut screen: Screen, result: &Record) -> Screen {
    let state = text(result, Field::ConsentClassification).map(|code| match code {
        "0" => "なし",
        "1" => "あり",
        "2" => "有効期限切れ",
        other => other,
    });
    let reason = text(result, Field::ConsentEndReason).map(|code| match code {
        "0" => "期限切れ",
        "1" => "医療機関等による",
        "2" => "患者による",
        "3" => "利用変更による",
        other => other,
    });
    let delivered = [("同意", state), ("同意の終了理由", reason)];
    let delivered = delivered.map(|(label, words)| (label, words.map(str::to_owned)));
    screen.fields.extend(shown(delivered));
    screen
}

/// Label of 資格有効性.
pub(crate) const VALIDITY: &str = "資格有効性";

/// 資格有効性 of 医療扶助 whose ticket has not arrived.
pub(crate) const UNREGISTERED: &str = "有効（未登録）";

/// 医療扶助 before 2025-04: that there is one, and nothing else.
pub(crate) fn notice() -> Screen {
    let text = "医療扶助の対象者です。医療券・施術券などで確認してください";
    Screen {
        title: "資格確認結果",
        buttons: vec![button::CLOSE],
        fields: vec![(NOTICE, text.to_owned())],
        ..Screen::default()
    }
}

/// 被保険者証区分 of 医療扶助.
pub(crate) const MEDICAL_ASSISTANCE: &str = "A1";

/// 資格有効性 in words. Codes without one are shown as they are.
fn validity(answer: &Answer) -> &str {
    match (answer.text(Field::QualificationValidity), answer.code()) {
        (Some(code), _) => validity_word(code),
        (None, "NO_QUALIFICATION") => validity_word("4"),
        (None, "MULTIPLE") => validity_word("5"),
        (None, _) => "",
    }
}

fn validity_word(code: &str) -> &str {
    match code {
        "1" => "有効",
        "2" => "無効",
        "3" => "無効（新しい資格あり）",
        "4" => "該当資格なし",
        "5" => "複数該当",
        "6" => UNREGISTERED,
        other => other,
    }
}

/// A line of the history: when, whose eligibility, with which insurer, and how it was then.
pub(crate) fn line(row: &Record) -> String {
    let day = text(row, Field::ConfirmedAt).and_then(|at| at.get(..8));
    let validity = text(row, Field::QualificationValidity).map(validity_word);
    [
        day.map(era),
        text(row, Field::Name).map(str::to_owned),
        text(row, Field::InsurerNumber).map(str::to_owned),
        validity.map(str::to_owned),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("  ")
}

/// Result of 医療保険.
pub(crate) fn insurance(validity: &str, result: &Record) -> Screen {
    let plain = |field| text(result, field).map(str::to_owned);
    let kana = |field| text(result, field).map(full_width);
    let date = |field| text(result, field).map(era);
    let words = |field, in_words: fn(&str) -> String| text(result, field).map(in_words);
    let class = text(result, Field::InsuredCardClassification).and_then(special_class);
    let delivered = [
        ("保険者番号", plain(Field::InsurerNumber)),
        ("保険者名", plain(Field::InsurerName)),
        ("記号", plain(Field::InsuredCardSymbol)),
        ("番号", plain(Field::InsuredIdentificationNumber)),
        ("枝番", plain(Field::InsuredBranchNumber)),
        ("氏名", plain(Field::Name)),
        ("フリガナ", kana(Field::NameKana)),
        ("生年月日", date(Field::Birthdate)),
        ("性別", words(Field::Sex1, sex)),
        (
            "本人・家族の別",
            words(Field::PersonalFamilyClassification, relation),
        ),
        (
            "負担割合",
            words(Field::InsuredPartialContributionRatio, ratio),
        ),
        ("証区分", class),
        ("有効開始日", date(Field::InsuredCardValidDate)),
        ("有効終了日", date(Field::InsuredCardExpirationDate)),
        ("資格取得年月日", date(Field::QualificationDate)),
        ("資格喪失年月日", date(Field::DisqualificationDate)),
    ];
    let mut fields = vec![(VALIDITY, validity.to_owned())];
    fields.extend(shown(delivered));
    Screen {
        title: "資格確認結果",
        buttons: vec![button::CLOSE],
        fields,
        ..Screen::default()
    }
}

/// E-05-A: result of 医療扶助. 委託・未委託 is delivered and must not be shown.
fn assistance(result: &Record, validity: &str) -> Screen {
    let plain = |field| text(result, field).map(str::to_owned);
    let kana = |field| text(result, field).map(full_width);
    let mut fields = vec![("見出し", "医療扶助".to_owned())];
    fields.extend(shown([
        ("資格情報/福祉事務所名", plain(Field::InsurerName)),
        ("資格情報/フリガナ", kana(Field::NameKana)),
        ("資格情報/氏名", plain(Field::Name)),
        ("資格情報/生年月日", text(result, Field::Birthdate).map(era)),
        ("資格情報/性別", text(result, Field::Sex1).map(sex)),
        ("資格情報/証区分", Some("医療扶助".to_owned())),
    ]));
    if text(result, Field::NameOfOther).is_some() {
        fields.extend(shown([
            ("裏面記載情報/氏名カナ", kana(Field::NameOfOtherKana)),
            ("裏面記載情報/氏名", plain(Field::NameOfOther)),
            ("裏面記載情報/性別", text(result, Field::Sex2).map(sex)),
        ]));
    }
    if validity == UNREGISTERED {
        let notice = format!("{UNREGISTERED}: 医療券・施術券を確認してください");
        fields.push((NOTICE, notice));
    }
    Screen {
        number: Some("E-05-A"),
        title: "資格確認結果",
        buttons: vec![button::CLOSE],
        fields,
    }
}

fn text(result: &Record, field: Field) -> Option<&str> {
    result.get(&field).map(String::as_str)
}

/// The labels whose value was delivered.
fn shown<const N: usize>(
    rows: [(&'static str, Option<String>); N],
) -> impl Iterator<Item = (&'static str, String)> {
    rows.into_iter()
        .filter_map(|(label, value)| Some((label, value?)))
}

/// A date in 和暦; what is no date is shown as it came.
fn era(date: &str) -> String {
    wareki(date).unwrap_or_else(|| date.to_owned())
}

fn sex(code: &str) -> String {
    match code {
        "1" => "男",
        "2" => "女",
        "3" => "未設定",
        other => other,
    }
    .to_owned()
}

fn relation(code: &str) -> String {
    match code {
        "1" => "本人",
        "2" => "家族",
        other => other,
    }
    .to_owned()
}

/// 被保険者証区分 that is not the ordinary one.
fn special_class(code: &str) -> Option<String> {
    let word = match code {
        "02" => "退職",
        "03" => "短期（一般）",
        "04" => "短期（退職）",
        "05" => "特別療養費支給対象者",
        "06" => "特例退職",
        "07" => "自衛官診療証",
        _ => return None,
    };
    Some(word.to_owned())
}

/// `030`, percent, as `3割`.
fn ratio(percent: &str) -> String {
    match percent {
        "010" => "1割",
        "020" => "2割",
        "030" => "3割",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_for(body: &str) -> Vec<Screen> {
        let answer = Answer::parse(body.as_bytes(), crate::wire::Wire::Mock).unwrap();
        screens(&answer)
    }

    fn value<'a>(screen: &'a Screen, label: &str) -> Option<&'a str> {
        screen
            .fields
            .iter()
            .find_map(|(other, value)| (*other == label).then_some(value.as_str()))
    }

    #[test]
    fn an_insurance_is_shown_in_the_words_of_the_app() {
        let screens = shown_for(
            r#"{"resultCode":"OK","qualificationValidity":"3","resultList":[{
                "insuredCardClassification":"01","insurerNumber":"99130001","nameKana":"ｶｸｳ ｼﾞﾛｳ",
                "birthdate":"19890108","sex1":"1","personalFamilyClassification":"2",
                "insuredPartialContributionRatio":"030","disqualificationDate":"20250430",
                "consignmentState":"1"}]}"#,
        );
        let [screen] = &screens[..] else {
            panic!("{screens:?}")
        };
        assert_eq!(screen.number, None);
        assert_eq!(
            screen.fields,
            [
                ("資格有効性", "無効（新しい資格あり）"),
                ("保険者番号", "99130001"),
                ("フリガナ", "カクウ　ジロウ"),
                ("生年月日", "平成01年01月08日"),
                ("性別", "男"),
                ("本人・家族の別", "家族"),
                ("負担割合", "3割"),
                ("資格喪失年月日", "令和07年04月30日"),
            ]
            .map(|(label, value)| (label, value.to_owned()))
        );
    }

    #[test]
    fn assistance_has_its_own_screen_and_hides_the_consignment() {
        let screens = shown_for(
            r#"{"resultCode":"OK","qualificationValidity":"1","resultList":[{
                "insuredCardClassification":"A1","insurerName":"架空市福祉事務所","name":"扶助　花子",
                "birthdate":"19520101","sex1":"2","nameOfOther":"別名　花子","sex2":"3",
                "consignmentState":"1"}]}"#,
        );
        let screen = &screens[0];
        assert_eq!(screen.number, Some("E-05-A"));
        assert_eq!(
            value(screen, "資格情報/福祉事務所名"),
            Some("架空市福祉事務所")
        );
        assert_eq!(value(screen, "資格情報/生年月日"), Some("昭和27年01月01日"));
        assert_eq!(value(screen, "資格情報/証区分"), Some("医療扶助"));
        assert_eq!(value(screen, "裏面記載情報/性別"), Some("未設定"));
        assert!(
            screen
                .fields
                .iter()
                .all(|(label, _)| !label.contains("委託"))
        );
    }

    #[test]
    fn nothing_on_record_is_a_result_too() {
        let screens = shown_for(r#"{"resultCode":"NO_QUALIFICATION"}"#);
        assert_eq!(value(&screens[0], "資格有効性"), Some("該当資格なし"));
    }

    #[test]
    fn an_unusual_ratio_is_shown_as_it_came() {
        assert_eq!(ratio("020"), "2割");
        assert_eq!(ratio("015"), "015");
        assert_eq!(ratio("三割"), "三割");
    }
}
