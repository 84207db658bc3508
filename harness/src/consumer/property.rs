//! Invented persons by the hundred instead of a scenario: any person who may be delivered is taken over as
//! delivered. Where that fails, the smallest person with whom it fails is looked for and left as a
//! scenario of one's own.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use madoguchi_delivery::{Charset, Label, LineEnd, Manner, Person, invented, simpler};
use madoguchi_judge::verdict::Overall;
use madoguchi_notation::{Located, Offset, Wording};
use madoguchi_shrink::{Otherwise, Outcome, Trials, fewer, simpler as simpler_of};
use serde_json::json;

use super::not_played::NotPlayed;
use super::play::{Played, Setting, play};
use super::scenario::{Act, Deliver, Scenario, Way};
use crate::entropy::{self, Consumer};
use crate::interrupt;

/// How often a program is started while the smallest person is looked for.
const TRIES: u32 = 400;

/// Whether deliveries fail as the first ones did.
struct Trying<'a> {
    setting: &'a Setting<'a>,
    folder: &'a Path,
    /// The requirements that the first ones broke.
    like: BTreeSet<String>,
    tries: u32,
}

impl Trials<Vec<Guest>> for Trying<'_> {
    type Seen = ();
    type Error = NotPlayed;

    /// There is one program.
    fn width(&self) -> usize {
        1
    }

    fn goes_on(&self) -> bool {
        self.tries < TRIES && !interrupt::interrupted()
    }

    fn play(&mut self, cases: &[Vec<Guest>]) -> Result<Vec<Outcome<()>>, NotPlayed> {
        let tried = cases.iter().map(|guests| {
            self.tries += 1;
            let broken = broken(&play(self.setting, &scenario(guests), self.folder)?);
            Ok(if !self.like.is_disjoint(&broken) {
                Outcome::Same(())
            } else if broken.is_empty() {
                Outcome::Not(Otherwise::Passes)
            } else {
                Outcome::Not(Otherwise::Fails(broken))
            })
        });
        tried.collect()
    }
}

/// A person and the way to the program.
#[derive(Debug, Clone)]
struct Guest {
    person: Person,
    by: Way,
    charset: Charset,
}

/// Delivers `count` persons. A failure ends with the smallest person that shows it; the program is
/// started again for each that is tried.
///
/// # Errors
/// Where the program, the disk or the mapping does not let it.
pub(crate) fn play_persons(
    setting: &Setting<'_>,
    count: u32,
    seed: u64,
    folder: &Path,
) -> Result<Played, NotPlayed> {
    let all = guests(count, seed);
    let first = play(setting, &scenario(&all), folder)?;
    if passed(&first) {
        return Ok(first);
    }
    let attempt = folder.join("attempt");
    fs::create_dir_all(&attempt).map_err(|error| NotPlayed::Disk(attempt.clone(), error))?;
    let mut trials = Trying {
        setting,
        folder: &attempt,
        like: broken(&first),
        tries: 0,
    };
    let take = |best: &mut Vec<Guest>, fewer, ()| *best = fewer;
    let mut few = all;
    let count = few.len();
    let without = |guests: &Vec<Guest>, range: Range<usize>| {
        let mut fewer = guests.clone();
        fewer.drain(range);
        (!fewer.is_empty()).then_some(fewer)
    };
    fewer(&mut trials, &mut few, count, without, take)?;
    let ways = |guests: &Vec<Guest>| {
        let ways = guests.iter().enumerate().flat_map(|(at, guest)| {
            let with = move |person| {
                let mut others = guests.clone();
                others[at].person = person;
                others
            };
            simpler(&guest.person).into_iter().map(with)
        });
        ways.collect::<Vec<_>>()
    };
    simpler_of(&mut trials, &mut few, ways, take)?;
    // What was left over from the attempts is of no use to anybody.
    let _ = fs::remove_dir_all(&attempt);
    let own = folder.join("smallest.yaml");
    fs::write(&own, yaml(&few)).map_err(|error| NotPlayed::Disk(own.clone(), error))?;
    let mut smallest = scenario(&few);
    smallest.purpose = Wording::new(
        format!("{count} 人のうち、失敗する最小の {} 人", few.len()),
        format!("the smallest {} of {count} persons that fail", few.len()),
    );
    play(setting, &smallest, folder)
}

fn passed(played: &Played) -> bool {
    played.judgement.verdicts.overall() == Overall::Passed
}

/// The requirements that were broken.
fn broken(played: &Played) -> BTreeSet<String> {
    let failed = played.judgement.verdicts.failed();
    failed
        .map(|(verdict, _)| verdict.requirement.clone())
        .collect()
}

fn guests(count: u32, seed: u64) -> Vec<Guest> {
    let mut entropy = entropy::seeded(seed, Consumer::Persons);
    let mut random = || {
        let mut bytes = [0; 8];
        entropy(&mut bytes);
        u64::from_le_bytes(bytes)
    };
    let ways = [
        (Way::Xml, Charset::ShiftJis),
        (Way::Clipboard, Charset::Utf8),
        (Way::Xml, Charset::Utf8),
        (Way::Api, Charset::Utf8),
    ];
    let guest = |(n, (by, charset)): (u32, &(Way, Charset))| Guest {
        person: invented(n, *charset == Charset::Utf8, &mut random),
        by: *by,
        charset: *charset,
    };
    (1..=count).zip(ways.iter().cycle()).map(guest).collect()
}

/// Everybody in one scenario, on the newest layout.
fn scenario(guests: &[Guest]) -> Scenario {
    let deliver = |guest: &Guest| {
        Act::Deliver(Box::new(Located::new(Deliver {
            persona: Located::new(BASE.to_owned()),
            with: guest.person.clone(),
            beside: Person::new(),
            by: guest.by,
            charset: guest.charset,
            label: Label::Right,
            manner: Manner::Atomic,
            fault: None,
            layout: None,
            line_end: LineEnd::Crlf,
            insert: None,
            day: Offset::AT,
            fate: None,
            doubtful: false,
            ticket: None,
        })))
    };
    Scenario::of(
        "property/persons",
        Wording::new(
            format!("{} 人の架空の人物を、届いたとおりに取り込む", guests.len()),
            format!("Take {} invented persons over as delivered", guests.len()),
        ),
        guests.iter().map(deliver).collect(),
    )
}

/// Whose record is changed in every field.
const BASE: &str = "shiken-taro";

/// The scenario as a file of one's own.
fn yaml(guests: &[Guest]) -> String {
    let mut yaml = "purpose: { ja: 失敗する最小の人物, en: the smallest person that fails }\n\
                    requirements: [transcription.as-delivered]\nwhen:\n"
        .to_owned();
    for guest in guests {
        let by = match guest.by {
            Way::Xml => "xml",
            Way::Clipboard => "clipboard",
            Way::Api => "api",
        };
        let charset = match guest.charset {
            Charset::ShiftJis => "shift-jis",
            Charset::Utf8 => "utf8",
        };
        // Writing to a String cannot fail; a JSON string is a YAML string.
        let _ = writeln!(
            yaml,
            "  - deliver:\n      persona: {BASE}\n      by: {by}\n      charset: {charset}\n      with:"
        );
        for (field, value) in &guest.person {
            let _ = writeln!(yaml, "        {field}: {}", json!(value));
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_left_is_a_scenario() {
        let guests = guests(30, 7);
        let read = Scenario::parse("own/smallest", "smallest.yaml", &yaml(&guests)).unwrap();
        let written = scenario(&guests);
        assert_eq!(read.when.len(), 30);
        for (read, written) in read.when.iter().zip(&written.when) {
            let (Act::Deliver(read), Act::Deliver(written)) = (read, written) else {
                panic!("not a delivery")
            };
            assert_eq!(read.with, written.with);
            assert_eq!((read.by, read.charset), (written.by, written.charset));
        }
    }

    #[test]
    fn equal_seeds_give_equal_persons() {
        let people = |seed| guests(9, seed).into_iter().map(|guest| guest.person);
        assert!(people(1).eq(people(1)));
        assert!(!people(1).eq(people(2)));
    }
}
