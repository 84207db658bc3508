//! The readers that a scenario asks for, as the reader plays them.

use madoguchi_reader::{Dialect, Interface, Model, Personality};
use madoguchi_scenarios::ReaderGiven;

/// The readers of a counter in the order in which they are listed, and which of them the card is laid on:
/// the half that meets it, or the first of the reader's own.
pub(crate) fn readers(given: &ReaderGiven, meets: Interface) -> (Vec<Personality>, usize) {
    let mut readers = Vec::new();
    let list = |readers: &mut Vec<Personality>, model| {
        let unit = u8::try_from(readers.len()).unwrap_or(u8::MAX);
        readers.extend(of_model(model, given.dialect, unit));
    };
    for model in &given.listed_before {
        list(&mut readers, Some(model.as_str()));
    }
    let first = readers.len();
    list(&mut readers, given.model.as_deref().map(String::as_str));
    let own = &readers[first..];
    let fits = own.iter().position(|reader| reader.interface == meets);
    let at = first + fits.unwrap_or_default();
    for model in &given.listed_after {
        list(&mut readers, Some(model.as_str()));
    }
    (readers, at)
}

/// The reader of this model that is plugged in in the place of another, with the half that meets the card.
pub(crate) fn replacement(model: &str, dialect: Dialect, meets: Interface) -> Personality {
    let mut readers = of_model(Some(model), dialect, 0);
    let fits = readers.iter().position(|reader| reader.interface == meets);
    readers.swap_remove(fits.unwrap_or_default())
}

/// The same reader with the next number.
pub(crate) fn renumbered(reader: &Personality) -> Personality {
    let parts: Vec<&str> = reader.name.rsplitn(3, ' ').collect();
    let name = match parts[..] {
        // 00 00: of reader and slot
        [slot, unit, rest] if unit.len() == 2 && slot.len() == 2 => {
            u8::from_str_radix(unit, 16).ok().map(|unit| {
                let next = unit.wrapping_add(1);
                format!("{rest} {next:02X} {slot}")
            })
        }
        _ => None,
    };
    // under Windows
    let windows = || {
        let (rest, unit) = reader.name.rsplit_once(' ')?;
        let unit: u8 = unit.parse().ok()?;
        Some(format!("{rest} {}", unit.wrapping_add(1)))
    };
    let name = name.or_else(windows);
    Personality {
        name: name.unwrap_or_else(|| format!("{} 01 00", reader.name)),
        ..reader.clone()
    }
}

/// The readers of this model, or the plain one, of which the first has this number.
fn of_model(model: Option<&str>, dialect: Dialect, unit: u8) -> Vec<Personality> {
    /// The reader of every cell that says nothing else.
    const PLAIN: &str = "madoguchi Virtual Contactless Reader";
    match (model.and_then(Model::named), dialect) {
        (None, _) => vec![Personality::from(format!("{PLAIN} {unit:02X} 00"))],
        (Some(model), Dialect::PcscLite) => model.personalities(None, unit),
        (Some(model), Dialect::Windows) => (unit..)
            .zip(model.personalities(None, unit))
            .map(|(unit, reader)| Personality {
                name: model.windows_name(unit),
                ..reader
            })
            .collect(),
    }
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
        assert_eq!(plain[0].name, "madoguchi Virtual Contactless Reader 00 00");
    }

    #[test]
    fn other_readers_stand_before_and_after_and_are_counted() {
        let model = |name: &str| vec![name.to_owned().into()];
        let given = ReaderGiven {
            listed_before: model("ACS ACR39U ICC Reader"),
            listed_after: model("SONY FeliCa RC-S300/P"),
            ..ReaderGiven::default()
        };
        let (readers, at) = readers(&given, Interface::Contactless);
        let names: Vec<_> = readers.iter().map(|reader| reader.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "ACS ACR39U ICC Reader 00 00",
                "madoguchi Virtual Contactless Reader 01 00",
                "SONY FeliCa RC-S300/P 02 00",
            ]
        );
        assert_eq!(at, 1);
    }

    #[test]
    fn a_reader_that_comes_back_elsewhere_has_the_next_number() {
        for (before, after) in [
            ("SONY FeliCa RC-S300/P 00 00", "SONY FeliCa RC-S300/P 01 00"),
            (
                "Sony FeliCa Port/PaSoRi 3.0 0",
                "Sony FeliCa Port/PaSoRi 3.0 1",
            ),
        ] {
            assert_eq!(renumbered(&Personality::from(before)).name, after);
        }
    }
}
