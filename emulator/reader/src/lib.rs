//! How a card's bytes reach a client: slot and embedded PC/SC server
#![forbid(unsafe_code)]
