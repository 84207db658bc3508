//! The readers that a scenario asks for, as the reader plays them.

use madoguchi_reader::{Dialect, Interface, Model, Personality};
use madoguchi_scenarios::ReaderGiven;

/// The readers of a counter, and which of them the card is laid on: the half that meets it, or
/// the first.
pub(crate) fn readers(given: &ReaderGiven, meets: Interface) -> (Vec<Personality>, usize) {
    /// The reader of every cell that says nothing else.
    const PLAIN: &str = "madoguchi Virtual Contactless Reader 00 00";
    let model = given.model.as_deref().and_then(|name| Model::named(name));
    let readers = match (model, given.dialect) {
        (None, _) => vec![Personality::from(PLAIN)],
        (Some(model), Dialect::PcscLite) => model.personalities(None, 0),
        (Some(model), Dialect::Windows) => (0..)
            .zip(model.personalities(None, 0))
            .map(|(unit, reader)| Personality {
                name: model.windows_name(unit),
                ..reader
            })
            .collect(),
    };
    let fits = readers.iter().position(|reader| reader.interface == meets);
    (readers, fits.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_lies_on_the_half_that_meets_it() {
        let given = ReaderGiven {
            model: Some("ACS ACR1252 Dual Reader".to_owned().into()),
            ..ReaderGiven::default()
        };
        for (meets, name) in [
            (Interface::Contact, " ICC]"),
            (Interface::Contactless, " PICC]"),
        ] {
            let (readers, at) = readers(&given, meets);
            assert_eq!(readers.len(), 2);
            assert!(readers[at].name.contains(name));
        }
        let (plain, 0) = readers(&ReaderGiven::default(), Interface::Contactless) else {
            panic!("one reader");
        };
        assert_eq!(plain.len(), 1);
    }
}
