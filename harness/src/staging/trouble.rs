//! Why a world cannot be kept: in words for the user who opened it.

use std::fmt;
use std::path::PathBuf;

use madoguchi_terms::{Lang, Say};

/// Why there is no world.
#[derive(Debug)]
pub(crate) enum StoreTrouble {
    /// The file cannot be made, opened or read.
    Unusable { path: PathBuf, why: String },
    /// Another process has it.
    InUse(PathBuf),
    /// The file is something else.
    NoStore(PathBuf),
    /// A newer madoguchi wrote it.
    Newer { path: PathBuf, madoguchi: String },
    /// What is in it cannot be read.
    Broken { path: PathBuf, why: String },
    /// What is new in the set-up cannot be kept.
    NotStored(NotStored),
}

impl Say for StoreTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Unusable { path, why } => {
                let path = path.display();
                lang.pick(
                    format!("保存ファイル {path} を使えません: {why}\n  対処: --store に書き込めるフォルダーの中のファイルを指定してください"),
                    format!("cannot use the store {path}: {why}\n  help: name a file in a writable folder with --store"),
                )
            }
            Self::InUse(path) => {
                let path = path.display();
                lang.pick(
                    format!("保存ファイル {path} は別の madoguchi serve が使っています\n  対処: それを終了するか、--store に別のファイルを指定してください"),
                    format!("another madoguchi serve has the store {path} open\n  help: end it, or name another file with --store"),
                )
            }
            Self::NoStore(path) => {
                let path = path.display();
                lang.pick(
                    format!("{path} は madoguchi の保存ファイルではありません (変更していません)\n  対処: --store に新しいファイル名を指定してください"),
                    format!("{path} is no store of madoguchi; it was left as it is\n  help: name a new file with --store"),
                )
            }
            Self::Newer { path, madoguchi } => {
                let path = path.display();
                lang.pick(
                    format!("保存ファイル {path} は新しい madoguchi ({madoguchi}) が書きました (変更していません)\n  対処: madoguchi {madoguchi} 以降を使ってください"),
                    format!("the store {path} was written by a newer madoguchi ({madoguchi}); it was left as it is\n  help: use madoguchi {madoguchi} or later"),
                )
            }
            Self::Broken { path, why } => {
                let path = path.display();
                lang.pick(
                    format!("保存ファイル {path} を読めません: {why}\n  対処: 控えがあれば戻してください。なければ --store に新しいファイル名を指定してください"),
                    format!("cannot read the store {path}: {why}\n  help: put a copy back if there is one, or name a new file with --store"),
                )
            }
            Self::NotStored(why) => why.text(lang),
        }
    }
}

/// Why a change could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotStored {
    /// There is no room.
    Full(String),
    /// Something else.
    Failed(String),
}

impl Say for NotStored {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Full(why) => lang.pick(
                format!("保存する空きがなく、変更を取り消しました: {why}\n  対処: ディスクの空きを増やしてください (再起動は不要です)"),
                format!("there is no room for the change, which was undone: {why}\n  help: make room on the disk; nothing has to be restarted"),
            ),
            Self::Failed(why) => lang.pick(
                format!("保存できず、変更を取り消しました: {why}"),
                format!("the change could not be kept and was undone: {why}"),
            ),
        }
    }
}

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for NotStored {}
