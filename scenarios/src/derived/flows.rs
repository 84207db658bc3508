//! Two patients, one after the other, on one device: every ordered pair of what the first and the second
//! can come to; what happens between two patients; and each flow with a service that speaks otherwise.

use madoguchi_eligibility::{EmergencyMode, Method, Operation, ReasonOfLoss};
use madoguchi_notation::{Offset, Wording};

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{
    Act, Answered, AssistanceGiven, Availability, Care, Decides, Designation, Fault, Hands,
    HistoryConditions, InsuranceGiven, Moment, Operate, Passcode, Pin, RecordGiven, Restart,
    Scenario, Search, ServerError, ServerErrorStatus, Visit, WebFault,
};

/// What one patient comes to, from the screen that waits for a choice back to it.
struct Flow {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    /// Who can be the patient, best first.
    who: &'static [Who],
    requirements: &'static [&'static str],
    play: fn(&mut Cell, &str),
}

/// A patient of a flow.
#[derive(Clone, Copy)]
enum Who {
    /// Anybody with valid insurance.
    Anybody,
    /// This one.
    Persona(&'static str),
    /// Anybody of whom this is on record.
    Filed(fn() -> RecordGiven),
}

const VISUAL: &[&str] = &["result.needs-answer", "service.method-declared"];
const PIN: &[&str] = &["result.needs-answer", "credential.one-verify-per-entry"];
const NO_ANSWER: &[&str] = &["service.bounded-retries"];

/// At a counter of 施術所, with a PC. What goes wrong with the way to the service is counted by requests:
/// a flow in which it depends on the client how many there are has none behind it that counts them.
const PRACTICE: &[Flow] = &[
    Flow {
        name: "visual",
        ja: "目視確認",
        en: "a check by eye",
        who: &[Who::Anybody],
        requirements: VISUAL,
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "pin",
        ja: "暗証番号",
        en: "a check by PIN",
        who: &[Who::Anybody],
        requirements: PIN,
        play: |cell, card| {
            cell.by_pin(card);
            cell.take();
        },
    },
    Flow {
        name: "several",
        ja: "複数の資格",
        en: "several eligibilities",
        who: &[Who::Filed(several)],
        requirements: VISUAL,
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "register",
        ja: "目視確認から利用登録",
        en: "a registration after a check by eye",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered", "registration.recheck-after"],
        play: |cell, card| {
            cell.visual(card);
            register(cell);
            cell.press("資格確認する");
            cell.ask(Operation::EligibilityByCertificate);
            cell.take();
        },
    },
    Flow {
        name: "pin-register",
        ja: "暗証番号から利用登録",
        en: "a registration after a check by PIN",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &[
            "registration.offered",
            "registration.recheck-after",
            "credential.one-verify-per-entry",
        ],
        play: |cell, card| {
            cell.by_pin(card);
            register(cell);
            cell.press("資格確認する");
            cell.pin(Pin::Right);
            cell.take();
        },
    },
    Flow {
        name: "pin-wrong",
        ja: "誤った暗証番号でやめる",
        en: "a wrong PIN, then given up",
        who: &[Who::Anybody],
        requirements: &[
            "credential.one-verify-per-entry",
            "credential.attempts-shown",
        ],
        play: |cell, card| {
            cell.choose(Method::Pin);
            cell.pin(Pin::Wrong);
            cell.place(card);
            cell.take();
        },
    },
    Flow {
        name: "pin-locked",
        ja: "ロックのあと目視確認",
        en: "a PIN that locks, then a check by eye",
        who: &[Who::Anybody],
        requirements: &["credential.stops-at-lock", "result.needs-answer"],
        play: |cell, card| {
            cell.choose(Method::Pin);
            cell.pin(Pin::Wrong);
            cell.place(card);
            cell.pin(Pin::Wrong);
            cell.pin(Pin::Wrong);
            cell.press("目視確認");
            cell.ask(Operation::EligibilityByCertificate);
            cell.take();
        },
    },
    Flow {
        name: "lapsed",
        ja: "資格喪失",
        en: "a lapsed eligibility",
        who: &[Who::Persona("kakuu-jiro"), Who::Filed(lapsed)],
        requirements: &["result.needs-answer", "result.lapsed-is-not-valid"],
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "assistance",
        ja: "医療扶助",
        en: "医療扶助",
        who: &[Who::Persona("fujo-hanako"), Who::Filed(assisted)],
        requirements: &["assistance.six-items-shown"],
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "beside",
        ja: "医療保険と医療扶助",
        en: "insurance beside 医療扶助",
        who: &[Who::Filed(beside)],
        requirements: &["result.needs-answer", "assistance.six-items-shown"],
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "withheld",
        ja: "確認中の資格",
        en: "a record that is being verified",
        who: &[Who::Filed(withheld)],
        requirements: &["result.withheld-is-not-none"],
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "refused",
        ja: "失効した証明書",
        en: "a revoked certificate",
        who: &[Who::Persona("shikkou-juro"), Who::Persona("teishi-kuro")],
        requirements: &["result.refusal-is-no-result"],
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "torn",
        ja: "離れたカードの置き直し",
        en: "a card that is lifted and placed again",
        who: &[Who::Anybody],
        requirements: &["card.survives-removal", "result.needs-answer"],
        play: |cell, card| {
            cell.card_fault(Moment::Byte(700), TORN);
            cell.choose(Method::Visual);
            cell.place(card);
            cell.place(card);
            cell.ask(Operation::EligibilityByCertificate);
            cell.take();
        },
    },
    Flow {
        name: "torn-away",
        ja: "離れたカードのまま帰る",
        en: "a card that is lifted for good",
        who: &[Who::Anybody],
        requirements: &[],
        play: |cell, card| {
            cell.card_fault(Moment::Byte(700), TORN);
            cell.choose(Method::Visual);
            cell.place(card);
            cell.take();
        },
    },
    Flow {
        name: "retry",
        ja: "通信エラーのあと再試行",
        en: "no answer, then 再試行",
        who: &[Who::Anybody],
        requirements: &["service.bounded-retries", "result.needs-answer"],
        play: |cell, card| {
            no_answer(cell, Operation::EligibilityByCertificate);
            cell.visual(card);
            cell.press("再試行");
            cell.ask(Operation::EligibilityByCertificate);
            cell.take();
        },
    },
    Flow {
        name: "no-answer",
        ja: "通信エラーのまま帰る",
        en: "no answer, then given up",
        who: &[Who::Anybody],
        requirements: NO_ANSWER,
        play: |cell, card| {
            no_answer(cell, Operation::EligibilityByCertificate);
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "busy",
        ja: "混雑のあと再試行",
        en: "a crowded service, then 再試行",
        who: &[Who::Anybody],
        requirements: &["result.refusal-is-no-result", "result.needs-answer"],
        play: |cell, card| {
            let state = Availability::Busy;
            cell.act(Act::Operate(Operate::Service { state }));
            cell.visual(card);
            let state = Availability::Running;
            cell.act(Act::Operate(Operate::Service { state }));
            cell.press("再試行");
            cell.ask(Operation::EligibilityByCertificate);
            cell.take();
        },
    },
    Flow {
        name: "declined",
        ja: "利用登録の辞退",
        en: "a registration that is declined",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered", "registration.refusal-ends"],
        play: |cell, card| {
            cell.visual(card);
            cell.press("健康保険証利用登録しない");
            cell.take();
        },
    },
    Flow {
        name: "pin-declined",
        ja: "暗証番号のあと利用登録の辞退",
        en: "a registration that is declined after a PIN",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered", "registration.refusal-ends"],
        play: |cell, card| {
            cell.by_pin(card);
            cell.press("健康保険証利用登録しない");
            cell.take();
        },
    },
    Flow {
        name: "terms-refused",
        ja: "利用規約の不同意",
        en: "terms that are refused",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered", "registration.refusal-ends"],
        play: |cell, card| {
            cell.visual(card);
            cell.press("健康保険証利用登録する");
            cell.press("同意しない");
            cell.take();
        },
    },
    Flow {
        name: "terms-left",
        ja: "利用規約を見て帰る",
        en: "a card taken while the terms are read",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered"],
        play: |cell, card| {
            cell.visual(card);
            cell.press("健康保険証利用登録する");
            cell.take();
        },
    },
    Flow {
        name: "registered-left",
        ja: "登録の完了を見て帰る",
        en: "a card taken when the registration is done",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered"],
        play: |cell, card| {
            cell.visual(card);
            register(cell);
            cell.take();
        },
    },
    Flow {
        name: "pin-short",
        ja: "3桁のあと正しい暗証番号",
        en: "three digits, then the right PIN",
        who: &[Who::Anybody],
        requirements: &["credential.four-digits-only", "result.needs-answer"],
        play: |cell, card| {
            cell.choose(Method::Pin);
            cell.pin(Pin::Short);
            cell.pin(Pin::Right);
            cell.place(card);
            cell.take();
        },
    },
    Flow {
        name: "pin-second",
        ja: "2回目で正しい暗証番号",
        en: "a wrong PIN, then the right one",
        who: &[Who::Anybody],
        requirements: PIN,
        play: |cell, card| {
            cell.choose(Method::Pin);
            cell.pin(Pin::Wrong);
            cell.place(card);
            cell.pin(Pin::Right);
            cell.take();
        },
    },
    Flow {
        name: "read-aloud",
        ja: "読み上げ",
        en: "a result that is read aloud",
        who: &[Who::Anybody],
        requirements: &["result.read-aloud-whole", "result.read-aloud-own"],
        play: |cell, card| {
            cell.visual(card);
            cell.act(Act::ReadAloud);
            cell.take();
        },
    },
    Flow {
        name: "early",
        ja: "選ぶ前に置かれたカード",
        en: "a card that lies there too early",
        who: &[Who::Anybody],
        requirements: &["card.choice-before-card", "result.needs-answer"],
        play: |cell, card| {
            cell.lay(card);
            cell.choose(Method::Visual);
            // It lies there already.
            cell.act(Act::PlaceCard(Some(who(card))));
            cell.ask(Operation::EligibilityByCertificate);
            cell.take();
        },
    },
    Flow {
        name: "foreign",
        ja: "別の種類のカード",
        en: "a card of another kind",
        who: &[Who::Persona("menkyo-mino")],
        requirements: &[],
        play: |cell, card| {
            cell.choose(Method::Visual);
            cell.place(card);
            cell.take();
        },
    },
    Flow {
        name: "history",
        ja: "期間と氏名で絞った履歴",
        en: "a look at past results of some days and a name",
        who: &[Who::Anybody],
        requirements: &["history.conditions-asked"],
        play: |cell, _| {
            cell.act(Act::BrowseHistory(HistoryConditions {
                from: Some(Offset::days(-7)),
                to: Some(Offset::days(0)),
                name_kana: Some("シケン".to_owned()),
                insurer_number: None,
            }));
            cell.ask(Operation::History);
            cell.press("閉じる");
        },
    },
];

/// The same with a telephone or tablet.
const MOBILE: &[Flow] = &[
    Flow {
        name: "mobile-visual",
        ja: "携帯端末の目視確認",
        en: "a check by eye on a mobile device",
        who: &[Who::Anybody],
        requirements: VISUAL,
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "mobile-pin",
        ja: "携帯端末を渡して暗証番号",
        en: "a PIN typed on a device that is handed over",
        who: &[Who::Anybody],
        requirements: &["credential.one-verify-per-entry", "mobile.result-to-staff"],
        play: |cell, card| handed(cell, card),
    },
    Flow {
        name: "mobile-several",
        ja: "携帯端末を渡して複数の資格",
        en: "several eligibilities on a device that is handed over",
        who: &[Who::Filed(several)],
        requirements: &["credential.one-verify-per-entry", "mobile.result-to-staff"],
        play: |cell, card| handed(cell, card),
    },
    Flow {
        name: "mobile-beside",
        ja: "携帯端末を渡して医療扶助の併用",
        en: "医療扶助 beside insurance on a device that is handed over",
        who: &[Who::Filed(beside)],
        requirements: &["mobile.result-to-staff", "assistance.six-items-shown"],
        play: |cell, card| handed(cell, card),
    },
    Flow {
        name: "mobile-visual-several",
        ja: "携帯端末の目視確認で複数の資格",
        en: "several eligibilities by eye on a mobile device",
        who: &[Who::Filed(several)],
        requirements: VISUAL,
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "mobile-wrong",
        ja: "携帯端末を渡して誤った暗証番号",
        en: "a wrong PIN on a device that is handed over",
        who: &[Who::Anybody],
        requirements: &[
            "credential.one-verify-per-entry",
            "credential.attempts-shown",
        ],
        play: |cell, card| {
            cell.choose(Method::Pin);
            cell.hand(Hands::Patient);
            cell.pin(Pin::Wrong);
            cell.place(card);
            cell.hand(Hands::Staff);
            cell.take();
        },
    },
    Flow {
        name: "mobile-taken-first",
        ja: "カードを取ってから端末を返す",
        en: "a card taken before the device is given back",
        who: &[Who::Anybody],
        requirements: &["credential.one-verify-per-entry"],
        play: |cell, card| {
            cell.choose(Method::Pin);
            cell.hand(Hands::Patient);
            cell.pin(Pin::Right);
            cell.place(card);
            cell.take();
            cell.hand(Hands::Staff);
        },
    },
    Flow {
        name: "mobile-lapsed",
        ja: "携帯端末を渡して資格喪失",
        en: "a lapsed eligibility on a device that is handed over",
        who: &[Who::Persona("kakuu-jiro"), Who::Filed(lapsed)],
        requirements: &["mobile.result-to-staff"],
        play: |cell, card| handed(cell, card),
    },
    Flow {
        name: "mobile-put-away",
        ja: "結果のあと端末をしまう",
        en: "a device put away with a result on it",
        who: &[Who::Anybody],
        requirements: &["mobile.passcode-wanted", "mobile.passcode-opens"],
        play: |cell, card| {
            cell.visual(card);
            cell.act(Act::Lock);
            cell.act(Act::Unlock(Passcode::Right));
            cell.take();
        },
    },
    Flow {
        name: "mobile-register",
        ja: "携帯端末で利用登録",
        en: "a registration on a mobile device",
        who: &[Who::Persona("mitouroku-saburo"), Who::Filed(unregistered)],
        requirements: &["registration.offered", "registration.recheck-after"],
        play: |cell, card| {
            cell.visual(card);
            register(cell);
            cell.press("資格確認する");
            cell.take();
        },
    },
];

/// At a 資格確認端末, with and without cards.
const INSTITUTION: &[Flow] = &[
    Flow {
        name: "by-number",
        ja: "番号による照会",
        en: "an inquiry by numbers",
        who: &[Who::Anybody],
        requirements: &["institution.numbers-as-typed"],
        play: |cell, card| {
            cell.act(Act::AskByNumber(who(card)));
            cell.press("閉じる");
        },
    },
    Flow {
        name: "disaster",
        ja: "災害時の照会",
        en: "a search in a disaster",
        who: &[Who::Anybody],
        requirements: &["institution.disaster-consent"],
        play: |cell, card| search(cell, card, Answered::Agrees),
    },
    Flow {
        name: "disaster-refused",
        ja: "災害時の照会で同意しない",
        en: "a search in a disaster, and a refusal",
        who: &[Who::Anybody],
        requirements: &["institution.disaster-consent"],
        play: |cell, card| search(cell, card, Answered::Refuses),
    },
    Flow {
        name: "disaster-unable",
        ja: "災害時の照会で同意取得困難",
        en: "a search in a disaster of a patient who cannot answer",
        who: &[Who::Anybody],
        requirements: &["institution.disaster-consent"],
        play: |cell, card| search(cell, card, Answered::CannotAnswer),
    },
    Flow {
        name: "bulk",
        ja: "一括照会",
        en: "an inquiry in bulk",
        who: &[Who::Anybody],
        requirements: &["bulk.units-as-typed", "bulk.reception-number"],
        play: |cell, card| {
            let cards = vec![who(card), who("kouki-umeko")];
            cell.act(Act::InquireInBulk(cards));
            for _ in 0..3 {
                cell.act(Act::FetchResult);
            }
            cell.press("閉じる");
        },
    },
    Flow {
        name: "visit-again",
        ja: "2回目以降の訪問",
        en: "a later visit",
        who: &[Who::Anybody],
        requirements: &[],
        play: |cell, _| {
            cell.act(Act::VisitAgain(Visit::default()));
            cell.press("閉じる");
        },
    },
];

/// At the patient's home.
const HOME: &[Flow] = &[
    Flow {
        name: "home-visual",
        ja: "訪問先の目視確認",
        en: "a check by eye at a home",
        who: &[Who::Anybody],
        requirements: VISUAL,
        play: |cell, card| {
            cell.visual(card);
            cell.take();
        },
    },
    Flow {
        name: "home-pin",
        ja: "訪問先の暗証番号",
        en: "a check by PIN at a home",
        who: &[Who::Anybody],
        requirements: PIN,
        play: |cell, card| {
            cell.by_pin(card);
            cell.take();
        },
    },
    Flow {
        name: "consent",
        ja: "訪問診療等の同意",
        en: "a consent to home visits",
        who: &[Who::Anybody],
        requirements: &["consent.designation-as-told", "consent.proved-by-pin"],
        play: |cell, card| designate(cell, card, Care::HomeVisit, Decides::Agrees),
    },
    Flow {
        name: "consent-online",
        ja: "オンライン診療等の同意",
        en: "a consent to online care",
        who: &[Who::Anybody],
        requirements: &["consent.designation-as-told", "consent.proved-by-pin"],
        play: |cell, card| designate(cell, card, Care::Online, Decides::Refuses),
    },
    Flow {
        name: "consent-wrong",
        ja: "同意の途中で誤った暗証番号",
        en: "a consent that ends with a wrong PIN",
        who: &[Who::Anybody],
        requirements: &["credential.one-verify-per-entry"],
        play: |cell, card| {
            cell.act(Act::Designate(Designation::by_pin(
                Care::HomeVisit,
                Decides::Agrees,
            )));
            cell.pin(Pin::Wrong);
            cell.place(card);
            cell.take();
        },
    },
    Flow {
        name: "consent-torn",
        ja: "同意の途中で離れたカード",
        en: "a consent that ends with a card that is lifted",
        who: &[Who::Anybody],
        requirements: &[],
        play: |cell, card| {
            cell.card_fault(Moment::Byte(700), TORN);
            cell.act(Act::Designate(Designation::by_pin(
                Care::HomeVisit,
                Decides::Agrees,
            )));
            cell.pin(Pin::Right);
            cell.place(card);
            cell.take();
        },
    },
];

const TORN: Fault = Fault::Torn {
    carried_out: false,
    code: None,
};

fn several() -> RecordGiven {
    RecordGiven {
        insurance: Some(vec![
            InsuranceGiven::default(),
            InsuranceGiven {
                insurer_number: "01990023".parse().ok(),
                insurer_name: Some("模擬健康保険協会架空支部".to_owned()),
                symbol: Some("99009901".to_owned()),
                number: Some("99000055".to_owned()),
                ..InsuranceGiven::default()
            },
        ]),
        ..RecordGiven::default()
    }
}

fn unregistered() -> RecordGiven {
    RecordGiven {
        registered: Some(false),
        ..RecordGiven::default()
    }
}

fn lapsed() -> RecordGiven {
    RecordGiven {
        insurance: Some(vec![InsuranceGiven {
            lost: Some(Offset::days(-40)),
            reason_of_loss: Some(ReasonOfLoss::OtherInsurance),
            ..InsuranceGiven::default()
        }]),
        ..RecordGiven::default()
    }
}

fn assisted() -> RecordGiven {
    RecordGiven {
        insurance: lapsed().insurance,
        ..beside()
    }
}

fn beside() -> RecordGiven {
    RecordGiven {
        assistance: Some(vec![AssistanceGiven {
            from: Some(Offset::days(-60)),
            ..AssistanceGiven::default()
        }]),
        ..RecordGiven::default()
    }
}

fn withheld() -> RecordGiven {
    RecordGiven {
        withheld: true,
        ..RecordGiven::default()
    }
}

fn register(cell: &mut Cell) {
    cell.press("健康保険証利用登録する");
    cell.press("同意する");
    cell.press("マイナンバーカードを読み取る");
}

fn no_answer(cell: &mut Cell, operation: Operation) {
    let nth = cell.next(operation);
    cell.mishap(WebFault::ServerError(ServerError {
        operation,
        nth,
        times: 1,
        status: ServerErrorStatus::default(),
    }));
}

fn handed(cell: &mut Cell, card: &str) {
    cell.choose(Method::Pin);
    cell.hand(Hands::Patient);
    cell.pin(Pin::Right);
    cell.place(card);
    cell.hand(Hands::Staff);
    cell.take();
}

fn designate(cell: &mut Cell, card: &str, care: Care, information: Decides) {
    cell.act(Act::Designate(Designation::by_pin(care, information)));
    cell.pin(Pin::Right);
    cell.place(card);
    cell.press("閉じる");
    cell.take();
}

fn search(cell: &mut Cell, card: &str, consent: Answered) {
    let (from, until) = (Offset::days(-1), Offset::days(1));
    cell.act(Act::Operate(Operate::Disaster { from, until }));
    cell.act(Act::SearchEmergency(Search {
        mode: EmergencyMode::Disaster,
        persona: who(card),
        consent,
    }));
    cell.press("閉じる");
}

/// What is done between two patients, or while no patient is there.
struct Between {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    play: fn(&mut Cell),
}

const BETWEEN: &[Between] = &[
    Between {
        name: "read-aloud",
        ja: "間に読み上げを求める",
        en: "something is to be read aloud in between",
        play: |cell| cell.act(Act::ReadAloud),
    },
    Between {
        name: "settings-pin",
        ja: "間に設定を暗証番号にする",
        en: "the settings are changed to the PIN in between",
        play: |cell| cell.act(Act::SetMethod(Method::Pin)),
    },
    Between {
        name: "history",
        ja: "間に履歴を見る",
        en: "past results are looked at in between",
        play: |cell| {
            cell.act(Act::BrowseHistory(HistoryConditions::default()));
            cell.press("閉じる");
        },
    },
    Between {
        name: "night",
        ja: "間に一晩たつ",
        en: "a night passes in between",
        play: |cell| {
            cell.act(Act::Wait(
                "9h".parse()
                    .unwrap_or_else(|_| unreachable!("a span is written so")),
            ));
            cell.login();
        },
    },
    Between {
        name: "identity",
        ja: "間に本人確認だけのカードが置かれる",
        en: "a card is shown for identity alone in between",
        play: |cell| {
            cell.lay("kouki-umeko");
            cell.take();
        },
    },
    Between {
        name: "unplugged",
        ja: "間にリーダーが抜ける",
        en: "the reader is unplugged in between",
        play: |cell| {
            cell.act(Act::UnplugReader);
            cell.act(Act::PlugReader);
        },
    },
    Between {
        name: "crashed",
        ja: "間にアプリが落ちる",
        en: "the app crashes in between",
        play: |cell| {
            cell.act(Act::RestartApp(Some(Restart::Killed)));
            cell.login();
        },
    },
];

/// All cells, those whose flows stand first in their tables before the others.
pub(super) fn cells() -> Vec<Scenario> {
    let mut ranked: Vec<(usize, Scenario)> = Vec::new();
    for (place, flows) in PLACES {
        for (i, first) in flows.iter().enumerate() {
            for (j, second) in flows.iter().enumerate() {
                ranked.extend(pair(place, first, second).map(|cell| (i + j, cell)));
            }
        }
    }
    for (i, between) in BETWEEN.iter().enumerate() {
        for (j, first) in PRACTICE.iter().enumerate() {
            ranked.push((i + j, with_between(first, between)));
        }
    }
    for (i, wire) in WIRES.iter().enumerate() {
        for (place, flows) in PLACES {
            if place != Place::Practice && !wire.has_other_names {
                continue;
            }
            let offered = |flow: &&Flow| wire.offers_registration || !flow.registers();
            let flows = flows.iter().filter(offered).enumerate();
            ranked.extend(flows.map(|(j, flow)| (i + j, spoken(wire, place, flow))));
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, cell)| cell).collect()
}

/// Where patients come, and to what; the first of each is a check of anybody.
const PLACES: [(Place, &[Flow]); 4] = [
    (Place::Practice, PRACTICE),
    (Place::Mobile, MOBILE),
    (Place::Institution, INSTITUTION),
    (Place::Home, HOME),
];

/// A service that says the same in other words, by its wire profile. A client that does not know it says
/// so, and is not asked.
struct Wire {
    profile: &'static str,
    /// Whether operations and fields have other names than usual: a client may mix up any two of them.
    has_other_names: bool,
    offers_registration: bool,
}

const WIRES: &[Wire] = &[
    Wire {
        profile: "renamed-2025.05",
        has_other_names: true,
        offers_registration: true,
    },
    Wire {
        profile: "nested-2025.05",
        has_other_names: true,
        offers_registration: true,
    },
    Wire {
        profile: "result-output-2025.05",
        has_other_names: false,
        offers_registration: true,
    },
    Wire {
        profile: "mock-2025.04",
        has_other_names: false,
        offers_registration: true,
    },
    Wire {
        profile: "mock-2024.04",
        has_other_names: false,
        offers_registration: false,
    },
];

impl Flow {
    fn registers(&self) -> bool {
        let mut named = self.requirements.iter();
        named.any(|requirement| requirement.starts_with("registration."))
    }
}

/// A flow and a check by eye of another patient, with this service.
fn spoken(wire: &Wire, place: Place, flow: &Flow) -> Scenario {
    let profile = wire.profile;
    let id = format!("flows/{profile}.{}--visual", flow.name);
    let purpose = Wording::new(
        format!("{profile}: {}、次の患者は目視確認", flow.ja),
        format!("{profile}: {}, then a check by eye", flow.en),
    );
    let mut cell = alone(&id, place, flow, purpose);
    cell.given.service.profile = Some(who(profile));
    cell.visual(SECOND);
    cell.take();
    cell.end()
}

/// The first patient's flow alone.
fn alone(id: &str, place: Place, flow: &Flow, purpose: Wording) -> Cell {
    let who = flow.who[0];
    let card = match who {
        Who::Persona(persona) => persona,
        Who::Anybody | Who::Filed(_) => FIRST,
    };
    let mut cell = Cell::new(id, place, card, purpose);
    if let Who::Filed(record) = who {
        cell.given.record = record();
    }
    cell.decides(flow.requirements);
    cell.decides(VISUAL);
    cell.login();
    (flow.play)(&mut cell, card);
    cell
}

/// The first patient comes to one thing, the second to another; nothing where they would be the same
/// person, or both need a record of their own.
fn pair(place: Place, first: &Flow, second: &Flow) -> Option<Scenario> {
    let named = |who: Who, otherwise| match who {
        Who::Persona(persona) => persona,
        Who::Anybody | Who::Filed(_) => otherwise,
    };
    let fits = |(one, other): &(Who, Who)| {
        let both = matches!((one, other), (Who::Filed(_), Who::Filed(_)));
        !both && named(*one, FIRST) != named(*other, SECOND)
    };
    let of_first = first.who.iter().copied();
    let mut couples = of_first.flat_map(|one| second.who.iter().map(move |other| (one, *other)));
    let (one, other) = couples.find(fits)?;
    let (card, next) = (named(one, FIRST), named(other, SECOND));
    let own = if matches!(other, Who::Filed(_)) {
        next
    } else {
        card
    };
    let id = format!("flows/{}--{}", first.name, second.name);
    let purpose = Wording::new(
        format!("{}、次の患者は{}", first.ja, second.ja),
        format!("{}, then another patient: {}", first.en, second.en),
    );
    let mut cell = Cell::new(&id, place, own, purpose);
    for who in [one, other] {
        if let Who::Filed(record) = who {
            cell.given.record = record();
        }
    }
    cell.decides(first.requirements);
    cell.decides(second.requirements);
    cell.login();
    (first.play)(&mut cell, card);
    (second.play)(&mut cell, next);
    Some(cell.end())
}

/// Something is done between one flow and a check by eye of another patient.
fn with_between(first: &Flow, between: &Between) -> Scenario {
    let id = format!("flows/{}--{}--visual", first.name, between.name);
    let purpose = Wording::new(
        format!("{}、{}、次の患者は目視確認", first.ja, between.ja),
        format!("{}; {}; then a check by eye", first.en, between.en),
    );
    let mut cell = alone(&id, Place::Practice, first, purpose);
    (between.play)(&mut cell);
    cell.visual(SECOND);
    cell.take();
    cell.end()
}
