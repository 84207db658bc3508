//! The card and what the client does with it.

use madoguchi_scenarios::{Fault, Method, Moment, Pin};
use madoguchi_trace::{CardEvent, Exit, Leak, PcscEvent, ReaderEvent, Removal, Text, What};

use crate::Counter;

/// In how many blocks a certificate is read, the one of its length among them.
const BLOCKS: usize = 8;

impl Counter<'_> {
    pub(crate) fn windows(&self) -> bool {
        self.scenario.given.reader.dialect == madoguchi_scenarios::Dialect::Windows
    }

    /// Of which kind the card is that lies there.
    pub(crate) fn kind(&self) -> &str {
        let given = &self.scenario.given;
        let is_its = self.card.as_deref() == Some(given.persona.as_str());
        let profile = given.card.profile.as_ref().filter(|_| is_its);
        profile.map_or("plastic-contactless", |profile| profile.as_str())
    }

    /// Whether the reader was pulled out in this scenario.
    pub(crate) fn unplugged(&self) -> bool {
        let mut faults = self.scenario.given.reader.faults.iter();
        faults.any(|fault| fault.what == Fault::Unplugged {})
    }

    pub(crate) fn check_if_free(&mut self) {
        let rival = |what: &Fault| matches!(what, Fault::Rival { .. });
        let mut faults = self.scenario.given.reader.faults.iter();
        if self.placed == 1 && faults.any(|fault| rival(&fault.what)) && !self.was_held {
            self.held = true;
            self.was_held = true;
            self.tell(What::Reader(ReaderEvent::RivalCame {
                hold: "exclusive".into(),
            }));
            self.failed("connect", "8010000B");
            self.given_up = self.breaks("reader.survives-rival");
            let told = match self.breaks("reader.rival-told") {
                true => ("お知らせ", "カードをもう一度置いてください"),
                false => ("原因", "使用中"),
            };
            return self.screen(None, "読み取り", &[], &[told]);
        }
        if self.given_up {
            return self.screen(None, "読み取り", &["閉じる"], &[("原因", "使用中")]);
        }
        self.check();
    }

    pub(crate) fn insert(&mut self, persona: Option<&str>) {
        let card = persona.unwrap_or(&self.scenario.given.persona).to_owned();
        if self.card.as_ref() == Some(&card) {
            return;
        }
        self.card = Some(card.clone());
        let profile = Some(self.kind()).filter(|kind| *kind != "plastic-contactless");
        self.tell(What::Reader(ReaderEvent::Inserted {
            card: card.as_str().into(),
            profile: profile.map(Text::from),
        }));
        self.first_card.get_or_insert_with(|| card.clone());
        self.card = Some(card);
        self.placed += 1;
        self.since_placed = 0;
        self.reads = 0;
    }

    pub(crate) fn connect(&mut self) {
        self.pcsc("connect");
        self.apdu("SELECT", "jpki", None, None, "9000");
    }

    pub(crate) fn disconnect(&mut self) {
        if !self.breaks("card.released") {
            self.pcsc("disconnect");
        }
    }

    pub(crate) fn failed(&mut self, call: &str, rv: &str) {
        self.tell(What::Pcsc(PcscEvent {
            call: call.into(),
            context: 1,
            detail: None,
            rv: rv.into(),
            has_waited: false,
        }));
    }

    pub(crate) fn pcsc(&mut self, call: &str) {
        self.tell(What::Pcsc(PcscEvent {
            call: call.into(),
            context: 1,
            detail: None,
            rv: "00000000".into(),
            has_waited: false,
        }));
    }

    /// One APDU; false where the card is torn away instead.
    pub(crate) fn apdu(
        &mut self,
        name: &str,
        application: &str,
        file: Option<&str>,
        data: Option<&str>,
        sw: &str,
    ) -> bool {
        let Some(card) = self.card.clone() else {
            return false;
        };
        let due = |what: &Fault| {
            let mut faults = self.scenario.given.reader.faults.iter();
            let (at, placed) = (self.since_placed + 1, self.placed);
            faults.any(|fault| {
                let now = match fault.at {
                    Moment::Apdu(nth) => nth == at,
                    // A block has 256 bytes; the first READ BINARY is of the length alone.
                    Moment::Byte(byte) => name == "READ BINARY" && self.reads == 1 + byte / 256,
                    Moment::ByteAgain(byte) => {
                        name == "READ BINARY" && self.reads == BLOCKS + 1 + byte / 256
                    }
                    Moment::Presented(_) => name == "VERIFY" && data.is_some(),
                    Moment::Instruction { .. }
                    | Moment::Connect(_)
                    | Moment::BeginTransaction(_)
                    | Moment::Disconnect(_)
                    | Moment::After(_) => false,
                };
                now && fault.placed.get() == placed && fault.what == *what
            })
        };
        if due(&Fault::Unplugged {}) {
            self.card = None;
            self.tell(What::Reader(ReaderEvent::Removed {
                why: "unplugged".into(),
            }));
            self.tell(What::Reader(ReaderEvent::Unplugged {}));
            self.failed("transmit", "80100011");
            if self.breaks("reader.survives-unplugging") {
                self.end();
            }
            return false;
        }
        let torn = due(&Fault::Torn {
            carried_out: false,
            code: None,
        });
        self.apdus += 1;
        self.since_placed += 1;
        self.reads += usize::from(name == "READ BINARY");
        self.tell(What::Card(CardEvent {
            n: self.apdus,
            card: card.into(),
            header: match (name, file) {
                // Every block is another one.
                ("READ BINARY", _) if sw == "9000" => format!("00B0{:04X}", self.apdus).into(),
                ("SELECT", Some(_)) => "00A4020C".into(),
                ("SELECT", None) => "00A4040C".into(),
                _ => "00000000".into(),
            },
            name: name.into(),
            application: Some(application.into()),
            file: file.map(Text::from),
            data: data.map(Text::from),
            answer: None,
            sw: (!torn).then(|| sw.into()),
            fault: torn.then(|| "torn".into()),
        }));
        if torn {
            self.card = None;
            self.tell(What::Reader(ReaderEvent::Removed {
                why: Removal::Torn.name().into(),
            }));
        }
        !torn
    }

    pub(crate) fn end(&mut self) {
        self.tell(What::Exit(Exit {
            code: Some(1),
            why: None,
            last_words: None,
        }));
        self.alive = false;
    }

    /// A card that is of no use here: what the client tries, and that it says so.
    pub(crate) fn refused(&mut self) -> bool {
        let kind = self.kind().to_owned();
        match kind.as_str() {
            "foreign-card" => {
                self.pcsc("connect");
                self.apdu("SELECT", "?", None, None, "6A82");
                if self.breaks("credential.no-verify-on-other-card") {
                    self.apdu("VERIFY", "?", None, Some("unknown"), "6986");
                }
            }
            "juki-2003" => {
                self.connect();
                self.apdu("SELECT", "jpki", None, None, "6A82");
                if self.breaks("card.other-kind-survived") {
                    self.end();
                    return true;
                }
            }
            "android-phone" => {
                self.connect();
                let times = if self.breaks("card.bounded-reading") {
                    9
                } else {
                    1
                };
                for _ in 0..times {
                    self.apdu("READ BINARY", "jpki", Some("000A"), None, "6982");
                }
            }
            "plastic-contact" if self.breaks("reader.any-interface") => self.pcsc("connect"),
            _ => return false,
        }
        self.disconnect();
        self.screen(None, "読み取り", &[], &[("原因", "使えないカード")]);
        true
    }

    pub(crate) fn read_certificate(&mut self) -> bool {
        let whole = self.apdu("SELECT", "jpki", Some("000A"), None, "9000")
            && (0..BLOCKS).all(|_| self.apdu("READ BINARY", "jpki", Some("000A"), None, "9000"));
        if whole && self.breaks("card.command-once") {
            self.apdu("SELECT", "jpki", Some("000A"), None, "9000");
            self.apdu("SELECT", "jpki", Some("000A"), None, "9000");
        }
        if whole && self.breaks("privacy.personal-number-untouched") {
            self.apdu("SELECT", "profile", None, None, "9000");
            self.apdu("SELECT", "profile", Some("0001"), None, "9000");
        }
        whole
    }

    /// The certificate that the client sends: that of the card, or of the first one.
    pub(crate) fn certificate(&self) -> String {
        let card = self.card.as_deref().unwrap_or("nobody");
        let stored = self.first_card.as_deref().unwrap_or(card);
        let sent = if self.breaks("card.certificate-from-card") {
            stored
        } else {
            card
        };
        format!("auth-certificate:{sent}")
    }

    pub(crate) fn check(&mut self) {
        if std::mem::take(&mut self.registers_again) {
            return self.register_and_show();
        }
        if self.refused() {
            return;
        }
        if self.method == Method::Pin {
            self.check_with_pin();
            return;
        }
        self.connect();
        if self.breaks("credential.no-pin-in-visual") {
            self.apdu(
                "VERIFY",
                "jpki",
                Some("0018"),
                Some("auth-pin:right"),
                "9000",
            );
        }
        let whole = self.read_certificate();
        self.disconnect();
        if whole && let Some(designation) = self.designation.take() {
            self.consent_to_institution(designation);
        } else if whole {
            let method = ("method", "visual".to_owned());
            self.inquire(
                "eligibility-by-certificate",
                vec![method, ("certificate", self.certificate())],
            );
        } else if !self.alive {
        } else if self.breaks("card.survives-removal") && self.card.is_none() && !self.unplugged() {
            self.end();
        } else {
            let notice = [("お知らせ", "カードをもう一度置いてください")];
            self.screen(None, "読み取り", &[], &notice);
        }
    }

    pub(crate) fn check_with_pin(&mut self) {
        let Some(pin) = self.pin.take() else {
            return self.show_reading();
        };
        self.connect();
        if pin == Pin::Wrong {
            self.tries = self.tries.saturating_sub(1);
            let (label, sw) = (
                format!("auth-pin:wrong#{}", self.tries),
                format!("63C{}", self.tries),
            );
            self.apdu("VERIFY", "jpki", Some("0018"), Some(&label), &sw);
            if self.tries == 0 && self.breaks("credential.stops-at-lock") {
                self.apdu(
                    "VERIFY",
                    "jpki",
                    Some("0018"),
                    Some("auth-pin:blocked"),
                    "6984",
                );
            }
            self.disconnect();
            let left = self.tries.to_string();
            let shown: &[(&str, &str)] = if self.breaks("credential.attempts-shown") {
                &[]
            } else {
                &[("残り回数", &left)]
            };
            if self.tries == 0 {
                return self.screen(None, "暗証番号ロック", &["目視確認"], shown);
            }
            return self.screen(None, "PIN入力", &[], shown);
        }
        self.apdu(
            "VERIFY",
            "jpki",
            Some("0018"),
            Some("auth-pin:right"),
            "9000",
        );
        if self.breaks("credential.one-verify-per-entry") {
            self.apdu(
                "VERIFY",
                "jpki",
                Some("0018"),
                Some("auth-pin:right"),
                "9000",
            );
        }
        self.read_certificate();
        self.ask(
            "challenge",
            vec![],
            "OK",
            vec![("challenge-id", "c1".into())],
        );
        self.apdu(
            "COMPUTE DIGITAL SIGNATURE",
            "jpki",
            Some("0017"),
            Some("len=51"),
            "9000",
        );
        if self.breaks("credential.auth-reference-only") {
            self.apdu(
                "VERIFY",
                "profile",
                Some("0011"),
                Some("profile-pin:right"),
                "9000",
            );
        }
        self.disconnect();
        if let Some(designation) = self.designation.take() {
            return self.consent_to_institution(designation);
        }
        let method = if self.breaks("service.method-declared") {
            "visual"
        } else {
            "pin"
        };
        let fields = vec![
            ("method", method.to_owned()),
            ("certificate", self.certificate()),
        ];
        if self.breaks("service.signed-challenge") {
            self.ask(
                "eligibility-by-signature",
                fields,
                "SIGNATURE_INVALID",
                vec![],
            );
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        self.inquire("eligibility-by-signature", fields);
        if self.breaks("credential.pin-stays-on-card") {
            self.tell(What::Leak(Leak {
                class: "auth-pin".into(),
                place: "request:/limited/v1/eligibility/signature".into(),
                offset: 17,
            }));
        }
    }
}
