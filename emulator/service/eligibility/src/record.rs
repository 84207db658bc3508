//! What insurers and welfare offices have on record for a person, and how it is delivered as one
//! result of an inquiry (`ResultOfQualificationConfirmation`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    CardClassification, ContributionRatio, Field, Fields, InsurerNumber, Preschool, ReasonOfLoss,
    Relation, Sex,
};

/// The person as the insurer filed him or her; insurers differ in the writing of names, so this
/// belongs to a record and not to the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insured {
    /// 氏名, full width with a space inside.
    pub name: String,
    /// 氏名カナ, half-width katakana.
    pub name_kana: String,
    /// 氏名（その他）: the name on the back (裏面記載), where one is filed.
    pub name_of_other: Option<String>,
    /// 氏名カナ（その他）, half-width katakana.
    pub name_of_other_kana: Option<String>,
    /// 性別1 (front).
    pub sex1: Sex,
    /// 性別2 (back), only where the front shows something else.
    pub sex2: Option<Sex>,
    /// 生年月日
    pub birthdate: Date,
}

/// One eligibility of 医療保険.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsuranceRecord {
    /// 被保険者証区分, anything but 医療扶助.
    pub card_classification: CardClassification,
    /// 保険者番号
    pub insurer_number: InsurerNumber,
    /// 保険者名称
    pub insurer_name: String,
    /// 記号; absent for 後期高齢者.
    pub symbol: Option<String>,
    /// 番号
    pub number: String,
    /// 枝番, two digits.
    pub branch: Option<String>,
    /// 本人・家族の別
    pub relation: Relation,
    /// The person.
    pub insured: Insured,
    /// 資格取得年月日: the first day of the eligibility.
    pub qualification_date: Option<Date>,
    /// 資格喪失年月日: the first day without it.
    pub disqualification_date: Option<Date>,
    /// 有効開始日
    pub valid_from: Option<Date>,
    /// 有効終了日: the last valid day.
    pub valid_until: Option<Date>,
    /// 一部負担金割合
    pub contribution_ratio: Option<ContributionRatio>,
    /// 資格喪失事由
    pub reason_of_loss: Option<ReasonOfLoss>,
    /// 未就学区分
    pub preschool: Option<Preschool>,
}

impl InsuranceRecord {
    /// Whether the eligibility holds on `day`: not before 資格取得年月日 and 有効開始日, before
    /// 資格喪失年月日, and not after 有効終了日 (*assumed*: how the real system treats the last day
    /// is not public).
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.has_begun(day)
            && self.disqualification_date.is_none_or(|lost| day < lost)
            && self.valid_until.is_none_or(|last| day <= last)
    }

    /// Whether the eligibility has begun by `day`, lost since or not.
    #[must_use]
    pub fn has_begun(&self, day: Date) -> bool {
        self.qualification_date.is_none_or(|first| first <= day)
            && self.valid_from.is_none_or(|first| first <= day)
    }

    /// The record as one result; absent values are left out.
    #[must_use]
    pub fn result(&self) -> Fields {
        let mut result = Fields::new();
        result.set(
            Field::InsuredCardClassification,
            self.card_classification.code(),
        );
        result.set(Field::InsurerNumber, self.insurer_number.as_str());
        result.set(Field::InsurerName, self.insurer_name.as_str());
        result.set_some(Field::InsuredCardSymbol, self.symbol.as_deref());
        result.set(Field::InsuredIdentificationNumber, self.number.as_str());
        result.set_some(Field::InsuredBranchNumber, self.branch.as_deref());
        result.set(Field::PersonalFamilyClassification, self.relation.code());
        self.insured.write(&mut result);
        result.set_some(
            Field::QualificationDate,
            self.qualification_date.map(compact),
        );
        result.set_some(
            Field::DisqualificationDate,
            self.disqualification_date.map(compact),
        );
        result.set_some(Field::InsuredCardValidDate, self.valid_from.map(compact));
        result.set_some(
            Field::InsuredCardExpirationDate,
            self.valid_until.map(compact),
        );
        result.set_some(
            Field::InsuredPartialContributionRatio,
            self.contribution_ratio
                .as_ref()
                .map(ContributionRatio::as_str),
        );
        result.set_some(
            Field::ReasonOfLoss,
            self.reason_of_loss.map(ReasonOfLoss::code),
        );
        result.set_some(
            Field::PreschoolClassification,
            self.preschool.map(Preschool::code),
        );
        result
    }
}

/// 医療扶助: the medical part of public assistance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssistanceRecord {
    /// 公費負担者番号
    pub payer_number: InsurerNumber,
    /// 福祉事務所名
    pub office_name: String,
    /// 受給者番号
    pub recipient_number: String,
    /// The person.
    pub insured: Insured,
    /// The first day of the assistance.
    pub qualification_date: Option<Date>,
    /// The first day without it (停止・廃止).
    pub disqualification_date: Option<Date>,
    /// 資格喪失事由
    pub reason_of_loss: Option<ReasonOfLoss>,
    /// Whether this month's ticket (医療券) is registered; if not, the answer is 有効（未登録）.
    pub ticket_registered: bool,
    /// 委託・未委託: delivered, but a client must not show it (事務連絡 2025-04-15).
    pub consignment: Option<Consignment>,
}

impl AssistanceRecord {
    /// Whether the assistance is granted on `day`.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.has_begun(day) && self.disqualification_date.is_none_or(|lost| day < lost)
    }

    /// Whether the assistance has begun by `day`, stopped since or not.
    #[must_use]
    pub fn has_begun(&self, day: Date) -> bool {
        self.qualification_date.is_none_or(|first| first <= day)
    }

    /// The record as one result; absent values are left out.
    #[must_use]
    pub fn result(&self) -> Fields {
        let mut result = Fields::new();
        let class = CardClassification::MedicalAssistance;
        result.set(Field::InsuredCardClassification, class.code());
        result.set(Field::InsurerNumber, self.payer_number.as_str());
        result.set(Field::InsurerName, self.office_name.as_str());
        result.set(
            Field::InsuredIdentificationNumber,
            self.recipient_number.as_str(),
        );
        self.insured.write(&mut result);
        result.set_some(
            Field::QualificationDate,
            self.qualification_date.map(compact),
        );
        result.set_some(
            Field::DisqualificationDate,
            self.disqualification_date.map(compact),
        );
        result.set_some(
            Field::ReasonOfLoss,
            self.reason_of_loss.map(ReasonOfLoss::code),
        );
        result.set_some(
            Field::ConsignmentState,
            self.consignment.map(Consignment::name),
        );
        result
    }
}

crate::named::named! {
    /// 委託・未委託. *Assumed* codes: how the real answer carries it is not public.
    pub enum Consignment in "consignment" {
        /// 委託
        Consigned = "1",
        /// 未委託
        NotConsigned = "2",
    }
}

impl Insured {
    fn write(&self, result: &mut Fields) {
        result.set(Field::Name, self.name.as_str());
        result.set(Field::NameKana, self.name_kana.as_str());
        result.set_some(Field::NameOfOther, self.name_of_other.as_deref());
        result.set_some(Field::NameOfOtherKana, self.name_of_other_kana.as_deref());
        result.set(Field::Sex1, self.sex1.code());
        result.set_some(Field::Sex2, self.sex2.map(Sex::code));
        result.set(Field::Birthdate, compact(self.birthdate));
    }
}

/// `YYYYMMDD`, the interface's form of a date.
fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn healthy() -> InsuranceRecord {
        InsuranceRecord {
            card_classification: CardClassification::General,
            insurer_number: "06990000".parse().unwrap(),
            insurer_name: "試験健康保険組合".to_owned(),
            symbol: Some("試験".to_owned()),
            number: "1".to_owned(),
            branch: Some("00".to_owned()),
            relation: Relation::Personal,
            insured: Insured {
                name: "試験　太郎".to_owned(),
                name_kana: "ｼｹﾝ ﾀﾛｳ".to_owned(),
                name_of_other: None,
                name_of_other_kana: None,
                sex1: Sex::Male,
                sex2: None,
                birthdate: date(1952, 1, 1),
            },
            qualification_date: Some(date(2024, 4, 1)),
            disqualification_date: None,
            valid_from: None,
            valid_until: None,
            contribution_ratio: None,
            reason_of_loss: None,
            preschool: None,
        }
    }

    #[test]
    fn the_day_of_loss_is_the_first_day_without() {
        let record = InsuranceRecord {
            disqualification_date: Some(date(2025, 4, 30)),
            ..healthy()
        };
        assert!(record.holds_on(date(2025, 4, 29)));
        assert!(!record.holds_on(date(2025, 4, 30)));
    }

    #[test]
    fn the_last_valid_day_is_valid() {
        let record = InsuranceRecord {
            valid_until: Some(date(2025, 4, 30)),
            ..healthy()
        };
        assert!(record.holds_on(date(2025, 4, 30)));
        assert!(!record.holds_on(date(2025, 5, 1)));
    }

    #[test]
    fn absent_values_are_left_out() {
        let result = healthy().result();
        assert_eq!(result.text(Field::Birthdate), Some("19520101"));
        assert_eq!(result.get(Field::NameOfOther), None);
        assert_eq!(result.get(Field::InsuredCardExpirationDate), None);
    }
}
