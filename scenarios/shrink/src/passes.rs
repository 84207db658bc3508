//! In which order a scenario is made smaller.

use madoguchi_scenarios::{Act, Scenario};

use crate::day::{Day, Days, Seen};
use crate::lines::{Line, lines};
use crate::list::{fewer, first, simpler};
use crate::{Trials, given, number, simpler as ways};

/// How often all of it is gone through while something changes.
const ROUNDS: u32 = 3;

/// How far two acts that only go together may lie apart.
const FAR: usize = 6;

/// What is left.
#[derive(Debug, Clone, PartialEq)]
pub struct Smallest {
    /// The scenario.
    pub scenario: Scenario,
    /// As it was seen last.
    pub seen: Seen,
    /// Each line of it that can be left out, and what happens without it. Empty where there was no
    /// time to look.
    pub lines: Vec<Line>,
    /// Whether there was time to try everything.
    pub is_done: bool,
}

/// Makes `scenario` smaller as long as it fails alike. `seen` is what was seen of it.
///
/// # Errors
/// Where no case can be played any more.
pub fn shrink<X: Trials<Scenario, Seen = Seen>>(
    scenario: &Scenario,
    seen: &Seen,
    trials: &mut X,
) -> Result<Smallest, X::Error> {
    let mut search = Search {
        best: Day::new(scenario, seen),
        seen: seen.clone(),
        trials,
    };
    search.tail()?;
    for _ in 0..ROUNDS {
        let mut is_changed = search.faults()?;
        is_changed |= search.visits()?;
        is_changed |= search.acts()?;
        is_changed |= search.pairs()?;
        is_changed |= search.told()?;
        is_changed |= search.usual()?;
        is_changed |= search.replaced()?;
        is_changed |= number::smaller(search.trials, &mut search.best)?;
        if !is_changed {
            break;
        }
    }
    let Search { best, seen, trials } = search;
    let lines = lines(&best, trials)?;
    Ok(Smallest {
        scenario: best.scenario(),
        seen,
        lines,
        is_done: trials.goes_on(),
    })
}

struct Search<'x, X> {
    best: Day,
    seen: Seen,
    trials: &'x mut X,
}

fn take(best: &mut Day, day: &Day, seen: &Seen) {
    *best = day.played(seen);
}

impl<X: Trials<Scenario, Seen = Seen>> Search<'_, X> {
    /// The first of these that fails alike in place of the best.
    fn try_all(&mut self, days: Vec<Day>) -> Result<bool, X::Error> {
        let best = &self.best;
        let days = days.into_iter().filter(|day| day != best);
        let days: Vec<Day> = days.filter_map(Day::possible).collect();
        let found = first(&mut Days(self.trials), days)?;
        Ok(match found {
            Some((_, day, seen)) => {
                take(&mut self.best, &day, &seen);
                self.seen = seen;
                true
            }
            None => false,
        })
    }

    /// What comes after the failure; the staff still close the app.
    fn tail(&mut self) -> Result<bool, X::Error> {
        let acts = self.best.acts.len();
        let close = self.best.acts.last().filter(|act| *act.act == Act::Close);
        let close = close.cloned();
        let ends = std::iter::successors(Some(0), |more| Some(more * 2 + 1));
        let ends = ends.map(|more| self.seen.until + 1 + more);
        let days = ends.take_while(|end| *end + 1 < acts).map(|end| {
            let mut day = self.best.without_acts(end..acts);
            day.acts.extend(close.clone());
            day
        });
        let days = days.collect();
        self.try_all(days)
    }

    fn faults(&mut self) -> Result<bool, X::Error> {
        let count = self.best.faults();
        if count == 0 {
            return Ok(false);
        }
        if self.try_all(vec![self.best.without_faults(0..count)])? {
            return Ok(true);
        }
        if count == 1 {
            return Ok(false);
        }
        self.fewer(count, |day, range| day.without_faults(range))
    }

    fn fewer(
        &mut self,
        count: usize,
        without: impl Fn(&Day, std::ops::Range<usize>) -> Day,
    ) -> Result<bool, X::Error> {
        let seen = std::cell::RefCell::new(&mut self.seen);
        fewer(
            &mut Days(self.trials),
            &mut self.best,
            count,
            |day, range| without(day, range).possible(),
            |best, day, now| {
                take(best, &day, &now);
                **seen.borrow_mut() = now;
            },
        )
    }

    /// A visit from the act that begins it to the one that begins the next.
    fn visits(&mut self) -> Result<bool, X::Error> {
        let count = visits(&self.best).len();
        if count < 2 {
            return Ok(false);
        }
        self.fewer(count, |day, range| {
            let visits = visits(day);
            match visits.get(range.start..range.end) {
                Some([first, .., last]) => day.without_acts(first.start..last.end),
                Some([one]) => day.without_acts(one.clone()),
                _ => day.clone(),
            }
        })
    }

    fn acts(&mut self) -> Result<bool, X::Error> {
        self.fewer(self.best.acts.len(), Day::without_acts)
    }

    /// Acts that can only go together: what is unplugged and plugged in again.
    fn pairs(&mut self) -> Result<bool, X::Error> {
        let mut is_changed = false;
        loop {
            let acts = &self.best.acts;
            let pairs = (0..acts.len()).rev().flat_map(|late| {
                let early = late.saturating_sub(FAR)..late;
                early.rev().map(move |early| (early, late))
            });
            let pairs = pairs
                .filter(|(early, late)| go_together(&acts[*early].act, &acts[*late].act))
                .map(|(early, late)| {
                    let mut day = self.best.without_acts(late..late + 1);
                    day.acts.remove(early);
                    day
                });
            let days = pairs.collect();
            if !self.try_all(days)? {
                return Ok(is_changed);
            }
            is_changed = true;
        }
    }

    /// Expectations, consents and tags.
    fn told(&mut self) -> Result<bool, X::Error> {
        let mut is_changed = self.fewer(self.best.frame.then.len(), |day, range| {
            let mut day = day.clone();
            day.frame.then.drain(range);
            day
        })?;
        is_changed |= self.fewer(self.best.frame.given.consents.len(), |day, range| {
            let mut day = day.clone();
            day.frame.given.consents.drain(range);
            day
        })?;
        Ok(is_changed)
    }

    fn usual(&mut self) -> Result<bool, X::Error> {
        let all = given::all_usual(&self.best);
        if self.try_all(all.into_iter().collect())? {
            return Ok(true);
        }
        self.simpler(given::each_usual)
    }

    fn replaced(&mut self) -> Result<bool, X::Error> {
        self.simpler(ways::replaced)
    }

    fn simpler(&mut self, ways: impl Fn(&Day) -> Vec<Day>) -> Result<bool, X::Error> {
        let seen = std::cell::RefCell::new(&mut self.seen);
        simpler(
            &mut Days(self.trials),
            &mut self.best,
            |day| {
                let others = ways(day).into_iter().filter(|other| other != day);
                others.filter_map(Day::possible).collect::<Vec<_>>()
            },
            |best, day, now| {
                take(best, &day, &now);
                **seen.borrow_mut() = now;
            },
        )
    }
}

/// Where visits begin and end.
fn visits(day: &Day) -> Vec<std::ops::Range<usize>> {
    let begins = |act: &Act| {
        matches!(
            act,
            Act::ChooseMethod(_)
                | Act::AskByNumber(_)
                | Act::SearchEmergency(_)
                | Act::InquireInBulk(_)
                | Act::Designate(_)
                | Act::VisitAgain(_)
                | Act::BrowseHistory(_)
        )
    };
    let acts = day.acts.iter().enumerate();
    let mut starts: Vec<usize> = acts
        .filter(|(_, act)| begins(&act.act))
        .map(|(at, _)| at)
        .collect();
    let is_close = day.acts.last().is_some_and(|act| *act.act == Act::Close);
    starts.push(day.acts.len() - usize::from(is_close));
    let ends = starts.iter().skip(1);
    starts
        .iter()
        .zip(ends)
        .map(|(from, to)| *from..*to)
        .collect()
}

/// Whether one of two acts makes no sense without the other.
fn go_together(early: &Act, late: &Act) -> bool {
    matches!(
        (early, late),
        (
            Act::UnplugReader,
            Act::PlugReader | Act::PlugRenumbered | Act::PlugOther(_)
        ) | (Act::StopService, Act::StartService)
            | (Act::Rival(_), Act::RivalLeaves)
            | (Act::RestartApp(_), Act::Login(_))
            | (Act::Lock, Act::Unlock(_))
            | (Act::HandOver(_), Act::HandOver(_) | Act::Unlock(_))
            | (
                Act::Press(_),
                Act::Press(_) | Act::PressMeanwhile(_) | Act::PlaceCard(_)
            )
            | (Act::EnterPin(_), Act::PlaceCard(_))
            | (Act::PlaceCard(_) | Act::InsertCard(_), Act::TakeCard)
            | (
                Act::ChooseMethod(_),
                Act::EnterPin(_) | Act::PlaceCard(_) | Act::Press(_)
            )
            | (Act::InquireInBulk(_) | Act::VisitAgain(_), Act::FetchResult)
            | (Act::Operate(_), Act::Operate(_))
    )
}
