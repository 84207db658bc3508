//! What happens at the counter, in a sentence without a full stop.

use madoguchi_notation::{Located, Wording};
use madoguchi_terms::Lang;

use super::{Act, Answered, Care, Decides, Disk, Hands, Missed, Passcode, Pin, Restart, Slip};
use crate::{EmergencyMode, Hold, Method};

impl Act {
    /// What happens.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => self.wording().ja,
            Lang::En => self.wording().en,
        }
    }

    fn wording(&self) -> Wording {
        let say = |ja: &str, en: &str| Wording::new(ja, en);
        match self {
            Self::Login(None) => say("職員がログインする", "the staff log in"),
            Self::Login(Some(Slip::WrongPassword)) => say(
                "職員が誤ったパスワードでログインする",
                "the staff log in with a wrong password",
            ),
            Self::Login(Some(Slip::NoUserId)) => say(
                "職員がユーザーIDを入れずにログインする",
                "the staff log in and leave the user ID out",
            ),
            Self::Login(Some(Slip::WrongCode | Slip::ShortCode)) => say(
                "職員がアクティベーションコードを打ち間違えてログインする",
                "the staff log in and mistype the activation code",
            ),
            Self::Login(Some(Slip::NoPasscode)) => say(
                "職員がパスコードを決めずにログインする",
                "the staff log in and choose no passcode",
            ),
            Self::Login(Some(Slip::OtherPasscode)) => say(
                "職員がログインし、別のパスコードを決める",
                "the staff log in and choose another passcode",
            ),
            Self::SetMethod(way) => {
                let Wording { ja, en } = method(*way);
                Wording::new(
                    format!("職員が設定を{ja}にする"),
                    format!("the staff set {en} in the settings"),
                )
            }
            Self::ChooseMethod(way) => {
                let Wording { ja, en } = method(*way);
                Wording::new(
                    format!("職員が{ja}を選ぶ"),
                    format!("the staff choose {en}"),
                )
            }
            Self::EnterPin(Pin::Right) => say(
                "患者が正しい暗証番号を入力する",
                "the patient enters the right PIN",
            ),
            Self::EnterPin(Pin::Wrong) => say(
                "患者が誤った暗証番号を入力する",
                "the patient enters a wrong PIN",
            ),
            Self::EnterPin(Pin::Short) => say(
                "患者が暗証番号を3桁しか入力しない",
                "the patient enters three digits only",
            ),
            Self::EnterPin(Pin::Long) => say(
                "患者が暗証番号に5桁を入力する",
                "the patient enters five digits",
            ),
            Self::EnterPin(Pin::FullWidth) => say(
                "患者が正しい暗証番号を全角で入力する",
                "the patient enters the right PIN in full width",
            ),
            Self::EnterPin(Pin::Letters) => say(
                "患者が暗証番号に英字を入力する",
                "the patient enters letters for the PIN",
            ),
            Self::EnterPin(Pin::Empty) => say(
                "患者が暗証番号を入力せずに進む",
                "the patient enters nothing for the PIN",
            ),
            Self::PlaceCard(card) => {
                let Wording { ja, en } = whose(card.as_ref());
                Wording::new(
                    format!("求めに応じて、{ja}カードが置かれる"),
                    format!("when asked, {en} card is placed"),
                )
            }
            Self::AwaitCard(missed) => match missed {
                Missed::Nobody => say(
                    "カードが求められるが、置かれない",
                    "a card is asked for, and nobody places one",
                ),
                Missed::Unplugged => say(
                    "カードを待つ間に、リーダーが抜かれる",
                    "while a card is awaited, the reader is pulled out",
                ),
                Missed::ServiceStopped => say(
                    "カードを待つ間に、PC/SC サービスが終わる",
                    "while a card is awaited, the PC/SC service ends",
                ),
            },
            Self::InsertCard(card) => {
                let Wording { ja, en } = whose(card.as_ref());
                Wording::new(
                    format!("求められないのに、{ja}カードが置かれる"),
                    format!("unasked, {en} card is laid on the reader"),
                )
            }
            Self::Press(label) => Wording::new(
                format!("「{label}」を押す"),
                format!("somebody presses \"{label}\""),
            ),
            Self::PressMeanwhile(label) => Wording::new(
                format!("回答を待つ間に「{label}」を押す"),
                format!("somebody presses \"{label}\" while the service is still answering"),
            ),
            Self::TakeCard => say("患者がカードを取る", "the patient takes the card"),
            Self::Wait(span) => Wording::new(
                format!("{span} が過ぎる (実行は待たない)"),
                format!("{span} pass (the run does not wait)"),
            ),
            Self::UnplugReader => say("リーダーが抜かれる", "the reader is pulled out"),
            Self::PlugReader => say("リーダーが差し直される", "the reader is plugged in again"),
            Self::PlugRenumbered => say(
                "リーダーが別の口に差し直され、番号が変わる",
                "the reader is plugged in elsewhere and has another number",
            ),
            Self::PlugOther(model) => Wording::new(
                format!("代わりに別のリーダー {model} が差される"),
                format!("another reader, {model}, is plugged in instead"),
            ),
            Self::StopService => say("PC/SC サービスが終わる", "the PC/SC service ends"),
            Self::StartService => say("PC/SC サービスが始まる", "the PC/SC service starts"),
            Self::Rival(hold) => {
                let Wording { ja, en } = held(*hold);
                Wording::new(
                    format!("他のプログラムがカードを使う ({ja})"),
                    format!("another program takes {en} the card"),
                )
            }
            Self::RivalLeaves => say("他のプログラムが終わる", "the other program leaves"),
            Self::RecordChanges(change) => {
                let Wording { ja, en } = whose(change.persona.as_ref());
                let now = change.to.wording();
                Wording::new(
                    format!("{ja}異動が届け出られる: {}", now.ja),
                    format!("a change (異動) of {en} record is filed: {}", now.en),
                )
            }
            Self::RestartApp(None) => say(
                "アプリを閉じて、起動し直す",
                "the client is closed and started again",
            ),
            Self::RestartApp(Some(Restart::Killed)) => say(
                "アプリが強制終了し、起動し直す",
                "the client is killed and started again",
            ),
            Self::Disk(what) => {
                let (ja, en) = suffered(*what);
                say(ja, en)
            }
            Self::Close => say("アプリを閉じる", "the client is closed"),
            Self::Operate(operate) => operate.wording(),
            Self::BrowseHistory(_) => say(
                "職員が確認済みの資格の一覧を開く",
                "the staff look at past results",
            ),
            Self::AskByNumber(persona) => Wording::new(
                format!("職員が {persona} の資格確認書の番号で照会する"),
                format!("the staff ask by the numbers of {persona}'s 資格確認書"),
            ),
            Self::InquireInBulk(personas) => {
                let whose: Vec<&str> = personas.iter().map(|id| id.as_str()).collect();
                let whose = whose.join(", ");
                Wording::new(
                    format!("職員が {whose} の資格情報の番号で一括照会する"),
                    format!("the staff ask in bulk by the numbers of {whose}"),
                )
            }
            Self::FetchResult => say(
                "職員が一括照会の結果を確認する",
                "the staff look for the result of the bulk inquiry",
            ),
            Self::Designate(designation) => {
                let (care_ja, care_en) = match designation.care {
                    Care::HomeVisit => ("訪問診療等", "home visits"),
                    Care::Online => ("オンライン診療等", "online care"),
                };
                let (does, shares) = match designation.information {
                    Decides::Agrees => ("する", "shares"),
                    Decides::Refuses => ("しない", "does not share"),
                };
                let (how_ja, how_en) = match designation.method {
                    Method::Visual => ("、目視確認", ", checked by eye"),
                    Method::Pin => ("", ""),
                };
                Wording::new(
                    format!(
                        "患者が{care_ja}のために医療機関を指定する (医療情報の閲覧に同意{does}{how_ja})"
                    ),
                    format!(
                        "the patient designates the institution for {care_en} and {shares} medical information{how_en}"
                    ),
                )
            }
            Self::VisitAgain(_) => say(
                "職員がカードなしで、指定した患者の資格を照会する",
                "the staff ask for those who designated the institution, without cards",
            ),
            Self::EnterByLink => say(
                "患者が自分の端末で医療機関のリンクを開く",
                "the patient opens the institution's link on an own device",
            ),
            Self::ReadAloud => say(
                "職員が画面を読み上げさせる",
                "the staff let the screen be read aloud",
            ),
            Self::HandOver(Hands::Patient) => say(
                "職員が端末を患者に渡す",
                "the staff give the device to the patient",
            ),
            Self::HandOver(Hands::Staff) => say(
                "患者が端末を職員に返す",
                "the patient gives the device back",
            ),
            Self::Lock => say("端末がロックされる", "the device is locked"),
            Self::Unlock(Passcode::Right) => say(
                "職員が生体認証かパスコードで開く",
                "the staff open the app by biometrics or passcode",
            ),
            Self::Unlock(Passcode::Wrong) => say(
                "誰かが誤ったパスコードを入れる",
                "somebody enters a wrong passcode",
            ),
            Self::SearchEmergency(search) => {
                let (when_ja, when_en) = match search.mode {
                    EmergencyMode::Disaster => ("災害時", "in a disaster"),
                    EmergencyMode::Outage => ("システム障害時", "during an outage"),
                };
                let (consents_ja, consents_en) = match search.consent {
                    Answered::Agrees => ("同意する", "who agrees"),
                    Answered::Refuses => ("同意しない", "who refuses"),
                    Answered::CannotAnswer => ("答えられない", "who cannot answer"),
                };
                let persona = &search.persona;
                Wording::new(
                    format!("{when_ja}、職員が {persona} を氏名等で探す (患者は{consents_ja})"),
                    format!("{when_en}, the staff look for {persona} by name, {consents_en}"),
                )
            }
        }
    }
}

fn whose(card: Option<&Located<String>>) -> Wording {
    card.map_or_else(
        || Wording::new("患者の", "the patient's"),
        |id| Wording::new(format!("{id} の"), format!("{id}'s")),
    )
}

fn method(method: Method) -> Wording {
    match method {
        Method::Visual => Wording::new("目視確認", "a check by eye"),
        Method::Pin => Wording::new("4桁の暗証番号", "the four-digit PIN"),
    }
}

fn held(hold: Hold) -> Wording {
    match hold {
        Hold::Connection => Wording::new("接続", "a connection to"),
        Hold::Transaction => Wording::new("トランザクション", "a transaction on"),
        Hold::Exclusive => Wording::new("占有", "an exclusive connection to"),
    }
}

/// What happens to the client's files.
const fn suffered(what: Disk) -> (&'static str, &'static str) {
    match what {
        Disk::Refuses => (
            "アプリのフォルダーに書けなくなる",
            "the client's folder takes nothing any more",
        ),
        Disk::KeyRefused => (
            "秘密鍵のファイルだけが書けなくなり、鍵と証明書が消える",
            "the key's file alone cannot be written any more, and key and certificate are gone",
        ),
        Disk::Takes => (
            "アプリのフォルダーにまた書けるようになる",
            "the client's folder takes everything again",
        ),
        Disk::Emptied => (
            "アプリのファイルがすべて空になる",
            "all files of the client are empty",
        ),
        Disk::Halved => (
            "アプリのファイルがすべて途中で終わる",
            "all files of the client end in the middle",
        ),
        Disk::Garbled => (
            "アプリのファイルがすべて壊れる",
            "all files of the client hold something else",
        ),
        Disk::KeyLost => (
            "端末の秘密鍵だけが消える",
            "the terminal's key is gone, its certificate is there",
        ),
        Disk::CertificateLost => (
            "端末の証明書だけが消える",
            "the terminal's certificate is gone, its key is there",
        ),
    }
}
