//! オンライン資格確認等システム as far as a client can see it: what is true (facilities, accounts,
//! activation codes, terminals, persons, certificates, records) and what is decided about a
//! request. Pure: the instant, randomness and the issuer of terminal certificates are arguments,
//! so equal set-ups and equal requests give equal answers. Knows no wire and no socket.
//!
//! Every [`Answer`](madoguchi_eligibility::Answer) names the rule that decided. Rules that no
//! document states are *assumed* and say under which assumption (A-02 …).
#![forbid(unsafe_code)]

mod account;
mod basis;
mod browse;
mod bulk;
mod certificate;
mod decision;
mod emergency;
mod entitlement;
mod entrance;
mod facts;
mod history;
mod inquiry;
mod institution;
mod medical;
mod number;
pub mod operator;
mod registration;
mod registry;
mod replay;
mod sessions;
mod setup;
mod signature;
mod store;
mod table;
mod terminal;
mod text;

pub use basis::{basis, rules};
pub use decision::{Context, IssuedTerminal, Issuer};
pub use facts::HistoryRow;
pub use madoguchi_eligibility::Rules;
pub use madoguchi_eligibility::{
    AccountRole, Availability, CertificateState, FacilityKind, RevocationReason, TerminalKind,
};
pub use registry::Registry;
pub use setup::{
    Account, ActivationCode, Bearer, CertificateRecord, DisasterMeasure, Facility,
    InstitutionConsent, Maintenance, Person, Setup, Terminal,
};
pub use store::BadRow;
pub use table::Change;
