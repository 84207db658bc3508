//! Parsers that are Rust crates: `x509-parser`, and `x509-cert` 0.2, whose `der` 0.7 and `const-oid`
//! 0.9 most Rust programs for cards use. (Ours are made with 0.3.)

mod parser;
mod x509_cert;
