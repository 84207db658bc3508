//! The scenario language and the catalogue
#![forbid(unsafe_code)]
