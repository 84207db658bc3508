//! The suite judged: healthy clients pass, every defect is found, and reports read as they should.

mod canonical;
mod counter;
mod judging;
mod reports;
mod stored;
