//! The suite judged: healthy clients pass, and every defect is found.

mod canonical;
mod cause;
mod cut;
mod habits;
mod ending;
mod judging;
mod sight;
mod stored;
mod undone;
mod unsearched;
mod words;
