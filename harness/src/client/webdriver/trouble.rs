//! Why a page could not be read, for people.

use std::io;
use std::time::Duration;

use madoguchi_terms::{Lang, Say, harmless};

use crate::cell::gate::Redacted;

/// Why a page could not be read.
#[derive(Debug)]
pub(crate) enum WebDriverTrouble {
    /// Its command could not be started.
    Start { program: String, error: io::Error },
    /// It was not ready within the limit.
    NotReady { program: String, limit: Duration },
    /// An address that is not on this machine.
    NotLocal(String),
    /// It could not be spoken to.
    Line(String),
    /// It said no: WebDriver's code and message.
    Refused {
        code: String,
        message: Redacted<String>,
    },
}

impl Say for WebDriverTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Start { program, error } => lang.pick(
                format!("WebDriver {program} を起動できません: {error}"),
                format!("cannot start the WebDriver server {program}: {error}"),
            ),
            Self::NotReady { program, limit } => {
                let seconds = limit.as_secs();
                lang.pick(
                    format!("WebDriver {program} が {seconds} 秒以内に応えません (コマンドに {{port}} が要ります)"),
                    format!("the WebDriver server {program} was not ready within {seconds} s (its command needs {{port}})"),
                )
            }
            Self::NotLocal(url) => lang.pick(
                format!("{url} はこのマシンの http:// のアドレスではありません。127.0.0.1 か localhost を使います"),
                format!("{url} is no http:// address of this machine; use 127.0.0.1 or localhost"),
            ),
            Self::Line(error) => lang.pick(
                format!("WebDriver と通信できません: {error}"),
                format!("cannot speak to the WebDriver server: {error}"),
            ),
            Self::Refused { code, message } => {
                let (code, message) = (harmless(code), harmless(message));
                lang.pick(
                    format!("WebDriver の応答: {code}: {message}"),
                    format!("the WebDriver server says {code}: {message}"),
                )
            }
        }
    }
}

impl WebDriverTrouble {
    /// Whether the page had changed between two questions about it, so that asking again may help.
    pub(crate) fn is_passing(&self) -> bool {
        let passing = [
            "stale element reference",
            "no such element",
            "element not interactable",
            "element click intercepted",
        ];
        matches!(self, Self::Refused { code, .. } if passing.contains(&code.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::gate::{Gate, Untrusted};

    #[test]
    fn what_stands_on_a_page_is_quoted_without_secrets_and_orders() {
        let said = "<input value=TEST-only-1 title=1234-5678-9018>\u{1b}[2J";
        let trouble = WebDriverTrouble::Refused {
            code: "element click intercepted".to_owned(),
            message: Gate::strangers_log(&Untrusted::new(said.into())),
        };
        assert_eq!(
            trouble.text(Lang::En),
            "the WebDriver server says element click intercepted: \
             <input value=<password> title=<personal-number>>[2J"
        );
    }
}
