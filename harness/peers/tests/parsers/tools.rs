//! Command-line tools that print a certificate as text for people: OpenSSL, GnuTLS, NSS and GnuPG's
//! libksba. Each names the standard's words its own way; here they become one.

mod gnutls;
mod ksba;
mod nss;
mod openssl;

use std::process::Command;

use jiff::fmt::strtime;
use madoguchi_peers::run;

/// What the tools call extensions, usages and reasons, with the object identifier or the standard's
/// word.
const WORDS: [(&str, &str); 34] = [
    ("Authority Information Access", "1.3.6.1.5.5.7.1.1"),
    ("Authority Key Identifier", "2.5.29.35"),
    ("Basic Constraints", "2.5.29.19"),
    ("CRL Distribution Points", "2.5.29.31"),
    ("CRL Distribution points", "2.5.29.31"),
    ("CRL Number", "2.5.29.20"),
    ("CRL Sign", "cRLSign"),
    ("CRL Signing", "cRLSign"),
    ("CRL signing", "cRLSign"),
    ("Certificate Authority Key Identifier", "2.5.29.35"),
    ("Certificate Basic Constraints", "2.5.29.19"),
    ("Certificate Issuer Alt Name", "2.5.29.18"),
    ("Certificate Key Usage", "2.5.29.15"),
    ("Certificate Policies", "2.5.29.32"),
    ("Certificate Sign", "keyCertSign"),
    ("Certificate Signing", "keyCertSign"),
    ("Certificate Subject Alt Name", "2.5.29.17"),
    ("Certificate Subject Key ID", "2.5.29.14"),
    ("Certificate signing", "keyCertSign"),
    ("Digital Signature", "digitalSignature"),
    ("Digital signature", "digitalSignature"),
    ("Extended Key Usage", "2.5.29.37"),
    ("Issuer Alternative Name", "2.5.29.18"),
    ("Key Compromise", "keyCompromise"),
    ("Key Purpose", "2.5.29.37"),
    ("Key Usage", "2.5.29.15"),
    ("Non Repudiation", "nonRepudiation"),
    ("Non repudiation", "nonRepudiation"),
    ("Non-Repudiation", "nonRepudiation"),
    ("Subject Alternative Name", "2.5.29.17"),
    ("Subject Key Identifier", "2.5.29.14"),
    ("TLS WWW Client", "1.3.6.1.5.5.7.3.2"),
    ("TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"),
    (
        "TLS Web Client Authentication Certificate",
        "1.3.6.1.5.5.7.3.2",
    ),
];

/// The standard's word for a tool's; the same where there is none, as for an object identifier that
/// the tool does not know.
fn standard(word: &str) -> &str {
    let known = WORDS.iter().find(|(name, _)| *name == word);
    known.map_or(word, |(_, standard)| standard)
}

/// A text whose indentation says what belongs to what: each line with the lines that it stands below.
struct Outline<'a> {
    lines: Vec<(Vec<&'a str>, &'a str)>,
}

impl<'a> Outline<'a> {
    fn of(text: &'a str) -> Self {
        let mut above: Vec<(usize, &str)> = Vec::new();
        let mut lines = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let trimmed = line.trim();
            let indentation = line.len() - line.trim_start().len();
            above.retain(|(less, _)| *less < indentation);
            lines.push((above.iter().map(|(_, line)| *line).collect(), trimmed));
            above.push((indentation, trimmed));
        }
        Self { lines }
    }

    /// The lines directly below those that `is_heading` takes.
    fn below(&self, is_heading: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let lines = self.lines.iter();
        lines
            .filter(|(above, _)| above.last().is_some_and(|heading| is_heading(heading)))
            .map(|(_, line)| *line)
            .collect()
    }

    /// What follows a label, in every line that begins with it.
    fn after(&self, label: &str) -> Vec<&'a str> {
        let lines = self.lines.iter();
        lines
            .filter_map(|(_, line)| line.strip_prefix(label))
            .collect()
    }
}

/// A name that is written from its last attribute to its first.
fn reversed(name: &str) -> String {
    name.split(',').rev().collect::<Vec<_>>().join(", ")
}

/// An instant that a tool writes in this form.
#[track_caller]
fn instant(format: &str, text: &str) -> String {
    let read = strtime::parse(format, text).and_then(|parts| parts.to_datetime());
    let read = read.unwrap_or_else(|error| panic!("{text}: {error}"));
    read.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A serial number without the zeros that some tools put in front.
fn serial(hexadecimal: &str) -> String {
    hexadecimal.trim_start_matches('0').to_uppercase()
}

/// What a tool prints.
#[track_caller]
fn said(command: &mut Command) -> String {
    let outcome = run(command.env("LC_ALL", "C.UTF-8"));
    outcome.expect_success();
    outcome.stdout
}

/// Fields and their texts, without those that are empty.
fn fields<const N: usize>(told: [(&str, String); N]) -> crate::reading::Reading {
    let told = told.into_iter().filter(|(_, text)| !text.is_empty());
    told.map(|(field, text)| (field.to_owned(), text)).collect()
}
