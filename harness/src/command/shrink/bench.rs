//! Where a client and the correct one are tried: each trial has a cell and a folder of its own, which
//! goes when it was judged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use madoguchi_judge::verdict::{Overall, Verdicts};
use madoguchi_scenarios::Scenario;
use madoguchi_trace::Trace;

use super::super::judge;
use super::super::prepared::Prepared;
use super::super::trouble::Trouble;
use super::symptom::{broken, is_seen};
use crate::cell::case::{self, CaseTrouble, ClientSpec};
use crate::cell::gate::Redacted;

/// Who is tried.
pub(in crate::command) struct Bench<'a> {
    pub(in crate::command) prepared: &'a Prepared,
    pub(in crate::command) client: ClientSpec<'a>,
    /// A client that is known to be correct.
    pub(in crate::command) control: ClientSpec<'a>,
    pub(in crate::command) seed: u64,
    /// How many cells there were, whatever their patience: each has a folder of its own.
    played: Arc<AtomicUsize>,
}

/// A case that was played and judged.
pub(in crate::command) struct Look {
    pub(in crate::command) trace: Redacted<Trace>,
    pub(in crate::command) verdicts: Verdicts,
    pub(in crate::command) took: Duration,
}

impl<'a> Bench<'a> {
    /// Each step of either may take `timeout`.
    pub(in crate::command) fn new(
        prepared: &'a Prepared,
        [client, control]: [&'a [String]; 2],
        timeout: Duration,
        seed: u64,
    ) -> Self {
        Self {
            prepared,
            client: ClientSpec::speaking(client, timeout),
            control: ClientSpec::speaking(control, timeout),
            seed,
            played: Arc::default(),
        }
    }

    /// The same with other patience, and with a limit for each step.
    pub(in crate::command) fn within(&self, patience: Duration, limit: Option<Duration>) -> Self {
        let hurried = |program: &ClientSpec<'a>| ClientSpec {
            patience,
            limit,
            ..*program
        };
        Self {
            client: hurried(&self.client),
            control: hurried(&self.control),
            played: self.played.clone(),
            ..*self
        }
    }

    /// Plays a case in a folder that stays. Nothing where the client does not do this, or cannot be
    /// spoken to in it.
    pub(in crate::command) fn keep(
        &self,
        client: &ClientSpec<'_>,
        scenario: &Scenario,
        name: &str,
    ) -> Result<Option<Look>, Trouble> {
        let folder = self.prepared.folder.case(name).map_err(Trouble::Folder)?;
        self.look(client, scenario, &folder, judge::store)
    }

    /// Plays a case and keeps nothing of it.
    pub(in crate::command) fn try_once(
        &self,
        client: &ClientSpec<'_>,
        scenario: &Scenario,
    ) -> Result<Option<Look>, Trouble> {
        let n = self.played.fetch_add(1, Ordering::Relaxed);
        let folder = self.prepared.folder.case(&format!("trials/{n}"));
        let folder: PathBuf = folder.map_err(Trouble::Folder)?;
        let judged = |trace: &Trace, _: &Path| Ok(madoguchi_judge::judge(trace));
        let look = self.look(client, scenario, &folder, judged);
        // What lies there is of no use to anybody.
        let _ = fs::remove_dir_all(&folder);
        look
    }

    /// Takes away the folder of the trials, which is empty by now.
    pub(in crate::command) fn clear(&self) {
        let _ = fs::remove_dir_all(self.prepared.folder.path().join("trials"));
    }

    fn look(
        &self,
        client: &ClientSpec<'_>,
        scenario: &Scenario,
        folder: &Path,
        judge: impl FnOnce(&Trace, &Path) -> Result<Verdicts, Trouble>,
    ) -> Result<Option<Look>, Trouble> {
        let setting = self.prepared.setting(scenario, self.seed);
        let played = match case::run(&setting, client, folder) {
            Ok(played) => played,
            Err(trouble) => {
                let is_silent = matches!(trouble, CaseTrouble::NoHello { .. });
                let id = scenario.id.clone();
                let trouble = Trouble::Case { id, trouble };
                let is_none = trouble.is_not_supported() || is_silent;
                return if is_none && !trouble.is_interrupted() {
                    Ok(None)
                } else {
                    Err(trouble)
                };
            }
        };
        let verdicts = judge(&played.trace, folder)?;
        Ok(Some(Look {
            trace: played.trace,
            verdicts,
            took: played.took,
        }))
    }

    /// What a correct client fails of a case: nothing, where it passes; nothing by name, where it shows
    /// the words of a symptom, too.
    pub(in crate::command) fn control(
        &self,
        control: &ClientSpec<'_>,
        scenario: &Scenario,
        words: Option<&str>,
    ) -> Result<Control, Trouble> {
        let is_sound = |look: &Look| {
            let shows = words.is_some_and(|words| is_seen(words, look));
            look.verdicts.overall() == Overall::Passed && !shows
        };
        Ok(match self.try_once(control, scenario)? {
            Some(look) if is_sound(&look) => Control::Passes(Box::new(look)),
            Some(look) => Control::Fails(broken(&look.verdicts)),
            None => Control::Fails(BTreeSet::new()),
        })
    }
}

/// What came of a case with a correct client.
pub(in crate::command) enum Control {
    Passes(Box<Look>),
    Fails(BTreeSet<String>),
}
