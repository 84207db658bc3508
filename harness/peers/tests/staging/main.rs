//! Staging worlds on a real file system: two people's side by side, a restart, `kill -9` in the
//! middle of writing, a full disk. What was acknowledged is there afterwards.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod client;
mod crash;
mod full_disk;
mod worlds;
