//! The commands of a log, asked of a card that stands in for ours.

use madoguchi_incident::{Draft, Fidelity, Lent};
use madoguchi_iso7816::{CommandApdu, Icc, LinkFault, Reply, StatusWord};

use super::read;

/// Answers every command as a card that has everything would, and counts PINs.
struct Obliging {
    tries: u8,
}

impl Icc for Obliging {
    fn atr(&self) -> &[u8] {
        &[]
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        Ok(())
    }

    fn power_off(&mut self) {}

    fn reset(&mut self) -> Result<(), LinkFault> {
        Ok(())
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        let command = CommandApdu::parse(command).expect("the phantom knows what a command is");
        let body = command.body.expect("its lengths fit");
        let status = match command.instruction.value() {
            0x20 if body.data.is_empty() => StatusWord::attempts_left(self.tries),
            0x20 if body.data == b"1234" => StatusWord::OK,
            0x20 => {
                self.tries -= 1;
                StatusWord::attempts_left(self.tries)
            }
            _ => {
                let length = body.le.map_or(0, |le| le.value());
                reply.push(&vec![0; length]);
                StatusWord::OK
            }
        };
        reply.finish(status);
        Ok(())
    }
}

fn ask(log: &str) -> Fidelity {
    let incident = read(log);
    incident.phantom(&Draft::of(&incident), |_| {
        Some(Lent {
            card: Box::new(Obliging { tries: 3 }),
            knows: Box::new(|role| (role == "auth-pin").then(|| b"1234".to_vec())),
        })
    })
}

/// A card, a command to a public file, and a PIN that is wrong and then right.
const LOG: &str = "\
00000001 eventhandler.c:423:EHStatusHandlerThread() Card inserted into X 00 00
00000002 APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01
00000003 SW: 90 00
00000004 APDU: 00 A4 02 0C 02 00 18
00000005 SW: 90 00
00000006 APDU: 00 20 00 80
00000007 SW: 63 C3
00000008 APDU: 00 20 00 80 04 35 36 37 38
00000009 SW: 63 C2
00000010 APDU: 00 20 00 80 04 31 39 31 39
00000011 SW: 90 00
00000012 APDU: 80 2A 00 80 03 01 02 03 00
00000013 SW: 01 02 03 90 00
";

fn differences(log: &str) -> Vec<(usize, String)> {
    let different = ask(log).different.into_iter();
    different.map(|one| (one.at.line, one.command)).collect()
}

#[test]
fn what_a_card_of_ours_answers_alike_is_counted_and_what_not_is_told() {
    // the signature of the log has three bytes, that of the card in question 256
    let fidelity = ask(LOG);
    assert_eq!((fidelity.alike, fidelity.unknown), (5, 0), "{fidelity:?}");
    let [one] = &fidelity.different[..] else {
        panic!("{fidelity:?}")
    };
    assert_eq!(one.at.line, 12);
    assert_eq!((one.field.length, one.ours.length), (3, 256));

    let other = LOG.replace(
        "02 00 18\n00000005 SW: 90 00",
        "02 00 18\n00000005 SW: 6A 82",
    );
    assert_eq!(
        differences(&other),
        [(4, "SELECT jpki/0018".to_owned())],
        "what follows is because of it"
    );
    // no person's own PIN is in what is told
    let told = format!("{:?}", ask(LOG));
    assert!(
        !told.contains("35363738") && !told.contains("5678"),
        "{told}"
    );
}

#[test]
fn what_nobody_can_know_is_not_compared() {
    // how many attempts a card comes with is its holder's
    let fewer = LOG.replace("63 C2", "63 C1").replace("63 C3", "63 C2");
    let fidelity = ask(&fewer);
    assert_eq!(fidelity.different.len(), 1, "{fidelity:?}");
    // how long a file is, too; a file that cannot be read is another matter
    let select =
        "00000001 APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01\n00000001 SW: 90 00\n";
    let short = format!("{select}00000001 APDU: 00 B0 00 00 10\n00000001 SW: 01 02 90 00\n");
    assert_eq!((ask(&short).different.len(), ask(&short).unknown), (0, 1));
    let refused = format!("{select}00000001 APDU: 00 B0 00 00 10\n00000001 SW: 69 82\n");
    assert_eq!(ask(&refused).different.len(), 1);
    // a log that begins in the middle
    let (_, middle) = LOG.split_once("00000006").expect("it is there");
    let fidelity = ask(&format!("00000006{middle}"));
    assert_eq!(
        (fidelity.alike, fidelity.different.len()),
        (0, 0),
        "{fidelity:?}"
    );
    // another program's commands may have changed anything
    let fidelity = ask(include_str!("../data/two-programs.log"));
    assert_eq!(fidelity.different, [], "{fidelity:?}");
    // what a fault did is no answer of a card
    for log in [
        include_str!("../data/spy-torn.log"),
        include_str!("../data/pcscd-torn.log"),
    ] {
        let fidelity = ask(log);
        assert_eq!(fidelity.different, [], "{fidelity:?}");
        assert!(fidelity.unknown > 0, "{fidelity:?}");
    }
}
