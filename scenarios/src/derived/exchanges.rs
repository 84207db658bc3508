//! One exchange with the card goes otherwise than usual: every kind of command in a check, by eye and by
//! PIN, in the reading for a registration and in a designation, and everything that can happen to a
//! command. The patient leaves, whatever came of it, and the next one must be checked as if nothing had
//! been. And calls that never return, whatever is done about it; and cards that are slow all along.

use std::num::NonZeroU32;
use std::time::Duration;

use madoguchi_eligibility::Method;
use madoguchi_iso7816::StatusWord;
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{Act, Care, Decides, Designation, Fault, Hold, Moment, Pin, Restart, Scenario};

/// A command of a check.
#[derive(Clone, Copy)]
struct Command {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    at: Moment,
    /// Whether it reads a file.
    reads: bool,
    /// Whether only a check by PIN has it.
    only_by_pin: bool,
}

impl Command {
    /// The same in a second reading.
    const fn again(self, at: Moment) -> Self {
        Self { at, ..self }
    }
}

/// The commands of a check, those first at which most goes wrong.
const COMMANDS: &[Command] = &[
    Command {
        name: "certificate",
        ja: "証明書の途中",
        en: "in the middle of the certificate",
        at: Moment::Byte(700),
        reads: true,
        only_by_pin: false,
    },
    Command {
        name: "verify",
        ja: "暗証番号の照合",
        en: "at VERIFY with a PIN",
        at: at(0x20, 2),
        reads: false,
        only_by_pin: true,
    },
    Command {
        name: "attempts",
        ja: "残り回数の問い合わせ",
        en: "at VERIFY without data",
        at: at(0x20, 1),
        reads: false,
        only_by_pin: true,
    },
    Command {
        name: "sign",
        ja: "署名",
        en: "at COMPUTE DIGITAL SIGNATURE",
        at: at(0x2A, 1),
        reads: false,
        only_by_pin: true,
    },
    Command {
        name: "length",
        ja: "証明書の先頭",
        en: "at the first bytes of the certificate",
        at: Moment::Byte(0),
        reads: true,
        only_by_pin: false,
    },
    Command {
        name: "application",
        ja: "APの選択",
        en: "at SELECT of the application",
        at: at(0xA4, 1),
        reads: false,
        only_by_pin: false,
    },
    Command {
        name: "file",
        ja: "ファイルの選択",
        en: "at SELECT of the file",
        at: at(0xA4, 2),
        reads: false,
        only_by_pin: false,
    },
];

/// The commands of the second reading that a registration takes. Its selections are counted as a client
/// sends them that needs two for a reading; in another client they are others of the same visit.
const REGISTERING: &[Command] = &[
    COMMANDS[0].again(Moment::ByteAgain(700)),
    COMMANDS[5].again(at(0xA4, 3)),
    COMMANDS[6].again(at(0xA4, 4)),
    COMMANDS[4].again(Moment::ByteAgain(0)),
];

/// What the card is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Errand {
    Visual,
    Pin,
    Registration,
    Designation,
}

impl Errand {
    const ALL: [Self; 4] = [
        Self::Pin,
        Self::Visual,
        Self::Registration,
        Self::Designation,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Visual => "visual",
            Self::Pin => "pin",
            Self::Registration => "register",
            Self::Designation => "designate",
        }
    }

    const fn commands(self) -> &'static [Command] {
        match self {
            Self::Registration => REGISTERING,
            Self::Visual | Self::Pin | Self::Designation => COMMANDS,
        }
    }

    const fn has_pin(self) -> bool {
        matches!(self, Self::Pin | Self::Designation)
    }

    const fn place(self) -> Place {
        match self {
            Self::Designation => Place::Home,
            Self::Visual | Self::Pin | Self::Registration => Place::Practice,
        }
    }

    /// Whose card meets the mishap.
    const fn persona(self) -> &'static str {
        match self {
            Self::Registration => "mitouroku-saburo",
            Self::Visual | Self::Pin | Self::Designation => FIRST,
        }
    }

    /// Until the card has been laid down, once more where it is asked for again.
    fn play(self, cell: &mut Cell) {
        self.begin(cell);
        cell.place(self.persona());
        if self == Self::Registration {
            cell.press("資格確認する");
        }
        cell.take();
    }

    /// A patient is checked in the way that this errand has, by eye where it is no check.
    fn serve(self, cell: &mut Cell, card: &str) {
        cell.choose(if self == Self::Pin {
            Method::Pin
        } else {
            Method::Visual
        });
        if self == Self::Pin {
            cell.pin(Pin::Right);
        }
        cell.place(card);
        cell.take();
    }

    /// Until the card is asked for.
    fn begin(self, cell: &mut Cell) {
        let card = self.persona();
        match self {
            Self::Visual => cell.choose(Method::Visual),
            Self::Pin => cell.choose(Method::Pin),
            Self::Registration => {
                cell.visual(card);
                cell.press("健康保険証利用登録する");
                cell.press("同意する");
                cell.press("マイナンバーカードを読み取る");
            }
            Self::Designation => cell.act(Act::Designate(Designation::by_pin(
                Care::HomeVisit,
                Decides::Agrees,
            ))),
        }
        if self.has_pin() {
            cell.pin(Pin::Right);
        }
    }
}

const fn at(ins: u8, nth: u32) -> Moment {
    Moment::Instruction { ins, nth }
}

/// What happens to a command.
struct Mishap {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    what: Fault,
}

/// What can happen to a command, the usual first.
const MISHAPS: &[Mishap] = &[
    Mishap {
        name: "torn",
        ja: "カードが離れる",
        en: "the card is lifted",
        what: Fault::Torn {
            carried_out: false,
            code: None,
        },
    },
    Mishap {
        name: "torn-behind",
        ja: "応答の前にカードが離れる",
        en: "the card is lifted with the answer",
        what: Fault::TEAR,
    },
    Mishap {
        name: "damaged-behind",
        ja: "応答だけが壊れる",
        en: "the answer is damaged",
        what: Fault::Damaged {
            carried_out: true,
            code: None,
        },
    },
    Mishap {
        name: "damaged",
        ja: "通信が失敗する",
        en: "the exchange fails",
        what: Fault::Damaged {
            carried_out: false,
            code: None,
        },
    },
    Mishap {
        name: "mute",
        ja: "カードが答えない",
        en: "the card does not answer",
        what: Fault::Mute {},
    },
    Mishap {
        name: "reset",
        ja: "カードがリセットされる",
        en: "another program resets the card",
        what: Fault::Reset {},
    },
    Mishap {
        name: "refused",
        ja: "カードが 6F00 を返す",
        en: "the card answers 6F00",
        what: Fault::Status(StatusWord::NO_DIAGNOSIS),
    },
    Mishap {
        name: "empty",
        ja: "応答が空",
        en: "the answer is empty",
        what: Fault::Truncated(0),
    },
    Mishap {
        name: "one-byte",
        ja: "応答が 1 バイトだけ届く",
        en: "one byte of the answer arrives",
        what: Fault::Truncated(1),
    },
    Mishap {
        name: "more",
        ja: "余分なバイトが付く",
        en: "made-up bytes follow the answer",
        what: Fault::Overlong(20),
    },
    Mishap {
        name: "slow",
        ja: "応答が 1 秒遅れる",
        en: "the answer comes a second late",
        what: Fault::Late(Duration::from_secs(1)),
    },
    Mishap {
        name: "more-time",
        ja: "カードが時間を求める",
        en: "the card asks for more time",
        what: Fault::WaitingTime {
            requests: 2,
            multiplier: 1,
        },
    },
    Mishap {
        name: "rival",
        ja: "ほかのプログラムが一時使う",
        en: "another program has the card for a moment",
        what: Fault::Rival {
            hold: Hold::Transaction,
            stays: Duration::from_millis(200),
        },
    },
];

/// What can happen to a command that reads, and is right.
const SHORT: &[Mishap] = &[
    Mishap {
        name: "short",
        ja: "求めより少ないバイトが届く",
        en: "fewer bytes come than were asked for",
        what: Fault::Short(100),
    },
    Mishap {
        name: "one-of-many",
        ja: "求めのうち 1 バイトだけ届く",
        en: "one byte comes of those asked for",
        what: Fault::Short(1),
    },
];

/// A command whose call does not return before the card is taken.
const HANGS: Mishap = Mishap {
    name: "hangs",
    ja: "呼び出しが返らない",
    en: "the call does not return",
    what: Fault::Late(Duration::from_secs(3600)),
};

/// How long a client waits for such a call, milliseconds.
const PATIENCE: u32 = 1500;

/// Where calls hang: the errand and a place in its commands.
const HANGING: &[(Errand, usize)] = &[
    (Errand::Visual, 0),
    (Errand::Pin, 1),
    (Errand::Pin, 3),
    (Errand::Visual, 5),
    (Errand::Pin, 2),
    (Errand::Registration, 0),
    (Errand::Designation, 3),
];

/// A call of PC/SC in a conversation with the card.
#[derive(Clone, Copy)]
struct Called {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    at: Moment,
}

impl Called {
    const CONNECT: Self = Self {
        name: "connect",
        ja: "接続",
        en: "at SCardConnect",
        at: Moment::Connect(1),
    };
    /// Only some programs have transactions.
    const BEGIN: Self = Self {
        name: "begin",
        ja: "トランザクションの開始",
        en: "at SCardBeginTransaction",
        at: Moment::BeginTransaction(1),
    };
    const DISCONNECT: Self = Self {
        name: "disconnect",
        ja: "切断",
        en: "at SCardDisconnect",
        at: Moment::Disconnect(1),
    };
    const VERIFY: Self = Self {
        name: "verify",
        ja: "暗証番号の照合",
        en: "at VERIFY with a PIN",
        at: Moment::Presented(1),
    };

    /// A command's call.
    const fn of(errand: Errand, at: usize) -> Self {
        let Command {
            name, ja, en, at, ..
        } = errand.commands()[at];
        Self { name, ja, en, at }
    }

    /// Whether every program makes it.
    const fn is_certain(self) -> bool {
        !matches!(self.at, Moment::BeginTransaction(_))
    }
}

/// The calls that never return, and what they are made for.
const NEVER: &[(Called, Errand)] = &[
    (Called::of(Errand::Visual, 0), Errand::Visual),
    (Called::CONNECT, Errand::Visual),
    (Called::VERIFY, Errand::Pin),
    (Called::DISCONNECT, Errand::Visual),
    (Called::of(Errand::Pin, 3), Errand::Pin),
    (Called::CONNECT, Errand::Pin),
    (Called::of(Errand::Visual, 5), Errand::Visual),
    (Called::DISCONNECT, Errand::Pin),
    (Called::of(Errand::Pin, 2), Errand::Pin),
    (Called::of(Errand::Registration, 0), Errand::Registration),
    (Called::of(Errand::Designation, 3), Errand::Designation),
    (Called::BEGIN, Errand::Visual),
];

/// The calls that find the card gone which a wait for it had seen.
const GONE: &[(Called, Errand)] = &[
    (Called::CONNECT, Errand::Visual),
    (Called::CONNECT, Errand::Pin),
    (Called::CONNECT, Errand::Designation),
    (Called::BEGIN, Errand::Pin),
    (Called::BEGIN, Errand::Visual),
];

/// What is done about a call that does not return, before the next patient comes.
struct Remedy {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    play: fn(&mut Cell, Called, Errand),
}

const REMEDIES: &[Remedy] = &[
    Remedy {
        name: "next",
        ja: "次の患者が来る",
        en: "the next patient comes",
        play: |_, _, _| {},
    },
    Remedy {
        name: "replugged",
        ja: "リーダーを差し直す",
        en: "the reader is plugged in again",
        play: |cell, _, _| {
            cell.act(Act::UnplugReader);
            cell.act(Act::PlugReader);
        },
    },
    Remedy {
        name: "replaced",
        ja: "別のリーダーに替える",
        en: "the reader is replaced by another",
        play: |cell, _, _| {
            cell.act(Act::UnplugReader);
            cell.act(Act::PlugOther(who("ACS ACR122U PICC Interface")));
        },
    },
    Remedy {
        name: "restarted",
        ja: "PC/SC サービスを再起動する",
        en: "the PC/SC service is started again",
        play: |cell, _, _| {
            cell.act(Act::StopService);
            cell.act(Act::StartService);
        },
    },
    Remedy {
        name: "twice",
        ja: "次の患者でもう一度返らない",
        en: "with the next patient once more",
        play: |cell, call, errand| {
            cell.card_fault(call.at, Fault::Hangs {});
            errand.play(cell);
        },
    },
    Remedy {
        name: "killed",
        ja: "アプリを強制終了する",
        en: "the client is killed",
        play: |cell, _, _| {
            cell.act(Act::RestartApp(Some(Restart::Killed)));
            cell.login();
        },
    },
];

/// A call that never returns, and the next patient.
fn never_returns(call: Called, errand: Errand, remedy: &Remedy) -> Scenario {
    let id = format!(
        "exchanges/{}-{}-never.{}",
        errand.name(),
        call.name,
        remedy.name
    );
    let purpose = Wording::new(
        format!("{}の呼び出しがいつまでも返らず、{}", call.ja, remedy.ja),
        format!("{}: the call never returns; {}", call.en, remedy.en),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    if call.is_certain() {
        cell.decides(&["reader.survives-hang"]);
    }
    cell.login();
    cell.card_fault(call.at, Fault::Hangs {});
    errand.play(&mut cell);
    (remedy.play)(&mut cell, call, errand);
    errand.serve(&mut cell, SECOND);
    hanging(cell.end())
}

/// The card is lifted when it has been seen, and before a call; and the next patient.
fn gone_before(call: Called, errand: Errand) -> Scenario {
    let id = format!("exchanges/{}-{}-gone", errand.name(), call.name);
    let purpose = Wording::new(
        format!("{}の前にカードが離れる", call.ja),
        format!("the card is gone {}", call.en),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    if call.is_certain() {
        cell.decides(&["card.cause-as-told"]);
    }
    cell.login();
    cell.card_fault(call.at, Fault::REMOVAL);
    errand.play(&mut cell);
    errand.serve(&mut cell, SECOND);
    cell.end()
}

/// How much later each of several answers comes: less than a client waits, and more together.
const LATER: Duration = Duration::from_millis(500);

/// Every command is answered in time, and the conversation with the card takes longer than that.
fn slow(errand: Errand, from: u32) -> Scenario {
    let id = format!("exchanges/{}-slow.{from}", errand.name());
    let purpose = Wording::new(
        format!("{from} 番目の命令から、応答が続けて遅れる"),
        format!("from command {from} on several answers are late"),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    cell.decides(&["card.slow-finished"]);
    cell.login();
    for nth in from..from + 4 {
        cell.card_fault(Moment::Apdu(nth), Fault::Late(LATER));
    }
    errand.serve(&mut cell, FIRST);
    errand.serve(&mut cell, SECOND);
    hanging(cell.end())
}

/// From one command on the card answers every reading with 9000 and no byte: its file is shorter than it says.
fn dry(errand: Errand, from: u32) -> Scenario {
    let id = format!("exchanges/{}-dry.{from}", errand.name());
    let purpose = Wording::new(
        format!("{from} 番目の命令から、カードが 9000 だけを返す"),
        format!("from command {from} on the card answers 9000 and nothing else"),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    cell.decides(&["card.bounded-reading"]);
    cell.login();
    for nth in from..from + 16 {
        cell.card_fault(Moment::Apdu(nth), Fault::Short(0));
    }
    errand.play(&mut cell);
    errand.serve(&mut cell, SECOND);
    cell.end()
}

/// All of them, the likeliest first.
pub(super) fn cells() -> Vec<Scenario> {
    let mut ranked: Vec<(usize, Scenario)> = Vec::new();
    for errand in Errand::ALL {
        for (i, command) in errand.commands().iter().enumerate() {
            let short = if command.reads { SHORT } else { &[] };
            for (j, mishap) in short.iter().chain(MISHAPS).enumerate() {
                if errand.has_pin() || !command.only_by_pin {
                    ranked.push((i + j, cell(command, mishap, errand)));
                }
            }
        }
    }
    for (i, (errand, at)) in HANGING.iter().enumerate() {
        let command = &errand.commands()[*at];
        ranked.push((i, hanging(cell(command, &HANGS, *errand))));
        if *errand != Errand::Registration {
            ranked.push((i, hanging(closed_while_it_hangs(command, *errand))));
        }
        ranked.push((i, hanging(given_up(command, *errand))));
    }
    for (i, (call, errand)) in NEVER.iter().enumerate() {
        for (j, remedy) in REMEDIES.iter().enumerate() {
            ranked.push((i + j, never_returns(*call, *errand, remedy)));
        }
    }
    for (i, (call, errand)) in GONE.iter().enumerate() {
        ranked.push((i, gone_before(*call, *errand)));
    }
    for (i, (errand, from)) in SLOW.iter().enumerate() {
        ranked.push((i, slow(*errand, *from)));
    }
    for (i, (errand, from)) in DRY.iter().enumerate() {
        ranked.push((i, dry(*errand, *from)));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, cell)| cell).collect()
}

/// Whose certificates dry up, from which command on.
const DRY: &[(Errand, u32)] = &[(Errand::Visual, 5), (Errand::Pin, 5), (Errand::Visual, 3)];

/// Which conversations are slow, from which command on.
const SLOW: &[(Errand, u32)] = &[
    (Errand::Visual, 3),
    (Errand::Pin, 6),
    (Errand::Visual, 1),
    (Errand::Pin, 1),
];

/// A client that is not to wait for long.
fn hanging(mut cell: Scenario) -> Scenario {
    cell.given.patience_ms = NonZeroU32::new(PATIENCE);
    cell
}

/// The staff go home while the call still hangs.
fn closed_while_it_hangs(command: &Command, errand: Errand) -> Scenario {
    let id = format!("exchanges/{}-{}-hangs.closed", errand.name(), command.name);
    let purpose = Wording::new(
        format!("{}で呼び出しが返らず、終える", command.ja),
        format!("{}: the call does not return, and it is closed", command.en),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    cell.decides(&["contract.card-awaited"]);
    cell.login();
    cell.card_fault(command.at, HANGS.what);
    errand.begin(&mut cell);
    cell.place(errand.persona());
    cell.end()
}

/// The command is answered once the client has given it up, and the card still lies there.
fn given_up(command: &Command, errand: Errand) -> Scenario {
    let id = format!("exchanges/{}-{}-given-up", errand.name(), command.name);
    let purpose = Wording::new(
        format!("{}で、諦めたあとに応答が届く", command.ja),
        format!("{}: answered once it was given up", command.en),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    cell.decides(&["card.given-up-left-alone"]);
    cell.login();
    cell.card_fault(command.at, Fault::Late(Duration::from_secs(60)));
    errand.begin(&mut cell);
    cell.place(errand.persona());
    cell.act(Act::Wait(Duration::from_secs(90).into()));
    cell.take();
    errand.serve(&mut cell, SECOND);
    cell.end()
}

fn cell(command: &Command, mishap: &Mishap, errand: Errand) -> Scenario {
    let id = format!(
        "exchanges/{}-{}-{}",
        errand.name(),
        command.name,
        mishap.name
    );
    let purpose = Wording::new(
        format!("{}で、{}", command.ja, mishap.ja),
        format!("{}: {}", command.en, mishap.en),
    );
    let mut cell = Cell::new(&id, errand.place(), errand.persona(), purpose);
    cell.decides(&["card.certificate-from-card", "result.needs-answer"]);
    if errand == Errand::Pin {
        cell.decides(&["credential.one-verify-per-entry"]);
    }
    cell.login();
    cell.card_fault(command.at, mishap.what);
    errand.play(&mut cell);
    errand.serve(&mut cell, SECOND);
    cell.end()
}
