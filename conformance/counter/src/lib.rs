//! A counter on paper: plays a scenario of the catalogue with a client that is healthy, or broken
//! in the one point that a requirement asks for, and writes down the trace that would result.
#![forbid(unsafe_code)]

mod card;
mod delivered;
mod facility;
mod outcome;
mod setup;
mod terminal;
mod wire;

use std::collections::BTreeMap;

use madoguchi_notation::load;
use madoguchi_scenarios::{
    Act, Answered, Arm, Catalogue, Designation, EmergencyMode, Method, Missed, Pin, Scenario,
    TerminalState,
};
use madoguchi_trace::{
    Channel, ClientEvent, ClientNote, Depth, Event, Exit, Header, Leak, MAJOR, OwnWords,
    ProfileNote, ProfileRules, ReaderEvent, Removal, Screen, Step as Told, Text, Trace, What,
};

use crate::delivered::{Fields, INSTITUTION, REFERENCES};
use crate::setup::SetUp;

/// The trace of a catalogue scenario, played by a client that breaks `broken` (a requirement id;
/// empty for a healthy client).
///
/// # Panics
/// Where the catalogue has no such scenario.
#[must_use]
pub fn play(id: &str, broken: &str) -> Trace {
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
            last_words: None,
        }));
    }
    for (requirement, class, place) in [
        (
            "privacy.nothing-kept",
            "patient-name",
            "file:state/last.json",
        ),
        (
            "privacy.log-without-patients",
            "patient-name",
            "client:stderr",
        ),
        ("privacy.secrets-untold", "password", "client:stderr"),
        (
            "terminal.key-protected",
            "open-private-key",
            "file:state/terminal.key",
        ),
    ] {
        if counter.breaks(requirement) {
            counter.tell(What::Leak(Leak {
                class: class.into(),
                place: place.into(),
                offset: 0,
            }));
        }
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
        words: OwnWords::default(),
        rules: Some(ProfileRules {
            signed_methods: vec![Method::Pin.name().to_owned()],
            consent_methods: [Method::Visual, Method::Pin]
                .map(|method| method.name().to_owned())
                .into(),
        }),
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
    /// READ BINARY since then.
    reads: usize,
    /// The card that is laid down next is read for the registration, during which it was lifted.
    registers_again: bool,
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
            reads: 0,
            registers_again: false,
            method: Method::Visual,
            pin: None,
            tries: scenario.given.card.attempts_left.unwrap_or(3),
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

    fn perform(&mut self, step: &Act) {
        if *step == Act::TakeCard {
            self.card = None;
            self.tell(What::Reader(ReaderEvent::Removed {
                why: Removal::Taken.name().into(),
            }));
        }
        let around = step.arm() != Arm::Client;
        let id = if around {
            0
        } else {
            self.steps += 1;
            self.steps
        };
        let value = match step {
            Act::EnterPin(pin) => Some(format!("auth-pin:{}", pin.name())),
            Act::AskByNumber(_) => Some(r#"{"insured-branch-number":"01"}"#.to_owned()),
            Act::SearchEmergency(search) => {
                let (mode, consent) = (search.mode.name(), search.consent);
                Some(serde_json::json!({ "mode": mode, "consent": consent }).to_string())
            }
            Act::InquireInBulk(personas) => {
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
            Act::Designate(designation) => Some(
                serde_json::json!({
                    "institution": INSTITUTION,
                    "care": designation.care,
                    "information": designation.information,
                    "method": designation.method,
                })
                .to_string(),
            ),
            Act::VisitAgain(_) => Some("{}".to_owned()),
            Act::Operate(operate) => Some(operate.name().to_owned()),
            Act::BrowseHistory(conditions) => {
                Some(serde_json::to_string(conditions).expect("plain data"))
            }
            other => other.value().map(std::borrow::Cow::into_owned),
        };
        self.tell(What::Step(Told {
            id,
            action: step.word().into(),
            value: value.map(Text::from),
            line: None,
        }));
        match step {
            Act::Login(_) => self.login(),
            Act::SetMethod(_) => self.screen(None, "設定メニュー", &[], &[]),
            Act::ChooseMethod(method) => {
                self.method = *method;
                self.show_reading();
            }
            Act::EnterPin(pin) => {
                self.pin = Some(*pin);
                let reset = self.steps > 4 && self.breaks("credential.survives-slow-entry");
                if reset && self.windows() {
                    self.failed("transmit", "80100068");
                } else if self.card.is_some() {
                    self.check();
                }
            }
            Act::PlaceCard(persona) => {
                self.tell(What::Client(ClientEvent::Ready { r#do: id }));
                if self.restarted && self.breaks("reader.survives-restart") {
                    self.insert(persona.as_ref().map(|persona| persona.as_str()));
                    self.screen(None, "読み取り", &[], &[("原因", "80100013")]);
                } else {
                    self.insert(persona.as_ref().map(|persona| persona.as_str()));
                    self.check_if_free();
                }
            }
            Act::AwaitCard(missed) => {
                self.tell(What::Client(ClientEvent::Ready { r#do: id }));
                match missed {
                    Missed::Nobody => self.screen(None, "読み取り", &[], &[("原因", "時間切れ")]),
                    Missed::Unplugged => {
                        self.tell(What::Reader(ReaderEvent::Unplugged {}));
                        self.screen(None, "読み取り", &[], &[("原因", "リーダーが外れた")]);
                    }
                    Missed::ServiceStopped => {
                        self.tell(What::Reader(ReaderEvent::ServiceStopped {}));
                        self.screen(None, "読み取り", &[], &[("原因", "8010001E")]);
                    }
                }
            }
            Act::InsertCard(persona) => {
                self.insert(persona.as_ref().map(|persona| persona.as_str()));
            }
            Act::Press(label) => self.press(label),
            // It reads what it is told one after the other, and the button is gone by then.
            Act::PressMeanwhile(label) => self.refuse(&format!("there is no button `{label}`")),
            Act::TakeCard => {
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
            Act::Wait(_) => {
                self.set_up.new_code = false;
                self.set_up.jpki_closed = false;
                if std::mem::take(&mut self.held) {
                    self.tell(What::Reader(ReaderEvent::RivalLeft {}));
                }
            }
            Act::AskByNumber(persona) => {
                let zeros = !self.breaks("institution.numbers-as-typed");
                let branch = if zeros { "01" } else { "1" };
                let fields = vec![("insured-branch-number", branch.to_owned())];
                self.ask_typed("eligibility-by-number", fields, persona);
            }
            Act::SearchEmergency(search) => {
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
            Act::InquireInBulk(personas) => self.inquire_in_bulk(personas.len()),
            Act::FetchResult => self.fetch_result(),
            Act::Designate(designation) => self.designate(*designation),
            Act::VisitAgain(visit) => self.visit_again(visit.care),
            Act::EnterByLink => {
                self.patients = true;
                self.ask("patient-entrance", vec![], "OK", vec![]);
                self.screen(None, "マイナ在宅受付Web", &[], &[]);
            }
            Act::Operate(act) => self.set_up.operate(act),
            Act::BrowseHistory(conditions) => {
                let kana = conditions.name_kana.as_deref();
                self.browse(kana.unwrap_or_default());
            }
            Act::StopService => self.tell(What::Reader(ReaderEvent::ServiceStopped {})),
            Act::StartService => {
                self.restarted = true;
                self.tell(What::Reader(ReaderEvent::ServiceStarted {}));
            }
            _ => {}
        }
        if id > 0 && self.alive {
            self.tell(What::Client(ClientEvent::Done { r#do: id }));
        }
    }

    /// Says that something cannot be done.
    fn refuse(&mut self, why: &str) {
        self.screens += 1;
        self.tell(What::Client(ClientEvent::Error {
            n: self.screens,
            text: why.into(),
        }));
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
}
