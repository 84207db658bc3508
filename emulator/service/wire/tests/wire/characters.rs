//! Names, dates and numbers on their way through both kinds of wire: what was filed is what a client
//! reads, or visibly something else.

use jiff::civil::date;
use madoguchi_eligibility::{
    Answer, CharacterSet, Decision, Field, Fields, Operation, WarekiDate, from_cp932, kana,
};
use madoguchi_wire::Profile;
use proptest::prelude::*;

/// What a client reads of the value of a field: from JSON, from XML in Shift_JIS, from XML in UTF-8.
fn read(field: Field, value: &str) -> [String; 3] {
    let mut answer = Answer::new(Decision::Ok, "test");
    let mut result = Fields::new();
    result.set(field, value);
    answer.results.push(result);
    let json = Profile::builtin("mock-2025.05").unwrap();
    let xml = Profile::builtin("oqs-xml-8.07").unwrap();
    let from = |profile: &Profile, operation, answer: &Answer| {
        let reply = profile.render(Some(operation), answer);
        let tree = profile.reply_tree(Some(operation), &reply.body).unwrap();
        let text = tree
            .pointer("/resultList/0")
            .or_else(|| {
                tree.pointer("/XmlMsg/MessageBody/ResultList/ResultOfQualificationConfirmation/0")
            })
            .and_then(|result| result.as_object()?.values().next()?.as_str())
            .unwrap_or_default();
        text.to_owned()
    };
    [
        from(&json, Operation::EligibilityByCertificate, &answer),
        from(&xml, Operation::EligibilityByNumber, &answer),
        from(
            &xml,
            Operation::EligibilityByNumber,
            &answer.with(Field::CharacterCodeIdentifier, "0"),
        ),
    ]
}

#[test]
fn names_of_both_levels_and_circles_arrive_as_they_were_filed() {
    for name in [
        "試験　太郎",
        "亜腕　弌熙",
        "●橋　●子",
        "架空 ヴィクトリア",
        "ABC-1",
    ] {
        assert_eq!(read(Field::Name, name), [name; 3]);
    }
}

#[test]
fn extensions_of_windows_arrive_in_both_encodings() {
    for name in ["髙橋　德子", "﨑山", "①㈱"] {
        assert_eq!(read(Field::Name, name), [name; 3]);
        assert_eq!(CharacterSet::Cp932.deliver(name), name);
        assert_ne!(CharacterSet::JisX0208.deliver(name), name);
    }
}

#[test]
fn what_shift_jis_lacks_arrives_as_a_circle_there_and_whole_elsewhere() {
    let [json, shift_jis, utf8] = read(Field::Name, "𠮷田　花子");
    assert_eq!([json, utf8], ["𠮷田　花子"; 2]);
    assert_eq!(shift_jis, "●田　花子");
}

#[test]
fn signs_that_unicode_has_twice_arrive_as_one_of_the_two() {
    let [json, shift_jis, utf8] = read(Field::InsurerName, "試験〜組合−");
    assert_eq!([json, utf8], ["試験〜組合−"; 2]);
    assert_eq!(shift_jis, "試験～組合－");
}

#[test]
fn readings_keep_their_marks_in_half_width() {
    for reading in ["ｼｹﾝ ﾊﾞﾛｳ", "ｳﾞｨｸﾄﾘｱ", "ﾊﾟﾋﾟ-ﾌﾟｰ", "ｱﾞ", "ﾜﾞｦﾞ"]
    {
        assert_eq!(read(Field::NameKana, reading), [reading; 3]);
        let shown = kana::to_full_width(reading);
        assert_eq!(kana::to_half_width(&shown), reading);
    }
}

#[test]
fn numbers_keep_their_zeros_and_their_symbols() {
    for number in ["00123", "0", "01", "試験-Ａ1", "１２"] {
        assert_eq!(
            read(Field::InsuredIdentificationNumber, number),
            [number; 3]
        );
    }
}

#[test]
fn markup_in_a_value_stays_a_value() {
    let name = "<試験> & \"太郎\" ]]> &amp;";
    assert_eq!(read(Field::Name, name), [name; 3]);
}

#[test]
fn days_around_the_change_of_an_era_arrive_and_read_as_their_era() {
    for (day, shown) in [
        (date(1912, 7, 29), "明治45年07月29日"),
        (date(1912, 7, 30), "大正01年07月30日"),
        (date(1926, 12, 25), "昭和01年12月25日"),
        (date(1989, 1, 7), "昭和64年01月07日"),
        (date(1989, 1, 8), "平成01年01月08日"),
        (date(2019, 4, 30), "平成31年04月30日"),
        (date(2019, 5, 1), "令和01年05月01日"),
        (date(2024, 2, 29), "令和06年02月29日"),
    ] {
        let sent = day.strftime("%Y%m%d").to_string();
        for read in read(Field::Birthdate, &sent) {
            let day = jiff::civil::Date::strptime("%Y%m%d", &read).unwrap();
            assert_eq!(WarekiDate::of(day).unwrap().to_string(), shown);
        }
    }
}

#[test]
fn no_reply_in_shift_jis_has_bytes_of_another_encoding() {
    let profile = Profile::builtin("oqs-xml-8.07").unwrap();
    for decision in Decision::ALL {
        let reply = profile.render(None, &Answer::new(*decision, "test"));
        assert!(from_cp932(&reply.body).is_ok(), "{decision}");
    }
}

proptest! {
    #[test]
    fn any_text_arrives_whole_or_visibly_changed(text in "\\PC{0,40}") {
        let [json, shift_jis, utf8] = read(Field::Name, &text);
        prop_assert_eq!(&json, &text);
        // An element of nothing but spaces is an empty one.
        if !text.trim_matches(' ').is_empty() {
            prop_assert_eq!(&utf8, &text);
            prop_assert_eq!(shift_jis.chars().count(), text.chars().count());
        }
    }
}
