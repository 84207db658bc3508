//! Packets of a capture: pcap with micro- or nanoseconds in either byte order, and pcapng with several
//! sections and interfaces. Names, comments and TLS secrets that a file may hold are passed over.

use pcap_parser::pcapng::{Block, parse_block_be, parse_block_le};
use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{LegacyPcapBlock, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_header};

/// A packet, where the capture has it.
pub(super) struct Packet<'a> {
    /// From 1, as every program that shows captures counts.
    pub(super) number: usize,
    /// Microseconds since 1970.
    pub(super) us: i64,
    /// The kind of link: LINKTYPE_… of tcpdump.org.
    pub(super) link: i32,
    /// Whether the capturing machine wrote numbers from their highest byte.
    pub(super) is_big_endian: bool,
    pub(super) data: &'a [u8],
    /// Whether all of it was captured.
    pub(super) is_whole: bool,
}

const SECTION: [u8; 4] = [0x0A, 0x0D, 0x0D, 0x0A];

/// Interfaces of one section that are told apart; a machine has fewer.
const MOST_INTERFACES: usize = 256;

/// Whether a file is a capture, by how it begins.
pub(super) fn is_capture(bytes: &[u8]) -> bool {
    let head = bytes.first_chunk::<4>();
    head.is_some_and(|head| {
        *head == SECTION
            || matches!(
                u32::from_le_bytes(*head),
                0xA1B2_C3D4 | 0xD4C3_B2A1 | 0xA1B2_3C4D | 0x4D3C_B2A1 | 0xA1B2_CD34
            )
    })
}

/// Tells every packet. Whether the file went on to its end as its format says.
pub(super) fn each<'a>(bytes: &'a [u8], tell: &mut dyn FnMut(&Packet<'a>)) -> bool {
    if bytes.starts_with(&SECTION) {
        of_sections(bytes, tell)
    } else {
        of_frames(bytes, tell)
    }
}

/// pcap: a header, then one frame after the other.
fn of_frames<'a>(bytes: &'a [u8], tell: &mut dyn FnMut(&Packet<'a>)) -> bool {
    let Ok((mut rest, header)) = parse_pcap_header(bytes) else {
        return false;
    };
    let is_big_endian = header.is_bigendian();
    let per_us = if header.is_nanosecond_precision() {
        1_000
    } else {
        1
    };
    let mut number = 0;
    while !rest.is_empty() {
        let frame = if is_big_endian {
            parse_pcap_frame_be(rest)
        } else if header.is_modified_format() {
            pcap_parser::parse_pcap_frame_modified(rest)
        } else {
            parse_pcap_frame(rest)
        };
        let Ok((after, frame)) = frame else {
            return false;
        };
        rest = after;
        number += 1;
        let LegacyPcapBlock {
            ts_sec,
            ts_usec,
            caplen,
            origlen,
            data,
        } = frame;
        tell(&Packet {
            number,
            us: i64::from(ts_sec) * 1_000_000 + i64::from(ts_usec) / per_us,
            // the upper bits say how long a checksum at the end is
            link: header.network.0 & 0xFFFF,
            is_big_endian,
            data,
            is_whole: origlen <= caplen,
        });
    }
    true
}

#[derive(Clone, Copy)]
struct Interface {
    link: i32,
    /// Of its clock, in a second.
    ticks: u128,
    /// Seconds that are to be added.
    offset: i64,
}

impl Interface {
    /// Microseconds since 1970.
    fn us(self, high: u32, low: u32) -> i64 {
        let ticks = u128::from(high) << 32 | u128::from(low);
        let us = ticks.saturating_mul(1_000_000) / self.ticks.max(1);
        let us = i64::try_from(us).unwrap_or(i64::MAX);
        us.saturating_add(self.offset.saturating_mul(1_000_000))
    }
}

/// Units in a second: a power of ten, or of two where the highest bit is set.
fn ticks(resolution: u8) -> u128 {
    let power = u32::from(resolution & 0x7F);
    let base: u128 = if resolution & 0x80 == 0 { 10 } else { 2 };
    base.checked_pow(power).unwrap_or(u128::MAX)
}

/// pcapng: blocks, each of which says how long it is.
fn of_sections<'a>(bytes: &'a [u8], tell: &mut dyn FnMut(&Packet<'a>)) -> bool {
    let mut rest = bytes;
    let mut is_big_endian = false;
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut number = 0;
    while !rest.is_empty() {
        if rest.starts_with(&SECTION) {
            // the byte order stands behind the length
            is_big_endian = rest.get(8..12) == Some(&[0x1A, 0x2B, 0x3C, 0x4D]);
            interfaces.clear();
        }
        let Some(length) = length(rest, is_big_endian) else {
            return false;
        };
        let (block, after) = rest.split_at(length);
        rest = after;
        let parsed = if is_big_endian {
            parse_block_be(block)
        } else {
            parse_block_le(block)
        };
        let (link, us, data, is_whole) = match parsed {
            Ok((_, Block::InterfaceDescription(one))) if interfaces.len() < MOST_INTERFACES => {
                let offset = if is_big_endian {
                    one.if_tsoffset.swap_bytes()
                } else {
                    one.if_tsoffset
                };
                interfaces.push(Interface {
                    link: one.linktype.0,
                    ticks: ticks(one.if_tsresol),
                    offset,
                });
                continue;
            }
            Ok((_, Block::EnhancedPacket(one))) => {
                number += 1;
                let at = usize::try_from(one.if_id).unwrap_or(usize::MAX);
                let Some(interface) = interfaces.get(at) else {
                    continue;
                };
                // the block holds as much as it says, so that the slice is of the file itself
                let captured = usize::try_from(one.caplen).unwrap_or(usize::MAX);
                let data = &one.data[..captured.min(one.data.len())];
                let us = interface.us(one.ts_high, one.ts_low);
                (interface.link, us, data, !one.truncated())
            }
            Ok((_, Block::SimplePacket(_))) => {
                number += 1; // it has no time
                continue;
            }
            _ => continue,
        };
        tell(&Packet {
            number,
            us,
            link,
            is_big_endian,
            data,
            is_whole,
        });
    }
    true
}

/// The length of the block that `rest` begins with, if all of it is there.
fn length(rest: &[u8], is_big_endian: bool) -> Option<usize> {
    const SHORTEST: usize = 12;
    let bytes: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
    let length = if is_big_endian {
        u32::from_be_bytes(bytes)
    } else {
        u32::from_le_bytes(bytes)
    };
    let length = usize::try_from(length).ok()?;
    let is_one = length >= SHORTEST && length.is_multiple_of(4) && length <= rest.len();
    is_one.then_some(length)
}
