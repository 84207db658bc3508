//! Software written by strangers, unmodified, on our card: through the embedded server, and through
//! a real pcscd with vsmartcard's driver; over contacts and without.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod as_issued;
mod cms;
mod desk;
mod examples;
mod gnupg;
mod interfaces;
mod java;
mod jpki_cli;
mod myna_card;
mod nss;
mod pdf;
mod ssh;
mod tls;
mod token;
mod vpcd;
