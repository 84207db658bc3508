//! The table, and the file that keeps it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Row;
use super::column::{Column, Fate};
use super::faults::OfCase;
use super::why::{Class, Why};

/// Defects, and how many of them are reproduced.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    of: usize,
    reproduced: usize,
    not_clean: usize,
}

impl Count {
    fn add(&mut self, fate: &Fate) {
        self.of += 1;
        self.reproduced += usize::from(matches!(fate, Fate::Reproduced));
        self.not_clean += usize::from(matches!(fate, Fate::NotClean(_)));
    }

    fn json(self) -> Value {
        json!({ "of": self.of, "reproduced": self.reproduced, "not-clean": self.not_clean })
    }
}

/// What is published: of the defects that are kept out of all tuning nothing but how many.
pub(crate) fn figures(rows: &[Row], cases: &BTreeMap<String, OfCase>) -> Value {
    let parts = [("tuned", false), ("frozen", true)];
    let count = |is_frozen: bool, column: Column, is_in: &dyn Fn(&Row) -> bool| {
        let mut count = Count::default();
        let rows = rows.iter().filter(|row| row.is_frozen == is_frozen);
        for row in rows.filter(|row| is_in(row)) {
            row.fates
                .get(&column)
                .into_iter()
                .for_each(|fate| count.add(fate));
        }
        count
    };
    let parted = |column: Column, is_in: &dyn Fn(&Row) -> bool| {
        let parts = parts.map(|(name, is)| (name.to_owned(), count(is, column, is_in).json()));
        Value::Object(parts.into_iter().collect())
    };
    let columns = Column::ALL.map(|column| (column.to_string(), parted(column, &|_| true)));
    let is_beyond = |row: &Row| !matches!(row.fates.get(&Column::Acts), Some(Fate::Reproduced));
    let mut classes: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut defects = Vec::new();
    for row in rows.iter().filter(|row| !row.is_frozen) {
        let mut told = json!({
            "name": row.name, "requirement": row.requirement, "case": row.case,
            "reproduced": Value::Array(Vec::new()),
        });
        for (column, fate) in &row.fates {
            let why = match fate {
                Fate::Reproduced => {
                    if let Some(list) = told["reproduced"].as_array_mut() {
                        list.push(column.to_string().into());
                    }
                    continue;
                }
                Fate::NotClean(why) | Fate::Missed(why) => why,
            };
            let of_column = classes.entry(column.to_string()).or_default();
            *of_column.entry(word(why.class)).or_default() += 1;
            if *column != Column::Plain {
                told["missed"][column.to_string()] = missed(fate, why);
            }
        }
        defects.push(told);
    }
    let all: Vec<&OfCase> = cases.values().collect();
    let named = |list: fn(&OfCase) -> &Vec<String>| -> Vec<String> {
        let of = |(id, case): (&String, &OfCase)| -> Vec<String> {
            list(case)
                .iter()
                .map(|one| format!("{id}: {one}"))
                .collect()
        };
        cases.iter().flat_map(of).collect()
    };
    let [lost, invented] = [named(|case| &case.lost), named(|case| &case.invented)];
    let is_unclear = |(_, case): &(&String, &OfCase)| case.is_clean && !case.unexplained.is_empty();
    let unclear: Vec<&String> = cases.iter().filter(is_unclear).map(|(id, _)| id).collect();
    json!({
        "columns": Value::Object(columns.into_iter().collect()),
        "beyond-acts": parted(Column::All, &is_beyond),
        "faults": {
            "cases": all.len(),
            "clean": all.iter().filter(|case| case.is_clean).count(),
            "unexplained": unclear.len(),
            "planned": all.iter().map(|case| case.planned).sum::<usize>(),
            "lost": lost,
            "invented": invented,
        },
        "missed": classes,
        "defects": defects,
    })
}

fn missed(fate: &Fate, why: &Why) -> Value {
    let mut told = json!({ "class": why.class });
    if !why.without.is_empty() {
        told["without"] = json!(why.without);
    }
    if matches!(fate, Fate::NotClean(_)) {
        told["not-clean"] = true.into();
    }
    told
}

fn word(class: Class) -> String {
    let word = json!(class);
    word.as_str().unwrap_or_default().to_owned()
}

/// The same for a terminal.
pub(crate) fn table(figures: &Value) -> String {
    let line = |name: &str, of: &Value| {
        let part = |part: &str| {
            let n = |key: &str| of[part][key].as_u64().unwrap_or_default();
            let percent = n("reproduced") * 100 / n("of").max(1);
            let (shown, all, unclean) = (n("reproduced"), n("of"), n("not-clean"));
            format!("{shown:>4} of {all:<4} ({percent:>3} %, {unclean} not clean)")
        };
        format!("{name:<12} {}   {}\n", part("tuned"), part("frozen"))
    };
    let mut text = format!("{:<12} {:<36} {}\n", "", "tuned", "frozen");
    for column in Column::ALL {
        let name = column.to_string();
        text += &line(&name, &figures["columns"][&name]);
    }
    text += &line("beyond acts", &figures["beyond-acts"]);
    let faults = &figures["faults"];
    let lost = faults["lost"].as_array().map_or(0, Vec::len);
    let invented = faults["invented"].as_array().map_or(0, Vec::len);
    text += &format!(
        "faults of card and reader: {} planned, {lost} lost {}; {invented} invented {} in {} cases, {} of them clean, of which {} leave something unexplained\n",
        faults["planned"],
        faults["lost"],
        faults["invented"],
        faults["cases"],
        faults["clean"],
        faults["unexplained"],
    );
    text + &format!("missed: {}\n", figures["missed"])
}
