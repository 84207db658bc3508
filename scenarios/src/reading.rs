//! From a text to a scenario, or to everything that is wrong with the text; and what of it probably says
//! something else than was meant.

use std::time::Duration;

use jiff::Timestamp;
use madoguchi_eligibility::{FacilityKind, TerminalKind};
use madoguchi_notation::{Diagnostic, Diagnostics, Located, Tree, load};

use crate::precondition;
use crate::standstill::PATIENCE;
use crate::word::word;
use crate::{Act, Known, Operate, Scenario, WebFault, shape};

impl Scenario {
    /// Reads a scenario. `id` is its place in the catalogue, `file` what the user calls the text.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place, in the order of the text. A text that is no
    /// YAML ends the reading where it breaks.
    pub fn parse(id: &str, file: &str, text: &str, known: &Known<'_>) -> Result<Self, Diagnostics> {
        let read = load::<Self>(file, text);
        let (tree, twice) = match (Tree::read(file, text), &read) {
            (Ok(tree), _) => tree,
            // The types say where a text breaks that is no YAML; that it is too much, only the
            // reader of everything sees.
            (Err(no_yaml), Err(broken)) if no_yaml.iter().all(|one| one.code != "too-much") => {
                return Err(broken.clone());
            }
            (Err(no_yaml), _) => return Err(no_yaml),
        };
        let told = match &read {
            Ok(scenario) => {
                let empty = scenario.empty_expectations();
                let unmet = precondition::told(&tree, &scenario.given, &scenario.when);
                let backwards = scenario.backwards(&tree);
                empty
                    .chain(backwards)
                    .chain(scenario.wrong_variants())
                    .chain(unmet)
                    .collect()
            }
            Err(first) => twice.into_iter().chain(first.iter().cloned()).collect(),
        };
        let wrong = shape::wrong(&tree, known, told, read.is_ok());
        Diagnostics::check(file, text, wrong)?;
        let mut scenario = read?;
        id.clone_into(&mut scenario.id);
        Ok(scenario)
    }

    /// What can be carried out and probably says something else than was meant: an answer that waits
    /// longer than the client does, or a 資格確認端末 where the facility has none.
    #[must_use]
    pub fn doubts(&self, file: &str, text: &str) -> Option<Diagnostics> {
        let own = self.given.patience_ms;
        let patience = own.map_or(PATIENCE, |ms| Duration::from_millis(ms.get().into()));
        let tree = Tree::read(file, text).ok().map(|(tree, _)| tree);
        let faults = tree
            .as_ref()
            .and_then(|tree| tree.value("given")?.value("service")?.value("faults"));
        let places = match faults.map(|faults| &**faults) {
            Some(Tree::List(places)) => &**places,
            _ => &[],
        };
        let faults = self.given.service.faults.iter().zip(places);
        let late = faults.filter_map(|(fault, place)| match fault {
            WebFault::Delay(delay) if Duration::from_millis(delay.ms.into()) >= patience => {
                Some(longer_than_patience(delay.ms, patience).at(place.location()))
            }
            _ => None,
        });
        let nowhere = tree.iter().flat_map(|tree| self.without_terminal(tree));
        Diagnostics::check(file, text, late.chain(nowhere).collect()).err()
    }

    /// A certificate that ends before it begins.
    fn backwards(&self, tree: &Located<Tree>) -> Option<Diagnostic> {
        let at = self.given.at.unwrap_or(Timestamp::UNIX_EPOCH);
        let card = tree.value("given")?.value("card")?;
        let until = card.value("certificate")?.value("until")?;
        let told = Diagnostic::new(
            "ends-before-it-begins",
            "電子証明書の最後の日が、最初の日より前です",
            "the certificates end before they begin",
        );
        let told = told.at(until.location()).hint(
            "until を from 以後の日にしてください",
            "let until be the day of from, or a later one",
        );
        self.given.card.certificate.is_backwards(at).then_some(told)
    }

    /// Acts at a 資格確認端末, and the kind of terminal, where the facility has none.
    fn without_terminal(&self, tree: &Located<Tree>) -> Vec<Diagnostic> {
        let applies = |act: &Act| matches!(act, Act::Operate(Operate::Apply { .. }));
        let kinds = std::iter::once(self.given.facility.kind)
            .chain(self.variants.facility.iter().map(|kind| **kind));
        let Some(kind) = kinds
            .into_iter()
            .find(|kind| !kind.has_institution_terminal())
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if self.given.facility.terminal == TerminalKind::Institution {
            let given = tree
                .value("given")
                .and_then(|given| given.value("facility"));
            found.extend(
                given.map(|facility| no_institution_terminal(kind).at(facility.location())),
            );
        }
        if let Some(Tree::List(steps)) = tree.value("when").map(|when| &**when) {
            let acts = self.when.iter().zip(steps);
            let of_this_facility = acts.take_while(|(act, _)| !applies(act));
            let there = of_this_facility.filter(|(act, _)| {
                matches!(&***act, Act::Operate(operate) if operate.is_at_institution_terminal())
            });
            found.extend(there.map(|(_, step)| no_institution_terminal(kind).at(step.location())));
        }
        found
    }

    /// Reads a scenario whose text was looked at before: what [`Self::parse`] finds beyond the types
    /// is found by a walk through the schema, which takes longer than the reading.
    ///
    /// # Errors
    /// What the types find.
    pub(crate) fn read(id: &str, file: &str, text: &str) -> Result<Self, Diagnostics> {
        let mut scenario = load::<Self>(file, text)?;
        id.clone_into(&mut scenario.id);
        Ok(scenario)
    }

    /// Expectations that expect nothing.
    fn empty_expectations(&self) -> impl Iterator<Item = Diagnostic> {
        let empty = self
            .then
            .iter()
            .filter(|expectation| expectation.is_empty());
        empty.map(|expectation| nothing_expected(&expectation.requirement))
    }
}

fn longer_than_patience(ms: u32, patience: Duration) -> Diagnostic {
    let patience = patience.as_millis();
    Diagnostic::new(
        "longer-than-patience",
        format!("回答の遅れ {ms} ms は、クライアントの待ち時間 {patience} ms より短くありません"),
        format!("an answer that comes after {ms} ms comes to nobody who waits for {patience} ms"),
    )
    .hint(
        "patience-ms を書くか、遅れを短くしてください。回答が来ない場合を試すなら silent があります",
        "say patience-ms, or let it come earlier; for an answer that never comes there is silent",
    )
    .doubtful()
}

fn no_institution_terminal(kind: FacilityKind) -> Diagnostic {
    let kind = word(&kind);
    Diagnostic::new(
        "no-institution-terminal",
        format!("{kind} には資格確認端末がありません"),
        format!("{kind} has no 資格確認端末"),
    )
    .hint(
        "given に facility: { kind: medical-institution } を書くか、総合ポータルサイトの操作 (user-settings など) を使ってください",
        "say facility: { kind: medical-institution } in given, or operate the portal (user-settings, …)",
    )
    .doubtful()
}

fn nothing_expected(requirement: &Located<String>) -> Diagnostic {
    Diagnostic::new(
        "nothing-expected",
        "期待が書かれていません",
        "nothing is expected here",
    )
    .at(requirement.location())
    .hint(
        "screen, shows, attempts-left, no-request-to のいずれかを書いてください",
        "say one of screen, shows, attempts-left, no-request-to",
    )
}
