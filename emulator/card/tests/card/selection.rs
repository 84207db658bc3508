//! SELECT in all its forms.

use crate::desk::{Desk, SELECT_ISSUER, SELECT_JPKI, hex};

#[test]
fn every_application_can_be_selected_by_its_full_name() {
    let mut desk = Desk::new();
    for name in [
        "D3921000310001010100",
        "D3921000310001010401",
        "D3921000310001010402",
        "D3921000310001010408",
        "D392F000260100000001",
    ] {
        assert_eq!(desk.expect(&format!("00A4040C0A{name}"), "9000"), [0_u8; 0]);
        let fci = desk.expect(&format!("00A404000A{name}00"), "9000");
        assert_eq!(fci, hex(&format!("6F0C840A{name}")));
    }
    assert_eq!(
        desk.expect("00A4040007A000000151000000", "9000"),
        hex("6F098407A0000001510000")
    );
}

#[test]
fn the_control_information_is_cut_to_le() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.expect("00A404000AD392F00026010000000104", "9000"),
        hex("6F0C840A")
    );
    assert_eq!(
        desk.expect("00A404000AD392F000260100000001", "9000").len(),
        14
    );
}

#[test]
fn a_partial_name_selects_the_first_application_and_then_the_next() {
    let mut desk = Desk::new();
    let begins = ["0100", "0401", "0402", "0408"].map(|end| hex(&format!("D392100031000101{end}")));
    for (index, name) in begins.iter().enumerate() {
        let p2 = if index == 0 { "00" } else { "02" };
        let fci = desk.expect(&format!("00A404{p2}06D3921000310000"), "9000");
        assert_eq!(fci[4..], *name);
    }
    desk.expect("00A4040206D3921000310000", "6A82");
    assert_eq!(desk.expect("00A4040002D3F000", "6A82"), [0_u8; 0]);
    assert_eq!(
        desk.expect("00A4040003D392F000", "9000")[4..],
        hex("D392F000260100000001")
    );
}

#[test]
fn names_that_nobody_has_are_not_found() {
    let mut desk = Desk::new();
    desk.expect("00A4040C0BD392F00026010000000100", "6A82");
    desk.expect("00A4040C08A000000151000000", "6A82");
    desk.expect("00A4040C03A00000", "6A82");
}

#[test]
fn a_refused_selection_changes_nothing() {
    let mut desk = Desk::jpki();
    desk.expect("00A4020C020006", "9000");
    desk.expect("00A4040C05A000000003", "6A82");
    assert_eq!(desk.expect("00B0000004", "9000"), b"JPKI");
    desk.expect("00A4020C02001F", "6A82");
    assert_eq!(desk.expect("00B0000004", "9000"), b"JPKI");
}

#[test]
fn working_and_internal_files_are_selected_alike() {
    let mut desk = Desk::jpki();
    for id in [
        "0001", "0002", "0005", "0006", "0008", "0009", "000A", "000B", "0010", "0016", "0017",
        "0018", "0019", "001A", "001B", "001C", "001E",
    ] {
        assert_eq!(desk.expect(&format!("00A4020C02{id}"), "9000"), [0_u8; 0]);
        desk.expect(&format!("00A4020002{id}"), "9000");
    }
    for id in ["0003", "001D", "001F", "2F10", "3F00", "3FFF", "FFFF"] {
        desk.expect(&format!("00A4020C02{id}"), "6A82");
    }
}

#[test]
fn after_power_up_there_are_no_files() {
    let mut desk = Desk::new();
    for id in 0x0001..=0x001E {
        desk.expect(&format!("00A4020C02{id:04X}"), "6A82");
    }
    desk.expect("00B0000000", "6986");
    desk.expect("00B0860000", "6A82");
    desk.expect("00200080", "6986");
}

#[test]
fn select_without_data_does_nothing_in_an_application_and_is_refused_elsewhere() {
    let mut desk = Desk::new();
    desk.expect("00A40000", "6A86");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00A4020C020006", "9000");
    desk.expect("00A40000", "9000");
    assert_eq!(desk.expect("00B0000004", "9000"), b"JPKI");
    desk.expect(SELECT_ISSUER, "9000");
    desk.expect("00A40000", "6A86");
}

#[test]
fn there_is_no_master_file() {
    let mut desk = Desk::new();
    for id in ["3F00", "2F10", "2F11"] {
        desk.expect(&format!("00A4000002{id}"), "6A82");
    }
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00A40000023F00", "6A82");
    desk.expect("00A4000C023F00", "6A82");
}

#[test]
fn parameters_and_lengths_of_select_are_looked_at() {
    let mut desk = Desk::jpki();
    desk.expect("00A4010C020006", "6A86");
    desk.expect("00A404040AD392F000260100000001", "6A86");
    desk.expect("00A4020C0106", "6A87");
    desk.expect("00A4020C03000600", "6A87");
    desk.expect("00A4040C", "6A87");
    desk.expect("00A4040C11D392F00026010000000100000000000000", "6A87");
    desk.expect("00A4040C0AD392", "6700");
}

#[test]
fn selecting_an_application_leaves_no_current_file() {
    let mut desk = Desk::jpki();
    desk.expect("00A4020C020006", "9000");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00B0000004", "6986");
}
