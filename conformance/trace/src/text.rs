//! A text of a trace. Its lines say the same few words over and over, so what holds one is a pointer.

pub use arcstr::ArcStr as Text;
