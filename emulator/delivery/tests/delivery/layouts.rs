//! The app's text, layout by layout.

use madoguchi_delivery::{Delivered, Layout, LineEnd};
use madoguchi_eligibility::{Field, Fields};

fn person() -> Delivered {
    let mut head = Fields::new();
    head.set(Field::QualificationConfirmationDate, "20250521");
    let mut insurance = Fields::new();
    for (field, value) in [
        (Field::ReferenceNumber, "TEST-0001"),
        (Field::InsuredCardClassification, "01"),
        (Field::InsurerNumber, "06990010"),
        (Field::InsurerName, "試験健康保険組合"),
        (Field::InsuredIdentificationNumber, "00123"),
        (Field::NameKana, "ｼｹﾝ ｼﾞﾛｳ"),
        (Field::Name, "試験　次郎"),
        (Field::Birthdate, "19520101"),
        (Field::Sex1, "3"),
        (Field::PreschoolClassification, "1"),
        (Field::InsuredPartialContributionRatio, "030"),
        (Field::ElderlyRecipientContributionRatio, "020"),
        (Field::NameOfOther, "別名　次郎"),
        (Field::Sex2, "1"),
    ] {
        insurance.set(field, value);
    }
    let mut assistance = Fields::new();
    for (field, value) in [
        (Field::InsuredCardClassification, "A1"),
        (Field::InsurerNumber, "12990010"),
        (Field::InsuredIdentificationNumber, "9900004"),
        (Field::Name, "試験　次郎"),
        (Field::NameOfOther, "別名　次郎"),
    ] {
        assistance.set(field, value);
    }
    Delivered {
        head,
        results: vec![insurance, assistance],
    }
}

#[test]
fn the_newest_text_reads_like_this() {
    let text = person().clipboard(&Layout::newest(), LineEnd::Lf);
    let expected = "\
照会番号\tTEST-0001
未就学区分\t義務教育就学前
資格情報(医療保険)
確認日 : \t2025/05/21
保険者番号\t06990010
保険者名\t試験健康保険組合
記号\t
番号\t00123
枝番\t
フリガナ\tシケン　ジロウ
氏名\t試験　次郎
生年月日\t昭和27年01月01日
性別\t未設定
証区分\t一般
負担割合\t3割
高齢受給者証
負担割合\t2割
要配慮情報（備考）
氏名\t別名　次郎
性別\t男
資格情報(医療扶助)
確認日 : \t2025/05/21
公費負担者番号\t12990010
受給者番号\t9900004
氏名\t試験　次郎
区分\t医療扶助
要配慮情報（備考）
氏名\t別名　次郎
";
    assert_eq!(text, expected);
}

#[test]
fn the_first_text_has_neither_what_came_later_nor_empty_lines() {
    let layout = Layout::named("2024-12-01").unwrap();
    let text = person().clipboard(&layout, LineEnd::Crlf);
    assert!(text.starts_with("資格情報\r\n確認日 : \t"), "{text}");
    assert!(
        text.contains("\r\n裏面記載情報\r\n氏名\t別名　次郎\r\n"),
        "{text}"
    );
    for later in ["記号", "照会番号", "未就学区分", "医療扶助", "住所"] {
        assert!(!text.contains(later), "{later}: {text}");
    }
}

#[test]
fn an_unknown_section_is_passed_over_and_takes_nothing_with_it() {
    let layout = Layout::named("2025-05-12").unwrap();
    let person = person();
    let text = person.clipboard(&layout, LineEnd::Crlf);
    let known = Delivered::from_clipboard(&text, &layout);
    let unknown = "要配慮情報（備考）\r\n氏名\t別人　三郎\r\n性別\t女\r\n新項目\t1\r\n";
    for heading in ["裏面記載情報(医療保険)\r\n", "高齢受給者証\r\n"] {
        let with = text.replace(heading, &format!("{unknown}{heading}"));
        assert_ne!(with, text);
        assert_eq!(Delivered::from_clipboard(&with, &layout), known);
    }
    let at_the_end = format!("{text}{unknown}");
    assert_eq!(Delivered::from_clipboard(&at_the_end, &layout), known);
}

#[test]
fn what_would_end_a_line_is_delivered_as_a_circle() {
    let mut result = Fields::new();
    result.set(Field::Name, "試験\t一\r\n番号\t9");
    let delivered = Delivered {
        results: vec![result],
        ..Delivered::default()
    };
    let text = delivered.clipboard(&Layout::newest(), LineEnd::Lf);
    assert!(text.contains("氏名\t試験●一●●番号●9\n"), "{text}");
}
