//! Plays a scenario's steps against a client: says each one, does what people do with the card,
//! and waits for the client, never longer than the limit.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoguchi_notation::Offset;
use madoguchi_scenarios::{Device, HistoryConditions, Passcode, Pin, Scenario, Step, Visit};
use madoguchi_trace::{ClientEvent, Depth, Step as Told, Text, What};
use serde_json::{Value, json};

use super::sequencer::Heard;
use super::staff;
use super::world::World;
use crate::client::Client;
use crate::client::contract::{Do, FromClient, Given, Hello, ToClient, VERSION};

/// Why a play ended before its last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// The client ended or closed its output.
    Gone,
    /// The client did not finish a step within the limit.
    Silent,
}

/// Why no play could begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotBegun {
    /// The client ended before its hello.
    Gone,
    /// No hello within the limit.
    Silent,
    /// The client speaks another version of the contract.
    OtherContract(u32),
}

/// Waits for the client's hello; what else it says before is not lost, it stands in the trace.
pub(crate) fn greet(
    client: &mut Client,
    profile: &str,
    limit: Duration,
) -> Result<Hello, NotBegun> {
    let hello = ToClient::Hello {
        contract: VERSION,
        profile: profile.to_owned(),
    };
    // A client that does not listen may still speak; if it does not, that is found below.
    let _ = client.tell(&hello);
    let until = Instant::now() + limit;
    loop {
        match client.hear(until.saturating_duration_since(Instant::now())) {
            Some(Heard::Message(FromClient::Hello(hello))) if hello.contract == VERSION => {
                return Ok(hello);
            }
            Some(Heard::Message(FromClient::Hello(hello))) => {
                return Err(NotBegun::OtherContract(hello.contract));
            }
            Some(Heard::Message(FromClient::Event(_))) => {}
            Some(Heard::Closed) => return Err(NotBegun::Gone),
            None => return Err(NotBegun::Silent),
        }
    }
}

/// Tells the client what scenario begins, and in which world.
pub(crate) fn begin(scenario: &Scenario, client: &mut Client) -> Result<(), Stopped> {
    let begin = ToClient::Begin {
        scenario: scenario.id.clone(),
        given: Given {
            terminal: scenario.given.terminal.name().to_owned(),
            device: scenario.given.device.name(),
            method: Some(scenario.given.method.name().to_owned()),
        },
    };
    client.tell(&begin).map_err(|_| Stopped::Gone)
}

/// Plays all steps with a client that was told to [`begin`], then tells it to leave.
pub(crate) fn play(
    scenario: &Scenario,
    world: &World,
    client: &mut Client,
    depth: Depth,
    limit: Duration,
) -> Result<(), Stopped> {
    let limit = limit + client.slack();
    let mut stage = Stage {
        scenario,
        world,
        client,
        limit,
        last: 0,
        coming: &[],
    };
    if depth >= Depth::L2 {
        // The first screen answers `begin`; without it the order of screen and first step would
        // be a matter of luck.
        stage.wait_for(|event| matches!(event, ClientEvent::Screen(_)), |_| ())?;
    }
    for (at, step) in scenario.when.iter().enumerate() {
        stage.coming = &scenario.when[at + 1..];
        stage.perform(step)?;
    }
    // A client that has closed its input already has left by itself.
    let _ = stage.client.tell(&ToClient::End {});
    Ok(())
}

/// 抽出条件 as the staff type them.
fn typed(conditions: &HistoryConditions, now: Timestamp) -> Value {
    let day = |offset: Offset| day(offset, now);
    form([
        ("date-from", conditions.from.map(day)),
        ("date-to", conditions.to.map(day)),
        ("name-kana", conditions.name_kana.clone()),
        ("insurer-number", conditions.insurer_number.clone()),
    ])
}

/// Which consents the staff ask for, as they type it.
fn visit_typed(visit: &Visit, now: Timestamp) -> Value {
    let day = |offset: Offset| day(offset, now);
    form([
        ("care", visit.care.map(|care| care.name().to_owned())),
        ("date-from", visit.from.map(day)),
        ("date-to", visit.to.map(day)),
    ])
}

/// `YYYYMMDD`
fn day(offset: Offset, now: Timestamp) -> String {
    offset.date(now).strftime("%Y%m%d").to_string()
}

/// What was typed into a form, without what was left empty.
fn form<const N: usize>(typed: [(&str, Option<String>); N]) -> Value {
    typed
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

struct Stage<'a> {
    scenario: &'a Scenario,
    world: &'a World,
    client: &'a mut Client,
    limit: Duration,
    /// Number of the last `do`.
    last: u32,
    /// What follows the step that is performed.
    coming: &'a [Step],
}

impl Stage<'_> {
    fn perform(&mut self, step: &Step) -> Result<(), Stopped> {
        match step {
            Step::Login(slip) => {
                let terminal = self.scenario.given.terminal;
                let mut value = self.world.login(terminal, *slip);
                if self.scenario.given.device == Device::Mobile {
                    value["passcode"] = json!(staff::passcode(Passcode::Right));
                }
                let label = staff::label(terminal, *slip).to_owned();
                self.tell(step.action(), Some(label), Some(value))?;
            }
            Step::SetMethod(method) | Step::ChooseMethod(method) => {
                let name = method.name();
                self.tell(step.action(), Some(name.to_owned()), Some(json!(name)))?;
            }
            Step::EnterPin(pin) => {
                let label = match pin {
                    Pin::Right => "auth-pin:right",
                    Pin::Wrong => "auth-pin:wrong",
                    Pin::Short => "auth-pin:short",
                };
                let digits = json!(self.world.pin(*pin, self.typist()));
                self.tell(step.action(), Some(label.to_owned()), Some(digits))?;
            }
            Step::Press(label) => {
                self.tell(step.action(), Some(label.clone()), Some(json!(label)))?;
            }
            Step::PlaceCard(persona) => {
                let card = persona.as_deref().map(String::as_str);
                self.tell(step.action(), card.map(str::to_owned), None)?;
                return self.wait(|stage| stage.world.place(card));
            }
            Step::InsertCard(persona) => {
                let card = persona.as_deref().map(String::as_str);
                self.note(step.action(), card.map(str::to_owned));
                self.world.place(card);
                return Ok(());
            }
            Step::TakeCard => {
                self.world.take();
                self.tell(step.action(), None, None)?;
            }
            Step::Wait(_)
            | Step::UnplugReader
            | Step::PlugReader
            | Step::StopService
            | Step::StartService
            | Step::Rival(_)
            | Step::RivalLeaves => {
                self.note(step.action(), step.value().map(Cow::into_owned));
                self.happen(step);
                return Ok(());
            }
            Step::Close => self.tell(step.action(), None, None)?,
            Step::Operate(act) => {
                // A refusal stands in the trace; whether it matters is the scenario's business.
                let _ = self.world.operate(act);
                return Ok(());
            }
            Step::AskByNumber(persona) => {
                let numbers = self.world.insurance().numbers(persona);
                self.tell(step.action(), Some(numbers.to_string()), Some(numbers))?;
            }
            Step::SearchEmergency(search) => {
                let mut typed = self.world.insurance().particulars(&search.persona);
                typed["mode"] = json!(search.mode.name());
                typed["consent"] = json!(search.consent);
                self.tell(step.action(), Some(typed.to_string()), Some(typed))?;
            }
            Step::InquireInBulk(personas) => {
                let units = self.world.insurance().units(personas);
                self.tell(step.action(), Some(units.to_string()), Some(units))?;
            }
            Step::Designate(designation) => {
                let told = json!({
                    "institution": self.world.institution(),
                    "care": designation.care,
                    "information": designation.information,
                });
                self.tell(step.action(), Some(told.to_string()), Some(told))?;
            }
            Step::VisitAgain(visit) => {
                let typed = visit_typed(visit, self.world.clock().now());
                self.tell(step.action(), Some(typed.to_string()), Some(typed))?;
            }
            Step::EnterByLink => {
                let link = json!({ "entrance-token": self.world.entrance() });
                self.tell(step.action(), Some("entrance:right".to_owned()), Some(link))?;
            }
            Step::HandOver(hands) => {
                let name = hands.name();
                self.tell(step.action(), Some(name.to_owned()), Some(json!(name)))?;
            }
            Step::Unlock(passcode) => {
                let label = format!("passcode:{}", passcode.name());
                let typed = json!(staff::passcode(*passcode));
                self.tell(step.action(), Some(label), Some(typed))?;
            }
            Step::ReadAloud | Step::Lock => self.tell(step.action(), None, None)?,
            Step::FetchResult => self.tell(step.action(), None, None)?,
            Step::BrowseHistory(conditions) => {
                let conditions = typed(conditions, self.world.clock().now());
                self.tell(
                    step.action(),
                    Some(conditions.to_string()),
                    Some(conditions),
                )?;
            }
        }
        self.wait(|_| ())
    }

    /// Whose PIN is typed: that of the card which is placed next at the same check; none where it lies
    /// there already.
    fn typist(&self) -> Option<&str> {
        let is_over = |step: &&Step| {
            matches!(
                step,
                Step::TakeCard | Step::ChooseMethod(_) | Step::EnterPin(_) | Step::Close
            )
        };
        let coming = self.coming.iter().take_while(|step| !is_over(step));
        let mut placed = coming.filter_map(|step| match step {
            Step::PlaceCard(card) | Step::InsertCard(card) => Some(card),
            _ => None,
        });
        let card = placed.next()?.as_deref().map(String::as_str);
        Some(card.unwrap_or(self.world.own_card()))
    }

    /// What happens around the client without its being told.
    fn happen(&self, step: &Step) {
        let world = self.world;
        match step {
            Step::Wait(span) => world.wait(*span),
            Step::UnplugReader => world.unplug(),
            // A reader whose place was taken, or a rival who finds no card, is not there; the trace
            // says so.
            Step::PlugReader => drop(world.plug_in()),
            Step::Rival(hold) => drop(world.rival(*hold)),
            Step::RivalLeaves => world.rival_leaves(),
            Step::StopService | Step::StartService => {
                if let Some((manager, _)) = world.manager() {
                    if *step == Step::StopService {
                        manager.stop_service();
                    } else {
                        manager.start_service();
                    }
                }
            }
            _ => {}
        }
    }

    /// Says what to do, after noting it in the trace.
    fn tell(
        &mut self,
        action: &'static str,
        label: Option<String>,
        value: Option<Value>,
    ) -> Result<(), Stopped> {
        self.last += 1;
        let id = self.last;
        self.world.sequencer().tell(What::Step(Told {
            id,
            action: action.into(),
            value: label.map(Text::from),
        }));
        self.client
            .tell(&ToClient::Do(Do { id, action, value }))
            .map_err(|_| Stopped::Gone)
    }

    /// Notes an act that the client is not told.
    fn note(&self, action: &str, value: Option<String>) {
        let step = Told {
            id: 0,
            action: action.into(),
            value: value.map(Text::from),
        };
        self.world.sequencer().tell(What::Step(step));
    }

    /// Waits until the last step is done; when the client says `ready`, performs the act.
    fn wait(&self, on_ready: impl Fn(&Self)) -> Result<(), Stopped> {
        let last = self.last;
        self.wait_for(|event| *event == ClientEvent::Done { r#do: last }, on_ready)
    }

    fn wait_for(
        &self,
        over: impl Fn(&ClientEvent) -> bool,
        on_ready: impl Fn(&Self),
    ) -> Result<(), Stopped> {
        let until = Instant::now() + self.limit;
        loop {
            match self
                .client
                .hear(until.saturating_duration_since(Instant::now()))
            {
                Some(Heard::Message(FromClient::Event(event))) if over(&event) => return Ok(()),
                Some(Heard::Message(FromClient::Event(ClientEvent::Ready { r#do })))
                    if r#do == self.last =>
                {
                    on_ready(self);
                }
                Some(Heard::Message(_)) => {}
                Some(Heard::Closed) => return Err(Stopped::Gone),
                None => return Err(Stopped::Silent),
            }
        }
    }
}
