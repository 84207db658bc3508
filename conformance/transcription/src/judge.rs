//! From an export to verdicts, one for each requirement on a レセコン.

use std::collections::BTreeMap;

use madoguchi_judge::beside::marked;
use madoguchi_judge::finding::{Failure, Finding};
use madoguchi_judge::verdict::{Conduct, MAJOR, Outcome, Verdict, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_requirements::Requirement;
use madoguchi_requirements::statement::Product;
use madoguchi_terms::Lang;
use madoguchi_trace::{ClientNote, Depth, ProfileNote};

use crate::case::{Case, Fate, Made};
use crate::difference::Difference;
use crate::label;
use crate::mapping::Mapping;
use crate::marks::pieces;
use crate::pairing::{Pairing, pair};
use crate::records::records;
use crate::redaction::redacted;
use crate::written::{shown, understood};

/// The verdicts of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdicts, with the records side by side.
    pub verdicts: Verdicts,
}

/// Judges what a program made of a case. Pure: the same export gives the same verdicts.
#[must_use]
pub fn judge(
    mapping: &Mapping,
    case: &Case,
    made: &Made,
    profile: &ProfileNote,
    product: &Product,
) -> Judgement {
    let made = &understood(case, redacted(mapping, case, made));
    let pairing = pair(mapping, case, &made.export);
    let (records, records_left_out) = records(case, &made.export, &pairing);
    let bench = Bench {
        mapping,
        case,
        made,
        pairing: &pairing,
    };
    let mut findings = bench.findings();
    let verdicts = madoguchi_requirements::builtin()
        .of_consumers()
        .iter()
        .map(|requirement| {
            let finding = findings.remove(requirement.id.as_str());
            verdict(case, requirement, finding)
        })
        .collect();
    Judgement {
        verdicts: Verdicts {
            madoguchi_verdict: MAJOR,
            scenario: case.id.clone(),
            variant: BTreeMap::new(),
            purpose: case.purpose.clone(),
            profile: profile.clone(),
            client: Some(ClientNote {
                name: product.name.clone(),
                version: product.version.clone(),
                depth: Depth::L0,
            }),
            undone: Vec::new(),
            binding: Some(mapping.binding().kind()),
            depth: Depth::L0,
            seed: 1,
            conduct: Conduct::Complete,
            verdicts,
            assumptions: profile.assumptions.clone(),
            records,
            records_left_out,
        }
        .harmless(),
    }
}

fn verdict(case: &Case, requirement: &Requirement, finding: Option<Finding>) -> Verdict {
    let id = requirement.id.as_str();
    let outcome = match finding {
        Some(Finding::Pass) => Outcome::Pass,
        Some(Finding::Fail(failure)) => Outcome::Fail(failure),
        Some(Finding::Inconclusive(missing)) => Outcome::Inconclusive {
            missing,
            caused_by: None,
            undone: None,
        },
        Some(Finding::NoOccasion(because)) => Outcome::NotApplicable { because },
        None => Outcome::NotApplicable {
            because: Wording::new(
                "この場面にはその機会がない",
                "this case gives no occasion for it",
            ),
        },
    };
    Verdict {
        requirement: id.to_owned(),
        level: requirement.level,
        assumed: requirement.is_assumed(),
        named: case.requirements.iter().any(|named| named == id),
        rests_on: Vec::new(),
        outcome,
        strict: false,
    }
    .resting()
}

struct Bench<'a> {
    mapping: &'a Mapping,
    case: &'a Case,
    made: &'a Made,
    pairing: &'a Pairing,
}

type Findings = BTreeMap<&'static str, Finding>;

/// Keeps the first failure of a requirement.
fn fail(findings: &mut Findings, id: &'static str, failure: Failure) {
    let finding = findings.entry(id).or_insert(Finding::Pass);
    if !matches!(finding, Finding::Fail(_)) {
        *finding = Finding::Fail(Box::new(failure));
    }
}

/// The requirements on the values of a record.
const ON_VALUES: &[&str] = &[
    "transcription.nothing-dropped",
    "transcription.nothing-truncated",
    "transcription.own-place",
    "transcription.characters-kept",
    "transcription.zeros-kept",
    "transcription.own-patient",
    "transcription.newest-wins",
    "transcription.delivered-not-computed",
    "transcription.as-delivered",
];

impl Bench<'_> {
    fn findings(&self) -> Findings {
        let mut findings = Findings::new();
        self.survival(&mut findings);
        self.arrivals(&mut findings);
        self.values(&mut findings);
        self.refusals(&mut findings);
        self.doubts(&mut findings);
        self.tickets(&mut findings);
        self.inquiry(&mut findings);
        findings
    }

    fn survival(&self, findings: &mut Findings) {
        let id = "transcription.survives";
        findings.insert(id, Finding::Pass);
        if let Some(how) = &self.made.fell {
            let expected = Wording::new("終了コード 0", "exit status 0");
            fail(findings, id, Failure::new(0, expected, how.clone()));
        }
    }

    fn arrivals(&self, findings: &mut Findings) {
        let puts = &self.case.puts;
        let arrives = "transcription.record-arrives";
        if !puts.is_empty() {
            findings.insert(arrives, Finding::Pass);
        }
        for (put, record) in &self.pairing.missing {
            let name = &puts[*put].name;
            let who = who(&puts[*put].records[*record].0);
            let expected = Wording::new(
                format!("{name} の {who} の記録"),
                format!("a record of {who} from {name}"),
            );
            let rows = self.made.export.rows.len();
            let observed = Wording::new(
                format!("書き出された {rows} 件の中にない"),
                format!("none among the {rows} exported"),
            );
            fail(
                findings,
                arrives,
                Failure::new(at(*put), expected, observed),
            );
        }
        let damage = "transcription.nothing-from-damage";
        if puts.iter().any(|put| put.fate == Fate::Refused) {
            findings.insert(damage, Finding::Pass);
        }
        for (row, left) in &self.pairing.surplus {
            let surplus = &self.made.export.rows[*row];
            let place = surplus.sheet.row(surplus.number);
            let observed = Wording::new(
                format!("{}: {}", place.ja, self.row(*row)),
                format!("{}: {}", place.en, self.row(*row)),
            );
            match left {
                Some(put) => {
                    let name = &puts[*put].name;
                    let expected = Wording::new(
                        format!("{name} から記録を作らない"),
                        format!("no record of {name}"),
                    );
                    fail(findings, damage, Failure::new(at(*put), expected, observed));
                }
                None => {
                    let expected = Wording::new("届いた記録だけ", "only what was delivered");
                    fail(findings, arrives, Failure::new(0, expected, observed));
                }
            }
        }
    }

    fn row(&self, row: usize) -> String {
        let values = self.made.export.rows[row].raw.values();
        values.take(6).cloned().collect::<Vec<_>>().join(" / ")
    }

    fn values(&self, findings: &mut Findings) {
        if !self.pairing.pairs.is_empty() {
            findings.extend(ON_VALUES.iter().map(|id| (*id, Finding::Pass)));
        }
        for pair in &self.pairing.pairs {
            for difference in &pair.differences {
                let row = &self.made.export.rows[pair.row];
                let put = &self.case.puts[pair.put];
                let (delivered, made) = shown(difference.field, (put, pair.record), Some(row));
                let place = row.sheet.row(row.number);
                let failure = failure(pair.put, &place, difference, delivered, made);
                fail(findings, difference.cause.requirement(), failure);
            }
        }
    }

    fn refusals(&self, findings: &mut Findings) {
        let id = "transcription.refusal-told";
        let refused: Vec<(usize, &str)> = self
            .case
            .puts
            .iter()
            .enumerate()
            .filter(|(_, put)| put.fate == Fate::Refused)
            .map(|(at, put)| (at, put.name.as_str()))
            .collect();
        if refused.is_empty() {
            return;
        }
        let Some(told) = &self.made.export.refused else {
            let because = Wording::new(
                "対応表に refusals がない",
                "the mapping names no list of refusals",
            );
            findings.insert(id, Finding::NoOccasion(because));
            return;
        };
        findings.insert(id, Finding::Pass);
        for (put, name) in refused {
            if !told.iter().any(|told| told.contains(name)) {
                let expected = Wording::new(
                    format!("{name} を取り込まなかったという知らせ"),
                    format!("a word that {name} was not taken over"),
                );
                let observed = Wording::new("知らせがない", "nothing is said of it");
                fail(findings, id, Failure::new(at(put), expected, observed));
            }
        }
    }

    fn doubts(&self, findings: &mut Findings) {
        let id = "transcription.doubt-told";
        let puts = self.case.puts.iter().enumerate();
        for (put, doubtful) in puts.filter(|(_, put)| put.doubtful) {
            let rows = self.pairing.pairs.iter().filter(|pair| pair.put == put);
            let notes: Vec<Option<&str>> = rows
                .map(|pair| self.made.export.rows[pair.row].note.as_deref())
                .collect();
            let refused = self.made.export.refused.iter().flatten();
            let is_refused = refused
                .into_iter()
                .any(|told| told.contains(&doubtful.name));
            let has_notes = self.mapping.note.is_some();
            let told = if notes.is_empty() {
                doubtful.fate == Fate::Either && is_refused
            } else {
                notes
                    .iter()
                    .all(|note| note.is_some_and(|note| !note.is_empty()))
            };
            if told {
                findings.entry(id).or_insert(Finding::Pass);
            } else if !has_notes {
                let because = Wording::new(
                    "対応表に note がない",
                    "the mapping names no column for notes",
                );
                findings.entry(id).or_insert(Finding::NoOccasion(because));
            } else {
                let name = &doubtful.name;
                let expected = Wording::new(
                    format!("{name} の記録に、確かめるようにという注記"),
                    format!("a mark on the record of {name} that it must be checked"),
                );
                let observed = Wording::new("注記がない", "it has no mark");
                fail(findings, id, Failure::new(at(put), expected, observed));
            }
        }
    }

    /// A ticket of another insurer must be told of, and one of the same must not.
    fn tickets(&self, findings: &mut Findings) {
        let id = "transcription.ticket-checked";
        for (put, delivered) in self.case.puts.iter().enumerate() {
            let Some(differs) = delivered.ticket_of_another_insurer else {
                continue;
            };
            if self.mapping.note.is_none() {
                let because = Wording::new(
                    "対応表に note がない",
                    "the mapping names no column for notes",
                );
                findings.entry(id).or_insert(Finding::NoOccasion(because));
                continue;
            }
            findings.entry(id).or_insert(Finding::Pass);
            let rows = self.pairing.pairs.iter().filter(|pair| pair.put == put);
            for pair in rows {
                let note = self.made.export.rows[pair.row].note.as_deref();
                let note = note.unwrap_or_default();
                if note.is_empty() != differs {
                    continue;
                }
                let name = &delivered.name;
                let (ja, en) = if differs {
                    (
                        "に、券の保険者と違うという注記",
                        "says that the ticket is of another insurer",
                    )
                } else {
                    (
                        "に注記がない (券の保険者は同じ)",
                        "has no mark: the ticket is of its insurer",
                    )
                };
                let expected = Wording::new(
                    format!("{name} の記録{ja}"),
                    format!("the record of {name} {en}"),
                );
                let observed = if note.is_empty() {
                    Wording::new("注記がない", "it has no mark")
                } else {
                    Wording::new(note, note)
                };
                fail(findings, id, Failure::new(at(put), expected, observed));
            }
        }
    }

    fn inquiry(&self, findings: &mut Findings) {
        let Some(inquiry) = &self.made.inquiry else {
            return;
        };
        let id = "transcription.bulk-polled";
        findings.insert(id, Finding::Pass);
        if !inquiry.fetched {
            let wanted = inquiry.processing + 1;
            let asked = inquiry.asked;
            let expected = Wording::new(
                format!("処理中の応答のあとも聞き直す (結果は {wanted} 回目)"),
                format!("it asks on while the result is being made (there at time {wanted})"),
            );
            let observed = Wording::new(
                format!("{asked} 回で聞くのをやめた"),
                format!("it stopped after asking {asked} times"),
            );
            fail(findings, id, Failure::new(0, expected, observed));
        }
    }
}

fn failure(
    put: usize,
    row: &Wording,
    difference: &Difference,
    delivered: Option<&str>,
    made: Option<&str>,
) -> Failure {
    let (expected, observed) = pieces(delivered.unwrap_or_default(), made.unwrap_or_default());
    let (expected, observed) = (marked(&expected), marked(&observed));
    let words = difference.cause.words();
    let say = |lang: Lang, value: &str| {
        let blank = lang.pick("(空)", "(blank)");
        let value = if value.is_empty() { blank } else { value };
        format!("{} {value}", label(difference.field, lang))
    };
    let expected = Wording::new(say(Lang::Ja, &expected), say(Lang::En, &expected));
    let observed = Wording::new(
        format!("{} ({}、{})", say(Lang::Ja, &observed), row.ja, words.ja),
        format!("{} ({}, {})", say(Lang::En, &observed), row.en, words.en),
    );
    Failure::new(at(put), expected, observed)
}

/// The event of a delivery in the case's log: its header is event 0.
fn at(put: usize) -> u64 {
    u64::try_from(put + 1).unwrap_or(u64::MAX)
}

/// A record as people tell it from others.
fn who(record: &madoguchi_eligibility::Fields) -> String {
    use madoguchi_eligibility::Field;
    let fields = [Field::Name, Field::InsuredIdentificationNumber];
    let said: Vec<&str> = fields.iter().filter_map(|f| record.text(*f)).collect();
    said.join(" ")
}
