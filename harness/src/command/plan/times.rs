//! How long cases took in earlier runs, and how long one that was not measured may take.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use madoguchi_report::junit;
use madoguchi_scenarios::Scenario;

use crate::command::trouble::Trouble;
use crate::command::{input, judge};

/// What one act counts as where nothing was measured, and what waiting so long counts as then.
const ACT: Duration = Duration::from_millis(100);

/// Times of earlier runs, by scenario and wire profile.
#[derive(Debug, Default)]
pub(super) struct Times {
    measured: BTreeMap<String, BTreeMap<String, Duration>>,
}

impl Times {
    /// What these files and folders have; of a case that was measured several times, the longest.
    pub(super) fn read(named: &[PathBuf]) -> Result<Self, Trouble> {
        let mut times = Self::default();
        for path in named {
            if path.is_dir() {
                for trace in judge::stored(std::slice::from_ref(path))? {
                    let trace = judge::read(trace)?;
                    let took = trace.events.last().map_or(0, |event| event.us);
                    let header = trace.header;
                    times.add(
                        header.scenario,
                        header.profile.name,
                        Duration::from_micros(took),
                    );
                }
            } else {
                let text = input::text(path, input::MADE)?;
                let read = junit::times(&text).map_err(|why| Trouble::NoTimes {
                    path: path.clone(),
                    why,
                })?;
                for (scenario, profile, took) in read {
                    times.add(scenario, profile, took);
                }
            }
        }
        Ok(times)
    }

    fn add(&mut self, scenario: String, profile: String, took: Duration) {
        let of_it = self.measured.entry(scenario).or_default();
        let longest = of_it.entry(profile).or_default();
        *longest = took.max(*longest);
    }

    /// Whether there is any.
    pub(super) fn is_empty(&self) -> bool {
        self.measured.is_empty()
    }

    /// How long it took on this wire, or else on another.
    fn of(&self, scenario: &str, profile: &str) -> Option<Duration> {
        let of_it = self.measured.get(scenario)?;
        let own = of_it.get(profile).copied();
        own.or_else(|| of_it.values().copied().max())
    }

    /// What each of these counts as, in milliseconds: what was measured; else its acts, each as long as one of the
    /// measured cases takes in the middle, and the time in which it only waits.
    pub(super) fn weights(&self, scenarios: &[Scenario], profile: &str) -> Vec<u64> {
        let acts = |scenario: &Scenario| {
            u32::try_from(scenario.when.len())
                .unwrap_or(u32::MAX)
                .max(1)
        };
        let measured = scenarios.iter().filter_map(|one| {
            let took = self.of(&one.id, profile)?;
            Some(took.saturating_sub(one.standstill()) / acts(one))
        });
        let mut of_one_act: Vec<Duration> = measured.collect();
        of_one_act.sort();
        let act = of_one_act.get(of_one_act.len() / 2).copied().unwrap_or(ACT);
        let weight = |one: &Scenario| {
            let estimate = || (act * acts(one)).saturating_add(one.standstill());
            let took = self.of(&one.id, profile).unwrap_or_else(estimate);
            u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1)
        };
        scenarios.iter().map(weight).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::selection::Selection;

    fn scenarios(ids: &[&str]) -> Vec<Scenario> {
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        Selection::by_id(&ids).scenarios().unwrap()
    }

    #[test]
    fn without_times_acts_count_and_waiting_as_long_as_it_takes() {
        let cases = scenarios(&["happy/visual", "web/silent"]);
        let weights = Times::default().weights(&cases, "mock-2025.05");
        let acts = cases[0].when.len() as u64;
        assert_eq!(weights[0], acts * 100);
        assert!(weights[1] >= 2000, "{weights:?}");
    }

    #[test]
    fn what_was_measured_counts_and_says_how_long_an_act_is() {
        let cases = scenarios(&["happy/visual", "happy/pin"]);
        let mut times = Times::default();
        assert!(times.is_empty());
        let acts = cases[0].when.len() as u64;
        let took = Duration::from_millis(acts * 40);
        let id = &cases[0].id;
        times.add(id.clone(), "mock-2025.05".into(), took);
        times.add(id.clone(), "mock-2025.05".into(), took / 2);
        let weights = times.weights(&cases, "mock-2025.05");
        assert_eq!(weights, [acts * 40, cases[1].when.len() as u64 * 40]);
        // on a wire on which none was measured, what another one took
        assert_eq!(times.weights(&cases, "mock-2026.06"), weights);
    }
}
