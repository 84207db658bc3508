//! What goes wrong and what a program is told through real libpcsclite: the table, row by row.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "reader/card.rs"]
mod card;
#[path = "reader/dialogue.rs"]
mod dialogue;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use madoguchi_iso7816::StatusWord;
use madoguchi_peers::{RealTime, Script, run};
use madoguchi_reader::pcsclite::Server;
use madoguchi_reader::{
    Call, Disposition, Fault, HangUp, Hold, Moment, Plan, ReaderId, ResourceManager, ReturnCode,
    Rival, ServiceFaults, SlotFaults,
};

use card::{CONTACTLESS, Card};
use dialogue::talk;

const READER: &str = "SONY FeliCa RC-S300/P (1234567) 00 00";
const T1_ONLY: &[u8] = &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];

/// What is wrong.
enum Wrong {
    /// Nothing listens.
    NoService,
    Service(ServiceFaults),
    Reader(SlotFaults),
    NoReader,
    NoCard,
    /// A card with this ATR.
    Atr(&'static [u8]),
    /// At the first command.
    Planned(Fault),
    /// Another program has hold of the card.
    Rival(Hold),
    /// Another program has hold of the card when the script wishes it, and leaves when it wishes that.
    Hands,
}

/// One row: the fault, the calls of the program, and what it is told.
struct Row {
    name: &'static str,
    wrong: Wrong,
    calls: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |name, wrong, calls| Row { name, wrong, calls };
    let planned = |what: Fault| Wrong::Planned(what);
    let torn = |rv| {
        planned(Fault::Torn {
            carried_out: true,
            code: Some(ReturnCode::new(rv)),
        })
    };
    let damaged = |rv| {
        planned(Fault::Damaged {
            carried_out: false,
            code: Some(ReturnCode::new(rv)),
        })
    };
    let stopped = Fault::ServiceStops { back_after: None };
    let hang_up = |call| {
        Wrong::Service(ServiceFaults {
            hang_up: Some(HangUp { call, nth: 1 }),
            ..ServiceFaults::default()
        })
    };
    vec![
        row("no service", Wrong::NoService, "establish=8010001D"),
        row(
            "service dies in mid-call",
            planned(stopped),
            "establish connect transmit=80100013 transmit=8010001D list=8010001D establish=8010001D",
        ),
        row(
            "service dies at SCardConnect, and another takes over",
            hang_up(Call::Connect),
            "establish connect=80100013 connect=8010001D establish connect transmit=00000000_2",
        ),
        row(
            "service dies at SCardBeginTransaction",
            hang_up(Call::BeginTransaction),
            "establish connect begin=80100013 transmit=8010001D",
        ),
        row(
            "service of another version",
            Wrong::Service(ServiceFaults {
                refuse_version: true,
                ..ServiceFaults::default()
            }),
            "establish=8010001E",
        ),
        row(
            "access refused",
            Wrong::Service(ServiceFaults {
                refuse_access: true,
                ..ServiceFaults::default()
            }),
            "establish=8010006A",
        ),
        row(
            "no reader",
            Wrong::NoReader,
            "establish list=8010002E connect=80100009 state=80100009_0",
        ),
        row(
            "reader unplugged in use",
            planned(Fault::Unplugged {}),
            "establish connect transmit=80100011 status=80100017 begin=80100011 state=80100009_0 list=8010002E disconnect",
        ),
        row(
            "reader fails",
            planned(Fault::ReaderFails {}),
            "establish connect transmit=80100017 status=80100017 state=00000000_A connect=80100017",
        ),
        row(
            "no card",
            Wrong::NoCard,
            "establish state=00000000_12 connect=8010000C",
        ),
        row(
            "removed between two commands",
            planned(Fault::REMOVAL),
            "establish connect transmit=80100069 status=80100069 state=00000000_12 reconnect=8010000C",
        ),
        row(
            "torn, as CCID says",
            torn(0x8010_0016),
            "establish connect transmit=80100016 transmit=80100069",
        ),
        row(
            "torn, as CCID says since 1.9.1",
            torn(0x8010_000C),
            "establish connect transmit=8010000C transmit=80100069",
        ),
        row(
            "torn, as Windows says",
            torn(0x8010_0069),
            "establish connect transmit=80100069 transmit=80100069",
        ),
        row(
            "torn, as Windows says of a card without power",
            torn(0x8010_0066),
            "establish connect transmit=80100066 transmit=80100069",
        ),
        row(
            "torn, as vpcd says",
            torn(0),
            "establish connect transmit=00000000_0 transmit=80100069",
        ),
        row(
            "truncated answer",
            planned(Fault::Truncated(1)),
            "establish connect transmit=00000000_1 transmit=00000000_2",
        ),
        row(
            "answer of no bytes",
            planned(Fault::Truncated(0)),
            "establish connect transmit=00000000_0 transmit=00000000_2",
        ),
        row(
            "over-long answer",
            planned(Fault::Overlong(200)),
            "establish connect transmit=00000000_202",
        ),
        row(
            "answer longer than the buffer",
            planned(Fault::Overlong(299)),
            "establish connect transmit=80100008 transmit=00000000_2",
        ),
        row(
            "small buffer",
            Wrong::Atr(CONTACTLESS),
            "establish connect transmit-short=80100008 transmit=00000000_2",
        ),
        row(
            "transmission error",
            damaged(0x8010_0016),
            "establish connect transmit=80100016 transmit=00000000_2",
        ),
        row(
            "transmission error, as Windows says",
            damaged(0x8010_002F),
            "establish connect transmit=8010002F transmit=00000000_2",
        ),
        row(
            "mute in mid-session",
            planned(Fault::Mute {}),
            "establish connect transmit=80100016 transmit=00000000_2",
        ),
        row(
            "wrong status word",
            planned(Fault::Status(StatusWord::NO_DIAGNOSIS)),
            "establish connect transmit=00000000_2",
        ),
        row(
            "mute at power-up",
            Wrong::Atr(&[]),
            "establish state=00000000_222 connect=80100067 connect-direct reconnect=80100066 reconnect-reset=80100066",
        ),
        row(
            "mute by the reader's fault",
            Wrong::Reader(SlotFaults {
                mute: true,
                ..SlotFaults::default()
            }),
            "establish connect=80100067",
        ),
        row(
            "ATR that means nothing",
            Wrong::Atr(&[0xFF]),
            "establish state=00000000_22 connect=8010000F connect-direct",
        ),
        row(
            "protocol that is not offered",
            Wrong::Atr(T1_ONLY),
            "establish connect-t0=8010000F connect",
        ),
        row(
            "reset by another application",
            planned(Fault::Reset {}),
            "establish connect transmit=80100068 status=80100068 reconnect transmit=00000000_2",
        ),
        row(
            "another application in a transaction",
            Wrong::Hands,
            "establish connect @rival-begins control=8010000B attribute=8010000B transmit=8010000B \
             status=8010000B reconnect=8010000B end=8010000B @rival-leaves transmit=00000000_2",
        ),
        row(
            "another application resets on leaving",
            Wrong::Hands,
            "establish connect begin end @rival-resets transmit=80100068 reconnect transmit=00000000_2",
        ),
        row(
            "exclusive by another application",
            Wrong::Rival(Hold::Exclusive),
            "establish state=00000000_A2 connect=8010000B",
        ),
        row(
            "shared with another application",
            Wrong::Rival(Hold::Connection),
            "establish state=00000000_122 connect connect-exclusive=8010000B transmit=00000000_2",
        ),
        row(
            "another application for a while",
            planned(Fault::Rival {
                hold: Hold::Transaction,
                stays: Duration::from_millis(20),
            }),
            // With PCSCLITE_NO_BLOCKING the library does not wait; SCardBeginTransaction always does.
            "establish connect transmit=8010000B begin transmit=00000000_2 end",
        ),
        row(
            "slow card",
            planned(Fault::Late(Duration::from_millis(5))),
            "establish connect transmit=00000000_2",
        ),
        row(
            "waiting-time extension",
            planned(Fault::WaitingTime {
                requests: 1,
                multiplier: 1,
            }),
            "establish connect transmit=00000000_2",
        ),
        row(
            "waiting that is cancelled",
            Wrong::NoCard,
            "establish wait-cancelled=80100002 state=00000000_12",
        ),
        row(
            "card that comes late",
            Wrong::NoCard,
            "establish connect=8010000C @insert wait-present connect transmit=00000000_2",
        ),
        row(
            "card that bounces",
            Wrong::Hands,
            "establish connect @bounce wait-present transmit=80100069 reconnect transmit=00000000_2",
        ),
    ]
}

#[test]
fn every_fault_has_its_code() {
    let Some(script) = Script::compile("calls", "every_fault_has_its_code") else {
        return;
    };
    let mut differences = Vec::new();
    for row in rows() {
        let name = row.name;
        let (said, wanted) = Play::new(row).played(&script);
        if said != wanted {
            differences.push(format!("{name}:\n  {said:?}\n  {wanted:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Without `PCSCLITE_NO_BLOCKING` a program is not told of the other application: libpcsclite asks
/// again every 100 ms until that has ended its transaction.
#[test]
fn the_library_waits_for_the_other_application() {
    let Some(script) = Script::compile("calls", "the_library_waits_for_the_other_application")
    else {
        return;
    };
    let play = Play::new(Row {
        name: "blocking",
        wrong: Wrong::Planned(Fault::Rival {
            hold: Hold::Transaction,
            stays: Duration::from_millis(150),
        }),
        calls: "",
    });
    let calls = ["establish", "connect", "transmit", "transmit", "status"];
    let mut program = Command::new(&script.program);
    program
        .arg(READER)
        .args(calls)
        .env("PCSCLITE_CSOCK_NAME", play.socket())
        .env_remove("PCSCLITE_NO_BLOCKING");
    let outcome = run(&mut program);
    let said: Vec<_> = outcome.stdout.lines().collect();
    let wanted = [
        "establish 00000000",
        "connect 00000000",
        "transmit 00000000 2",
        "transmit 00000000 2",
        "status 00000000",
    ];
    assert_eq!(said, wanted, "{outcome:#?}");
}

/// Every code that PC/SC has, and some that it has not, reach the program unchanged.
#[test]
fn any_code_of_an_exchange_reaches_the_program() {
    let Some(script) = Script::compile("calls", "any_code_of_an_exchange_reaches_the_program")
    else {
        return;
    };
    let lists = (0x8010_0001..=0x8010_0035).chain(0x8010_0065..=0x8010_0072);
    for rv in lists.chain([0x45D, 0x57, 0xFFFF_FFFF]) {
        let row = Row {
            name: "any code",
            wrong: Wrong::Planned(Fault::Damaged {
                carried_out: false,
                code: Some(ReturnCode::new(rv)),
            }),
            calls: "establish connect transmit=? transmit=00000000_2",
        };
        let (said, _) = Play::new(row).played(&script);
        assert_eq!(said[2], format!("transmit {rv:08X}"));
        assert_eq!(said[3], "transmit 00000000 2");
    }
}

/// A row in action.
struct Play {
    row: Row,
    manager: ResourceManager,
    reader: ReaderId,
    rival: Option<Rival>,
    folder: tempfile::TempDir,
    server: Option<Server>,
}

impl Play {
    fn new(row: Row) -> Self {
        let manager = ResourceManager::new(Arc::new(()), Arc::new(RealTime::new()), 1);
        let reader = manager.add_reader(READER).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut play = Self {
            row,
            manager,
            reader,
            rival: None,
            folder,
            server: None,
        };
        play.arrange();
        play
    }

    fn arrange(&mut self) {
        let (manager, reader) = (&self.manager, self.reader);
        let atr = match self.row.wrong {
            Wrong::Atr(atr) => atr,
            _ => CONTACTLESS,
        };
        match self.row.wrong {
            Wrong::Service(faults) => manager.set_service_faults(faults),
            Wrong::Reader(faults) => manager.set_slot_faults(reader, faults).unwrap(),
            Wrong::Planned(what) => {
                manager
                    .plan(reader, Plan::once(Moment::Apdu(1), what))
                    .unwrap();
            }
            _ => {}
        }
        match self.row.wrong {
            Wrong::NoReader => drop(manager.remove_reader(reader)),
            Wrong::NoCard => {}
            _ => manager.insert(reader, Card::boxed(atr)).unwrap(),
        }
        if let Wrong::Rival(hold) = self.row.wrong {
            self.rival = Some(manager.rival(reader, hold).unwrap());
        }
        if !matches!(self.row.wrong, Wrong::NoService) {
            self.server = Some(Server::bind(self.socket(), manager.clone()).unwrap());
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("pcscd.comm")
    }

    /// What the program said, and what it should have said.
    fn played(mut self, script: &Script) -> (Vec<String>, Vec<String>) {
        let steps: Vec<_> = self.row.calls.split_whitespace().collect();
        let calls = steps.iter().map(|step| step.split('=').next().unwrap());
        let socket = self.socket();
        let arguments: Vec<_> = [READER].into_iter().chain(calls).collect();
        let said = talk(&script.program, arguments, &socket, |wish| {
            wished(&self.manager, self.reader, &mut self.rival, wish);
        });
        let wanted = steps.iter().filter(|step| !step.starts_with('@'));
        let wanted = wanted.map(|step| match step.split_once('=') {
            Some((call, outcome)) => format!("{call} {}", outcome.replace('_', " ")),
            None => format!("{step} 00000000"),
        });
        // What a state shows beside the code is only compared where the row says it.
        let wanted: Vec<_> = wanted.collect();
        let cut = |(said, wanted): (String, &String)| {
            let more = said.starts_with("wait") && said.starts_with(wanted.as_str());
            if more { wanted.clone() } else { said }
        };
        let said = said.into_iter().zip(&wanted).map(cut).collect();
        (said, wanted)
    }
}

/// What the script wishes for.
fn wished(manager: &ResourceManager, reader: ReaderId, rival: &mut Option<Rival>, wish: &str) {
    match wish {
        "rival-begins" => *rival = Some(manager.rival(reader, Hold::Transaction).unwrap()),
        "rival-leaves" => drop(rival.take()),
        "rival-resets" => {
            let rival = manager.rival(reader, Hold::Connection).unwrap();
            rival.leave(Disposition::RESET).unwrap();
        }
        "insert" => manager.insert(reader, Card::boxed(CONTACTLESS)).unwrap(),
        "bounce" => {
            let card = manager.remove(reader).unwrap();
            manager.insert(reader, card).unwrap();
        }
        other => panic!("no hand can {other:?}"),
    }
}

#[test]
fn the_table_has_no_row_twice() {
    let mut names = HashMap::new();
    for row in rows() {
        assert_eq!(names.insert(row.name, ()), None, "{}", row.name);
    }
}
