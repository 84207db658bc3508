//! The embedded server: pcscd's client protocol on a Unix socket, versions 4.2 to 4.6.
//!
//! libpcsclite finds it through `PCSCLITE_CSOCK_NAME`. One thread per connection, one connection
//! per context (and one more for each SCardCancel). The protocol is *specified* by the source of
//! pcsc-lite and *observed* with its versions 1.9.9, 2.3.3 and 2.5.1.

mod connection;
mod layout;
mod link;
mod server;

pub use server::{BindError, Server};
