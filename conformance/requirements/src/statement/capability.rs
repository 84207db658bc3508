//! What a client can do, as its hello says it: a row for each word of `supports`. Which cases a client is tried
//! with, and the table in the manual, follow from it.

use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say};

use super::feature::told;
use super::{Extra, Feature};

/// Something that one client can do and another cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    /// The word in `supports`.
    pub word: &'static str,
    /// Whether a client whose hello leaves `supports` out is tried with it.
    pub assumed: bool,
    /// What a case asks for that wants it.
    pub(super) feature: Feature,
    /// What becomes of such a case without it, in Japanese and in English.
    without: [&'static str; 2],
}

/// All of them, in the order of the manual.
pub const CAPABILITIES: [Capability; 8] = [
    Capability {
        word: Extra::History.name(),
        assumed: true,
        feature: Feature::Extra(Extra::History),
        without: [
            "`browse-history` は、`supports` を書かないか、この語があるときだけ試す",
            "`browse-history` is tried only where `supports` is left out or names it",
        ],
    },
    function(
        Extra::Institution,
        [
            "資格確認端末だけがする照会を試さない: `ask-by-number`、`search-emergency`、`inquire-in-bulk`、`fetch-result`、`visit-again`",
            "what only a 資格確認端末 asks is not tried: `ask-by-number`, `search-emergency`, `inquire-in-bulk`, `fetch-result`, `visit-again`",
        ],
    ),
    function(
        Extra::HomeConsent,
        [
            "`designate` と `enter-by-link` を試さない",
            "`designate` and `enter-by-link` are not tried",
        ],
    ),
    function(
        Extra::ConsentBySight,
        [
            "方法が `visual` の `designate` を試さない",
            "`designate` with the method `visual` is not tried",
        ],
    ),
    Capability {
        word: "mobile",
        assumed: false,
        feature: Feature::Mobile,
        without: [
            "電話機やタブレットの件を試さない",
            "no case on a telephone or tablet is tried",
        ],
    },
    Capability {
        word: "new-passcode",
        assumed: false,
        feature: Feature::NewPasscode,
        without: [
            "後のログインで別のパスコードを決めることを試さない。最初のものを使い続けるアプリもある",
            "a later login with another passcode is not tried: an app may keep the first one",
        ],
    },
    function(
        Extra::ReadAloud,
        ["読み上げを試さない", "読み上げ is not tried"],
    ),
    function(
        Extra::Proxy,
        [
            "プロキシのある件を試さない",
            "no case with a proxy is tried",
        ],
    ),
];

/// A function of a statement, by the same word; tried only with a client that names it.
const fn function(extra: Extra, without: [&'static str; 2]) -> Capability {
    Capability {
        word: extra.name(),
        assumed: false,
        feature: Feature::Extra(extra),
        without,
    }
}

impl Say for Capability {
    /// What becomes of a case that wants it, without it.
    fn text(&self, lang: Lang) -> String {
        let [ja, en] = self.without;
        lang.pick(ja, en).to_owned()
    }
}

/// Whether a client whose hello says this in `supports` can do what the scenario asks.
#[must_use]
pub fn can_do(supports: Option<&[String]>, scenario: &Scenario) -> bool {
    let told = told(scenario);
    CAPABILITIES
        .iter()
        .filter(|capability| told.contains(&capability.feature))
        .all(|capability| {
            supports.map_or(capability.assumed, |words| {
                words.iter().any(|word| word == capability.word)
            })
        })
}
