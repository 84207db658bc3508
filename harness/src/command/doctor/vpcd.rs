//! vsmartcard's vpcd listens on every interface: a program that reaches its port becomes the card.

use std::fs;

use super::finding::Finding;

/// vpcd's first port, 0x8C7B; its second slot has the next one.
const PORTS: [u16; 2] = [35963, 35964];

/// D-06: a vpcd that others than this machine can reach.
pub(super) fn listeners() -> Option<Finding> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let open = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| table.lines().find_map(exposed))?;
    Some(Finding::new(
        "D-06",
        (
            format!(
                "vpcd がポート {open} で全てのネットワークから待ち受けている (誰でもカードになれる)"
            ),
            format!("vpcd listens on port {open} of every interface (anyone can become the card)"),
        ),
        (
            "pcscd を別のネットワーク名前空間で動かすか、ポートを閉じる。madoguchi には vpcd は要らない",
            "run pcscd in a network namespace of its own, or close the port; madoguchi needs no vpcd",
        ),
    ))
}

/// The port of a line of the kernel's table, if vpcd listens there beyond the loopback.
fn exposed(line: &str) -> Option<u16> {
    const LISTEN: &str = "0A";
    let mut columns = line.split_whitespace().skip(1);
    let (address, port) = columns.next()?.split_once(':')?;
    let state = columns.nth(1)?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let everywhere = address.bytes().all(|digit| digit == b'0');
    (state == LISTEN && everywhere && PORTS.contains(&port)).then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_vpcd_beyond_the_loopback_is_exposed() {
        let line = |local: &str, state: &str| {
            format!(
                "   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 0 0 1"
            )
        };
        assert_eq!(exposed(&line("00000000:8C7B", "0A")), Some(35963));
        assert_eq!(
            exposed(&line("00000000000000000000000000000000:8C7C", "0A")),
            Some(35964)
        );
        assert_eq!(exposed(&line("0100007F:8C7B", "0A")), None);
        assert_eq!(exposed(&line("00000000:8C7B", "01")), None);
        assert_eq!(exposed(&line("00000000:1F90", "0A")), None);
        assert_eq!(exposed("  sl  local_address rem_address   st"), None);
    }
}
