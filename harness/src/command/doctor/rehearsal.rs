//! A client that is known to be good goes the whole way first: card, PIN, TLS, service, verdict. What
//! spoils its run would spoil every client's, and is no client's fault.

use std::time::Duration;

use madoguchi_judge::judge as judge_trace;
use madoguchi_judge::verdict::Outcome;
use madoguchi_terms::{Lang, Say as _};

use super::finding::Finding;
use crate::cell::case::{self, ClientSpec};
use crate::command::command_line::client_command;
use crate::command::prepared::Prepared;

/// How long a step may take.
const LIMIT: Duration = Duration::from_secs(20);

/// D-43 and D-44.
pub(super) fn rehearsal(prepared: &Prepared) -> Option<Finding> {
    let Ok(command) = client_command(None) else {
        let finding = Finding::new(
            "D-43",
            (
                "参照クライアントが madoguchi の隣にないので、試走しない",
                "no rehearsal: the reference client does not lie beside madoguchi",
            ),
            (
                "なくてもよい。合格するとわかっている実行を見たいときは、同じフォルダに置く (madoguchi-reference-client)",
                "nothing need be done; for a run that is known to pass, put it into the same folder (madoguchi-reference-client)",
            ),
        );
        return Some(finding.into_note());
    };
    let argv = shlex::split(&command).unwrap_or_default();
    prepared.scenarios.iter().find_map(|scenario| {
        let folder = prepared.folder.case(&scenario.id).ok()?;
        let setting = prepared.setting(scenario, 1);
        let why = match case::run(&setting, &ClientSpec::speaking(&argv, LIMIT), &folder) {
            Err(trouble) => Some((trouble.text(Lang::Ja), trouble.text(Lang::En))),
            Ok(played) => failed(&judge_trace(&played.trace).verdicts),
        };
        why.map(|(ja, en)| {
            let id = &scenario.id;
            Finding::new(
                "D-44",
                (
                    format!("参照クライアントが {id} を通らない: {ja}"),
                    format!("the reference client does not pass {id}: {en}"),
                ),
                (
                    "この環境では、どのクライアントの判定も信用できない。上の項目から直す",
                    "no client's verdict means anything here; mend what is said above first",
                ),
            )
        })
    })
}

/// The first requirement that failed.
fn failed(verdicts: &[madoguchi_judge::verdict::Verdict]) -> Option<(String, String)> {
    verdicts.iter().find_map(|verdict| match &verdict.outcome {
        Outcome::Fail(failure) => {
            let id = &verdict.requirement;
            let observed = |lang| failure.observed.text(lang);
            Some((
                format!("{id} ({})", observed(Lang::Ja)),
                format!("{id} ({})", observed(Lang::En)),
            ))
        }
        _ => None,
    })
}
