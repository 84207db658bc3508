//! The numbers and switches of the service that no document states, or that changed from year to
//! year. A wire profile sets them under `rules`; the registry decides by them.
//!
//! Every default is *assumed* unless it says otherwise; the id of the assumption stands at each.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::{CharacterSet, Method};

/// What differs between one service and another. A profile writes only what it changes:
///
/// ```yaml
/// rules:
///   code-ready-after: 10m
///   assistance: notice-only
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// How the identity may be checked (G-01: the documents differ; A-02).
    pub methods: Vec<Method>,
    /// Which of them prove with a signature that the card was there; for the others the certificate
    /// is enough (A-02).
    pub signed_methods: Vec<Method>,
    /// How far the clock of a client that says its time may be off; any where absent (A-16).
    pub clock_skew: Option<SignedDuration>,
    /// How long the service takes for an answer; three seconds at most are *assumed* (A-19).
    pub answers_after: SignedDuration,
    /// After how long a client is expected to give up and to offer another try (A-19).
    pub client_gives_up_after: SignedDuration,
    /// How long after its issue an activation code becomes usable: about ten minutes
    /// (事務連絡 2025-05-21; the exact time is A-05).
    pub code_ready_after: SignedDuration,
    /// Fewest digits of an activation code; eleven have been seen in print (G-03, A-05).
    pub code_digits_min: usize,
    /// Most digits of an activation code, and how many a new one has (A-05).
    pub code_digits_max: usize,
    /// How long an unused activation code stays usable; for ever where absent (A-05).
    pub code_lives: Option<SignedDuration>,
    /// How many wrong passwords in a row lock an account (A-06).
    pub passwords_until_lock: u32,
    /// After how long without a request a session ends (A-06).
    pub session_idle: SignedDuration,
    /// How long after its login a session ends, used or not (A-06).
    pub session_lasts: SignedDuration,
    /// How many sessions a terminal, or the patients' entrance of an institution, has; with one more
    /// the oldest ends (A-06).
    pub sessions_kept: usize,
    /// How long a nonce may be signed after it was issued (A-02).
    pub challenge_lives: SignedDuration,
    /// The oldest version of the app that may log in; any where absent.
    pub oldest_client: Option<ClientVersion>,
    /// Whether 外来診療等(通常とは異なる動線)機能 exists and has to be switched on
    /// (事務連絡 2025-05-21).
    pub function_switch: bool,
    /// Whether medical institutions may use the app at the counter (事務連絡 2025-05-21).
    pub counter_use: bool,
    /// For how many calendar months an expired certificate still gives eligibility (three: public
    /// notices).
    pub grace_months: i32,
    /// From which day they are counted (A-12).
    pub grace_counts_from: GraceStart,
    /// How many calendar months before its end a certificate is announced to expire (A-12).
    pub notice_months: i32,
    /// Whether 健康保険証利用登録 is offered in the app (事務連絡 2025-04-15).
    pub registration_offered: bool,
    /// How long after it was accepted 健康保険証利用登録 takes effect (A-11).
    pub registration_takes: SignedDuration,
    /// Whether 健康保険証利用登録 needs the PIN's signature too (G-13, A-11).
    pub registration_needs_pin: bool,
    /// For how many days past inquiries can be read (A-14).
    pub history_days: i32,
    /// How many of them are on a page (A-14).
    pub history_page: usize,
    /// How many of them are kept of each facility; the oldest leaves (A-14).
    pub history_kept: usize,
    /// How many answers to requests with an id are kept for each terminal, to be repeated where one
    /// was lost; the oldest is forgotten (A-14).
    pub requests_kept: usize,
    /// How often 一括照会 answers 処理中 before its result is there (A-15).
    pub bulk_processing_answers: u32,
    /// How many units a bulk inquiry may have (A-15).
    pub bulk_items: usize,
    /// How many bulk inquiries are kept of each facility; the oldest leaves (A-15).
    pub bulk_kept: usize,
    /// How the identity may be checked where an institution is designated (G-02, A-02: slides of 2022 speak of the
    /// PIN, notices of 2025 permit 目視 in the app). At マイナ在宅受付Web it is the PIN whatever stands here.
    pub consent_methods: Vec<Method>,
    /// The characters that the data base has; ● is delivered for others (A-18).
    pub characters: CharacterSet,
    /// What is delivered of 医療扶助.
    pub assistance: AssistanceDetail,
    /// Whether 医療扶助 stands before 医療保険 where a person has both (A-13).
    pub assistance_first: bool,
    /// Whether an inquiry by card that meets several valid 医療保険 is answered 複数該当; they are delivered either way
    /// (A-20: public evidence has 複数該当 for inquiries by number).
    pub several_by_card: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            methods: Method::ALL.to_vec(),
            signed_methods: vec![Method::Pin],
            clock_skew: Some(SignedDuration::from_mins(5)),
            answers_after: SignedDuration::ZERO,
            client_gives_up_after: SignedDuration::from_secs(30),
            code_ready_after: SignedDuration::from_mins(10),
            code_digits_min: 11,
            code_digits_max: 12,
            code_lives: None,
            passwords_until_lock: 5,
            session_idle: SignedDuration::from_hours(8),
            session_lasts: SignedDuration::from_hours(24),
            sessions_kept: 1_000,
            challenge_lives: SignedDuration::from_mins(5),
            oldest_client: None,
            function_switch: true,
            counter_use: true,
            grace_months: 3,
            grace_counts_from: GraceStart::MonthEnd,
            notice_months: 3,
            registration_offered: true,
            registration_takes: SignedDuration::ZERO,
            registration_needs_pin: false,
            history_days: 100,
            history_page: 50,
            history_kept: 10_000,
            requests_kept: 100,
            bulk_processing_answers: 2,
            bulk_items: 10_000,
            bulk_kept: 100,
            consent_methods: Method::ALL.to_vec(),
            characters: CharacterSet::JisX0208,
            assistance: AssistanceDetail::Full,
            assistance_first: false,
            several_by_card: true,
        }
    }
}

crate::named::named! {
    /// From which day the months of an expired certificate are counted.
    pub enum GraceStart in "grace" {
        /// The last day of the month in which it expired (*specified* in notices of insurers: 協会けんぽ,
        /// 西日本プラスチック工業健康保険組合 news 2802).
        MonthEnd = "month-end",
        /// The day on which it expired (*observed* in the notice of one 国保組合).
        Expiry = "expiry",
    }
}

crate::named::named! {
    /// What is delivered of 医療扶助.
    pub enum AssistanceDetail in "assistance" {
        /// Office, names, birth date, sex and classification (since 事務連絡 2025-04-15, R2-09).
        Full = "full",
        /// Only that the patient is entitled to 医療扶助 (before it, R2-12).
        NoticeOnly = "notice-only",
    }
}

/// The version of an app as it says it: up to three numbers, `2.10` or `2.10.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientVersion([u32; 3]);

impl std::str::FromStr for ClientVersion {
    type Err = NotAVersion;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let mut numbers = [0; 3];
        let wrong = || NotAVersion { seen: s.to_owned() };
        for (i, part) in s.split('.').enumerate() {
            let number = numbers.get_mut(i).ok_or_else(wrong)?;
            if !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(wrong());
            }
            *number = part.parse().map_err(|_| wrong())?;
        }
        Ok(Self(numbers))
    }
}

impl<'de> Deserialize<'de> for ClientVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for ClientVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl serde::Serialize for ClientVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Text that is no version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAVersion {
    /// What was seen.
    pub seen: String,
}

impl std::fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} is no version; one looks like \"2.10.1\"",
            self.seen
        )
    }
}

impl std::error::Error for NotAVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let version = |s: &str| s.parse::<ClientVersion>().unwrap();
        assert!(version("2.9") < version("2.10"));
        assert_eq!(version("2"), version("2.0.0"));
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for wrong in ["", "2.", "v2", "+2", "1.2.3.4", "99999999999"] {
            assert!(wrong.parse::<ClientVersion>().is_err(), "{wrong}");
        }
    }
}
