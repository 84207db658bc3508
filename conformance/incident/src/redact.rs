//! From what a log told to an event that may be stored. It keeps what a list allows: class,
//! instruction and parameters, lengths, status words, applications and files that are known here,
//! return values, times. Whatever else stood there is a label or a length, or is left out.

use madoguchi_eligibility::Decision;
use madoguchi_iso7816::{CommandApdu, Instruction, LinkFault};
use madoguchi_layout::{APPLICATIONS, ApplicationId, issuer, jpki};
use madoguchi_notation::Wording;
use madoguchi_terms::without_personal_numbers;
use madoguchi_trace::decode::Dialogue;
use madoguchi_trace::{
    CardEvent, Fields, HttpAnswer, HttpRequest, NOT_ASKED, PcscEvent, ReaderEvent, Text, What,
};

use crate::canary::Canaries;
use crate::clear::Clear;
use crate::odd::Odd;
use crate::patterns::Done;
use crate::told::{Answer, Says, Told};
use crate::web::{Content, Exchanged, Trouble};

/// An event of a log, redacted.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Which of the inputs it is from, from 0.
    pub input: usize,
    /// Line of that input, from 1.
    pub line: usize,
    /// Microseconds since the beginning.
    pub us: u64,
    /// Which of the programs that use the reader, where the log tells them apart.
    pub program: Option<u64>,
    /// What happened; nothing where only the place is worth knowing.
    pub what: Option<What>,
    /// What a reader should notice.
    pub note: Option<Wording>,
    /// Whether data or answer were replaced by a label or a length.
    pub redacted: bool,
    pub(crate) aside: Aside,
}

impl Seen {
    /// What it is called, where that was written down for the app's own log.
    #[must_use]
    pub fn named(&self) -> Option<Named<'_>> {
        match &self.aside {
            Aside::Act(act) => Some(Named::Act(&act.text)),
            Aside::Screen(screen) => Some(Named::Screen(screen)),
            Aside::Error(error) => Some(Named::Error(error)),
            _ => None,
        }
    }

    /// Whether it is this call of PC/SC.
    pub(crate) fn is_call(&self, name: &str) -> bool {
        matches!(&self.what, Some(What::Pcsc(call)) if &*call.call == name)
    }

    /// Whether its answer could not be told from another program's.
    #[must_use]
    pub fn is_unpaired(&self) -> bool {
        let Aside::Exchange { outcome, .. } = &self.aside else {
            return false;
        };
        *outcome == Outcome::Unpaired
    }
}

/// What an app's own log tells in the words of its patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// What people did, as a scenario writes it.
    Act(&'a str),
    /// What was shown.
    Screen(&'a str),
    /// What the app says went wrong.
    Error(&'a str),
}

/// What is known of an event beyond what a trace has a place for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Aside {
    #[default]
    Nothing,
    Exchange {
        took: Option<u64>,
        /// Why there is no answer.
        outcome: Outcome,
        /// Bytes of the answer, with its status word.
        length: usize,
        /// Bytes of data that were asked for; nothing where the command says none.
        asked: Option<usize>,
        /// Whether the command is one (its lengths fit).
        is_whole: bool,
        /// Whose 利用者証明用電子証明書 was read, by the order in which they came, from 1.
        holder: Option<u32>,
    },
    Call {
        rv: u32,
        took: Option<u64>,
    },
    /// The answer to reset, which is that of every card of its kind.
    Placed(Option<Vec<u8>>),
    Web(Box<Exchanged>),
    Act(Done),
    Screen(String),
    Error(String),
    Unlogged,
    Odd(Odd),
    /// No log says so: it must have been before what comes next.
    Supposed,
    Came,
    Left,
}

/// Holders of cards that are told apart: of more nobody makes a scenario.
const MOST_HOLDERS: usize = 100;

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Empty,
    Failed(u32),
    Removed,
    Gone,
    Mute,
    Garbled,
    Hung,
    Unpaired,
    Unknown,
}

/// Follows one log's dialogue with the card.
pub(crate) struct Redactor {
    input: usize,
    dialogue: Dialogue,
    cards: u32,
    lies_there: bool,
    before: Option<Clear>,
    exchanges: u32,
    /// How each certificate begins that was read.
    certificates: Vec<Clear>,
}

impl Redactor {
    pub(crate) fn new(input: usize) -> Self {
        Self {
            input,
            dialogue: Dialogue::new(),
            cards: 1,
            lies_there: false,
            before: None,
            exchanges: 0,
            certificates: Vec::new(),
        }
    }

    /// The event, or both events of an HTTP exchange.
    pub(crate) fn redact(&mut self, told: Told, canaries: &mut Canaries) -> Vec<Seen> {
        let mut seen = self.allowed(told, canaries);
        let told = seen.iter_mut().filter_map(|one| one.what.as_mut());
        told.for_each(withhold_personal_numbers);
        seen
    }

    fn allowed(&mut self, told: Told, canaries: &mut Canaries) -> Vec<Seen> {
        let seen = |what, aside| Seen {
            input: self.input,
            line: told.line,
            us: told.us,
            program: told.program,
            what,
            note: None,
            redacted: false,
            aside,
        };
        match told.says {
            Says::Exchange {
                command,
                answer,
                took,
            } => {
                let (line, us, program) = (told.line, told.us, told.program);
                vec![self.exchange((line, us, program), &command, &answer, took, canaries)]
            }
            Says::Placed(atr) => {
                let mut both = Vec::new();
                if self.lies_there {
                    both.push(seen(None, Aside::Odd(Odd::SecondCard)));
                    both.push(seen(Some(removed()), Aside::Supposed));
                    self.cards = self.cards.saturating_add(1);
                }
                self.lies_there = true;
                self.before = None;
                let card = self.card();
                self.dialogue.awake(&card);
                let placed = ReaderEvent::Inserted {
                    card: card.into(),
                    profile: None,
                };
                both.push(Seen {
                    input: self.input,
                    line: told.line,
                    us: told.us,
                    program: told.program,
                    what: Some(What::Reader(placed)),
                    note: None,
                    redacted: false,
                    aside: Aside::Placed(atr.map(|atr| atr.as_bytes().to_vec())),
                });
                both
            }
            Says::Removed => {
                let gone = seen(Some(removed()), Aside::Nothing);
                self.taken();
                vec![gone]
            }
            Says::Plain(what) => {
                let gone = seen(Some(what.clone()), Aside::Nothing);
                if matches!(
                    what,
                    What::Reader(
                        ReaderEvent::Unplugged {}
                            | ReaderEvent::Failed {}
                            | ReaderEvent::ServiceStopped {}
                    )
                ) {
                    self.taken();
                }
                vec![gone]
            }
            Says::Call {
                call,
                detail,
                rv,
                took,
            } => {
                let event = PcscEvent {
                    call: call.into(),
                    context: u32::try_from(told.program.unwrap_or(1)).unwrap_or(1),
                    detail: detail.map(Into::into),
                    rv: format!("{rv:08X}").into(),
                    has_waited: false,
                };
                vec![seen(Some(What::Pcsc(event)), Aside::Call { rv, took })]
            }
            Says::Web(web) => {
                self.exchanges = self.exchanges.saturating_add(1);
                let (request, answer) = of_web(&web, self.exchanges);
                let mut both = vec![seen(Some(What::Request(request)), Aside::Nothing)];
                let waited = web.waited.unwrap_or_default();
                let us = told.us.saturating_add(waited);
                let answer = answer.map(|answer| What::Answer(Box::new(answer)));
                both.push(Seen {
                    us,
                    ..seen(answer, Aside::Web(web))
                });
                both
            }
            Says::Act(act) => vec![seen(None, Aside::Act(act))],
            Says::Screen(screen) => vec![seen(None, Aside::Screen(screen))],
            Says::Error(error) => vec![seen(None, Aside::Error(error))],
            Says::Unlogged => vec![seen(None, Aside::Unlogged)],
            Says::Odd(odd) => vec![seen(None, Aside::Odd(odd))],
            Says::Came => vec![seen(None, Aside::Came)],
            Says::Left => vec![seen(None, Aside::Left)],
        }
    }

    fn card(&self) -> String {
        format!("field#{}", self.cards)
    }

    fn taken(&mut self) {
        self.cards = self.cards.saturating_add(1);
        self.lies_there = false;
        self.before = None;
    }

    fn exchange(
        &mut self,
        (line, us, program): (usize, u64, Option<u64>),
        command: &Clear,
        answer: &Answer,
        took: Option<u64>,
        canaries: &mut Canaries,
    ) -> Seen {
        let card = self.card();
        let bytes = match answer {
            Answer::Bytes(answer) => Ok(answer.as_bytes()),
            _ => Err(LinkFault::Transmission),
        };
        let mut event = self.dialogue.observe(&card, command.as_bytes(), bytes);
        let parsed = CommandApdu::parse(command.as_bytes()).ok();
        let is_select = event.name == Instruction::SELECT;
        if is_select && bytes.is_err() {
            // what is selected now is unknown, and with it whose file is read
            self.dialogue.lose_track();
        }
        let (outcome, length) = match answer {
            Answer::Bytes(answer) => {
                withhold(&mut event, answer);
                // without the status word
                answer.remember(..answer.len().saturating_sub(2), canaries);
                (Outcome::Answered, answer.len())
            }
            other => {
                let (outcome, fault) = not_answered(other);
                event.fault = Some(fault.into());
                (outcome, 0)
            }
        };
        let holder = self.holder(&event, answer);
        let body = parsed.as_ref().and_then(|command| command.body.ok());
        if is_select {
            allow_known(&mut event);
        } else if body.is_some_and(|body| !body.data.is_empty()) {
            command.remember(5.., canaries);
        }
        let same = self.before.as_ref().is_some_and(|before| before == command);
        let note = same.then(|| repeated(&event));
        self.before = Some(command.clone());
        let is_label = |text: &Option<Text>| {
            let text = text.as_deref().unwrap_or_default();
            text.contains([':', '='])
        };
        let asked = body
            .and_then(|body| body.le)
            .map(madoguchi_iso7816::Le::value);
        let is_whole = body.is_some();
        let has_data = body.is_some_and(|body| !body.data.is_empty());
        let redacted = has_data && !is_select && is_label(&event.data) || is_label(&event.answer);
        Seen {
            input: self.input,
            line,
            us,
            program,
            what: Some(What::Card(event)),
            note,
            redacted,
            aside: Aside::Exchange {
                took,
                outcome,
                length,
                asked,
                is_whole,
                holder,
            },
        }
    }

    /// Whose certificate a piece is the beginning of. Where a log blackens it, nobody's.
    fn holder(&mut self, event: &CardEvent, answer: &Answer) -> Option<u32> {
        /// Serial number and issuer are behind that; less is the same for all.
        const ENOUGH: usize = 64;
        let Answer::Bytes(answer) = answer else {
            return None;
        };
        let is_beginning = event.name == Instruction::READ_BINARY
            && &*event.header == "00B00000"
            && event.addresses(ApplicationId::Jpki, jpki::AUTHENTICATION_CERTIFICATE);
        if !is_beginning || answer.len() < ENOUGH || answer.is_masked() {
            return None;
        }
        let known = self.certificates.iter().position(|one| one == answer);
        if known.is_none() && self.certificates.len() < MOST_HOLDERS {
            self.certificates.push(answer.clone());
        }
        let at = known.or_else(|| self.certificates.iter().position(|one| one == answer))?;
        u32::try_from(at + 1).ok()
    }
}

/// Replaces every 個人番号 in what a stranger stored: any twelve digits with a right check digit.
pub fn withhold_personal_numbers(what: &mut What) {
    what.each_text(&mut |text| {
        if let Some(clean) = without_personal_numbers(text, "<personal-number>", &|_| false) {
            *text = clean.into();
        }
    });
}

fn removed() -> What {
    What::Reader(ReaderEvent::Removed {
        why: "taken".into(),
    })
}

/// Of an answer its length is kept: which file it is from rests on lines that may be missing. A blackened
/// status word is none.
fn withhold(event: &mut CardEvent, answer: &Clear) {
    if event.answer.is_some() {
        let data = if event.sw.is_some() { 2 } else { 0 };
        event.answer = Some(format!("len={}", answer.len().saturating_sub(data)).into());
    }
    if answer.is_masked() && event.sw.as_deref() == Some("0000") {
        event.sw = None;
    }
}

/// What is selected is told where it is an application or a file that is known here.
fn allow_known(event: &mut CardEvent) {
    const FILE: usize = 4;
    let Some(data) = event.data.as_deref().filter(|data| data.len() > FILE) else {
        return;
    };
    let hex = |aid: &[u8]| {
        aid.iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>()
    };
    let known = APPLICATIONS
        .iter()
        .map(|application| hex(application.aid.as_bytes()));
    let mut known = known.chain([hex(issuer::AID.as_bytes())]);
    if !known.any(|aid| aid.starts_with(data)) {
        event.data = Some(format!("len={}", data.len() / 2).into());
    }
}

const fn not_answered(answer: &Answer) -> (Outcome, &'static str) {
    match answer {
        Answer::Bytes(_) => (Outcome::Answered, "transmission"),
        Answer::Empty => (Outcome::Empty, "empty"),
        Answer::Failed(code) => (
            Outcome::Failed(*code),
            match code {
                0x8010_0069 | 0x8010_000C => "torn",
                _ => "transmission",
            },
        ),
        Answer::Removed => (Outcome::Removed, "torn"),
        Answer::Gone => (Outcome::Gone, "transmission"),
        Answer::Mute => (Outcome::Mute, "transmission"),
        Answer::Garbled => (Outcome::Garbled, "transmission"),
        Answer::Hung => (Outcome::Hung, "unknown"),
        Answer::Unpaired => (Outcome::Unpaired, "unpaired"),
        Answer::Unknown => (Outcome::Unknown, "unknown"),
    }
}

/// What to say of a command that equals the one before it.
fn repeated(event: &CardEvent) -> Wording {
    if event.name == Instruction::VERIFY && event.data.is_some() {
        Wording::new(
            "同じ値を続けて照合した。利用者の入力は 1 回か? 要件 credential.one-verify-per-entry",
            "the same value presented again; was there a second entry? requirement credential.one-verify-per-entry",
        )
    } else {
        Wording::new(
            "直前と同じコマンド",
            "the same command as the one before it",
        )
    }
}

fn of_web(web: &Exchanged, exchange: u32) -> (HttpRequest, Option<HttpAnswer>) {
    let fault = web.trouble.map(|trouble| match trouble {
        Trouble::TimedOut | Trouble::Aborted => "silent",
        _ => "reset",
    });
    let request = HttpRequest {
        exchange,
        connection: 1,
        operation: web.operation.map(|operation| operation.name().into()),
        method: web.method.into(),
        path: "/".into(),
        terminal: None,
        fields: Fields::default(),
        fault: fault.filter(|_| web.status == 0).map(Into::into),
        posted: None,
    };
    let answer = (web.status != 0).then(|| HttpAnswer {
        exchange,
        status: web.status,
        decision: web.decision.map_or(NOT_ASKED, Decision::name).into(),
        rule: "field".into(),
        basis: Vec::new(),
        fields: Fields::default(),
        retry_after: web.retry_after,
        fault: match web.content {
            Content::Broken => Some("truncated".into()),
            Content::Mislabelled => Some("wrong-content-type".into()),
            Content::Html => Some("captive-portal".into()),
            _ => web.trouble.map(|_| "truncated".into()),
        },
    });
    (request, answer)
}
