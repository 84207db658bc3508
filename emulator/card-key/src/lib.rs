//! The private-key operation of a card: RSA with whatever bytes the client sent, which is what
//! COMPUTE DIGITAL SIGNATURE with P1 = `00` asks for. Knows no card and no certificate.
//!
//! Signing libraries hash messages or recognise digests; a card pads and exponentiates what it is
//! given, up to 245 bytes of anything. So this crate calls the raw operation of AWS-LC, in
//! `rsa`, the only module with `unsafe`. AWS-LC blinds by default, and that is left on.

mod digest;
mod private_key;
mod rsa;

pub use private_key::{KeyError, PrivateKey, SignError};
