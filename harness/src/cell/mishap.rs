//! A scenario's words for what goes wrong at the reader, as the plan that the reader follows.

use madoguchi_reader::{
    Dialect, Event, Fault, Harm, Hold, Mishap, Moment, Personality, Plan, ReturnCode,
};
use madoguchi_reader::{Interface, Model};
use madoguchi_scenarios as scenario;
use madoguchi_scenarios::{ReaderFault, ReaderGiven};

/// The faults of a scenario, each with the placing for which it is planned.
pub(crate) struct Faults(Vec<(u32, Mishap)>);

impl Faults {
    /// # Errors
    /// The return code that nobody knows. The text is for people.
    pub(crate) fn of(faults: &[ReaderFault]) -> Result<Self, String> {
        let planned = |fault: &ReaderFault| Ok((fault.placed.get(), mishap(fault)?));
        faults
            .iter()
            .map(planned)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Plans one more, for the placing with this number.
    pub(crate) fn add(&mut self, placed: u32, mishap: Mishap) {
        self.0.push((placed, mishap));
    }

    /// What goes wrong with the placing that has this number.
    pub(crate) fn plan(&self, placed: u32, seed: u64) -> Plan {
        let meant = self.0.iter().filter(|(other, _)| *other == placed);
        Plan {
            seed,
            mishaps: meant.map(|(_, mishap)| *mishap).collect(),
        }
    }
}

/// One fault.
///
/// # Errors
/// The return code that nobody knows. The text is for people.
pub(crate) fn mishap(fault: &ReaderFault) -> Result<Mishap, String> {
    let at = match fault.at {
        scenario::Moment::Apdu(number) => Moment::Apdu(number.get()),
        scenario::Moment::Instruction { ins, nth } => Moment::Instruction {
            ins: ins.value(),
            nth: nth.get(),
        },
        scenario::Moment::After(span) => Moment::After(span.duration()),
    };
    Ok(Mishap {
        at,
        what: what(&fault.what)?,
    })
}

fn what(what: &scenario::Mishap) -> Result<Fault, String> {
    use scenario::Mishap as Said;
    let code = |code: &Option<_>| {
        code.as_deref()
            .map(String::as_str)
            .map(return_code)
            .transpose()
    };
    Ok(match what {
        Said::Torn {
            carried_out,
            code: rv,
        } => Fault::Exchange(Harm::Torn {
            carried_out: *carried_out,
            rv: code(rv)?,
        }),
        Said::Mute {} => Fault::Exchange(Harm::Mute),
        Said::Damaged {
            carried_out,
            code: rv,
        } => Fault::Exchange(Harm::Damaged {
            carried_out: *carried_out,
            rv: code(rv)?,
        }),
        Said::Status(sw) => Fault::Exchange(Harm::Status(sw.status())),
        Said::Truncated(len) => Fault::Exchange(Harm::Truncated((*len).into())),
        Said::Overlong(len) => Fault::Exchange(Harm::Overlong((*len).into())),
        Said::Late(by) => Fault::Exchange(Harm::Late(by.duration())),
        Said::WaitingTime {
            requests,
            multiplier,
        } => Fault::Exchange(Harm::WaitingTime {
            requests: requests.get(),
            multiplier: multiplier.get(),
        }),
        Said::Reset {} => Fault::Around(Event::Reset),
        Said::Rival { hold: what, stays } => Fault::Around(Event::Rival {
            hold: hold(*what),
            stays: stays.duration(),
        }),
        Said::Unplugged {} => Fault::Around(Event::Unplugged),
        Said::ReaderFails {} => Fault::Around(Event::ReaderFails),
        Said::ServiceStops { back_after } => Fault::Around(Event::ServiceStops {
            back_after: back_after.map(scenario::Span::duration),
        }),
    })
}

/// A return code by its name in `pcsclite.h` or its eight hexadecimal digits.
fn return_code(code: &str) -> Result<ReturnCode, String> {
    scenario::return_code_bits(code)
        .map(ReturnCode::new)
        .or_else(|| ReturnCode::named(code))
        .ok_or_else(|| {
            format!(
                "unknown return code \"{code}\"; write a name of pcsclite.h or eight hexadecimal \
                 digits, such as SCARD_W_REMOVED_CARD or 80100069"
            )
        })
}

/// What another application has of the card.
pub(crate) const fn hold(hold: scenario::Hold) -> Hold {
    match hold {
        scenario::Hold::Connection => Hold::Connection,
        scenario::Hold::Transaction => Hold::Transaction,
        scenario::Hold::Exclusive => Hold::Exclusive,
    }
}

/// Whose rules the readers follow.
pub(crate) const fn dialect(dialect: scenario::Dialect) -> Dialect {
    match dialect {
        scenario::Dialect::Pcsclite => Dialect::PcscLite,
        scenario::Dialect::Windows => Dialect::Windows,
    }
}

/// The readers of a counter, and which of them the card is laid on: the half that meets it, or
/// the first.
pub(crate) fn readers(given: &ReaderGiven, meets: Interface) -> (Vec<Personality>, usize) {
    /// The reader of every cell that says nothing else.
    const PLAIN: &str = "madoguchi Virtual Contactless Reader 00 00";
    let model = given.model.as_deref().and_then(|name| Model::named(name));
    let readers = match (model, given.dialect) {
        (None, _) => vec![Personality::from(PLAIN)],
        (Some(model), scenario::Dialect::Pcsclite) => model.personalities(None, 0),
        (Some(model), scenario::Dialect::Windows) => (0..)
            .zip(model.personalities(None, 0))
            .map(|(unit, reader)| Personality {
                name: model.windows_name(unit),
                ..reader
            })
            .collect(),
    };
    let fits = readers.iter().position(|reader| reader.interface == meets);
    (readers, fits.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> Result<Fault, String> {
        let json = format!(r#"{{"at":{{"apdu":1}},"what":{text}}}"#);
        let fault: ReaderFault = serde_json::from_str(&json).unwrap();
        mishap(&fault).map(|mishap| mishap.what)
    }

    #[test]
    fn a_return_code_is_a_name_or_eight_digits() {
        for code in ["SCARD_E_NOT_TRANSACTED", "80100016"] {
            let torn = planned(&format!(r#"{{"torn":{{"code":"{code}"}}}}"#));
            assert_eq!(
                torn,
                Ok(Fault::Exchange(Harm::Torn {
                    carried_out: false,
                    rv: Some(ReturnCode::NOT_TRANSACTED),
                }))
            );
        }
        assert!(planned(r#"{"torn":{"code":"SCARD_E_TORN"}}"#).is_err());
    }

    #[test]
    fn a_word_alone_is_the_word_with_nothing() {
        assert_eq!(planned(r#""mute""#), planned(r#"{"mute":{}}"#));
        assert_eq!(planned(r#""unplugged""#), Ok(Event::Unplugged.into()));
        assert_eq!(
            planned(r#""torn""#),
            planned(r#"{"torn":{"carried-out":false}}"#)
        );
    }

    #[test]
    fn the_card_lies_on_the_half_that_meets_it() {
        let given = ReaderGiven {
            model: Some("ACS ACR1252 Dual Reader".to_owned().into()),
            ..ReaderGiven::default()
        };
        for (meets, name) in [
            (Interface::Contact, " ICC]"),
            (Interface::Contactless, " PICC]"),
        ] {
            let (readers, at) = readers(&given, meets);
            assert_eq!(readers.len(), 2);
            assert!(readers[at].name.contains(name));
        }
        let (plain, 0) = readers(&ReaderGiven::default(), Interface::Contactless) else {
            panic!("one reader");
        };
        assert_eq!(plain.len(), 1);
    }
}
