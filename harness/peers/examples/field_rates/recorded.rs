//! What a field has of a case: the case is played, and libpcscspy, the HTTP traffic and the acts are recorded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use madoguchi_peers::{program, reference_client, run};
use madoguchi_scenarios::Scenario;
use madoguchi_trace::{Trace, What};
use madoguchi_wire::Profile;

use super::har;

/// The logs of one run; those that are empty are left out.
pub(crate) struct Recorded {
    /// The PC/SC calls of the client, raw.
    pub(crate) spy: Option<PathBuf>,
    /// HTTP traffic.
    pub(crate) har: Option<PathBuf>,
    /// What was set up, and what people did.
    pub(crate) acts: PathBuf,
}

/// Who records.
pub(crate) struct Recorder {
    /// libpcscspy, with no version before 2.0.1: those end a program that leaves `pioRecvPci` out.
    spy: PathBuf,
    wire: Profile,
}

impl Recorder {
    /// # Errors
    /// Where this libpcscspy records nothing of a plain visit.
    pub(crate) fn new(spy: PathBuf, folder: &Path) -> Result<Self, String> {
        let wire = Profile::builtin("mock-2025.05").ok_or("there is no such wire profile")?;
        let recorder = Self { spy, wire };
        let tried = recorder.record("happy/visual", None, &folder.join("probe"))?;
        let text = tried.spy.map(fs::read_to_string);
        let is_whole = |text: &String| text.contains("SCardTransmit|0x00000000");
        match text {
            Some(Ok(text)) if is_whole(&text) => Ok(recorder),
            _ => Err(format!(
                "{} records nothing of a plain visit; help: give one of pcsc-lite 2.0.1 or later with --spy",
                recorder.spy.display()
            )),
        }
    }

    /// Plays a case of the catalogue with the reference client.
    ///
    /// # Errors
    /// Where it cannot be played.
    pub(crate) fn record(
        &self,
        case: &str,
        defect: Option<&str>,
        folder: &Path,
    ) -> Result<Recorded, String> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(said(folder))?;
        let folder = folder.canonicalize().map_err(said(folder))?;
        // it writes to a file of this name in the home of the program, if there is one
        let spied = folder.join("pcsc-spy");
        fs::write(&spied, "").map_err(said(&spied))?;
        let client = format!(
            "env 'HOME={}' LIBPCSCLITE_SPY_DELEGATE=libpcsclite.so.1 'LD_PRELOAD={}' {}",
            folder.display(),
            self.spy.display(),
            reference_client(defect)
        );
        let began = SystemTime::now();
        let played = run(Command::new(program("madoguchi"))
            .args(["run", case, "--timeout", "5", "--lang", "en", "--client"])
            .arg(&client)
            .arg("--out")
            .arg(folder.join("run")));
        let file = folder.join("run").join(case).join("trace.jsonl");
        let text = fs::read_to_string(&file)
            .map_err(|error| format!("{case}: {error}: {}", played.stderr))?;
        let trace = Trace::parse(&text).map_err(|error| format!("{case}: {error:?}"))?;
        let scenario: Scenario = serde_json::from_value(trace.header.resolved.clone())
            .map_err(|error| format!("{case}: {error}"))?;

        let spied_text = fs::read_to_string(&spied).map_err(said(&spied))?;
        let began = began_at(&trace, &spied_text).unwrap_or_else(|| {
            let since = began.duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        });
        let har = folder.join("app.har");
        let recording = har::recording(&trace, &scenario, &self.wire, began);
        if let Some(recording) = &recording {
            fs::write(&har, recording).map_err(said(&har))?;
        }
        let acts = folder.join("acts.jsonl");
        fs::write(&acts, acts_of(trace)?).map_err(said(&acts))?;
        Ok(Recorded {
            spy: (!spied_text.is_empty()).then_some(spied),
            har: recording.map(|_| har),
            acts,
        })
    }
}

fn said(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

/// When the trace begins, by the first command that both tell.
fn began_at(trace: &Trace, spied: &str) -> Option<i64> {
    let mut enters = spied.lines().filter(|line| line.contains("@>|"));
    let enters = enters.find(|line| line.ends_with("|SCardTransmit"))?;
    let mut parts = enters.split('|').skip(1);
    let [seconds, micros] = [parts.next()?, parts.next()?].map(str::parse::<i64>);
    let first = trace.events.iter();
    let mut first = first.filter(|event| matches!(event.what, What::Card(_)));
    let since = i64::try_from(first.next()?.us).ok()?;
    Some(seconds.ok()? * 1_000_000 + micros.ok()? - since)
}

/// What was set up without what goes wrong, and what people did: nothing of card, service and screens.
fn acts_of(mut trace: Trace) -> Result<Vec<u8>, String> {
    for part in ["reader", "service"] {
        if let Some(part) = trace.header.resolved["given"][part].as_object_mut() {
            part.remove("faults");
        }
    }
    let is_act = |what: &What| matches!(what, What::Step(_));
    trace.events.retain(|event| is_act(&event.what));
    for (event, seq) in trace.events.iter_mut().zip(1..) {
        event.seq = seq;
    }
    let mut text = Vec::new();
    trace.write(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}
