//! What the eligibility system knows of the person, where that is not what the persona has: who comes
//! is one thing, what insurers filed is another.

use jiff::Timestamp;
use madoguchi_eligibility::kana::to_half_width;
use madoguchi_eligibility::{
    AssistanceRecord, CardClassification, ContributionRatio, InsuranceRecord, InsurerNumber,
    Preschool, ReasonOfLoss, Relation, Sex,
};
use madoguchi_notation::{Located, Offset, Wording};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::schema;
use crate::word::words;

/// Beside what the persona of `given` has. Whatever is not said is as it is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordGiven {
    /// 健康保険証利用登録
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<bool>,
    /// Whether the records are kept from view while the insurer looks into a mismatch with the
    /// resident register.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// The eligibilities of 医療保険, each as far as it differs from the persona's newest; an empty
    /// list says that nobody filed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurance: Option<Vec<InsuranceGiven>>,
    /// 医療扶助, each as far as it differs from the persona's newest, or from an invented one where the
    /// persona has none; an empty list says that no office filed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistance: Option<Vec<AssistanceGiven>>,
}

impl RecordGiven {
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What is on record, in the scenario's own words where those are the field's.
    pub(crate) fn wording(&self) -> Wording {
        let mut said: Vec<(String, String)> = Vec::new();
        if let Some(is_registered) = self.registered {
            let (ja, en) = if is_registered {
                ("利用登録あり", "registered")
            } else {
                ("利用登録なし", "not registered")
            };
            said.push((ja.to_owned(), en.to_owned()));
        }
        if self.withheld {
            said.push(("登録内容を確認中".to_owned(), "being verified".to_owned()));
        }
        let filed = [
            ("医療保険", self.insurance.as_deref().map(each)),
            ("医療扶助", self.assistance.as_deref().map(each)),
        ];
        for (what, filed) in filed {
            match filed.as_deref() {
                None => {}
                Some([]) => said.push((format!("{what}なし"), format!("no {what}"))),
                Some(filed) => {
                    let filed = format!("{what} {}", filed.join(", "));
                    said.push((filed.clone(), filed));
                }
            }
        }
        let (ja, en): (Vec<String>, Vec<String>) = said.into_iter().unzip();
        Wording::new(ja.join("、"), en.join(", "))
    }
}

/// Each of these as the scenario writes it.
fn each<T: Serialize>(filed: &[T]) -> Vec<String> {
    let written = filed.iter().map(|one| serde_json::to_value(one).ok());
    let parts = |one: Option<Value>| match one {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    };
    let told = written.map(parts).map(|parts| {
        let parts = parts.iter().map(|(key, value)| match value {
            Value::String(text) => format!("{key}: {text}"),
            other => format!("{key}: {other}"),
        });
        format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
    });
    told.collect()
}

/// 異動: what insurers file of a person while the case runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordChange {
    /// Whose record; that of the persona of `given` where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_card_of")]
    pub persona: Option<Located<String>>,
    /// What is on record from now on. Whatever is not said stays.
    pub to: RecordGiven,
}

/// One eligibility, as far as it differs from the persona's newest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct InsuranceGiven {
    /// 被保険者証区分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub card_classification: Option<CardClassification>,
    /// 保険者番号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub insurer_number: Option<InsurerNumber>,
    /// 保険者名称
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_name: Option<String>,
    /// 記号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// 番号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// 枝番
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// 本人・家族の別
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub relation: Option<Relation>,
    /// 氏名
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 氏名カナ, full width; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kana: Option<String>,
    /// 氏名（その他）: the name on the back (裏面記載).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_of_other: Option<String>,
    /// 氏名カナ（その他）, full width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kana_of_other: Option<String>,
    /// 性別1
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub sex: Option<Sex>,
    /// 性別2, on the back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub sex_of_other: Option<Sex>,
    /// 生年月日
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub birthdate: Option<Offset>,
    /// 資格取得年月日, and 有効開始日 where that is not said
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub from: Option<Offset>,
    /// 有効開始日, where it is another day
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub valid_from: Option<Offset>,
    /// 有効終了日
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub until: Option<Offset>,
    /// 資格喪失年月日: the first day without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub lost: Option<Offset>,
    /// 資格喪失事由
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason_of_loss: Option<ReasonOfLoss>,
    /// 一部負担金割合
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub contribution_ratio: Option<ContributionRatio>,
    /// 未就学区分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub preschool: Option<Preschool>,
    /// What is not on record, whatever the persona has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<InsurancePart>,
}

words! {
    /// What an eligibility need not have.
    InsurancePart {
        /// 記号
        Symbol,
        /// 枝番
        Branch,
        /// 資格取得年月日
        QualificationDate,
        /// 有効開始日
        ValidFrom,
        /// 一部負担金割合
        ContributionRatio,
    }
}

impl InsurancePart {
    /// What forms call it.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Symbol => "記号",
            Self::Branch => "枝番",
            Self::QualificationDate => "資格取得年月日",
            Self::ValidFrom => "有効開始日",
            Self::ContributionRatio => "一部負担金割合",
        }
    }

    fn leave_out(self, record: &mut InsuranceRecord) {
        match self {
            Self::Symbol => record.symbol = None,
            Self::Branch => record.branch = None,
            Self::QualificationDate => record.qualification_date = None,
            Self::ValidFrom => record.valid_from = None,
            Self::ContributionRatio => record.contribution_ratio = None,
        }
    }
}

impl InsuranceGiven {
    /// The record that comes of it at the scenario instant.
    #[must_use]
    pub fn of(&self, newest: &InsuranceRecord, at: Timestamp) -> InsuranceRecord {
        let mut record = newest.clone();
        let date = |offset: Option<Offset>| offset.map(|offset| offset.date(at));
        let text = |of: &Option<String>, into: &mut String| {
            if let Some(of) = of {
                into.clone_from(of);
            }
        };
        if let Some(classification) = self.card_classification {
            record.card_classification = classification;
        }
        if let Some(number) = &self.insurer_number {
            record.insurer_number = number.clone();
        }
        if let Some(relation) = self.relation {
            record.relation = relation;
        }
        text(&self.insurer_name, &mut record.insurer_name);
        text(&self.number, &mut record.number);
        text(&self.name, &mut record.insured.name);
        text(
            &self.kana.as_deref().map(to_half_width),
            &mut record.insured.name_kana,
        );
        record.symbol = self.symbol.clone().or(record.symbol);
        record.branch = self.branch.clone().or(record.branch);
        record.insured.birthdate = date(self.birthdate).unwrap_or(record.insured.birthdate);
        record.qualification_date = date(self.from).or(record.qualification_date);
        record.valid_from = date(self.valid_from.or(self.from)).or(record.valid_from);
        let insured = &mut record.insured;
        insured.name_of_other = self.name_of_other.clone().or(insured.name_of_other.take());
        let kana = self.kana_of_other.as_deref().map(to_half_width);
        insured.name_of_other_kana = kana.or(insured.name_of_other_kana.take());
        insured.sex1 = self.sex.unwrap_or(insured.sex1);
        insured.sex2 = self.sex_of_other.or(insured.sex2);
        record.preschool = self.preschool.or(record.preschool);
        record.valid_until = date(self.until).or(record.valid_until);
        record.disqualification_date = date(self.lost).or(record.disqualification_date);
        record.reason_of_loss = self.reason_of_loss.or(record.reason_of_loss);
        record.contribution_ratio = self
            .contribution_ratio
            .clone()
            .or(record.contribution_ratio);
        for part in &self.without {
            part.leave_out(&mut record);
        }
        record
    }
}

/// One 医療扶助, as far as it differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AssistanceGiven {
    /// 福祉事務所名
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office_name: Option<String>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub from: Option<Offset>,
    /// The first day without it (停止・廃止).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub lost: Option<Offset>,
    /// 資格喪失事由
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason_of_loss: Option<ReasonOfLoss>,
    /// Whether this month's ticket (医療券) is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_registered: Option<bool>,
}

impl AssistanceGiven {
    /// The record that comes of it at the scenario instant.
    #[must_use]
    pub fn of(&self, like: &AssistanceRecord, at: Timestamp) -> AssistanceRecord {
        let mut record = like.clone();
        let date = |offset: Option<Offset>| offset.map(|offset| offset.date(at));
        if let Some(office) = &self.office_name {
            record.office_name.clone_from(office);
        }
        record.qualification_date = date(self.from).or(record.qualification_date);
        record.disqualification_date = date(self.lost).or(record.disqualification_date);
        record.reason_of_loss = self.reason_of_loss.or(record.reason_of_loss);
        record.ticket_registered = self.ticket_registered.unwrap_or(record.ticket_registered);
        record
    }
}
