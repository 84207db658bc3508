//! The matrix of manners starts this client 85,000 times. Where nothing has to be relocated a start takes
//! a third less time: 0.9 ms instead of 1.3 ms.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what| env::var(what).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
