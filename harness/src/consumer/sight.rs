//! What the program made of its deliveries, learned from its export, from its page, or from a person
//! who reads its screen.

use std::time::Duration;

use madoguchi_terms::Lang;
use madoguchi_transcription::{Attended, Export, Mapping, Origin, Page};

use super::disk::Disk;
use super::not_played::NotPlayed;
use crate::client::attended::ask;
use crate::client::process::Env;
use crate::client::webdriver::{Browser, Element, Through, WebDriverTrouble};

/// The most records that are read of a page or asked for.
const RECORDS: usize = 2000;

/// The most pages that `next` leads to.
const PAGES: usize = 200;

/// What can be seen while the program still runs: its page, or its screen. Nothing where it writes
/// an export.
pub(super) fn seen(
    mapping: &Mapping,
    told: Option<String>,
    limit: Duration,
    attended_limit: Duration,
    lang: Lang,
) -> Result<Option<Export>, NotPlayed> {
    match mapping.binding() {
        Origin::Export(_) => Ok(None),
        Origin::Page(page) => {
            let read = read(mapping, page, told, limit)?;
            read.map(Some).map_err(NotPlayed::Page)
        }
        Origin::Attended(attended) => asked(mapping, attended, attended_limit, lang).map(Some),
    }
}

/// The export that the program left; with what was seen in its place, only the claims.
pub(super) fn export(
    mapping: &Mapping,
    disk: &Disk,
    seen: Option<Export>,
) -> Result<Export, NotPlayed> {
    let read = |name: &str| {
        disk.exported(name)
            .map_err(|error| NotPlayed::Disk(disk.export().join(name), error))
    };
    let mapped = |name: &str| {
        let name = name.to_owned();
        move |not: madoguchi_transcription::NotAsMapped| NotPlayed::Mapped(name, not.what)
    };
    let mut export = match (seen, mapping.binding()) {
        (Some(seen), _) => seen,
        (None, Origin::Export(table)) => {
            let refusals = match mapping.refusals_file() {
                Some(name) => read(name)?,
                None => None,
            };
            match read(&table.file)? {
                Some(records) => Export::read(mapping, &records, refusals.as_deref())
                    .map_err(mapped(&table.file))?,
                // Nothing was exported: every record is missing, which is the program's failure.
                None => Export {
                    refused: mapping.refusals_file().map(|_| Vec::new()),
                    ..Export::default()
                },
            }
        }
        (None, _) => Export::default(),
    };
    if let Some(named) = &mapping.claims {
        let name = &named.records.file;
        if let Some(claims) = read(name)? {
            export.add_claims(mapping, &claims).map_err(mapped(name))?;
        }
    }
    Ok(export)
}

/// Reads the page that the program tells, or else the mapping.
fn read(
    mapping: &Mapping,
    page: &Page,
    told: Option<String>,
    limit: Duration,
) -> Result<Result<Export, WebDriverTrouble>, NotPlayed> {
    let Some(url) = told.or_else(|| page.url.clone()) else {
        return Err(NotPlayed::NoPage);
    };
    let argv: Vec<String> = match &page.driver {
        Some(command) => shlex::split(command).unwrap_or_default(),
        None => Vec::new(),
    };
    let nothing = Env::new();
    let through = match &page.server {
        Some(server) => Through::Running(server),
        None if argv.is_empty() => return Err(NotPlayed::NoPage),
        None => Through::Command(&argv, &nothing),
    };
    Ok(Browser::open(through, &page.capabilities, limit)
        .and_then(|browser| walk(mapping, page, &browser, &url)))
}

fn walk(
    mapping: &Mapping,
    page: &Page,
    browser: &Browser,
    url: &str,
) -> Result<Export, WebDriverTrouble> {
    browser.go(url)?;
    let places: Vec<String> = mapping.places().collect();
    let (mut records, mut refused) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        if let Some(ready) = &page.ready {
            browser.wait_for(ready)?;
        }
        for row in browser.all(None, &page.rows)?.iter().take(RECORDS) {
            let cells = places.iter().map(|place| cell(browser, row, place));
            records.push(cells.collect::<Result<Vec<_>, _>>()?);
        }
        if let Some(place) = &page.refusals {
            for element in browser.all(None, place)? {
                refused.push(browser.shown(&element)?);
            }
        }
        let next = match &page.next {
            Some(place) => browser.all(None, place)?.into_iter().next(),
            None => None,
        };
        match next {
            Some(next) if browser.is_enabled(&next)? && records.len() < RECORDS => {
                browser.press(&next)?;
            }
            _ => break,
        }
    }
    let refused = page.refusals.as_ref().map(|_| refused);
    Ok(Export::of_cells(mapping, records, refused))
}

/// What stands at a place of a record; nothing where there is no such place.
fn cell(browser: &Browser, row: &Element, place: &str) -> Result<Option<String>, WebDriverTrouble> {
    match browser.all(Some(row), place)?.first() {
        Some(element) => browser.shown(element).map(Some),
        None => Ok(None),
    }
}

/// Asks the person in front of the screen. What was delivered is not shown: that person should not read
/// what is expected.
fn asked(
    mapping: &Mapping,
    attended: &Attended,
    limit: Duration,
    lang: Lang,
) -> Result<Export, NotPlayed> {
    let say = |ja: String, en: String| ask(&lang.pick(ja, en), limit).map_err(NotPlayed::Nobody);
    let count = loop {
        let typed = say(
            "画面には何件の記録がありますか:".to_owned(),
            "how many records does the screen show?".to_owned(),
        )?;
        match typed.trim().parse::<usize>() {
            Ok(count) if count <= RECORDS => break count,
            _ => {}
        }
    };
    let mut records = Vec::new();
    for n in 1..=count {
        let cells = mapping.places().map(|place| {
            say(
                format!("{n} 件目の「{place}」(空なら Enter):"),
                format!("record {n}, {place} (Enter where it is blank):"),
            )
            .map(Some)
        });
        records.push(cells.collect::<Result<Vec<_>, _>>()?);
    }
    let mut refused = Vec::new();
    let mut more = attended.refusals;
    while more {
        let typed = say(
            "取り込まなかったと画面にあるもの (なければ Enter):".to_owned(),
            "something that the screen says was not taken over (Enter for none):".to_owned(),
        )?;
        more = !typed.is_empty();
        refused.extend(more.then_some(typed));
    }
    let refused = attended.refusals.then_some(refused);
    Ok(Export::of_cells(mapping, records, refused))
}
