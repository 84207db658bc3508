//! Invented persons by the thousand: every field may be there or not, and shrinks to its simplest
//! form, so that a failing property ends with the smallest person that fails.

use std::sync::LazyLock;

use madoguchi_delivery::Delivered;
use madoguchi_eligibility::{CardClassification, Field, Fields, Relation, Sex};
use madoguchi_wire::Profile;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// The wire of exchange folders.
pub(crate) static WIRE: LazyLock<Profile> =
    LazyLock::new(|| Profile::builtin("oqs-xml-8.07").unwrap());

/// Characters of names that CP932 has: JIS X 0208, extensions of IBM and NEC, the replacement, half and full Latin, a space.
const PLAIN: &[char] = &[
    '試', '験', '架', '空', '太', '郎', '花', '子', '一', '々', 'ヶ', '●', 'Ａ', 'ｚ', 'A', '-',
    '\'', '&', '<', '\u{3000}', ' ', '・', '髙', '德',
];

/// Characters that only UTF-8 delivers: outside the BMP, with a variation selector, combining.
const RARE: &[char] = &[
    '鷗',
    '𠮷',
    '𩸽',
    '\u{E0100}',
    '葛',
    '\u{3099}',
    'é',
    'ß',
    '〜',
];

const KANA: &[char] = &[
    'ｱ', 'ｶ', 'ｳ', 'ﾊ', 'ﾜ', 'ｦ', 'ﾝ', 'ｯ', 'ｬ', 'ｰ', 'ﾞ', 'ﾟ', '･', '-', ' ', 'A',
];

/// A value without a space at either end, which no transport promises to keep.
fn text(chars: Vec<char>, longest: usize) -> impl Strategy<Value = String> {
    let value = proptest::collection::vec(select(chars), 1..=longest);
    value.prop_filter_map("a space at an end", |chars| {
        let is_edge = |c: Option<&char>| c.is_some_and(|c| c.is_whitespace());
        let bad = is_edge(chars.first()) || is_edge(chars.last());
        (!bad).then(|| chars.into_iter().collect())
    })
}

fn name(rare: bool) -> impl Strategy<Value = String> {
    let chars = if rare {
        [PLAIN, RARE].concat()
    } else {
        PLAIN.to_vec()
    };
    text(chars, 60)
}

fn digits(shortest: usize, longest: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(
        select((b'0'..=b'9').collect::<Vec<_>>()),
        shortest..=longest,
    )
    .prop_map(|digits| String::from_utf8(digits).unwrap())
}

/// From the first day of 明治 in the new calendar on: what the app writes in 和暦 has an era.
fn date() -> impl Strategy<Value = String> {
    (1873_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| format!("{y:04}{m:02}{d:02}"))
}

fn ratio() -> impl Strategy<Value = String> {
    (0_u8..=100).prop_map(|percent| format!("{percent:03}"))
}

fn insurer() -> impl Strategy<Value = String> {
    select(vec!["06", "01", "39", "00"])
        .prop_flat_map(|scheme| digits(4, 4).prop_map(move |rest| format!("{scheme}99{rest}")))
}

fn fields(list: Vec<(Field, BoxedStrategy<Option<String>>)>) -> impl Strategy<Value = Fields> {
    let (names, values): (Vec<Field>, Vec<_>) = list.into_iter().unzip();
    values.prop_map(move |values| {
        let mut fields = Fields::new();
        for (field, value) in names.iter().zip(values) {
            fields.set_some(*field, value);
        }
        fields
    })
}

fn must(value: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Option<String>> {
    value.prop_map(Some).boxed()
}

fn may(value: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Option<String>> {
    option::of(value).boxed()
}

fn code(codes: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(codes).prop_map(str::to_owned)
}

fn insured(rare: bool) -> Vec<(Field, BoxedStrategy<Option<String>>)> {
    vec![
        (Field::InsurerNumber, must(insurer())),
        (Field::InsurerName, must(name(rare))),
        (Field::InsuredIdentificationNumber, must(digits(1, 12))),
        (Field::Name, must(name(rare))),
        (Field::NameKana, may(text(KANA.to_vec(), 100))),
        (Field::NameOfOther, may(name(rare))),
        (Field::NameOfOtherKana, may(text(KANA.to_vec(), 100))),
        (Field::Sex1, must(code(Sex::NAMES))),
        (Field::Sex2, may(code(Sex::NAMES))),
        (Field::Birthdate, must(date())),
        (Field::QualificationDate, may(date())),
    ]
}

fn insurance(rare: bool) -> impl Strategy<Value = Fields> {
    let classes: Vec<&str> = CardClassification::NAMES
        .iter()
        .copied()
        .filter(|code| *code != "A1")
        .collect();
    let class = select(classes).prop_map(str::to_owned);
    let mut list = insured(rare);
    list.extend([
        (Field::InsuredCardClassification, must(class)),
        (
            Field::InsuredCardSymbol,
            may(text([PLAIN, &['0']].concat(), 20)),
        ),
        (Field::InsuredBranchNumber, may(digits(2, 2))),
        (
            Field::PersonalFamilyClassification,
            must(code(Relation::NAMES)),
        ),
        (Field::InsuredName, may(name(rare))),
        (Field::Address, may(name(rare))),
        (Field::PostNumber, may(digits(7, 7))),
        (Field::InsuredCardValidDate, may(date())),
        (Field::InsuredCardExpirationDate, may(date())),
        (Field::InsuredPartialContributionRatio, may(ratio())),
        (Field::ElderlyRecipientValidStartDate, may(date())),
        (Field::ElderlyRecipientValidEndDate, may(date())),
        (Field::ElderlyRecipientContributionRatio, may(ratio())),
        (Field::LimitCertificateValidStartDate, may(date())),
        (Field::LimitCertificateValidEndDate, may(date())),
        (Field::PreschoolClassification, may(Just("1".to_owned()))),
        (Field::ReferenceNumber, may(digits(1, 20))),
    ]);
    fields(list)
}

fn assistance(rare: bool) -> impl Strategy<Value = Fields> {
    let mut list = insured(rare);
    list.push((
        Field::InsuredCardClassification,
        must(Just("A1".to_owned())),
    ));
    fields(list)
}

/// A person with 医療保険, and perhaps 医療扶助 beside it. `rare` characters need UTF-8.
pub(crate) fn delivered(rare: bool) -> impl Strategy<Value = Delivered> {
    let head = fields(vec![
        (Field::QualificationConfirmationDate, must(date())),
        (Field::QualificationValidity, must(Just("1".to_owned()))),
    ]);
    (head, insurance(rare), option::of(assistance(rare))).prop_map(|(head, first, second)| {
        let results = std::iter::once(first).chain(second).collect();
        Delivered { head, results }
    })
}
