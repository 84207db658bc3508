//! The pairs of records as reports show them: each delivered one beside the program's, then what is
//! alone on either side.

use madoguchi_eligibility::Field;
use madoguchi_judge::beside::{Became, Beside, Line, Piece};
use madoguchi_notation::Wording;
use madoguchi_terms::Lang;

use crate::Sheet;
use crate::case::{Case, Put};
use crate::difference::Difference;
use crate::export::{Export, Row};
use crate::label;
use crate::marks::pieces;
use crate::pairing::{Pair, Pairing};
use crate::written::shown;

/// Records that a report shows of one case; those that differ come before those that do not.
const MOST: usize = 40;

/// The records in the order of the deliveries, and how many equal ones were left out.
pub(crate) fn records(case: &Case, export: &Export, pairing: &Pairing) -> (Vec<Beside>, usize) {
    let pairs = pairing.pairs.iter();
    let pairs = pairs.map(|pair| (pair.put, paired(case, export, pair)));
    let missing = pairing.missing.iter();
    let missing = missing.map(|(put, record)| (*put, missed(case, *put, *record)));
    let surplus = pairing.surplus.iter();
    let surplus = surplus.map(|(row, _)| (usize::MAX, surplus_row(&export.rows[*row])));
    let mut all: Vec<(usize, Beside)> = pairs.chain(missing).chain(surplus).collect();
    let count = all.len();
    all.sort_by_key(|(_, beside)| !beside.differs());
    all.truncate(MOST);
    all.sort_by_key(|(put, _)| *put);
    let shown: Vec<Beside> = all.into_iter().map(|(_, beside)| beside).collect();
    let left_out = count - shown.len();
    (shown, left_out)
}

fn paired(case: &Case, export: &Export, pair: &Pair) -> Beside {
    let row = &export.rows[pair.row];
    let put = &case.puts[pair.put];
    let difference = |field| pair.differences.iter().find(|d| d.field == field);
    Beside {
        name: put.name.clone(),
        delivered: Some(delivery(pair.put)),
        exported: Some(place(row)),
        fields: lines(Some((put, pair.record)), Some(row), |field| {
            (pair.compared.contains(&field), difference(field))
        }),
    }
}

fn missed(case: &Case, put: usize, record: usize) -> Beside {
    let delivered = Some((&case.puts[put], record));
    Beside {
        name: case.puts[put].name.clone(),
        delivered: Some(delivery(put)),
        exported: None,
        fields: lines(delivered, None, |_| (false, None)),
    }
}

fn surplus_row(row: &Row) -> Beside {
    Beside {
        name: String::new(),
        delivered: None,
        exported: Some(place(row)),
        fields: lines(None, Some(row), |_| (false, None)),
    }
}

/// Every field with a value on either side, in the order of the interface.
fn lines<'d>(
    delivered: Option<(&Put, usize)>,
    row: Option<&Row>,
    of: impl Fn(Field) -> (bool, Option<&'d Difference>),
) -> Vec<Line> {
    let line = |field: &Field| {
        let carries = |(put, record): &(&Put, usize)| put.records[*record].1.contains(field);
        let (expected, observed) = match delivered.filter(carries) {
            Some(delivered) => shown(*field, delivered, row),
            None => (
                None,
                row.and_then(|row| Some(row.values.get(field)?.as_str())),
            ),
        };
        if expected.is_none() && observed.is_none() {
            return None;
        }
        let (compared, difference) = of(*field);
        let (delivered, exported) = match difference {
            Some(_) => pieces(expected.unwrap_or_default(), observed.unwrap_or_default()),
            None => (whole(expected), whole(observed)),
        };
        Some(Line {
            field: field.name().to_owned(),
            label: Wording::new(label(*field, Lang::Ja), label(*field, Lang::En)),
            compared,
            delivered,
            exported,
            became: difference.map(|difference| Became {
                cause: difference.cause.class(),
                words: difference.cause.words(),
            }),
        })
    };
    Field::ALL.iter().filter_map(line).collect()
}

fn whole(value: Option<&str>) -> Vec<Piece> {
    let piece = |text: &str| Piece {
        text: text.to_owned(),
        differs: false,
    };
    value.map(piece).into_iter().collect()
}

fn delivery(put: usize) -> Wording {
    let n = put + 1;
    Wording::new(format!("届いた記録 ({n} 件目)"), format!("delivered ({n})"))
}

fn place(row: &Row) -> Wording {
    let number = row.number;
    match row.sheet {
        Sheet::Records => Wording::new(
            format!("書き出された記録 ({number} 行目)"),
            format!("exported (row {number})"),
        ),
        Sheet::Claims => Wording::new(
            format!("支給申請書 ({number} 枚目)"),
            format!("claimed (claim {number})"),
        ),
    }
}
