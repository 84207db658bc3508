//! Exit codes of `madoguchi`: part of its interface, stable within a major version.

/// How a run of the tool ended, in the order of precedence: the highest value that applies wins,
/// except that [`Exit::INTERNAL`] is always reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Exit(u8);

impl Exit {
    /// Every required verdict is Pass.
    pub(crate) const PASS: Self = Self(0);
    /// A requirement failed, or a required one is Inconclusive.
    pub(crate) const FAIL: Self = Self(1);
    /// The command line was wrong, or it selected no case.
    pub(crate) const USAGE: Self = Self(2);
    /// A scenario, persona or profile is invalid.
    pub(crate) const SCENARIO: Self = Self(3);
    /// The client could not be run: it did not start, or never said hello.
    pub(crate) const CLIENT: Self = Self(4);
    /// The environment is missing something: a folder, a port, a library, disk space.
    pub(crate) const ENVIRONMENT: Self = Self(5);
    /// A bug of madoguchi.
    pub(crate) const INTERNAL: Self = Self(70);
    /// The user pressed Ctrl-C, or the run was told to end.
    pub(crate) const INTERRUPTED: Self = Self(130);
}

impl Exit {
    /// How a client ended that this process played.
    pub(crate) const fn of_client(code: u8) -> Self {
        Self(code)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}
