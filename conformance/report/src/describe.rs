//! An event of a trace in one line for people: what, with what meaning, with what outcome.

use madoguchi_scenarios::ReturnCode;
use std::fmt::Write as _;

use madoguchi_iso7816::Instruction;
use madoguchi_layout::issuer;
use madoguchi_terms::{Lang, harmless};
use madoguchi_trace::{
    CardEvent, ClientEvent, Exit, HttpAnswer, HttpRequest, ReaderEvent, Removal, Screen,
    Unsearched, What,
};

/// What happened, without line breaks and without anything that a terminal or a pipeline obeys.
#[must_use]
pub fn describe(what: &What, lang: Lang) -> String {
    harmless(&said(what, lang)).into_owned()
}

fn said(what: &What, lang: Lang) -> String {
    match what {
        What::Step(step) => {
            let value = step
                .value
                .as_deref()
                .map(|v| format!(" {v}"))
                .unwrap_or_default();
            format!("{} {}{value}", lang.pick("操作", "act "), step.action)
        }
        What::Client(event) => client(event, lang),
        What::Reader(event) => reader(event, lang),
        What::Pcsc(call) => {
            let detail = call
                .detail
                .as_deref()
                .map(|d| format!(" ({d})"))
                .unwrap_or_default();
            let rv = if call.rv == ReturnCode::SUCCESS {
                String::new()
            } else {
                format!("  {}", call.rv)
            };
            let waited = if call.has_waited {
                lang.pick("  他のプログラムを待った", "  waited for another program")
            } else {
                ""
            };
            format!("PC/SC {}{detail}{rv}{waited}", call.call)
        }
        What::Card(apdu) => card(apdu, lang),
        What::Tls(tls) if tls.resumed => {
            let word = lang.pick("再開", "resumed");
            format!("TLS {} ({}, {word})", tls.outcome, tls.server)
        }
        What::Tls(tls) => format!("TLS {} ({})", tls.outcome, tls.server),
        What::Proxy(asked) => {
            let word = if asked.allowed {
                lang.pick("通した", "led to the service")
            } else {
                lang.pick("断った", "refused")
            };
            format!("proxy {} ({word})", asked.host)
        }
        What::Outside(sought) => {
            let port = sought
                .port
                .map(|port| format!(" {port}"))
                .unwrap_or_default();
            let word = lang.pick("機外への通信", "beyond this machine");
            format!("{word}: {} {}{port}", sought.over, sought.host)
        }
        What::Operator(act) => {
            let word = if act.done {
                lang.pick("実施", "done")
            } else {
                lang.pick("拒否", "refused")
            };
            let basis = act.basis.join(" ");
            format!(
                "{} {word}: {} ({basis})",
                lang.pick("運用", "operator"),
                act.rule
            )
        }
        What::Request(request) => http_request(request),
        What::Answer(answer) => http_answer(answer),
        What::Unsearched(Unsearched { place, why }) => lang.pick(
            format!("調べられない場所: {place} ({why})"),
            format!("not searched: {place} ({why})"),
        ),
        What::Leak(leak) => {
            format!(
                "{} {} ({})",
                lang.pick("漏えい", "leak"),
                leak.class,
                leak.place
            )
        }
        What::Exit(exit) => ended(exit, lang),
    }
}

fn reader(event: &ReaderEvent, lang: Lang) -> String {
    let (ja, en) = match event {
        ReaderEvent::Inserted { card, profile } => {
            let kind = profile.as_deref().map(|kind| format!(" ({kind})"));
            let kind = kind.unwrap_or_default();
            let placed = lang.pick("カードが置かれた", "card placed");
            return format!("{placed} {card}{kind}");
        }
        ReaderEvent::RivalCame { hold } => {
            let came = lang.pick(
                "他のプログラムがカードを使用",
                "another program holds the card",
            );
            return format!("{came} ({hold})");
        }
        ReaderEvent::Hung { call, .. } => {
            let hangs = lang.pick("呼び出しが返らない", "a call does not return");
            return format!("{hangs}: {call}");
        }
        ReaderEvent::Removed { why } => match why.known() {
            Some(Removal::Torn) => ("カードが離れた", "card torn away"),
            Some(Removal::Unplugged) => ("カードがリーダーごと外れた", "card gone with its reader"),
            _ => ("カードが取られた", "card taken"),
        },
        ReaderEvent::Unplugged {} => ("リーダーが抜かれた", "reader unplugged"),
        ReaderEvent::Failed {} => ("リーダーが故障した", "reader failed"),
        ReaderEvent::BusyWait {} => (
            "休みなくリーダーの状態を調べている",
            "the reader's state is asked for without a pause",
        ),
        ReaderEvent::Reset {} => (
            "カードがリセットされた",
            "card reset behind the client's back",
        ),
        ReaderEvent::RivalLeft {} => ("他のプログラムが終了", "the other program left"),
        ReaderEvent::ServiceStopped {} => ("PC/SC サービスが停止", "PC/SC service stopped"),
        ReaderEvent::ServiceStarted {} => ("PC/SC サービスが開始", "PC/SC service started"),
    };
    lang.pick(ja, en).to_owned()
}

fn client(event: &ClientEvent, lang: Lang) -> String {
    match event {
        ClientEvent::Screen(screen) => {
            let number = screen
                .number
                .as_deref()
                .map(|n| format!(" {n}"))
                .unwrap_or_default();
            format!(
                "{} {}{number}{}",
                lang.pick("画面", "screen"),
                screen.title,
                fields(screen)
            )
        }
        ClientEvent::Output { kind, .. } => format!("{} {kind}", lang.pick("出力", "output")),
        ClientEvent::Ready { r#do } => format!("ready ({})", r#do),
        ClientEvent::Done { r#do } => format!("done ({})", r#do),
        ClientEvent::Error { text, .. } => {
            format!("{} {text}", lang.pick("アプリのエラー", "client error"))
        }
        ClientEvent::Garbage { line, why, .. } => lang.pick(
            format!("アプリの出力 {line} 行目が読めない: {why}"),
            format!("line {line} of the client's output is no message: {why}"),
        ),
    }
}

/// The first fields of a screen.
fn fields(screen: &Screen) -> String {
    const MOST: usize = 3;
    let mut text = String::new();
    for (label, value) in screen.fields.iter().take(MOST) {
        // writing to a String cannot fail
        let _ = write!(text, "  {label}: {}", shortened(value));
    }
    if screen.fields.len() > MOST {
        text.push_str("  …");
    }
    text
}

fn shortened(value: &str) -> String {
    const LONGEST: usize = 20;
    let mut text: String = value
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect();
    if value.chars().count() > LONGEST {
        text.push('…');
    }
    text
}

fn card(apdu: &CardEvent, lang: Lang) -> String {
    let mut text = apdu.name.to_string();
    match (apdu.file_id(), apdu.application()) {
        (Some(id), _) => {
            let name = apdu
                .file()
                .map(|file| format!("{} ", file.name.get(lang)))
                .unwrap_or_default();
            let _ = write!(text, "  {name}({id})");
        }
        (None, Some(application)) => {
            let _ = write!(text, "  {}", application.name.get(lang));
        }
        (None, None) if apdu.application.as_deref() == Some("issuer") => {
            let _ = write!(text, "  {}", issuer::NAME.get(lang));
        }
        (None, None) => {}
    }
    if apdu.name != Instruction::SELECT
        && let Some(data) = &apdu.data
    {
        let _ = write!(text, "  {data}");
    }
    let outcome = apdu.sw.as_deref().or(apdu.fault.as_deref()).unwrap_or("—");
    let _ = write!(text, "  {outcome}");
    if let Some(meaning) = meaning(outcome, lang) {
        let _ = write!(text, " {meaning}");
    }
    text
}

/// What a status word or a fault means, where that is not obvious.
fn meaning(outcome: &str, lang: Lang) -> Option<String> {
    Some(match outcome {
        "torn" => lang
            .pick("カードが離れた", "the card left the field")
            .to_owned(),
        "6982" => lang.pick("照合が必要", "not permitted yet").to_owned(),
        "63C0" | "6983" | "6984" => lang.pick("ロック", "locked").to_owned(),
        "6A82" => lang.pick("ファイルがない", "no such file").to_owned(),
        _ => {
            let left = outcome.strip_prefix("63C")?;
            let left = u8::from_str_radix(left, 16).ok()?;
            lang.pick(format!("あと{left}回"), format!("{left} attempts left"))
        }
    })
}

fn http_request(request: &HttpRequest) -> String {
    let what = request.operation.as_deref().unwrap_or(&request.path);
    let method = request
        .fields
        .get("method")
        .map(|m| format!("  method: {m}"))
        .unwrap_or_default();
    format!("HTTP → {what}{method}")
}

fn http_answer(answer: &HttpAnswer) -> String {
    let mut text = format!("HTTP ← {} {}", answer.status, answer.decision);
    if let Some(validity) = answer.fields.get("qualification-validity") {
        let _ = write!(text, "  qualification-validity: {validity}");
    }
    if let Some(fault) = &answer.fault {
        let _ = write!(text, "  ({fault})");
    }
    text
}

fn ended(exit: &Exit, lang: Lang) -> String {
    let how = match (exit.code, &exit.why) {
        (Some(code), None) => code.to_string(),
        (Some(code), Some(why)) => format!("{code}, {why}"),
        (None, Some(why)) => why.to_string(),
        (None, None) => "?".to_owned(),
    };
    format!("{} ({how})", lang.pick("アプリの終了", "the client ended"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(sw: &str) -> What {
        What::Card(CardEvent {
            n: 4,
            card: "shiken-taro".into(),
            header: "00200080".into(),
            name: "VERIFY".into(),
            application: Some("jpki".into()),
            file: Some("0018".into()),
            data: Some("auth-pin:wrong#1".into()),
            answer: None,
            sw: Some(sw.into()),
            fault: None,
        })
    }

    #[test]
    fn a_verify_names_its_reference_and_what_is_left() {
        assert_eq!(
            describe(&verify("63C1"), Lang::Ja),
            "VERIFY  利用者証明用電子証明書の暗証番号 (0018)  auth-pin:wrong#1  63C1 あと1回"
        );
        assert_eq!(
            describe(&verify("63C0"), Lang::En),
            "VERIFY  authentication PIN (0018)  auth-pin:wrong#1  63C0 locked"
        );
    }

    #[test]
    fn an_answer_says_what_decides() {
        let answer = What::Answer(Box::new(HttpAnswer {
            exchange: 1,
            status: 200,
            decision: "OK".into(),
            rule: "lapsed".into(),
            basis: Vec::new(),
            fields: [("qualification-validity".into(), "2".into())]
                .into_iter()
                .collect(),
            retry_after: None,
            fault: None,
        }));
        assert_eq!(
            describe(&answer, Lang::En),
            "HTTP ← 200 OK  qualification-validity: 2"
        );
    }
}
