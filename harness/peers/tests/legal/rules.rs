//! What may become of the persistent state, told independently of the card's code: from the state
//! before, the state after, the command and its answer.

use madoguchi_card::{Content, Place, State};
use madoguchi_iso7816::{CommandApdu, Instruction, StatusWord};
use madoguchi_layout::Reference;

type Verdict = Result<(), String>;

/// Power that comes and goes, and a reset: nothing that survives them may change.
pub(crate) fn supply(before: &State, after: &State) -> Verdict {
    match before == after {
        true => Ok(()),
        false => Err(format!("changed {:?}", before.differences(after))),
    }
}

/// A command that was carried out.
///
/// - Only a reference can change, and one at most.
/// - An attempt is spent by VERIFY with data alone, answered `63Cx` with what is left; and such an
///   answer to a VERIFY with data in the clear always spends one.
/// - Attempts come back, all of them, by VERIFY with data that is answered `9000`.
/// - A value changes by CHANGE REFERENCE DATA or CHANGE KEY that is answered `9000`, to the data
///   of the command, where all attempts are left, since the old value was verified.
pub(crate) fn command(before: &State, after: &State, command: &[u8], reply: &[u8]) -> Verdict {
    let command = CommandApdu::parse(command).ok();
    let status = reply.last_chunk().copied().map(StatusWord::from_bytes);
    let status = status.ok_or("the card answered less than a status word")?;
    let data = command.as_ref().and_then(|command| command.body.ok());
    let data = data.map(|body| body.data).unwrap_or_default();
    let instruction = command.map(|command| (command.class, command.instruction));
    let presents =
        !data.is_empty() && matches!(instruction, Some((0x00 | 0x08, Instruction::VERIFY)));
    let is_secured = matches!(instruction, Some((0x08, _)));
    let Some((place, old, new)) = changed(before, after)? else {
        return match status.attempts() {
            // What came secured may have been a question.
            Some(left) if presents && !is_secured => {
                Err(format!("said that {left} are left and took none"))
            }
            _ => Ok(()),
        };
    };
    if old.tries_max != new.tries_max {
        return Err(format!("{place} has another number of attempts"));
    }
    if new.tries_left > new.tries_max {
        return Err(format!("{place} has more attempts than there are"));
    }
    if old.value != new.value {
        let changes = matches!(
            instruction,
            Some((0x00, Instruction::CHANGE_REFERENCE_DATA) | (0x80, Instruction::CHANGE_KEY))
        );
        let all_left = old.tries_left == old.tries_max && new.tries_left == new.tries_max;
        return match changes && status.is_ok() && all_left && new.value.expose() == data {
            true => Ok(()),
            false => Err(format!("{place} has another value")),
        };
    }
    if new.tries_left < old.tries_left {
        let said = status.attempts() == Some(new.tries_left.min(15));
        return match presents && said && new.tries_left + 1 == old.tries_left {
            true => Ok(()),
            false => Err(format!("{place} lost attempts")),
        };
    }
    // What came secured cannot be read here.
    let right = is_secured || new.value.expose() == data;
    match presents && status.is_ok() && right && new.tries_left == new.tries_max {
        true => Ok(()),
        false => Err(format!("{place} got attempts back")),
    }
}

/// The reference that changed, before and after.
fn changed<'a>(
    before: &'a State,
    after: &'a State,
) -> Result<Option<(Place, &'a Reference, &'a Reference)>, String> {
    if before == after {
        return Ok(None);
    }
    let [place] = before.differences(after)[..] else {
        return Err(format!("changed {:?}", before.differences(after)));
    };
    match [before, after].map(|state| content(state, place)) {
        [Some(Content::Reference(old)), Some(Content::Reference(new))] => {
            Ok(Some((place, old, new)))
        }
        _ => Err(format!("changed {place}, which is no reference")),
    }
}

fn content(state: &State, place: Place) -> Option<&Content> {
    let mut files = state.files();
    files
        .find(|(at, _)| *at == place)
        .map(|(_, content)| content)
}

#[cfg(test)]
mod tests {
    use madoguchi_layout::{Application, jpki, profile};
    use madoguchi_terms::Secret;

    use super::*;
    use crate::holder::Holder;

    const WRONG: &[u8] = b"\x00\x20\x00\x98\x049999";
    const RIGHT: &[u8] = b"\x00\x20\x00\x98\x041234";
    const CHANGE: &[u8] = b"\x00\x24\x01\x98\x045678";
    const ASK: &[u8] = b"\x00\x20\x00\x98";
    const READ: &[u8] = b"\x00\xB0\x8A\x00\x00";
    const OK: &[u8] = b"\x90\x00";

    /// A new card, on which so many attempts at a PIN have failed.
    fn failed(times: u8) -> State {
        let card = Holder::healthy().card();
        let text = card.snapshot().to_text();
        let (left, fresh) = (3 - times, "jpki 0018 reference 3/3");
        let text = text.replace(fresh, &format!("jpki 0018 reference {left}/3"));
        State::from_text(&text).unwrap()
    }

    fn with(mut state: State, application: &Application, value: &[u8]) -> State {
        let reference = match application.label() {
            "jpki" => jpki::AUTHENTICATION_PIN,
            _ => profile::PIN,
        };
        let value = Secret::new(value.to_vec());
        state
            .set_reference(application, reference, value, 3)
            .unwrap();
        state
    }

    #[test]
    fn what_the_rules_allow() {
        for (before, after, told, reply) in [
            (failed(0), failed(1), WRONG, &b"\x63\xC2"[..]),
            (failed(2), failed(3), WRONG, b"\x63\xC0"),
            (failed(3), failed(3), WRONG, b"\x69\x84"),
            (failed(2), failed(0), RIGHT, OK),
            (failed(1), failed(1), ASK, b"\x63\xC2"),
            (failed(1), failed(1), READ, OK),
            (
                failed(0),
                with(failed(0), &jpki::APPLICATION, b"5678"),
                CHANGE,
                OK,
            ),
        ] {
            assert_eq!(command(&before, &after, told, reply), Ok(()), "{told:02X?}");
        }
        assert_eq!(supply(&failed(1), &failed(1)), Ok(()));
    }

    #[test]
    fn what_no_rule_allows() {
        let elsewhere = with(failed(0), &profile::APPLICATION, b"5678");
        let both = with(failed(1), &profile::APPLICATION, b"5678");
        let mut certificate = failed(0);
        certificate.withdraw(madoguchi_card::Certificate::Signature);
        for (before, after, told, reply) in [
            // attempts go without a VERIFY, with a question, two at once, or in silence
            (failed(0), failed(1), READ, OK),
            (failed(0), failed(1), ASK, b"\x63\xC2"),
            (failed(0), failed(2), WRONG, b"\x63\xC1"),
            (failed(0), failed(1), WRONG, b"\x6F\x00"),
            // or they do not go
            (failed(0), failed(0), WRONG, b"\x63\xC2"),
            // they come back, wholly or in part
            (failed(2), failed(0), WRONG, OK),
            (failed(2), failed(0), READ, OK),
            (failed(2), failed(1), RIGHT, OK),
            (failed(2), failed(0), RIGHT, b"\x63\xC1"),
            // a value changes by halves, unasked, unverified or elsewhere
            (
                failed(0),
                with(failed(0), &jpki::APPLICATION, b"5678"),
                CHANGE,
                b"\x69\x82",
            ),
            (
                failed(0),
                with(failed(0), &jpki::APPLICATION, b"56"),
                CHANGE,
                OK,
            ),
            (
                failed(0),
                with(failed(0), &jpki::APPLICATION, b"1234x"),
                RIGHT,
                OK,
            ),
            (
                failed(1),
                with(failed(0), &jpki::APPLICATION, b"5678"),
                CHANGE,
                OK,
            ),
            (failed(0), elsewhere, READ, OK),
            (failed(0), both, WRONG, b"\x63\xC2"),
            (failed(0), certificate, READ, OK),
        ] {
            assert!(
                command(&before, &after, told, reply).is_err(),
                "{told:02X?}"
            );
        }
        assert!(supply(&failed(0), &failed(1)).is_err());
    }
}
