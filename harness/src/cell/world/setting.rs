//! What a cell is made of, and why it could not be.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use madoguchi_card::IssueError;
use madoguchi_fixtures::UnknownPersona;
use madoguchi_fixtures::pki::PkiError;
use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say};
use madoguchi_wire::{Profile, Transport};
use tokio::runtime::Handle;

use crate::cell::authority::Authorities;
use crate::cell::folder::Unwritable;
use crate::cell::reach::Reach;
use crate::cell::reader::{ReaderTrouble, Route};
use crate::cli::DEFAULT_PROFILE;
use crate::staging::{Staging, StoreTrouble};

/// What a cell is made of.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) profile: Arc<Profile>,
    pub(crate) seed: u64,
    pub(crate) at: Timestamp,
    pub(crate) authorities: Arc<Authorities>,
    pub(crate) runtime: Handle,
    pub(crate) route: Route,
    pub(crate) reach: Reach,
    /// The exchange folders of a 資格確認端末, where there are any.
    pub(crate) exchange: Option<ExchangeFolder>,
    /// Where the registry is kept, if it outlives the cell.
    pub(crate) staging: Option<Arc<Staging>>,
    /// Whether every persona is known and has a card here, beside those that the scenario names.
    pub(crate) everybody: bool,
}

impl Setting<'_> {
    /// What the Webサービス speaks: a profile of a folder leaves it what is usual.
    pub(crate) fn web_profile(&self) -> Arc<Profile> {
        if self.profile.transport() == Transport::Folder {
            let usual = Profile::builtin(DEFAULT_PROFILE);
            return usual.map_or_else(|| self.profile.clone(), Arc::new);
        }
        self.profile.clone()
    }
}

/// Where the exchange folders of a 資格確認端末 are, and what is said in them.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeFolder {
    pub(crate) folder: PathBuf,
    pub(crate) profile: Arc<Profile>,
}

/// Why a cell could not be set up.
#[derive(Debug)]
pub(crate) enum WorldTrouble {
    Folder(Unwritable),
    Persona(UnknownPersona),
    Pki(PkiError),
    Card(IssueError),
    Reader(ReaderTrouble),
    /// An unknown fault or card.
    Given(String),
    Service(std::io::Error),
    Exchange(PathBuf, std::io::Error),
    Store(StoreTrouble),
}

impl Say for WorldTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Folder(unwritable) => unwritable.text(lang),
            Self::Persona(unknown) => unknown.text(lang),
            Self::Pki(error) => lang.pick(
                format!("証明書を発行できません: {error}"),
                format!("cannot issue a certificate: {error}"),
            ),
            Self::Card(error) => lang.pick(
                format!("カードを発行できません: {error}"),
                format!("cannot issue a card: {error}"),
            ),
            Self::Reader(trouble) => trouble.text(lang),
            Self::Given(what) => lang.pick(
                format!("シナリオの given を用意できません: {what}"),
                format!("cannot set up what the scenario gives: {what}"),
            ),
            Self::Service(error) => lang.pick(
                format!("Webサービスを開けません: {error}"),
                format!("cannot open the service: {error}"),
            ),
            Self::Store(trouble) => trouble.text(lang),
            Self::Exchange(path, error) => {
                let path = path.display();
                lang.pick(
                    format!("連携フォルダー {path} を使えません: {error}\n  対処: --folder に書き込めるフォルダーを指定してください"),
                    format!("cannot use the exchange folder {path}: {error}\n  help: name a writable folder with --folder"),
                )
            }
        }
    }
}
