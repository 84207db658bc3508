//! The suite judged: healthy clients pass, and every defect is found.

mod canonical;
mod judging;
mod sight;
mod stored;
mod words;
