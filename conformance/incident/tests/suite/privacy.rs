//! Nothing of what a log shows in clear is in anything that comes out of it.

use madoguchi_incident::{Draft, Incident, Log, Withheld, Writer};
use madoguchi_terms::{Lang, without_personal_numbers};

use super::usb::Capture;
use super::{PATTERNS, read, wire, yaml};

const PIN: &str = "39 30 36 31";
const NAME: &str = "E8 A9 A6 E9 A8 93 E5 A4 AA E9 83 8E";

/// Everything that a person could be given.
fn all(incident: &Incident) -> String {
    let mut trace = Vec::new();
    let written = incident.trace("test").write(&mut trace);
    written.expect("memory can be written");
    let draft = Draft::infer(&incident.seen);
    format!(
        "{}\n{incident:?}\n{draft:?}\n{}\n{}",
        String::from_utf8_lossy(&trace),
        yaml(incident),
        draft.yaml(&incident.inputs, Lang::Ja),
    )
}

fn is_clean(text: &str, secrets: &[&str]) {
    let incident = read(text);
    let all = all(&incident);
    for secret in secrets {
        let close = secret.replace(' ', "");
        assert!(!all.contains(secret) && !all.contains(&close), "{secret}");
        let lower = close.to_lowercase();
        assert!(!all.contains(&lower), "{secret}");
    }
    assert_eq!(incident.leaks_in(&all), 0);
}

#[test]
fn a_pin_and_a_name_are_in_no_output_of_any_format() {
    let pcscd = format!(
        "00000001 APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 \n00000001 SW: 90 00 \n\
         00000001 APDU: 00 A4 02 0C 02 00 18 \n00000001 SW: 90 00 \n\
         00000001 APDU: 00 20 00 80 04 {PIN} \n00000001 SW: 63 C2 \n\
         00000001 APDU: 00 B0 00 00 0C \n00000001 SW: {NAME} 90 00 \n\
         00000001 -> 000000 6F 09 00 00 00 00 01 00 00 00 00 20 00 80 04 {PIN} \n\
         00000001 winscard.c:1:x() TxBuffer: 00 20 00 80 04 {PIN} \n"
    );
    is_clean(&pcscd, &[PIN, NAME]);
    let spy = format!(
        "7F90E21DD6C0@>|1795354027|840838|SCardTransmit\n7F90E21DD6C0@0x110A2DED\n\
         7F90E21DD6C0@0x00000009\n7F90E21DD6C0@00 20 00 80 04 {PIN} \n\
         7F90E21DD6C0@0x0000000E\n7F90E21DD6C0@{NAME} 90 00 \n\
         7F90E21DD6C0@<|1795354027|840880|SCardTransmit|Command successful.|0x00000000\n"
    );
    is_clean(&spy, &[PIN, NAME]);
    let opensc = format!(
        "Outgoing APDU (9 bytes):\n00 20 00 80 04 {PIN} . ...9061\nIncoming APDU (14 bytes):\n{NAME} 90 00 x\n"
    );
    is_clean(&opensc, &[PIN, NAME, "9061"]);
    let plain = format!("> 00 20 00 80 04 {PIN}\n< 63C2\n{PIN}\npin=9061\n");
    is_clean(&plain, &[PIN, "9061"]);
}

/// What a person would have to send, whatever the log is.
fn is_clean_as(bytes: &[u8], secrets: &[&str]) {
    for patterns in [None, Some(&*PATTERNS)] {
        let log = Log {
            patterns,
            ..Log::of(bytes)
        };
        let incident = Incident::read(&[log], wire());
        let all = all(&incident);
        for secret in secrets {
            assert!(!all.contains(secret), "{secret}");
        }
        assert_eq!(incident.leaks_in(&all), 0);
        assert!(!incident.is_empty());
    }
}

#[test]
fn a_pin_a_name_and_a_number_are_in_no_output_of_the_other_formats() {
    let number = personal_number();
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02X}")).collect() };
    let mut verify = vec![0x00, 0x20, 0x00, 0x80, 0x04];
    verify.extend(b"9061");
    let read = [0x00, 0xB0, 0x00, 0x00, 0x18];
    let mut answer = "試験太郎".as_bytes().to_vec();
    answer.extend(number.as_bytes());
    answer.extend([0x90, 0x00]);
    let secrets = [
        "9061",
        "39303631",
        "E8A9A6E9A893",
        "試験太郎",
        &number,
        &hex(number.as_bytes()),
    ];
    for link in [189, 220] {
        let mut capture = Capture::new(link);
        capture.card(true);
        capture.exchange(&verify, &[0x63, 0xC2]);
        capture.exchange(&read, &answer);
        is_clean_as(&capture.bytes(), &secrets);
    }
    let spaced = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02X} ")).collect() };
    let message = |kind: u8, sequence: u8, data: &[u8]| {
        let length = u8::try_from(data.len()).expect("it is short");
        format!(
            "{kind:02X} {length:02X} 00 00 00 00 {sequence:02X} 00 00 00 {}",
            spaced(data)
        )
    };
    let driver = [
        (0x6F, 1, &*verify),
        (0x80, 1, &[0x63, 0xC2]),
        (0x6F, 2, &read),
        (0x80, 2, &answer),
    ];
    let driver: String = driver
        .iter()
        .map(|(kind, sequence, data)| {
            let arrow = if *kind == 0x6F { "->" } else { "<-" };
            format!(
                "00000012 {arrow} 000000 {}\n",
                message(*kind, *sequence, data)
            )
        })
        .collect();
    is_clean_as(driver.as_bytes(), &secrets);
    let freerdp = "[10:32:08:127] [1:2] [DEBUG][com.freerdp.channels.smartcard.client] - ";
    let mut rdp = String::new();
    for (command, answer) in [(&*verify, &[0x63, 0xC2][..]), (&read, &answer)] {
        let length = answer.len();
        for line in [
            "Transmit_Call {".to_owned(),
            format!("pbSendBuffer: {{ {} }}", hex(command)),
            "}".to_owned(),
            "Transmit_Return {".to_owned(),
            "  ReturnCode: SCARD_S_SUCCESS (0x00000000)".to_owned(),
            format!("  cbRecvLength: {length}"),
            format!("  pbRecvBuffer: {{ {} }}", hex(answer)),
            "}".to_owned(),
            format!("szReader: of 試験太郎 {number}"),
        ] {
            rdp += &format!("{freerdp}{line}\n");
        }
    }
    is_clean_as(rdp.as_bytes(), &secrets);
    let app = format!(
        "2026-11-22 09:00:00.100 card >> {}\n2026-11-22 09:00:00.200 card << 63C2 (90 ms)\n\
         2026-11-22 09:00:01.100 card >> {}\n2026-11-22 09:00:01.200 card << {} (90 ms)\n\
         2026-11-22 09:00:02.000 POST https://試験太郎.example/a?number={number} -> 200 in 12 ms\n\
         2026-11-22 09:00:03.000 show ResultView for 試験太郎 {number} pin=9061\n\
         2026-11-22 09:00:04.000 ERROR 試験太郎 {number} pin=9061\n",
        hex(&verify),
        hex(&read),
        hex(&answer),
    );
    let (japanese, ..) = encoding_rs::SHIFT_JIS.encode(&app);
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(app.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let plain = format!("> 00B0000018\n< {}\n", hex(&answer));
    for bytes in [app.as_bytes(), &japanese, &wide] {
        let bytes = [bytes, b""].concat();
        let log = Log {
            patterns: Some(&PATTERNS),
            ..Log::of(&bytes)
        };
        let incident = Incident::read(&[log], wire());
        assert_eq!(incident.inputs[0].exchanges, 2);
        let all = all(&incident);
        for secret in &secrets {
            assert!(!all.contains(secret), "{secret}");
        }
        assert_eq!(incident.leaks_in(&all), 0);
    }
    is_clean_as(plain.as_bytes(), &secrets);
}

/// What an earlier exchange left in the buffer of one that failed is no answer.
#[test]
fn a_stale_buffer_is_not_an_answer() {
    let text = format!(
        "7F90E21DD6C0@>|1795354027|840838|SCardTransmit\n7F90E21DD6C0@0x110A2DED\n\
         7F90E21DD6C0@0x00000005\n7F90E21DD6C0@00 B0 00 00 0C \n\
         7F90E21DD6C0@0x0000000E\n7F90E21DD6C0@{NAME} 90 00 \n\
         7F90E21DD6C0@<|1795354027|840880|SCardTransmit|0x80100069\n"
    );
    let incident = read(&text);
    let apdu = super::apdus(&incident)[0].clone();
    assert_eq!((apdu.sw, apdu.answer), (None, None));
    is_clean(&text, &[NAME]);
}

#[test]
fn what_a_recording_of_http_holds_is_not_kept() {
    let secrets = [
        "試験太郎さんの個人情報",
        "sid=0123456789abcdef0123456789",
        "clinic-of-doctor-yamada.example",
        "19810203-secret-number",
    ];
    let har = format!(
        r#"{{"log":{{"version":1.2,"creator":null,"entries":[
        {{"startedDateTime":"2026-11-22T09:00:00.000+09:00","request":{{"method":"POST",
          "url":"https://{}/limited/v1/sessions?token={}","headers":[{{"name":"Cookie","value":"{}"}}],
          "postData":{{"text":"{}"}}}},
         "response":{{"status":"200","headers":[],"content":{{"mimeType":"application/json","text":"{{\"resultCode\":\"OK\",\"name\":\"{}\"}}"}}}},
         "timings":{{"wait":12.5,"receive":-1}}}}]}}}}"#,
        secrets[2], secrets[3], secrets[1], secrets[3], secrets[0]
    );
    assert_eq!(Writer::detect(har.as_bytes()), Some(Writer::Har));
    is_clean(&har, &secrets);
    let with_mark = format!("\u{feff}{har}trailing garbage");
    is_clean(&with_mark, &secrets);
    let incident = read(&har);
    assert_eq!(incident.withheld()[&Withheld::Web].len(), 1);
    assert!(
        yaml(&incident).contains("- login # implied: har 1"),
        "{}",
        yaml(&incident)
    );
}

/// The search for values of the logs finds what a forgotten rule would let through.
#[test]
fn a_rule_that_was_forgotten_would_be_noticed() {
    let text = format!("> 00 20 00 80 04 {PIN}\n< 63C2\n> 00 B0 00 00 0C\n< {NAME} 9000\n");
    let incident = read(&text);
    for leaked in [
        "data: 39303631",
        "39 30 36 31",
        "試験太郎",
        "6Kmm6aiT5aSq6YOO",
    ] {
        assert!(incident.leaks_in(leaked) > 0, "{leaked}");
    }
}

#[test]
fn nothing_prints_a_log() {
    let text = "00 20 00 80 04 31 32 33 34";
    let said = format!("{:?}", Log::of(text.as_bytes()));
    assert_eq!(said, "a log of 26 bytes");
    let incident = Incident::read(&[Log::of(text.as_bytes())], wire());
    assert!(!format!("{incident:?}").contains("31"));
}

/// A number that could be a person's, made here so that it stands nowhere: eleven digits and the one that
/// makes it right.
fn personal_number() -> String {
    let eleven = "99000000001";
    let mut all = ('0'..='9').map(|last| format!("{eleven}{last}"));
    let is_one = |text: &String| without_personal_numbers(text, "", &|_| false).is_some();
    all.find(is_one).expect("one of ten check digits is right")
}

/// A stranger may have changed a trace, or written it with a tool that does not look.
#[test]
fn a_personal_number_in_a_strangers_trace_goes_nowhere() {
    let number = personal_number();
    let mut trace = madoguchi_counter::play("happy/pin", "");
    let mut planted = 0;
    for (place, event) in trace.events.iter_mut().enumerate() {
        // some of an event alone: what an act is called decides what it is
        let mut nth = 0;
        event.what.each_text(&mut |text| {
            nth += 1;
            if (nth + place) % 3 == 0 {
                *text = format!("no. {number}.").into();
                planted += 1;
            }
        });
    }
    trace.header.resolved["given"]["persona"] = number.as_str().into();
    trace.header.resolved["when"][0] = format!("press: {number}").into();
    let mut text = Vec::new();
    trace.write(&mut text).expect("memory can be written");
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(30 < planted, "{planted}");
    is_clean(&text, &[&number]);
}

#[test]
fn a_personal_number_in_any_log_goes_nowhere() {
    let number = personal_number();
    let octets: Vec<String> = number.bytes().map(|octet| format!("{octet:02X}")).collect();
    let octets = octets.join(" ");
    for text in [
        format!("00000001 APDU: 00 B0 00 00 0C \n00000001 SW: {octets} 90 00 \n{number}\n"),
        format!(
            "> 00B000000C\n< {octets}9000\n> {octets}\n# {number}\n{number}\nmy number={number}\n"
        ),
        format!(
            "Outgoing APDU (5 bytes):\n00 B0 00 00 0C .....\nIncoming APDU (14 bytes):\n{octets} 90 00 {number}\n"
        ),
    ] {
        is_clean(&text, &[&number, &octets]);
    }
}
