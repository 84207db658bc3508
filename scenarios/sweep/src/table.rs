//! The kinds of things that go wrong: every fault of the scenario language, with the values that matter.

use std::num::NonZeroU32;
use std::time::Duration;

use madoguchi_iso7816::StatusWord;
use madoguchi_scenarios::{
    CaptivePortal, Connections, Delay, Fault, ForeignJson, GatewayStatus, Hold, Portion, Redirect,
    RedirectStatus, RedirectTo, ServerError, ServerErrorStatus, SlowLink, Struck, TooManyRequests,
    WebFault,
};

use crate::kind::{Kind, What};

const fn card(name: &'static str, [ja, en]: [&'static str; 2], fault: Fault) -> Kind {
    let what = What::Card(fault);
    Kind { name, ja, en, what }
}

const fn request(
    name: &'static str,
    [ja, en]: [&'static str; 2],
    fault: fn(Struck) -> WebFault,
) -> Kind {
    let what = What::Request(fault);
    Kind { name, ja, en, what }
}

const fn connection(
    name: &'static str,
    [ja, en]: [&'static str; 2],
    fault: fn(Connections) -> WebFault,
) -> Kind {
    let what = What::Connection(fault);
    Kind { name, ja, en, what }
}

/// For how long another program has the card, and a card or an answer is late.
const MOMENT: Duration = Duration::from_millis(50);

const fn rival(hold: Hold) -> Fault {
    Fault::Rival {
        hold,
        stays: MOMENT,
    }
}

fn portion(at: Struck) -> Portion {
    Portion {
        operation: at.operation,
        nth: at.nth,
        times: at.times,
        percent: Some(50),
    }
}

fn portal(at: Struck, redirect: bool) -> WebFault {
    WebFault::CaptivePortal(CaptivePortal {
        operation: at.operation,
        nth: at.nth,
        times: at.times,
        redirect,
    })
}

/// All kinds: of the card, around the card, of requests, of connections.
pub const KINDS: &[Kind] = &[
    card(
        "torn",
        ["カードが離れる", "the card is lifted"],
        Fault::Torn {
            carried_out: false,
            code: None,
        },
    ),
    card(
        "removed",
        [
            "カードが離れ、SCARD_W_REMOVED_CARD が返る",
            "the card is lifted, told as SCARD_W_REMOVED_CARD",
        ],
        Fault::REMOVAL,
    ),
    card(
        "torn-behind",
        [
            "実行の後、応答の前にカードが離れる",
            "the card is lifted with the answer",
        ],
        Fault::TEAR,
    ),
    card(
        "mute",
        ["カードが答えない", "the card does not answer"],
        Fault::Mute {},
    ),
    card(
        "damaged",
        ["通信が失敗する", "the exchange fails"],
        Fault::Damaged {
            carried_out: false,
            code: None,
        },
    ),
    card(
        "damaged-behind",
        ["実行の後、応答が壊れる", "the answer is damaged"],
        Fault::Damaged {
            carried_out: true,
            code: None,
        },
    ),
    card(
        "no-diagnosis",
        ["カードが 6F00 を返す", "the card answers 6F00"],
        Fault::Status(StatusWord::NO_DIAGNOSIS),
    ),
    card(
        "memory-failure",
        ["カードが 6581 を返す", "the card answers 6581"],
        Fault::Status(StatusWord::new(0x6581)),
    ),
    card(
        "short",
        [
            "求めより少ないバイトが届く",
            "fewer bytes come than were asked for",
        ],
        Fault::Short(100),
    ),
    card(
        "one-of-many",
        [
            "求めのうち 1 バイトだけ届く",
            "one byte comes of those asked for",
        ],
        Fault::Short(1),
    ),
    card(
        "empty",
        ["応答が空", "the answer is empty"],
        Fault::Truncated(0),
    ),
    card(
        "one-byte",
        ["応答が 1 バイトだけ届く", "one byte of the answer arrives"],
        Fault::Truncated(1),
    ),
    card(
        "more",
        ["余分なバイトが付く", "made-up bytes follow the answer"],
        Fault::Overlong(20),
    ),
    card(
        "late",
        ["応答が遅れる", "the answer comes late"],
        Fault::Late(MOMENT),
    ),
    card(
        "more-time",
        ["カードが時間を求める", "the card asks for more time"],
        Fault::WaitingTime {
            requests: 1,
            multiplier: 1,
        },
    ),
    card(
        "reset",
        [
            "ほかのプログラムがカードをリセットする",
            "another program resets the card",
        ],
        Fault::Reset {},
    ),
    card(
        "rival-connection",
        [
            "ほかのプログラムが接続する",
            "another program connects to the card",
        ],
        rival(Hold::Connection),
    ),
    card(
        "rival-transaction",
        [
            "ほかのプログラムが一時占有する",
            "another program has the card for a moment",
        ],
        rival(Hold::Transaction),
    ),
    card(
        "rival-exclusive",
        [
            "ほかのプログラムが排他で一時使う",
            "another program has the card to itself for a moment",
        ],
        rival(Hold::Exclusive),
    ),
    card(
        "unplugged",
        ["リーダーが抜ける", "the reader is unplugged"],
        Fault::Unplugged {},
    ),
    card(
        "reader-fails",
        ["リーダーが動かなくなる", "the reader stops working"],
        Fault::ReaderFails {},
    ),
    card(
        "service-stops",
        ["PC/SC サービスが止まる", "the PC/SC service ends"],
        Fault::ServiceStops { back_after: None },
    ),
    card(
        "service-restarts",
        [
            "PC/SC サービスが再起動する",
            "the PC/SC service is restarted",
        ],
        Fault::ServiceStops {
            back_after: Some(MOMENT),
        },
    ),
    request(
        "answer-lost",
        ["回答が失われる", "the answer is lost"],
        WebFault::AnswerLost,
    ),
    request(
        "connection-reset",
        ["接続がリセットされる", "the connection is reset"],
        WebFault::Reset,
    ),
    request(
        "silent",
        ["何も返らない", "no answer ever comes"],
        WebFault::Silent,
    ),
    request(
        "reset-in-body",
        ["本文の途中で切れる", "a reset within the body"],
        |at| WebFault::ResetInBody(portion(at)),
    ),
    request(
        "truncated",
        ["本文が欠ける", "half of the body, whole as HTTP"],
        |at| WebFault::Truncated(portion(at)),
    ),
    request(
        "wrong-content-type",
        ["HTML と称する", "an answer that says it is HTML"],
        WebFault::WrongContentType,
    ),
    request(
        "stalled",
        ["本文の途中で止まる", "an answer that never ends"],
        |at| WebFault::Stalled(portion(at)),
    ),
    request(
        "media-type-parameters",
        ["形式に charset が付く", "a charset behind the media type"],
        WebFault::MediaTypeParameters,
    ),
    request(
        "unknown-field",
        ["知られていない項目がある", "a field that nobody knows"],
        WebFault::UnknownField,
    ),
    request(
        "delay",
        ["回答が遅れる", "the answer comes late"],
        |at| {
            WebFault::Delay(Delay {
                operation: at.operation,
                nth: at.nth,
                times: at.times,
                ms: 50,
            })
        },
    ),
    request(
        "slow-link",
        ["回答が少しずつ届く", "the answer comes in a trickle"],
        |at| {
            WebFault::SlowLink(SlowLink {
                operation: at.operation,
                nth: at.nth,
                times: at.times,
                bytes_per_second: NonZeroU32::MIN.saturating_add(9_999),
            })
        },
    ),
    request("server-error", ["503 が返る", "answered 503"], |at| {
        WebFault::ServerError(ServerError {
            operation: at.operation,
            nth: at.nth,
            times: at.times,
            status: ServerErrorStatus::default(),
        })
    }),
    request(
        "foreign-json",
        ["別の JSON が返る", "JSON of somebody else's"],
        |at| {
            WebFault::ForeignJson(ForeignJson {
                operation: at.operation,
                nth: at.nth,
                times: at.times,
                status: GatewayStatus::default(),
            })
        },
    ),
    request(
        "too-many-requests",
        ["429 が返る", "answered 429"],
        |at| {
            WebFault::TooManyRequests(TooManyRequests {
                operation: at.operation,
                nth: at.nth,
                times: at.times,
                retry_after: 1,
            })
        },
    ),
    request(
        "captive-portal",
        ["別のページが返る", "a captive portal's page"],
        |at| portal(at, false),
    ),
    request(
        "captive-redirect",
        ["別のページへ導かれる", "a captive portal's redirection"],
        |at| portal(at, true),
    ),
    request(
        "redirect",
        ["別のホストへ転送される", "a redirect to another host"],
        |at| {
            WebFault::Redirect(Redirect {
                operation: at.operation,
                nth: at.nth,
                times: at.times,
                status: RedirectStatus::default(),
                to: RedirectTo::OtherHost,
            })
        },
    ),
    connection(
        "refused",
        ["接続が拒まれる", "the connection is refused"],
        WebFault::Refused,
    ),
    connection(
        "tls-1.0",
        ["TLS 1.0 で応じる", "answered with TLS 1.0"],
        WebFault::Tls10,
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use madoguchi_scenarios::Operation;
    use serde_json::{Value, json};

    use super::*;

    /// The words of a type whose values are one word with what belongs to it.
    fn words(schema: &Value) -> BTreeSet<String> {
        let forms = schema["oneOf"].as_array().unwrap().iter();
        let words = forms.filter_map(|form| form["properties"].as_object());
        words.flat_map(|form| form.keys().cloned()).collect()
    }

    fn word(fault: &Value) -> String {
        let mut words = fault.as_object().unwrap().keys();
        words.next().unwrap().clone()
    }

    /// What is no kind: it takes a client's whole patience at each exchange, or is of one field or of the order of one
    /// answer. These are played by derived scenarios.
    const NO_KINDS: [&str; 4] = ["hangs", "partial-date", "reordered", "without-message"];

    #[test]
    fn every_fault_of_the_language_is_a_kind() {
        let used: BTreeSet<String> = KINDS
            .iter()
            .map(|kind| match kind.what {
                What::Card(fault) => word(&json!(fault)),
                What::Request(_) => word(&json!(kind.web(Operation::Login, 1).unwrap())),
                What::Connection(fault) => word(&json!(fault(Connections { nth: 1, times: 1 }))),
            })
            .collect();
        let known = [
            json!(schemars::schema_for!(Fault)),
            json!(schemars::schema_for!(WebFault)),
        ];
        let mut known: BTreeSet<String> = known.iter().flat_map(words).collect();
        assert!(known.len() > 25, "{known:?}");
        for name in NO_KINDS {
            assert!(known.remove(name), "{name}");
        }
        assert_eq!(used, known);
    }

    #[test]
    fn names_are_parts_of_ids() {
        let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        assert!(names.iter().all(|name| name.bytes().all(is_plain)));
    }
}
