//! The Webサービス as a listener: TLS, HTTP and web faults
#![forbid(unsafe_code)]
