//! The profiles inside the binary: the same files that anybody can read, copy and change.

use std::sync::OnceLock;

use crate::Profile;

/// Names and texts of the built-in profiles.
pub const BUILTIN: &[(&str, &str)] = &[
    (
        "mock-2025.05",
        include_str!("../profiles/mock-2025.05.yaml"),
    ),
    (
        "renamed-2025.05",
        include_str!("../profiles/renamed-2025.05.yaml"),
    ),
    (
        "mock-2025.04",
        include_str!("../profiles/mock-2025.04.yaml"),
    ),
    (
        "mock-2024.04",
        include_str!("../profiles/mock-2024.04.yaml"),
    ),
    (
        "oqs-xml-8.07",
        include_str!("../profiles/oqs-xml-8.07.yaml"),
    ),
    (
        "result-output-2025.05",
        include_str!("../profiles/result-output-2025.05.yaml"),
    ),
    (
        "nested-2025.05",
        include_str!("../profiles/nested-2025.05.yaml"),
    ),
];

impl Profile {
    /// The built-in profile of that name, if there is one. Its text is read once.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        static READ: [OnceLock<Option<Profile>>; BUILTIN.len()] =
            [const { OnceLock::new() }; BUILTIN.len()];
        let at = BUILTIN.iter().position(|(builtin, _)| *builtin == name)?;
        let (name, text) = BUILTIN[at];
        let read = || Self::parse(&format!("{name}.yaml"), text).ok();
        // A test reads every built-in profile.
        READ[at].get_or_init(read).clone()
    }
}
