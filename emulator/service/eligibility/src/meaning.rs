//! What fields, operations and result codes mean, in a sentence each and both languages: for the
//! OpenAPI document of a wire profile and for those who write a client by it. Sources and marks stand
//! at the types themselves.

use crate::{Decision, Field, Operation};

/// A sentence in Japanese and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// 日本語
    pub ja: &'static str,
    /// English
    pub en: &'static str,
}

const fn meaning(ja: &'static str, en: &'static str) -> Meaning {
    Meaning { ja, en }
}

impl Field {
    /// What a value of it is, with its form where that is not plain.
    #[must_use]
    #[rustfmt::skip]
    pub const fn meaning(self) -> Meaning {
        match self {
            Self::FacilityCode => meaning("医療機関等コード（10桁）", "code of the facility, ten digits"),
            Self::UserId => meaning("ユーザーID（半角英数字2〜8字）", "user id, two to eight letters or digits"),
            Self::Password => meaning("パスワード", "password"),
            Self::ActivationCode => meaning("アクティベーションコード（数字。間を空けない）", "activation code, digits without blanks"),
            Self::ClientVersion => meaning("アプリの版。3つまでの数を . で区切る（例 2.10.1）。任意", "version of the app: up to three numbers with dots between them, such as 2.10.1; optional"),
            Self::SessionToken => meaning("ログインで得た値。ログインの後のすべての要求に付ける", "what the login answered; goes with every request after it"),
            Self::RequestId => meaning("要求の番号。クライアントが作り、同じ要求のやり直しでは同じ値（64字まで）。任意", "made by the client, the same when the same request is tried again, at most 64 characters; optional"),
            Self::Method => meaning("本人確認の方法。visual: 目視確認、pin: 4桁の暗証番号", "how the identity was checked. visual: by eye; pin: the four-digit PIN"),
            Self::Certificate => meaning("利用者証明用電子証明書（X.509 DER）。カードから読んだまま", "the authentication certificate, X.509 DER, as it was read from the card"),
            Self::ChallengeId => meaning("署名した乱数の番号。1回だけ使える", "which nonce was signed; serves once"),
            Self::Signature => meaning("乱数への署名: RSASSA-PKCS1-v1_5、SHA-256。符号化を解いた乱数の32オクテットをハッシュし、DigestInfo（19オクテットの前置きと32オクテットのハッシュ、計51オクテット）にしてカードの COMPUTE DIGITAL SIGNATURE に渡した結果（256オクテット）", "signature of the nonce: RSASSA-PKCS1-v1_5 with SHA-256. The 32 decoded octets of the nonce are hashed; the DigestInfo (19 octets of prefix and 32 of hash, 51 together) goes to COMPUTE DIGITAL SIGNATURE of the card, which answers 256 octets"),
            Self::TermsId => meaning("表示した利用規約の番号", "which terms were shown"),
            Self::Consent => meaning("同意。agree のほかはない", "consent: agree, and nothing else"),
            Self::ConsentId => meaning("記録された同意の番号", "number of the recorded consent"),
            Self::ResultCode => meaning("結果コード", "result code"),
            Self::ResultMessage => meaning("職員への文", "words for the staff"),
            Self::TerminalId => meaning("端末の名前", "the service's name for the terminal"),
            Self::TerminalCertificate => meaning("端末認証のクライアント証明書（PEM、CERTIFICATE が1つ）。以後 TLS で示す", "client certificate of the terminal, PEM, one CERTIFICATE; shown in TLS from then on"),
            Self::TerminalKey => meaning("その秘密鍵（PEM、PKCS#8 の PRIVATE KEY、ECDSA P-256、暗号化なし）", "its private key, PEM, PKCS#8 (PRIVATE KEY), ECDSA P-256, not encrypted"),
            Self::Nonce => meaning("署名する乱数（32オクテット）", "32 random octets to be signed"),
            Self::TermsText => meaning("利用規約の本文", "text of the terms"),
            Self::QualificationConfirmationDate => meaning("資格確認日（YYYYMMDD、サービスの日付）", "day of the confirmation, YYYYMMDD, the service's day"),
            Self::QualificationValidity => meaning("資格有効性", "validity of the eligibility"),
            Self::InsuredCardClassification => meaning("被保険者証区分", "classification of the insurance card"),
            Self::InsurerNumber => meaning("保険者番号。医療扶助では公費負担者番号。先頭の0も数字のうち", "number of the insurer; 医療扶助: 公費負担者番号. Leading zeros belong to it"),
            Self::InsurerName => meaning("保険者名称。医療扶助では福祉事務所名", "name of the insurer; 医療扶助: of the welfare office"),
            Self::InsuredCardSymbol => meaning("被保険者証記号", "被保険者証記号, symbol of the insurance card"),
            Self::InsuredIdentificationNumber => meaning("被保険者証番号。医療扶助では受給者番号", "被保険者証番号, number of the insurance card; 医療扶助: 受給者番号"),
            Self::InsuredBranchNumber => meaning("被保険者証枝番（2桁）", "被保険者証枝番, two digits"),
            Self::PersonalFamilyClassification => meaning("本人・家族の別", "insured person or family"),
            Self::Name => meaning("氏名（全角）", "name, full-width"),
            Self::NameKana => meaning("氏名カナ（半角カナ）", "name in half-width katakana"),
            Self::NameOfOther => meaning("氏名（その他）: 裏面記載", "other name: what stands on the back of the card"),
            Self::NameOfOtherKana => meaning("氏名カナ（その他）（半角カナ）", "reading of the other name, half-width katakana"),
            Self::Sex1 => meaning("性別1", "sex"),
            Self::Sex2 => meaning("性別2: 裏面記載", "sex as on the back of the card"),
            Self::Birthdate => meaning("生年月日（YYYYMMDD、西暦）", "birth date, YYYYMMDD, Gregorian"),
            Self::QualificationDate => meaning("資格取得年月日（YYYYMMDD）", "first day of the eligibility, YYYYMMDD"),
            Self::DisqualificationDate => meaning("資格喪失年月日（YYYYMMDD）。この日から資格がない", "day of loss, YYYYMMDD: the first day without the eligibility"),
            Self::InsuredCardValidDate => meaning("有効開始日（YYYYMMDD）", "valid from, YYYYMMDD"),
            Self::InsuredCardExpirationDate => meaning("有効終了日（YYYYMMDD）。ないことが多い", "valid until, YYYYMMDD; often absent"),
            Self::InsuredPartialContributionRatio => meaning("一部負担金割合（百分率、3桁。030 は3割）", "share that the patient pays, percent in three digits: 030 is 3割"),
            Self::ReasonOfLoss => meaning("資格喪失事由", "reason of the loss"),
            Self::PreschoolClassification => meaning("未就学区分。該当するときだけある", "before compulsory schooling; there only where it applies"),
            Self::InsuredName => meaning("被保険者氏名（世帯主氏名）", "name of the insured person or head of the household"),
            Self::Address => meaning("住所（保険者への届出による）", "address as filed with the insurer"),
            Self::PostNumber => meaning("郵便番号", "postal code"),
            Self::ElderlyRecipientValidStartDate => meaning("高齢受給者証有効開始年月日（YYYYMMDD）", "高齢受給者証: valid from, YYYYMMDD"),
            Self::ElderlyRecipientValidEndDate => meaning("高齢受給者証有効終了年月日（YYYYMMDD）", "高齢受給者証: valid until, YYYYMMDD"),
            Self::ElderlyRecipientContributionRatio => meaning("高齢受給者証一部負担金割合（百分率、3桁。020 は2割）", "高齢受給者証: share, percent in three digits: 020 is 2割"),
            Self::LimitCertificateValidStartDate => meaning("限度額適用認定証有効開始年月日（YYYYMMDD）", "限度額適用認定証: valid from, YYYYMMDD"),
            Self::LimitCertificateValidEndDate => meaning("限度額適用認定証有効終了年月日（YYYYMMDD）", "限度額適用認定証: valid until, YYYYMMDD"),
            Self::ConsignmentState => meaning("委託・未委託（医療扶助）。画面に出さないことを見るために届く", "委託・未委託 of 医療扶助: delivered so that a client can be seen not to show it"),
            Self::Purpose => meaning("照会の目的。任意", "what the inquiry is for; optional"),
            Self::DateFrom => meaning("期間の初日（YYYYMMDD）", "first day, YYYYMMDD"),
            Self::DateTo => meaning("期間の末日（YYYYMMDD）", "last day, YYYYMMDD"),
            Self::Page => meaning("ページ（1から）", "page, from 1"),
            Self::PageCount => meaning("ページの数", "how many pages there are"),
            Self::TotalCount => meaning("全ページの行数", "how many rows there are on all pages"),
            Self::ConfirmedAt => meaning("資格を確認した日時（YYYYMMDDHHmmss、日本時間）", "when the eligibility was confirmed, YYYYMMDDHHmmss in Japan"),
            Self::ReferenceNumber => meaning("照会番号: 施設が患者に付けた番号", "the facility's own number for a patient"),
            Self::ReceptionNumber => meaning("一括照会の受付番号", "reception number of a bulk inquiry"),
            Self::SegmentOfResult => meaning("処理結果区分", "state of the processing"),
            Self::ProcessingResultStatus => meaning("処理結果状況（1件ごと）", "how one unit ended"),
            Self::NumberOfProcessingResult => meaning("件数", "how many units"),
            Self::NumberOfNormalProcessing => meaning("正常終了の件数", "how many of them were answered"),
            Self::NumberOfError => meaning("エラーの件数", "how many of them were not"),
            Self::DesignatedInstitution => meaning("患者が指定する医療機関等のコード（10桁）", "code of the institution that the patient designates, ten digits"),
            Self::CareCategory => meaning("診療区分。居宅同意では 2 か 3", "kind of care; a designation takes 2 or 3"),
            Self::InformationConsent => meaning("診療情報の提供への同意: 同意区分。3 は災害時だけ", "consent to medical information; 3 in a disaster only"),
            Self::ConsentClassification => meaning("同意の状態: 同意区分", "what has become of the consent"),
            Self::ConsentEndReason => meaning("同意有効期限切れ理由", "why the consent is over"),
            Self::SameDay => meaning("同意が回答の日のものか（1: はい、0: いいえ）", "whether the consent was given on the day of the answer: 1 yes, 0 no"),
            Self::EntranceToken => meaning("マイナ在宅受付Web の入口のリンクが持つ値", "what the link of an institution's entrance for patients carries"),
            Self::EmergencyMode => meaning("緊急時の機能。disaster: 災害時モード、outage: システム障害時モード", "disaster: 災害時モード; outage: システム障害時モード"),
            Self::InformationKind => meaning("閲覧同意情報種別", "kind of medical information"),
            Self::InformationText => meaning("診療情報（模擬の文）", "medical information, as the mock imagines it"),
            Self::SentAt => meaning("送信した日時（YYYYMMDDHHmmss、クライアントの時計、日本時間）。任意。書けばサービスの時計と比べられる", "when the client sent it by its own clock in Japan, YYYYMMDDHHmmss; optional, and compared with the service's clock where it is there"),
            Self::ProcessExecutionTime => meaning("処理の日時（YYYYMMDDHHmmss）", "when the service answered, YYYYMMDDHHmmss"),
            Self::ArbitraryFileIdentifier => meaning("任意のファイル識別子。応答に同じ値が返る", "a name that the client gives its file; the answer repeats it"),
            Self::ArbitraryIdentifier => meaning("任意の識別子。応答に同じ値が返る", "a name that the client gives its inquiry; the answer repeats it"),
            Self::ReferenceClassification => meaning("照会区分", "kind of inquiry"),
            Self::CharacterCodeIdentifier => meaning("文字コード識別", "encoding of the answer"),
            Self::ErrorCode => meaning("ファイル全体のエラーコード", "why a file could not be processed at all"),
            Self::ErrorMessage => meaning("ファイル全体のエラーメッセージ", "the same for the staff"),
            Self::ProcessingResultCode => meaning("処理結果コード", "result code of an inquiry"),
            Self::ProcessingResultMessage => meaning("処理結果メッセージ", "the same for the staff"),
            Self::MedicalTreatmentMonth => meaning("診療年月（YYYYMM）", "month of treatment, YYYYMM"),
            Self::NearestOperation => meaning("最も近い操作", "the operation that is most like the request"),
            Self::ProfileFragment => meaning("電文プロファイルに貼る断片", "what to paste into the wire profile"),
        }
    }
}

impl Operation {
    /// What it is for.
    #[must_use]
    #[rustfmt::skip]
    pub const fn summary(self) -> Meaning {
        match self {
            Self::FirstLogin => meaning("初回ログイン: 端末をアクティベーションする", "first login: activates the terminal"),
            Self::Login => meaning("ログイン: セッションを始める", "login: begins a session"),
            Self::Challenge => meaning("カードが署名する乱数を求める", "asks for a nonce that the card signs"),
            Self::EligibilityByCertificate => meaning("資格確認: 目視確認（証明書だけ）", "eligibility by certificate: 目視確認"),
            Self::EligibilityBySignature => meaning("資格確認: 4桁の暗証番号（証明書と署名）", "eligibility by signature: the four-digit PIN"),
            Self::RegistrationTerms => meaning("健康保険証利用登録: 利用規約", "健康保険証利用登録: the terms"),
            Self::RegistrationConsent => meaning("健康保険証利用登録: 同意を記録する", "健康保険証利用登録: records the consent"),
            Self::Register => meaning("健康保険証利用登録を行う", "健康保険証利用登録 itself"),
            Self::MedicalInformation => meaning("診療情報を求める（資格確認限定型には許されない）", "medical information; not for the limited type"),
            Self::History => meaning("資格確認履歴", "past inquiries of this facility"),
            Self::EligibilityByNumber => meaning("番号による資格確認（資格確認端末）", "eligibility by the numbers of an insurance card"),
            Self::BulkSubmission => meaning("一括照会の受付", "bulk inquiry, first half"),
            Self::BulkResult => meaning("一括照会の結果", "bulk inquiry, second half"),
            Self::BulkByConsent => meaning("一括照会（訪問診療等・オンライン診療等）の受付", "bulk inquiry of those who designated this institution"),
            Self::BulkByTicket => meaning("一括照会（医療扶助の医療券）の受付", "bulk inquiry of those with a ticket of 医療扶助"),
            Self::InstitutionConsent => meaning("居宅同意取得型: 医療機関の指定と同意", "designation of an institution, with consent"),
            Self::PatientEntrance => meaning("マイナ在宅受付Web: 患者が入口を開く", "the patient opens the entrance of an institution"),
            Self::EligibilityByConsent => meaning("指定した患者の資格の再照会", "eligibility of those who designated this institution"),
            Self::EmergencySearch => meaning("緊急時の資格確認（氏名・性別・生年月日）", "eligibility by name, sex and birth date in an emergency"),
            Self::ResultOutput => meaning("資格確認結果の出力（レセコンへ）", "what the last check on this machine came to, for the レセコン"),
        }
    }

    /// What to know before sending it.
    #[must_use]
    #[rustfmt::skip]
    pub const fn hint(self) -> Meaning {
        match self {
            Self::FirstLogin => meaning("クライアント証明書なしで送る。応答の証明書と鍵を保存し、以後の TLS 接続で示す。再開した TLS セッションは証明書を持たないので、新しい接続で始める。", "Sent without a client certificate. Keep certificate and key of the answer and show them in TLS from then on, on a new connection: a TLS session that is resumed has none."),
            Self::Login => meaning("以下の要求は端末の証明書と、ここで得た値を要する。", "Everything after it needs the terminal's certificate and what is answered here."),
            Self::Challenge => meaning("乱数は1回だけ、5分まで使える（電文プロファイルの規則による）。", "A nonce serves once, and for five minutes (by the rules of the wire profile)."),
            Self::EligibilityByCertificate => meaning("方法が pin なら署名が要り、SIGNATURE_INVALID となる。", "With the method pin a signature is needed: SIGNATURE_INVALID."),
            Self::EligibilityBySignature => meaning("乱数は、成否によらず使い切られる。やり直すときは新しい乱数に署名する。", "The nonce is used up, whatever comes of it; another try signs another nonce."),
            Self::RegistrationTerms => meaning("NOT_REGISTERED と答えられた患者に示す。", "For the patient whose inquiry was answered NOT_REGISTERED."),
            Self::RegistrationConsent => meaning("このセッションで最後に NOT_REGISTERED と答えられた証明書の人の同意になる。", "It is the consent of the holder of the certificate that was answered NOT_REGISTERED last in this session."),
            Self::Register => meaning("同意した人と同じカードの証明書を送る。署名は規則 registration-needs-pin が true のときだけ要る（既定は false）。方法 (method) は見ない。", "Takes the certificate of the card whose holder agreed. Challenge and signature are needed only where the rule registration-needs-pin is true (false by default); no method is looked at."),
            Self::MedicalInformation => meaning("資格確認限定型が求めるかを見るためにある。NOT_PERMITTED と答える。", "Exists so that asking for it can be seen: a client of the limited type is answered NOT_PERMITTED."),
            Self::History => meaning("条件とページで絞る。", "By conditions and page."),
            Self::EligibilityByNumber => meaning("資格確認書の番号による。資格確認限定型には許されない。", "By the numbers of a 資格確認書; not for the limited type."),
            Self::BulkSubmission => meaning("受付番号を答える。", "Answers a reception number."),
            Self::BulkResult => meaning("できるまで処理中と答える。", "Says that it is being processed until it is done."),
            Self::BulkByConsent => meaning("受付番号を答える。", "Answers a reception number."),
            Self::BulkByTicket => meaning("受付番号を答える。", "Answers a reception number."),
            Self::InstitutionConsent => meaning("カードの署名を要する。", "Needs a signature of the card."),
            Self::PatientEntrance => meaning("端末の証明書を要しない。", "Needs no certificate of a terminal."),
            Self::EligibilityByConsent => meaning("カードを要しない。", "Needs no card."),
            Self::EmergencySearch => meaning("災害時モードでは同意を尋ねる。", "In 災害時モード consent is asked for."),
            Self::ResultOutput => meaning("サービスへの要求ではなく、アプリが同じ機械の中で答える。", "No request to the service: the app answers it on its own machine."),
        }
    }
}

impl Decision {
    /// What it says.
    #[must_use]
    #[rustfmt::skip]
    pub const fn meaning(self) -> Meaning {
        match self {
            Self::Ok => meaning("正常終了。資格照会なら結果が付く", "done; an eligibility inquiry delivers its results"),
            Self::NotRegistered => meaning("健康保険証利用登録がない", "健康保険証利用登録 has not been done"),
            Self::CertExpired => meaning("電子証明書の有効期限切れ（猶予も過ぎた）", "the certificate expired, and so did its grace"),
            Self::CertExpiredGrace => meaning("電子証明書の有効期限切れ（猶予の間）。資格は届く", "the certificate expired, within its grace: eligibility is delivered"),
            Self::CertRevoked => meaning("電子証明書の失効", "the certificate was revoked"),
            Self::CertUnknown => meaning("知らない電子証明書", "nobody knows this certificate"),
            Self::NoQualification => meaning("該当資格なし", "no eligibility on record"),
            Self::Multiple => meaning("複数該当", "several eligibilities are valid"),
            Self::Withheld => meaning("確認中のため提供しない。該当資格なしではない", "kept from view while it is looked into; not the same as none"),
            Self::TerminalUnknown => meaning("端末の証明書がない、または知らない", "no terminal certificate, or an unknown one"),
            Self::TerminalRevoked => meaning("端末が無効化された", "the terminal's activation was withdrawn"),
            Self::CodeNotReady => meaning("アクティベーションコードはまだ使えない", "the activation code was issued too short a time ago"),
            Self::CodeInvalid => meaning("アクティベーションコードが正しくない", "no such activation code, or invalidated"),
            Self::CodeUsed => meaning("アクティベーションコードは使用済み", "the activation code belongs to a terminal already"),
            Self::AccountNeverLoggedIn => meaning("資格確認等システムに一度もログインしていない", "the account has never logged in to the eligibility system itself"),
            Self::AccountLocked => meaning("アカウントのロック", "too many wrong passwords"),
            Self::FunctionOff => meaning("施設がこの機能を使えない", "the facility may not use the function, or switched it off"),
            Self::Outage => meaning("システム障害", "out of order"),
            Self::Busy => meaning("混雑", "busy; try later"),
            Self::JpkiMaintenance => meaning("公的個人認証サービスのメンテナンス中", "JPKI has to be asked and is closed"),
            Self::SignatureInvalid => meaning("署名がない、または合わない", "the signature is missing, or does not belong to nonce and certificate"),
            Self::ChallengeUnknown => meaning("乱数が無効（使用済み・期限切れ・別のセッション）", "the challenge was used before, is too old, or another session's"),
            Self::ConsentMissing => meaning("同意が記録されていない", "no recorded consent"),
            Self::NotPermitted => meaning("許可されていない操作", "this client may not do that"),
            Self::SessionInvalid => meaning("セッションがない・終わった・別の端末のもの", "no session, over, or another terminal's"),
            Self::PasswordWrong => meaning("機関コード・ユーザーID・パスワードのどれかが違う", "facility, user or password is wrong; which is not said"),
            Self::Malformed => meaning("要求の形式が正しくない", "the request cannot be understood"),
            Self::Unmatched => meaning("この要求に対応する操作がない", "no operation of the wire profile"),
        }
    }
}
