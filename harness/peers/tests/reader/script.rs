//! Scripts in C, compiled against the libpcsclite that is installed.

use std::path::PathBuf;
use std::process::Command;

use madoguchi_peers::{have, run, skip, source, workshop};

/// A compiled script, removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Script {
    /// The program.
    pub(crate) program: PathBuf,
}

impl Script {
    /// Compiles `tests/scripts/NAME.c`; says why not in the list of skipped tests.
    pub(crate) fn compile(name: &str, test: &str) -> Option<Self> {
        if !have("cc", test) || !have("pkg-config", test) {
            return None;
        }
        let flags = |what: &str| {
            let flags = run(Command::new("pkg-config").args([what, "libpcsclite"])).stdout;
            let flags = flags.split_whitespace().map(str::to_owned);
            flags.collect::<Vec<_>>()
        };
        let libraries = flags("--libs");
        if libraries.is_empty() {
            skip(test, "libpcsclite's headers are missing (libpcsclite-dev)");
            return None;
        }
        // Tests that run at the same time have a program each.
        let program = workshop("scripts").join(format!("{name}-{}-{test}", std::process::id()));
        let compiled = run(Command::new("cc")
            .args(["-O1", "-Wall", "-o"])
            .arg(&program)
            .args(flags("--cflags"))
            .arg(source(&format!("tests/scripts/{name}.c")))
            .args(libraries)
            .arg("-lpthread"));
        assert_eq!(compiled.code, Some(0), "{compiled:#?}");
        Some(Self { program })
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // What is left over is overwritten one day.
        let _ = std::fs::remove_file(&self.program);
    }
}
