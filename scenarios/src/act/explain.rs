//! What people do, and what happens around card and reader.

use madoguchi_notation::Located;
use madoguchi_terms::Lang;

use crate::{
    Answered, Care, Decides, EmergencyMode, Hands, Hold, Method, Passcode, Pin, Slip, Step,
};

impl Step {
    /// What happens, in one sentence without a full stop.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let whose = |persona: &Option<Located<String>>| {
            persona.as_ref().map_or_else(
                || lang.pick("患者の", "the patient's").to_owned(),
                |id| lang.pick(format!("{id} の"), format!("{id}'s")),
            )
        };
        let method = |method: &Method| match method {
            Method::Visual => lang.pick("目視確認", "a check by eye"),
            Method::Pin => lang.pick("4桁の暗証番号", "the four-digit PIN"),
        };
        match self {
            Self::Login(None) => lang.pick("職員がログインする", "the staff log in").into(),
            Self::Login(Some(Slip::WrongPassword)) => lang
                .pick(
                    "職員が誤ったパスワードでログインする",
                    "the staff log in with a wrong password",
                )
                .into(),
            Self::Login(Some(Slip::WrongCode | Slip::ShortCode)) => lang
                .pick(
                    "職員がアクティベーションコードを打ち間違えてログインする",
                    "the staff log in and mistype the activation code",
                )
                .into(),
            Self::SetMethod(m) => lang.pick(
                format!("職員が設定を{}にする", method(m)),
                format!("the staff set {} in the settings", method(m)),
            ),
            Self::ChooseMethod(m) => lang.pick(
                format!("職員が{}を選ぶ", method(m)),
                format!("the staff choose {}", method(m)),
            ),
            Self::EnterPin(Pin::Right) => lang
                .pick(
                    "患者が正しい暗証番号を入力する",
                    "the patient enters the right PIN",
                )
                .into(),
            Self::EnterPin(Pin::Wrong) => lang
                .pick(
                    "患者が誤った暗証番号を入力する",
                    "the patient enters a wrong PIN",
                )
                .into(),
            Self::EnterPin(Pin::Short) => lang
                .pick(
                    "患者が暗証番号を3桁しか入力しない",
                    "the patient enters three digits only",
                )
                .into(),
            Self::PlaceCard(persona) => {
                let whose = whose(persona);
                lang.pick(
                    format!("求めに応じて、{whose}カードが置かれる"),
                    format!("when asked, {whose} card is placed"),
                )
            }
            Self::InsertCard(persona) => {
                let whose = whose(persona);
                lang.pick(
                    format!("求められないのに、{whose}カードが置かれる"),
                    format!("unasked, {whose} card is laid on the reader"),
                )
            }
            Self::Press(label) => lang.pick(
                format!("「{label}」を押す"),
                format!("somebody presses \"{label}\""),
            ),
            Self::TakeCard => lang
                .pick("患者がカードを取る", "the patient takes the card")
                .into(),
            Self::Wait(span) => lang.pick(
                format!("{span} が過ぎる (実行は待たない)"),
                format!("{span} pass (the run does not wait)"),
            ),
            Self::UnplugReader => lang
                .pick("リーダーが抜かれる", "the reader is pulled out")
                .into(),
            Self::PlugReader => lang
                .pick("リーダーが差し直される", "the reader is plugged in again")
                .into(),
            Self::StopService => lang
                .pick("PC/SC サービスが終わる", "the PC/SC service ends")
                .into(),
            Self::StartService => lang
                .pick("PC/SC サービスが始まる", "the PC/SC service starts")
                .into(),
            Self::Rival(hold) => {
                let hold = match hold {
                    Hold::Connection => lang.pick("接続", "a connection to"),
                    Hold::Transaction => lang.pick("トランザクション", "a transaction on"),
                    Hold::Exclusive => lang.pick("占有", "an exclusive connection to"),
                };
                lang.pick(
                    format!("他のプログラムがカードを使う ({hold})"),
                    format!("another program takes {hold} the card"),
                )
            }
            Self::RivalLeaves => lang
                .pick("他のプログラムが終わる", "the other program leaves")
                .into(),
            Self::Close => lang.pick("アプリを閉じる", "the client is closed").into(),
            Self::Operate(act) => act.in_words(lang),
            Self::BrowseHistory(_) => lang
                .pick(
                    "職員が確認済みの資格の一覧を開く",
                    "the staff look at past results",
                )
                .into(),
            Self::AskByNumber(persona) => lang.pick(
                format!("職員が {persona} の被保険者証の番号で照会する"),
                format!("the staff ask by the numbers of {persona}'s insurance card"),
            ),
            Self::InquireInBulk(personas) => {
                let whose: Vec<&str> = personas.iter().map(|id| id.as_str()).collect();
                let whose = whose.join(", ");
                lang.pick(
                    format!("職員が {whose} の被保険者証の番号で一括照会する"),
                    format!("the staff ask in bulk by the numbers of {whose}"),
                )
            }
            Self::FetchResult => lang
                .pick(
                    "職員が一括照会の結果を確認する",
                    "the staff look for the result of the bulk inquiry",
                )
                .into(),
            Self::Designate(designation) => {
                let care = match designation.care {
                    Care::HomeVisit => lang.pick("訪問診療等", "home visits"),
                    Care::Online => lang.pick("オンライン診療等", "online care"),
                };
                let shares = match designation.information {
                    Decides::Agrees => lang.pick("する", "shares"),
                    Decides::Refuses => lang.pick("しない", "does not share"),
                };
                lang.pick(
                    format!("患者が{care}のために医療機関を指定する (医療情報の閲覧に同意{shares})"),
                    format!(
                        "the patient designates the institution for {care} and {shares} medical information"
                    ),
                )
            }
            Self::VisitAgain(_) => lang
                .pick(
                    "職員がカードなしで、指定した患者の資格を照会する",
                    "the staff ask for those who designated the institution, without cards",
                )
                .into(),
            Self::EnterByLink => lang
                .pick(
                    "患者が自分の端末で医療機関のリンクを開く",
                    "the patient opens the institution's link on an own device",
                )
                .into(),
            Self::ReadAloud => lang
                .pick(
                    "職員が画面を読み上げさせる",
                    "the staff let the screen be read aloud",
                )
                .into(),
            Self::HandOver(Hands::Patient) => lang
                .pick(
                    "職員が端末を患者に渡す",
                    "the staff give the device to the patient",
                )
                .into(),
            Self::HandOver(Hands::Staff) => lang
                .pick(
                    "患者が端末を職員に返す",
                    "the patient gives the device back",
                )
                .into(),
            Self::Lock => lang
                .pick("端末がロックされる", "the device is locked")
                .into(),
            Self::Unlock(Passcode::Right) => lang
                .pick(
                    "職員が生体認証かパスコードで開く",
                    "the staff open the app by biometrics or passcode",
                )
                .into(),
            Self::Unlock(Passcode::Wrong) => lang
                .pick(
                    "誰かが誤ったパスコードを入れる",
                    "somebody enters a wrong passcode",
                )
                .into(),
            Self::SearchEmergency(search) => {
                let mode = match search.mode {
                    EmergencyMode::Disaster => lang.pick("災害時", "in a disaster"),
                    EmergencyMode::Outage => lang.pick("システム障害時", "during an outage"),
                };
                let consent = match search.consent {
                    Answered::Agrees => lang.pick("同意する", "who agrees"),
                    Answered::Refuses => lang.pick("同意しない", "who refuses"),
                    Answered::CannotAnswer => lang.pick("答えられない", "who cannot answer"),
                };
                let persona = &search.persona;
                lang.pick(
                    format!("{mode}、職員が {persona} を氏名等で探す (患者は{consent})"),
                    format!("{mode}, the staff look for {persona} by name, {consent}"),
                )
            }
        }
    }
}
