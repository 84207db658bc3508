//! Parsers written by strangers read every persona's certificates, the CAs' and their revocation
//! lists: each field that a parser tells is the one that the persona's file, or the published form
//! of the certificates, says.
//!
//! What is expected comes from the files of the personas and from numbers written down here, not
//! from what issues the certificates.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod crates;
mod documents;
mod persona;
mod reading;
mod scripts;
mod tools;
