//! The vocabulary of オンライン資格確認: the values that the service stores and delivers, their
//! code tables, 和暦 and kana, and the abstract operations that a wire profile maps to bytes and
//! the registry decides. Says what a value may be; decides nothing and knows no wire.
//!
//! Names and codes follow the public evidence on the external interface of the eligibility system
//! (element names of `OQSsiquc01res`, tables `OQSCD006` …): *observed* in software that speaks it,
//! the specification itself is not public. The abstract operations of the limited type
//! (資格確認限定型) are *assumed* (A-01 … A-11): nothing about that interface is public.
//!
//! A program that shows what an answer delivered:
//!
//! ```
//! use madoguchi_eligibility::{InsurerNumber, QualificationValidity, WarekiDate, kana};
//!
//! let insurer: InsurerNumber = "06990010".parse()?;
//! let validity: QualificationValidity = "2".parse()?;
//! let birthdate: WarekiDate = "昭和27年1月1日".parse()?;
//! assert_eq!(insurer.to_string(), "06990010");
//! assert_eq!(validity.ja(), "無効");
//! assert_eq!(birthdate.date().year(), 1952);
//! assert_eq!(kana::to_full_width("ｼｹﾝ ﾀﾛｳ"), "シケン　タロウ");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod certificate;
mod characters;
mod code;
mod decision;
mod era;
mod facility;
mod field;
pub mod kana;
mod meaning;
mod message;
mod named;
mod number;
mod operation;
mod record;
mod rules;

pub use certificate::{CertificateState, RevocationReason};
pub use characters::{
    CharacterSet, NotInCp932, REPLACEMENT, deliver_in_cp932, from_cp932, to_cp932,
};
pub use code::{
    CODE_TABLES, CardClassification, CareCategory, CharacterCode, CodeTable, ConsentClassification,
    ConsentEndReason, InformationKind, Preschool, ProcessingResultStatus, QualificationValidity,
    ReasonOfLoss, ReferenceClassification, Relation, SegmentOfResult, Sex,
};
pub use decision::Decision;
pub use era::{Era, NotWareki, WarekiDate};
pub use facility::{AccountRole, Availability, FacilityKind, TerminalKind};
pub use field::{Field, Form, Provenance, Secrecy};
pub use meaning::Meaning;
pub use message::{Answer, Fields, Request, Value};
pub use named::UnknownName;
pub use number::{BadNumber, ContributionRatio, FacilityCode, InsurerNumber};
pub use operation::{EmergencyMode, Method, Operation, Purpose};
pub use record::{AssistanceRecord, Consignment, InsuranceRecord, Insured};
pub use rules::{AssistanceDetail, ClientVersion, GraceStart, NotAVersion, Rules};
