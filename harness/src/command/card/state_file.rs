//! A card's state as a file. It holds PINs and private keys of a test card in clear, so that only
//! its owner may read it.

use std::path::Path;

use madoguchi_card::State;
use madoguchi_terms::{Lang, Say as _};

use crate::command::input;
use crate::private;

/// Reads a state. The text of an error is for people.
pub(crate) fn read(path: &Path) -> Result<State, String> {
    let text = input::text(path, input::WRITTEN).map_err(|trouble| trouble.text(Lang::En))?;
    State::from_text(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a state. The text of an error is for people.
pub(crate) fn write(path: &Path, state: &State) -> Result<(), String> {
    private::write(path, state.to_text()).map_err(|error| format!("{}: {error}", path.display()))
}
