//! The code tables that an eligibility answer uses: OQSCD006–010 and 015 of the interface's
//! 業務コード仕様. *Observed* in public software that speaks the interface.

use crate::Field;
use crate::named::named;

/// A code table as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeTable {
    /// Its number and name: `OQSCD006 資格有効性`.
    pub name: &'static str,
    /// Each code with its 名称 and its meaning in English.
    pub rows: &'static [(&'static str, &'static str, &'static str)],
}

/// A code table: the named set plus what a code means in both languages.
macro_rules! code_table {
    (
        $(#[$meta:meta])*
        pub enum $name:ident in $set:literal {
            $($(#[$doc:meta])* $variant:ident = $code:literal, $ja:literal, $en:literal;)+
        }
    ) => {
        named! {
            $(#[$meta])*
            pub enum $name in $set {
                $(#[doc = concat!("`", $code, "` ", $ja)] $(#[$doc])* $variant = $code,)+
            }
        }

        impl $name {
            /// The whole table.
            pub const TABLE: CodeTable = CodeTable {
                name: $set,
                rows: &[$(($code, $ja, $en),)+],
            };

            /// The code as it is sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                self.name()
            }

            /// 名称
            #[must_use]
            pub const fn ja(self) -> &'static str {
                match self {
                    $(Self::$variant => $ja,)+
                }
            }

            /// The meaning in English.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self {
                    $(Self::$variant => $en,)+
                }
            }
        }
    };
}

code_table! {
    /// 資格有効性, OQSCD006.
    pub enum QualificationValidity in "OQSCD006 資格有効性" {
        Valid = "1", "有効", "valid";
        Invalid = "2", "無効", "invalid";
        Superseded = "3", "無効（新しい資格あり）", "invalid, a newer eligibility exists";
        None = "4", "該当資格なし", "no eligibility found";
        Multiple = "5", "複数該当", "several eligibilities found";
        /// 医療扶助 only.
        ValidUnregistered = "6", "有効（未登録）", "valid, ticket not registered";
    }
}

code_table! {
    /// 性別, OQSCD007.
    pub enum Sex in "OQSCD007 性別" {
        Male = "1", "男", "male";
        Female = "2", "女", "female";
        Unset = "3", "未設定", "not set";
    }
}

code_table! {
    /// 資格喪失事由, OQSCD008.
    pub enum ReasonOfLoss in "OQSCD008 資格喪失事由" {
        Death = "01", "死亡", "death";
        PublicAssistance = "02", "生活保護受給開始", "public assistance began";
        OtherInsurance = "03", "医療保険等の資格取得", "another insurance began";
        Other = "99", "その他", "other";
    }
}

code_table! {
    /// 本人・家族の別, OQSCD009.
    pub enum Relation in "OQSCD009 本人・家族の別" {
        Personal = "1", "本人", "insured person";
        Family = "2", "家族", "family member";
    }
}

code_table! {
    /// 被保険者証区分, OQSCD010.
    pub enum CardClassification in "OQSCD010 被保険者証区分" {
        General = "01", "一般", "general";
        Retired = "02", "退職", "retired";
        ShortTerm = "03", "短期（一般）", "short term (general)";
        ShortTermRetired = "04", "短期（退職）", "short term (retired)";
        /// Formerly 資格証明書.
        SpecialMedicalExpense = "05", "特別療養費支給対象者", "special medical expense";
        SpecialRetired = "06", "特例退職", "special retired";
        SelfDefenceForces = "07", "自衛官診療証", "self-defence forces";
        MedicalAssistance = "A1", "医療扶助", "medical assistance";
    }
}

code_table! {
    /// 未就学区分, OQSCD015. Absent where it does not apply.
    pub enum Preschool in "OQSCD015 未就学区分" {
        Applies = "1", "義務教育就学前", "before compulsory schooling";
    }
}

code_table! {
    /// 照会区分, OQSCD002.
    pub enum ReferenceClassification in "OQSCD002 照会区分" {
        Card = "1", "マイナンバーカード", "My Number card";
        Numbers = "2", "被保険者証情報", "numbers of an insurance card";
    }
}

code_table! {
    /// 文字コード識別, OQSCD005. *Observed* as 0 and 1; one public table has 1 and 2.
    pub enum CharacterCode in "OQSCD005 文字コード識別" {
        Utf8 = "0", "UTF-8", "UTF-8";
        ShiftJis = "1", "Shift_JIS", "Shift_JIS";
    }
}

code_table! {
    /// 処理結果区分, OQSCD003.
    pub enum SegmentOfResult in "OQSCD003 処理結果区分" {
        Done = "1", "正常終了", "done";
        Processing = "2", "処理中", "being processed";
        Abnormal = "9", "異常終了", "ended abnormally";
    }
}

code_table! {
    /// 処理結果状況, OQSCD004: of one unit of a bulk inquiry.
    pub enum ProcessingResultStatus in "OQSCD004 処理結果状況" {
        Normal = "1", "正常終了", "done";
        Error = "2", "エラー", "error";
    }
}

code_table! {
    /// 同意区分, OQSCD016.
    pub enum ConsentClassification in "OQSCD016 同意区分" {
        None = "0", "なし", "no consent";
        Given = "1", "あり", "consent given";
        Expired = "2", "有効期限切れ", "consent expired";
        /// 災害時 only.
        Unobtainable = "3", "同意取得困難", "consent cannot be obtained";
    }
}

code_table! {
    /// 診療区分, OQSCD028.
    pub enum CareCategory in "OQSCD028 診療区分" {
        Outpatient = "1", "外来", "outpatient";
        HomeVisit = "2", "訪問診療等", "home visit";
        Online = "3", "オンライン診療等", "online";
        Emergency = "4", "救急時", "emergency";
    }
}

code_table! {
    /// 同意有効期限切れ理由, OQSCD031.
    pub enum ConsentEndReason in "OQSCD031 同意有効期限切れ理由" {
        Lapsed = "0", "期限切れ", "its time is over";
        ByInstitution = "1", "医療機関等による", "ended by the institution";
        ByPatient = "2", "患者による", "ended by the patient";
        ChangeOfUse = "3", "利用変更による", "ended by a change of use";
    }
}

code_table! {
    /// 閲覧同意情報種別, OQSCD036. *Assumed* which code is what: the table names the codes only.
    pub enum InformationKind in "OQSCD036 閲覧同意情報種別" {
        HealthCheckups = "TKK", "特定健診情報", "specific health checkups";
        Medicine = "YZK", "薬剤情報", "medicine";
        Treatment = "SRJ", "診療情報", "treatment";
    }
}

/// All tables, by their numbers.
pub const CODE_TABLES: &[CodeTable] = &[
    ReferenceClassification::TABLE,
    SegmentOfResult::TABLE,
    ProcessingResultStatus::TABLE,
    CharacterCode::TABLE,
    QualificationValidity::TABLE,
    Sex::TABLE,
    ReasonOfLoss::TABLE,
    Relation::TABLE,
    CardClassification::TABLE,
    Preschool::TABLE,
    ConsentClassification::TABLE,
    CareCategory::TABLE,
    ConsentEndReason::TABLE,
    InformationKind::TABLE,
];

impl Field {
    /// The table of the field's values, where they are codes.
    #[must_use]
    pub const fn codes(self) -> Option<CodeTable> {
        Some(match self {
            Self::ReferenceClassification => ReferenceClassification::TABLE,
            Self::SegmentOfResult => SegmentOfResult::TABLE,
            Self::ProcessingResultStatus => ProcessingResultStatus::TABLE,
            Self::CharacterCodeIdentifier => CharacterCode::TABLE,
            Self::QualificationValidity => QualificationValidity::TABLE,
            Self::Sex1 | Self::Sex2 => Sex::TABLE,
            Self::ReasonOfLoss => ReasonOfLoss::TABLE,
            Self::PersonalFamilyClassification => Relation::TABLE,
            Self::InsuredCardClassification => CardClassification::TABLE,
            Self::PreschoolClassification => Preschool::TABLE,
            Self::InformationConsent | Self::ConsentClassification => ConsentClassification::TABLE,
            Self::CareCategory => CareCategory::TABLE,
            Self::ConsentEndReason => ConsentEndReason::TABLE,
            Self::InformationKind => InformationKind::TABLE,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_stand_by_their_numbers_and_each_belongs_to_a_field() {
        assert!(CODE_TABLES.is_sorted_by_key(|table| table.name));
        for table in CODE_TABLES {
            let is_of = |field: &Field| field.codes() == Some(*table);
            assert!(Field::ALL.iter().any(is_of), "{}", table.name);
        }
    }

    #[test]
    fn codes_read_back_and_keep_their_zeros() {
        assert_eq!("01".parse(), Ok(CardClassification::General));
        assert!("1".parse::<CardClassification>().is_err());
        for validity in QualificationValidity::ALL {
            assert_eq!(validity.code().parse(), Ok(*validity));
        }
    }

    #[test]
    fn every_code_has_both_names() {
        for class in CardClassification::ALL {
            assert!(!class.ja().is_empty() && class.en().is_ascii());
        }
    }
}
