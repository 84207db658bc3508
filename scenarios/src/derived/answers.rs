//! Every operation of the service, and every way in which its answer can fail, stop half way or come late;
//! and whether the staff try again.

use std::num::NonZeroU32;

use madoguchi_eligibility::{Availability, Method, Operation};
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{
    Act, Answered, CaptivePortal, Care, Decides, Delay, Designation, EmergencyMode, ForeignJson,
    GatewayStatus, HistoryConditions, Operate, Pin, Portion, Redirect, RedirectTo, Scenario,
    Search, ServerError, SlowLink, Struck, TerminalState, TooManyRequests, Visit, WebFault,
};

/// An operation, and what leads to it.
struct Asked {
    operation: Operation,
    /// Ending of its name in the ids of cells, where an operation is asked in several ways.
    whose: &'static str,
    place: Place,
    persona: &'static str,
    /// Until it is asked.
    before: fn(&mut Cell),
    /// After 再試行.
    again: fn(&mut Cell),
    /// Where the staff leave it.
    leave: fn(&mut Cell),
    /// Whether an answer that the service gave, and that no client read, ends what can be done.
    is_once: bool,
}

impl Asked {
    /// Whether what is answered is a list.
    fn lists(&self) -> bool {
        self.operation == Operation::History
    }

    /// Whether the last act before it asks for nothing else, and whether a refusal has no requirement of its own.
    fn can_be_refused(&self) -> bool {
        let others = [
            Operation::Challenge,
            Operation::Login,
            Operation::FirstLogin,
            Operation::BulkSubmission,
            Operation::BulkResult,
            Operation::EmergencySearch,
        ];
        !others.contains(&self.operation)
    }
}

const UNREGISTERED: &str = "mitouroku-saburo";

fn none(_: &mut Cell) {}

fn take(cell: &mut Cell) {
    cell.take();
}

fn close(cell: &mut Cell) {
    cell.press("閉じる");
}

const fn asked(operation: Operation, place: Place, before: fn(&mut Cell)) -> Asked {
    Asked {
        operation,
        whose: "",
        place,
        persona: FIRST,
        before,
        again: take,
        leave: take,
        is_once: false,
    }
}

const ASKED: &[Asked] = &[
    asked(
        Operation::EligibilityByCertificate,
        Place::Practice,
        |cell| cell.visual(FIRST),
    ),
    asked(Operation::EligibilityBySignature, Place::Practice, |cell| {
        cell.by_pin(FIRST);
    }),
    Asked {
        again: |cell| {
            cell.pin(Pin::Right);
            cell.take();
        },
        ..asked(Operation::Challenge, Place::Practice, |cell| {
            cell.by_pin(FIRST);
        })
    },
    Asked {
        again: none,
        leave: |cell| cell.act(Act::Login(None)),
        ..asked(Operation::Login, Place::Practice, none)
    },
    Asked {
        again: none,
        leave: |cell| cell.act(Act::Login(None)),
        is_once: true,
        ..asked(Operation::FirstLogin, Place::Practice, none)
    },
    Asked {
        persona: UNREGISTERED,
        ..asked(Operation::RegistrationTerms, Place::Practice, |cell| {
            cell.visual(UNREGISTERED);
            cell.press("健康保険証利用登録する");
        })
    },
    Asked {
        persona: UNREGISTERED,
        ..asked(Operation::RegistrationConsent, Place::Practice, |cell| {
            cell.visual(UNREGISTERED);
            cell.press("健康保険証利用登録する");
            cell.press("同意する");
        })
    },
    Asked {
        persona: UNREGISTERED,
        ..asked(Operation::Register, Place::Practice, |cell| {
            cell.visual(UNREGISTERED);
            cell.press("健康保険証利用登録する");
            cell.press("同意する");
            cell.press("マイナンバーカードを読み取る");
        })
    },
    Asked {
        again: close,
        leave: close,
        ..asked(Operation::History, Place::Practice, |cell| {
            cell.visual(FIRST);
            cell.take();
            cell.act(Act::BrowseHistory(HistoryConditions::default()));
        })
    },
    Asked {
        again: close,
        ..asked(Operation::InstitutionConsent, Place::Home, |cell| {
            cell.act(Act::Designate(Designation::by_pin(
                Care::HomeVisit,
                Decides::Agrees,
            )));
            cell.pin(Pin::Right);
            cell.place(FIRST);
        })
    },
    Asked {
        whose: "-online",
        again: |cell| {
            cell.pin(Pin::Right);
            cell.take();
        },
        ..asked(Operation::Challenge, Place::Home, |cell| {
            cell.act(Act::Designate(Designation::by_pin(
                Care::Online,
                Decides::Agrees,
            )));
            cell.pin(Pin::Right);
            cell.place(FIRST);
        })
    },
    Asked {
        again: close,
        leave: close,
        ..asked(Operation::EligibilityByNumber, Place::Institution, |cell| {
            cell.act(Act::AskByNumber(who(FIRST)));
        })
    },
    Asked {
        again: close,
        leave: close,
        ..asked(Operation::EmergencySearch, Place::Institution, |cell| {
            let (from, until) = (
                madoguchi_notation::Offset::days(-1),
                madoguchi_notation::Offset::days(1),
            );
            cell.act(Act::Operate(Operate::Disaster { from, until }));
            cell.act(Act::SearchEmergency(Search {
                mode: EmergencyMode::Disaster,
                persona: who(FIRST),
                consent: Answered::Agrees,
            }));
        })
    },
    Asked {
        again: close,
        leave: close,
        ..asked(Operation::BulkSubmission, Place::Institution, |cell| {
            cell.act(Act::InquireInBulk(vec![who(FIRST), who(SECOND)]));
        })
    },
    Asked {
        again: close,
        leave: close,
        ..asked(Operation::BulkResult, Place::Institution, |cell| {
            cell.act(Act::InquireInBulk(vec![who(FIRST), who(SECOND)]));
            cell.act(Act::FetchResult);
        })
    },
    Asked {
        again: close,
        leave: close,
        ..asked(
            Operation::EligibilityByConsent,
            Place::Institution,
            |cell| cell.act(Act::VisitAgain(Visit::default())),
        )
    },
];

/// What becomes of an answer.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) ja: &'static str,
    pub(super) en: &'static str,
    pub(super) fault: fn(Operation) -> WebFault,
    fate: Fate,
}

impl Way {
    /// Whether the answer comes whole.
    pub(super) fn is_whole(&self) -> bool {
        self.fate == Fate::Whole
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nothing was decided.
    Undecided,
    /// The service decided, and the client cannot know it.
    Decided,
    /// It comes whole: late, or in another dress.
    Whole,
}

pub(super) const fn struck(operation: Operation) -> Struck {
    Struck {
        operation,
        nth: 1,
        times: 1,
    }
}

const fn portion(operation: Operation, percent: u8) -> Portion {
    Portion {
        operation,
        nth: 1,
        times: 1,
        percent: Some(percent),
    }
}

fn server_error(operation: Operation, status: u16) -> WebFault {
    WebFault::ServerError(ServerError {
        operation,
        nth: 1,
        times: 1,
        status: status
            .try_into()
            .unwrap_or_else(|error| unreachable!("a server error: {error}")),
    })
}

const fn foreign_json(operation: Operation, status: GatewayStatus) -> WebFault {
    WebFault::ForeignJson(ForeignJson {
        operation,
        nth: 1,
        times: 1,
        status,
    })
}

const fn portal(operation: Operation, redirect: bool) -> WebFault {
    WebFault::CaptivePortal(CaptivePortal {
        operation,
        nth: 1,
        times: 1,
        redirect,
    })
}

fn redirect(operation: Operation, status: u16, to: RedirectTo) -> WebFault {
    WebFault::Redirect(Redirect {
        operation,
        nth: 1,
        times: 1,
        status: status
            .try_into()
            .unwrap_or_else(|error| unreachable!("a redirect: {error}")),
        to,
    })
}

/// Every status that sends a client on, and everywhere: what a library does by default differs by both.
const REDIRECTS: &[Way] = &[
    Way {
        name: "302-other-host",
        ja: "302 で別のホストへ送られる",
        en: "sent to another host by 302",
        fault: |operation| redirect(operation, 302, RedirectTo::OtherHost),
        fate: Fate::Undecided,
    },
    Way {
        name: "307-other-host",
        ja: "307 で別のホストへ送られる",
        en: "sent to another host by 307",
        fault: |operation| redirect(operation, 307, RedirectTo::OtherHost),
        fate: Fate::Undecided,
    },
    Way {
        name: "303-plain",
        ja: "303 で http へ送られる",
        en: "sent to http by 303",
        fault: |operation| redirect(operation, 303, RedirectTo::Plain),
        fate: Fate::Undecided,
    },
    Way {
        name: "308-own-host",
        ja: "308 で同じホストの別のパスへ送られる",
        en: "sent to another path by 308",
        fault: |operation| redirect(operation, 308, RedirectTo::OwnHost),
        fate: Fate::Undecided,
    },
    Way {
        name: "301-plain",
        ja: "301 で http へ送られる",
        en: "sent to http by 301",
        fault: |operation| redirect(operation, 301, RedirectTo::Plain),
        fate: Fate::Undecided,
    },
];

/// For every operation, those that differ most first.
pub(super) const WAYS: &[Way] = &[
    Way {
        name: "answer-lost",
        ja: "回答が失われる",
        en: "the answer is lost",
        fault: |operation| WebFault::AnswerLost(struck(operation)),
        fate: Fate::Decided,
    },
    Way {
        name: "half-a-body",
        ja: "本文の半分で切れる",
        en: "reset within the body",
        fault: |operation| WebFault::ResetInBody(portion(operation, 50)),
        fate: Fate::Decided,
    },
    Way {
        name: "reset",
        ja: "要求がリセットされる",
        en: "the request is reset",
        fault: |operation| WebFault::Reset(struck(operation)),
        fate: Fate::Undecided,
    },
    Way {
        name: "truncated",
        ja: "本文が半分しかない",
        en: "half of the body alone",
        fault: |operation| WebFault::Truncated(portion(operation, 50)),
        fate: Fate::Decided,
    },
    Way {
        name: "redirect",
        ja: "別の所へ送られる",
        en: "sent elsewhere",
        fault: |operation| portal(operation, true),
        fate: Fate::Undecided,
    },
    Way {
        name: "portal",
        ja: "別の画面が返る",
        en: "a captive portal answers",
        fault: |operation| portal(operation, false),
        fate: Fate::Undecided,
    },
    Way {
        name: "media-type",
        ja: "HTML と称する",
        en: "said to be HTML",
        fault: |operation| WebFault::WrongContentType(struck(operation)),
        fate: Fate::Decided,
    },
    Way {
        name: "error-500",
        ja: "500 が返る",
        en: "answered 500",
        fault: |operation| server_error(operation, 500),
        fate: Fate::Undecided,
    },
    Way {
        name: "error-503",
        ja: "503 が返る",
        en: "answered 503",
        fault: |operation| server_error(operation, 503),
        fate: Fate::Undecided,
    },
    Way {
        name: "foreign-json",
        ja: "ゲートウェイの JSON が返る",
        en: "answered in JSON by a gateway",
        fault: |operation| foreign_json(operation, GatewayStatus::default()),
        fate: Fate::Undecided,
    },
    Way {
        name: "foreign-json-200",
        ja: "ゲートウェイの JSON が 200 で返る",
        en: "answered 200 in JSON by a gateway",
        fault: |operation| foreign_json(operation, GatewayStatus::OK),
        fate: Fate::Undecided,
    },
    Way {
        name: "crowded",
        ja: "429 が返る",
        en: "answered 429",
        fault: |operation| {
            WebFault::TooManyRequests(TooManyRequests {
                operation,
                nth: 1,
                times: 1,
                retry_after: 1,
            })
        },
        fate: Fate::Undecided,
    },
    Way {
        name: "media-type-parameters",
        ja: "形式に charset が付く",
        en: "with a charset behind the media type",
        fault: |operation| WebFault::MediaTypeParameters(struck(operation)),
        fate: Fate::Whole,
    },
    Way {
        name: "unknown-field",
        ja: "知られていない項目がある",
        en: "with a field that nobody knows",
        fault: |operation| WebFault::UnknownField(struck(operation)),
        fate: Fate::Whole,
    },
    Way {
        name: "late",
        ja: "遅れて届く",
        en: "late, and in time",
        fault: |operation| {
            WebFault::Delay(Delay {
                operation,
                nth: 1,
                times: 1,
                ms: 400,
            })
        },
        fate: Fate::Whole,
    },
    Way {
        name: "slow",
        ja: "少しずつ届く",
        en: "in a trickle",
        fault: |operation| {
            WebFault::SlowLink(SlowLink {
                operation,
                nth: 1,
                times: 1,
                bytes_per_second: NonZeroU32::MIN.saturating_add(1999),
            })
        },
        fate: Fate::Whole,
    },
];

/// For the two ways to ask for a patient's eligibility, too.
const MORE_WAYS: &[Way] = &[
    Way {
        name: "first-bytes",
        ja: "本文のはじめで切れる",
        en: "reset at the beginning of the body",
        fault: |operation| WebFault::ResetInBody(portion(operation, 5)),
        fate: Fate::Decided,
    },
    Way {
        name: "nearly-all",
        ja: "本文の終わりで切れる",
        en: "reset at the end of the body",
        fault: |operation| WebFault::ResetInBody(portion(operation, 99)),
        fate: Fate::Decided,
    },
    Way {
        name: "empty",
        ja: "本文がない",
        en: "without a body",
        fault: |operation| WebFault::Truncated(portion(operation, 0)),
        fate: Fate::Decided,
    },
    Way {
        name: "one-byte-short",
        ja: "本文の終わりが欠ける",
        en: "without the end of its body",
        fault: |operation| WebFault::Truncated(portion(operation, 99)),
        fate: Fate::Decided,
    },
    Way {
        name: "error-502",
        ja: "502 が返る",
        en: "answered 502",
        fault: |operation| server_error(operation, 502),
        fate: Fate::Undecided,
    },
    Way {
        name: "error-504",
        ja: "504 が返る",
        en: "answered 504",
        fault: |operation| server_error(operation, 504),
        fate: Fate::Undecided,
    },
];

/// Where several results can be answered.
const REORDERED: Way = Way {
    name: "reordered",
    ja: "結果が逆の順",
    en: "its results in the reverse order",
    fault: |operation| WebFault::Reordered(struck(operation)),
    fate: Fate::Whole,
};

/// Which takes the time that a client is patient.
const SILENT: Way = Way {
    name: "silent",
    ja: "何も返らない",
    en: "never answered",
    fault: |operation| WebFault::Silent(struck(operation)),
    fate: Fate::Undecided,
};

/// The same, after a part of the answer.
const STALLED: Way = Way {
    name: "stalled",
    ja: "途中で止まる",
    en: "never ended",
    fault: |operation| WebFault::Stalled(portion(operation, 50)),
    fate: Fate::Decided,
};

/// Late enough that somebody presses a button before it is there.
const PRESSED: Way = Way {
    name: "pressed",
    ja: "届く前に「閉じる」が押される",
    en: "late, and 閉じる is pressed before it",
    fault: |operation| {
        WebFault::Delay(Delay {
            operation,
            nth: 1,
            times: 1,
            ms: 600,
        })
    },
    fate: Fate::Whole,
};

/// How long clients wait where nothing comes, milliseconds.
const PATIENCE_MS: NonZeroU32 = NonZeroU32::MIN.saturating_add(1999);

/// All cells, by ways and then by operations.
pub(super) fn cells() -> Vec<Scenario> {
    let mut cells = Vec::new();
    let of_patients = &ASKED[..2];
    for way in WAYS {
        cells.extend(ASKED.iter().map(|asked| cell(asked, way, true)));
        if !way.is_whole() {
            cells.extend(of_patients.iter().map(|asked| cell(asked, way, false)));
        }
    }
    for way in REDIRECTS {
        cells.extend(ASKED.iter().map(|asked| cell(asked, way, true)));
    }
    for way in MORE_WAYS {
        for retry in [true, false] {
            cells.extend(of_patients.iter().map(|asked| cell(asked, way, retry)));
        }
    }
    for way in &WAYS[..3] {
        let others = ASKED[2..].iter();
        let others = others.filter(|asked| !(asked.is_once && way.fate == Fate::Decided));
        cells.extend(others.map(|asked| cell(asked, way, false)));
    }
    cells.push(reordered_bulk());
    let listed = ASKED.iter().filter(|asked| asked.lists());
    cells.extend(listed.map(|asked| cell(asked, &REORDERED, true)));
    for asked in ASKED.iter().filter(|asked| asked.can_be_refused()) {
        cells.extend([true, false].map(|has_words| refused(asked, &BUSY, has_words)));
        if asked.place == Place::Practice {
            cells.extend([true, false].map(|has_words| refused(asked, &ABOLISHED, has_words)));
        }
    }
    for way in [&PRESSED, &SILENT, &STALLED] {
        cells.extend(ASKED.iter().map(|asked| cell(asked, way, true)));
    }
    cells
}

/// The units of a 一括照会 are answered in another order than they were asked in.
fn reordered_bulk() -> Scenario {
    let purpose = Wording::new(
        "一括照会の結果が逆の順",
        "a bulk inquiry, answered in the reverse order",
    );
    let mut cell = Cell::new(
        "answers/bulk-result.reordered",
        Place::Institution,
        FIRST,
        purpose,
    );
    cell.decides(&["bulk.units-shown"]);
    cell.mishap(WebFault::Reordered(Struck {
        times: FETCHES,
        ..struck(Operation::BulkResult)
    }));
    cell.login();
    cell.act(Act::InquireInBulk(vec![
        who(FIRST),
        who("kakuu-jiro"),
        who(SECOND),
    ]));
    for _ in 0..FETCHES {
        cell.act(Act::FetchResult);
    }
    cell.press("閉じる");
    cell.end()
}

/// How often the result of a 一括照会 is looked for: it is being processed for a while.
const FETCHES: u32 = 3;

/// Why the service refuses, and what follows.
struct Refusal {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    begins: fn() -> Act,
    ends: Option<fn() -> Act>,
}

const fn service(state: Availability) -> Act {
    Act::Operate(Operate::Service { state })
}

/// For the moment.
const BUSY: Refusal = Refusal {
    name: "busy",
    ja: "混み合って断られる",
    en: "refused by a service that is too busy",
    begins: || service(Availability::Busy),
    ends: Some(|| service(Availability::Running)),
};

/// For good.
const ABOLISHED: Refusal = Refusal {
    name: "abolished",
    ja: "廃止届のために断られる",
    en: "refused because the facility is abolished",
    begins: || Act::Operate(Operate::Abolish {}),
    ends: None,
};

/// One request is refused, with or without words for the staff.
fn refused(asked: &Asked, why: &Refusal, has_words: bool) -> Scenario {
    let operation = asked.operation.name();
    let (how, ja, en) = if has_words {
        ("", "", "")
    } else {
        (
            "-wordless",
            "、メッセージなし",
            ", and nothing is said beside the code",
        )
    };
    let purpose = Wording::new(
        format!("{operation} が{}{ja}", why.ja),
        format!("{operation}, {}{en}", why.en),
    );
    let id = format!("answers/{operation}{}.{}{how}", asked.whose, why.name);
    let mut cell = Cell::new(&id, asked.place, asked.persona, purpose);
    cell.decides(&["result.cause-told"]);
    if !has_words {
        // what is signed is asked for first, and refused then
        for operation in [Operation::Challenge, asked.operation] {
            cell.mishap(WebFault::WithoutMessage(struck(operation)));
        }
    }
    cell.login();
    (asked.before)(&mut cell);
    cell.before_the_last((why.begins)());
    let is_over = why.ends.map(|ends| cell.act(ends())).is_some();
    (asked.leave)(&mut cell);
    if asked.place == Place::Practice && is_over {
        cell.choose(Method::Visual);
        cell.place(SECOND);
        cell.take();
    }
    cell.end()
}

fn cell(asked: &Asked, way: &Way, retry: bool) -> Scenario {
    let operation = asked.operation.name();
    let is_whole = way.is_whole();
    let (after, ja, en) = match (is_whole, retry) {
        (true, _) => ("", "", ""),
        (false, true) => ("-again", "、再試行", ", 再試行"),
        (false, false) => ("-left", "、そのまま", ", left at that"),
    };
    let id = format!("answers/{operation}{}.{}{after}", asked.whose, way.name);
    let purpose = Wording::new(
        format!("{operation} の回答: {}{ja}", way.ja),
        format!("the answer to {operation}: {}{en}", way.en),
    );
    let mut cell = Cell::new(&id, asked.place, asked.persona, purpose);
    if asked.operation == Operation::FirstLogin {
        cell.given.terminal = TerminalState::Fresh;
    }
    if [SILENT.name, STALLED.name].contains(&way.name) {
        cell.given.patience_ms = Some(PATIENCE_MS);
    }
    cell.mishap((way.fault)(asked.operation));
    if !is_whole {
        cell.decides(&["service.bounded-retries"]);
    }
    let leads_elsewhere = |redirect: &&Way| !redirect.name.ends_with("own-host");
    let mut elsewhere = REDIRECTS.iter().filter(leads_elsewhere);
    if elsewhere.any(|redirect| redirect.name == way.name) {
        cell.decides(&["service.no-redirect-elsewhere"]);
    }
    cell.login();
    (asked.before)(&mut cell);
    if asked.is_once && way.fate == Fate::Decided {
        return cell.end();
    }
    let is_pressed = way.name == PRESSED.name;
    if is_pressed {
        cell.act(Act::PressMeanwhile("閉じる".to_owned()));
    }
    match (is_whole, retry) {
        (true, _) if is_pressed => {
            if asked.place != Place::Institution {
                cell.take();
            }
        }
        // No user has to try again.
        (true, _) if asked.operation == Operation::Challenge => cell.take(),
        (true, _) => (asked.again)(&mut cell),
        (false, true) => {
            cell.press("再試行");
            (asked.again)(&mut cell);
        }
        (false, false) => (asked.leave)(&mut cell),
    }
    if asked.place == Place::Practice {
        cell.choose(Method::Visual);
        cell.place(SECOND);
        cell.take();
    }
    cell.end()
}
