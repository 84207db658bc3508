//! A scenario in words, for those who read it and do not write it: what is so, what happens, what
//! must be seen. Nothing here decides anything.

use std::fmt::Write as _;

use madoguchi_terms::Lang;

use crate::{
    Answered, Care, Decides, Device, EmergencyMode, Expectation, Given, Hands, Hold, Method,
    Mishap, Moment, Operate, Passcode, Pin, ReaderFault, ServerCertificate, ServiceState, Slip,
    Step, TerminalState, WebFault,
};

impl Given {
    /// What is not as usual before the first step; whose card it is goes without saying here.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> Vec<String> {
        let mut words = vec![
            match self.terminal {
                TerminalState::Fresh => lang.pick(
                    "端末はまだ登録されていない (初回ログインでアクティベーションコードを使う)",
                    "the terminal was never used; the first login needs the activation code",
                ),
                TerminalState::Activated => {
                    lang.pick("端末は登録済み", "the terminal is activated")
                }
                TerminalState::Unknown => lang.pick(
                    "端末の証明書はあるが、サービスはその端末を知らない",
                    "the terminal has a certificate, and the service knows no such terminal",
                ),
            }
            .to_owned(),
        ];
        if self.device == Device::Mobile {
            words.push(
                lang.pick("アプリは携帯端末で動く", "the app runs on a mobile device")
                    .into(),
            );
        }
        if let Some(profile) = &self.card.profile {
            words.push(lang.pick(
                format!("カードは {profile}"),
                format!("the card is a {profile}"),
            ));
        }
        if let Some(model) = &self.reader.model {
            words.push(lang.pick(
                format!("リーダーは {model}"),
                format!("the reader is a {model}"),
            ));
        }
        if self.reader.dialect == crate::Dialect::Windows {
            words.push(
                lang.pick(
                    "PC/SC は Windows の規則",
                    "PC/SC follows the rules of Windows",
                )
                .into(),
            );
        }
        words.extend(self.reader.faults.iter().map(|fault| fault.in_words(lang)));
        match self.service.certificate {
            ServerCertificate::Good => {}
            other => words.push(lang.pick(
                format!("サーバーの証明書: {}", other.name()),
                format!("the server's certificate: {}", other.name()),
            )),
        }
        words.extend(self.service.faults.iter().map(|fault| fault.in_words(lang)));
        if self.facility.code_used {
            words.push(
                lang.pick(
                    "アクティベーションコードは別の端末で使用済み",
                    "another terminal has used the activation code",
                )
                .into(),
            );
        }
        if let Some(version) = &self.service.oldest_client {
            words.push(lang.pick(
                format!("サービスは版 {version} より古いアプリを断る"),
                format!("the service refuses apps older than {version}"),
            ));
        }
        if let Some(profile) = &self.service.profile {
            words.push(lang.pick(
                format!("サービスは {profile}"),
                format!("the service is that of {profile}"),
            ));
        }
        if self.service.proxy {
            words.push(
                lang.pick("プロキシを通る", "the way leads through a proxy")
                    .into(),
            );
        }
        words
    }
}

impl ReaderFault {
    fn in_words(&self, lang: Lang) -> String {
        let when = match self.at {
            Moment::Apdu(n) => lang.pick(format!("APDU {n} 番目で"), format!("at APDU {n}")),
            Moment::Instruction { ins, nth } => lang.pick(
                format!("INS {ins} の {nth} 回目で"),
                format!("at INS {ins}, number {nth}"),
            ),
            Moment::After(span) => lang.pick(
                format!("カードを置いてから {span} で"),
                format!("{span} after the card was placed"),
            ),
        };
        let (ja, en) = self.what.in_words();
        let placed = match self.placed.get() {
            1 => String::new(),
            n => lang.pick(format!("{n} 回目のカードの、"), format!("card {n}: ")),
        };
        lang.pick(
            format!("{placed}{when}{ja}"),
            format!("{placed}{when}, {en}"),
        )
    }
}

impl Mishap {
    const fn in_words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Torn { .. } => ("カードが離れる", "the card leaves the field"),
            Self::Mute {} => ("カードが答えない", "the card does not answer"),
            Self::Damaged { .. } => ("通信が失敗する", "the exchange fails"),
            Self::Status(_) => ("カードが断る", "the card refuses"),
            Self::Truncated(_) => (
                "応答が途中までしか届かない",
                "only part of the answer arrives",
            ),
            Self::Overlong(_) => (
                "応答に余分なバイトが付く",
                "made-up bytes follow the answer",
            ),
            Self::Late(_) => ("応答が遅れる", "the answer is late"),
            Self::WaitingTime { .. } => ("カードが時間を求める", "the card asks for more time"),
            Self::Reset {} => (
                "他のプログラムがカードをリセットする",
                "another program resets the card",
            ),
            Self::Rival { .. } => (
                "他のプログラムがカードを使う",
                "another program takes hold of the card",
            ),
            Self::Unplugged {} => ("リーダーが抜ける", "the reader is pulled out"),
            Self::ReaderFails {} => ("リーダーが故障する", "the reader stops working"),
            Self::ServiceStops { .. } => ("PC/SC サービスが終わる", "the PC/SC service ends"),
        }
    }
}

impl WebFault {
    fn in_words(&self, lang: Lang) -> String {
        let of = |operation: crate::Operation, ja: &str, en: &str| {
            lang.pick(
                format!("{} の{ja}", operation.name()),
                format!("{}: {en}", operation.name()),
            )
        };
        match self {
            Self::AnswerLost(s) => of(s.operation, "回答が失われる", "the answer is lost"),
            Self::Reset(s) => of(
                s.operation,
                "接続が切れ、何も起きない",
                "reset before anything is decided",
            ),
            Self::Silent(s) => of(s.operation, "回答が来ない", "nothing follows"),
            Self::ResetInBody(p) => of(
                p.operation,
                "回答の途中で接続が切れる",
                "reset within the answer",
            ),
            Self::Truncated(p) => of(p.operation, "回答が途中で終わる", "the answer ends early"),
            Self::WrongContentType(s) => of(
                s.operation,
                "回答が HTML と称する",
                "the answer says it is HTML",
            ),
            Self::Delay(d) => of(
                d.operation,
                &format!("回答が {} ms 遅れる", d.ms),
                &format!("the answer waits {} ms", d.ms),
            ),
            Self::SlowLink(s) => of(
                s.operation,
                &format!("回答が毎秒 {} バイトで届く", s.bytes_per_second),
                &format!("the answer arrives at {} bytes/s", s.bytes_per_second),
            ),
            Self::ServerError(e) => {
                let status = u16::from(e.status);
                of(
                    e.operation,
                    &format!("回答が {status}"),
                    &format!("a gateway answers {status}"),
                )
            }
            Self::TooManyRequests(t) => of(
                t.operation,
                &format!("回答が 429 ({} 秒後に)", t.retry_after),
                &format!("a gateway answers 429, come again in {} s", t.retry_after),
            ),
            Self::CaptivePortal(c) => of(
                c.operation,
                "前に公衆無線LANの画面が返る",
                "a captive portal answers",
            ),
            Self::Refused(_) => lang
                .pick("接続が断られる", "connections are refused")
                .to_owned(),
            Self::Tls10(_) => lang
                .pick("サーバーは TLS 1.0 だけ", "the server has TLS 1.0 only")
                .to_owned(),
        }
    }
}

impl Step {
    /// What happens, in one sentence without a full stop.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let whose = |persona: &Option<madoguchi_notation::Located<String>>| {
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

impl Operate {
    fn in_words(&self, lang: Lang) -> String {
        let (ja, en) = match self {
            Self::Apply { .. } => ("施設が利用申請をする", "the facility applies"),
            Self::UserSettings {} => (
                "ユーザー設定情報が発行される",
                "ユーザー設定情報 are issued",
            ),
            Self::Abolish {} => ("施設が廃止届を出す", "the facility files its abolition"),
            Self::Function { on: true } => (
                "管理者が「通常とは異なる動線」機能を利用するにする",
                "the administrator switches the function on",
            ),
            Self::Function { on: false } => (
                "管理者が「通常とは異なる動線」機能を利用しないにする",
                "the administrator switches the function off",
            ),
            Self::IssueCode { .. } => (
                "管理者がアクティベーションコードを発行する",
                "the administrator issues an activation code",
            ),
            Self::RevokeCode { .. } => (
                "管理者がアクティベーションコードを無効化する",
                "the administrator invalidates the activation code",
            ),
            Self::Codes { .. } => (
                "管理者がコードの一覧を見る",
                "the administrator looks at the codes",
            ),
            Self::RegisterAccount { .. } => (
                "管理者がアカウントを登録する",
                "the administrator registers an account",
            ),
            Self::LogInAtTerminal {} => (
                "職員が資格確認端末で一度ログインする",
                "the staff log in at the 資格確認端末 once",
            ),
            Self::UnlockAccount { .. } => (
                "管理者がアカウントのロックを解除する",
                "the administrator unlocks the account",
            ),
            Self::Accounts {} => (
                "管理者がアカウントの一覧を見る",
                "the administrator looks at the accounts",
            ),
            Self::Entrance {} => ("患者用のリンクを出す", "the link for patients is shown"),
            Self::JpkiMaintenance { .. } => (
                "公的個人認証サービスが停止する時間が決まる",
                "JPKI is closed within a window",
            ),
            Self::MynaportalOutage { on: true } => {
                ("マイナポータルが障害になる", "マイナポータル fails")
            }
            Self::MynaportalOutage { on: false } => {
                ("マイナポータルが復旧する", "マイナポータル works again")
            }
            Self::Service { state } => match state {
                ServiceState::Running => ("サービスが復旧する", "the service works"),
                ServiceState::Busy => ("サービスが混雑する", "the service is crowded"),
                ServiceState::Outage => ("サービスが障害になる", "the service is out of order"),
            },
            Self::OutageMode { on: true } => (
                "施設がシステム障害時モードになる",
                "システム障害時モード begins",
            ),
            Self::OutageMode { on: false } => {
                ("システム障害時モードが終わる", "システム障害時モード ends")
            }
            Self::Disaster { .. } => (
                "施設に災害時の特別措置が適用される",
                "the special measure of a disaster applies to the facility",
            ),
        };
        lang.pick(ja, en).to_owned()
    }
}

impl Expectation {
    /// What must be seen.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let mut words = String::new();
        // Writing to a String cannot fail.
        if let Some(mark) = &self.screen {
            let mark = mark.as_str();
            words += &lang.pick(format!("画面 {mark}"), format!("screen {mark}"));
        }
        for (label, value) in &self.shows {
            let _ = write!(words, "  {label} = {value}");
        }
        if !self.attempts_left.is_empty() {
            let left: Vec<String> = self.attempts_left.iter().map(u8::to_string).collect();
            let left = left.join(", ");
            words += &lang.pick(format!("残り回数 {left}"), format!("attempts left {left}"));
        }
        if let Some(operation) = self.no_request_to {
            let name = operation.name();
            words += &lang.pick(
                format!("{name} を求めない"),
                format!("no request to {name}"),
            );
        }
        words
    }
}
