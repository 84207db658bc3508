//! Why a case of a レセコン could not be played.

use std::io;
use std::path::PathBuf;

use madoguchi_notation::Wording;

use crate::client::attended::NobodyAnswers;
use crate::client::process::ClientTrouble;
use crate::client::webdriver::WebDriverTrouble;

/// Why a case could not be played.
#[derive(Debug)]
pub(crate) enum NotPlayed {
    Start(ClientTrouble),
    Disk(PathBuf, io::Error),
    /// The loopback interface has no port for the API.
    Api(io::Error),
    /// Neither the program nor the mapping says where the page is.
    NoPage,
    /// The page could not be read.
    Page(WebDriverTrouble),
    /// Nobody says what the screen shows.
    Nobody(NobodyAnswers),
    /// The export is not as the mapping says.
    Mapped(String, Wording),
}
