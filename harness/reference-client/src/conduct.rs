//! The seam: what this client does, and where another program may do otherwise.
//!
//! The client passes what it is about to do, say or take for granted through its [`Layers`] and goes on
//! with what comes back. A client without layers gets everything back unchanged, so what stands in the
//! client is the right behaviour, and what is said of each method below tells why it is right. A layer
//! overrides the methods in which it differs and lets the rest pass; of several layers each gets what
//! the one before it made of the value.

use std::ffi::{CStr, CString};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::Body;
use ureq::http::Response;

use crate::answer::{Answer, NoAnswer, Record};
use crate::app::App;
use crate::card::{Session, Verified};
use crate::check::Trouble;
use crate::contract::{Action, Pin, Screen};
use crate::patient::Patient;
use crate::reader::{CardError, CardReader};
use crate::scard::{self, Context, Disposition, ShareMode};
use crate::screens::Fields;
use crate::service::{Request, Service};
use crate::wire::Operation;

/// Why an act ends before its last step.
pub(crate) enum Stop {
    /// The screen says already how to go on.
    Done,
    /// The program cannot go on.
    Broken(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// What becomes of an act.
pub(crate) type Done = Result<(), Stop>;

/// A certificate of the card, or why it could not be read.
pub(crate) type Certificate = Result<Vec<u8>, CardError>;

/// How far a session on a card has come.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    /// Connected, to read the certificate without a PIN.
    ToRead,
    /// 公的個人認証AP is selected, to read the certificate without a PIN.
    Selected,
    /// Connected, to let the card sign.
    ToSign,
    /// The card has said whether the PIN is right.
    Presented(&'a Pin, Verified),
    /// The card has signed.
    Signed(&'a Pin),
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// PC/SC, the reader and a card that another program may hold.
    Card,
    /// The service, from the connection to the end of its answer.
    Service,
    /// The beginning of an answer.
    Answer(Operation),
}

/// One line for each place: its name, what is known there, the value that passes through, how the work ends
/// where it does not go on, and whether nothing but the value tells two layers apart there: one that
/// changes a *compared* value (`on`) does nothing else, one that does something looks at it (`saw`).
/// One that does something in some cases only says in which (`only`).
macro_rules! places {
    ($(
        $(#[$doc:meta])*
        $place:ident[$($with:ident: $type:ty),*]($value:ident: $passed:ty) $(or $stop:ty)? $(, $compared:ident)?;
    )*) => {
        /// How a program behaves. Each method gets the right value last and gives on what this program makes
        /// of it: by itself, the same.
        #[expect(unused_variables, reason = "what passes through unchanged is not looked at")]
        pub(crate) trait Conduct: Send + Sync {
            $($(#[$doc])*
            fn $place(&self, $($with: $type,)* $value: $passed) -> outcome!($passed $(, $stop)?) {
                going_on!($value $(, $stop)?)
            })*

            /// Where it may do more than change a value.
            fn deeds(&self) -> &dyn Deeds;
        }

        /// Where a layer may do more than change a value, from what is known there and the value that passes:
        /// nowhere.
        #[expect(unused_variables, reason = "a layer that does nothing asks for nothing")]
        #[expect(clippy::ptr_arg, reason = "what passes is looked at, whatever it is")]
        pub(crate) trait Deeds {
            $(fn $place(&self, $($with: &$type,)* $value: &$passed) -> bool {
                false
            })*
        }

        /// Passes everything on, and looks what the others would have made of it.
        impl Conduct for Watch {
            $(fn $place(&self, $($with: $type,)* $value: $passed) -> outcome!($passed $(, $stop)?) {
                self.passes(|deeds| deeds.$place($(&$with,)* &$value));
                would_differ!(self, $place($($with),*) $value $(, $compared)?);
                going_on!($value $(, $stop)?)
            })*

            fn deeds(&self) -> &dyn Deeds {
                &Nothing
            }
        }

        impl Layers {
            $(pub(crate) fn $place(&self, $($with: $type,)* $value: $passed) -> outcome!($passed $(, $stop)?) {
                let mut passed = $value;
                for layer in &*self.0 {
                    passed = given!(layer.$place($($with,)* passed) $(, $stop)?);
                }
                going_on!(passed $(, $stop)?)
            })*
        }

        /// Layers that differ in one place, by the name of that place.
        pub(crate) mod on {
            use super::*;

            $(pub(crate) fn $place(
                differs: impl Fn($($type,)* $passed) -> outcome!($passed $(, $stop)?) + Send + Sync + 'static,
            ) -> Layer {
                struct On<F>(F);
                impl<F> Conduct for On<F>
                where
                    F: Fn($($type,)* $passed) -> outcome!($passed $(, $stop)?) + Send + Sync,
                {
                    fn $place(&self, $($with: $type,)* $value: $passed) -> outcome!($passed $(, $stop)?) {
                        (self.0)($($with,)* $value)
                    }

                    fn deeds(&self) -> &dyn Deeds {
                        self
                    }
                }
                impl<F> Deeds for On<F> {
                    fn $place(&self, $(_: &$type,)* _: &$passed) -> bool {
                        !is_compared!($($compared)?)
                    }
                }
                Arc::new(On(differs))
            })*
        }

        /// Layers that only look at what passes, by the name of the place.
        #[expect(dead_code, reason = "not every place has something to look at")]
        pub(crate) mod saw {
            use super::*;

            $(pub(crate) fn $place<R>(
                looks: impl Fn($($type,)* &$passed) -> R + Send + Sync + 'static,
            ) -> Layer {
                struct Saw<F>(F);
                impl<F, R> Conduct for Saw<F>
                where
                    F: Fn($($type,)* &$passed) -> R + Send + Sync,
                {
                    fn $place(&self, $($with: $type,)* $value: $passed) -> outcome!($passed $(, $stop)?) {
                        (self.0)($($with,)* &$value);
                        going_on!($value $(, $stop)?)
                    }

                    fn deeds(&self) -> &dyn Deeds {
                        self
                    }
                }
                impl<F> Deeds for Saw<F> {
                    fn $place(&self, $(_: &$type,)* _: &$passed) -> bool {
                        true
                    }
                }
                Arc::new(Saw(looks))
            })*
        }

        /// Layers that differ in one place and only in some cases, by the name of that place.
        #[expect(dead_code, reason = "not every place has cases to tell apart")]
        pub(crate) mod only {
            use super::*;

            $(pub(crate) fn $place(
                when: impl Fn($(&$type,)* &$passed) -> bool + Send + Sync + 'static,
                differs: impl Fn($($type,)* $passed) -> outcome!($passed $(, $stop)?) + Send + Sync + 'static,
            ) -> Layer {
                struct Only<W, F>(W, F);
                impl<W, F> Conduct for Only<W, F>
                where
                    W: Fn($(&$type,)* &$passed) -> bool + Send + Sync,
                    F: Fn($($type,)* $passed) -> outcome!($passed $(, $stop)?) + Send + Sync,
                {
                    fn $place(&self, $($with: $type,)* $value: $passed) -> outcome!($passed $(, $stop)?) {
                        if (self.0)($(&$with,)* &$value) {
                            (self.1)($($with,)* $value)
                        } else {
                            going_on!($value $(, $stop)?)
                        }
                    }

                    fn deeds(&self) -> &dyn Deeds {
                        self
                    }
                }
                impl<W, F> Deeds for Only<W, F>
                where
                    W: Fn($(&$type,)* &$passed) -> bool,
                {
                    fn $place(&self, $($with: &$type,)* $value: &$passed) -> bool {
                        (self.0)($($with,)* $value)
                    }
                }
                Arc::new(Only(when, differs))
            })*
        }
    };
}

macro_rules! outcome {
    ($passed:ty) => { $passed };
    ($passed:ty, $stop:ty) => { Result<$passed, $stop> };
}

macro_rules! going_on {
    ($value:expr) => {
        $value
    };
    ($value:expr, $stop:ty) => {
        Ok($value)
    };
}

macro_rules! is_compared {
    () => {
        false
    };
    (compared) => {
        true
    };
}

macro_rules! would_differ {
    ($watch:ident, $place:ident($($with:ident),*) $value:ident) => {};
    ($watch:ident, $place:ident($($with:ident),*) $value:ident, compared) => {
        $watch.compares(&$value, |layers| layers.$place($($with,)* $value.clone()));
    };
}

macro_rules! given {
    ($call:expr) => {
        $call
    };
    ($call:expr, $stop:ty) => {
        $call?
    };
}

places! {
    /// The word on the button that is pressed, as the label that this program knows it by: it prints no other.
    pressed[](word: String), compared;
    /// What a person at the counter does: what was typed goes to the service as it was typed.
    act[app: &mut App](action: Action) or Stop;
    /// A screen that is going to be shown, once the stage is set: nothing on it belongs to the patient before.
    screen[app: &App](screen: Screen), compared;
    /// What is drawn for a screen, one after the other: the screen itself, and nothing before or after it.
    frames[app: &App](screens: Vec<Screen>), compared;
    /// Whether a result waits until the staff have the device back: it is not for the patient's eyes alone.
    withholds[](waits: bool), compared;
    /// What is read aloud: all that stands on the screen, and nothing else.
    read_aloud[](fields: Fields), compared;

    /// How the card is shared with other programs: a counter has more of them than this one.
    share_mode[](mode: ShareMode), compared;
    /// A connection that is made otherwise than with one call: none is.
    connects[context: &Context, reader: &CStr](made: Option<Result<scard::Card, scard::Error>>);
    /// What becomes of the card at the end of a connection: nothing, other programs may be using it.
    disposition[](disposition: Disposition), compared;
    /// Whether each conversation with the card is a transaction: it need not be, where every command stands
    /// for itself and the card says when it was reset.
    transacts[](transacts: bool), compared;
    /// For how long PC/SC is asked to wait for a card at a time: for as long as there is to wait.
    watches[](time: Duration), compared;
    /// Whether a card that lies there already is waited for until it is laid down anew: it is there.
    wants_it_laid[](anew: bool), compared;
    /// How long is waited. Every wait ends, and the staff are told.
    patience[wait: Wait](limit: Option<Duration>), compared;
    /// Whether patience begins anew with each call: a slow card has all of it for each command.
    patience_anew[](anew: bool), compared;
    /// Whether what was still to be done with the card is called off when patience ends with one call: the staff are
    /// told that it failed.
    calls_off[](calls_off: bool), compared;
    /// Whether the thread whose call did not return in time gets no other: it may never come back.
    caller_replaced[](replaced: bool), compared;
    /// The reader that was named in the settings: it is the one that is used.
    reader_setting[](name: Option<CString>), compared;
    /// The reader that is used where none was named, looked for anew each time: it may have another name by then.
    reader[](name: CString), compared;
    /// The PC/SC context to work with. None is kept, because none survives a restart of the resource manager:
    /// each use establishes one, which is passed through once it is there.
    context[](context: Option<Context>);
    /// The card to let sign. None is held while the patient types: other programs may want it. Once the work
    /// with one is over it is passed through, and ends.
    held[reader: &CardReader](card: Option<Session>) or CardError;
    /// What else is done with the card: nothing. Each command costs time, and a PIN an attempt.
    card[patient: &Patient, card: &Session, at: At<'_>](done: ()) or CardError;
    /// A command on its way to the card, in short form.
    command[](command: Vec<u8>), compared;
    /// How many bytes are read to learn the length of the certificate: those that tell it.
    header_length[](length: usize), compared;
    /// How many bytes are read at a time: as many as a short command can ask for.
    block_length[](length: usize), compared;
    /// What a call of PC/SC that failed in the middle of an exchange means.
    failed[error: scard::Error](meaning: CardError);
    /// Whether a command is sent once more, which took so long to be answered: the card answered it.
    resends[command: &[u8], waited: Duration](again: bool), compared;
    /// A block of the certificate of this length. One that did not arrive is not made up, and is not the end
    /// (`None`) of the file.
    block[length: usize, is_last: bool](block: Result<Option<Vec<u8>>, CardError>);
    /// The certificate of a card that is still connected.
    read[card: &Session](certificate: Certificate);
    /// A certificate that need not be read: none. Whose card lies there only the card can tell.
    known[app: &App](certificate: Option<Vec<u8>>);
    /// A card has been laid down and is going to be worked with: nothing is said of it.
    placed[app: &mut App](done: ()) or Stop;
    /// What came of the reading: no certificate stands for another's.
    certificate[app: &App](certificate: Certificate);
    /// What the staff are shown where a card could not be read. They can lay it down again, however often.
    trouble[app: &mut App, error: &CardError](screen: Screen) or Stop;

    /// Whether what was typed is a PIN. What is none must not cost the patient an attempt.
    pin_fits[pin: &Pin](fits: bool), compared;
    /// The PIN on its way to the card: one entry is for one VERIFY.
    pin[app: &mut App](pin: Pin) or Stop;
    /// How many attempts the card has left. Where it has none the PIN stays here; where it does not say,
    /// it is no My Number card.
    attempts[](left: Result<u8, CardError>);
    /// Whether the card is asked how many attempts are left before a PIN is presented: that costs none.
    asks_attempts[](asks: bool), compared;
    /// Whether the certificate is read before the PIN is presented: it can be read without one.
    reads_first[](first: bool), compared;
    /// Whether the service is asked for a challenge before the PIN is presented: not for one that is not
    /// going to be signed.
    challenges_first[](first: bool), compared;
    /// The nonce to be signed: that of this challenge.
    nonce[](nonce: Vec<u8>), compared;
    /// Whether the PIN is kept for the next try: only where it has not reached the card.
    interrupted[app: &mut App, trouble: &Trouble](keeps_pin: bool) or Stop;

    /// Whether the terminal is activated before the login: only where it has no certificate.
    activates[](is_fresh: bool), compared;
    /// What stands for a session in its request ids: no two sessions share it.
    session_mark[](mark: String), compared;
    /// A request's id: one that this terminal has not used before.
    request_id[](id: String), compared;
    /// How many connections are kept for the next request: none, between two patients the other side may
    /// have closed it.
    idle_connections[](most: usize), compared;
    /// The headers of a request.
    headers[](headers: Vec<(&'static str, String)>), compared;
    /// The body of a request as it is written: an object of JSON, with nothing between its parts.
    body[](body: String), compared;
    /// A request of a session, or for one, before it is sent. A retry passes through again.
    request[app: &mut App](request: Request) or Stop;
    /// The reply on its way in: from a server that showed the right certificate, JSON, and whole.
    response[service: &Service, request: &Request](response: Result<Response<Body>, NoAnswer>);
    /// What came of the request. Where no answer came that is said, and the staff decide whether to try again.
    sent[app: &mut App, request: &Request](sent: Result<Answer, NoAnswer>) or Stop;
    /// What the service said. It decides; the client shows what was delivered.
    answer[app: &mut App, operation: Operation](answer: Answer) or Stop;
    /// Whether an answer ends the session: then the staff log in again.
    ends_session[operation: Operation, answer: &Answer](ends: bool), compared;
    /// One result as a screen, with the record that it is of, where there is one.
    result[app: &App, answer: &Answer, record: Option<&Record>](screen: Screen), compared;
    /// All results of an answer, each on a screen of its own.
    results[app: &App, answer: &Answer](screens: Vec<Screen>), compared;
    /// A refusal as a screen: it is no result, and the cause is told.
    refusal[operation: Operation, answer: &Answer](screen: Screen), compared;
}

/// One layer.
pub(crate) type Layer = Arc<dyn Conduct>;

/// All layers, from the client outwards. Copies share them.
#[derive(Clone)]
pub(crate) struct Layers(Arc<[Layer]>);

impl From<Layer> for Layers {
    fn from(layer: Layer) -> Self {
        [layer].into()
    }
}

impl<const N: usize> From<[Layer; N]> for Layers {
    fn from(layers: [Layer; N]) -> Self {
        Self(layers.into())
    }
}

/// One upon the other.
impl FromIterator<Self> for Layers {
    fn from_iter<T: IntoIterator<Item = Self>>(layers: T) -> Self {
        let layers = layers.into_iter();
        Self(layers.flat_map(|layers| layers.0.to_vec()).collect())
    }
}

/// Does nothing but change values.
struct Nothing;
impl Deeds for Nothing {}

/// Layers that are not those of this program, and whether they would have made it another one so far.
pub(crate) struct Watch {
    layers: Layers,
    has_differed: AtomicBool,
    tell: Box<dyn Fn() + Send + Sync>,
}

impl Watch {
    /// A layer that calls `tell` once: where these layers change a value, or come to a place in which they may
    /// do more than that. A program in which it never does so would have been the same with them.
    pub(crate) fn over(layers: Layers, tell: impl Fn() + Send + Sync + 'static) -> Layer {
        Arc::new(Self {
            layers,
            has_differed: AtomicBool::new(false),
            tell: Box::new(tell),
        })
    }

    fn passes(&self, does: impl Fn(&dyn Deeds) -> bool) {
        if self.layers.0.iter().any(|layer| does(layer.deeds())) {
            self.differs();
        }
    }

    fn compares<T: PartialEq>(&self, right: &T, theirs: impl FnOnce(&Layers) -> T) {
        // They remember what they should only where they still are what this program is.
        if !self.has_differed.load(Ordering::Relaxed) && theirs(&self.layers) != *right {
            self.differs();
        }
    }

    fn differs(&self) {
        if !self.has_differed.swap(true, Ordering::Relaxed) {
            (self.tell)();
        }
    }
}

/// What a layer remembers.
#[derive(Default)]
pub(crate) struct Kept<T>(Mutex<T>);

/// Something to remember, for as long as the program runs.
pub(crate) fn kept<T: Default>() -> &'static Kept<T> {
    Box::leak(Box::default())
}

impl<T> Kept<T> {
    /// Looks at it, and may change it.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&mut T) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers this, and gives what was remembered.
    pub(crate) fn set(&self, value: T) -> T {
        self.with(|kept| std::mem::replace(kept, value))
    }
}

impl<T: Clone> Kept<T> {
    pub(crate) fn get(&self) -> T {
        self.with(|kept| kept.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_layers_everything_comes_back_as_it_was() {
        let none = Layers::from([]);
        assert!(none.pin_fits(&Pin("0123".to_owned()), true));
        assert_eq!(
            none.read_aloud(vec![("氏名", "試験　太郎".to_owned())])
                .len(),
            1
        );
    }

    #[test]
    fn layers_that_are_watched_change_nothing_and_are_told_of_once_they_would_have() {
        let told = kept::<u32>();
        let watched =
            |layer: Layer| Layers::from(Watch::over(layer.into(), || told.with(|n| *n += 1)));
        let halves = watched(on::block_length(|length| length.min(128)));
        assert_eq!((halves.block_length(100), told.get()), (100, 0));
        assert_eq!((halves.header_length(4), told.get()), (4, 0));
        for _ in 0..2 {
            assert_eq!((halves.block_length(256), told.get()), (256, 1));
        }
        // what else they do is not seen: that they come to the place is enough
        let fails = watched(on::failed(|_, meaning| meaning));
        let _ = fails.failed(scard::Error::RemovedCard, CardError::Lost);
        assert_eq!(told.get(), 2);
        let looks = watched(saw::block_length(|_| ()));
        assert_eq!((looks.block_length(100), told.get()), (100, 3));
        // and where it is told in which cases they do something, only there
        let fails = watched(only::attempts(|left| left.is_err(), |left| left));
        assert!(fails.attempts(Ok(3)).is_ok());
        assert_eq!(told.get(), 3);
        assert!(fails.attempts(Err(CardError::Lost)).is_err());
        assert_eq!(told.get(), 4);
    }

    #[test]
    fn of_several_layers_each_gets_what_the_one_before_it_made() {
        let says = |word: &'static str| {
            on::read_aloud(move |mut fields| {
                fields.push((word, fields.len().to_string()));
                fields
            })
        };
        let layers = [[says("first"), says("second")].into(), says("third").into()];
        let said = Layers::from_iter(layers).read_aloud(Fields::new());
        let expected = [("first", "0"), ("second", "1"), ("third", "2")];
        assert_eq!(said, expected.map(|(word, n)| (word, n.to_owned())));
    }
}
