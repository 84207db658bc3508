//! Which row of the export tells of which delivered record.

use std::collections::BTreeSet;

use madoguchi_eligibility::{Field, Fields};

use crate::Sheet;
use crate::case::{Case, Fate, Put};
use crate::difference::{Difference, Other, Source, differences, differences_among};
use crate::export::{Export, Row};
use crate::mapping::Mapping;

/// A record with the row that tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Which delivery, from 0.
    pub(crate) put: usize,
    /// Which of its records, from 0.
    pub(crate) record: usize,
    /// Which row of the export, from 0.
    pub(crate) row: usize,
    pub(crate) compared: BTreeSet<Field>,
    pub(crate) differences: Vec<Difference>,
}

/// How an export and the deliveries go together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pairing {
    pub(crate) pairs: Vec<Pair>,
    /// Records that no row tells of: delivery and record, from 0.
    pub(crate) missing: Vec<(usize, usize)>,
    /// Rows, from 0, that tell of nothing delivered, and the delivery of which they may be what is
    /// left.
    pub(crate) surplus: Vec<(usize, Option<usize>)>,
}

/// Pairs each record that should be there with the row that differs least from it, as long as a
/// third of the fields agree. Rows that then are left may repeat what was superseded.
pub(crate) fn pair(mapping: &Mapping, case: &Case, export: &Export) -> Pairing {
    let mut free: BTreeSet<usize> = (0..export.rows.len()).collect();
    let mut pairing = Pairing::default();
    let wanted = |fates: &[Fate]| -> BTreeSet<(usize, usize)> {
        let puts = case.puts.iter().enumerate();
        let puts = puts.filter(|(_, put)| fates.contains(&put.fate));
        puts.flat_map(|(at, put)| (0..put.records.len()).map(move |record| (at, record)))
            .collect()
    };
    let mut open = wanted(&[Fate::Taken, Fate::Either]);
    for (_, put, record, row) in candidates(mapping, case, export, &open) {
        if !(open.contains(&(put, record)) && free.contains(&row)) {
            continue;
        }
        open.remove(&(put, record));
        free.remove(&row);
        let compared = compared(mapping, &case.puts[put], record);
        let (fields, _) = &case.puts[put].records[record];
        let others = others(case, put, record);
        pairing.pairs.push(Pair {
            differences: differences_among(
                fields,
                &compared,
                &export.rows[row],
                &others,
                |field| case.puts[put].written(record, field),
            ),
            put,
            record,
            row,
            compared,
        });
    }
    pairing.pairs.sort_by_key(|pair| (pair.put, pair.record));
    let must = |(put, _): &(usize, usize)| case.puts[*put].fate == Fate::Taken;
    pairing.missing = open.into_iter().filter(must).collect();
    let mut superseded = wanted(&[Fate::Superseded]);
    for row in free {
        let exact = superseded.iter().copied().find(|(put, record)| {
            let (fields, _) = &case.puts[*put].records[*record];
            let compared = compared(mapping, &case.puts[*put], *record);
            export.rows[row].sheet == case.puts[*put].sheet
                && differences(fields, &compared, &export.rows[row]).is_empty()
        });
        match exact {
            Some(told) => {
                superseded.remove(&told);
            }
            None => {
                let left = resembles(mapping, case, &export.rows[row]);
                pairing.surplus.push((row, left));
            }
        }
    }
    pairing
}

/// Every record with every row that is like it, those that agree best first: how many fields
/// differ, delivery, record, row.
fn candidates(
    mapping: &Mapping,
    case: &Case,
    export: &Export,
    open: &BTreeSet<(usize, usize)>,
) -> Vec<(usize, usize, usize, usize)> {
    let mut candidates = Vec::new();
    for (put, record) in open {
        let compared = compared(mapping, &case.puts[*put], *record);
        let (fields, _) = &case.puts[*put].records[*record];
        let sheet = case.puts[*put].sheet;
        let rows = export.rows.iter().enumerate();
        for (at, row) in rows.filter(|(_, row)| row.sheet == sheet) {
            let value = |field: &Field| row.values.get(field).map(String::as_str);
            let differs = |field: &&Field| fields.text(**field) != value(field);
            let differing = compared.iter().filter(differs).count();
            if alike(&compared, differing, fields, row) {
                candidates.push((differing, *put, *record, at));
            }
        }
    }
    candidates.sort_unstable();
    candidates
}

/// Whether at least a third of the fields that have a value agree.
fn alike(compared: &BTreeSet<Field>, differing: usize, record: &Fields, row: &Row) -> bool {
    let told = |field: &&Field| record.get(**field).is_some() || row.values.contains_key(field);
    let told = compared.iter().filter(told).count();
    told > 0 && differing * 3 <= told * 2
}

/// The refused delivery of which a row may be what is left.
fn resembles(mapping: &Mapping, case: &Case, row: &Row) -> Option<usize> {
    if row.sheet != Sheet::Records {
        return None;
    }
    let refused = |put: &Put| put.fate == Fate::Refused;
    let is_left = |put: &Put| {
        put.records.iter().enumerate().any(|(at, (fields, _))| {
            let compared = compared(mapping, put, at);
            let agrees = |field: &&Field| {
                let value = row.values.get(field).map(String::as_str);
                value.is_some() && value == fields.text(**field)
            };
            compared.iter().filter(agrees).count() >= 2 || row.values.is_empty()
        })
    };
    let found = case
        .puts
        .iter()
        .position(|put| refused(put) && is_left(put));
    // A document that was read in the wrong encoding agrees in nothing but its digits, if at all.
    found.or_else(|| case.puts.iter().position(refused))
}

fn compared(mapping: &Mapping, put: &Put, record: usize) -> BTreeSet<Field> {
    let (fields, carried) = &put.records[record];
    let assistance = fields.text(Field::InsuredCardClassification) == Some("A1");
    let beside = assistance && !mapping.assistance.is_empty();
    let mapped = match (put.sheet, &mapping.claims) {
        (Sheet::Claims, Some(claims)) => &claims.fields,
        _ if beside => &mapping.assistance,
        _ => &*mapping.fields,
    };
    let mapped: BTreeSet<Field> = mapped.keys().copied().collect();
    mapped.intersection(carried).copied().collect()
}

/// Everything else that was delivered.
fn others(case: &Case, put: usize, record: usize) -> Vec<Other<'_>> {
    let own = &case.puts[put].records[record].0;
    let mut others = Vec::new();
    for (at, other) in case.puts.iter().enumerate() {
        for (i, (fields, _)) in other.records.iter().enumerate() {
            let source = if at == put && i == record {
                continue;
            } else if at == put && is_same_human(own, fields) {
                Source::Beside
            } else if at < put && is_same_person(own, fields) {
                Source::Earlier(at + 1)
            } else {
                Source::Patient(at + 1)
            };
            others.push(Other {
                record: fields,
                source,
            });
        }
    }
    others
}

/// Whether two records are of one human being, at whatever insurer.
fn is_same_human(a: &Fields, b: &Fields) -> bool {
    a.text(Field::Name) == b.text(Field::Name)
        && a.text(Field::Birthdate) == b.text(Field::Birthdate)
}

/// Whether two records are of one person at one insurer.
fn is_same_person(a: &Fields, b: &Fields) -> bool {
    let same = |field| a.text(field) == b.text(field);
    same(Field::InsurerNumber)
        && same(Field::InsuredCardSymbol)
        && same(Field::InsuredIdentificationNumber)
        && same(Field::InsuredBranchNumber)
        && same(Field::Birthdate)
}
