//! How long a scenario lets its client wait in real time, which nothing can shorten.

use std::time::Duration;

use crate::{Fault, Hold, Scenario, WebFault};

/// How long a client is taken to wait for what never comes, where the scenario does not say how patient
/// it is to be.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// One frame waiting time of the cards here, for which a card asks several times over (FWI 10).
const FRAME: Duration = Duration::from_millis(302);

impl Scenario {
    /// Time in which the scenario only waits, as far as it says so: answers of the service or the card
    /// that come late or not at all, a card that another program keeps. An estimate for a plan; a `wait` step takes no time.
    #[must_use]
    pub fn standstill(&self) -> Duration {
        let patience = self
            .given
            .patience_ms
            .map_or(PATIENCE, |ms| Duration::from_millis(u64::from(ms.get())));
        let on_the_way = self.given.service.faults.iter();
        let on_the_way: Duration = on_the_way.map(|fault| standstill(fault, patience)).sum();
        let at_the_card = self.given.reader.faults.iter();
        let at_the_card: Duration = at_the_card.map(|fault| pause(&fault.what, patience)).sum();
        on_the_way.saturating_add(at_the_card)
    }
}

fn pause(fault: &Fault, patience: Duration) -> Duration {
    match fault {
        Fault::Hangs {}
        | Fault::Rival {
            hold: Hold::Transaction,
            ..
        } => patience,
        Fault::Late(span) => *span,
        Fault::WaitingTime {
            requests,
            multiplier,
        } => FRAME * u32::from(*requests) * u32::from(*multiplier),
        _ => Duration::ZERO,
    }
}

fn standstill(fault: &WebFault, patience: Duration) -> Duration {
    match fault {
        WebFault::Silent(at) => patience.saturating_mul(at.times),
        WebFault::Delay(at) => {
            let late = Duration::from_millis(u64::from(at.ms)).saturating_mul(at.times);
            late.min(patience.saturating_mul(at.times))
        }
        WebFault::TooManyRequests(at) => {
            Duration::from_secs(u64::from(at.retry_after)).min(patience)
        }
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    fn standstill_of(id: &str) -> Duration {
        let catalogue = Catalogue::builtin();
        let entry = catalogue.entries().iter().find(|entry| entry.id == id);
        let scenario: Scenario = madoguchi_notation::load(id, &entry.unwrap().text).unwrap();
        scenario.standstill()
    }

    #[test]
    fn who_waits_for_nothing_waits_as_long_as_the_client_is_patient() {
        assert_eq!(standstill_of("web/silent"), Duration::from_secs(2));
        assert_eq!(standstill_of("reader/held"), Duration::from_secs(2));
        assert_eq!(standstill_of("web/slow-link"), Duration::from_millis(800));
        assert_eq!(standstill_of("happy/pin"), Duration::ZERO);
    }

    #[test]
    fn a_card_that_asks_for_time_gets_it() {
        assert_eq!(standstill_of("card/late"), Duration::from_millis(600));
        assert_eq!(standstill_of("card/more-time"), 10 * FRAME);
    }
}
