//! Captures of the line to a reader. The samples of both kinds of capture were checked with tshark; the
//! others are built here, message by message.

use madoguchi_incident::{Incident, Log, Writer};
use madoguchi_trace::{ReaderEvent, What};
use proptest::prelude::*;

use super::{apdus, faults, wire, yaml};

pub(crate) const USBMON: &[u8] = include_bytes!("../data/usbmon.pcap");
pub(crate) const USBPCAP: &[u8] = include_bytes!("../data/usbpcap.pcapng");

fn read(bytes: &[u8]) -> Incident {
    Incident::read(&[Log::of(bytes)], wire())
}

/// A capture in usbmon's form, with 48 or 64 bytes before the data.
pub(crate) struct Capture {
    bytes: Vec<u8>,
    header: usize,
    us: u32,
    sequence: u8,
}

impl Capture {
    pub(crate) fn new(link: u32) -> Self {
        let mut bytes = Vec::new();
        bytes.extend(0xA1B2_C3D4_u32.to_le_bytes());
        bytes.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(262_144_u32.to_le_bytes());
        bytes.extend(link.to_le_bytes());
        Self {
            bytes,
            header: if link == 189 { 48 } else { 64 },
            us: 0,
            sequence: 0,
        }
    }

    fn packet(&mut self, kind: u8, transfer: u8, endpoint: u8, status: i32, data: &[u8]) {
        self.us += 1_000;
        let length = u32::try_from(self.header + data.len()).expect("it is short");
        self.bytes.extend(1_700_000_000_u32.to_le_bytes());
        self.bytes.extend(self.us.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        let mut header = vec![0; self.header];
        header[8..12].copy_from_slice(&[kind, transfer, endpoint, 9]);
        header[12] = 1;
        header[28..32].copy_from_slice(&status.to_le_bytes());
        self.bytes.extend(header);
        self.bytes.extend(data);
    }

    fn message(kind: u8, sequence: u8, specific: [u8; 3], data: &[u8]) -> Vec<u8> {
        let mut message = vec![kind];
        message.extend(
            u32::try_from(data.len())
                .expect("it is short")
                .to_le_bytes(),
        );
        message.extend([0, sequence]);
        message.extend(specific);
        message.extend(data);
        message
    }

    /// `6F`, with the level parameter.
    fn send(&mut self, level: u8, data: &[u8]) {
        self.sequence = self.sequence.wrapping_add(1);
        let message = Self::message(0x6F, self.sequence, [0, level, 0], data);
        self.packet(b'S', 3, 0x01, -115, &message);
        self.packet(b'C', 3, 0x01, 0, &[]);
    }

    /// `80`, with status, error and chain parameter.
    fn answer(&mut self, specific: [u8; 3], data: &[u8]) {
        self.packet(b'S', 3, 0x82, -115, &[]);
        let message = Self::message(0x80, self.sequence, specific, data);
        self.packet(b'C', 3, 0x82, 0, &message);
    }

    pub(crate) fn card(&mut self, is_there: bool) {
        let state = if is_there { 3 } else { 2 };
        self.packet(b'C', 1, 0x83, 0, &[0x50, state]);
    }

    pub(crate) fn exchange(&mut self, command: &[u8], answer: &[u8]) {
        self.send(0, command);
        self.answer([0, 0, 0], answer);
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.bytes
    }
}

const SELECT: [u8; 15] = [
    0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
];
const OK: [u8; 2] = [0x90, 0x00];

/// Header, status word, and what became of it.
fn told(incident: &Incident) -> Vec<(String, Option<String>)> {
    let told = apdus(incident).into_iter();
    told.map(|apdu| {
        let sw = apdu.sw.as_deref().map(str::to_owned);
        (apdu.header.to_string(), sw)
    })
    .collect()
}

#[test]
fn both_samples_tell_the_same_and_tshark_agrees() {
    for (bytes, writer) in [(USBMON, "usbmon"), (USBPCAP, "USBPcap")] {
        assert_eq!(Writer::detect(bytes), Some(Writer::Usb), "{writer}");
        let incident = read(bytes);
        let expected = [
            ("00A4040C", Some("9000")),
            ("00A4020C", Some("9000")),
            ("00200080", Some("63C2")),
            ("00B00000", None),
        ];
        let told = told(&incident);
        let told: Vec<(&str, Option<&str>)> = told
            .iter()
            .map(|(header, sw)| (&**header, sw.as_deref()))
            .collect();
        assert_eq!(told, expected, "{writer}");
        // the reader says that the card is mute; a moment later it is gone
        let torn = "{ at: { instruction: { ins: read-binary, nth: 1 } }, what: torn }";
        assert_eq!(faults(&incident), [torn], "{writer}");
        assert!(yaml(&incident).contains("one of 2 (torn, mute): usb 20") || writer != "usbmon");
        let is_there = |event: &ReaderEvent| matches!(event, ReaderEvent::Inserted { .. });
        let readers: Vec<bool> = incident
            .seen
            .iter()
            .filter_map(|one| match &one.what {
                Some(What::Reader(event)) => Some(is_there(event)),
                _ => None,
            })
            .collect();
        assert_eq!(readers, [true, false], "{writer}");
        assert_eq!(incident.inputs[0].exchanges, 4);
    }
}

/// What the two kinds of error look like to a program is the same.
#[test]
fn a_reader_tells_a_card_that_is_mute_from_a_line_that_garbles() {
    for (error, what) in [(0xFE, "mute"), (0xFD, "damaged"), (0xF6, "damaged")] {
        for link in [189, 220] {
            let mut capture = Capture::new(link);
            capture.card(true);
            capture.exchange(&SELECT, &OK);
            capture.send(0, &[0x00, 0xB0, 0x00, 0x00, 0x04]);
            capture.answer([0x40, error, 0], &[]);
            let incident = read(&capture.bytes());
            let line = format!(
                "{{ at: {{ instruction: {{ ins: read-binary, nth: 1 }} }}, what: {what} }}"
            );
            assert_eq!(faults(&incident), [line]);
        }
    }
}

#[test]
fn a_card_that_is_gone_during_a_command_is_torn_and_then_removed() {
    let mut capture = Capture::new(220);
    capture.card(true);
    capture.exchange(&SELECT, &OK);
    capture.send(0, &[0x00, 0xB0, 0x00, 0x00, 0x04]);
    capture.answer([0x42, 0xFE, 0], &[]);
    let incident = read(&capture.bytes());
    let torn = "{ at: { instruction: { ins: read-binary, nth: 1 } }, what: torn }";
    assert_eq!(faults(&incident), [torn]);
}

/// Commands and answers of more than a message holds, as readers at the level of extended APDUs have them.
#[test]
fn pieces_of_a_command_and_of_an_answer_are_put_together() {
    let mut capture = Capture::new(220);
    capture.card(true);
    capture.send(1, &SELECT[..8]);
    capture.answer([0, 0, 0x10], &[]);
    capture.send(3, &SELECT[8..10]);
    capture.answer([0, 0, 0x10], &[]);
    capture.send(2, &SELECT[10..]);
    capture.answer([0, 0, 0], &OK);
    capture.send(0, &[0x00, 0xB0, 0x00, 0x00, 0x04]);
    capture.answer([0, 0, 1], &[1, 2]);
    capture.send(0x10, &[]);
    capture.answer([0, 0, 2], &[3, 4, 0x90, 0x00]);
    let incident = read(&capture.bytes());
    let apdus = apdus(&incident);
    assert_eq!(apdus.len(), 2);
    assert_eq!(apdus[0].data.as_deref(), Some("D392F000260100000001"));
    assert_eq!(apdus[1].answer.as_deref(), Some("len=4"));
    assert_eq!(faults(&incident), Vec::<String>::new());
}

/// A block of T=1.
fn block(control: u8, information: &[u8]) -> Vec<u8> {
    let mut block = vec![
        0,
        control,
        u8::try_from(information.len()).expect("it is short"),
    ];
    block.extend(information);
    block.push(block.iter().fold(0, |sum, byte| sum ^ byte));
    block
}

/// A reader that takes blocks: parameters, a chain each way, more time, a block once more.
fn in_blocks() -> Capture {
    let mut capture = Capture::new(220);
    capture.card(true);
    capture.exchange(&[0xFF, 0x11, 0x18, 0xF6], &[0xFF, 0x11, 0x18, 0xF6]);
    capture.exchange(&block(0xC1, &[0xFE]), &block(0xE1, &[0xFE]));
    capture.exchange(&block(0x20, &SELECT[..6]), &block(0x90, &[]));
    capture.send(0, &block(0x40, &SELECT[6..]));
    // garbled on its way back: asked for once more
    capture.answer([0x40, 0xFD, 0], &[]);
    capture.send(0, &block(0x80, &[]));
    capture.answer([0, 0, 0], &block(0xC3, &[1]));
    capture.send(0, &block(0xE3, &[1]));
    capture.answer([0x80, 1, 0], &[]);
    capture.answer([0, 0, 0], &block(0x00, &OK));
    let read = [0x00, 0xB0, 0x00, 0x00, 0x04];
    capture.exchange(&block(0x00, &read), &block(0x60, &[1, 2]));
    capture.exchange(&block(0x80, &[]), &block(0x00, &[3, 4, 0x90, 0x00]));
    capture
}

#[test]
fn blocks_are_put_together_to_the_commands_that_they_carry() {
    let incident = read(&in_blocks().bytes());
    let apdus = apdus(&incident);
    let headers: Vec<&str> = apdus.iter().map(|apdu| &*apdu.header).collect();
    assert_eq!(headers, ["00A4040C", "00B00000"]);
    assert_eq!(apdus[0].sw.as_deref(), Some("9000"));
    assert_eq!(apdus[1].answer.as_deref(), Some("len=4"));
    assert_eq!(faults(&incident), Vec::<String>::new());
    assert!(incident.inputs[0].damaged.is_empty());
}

#[test]
fn a_card_that_stays_mute_after_every_block_is_mute() {
    let mut capture = in_blocks();
    capture.send(0, &block(0x40, &[0x00, 0xB0, 0x00, 0x04, 0x04]));
    for _ in 0..2 {
        capture.answer([0x40, 0xFE, 0], &[]);
        capture.send(0, &block(0x90, &[]));
    }
    capture.answer([0x40, 0xFE, 0], &[]);
    let mute = "{ at: { instruction: { ins: read-binary, nth: 2 } }, what: mute }";
    assert_eq!(faults(&read(&capture.bytes())), [mute]);
}

#[test]
fn a_reader_that_is_pulled_out_is_unplugged_once() {
    let mut capture = Capture::new(220);
    capture.card(true);
    capture.exchange(&SELECT, &OK);
    capture.send(0, &[0x00, 0xB0, 0x00, 0x00, 0x04]);
    capture.packet(b'C', 3, 0x82, -108, &[]);
    capture.packet(b'C', 1, 0x83, -108, &[]);
    let incident = read(&capture.bytes());
    let unplugged = "{ at: { instruction: { ins: read-binary, nth: 1 } }, what: unplugged }";
    assert_eq!(faults(&incident), [unplugged]);
}

#[test]
fn what_is_no_reader_is_counted_and_told() {
    let mut capture = Capture::new(220);
    for byte in 0..9 {
        capture.packet(b'C', 3, 0x82, 0, &[byte; 31]);
    }
    let incident = read(&capture.bytes());
    assert!(incident.is_empty());
    assert_eq!(incident.unknown[0].unknown.len(), 9);
}

/// Faults that a capture without one is said to have, apart from a slow answer.
fn invented(bytes: &[u8]) -> Vec<String> {
    let faults = faults(&read(bytes)).into_iter();
    faults.filter(|fault| !fault.contains("late")).collect()
}

/// Where each packet of a pcap begins.
fn packets(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut at = 24;
    let mut all = Vec::new();
    while let Some(length) = bytes.get(at + 8..at + 12) {
        let length = u32::from_le_bytes(length.try_into().expect("it is short"));
        let end = at + 16 + usize::try_from(length).expect("it is short");
        all.push(at..end);
        at = end;
    }
    all
}

fn clean() -> [Vec<u8>; 2] {
    let mut capture = Capture::new(189);
    capture.card(true);
    for _ in 0..4 {
        capture.exchange(&SELECT, &OK);
        capture.exchange(&[0x00, 0xB0, 0x00, 0x00, 0x02], &[1, 2, 0x90, 0x00]);
        capture.exchange(&[0x00, 0x20, 0x00, 0x80], &[0x63, 0xC3]);
    }
    capture.card(false);
    [capture.bytes(), in_blocks().bytes()]
}

#[test]
fn a_clean_capture_has_no_fault_even_where_packets_are_missing() {
    for bytes in clean() {
        assert_eq!(invented(&bytes), Vec::<String>::new());
        let packets = packets(&bytes);
        for width in 1..5 {
            for gap in packets.windows(width) {
                let (from, to) = (gap[0].start, gap[width - 1].end);
                let left = [&bytes[..from], &bytes[to..]].concat();
                assert_eq!(invented(&left), Vec::<String>::new(), "{from}..{to}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_of_captures_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        head in 0_usize..8,
    ) {
        let heads = [&USBMON[..24], &USBPCAP[..120], &USBPCAP[..28], &[0xA1, 0xB2, 0x3C, 0x4D]];
        let bytes = [heads[head % heads.len()], &bytes].concat();
        let incident = read(&bytes);
        prop_assert_eq!(incident.leaks_in(&yaml(&incident)), 0);
    }

    #[test]
    fn a_capture_with_wrong_bytes_makes_no_reader_panic(
        at in prop::collection::vec((0_usize..2_200, any::<u8>()), 1..12),
    ) {
        for sample in [USBMON, USBPCAP] {
            let mut bytes = sample.to_vec();
            for (at, byte) in &at {
                if let Some(place) = bytes.get_mut(*at) { *place = *byte; }
            }
            let incident = read(&bytes);
            prop_assert_eq!(incident.leaks_in(&yaml(&incident)), 0);
        }
    }

    #[test]
    fn a_capture_that_was_cut_or_lost_packets_has_no_fault_that_nobody_planned(
        keep in prop::collection::vec(prop::bool::weighted(0.93), 80),
        cut in 0_usize..6_000,
    ) {
        for bytes in clean() {
            let cut_off = &bytes[..cut.min(bytes.len())];
            let of_cut = invented(cut_off);
            prop_assert!(of_cut.is_empty(), "{of_cut:?}");
            let mut thinned = bytes[..24].to_vec();
            let mut keep = keep.iter().cycle();
            for packet in packets(&bytes) {
                if *keep.next().unwrap_or(&true) { thinned.extend(&bytes[packet]); }
            }
            let invented = invented(&thinned);
            prop_assert!(invented.is_empty(), "{:?}", invented);
        }
    }
}
