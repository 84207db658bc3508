//! A client that does as it is told and puts one text at one place, or several harmless ones at all.

use std::io::{BufRead as _, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::{env, fs, io};

use openssl::ssl::{SslConnector, SslFiletype, SslMethod};
use serde_json::{Value, json};

use crate::plan::{self, Place, Planted};
use crate::processes::{self, Control};

/// Where look-alikes are put.
const FOR_HARMLESS: [Place; 7] = [
    Place::Value,
    Place::StandardError,
    Place::File,
    Place::Path,
    Place::Query,
    Place::Header,
    Place::JsonValue,
];

/// What goes wrong here is no secret: it ends the client.
type Done = Result<(), Box<dyn std::error::Error>>;

/// `arguments`: the process whose descendants are searched, and the folder for what is found in them.
pub(crate) fn play(mut arguments: impl Iterator<Item = String>) -> Done {
    let mut argument = || arguments.next().ok_or("an argument is missing");
    let (ancestor, kept) = (argument()?.parse()?, PathBuf::from(argument()?));
    let mut case = String::new();
    for line in io::stdin().lock().lines() {
        let message: Value = serde_json::from_str(&line?)?;
        if message.get("hello").is_some() {
            say(&json!({ "hello": {
                "contract": 1, "name": "secrets", "version": "1", "depth": "L3",
            } }))?;
        } else if let Some(begin) = message.get("begin") {
            case = begin["scenario"].as_str().unwrap_or_default().to_owned();
            say(&json!({ "screen": { "n": 1, "title": "認証選択" } }))?;
        } else if let Some(step) = message.get("do") {
            match step["action"].as_str() {
                Some("place-card") => say(&json!({ "ready": { "do": step["id"] } }))?,
                // the tool waits for this step: every process of the case is there
                Some("close") => {
                    let name = case.rsplit('/').next().unwrap_or_default();
                    let kept = kept.join(name);
                    match control(name) {
                        Some(control) => processes::search_beside(control, ancestor, &kept)?,
                        None => processes::search(ancestor, plant(name)?.as_ref(), &kept)?,
                    }
                }
                _ => {}
            }
            say(&json!({ "done": { "do": step["id"] } }))?;
        } else if message.get("end").is_some() {
            return Ok(());
        }
    }
    Ok(())
}

fn say(message: &Value) -> Done {
    let mut out = io::stdout().lock();
    writeln!(out, "{message}")?;
    Ok(out.flush()?)
}

/// What a case `c0` is about.
fn control(name: &str) -> Option<Control> {
    let number: usize = name.strip_prefix('c')?.parse().ok()?;
    Control::ALL.get(number).copied()
}

/// Puts there what the case is about, `p17` or `h17`; what was planted.
fn plant(name: &str) -> Result<Option<Planted>, Box<dyn std::error::Error>> {
    let number = name.get(1..).unwrap_or_default().parse::<usize>()?;
    if name.starts_with('h') {
        let harmless = plan::harmless();
        for place in FOR_HARMLESS {
            put(place, harmless[number].as_bytes())?;
        }
        return Ok(None);
    }
    let one = plan::planted().swap_remove(number);
    if plan::CLASSES[one.class].name == plan::SESSION {
        log_in()?;
    }
    put(one.place, &plan::written(&one))?;
    Ok(Some(one))
}

/// Gets the token that is planted.
fn log_in() -> Done {
    let account = json!({
        "facilityCode": "0010000000", "userId": "shiken01", "password": "TEST-only-1",
    });
    let answer = ask(
        "/limited/v1/sessions",
        b"Content-Type: application/json\r\n",
        account.to_string().as_bytes(),
    )?;
    match answer.contains(plan::TOKEN) {
        true => Ok(()),
        false => Err(format!("another token than the one that is planted: {answer}").into()),
    }
}

fn put(place: Place, octets: &[u8]) -> Done {
    let text = String::from_utf8_lossy(octets);
    let screen = |key: &str, value: Value| {
        let mut screen = json!({ "n": 2, "title": "設定" });
        screen[key] = value;
        say(&json!({ "screen": screen }))
    };
    match place {
        Place::ScreenTitle => screen("title", json!(text)),
        Place::ScreenNumber => screen("number", json!(text)),
        Place::Button => screen("buttons", json!([text])),
        Place::Label => screen("fields", json!([[text, "x"]])),
        Place::Value => screen("fields", json!([["x", text]])),
        Place::OutputKind => say(&json!({ "output": { "n": 2, "kind": text, "text": "x" } })),
        Place::Output => say(&json!({ "output": { "n": 2, "kind": "x", "text": text } })),
        Place::Error => say(&json!({ "error": { "n": 2, "text": text } })),
        Place::StandardError => {
            let mut out = io::stderr().lock();
            out.write_all(octets)?;
            Ok(out.write_all(b"\n")?)
        }
        Place::File => Ok(fs::write(state()?.join("kept"), octets)?),
        Place::FileName => Ok(fs::write(state()?.join(format!("a {text} b")), "x")?),
        Place::Path => post(&format!("/planted/{}", encoded(octets)), b"", b""),
        Place::Query => post(&format!("/planted?a=b&c={}", encoded(octets)), b"", b""),
        Place::QueryName => post(&format!("/planted?{}=a", encoded(octets)), b"", b""),
        Place::Header => post("/planted", &[b"X-Any: ", octets, b"\r\n"].concat(), b""),
        Place::Cookie => post(
            "/planted",
            &[b"Cookie: a=b; c=", octets, b"\r\n"].concat(),
            b"",
        ),
        Place::Authorization => {
            let header = [b"Authorization: Bearer ", octets, b"\r\n"].concat();
            post("/planted", &header, b"")
        }
        Place::JsonValue => post_json(&json!({ "a": [{ "b": text }] })),
        Place::JsonName => post_json(&json!({ text: true })),
        Place::JsonInside => post_json(&json!({ "a": json!({ "b": text }).to_string() })),
        Place::Form => post(
            "/planted",
            b"",
            format!("a=b&c={}", encoded(octets)).as_bytes(),
        ),
        Place::Xml => {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            post("/planted", b"", format!("<a><b>{text}</b></a>").as_bytes())
        }
        Place::Plain => post("/planted", b"", octets),
    }
}

fn state() -> Result<PathBuf, env::VarError> {
    env::var("MADOGUCHI_STATE_DIR").map(PathBuf::from)
}

/// As it can stand in an address.
fn encoded(octets: &[u8]) -> String {
    let octet = |octet: &u8| match octet {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' | b'%' => {
            char::from(*octet).to_string()
        }
        _ => format!("%{octet:02X}"),
    };
    octets.iter().map(octet).collect()
}

fn post_json(body: &Value) -> Done {
    post(
        "/planted",
        b"Content-Type: application/json\r\n",
        body.to_string().as_bytes(),
    )
}

/// Posts to the service.
fn post(target: &str, headers: &[u8], body: &[u8]) -> Done {
    ask(target, headers, body).map(drop)
}

/// Posts to the service, and hears its answer to the end.
fn ask(target: &str, headers: &[u8], body: &[u8]) -> Result<String, Box<dyn std::error::Error>> {
    let url = env::var("MADOGUCHI_URL")?;
    let address = url.trim_start_matches("https://").trim_end_matches('/');
    let (address, _) = address.split_once('/').unwrap_or((address, ""));
    let (host, _) = address.rsplit_once(':').unwrap_or((address, ""));
    let mut connector = SslConnector::builder(SslMethod::tls_client())?;
    connector.set_ca_file(env::var("MADOGUCHI_CA_FILE")?)?;
    // those of a terminal that was activated before
    if let (Ok(certificate), Ok(key)) = (
        env::var("MADOGUCHI_CERT_FILE"),
        env::var("MADOGUCHI_KEY_FILE"),
    ) && fs::exists(&key)?
    {
        connector.set_certificate_file(certificate, SslFiletype::PEM)?;
        connector.set_private_key_file(key, SslFiletype::PEM)?;
    }
    let mut line = connector
        .build()
        .connect(host, TcpStream::connect(address)?)?;
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    line.write_all(&[head.as_bytes(), headers, b"\r\n", body].concat())?;
    let mut answer = Vec::new();
    // A line that is cut at its end has been heard all the same.
    let _ = line.read_to_end(&mut answer);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
