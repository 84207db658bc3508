//! The cryptography of a card: RSA with whatever bytes the client sent, which is what COMPUTE
//! DIGITAL SIGNATURE with P1 = `00` asks for, the framed schemes beside it, and what secure
//! messaging needs. Knows no card and no certificate, and takes randomness as an argument.
//!
//! Signing libraries hash messages or recognise digests; a card pads and exponentiates what it is
//! given, up to 245 bytes of anything. So this crate calls the raw operation of AWS-LC, in
//! `rsa`, the only module with `unsafe`; everything else goes through the safe interface of
//! `aws-lc-rs`. AWS-LC blinds by default, and that is left on.

mod digest;
mod pkcs1;
mod private_key;
mod public_key;
mod rsa;
mod session;

pub use digest::sha256;
pub use private_key::{KeyError, PrivateKey, SignError};
pub use public_key::verify_pkcs1v15_sha256;
pub use session::{SessionCipher, UnwrapKey};
