//! Measurements beside everything a user could pick instead; see `bench/README.md` for figures and
//! how to read them. The benchmarks are in `benches/`, longer runs in `src/bin/`; here is what several
//! of them measure.
#![forbid(unsafe_code)]

pub mod bare;
pub mod client;
pub mod country;
pub mod gauge;
pub mod service;
