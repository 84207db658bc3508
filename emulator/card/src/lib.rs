//! The My Number card as a state machine
#![forbid(unsafe_code)]
