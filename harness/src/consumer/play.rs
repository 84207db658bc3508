//! One case: its deliveries are put before the program step by step, its export is read and judged.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoguchi_delivery::{Delivered, FolderTerminal};
use madoguchi_eligibility::Fields;
use madoguchi_notation::Offset;
use madoguchi_report::terminal::Styles;
use madoguchi_report::transcribed::Report;
use madoguchi_requirements::statement::Product;
use madoguchi_terms::Lang;
use madoguchi_trace::ProfileNote;
use madoguchi_transcription::{
    Case, Exhibit, Inquiry, Judgement, Made, Mapping, Pace, Put, exhibit, judge,
};
use madoguchi_wire::Profile;
use serde_json::{Value as Json, json};

use super::disk::Disk;
use super::inquiry;
use super::not_played::NotPlayed;
use super::output::{OutputApi, needs_another_look};
use super::program::Program;
use super::scenario::{Act, Claim, Inquire, InquiryKind, OutputFault, Scenario};
use super::sight;
use super::situation::{self, Content};
use crate::cell::gate::Gate;
use crate::private;

/// What the cases of one run share.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) argv: &'a [String],
    /// What the program is called in reports.
    pub(crate) product: &'a Product,
    pub(crate) mapping: &'a Mapping,
    /// The mapping's text, where the cases are to be sealed into a bundle.
    pub(crate) sealed: Option<&'a str>,
    pub(crate) wire: &'a Profile,
    pub(crate) limit: Duration,
    /// A program that puts its standard input on a real clipboard.
    pub(crate) clipboard: Option<&'a [String]>,
    /// How long a person is given for one answer.
    pub(crate) attended_limit: Duration,
    pub(crate) lang: Lang,
}

/// A case that was played and judged.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) case: Case,
    pub(crate) judgement: Judgement,
    /// What it was judged by, where that is to be sealed.
    pub(crate) exhibit: Option<Exhibit>,
    pub(crate) begun: Timestamp,
    pub(crate) took: Duration,
}

/// What is assumed of what is delivered: the elements of an answer, the API, the order of the list, and
/// which characters arrive.
pub(crate) const ASSUMPTIONS: [&str; 4] = ["A-07", "A-09", "A-13", "A-18"];

/// How long a program that watches by itself is given for each step.
const BY_ITSELF: Duration = Duration::from_secs(1);

/// Rounds of a bulk inquiry in which the program does nothing before it is taken to have given up.
const IDLE: u32 = 2;

/// Plays a scenario; what was made of it is left in `folder`.
///
/// # Errors
/// Where the program, the disk or the mapping does not let it.
pub(crate) fn play(
    setting: &Setting<'_>,
    scenario: &Scenario,
    folder: &Path,
) -> Result<Played, NotPlayed> {
    let (at, begun) = (Timestamp::now(), Instant::now());
    let on = |path: &Path| {
        let path = path.to_owned();
        move |error| NotPlayed::Disk(path, error)
    };
    // Absolute: the program's own working folder is the user's.
    let root = std::path::absolute(folder.join("exchange")).map_err(on(folder))?;
    if root.exists() {
        fs::remove_dir_all(&root).map_err(on(&root))?;
    }
    let disk = Disk::create(root).map_err(|(path, error)| NotPlayed::Disk(path, error))?;
    let api = OutputApi::open(token(scenario)).map_err(NotPlayed::Api)?;
    let env = environment(&disk, &api, scenario);
    let program = Program::start(setting.argv, &env, setting.limit).map_err(NotPlayed::Start)?;
    let mut stage = Stage {
        setting,
        scenario,
        disk,
        api,
        program,
        puts: Vec::new(),
        delivered: Vec::new(),
        inquiry: None,
        log: Vec::new(),
    };
    stage.log(json!({ "scenario": scenario.id, "unofficial": true }));
    for (n, act) in (1..).zip(&scenario.when) {
        stage.act(n, act).map_err(on(stage.disk.root()))?;
    }
    let Stage {
        disk,
        mut program,
        puts,
        inquiry,
        log,
        ..
    } = stage;
    let watches = setting.mapping.pace == Pace::Watches;
    if watches {
        thread::sleep(BY_ITSELF);
    } else {
        program.tell("look", json!({}));
    }
    let told = program.page();
    let seen = sight::seen(
        setting.mapping,
        told,
        setting.limit,
        setting.attended_limit,
        setting.lang,
    )?;
    let (stderr, fell) = program.end(watches);
    let made = Made {
        export: sight::export(setting.mapping, &disk, seen)?,
        fell,
        inquiry,
    };
    let case = Case {
        id: scenario.id.clone(),
        purpose: scenario.purpose.clone(),
        requirements: scenario
            .requirements
            .iter()
            .map(|id| (**id).clone())
            .collect(),
        puts,
    };
    let profile = ProfileNote {
        name: setting.wire.name().to_owned(),
        assumptions: ASSUMPTIONS.map(str::to_owned).into(),
    };
    let product = setting.product;
    let judgement = judge(setting.mapping, &case, &made, &profile, product);
    let sealed = |text| exhibit((text, setting.mapping), &case, &made, &profile, product);
    let exhibit = setting.sealed.map(sealed).transpose();
    let exhibit = exhibit.map_err(|error| NotPlayed::Disk(folder.to_owned(), error.into()))?;
    let write = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        private::write(&path, content).map_err(on(&path))
    };
    let lines: String = log.iter().map(|line| format!("{line}\n")).collect();
    write("deliveries.jsonl", lines.as_bytes())?;
    write("stderr.txt", Gate::strangers_log(&stderr).as_bytes())?;
    let mut records = Vec::new();
    let report = Report::new(setting.lang, Styles::plain());
    report
        .all(&mut records, &judgement.verdicts)
        .map_err(on(folder))?;
    write("records.txt", &records)?;
    let verdicts = judgement.verdicts.to_canonical_json();
    let verdicts = verdicts.map_err(|error| NotPlayed::Disk(folder.to_owned(), error.into()))?;
    write("verdict.json", verdicts.as_bytes())?;
    Ok(Played {
        case,
        judgement,
        exhibit,
        begun: at,
        took: begun.elapsed(),
    })
}

/// A client of the API must say it; it is no secret, and the same in every run.
fn token(scenario: &Scenario) -> String {
    format!("test-only-{}", scenario.id.replace('/', "-"))
}

fn environment(
    disk: &Disk,
    api: &OutputApi,
    scenario: &Scenario,
) -> BTreeMap<&'static str, OsString> {
    let today = scenario.today.date(scenario.at);
    BTreeMap::from([
        ("MADOGUCHI_FOLDER", disk.root().into()),
        ("MADOGUCHI_CLIPBOARD", disk.clipboard().into()),
        ("MADOGUCHI_EXPORT", disk.export().into()),
        ("MADOGUCHI_API", api.url().into()),
        ("MADOGUCHI_API_TOKEN", api.token().into()),
        ("MADOGUCHI_DATE", today.to_string().into()),
    ])
}

/// A case while it is played.
struct Stage<'a> {
    setting: &'a Setting<'a>,
    scenario: &'a Scenario,
    disk: Disk,
    api: OutputApi,
    program: Program,
    puts: Vec<Put>,
    /// Which of the puts each delivery is.
    delivered: Vec<usize>,
    inquiry: Option<Inquiry>,
    log: Vec<Json>,
}

impl Stage<'_> {
    fn act(&mut self, n: usize, act: &Act) -> io::Result<()> {
        match act {
            Act::Deliver(deliver) => {
                let parcel = situation::parcel(self.scenario, deliver, n, self.setting.wire);
                if let Some(ticket) = &deliver.ticket {
                    self.tell("ticket", situation::shown(ticket));
                }
                self.delivered.push(self.puts.len());
                let name = parcel.put.name.clone();
                let manner = format!("{:?}", deliver.manner);
                self.log(json!({ "delivered": name, "manner": manner }));
                self.puts.push(parcel.put);
                match parcel.content {
                    Content::File { name, bytes } => {
                        for step in deliver.manner.steps(&bytes) {
                            self.disk.perform(&name, &step)?;
                            self.tell("look", json!({}));
                        }
                        Ok(())
                    }
                    Content::Text(text) => {
                        self.disk.paste(&text)?;
                        self.really_paste(&text)?;
                        self.tell("paste", json!({}));
                        Ok(())
                    }
                    Content::Output(result) => self.output(result, deliver.fault),
                }
            }
            Act::Inquire(inquire) => self.inquire(n, inquire),
            Act::Claim(claim) => {
                self.claim(n, claim);
                Ok(())
            }
        }
    }

    /// Has a 療養費支給申請書 made, where the program makes them.
    fn claim(&mut self, n: usize, claim: &Claim) {
        let checked = self.delivered.get(claim.delivery.saturating_sub(1));
        let checked = checked.and_then(|at| self.puts.get(*at));
        let made = checked.and_then(|put| situation::claim(n, put));
        if let Some((told, put)) = made.filter(|_| self.setting.mapping.claims.is_some()) {
            self.log(json!({ "claimed": put.name }));
            self.puts.push(put);
            self.tell("claim", told);
        }
    }

    /// Has a result fetched from the API.
    fn output(&mut self, result: Delivered, fault: Option<OutputFault>) -> io::Result<()> {
        self.api.put(result, fault)?;
        self.tell("fetch", json!({}));
        if needs_another_look(fault) {
            self.api.mend()?;
            self.tell("fetch", json!({}));
        }
        self.log.extend(self.api.notes());
        Ok(())
    }

    fn inquire(&mut self, n: usize, inquire: &Inquire) -> io::Result<()> {
        let list = inquiry::list(self.scenario, inquire);
        self.log(json!({ "inquired": inquire.kind, "patients": list.units.len() }));
        self.puts.push(list.put);
        let mut head = Fields::new();
        situation::head(&mut head, Offset::AT.date(self.scenario.at), n);
        let wire = self.setting.wire.clone();
        let mut terminal = FolderTerminal::new(wire, head, list.units, inquire.processing);
        self.tell("inquire", list.told);
        let is_single = inquire.kind == InquiryKind::Single;
        let mut idle = 0;
        while idle < IDLE && terminal.fetched() < list.answers {
            idle += 1;
            let mut requests = self.disk.requests()?;
            if is_single {
                // A client that asks for several gets the answers in an order of the terminal's own.
                requests = requests.pop().into_iter().collect();
            }
            for (name, content) in requests {
                if let Some((answer, bytes)) = terminal.answer(&name, content) {
                    self.log(json!({ "request": name, "answer": answer }));
                    self.disk.answer(&answer, &bytes)?;
                    self.disk.taken(&name)?;
                    idle = 0;
                }
            }
            self.tell("look", json!({}));
        }
        if !is_single {
            self.inquiry = Some(Inquiry {
                asked: terminal.asked(),
                processing: inquire.processing,
                fetched: terminal.fetched() > 0,
            });
        }
        Ok(())
    }

    fn tell(&mut self, what: &str, value: Json) {
        match self.setting.mapping.pace {
            Pace::Told => self.program.tell(what, value),
            Pace::Watches => thread::sleep(BY_ITSELF),
        }
    }

    /// Hands the text to the program that knows the clipboard of this machine.
    fn really_paste(&self, text: &str) -> io::Result<()> {
        let Some([program, args @ ..]) = self.setting.clipboard else {
            return Ok(());
        };
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes())?;
        }
        // What keeps a clipboard stays in the background; the one that was started has to leave.
        let left = wait_timeout::ChildExt::wait_timeout(&mut child, self.setting.limit)?;
        match left {
            Some(status) if status.success() => Ok(()),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                Err(io::Error::other(format!("{program} did not take the text")))
            }
        }
    }

    fn log(&mut self, line: Json) {
        self.log.push(line);
    }
}
