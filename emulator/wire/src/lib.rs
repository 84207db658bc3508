//! Wire profiles: abstract operations to bytes, as data
#![forbid(unsafe_code)]
