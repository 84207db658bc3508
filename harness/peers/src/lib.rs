//! Tests of the embedded reader with software written by strangers
#![forbid(unsafe_code)]
