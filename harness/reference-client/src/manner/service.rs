//! HTTP, TLS and JSON: what the standards leave to a program, and how often it asks.

use std::time::Duration;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use ureq::Body;
use ureq::http::Response;

use super::*;
use crate::answer::Instead;
use crate::conduct::{Wait, only, saw};
use crate::line;
use crate::service::Request;
use crate::wire::Operation;

manners! {
    "keeps-connections" does "keeps its HTTP connections for the next requests",
        "HTTP の接続を次の要求のために保つ"
        because "RFC 9112 §9.3: connections persist unless one side says otherwise",
            "RFC 9112 §9.3。どちらかが断らない限り、接続は続く" =>
        on::idle_connections(|_| 4);
    "closes-connections" does "asks for the end of the connection with each request",
        "要求のたびに接続の終わりを求める"
        because "RFC 9112 §9.6: Connection: close",
            "RFC 9112 §9.6 の Connection: close" =>
        with_header("connection", "close");
    "writes-log" does "tells its maintainers on standard error what it does, without what it does it with",
        "保守のため、扱う中身を除いて、していることを標準エラー出力に書く"
        because "a log needs process, command and time; CWE-532 names what it must not have",
            "ログに要るのはプロセス・命令・時刻。書いてはならないものは CWE-532 にある" => [
            saw::command(|command| {
                let [class, instruction, p1, p2] = [0, 1, 2, 3].map(|at| command.get(at).copied().unwrap_or_default());
                eprintln!(
                    "[{}] 2025-05-21T09:12:34.123Z > {class:02X} {instruction:02X} {p1:02X} {p2:02X} ({} bytes)",
                    std::process::id(),
                    command.len(),
                );
            }),
            saw::attempts(|left| eprintln!("PIN: {left:?} attempts left")),
            saw::body(|body| eprintln!("POST with {} bytes", body.len())),
        ];
    "names-itself" does "sends a User-Agent of its own",
        "独自の User-Agent を送る"
        because "RFC 9110 §10.1.5", "RFC 9110 §10.1.5" =>
        with_header("user-agent", "KakuuShikaku/9.9.9 (Windows NT 10.0; Win64; x64)");
    "names-languages" does "says which languages and encodings it reads",
        "読める言語と符号化を伝える"
        because "RFC 9110 §12.5", "RFC 9110 §12.5" => [
            with_header("accept-language", "ja-JP,ja;q=0.9"),
            with_header("accept", "application/json, application/zip, */*;q=0.1"),
        ];
    "forbids-caches" does "forbids caches with each request",
        "要求のたびにキャッシュを禁じる"
        because "RFC 9111 §5.2.1", "RFC 9111 §5.2.1" => [
            with_header("cache-control", "no-store"),
            with_header("pragma", "no-cache"),
        ];
    "traces-requests" does "sends a trace context with each request",
        "要求のたびに追跡用の見出しを送る"
        because "W3C Trace Context; a header that is not known is passed over (RFC 9110 §5.1)",
            "W3C Trace Context。知らない見出しは読み飛ばされる (RFC 9110 §5.1)" =>
        with_header("traceparent", "00-99990000999900009999000099990000-9999000099990000-00");
    "sorts-keys" does "sends the keys of its JSON in the order of the alphabet",
        "JSON のキーをアルファベット順に送る"
        because "RFC 8259 §4: an object is an unordered collection",
            "RFC 8259 §4。オブジェクトに順序はない" =>
        rewrites(|value| {
            let sorted: std::collections::BTreeMap<String, Value> = value.into_iter().collect();
            Value::Object(sorted.into_iter().collect()).to_string()
        });
    "reverses-keys" does "sends the keys of its JSON in the opposite order",
        "JSON のキーを逆の順に送る"
        because "RFC 8259 §4: an object is an unordered collection",
            "RFC 8259 §4。オブジェクトに順序はない" =>
        rewrites(|value| {
            let reversed: Map<String, Value> = value.into_iter().rev().collect();
            Value::Object(reversed).to_string()
        });
    "indents-json" does "sends its JSON indented",
        "JSON を字下げして送る"
        because "RFC 8259 §2: white space is insignificant",
            "RFC 8259 §2。空白に意味はない" =>
        rewrites(|value| format!("{:#}\r\n", Value::Object(value)));
    "escapes-json" does "sends every letter that is not ASCII escaped",
        "ASCII でない文字をすべてエスケープして送る"
        because "RFC 8259 §7: any character may be escaped",
            "RFC 8259 §7。どの文字もエスケープしてよい" =>
        on::body(|body| escaped(&body));
    "uuids-as-ids" does "numbers its requests with UUIDs",
        "要求の番号を UUID にする"
        because "usability: no two programs ever choose the same one (RFC 9562)",
            "RFC 9562。二つのプログラムが同じものを選ぶことはない" =>
        on::request_id(|id| {
            let digest = Sha256::digest(id);
            let hex = base16ct::lower::encode_string(&digest[..16]);
            [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
        });
    "capital-hex" does "writes hexadecimal numbers in capitals",
        "16 進数を大文字で書く"
        because "RFC 4648 §8 prints capitals",
            "RFC 4648 §8 の表は大文字" =>
        on::request_id(|id| id.to_ascii_uppercase());
    "asks-once-more" does "sends an inquiry once more by itself, with the same id, where the connection broke",
        "接続が切れると、同じ番号の照会を自動でもう一度だけ送る"
        because "RFC 9110 §9.2.2 allows it where the service tells repetitions by an id",
            "RFC 9110 §9.2.2。番号で繰り返しが分かるなら送り直してよい" =>
        only::sent(
            |_, request, sent| matches!(sent, Err(error) if broke(&error.instead) && is_inquiry(request)),
            |app, request, _| Ok(app.service.send(request)),
        );
    "follows-own-redirects" does "follows a redirect that leads to another path of the same host",
        "同じホストの別のパスへの転送には従う"
        because "RFC 9110 §15.4: a client may follow by itself; the host is the one that was set",
            "RFC 9110 §15.4。自動で従ってよい。相手は設定されたホストのまま" =>
        only::response(
            |_, _, response| response.as_ref().is_ok_and(|reply| own_path(reply).is_some()),
            |service, request, response| {
                let reply = response?;
                let Some(path) = own_path(&reply) else {
                    return Ok(reply);
                };
                let url = format!("{}{path}", service.address.url);
                let followed = service.agent_of(request).get(url).call();
                followed.map_err(|error| line::failure(&error))
            },
        );
    "half-as-patient" does "waits half as long for the service as it may",
        "サービスを、待ってよい時間の半分だけ待つ"
        because "usability: the staff decide sooner; no document says how long",
            "使いやすさ。職員が早く判断できる。待つ時間を定めた文書はない" =>
        on::patience(|wait, limit| match wait {
            Wait::Service => limit.map(|limit| limit / 2),
            _ => limit,
        });
    "thinks-a-moment" does "waits a moment before each request",
        "要求のたびに一呼吸おく"
        because "slow machines are correct, too",
            "遅い機械も正しい" =>
        on::request(|_, request| {
            std::thread::sleep(Duration::from_millis(120));
            Ok(request)
        });
    "asks-for-terms-early" does "fetches 利用規約 anew each time it is shown",
        "利用規約を示すたびに取り直す"
        because "the text that is shown is the one in force",
            "示すのは、いま有効な規約の本文" =>
        only::answer(
            |_, operation, answer| *operation == Operation::RegistrationTerms && answer.code() == "OK",
            |app, operation, answer| {
                let again = app.service.request(operation);
                Ok(app.service.send(&again).unwrap_or(answer))
            },
        );
}

/// The path of the same host to which a reply leads.
fn own_path(reply: &Response<Body>) -> Option<&str> {
    let to = reply.headers().get("location")?.to_str().ok()?;
    (reply.status().is_redirection() && to.starts_with('/')).then_some(to)
}

/// Whether the connection broke before the answer was whole.
fn broke(instead: &Instead) -> bool {
    matches!(instead, Instead::End | Instead::Reset | Instead::Half)
}

/// Sends one more header.
fn with_header(name: &'static str, value: &'static str) -> Layer {
    on::headers(move |mut headers| {
        headers.push((name, value.to_owned()));
        headers
    })
}

/// Writes the object of a body otherwise.
fn rewrites(write: fn(Map<String, Value>) -> String) -> Layer {
    on::body(move |body| match serde_json::from_str(&body) {
        Ok(Value::Object(object)) => write(object),
        _ => body,
    })
}

/// The same JSON in ASCII.
fn escaped(json: &str) -> String {
    let mut units = [0; 2];
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

/// Whether it only asks, and can be told from its repetition.
fn is_inquiry(request: &Request) -> bool {
    matches!(
        request.operation,
        Operation::EligibilityByCertificate
            | Operation::EligibilityBySignature
            | Operation::EligibilityByNumber
    )
}
