//! The screens: titles, labels and 画面番号, and how a result becomes readable.
//!
//! C-04-01-A, F-01-A and E-05-A follow the ministry's notice of 2025-04-15 on added functions;
//! titles of the other screens follow the overview of 2023-11, their labels are assumed.

use crate::contract::Screen;
use crate::defect::Defect;
use crate::service::{Answer, Record};
use crate::wareki::{full_width, wareki};
use crate::wire::Field;

/// Labels of buttons.
pub(crate) mod button {
    pub(crate) const LOGIN: &str = "ログイン";
    pub(crate) const VISUAL: &str = "目視確認";
    pub(crate) const PIN: &str = "4桁の暗証番号入力";
    pub(crate) const CLOSE: &str = "閉じる";
    pub(crate) const RETRY: &str = "再試行";
    pub(crate) const REGISTER: &str = "健康保険証利用登録する";
    pub(crate) const DO_NOT_REGISTER: &str = "健康保険証利用登録しない";
    pub(crate) const AGREE: &str = "同意する";
    pub(crate) const DISAGREE: &str = "同意しない";
    pub(crate) const READ_CARD: &str = "マイナンバーカードを読み取る";
    pub(crate) const CHECK: &str = "資格確認する";
}

const NOTICE: &str = "お知らせ";
const CAUSE: &str = "原因";
const ATTEMPTS_LEFT: &str = "残り回数";

/// 画面番号 of the three screens of 健康保険証利用登録.
const REGISTRATION: &str = "F-01-A";

/// Labelled values on a screen.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// ログイン画面, after a refusal with its reason.
pub(crate) fn login(reason: Option<String>) -> Screen {
    Screen {
        title: "ログイン画面",
        buttons: vec![button::LOGIN],
        fields: reason.map(|reason| (NOTICE, reason)).into_iter().collect(),
        ..Screen::default()
    }
}

/// 設定メニュー
pub(crate) fn settings(method: &'static str) -> Screen {
    Screen {
        title: "設定メニュー",
        fields: vec![("認証方法", method.to_owned())],
        ..Screen::default()
    }
}

/// 認証選択; `fields` are empty in a client that clears the screen for the next patient.
pub(crate) fn choice(fields: Fields) -> Screen {
    Screen {
        title: "認証選択",
        buttons: vec![button::VISUAL, button::PIN],
        fields,
        ..Screen::default()
    }
}

/// PIN入力, after a wrong one with the attempts left.
pub(crate) fn pin_entry(attempts_left: Option<u8>, notice: Option<&str>) -> Screen {
    let left = attempts_left.map(|left| (ATTEMPTS_LEFT, left.to_string()));
    let notice = notice.map(|notice| (NOTICE, notice.to_owned()));
    Screen {
        title: "PIN入力",
        fields: left.into_iter().chain(notice).collect(),
        ..Screen::default()
    }
}

/// 読み取り
pub(crate) fn reading(notice: &str, kept: Fields) -> Screen {
    let mut fields = vec![(NOTICE, notice.to_owned())];
    fields.extend(kept);
    Screen {
        title: "読み取り",
        fields,
        ..Screen::default()
    }
}

/// 暗証番号ロック
pub(crate) fn locked(shows_attempts: bool) -> Screen {
    let left = shows_attempts.then(|| (ATTEMPTS_LEFT, "0".to_owned()));
    let notice = (
        NOTICE,
        "暗証番号がロックされました。市区町村窓口で再設定できます／目視確認で続けられます"
            .to_owned(),
    );
    Screen {
        title: "暗証番号ロック",
        buttons: vec![button::VISUAL, button::CLOSE],
        fields: left.into_iter().chain([notice]).collect(),
        ..Screen::default()
    }
}

/// 通信エラー
pub(crate) fn no_answer(cause: String) -> Screen {
    Screen {
        title: "通信エラー",
        buttons: vec![button::RETRY, button::CLOSE],
        fields: vec![(CAUSE, cause)],
        ..Screen::default()
    }
}

/// The service said no.
pub(crate) fn refused(answer: &Answer) -> Screen {
    Screen {
        title: "資格確認エラー",
        buttons: vec![button::CLOSE],
        fields: vec![
            (CAUSE, answer.message()),
            ("処理結果", answer.code().to_owned()),
        ],
        ..Screen::default()
    }
}

/// C-04-01-A: 健康保険証利用登録 has not been done yet; shall it be?
pub(crate) fn registration_offer() -> Screen {
    Screen {
        number: Some("C-04-01-A"),
        title: "資格確認結果",
        buttons: vec![button::REGISTER, button::DO_NOT_REGISTER],
        ..Screen::default()
    }
}

/// F-01-A: what the patient agrees to.
pub(crate) fn registration_terms(text: Option<&str>) -> Screen {
    Screen {
        number: Some(REGISTRATION),
        title: "資格確認結果",
        buttons: vec![button::AGREE, button::DISAGREE],
        fields: text
            .map(|text| ("利用規約", text.to_owned()))
            .into_iter()
            .collect(),
    }
}

/// F-01-A: the card has to be read once more.
pub(crate) fn registration_reading() -> Screen {
    Screen {
        number: Some(REGISTRATION),
        title: "マイナンバーカードの読み取り",
        buttons: vec![button::READ_CARD],
        ..Screen::default()
    }
}

/// F-01-A: registered; the eligibility has to be checked again.
pub(crate) fn registration_done() -> Screen {
    Screen {
        number: Some(REGISTRATION),
        title: "健康保険証利用登録完了",
        buttons: vec![button::CHECK, button::READ_CARD],
        ..Screen::default()
    }
}

/// 資格確認結果: one screen per result, and one where there is none.
pub(crate) fn results(answer: &Answer, defect: Option<Defect>) -> Vec<Screen> {
    let validity = validity(answer, defect);
    if answer.results.is_empty() {
        return vec![insurance(&validity, &Record::new(), defect)];
    }
    answer
        .results
        .iter()
        .map(
            |result| match text(result, Field::InsuredCardClassification) {
                Some(MEDICAL_ASSISTANCE) => assistance(result, defect),
                _ => insurance(&validity, result, defect),
            },
        )
        .collect()
}

/// What the result screen looks like before anything is known. Only a defect shows that.
pub(crate) fn result_without_answer() -> Screen {
    insurance("有効", &Record::new(), None)
}

/// 被保険者証区分 of 医療扶助.
const MEDICAL_ASSISTANCE: &str = "A1";

/// 資格有効性 in words. Codes without one are shown as they are.
fn validity(answer: &Answer, defect: Option<Defect>) -> String {
    let code = match (answer.text(Field::QualificationValidity), answer.code()) {
        (Some(code), _) => code,
        (None, "NO_QUALIFICATION") => "4",
        (None, "MULTIPLE") => "5",
        (None, _) => "",
    };
    match code {
        "2" if defect == Some(Defect::ShowsLapsedAsValid) => "有効",
        "1" => "有効",
        "2" => "無効",
        "3" => "無効（新しい資格あり）",
        "4" => "該当資格なし",
        "5" => "複数該当",
        "6" => "有効（未登録）",
        other => other,
    }
    .to_owned()
}

/// Result of 医療保険.
fn insurance(validity: &str, result: &Record, defect: Option<Defect>) -> Screen {
    let has = |name| defect == Some(name);
    let plain = |field| text(result, field).map(str::to_owned);
    let kana = |field| text(result, field).map(full_width);
    let date = |field| text(result, field).map(era);
    let delivered = [
        ("保険者番号", plain(Field::InsurerNumber)),
        (
            "保険者名",
            plain(Field::InsurerName).filter(|_| !has(Defect::DropsInsurerName)),
        ),
        ("記号", plain(Field::InsuredCardSymbol)),
        ("番号", plain(Field::InsuredIdentificationNumber)),
        ("枝番", plain(Field::InsuredBranchNumber)),
        ("氏名", plain(Field::Name)),
        ("フリガナ", kana(Field::NameKana)),
        ("生年月日", date(Field::Birthdate)),
        ("性別", text(result, Field::Sex1).map(sex)),
        (
            "本人・家族の別",
            text(result, Field::PersonalFamilyClassification).map(|code| {
                match code {
                    "1" => "本人",
                    "2" => "家族",
                    other => other,
                }
                .to_owned()
            }),
        ),
        (
            "負担割合",
            text(result, Field::InsuredPartialContributionRatio).map(ratio),
        ),
        ("有効開始日", date(Field::InsuredCardValidDate)),
        ("有効終了日", date(Field::InsuredCardExpirationDate)),
        ("資格取得年月日", date(Field::QualificationDate)),
        (
            "資格喪失年月日",
            date(Field::DisqualificationDate).filter(|_| !has(Defect::HidesLossDate)),
        ),
    ];
    let mut fields = vec![("資格有効性", validity.to_owned())];
    fields.extend(shown(delivered));
    Screen {
        title: "資格確認結果",
        buttons: vec![button::CLOSE],
        fields,
        ..Screen::default()
    }
}

/// E-05-A: result of 医療扶助. 委託・未委託 is delivered and must not be shown.
fn assistance(result: &Record, defect: Option<Defect>) -> Screen {
    let has = |name| defect == Some(name);
    let plain = |field| text(result, field).map(str::to_owned);
    let kana = |field| text(result, field).map(full_width);
    let birthdate = text(result, Field::Birthdate).map(|date| {
        if has(Defect::AssistanceWesternBirthdate) {
            date.to_owned()
        } else {
            era(date)
        }
    });
    let mut fields = vec![("見出し", "医療扶助".to_owned())];
    fields.extend(shown([
        (
            "資格情報/福祉事務所名",
            plain(Field::InsurerName).filter(|_| !has(Defect::AssistanceWithoutOffice)),
        ),
        ("資格情報/フリガナ", kana(Field::NameKana)),
        ("資格情報/氏名", plain(Field::Name)),
        ("資格情報/生年月日", birthdate),
        ("資格情報/性別", text(result, Field::Sex1).map(sex)),
        ("資格情報/証区分", Some("医療扶助".to_owned())),
    ]));
    if has(Defect::ShowsConsignment) {
        let words = |code| if code == "1" { "委託" } else { "未委託" }.to_owned();
        let state = text(result, Field::ConsignmentState).map(words);
        fields.extend(shown([("資格情報/委託・未委託", state)]));
    }
    if text(result, Field::NameOfOther).is_some() && !has(Defect::AssistanceWithoutBackSide) {
        fields.extend(shown([
            ("裏面記載情報/氏名カナ", kana(Field::NameOfOtherKana)),
            ("裏面記載情報/氏名", plain(Field::NameOfOther)),
            ("裏面記載情報/性別", text(result, Field::Sex2).map(sex)),
        ]));
    }
    Screen {
        number: (!has(Defect::AssistanceWithoutNumber)).then_some("E-05-A"),
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

/// `030`, percent, as `3割`.
fn ratio(percent: &str) -> String {
    match percent.parse::<u8>() {
        Ok(percent) if percent % 10 == 0 => format!("{}割", percent / 10),
        _ => percent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_for(body: &str) -> Vec<Screen> {
        let answer = Answer::parse(body.as_bytes(), crate::wire::Wire::Mock).unwrap();
        results(&answer, None)
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
        assert_eq!(ratio("000"), "0割");
        assert_eq!(ratio("100"), "10割");
        assert_eq!(ratio("015"), "015");
        assert_eq!(ratio("三割"), "三割");
    }
}
