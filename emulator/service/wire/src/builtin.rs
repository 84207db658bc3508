//! The profiles inside the binary: the same files that anybody can read, copy and change.

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
