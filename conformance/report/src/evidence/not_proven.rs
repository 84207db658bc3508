//! Why a bundle proves nothing, for people.

use madoguchi_terms::{Lang, Say};

/// Why a bundle proves nothing.
#[derive(Debug)]
pub enum NotProven {
    /// It is no bundle, or one that is too large.
    Unreadable(String),
    /// A newer tool wrote it.
    Newer(u16),
    /// Another suite judged it.
    OtherSuite {
        /// The tool that did.
        tool: String,
        /// Its suite.
        theirs: String,
        /// Ours.
        ours: String,
    },
    /// A file is not what was sealed.
    Changed(String),
    /// A trace cannot be read.
    Trace(String, String),
    /// What a case without a trace was judged by cannot be read.
    Records(String, String),
    /// The wire profile in it is not the one that its cases name, or is none.
    OtherProfile(String),
    /// The stored verdict does not follow from the trace.
    OtherVerdict(String),
    /// It does not hold the nonce that was asked for.
    OtherNonce,
    /// It is another bundle than the one that was announced.
    OtherSeal(String),
}

impl Say for NotProven {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Unreadable(why) => lang.pick(
                format!("証跡の束として読めません: {why}"),
                format!("it cannot be read as an evidence bundle: {why}"),
            ),
            Self::Newer(major) => lang.pick(
                format!("新しい形式 {major} の束です。madoguchi を新しくしてください"),
                format!("the bundle has the newer format {major}; install a newer madoguchi"),
            ),
            Self::OtherSuite { tool, theirs, ours } => lang.pick(
                format!("別の試験一式で判定された束です: {tool} (一式 {theirs})。この版の一式は {ours}\n  対処: {tool} を入れて検証してください"),
                format!("another suite judged this bundle: {tool} (suite {theirs}); this one is {ours}\n  help: install {tool} and verify with it"),
            ),
            Self::Changed(name) => lang.pick(
                format!("{name} は封をした時のものではありません"),
                format!("{name} is not what was sealed"),
            ),
            Self::Trace(folder, why) => lang.pick(
                format!("{folder} の記録を読めません: {why}"),
                format!("the trace of {folder} cannot be read: {why}"),
            ),
            Self::Records(folder, why) => lang.pick(
                format!("{folder} の記録を読めません: {why}"),
                format!("the records of {folder} cannot be read: {why}"),
            ),
            Self::OtherProfile(why) => lang.pick(
                format!("profile.yaml は、試験した電文プロファイルではありません: {why}"),
                format!("profile.yaml is not the wire profile of the cases: {why}"),
            ),
            Self::OtherNonce => lang.pick(
                "求めた番号 (nonce) が封に入っていません\n  対処: --nonce を付けて実行し直した束を求めてください".to_owned(),
                "the nonce that was asked for is not sealed in\n  help: ask for a bundle of a new run with --nonce".to_owned(),
            ),
            Self::OtherSeal(seal) => lang.pick(
                format!("知らされた封とは別の束です: この束の封は {seal}"),
                format!("it is another bundle than the one announced: its seal is {seal}"),
            ),
            Self::OtherVerdict(folder) => lang.pick(
                format!("{folder} の判定は記録から導かれるものと違います"),
                format!("the verdict of {folder} does not follow from its trace"),
            ),
        }
    }
}
