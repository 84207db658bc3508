//! What a field is called at the counter.

use madoguchi_eligibility::Field;
use madoguchi_terms::Lang;

/// The field's name for people: the app's label in Japanese, our name in English.
#[must_use]
pub const fn label(field: Field, lang: Lang) -> &'static str {
    match lang {
        Lang::En => field.name(),
        Lang::Ja => ja(field),
    }
}

const fn ja(field: Field) -> &'static str {
    match field {
        Field::QualificationConfirmationDate => "資格確認日",
        Field::QualificationValidity => "資格有効性",
        Field::ReferenceNumber => "照会番号",
        Field::InsuredCardClassification => "被保険者証区分",
        Field::InsurerNumber => "保険者番号",
        Field::InsurerName => "保険者名",
        Field::InsuredCardSymbol => "記号",
        Field::InsuredIdentificationNumber => "番号",
        Field::InsuredBranchNumber => "枝番",
        Field::PersonalFamilyClassification => "本人・家族の別",
        Field::InsuredName => "被保険者氏名",
        Field::Name => "氏名",
        Field::NameKana => "氏名カナ",
        Field::NameOfOther => "氏名（裏面）",
        Field::NameOfOtherKana => "氏名カナ（裏面）",
        Field::Sex1 => "性別",
        Field::Sex2 => "性別（裏面）",
        Field::Birthdate => "生年月日",
        Field::Address => "住所",
        Field::PostNumber => "郵便番号",
        Field::QualificationDate => "資格取得年月日",
        Field::DisqualificationDate => "資格喪失年月日",
        Field::InsuredCardValidDate => "有効開始日",
        Field::InsuredCardExpirationDate => "有効終了日",
        Field::InsuredPartialContributionRatio => "負担割合",
        Field::PreschoolClassification => "未就学区分",
        Field::ReasonOfLoss => "資格喪失事由",
        Field::ElderlyRecipientValidStartDate => "高齢受給者証 有効開始日",
        Field::ElderlyRecipientValidEndDate => "高齢受給者証 有効終了日",
        Field::ElderlyRecipientContributionRatio => "高齢受給者証 負担割合",
        Field::LimitCertificateValidStartDate => "限度額適用認定証 有効開始日",
        Field::LimitCertificateValidEndDate => "限度額適用認定証 有効終了日",
        Field::ProcessingResultStatus => "処理結果状況",
        Field::ProcessingResultCode => "処理結果コード",
        Field::ProcessingResultMessage => "処理結果メッセージ",
        Field::ConsignmentState => "委託・未委託",
        other => other.name(),
    }
}
