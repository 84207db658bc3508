//! A profile to begin with: a copy of a built-in one, or what a recording (HAR) suggests. A draft reads
//! without errors; whether it is right is for its author to say, so every guess in it says
//! `assumed`.

mod guess;
mod har;
mod write;

use std::fmt;

use madoguchi_terms::{Lang, Say};

use crate::{BUILTIN, Profile};

pub use har::Recording;

/// Why there is no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDraft {
    /// The name cannot be a profile's.
    Name(String),
    /// There is no built-in profile of that name to begin with.
    Unknown(String),
    /// The built-in profile of that name does not travel as recordings do.
    NotJson(String),
    /// The recording is no HAR.
    NotHar(String),
    /// The recording is of a real service.
    Production {
        /// The host.
        host: String,
        /// Which entry of the recording, from 1.
        entry: usize,
    },
    /// No entry of the recording carries JSON.
    Nothing,
}

/// A profile of that name that says what the built-in one says.
///
/// # Errors
/// Where the name is none, or there is no such profile.
pub fn draft_like(name: &str, like: &str) -> Result<String, NoDraft> {
    check_name(name)?;
    let text = builtin(like)?;
    let body = text.split_once("\nabout:").map_or(text, |(_, rest)| rest);
    Ok(format!(
        "# Wire profile {name}, begun as a copy of {like}.\nprofile: {name}\nabout:{body}"
    ))
}

/// A profile of that name for the calls of a recording. Rules and result codes are those of the
/// built-in profile `like`.
///
/// # Errors
/// Where the name is none, there is no such profile, or the recording has no call with JSON.
pub fn draft_from(name: &str, like: &str, recording: &Recording) -> Result<String, NoDraft> {
    check_name(name)?;
    builtin(like)?;
    let whole = Profile::builtin(like);
    let text = whole.as_ref().map_or("", Profile::text);
    if !text.contains("\ntransport: http-json\n") {
        return Err(NoDraft::NotJson(like.to_owned()));
    }
    let calls = guess::calls(recording);
    if calls.is_empty() {
        return Err(NoDraft::Nothing);
    }
    Ok(write::profile(name, like, text, &calls))
}

fn builtin(like: &str) -> Result<&'static str, NoDraft> {
    BUILTIN
        .iter()
        .find(|(name, _)| *name == like)
        .map(|(_, text)| *text)
        .ok_or_else(|| NoDraft::Unknown(like.to_owned()))
}

/// Letters, digits, dots and hyphens, as in a name of a file; no built-in profile's.
fn check_name(name: &str) -> Result<(), NoDraft> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(plain)
        && name.len() <= 64
        && BUILTIN.iter().all(|(builtin, _)| *builtin != name);
    if fits {
        Ok(())
    } else {
        Err(NoDraft::Name(name.to_owned()))
    }
}

impl Say for NoDraft {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Name(name) => lang.pick(
                format!("\"{name}\" はプロファイル名にできません\n  対処: 英字で始まる英数字と . - _ で、組み込みと違う名前にしてください"),
                format!("\"{name}\" cannot be the name of a profile\n  help: begin with a letter, use letters, digits, . - _ and no built-in name"),
            ),
            Self::Unknown(name) => lang.pick(
                format!("プロファイル {name} はありません\n  一覧: madoguchi list profiles"),
                format!("there is no profile {name}\n  for the list: madoguchi list profiles"),
            ),
            Self::NotJson(name) => lang.pick(
                format!("{name} は HTTP と JSON のプロファイルではありません\n  対処: --like mock-2025.05 のように指定してください"),
                format!("{name} is no profile of JSON over HTTP\n  help: name one that is, such as --like mock-2025.05"),
            ),
            Self::NotHar(why) => lang.pick(
                format!("HAR として読めません: {why}\n  対処: ブラウザーやプロキシーの「HAR として保存」のファイルを指定してください"),
                format!("this is no HAR: {why}\n  help: name a file that a browser or a proxy saved as HAR"),
            ),
            Self::Production { host, entry } => lang.pick(
                format!("{entry} 件目は実在のサービス {host} の記録です。読み込みません\n  対処: 検証環境の記録だけを使ってください。本番の記録は消してください"),
                format!("entry {entry} is a recording of the real service {host}; it is not read\n  help: use recordings of test environments only, and delete this one"),
            ),
            Self::Nothing => lang.pick(
                "記録に JSON の通信がありません\n  対処: Webサービスとの通信を含めて記録してください".into(),
                "no entry of the recording carries JSON\n  help: record the traffic with the service".into(),
            ),
        }
    }
}

impl fmt::Display for NoDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for NoDraft {}
