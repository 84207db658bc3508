//! The user's screen: colours where it is a terminal and wants them, plain text everywhere else.

use std::io::{self, ErrorKind, Write};

use anstream::AutoStream;
use madoguchi_report::terminal::{Styles, Terminal};
use madoguchi_terms::Lang;

use super::trouble::Trouble;
use crate::exit::Exit;

/// The terminal report in the user's language. Its colours are stripped again by
/// [`standard_output`] where no person sees them.
pub(super) const fn terminal(lang: Lang) -> Terminal {
    Terminal::new(lang, Styles::coloured())
}

/// Standard output; honours `NO_COLOR` and the like.
pub(super) fn standard_output() -> impl Write {
    AutoStream::auto(io::stdout())
}

/// Prints a whole text.
pub(super) fn print(text: &str) -> Result<Exit, Trouble> {
    say(standard_output().write_all(text.as_bytes()))?;
    Ok(Exit::PASS)
}

/// A reader who has seen enough (`| head`) is no trouble.
pub(super) fn say(written: io::Result<()>) -> Result<(), Trouble> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Trouble::Write {
            path: "/dev/stdout".into(),
            error,
        }),
        _ => Ok(()),
    }
}
