//! The messages of the protocol, byte for byte: 32-bit fields in the machine's own order, no
//! padding. A request is a [`Header`], a body of exactly its size, and for two of them a payload;
//! a reply is the same body again without a header (pcsc-lite: `winscard_msg.h`).

use crate::{ReaderState, ReturnCode};

/// The longest payload: an extended APDU with room to spare.
pub(super) const PAYLOAD_MAX: u32 = 65_548;
/// The protocol's major version.
pub(super) const MAJOR: u32 = 4;
/// The newest minor version that is spoken here.
pub(super) const NEWEST_MINOR: u32 = 6;
/// The oldest one.
pub(super) const OLDEST_MINOR: u32 = 2;
/// A minor version that no libpcsclite speaks that would accept another than its own.
pub(super) const TOO_OLD_MINOR: u32 = 2;
/// How many readers a client of protocol 4.5 or older is told of.
pub(super) const READERS_OF_OLD: usize = 16;

/// A number that names a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command(pub(super) u32);

impl Command {
    pub(super) const ESTABLISH_CONTEXT: Self = Self(0x01);
    pub(super) const RELEASE_CONTEXT: Self = Self(0x02);
    pub(super) const CONNECT: Self = Self(0x04);
    pub(super) const RECONNECT: Self = Self(0x05);
    pub(super) const DISCONNECT: Self = Self(0x06);
    pub(super) const BEGIN_TRANSACTION: Self = Self(0x07);
    pub(super) const END_TRANSACTION: Self = Self(0x08);
    pub(super) const TRANSMIT: Self = Self(0x09);
    pub(super) const CONTROL: Self = Self(0x0A);
    pub(super) const STATUS: Self = Self(0x0B);
    pub(super) const CANCEL: Self = Self(0x0D);
    pub(super) const GET_ATTRIB: Self = Self(0x0F);
    pub(super) const SET_ATTRIB: Self = Self(0x10);
    pub(super) const VERSION: Self = Self(0x11);
    pub(super) const GET_READERS_STATE: Self = Self(0x12);
    pub(super) const WAIT_READER_STATE_CHANGE: Self = Self(0x13);
    pub(super) const STOP_WAITING_READER_STATE_CHANGE: Self = Self(0x14);
    pub(super) const GET_READER_EVENTS: Self = Self(0x15);
    pub(super) const GET_READERS_STATE_SIZE: Self = Self(0x16);
    pub(super) const GET_READERS_STATE_ARRAY: Self = Self(0x17);
}

/// A field of a message.
trait Field: Sized {
    /// Bytes on the wire.
    const SIZE: usize;

    /// Takes the field from the front of `bytes`.
    fn take(bytes: &mut &[u8]) -> Option<Self>;

    fn put(&self, out: &mut Vec<u8>);
}

impl Field for u32 {
    const SIZE: usize = 4;

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Field::take(bytes).map(Self::from_ne_bytes)
    }

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_ne_bytes());
    }
}

impl<const N: usize> Field for [u8; N] {
    const SIZE: usize = N;

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (field, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(*field)
    }

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

/// Something that goes over the wire.
pub(super) trait Message: Sized {
    /// Bytes on the wire.
    const SIZE: usize;

    /// `None` where the body has another size.
    fn read(body: &[u8]) -> Option<Self>;

    /// Appends the message.
    fn write(&self, out: &mut Vec<u8>);
}

/// Declares messages, fields in their order on the wire.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $name { $(pub(super) $field: $kind),+ }

        impl Message for $name {
            const SIZE: usize = 0 $(+ <$kind as Field>::SIZE)+;

            fn read(mut body: &[u8]) -> Option<Self> {
                let message = Self { $($field: Field::take(&mut body)?),+ };
                body.is_empty().then_some(message)
            }

            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)+
            }
        }
    )+};
}

messages! {
    /// What comes before each request: the size of the body, and the command.
    Header { size: u32, command: u32 }
    /// 0x01.
    Establish { scope: u32, context: u32, rv: u32 }
    /// 0x02.
    Release { context: u32, rv: u32 }
    /// 0x04; the reader's name ends with a NUL.
    Connect {
        context: u32,
        reader: [u8; 128],
        share: u32,
        preferred: u32,
        card: u32,
        active: u32,
        rv: u32,
    }
    /// 0x05.
    Reconnect {
        card: u32,
        share: u32,
        preferred: u32,
        initialization: u32,
        active: u32,
        rv: u32,
    }
    /// 0x06.
    Disconnect { card: u32, disposition: u32, rv: u32 }
    /// 0x07.
    Begin { card: u32, rv: u32 }
    /// 0x08.
    End { card: u32, disposition: u32, rv: u32 }
    /// 0x09; `send_len` bytes of command follow the request, `recv_len` bytes of response follow
    /// a reply whose `rv` is 0.
    Transmit {
        card: u32,
        send_protocol: u32,
        send_pci_len: u32,
        send_len: u32,
        recv_protocol: u32,
        recv_pci_len: u32,
        recv_len: u32,
        rv: u32,
    }
    /// 0x0A; `send_len` bytes follow the request, `returned` bytes a reply whose `rv` is 0.
    Control {
        card: u32,
        code: u32,
        send_len: u32,
        recv_len: u32,
        returned: u32,
        rv: u32,
    }
    /// 0x0B.
    Status { card: u32, rv: u32 }
    /// 0x0D.
    Cancel { context: u32, rv: u32 }
    /// 0x0F and 0x10; `len` bytes of `data` count.
    Attribute {
        card: u32,
        attribute: u32,
        data: [u8; 264],
        len: u32,
        rv: u32,
    }
    /// 0x11.
    Version { major: u32, minor: u32, rv: u32 }
    /// The answer to 0x14, and what a waiting client is told without asking.
    Wait { timeout: u32, rv: u32 }
    /// 0x15.
    ReaderEvents { events: u32, rv: u32 }
    /// One reader in the answers to 0x12, 0x13 and 0x17; a place without a reader is all zeros.
    ReaderRecord {
        name: [u8; 128],
        events: u32,
        state: u32,
        sharing: u32,
        atr: [u8; 33],
        pad: [u8; 3],
        atr_len: u32,
        protocol: u32,
    }
}

impl Wait {
    /// What ends a client's waiting.
    pub(super) fn over(rv: ReturnCode) -> Self {
        Self {
            timeout: 0,
            rv: rv.value(),
        }
    }
}

impl ReaderRecord {
    pub(super) fn new(place: Option<ReaderState<'_>>) -> Self {
        let mut record = Self {
            name: [0; 128],
            events: 0,
            state: 0,
            sharing: 0,
            atr: [0; 33],
            pad: [0; 3],
            atr_len: 0,
            protocol: 0,
        };
        if let Some(reader) = place {
            fill(&mut record.name, reader.name.as_bytes());
            record.events = reader.events.into();
            record.state = reader.state;
            record.sharing = reader.sharing.cast_unsigned();
            record.atr_len = fill(&mut record.atr, reader.atr);
            record.protocol = reader.protocol.0;
        }
        record
    }
}

/// Copies what fits; answers how many bytes that were.
pub(super) fn fill(room: &mut [u8], bytes: &[u8]) -> u32 {
    let len = bytes.len().min(room.len());
    room[..len].copy_from_slice(&bytes[..len]);
    wire_len(len)
}

/// A length as the wire says it; everything here is far below 4 GiB.
pub(super) fn wire_len(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Protocols;

    #[test]
    fn bodies_have_the_sizes_of_the_c_structures() {
        let sizes = [
            (Header::SIZE, 8),
            (Establish::SIZE, 12),
            (Release::SIZE, 8),
            (Connect::SIZE, 152),
            (Reconnect::SIZE, 24),
            (Disconnect::SIZE, 12),
            (Begin::SIZE, 8),
            (End::SIZE, 12),
            (Transmit::SIZE, 32),
            (Control::SIZE, 24),
            (Status::SIZE, 8),
            (Cancel::SIZE, 8),
            (Attribute::SIZE, 280),
            (Version::SIZE, 12),
            (Wait::SIZE, 8),
            (ReaderEvents::SIZE, 8),
            (ReaderRecord::SIZE, 184),
        ];
        for (i, (ours, theirs)) in sizes.into_iter().enumerate() {
            assert_eq!(ours, theirs, "message {i}");
        }
    }

    #[test]
    fn a_body_of_another_size_is_no_message() {
        assert_eq!(Begin::read(&[0; 7]), None);
        assert_eq!(Begin::read(&[0; 9]), None);
        assert_eq!(Begin::read(&[0; 8]), Some(Begin { card: 0, rv: 0 }));
    }

    #[test]
    fn the_fields_of_connect_are_where_libpcsclite_puts_them() {
        let mut body = [0; Connect::SIZE];
        for (at, value) in [(0, 1_u32), (132, 2), (136, 3), (140, 4), (144, 5), (148, 6)] {
            body[at..at + 4].copy_from_slice(&value.to_ne_bytes());
        }
        body[4] = b'R';
        let connect = Connect::read(&body).unwrap();
        assert_eq!(connect.reader[..2], *b"R\0");
        let fields = [
            connect.context,
            connect.share,
            connect.preferred,
            connect.card,
            connect.active,
            connect.rv,
        ];
        assert_eq!(fields, [1, 2, 3, 4, 5, 6]);
        let mut out = Vec::new();
        connect.write(&mut out);
        assert_eq!(out, body);
    }

    #[test]
    fn the_fields_of_a_reader_are_where_libpcsclite_looks_for_them() {
        let record = ReaderRecord::new(Some(ReaderState {
            name: "R",
            events: 7,
            state: 0x34,
            sharing: -1,
            atr: &[0x3B, 0x00],
            protocol: Protocols::T1,
        }));
        let mut out = Vec::new();
        record.write(&mut out);
        let field = |at: usize| u32::from_ne_bytes(out[at..at + 4].try_into().unwrap());
        assert_eq!(&out[..2], b"R\0");
        assert_eq!([field(128), field(132), field(136)], [7, 0x34, u32::MAX]);
        assert_eq!(&out[140..142], [0x3B, 0x00]);
        assert_eq!([field(176), field(180)], [2, 2]);
        let mut empty = Vec::new();
        ReaderRecord::new(None).write(&mut empty);
        assert_eq!(empty, [0; 184]);
    }
}
