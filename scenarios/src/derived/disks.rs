//! Everything that can happen to the files in which a terminal keeps its certificate and its key, at a first
//! login and later, and how the client is started again: the next start works or says why not.

use madoguchi_eligibility::FacilityKind;
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place};
use crate::{Act, Disk, Operate, Restart, Scenario, Span, TerminalKind, TerminalState};

/// What ruins or loses what was kept.
const DAMAGES: &[(&str, &str, &str, Disk)] = &[
    ("emptied", "空になる", "empty", Disk::Emptied),
    (
        "key-lost",
        "秘密鍵だけがない",
        "without the key",
        Disk::KeyLost,
    ),
    (
        "certificate-lost",
        "証明書だけがない",
        "without the certificate",
        Disk::CertificateLost,
    ),
    ("halved", "途中で終わる", "half written", Disk::Halved),
    ("garbled", "別の内容になる", "garbled", Disk::Garbled),
];

const STARTS: &[(&str, &str, &str, Option<Restart>)] = &[
    ("closed", "閉じて起動", "closed and started", None),
    (
        "killed",
        "強制終了して起動",
        "killed and started",
        Some(Restart::Killed),
    ),
];

/// How the terminal came by its certificate.
const TERMINALS: &[(&str, &str, &str, TerminalState)] = &[
    (
        "first",
        "登録した日",
        "on the day of the activation",
        TerminalState::Fresh,
    ),
    (
        "later",
        "登録済み",
        "activated before",
        TerminalState::Activated,
    ),
];

/// All cells: first what cannot be written, then what was written and is ruined.
pub(super) fn cells() -> Vec<Scenario> {
    let mut cells = Vec::new();
    for (name, ja, en, how) in STARTS {
        let start = || Act::RestartApp(*how);
        let purpose = Wording::new(
            format!("端末の証明書を保存できない: {ja}"),
            format!("the terminal's certificate cannot be kept: {en}"),
        );
        let mut cell = unwritable(&format!("refuses--{name}"), purpose);
        cell.act(Act::Disk(Disk::Refuses));
        cell.login();
        cell.act(Act::Disk(Disk::Takes));
        cell.act(start());
        anew(&mut cell, "試験窓口1");
        cells.push(works(cell));

        let purpose = Wording::new(
            format!("端末の秘密鍵だけを保存できない: {ja}"),
            format!("the terminal's key alone cannot be kept: {en}"),
        );
        let mut cell = unwritable(&format!("key-refused--{name}"), purpose);
        cell.login();
        cell.act(Act::Disk(Disk::KeyRefused));
        cell.act(start());
        anew(&mut cell, "試験窓口1");
        cell.act(Act::Disk(Disk::Takes));
        cell.act(start());
        anew(&mut cell, "試験窓口2");
        cells.push(works(cell));
    }
    for (damage, ja, en, what) in DAMAGES {
        for (terminal, terminal_ja, terminal_en, given) in TERMINALS {
            // a power cut is one for every terminal
            let starts = match given {
                TerminalState::Fresh => STARTS,
                _ => &STARTS[1..],
            };
            for (start, _, _, how) in starts {
                let id = format!("disks/{terminal}-{damage}--{start}");
                let purpose = Wording::new(
                    format!("端末のファイル: {ja} ({terminal_ja})"),
                    format!("the terminal's files {en}, {terminal_en}"),
                );
                let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
                cell.given.terminal = *given;
                cell.decides(&["terminal.damage-told"]);
                cell.login();
                cell.visual(FIRST);
                cell.take();
                cell.act(Act::Disk(*what));
                cell.act(Act::RestartApp(*how));
                cell.login();
                cells.push(cell.end());
            }
        }
    }
    cells
}

/// A terminal of an institution, which is going to be activated and whose certificate cannot be kept.
fn unwritable(name: &str, purpose: Wording) -> Cell {
    let mut cell = Cell::new(&format!("disks/{name}"), Place::Practice, FIRST, purpose);
    cell.given.facility.kind = FacilityKind::MedicalInstitution;
    cell.given.terminal = TerminalState::Fresh;
    cell.decides(&["terminal.certificate-kept", "terminal.activated-anew"]);
    cell
}

/// A login with a code that was issued for it.
fn anew(cell: &mut Cell, memo: &str) {
    cell.act(Act::Operate(Operate::IssueCode {
        memo: memo.to_owned(),
        terminal: TerminalKind::Limited,
    }));
    let usable = "11min".parse::<Span>();
    cell.act(Act::Wait(
        usable.unwrap_or_else(|error| unreachable!("{error}")),
    ));
    cell.login();
}

fn works(mut cell: Cell) -> Scenario {
    cell.visual(FIRST);
    cell.take();
    cell.end()
}
