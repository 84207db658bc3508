"""What is on file of an eligibility, and how the interface of the 資格確認端末 calls and codes it."""

# Element of a result → our name of it.
ELEMENTS = {
    "ReferenceNumber": "照会番号", "InsuredCardClassification": "区分", "InsurerNumber": "保険者番号",
    "InsurerName": "保険者名", "InsuredCardSymbol": "記号", "InsuredIdentificationNumber": "番号",
    "InsuredBranchNumber": "枝番", "PersonalFamilyClassification": "本人家族",
    "InsuredName": "被保険者氏名", "Name": "氏名", "NameKana": "フリガナ", "NameOfOther": "裏面氏名",
    "NameOfOtherKana": "裏面フリガナ", "Sex1": "性別", "Sex2": "裏面性別", "Birthdate": "生年月日",
    "PostNumber": "郵便番号", "Address": "住所", "QualificationDate": "資格取得日",
    "InsuredCardValidDate": "有効開始日", "InsuredCardExpirationDate": "有効終了日",
    "InsuredPartialContributionRatio": "負担割合", "PreschoolClassification": "未就学",
    "ElderlyRecipientCertificateInfo/ElderlyRecipientValidStartDate": "高齢開始日",
    "ElderlyRecipientCertificateInfo/ElderlyRecipientValidEndDate": "高齢終了日",
    "ElderlyRecipientCertificateInfo/ElderlyRecipientContributionRatio": "高齢負担割合",
}
COLUMNS = ["資格確認日", "資格有効性", *ELEMENTS.values(), "診療年月", "処理結果", "処理結果コード", "注記"]
TICKET_MONTH = "PublicExpenseResultList/MedicalTicketInfo/MedicalTreatmentMonth"
NUMBERS = {"insurer-number": "保険者番号", "insured-card-symbol": "記号",
           "insured-identification-number": "番号", "insured-branch-number": "枝番", "birthdate": "生年月日"}
CLAIM = ["保険者番号", "記号", "番号", "枝番", "本家区分", "被保険者氏名", "療養を受けた者の氏名", "生年月日",
         "郵便番号", "住所", "給付割合"]
DATES = {"資格確認日", "資格取得日", "有効開始日", "有効終了日", "高齢開始日", "高齢終了日"}
RATIOS = {"負担割合", "高齢負担割合"}
KANA = {"フリガナ", "裏面フリガナ"}
NAMES = {"氏名", "裏面氏名", "被保険者氏名", *KANA}
WORDS = {
    "性別": {"1": "男", "2": "女", "3": "未設定"},
    "裏面性別": {"1": "男", "2": "女", "3": "未設定"},
    "本人家族": {"1": "本人", "2": "家族"},
}


def name_of(element):
    """An element's name in the app's JSON: insurerNumber for InsurerNumber."""
    last = element.split("/")[-1]
    return last[0].lower() + last[1:]
