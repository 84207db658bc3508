//! Located YAML: the one place that knows the YAML library
#![forbid(unsafe_code)]
