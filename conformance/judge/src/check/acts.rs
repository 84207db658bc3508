//! What people do, as checks tell it apart.

use madoguchi_scenarios::Action;
use madoguchi_trace::Step;

/// Whether a reader is plugged in.
pub(super) fn plugs(step: &Step) -> bool {
    step.action == Action::PlugReader || renames(step)
}

/// Whether one is plugged in that has another name than the one before.
pub(super) fn renames(step: &Step) -> bool {
    step.action
        .is_in(&[Action::PlugRenumbered, Action::PlugOther])
}

/// Entries of something else than four digits, as a trace calls them.
const NO_PINS: [&str; 5] = [
    "auth-pin:short",
    "auth-pin:long",
    "auth-pin:full-width",
    "auth-pin:letters",
    "auth-pin:empty",
];

/// Whether a trace's word for an entry means what cannot be a PIN.
pub(super) fn can_be_no_pin(typed: &str) -> bool {
    NO_PINS.contains(&typed)
}
