//! What the run was going to be given: a wire profile, a list of known failures.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use madoguchi_report::known::KnownFailures;
use madoguchi_scenarios::Catalogue;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_wire::Transport;

use super::finding::Finding;
use crate::command::input;
use crate::command::prepared::read_profile;
use crate::command::trouble::Trouble;

/// D-26 and D-27: the profile can be read, and a client reaches its service by HTTP.
pub(super) fn profile(name: &str) -> Option<Finding> {
    match read_profile(name) {
        Err(trouble) => Some(Finding::new(
            "D-26",
            (trouble.text(Lang::Ja), trouble.text(Lang::En)),
            (
                "madoguchi list profiles で選ぶか、madoguchi profile check FILE で直す",
                "choose from madoguchi list profiles, or mend it with madoguchi profile check FILE",
            ),
        )),
        Ok(profile) if profile.transport() == Transport::Folder => Some(Finding::new(
            "D-27",
            (
                format!("{name} は連携フォルダの電文で、アプリの試験には使えない"),
                format!("{name} travels through exchange folders, which no app uses"),
            ),
            (
                "別のプロファイルを選ぶか、madoguchi serve で使う",
                "choose another profile, or use it with madoguchi serve",
            ),
        )),
        Ok(_) => None,
    }
}

/// D-28 and D-29: the list of known failures can be read, and none of its entries has expired.
pub(super) fn known_failures(file: &Path, now: Timestamp) -> Option<Finding> {
    let name = file.display().to_string();
    let broken = |ja: String, en: String| {
        Some(Finding::new(
            "D-28",
            (ja, en),
            ("示された箇所を直す", "mend the place that is shown"),
        ))
    };
    let text = match input::text(file, input::WRITTEN) {
        Ok(text) => text,
        Err(trouble) => return broken(trouble.text(Lang::Ja), trouble.text(Lang::En)),
    };
    let catalogue = Catalogue::builtin();
    let scenarios: Vec<&str> = catalogue
        .entries()
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    let known = match KnownFailures::parse(&name, &text, &scenarios) {
        Ok(known) => known,
        Err(found) => {
            let found = Trouble::Scenario(found);
            return broken(found.text(Lang::Ja), found.text(Lang::En));
        }
    };
    let today = now.to_zoned(TimeZone::system()).date();
    let expired = known.settle(&[], &[], today).expired;
    let lines: Vec<String> = expired.iter().map(u64::to_string).collect();
    (!lines.is_empty()).then(|| {
        let lines = lines.join(", ");
        Finding::new(
            "D-29",
            (
                format!("{name}: 期限の切れた行がある: {lines}"),
                format!("{name}: entries have expired: line {lines}"),
            ),
            (
                "直っていれば行を消す。直っていなければ期限 (until) を決め直す",
                "remove what is mended; agree on another day (until) for what is not",
            ),
        )
    })
}
