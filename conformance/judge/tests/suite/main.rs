//! The suite judged: healthy clients pass, and every defect is found.

mod canonical;
mod cause;
mod cut;
mod ending;
mod habits;
mod judging;
mod meanwhile;
mod sight;
mod stored;
mod undone;
mod unsearched;
mod words;
