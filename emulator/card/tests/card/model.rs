//! A second, smaller card: selection, security status and counters as the published findings tell
//! them, with tables of its own. Whatever order the commands come in, both say the same.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use madoguchi_card::Profile;
use madoguchi_iso7816::{FileId, Icc};
use madoguchi_layout::{APPLICATIONS, Personalization};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::desk::Desk;

static HEALTHY: LazyLock<Personalization> = LazyLock::new(madoguchi_fixtures::healthy);

/// What an application holds: the last bytes of its name, and its files.
struct Table {
    name: &'static [u8],
    /// Transparent files with the references that open them; `None` is free.
    bytes: &'static [(u8, Option<&'static [u8]>)],
    records: &'static [u8],
    references: &'static [(u8, u8)],
    /// Keys that sign, with what opens them.
    keys: &'static [(u8, Option<&'static [u8]>)],
    /// Files of which nothing is known.
    other: &'static [u8],
    /// INS by which a PIN is changed, with class and P1, and the references that it changes.
    change: Option<([u8; 3], &'static [u8])>,
}

const TABLES: [Table; 5] = [
    Table {
        name: b"\xD3\x92\x10\x00\x31\x00\x01\x01\x01\x00",
        bytes: &[],
        records: &[0x01, 0x02],
        references: &[(0x1C, 3)],
        keys: &[],
        other: &[0x1E],
        change: Some(([0x80, 0x32, 0x00], &[0x1C])),
    },
    Table {
        name: b"\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x01",
        bytes: &[],
        records: &[0x02],
        references: &[(0x1C, 3)],
        keys: &[],
        other: &[],
        change: Some(([0x80, 0x32, 0x00], &[0x1C])),
    },
    Table {
        name: b"\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x02",
        bytes: &[
            (0x01, Some(&[0x11])),
            (0x02, Some(&[0x12, 0x13])),
            (0x03, None),
            (0x04, None),
            (0x05, Some(&[0x13])),
            (0x06, Some(&[0x12, 0x13])),
        ],
        records: &[],
        references: &[(0x11, 10), (0x12, 10), (0x13, 10)],
        keys: &[(0x1A, None)],
        other: &[0x1C, 0x1E],
        change: None,
    },
    Table {
        name: b"\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x08",
        bytes: &[
            (0x01, Some(&[0x11, 0x14])),
            (0x02, Some(&[0x11, 0x15])),
            (0x03, Some(&[0x11, 0x14, 0x15])),
            (0x04, None),
            (0x05, None),
            (0x06, Some(&[0x11, 0x14, 0x15])),
            (0x07, Some(&[0x11, 0x14, 0x15])),
            (0x08, Some(&[0x11, 0x14, 0x15])),
        ],
        records: &[],
        references: &[(0x11, 3), (0x12, 0), (0x14, 10), (0x15, 10)],
        keys: &[(0x13, None)],
        other: &[0x10, 0x1C, 0x1E],
        change: Some(([0x00, 0x24, 0x01], &[0x11])),
    },
    Table {
        name: b"\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01",
        bytes: &[
            (0x01, Some(&[0x1B])),
            (0x02, None),
            (0x06, None),
            (0x08, None),
            (0x09, Some(&[])),
            (0x0A, None),
            (0x0B, None),
        ],
        records: &[],
        references: &[(0x10, 0), (0x18, 3), (0x1B, 5)],
        keys: &[(0x17, Some(&[0x18])), (0x1A, Some(&[0x1B]))],
        other: &[0x05, 0x16, 0x19, 0x1C, 0x1E],
        change: Some(([0x00, 0x24, 0x01], &[0x18, 0x1B])),
    },
];

/// A reference of the model.
struct Counter {
    application: usize,
    id: u8,
    value: Vec<u8>,
    left: u8,
    max: u8,
}

struct Model {
    contactless: bool,
    application: Option<usize>,
    file: Option<u8>,
    verified: BTreeSet<u8>,
    counters: Vec<Counter>,
}

/// One step of a dialogue.
#[derive(Debug, Clone)]
enum Step {
    SelectApplication(usize),
    SelectIssuer,
    SelectNobody,
    SelectFile(u8),
    Ask(Option<u8>),
    /// A value: the right one, or a wrong one.
    Present(Option<u8>, bool),
    /// Seventeen bytes.
    PresentTooMuch(Option<u8>),
    Change(Option<u8>),
    Read(Option<u8>),
    Sign(Option<u8>),
    Noise(&'static [u8]),
    WarmReset,
    PowerCycle,
}

fn step() -> impl Strategy<Value = Step> {
    let file = prop_oneof![
        6 => prop::sample::select(vec![0x01, 0x02, 0x11, 0x12, 0x13, 0x14, 0x15, 0x18, 0x1B, 0x1C, 0x17, 0x1A]),
        1 => 0x01..=0x1E_u8,
    ];
    let named = prop_oneof![1 => Just(None), 3 => file.clone().prop_map(Some)];
    let noise = prop::sample::select(vec![
        &b"\x90\xB0\x00\x00\x00"[..],
        b"\x00\x77\x00\x00",
        b"\x00\x20\x01\x80\x04\x31\x32\x33\x34",
        b"\x00\x20\x00\x00\x04\x31\x32\x33\x34",
        b"\x00\xA4\x01\x0C\x02\x00\x01",
        b"\x00\xA4\x02\x0C\x03\x00\x01\x00",
        b"\x00\xB2\x01\x07\x00",
        b"\x01\xB0\x00\x00\x00",
        b"\x08\xB0\x00\x00\x05\x96\x03\x00\x00\x00\x00",
        b"\x80\x8A\x22\x00",
        b"",
    ]);
    prop_oneof![
        4 => (0..5_usize).prop_map(Step::SelectApplication),
        1 => Just(Step::SelectIssuer),
        1 => Just(Step::SelectNobody),
        4 => file.prop_map(Step::SelectFile),
        4 => named.clone().prop_map(Step::Ask),
        8 => (named.clone(), prop::bool::weighted(0.7)).prop_map(|(named, right)| Step::Present(named, right)),
        1 => named.clone().prop_map(Step::PresentTooMuch),
        3 => named.clone().prop_map(Step::Change),
        6 => named.clone().prop_map(Step::Read),
        2 => named.prop_map(Step::Sign),
        2 => noise.prop_map(Step::Noise),
        1 => Just(Step::WarmReset),
        1 => Just(Step::PowerCycle),
    ]
}

impl Model {
    fn new(data: &Personalization, contactless: bool) -> Self {
        let surface = data.surface.as_ref().unwrap();
        let text = data.profile.as_ref().unwrap();
        let value = |application: usize, id: u8| match (application, id) {
            (0, _) => data.common.as_ref().unwrap().pin.value.expose().clone(),
            (1, _) => data.resident.as_ref().unwrap().pin.value.expose().clone(),
            (2, 0x11) => surface.birth_date.value.expose().clone(),
            (2, 0x12) => surface.code_b.value.expose().clone(),
            (2, _) => surface.code_a.value.expose().clone(),
            (3, 0x11) => data.profile_pin.value.expose().clone(),
            (3, 0x14) => text.code_a.value.expose().clone(),
            (3, 0x15) => text.code_b.value.expose().clone(),
            (4, 0x10) => Vec::new(),
            (4, 0x18) => data
                .authentication
                .as_ref()
                .unwrap()
                .reference
                .value
                .expose()
                .clone(),
            (4, _) => data
                .signature
                .as_ref()
                .unwrap()
                .reference
                .value
                .expose()
                .clone(),
            _ => Vec::new(),
        };
        let counters = TABLES
            .iter()
            .enumerate()
            .flat_map(|(application, table)| {
                table
                    .references
                    .iter()
                    .map(move |(id, max)| (application, *id, *max))
            })
            .map(|(application, id, max)| Counter {
                application,
                id,
                value: value(application, id),
                left: max,
                max,
            })
            .collect();
        Self {
            contactless,
            application: None,
            file: None,
            verified: BTreeSet::new(),
            counters,
        }
    }

    fn power_on(&mut self) {
        self.application = None;
        self.file = None;
        self.verified.clear();
    }

    fn table(&self) -> Option<&'static Table> {
        self.application.map(|index| &TABLES[index])
    }

    /// Makes the named file current, or says why not.
    fn current(&mut self, named: Option<u8>) -> Result<u8, String> {
        let Some(id) = named else {
            return self.file.ok_or("6986".to_owned());
        };
        let exists = self.table().is_some_and(|table| {
            table.bytes.iter().any(|(file, _)| *file == id)
                || table.records.contains(&id)
                || table.references.iter().any(|(file, _)| *file == id)
                || table.keys.iter().any(|(file, _)| *file == id)
                || table.other.contains(&id)
                || (self.application == Some(0) && id == 0x19)
        });
        if !exists {
            return Err("6A82".to_owned());
        }
        self.file = Some(id);
        Ok(id)
    }

    fn open(&self, access: Option<&[u8]>) -> bool {
        access.is_none_or(|any| any.iter().any(|id| self.verified.contains(id)))
    }

    fn counter(&mut self, id: u8) -> Option<&mut Counter> {
        let application = self.application?;
        self.counters
            .iter_mut()
            .find(|counter| (counter.application, counter.id) == (application, id))
    }

    /// What the card is to say, and what becomes of the model. The command is built here, since a
    /// right value is the model's to know.
    fn answer(&mut self, step: &Step) -> (Vec<u8>, String) {
        let p2 = |named: Option<u8>| 0x80 | named.unwrap_or(0);
        match step {
            Step::SelectApplication(index) => {
                if self.application != Some(*index) {
                    self.verified.clear();
                }
                self.application = Some(*index);
                self.file = None;
                let name = TABLES[*index].name;
                (
                    [&[0x00, 0xA4, 0x04, 0x0C, 0x0A], name].concat(),
                    "9000".to_owned(),
                )
            }
            Step::SelectIssuer => {
                self.power_on();
                let name = b"\xA0\x00\x00\x01\x51\x00\x00";
                (
                    [&[0x00, 0xA4, 0x04, 0x0C, 0x07], &name[..]].concat(),
                    "9000".to_owned(),
                )
            }
            Step::SelectNobody => (
                b"\x00\xA4\x04\x0C\x03\xA0\x00\x01".to_vec(),
                "6A82".to_owned(),
            ),
            Step::SelectFile(id) => {
                let status = self
                    .current(Some(*id))
                    .map_or_else(|refusal| refusal, |_| ok());
                (vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, *id], status)
            }
            Step::Ask(named) => {
                let status = self.ask(*named).unwrap_or_else(|refusal| refusal);
                (vec![0x00, 0x20, 0x00, p2(*named)], status)
            }
            Step::Present(named, right) => {
                let id = named.or(self.file);
                let known = id
                    .and_then(|id| self.counter(id))
                    .map(|counter| counter.value.clone());
                let value = known
                    .filter(|value| *right && !value.is_empty())
                    .unwrap_or_else(|| b"0000".to_vec());
                let status = self
                    .present(*named, &value)
                    .unwrap_or_else(|refusal| refusal);
                let lc = u8::try_from(value.len()).unwrap();
                (
                    [&[0x00, 0x20, 0x00, p2(*named), lc], &value[..]].concat(),
                    status,
                )
            }
            Step::PresentTooMuch(named) => {
                let command = [&[0x00, 0x20, 0x00, p2(*named), 17], &[0x31; 17][..]].concat();
                (command, "6700".to_owned())
            }
            Step::Change(named) => {
                let command = self.table().and_then(|table| table.change);
                let [class, instruction, p1] = command.map_or([0x00, 0x24, 0x01], |(head, _)| head);
                let status = self.change(*named).unwrap_or_else(|refusal| refusal);
                let new = b"5678";
                (
                    [&[class, instruction, p1, p2(*named), 4], &new[..]].concat(),
                    status,
                )
            }
            Step::Read(named) => {
                let status = self.read(*named).map_or_else(|refusal| refusal, |()| ok());
                (
                    vec![0x00, 0xB0, named.map_or(0x00, |id| 0x80 | id), 0x00, 0x04],
                    status,
                )
            }
            Step::Sign(named) => {
                let status = self.sign(*named).map_or_else(|refusal| refusal, |()| ok());
                (vec![0x80, 0x2A, 0x00, p2(*named), 0x01, 0xAA, 0x00], status)
            }
            Step::Noise(command) => {
                let status = match command {
                    [0x90, ..] => "6E00",
                    [0x00, 0x77, ..] => "6D00",
                    [0x00, 0x20, 0x01, ..] | [0x00, 0xA4, 0x01, ..] | [0x00, 0xB2, ..] => "6A86",
                    [0x00, 0x20, ..] => "6A88",
                    [0x00, 0xA4, 0x02, ..] => "6A87",
                    [0x01, ..] => "6881",
                    [0x08, ..] => "69FC",
                    [0x80, ..] => "6982",
                    _ => "6700",
                };
                (command.to_vec(), status.to_owned())
            }
            Step::WarmReset | Step::PowerCycle => unreachable!("these are no commands"),
        }
    }

    fn ask(&mut self, named: Option<u8>) -> Result<String, String> {
        let id = self.current(named)?;
        let counter = self.counter(id).ok_or("6981".to_owned())?;
        Ok(format!("63C{:X}", counter.left))
    }

    fn present(&mut self, named: Option<u8>, value: &[u8]) -> Result<String, String> {
        let id = self.current(named)?;
        let counter = self.counter(id).ok_or("6981".to_owned())?;
        if counter.left == 0 {
            return Err("6984".to_owned());
        }
        if counter.value == value {
            counter.left = counter.max;
            self.verified.insert(id);
            return Ok(ok());
        }
        counter.left -= 1;
        let left = counter.left;
        self.verified.remove(&id);
        Err(format!("63C{left:X}"))
    }

    fn change(&mut self, named: Option<u8>) -> Result<String, String> {
        let table = self.table().ok_or("6D00".to_owned())?;
        let (_, changeable) = table.change.ok_or("6D00".to_owned())?;
        let id = self.current(named)?;
        let permitted = changeable.contains(&id) && self.verified.contains(&id);
        let counter = self.counter(id).ok_or("6981".to_owned())?;
        if counter.left == 0 {
            return Err("6984".to_owned());
        }
        if !permitted {
            return Err("6982".to_owned());
        }
        counter.value = b"5678".to_vec();
        counter.left = counter.max;
        Ok(ok())
    }

    fn read(&mut self, named: Option<u8>) -> Result<(), String> {
        let id = self.current(named)?;
        let table = self.table().ok_or("6986".to_owned())?;
        let (_, access) = *table
            .bytes
            .iter()
            .find(|(file, _)| *file == id)
            .ok_or("6981".to_owned())?;
        if self.open(access) {
            Ok(())
        } else {
            Err("6982".to_owned())
        }
    }

    fn sign(&mut self, named: Option<u8>) -> Result<(), String> {
        let id = self.current(named)?;
        let table = self.table().ok_or("6986".to_owned())?;
        if self.application == Some(0) && id == 0x19 {
            return Err("6985".to_owned());
        }
        let (_, access) = *table
            .keys
            .iter()
            .find(|(file, _)| *file == id)
            .ok_or("6981".to_owned())?;
        if self.open(access) {
            Ok(())
        } else {
            Err("6982".to_owned())
        }
    }
}

fn ok() -> String {
    "9000".to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_card_never_contradicts_the_model(
        contactless in any::<bool>(),
        steps in vec(step(), 1..160),
    ) {
        let profile = if contactless { Profile::contactless() } else { Profile::contact() };
        let mut desk = Desk::with(&HEALTHY, profile);
        let mut model = Model::new(&HEALTHY, contactless);
        for (n, step) in steps.iter().enumerate() {
            match step {
                Step::WarmReset => {
                    desk.card.reset().unwrap();
                    if !model.contactless {
                        model.power_on();
                    }
                }
                Step::PowerCycle => {
                    desk.card.power_off();
                    desk.card.power_on().unwrap();
                    model.power_on();
                }
                step => {
                    let (command, expected) = model.answer(step);
                    let (_, seen) = desk.send_bytes(&command);
                    prop_assert_eq!(seen, expected, "step {}: {:?} {:02X?}", n, step, command);
                }
            }
        }
        for counter in &model.counters {
            let application = APPLICATIONS[counter.application].aid;
            let id = FileId::new(counter.id.into());
            prop_assert_eq!(desk.card.attempts_left(application, id), Some(counter.left));
        }
        // What survives is the same, whether the card is asked or its snapshot.
        let snapshot = desk.card.snapshot();
        for counter in &model.counters {
            let reference = snapshot
                .reference(APPLICATIONS[counter.application], FileId::new(counter.id.into()))
                .unwrap();
            prop_assert_eq!(reference.tries_left, counter.left);
            prop_assert_eq!(reference.value.expose(), &counter.value);
        }
    }
}
