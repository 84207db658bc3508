//! What defects make of a card that could not be read.

use super::*;

/// Ends at a trouble of this kind.
pub(super) fn ends_at(kind: fn(&CardError) -> bool) -> Layer {
    on::trouble(move |_, error, screen| if kind(error) { ends(error) } else { Ok(screen) })
}

pub(super) fn ends<T>(error: &CardError) -> Result<T, Stop> {
    Err(std::io::Error::other(error.to_string()).into())
}

/// Leaves the patient in a dead end at a trouble of this kind, whether or not the card was selected.
pub(super) fn gives_up_at(kind: fn(&CardError, bool) -> bool) -> [Layer; 3] {
    at_selection(kind, |app, error| instead(give_up(app, error)))
}

/// What is done at a trouble of a kind.
type Ending = fn(&mut App, &CardError) -> Result<Screen, Stop>;

/// Does this at a trouble of a kind, which depends on whether the card was selected.
pub(super) fn at_selection(kind: fn(&CardError, bool) -> bool, end: Ending) -> [Layer; 3] {
    let selected = kept::<bool>();
    [
        saw::known(move |_, _| selected.set(false)),
        on::card(move |_, _, at, ()| {
            if matches!(at, At::Selected) {
                selected.set(true);
            }
            Ok(())
        }),
        on::trouble(move |app, error, screen| {
            if kind(error, selected.get()) {
                end(app, error)
            } else {
                Ok(screen)
            }
        }),
    ]
}

/// Does this from the second trouble of a kind on that a patient has.
pub(super) fn at_second(kind: fn(&CardError) -> bool, end: Ending) -> [Layer; 2] {
    let troubles = kept::<u32>();
    [
        saw::act(move |app, action| {
            if is_next_patient(app, action) {
                troubles.set(0);
            }
        }),
        on::trouble(move |app, error, screen| {
            let count = troubles.with(|count| {
                *count += u32::from(kind(error));
                *count
            });
            if count > 1 {
                end(app, error)
            } else {
                Ok(screen)
            }
        }),
    ]
}

/// Whether a card lies there that could not be read.
pub(super) fn is_unreadable(error: &CardError) -> bool {
    matches!(
        error,
        CardError::Lost
            | CardError::Garbled
            | CardError::Cut
            | CardError::Refused { .. }
            | CardError::NoCertificate
    )
}
