//! The private-key operation of a card
#![forbid(unsafe_code)]
