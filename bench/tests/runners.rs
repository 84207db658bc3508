//! The longer runs come to an end without an error, be it in a second.

use std::process::Command;

#[test]
fn a_second_of_load_is_served_without_an_error() {
    let runner = env!("CARGO_BIN_EXE_load");
    let arguments = ["--seconds", "1", "--clients", "4", "--rate", "20"];
    let ran = Command::new(runner).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(said.matches("ratio").count(), 2, "{said}");
}

#[test]
fn a_small_country_is_served_without_an_error() {
    let runner = env!("CARGO_BIN_EXE_country");
    let arguments = ["--terminals", "100", "--persons", "1000", "--checks", "20"];
    let ran = Command::new(runner).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
}
