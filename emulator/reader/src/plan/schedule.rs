//! A plan while it runs: counts commands and says what is due.

use std::time::Duration;

use super::{Plan, PlannedFault};
use crate::{Call, Fault, Moment};

/// What is left of a plan.
#[derive(Debug)]
pub(crate) struct Schedule {
    left: Vec<Waiting>,
    since: Option<Duration>,
    pub(crate) noise: Noise,
}

/// A fault to come, and how many of the commands that it waits for there were.
#[derive(Debug)]
struct Waiting {
    planned: PlannedFault,
    counted: u32,
}

impl Schedule {
    /// Counts from `since`, or from [`begin`](Self::begin).
    pub(crate) fn new(plan: Plan, since: Option<Duration>) -> Self {
        let waiting = |planned| Waiting {
            planned,
            counted: 0,
        };
        Self {
            left: plan.faults.into_iter().map(waiting).collect(),
            since,
            noise: Noise::new(plan.seed),
        }
    }

    /// A card was laid down.
    pub(crate) fn begin(&mut self, now: Duration) {
        self.since.get_or_insert(now);
    }

    /// What goes wrong with this command, which is the next.
    pub(crate) fn at_command(&mut self, command: &[u8], now: Duration) -> Option<Fault> {
        for waiting in &mut self.left {
            let counts = waiting.planned.at.counts(command);
            waiting.counted = waiting.counted.saturating_add(counts.into());
        }
        self.take(|waiting, since| match waiting.planned.at {
            Moment::After(time) => passed(since, now, time),
            // What had to wait for another fault comes with the next command, whichever it is.
            at @ Moment::Apdu(_) => at.nth().is_some_and(|nth| waiting.counted >= nth),
            at => at.counts(command) && at.nth().is_some_and(|nth| waiting.counted >= nth),
        })
    }

    /// What goes wrong at this call, which a card cannot see.
    pub(crate) fn at_call(&mut self, call: Call) -> Option<Fault> {
        let waits = |at: Moment| at.call() == Some(call);
        for waiting in &mut self.left {
            waiting.counted += u32::from(waits(waiting.planned.at));
        }
        self.take(|waiting, _| {
            let at = waiting.planned.at;
            waits(at) && at.nth().is_some_and(|nth| waiting.counted >= nth)
        })
    }

    /// What goes wrong by itself.
    pub(crate) fn by_itself(&mut self, now: Duration) -> Option<Fault> {
        self.take(|waiting, since| match waiting.planned.at {
            Moment::After(time) => passed(since, now, time),
            _ => false,
        })
    }

    /// The command was not sent after all, and will be repeated.
    pub(crate) fn take_back(&mut self, command: &[u8]) {
        for waiting in &mut self.left {
            let counts = waiting.planned.at.counts(command);
            waiting.counted = waiting.counted.saturating_sub(counts.into());
        }
    }

    /// Whether time alone can make anything go wrong.
    pub(crate) fn needs_time(&self) -> bool {
        self.left
            .iter()
            .any(|waiting| matches!(waiting.planned.at, Moment::After(_)))
    }

    /// Whether the time of the plan runs.
    pub(crate) fn has_begun(&self) -> bool {
        self.since.is_some()
    }

    fn take(&mut self, is_due: impl Fn(&Waiting, Option<Duration>) -> bool) -> Option<Fault> {
        let at = self
            .left
            .iter()
            .position(|waiting| is_due(waiting, self.since))?;
        Some(self.left.remove(at).planned.what)
    }
}

fn passed(since: Option<Duration>, now: Duration, time: Duration) -> bool {
    since.is_some_and(|since| now.saturating_sub(since) >= time)
}

/// Numbers that a seed decides (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Numbers of their own, for a caller that needs some.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// The next 31 bits of a kind that handles are made of: not negative.
    pub(crate) fn next_31(&mut self) -> u32 {
        let [a, b, c, d, ..] = self.next().to_be_bytes();
        u32::from_be_bytes([a & 0x7F, b, c, d])
    }

    /// A number below `n`, which is not 0; small enough that it does not show that it is not quite even.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        self.next_31() % n
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &[u8] = &[0x00, 0xB0, 0x00, 0x00, 0x00];
    const VERIFY: &[u8] = &[0x00, 0x20, 0x00, 0x80];
    const NOW: Duration = Duration::from_secs(100);

    fn schedule(moments: &[Moment]) -> Schedule {
        let planned = |(i, at): (usize, &Moment)| PlannedFault {
            at: *at,
            what: Fault::Truncated(i),
        };
        let faults = moments.iter().enumerate().map(planned).collect();
        Schedule::new(Plan { seed: 0, faults }, Some(NOW))
    }

    fn truncated(i: usize) -> Option<Fault> {
        Some(Fault::Truncated(i))
    }

    #[test]
    fn a_mishap_comes_at_its_command_and_only_once() {
        let verify = Moment::Instruction { ins: 0x20, nth: 2 };
        let mut schedule = schedule(&[Moment::Apdu(2), verify]);
        assert_eq!(schedule.at_command(VERIFY, NOW), None);
        assert_eq!(schedule.at_command(READ, NOW), truncated(0));
        assert_eq!(schedule.at_command(READ, NOW), None);
        assert_eq!(schedule.at_command(VERIFY, NOW), truncated(1));
        assert_eq!(schedule.at_command(VERIFY, NOW), None);
        assert_eq!(schedule.at_command(&[], NOW), None);
    }

    #[test]
    fn of_two_mishaps_at_one_command_the_second_comes_with_the_next() {
        let mut schedule = schedule(&[Moment::Apdu(1), Moment::Apdu(1)]);
        assert_eq!(schedule.at_command(READ, NOW), truncated(0));
        assert_eq!(schedule.at_command(READ, NOW), truncated(1));
    }

    #[test]
    fn a_command_that_was_not_sent_does_not_count() {
        let read = Moment::Instruction { ins: 0xB0, nth: 2 };
        let mut schedule = schedule(&[Moment::Apdu(3), read]);
        assert_eq!(schedule.at_command(READ, NOW), None);
        schedule.take_back(READ);
        assert_eq!(schedule.at_command(READ, NOW), None);
        assert_eq!(schedule.at_command(READ, NOW), truncated(1));
        assert_eq!(schedule.at_command(READ, NOW), truncated(0));
    }

    #[test]
    fn the_middle_of_a_file_is_met_in_however_few_commands_it_is_read() {
        let block = |number: u8| [0x00, 0xB0, number, 0x00, 0x00];
        let mut blocks = schedule(&[Moment::Byte(600)]);
        assert_eq!(
            blocks.at_command(&[0x00, 0xB0, 0x00, 0x00, 0x04], NOW),
            None
        );
        for number in 0..2 {
            assert_eq!(blocks.at_command(&block(number), NOW), None);
        }
        assert_eq!(blocks.at_command(&block(2), NOW), truncated(0));
        assert_eq!(blocks.at_command(&block(2), NOW), None);
        let mut whole = schedule(&[Moment::Byte(600)]);
        let extended = [0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00];
        assert_eq!(whole.at_command(&extended, NOW), truncated(0));
    }

    #[test]
    fn a_question_for_the_attempts_left_presents_nothing() {
        let mut schedule = schedule(&[Moment::Presented(2)]);
        let pin = [0x00, 0x20, 0x00, 0x80, 0x04, 0x39, 0x39, 0x39, 0x39];
        for command in [VERIFY, &pin, VERIFY] {
            assert_eq!(schedule.at_command(command, NOW), None);
        }
        assert_eq!(schedule.at_command(&pin, NOW), truncated(0));
    }

    #[test]
    fn time_makes_things_happen_with_a_command_or_without() {
        let time = Duration::from_secs(2);
        let (early, late) = (NOW + Duration::from_secs(1), NOW + time);
        let mut schedule = schedule(&[Moment::After(time), Moment::After(time)]);
        assert!(schedule.needs_time());
        assert_eq!(schedule.by_itself(early), None);
        assert_eq!(schedule.at_command(READ, early), None);
        assert_eq!(schedule.at_command(READ, late), truncated(0));
        assert_eq!(schedule.by_itself(late), truncated(1));
        assert!(!schedule.needs_time());
    }

    #[test]
    fn a_mishap_at_a_call_waits_for_that_call_alone() {
        let mut schedule = schedule(&[Moment::Disconnect(1), Moment::Connect(2)]);
        assert_eq!(schedule.at_command(READ, NOW), None);
        assert_eq!(schedule.at_call(Call::Connect), None);
        assert_eq!(schedule.at_call(Call::Connect), truncated(1));
        assert_eq!(schedule.at_call(Call::Disconnect), truncated(0));
        assert_eq!(schedule.at_call(Call::Disconnect), None);
    }

    #[test]
    fn a_plan_for_an_empty_reader_begins_with_the_card() {
        let plan = Plan::once(Moment::After(Duration::ZERO), Fault::Unplugged {});
        let mut schedule = Schedule::new(plan, None);
        assert!(!schedule.has_begun());
        assert_eq!(schedule.by_itself(NOW), None);
        schedule.begin(NOW);
        assert_eq!(schedule.by_itself(NOW), Some(Fault::Unplugged {}));
    }

    #[test]
    fn a_seed_decides_a_plan() {
        let plans: Vec<_> = (0..200).map(|seed| Plan::seeded(seed, 9)).collect();
        for (seed, plan) in (0..).zip(&plans) {
            assert_eq!(*plan, Plan::seeded(seed, 9));
            assert!(matches!(
                plan.faults[..],
                [PlannedFault {
                    at: Moment::Apdu(1..=9),
                    ..
                }]
            ));
        }
        assert!(plans.iter().any(|plan| plan.faults != plans[0].faults));
    }
}
