//! Measurements beside everything a user could pick instead; see `bench/README.md` for figures and
//! how to read them. The benchmarks are in `benches/`, this library is empty.
#![forbid(unsafe_code)]
