//! The vendor's statement (ICS): what a product claims to do. It selects the cases; what it does not
//! claim is not held against it, and is looked at all the same by a probe.

mod capability;
mod feature;

use std::collections::BTreeSet;

pub use capability::{CAPABILITIES, Capability, can_do};
pub use feature::{Feature, needs};
use madoguchi_notation::{Diagnostics, Wording, load};
use madoguchi_scenarios::{FacilityKind, Method, word};
use madoguchi_terms::{Lang, Say};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

/// What a product claims. What is left out is claimed in full, but `methods`, which no product can
/// leave open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Statement {
    /// Format version: 1.
    #[schemars(range(min = 1, max = 1))]
    pub statement: Version,
    /// The product.
    pub product: Product,
    /// On what it runs.
    pub platform: Platform,
    /// 目視確認 (`visual`), 4桁の暗証番号 (`pin`).
    #[schemars(with = "Vec<MethodWord>")]
    pub methods: Vec<Method>,
    /// Through what it reads cards.
    #[serde(default = "every_reader")]
    pub readers: Vec<Interface>,
    /// Where results go beside the screen; of a レセコン: from where it takes them.
    #[serde(default = "every_output")]
    pub outputs: Vec<Output>,
    /// In which kinds of facility it is used.
    #[serde(default = "every_facility")]
    pub facilities: Vec<FacilityKind>,
    /// What it does beside the check itself.
    #[serde(default = "every_function")]
    pub functions: Vec<Extra>,
}

/// The version of the format, which is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16")]
pub struct Version;

impl TryFrom<u16> for Version {
    type Error = String;

    fn try_from(version: u16) -> Result<Self, String> {
        match version {
            1 => Ok(Self),
            other => Err(format!(
                "statements of version {other} are not known; write 1"
            )),
        }
    }
}

impl From<Version> for u16 {
    fn from(_: Version) -> Self {
        1
    }
}

/// A product as its vendor names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant:meta])* $word:ident = $text:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
        pub enum $name { $($(#[$variant])* #[serde(rename = $text)] $word,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$word),+];

            /// The word in statements.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }
        }
    )+};
}

words! {
    /// On what a product runs.
    Platform {
        /// Windows
        Windows = "windows",
        /// macOS
        Macos = "macos",
        /// Linux
        Linux = "linux",
        /// Android
        Android = "android",
        /// iOS
        Ios = "ios",
        /// iPadOS
        Ipados = "ipados",
    }
    /// Through what a card is read.
    Interface {
        /// Without contacts, also by the device's own NFC.
        Contactless = "contactless",
        /// With contacts.
        Contact = "contact",
    }
    /// Where a result goes beside the screen.
    Output {
        /// The clipboard.
        Clipboard = "clipboard",
        /// A file, as a 資格確認端末 writes it.
        File = "file",
        /// 資格確認結果出力用API
        Api = "api",
    }
    /// What a product does beside the check itself.
    Extra {
        /// 健康保険証利用登録
        Registration = "registration",
        /// 医療扶助
        Assistance = "assistance",
        /// 確認済みの資格の閲覧
        History = "history",
        /// 居宅同意取得型
        HomeConsent = "home-consent",
        /// 居宅同意 checked by eye (目視確認), without a PIN.
        ConsentBySight = "consent-by-sight",
        /// What only a 資格確認端末 asks: by number, in a disaster.
        Institution = "institution",
        /// 読み上げ
        ReadAloud = "read-aloud",
        /// プロキシを通る通信
        Proxy = "proxy",
    }
}

/// [`Method`] for the schema.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum MethodWord {
    Visual,
    Pin,
}

fn every_reader() -> Vec<Interface> {
    Interface::ALL.to_vec()
}

fn every_output() -> Vec<Output> {
    Output::ALL.to_vec()
}

fn every_facility() -> Vec<FacilityKind> {
    vec![
        FacilityKind::Treatment,
        FacilityKind::Examination,
        FacilityKind::Insurer,
        FacilityKind::Exempt,
        FacilityKind::Midwifery,
        FacilityKind::HomeNursing,
        FacilityKind::MedicalInstitution,
    ]
}

fn every_function() -> Vec<Extra> {
    Extra::ALL.to_vec()
}

impl Statement {
    /// Reads a statement that the user knows as `file`.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        load(file, text)
    }

    /// What it claims, in its own words.
    #[must_use]
    pub fn words(&self) -> Wording {
        fn listed<T: Serialize>(all: &[T]) -> String {
            let names: Vec<String> = all.iter().map(|one| word(one)).collect();
            if names.is_empty() {
                "—".to_owned()
            } else {
                names.join(", ")
            }
        }
        let platform = word(&self.platform);
        let (methods, readers) = (listed(&self.methods), listed(&self.readers));
        let (outputs, facilities) = (listed(&self.outputs), listed(&self.facilities));
        let functions = listed(&self.functions);
        Wording::new(
            format!(
                "動作環境 {platform} · 確認方法 {methods} · リーダー {readers} · 出力 {outputs} · \
                 施設 {facilities} · 機能 {functions}"
            ),
            format!(
                "platform {platform} · methods {methods} · readers {readers} · outputs {outputs} · \
                 facilities {facilities} · functions {functions}"
            ),
        )
    }

    /// What of it this statement does not claim.
    #[must_use]
    pub fn unclaimed(&self, mut needs: BTreeSet<Feature>) -> BTreeSet<Feature> {
        needs.retain(|feature| !self.claims(feature));
        needs
    }

    fn claims(&self, feature: &Feature) -> bool {
        match feature {
            Feature::Method(name) => self.methods.iter().any(|method| method.name() == *name),
            Feature::Windows => self.platform == Platform::Windows,
            Feature::Contact => self.readers.contains(&Interface::Contact),
            Feature::Output(output) => self.outputs.contains(output),
            Feature::Facility(kind) => self.facilities.iter().any(|claimed| word(claimed) == *kind),
            Feature::Extra(extra) => self.functions.contains(extra),
            Feature::Mobile => matches!(
                self.platform,
                Platform::Android | Platform::Ios | Platform::Ipados
            ),
            Feature::NewPasscode => true,
        }
    }
}

/// Why a case was not selected.
#[must_use]
pub fn because(unclaimed: &BTreeSet<Feature>) -> Wording {
    let named = |lang| {
        let words: Vec<String> = unclaimed.iter().map(|feature| feature.text(lang)).collect();
        words.join(lang.pick("、", ", "))
    };
    Wording::new(
        format!("供給者の宣言にない: {}", named(Lang::Ja)),
        format!("the vendor's statement does not claim {}", named(Lang::En)),
    )
}

/// The schema (draft-07) of a statement.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Statement>();
    schema.insert("title".into(), "madoguchi statement".into());
    schema
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::{Breadth, Catalogue, Scenario};

    use super::*;

    const VISUAL_ONLY: &str = "\
statement: 1
product: { name: 試験アプリ, version: '1.0' }
platform: linux
methods: [visual]
readers: [contactless]
outputs: [clipboard]
facilities: [treatment]
functions: [registration]
";

    fn scenario(id: &str) -> Scenario {
        let catalogue = Catalogue::builtin();
        let entry = catalogue.entries().iter().find(|entry| entry.id == id);
        let entry = entry.expect("it is in the catalogue");
        load(&entry.file, &entry.text).expect("it is sound")
    }

    fn unclaimed(id: &str) -> Vec<String> {
        let statement = Statement::parse("s.yaml", VISUAL_ONLY).expect("it is sound");
        let unclaimed = statement.unclaimed(needs(&scenario(id)));
        unclaimed
            .iter()
            .map(|feature| feature.text(Lang::En))
            .collect()
    }

    #[test]
    fn a_case_asks_for_what_its_steps_and_its_counter_need() {
        assert!(unclaimed("happy/visual").is_empty());
        assert!(unclaimed("registration/full").is_empty());
        assert_eq!(unclaimed("happy/pin"), ["method pin"]);
        assert_eq!(unclaimed("pin/slow"), ["method pin", "PC/SC of Windows"]);
        assert_eq!(unclaimed("reader/contact"), ["a reader with contacts"]);
        assert_eq!(unclaimed("history/browse"), ["function history"]);
        assert_eq!(unclaimed("happy/mobile"), ["a mobile device"]);
        assert_eq!(unclaimed("happy/read-aloud"), ["function read-aloud"]);
        assert_eq!(unclaimed("assistance/display"), ["function assistance"]);
        let institution = ["facility medical-institution", "function institution"];
        assert_eq!(unclaimed("institution/by-number"), institution);
    }

    #[test]
    fn a_statement_that_says_little_claims_the_rest() {
        let text = "statement: 1\nproduct: { name: a, version: b }\nplatform: windows\nmethods: [visual, pin]\n";
        let statement = Statement::parse("s.yaml", text).expect("it is sound");
        for entry in Catalogue::builtin().entries() {
            for variant in scenario(&entry.id).variants(Breadth::Pairwise) {
                // a PC is no telephone
                let mut unclaimed = statement.unclaimed(needs(&variant));
                unclaimed.remove(&Feature::Mobile);
                assert!(unclaimed.is_empty(), "{}: {unclaimed:?}", entry.id);
            }
        }
    }

    #[test]
    fn what_a_client_is_told_to_do_and_may_lack_has_one_word_in_its_hello() {
        let catalogue = Catalogue::builtin();
        let ids = catalogue.entries().iter().map(|entry| entry.id.as_str());
        let told: BTreeSet<Feature> = ids.flat_map(|id| feature::told(&scenario(id))).collect();
        let of_rows: BTreeSet<Feature> = CAPABILITIES.map(|row| row.feature).into();
        let words: BTreeSet<&str> = CAPABILITIES.iter().map(|row| row.word).collect();
        assert_eq!(told, of_rows);
        assert_eq!(words.len(), CAPABILITIES.len());
    }

    /// Every key but `outputs`, which selects what is delivered to a レセコン.
    #[test]
    fn each_key_leaves_something_out() {
        let full = "statement: 1\nproduct: { name: a, version: b }\n";
        for narrow in [
            "platform: android\nmethods: [visual, pin]",
            "platform: windows\nmethods: [pin]",
            "platform: windows\nmethods: [visual, pin]\nreaders: [contactless]",
            "platform: windows\nmethods: [visual, pin]\nfacilities: [treatment]",
            "platform: windows\nmethods: [visual, pin]\nfunctions: []",
        ] {
            let statement = Statement::parse("s.yaml", &format!("{full}{narrow}\n"));
            let statement = statement.expect("it is sound");
            let catalogue = Catalogue::builtin();
            let mut entries = catalogue.entries().iter();
            let left_out = |id: &str| !statement.unclaimed(needs(&scenario(id))).is_empty();
            assert!(entries.any(|entry| left_out(&entry.id)), "{narrow}");
        }
    }

    #[test]
    fn a_wrong_statement_is_told_with_its_place() {
        let told = |text: &str| {
            Statement::parse("s.yaml", text)
                .map(drop)
                .expect_err("it is wrong")
                .to_string()
        };
        let wrong = VISUAL_ONLY.replace("[visual]", "[face]");
        assert!(
            told(&wrong).starts_with("s.yaml:4:11: "),
            "{}",
            told(&wrong)
        );
        let wrong = VISUAL_ONLY.replace("statement: 1", "statement: 2");
        assert!(told(&wrong).contains("write 1"), "{}", told(&wrong));
        assert!(told(&(VISUAL_ONLY.to_owned() + "colour: red\n")).contains("unknown key"));
    }

    #[test]
    fn the_published_schema_is_current() {
        let published = include_str!("../statement.schema.json");
        let generated = serde_json::to_string_pretty(&schema()).expect("plain data") + "\n";
        assert!(
            published == generated,
            "conformance/requirements/statement.schema.json is old; write it anew: madoguchi schema statement > conformance/requirements/statement.schema.json"
        );
        let validator = jsonschema::validator_for(&schema().to_value()).expect("a sound schema");
        let value: serde_json::Value = load("s.yaml", VISUAL_ONLY).expect("it is YAML");
        assert!(validator.is_valid(&value));
    }
}
