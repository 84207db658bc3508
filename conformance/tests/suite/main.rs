//! The suite judged: healthy clients pass, every defect is found, and reports read as they should.

mod canonical;
mod counter;
mod evidence;
mod field;
mod judging;
mod known;
mod long;
mod pages;
mod reports;
mod sight;
mod stored;
