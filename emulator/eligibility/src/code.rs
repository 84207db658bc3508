//! The code tables that an eligibility answer uses: OQSCD006–010 and 015 of the interface's
//! 業務コード仕様. *Observed* in public software that speaks the interface.

use crate::named::named;

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

#[cfg(test)]
mod tests {
    use super::*;

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
