//! The program as the staff sees it: which screen is shown, and what each act leads to.
//!
//! Work with the card is in `check`, with the service in `inquiry`; this file knows the stages and
//! who presses what. Every act ends, whatever happens to the card or the connection, with a screen
//! that says how to go on.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::conduct::{Done, Layers, Stop};
use crate::contract::{
    self, Account, Action, Device, Given, IdentityCheck, Incoming, Pin, Screen, Step,
};
use crate::link::Link;
use crate::mobile::Mobile;
use crate::patient::Patient;
use crate::reader::CardReader;
use crate::scard::Library;
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
    /// Why the certificate that this terminal has cannot be used: an administrator has to look.
    pub(crate) unusable: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) patient: Patient,
    pub(crate) mobile: Mobile,
    /// What stands on the screen.
    pub(crate) on_screen: Fields,
    /// 受付番号 of the last 一括照会.
    pub(crate) reception: Option<String>,
    conduct: Layers,
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
        conduct: Layers,
        library: Arc<dyn Library>,
    ) -> Result<Self, String> {
        let mut service =
            Service::new(settings.service, conduct.clone()).map_err(|error| error.to_string())?;
        let loaded = settings.terminal.load().map_err(|error| error.to_string());
        let used = loaded.and_then(|terminal| match terminal {
            Some(terminal) => service.use_terminal(&terminal).map_err(|e| e.to_string()),
            None => Ok(()),
        });
        let unusable = used.err();
        Ok(Self {
            unusable: unusable
                .map(|why| format!("端末の証明書を使えません。管理者に連絡してください（{why}）")),
            link,
            service,
            reader: CardReader::new(library, settings.reader, settings.patience, conduct.clone()),
            terminal: settings.terminal,
            stage: Stage::Login,
            patient: Patient::new(IdentityCheck::Visual),
            mobile: Mobile::new(Device::Pc),
            on_screen: Fields::new(),
            reception: None,
            conduct,
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
                Incoming::Begin { given } => ended(self.begin(&given))?,
                Incoming::Do(step) => {
                    ended(self.act(&step))?;
                    self.link.done(step.id)?;
                }
                Incoming::End {} => break,
            }
        }
        Ok(Ending::Left)
    }

    /// How this program behaves; to be asked with the program itself in hand.
    pub(crate) fn conduct(&self) -> Layers {
        self.conduct.clone()
    }

    fn begin(&mut self, given: &Given) -> Done {
        self.mobile = Mobile::new(given.device);
        self.show_login(self.unusable.clone())
    }

    fn act(&mut self, step: &Step) -> Done {
        let action = match step.action() {
            Ok(action) => action,
            Err(why) => return self.refuse(&why),
        };
        let action = match action {
            Action::Press(word) => Action::Press(self.conduct().pressed(word)),
            other => other,
        };
        let action = self.conduct().act(self, action)?;
        match (action, &self.stage) {
            (_, Stage::Closed) => self.refuse("the program is closed"),
            (Action::Unlock(passcode), Stage::Asleep) => self.unlock(&passcode),
            (_, Stage::Asleep) => self.refuse("the app is locked"),
            (Action::HandOver(hands), _) => self.hand_over(hands),
            (Action::Lock, _) => self.lock(),
            (Action::ReadAloud, _) => self.read_aloud(),
            (action, _) if !self.patient_may(&action) => {
                self.refuse("the device is in the patient's hands")
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
                self.refuse("nobody is logged in")
            }
            (Action::ChooseMethod(check), _) => self.choose_method(check),
            (Action::EnterPin(pin), Stage::PinEntry) => self.enter_pin(pin),
            (Action::PlaceCard, Stage::Reading(_)) => self.place_card(step.id),
            (Action::TakeCard, _) => self.take_card(),
            (Action::Press(label), _) => self.press(&label),
            (Action::BrowseHistory(conditions), _) => self.browse(&conditions),
            (Action::AskByNumber(numbers), _) => self.ask_by_number(&numbers),
            (Action::SearchEmergency(person), _) => self.search_emergency(&person),
            (Action::InquireInBulk(units), _) => self.inquire_in_bulk(&units),
            (Action::FetchResult, _) => self.fetch_result(),
            (Action::Designate(designation), _) => self.designate(designation),
            (Action::VisitAgain(conditions), _) => self.visit_again(&conditions),
            (Action::EnterPin(_), _) => self.refuse("no PIN is asked for now"),
            (Action::Unlock(_), _) => self.refuse("the app is not locked"),
            (Action::PlaceCard, _) => self.refuse("no card is asked for now"),
        }
    }

    /// Says that something cannot be done now.
    pub(crate) fn refuse(&mut self, why: &str) -> Done {
        Ok(self.link.error(why)?)
    }

    /// 設定メニュー: the method that 認証選択 preselects. The choice itself stays with the staff.
    fn set_method(&mut self, check: IdentityCheck) -> Done {
        self.redraw(screens::settings(check))?;
        self.show_start()
    }

    fn choose_method(&mut self, check: IdentityCheck) -> Done {
        self.patient = Patient::new(check);
        match check {
            IdentityCheck::Visual => self.show_reading(Purpose::Check),
            IdentityCheck::Pin => self.show_pin_entry(None),
        }
    }

    fn enter_pin(&mut self, pin: Pin) -> Done {
        let is_pin = pin.0.len() == 4 && pin.0.bytes().all(|digit| digit.is_ascii_digit());
        if !self.conduct.pin_fits(&pin, is_pin) {
            let screen = screens::pin_entry(None, Some("4桁の数字を入力してください"));
            return self.show(Stage::PinEntry, screen);
        }
        self.patient.pin = Some(pin);
        self.read_again(Purpose::Check)
    }

    /// The card is gone, and so is everything that was known about its holder.
    fn take_card(&mut self) -> Done {
        self.patient = Patient::new(IdentityCheck::Visual);
        // a patient may take the card before the staff have the device back, and see the result
        if !self.withholds_results() {
            self.mobile.withheld.clear();
        }
        self.show_start()
    }

    fn press(&mut self, label: &str) -> Done {
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
            (Stage::Terms(terms), button::AGREE) => {
                let consent = self.consent_to(terms);
                self.ask(consent)
            }
            (Stage::Terms(_), button::DISAGREE) => self.show_choice(),
            (Stage::RegistrationReading(consent), button::READ_CARD) => {
                self.read_again(Purpose::Register(consent))
            }
            (Stage::Registered, button::CHECK | button::READ_CARD) => {
                self.read_again(Purpose::Check)
            }
            (Stage::NoAnswer(again), button::RETRY) => self.retry(again),
            (Stage::NoAnswer(_) | Stage::Locked | Stage::Result, button::CLOSE) => {
                self.show_start()
            }
            (stage, other) => {
                self.stage = stage;
                self.refuse(&format!("there is no button `{other}`"))
            }
        }
    }

    pub(crate) fn show_registration_reading(&mut self, consent: Option<String>) -> Done {
        self.show(
            Stage::RegistrationReading(consent),
            screens::registration_reading(),
        )
    }

    /// ログイン画面, and 認証選択 once a user is logged in.
    pub(crate) fn show_start(&mut self) -> Done {
        if self.service.has_session() {
            self.show_choice()
        } else {
            self.show_login(None)
        }
    }

    pub(crate) fn show_login(&mut self, reason: Option<String>) -> Done {
        self.show(Stage::Login, screens::login(reason))
    }

    pub(crate) fn show_choice(&mut self) -> Done {
        self.show(Stage::Choice, screens::choice())
    }

    pub(crate) fn show_pin_entry(&mut self, attempts_left: Option<u8>) -> Done {
        self.show(Stage::PinEntry, screens::pin_entry(attempts_left, None))
    }

    pub(crate) fn show_reading(&mut self, purpose: Purpose) -> Done {
        self.show(Stage::Reading(purpose), screens::reading(PLACE_CARD))
    }

    pub(crate) fn show_no_answer(&mut self, cause: &impl fmt::Display, again: Again) -> Done {
        self.show(
            Stage::NoAnswer(again),
            screens::no_answer(cause.to_string()),
        )
    }

    pub(crate) fn show(&mut self, stage: Stage, screen: Screen) -> Done {
        self.stage = stage;
        self.redraw(screen)
    }

    /// Shows another screen of the same stage.
    pub(crate) fn redraw(&mut self, screen: Screen) -> Done {
        for screen in self.conduct.frames(self, vec![screen]) {
            let screen = self.conduct.screen(self, screen);
            self.link.screen(&screen)?;
            self.on_screen = screen.fields;
        }
        Ok(())
    }
}

/// An act is over, unless the program cannot go on.
fn ended(act: Done) -> io::Result<()> {
    match act {
        Ok(()) | Err(Stop::Done) => Ok(()),
        Err(Stop::Broken(error)) => Err(error),
    }
}
