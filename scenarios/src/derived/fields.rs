//! Every field that an answer can have, at its edges: what is filed of the patient, by the method of the
//! check and the device; one eligibility, several in every order, and 医療扶助 beside each.

use madoguchi_eligibility::{
    CardClassification, ContributionRatio, Operation, Preschool, ReasonOfLoss, Relation, Sex,
};
use madoguchi_notation::{Offset, Wording};

use super::cell::{Cell, FIRST, Place, who};
use crate::{
    Act, AssistanceGiven, DateField, DateForm, Hands, InsuranceGiven, InsurancePart, PartialDate,
    Pin, RecordGiven, Scenario, WebFault,
};

/// One value of one field.
struct Value {
    name: String,
    says: Wording,
    record: RecordGiven,
}

/// How the patient is checked, and on what.
#[derive(Clone, Copy)]
enum Way {
    /// By eye, at a PC; the result is read aloud.
    Visual,
    /// By PIN, at a PC.
    Pin,
    /// By eye, on a mobile device.
    MobileVisual,
    /// By PIN, on a mobile device that is handed over.
    Handed,
    /// Without a card, by the numbers of a 資格確認書.
    Numbers,
}

impl Way {
    const ALL: [Self; 4] = [Self::Visual, Self::Handed, Self::Pin, Self::MobileVisual];
    const FEW: [Self; 2] = [Self::Visual, Self::Handed];

    const fn name(self) -> &'static str {
        match self {
            Self::Visual => "visual",
            Self::Pin => "pin",
            Self::MobileVisual => "mobile-visual",
            Self::Handed => "mobile-pin",
            Self::Numbers => "by-number",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Visual => ("目視確認", "by eye"),
            Self::Pin => ("暗証番号", "by PIN"),
            Self::MobileVisual => ("携帯端末の目視確認", "by eye on a mobile device"),
            Self::Handed => (
                "携帯端末を渡して暗証番号",
                "by PIN on a device that is handed over",
            ),
            Self::Numbers => ("番号による照会", "by numbers"),
        }
    }

    const fn place(self) -> Place {
        match self {
            Self::Visual | Self::Pin => Place::Practice,
            Self::MobileVisual | Self::Handed => Place::Mobile,
            Self::Numbers => Place::Institution,
        }
    }

    /// What it is to decide beside what is judged everywhere.
    const fn decides(self) -> &'static str {
        match self {
            Self::Numbers => "institution.numbers-as-typed",
            _ => "service.method-declared",
        }
    }

    fn play(self, cell: &mut Cell) {
        match self {
            Self::Numbers => {
                cell.act(Act::AskByNumber(who(FIRST)));
                return cell.press("閉じる");
            }
            Self::Visual => {
                cell.visual(FIRST);
                cell.act(Act::ReadAloud);
            }
            Self::MobileVisual => cell.visual(FIRST),
            Self::Pin => cell.by_pin(FIRST),
            Self::Handed => {
                cell.choose(madoguchi_eligibility::Method::Pin);
                cell.hand(Hands::Patient);
                cell.pin(Pin::Right);
                cell.place(FIRST);
                cell.ask(Operation::EligibilityBySignature);
                cell.hand(Hands::Staff);
            }
        }
        cell.take();
    }
}

/// All cells: several eligibilities first, which harm most when they are mixed up.
pub(super) fn cells() -> Vec<Scenario> {
    let mut cells = Vec::new();
    let mut every = |values: Vec<Value>, ways: &[Way]| {
        for value in values {
            cells.extend(ways.iter().map(|way| cell(&value, *way)));
        }
    };
    every(orders(2), &Way::ALL);
    every(kinds(), &Way::ALL);
    every(dates(), &Way::FEW);
    every(births(), &Way::FEW);
    every(codes(), &Way::FEW);
    every(numbers(), &Way::FEW[..1]);
    every(kana(), &Way::FEW[..1]);
    every(names(), &Way::FEW[..1]);
    every(orders(3), &Way::FEW);
    cells.extend(partial_dates());
    let mut every = |values: Vec<Value>, ways: &[Way]| {
        for value in values {
            cells.extend(ways.iter().map(|way| cell(&value, *way)));
        }
    };
    every(vec![twins()], &[Way::Numbers]);
    every(orders(2), &[Way::Numbers]);
    every(numbers(), &[Way::Numbers]);
    cells
}

fn cell(value: &Value, way: Way) -> Scenario {
    let id = format!("fields/{}.{}", value.name, way.name());
    let (ja, en) = way.words();
    let purpose = Wording::new(
        format!("{}、{ja}", value.says.ja),
        format!("{}, {en}", value.says.en),
    );
    let mut cell = Cell::new(&id, way.place(), FIRST, purpose);
    cell.given.record = value.record.clone();
    cell.decides(&[way.decides()]);
    cell.login();
    way.play(&mut cell);
    cell.end()
}

/// Dates that are no day of the calendar: a register may not know it.
const PARTIAL: &[(&str, &str, &str, DateForm)] = &[
    ("no-day", "日がない", "has no day", DateForm::NoDay),
    (
        "no-month",
        "月も日もない",
        "has neither month nor day",
        DateForm::NoMonth,
    ),
    (
        "impossible",
        "が暦にない日",
        "is no day of the calendar",
        DateForm::Impossible,
    ),
];

const DATES: &[(&str, &str, DateField)] = &[
    ("birth", "生年月日", DateField::Birthdate),
    ("from", "資格取得年月日", DateField::QualificationDate),
    ("lost", "資格喪失年月日", DateField::DisqualificationDate),
    ("until", "有効終了年月日", DateField::ValidUntil),
];

/// Each date of an eligibility, and the day of birth of 医療扶助, in each form that is no day.
fn partial_dates() -> Vec<Scenario> {
    let lost = InsuranceGiven {
        lost: day("-30d"),
        reason_of_loss: Some(ReasonOfLoss::PublicAssistance),
        ..InsuranceGiven::default()
    };
    let assisted = RecordGiven {
        insurance: Some(vec![lost.clone()]),
        assistance: Some(vec![begun("-60d")]),
        ..RecordGiven::default()
    };
    let mut cells = Vec::new();
    for (form, ja, en, is) in PARTIAL {
        let mut add = |name: &str, field: &str, record: RecordGiven, of: DateField| {
            for way in Way::FEW {
                let (way_ja, way_en) = way.words();
                let purpose = Wording::new(
                    format!("{field}: {ja}、{way_ja}"),
                    format!("{field} {en}, {way_en}"),
                );
                let id = format!("fields/{name}-{form}.{}", way.name());
                let mut cell = Cell::new(&id, way.place(), FIRST, purpose);
                cell.given.record = record.clone();
                cell.decides(&[way.decides()]);
                cell.mishap(WebFault::PartialDate(PartialDate {
                    operation: match way {
                        Way::Handed | Way::Pin => Operation::EligibilityBySignature,
                        _ => Operation::EligibilityByCertificate,
                    },
                    nth: 1,
                    times: 1,
                    of,
                    is: *is,
                }));
                cell.login();
                way.play(&mut cell);
                cells.push(cell.end());
            }
        };
        for (name, field, of) in DATES {
            let insurance = match of {
                DateField::DisqualificationDate => lost.clone(),
                _ => InsuranceGiven {
                    until: day("+345d"),
                    ..InsuranceGiven::default()
                },
            };
            let record = RecordGiven {
                insurance: Some(vec![insurance]),
                ..RecordGiven::default()
            };
            add(name, field, record, *of);
        }
        add(
            "assisted-birth",
            "医療扶助の生年月日",
            assisted.clone(),
            DateField::Birthdate,
        );
    }
    cells
}

fn value(name: &str, ja: &str, en: &str, record: RecordGiven) -> Value {
    Value {
        name: name.to_owned(),
        says: Wording::new(ja, en),
        record,
    }
}

/// One eligibility that differs in this.
fn one(name: &str, ja: &str, en: &str, insurance: InsuranceGiven) -> Value {
    let record = RecordGiven {
        insurance: Some(vec![insurance]),
        ..RecordGiven::default()
    };
    value(name, ja, en, record)
}

fn day(text: &str) -> Option<Offset> {
    text.parse().ok()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// 生年月日: both sides of every border between eras, leap days, ends of months.
const BIRTHS: &[&str] = &[
    "1989-01-07",
    "1989-01-08",
    "2019-04-30",
    "2019-05-01",
    "1926-12-24",
    "1926-12-25",
    "1926-12-26",
    "1912-07-29",
    "1912-07-30",
    "1912-07-31",
    "1988-12-31",
    "1989-01-01",
    "1989-12-31",
    "1990-01-01",
    "2019-12-31",
    "2020-01-01",
    "1927-01-01",
    "1913-01-01",
    "1964-02-29",
    "2000-02-29",
    "1912-02-29",
    "2020-02-29",
    "1999-02-28",
    "1975-01-31",
    "1980-10-10",
    "2001-11-01",
    "1910-01-01",
];

fn births() -> Vec<Value> {
    let mut values = Vec::new();
    for birth in BIRTHS {
        let insurance = InsuranceGiven {
            birthdate: day(birth),
            ..InsuranceGiven::default()
        };
        let (ja, en) = (format!("生年月日 {birth}"), format!("born on {birth}"));
        values.push(one(&format!("birth-{birth}"), &ja, &en, insurance.clone()));
        let record = RecordGiven {
            insurance: Some(vec![InsuranceGiven {
                lost: day("-30d"),
                reason_of_loss: Some(ReasonOfLoss::PublicAssistance),
                ..insurance
            }]),
            assistance: Some(vec![begun("-60d")]),
            ..RecordGiven::default()
        };
        values.push(value(
            &format!("assisted-birth-{birth}"),
            &format!("医療扶助、{ja}"),
            &format!("医療扶助, {en}"),
            record,
        ));
    }
    values
}

fn begun(from: &str) -> AssistanceGiven {
    AssistanceGiven {
        from: day(from),
        ..AssistanceGiven::default()
    }
}

/// First days, last days and days of loss.
fn dates() -> Vec<Value> {
    let mut values = Vec::new();
    let edges = [
        ("yesterday", "-1d", "昨日", "yesterday"),
        ("today", "0d", "今日", "today"),
        ("tomorrow", "+1d", "明日", "tomorrow"),
    ];
    for (name, offset, ja, en) in edges {
        values.push(one(
            &format!("from-{name}"),
            &format!("資格取得が{ja}"),
            &format!("eligible from {en}"),
            InsuranceGiven {
                from: day(offset),
                ..InsuranceGiven::default()
            },
        ));
        values.push(one(
            &format!("until-{name}"),
            &format!("有効終了が{ja}"),
            &format!("valid until {en}"),
            InsuranceGiven {
                until: day(offset),
                ..InsuranceGiven::default()
            },
        ));
        values.push(one(
            &format!("lost-{name}"),
            &format!("資格喪失が{ja}"),
            &format!("lost {en}"),
            InsuranceGiven {
                lost: day(offset),
                reason_of_loss: Some(ReasonOfLoss::Other),
                ..InsuranceGiven::default()
            },
        ));
    }
    for begins in [
        "1989-01-07",
        "1989-01-08",
        "2019-04-30",
        "2019-05-01",
        "2024-02-29",
        "2024-12-31",
    ] {
        values.push(one(
            &format!("from-{begins}"),
            &format!("資格取得が {begins}"),
            &format!("eligible from {begins}"),
            InsuranceGiven {
                from: day(begins),
                ..InsuranceGiven::default()
            },
        ));
    }
    for ends in ["2028-02-29", "2027-03-31", "2029-12-31", "2040-01-01"] {
        values.push(one(
            &format!("until-{ends}"),
            &format!("有効終了が {ends}"),
            &format!("valid until {ends}"),
            InsuranceGiven {
                until: day(ends),
                ..InsuranceGiven::default()
            },
        ));
    }
    values.push(one(
        "valid-later",
        "有効開始が資格取得より後",
        "valid from a later day than eligible",
        InsuranceGiven {
            from: day("-700d"),
            valid_from: day("-20d"),
            until: day("+345d"),
            ..InsuranceGiven::default()
        },
    ));
    values
}

/// Every code of every table that a result uses, and 一部負担金割合.
fn codes() -> Vec<Value> {
    let mut values = Vec::new();
    for class in CardClassification::ALL {
        if *class != CardClassification::MedicalAssistance {
            values.push(one(
                &format!("class-{}", class.code()),
                &format!("証区分が{}", class.ja()),
                &format!("the class is {}", class.en()),
                InsuranceGiven {
                    card_classification: Some(*class),
                    ..InsuranceGiven::default()
                },
            ));
        }
    }
    for relation in Relation::ALL {
        values.push(one(
            &format!("relation-{}", relation.code()),
            &format!("続柄が{}", relation.ja()),
            &format!("the relation is {}", relation.en()),
            InsuranceGiven {
                relation: Some(*relation),
                ..InsuranceGiven::default()
            },
        ));
    }
    for reason in ReasonOfLoss::ALL {
        values.push(one(
            &format!("reason-{}", reason.code()),
            &format!("喪失理由が{}", reason.ja()),
            &format!("lost because of {}", reason.en()),
            InsuranceGiven {
                lost: day("-5d"),
                reason_of_loss: Some(*reason),
                ..InsuranceGiven::default()
            },
        ));
    }
    for sex in Sex::ALL {
        values.push(one(
            &format!("sex-{}", sex.code()),
            &format!("性別が{}", sex.ja()),
            &format!("the sex is {}", sex.en()),
            InsuranceGiven {
                sex: Some(*sex),
                ..InsuranceGiven::default()
            },
        ));
        values.push(one(
            &format!("back-sex-{}", sex.code()),
            &format!("裏面の性別が{}", sex.ja()),
            &format!("the sex on the back is {}", sex.en()),
            InsuranceGiven {
                sex: Some(Sex::Unset),
                sex_of_other: Some(*sex),
                ..InsuranceGiven::default()
            },
        ));
    }
    for ratio in ["000", "005", "010", "015", "020", "030", "070", "100"] {
        values.push(one(
            &format!("ratio-{ratio}"),
            &format!("負担割合 {ratio}"),
            &format!("the ratio is {ratio}"),
            InsuranceGiven {
                contribution_ratio: ratio.parse::<ContributionRatio>().ok(),
                ..InsuranceGiven::default()
            },
        ));
    }
    values.push(one(
        "preschool",
        "未就学",
        "a child before school",
        InsuranceGiven {
            birthdate: day("-4y"),
            preschool: Some(Preschool::Applies),
            ..InsuranceGiven::default()
        },
    ));
    values
}

/// Numbers with leading zeros, of every length, and absent.
fn numbers() -> Vec<Value> {
    let mut values = Vec::new();
    for number in ["00990012", "01990023", "39990019", "67990013"] {
        values.push(one(
            &format!("insurer-{number}"),
            &format!("保険者番号 {number}"),
            &format!("the insurer is {number}"),
            InsuranceGiven {
                insurer_number: number.parse().ok(),
                ..InsuranceGiven::default()
            },
        ));
    }
    for (name, symbol) in [
        ("zeros", "0012"),
        ("digit", "1"),
        ("wide", "００１２"),
        ("dash", "99-01"),
        ("kanji", "試験公立丙丁・模擬"),
        ("long", "試験模擬架空見本不実在第九九〇一号"),
    ] {
        values.push(one(
            &format!("symbol-{name}"),
            &format!("記号 {symbol}"),
            &format!("the symbol is {symbol}"),
            InsuranceGiven {
                symbol: text(symbol),
                ..InsuranceGiven::default()
            },
        ));
    }
    for (name, number) in [
        ("digit", "9"),
        ("zeros", "0000099"),
        ("long", "99009900990099009901"),
        ("wide", "９９００"),
        ("dash", "99-0001"),
    ] {
        values.push(one(
            &format!("number-{name}"),
            &format!("番号 {number}"),
            &format!("the number is {number}"),
            InsuranceGiven {
                number: text(number),
                ..InsuranceGiven::default()
            },
        ));
    }
    for branch in ["00", "01", "10", "99"] {
        values.push(one(
            &format!("branch-{branch}"),
            &format!("枝番 {branch}"),
            &format!("the branch is {branch}"),
            InsuranceGiven {
                branch: text(branch),
                ..InsuranceGiven::default()
            },
        ));
    }
    for part in InsurancePart::ALL {
        let name = part.name();
        values.push(one(
            &format!("without-{name}"),
            &format!("{} なし", part.ja()),
            &format!("without {}", part.ja()),
            InsuranceGiven {
                without: vec![*part],
                ..InsuranceGiven::default()
            },
        ));
    }
    values.push(one(
        "without-all",
        "任意の項目がすべてない",
        "without whatever may be absent",
        InsuranceGiven {
            without: InsurancePart::ALL.to_vec(),
            ..InsuranceGiven::default()
        },
    ));
    for (name, insurer) in [
        ("short", "組合"),
        (
            "long",
            "架空県試験市模擬町見本地区不実在事業協同組合連合会附属試験専用第九九健康保険組合架空支部",
        ),
        ("kana", "ガギグゲゴ・パピプペポ健康保険組合"),
        ("latin", "ＴＥＳＴ　ＯＮＬＹ健康保険組合"),
    ] {
        values.push(one(
            &format!("insurer-name-{name}"),
            &format!("保険者名 {insurer}"),
            &format!("the insurer is called {insurer}"),
            InsuranceGiven {
                insurer_name: text(insurer),
                ..InsuranceGiven::default()
            },
        ));
    }
    values
}

/// Every kana that a name can have, with each of its voiced and small forms.
const KANA: &[(&str, &str)] = &[
    ("a", "アイウエオ"),
    ("ka", "カキクケコ"),
    ("sa", "サシスセソ"),
    ("ta", "タチツテト"),
    ("na", "ナニヌネノ"),
    ("ha", "ハヒフヘホ"),
    ("ma", "マミムメモ"),
    ("ya", "ヤユヨ"),
    ("ra", "ラリルレロ"),
    ("wa", "ワヲン"),
    ("ga", "ガギグゲゴ"),
    ("za", "ザジズゼゾ"),
    ("da", "ダヂヅデド"),
    ("ba", "バビブベボ"),
    ("pa", "パピプペポ"),
    ("vu", "ヴァヴィヴヴェヴォ"),
    ("small-a", "ファフィツァウェウォ"),
    ("small-tsu", "バッパッカッ"),
    ("small-ya", "シャチュギョ"),
    ("long", "コーヒーー"),
    ("dot", "アン・マリー"),
    ("mixed", "ハバパヒビピフブプヘベペホボポ"),
];

fn kana() -> Vec<Value> {
    let mut values = Vec::new();
    for (name, kana) in KANA {
        values.push(one(
            &format!("kana-{name}"),
            &format!("フリガナ {kana}"),
            &format!("the kana are {kana}"),
            InsuranceGiven {
                kana: text(&format!("シケン　{kana}")),
                ..InsuranceGiven::default()
            },
        ));
    }
    for (name, ja, en, kana) in [
        ("none", "フリガナなし", "no kana", ""),
        ("one-word", "姓だけのフリガナ", "kana of one word", "シケン"),
        (
            "three-words",
            "三つの部分のフリガナ",
            "kana of three words",
            "シケン　モギ　カクウ",
        ),
        (
            "voiced-end",
            "濁点で終わるフリガナ",
            "kana that end with a mark",
            "モギ　カズ",
        ),
    ] {
        values.push(one(
            &format!("kana-{name}"),
            ja,
            en,
            InsuranceGiven {
                kana: text(kana),
                ..InsuranceGiven::default()
            },
        ));
    }
    values
}

/// Names: beyond JIS X 0208, as long and as short as can be, with signs in them.
fn names() -> Vec<Value> {
    let mut values = Vec::new();
    for (name, ja, en, written) in [
        ("ladder-taka", "はしご高", "a variant of 高", "試験　髙子"),
        ("standing-saki", "たつさき", "a variant of 崎", "﨑山　一"),
        (
            "level-three",
            "第3水準の漢字",
            "a kanji of level 3",
            "試験　瑆子",
        ),
        (
            "beyond-bmp",
            "BMP の外の漢字",
            "a kanji beyond the BMP",
            "𠮷田　試",
        ),
        ("geta", "●のある氏名", "a name with ●", "試験　●●"),
        ("hiragana", "ひらがな", "hiragana", "試験　さゑり"),
        (
            "one",
            "一字の氏名",
            "a name of one character each",
            "試　一",
        ),
        ("one-word", "姓だけの氏名", "a name of one word", "試験太郎"),
        (
            "three-words",
            "三つの部分の氏名",
            "a name of three words",
            "試験　模擬　太郎",
        ),
        (
            "latin",
            "ローマ字の氏名",
            "a name in Latin letters",
            "ＭＯＧＩ　Ｏ’ＴＥＳＴ",
        ),
        (
            "signs",
            "記号のある氏名",
            "a name with signs",
            "試験・模擬　マリー＝アン",
        ),
        (
            "repeats",
            "同じ字の氏名",
            "a name that repeats itself",
            "試験　試験",
        ),
        (
            "wave",
            "波線のある氏名",
            "a name with a wave",
            "試験　あ〜子",
        ),
        (
            "long",
            "とても長い氏名",
            "a very long name",
            "ＳＨＩＫＥＮ　ＭＯＧＩ　ＫＡＫＵＵ　ＭＩＨＯＮ　ＦＵＪＩＴＳＵＺＡＩ　ＴＥＳＴＯＮＬＹ　ＶＯＮ　ＵＮＤ　ＺＵ　ＭＵＳＴＥＲＳＴＡＤＴ　ＤＥＲ　ＪＵＥＮＧＥＲＥ",
        ),
    ] {
        values.push(one(
            &format!("name-{name}"),
            ja,
            en,
            InsuranceGiven {
                name: text(written),
                ..InsuranceGiven::default()
            },
        ));
    }
    values.push(one(
        "name-of-other",
        "裏面に別の氏名",
        "another name on the back",
        InsuranceGiven {
            name_of_other: text("別名　太朗"),
            kana_of_other: text("ベツメイ　タロウ"),
            ..InsuranceGiven::default()
        },
    ));
    values.push(one(
        "name-of-other-alone",
        "裏面にフリガナのない別の氏名",
        "another name on the back, without kana",
        InsuranceGiven {
            name_of_other: text("別名　太朗"),
            ..InsuranceGiven::default()
        },
    ));
    values
}

/// When an eligibility holds.
const HOLDS: [(&str, &str, &str); 4] = [
    ("valid", "有効", "valid"),
    ("lapsed", "喪失", "lapsed"),
    ("later", "開始前", "not begun"),
    ("last-day", "最終日", "on its last day"),
];

/// So many eligibilities, valid or not, in every order.
fn orders(count: usize) -> Vec<Value> {
    // Of three, the last day is none of its own.
    let kinds = if count == 2 {
        HOLDS.len()
    } else {
        HOLDS.len() - 1
    };
    let all = kinds.pow(u32::try_from(count).unwrap_or_default());
    let mut values = Vec::new();
    for number in 0..all {
        let mut rest = number;
        let mut insurance = Vec::new();
        let (mut names, mut ja, mut en) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..count {
            let (name, in_ja, in_en) = HOLDS[rest % kinds];
            rest /= kinds;
            names.push(name);
            ja.push(in_ja);
            en.push(in_en);
            insurance.push(holding(n, name));
        }
        values.push(value(
            &format!("order-{}", names.join("-")),
            &format!("資格 {} 件: {}", count, ja.join("、")),
            &format!("{count} eligibilities: {}", en.join(", ")),
            RecordGiven {
                insurance: Some(insurance),
                ..RecordGiven::default()
            },
        ));
    }
    values
}

/// The n-th of several: each of another insurer with other numbers.
fn holding(n: usize, when: &str) -> InsuranceGiven {
    let insurers = [
        ("06990010", "試験健康保険組合", "試験甲", "99000001"),
        (
            "01990023",
            "模擬健康保険協会架空支部",
            "99009901",
            "99000055",
        ),
        ("00990012", "架空県試験市国民健康保険", "試験乙", "00099077"),
    ];
    let (insurer, name, symbol, number) = insurers[n % insurers.len()];
    let given = InsuranceGiven {
        insurer_number: insurer.parse().ok(),
        insurer_name: text(name),
        symbol: text(symbol),
        number: text(number),
        ..InsuranceGiven::default()
    };
    match when {
        "lapsed" => InsuranceGiven {
            lost: day("-10d"),
            reason_of_loss: Some(ReasonOfLoss::OtherInsurance),
            ..given
        },
        "later" => InsuranceGiven {
            from: day("+10d"),
            ..given
        },
        "last-day" => InsuranceGiven {
            until: day("0d"),
            ..given
        },
        _ => given,
    }
}

/// Born on one day and insured under one number: without 枝番 nothing on the card tells them apart.
fn twins() -> Value {
    let first = InsuranceGiven {
        without: vec![InsurancePart::Branch],
        ..InsuranceGiven::default()
    };
    let second = InsuranceGiven {
        name: text("試験　双葉"),
        kana: text("シケン　フタバ"),
        sex: Some(Sex::Female),
        ..first.clone()
    };
    let record = RecordGiven {
        insurance: Some(vec![first, second]),
        ..RecordGiven::default()
    };
    value("twins", "枝番のない双子", "twins without 枝番", record)
}

/// Insurance and 医療扶助, each there, over, to come, or not there at all.
fn kinds() -> Vec<Value> {
    let stopped = AssistanceGiven {
        lost: day("-10d"),
        reason_of_loss: Some(ReasonOfLoss::Other),
        ..begun("-60d")
    };
    let without_ticket = AssistanceGiven {
        ticket_registered: Some(false),
        ..begun("-60d")
    };
    let assistance = [
        ("none", "医療扶助なし", "no 医療扶助", Vec::new()),
        ("valid", "医療扶助あり", "医療扶助", vec![begun("-60d")]),
        ("stopped", "医療扶助停止", "医療扶助 stopped", vec![stopped]),
        (
            "no-ticket",
            "医療券未登録",
            "no ticket yet",
            vec![without_ticket],
        ),
        (
            "later",
            "医療扶助開始前",
            "医療扶助 not begun",
            vec![begun("+10d")],
        ),
    ];
    let insurance = ["valid", "lapsed", "later"];
    let mut values = Vec::new();
    for held in insurance {
        for (name, ja, en, filed) in &assistance {
            let (_, in_ja, in_en) = HOLDS
                .iter()
                .find(|(word, ..)| *word == held)
                .copied()
                .unwrap_or(HOLDS[0]);
            let record = RecordGiven {
                insurance: Some(vec![holding(0, held)]),
                assistance: Some(filed.clone()),
                ..RecordGiven::default()
            };
            values.push(value(
                &format!("insurance-{held}-assistance-{name}"),
                &format!("医療保険{in_ja}、{ja}"),
                &format!("insurance {in_en}, {en}"),
                record,
            ));
        }
    }
    let withheld = |assistance| RecordGiven {
        withheld: true,
        assistance,
        ..RecordGiven::default()
    };
    values.push(value("withheld", "確認中", "withheld", withheld(None)));
    values.push(value(
        "withheld-assistance",
        "医療扶助とともに確認中",
        "withheld, with 医療扶助",
        withheld(Some(vec![begun("-60d")])),
    ));
    let nobody = RecordGiven {
        insurance: Some(Vec::new()),
        ..RecordGiven::default()
    };
    values.push(value(
        "nothing-filed",
        "登録された資格がない",
        "nothing filed",
        nobody,
    ));
    values
}
