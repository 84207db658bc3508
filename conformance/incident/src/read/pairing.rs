//! Which answer belongs to which command. pcscd writes `APDU:` before it takes the reader for itself
//! and `SW:` after it has given it back, so that the lines of two programs cross. A pair is made where
//! the log proves it: by the thread, by the program that TRANSMIT names, or because no other was
//! waiting. Everything else stays without its answer: a wrong pair shows a secret as something public.

use std::collections::BTreeMap;
use std::mem;

use madoguchi_iso7816::{CommandApdu, Instruction, Le};
use madoguchi_pcsc::ReturnCode;

use crate::clear::Clear;
use crate::odd::Odd;
use crate::told::{Answer, Says, Told};

#[derive(Default)]
pub(super) struct Pairing {
    /// Commands whose answer has not come.
    open: Vec<Open>,
    /// Answers that TRANSMIT has not yet given to a program.
    held: Vec<Held>,
    /// Who announced a command that has not come.
    announced: Vec<u64>,
    /// Who announced a command that did not come before another thread was heard of: until their calls
    /// have returned, whose command is whose cannot be told.
    unclear: Vec<u64>,
    /// Since when each program waits for its call.
    began: BTreeMap<u64, u64>,
    /// Whether a command came before: a log that begins in the middle may begin with an answer.
    has_begun: bool,
    /// Commands that cannot be read, whose answers have not come.
    unreadable: usize,
    /// Whether some answer's owner is unknown; until none waits any more, all are.
    is_mixed: bool,
    /// Whether the log says what each call returned: then an answer is given out there.
    says_returns: bool,
    /// What the last answer was told to be instead of bytes.
    failed: Option<u32>,
    ready: Vec<Told>,
}

struct Open {
    line: usize,
    us: u64,
    program: Option<u64>,
    thread: Option<String>,
    command: Clear,
    is_mixed: bool,
    /// Whether another thread waited at the same time.
    is_beside: bool,
}

struct Held {
    line: usize,
    us: u64,
    thread: Option<String>,
    answer: Option<Clear>,
}

impl Pairing {
    /// For a log that says what calls returned, or one that does not.
    pub(super) fn new(says_returns: bool) -> Self {
        Self {
            says_returns,
            ..Self::default()
        }
    }

    /// `Received command: TRANSMIT from client N`
    pub(super) fn announced(&mut self, program: u64) {
        self.announced.push(program);
    }

    pub(super) fn began(&mut self, program: u64, us: u64) {
        self.began.insert(program, us);
    }

    /// How long the call took that a program has just come back from.
    pub(super) fn took(&mut self, program: u64, us: u64) -> Option<u64> {
        let began = self.began.remove(&program)?;
        us.checked_sub(began)
    }

    pub(super) fn command(&mut self, line: usize, us: u64, thread: Option<&str>, command: Clear) {
        if !self.says_returns {
            self.give_held();
        } else if self.open.is_empty() {
            self.strays();
        }
        self.has_begun = true;
        let announced = mem::take(&mut self.announced);
        let program = match announced[..] {
            [one] if self.unclear.is_empty() => Some(one),
            _ => {
                self.unclear.extend(announced);
                None
            }
        };
        if let Some(program) = program {
            self.give_up(program);
        }
        self.open.push(Open {
            line,
            us,
            program,
            thread: thread.map(str::to_owned),
            command,
            is_mixed: false,
            is_beside: false,
        });
        self.mix();
    }

    /// A program that sends another command has had its answer, though the log does not say so.
    fn give_up(&mut self, program: u64) {
        while let Some(at) = self
            .open
            .iter()
            .position(|open| open.program == Some(program))
        {
            let open = self.open.remove(at);
            if !self.held.is_empty() {
                // one of those that came is its own
                for other in &mut self.open {
                    other.is_mixed = true;
                }
                self.held.clear();
            }
            self.push_unanswered(open);
        }
    }

    /// A command that cannot be read: its answer belongs to nothing.
    pub(super) fn broken(&mut self, thread: Option<&str>) {
        self.announced.clear();
        self.unreadable += 1;
        match thread {
            Some(thread) => self
                .open
                .retain(|open| open.thread.as_deref() != Some(thread)),
            None => {
                self.give_held();
                self.is_mixed |= !self.open.is_empty();
                for open in &mut self.open {
                    open.is_mixed = true;
                }
            }
        }
    }

    pub(super) fn answer(&mut self, line: usize, us: u64, thread: Option<&str>, answer: Clear) {
        self.hold(line, us, thread, Some(answer));
    }

    pub(super) fn broken_answer(&mut self, line: usize, us: u64, thread: Option<&str>) {
        self.hold(line, us, thread, None);
    }

    fn hold(&mut self, line: usize, us: u64, thread: Option<&str>, answer: Option<Clear>) {
        self.unclear.append(&mut self.announced);
        self.failed = None;
        self.held.push(Held {
            line,
            us,
            thread: thread.map(str::to_owned),
            answer,
        });
        if let Some(thread) = thread {
            let at = self
                .open
                .iter()
                .position(|open| open.thread.as_deref() == Some(thread));
            if !self.says_returns
                && let (Some(at), Some(held)) = (at, self.held.pop())
            {
                let open = self.open.remove(at);
                self.push(open, held, None);
            }
        }
    }

    /// `Card not transacted`, which stands behind the answer that it is about. Whether an answer waits
    /// for it here.
    pub(super) fn failed(&mut self, code: Option<u32>) -> bool {
        let waits = !self.held.is_empty();
        if waits {
            self.failed = code;
        }
        if !self.says_returns {
            self.give_held();
        }
        waits
    }

    /// `TRANSMIT for client N, rv=…`
    pub(super) fn returned(
        &mut self,
        line: usize,
        us: u64,
        program: u64,
        thread: Option<&str>,
        rv: u32,
    ) {
        self.announced.retain(|announced| *announced != program);
        self.unclear.append(&mut self.announced);
        self.unclear.retain(|unclear| *unclear != program);
        let of_thread = |open: &Open| thread.is_some() && open.thread.as_deref() == thread;
        let of_program = |open: &Open| open.program == Some(program);
        let at = self
            .open
            .iter()
            .position(|open| of_thread(open) || of_program(open));
        let held = match thread {
            Some(_) => self
                .held
                .iter()
                .position(|held| held.thread.as_deref() == thread),
            None => (self.held.len() == 1).then_some(0),
        };
        let is_one_of_several = thread.is_none() && self.held.len() > 1;
        // nobody else was waiting: both are answers to this call
        let is_alone = self.open.len() == 1 && self.unclear.is_empty() && at.is_some();
        let of_call = self
            .held
            .iter()
            .filter(|held| held.thread.as_deref() == thread);
        let second = of_call.skip(1).map(|held| (held.line, held.us)).next();
        let second = second.filter(|_| is_alone);
        if let Some((line, us)) = second {
            self.odd(line, us, Odd::SecondAnswer);
        }
        match at {
            Some(at) => {
                let mut open = self.open.remove(at);
                open.program = Some(program);
                let held = held.map(|at| self.held.remove(at));
                open.is_mixed |= is_one_of_several || second.is_some();
                if is_one_of_several {
                    for other in &mut self.open {
                        other.is_mixed = true;
                    }
                }
                let held = held.unwrap_or(Held {
                    line,
                    us,
                    thread: None,
                    answer: None,
                });
                self.push(open, held, Some(rv));
            }
            // pcscd refused it before it wrote the command
            None if rv != ReturnCode::SUCCESS.value() => {
                held.map(|at| self.held.remove(at));
                self.ready.push(Told {
                    line,
                    us,
                    program: Some(program),
                    says: Says::Call {
                        call: "transmit",
                        detail: None,
                        rv,
                        took: None,
                    },
                });
            }
            None => {
                let held = held.map(|at| self.held.remove(at));
                let whose = self.open.iter().position(|open| open.program.is_none());
                if let (Some(at), Some(held)) = (whose, held) {
                    let mut open = self.open.remove(at);
                    open.is_mixed = true;
                    self.push(open, held, Some(rv));
                }
            }
        }
        if self.open.is_empty() {
            self.held.clear();
        }
        self.failed = None;
        self.mix();
    }

    /// A card is laid down: what waited until now waits for nothing any more.
    pub(super) fn begin(&mut self) {
        if !self.says_returns {
            self.give_held();
            for open in mem::take(&mut self.open) {
                let (us, is_mixed) = (open.us, open.is_mixed);
                let answer = if is_mixed {
                    Answer::Unpaired
                } else {
                    Answer::Unknown
                };
                self.push_as(open, us, answer);
            }
            self.is_mixed = false;
        }
    }

    /// A program is gone: what it waited for never came.
    pub(super) fn left(&mut self, us: u64, program: u64) {
        self.announced.retain(|announced| *announced != program);
        self.unclear.retain(|unclear| *unclear != program);
        while let Some(at) = self
            .open
            .iter()
            .position(|open| open.program == Some(program))
        {
            let open = self.open.remove(at);
            self.push_as(open, us, Answer::Unknown);
        }
        self.mix();
    }

    /// What can be told by now.
    pub(super) fn ready(&mut self) -> Vec<Told> {
        mem::take(&mut self.ready)
    }

    /// The rest. Of a log that says what calls returned, what it does not say that of was cut.
    pub(super) fn done(mut self) -> Vec<Told> {
        if !self.says_returns {
            self.give_held();
        } else if self.open.is_empty() {
            self.strays();
        }
        for open in mem::take(&mut self.open) {
            self.push_unanswered(open);
        }
        self.ready
    }

    /// A command whose answer does not come any more.
    fn push_unanswered(&mut self, open: Open) {
        let us = open.us;
        let answer = if open.is_mixed {
            Answer::Unpaired
        } else {
            Answer::Unknown
        };
        self.push_as(open, us, answer);
    }

    /// Gives out answers where the log does not say what a call returned.
    fn give_held(&mut self) {
        for held in mem::take(&mut self.held) {
            if self.open.is_empty() {
                self.stray(&held);
                continue;
            }
            let mut open = self.open.remove(0);
            open.is_mixed |= self.is_mixed;
            self.push(open, held, None);
        }
        self.mix();
    }

    /// An answer for which no command waits: of one that cannot be read, or odd. A log that was cut begins with one.
    fn stray(&mut self, held: &Held) {
        if self.unreadable > 0 {
            self.unreadable -= 1;
        } else if self.has_begun {
            self.odd(held.line, held.us, Odd::SecondAnswer);
        }
    }

    fn strays(&mut self) {
        for held in mem::take(&mut self.held) {
            self.stray(&held);
        }
    }

    fn odd(&mut self, line: usize, us: u64, odd: Odd) {
        self.ready.push(Told {
            line,
            us,
            program: None,
            says: Says::Odd(odd),
        });
    }

    /// Whether a thread waits beside another of which nothing is known.
    fn mix(&mut self) {
        let is_told_apart = |open: &Open| open.thread.is_some() || open.program.is_some();
        if self.open.len() > 1 {
            self.is_mixed |= !self.open.iter().all(is_told_apart);
            for open in &mut self.open {
                open.is_beside |= open.thread.is_none();
            }
        }
        if self.is_mixed {
            for open in &mut self.open {
                open.is_mixed |= open.thread.is_none();
            }
        }
        if self.open.is_empty() {
            self.is_mixed = false;
        }
    }

    fn push(&mut self, open: Open, held: Held, rv: Option<u32>) {
        let failed = self.failed.take();
        let code = rv
            .filter(|rv| *rv != ReturnCode::SUCCESS.value())
            .or(failed);
        let answer = match (held.answer, code) {
            _ if open.is_mixed => Answer::Unpaired,
            // lines that are lost make a pair of two programs' halves more often than a card answers so
            (Some(answer), None) if open.is_beside && !fits(&open.command, &answer) => {
                Answer::Unpaired
            }
            // bytes beside a failure are those of an earlier exchange
            (_, Some(code)) => Answer::Failed(code),
            (Some(answer), None) if answer.is_empty() => Answer::Empty,
            (Some(answer), None) => Answer::Bytes(answer),
            (None, None) => Answer::Unknown,
        };
        self.push_as(open, held.us, answer);
    }

    fn push_as(&mut self, open: Open, us: u64, answer: Answer) {
        let took = match answer {
            Answer::Unpaired | Answer::Unknown => None,
            _ => us.checked_sub(open.us),
        };
        self.ready.push(Told {
            line: open.line,
            us,
            program: open.program,
            says: Says::Exchange {
                command: open.command,
                answer,
                took,
            },
        });
    }
}

/// Whether a card that works answers the command with as many bytes.
fn fits(command: &Clear, answer: &Clear) -> bool {
    let Ok(command) = CommandApdu::parse(command.as_bytes()) else {
        return true;
    };
    let Ok(body) = command.body else {
        return true;
    };
    let asked = body.le.map_or(0, Le::value);
    let bytes = answer.as_bytes();
    let data = bytes.len().saturating_sub(2);
    if bytes.ends_with(&[0x90, 0x00]) && command.instruction == Instruction::READ_BINARY {
        data == asked
    } else {
        data <= asked
    }
}
