//! Scripts in C, compiled against the libpcsclite that is installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{have, run, skip, source, workshop};

/// A compiled script, removed when it is dropped.
#[derive(Debug)]
pub struct Script {
    /// The program.
    pub program: PathBuf,
}

impl Script {
    /// Compiles `tests/scripts/NAME.c`; says why not in the list of skipped tests.
    ///
    /// # Panics
    /// If it does not compile.
    #[must_use]
    pub fn compile(name: &str, test: &str) -> Option<Self> {
        Self::of(&source(&format!("tests/scripts/{name}.c")), test)
    }

    /// Compiles a source; says why not in the list of skipped tests.
    ///
    /// # Panics
    /// If it does not compile.
    #[must_use]
    pub fn of(source: &Path, test: &str) -> Option<Self> {
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
        let name = source.file_stem()?.to_string_lossy();
        let program = workshop("scripts").join(format!("{name}-{}-{test}", std::process::id()));
        let compiled = run(Command::new("cc")
            .args(["-O2", "-Wall", "-o"])
            .arg(&program)
            .args(flags("--cflags"))
            .arg(source)
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
