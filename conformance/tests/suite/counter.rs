//! A counter on paper: plays a scenario of the catalogue with a client that is healthy, or broken
//! in the one point that a requirement asks for, and writes down the trace that would result.

use std::collections::BTreeMap;

use madoguchi_conformance::trace::{
    CardEvent, Channel, ClientEvent, ClientNote, Depth, Event, Exit, Fields as Stored, Header,
    HttpAnswer, HttpRequest, Leak, MAJOR, PcscEvent, ProfileNote, ReaderEvent, Screen,
    Step as Told, Text, TlsEvent, Trace, What,
};
use madoguchi_notation::load;
use madoguchi_scenarios::{
    Answered, Care, Catalogue, Decides, Designation, EmergencyMode, Method, Mishap, Moment,
    Operate, Operation, Pin, Scenario, ServerCertificate, ServiceState, Step, TerminalState,
    WebFault,
};

/// The trace of a catalogue scenario, played by a client that breaks `broken` (a requirement id;
/// empty for a healthy client).
pub(crate) fn play(id: &str, broken: &str) -> Trace {
    let catalogue = Catalogue::builtin();
    let entry = catalogue
        .entries()
        .iter()
        .find(|entry| entry.id == id)
        .expect("a known scenario");
    let mut scenario: Scenario = load(&entry.file, &entry.text).expect("a sound scenario");
    id.clone_into(&mut scenario.id);
    let mut counter = Counter::new(&scenario, broken);
    for step in &scenario.when {
        if !counter.alive {
            break;
        }
        counter.perform(step);
    }
    if counter.alive {
        counter.tell(What::Exit(Exit {
            code: Some(0),
            why: None,
        }));
    }
    if counter.breaks("privacy.nothing-kept") {
        counter.tell(What::Leak(Leak {
            class: "patient".into(),
            place: "file:state/last.json".into(),
            offset: 0,
        }));
    }
    Trace {
        header: header(&scenario),
        events: counter.events,
    }
}

fn header(scenario: &Scenario) -> Header {
    Header {
        madoguchi_trace: MAJOR,
        tool: "madoguchi 0.1.0".into(),
        profile: ProfileNote {
            name: "mock-2025.05".into(),
            assumptions: vec!["A-01".into(), "A-02".into(), "A-03".into()],
        },
        scenario: scenario.id.clone(),
        resolved: serde_json::to_value(scenario).expect("plain data"),
        seed: 7,
        at: "2026-11-21T09:00:00+09:00".into(),
        client: Some(ClientNote {
            name: "paper client".into(),
            version: "1.0".into(),
            depth: Depth::L3,
        }),
        channels: vec![
            Channel::Card,
            Channel::Pcsc,
            Channel::Web,
            Channel::Client,
            Channel::Process,
            Channel::Disk,
        ],
        sight: None,
    }
}

struct Counter<'s> {
    scenario: &'s Scenario,
    broken: &'s str,
    events: Vec<Event>,
    alive: bool,
    steps: u32,
    screens: u64,
    apdus: u32,
    exchanges: u32,
    requests: u32,
    /// Whose card lies there, how many were placed so far, and APDUs since then.
    card: Option<String>,
    placed: u32,
    since_placed: u32,
    method: Method,
    pin: Option<Pin>,
    tries: u8,
    registered: bool,
    /// Requests so far, by operation.
    asked: BTreeMap<&'static str, u32>,
    first_card: Option<String>,
    kept: Vec<(String, String)>,
    pending: Option<(&'static str, Fields)>,
    reading_for_registration: bool,
    /// Whether another program holds the card, did before, and whether the client gave up for it.
    held: bool,
    was_held: bool,
    given_up: bool,
    restarted: bool,
    lost_registration: bool,
    /// What operators did, and whether the terminal has its certificate and anybody is logged in.
    set_up: SetUp,
    activated: bool,
    logged_in: bool,
    gave_up: bool,
    switched_off: bool,
    /// Whom this facility has checked.
    checked: Vec<String>,
    /// Whether it is a patient's own device.
    patients: bool,
    designation: Option<Designation>,
    online_consent: bool,
    fetches: u32,
}

/// What operators did that the service goes by.
#[derive(Default)]
struct SetUp {
    new_code: bool,
    new_account: bool,
    revoked: bool,
    off: bool,
    outage: bool,
    portal_outage: bool,
    jpki_closed: bool,
    disaster: bool,
    outage_mode: bool,
}

impl SetUp {
    fn operate(&mut self, act: &Operate) {
        match act {
            Operate::IssueCode { .. } => self.new_code = true,
            Operate::RegisterAccount { .. } => self.new_account = true,
            Operate::LogInAtTerminal {} => self.new_account = false,
            Operate::RevokeCode { .. } => self.revoked = true,
            Operate::Function { on } => self.off = !on,
            Operate::Abolish {} => self.off = true,
            Operate::Service { state } => self.outage = *state == ServiceState::Outage,
            Operate::MynaportalOutage { on } => self.portal_outage = *on,
            Operate::JpkiMaintenance { .. } => self.jpki_closed = true,
            Operate::Disaster { .. } => self.disaster = true,
            Operate::OutageMode { on } => self.outage_mode = *on,
            _ => {}
        }
    }

    /// Why a login is refused.
    fn refuses_login(&self) -> Option<&'static str> {
        match self {
            Self {
                new_account: true, ..
            } => Some("ACCOUNT_NEVER_LOGGED_IN"),
            Self { new_code: true, .. } => Some("CODE_NOT_READY"),
            _ => None,
        }
    }
}

type Fields = Vec<(&'static str, String)>;

impl<'s> Counter<'s> {
    fn new(scenario: &'s Scenario, broken: &'s str) -> Self {
        Self {
            scenario,
            broken,
            events: Vec::new(),
            alive: true,
            steps: 0,
            screens: 0,
            apdus: 0,
            exchanges: 0,
            requests: 0,
            card: None,
            placed: 0,
            since_placed: 0,
            method: Method::Visual,
            pin: None,
            tries: 3,
            registered: scenario.given.persona.as_str() != "mitouroku-saburo",
            asked: BTreeMap::new(),
            first_card: None,
            kept: Vec::new(),
            pending: None,
            reading_for_registration: false,
            held: false,
            was_held: false,
            given_up: false,
            restarted: false,
            lost_registration: false,
            set_up: SetUp::default(),
            activated: scenario.given.terminal == TerminalState::Activated,
            logged_in: false,
            gave_up: false,
            switched_off: false,
            checked: Vec::new(),
            patients: false,
            designation: None,
            online_consent: false,
            fetches: 0,
        }
    }

    fn breaks(&self, requirement: &str) -> bool {
        self.broken == requirement
    }

    fn tell(&mut self, what: What) {
        let seq = self.events.len() as u64 + 1;
        self.events.push(Event {
            seq,
            us: seq * 1_000,
            what,
        });
    }

    fn perform(&mut self, step: &Step) {
        if *step == Step::TakeCard {
            self.card = None;
            self.tell(What::Reader(ReaderEvent::Removed {
                why: "taken".into(),
            }));
        }
        let around = matches!(
            step,
            Step::InsertCard(_)
                | Step::Wait(_)
                | Step::PlugReader
                | Step::StopService
                | Step::StartService
                | Step::Operate(_)
        );
        let id = if around {
            0
        } else {
            self.steps += 1;
            self.steps
        };
        let value = match step {
            Step::EnterPin(pin) => Some(format!("auth-pin:{}", pin.name())),
            Step::AskByNumber(_) => Some(r#"{"insured-branch-number":"01"}"#.to_owned()),
            Step::SearchEmergency(search) => {
                let (mode, consent) = (search.mode.name(), search.consent);
                Some(serde_json::json!({ "mode": mode, "consent": consent }).to_string())
            }
            Step::InquireInBulk(personas) => {
                let unit = |n| {
                    let reference = REFERENCES[n];
                    serde_json::json!({ "reference-number": reference, "insured-branch-number": "01" })
                };
                Some(
                    (0..personas.len())
                        .map(unit)
                        .collect::<serde_json::Value>()
                        .to_string(),
                )
            }
            Step::Designate(designation) => Some(
                serde_json::json!({
                    "institution": INSTITUTION,
                    "care": designation.care,
                    "information": designation.information,
                })
                .to_string(),
            ),
            Step::VisitAgain(_) => Some("{}".to_owned()),
            Step::BrowseHistory(conditions) => {
                Some(serde_json::to_string(conditions).expect("plain data"))
            }
            other => other.value().map(std::borrow::Cow::into_owned),
        };
        self.tell(What::Step(Told {
            id,
            action: step.action().into(),
            value: value.map(Text::from),
        }));
        match step {
            Step::Login(_) => self.login(),
            Step::SetMethod(_) => self.screen(None, "設定メニュー", &[], &[]),
            Step::ChooseMethod(method) => {
                self.method = *method;
                self.show_reading();
            }
            Step::EnterPin(pin) => {
                self.pin = Some(*pin);
                let reset = self.steps > 4 && self.breaks("credential.survives-slow-entry");
                if reset && self.windows() {
                    self.failed("transmit", "80100068");
                } else if self.card.is_some() {
                    self.check();
                }
            }
            Step::PlaceCard(persona) => {
                self.tell(What::Client(ClientEvent::Ready { r#do: id }));
                if self.restarted && self.breaks("reader.survives-restart") {
                    self.insert(persona.as_ref().map(|persona| persona.as_str()));
                    self.screen(None, "読み取り", &[], &[("原因", "80100013")]);
                } else {
                    self.insert(persona.as_ref().map(|persona| persona.as_str()));
                    self.check_if_free();
                }
            }
            Step::InsertCard(persona) => {
                self.insert(persona.as_ref().map(|persona| persona.as_str()));
            }
            Step::Press(label) => self.press(label),
            Step::TakeCard => {
                let kept = if self.breaks("result.previous-patient-cleared") {
                    self.kept.clone()
                } else {
                    Vec::new()
                };
                let kept: Vec<(&str, &str)> = kept
                    .iter()
                    .map(|(label, value)| (label.as_str(), value.as_str()))
                    .collect();
                self.screen(None, "認証選択", &["目視確認", "4桁の暗証番号入力"], &kept);
            }
            Step::Wait(_) => {
                self.set_up.new_code = false;
                self.set_up.jpki_closed = false;
                if std::mem::take(&mut self.held) {
                    self.tell(What::Reader(ReaderEvent::RivalLeft {}));
                }
            }
            Step::AskByNumber(persona) => {
                let zeros = !self.breaks("institution.numbers-as-typed");
                let branch = if zeros { "01" } else { "1" };
                let fields = vec![("insured-branch-number", branch.to_owned())];
                self.ask_typed("eligibility-by-number", fields, persona);
            }
            Step::SearchEmergency(search) => {
                let consent = match search.consent {
                    _ if self.breaks("institution.disaster-consent") => "1",
                    Answered::Agrees => "1",
                    Answered::Refuses => "0",
                    Answered::CannotAnswer => "3",
                };
                let mode = match search.mode {
                    _ if self.breaks("institution.mode-as-chosen") => EmergencyMode::Disaster,
                    mode => mode,
                };
                let counts = match mode {
                    EmergencyMode::Disaster => self.set_up.disaster,
                    EmergencyMode::Outage => self.set_up.outage_mode,
                };
                let fields = vec![
                    ("information-consent", consent.to_owned()),
                    ("emergency-mode", mode.name().to_owned()),
                ];
                if counts {
                    self.ask_typed("emergency-search", fields, &search.persona);
                } else {
                    self.ask("emergency-search", fields, "NOT_PERMITTED", vec![]);
                    self.show_refusal();
                }
            }
            Step::InquireInBulk(personas) => self.inquire_in_bulk(personas.len()),
            Step::FetchResult => self.fetch_result(),
            Step::Designate(designation) => self.designate(*designation),
            Step::VisitAgain(visit) => self.visit_again(visit.care),
            Step::EnterByLink => {
                self.patients = true;
                self.ask("patient-entrance", vec![], "OK", vec![]);
                self.screen(None, "マイナ在宅受付Web", &[], &[]);
            }
            Step::Operate(act) => self.set_up.operate(act),
            Step::BrowseHistory(conditions) => {
                let kana = conditions.name_kana.as_deref();
                self.browse(kana.unwrap_or_default());
            }
            Step::StopService => self.tell(What::Reader(ReaderEvent::ServiceStopped {})),
            Step::StartService => {
                self.restarted = true;
                self.tell(What::Reader(ReaderEvent::ServiceStarted {}));
            }
            _ => {}
        }
        if id > 0 && self.alive {
            self.tell(What::Client(ClientEvent::Done { r#do: id }));
        }
    }

    fn show_refusal(&mut self) {
        if self.breaks("result.refusal-is-no-result") {
            return self.screen(None, "資格確認結果", &["閉じる"], &[("資格有効性", "有効")]);
        }
        self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
    }

    fn inquire_in_bulk(&mut self, patients: usize) {
        let left_out = usize::from(self.breaks("bulk.units-as-typed"));
        let mut fields: Fields = Vec::new();
        for n in 0..patients - left_out {
            fields.push((UNITS[n].0, REFERENCES[n].to_owned()));
            fields.push((UNITS[n].1, "01".to_owned()));
        }
        let given = vec![("reception-number", "000000000001".to_owned())];
        self.ask("bulk-submission", fields, "OK", given);
        self.screen(None, "一括照会受付", &["閉じる"], &[]);
    }

    /// The result is there at the third look.
    fn fetch_result(&mut self) {
        let short = self.breaks("bulk.reception-number");
        let number = if short { "1" } else { "000000000001" };
        let fields = vec![("reception-number", number.to_owned())];
        if short {
            self.ask("bulk-result", fields, "NOT_PERMITTED", vec![]);
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        self.fetches += 1;
        if self.fetches < 3 {
            let processing = vec![("segment-of-result", "2".to_owned())];
            self.ask("bulk-result", fields, "OK", processing);
            let told = !self.breaks("bulk.processing-told");
            let title = if told {
                "一括照会受付"
            } else {
                "一括照会結果"
            };
            let notice: &[(&str, &str)] = if told {
                &[("お知らせ", "処理中です")]
            } else {
                &[]
            };
            return self.screen(None, title, &["閉じる"], notice);
        }
        let answer = [
            ("segment-of-result", "1"),
            ("results.0.processing-result-status", "1"),
            ("results.0.reference-number", REFERENCES[0]),
            ("results.0.name", "試験　太郎"),
            ("results.1.processing-result-status", "2"),
            ("results.1.reference-number", REFERENCES[1]),
        ];
        let answer = answer.map(|(name, value)| (name, value.to_owned()));
        self.ask("bulk-result", fields, "OK", answer.into());
        let mut rows = vec![
            ("一覧", "990001 試験　太郎 有効"),
            ("一覧", "990002 エラー"),
        ];
        if self.breaks("bulk.units-shown") {
            rows.pop();
        }
        self.screen(None, "一括照会結果", &["閉じる"], &rows);
    }

    fn designate(&mut self, designation: Designation) {
        let is_online = designation.care == Care::Online;
        if is_online && self.online_consent && self.breaks("consent.every-online-visit") {
            self.given_up = true;
            return self.screen(None, "同意登録完了", &["閉じる"], &[]);
        }
        self.online_consent |= is_online;
        self.designation = Some(designation);
        self.method = Method::Pin;
        self.screen(None, "PIN入力", &[], &[]);
    }

    /// The consent that the card has signed for.
    fn consent_to_institution(&mut self, designation: Designation) {
        let shares = designation.information == Decides::Agrees
            || self.breaks("consent.designation-as-told");
        let care = match designation.care {
            Care::HomeVisit => "2",
            Care::Online => "3",
        };
        let mut fields = vec![
            ("designated-institution", INSTITUTION.to_owned()),
            ("care-category", care.to_owned()),
            (
                "information-consent",
                if shares { "1" } else { "0" }.to_owned(),
            ),
            ("certificate", self.certificate()),
        ];
        if self.breaks("consent.proved-by-pin") {
            fields.push(("method", "visual".to_owned()));
            self.ask("institution-consent", fields, "NOT_PERMITTED", vec![]);
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        fields.push(("method", "pin".to_owned()));
        fields.push(("challenge-id", "c1".to_owned()));
        fields.push(("signature", "len=256".to_owned()));
        self.ask("institution-consent", fields, "OK", vec![]);
        self.screen(None, "同意登録完了", &["閉じる"], &[]);
    }

    fn visit_again(&mut self, care: Option<Care>) {
        if self.breaks("consent.no-card-later") {
            return self.screen(None, "読み取り", &[], &[]);
        }
        if care == Some(Care::Online) {
            self.ask("eligibility-by-consent", vec![], "CONSENT_MISSING", vec![]);
            return self.show_refusal();
        }
        let answer = [
            ("results.0.name", "試験　太郎"),
            ("results.0.consent-classification", "1"),
            ("results.1.name", "試験　花子"),
            ("results.1.consent-classification", "2"),
        ];
        let answer = answer.map(|(name, value)| (name, value.to_owned()));
        self.ask("eligibility-by-consent", vec![], "OK", answer.into());
        let hides = self.breaks("consent.state-shown");
        let state = if hides {
            "あり"
        } else {
            "有効期限切れ"
        };
        for (name, state) in [("試験　太郎", "あり"), ("試験　花子", state)] {
            let fields = [("氏名", name), ("同意", state)];
            self.screen(None, "資格確認結果", &["閉じる"], &fields);
        }
    }

    fn windows(&self) -> bool {
        self.scenario.given.reader.dialect == madoguchi_scenarios::Dialect::Windows
    }

    /// Of which kind the card is that lies there.
    fn kind(&self) -> &str {
        let given = &self.scenario.given;
        let is_its = self.card.as_deref() == Some(given.persona.as_str());
        let profile = given.card.profile.as_ref().filter(|_| is_its);
        profile.map_or("plastic-contactless", |profile| profile.as_str())
    }

    /// Whether the reader was pulled out in this scenario.
    fn unplugged(&self) -> bool {
        let mut faults = self.scenario.given.reader.faults.iter();
        faults.any(|fault| fault.what == Mishap::Unplugged {})
    }

    fn check_if_free(&mut self) {
        let rival = |what: &Mishap| matches!(what, Mishap::Rival { .. });
        let mut faults = self.scenario.given.reader.faults.iter();
        if self.placed == 1 && faults.any(|fault| rival(&fault.what)) && !self.was_held {
            self.held = true;
            self.was_held = true;
            self.tell(What::Reader(ReaderEvent::RivalCame {
                hold: "exclusive".into(),
            }));
            self.failed("connect", "8010000B");
            self.given_up = self.breaks("reader.survives-rival");
            return self.screen(None, "読み取り", &[], &[("原因", "使用中")]);
        }
        if self.given_up {
            return;
        }
        self.check();
    }

    fn insert(&mut self, persona: Option<&str>) {
        let card = persona.unwrap_or(&self.scenario.given.persona).to_owned();
        if self.card.as_ref() == Some(&card) {
            return;
        }
        self.card = Some(card.clone());
        let profile = Some(self.kind()).filter(|kind| *kind != "plastic-contactless");
        self.tell(What::Reader(ReaderEvent::Inserted {
            card: card.as_str().into(),
            profile: profile.map(Text::from),
        }));
        self.first_card.get_or_insert_with(|| card.clone());
        self.card = Some(card);
        self.placed += 1;
        self.since_placed = 0;
    }

    fn screen(
        &mut self,
        number: Option<&str>,
        title: &str,
        buttons: &[&str],
        fields: &[(&str, &str)],
    ) {
        self.screens += 1;
        self.tell(What::Client(ClientEvent::Screen(Screen {
            n: self.screens,
            number: number.map(Text::from),
            title: title.into(),
            buttons: buttons.iter().copied().map(Text::from).collect(),
            fields: fields
                .iter()
                .map(|(label, value)| ((*label).into(), (*value).into()))
                .collect(),
            read_off: None,
        })));
    }

    fn show_reading(&mut self) {
        match self.method {
            Method::Visual => {
                self.screen(
                    None,
                    "読み取り",
                    &[],
                    &[("お知らせ", "カードを置いてください")],
                );
            }
            Method::Pin => self.screen(None, "PIN入力", &[], &[]),
        }
    }

    fn login(&mut self) {
        let old = self.has_fault(|fault| matches!(fault, WebFault::Tls10(_)));
        let (server, requirement) = match self.scenario.given.service.certificate {
            _ if old => ("tls-1.0", "service.tls-version"),
            ServerCertificate::Good => ("good", ""),
            ServerCertificate::ForeignCa => ("foreign-ca", "service.server-verified"),
            ServerCertificate::Expired => ("expired", "service.certificate-period"),
            ServerCertificate::WrongHost => ("wrong-host", "service.certificate-host"),
        };
        if server != "good" {
            let went_on = self.breaks(requirement);
            self.tell(What::Tls(TlsEvent {
                connection: 1,
                server: server.into(),
                outcome: if old && went_on {
                    "the client went on".into()
                } else {
                    "client alert".into()
                },
            }));
            if old || !went_on {
                let cause = [("原因", "証明書を確認できません")];
                self.screen(None, "通信エラー", &["再試行", "閉じる"], &cause);
                return;
            }
        }
        let fresh = !self.activated;
        if self.gave_up && self.breaks("terminal.code-tried-again") {
            return self.screen(None, "ログイン画面", &["ログイン"], &[("お知らせ", "不可")]);
        }
        if fresh || self.breaks("service.activation-code-once") {
            let refusal = self.set_up.refuses_login();
            let decision = match (fresh, refusal) {
                (true, refusal) => refusal.unwrap_or("OK"),
                (false, _) => "CODE_INVALID",
            };
            self.ask(
                "first-login",
                vec![("activation-code", "len=12".into())],
                decision,
                vec![],
            );
            self.gave_up = decision == "CODE_NOT_READY";
            self.activated |= decision == "OK";
            if fresh && refusal.is_some() {
                return self.refuse_login();
            }
        }
        self.logged_in = true;
        if !self.ask("login", vec![("password", "len=11".into())], "OK", vec![])
            && !self.breaks("service.answer-recognised")
        {
            return self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
        if self.card.is_some() && self.breaks("card.choice-before-card") {
            self.connect();
            self.read_certificate();
            self.disconnect();
        }
        self.screen(None, "認証選択", &["目視確認", "4桁の暗証番号入力"], &[]);
    }

    fn refuse_login(&mut self) {
        if self.breaks("terminal.refused-login-ends") {
            return self.screen(None, "認証選択", &["目視確認", "4桁の暗証番号入力"], &[]);
        }
        let told: &[(&str, &str)] = if self.breaks("terminal.refusal-told") {
            &[]
        } else {
            &[("お知らせ", "ログインできません")]
        };
        self.screen(None, "ログイン画面", &["ログイン"], told);
    }

    /// An inquiry without a card.
    fn ask_typed(&mut self, operation: &'static str, fields: Fields, persona: &str) {
        self.ask(operation, fields, "OK", person(persona));
        let name = person(persona).swap_remove(0).1;
        self.screen(None, "資格確認結果", &["閉じる"], &[("氏名", &name)]);
    }

    /// Past results whose kana name contains `kana`.
    fn browse(&mut self, kana: &str) {
        let sent = if self.breaks("history.conditions-asked") {
            ""
        } else {
            kana
        };
        let mut answer: Fields = Vec::new();
        let mut rows = Vec::new();
        let meets = |id: &&String| sent.is_empty() || id.starts_with("shiken");
        for (i, id) in self.checked.iter().filter(meets).enumerate() {
            let name = person(id).swap_remove(0).1;
            let field = ["results.0.name", "results.1.name"][i];
            answer.push((field, name.clone()));
            rows.push(("一覧", name));
        }
        let mut fields: Fields = Vec::new();
        if !sent.is_empty() {
            fields.push(("name-kana", sent.to_owned()));
        }
        self.ask("history", fields, "OK", answer);
        if self.breaks("history.rows-shown") {
            rows.pop();
        }
        let rows: Vec<(&str, &str)> = rows.iter().map(|(l, v)| (*l, v.as_str())).collect();
        self.screen(None, "資格確認履歴", &["閉じる"], &rows);
    }

    fn connect(&mut self) {
        self.pcsc("connect");
        self.apdu("SELECT", "jpki", None, None, "9000");
    }

    fn disconnect(&mut self) {
        if !self.breaks("card.released") {
            self.pcsc("disconnect");
        }
    }

    fn failed(&mut self, call: &str, rv: &str) {
        self.tell(What::Pcsc(PcscEvent {
            call: call.into(),
            context: 1,
            detail: None,
            rv: rv.into(),
        }));
    }

    fn pcsc(&mut self, call: &str) {
        self.tell(What::Pcsc(PcscEvent {
            call: call.into(),
            context: 1,
            detail: None,
            rv: "00000000".into(),
        }));
    }

    /// One APDU; false where the card is torn away instead.
    fn apdu(
        &mut self,
        name: &str,
        application: &str,
        file: Option<&str>,
        data: Option<&str>,
        sw: &str,
    ) -> bool {
        let Some(card) = self.card.clone() else {
            return false;
        };
        let due = |what: &Mishap| {
            let mut faults = self.scenario.given.reader.faults.iter();
            let (at, placed) = (self.since_placed + 1, self.placed);
            faults.any(|fault| {
                let now = matches!(fault.at, Moment::Apdu(nth) if nth.get() == at);
                now && fault.placed.get() == placed && fault.what == *what
            })
        };
        if due(&Mishap::Unplugged {}) {
            self.card = None;
            self.tell(What::Reader(ReaderEvent::Removed {
                why: "unplugged".into(),
            }));
            self.tell(What::Reader(ReaderEvent::Unplugged {}));
            self.failed("transmit", "80100011");
            if self.breaks("reader.survives-unplugging") {
                self.end();
            }
            return false;
        }
        let torn = due(&Mishap::Torn {
            carried_out: false,
            code: None,
        });
        self.apdus += 1;
        self.since_placed += 1;
        self.tell(What::Card(CardEvent {
            n: self.apdus,
            card: card.into(),
            header: match (name, file) {
                // Every block is another one.
                ("READ BINARY", _) if sw == "9000" => format!("00B0{:04X}", self.apdus).into(),
                ("SELECT", Some(_)) => "00A4020C".into(),
                ("SELECT", None) => "00A4040C".into(),
                _ => "00000000".into(),
            },
            name: name.into(),
            application: Some(application.into()),
            file: file.map(Text::from),
            data: data.map(Text::from),
            answer: None,
            sw: (!torn).then(|| sw.into()),
            fault: torn.then(|| "torn".into()),
        }));
        if torn {
            self.card = None;
            self.tell(What::Reader(ReaderEvent::Removed { why: "torn".into() }));
        }
        !torn
    }

    fn end(&mut self) {
        self.tell(What::Exit(Exit {
            code: Some(1),
            why: None,
        }));
        self.alive = false;
    }

    /// A card that is of no use here: what the client tries, and that it says so.
    fn refused(&mut self) -> bool {
        let kind = self.kind().to_owned();
        match kind.as_str() {
            "foreign-card" => {
                self.pcsc("connect");
                self.apdu("SELECT", "?", None, None, "6A82");
                if self.breaks("credential.no-verify-on-other-card") {
                    self.apdu("VERIFY", "?", None, Some("unknown"), "6986");
                }
            }
            "juki-2003" => {
                self.connect();
                self.apdu("SELECT", "jpki", None, None, "6A82");
                if self.breaks("card.other-kind-survived") {
                    self.end();
                    return true;
                }
            }
            "android-phone" => {
                self.connect();
                let times = if self.breaks("card.bounded-reading") {
                    9
                } else {
                    1
                };
                for _ in 0..times {
                    self.apdu("READ BINARY", "jpki", Some("000A"), None, "6982");
                }
            }
            "plastic-contact" if self.breaks("reader.any-interface") => self.pcsc("connect"),
            _ => return false,
        }
        self.disconnect();
        self.screen(None, "読み取り", &[], &[("原因", "使えないカード")]);
        true
    }

    fn read_certificate(&mut self) -> bool {
        let whole = self.apdu("SELECT", "jpki", Some("000A"), None, "9000")
            && (0..8).all(|_| self.apdu("READ BINARY", "jpki", Some("000A"), None, "9000"));
        if whole && self.breaks("card.command-once") {
            self.apdu("SELECT", "jpki", Some("000A"), None, "9000");
            self.apdu("SELECT", "jpki", Some("000A"), None, "9000");
        }
        if whole && self.breaks("privacy.personal-number-untouched") {
            self.apdu("SELECT", "profile", None, None, "9000");
            self.apdu("SELECT", "profile", Some("0001"), None, "9000");
        }
        whole
    }

    /// The certificate that the client sends: that of the card, or of the first one.
    fn certificate(&self) -> String {
        let card = self.card.as_deref().unwrap_or("nobody");
        let stored = self.first_card.as_deref().unwrap_or(card);
        let sent = if self.breaks("card.certificate-from-card") {
            stored
        } else {
            card
        };
        format!("auth-certificate:{sent}")
    }

    fn check(&mut self) {
        if self.refused() {
            return;
        }
        if self.method == Method::Pin {
            self.check_with_pin();
            return;
        }
        self.connect();
        if self.breaks("credential.no-pin-in-visual") {
            self.apdu(
                "VERIFY",
                "jpki",
                Some("0018"),
                Some("auth-pin:right"),
                "9000",
            );
        }
        let whole = self.read_certificate();
        self.disconnect();
        if whole {
            let method = ("method", "visual".to_owned());
            self.inquire(
                "eligibility-by-certificate",
                vec![method, ("certificate", self.certificate())],
            );
        } else if !self.alive {
        } else if self.breaks("card.survives-removal") && self.card.is_none() && !self.unplugged() {
            self.end();
        } else {
            let notice = [("お知らせ", "カードをもう一度置いてください")];
            self.screen(None, "読み取り", &[], &notice);
        }
    }

    fn check_with_pin(&mut self) {
        let Some(pin) = self.pin.take() else {
            return self.show_reading();
        };
        self.connect();
        if pin == Pin::Wrong {
            self.tries = self.tries.saturating_sub(1);
            let (label, sw) = (
                format!("auth-pin:wrong#{}", self.tries),
                format!("63C{}", self.tries),
            );
            self.apdu("VERIFY", "jpki", Some("0018"), Some(&label), &sw);
            if self.tries == 0 && self.breaks("credential.stops-at-lock") {
                self.apdu(
                    "VERIFY",
                    "jpki",
                    Some("0018"),
                    Some("auth-pin:blocked"),
                    "6984",
                );
            }
            self.disconnect();
            let left = self.tries.to_string();
            let shown: &[(&str, &str)] = if self.breaks("credential.attempts-shown") {
                &[]
            } else {
                &[("残り回数", &left)]
            };
            let title = if self.tries == 0 {
                "暗証番号ロック"
            } else {
                "PIN入力"
            };
            return self.screen(None, title, &[], shown);
        }
        self.apdu(
            "VERIFY",
            "jpki",
            Some("0018"),
            Some("auth-pin:right"),
            "9000",
        );
        if self.breaks("credential.one-verify-per-entry") {
            self.apdu(
                "VERIFY",
                "jpki",
                Some("0018"),
                Some("auth-pin:right"),
                "9000",
            );
        }
        self.read_certificate();
        self.ask(
            "challenge",
            vec![],
            "OK",
            vec![("challenge-id", "c1".into())],
        );
        self.apdu(
            "COMPUTE DIGITAL SIGNATURE",
            "jpki",
            Some("0017"),
            Some("len=51"),
            "9000",
        );
        if self.breaks("credential.auth-reference-only") {
            self.apdu(
                "VERIFY",
                "profile",
                Some("0011"),
                Some("profile-pin:right"),
                "9000",
            );
        }
        self.disconnect();
        if let Some(designation) = self.designation.take() {
            return self.consent_to_institution(designation);
        }
        let method = if self.breaks("service.method-declared") {
            "visual"
        } else {
            "pin"
        };
        let fields = vec![
            ("method", method.to_owned()),
            ("certificate", self.certificate()),
        ];
        if self.breaks("service.signed-challenge") {
            self.ask(
                "eligibility-by-signature",
                fields,
                "SIGNATURE_INVALID",
                vec![],
            );
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        self.inquire("eligibility-by-signature", fields);
        if self.breaks("credential.pin-stays-on-card") {
            self.tell(What::Leak(Leak {
                class: "auth-pin".into(),
                place: "request:/limited/v1/eligibility/signature".into(),
                offset: 17,
            }));
        }
    }

    /// A request and its answer; whether the answer arrived.
    fn ask(
        &mut self,
        operation: &'static str,
        fields: Fields,
        decision: &str,
        answer: Fields,
    ) -> bool {
        self.exchanges += 1;
        let exchange = self.exchanges;
        let bare = self.patients
            || operation == "first-login"
            || operation != "login" && self.breaks("service.terminal-authenticated");
        let fault = self.strikes(operation);
        let mute = fault.filter(|fault| *fault == "silent");
        let known = |fields: Fields| -> Stored {
            fields
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect()
        };
        self.tell(What::Request(HttpRequest {
            exchange,
            connection: exchange,
            operation: Some(operation.into()),
            method: "POST".into(),
            path: format!("/limited/v1/{operation}").into(),
            terminal: (!bare).then(|| "terminal#1".into()),
            fields: known(fields),
            fault: mute.map(Text::from),
        }));
        if mute.is_some() {
            return false;
        }
        let arrived = matches!(fault, None | Some("delayed" | "slow"));
        let stranger = matches!(
            fault,
            Some("captive-portal" | "too-many-requests" | "server-error")
        );
        let (decision, answer) = if stranger {
            ("–", vec![])
        } else {
            (decision, answer)
        };
        self.tell(What::Answer(Box::new(HttpAnswer {
            exchange,
            status: 200,
            decision: decision.into(),
            rule: "on-paper".into(),
            basis: Vec::new(),
            fields: known(answer),
            retry_after: (fault == Some("too-many-requests")).then_some(30),
            fault: fault.map(Text::from),
        })));
        arrived
    }

    fn has_fault(&self, is: impl Fn(&WebFault) -> bool) -> bool {
        self.scenario.given.service.faults.iter().any(is)
    }

    /// What a fault of the scenario does to this request, counted per operation.
    fn strikes(&mut self, operation: &'static str) -> Option<&'static str> {
        let count = self.asked.entry(operation).or_default();
        *count += 1;
        let count = *count;
        let due = |of: Operation, nth: u32, times: u32| {
            of.name() == operation && (nth..nth + times).contains(&count)
        };
        self.scenario
            .given
            .service
            .faults
            .iter()
            .find_map(|fault| match *fault {
                WebFault::AnswerLost(at) => due(at.operation, at.nth, at.times).then_some("lost"),
                WebFault::Reset(at) => due(at.operation, at.nth, at.times).then_some("reset"),
                WebFault::Silent(at) => due(at.operation, at.nth, at.times).then_some("silent"),
                WebFault::ResetInBody(at) => {
                    due(at.operation, at.nth, at.times).then_some("reset-in-body")
                }
                WebFault::Truncated(at) => {
                    due(at.operation, at.nth, at.times).then_some("truncated")
                }
                WebFault::WrongContentType(at) => {
                    due(at.operation, at.nth, at.times).then_some("wrong-content-type")
                }
                WebFault::Delay(at) => due(at.operation, at.nth, at.times).then_some("delayed"),
                WebFault::SlowLink(at) => due(at.operation, at.nth, at.times).then_some("slow"),
                WebFault::ServerError(at) => {
                    due(at.operation, at.nth, at.times).then_some("server-error")
                }
                WebFault::TooManyRequests(at) => {
                    due(at.operation, at.nth, at.times).then_some("too-many-requests")
                }
                WebFault::CaptivePortal(at) => {
                    due(at.operation, at.nth, at.times).then_some("captive-portal")
                }
                WebFault::Refused(_) | WebFault::Tls10(_) => None,
            })
    }

    fn inquire(&mut self, operation: &'static str, mut fields: Fields) {
        self.requests += 1;
        fields.push(("request-id", format!("r{}", self.requests)));
        self.ask_again(operation, fields);
    }

    fn ask_again(&mut self, operation: &'static str, fields: Fields) {
        let certificate = fields.iter().find(|(name, _)| *name == "certificate");
        let holder = certificate.map_or("", |(_, label)| label.rsplit(':').next().unwrap_or(""));
        let holder = holder.to_owned();
        if self.switched_off && self.breaks("terminal.works-again")
            || !self.logged_in && self.set_up.revoked
        {
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        let refused = self.breaks("service.terminal-authenticated");
        let decision = match self.registered {
            _ if refused => "TERMINAL_UNKNOWN",
            _ if self.set_up.revoked => "TERMINAL_REVOKED",
            _ if self.set_up.off => "FUNCTION_OFF",
            _ if self.set_up.outage => "OUTAGE",
            _ if self.set_up.jpki_closed => "JPKI_MAINTENANCE",
            true => "OK",
            false => "NOT_REGISTERED",
        };
        self.switched_off |= decision == "FUNCTION_OFF";
        if decision == "TERMINAL_REVOKED" && !self.breaks("terminal.revocation-ends-session") {
            self.logged_in = false;
        }
        if decision == "OK" {
            self.checked.push(holder.clone());
        }
        let answer = if decision == "OK" {
            person(&holder)
        } else {
            vec![]
        };
        if !self.ask(operation, fields.clone(), decision, answer) {
            if self.breaks("service.bounded-retries") {
                for _ in 0..3 {
                    self.ask(operation, fields.clone(), decision, vec![]);
                }
            }
            let again = match self.broken {
                "service.retry-after" => {
                    self.has_fault(|f| matches!(f, WebFault::TooManyRequests(_)))
                }
                _ => false,
            };
            if again && self.ask(operation, fields.clone(), decision, person(&holder)) {
                return self.show_result(&holder);
            }
            let is_html = |fault: &WebFault| matches!(fault, WebFault::WrongContentType(_));
            if self.breaks("service.media-type-checked") && self.has_fault(is_html) {
                return self.show_result(&holder);
            }
            let is_broken_off = |fault: &WebFault| matches!(fault, WebFault::Truncated(_));
            if self.breaks("result.no-partial-data") && self.has_fault(is_broken_off) {
                self.pending = Some((operation, fields));
                let part = [("氏名", "試験　太郎")];
                return self.screen(None, "通信エラー", &["再試行", "閉じる"], &part);
            }
            let is_silent = |fault: &WebFault| matches!(fault, WebFault::Silent(_));
            if self.breaks("service.bounded-wait") && self.has_fault(is_silent) {
                self.tell(What::Exit(Exit {
                    code: None,
                    why: Some("time limit".into()),
                }));
                self.alive = false;
                return;
            }
            if self.breaks("result.needs-answer") {
                self.screen(None, "資格確認結果", &["閉じる"], &[("資格有効性", "有効")]);
            }
            self.pending = Some((operation, fields));
            return self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
        match decision {
            "OK" => self.show_result(&holder),
            "NOT_REGISTERED" if !self.breaks("registration.offered") => {
                let buttons = ["健康保険証利用登録する", "健康保険証利用登録しない"];
                self.screen(Some("C-04-01-A"), "資格確認結果", &buttons, &[]);
            }
            "FUNCTION_OFF" | "TERMINAL_REVOKED" if self.breaks("result.refusal-is-no-result") => {
                self.screen(None, "資格確認結果", &["閉じる"], &[("資格有効性", "有効")]);
            }
            "OUTAGE" | "JPKI_MAINTENANCE" => {
                self.pending = Some((operation, fields));
                let cause = [("原因", "停止中")];
                self.screen(None, "通信エラー", &["再試行", "閉じる"], &cause);
            }
            _ => self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]),
        }
    }

    fn show_result(&mut self, holder: &str) {
        if self.breaks("service.eligibility-only") {
            self.ask("medical-information", vec![], "NOT_PERMITTED", vec![]);
        }
        let answer = person(holder);
        let get = |name: &str| {
            let name = format!("results.0.{name}");
            answer
                .iter()
                .find(|(other, _)| **other == name)
                .map(|(_, value)| value.clone())
        };
        let assistance = get("insured-card-classification").as_deref() == Some("A1");
        let rows = if assistance { ASSISTANCE } else { INSURANCE };
        let mut fields: Vec<(String, String)> = Vec::new();
        for (label, name, requirement) in rows {
            let Some(value) = get(name) else { continue };
            match (*requirement == self.broken, *label) {
                (true, "資格情報/生年月日") => {
                    fields.push(((*label).into(), "1952-01-01".into()))
                }
                (true, _) => {}
                (false, _) => fields.push(((*label).to_owned(), shown(name, &value))),
            }
        }
        if assistance {
            fields.push(("資格情報/証区分".into(), "医療扶助".into()));
            if self.breaks("assistance.consignment-hidden") {
                fields.push(("資格情報/委託・未委託".into(), "委託".into()));
            }
        } else {
            let lapsed = holder == "kakuu-jiro" && !self.breaks("result.lapsed-is-not-valid");
            fields.insert(
                0,
                (
                    "資格有効性".into(),
                    if lapsed { "無効" } else { "有効" }.into(),
                ),
            );
        }
        if let Some(ratio) = get("insured-partial-contribution-ratio")
            && !self.breaks("result.ratio-shown")
        {
            fields.push(("負担割合".into(), shown("ratio", &ratio)));
        }
        if self.breaks("result.ceiling-not-asked") {
            let buttons = ["同意する", "同意しない"];
            self.screen(None, "限度額情報の提供", &buttons, &[]);
        }
        self.kept.clone_from(&fields);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(label, value)| (label.as_str(), value.as_str()))
            .collect();
        let numbered = assistance && !self.breaks("assistance.screen-number");
        self.screen(
            numbered.then_some("E-05-A"),
            "資格確認結果",
            &["閉じる"],
            &fields,
        );
    }

    fn press(&mut self, label: &str) {
        let number = (!self.breaks("registration.screens-numbered")).then_some("F-01-A");
        match label {
            "目視確認" => {
                self.method = Method::Visual;
                self.check();
            }
            "再試行" if self.lost_registration => {
                self.lost_registration = false;
                let fields = vec![("certificate", self.certificate())];
                let refused = self.breaks("registration.consent-first");
                let decision = if refused { "CONSENT_MISSING" } else { "OK" };
                self.ask("register", fields, decision, vec![]);
                self.registered |= !refused;
                self.show_registered(number);
            }
            "再試行" => {
                if let Some((operation, mut fields)) = self.pending.take() {
                    if self.breaks("service.same-request-on-retry") {
                        fields.retain(|(name, _)| *name != "request-id");
                        fields.push(("request-id", "another".into()));
                    }
                    self.ask_again(operation, fields);
                }
            }
            _ if self.breaks("registration.offered")
                || self.breaks("service.terminal-authenticated") => {}
            "健康保険証利用登録する" => {
                let text = "第1条 本規約は試験のためのものである。";
                self.ask(
                    "registration-terms",
                    vec![],
                    "OK",
                    vec![("terms-text", text.into())],
                );
                let shown: &[(&str, &str)] = if self.breaks("registration.terms-shown") {
                    &[]
                } else {
                    &[("利用規約", text)]
                };
                self.screen(number, "資格確認結果", &["同意する", "同意しない"], shown);
            }
            "同意する" => {
                if !self.breaks("registration.consent-first") {
                    self.ask("registration-consent", vec![], "OK", vec![]);
                }
                let title = "マイナンバーカードの読み取り";
                self.screen(number, title, &["マイナンバーカードを読み取る"], &[]);
                self.reading_for_registration = true;
            }
            "同意しない" if self.breaks("registration.refusal-ends") => {
                self.ask("registration-consent", vec![], "OK", vec![]);
                self.register();
                self.screen(None, "認証選択", &[], &[]);
            }
            "マイナンバーカードを読み取る" if self.reading_for_registration => {
                self.reading_for_registration = false;
                self.register();
                self.show_registered(number);
            }
            "資格確認する" if self.registered && !self.breaks("registration.recheck-after") =>
            {
                self.check();
            }
            _ => self.screen(None, "認証選択", &[], &[]),
        }
    }

    fn register(&mut self) {
        if !self.breaks("registration.card-read-again") {
            self.connect();
            self.read_certificate();
            self.disconnect();
        }
        let refused = self.breaks("registration.consent-first");
        let decision = match refused {
            true => "CONSENT_MISSING",
            false if self.set_up.portal_outage => "OUTAGE",
            false => "OK",
        };
        let fields = vec![("certificate", self.certificate())];
        let arrived = self.ask("register", fields.clone(), decision, vec![]);
        if decision == "OUTAGE" {
            if self.breaks("registration.failure-is-not-done") {
                let number = Some("F-01-A");
                let buttons = ["資格確認する", "マイナンバーカードを読み取る"];
                return self.screen(number, "健康保険証利用登録完了", &buttons, &[]);
            }
            self.lost_registration = true;
            return self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
        let again = !arrived && self.breaks("registration.not-repeated-blindly");
        if arrived || again && self.ask("register", fields, decision, vec![]) {
            self.registered |= !refused;
        } else {
            self.lost_registration = true;
            self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
    }

    fn show_registered(&mut self, number: Option<&str>) {
        if self.registered {
            let buttons = ["資格確認する", "マイナンバーカードを読み取る"];
            self.screen(number, "健康保険証利用登録完了", &buttons, &[]);
        }
    }
}

/// 医療機関等コード of the counter.
const INSTITUTION: &str = "9910000000";

/// 照会番号 of the units of an 一括照会.
const REFERENCES: [&str; 3] = ["990001", "990002", "990003"];

/// Names of a unit's fields: 照会番号 and 枝番.
const UNITS: [(&str, &str); 3] = [
    ("items.0.reference-number", "items.0.insured-branch-number"),
    ("items.1.reference-number", "items.1.insured-branch-number"),
    ("items.2.reference-number", "items.2.insured-branch-number"),
];

/// Label, abstract field, and the requirement whose defect leaves the row out.
type Row = (&'static str, &'static str, &'static str);

const INSURANCE: &[Row] = &[
    ("保険者番号", "insurer-number", "-"),
    ("保険者名", "insurer-name", "result.delivered-fields-shown"),
    ("記号", "insured-card-symbol", "-"),
    ("番号", "insured-identification-number", "-"),
    ("枝番", "insured-branch-number", "-"),
    ("氏名", "name", "-"),
    ("フリガナ", "name-kana", "-"),
    ("生年月日", "birthdate", "-"),
    ("性別", "sex1", "-"),
    (
        "資格喪失年月日",
        "disqualification-date",
        "result.loss-date-shown",
    ),
];

const ASSISTANCE: &[Row] = &[
    (
        "資格情報/福祉事務所名",
        "insurer-name",
        "assistance.six-items-shown",
    ),
    ("資格情報/フリガナ", "name-kana", "-"),
    ("資格情報/氏名", "name", "-"),
    ("資格情報/生年月日", "birthdate", "assistance.era-birthdate"),
    ("資格情報/性別", "sex1", "-"),
    (
        "裏面記載情報/氏名カナ",
        "name-of-other-kana",
        "assistance.back-side-shown",
    ),
    (
        "裏面記載情報/氏名",
        "name-of-other",
        "assistance.back-side-shown",
    ),
    ("裏面記載情報/性別", "sex2", "assistance.back-side-shown"),
];

fn shown(name: &str, value: &str) -> String {
    match (name, value) {
        ("birthdate", _) => "昭和27年01月01日".to_owned(),
        ("disqualification-date", _) => "令和08年10月31日".to_owned(),
        ("ratio", _) => "1割".to_owned(),
        ("sex1" | "sex2", "1") => "男".to_owned(),
        ("sex1" | "sex2", _) => "女".to_owned(),
        _ => value.to_owned(),
    }
}

/// What the service delivers of a person.
fn person(id: &str) -> Fields {
    let (name, kana, sex) = match id {
        "shiken-hanako" => ("試験　花子", "ｼｹﾝ ﾊﾅｺ", "2"),
        "kakuu-jiro" => ("架空　次郎", "ｶｸｳ ｼﾞﾛｳ", "1"),
        "fujo-hanako" => ("扶助　花子", "ﾌｼﾞｮ ﾊﾅｺ", "2"),
        "mitouroku-saburo" => ("未登録　三郎", "ﾐﾄｳﾛｸ ｻﾌﾞﾛｳ", "1"),
        _ => ("試験　太郎", "ｼｹﾝ ﾀﾛｳ", "1"),
    };
    let mut fields: Fields = vec![
        ("results.0.name", name.into()),
        ("results.0.name-kana", kana.into()),
        ("results.0.sex1", sex.into()),
        ("results.0.birthdate", "19520101".into()),
    ];
    if id == "fujo-hanako" {
        fields.extend([
            ("qualification-validity", "1".to_owned()),
            ("results.0.insured-card-classification", "A1".into()),
            ("results.0.insurer-name", "架空市福祉事務所".into()),
            ("results.0.name-of-other", "別名　花子".into()),
            ("results.0.name-of-other-kana", "ﾍﾞﾂﾒｲ ﾊﾅｺ".into()),
            ("results.0.sex2", "2".into()),
            ("results.0.consignment-state", "1".into()),
        ]);
        return fields;
    }
    let lapsed = id == "kakuu-jiro";
    fields.extend([
        (
            "qualification-validity",
            if lapsed { "2" } else { "1" }.to_owned(),
        ),
        ("results.0.insured-card-classification", "01".into()),
        ("results.0.insurer-number", "99130001".into()),
        ("results.0.insurer-name", "架空健康保険組合".into()),
        ("results.0.insured-card-symbol", "試験".into()),
        ("results.0.insured-identification-number", "1234567".into()),
        ("results.0.insured-branch-number", "00".into()),
    ]);
    if lapsed {
        fields.push(("results.0.disqualification-date", "20261031".into()));
    }
    if id == "kouki-umeko" {
        fields.push(("results.0.insured-partial-contribution-ratio", "010".into()));
    }
    fields
}
