//! What a decision is made with beside the request and what is true, and what it comes to.

use base16ct::lower::encode_string;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use madoguchi_eligibility::{Answer, Decision};
use madoguchi_terms::Secret;

/// The circumstances of a request.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Scenario time.
    pub now: Timestamp,
    /// The client certificate that the request came with, DER.
    pub terminal: Option<&'a [u8]>,
}

/// Makes what a terminal needs for 端末認証.
pub trait Issuer {
    /// A client certificate and its key for the terminal `id`.
    fn issue(&mut self, id: &str) -> IssuedTerminal;
}

/// A terminal's certificate and key.
#[derive(Debug, Clone)]
pub struct IssuedTerminal {
    /// The certificate, DER: what the terminal will show.
    pub certificate: Vec<u8>,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The private key, PEM PKCS#8.
    pub key_pem: Secret<String>,
}

impl Context<'_> {
    /// The service's day: Japan has one offset.
    pub(crate) fn today(&self) -> Date {
        day(self.now)
    }
}

/// The day of an instant in Japan.
pub(crate) fn day(instant: Timestamp) -> Date {
    Offset::constant(9).to_datetime(instant).date()
}

/// What a rule decides: an answer that carries something, or a refusal.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// A refusal: the result code and the name of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) Decision, pub(crate) &'static str);

/// `bytes` random bytes in lower-case hexadecimal.
pub(crate) fn random_hex(entropy: &mut dyn FnMut(&mut [u8]), bytes: usize) -> String {
    let mut random = vec![0; bytes];
    entropy(&mut random);
    encode_string(&random)
}
