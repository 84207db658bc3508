//! The variants of a scenario: which there are, which of them are chosen, and what each is.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use madoguchi_eligibility::{Method, Operation};
use madoguchi_notation::{Diagnostic, Located};

use crate::covering::{self, MOST};
use crate::word::word;
use crate::{
    Act, Axis, Breadth, Combination, Designation, Dialect, Network, Otherwise, Pin, ReaderKind,
    Scenario, SlowLink, Variants, WebFault,
};

/// One axis of a scenario: the values in words, the scenario's own first.
type Choice = (Axis, Vec<String>);

impl Scenario {
    /// The variants that are wanted, the scenario as it is written first. Where it says nothing of
    /// variants, itself.
    #[must_use]
    pub fn variants(&self, breadth: Breadth) -> Vec<Self> {
        let choices = self.choices();
        if choices.is_empty() {
            return vec![self.clone()];
        }
        let levels: Vec<usize> = choices.iter().map(|(_, values)| values.len()).collect();
        let all = || covering::all(&levels, &|row| self.is_allowed(&choices, row));
        let rows = match breadth {
            Breadth::Base => vec![vec![0; levels.len()]],
            Breadth::Pairwise => covering::pairwise(&all()),
            Breadth::All => all(),
        };
        rows.iter().map(|row| self.variant(&choices, row)).collect()
    }

    fn choices(&self) -> Vec<Choice> {
        let choice = |axis: Axis| {
            let others = self.variants.others(axis);
            (!others.is_empty()).then(|| {
                let own = std::iter::once(self.own(axis));
                let others = others.into_iter().map(Located::into_inner);
                (axis, own.chain(others).collect())
            })
        };
        Axis::ALL.iter().copied().filter_map(choice).collect()
    }

    /// The scenario's own value, in a word.
    fn own(&self, axis: Axis) -> String {
        let chosen = |step: &Act| match step {
            Act::ChooseMethod(method) => Some(*method),
            Act::Designate(designation) => Some(designation.method),
            _ => None,
        };
        let given = &self.given;
        match axis {
            Axis::Persona => given.persona.to_string(),
            Axis::Method => {
                let method = self.when.iter().find_map(|step| chosen(step));
                method.unwrap_or(given.method).name().to_owned()
            }
            Axis::Reader if given.card.profile.is_some() => "own".to_owned(),
            Axis::Reader => word(&given.reader.dialect),
            Axis::Network if given.service.proxy => word(&Network::Proxy),
            Axis::Network => word(&Network::Direct),
            Axis::Terminal => word(&given.terminal),
            Axis::Facility => word(&given.facility.kind),
            Axis::Profile => "usual".to_owned(),
        }
    }

    fn is_allowed(&self, choices: &[Choice], row: &[usize]) -> bool {
        let assigned = assigned(choices, row);
        !self
            .variants
            .except
            .iter()
            .any(|never| holds(never, &assigned))
    }

    fn variant(&self, choices: &[Choice], row: &[usize]) -> Self {
        let mut variant = self.clone();
        let mut differs = Vec::new();
        for ((axis, values), at) in choices.iter().zip(row) {
            if let Some(at) = at.checked_sub(1) {
                variant.take(*axis, at);
                differs.push(format!("{axis}={}", values[at + 1]));
            }
        }
        if !differs.is_empty() {
            variant.id = format!("{}@{}", self.id, differs.join(","));
        }
        variant.variant = assigned(choices, row);
        variant.variants = Variants::default();
        for other in &self.variants.expect {
            if holds(&other.condition, &variant.variant) {
                variant.expect(other);
            }
        }
        variant
    }

    /// Takes one of the other values of an axis.
    fn take(&mut self, axis: Axis, at: usize) {
        match axis {
            Axis::Persona => self.given.persona = self.variants.persona[at].clone(),
            Axis::Method => self.when = with_method(&self.when, *self.variants.method[at]),
            Axis::Reader => match *self.variants.reader[at] {
                ReaderKind::Pcsclite => self.given.reader.dialect = Dialect::PcscLite,
                ReaderKind::Windows => self.given.reader.dialect = Dialect::Windows,
                ReaderKind::Contact => {
                    self.given.card.profile = Some("plastic-contact".to_owned().into());
                    self.given.reader.model = Some("ACS ACR39U ICC Reader".to_owned().into());
                }
            },
            Axis::Network => match *self.variants.network[at] {
                Network::Direct => {}
                Network::Proxy => self.given.service.proxy = true,
                Network::Slow => self.given.service.faults.extend(slow()),
            },
            Axis::Terminal => self.given.terminal = *self.variants.terminal[at],
            Axis::Facility => self.given.facility.kind = *self.variants.facility[at],
            // The code that opens the service looks at `variant`.
            Axis::Profile => {}
        }
    }

    fn expect(&mut self, otherwise: &Otherwise) {
        let Otherwise {
            without,
            requirements,
            then,
            ..
        } = otherwise;
        self.requirements.retain(|id| !without.contains(id));
        self.then
            .retain(|expected| !without.contains(&expected.requirement));
        self.requirements.extend(requirements.iter().cloned());
        self.then.extend(then.iter().cloned());
    }

    /// What is wrong with the variants that the types do not see.
    pub(crate) fn wrong_variants(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        for &axis in Axis::ALL {
            let mut seen = BTreeSet::from([self.own(axis)]);
            for other in self.variants.others(axis) {
                if seen.contains(&*other) {
                    wrong.push(said_twice(&other));
                } else {
                    seen.insert(other.into_inner());
                }
            }
        }
        let types_wrong = |step: &Act| matches!(step, Act::EnterPin(pin) if *pin != Pin::Right);
        if let Some(method) = self.variants.method.first()
            && self.when.iter().any(|step| types_wrong(step))
        {
            wrong.push(wrong_pin(method));
        }
        let choices = self.choices();
        let levels: Vec<usize> = choices.iter().map(|(_, values)| values.len()).collect();
        if covering::whole(&levels).is_none() {
            wrong.push(Diagnostic::new(
                "too-many-variants",
                format!("変種が {MOST} を超えます"),
                format!("there are more than {MOST} variants"),
            ));
            // Their conditions would be looked up among too many values.
            return wrong;
        }
        let conditions = self.variants.expect.iter().map(|other| &other.condition);
        for (axis, value) in self.variants.except.iter().chain(conditions).flatten() {
            let known = choices.iter().find(|(known, _)| known == axis);
            let known: Vec<&str> = known.map_or_else(Vec::new, |(_, values)| {
                values.iter().map(String::as_str).collect()
            });
            if !known.contains(&value.as_str()) {
                wrong.push(Diagnostic::unknown_word(value, &known).at(value.location()));
            }
        }
        if !self.is_allowed(&choices, &vec![0; levels.len()]) {
            wrong.push(Diagnostic::new(
                "no-base",
                "except がシナリオ自身を除いています",
                "except leaves the scenario itself out",
            ));
        }
        wrong
    }
}

fn assigned(choices: &[Choice], row: &[usize]) -> BTreeMap<Axis, String> {
    let values = choices.iter().zip(row);
    values
        .map(|((axis, values), at)| (*axis, values[*at].clone()))
        .collect()
}

fn holds(condition: &Combination, assigned: &BTreeMap<Axis, String>) -> bool {
    condition
        .iter()
        .all(|(axis, value)| assigned.get(axis).is_some_and(|is| *is == **value))
}

/// The same steps with the other way of checking: a PIN is entered after the choice, or none at all.
fn with_method(steps: &[Located<Act>], method: Method) -> Vec<Located<Act>> {
    let mut changed = Vec::new();
    for step in steps {
        let there = |act| step.clone().map(|_| act);
        match **step {
            Act::SetMethod(_) => changed.push(there(Act::SetMethod(method))),
            Act::ChooseMethod(_) => {
                changed.push(there(Act::ChooseMethod(method)));
                if method == Method::Pin {
                    changed.push(there(Act::EnterPin(Pin::Right)));
                }
            }
            Act::Designate(designation) => {
                let designation = Designation {
                    method,
                    ..designation
                };
                changed.push(there(Act::Designate(designation)));
                if method == Method::Pin {
                    changed.push(there(Act::EnterPin(Pin::Right)));
                }
            }
            Act::EnterPin(_) => {}
            _ => changed.push(step.clone()),
        }
    }
    changed
}

/// 300 kbit/s for every answer.
fn slow() -> [WebFault; 4] {
    const BYTES_PER_SECOND: NonZeroU32 = NonZeroU32::new(37_500).expect("it is not zero");
    [
        Operation::Login,
        Operation::Challenge,
        Operation::EligibilityByCertificate,
        Operation::EligibilityBySignature,
    ]
    .map(|operation| {
        WebFault::SlowLink(SlowLink {
            operation,
            nth: 1,
            times: u32::MAX,
            bytes_per_second: BYTES_PER_SECOND,
        })
    })
}

fn said_twice(value: &Located<String>) -> Diagnostic {
    Diagnostic::new(
        "said-twice",
        format!("\"{value}\" は重複しています"),
        format!("\"{value}\" is said twice"),
    )
    .at(value.location())
    .hint(
        "シナリオ自身の値は書かず、ほかの値を一度ずつ書いてください",
        "leave the scenario's own value out, and say each other one once",
    )
}

fn wrong_pin(method: &Located<Method>) -> Diagnostic {
    Diagnostic::new(
        "method-fixed",
        "誤った暗証番号を入力するシナリオの方法は変えられません",
        "a scenario in which a wrong PIN is entered has its method",
    )
    .at(method.location())
}
