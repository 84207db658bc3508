//! A persona's file, as far as certificates repeat it.

use std::fs;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use madoguchi_notation::{JAPAN, Offset, load};
use madoguchi_peers::source;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Persona {
    pub(crate) name: String,
    birthdate: Offset,
    pub(crate) sex: String,
    address: String,
    former_address: Option<String>,
    pub(crate) card: Card,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Card {
    make: Option<String>,
    pub(crate) municipality: Municipality,
    issued: Offset,
    certificates_expire: Offset,
    pub(crate) authentication: Authentication,
    pub(crate) signature: Option<Signature>,
}

#[derive(Deserialize)]
pub(crate) struct Municipality {
    pub(crate) code: String,
    pub(crate) prefecture: String,
    pub(crate) city: String,
}

#[derive(Deserialize)]
pub(crate) struct Authentication {
    pub(crate) serial: u64,
    pub(crate) code: String,
}

#[derive(Deserialize)]
pub(crate) struct Signature {
    pub(crate) serial: u64,
    pub(crate) number: String,
}

impl Persona {
    pub(crate) fn read(id: &str) -> Self {
        let file = source("../../fixtures/personas").join(format!("{id}.yaml"));
        load(id, &fs::read_to_string(file).unwrap()).unwrap()
    }

    pub(crate) fn birth(&self, at: Timestamp) -> Date {
        self.birthdate.date(at)
    }

    /// The one that 署名用電子証明書 still says after a move.
    pub(crate) fn address(&self) -> &str {
        self.former_address.as_ref().unwrap_or(&self.address)
    }

    pub(crate) fn is_telephone(&self) -> bool {
        let make = self.card.make.as_deref();
        matches!(make, Some("android-phone" | "iphone"))
    }

    pub(crate) fn not_before(&self, at: Timestamp) -> Timestamp {
        self.card.issued.instant(at)
    }

    /// The last second of the last day, in Japan.
    pub(crate) fn not_after(&self, at: Timestamp) -> Timestamp {
        let last = self.card.certificates_expire.date(at);
        let end = last.to_datetime(Time::constant(23, 59, 59, 0));
        JAPAN.to_timestamp(end).unwrap()
    }
}
