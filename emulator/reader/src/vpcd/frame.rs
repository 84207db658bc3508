//! The frames: a length of 16 bits, high byte first, and as many bytes. One byte is a control,
//! more are an APDU.

/// What a driver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// Deactivation; no answer.
    PowerOff,
    /// Cold activation; no answer.
    PowerOn,
    /// Warm reset; no answer.
    Reset,
    /// The ATR is asked for.
    Atr,
    /// A command APDU. Also a single byte that is no control: an application's APDU of one byte
    /// comes along like that, and the driver waits for its answer.
    Command(&'a [u8]),
}

impl<'a> Message<'a> {
    /// Reads a frame's bytes; `None` for a frame without any, which no driver sends that keeps to the
    /// rules.
    #[must_use]
    pub const fn read(payload: &'a [u8]) -> Option<Self> {
        match payload {
            [] => None,
            [0] => Some(Self::PowerOff),
            [1] => Some(Self::PowerOn),
            [2] => Some(Self::Reset),
            [4] => Some(Self::Atr),
            command => Some(Self::Command(command)),
        }
    }
}

/// Appends a frame with these bytes. `None`, and nothing appended, where there are none or more
/// than 65 535: the first would stall the driver until the line ends (*observed*), the second
/// cannot be said.
#[must_use]
pub fn write_frame(payload: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let len = u16::try_from(payload.len()).ok().filter(|len| *len > 0)?;
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(payload);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_is_a_control_and_more_are_a_command() {
        let table: &[(&[u8], Option<Message<'_>>)] = &[
            (&[], None),
            (&[0x00], Some(Message::PowerOff)),
            (&[0x01], Some(Message::PowerOn)),
            (&[0x02], Some(Message::Reset)),
            (&[0x03], Some(Message::Command(&[0x03]))),
            (&[0x04], Some(Message::Atr)),
            (&[0x04, 0x04], Some(Message::Command(&[0x04, 0x04]))),
        ];
        for (payload, message) in table {
            assert_eq!(Message::read(payload), *message, "{payload:02X?}");
        }
    }

    #[test]
    fn a_frame_holds_one_to_65_535_bytes() {
        let mut out = Vec::new();
        assert_eq!(write_frame(&[], &mut out), None);
        assert_eq!(write_frame(&[0; 65_536], &mut out), None);
        assert!(out.is_empty());
        assert_eq!(write_frame(&[0x90, 0x00], &mut out), Some(()));
        assert_eq!(out, [0x00, 0x02, 0x90, 0x00]);
        out.clear();
        assert_eq!(write_frame(&[0; 65_535], &mut out), Some(()));
        assert_eq!((out.len(), &out[..2]), (65_537, &[0xFF, 0xFF][..]));
    }
}
