//! From bytes on the card interface to an event that may be stored and that people can read.
//!
//! Follows the selection as the card does (ISO 7816-4 §7.1, JICSAP), names files by the tables of
//! the layout, and redacts by their secrecy class. Sees every exchange of a card in order.

use std::fmt::Write as _;

use madoguchi_iso7816::{Body, CommandApdu, FileId, Instruction, LinkFault, Sfi, StatusWord};
use madoguchi_layout::jpki::AUTHENTICATION_PIN_DIGITS;
use madoguchi_layout::{APPLICATIONS, Application, File, Kind, Secrecy, issuer};

use crate::CardEvent;

/// Public content up to this length is stored as it is; what is longer is a certificate.
const SHORT: usize = 64;

/// The dialogue with the card on the reader: what is selected, and how many APDUs there were.
#[derive(Debug, Default)]
pub struct Dialogue {
    count: u32,
    card: String,
    application: Selected,
    file: Option<FileId>,
}

/// What the last successful SELECT made current.
#[derive(Debug, Clone, Copy, Default)]
enum Selected {
    /// The state in which the card wakes up.
    #[default]
    Issuer,
    Application(&'static Application),
    /// One that no table has: what its files hold is unknown.
    Unknown,
}

impl Selected {
    fn label(self) -> Option<&'static str> {
        match self {
            Self::Issuer => Some("issuer"),
            Self::Application(application) => Some(application.label()),
            Self::Unknown => None,
        }
    }

    fn file(self, id: FileId) -> Option<&'static File> {
        match self {
            Self::Issuer | Self::Unknown => None,
            Self::Application(application) => application.file(id),
        }
    }
}

impl Dialogue {
    /// A dialogue that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a selection took place is unknown: what is selected is, too, until the next one.
    pub fn lose_track(&mut self) {
        self.application = Selected::Unknown;
        self.file = None;
    }

    /// The card was placed or powered anew: nothing is selected any more.
    pub fn awake(&mut self, card: &str) {
        card.clone_into(&mut self.card);
        self.application = Selected::Issuer;
        self.file = None;
    }

    /// One command and what came of it. `card` names whose card it is; another name than before
    /// means another card, which is awake anew.
    pub fn observe(
        &mut self,
        card: &str,
        command: &[u8],
        answer: Result<&[u8], LinkFault>,
    ) -> CardEvent {
        if self.card != card {
            self.awake(card);
        }
        self.count += 1;
        let (content, status) = match answer {
            Ok(bytes) => split(bytes),
            Err(_) => (&[][..], None),
        };
        let mut event = CardEvent {
            n: self.count,
            card: card.into(),
            header: header(command).into(),
            name: "malformed".into(),
            application: None,
            file: None,
            data: None,
            answer: (!content.is_empty()).then(|| length(content).into()),
            sw: status.map(|status| status.to_string().into()),
            fault: answer.err().map(|fault| word(fault).into()),
        };
        if let Ok(command) = CommandApdu::parse(command) {
            self.name(&mut event, &command, content, status);
        }
        event.application = self.application.label().map(Into::into);
        event
    }

    fn name(
        &mut self,
        event: &mut CardEvent,
        command: &CommandApdu<'_>,
        content: &[u8],
        status: Option<StatusWord>,
    ) {
        let data = command.body.map_or(&[][..], |body: Body<'_>| body.data);
        let done = status.is_some_and(StatusWord::is_ok);
        event.name = match (command.class, command.instruction) {
            (0x00, Instruction::COMPUTE_DIGITAL_SIGNATURE) => "PERFORM SECURITY OPERATION".into(),
            (_, instruction) => instruction.to_string().into(),
        };
        event.data = (!data.is_empty()).then(|| length(data).into());
        match command.instruction {
            Instruction::SELECT => {
                event.data = (!data.is_empty()).then(|| hex(data).into());
                self.select(event, command.p1, data, done);
            }
            Instruction::READ_BINARY => {
                let named = Sfi::new(command.p1 & 0x1F).filter(|_| command.p1 & 0x80 != 0);
                self.address(event, named, done);
                self.show(event, content);
            }
            Instruction::READ_RECORD => {
                self.address(event, Sfi::new(command.p2 >> 3), done);
                self.show(event, content);
            }
            Instruction::VERIFY => {
                self.address(event, reference(command.p2), false);
                if !data.is_empty() {
                    event.data = Some(self.attempt(event, data, status).into());
                }
            }
            Instruction::COMPUTE_DIGITAL_SIGNATURE
            | Instruction::INTERNAL_AUTHENTICATE
            | Instruction::CHANGE_REFERENCE_DATA => {
                self.address(event, reference(command.p2), false);
            }
            _ => {}
        }
    }

    /// SELECT by DF name (P1 = 04) or by identifier (P1 = 00, 02).
    fn select(&mut self, event: &mut CardEvent, p1: u8, data: &[u8], done: bool) {
        if p1 == 0x04 {
            let found = APPLICATIONS
                .into_iter()
                .find(|application| application.aid.as_bytes().starts_with(data));
            if done && issuer::AID.as_bytes().starts_with(data) {
                self.application = Selected::Issuer;
                self.file = None;
            } else if let Some(application) = found.filter(|_| done && !data.is_empty()) {
                self.application = Selected::Application(application);
                self.file = None;
            } else if done && !data.is_empty() {
                self.application = Selected::Unknown;
                self.file = None;
            }
        } else if let Ok(id) = <[u8; 2]>::try_from(data) {
            let id = FileId::from_bytes(id);
            event.file = Some(id.to_string().into());
            if done {
                self.file = Some(id);
            }
        }
    }

    /// The file that a command means: the one named by its short identifier, else the current.
    fn address(&mut self, event: &mut CardEvent, named: Option<Sfi>, selects: bool) {
        let file = named.map(Sfi::file_id).or(self.file);
        event.file = file.map(|id| id.to_string().into());
        if selects {
            self.file = file;
        }
    }

    /// Stores short public content as it is.
    fn show(&self, event: &mut CardEvent, content: &[u8]) {
        let public = self
            .addressed(event)
            .is_some_and(|file| file.secrecy == Secrecy::Public);
        if public && (1..=SHORT).contains(&content.len()) {
            event.answer = Some(hex(content).into());
        }
    }

    /// A presented reference by its role and by what the card said of it.
    fn attempt(&self, event: &CardEvent, data: &[u8], status: Option<StatusWord>) -> String {
        let Some(Kind::Reference(rule)) = self.addressed(event).map(|file| file.kind) else {
            return length(data);
        };
        let label = rule.label;
        let is_no_pin = label == "auth-pin" && data.len() != AUTHENTICATION_PIN_DIGITS;
        match status {
            Some(StatusWord::OK) => format!("{label}:right"),
            Some(StatusWord::REFERENCE_BLOCKED | StatusWord::AUTHENTICATION_BLOCKED) => {
                format!("{label}:blocked")
            }
            Some(status) => match status.attempts() {
                Some(left) if is_no_pin => format!("{label}:wrong-length#{left}"),
                Some(left) => format!("{label}:wrong#{left}"),
                None => format!("{label}:refused"),
            },
            None => format!("{label}:unknown"),
        }
    }

    fn addressed(&self, event: &CardEvent) -> Option<&'static File> {
        let id = u16::from_str_radix(event.file.as_deref()?, 16).ok()?;
        self.application.file(FileId::new(id))
    }
}

/// The reference or key that P2 names: bit 8 says "of this application", the low five bits which;
/// 0 means the current one.
const fn reference(p2: u8) -> Option<Sfi> {
    Sfi::new(p2 & 0x1F)
}

/// CLA INS P1 P2; of what is no command only its length, since it may be what was typed. No class begins
/// with the bits 001 (ISO 7816-4 §5.4.1), and the digits of ASCII do.
fn header(command: &[u8]) -> String {
    match command {
        [0x20..=0x3F, ..] => length(command),
        _ => hex(command.get(..4).unwrap_or(command)),
    }
}

/// Response data and status word; a faulty card may send less than a status word.
fn split(answer: &[u8]) -> (&[u8], Option<StatusWord>) {
    match answer.split_last_chunk::<2>() {
        Some((content, sw)) => (content, Some(StatusWord::from_bytes(*sw))),
        None => (answer, None),
    }
}

const fn word(fault: LinkFault) -> &'static str {
    match fault {
        LinkFault::Torn => "torn",
        LinkFault::Mute => "mute",
        _ => "transmission",
    }
}

fn length(bytes: &[u8]) -> String {
    format!("len={}", bytes.len())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // writing to a String cannot fail
            let _ = write!(text, "{byte:02X}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELECT_JPKI: &[u8] = &[
        0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
    ];
    const SELECT_PIN: &[u8] = &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x18];
    const VERIFY: &[u8] = &[0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32, 0x33, 0x34];

    fn dialogue(commands: &[(&[u8], &[u8])]) -> CardEvent {
        let mut dialogue = Dialogue::new();
        let mut last = None;
        for (command, answer) in commands {
            last = Some(dialogue.observe("shiken-taro", command, Ok(answer)));
        }
        last.expect("at least one command")
    }

    #[test]
    fn a_pin_is_stored_as_its_role_and_outcome() {
        for (answer, label) in [
            ([0x90, 0x00], "auth-pin:right"),
            ([0x63, 0xC2], "auth-pin:wrong#2"),
            ([0x69, 0x84], "auth-pin:blocked"),
        ] {
            let ok: &[u8] = &[0x90, 0x00];
            let event = dialogue(&[(SELECT_JPKI, ok), (SELECT_PIN, ok), (VERIFY, &answer)]);
            assert_eq!(event.data.as_deref(), Some(label));
            assert_eq!(event.file.as_deref(), Some("0018"));
            assert_eq!(event.application.as_deref(), Some("jpki"));
        }
    }

    #[test]
    fn what_has_not_four_digits_is_told_from_a_wrong_pin() {
        let short: &[u8] = &[0x00, 0x20, 0x00, 0x80, 0x03, 0x31, 0x32, 0x33];
        let ok: &[u8] = &[0x90, 0x00];
        let event = dialogue(&[(SELECT_JPKI, ok), (SELECT_PIN, ok), (short, &[0x63, 0xC2])]);
        assert_eq!(event.data.as_deref(), Some("auth-pin:wrong-length#2"));
    }

    #[test]
    fn a_pin_that_goes_nowhere_known_is_only_a_length() {
        let event = dialogue(&[(VERIFY, &[0x6A, 0x88])]);
        assert_eq!(event.data.as_deref(), Some("len=4"));
        assert_eq!(
            (event.application.as_deref(), event.file),
            (Some("issuer"), None)
        );
    }

    #[test]
    fn a_query_of_the_attempts_left_has_no_data() {
        let ok: &[u8] = &[0x90, 0x00];
        let query = &[0x00, 0x20, 0x00, 0x80];
        let event = dialogue(&[(SELECT_JPKI, ok), (SELECT_PIN, ok), (query, &[0x63, 0xC3])]);
        assert_eq!((event.name.as_str(), event.data), ("VERIFY", None));
    }

    #[test]
    fn personal_content_is_only_a_length() {
        let ok: &[u8] = &[0x90, 0x00];
        let select = &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A];
        let read = &[0x00, 0xB0, 0x00, 0x00, 0x04];
        let header = &[0x30, 0x82, 0x06, 0x00, 0x90, 0x00];
        let event = dialogue(&[(SELECT_JPKI, ok), (select, ok), (read, header)]);
        assert_eq!(event.answer.as_deref(), Some("len=4"));
        assert_eq!(
            (event.file.as_deref(), event.sw.as_deref()),
            (Some("000A"), Some("9000"))
        );
    }

    #[test]
    fn a_short_identifier_selects_and_public_content_is_shown() {
        let ok: &[u8] = &[0x90, 0x00];
        let by_sfi = &[0x00, 0xB0, 0x88, 0x00, 0x03];
        let event = dialogue(&[(SELECT_JPKI, ok), (by_sfi, &[0x8F, 0x8F, 0x00, 0x90, 0x00])]);
        assert_eq!(event.file.as_deref(), Some("0008"));
        assert_eq!(event.answer.as_deref(), Some("8F8F00"));
    }

    #[test]
    fn a_refused_selection_changes_nothing() {
        let missing: &[u8] = &[0x6A, 0x82];
        let event = dialogue(&[(SELECT_JPKI, missing), (VERIFY, &[0x6A, 0x88])]);
        assert_eq!(event.application.as_deref(), Some("issuer"));
    }

    #[test]
    fn another_card_is_awake_anew_and_the_count_goes_on() {
        let mut dialogue = Dialogue::new();
        dialogue.observe("shiken-taro", SELECT_JPKI, Ok(&[0x90, 0x00]));
        let event = dialogue.observe("shiken-hanako", VERIFY, Err(LinkFault::Torn));
        assert_eq!((event.n, event.application.as_deref()), (2, Some("issuer")));
        assert_eq!((event.fault.as_deref(), event.sw), (Some("torn"), None));
    }

    #[test]
    fn no_digit_of_a_pin_is_in_any_event() {
        for answer in [&[0x90, 0x00][..], &[0x63, 0xC0], &[0x6D, 0x00], &[]] {
            for p2 in 0..=u8::MAX {
                let mut command = VERIFY.to_vec();
                command[3] = p2;
                let mut dialogue = Dialogue::new();
                dialogue.observe("x", SELECT_JPKI, Ok(&[0x90, 0x00]));
                let event = dialogue.observe("x", &command, Ok(answer));
                let stored = serde_json::to_string(&event).unwrap();
                assert!(
                    !stored.contains("31323334") && !stored.contains("1234"),
                    "{stored}"
                );
            }
        }
    }

    #[test]
    fn digits_without_a_command_are_only_a_length() {
        let pin: &[u8] = &[0x31, 0x32, 0x33, 0x34];
        let event = dialogue(&[(SELECT_JPKI, &[0x90, 0x00]), (pin, &[0x6E, 0x00])]);
        assert_eq!(event.header, "len=4");
        assert!(!serde_json::to_string(&event).unwrap().contains("3132"));
    }

    #[test]
    fn nothing_is_known_of_the_files_of_an_unknown_application() {
        let ok: &[u8] = &[0x90, 0x00];
        let by_sfi: &[u8] = &[0x00, 0xB0, 0x88, 0x00, 0x03];
        let unknown: &[u8] = &[0x00, 0xA4, 0x04, 0x0C, 0x05, 0xF0, 0x01, 0x02, 0x03, 0x04];
        let number = b"990000000012\x90\x00";
        let here: &[u8] = &[0x00, 0xB0, 0x00, 0x00, 0x0C];
        let event = dialogue(&[
            (SELECT_JPKI, ok),
            (by_sfi, &[0x8F, 0x90, 0x00]),
            (unknown, ok),
            (here, number),
        ]);
        assert_eq!(event.answer.as_deref(), Some("len=12"));
        assert_eq!((event.application, event.file), (None, None));
    }

    #[test]
    fn half_a_header_is_a_malformed_command() {
        let event = dialogue(&[(&[0x00, 0xA4], &[0x67, 0x00])]);
        assert_eq!(
            (event.name.as_str(), event.header.as_str()),
            ("malformed", "00A4")
        );
    }
}
