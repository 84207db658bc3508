//! Whatever is sent, the card answers.

use std::sync::LazyLock;

use madoguchi_iso7816::{Aid, CommandApdu, Icc, Instruction, Reply, StatusWord};
use madoguchi_layout::{APPLICATIONS, Kind, Personalization, issuer};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::desk::{Desk, SELECT_COMMON, SELECT_JPKI, SELECT_PROFILE, SELECT_SURFACE, hex};

static HEALTHY: LazyLock<Personalization> = LazyLock::new(madoguchi_fixtures::healthy);

/// Bytes that look like a command more often than chance would have it.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let class = prop_oneof![4 => Just(0x00), 2 => Just(0x80), 1 => Just(0x08), 1 => any::<u8>()];
    let instruction = prop_oneof![
        6 => prop::sample::select(vec![
            0x20, 0x24, 0x2A, 0x32, 0x82, 0x84, 0x88, 0x8A, 0xA2, 0xA4, 0xAE, 0xB0, 0xB2, 0xCA, 0xFC,
        ]),
        1 => any::<u8>(),
    ];
    let parameter = prop_oneof![
        3 => prop::sample::select(vec![0x00, 0x02, 0x04, 0x0C, 0x80, 0x91, 0x97, 0x98, 0x8A, 0xC1]),
        1 => any::<u8>(),
    ];
    let name = prop::sample::select(vec![
        hex("D392F000260100000001"),
        hex("D3921000310001010408"),
        hex("D392"),
        hex("0017"),
        hex("31323334"),
        hex("9603000000"),
    ]);
    let tail = prop_oneof![
        vec(any::<u8>(), 0..300),
        (vec(any::<u8>(), 0..20), any::<Option<u8>>()).prop_map(|(data, le)| framed(&data, le)),
        (name, any::<Option<u8>>()).prop_map(|(name, le)| framed(&name, le)),
        any::<[u8; 1]>().prop_map(Vec::from),
        any::<[u8; 3]>().prop_map(Vec::from),
    ];
    let whole = (class, instruction, parameter.clone(), parameter, tail).prop_map(
        |(class, instruction, p1, p2, tail)| [&[class, instruction, p1, p2], &tail[..]].concat(),
    );
    prop_oneof![9 => whole, 1 => vec(any::<u8>(), 0..8)]
}

/// VERIFY of 券面事項入力補助AP's PIN.
const VERIFY: &str = "00200091 04 31323334";

/// Attempts left of every reference that the card has.
fn attempts_left(desk: &Desk) -> Vec<u8> {
    APPLICATIONS
        .iter()
        .flat_map(|application| {
            application
                .files
                .iter()
                .map(move |file| (application, file))
        })
        .filter(|(_, file)| matches!(file.kind, Kind::Reference(_)))
        .filter_map(|(application, file)| desk.card.attempts_left(application.aid, file.id))
        .collect()
}

fn framed(data: &[u8], le: Option<u8>) -> Vec<u8> {
    let lc = u8::try_from(data.len()).unwrap();
    [&[lc], data, le.as_slice()].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_command_gets_a_status_word(
        first in prop::sample::select(vec![
            SELECT_JPKI, SELECT_COMMON, SELECT_PROFILE, SELECT_SURFACE, "00A40000",
        ]),
        commands in vec(command(), 1..200),
    ) {
        let mut desk = Desk::with(&HEALTHY, madoguchi_card::Profile::contactless());
        desk.send(first);
        desk.send(VERIFY);
        let mut reply = Reply::new();
        let mut attempts = attempts_left(&desk);
        for command in commands {
            desk.card.transmit(&command, &mut reply).unwrap();
            let left = attempts_left(&desk);
            if left.iter().zip(&attempts).any(|(now, before)| now < before) {
                let spends = CommandApdu::parse(&command).is_ok_and(|command| {
                    command.instruction == Instruction::VERIFY
                        && command.body.is_ok_and(|body| !body.data.is_empty())
                });
                prop_assert!(spends, "{:02X?}", command);
            }
            attempts = left;
            let status = reply.status().expect("at least two bytes");
            prop_assert!(matches!(status.value() >> 12, 0x6 | 0x9), "{}", status);
            prop_assert!(status.is_ok() || reply.data().is_empty(), "a refusal has no data");
        }
    }

    #[test]
    fn a_name_that_is_not_ours_is_never_selected(
        name in vec(any::<u8>(), 0..=20),
        p2 in prop::sample::select(vec![0x00, 0x02, 0x0C]),
    ) {
        let ours = !name.is_empty()
            && (APPLICATIONS.iter().any(|application| application.aid.begins_with(&name))
                || name == issuer::AID.as_bytes());
        prop_assume!(!ours);
        let mut desk = Desk::with(&HEALTHY, madoguchi_card::Profile::contactless());
        let command = [&[0x00, 0xA4, 0x04, p2], &framed(&name, Some(0))[..]].concat();
        let (data, status) = desk.send_bytes(&command);
        let expected = match name.len() {
            // Lc 00 begins an extended length field, and one is cut short.
            0 => StatusWord::WRONG_LENGTH,
            1..=Aid::MAX => StatusWord::FILE_NOT_FOUND,
            _ => StatusWord::LC_INCONSISTENT,
        };
        prop_assert_eq!((data.len(), status), (0, expected.to_string()));
    }
}
