//! A cell: one flow in which something goes wrong once, or twice.

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Act, Connections, Moment, ReaderFault, Scenario};

use crate::exchange::{Exchange, Place};
use crate::flow::Flow;
use crate::kind::{Kind, What};
use crate::table::KINDS;

/// One thing that goes wrong at one exchange.
#[derive(Debug, Clone, Copy)]
pub struct Strike {
    /// What.
    pub kind: &'static Kind,
    /// At which of the flow's commands, requests or connections, from 1.
    pub nth: usize,
    pub(crate) exchange: Exchange,
}

/// A flow with what goes wrong in it.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What goes wrong, in order.
    pub strikes: Vec<Strike>,
    /// Whether people do something about it, and the next patient comes.
    pub recovers: bool,
    /// Whether it waits for some time.
    pub waits: bool,
    /// What is played.
    pub scenario: Scenario,
}

/// Everything that can go wrong at these exchanges of a flow, in their order.
pub(crate) fn strikes(exchanges: &[Exchange]) -> Vec<Strike> {
    let of = |(at, exchange): (usize, &Exchange)| {
        let exchange = *exchange;
        let letter = exchange.place.letter();
        let same = exchanges[..=at].iter();
        let nth = same.filter(|one| one.place.letter() == letter).count();
        let kinds = KINDS
            .iter()
            .filter(move |kind| kind.strikes(exchange.place));
        kinds.map(move |kind| Strike {
            kind,
            nth,
            exchange,
        })
    };
    exchanges.iter().enumerate().flat_map(of).collect()
}

/// Every cell of a flow in which one thing goes wrong: with people who do something about it and with people
/// who do not. What cannot be helped is not tried with the former.
#[must_use]
pub fn cells(flow: &Flow, exchanges: &[Exchange]) -> Vec<Cell> {
    let each = strikes(exchanges).into_iter();
    each.flat_map(|strike| {
        let ways = [true, false].into_iter();
        let ways = ways.filter(move |recovers| !(*recovers && strike.is_final()));
        ways.map(move |recovers| Cell::new(flow, &[strike], recovers))
    })
    .collect()
}

impl Strike {
    /// Whether it cannot be helped.
    pub(crate) fn is_final(&self) -> bool {
        self.kind.is_final(self.exchange.place)
    }

    fn put_into(&self, scenario: &mut Scenario) {
        let service = &mut scenario.given.service.faults;
        match (self.kind.what, self.exchange.place) {
            (What::Card(what), Place::Command { placed, apdu, .. }) => {
                let at = Moment::Apdu(apdu);
                let fault = ReaderFault { at, placed, what };
                scenario.given.reader.faults.push(fault);
            }
            (_, Place::Request { operation, nth }) => {
                service.extend(self.kind.web(operation, nth));
            }
            (What::Connection(fault), Place::Connection(nth)) => {
                service.push(fault(Connections { nth, times: 1 }));
            }
            _ => {}
        }
    }

    /// The same, once more people have come this far: the card was laid down again, the request was sent
    /// again.
    pub(crate) fn after(mut self, other: &Self, recovers: bool) -> Self {
        match (&mut self.exchange.place, other.exchange.place) {
            (Place::Command { placed, .. }, Place::Command { placed: before, .. })
                if recovers && other.kind.takes_card_away() && *placed >= before =>
            {
                *placed = placed.saturating_add(1);
            }
            (
                Place::Request { operation, nth },
                Place::Request {
                    operation: same,
                    nth: before,
                },
            ) if *operation == same && *nth == before => *nth += 1,
            (Place::Connection(nth), Place::Connection(before)) if *nth == before => *nth += 1,
            _ => {}
        }
        self
    }
}

impl Cell {
    /// A flow with these strikes, in order.
    pub(crate) fn new(flow: &Flow, strikes: &[Strike], recovers: bool) -> Self {
        let mut when: Vec<Act> = Vec::new();
        for (at, act) in flow.scenario().when.iter().enumerate() {
            when.push((**act).clone());
            let struck = strikes.iter().filter(|one| one.exchange.act == at);
            for strike in struck {
                let place = strike.exchange.place;
                if recovers {
                    when.extend(strike.kind.remedy());
                    if !strike.kind.passes() {
                        when.extend(flow.again(at, place));
                    }
                } else if matches!(place, Place::Command { .. }) {
                    when.extend(flow.laid_again(at));
                }
            }
        }
        let mut scenario = flow.played(when, recovers);
        for strike in strikes {
            strike.put_into(&mut scenario);
        }
        let (mut name, mut ja, mut en) = (String::new(), String::new(), String::new());
        for Strike {
            kind,
            nth,
            exchange,
        } in strikes
        {
            name.push_str(&format!("-{}-{}{nth}", kind.name, exchange.place.letter()));
            let [place_ja, place_en] = match exchange.place {
                Place::Command { .. } => ["番目のカード命令で", "card command"],
                Place::Request { .. } => ["番目の要求で", "request"],
                Place::Connection(_) => ["番目の接続で", "connection"],
            };
            ja.push_str(&format!(": {nth} {place_ja}、{}", kind.ja));
            en.push_str(&format!(": {} at {place_en} {nth}", kind.en));
        }
        let [end, ja_end, en_end] = if recovers {
            [
                "-again",
                "。やり直し、次の患者が来る",
                "; it is tried again, and the next patient comes",
            ]
        } else {
            ["", "。そのまま続ける", "; nothing is done about it"]
        };
        scenario.id = format!("sweep/{}{name}{end}", flow.id().replace('/', "-"));
        let Wording {
            ja: of_ja,
            en: of_en,
        } = &flow.scenario().purpose;
        scenario.purpose = Wording::new(
            format!("{of_ja}{ja}{ja_end}"),
            format!("{of_en}{en}{en_end}"),
        );
        let kinds = || strikes.iter().map(|strike| strike.kind);
        let is_left = !recovers && kinds().any(Kind::takes_card_away);
        Self {
            strikes: strikes.to_vec(),
            recovers,
            waits: is_left || kinds().any(Kind::waits),
            scenario,
        }
    }
}
