//! The profiles inside the binary: the same files that anybody can read, copy and change.

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
];

impl Profile {
    /// The built-in profile of that name, if there is one.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        let (name, text) = BUILTIN.iter().find(|(builtin, _)| *builtin == name)?;
        // A test reads every built-in profile.
        Self::parse(&format!("{name}.yaml"), text).ok()
    }
}
