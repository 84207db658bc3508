//! Everything that can be wrong with a client, a command line or a machine, done on purpose: each
//! ends in a clear message and the documented exit code, no process outlives the run, and the
//! trace so far is on disk.
//!
//! On Linux, which shows the processes of a run as files.
#![cfg(target_os = "linux")]

mod clients;
mod command_line;
mod files;
mod machine;
mod scenarios;
mod scene;
mod traces;
