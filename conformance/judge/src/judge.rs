//! From findings to verdicts: depth, channels, causes, and what a client's early end leaves open.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_notation::Wording;
use madoguchi_requirements::{Catalogue, Level, Requirement};
use madoguchi_scenarios::{Action, Method};
use madoguchi_trace::Binding;
use madoguchi_trace::{Channel, ClientEvent, Depth, Event, Trace, What};

use crate::case::Case;
use crate::cause;
use crate::check;
use crate::ending::{INTERRUPTED, TIME_LIMIT};
use crate::finding::{Failure, Finding};
use crate::undone::Undone;
use crate::verdict::{Conduct, MAJOR, Outcome, Verdict, Verdicts};
use crate::words::{self, Words};

/// Judges a trace by the built-in catalogue. Pure: the same trace gives the same verdicts.
#[must_use]
pub fn judge(trace: &Trace) -> Verdicts {
    let catalogue = madoguchi_requirements::builtin();
    let own = (!trace.header.words.is_empty()).then(|| Words::builtin().with(&trace.header.words));
    let words = own.as_ref().unwrap_or(Words::builtin());
    let read = words::read(words, trace);
    let case = Case::told(&read, trace, words);
    let depth = trace
        .header
        .client
        .as_ref()
        .map_or(Depth::L0, |client| client.depth);
    let conduct = conduct(&case);
    let named: Vec<&str> = case
        .scenario()
        .map_or_else(Vec::new, |scenario| scenario.decides().collect());
    let bench = Bench {
        case: &case,
        depth,
        conduct: &conduct,
        named: &named,
    };
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut undone = Vec::new();
    if conduct != Conduct::NeverGreeted {
        let mut judged: Vec<Judged> = catalogue
            .requirements()
            .iter()
            .map(|requirement| bench.judge(requirement))
            .collect();
        if check::hides_messages(&case) {
            hide(catalogue, &mut judged);
        }
        explain(catalogue, bench.undone(), &mut judged);
        let judged = judged.into_iter();
        verdicts.extend(judged.map(|judged| judged.verdict.resting()));
        verdicts.extend(unknown(catalogue, &named));
        undone = with_consequences(case.undone(), &verdicts);
    }
    Verdicts {
        madoguchi_verdict: MAJOR,
        binding: Some(match (&trace.header.sight, &trace.header.client) {
            (Some(sight), _) => sight.binding,
            (None, Some(_)) => Binding::JsonLines,
            (None, None) => Binding::BlackBox,
        }),
        scenario: trace.header.scenario.clone(),
        variant: case
            .scenario()
            .map_or_else(BTreeMap::new, |scenario| scenario.variant.clone()),
        purpose: case
            .scenario()
            .map_or_else(Wording::default, |scenario| scenario.purpose.clone()),
        profile: trace.header.profile.clone(),
        client: trace.header.client.clone(),
        depth,
        seed: trace.header.seed,
        assumptions: assumptions(&verdicts),
        conduct,
        undone,
        verdicts,
        records: Vec::new(),
        records_left_out: 0,
    }
    .harmless()
}

fn conduct(case: &Case<'_>) -> Conduct {
    let header = &case.trace().header;
    let driven = header.channels.contains(&Channel::Client);
    if driven && header.client.is_none() {
        return Conduct::NeverGreeted;
    }
    let Some(scenario) = case.scenario().filter(|_| driven) else {
        return Conduct::Complete;
    };
    let steps = case.acts_done();
    let exit = case.events().find_map(|event| match &event.what {
        What::Exit(exit) => Some((event.seq, exit)),
        _ => None,
    });
    let last_step = case.steps().last().map_or(0, |(at, _)| at);
    match exit {
        Some((_, exit)) if exit.why.as_deref() == Some(INTERRUPTED) => Conduct::Cut,
        // the last step is `close`, after which a client may go
        Some((at, exit)) if steps < scenario.when.len() || at < last_step => Conduct::Ended {
            at,
            code: exit.code,
            why: exit.why.as_deref().map(str::to_owned),
        },
        Some((at, exit)) if exit.why.is_some() => Conduct::Ended {
            at,
            code: exit.code,
            why: exit.why.as_deref().map(str::to_owned),
        },
        None if steps < scenario.when.len() || is_unanswered(case) => Conduct::Cut,
        _ => Conduct::Complete,
    }
}

/// Whether the client never said what became of the last act that it was told of. After `close` it need
/// not.
fn is_unanswered(case: &Case<'_>) -> bool {
    let mut told = case.steps().rev().filter(|(_, step)| step.id > 0);
    let Some((at, last)) = told.next().filter(|(_, last)| last.action != Action::Close) else {
        return false;
    };
    let is_done = |event: &Event| matches!(&event.what, What::Client(ClientEvent::Done { r#do }) if *r#do == last.id);
    let answers = case
        .events()
        .any(|event| matches!(event.what, What::Client(ClientEvent::Done { .. })));
    answers && !case.events_between(at..u64::MAX).any(is_done)
}

/// What a verdict on any requirement of one case depends on.
struct Bench<'a> {
    case: &'a Case<'a>,
    depth: Depth,
    conduct: &'a Conduct,
    named: &'a [&'a str],
}

impl Bench<'_> {
    fn judge(&self, requirement: &Requirement) -> Judged {
        let named = self.named.contains(&requirement.id.as_str());
        let finding = match self.decidable(requirement) {
            Ok(()) => Ok(self.finding(requirement)),
            Err(outcome) => self.violation(requirement).ok_or(outcome),
        };
        let is_idle = matches!(finding, Ok(Finding::NoOccasion(_)));
        let outcome = match finding {
            Err(outcome) => outcome,
            // What was not seen may have come after the end of the trace.
            Ok(Finding::Fail(_)) if *self.conduct == Conduct::Cut => {
                self.open().map_or(Outcome::Pass, inconclusive)
            }
            // The client hung, and we ended it: what is missing might have come.
            Ok(Finding::Fail(failure)) if self.hung() && self.case.end() <= failure.until => {
                self.open().map_or(Outcome::Pass, inconclusive)
            }
            Ok(Finding::Fail(failure)) if self.kept_from(requirement, &failure).is_some() => {
                let undone = self.kept_from(requirement, &failure);
                not_reached(failure.observed, undone.map(|undone| undone.step))
            }
            Ok(Finding::Fail(failure)) => {
                Outcome::Fail(Box::new(self.in_own_words(failure.missing(0).said(false))))
            }
            Ok(Finding::Inconclusive(missing)) => inconclusive(missing),
            Ok(Finding::Pass) => self.open().map_or(Outcome::Pass, inconclusive),
            Ok(Finding::NoOccasion(occasion)) => {
                let Wording { ja, en } = occasion;
                let why = Wording::new(
                    format!("起きなかった: {ja}"),
                    format!("did not occur: {en}"),
                );
                if named && !self.is_excused(requirement) {
                    inconclusive(self.open().unwrap_or(why))
                } else {
                    Outcome::NotApplicable { because: why }
                }
            }
        };
        let verdict = Verdict {
            requirement: requirement.id.to_string(),
            level: requirement.level,
            assumed: requirement.is_assumed(),
            named,
            rests_on: Vec::new(),
            outcome,
            strict: false,
        };
        Judged { verdict, is_idle }
    }

    /// The acts that could not be done, where the case came to its end all the same.
    fn undone(&self) -> &[Undone] {
        match self.conduct {
            Conduct::Complete => self.case.undone(),
            _ => &[],
        }
    }

    /// The act that could not be done, and of which what is missing might have come.
    fn kept_from(&self, requirement: &Requirement, failure: &Failure) -> Option<&Undone> {
        let at_the_end = failure.at >= self.case.end();
        let since = match failure.before.first() {
            Some(first) => failure.at.min(*first),
            None if at_the_end => 0,
            None => failure.at,
        };
        let mut undone = self.undone().iter();
        undone.find(|undone| {
            let is_between = since <= undone.at && undone.at < failure.until;
            undone.is_of_a_button()
                && is_between
                && !failure.is_said
                && !undone.is_asked_for_by(&requirement.id)
        })
    }

    /// Whether our own time limit ended the client in the middle of an act.
    fn hung(&self) -> bool {
        let by_limit = |why: &str| why.starts_with(TIME_LIMIT);
        matches!(self.conduct, Conduct::Ended { why: Some(why), .. } if by_limit(why))
    }

    /// The same, with the client's own title of the screen that shows it, where that is another.
    fn in_own_words(&self, mut failure: Failure) -> Failure {
        let read = match self.case.trace().event(failure.at).map(|event| &event.what) {
            Some(What::Client(ClientEvent::Screen(screen))) => &screen.title,
            _ => return failure,
        };
        let own = self.case.own_title(failure.at);
        if let Some(own) = own.filter(|own| *own != read.as_str()) {
            let Wording { ja, en } = &mut failure.observed;
            ja.push_str(&format!(" (画面の題名は「{own}」)"));
            en.push_str(&format!(" (the screen calls itself 「{own}」)"));
        }
        failure
    }

    /// Whether the wire never gives an occasion: on one that takes a PIN without a signature nobody
    /// signs a nonce.
    fn is_excused(&self, requirement: &Requirement) -> bool {
        requirement.id.as_str() == "service.signed-challenge" && !self.case.is_signed(Method::Pin)
    }

    /// What the recorded channels show of a requirement that cannot be passed on them alone.
    fn violation(&self, requirement: &Requirement) -> Option<Finding> {
        let recorded = &self.case.trace().header.channels;
        let alone = &requirement.violation_on;
        let is_seen = !alone.is_empty()
            && requirement.depth <= self.depth
            && alone.iter().all(|channel| recorded.contains(channel));
        let finding = is_seen.then(|| self.finding(requirement))?;
        matches!(finding, Finding::Fail(_)).then_some(finding)
    }

    /// Whether enough of the client and of the traffic was observed.
    fn decidable(&self, requirement: &Requirement) -> Result<(), Outcome> {
        if requirement.depth > self.depth {
            let (least, own) = (requirement.depth, self.depth);
            let because = Wording::new(
                format!("観測の深さ {own:?} では見えない ({least:?} が必要)"),
                format!("cannot be seen at depth {own:?}; {least:?} is needed"),
            );
            // a log from the field was not made with a depth in mind: more could have been seen
            return Err(if self.case.trace().header.scenario.is_empty() {
                inconclusive(because)
            } else {
                Outcome::NotApplicable { because }
            });
        }
        let channels = &self.case.trace().header.channels;
        match requirement
            .channels
            .iter()
            .find(|channel| !channels.contains(channel))
        {
            None => Ok(()),
            Some(channel) => Err(inconclusive(Wording::new(
                format!("記録にチャネル {} がない", name(*channel)),
                format!("the channel {} was not recorded", name(*channel)),
            ))),
        }
    }

    /// The check's own finding together with what the scenario expects.
    fn finding(&self, requirement: &Requirement) -> Finding {
        let own = match check::of(&requirement.id) {
            Some(check) => check(self.case),
            None => Finding::NoOccasion(Wording::default()),
        };
        let own = check::seen(self.case, requirement, own);
        let mut findings = vec![because(own, |failure| {
            cause::of(self.case, requirement, failure)
        })];
        // what a scenario expects says nothing of the cause that the requirement guesses
        let expected = check::expectations(self.case, &requirement.id, self.depth);
        findings.extend(expected.into_iter().map(|finding| {
            because(finding, |failure| {
                cause::before(self.case, &requirement.id, failure)
            })
        }));
        let weight = |finding: &Finding| match finding {
            Finding::Fail(_) => 3,
            Finding::Inconclusive(_) => 2,
            Finding::Pass => 1,
            Finding::NoOccasion(_) => 0,
        };
        // the first of the heaviest: the check speaks before the scenario
        findings
            .into_iter()
            .reduce(|best, next| {
                if weight(&next) > weight(&best) {
                    next
                } else {
                    best
                }
            })
            .unwrap_or(Finding::NoOccasion(Wording::default()))
    }

    /// Why nothing can pass: the case did not come to its end.
    fn open(&self) -> Option<Wording> {
        match self.conduct {
            Conduct::Ended { why: Some(why), .. } if why.starts_with(TIME_LIMIT) => {
                self.conduct.in_words()
            }
            Conduct::Ended { at, .. } => Some(Wording::new(
                format!("プログラムが途中で終了した (#{at})"),
                format!("the client ended before the case did (#{at})"),
            )),
            Conduct::Cut => Some(Wording::new(
                "記録が途中で終わっている",
                "the trace ends before the case does",
            )),
            Conduct::Complete | Conduct::NeverGreeted => None,
        }
    }
}

/// The same, with the cause of a failure.
fn because(finding: Finding, cause: impl Fn(&Failure) -> Option<Wording>) -> Finding {
    match finding {
        Finding::Fail(failure) => {
            let likely = cause(&failure);
            Finding::Fail(Box::new(Failure { likely, ..*failure }))
        }
        finding => finding,
    }
}

const fn inconclusive(missing: Wording) -> Outcome {
    not_reached(missing, None)
}

/// Not decided, because this act could not be done.
const fn not_reached(missing: Wording, undone: Option<usize>) -> Outcome {
    Outcome::Inconclusive {
        missing,
        caused_by: None,
        undone,
    }
}

/// The acts that could not be done with what hangs on each.
fn with_consequences(undone: &[Undone], verdicts: &[Verdict]) -> Vec<Undone> {
    let mut undone = undone.to_vec();
    for undone in &mut undone {
        for verdict in verdicts {
            let id = &verdict.requirement;
            match &verdict.outcome {
                Outcome::Fail(_) if undone.is_asked_for_by(id) => undone.breaks.push(id.clone()),
                Outcome::Inconclusive {
                    undone: Some(step), ..
                } if *step == undone.step => undone.leaves_open.push(id.clone()),
                _ => {}
            }
        }
    }
    undone
}

const fn name(channel: Channel) -> &'static str {
    match channel {
        Channel::Card => "card",
        Channel::Pcsc => "pcsc",
        Channel::Web => "web",
        Channel::Client => "client",
        Channel::Process => "process",
        Channel::Disk => "disk",
        Channel::Network => "network",
    }
}

/// A verdict before its causes are known.
struct Judged {
    verdict: Verdict,
    /// There was no occasion to break the requirement.
    is_idle: bool,
}

/// Where a message could not be read, what is judged by the client's messages is not judged at all: the
/// unread one may have said what is missing.
fn hide(catalogue: &Catalogue, judged: &mut [Judged]) {
    for Judged { verdict, .. } in judged {
        let known = catalogue.get(&verdict.requirement);
        let needs_messages = known.is_some_and(|known| known.depth >= Depth::L2);
        if let (true, Outcome::Fail(failure)) = (needs_messages, &verdict.outcome) {
            verdict.outcome = Outcome::Inconclusive {
                missing: failure.observed.clone(),
                caused_by: Some(check::MESSAGES.to_owned()),
                undone: None,
            };
        }
    }
}

/// A failure that an earlier one explains is not a failure of its own, and an occasion that did
/// not come is taken to have been missed for the first thing that went wrong: a failure, or an act that could
/// not be done. What advice explains still
/// counts where the case is there to decide it; elsewhere advice, which need not be followed, excuses
/// nothing.
fn explain(catalogue: &Catalogue, undone: &[Undone], judged: &mut [Judged]) {
    let mut failed: BTreeMap<String, u64> = judged
        .iter()
        .filter_map(|Judged { verdict, .. }| match &verdict.outcome {
            Outcome::Fail(failure) => Some((verdict.requirement.clone(), failure.at)),
            _ => None,
        })
        .collect();
    // that the program ended is told of itself only where nothing else went wrong
    let own = (failed.len() > 1).then(|| failed.remove(check::STAYS_OPEN));
    let has_more = own.flatten().is_some();
    let causes = |id: &str| {
        catalogue
            .get(id)
            .map_or(&[][..], |requirement| &requirement.caused_by)
    };
    let is_advice = |id: &str| {
        let known = catalogue.get(id);
        known.is_some_and(|known| known.level == Level::Advice)
    };
    let is_root = |id: &str| {
        !causes(id)
            .iter()
            .any(|cause| failed.contains_key(cause.as_str()))
    };
    let first = failed
        .iter()
        .filter(|(id, _)| is_root(id))
        .min_by_key(|(_, at)| **at);
    let stuck = undone
        .first()
        .filter(|undone| first.is_none_or(|(_, at)| undone.at < *at));
    for Judged { verdict, is_idle } in judged {
        let would_vanish = !verdict.named
            && verdict.level != Level::Advice
            && matches!(verdict.outcome, Outcome::Fail(_));
        let listed = causes(&verdict.requirement)
            .iter()
            .map(|cause| cause.as_str())
            .find(|cause| failed.contains_key(*cause) && !(would_vanish && is_advice(cause)));
        let is_last_word = has_more && verdict.requirement == check::STAYS_OPEN;
        let missed = first.map(|(id, _)| id.as_str());
        let missed = missed.filter(|_| *is_idle || is_last_word);
        let stuck = stuck.filter(|_| *is_idle && listed.is_none());
        if let (Some(stuck), Outcome::Inconclusive { undone, .. }) = (stuck, &mut verdict.outcome) {
            undone.get_or_insert(stuck.step);
            continue;
        }
        let Some(cause) = listed.or(missed) else {
            continue;
        };
        let missing = match &verdict.outcome {
            Outcome::Fail(failure) => failure.observed.clone(),
            Outcome::Inconclusive { missing, .. } => missing.clone(),
            _ => continue,
        };
        verdict.outcome = Outcome::Inconclusive {
            missing,
            caused_by: Some(cause.to_owned()),
            undone: None,
        };
    }
}

/// Requirements that the scenario names and this catalogue does not have.
fn unknown(catalogue: &Catalogue, named: &[&str]) -> Vec<Verdict> {
    let ids: BTreeSet<&str> = named.iter().copied().collect();
    ids.into_iter()
        .filter(|id| catalogue.get(id).is_none())
        .map(|id| Verdict {
            requirement: id.to_owned(),
            level: Level::Should,
            assumed: true,
            named: true,
            rests_on: Vec::new(),
            outcome: Outcome::Error {
                because: Wording::new(
                    "この版の madoguchi にこの要件はない",
                    "this version of madoguchi has no such requirement",
                ),
            },
            strict: false,
        })
        .collect()
}

/// What whatever was decided rests on.
fn assumptions(verdicts: &[Verdict]) -> Vec<String> {
    let decided: BTreeSet<&String> = verdicts
        .iter()
        .flat_map(|verdict| &verdict.rests_on)
        .collect();
    decided.into_iter().cloned().collect()
}
