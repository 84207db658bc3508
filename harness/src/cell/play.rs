//! Plays a scenario's acts by three arms: tells the client, does it in the world, operates beside the
//! counter. The client is waited for, never longer than the limit.

mod told;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_judge::words::Words;
use madoguchi_notation::Located;
use madoguchi_scenarios::{Act, Arm, Missed, Restart, Scenario, Span};
use madoguchi_trace::{
    ClientEvent, Depth, Misfit, Step, TIME_LIMIT_DONE, TIME_LIMIT_SCREEN, Text, What,
};

use self::told::Told;
use super::reader::Plugged;
use super::sequencer::Heard;
use super::world::{Setting, World};
use crate::client::Client;
use crate::client::contract::{Do, FromClient, Given, Hello, ToClient, VERSION};

/// How long a client may take to leave after the last step.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// Why a play ended before its last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// The client ended or closed its output.
    Gone,
    /// The client did not say within the limit what was waited for.
    Silent { awaited: Awaited, limit: Duration },
}

/// What a client was waited for, as a trace says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// The first screen, which answers `begin`.
    Screen,
    /// The `done` of a `do`.
    Done(u32),
}

impl Awaited {
    /// Why the client was ended.
    pub(crate) fn why(self, limit: Duration) -> String {
        let seconds = limit.as_secs();
        match self {
            Self::Screen => format!("{TIME_LIMIT_SCREEN} in {seconds} s"),
            Self::Done(id) => format!("{TIME_LIMIT_DONE} {id} in {seconds} s"),
        }
    }
}

/// Why no play could begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotBegun {
    /// The client ended before its hello.
    Gone,
    /// It said one that does not fit the contract, and none that does.
    Unfit(Misfit),
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
    let mut unfit = None;
    loop {
        match client.hear(until.saturating_duration_since(Instant::now())) {
            Some(Heard::Message(FromClient::Hello(hello))) if hello.contract == VERSION => {
                return Ok(hello);
            }
            Some(Heard::Message(FromClient::Hello(hello))) => {
                return Err(NotBegun::OtherContract(hello.contract));
            }
            Some(Heard::Message(FromClient::Event(event))) => {
                if let ClientEvent::Garbage { misfit, .. } = event {
                    let of_hello = misfit.filter(|misfit| misfit.place.starts_with("hello"));
                    unfit = unfit.or(of_hello);
                }
            }
            Some(Heard::KeptWaiting) => {}
            Some(Heard::Closed) => return Err(unfit.map_or(NotBegun::Gone, NotBegun::Unfit)),
            None => return Err(unfit.map_or(NotBegun::Silent, NotBegun::Unfit)),
        }
    }
}

/// Tells the client what scenario begins, and in which world.
pub(crate) fn begin(
    scenario: &Scenario,
    world: &World,
    client: &mut Client,
) -> Result<(), Stopped> {
    let begin = ToClient::Begin {
        scenario: scenario.id.clone(),
        given: Given {
            terminal: world.terminal(scenario.given.terminal).name().to_owned(),
            device: scenario.given.device.name(),
            method: Some(scenario.given.method.name().to_owned()),
        },
    };
    client.tell(&begin).map_err(|_| Stopped::Gone)
}

/// Plays all steps with a client that was told to [`begin`], then tells it to leave.
pub(crate) fn play(
    setting: &Setting<'_>,
    world: &World,
    client: &mut Client,
    depth: Depth,
    words: &Words,
    limit: Duration,
) -> Result<(), Stopped> {
    let limit = limit + client.slack();
    let scenario = setting.scenario;
    let mut stage = Stage {
        scenario,
        profile: setting.profile.name(),
        world,
        client,
        depth,
        limit,
        last: 0,
        coming: &[],
        words,
        shown: RefCell::default(),
        lies_there: Cell::new(None),
    };
    stage.first_screen()?;
    let mut acts = &scenario.when[..];
    while let Some((act, coming)) = acts.split_first() {
        let is_meanwhile = |act: &&Located<Act>| matches!(***act, Act::PressMeanwhile(_));
        // What is done around the client is over at once.
        let presses = match act.arm() {
            Arm::Client => coming.iter().take_while(is_meanwhile).count(),
            Arm::World | Arm::Operator => 0,
        };
        let (meanwhile, rest) = coming.split_at(presses);
        stage.coming = coming;
        stage.perform(act, meanwhile)?;
        acts = rest;
    }
    // A client that has closed its input already has left by itself.
    let _ = stage.client.tell(&ToClient::End {});
    Ok(())
}

struct Stage<'a> {
    scenario: &'a Scenario,
    /// Name of the wire profile, as a hello has it.
    profile: &'a str,
    world: &'a World,
    client: &'a mut Client,
    /// How much the client tells.
    depth: Depth,
    limit: Duration,
    /// Number of the last `do`.
    last: u32,
    /// What follows the act that is performed.
    coming: &'a [Located<Act>],
    /// The words that are understood on this client's screens.
    words: &'a Words,
    /// Buttons of the screen that it showed last, in its own words.
    shown: RefCell<Vec<Text>>,
    /// The card lay there already when it was asked for.
    lies_there: Cell<Option<LiesThere>>,
}

/// A card that is asked for while it lies there. Many programs read it; others wait until one is laid down, and the
/// person who sees that nothing comes of it lifts it and lays it down again.
#[derive(Debug, Clone, Copy)]
struct LiesThere {
    /// When the person lifts it, or lays it down again.
    next: Instant,
    /// What the client had done with it when it was asked for; nothing where it was lifted.
    touched: Option<u64>,
}

/// How long the person holds it above the reader, so that a program can see it gone.
const LIFTED: Duration = Duration::from_millis(500);

/// How long a client has that is answered while nobody waits for it, and how often it is looked at meanwhile.
const MOMENT: Duration = Duration::from_millis(250);
const LOOK: Duration = Duration::from_millis(5);

impl Stage<'_> {
    /// Does one act, by one of three arms, with the buttons that are pressed before it is over.
    fn perform(&mut self, act: &Located<Act>, meanwhile: &[Located<Act>]) -> Result<(), Stopped> {
        match act.arm() {
            Arm::Client => self.tell(act, meanwhile),
            Arm::World => {
                let whose = || act.personas().first().map(|id| id.to_string());
                self.note(0, act, act.value().map(Cow::into_owned).or_else(whose));
                match &**act {
                    Act::RestartApp(how) => self.restart(*how),
                    act => {
                        self.happen(act);
                        Ok(())
                    }
                }
            }
            Arm::Operator => {
                if let Act::Operate(operate) = &**act {
                    // A refusal stands in the trace; whether it matters is the scenario's business.
                    let _ = self.world.operate(operate);
                }
                Ok(())
            }
        }
    }

    /// The first screen answers `begin`; without it the order of screen and first step would be a matter
    /// of luck.
    fn first_screen(&self) -> Result<(), Stopped> {
        if self.depth < Depth::L2 {
            return Ok(());
        }
        let is_screen = |event: &ClientEvent| matches!(event, ClientEvent::Screen(_));
        self.wait_for(
            Awaited::Screen,
            0,
            |heard| is_event(heard, is_screen),
            |_| (),
        )
    }

    /// Ends the client, and begins with it anew.
    fn restart(&mut self, how: Option<Restart>) -> Result<(), Stopped> {
        let grace = match how {
            None => {
                // A client that has closed its input already is leaving by itself.
                let _ = self.client.tell(&ToClient::End {});
                Some(GRACE)
            }
            Some(Restart::Killed) => None,
        };
        self.client.restart(grace).map_err(|_| Stopped::Gone)?;
        greet(self.client, self.profile, self.limit).map_err(|_| Stopped::Gone)?;
        self.shown.take();
        begin(self.scenario, self.world, self.client)?;
        self.first_screen()
    }

    /// Tells the client what to do and waits until it is done. The buttons are pressed as soon as the
    /// service lets the client wait for an answer; each is done in its own time.
    fn tell(&mut self, act: &Located<Act>, meanwhile: &[Located<Act>]) -> Result<(), Stopped> {
        let id = self.say(act)?;
        let place = |stage: &Self| match &**act {
            Act::PlaceCard(card) => stage.place(card.as_deref().map(String::as_str)),
            Act::AwaitCard(missed) => {
                stage.let_it_wait();
                match missed {
                    Missed::Nobody => {}
                    Missed::Unplugged => stage.world.unplug(),
                    Missed::ServiceStopped => stage.world.stop_pcsc(),
                }
            }
            _ => {}
        };
        let mut due = BTreeSet::from([id]);
        if !meanwhile.is_empty() {
            let mut is_done = false;
            self.wait_for(
                Awaited::Done(id),
                id,
                |heard| {
                    is_done = is_done_of(heard, id);
                    is_done || *heard == Heard::KeptWaiting
                },
                place,
            )?;
            if is_done {
                due.clear();
                // A client that is done early may ask a little later.
                self.await_request()?;
            }
            for press in meanwhile {
                due.insert(self.say(press)?);
            }
        }
        while let Some(next) = due.first().copied() {
            self.wait_for(
                Awaited::Done(next),
                id,
                |heard| match heard {
                    Heard::Message(FromClient::Event(ClientEvent::Done { r#do })) => {
                        due.remove(r#do)
                    }
                    _ => false,
                },
                place,
            )?;
        }
        self.lies_there.take();
        Ok(())
    }

    /// Lays a card down, which may lie there already.
    fn place(&self, card: Option<&str>) {
        if self.world.place(card) {
            self.lies_there.set(Some(LiesThere {
                next: Instant::now() + self.limit / 4,
                touched: Some(self.world.touched()),
            }));
        }
    }

    /// Lifts the card that lay there already unless the client has begun with it, or lays it down again.
    fn lay_again(&self, card: LiesThere) {
        match card.touched {
            None => self.world.lay_again(),
            Some(touched) if touched == self.world.touched() => {
                self.world.take();
                self.lies_there.set(Some(LiesThere {
                    next: Instant::now() + LIFTED,
                    touched: None,
                }));
            }
            Some(_) => {}
        }
    }

    /// Gives a client that is ready for a card a moment to begin waiting for it. Who asks from time to time may wait
    /// or not.
    fn let_it_wait(&self) {
        let until = Instant::now() + MOMENT;
        while !self.world.is_watched() && Instant::now() < until {
            thread::sleep(LOOK);
        }
    }

    /// Tells the client one thing, after noting it in the trace: the number of the `do`.
    fn say(&mut self, act: &Located<Act>) -> Result<u32, Stopped> {
        let Told { label, value } = self.told(act);
        self.last += 1;
        let id = self.last;
        self.note(id, act, label);
        // After the note: a client sees that the card is gone as soon as it is, and may show it.
        if **act == Act::TakeCard {
            self.world.take();
        }
        let action = match &**act {
            // The client does not get a word of its own for what it cannot know: when a button is pressed, and
            // that no card will come.
            Act::PressMeanwhile(_) => "press",
            Act::AwaitCard(_) => "place-card",
            act => act.word(),
        };
        self.client
            .tell(&ToClient::Do(Do { id, action, value }))
            .map_err(|_| Stopped::Gone)?;
        Ok(id)
    }

    /// Waits a little for the service to let the client wait.
    fn await_request(&self) -> Result<(), Stopped> {
        let until = Instant::now() + GRACE;
        loop {
            match self.hear(until) {
                Some(Heard::KeptWaiting) | None => return Ok(()),
                Some(Heard::Message(_)) => {}
                Some(Heard::Closed) => return Err(Stopped::Gone),
            }
        }
    }

    /// What happens around the client without its being told.
    fn happen(&self, act: &Act) {
        let world = self.world;
        match act {
            Act::InsertCard(card) => drop(world.place(card.as_deref().map(String::as_str))),
            Act::Wait(span) => self.pass(*span),
            Act::UnplugReader => world.unplug(),
            // A reader whose place was taken is not there, and no program takes hold of a card that
            // is not there; the trace says so.
            Act::PlugReader => drop(world.plug_in(Plugged::Same)),
            Act::PlugRenumbered => drop(world.plug_in(Plugged::Renumbered)),
            Act::PlugOther(model) => drop(world.plug_in(Plugged::Other(model))),
            Act::Rival(hold) => drop(world.rival(*hold)),
            Act::RivalLeaves => world.rival_leaves(),
            Act::RecordChanges(change) => world.change_record(change),
            Act::StopService => world.stop_pcsc(),
            Act::StartService => world.start_pcsc(),
            Act::Disk(what) => world.disk(*what),
            _ => {}
        }
    }

    /// Lets time pass. Where it ends with an answer of the card, the client has a moment to do what it does with it.
    fn pass(&self, span: Span) {
        let (touched, is_awaited) = (self.world.touched(), self.world.is_answering());
        self.world.wait(span);
        let until = Instant::now() + MOMENT;
        while is_awaited && self.world.touched() == touched && Instant::now() < until {
            self.hear(Instant::now() + LOOK);
        }
    }

    fn note(&self, id: u32, act: &Located<Act>, label: Option<String>) {
        let line = act.location().line();
        self.world.sequencer().tell(What::Step(Step {
            id,
            action: act.word().into(),
            value: label.map(Text::from),
            line: (line > 0).then_some(line),
        }));
    }

    /// What the client says next, or `None` after that.
    fn hear(&self, until: Instant) -> Option<Heard> {
        let left = until.saturating_duration_since(Instant::now());
        let heard = self.client.hear(left);
        if let Some(Heard::Message(FromClient::Event(ClientEvent::Screen(screen)))) = &heard {
            self.shown.replace(screen.buttons.clone());
        }
        heard
    }

    /// Waits until it is over; `of` is the `do` whose `ready` counts.
    fn wait_for(
        &self,
        awaited: Awaited,
        of: u32,
        mut over: impl FnMut(&Heard) -> bool,
        on_ready: impl Fn(&Self),
    ) -> Result<(), Stopped> {
        let until = Instant::now() + self.limit;
        loop {
            let next = self.lies_there.get();
            let next = next.map_or(until, |card| card.next.min(until));
            match self.hear(next) {
                Some(Heard::Closed) => return Err(Stopped::Gone),
                Some(heard) if over(&heard) => return Ok(()),
                Some(Heard::Message(FromClient::Event(ClientEvent::Ready { r#do })))
                    if r#do == of =>
                {
                    on_ready(self);
                }
                Some(_) => {}
                None if next < until => {
                    if let Some(card) = self.lies_there.take() {
                        self.lay_again(card);
                    }
                }
                None => {
                    let limit = self.limit;
                    return Err(Stopped::Silent { awaited, limit });
                }
            }
        }
    }
}

/// Whether the client said this.
fn is_event(heard: &Heard, is_meant: impl Fn(&ClientEvent) -> bool) -> bool {
    matches!(heard, Heard::Message(FromClient::Event(event)) if is_meant(event))
}

/// Whether the client said that a `do` is over.
fn is_done_of(heard: &Heard, id: u32) -> bool {
    is_event(heard, |event| *event == ClientEvent::Done { r#do: id })
}
