//! Whom a packet is for, where that is none of this machine's addresses.

use std::net::IpAddr;

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
use madoguchi_trace::OutsideEvent;

/// The port of the domain name system (RFC 1035 §4.2).
const DNS: u16 = 53;

/// Whom the sender of this IP packet, which may be cut off, looks for beyond this machine: the
/// first packet of a TCP connection, any of UDP, and the name that a DNS query asks for. Names
/// below `.test`, and those of this machine, are no others' names.
pub(super) fn sought(packet: &[u8], machine: &str) -> Option<OutsideEvent> {
    let packet = LaxSlicedPacket::from_ip(packet).ok()?;
    let to: IpAddr = match packet.net? {
        LaxNetSlice::Ipv4(v4) => v4.header().destination_addr().into(),
        LaxNetSlice::Ipv6(v6) => v6.header().destination_addr().into(),
        LaxNetSlice::Arp(_) => return None,
    };
    let (over, host, port) = match packet.transport? {
        TransportSlice::Udp(udp) if udp.destination_port() == DNS => {
            let name = question(udp.payload())?;
            if is_own(&name, machine) {
                return None;
            }
            ("dns", name, None)
        }
        _ if to.is_loopback() || to.is_multicast() || to.is_unspecified() => return None,
        TransportSlice::Udp(udp) => ("udp", to.to_string(), Some(udp.destination_port())),
        TransportSlice::Tcp(tcp) if tcp.syn() && !tcp.ack() => {
            ("tcp", to.to_string(), Some(tcp.destination_port()))
        }
        _ => return None,
    };
    Some(OutsideEvent {
        host: host.into(),
        port,
        over: over.into(),
    })
}

/// The name in the first question of a query (RFC 1035 §4.1), lower case, without the final dot.
fn question(message: &[u8]) -> Option<String> {
    const HEADER: usize = 12;
    let is_answer = message.get(2)? & 0x80 != 0;
    let mut rest = message.get(HEADER..).filter(|_| !is_answer)?;
    let mut labels: Vec<String> = Vec::new();
    loop {
        let (&length, after) = rest.split_first()?;
        match usize::from(length) {
            0 => break,
            // Only answers are compressed.
            length @ 1..=63 => {
                let (label, after) = after.split_at_checked(length)?;
                let shown = label.iter().map(|byte| match byte {
                    b'!'..=b'~' => char::from(byte.to_ascii_lowercase()),
                    _ => '?',
                });
                labels.push(shown.collect());
                rest = after;
            }
            _ => return None,
        }
    }
    (!labels.is_empty()).then(|| labels.join("."))
}

fn is_own(name: &str, machine: &str) -> bool {
    let machine = machine.to_ascii_lowercase();
    let first = name.split('.').next().unwrap_or(name);
    let ends = [".test", ".localhost", ".127.in-addr.arpa"];
    name == "test"
        || name == "localhost"
        || first == "localhost"
        || name == machine
        || first == machine.split('.').next().unwrap_or(&machine)
        || ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::*;

    fn told(packet: &[u8]) -> Option<String> {
        let OutsideEvent { host, port, over } = sought(packet, "counter-1.example")?;
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Some(format!("{over} {host}{port}"))
    }

    fn v4(to: [u8; 4]) -> etherparse::PacketBuilderStep<etherparse::IpHeaders> {
        PacketBuilder::ipv4([10, 0, 0, 1], to, 64)
    }

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut packet = Vec::new();
        write(&mut packet);
        packet
    }

    fn query(to: [u8; 4], name: &str) -> Vec<u8> {
        let mut message = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            message.push(u8::try_from(label.len()).unwrap());
            message.extend(label.as_bytes());
        }
        message.extend([0, 0, 1, 0, 1]);
        written(|out| v4(to).udp(40_000, 53).write(out, &message).unwrap())
    }

    #[test]
    fn a_connection_is_told_by_its_first_packet() {
        let syn = |to| {
            written(|out| {
                v4(to)
                    .tcp(40_000, 443, 1, 1024)
                    .syn()
                    .write(out, &[])
                    .unwrap()
            })
        };
        assert_eq!(
            told(&syn([192, 0, 2, 1])).as_deref(),
            Some("tcp 192.0.2.1:443")
        );
        assert_eq!(told(&syn([127, 0, 0, 1])), None);
        let answer = |out: &mut Vec<u8>| {
            let tcp = v4([192, 0, 2, 1]).tcp(443, 40_000, 1, 1024);
            tcp.syn().ack(2).write(out, &[]).unwrap();
        };
        assert_eq!(told(&written(answer)), None);
    }

    #[test]
    fn so_is_one_over_ipv6_and_a_datagram() {
        let to: std::net::Ipv6Addr = "2001:db8::7".parse().unwrap();
        let v6 = PacketBuilder::ipv6([0; 16], to.octets(), 64);
        let syn = written(|out| v6.tcp(40_000, 8443, 1, 1024).syn().write(out, &[]).unwrap());
        assert_eq!(told(&syn).as_deref(), Some("tcp 2001:db8::7:8443"));
        let time = written(|out| {
            v4([198, 51, 100, 9])
                .udp(1, 123)
                .write(out, &[0; 48])
                .unwrap()
        });
        assert_eq!(told(&time).as_deref(), Some("udp 198.51.100.9:123"));
        let multicast = written(|out| v4([224, 0, 0, 251]).udp(1, 5353).write(out, &[0]).unwrap());
        assert_eq!(told(&multicast), None);
    }

    #[test]
    fn a_name_is_told_whomever_it_is_asked_of() {
        for server in [[127, 0, 0, 53], [192, 0, 2, 53]] {
            let asked = query(server, "Telemetry.Example.invalid");
            assert_eq!(
                told(&asked).as_deref(),
                Some("dns telemetry.example.invalid")
            );
        }
        for own in [
            "app.test",
            "test",
            "localhost",
            "localhost.example",
            "counter-1",
            "counter-1.example",
            "1.0.0.127.in-addr.arpa",
        ] {
            assert_eq!(told(&query([127, 0, 0, 53], own)), None, "{own}");
        }
    }

    #[test]
    fn what_is_cut_off_or_garbled_is_nobodys() {
        let whole = query([192, 0, 2, 53], "telemetry.invalid");
        for length in 0..whole.len() - 5 {
            assert_eq!(told(&whole[..length]), None, "{length}");
        }
        assert_eq!(told(&[0xFF; 64]), None);
        let mut compressed = whole.clone();
        compressed[28 + 12] = 0xC0;
        assert_eq!(told(&compressed), None);
        let mut answer = whole;
        answer[28 + 2] |= 0x80;
        assert_eq!(told(&answer), None);
    }
}
