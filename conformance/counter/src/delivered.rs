//! What the service delivers of each person to the counter on paper, and how a screen has it.

/// Abstract fields with their values.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// 医療機関等コード of the counter.
pub(crate) const INSTITUTION: &str = "0010000000";

/// 照会番号 of the units of an 一括照会.
pub(crate) const REFERENCES: [&str; 3] = ["990001", "990002", "990003"];

/// Names of a unit's fields: 照会番号 and 枝番.
pub(crate) const UNITS: [(&str, &str); 3] = [
    ("items.0.reference-number", "items.0.insured-branch-number"),
    ("items.1.reference-number", "items.1.insured-branch-number"),
    ("items.2.reference-number", "items.2.insured-branch-number"),
];

/// Label, abstract field, and the requirement whose defect leaves the row out.
pub(crate) type Row = (&'static str, &'static str, &'static str);

pub(crate) const INSURANCE: &[Row] = &[
    ("保険者番号", "insurer-number", "-"),
    ("保険者名", "insurer-name", "result.delivered-fields-shown"),
    ("記号", "insured-card-symbol", "-"),
    ("番号", "insured-identification-number", "-"),
    ("枝番", "insured-branch-number", "-"),
    ("氏名", "name", "-"),
    ("フリガナ", "name-kana", "-"),
    ("生年月日", "birthdate", "-"),
    ("性別", "sex1", "-"),
    (
        "資格喪失年月日",
        "disqualification-date",
        "result.loss-date-shown",
    ),
];

pub(crate) const ASSISTANCE: &[Row] = &[
    (
        "資格情報/福祉事務所名",
        "insurer-name",
        "assistance.six-items-shown",
    ),
    ("資格情報/フリガナ", "name-kana", "-"),
    ("資格情報/氏名", "name", "-"),
    ("資格情報/生年月日", "birthdate", "assistance.era-birthdate"),
    ("資格情報/性別", "sex1", "-"),
    (
        "裏面記載情報/氏名カナ",
        "name-of-other-kana",
        "assistance.back-side-shown",
    ),
    (
        "裏面記載情報/氏名",
        "name-of-other",
        "assistance.back-side-shown",
    ),
    ("裏面記載情報/性別", "sex2", "assistance.back-side-shown"),
];

pub(crate) fn shown(name: &str, value: &str) -> String {
    match (name, value) {
        ("birthdate", _) => "昭和27年01月01日".to_owned(),
        ("disqualification-date", _) => "令和08年10月31日".to_owned(),
        ("ratio", _) => "1割".to_owned(),
        ("sex1" | "sex2", "1") => "男".to_owned(),
        ("sex1" | "sex2", _) => "女".to_owned(),
        _ => value.to_owned(),
    }
}

/// What the service delivers of a person.
pub(crate) fn person(id: &str) -> Fields {
    let (name, kana, sex) = match id {
        "shiken-hanako" => ("試験　花子", "ｼｹﾝ ﾊﾅｺ", "2"),
        "kakuu-jiro" => ("架空　次郎", "ｶｸｳ ｼﾞﾛｳ", "1"),
        "fujo-hanako" => ("扶助　花子", "ﾌｼﾞｮ ﾊﾅｺ", "2"),
        "mitouroku-saburo" => ("未登録　三郎", "ﾐﾄｳﾛｸ ｻﾌﾞﾛｳ", "1"),
        _ => ("試験　太郎", "ｼｹﾝ ﾀﾛｳ", "1"),
    };
    let mut fields: Fields = vec![
        ("results.0.name", name.into()),
        ("results.0.name-kana", kana.into()),
        ("results.0.sex1", sex.into()),
        ("results.0.birthdate", "19520101".into()),
    ];
    if id == "fujo-hanako" {
        fields.extend([
            ("qualification-validity", "1".to_owned()),
            ("results.0.insured-card-classification", "A1".into()),
            ("results.0.insurer-name", "架空市福祉事務所".into()),
            ("results.0.name-of-other", "別名　花子".into()),
            ("results.0.name-of-other-kana", "ﾍﾞﾂﾒｲ ﾊﾅｺ".into()),
            ("results.0.sex2", "2".into()),
            ("results.0.consignment-state", "1".into()),
        ]);
        return fields;
    }
    let lapsed = id == "kakuu-jiro";
    fields.extend([
        (
            "qualification-validity",
            if lapsed { "2" } else { "1" }.to_owned(),
        ),
        ("results.0.insured-card-classification", "01".into()),
        ("results.0.insurer-number", "99130001".into()),
        ("results.0.insurer-name", "架空健康保険組合".into()),
        ("results.0.insured-card-symbol", "試験".into()),
        ("results.0.insured-identification-number", "1234567".into()),
        ("results.0.insured-branch-number", "00".into()),
    ]);
    if lapsed {
        fields.push(("results.0.disqualification-date", "20261031".into()));
    }
    if id == "kouki-umeko" {
        fields.push(("results.0.insured-partial-contribution-ratio", "010".into()));
    }
    fields
}
