//! Deliveries of generated and of embedded persons: nothing is lost on the way from XML to the
//! clipboard and back, and nothing that arrives in pieces is taken for something else.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod layouts;
mod manners;
mod person;
mod round_trip;
