//! The program as the staff sees it: which screen is shown, and what each act leads to.
//!
//! Work with the card is in `check`, with the service in `inquiry`; this file knows the stages and
//! who presses what. Every act ends, whatever happens to the card or the connection, with a screen
//! that says how to go on.

use std::fmt;
use std::io;

use crate::contract::{
    self, Account, Action, Device, Given, IdentityCheck, Incoming, Pin, Screen, Step,
};
use crate::defect::Defect;
use crate::link::Link;
use crate::memory::{Memory, Patient};
use crate::mobile::Mobile;
use crate::reader::CardReader;
use crate::screens::{self, Fields, PLACE_CARD, button};
use crate::service::{Request, Service};
use crate::settings::Settings;
use crate::terminal::TerminalFiles;
use crate::wire::Operation;

/// The running program.
pub(crate) struct App {
    pub(crate) link: Link,
    pub(crate) service: Service,
    pub(crate) reader: CardReader,
    pub(crate) terminal: TerminalFiles,
    pub(crate) stage: Stage,
    pub(crate) patient: Patient,
    pub(crate) mobile: Mobile,
    pub(crate) defect: Option<Defect>,
    pub(crate) memory: Memory,
}

/// How a conversation ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The other side said so, or went.
    Left,
    /// The other side speaks another contract.
    NotSupported,
}

/// Which screen is shown, with what belongs to it.
pub(crate) enum Stage {
    /// ログイン画面
    Login,
    /// 認証選択
    Choice,
    /// PIN入力
    PinEntry,
    /// 読み取り
    Reading(Purpose),
    /// A result or a refusal, which can only be closed.
    Result,
    /// C-04-01-A
    RegistrationOffer,
    /// F-01-A: 利用規約 with this id.
    Terms(String),
    /// F-01-A: reading for the registration under this consent.
    RegistrationReading(Option<String>),
    /// F-01-A: registered.
    Registered,
    /// 暗証番号ロック
    Locked,
    /// 通信エラー
    NoAnswer(Again),
    /// The mobile device was put away.
    Asleep,
    /// The program is closed and waits for the end.
    Closed,
}

/// What the card is read for.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// 資格確認
    Check,
    /// 健康保険証利用登録, under this consent.
    Register(Option<String>),
}

/// What 再試行 does.
pub(crate) enum Again {
    Login(Account),
    Ask(Request),
    EnterPin,
}

impl App {
    /// A program that has not said anything yet.
    pub(crate) fn new(
        settings: Settings,
        link: Link,
        defect: Option<Defect>,
    ) -> Result<Self, String> {
        let mut address = settings.service;
        address.defect = defect;
        let mut service = Service::new(address).map_err(|error| error.to_string())?;
        let terminal = settings
            .terminal
            .load()
            .map_err(|error| format!("the terminal's certificate cannot be read: {error}"))?;
        let began_fresh = terminal.is_none();
        if let Some(terminal) = terminal {
            service
                .use_terminal(&terminal)
                .map_err(|error| error.to_string())?;
        }
        Ok(Self {
            link,
            service,
            reader: CardReader::new(settings.reader, settings.patience, defect),
            terminal: settings.terminal,
            stage: Stage::Login,
            patient: Patient::new(IdentityCheck::Visual),
            mobile: Mobile::new(Device::Pc),
            defect,
            memory: Memory {
                began_fresh,
                ..Memory::default()
            },
        })
    }

    /// Follows the contract until the other side ends it.
    ///
    /// # Errors
    /// The other side broke the line. Nothing else ends the program.
    pub(crate) fn run(mut self) -> io::Result<Ending> {
        while let Some(message) = self.link.next()? {
            match message {
                Incoming::Hello { contract } if contract != contract::VERSION => {
                    return Ok(Ending::NotSupported);
                }
                Incoming::Hello { .. } => self.link.hello()?,
                Incoming::Begin { given } => self.begin(&given)?,
                Incoming::Do(step) => {
                    self.act(&step)?;
                    self.link.done(step.id)?;
                }
                Incoming::End {} => break,
            }
        }
        Ok(Ending::Left)
    }

    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    fn begin(&mut self, given: &Given) -> io::Result<()> {
        self.mobile = Mobile::new(given.device);
        if self.has(Defect::OpensWithoutLogin) {
            return self.link.screen(&screens::choice(Fields::new()));
        }
        self.show_login(None)
    }

    fn act(&mut self, step: &Step) -> io::Result<()> {
        let action = match step.action() {
            Ok(action) => action,
            Err(why) => return self.link.error(&why),
        };
        match (action, &self.stage) {
            (_, Stage::Closed) => self.link.error("the program is closed"),
            (Action::Unlock(passcode), Stage::Asleep) => self.unlock(&passcode),
            (action, Stage::Asleep) => self.stay_locked(&action),
            (Action::HandOver(hands), _) => self.hand_over(hands),
            (Action::Lock, _) => self.lock(),
            (Action::ReadAloud, _) => self.read_aloud(),
            (action, _) if !self.patient_may(&action) => {
                self.link.error("the device is in the patient's hands")
            }
            (Action::Login(account), _) => self.login(account),
            (Action::SetMethod(check), _) => self.set_method(check),
            (Action::EnterByLink(entrance), _) => self.enter_by_link(&entrance),
            (Action::Close, _) => {
                self.patient = Patient::new(IdentityCheck::Visual);
                self.stage = Stage::Closed;
                Ok(())
            }
            _ if !self.service.has_session() && !matches!(self.stage, Stage::NoAnswer(_)) => {
                self.link.error("nobody is logged in")
            }
            (Action::ChooseMethod(check), _) => self.choose_method(check),
            (Action::EnterPin(pin), Stage::PinEntry) => self.enter_pin(pin),
            (Action::PlaceCard, Stage::Reading(_)) => self.place_card(step.id),
            (Action::TakeCard, _) => self.take_card(),
            (Action::Press(label), _) => self.press(&label),
            (Action::BrowseHistory(conditions), _) => self.browse(&conditions),
            (Action::AskByNumber(numbers), _) => self.ask_by_number(&numbers),
            (Action::SearchEmergency(person), _) => self.search_emergency(&person),
            (Action::InquireInBulk(units), _) => self.inquire_in_bulk(units),
            (Action::FetchResult, _) => self.fetch_result(),
            (Action::Designate(designation), _) => self.designate(designation),
            (Action::VisitAgain(conditions), _) => self.visit_again(&conditions),
            (Action::EnterPin(_), _) => self.link.error("no PIN is asked for now"),
            (Action::Unlock(_), _) => self.link.error("the app is not locked"),
            (Action::PlaceCard, _) => self.link.error("no card is asked for now"),
        }
    }

    /// 設定メニュー: the method that 認証選択 preselects. The choice itself stays with the staff.
    fn set_method(&mut self, check: IdentityCheck) -> io::Result<()> {
        let label = match check {
            IdentityCheck::Visual => button::VISUAL,
            IdentityCheck::Pin => button::PIN,
        };
        self.memory.right_pin = None;
        self.memory.switched_back = check == IdentityCheck::Visual;
        self.link.screen(&screens::settings(label))?;
        if self.withholds_results() {
            return Ok(());
        }
        self.show_start()
    }

    fn choose_method(&mut self, check: IdentityCheck) -> io::Result<()> {
        self.patient = Patient::new(check);
        if self.memory.read_at.is_none() && self.has(Defect::HoldsWaitingCard) {
            self.hold_whatever_lies_there();
        }
        match check {
            IdentityCheck::Visual => self.show_reading(Purpose::Check),
            IdentityCheck::Pin => self.show_pin_entry(None),
        }
    }

    fn enter_pin(&mut self, pin: Pin) -> io::Result<()> {
        // what cannot be a PIN must not cost the patient an attempt
        let is_pin = pin.0.len() == 4 && pin.0.bytes().all(|digit| digit.is_ascii_digit());
        let begins_with_zero = self.has(Defect::TakesPinForNumber) && pin.0.starts_with('0');
        if (!is_pin && !self.has(Defect::PresentsShortPin)) || begins_with_zero {
            let screen = screens::pin_entry(None, Some("4桁の数字を入力してください"));
            return self.show(Stage::PinEntry, &screen);
        }
        self.patient.pin = Some(pin);
        self.read_again(Purpose::Check)
    }

    /// The card is gone, and so is everything that was known about its holder.
    fn take_card(&mut self) -> io::Result<()> {
        self.memory.unread_before |= self.patient.losses + self.patient.refusals > 0;
        self.patient = Patient::new(IdentityCheck::Visual);
        self.mobile.withheld.clear();
        if matches!(self.stage, Stage::Result) && self.has(Defect::StaysOnResult) {
            return Ok(());
        }
        self.show_start()
    }

    fn press(&mut self, label: &str) -> io::Result<()> {
        // a screen that is left behind gives away what it held
        match (std::mem::replace(&mut self.stage, Stage::Result), label) {
            (Stage::Choice, button::VISUAL) => self.choose_method(IdentityCheck::Visual),
            (Stage::Choice, button::PIN) => self.choose_method(IdentityCheck::Pin),
            (Stage::Locked, button::VISUAL) => {
                self.patient.check = IdentityCheck::Visual;
                self.read_again(Purpose::Check)
            }
            (Stage::RegistrationOffer, button::REGISTER) => {
                let terms = self.service.request(Operation::RegistrationTerms);
                self.ask(terms)
            }
            (Stage::RegistrationOffer, button::DO_NOT_REGISTER) => self.show_choice(),
            (Stage::Terms(_), button::AGREE) if self.has(Defect::RegistersWithoutConsent) => {
                self.show_registration_reading(None)
            }
            (Stage::Terms(terms), button::AGREE) => {
                let consent = self.consent_to(terms);
                self.ask(consent)
            }
            (Stage::Terms(terms), button::DISAGREE) => {
                if self.has(Defect::RegistersAfterRefusal) {
                    self.register_quietly(terms);
                }
                self.show_choice()
            }
            (Stage::RegistrationReading(consent), button::READ_CARD) => {
                self.read_again(Purpose::Register(consent))
            }
            (Stage::Registered, button::CHECK | button::READ_CARD) => {
                if self.has(Defect::SkipsRecheck) || self.memory.turn_is_over {
                    return self.show_choice();
                }
                self.read_again(Purpose::Check)
            }
            (Stage::NoAnswer(again), button::RETRY) => self.retry(again),
            (Stage::NoAnswer(_) | Stage::Locked | Stage::Result, button::CLOSE) => {
                self.show_start()
            }
            (stage, other) => {
                self.stage = stage;
                self.link.error(&format!("there is no button `{other}`"))
            }
        }
    }

    pub(crate) fn show_registration_reading(&mut self, consent: Option<String>) -> io::Result<()> {
        self.show_numbered(
            Stage::RegistrationReading(consent),
            screens::registration_reading(),
        )
    }

    /// Shows one of the screens of 健康保険証利用登録.
    pub(crate) fn show_numbered(&mut self, stage: Stage, mut screen: Screen) -> io::Result<()> {
        if self.has(Defect::OmitsRegistrationNumbers) {
            screen.number = None;
        }
        self.show(stage, &screen)
    }

    /// ログイン画面, and 認証選択 once somebody is logged in.
    pub(crate) fn show_start(&mut self) -> io::Result<()> {
        if self.service.has_session() {
            self.show_choice()
        } else {
            self.show_login(None)
        }
    }

    pub(crate) fn show_login(&mut self, reason: Option<String>) -> io::Result<()> {
        self.show(Stage::Login, &screens::login(reason))
    }

    pub(crate) fn show_choice(&mut self) -> io::Result<()> {
        let screen = screens::choice(self.kept_fields());
        self.show(Stage::Choice, &screen)
    }

    pub(crate) fn show_pin_entry(&mut self, attempts_left: Option<u8>) -> io::Result<()> {
        let attempts_left = attempts_left.filter(|_| !self.has(Defect::HidesAttemptsLeft));
        self.show(Stage::PinEntry, &screens::pin_entry(attempts_left, None))
    }

    pub(crate) fn show_reading(&mut self, purpose: Purpose) -> io::Result<()> {
        let kept = if self.has(Defect::ShowsPatientBeforeLast) {
            self.memory.shown_before.clone()
        } else {
            self.kept_fields()
        };
        self.show(Stage::Reading(purpose), &screens::reading(PLACE_CARD, kept))
    }

    pub(crate) fn show_no_answer(
        &mut self,
        cause: &impl fmt::Display,
        again: Again,
    ) -> io::Result<()> {
        let mut screen = screens::no_answer(cause.to_string());
        if self.has(Defect::LeavesTitleOut) {
            screen.title = "";
        }
        if self.has(Defect::HidesButtons) {
            screen.buttons.clear();
        }
        self.show(Stage::NoAnswer(again), &screen)
    }

    pub(crate) fn show(&mut self, stage: Stage, screen: &Screen) -> io::Result<()> {
        self.stage = stage;
        self.memory.on_screen.clone_from(&screen.fields);
        self.link.screen(screen)
    }

    /// Nothing: the next patient must not see what belonged to the one before.
    pub(crate) fn kept_fields(&self) -> Fields {
        if self.has(Defect::KeepsPreviousPatient) {
            self.memory.shown.clone()
        } else {
            Fields::new()
        }
    }
}
