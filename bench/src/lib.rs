//! Measurements beside everything a user could pick instead.
#![forbid(unsafe_code)]
