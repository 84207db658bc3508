//! The suite told: reports read as they should, and bundles prove what they say.

mod evidence;
mod field;
mod hostile;
mod junit;
mod known;
mod long;
mod merge;
mod pages;
mod reports;
mod transcribed;
