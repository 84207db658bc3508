//! A capture of the line between a machine and its smart card reader: usbmon of Linux, USBPcap of
//! Windows. Which of the devices is the reader is told by what passes: nearly all of it are CCID
//! messages. Where several are readers, the one with most commands is read, and those that had its place
//! before or after; what others did at the same time is not put into one day with it.

use std::collections::BTreeMap;

use super::capture::{self, Packet};
use super::ccid::{self, At, LONGEST_MESSAGE, Message, Slot, Tally};
use crate::told::Found;

pub(super) use super::capture::is_capture;

/// Devices that are told apart; a bus has fewer.
const MOST_DEVICES: usize = 1_024;

/// Packets of a reader that are read: each second one may be an event, which takes about a kilobyte.
const MOST: usize = 1_000_000;

/// The bus, and which device on it.
type Device = (u16, u16);

/// What a packet carries, where it is of USB.
struct Transfer<'a> {
    device: Device,
    is_in: bool,
    kind: Kind,
    data: &'a [u8],
    is_gone: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Interrupt,
    Bulk,
}

impl<'a> Transfer<'a> {
    fn of(packet: &Packet<'a>) -> Option<Self> {
        const USB_LINUX: i32 = 189;
        const USB_LINUX_MMAPPED: i32 = 220;
        const USBPCAP: i32 = 249;
        match packet.link {
            USB_LINUX => Self::of_usbmon(packet, 48),
            USB_LINUX_MMAPPED => Self::of_usbmon(packet, 64),
            USBPCAP => Self::of_usbpcap(packet.data),
            _ => None,
        }
    }

    /// The kernel's own structure, in the byte order of its machine.
    fn of_usbmon(packet: &Packet<'a>, header: usize) -> Option<Self> {
        /// ENODEV and ESHUTDOWN.
        const GONE: [i32; 2] = [-19, -108];
        let (head, data) = packet.data.split_at_checked(header)?;
        let kind = match head[9] {
            1 => Kind::Interrupt,
            3 => Kind::Bulk,
            _ => return None,
        };
        let (bus, status) = (
            [head[12], head[13]],
            [head[28], head[29], head[30], head[31]],
        );
        let (bus, status) = if packet.is_big_endian {
            (u16::from_be_bytes(bus), i32::from_be_bytes(status))
        } else {
            (u16::from_le_bytes(bus), i32::from_le_bytes(status))
        };
        let is_in = head[10] & 0x80 != 0;
        let is_completion = head[8] == b'C';
        // data goes out with the submission and comes in with the completion
        let carries = is_completion == is_in;
        Some(Self {
            device: (bus, u16::from(head[11])),
            is_in,
            kind,
            data: if carries { data } else { &[] },
            is_gone: is_completion && GONE.contains(&status),
        })
    }

    /// `USBPCAP_BUFFER_PACKET_HEADER`, packed, lowest byte first.
    fn of_usbpcap(bytes: &'a [u8]) -> Option<Self> {
        /// `USBD_STATUS_DEVICE_GONE`.
        const GONE: u32 = 0xC000_7000;
        let head = bytes.first_chunk::<27>()?;
        let length = usize::from(u16::from_le_bytes([head[0], head[1]]));
        let data = bytes.get(length.max(head.len())..)?;
        let kind = match head[22] {
            1 => Kind::Interrupt,
            3 => Kind::Bulk,
            _ => return None,
        };
        let is_in = head[21] & 0x80 != 0;
        let is_completion = head[16] & 1 == 1;
        let status = u32::from_le_bytes([head[10], head[11], head[12], head[13]]);
        Some(Self {
            device: (
                u16::from_le_bytes([head[17], head[18]]),
                u16::from_le_bytes([head[19], head[20]]),
            ),
            is_in,
            kind,
            data: if is_completion == is_in { data } else { &[] },
            is_gone: is_completion && status == GONE,
        })
    }
}

/// Messages that came in several transfers.
#[derive(Default)]
struct Joiner {
    out: Vec<u8>,
    back: Vec<u8>,
}

enum Joined {
    Whole(Vec<u8>),
    /// There is more to come, or nothing came.
    Piece,
    /// It is no message.
    Foreign,
}

impl Joiner {
    fn join(&mut self, is_in: bool, data: &[u8]) -> Joined {
        /// A transfer that is no multiple of it is the last one of its message.
        const PACKET: usize = 64;
        let held = if is_in { &mut self.back } else { &mut self.out };
        if data.is_empty() {
            return Joined::Piece;
        }
        let is_direction = |bytes: &[u8]| ccid::is_for_reader(bytes) != is_in;
        let is_whole =
            |bytes: &[u8]| is_direction(bytes) && ccid::announced(bytes) == Some(bytes.len());
        if is_whole(data) {
            held.clear();
            return Joined::Whole(data.to_vec());
        }
        held.extend(data.iter().take(LONGEST_MESSAGE));
        if is_whole(held) {
            return Joined::Whole(std::mem::take(held));
        }
        let is_begun = is_direction(held)
            && ccid::announced(held).is_some_and(|whole| held.len() < whole)
            && data.len().is_multiple_of(PACKET);
        if is_begun {
            return Joined::Piece;
        }
        held.clear();
        Joined::Foreign
    }
}

/// What passed between the machine and one device.
struct Passed {
    joiner: Joiner,
    messages: usize,
    foreign: usize,
    slots: BTreeMap<u8, Tally>,
    first: usize,
    last: usize,
}

impl Passed {
    /// Whether it is a reader: nine of ten transfers are messages of one, and it was asked something.
    fn is_reader(&self) -> bool {
        self.messages > 1 && self.foreign * 9 <= self.messages
    }

    fn transfers(&self) -> usize {
        ccid::busiest(&self.slots).map_or(0, |(_, tally)| tally.transfers)
    }
}

/// The devices of a capture, and how many packets it has.
fn devices(bytes: &[u8]) -> (BTreeMap<Device, Passed>, usize) {
    let mut devices: BTreeMap<Device, Passed> = BTreeMap::new();
    let mut packets = 0;
    capture::each(bytes, &mut |packet| {
        packets = packet.number;
        let Some(transfer) = Transfer::of(packet) else {
            return;
        };
        if devices.len() >= MOST_DEVICES && !devices.contains_key(&transfer.device) {
            return;
        }
        let passed = devices.entry(transfer.device).or_insert_with(|| Passed {
            joiner: Joiner::default(),
            messages: 0,
            foreign: 0,
            slots: BTreeMap::new(),
            first: packet.number,
            last: packet.number,
        });
        passed.last = packet.number;
        if transfer.kind == Kind::Bulk && packet.is_whole {
            match passed.joiner.join(transfer.is_in, transfer.data) {
                Joined::Whole(bytes) => {
                    passed.messages += 1;
                    if let Some(message) = Message::parse(&bytes) {
                        passed
                            .slots
                            .entry(message.slot)
                            .or_default()
                            .count(&message);
                    }
                }
                Joined::Piece => {}
                Joined::Foreign => passed.foreign += 1,
            }
        }
    });
    (devices, packets)
}

/// The reader with most commands, and those that were there when it was not.
fn readers(devices: &BTreeMap<Device, Passed>) -> Vec<Device> {
    let mut all: Vec<(&Device, &Passed)> = devices
        .iter()
        .filter(|(_, passed)| passed.is_reader())
        .collect();
    all.sort_by_key(|(_, passed)| std::cmp::Reverse(passed.transfers()));
    let mut chosen: Vec<(&Device, &Passed)> = Vec::new();
    for (device, passed) in all {
        let is_beside = |(_, other): &(&Device, &Passed)| {
            passed.first <= other.last && other.first <= passed.last
        };
        if !chosen.iter().any(is_beside) {
            chosen.push((device, passed));
        }
    }
    chosen.into_iter().map(|(device, _)| *device).collect()
}

/// The exchanges of a capture, and how many packets it has.
pub(super) fn read(bytes: &[u8]) -> (Found, usize) {
    let (devices, packets) = devices(bytes);
    let mut found = Found::default();
    let mut slots: BTreeMap<Device, (Joiner, Slot, u8)> = BTreeMap::new();
    for device in readers(&devices) {
        let (slot, tally) = ccid::busiest(&devices[&device].slots).unwrap_or_default();
        slots.insert(device, (Joiner::default(), Slot::new(tally, true), slot));
    }
    capture::each(bytes, &mut |packet| {
        let Some(transfer) = Transfer::of(packet) else {
            return;
        };
        let Some((joiner, slot, number)) = slots.get_mut(&transfer.device) else {
            return;
        };
        if found.known.len() >= MOST {
            return;
        }
        found.known.push(packet.number);
        let epoch = *found.epoch.get_or_insert(packet.us);
        let us = packet.us.saturating_sub(epoch);
        let at = At {
            line: packet.number,
            us: u64::try_from(us).unwrap_or_default(),
        };
        if !packet.is_whole {
            found.damaged.push(packet.number);
        } else if transfer.kind == Kind::Interrupt && transfer.is_in {
            slot.notified(at, transfer.data, *number);
        } else {
            match joiner.join(transfer.is_in, transfer.data) {
                Joined::Whole(bytes) => {
                    if let Some(message) = Message::parse(&bytes)
                        && message.slot == *number
                    {
                        slot.message(at, &message);
                    }
                }
                Joined::Piece => {}
                Joined::Foreign => found.damaged.push(packet.number),
            }
        }
        if transfer.is_gone {
            slot.unplugged(at);
        }
        found.told.extend(slot.ready());
    });
    for (_, slot, _) in slots.into_values() {
        let (told, damaged) = slot.done();
        found.told.extend(told);
        found.damaged.extend(damaged);
    }
    found.told.sort_by_key(|told| told.us);
    found.damaged.sort_unstable();
    found.damaged.dedup();
    (found, packets)
}
