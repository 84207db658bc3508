//! A fault of one exchange, the same for every transport.

use std::time::Duration;

use madoguchi_iso7816::{Icc, LinkFault, Reply};

use super::Noise;
use crate::Fault;

/// Bytes of SW1 and SW2.
const STATUS: usize = 2;

/// The command and its answer, with the fault. What a return code adds is the transport's affair.
pub(crate) fn carry_out(
    card: &mut dyn Icc,
    command: &[u8],
    reply: &mut Reply,
    fault: Fault,
    noise: &mut Noise,
) -> Result<(), LinkFault> {
    match fault {
        Fault::Torn { carried_out, .. } => {
            if carried_out {
                lose(card, command, reply)?;
            }
            card.power_off();
            Err(LinkFault::Torn)
        }
        // a call that hangs is held before this; where there are no calls, nobody answers
        Fault::Mute {} | Fault::Hangs {} => Err(LinkFault::Mute),
        Fault::Damaged { carried_out, .. } => {
            if carried_out {
                lose(card, command, reply)?;
            }
            Err(LinkFault::Transmission)
        }
        Fault::Status(status) => {
            reply.refuse(status);
            Ok(())
        }
        Fault::Short(len) => {
            card.transmit(command, reply)?;
            let answer = reply.buffer();
            if let Some(status) = answer.len().checked_sub(STATUS)
                && len < status
            {
                answer.drain(len..status);
            }
            Ok(())
        }
        Fault::Truncated(len) => {
            card.transmit(command, reply)?;
            reply.buffer().truncate(len);
            Ok(())
        }
        Fault::Overlong(len) => {
            card.transmit(command, reply)?;
            let more = std::iter::repeat_with(|| noise.byte()).take(len);
            reply.buffer().extend(more);
            Ok(())
        }
        Fault::Late(by) => {
            card.transmit(command, reply)?;
            reply.delay(reply.after().saturating_add(by));
            Ok(())
        }
        Fault::WaitingTime {
            requests,
            multiplier,
        } => {
            let frame = frame_waiting_time(card.atr());
            card.transmit(command, reply)?;
            // No grant is longer than FWT_MAX.
            let grant = (frame * multiplier.clamp(1, 59).into()).min(frame_waiting_time_of(14));
            reply.delay(reply.after() + grant * requests.into());
            Ok(())
        }
        // What happens around the card has happened before.
        Fault::Reset {}
        | Fault::Rival { .. }
        | Fault::Unplugged {}
        | Fault::ReaderFails {}
        | Fault::ServiceStops { .. } => card.transmit(command, reply),
    }
}

/// The card does what it is told, and no program hears of it.
fn lose(card: &mut dyn Icc, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
    let outcome = card.transmit(command, reply);
    reply.clear();
    outcome
}

/// How long a card may take for a frame. Its FWI stands in the third byte of the protocol
/// information, high half (ISO 14443-3 §7.9.4.4), which the ATR of a Type B card quotes
/// (PC/SC part 3 §3.1.3.2.3.1); every other card is taken to have the default, 4.
fn frame_waiting_time(atr: &[u8]) -> Duration {
    match atr {
        // 3B 88 80 01, four bytes of application data, three of protocol information, MBLI, TCK
        [0x3B, 0x88, 0x80, 0x01, _, _, _, _, _, _, fwi, _, _] => frame_waiting_time_of(fwi >> 4),
        _ => frame_waiting_time_of(4),
    }
}

/// FWT = 256 × 16 / fc × 2^FWI with fc = 13.56 MHz: 302 µs for 0, 4.949 s for 14.
fn frame_waiting_time_of(fwi: u8) -> Duration {
    Duration::from_nanos(302_065) * (1 << fwi.min(14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_says_how_long_a_frame_may_take() {
        let atr = |pi: u8| {
            [
                0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, pi, 0x00, 0x7F,
            ]
        };
        assert_eq!(frame_waiting_time(&atr(0xA1)).as_millis(), 309);
        assert_eq!(frame_waiting_time(&atr(0xD1)).as_millis(), 2_474);
        assert_eq!(frame_waiting_time(&[0x3B, 0x00]).as_micros(), 4_833);
    }
}
