//! The scenario language and the catalogue: who comes to the counter, what happens, what must be
//! seen. Text in, model out; who carries a scenario out and who judges it are elsewhere.
//!
//! A scenario is one YAML file; its id is its path in the catalogue. Unknown keys are errors, and
//! every error says where it is and what was probably meant.
//!
//! A program that reads what the catalogue has about cards, with every pair of what may be otherwise:
//!
//! ```
//! use madoguchi_scenarios::{Breadth, Catalogue};
//!
//! for entry in Catalogue::builtin().select(&["card/".to_owned()])? {
//!     let scenario = entry.read()?;
//!     println!("{} {}", scenario.id, scenario.purpose.en);
//!     for variant in scenario.variants(Breadth::Pairwise) {
//!         println!("  {}", variant.id);
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod act;
mod catalogue;
pub mod consumer;
mod covering;
mod derived;
mod expectation;
mod explain;
mod fault;
mod given;
mod language;
mod names;
mod precondition;
mod reader;
mod reading;
mod record;
mod scenario;
mod schema;
mod shape;
mod standstill;
mod text;
mod variant;
mod variation;
mod word;

pub use act::{
    Act, Action, Answered, Arm, Care, ConsentGiven, Decides, Designation, Disk, Ended, Hands,
    HistoryConditions, Missed, Operate, Passcode, Pin, Restart, Search, Slip, Visit,
};
pub use catalogue::{Catalogue, Entry, NothingSelected, chosen, means};
pub use covering::MOST as MOST_VARIANTS;
pub use derived::{DERIVED, derived};
pub use expectation::{Expectation, ScreenMark};
pub use fault::{
    CaptivePortal, Connections, DateField, DateForm, Delay, ForeignJson, GatewayStatus,
    PartialDate, Portion, Redirect, RedirectStatus, RedirectTo, ServerError, ServerErrorStatus,
    SlowLink, Struck, TooManyRequests, WebFault,
};
pub use given::{
    CardGiven, CertificateGiven, Device, FacilityGiven, Given, ServerCertificate, ServiceGiven,
    TerminalState,
};
pub use language::schema;
pub use madoguchi_eligibility::{
    AccountRole, Availability, EmergencyMode, FacilityKind, Method, Operation, TerminalKind,
};
pub use madoguchi_pcsc::{Call, Dialect, Fault, Hold, Ins, Moment, ReturnCode, Span, Sw};
pub use names::Known;
pub use precondition::{Unmet, unmet};
pub use reader::{ReaderFault, ReaderGiven};
pub use record::{AssistanceGiven, InsuranceGiven, InsurancePart, RecordChange, RecordGiven};
pub use scenario::Scenario;
pub use schema::{maybe_wording_schema, wording_schema};
pub use variant::{Axis, Breadth, Combination, Network, Otherwise, ReaderKind, Variants};
pub use word::word;
