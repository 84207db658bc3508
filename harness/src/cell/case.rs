//! One case from its first event to its stored trace.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::thread;
use std::time::{Duration, Instant};

use jiff::tz::{Offset, TimeZone};
use madoguchi_judge::words::Words;
use madoguchi_scenarios::Method;
use madoguchi_terms::{Lang, Say, harmless};
use madoguchi_trace::{
    Channel, ClientNote, Header, MAJOR, OwnWords, ProfileNote, ProfileRules, Trace, What,
};

use super::backlog::{self, FromOrder};
use super::clock::ScenarioClock;
use super::gate::Redacted;
use super::play::{GRACE, NotBegun, Stopped, begin, greet, play};
use super::remains::Remains;
use super::sequencer::Sequencer;
use super::trace_writer::{Held, TraceWriter};
use super::world::{Left, Setting, World, WorldTrouble};
use super::{desktop, last_words};
use crate::client::Client;
use crate::client::contract::NOT_SUPPORTED;
use crate::client::process::{ClientProcess, ClientTrouble, Env, Launch};
use crate::client::stand_in::{StandIn, StandInTrouble, Watch};
use crate::interrupt::interrupted;
use crate::own_network::Lookout;
use crate::private;

/// What a step may take beyond half as long again as the client is told to wait.
const MARGIN: Duration = Duration::from_secs(1);

/// How a client ended that the user ended with the run.
const INTERRUPTED: &str = "interrupted";

/// Why a case has no trace to judge.
#[derive(Debug)]
pub(crate) enum CaseTrouble {
    World(WorldTrouble),
    /// The client could not be started.
    Client(ClientTrouble),
    /// The client says that it does not support this case (exit status 89).
    NotSupported,
    /// The user ended the run, and the client with it.
    Interrupted,
    /// The client started and never said hello.
    NoHello {
        why: NotBegun,
        code: Option<i32>,
        last_words: Redacted<String>,
    },
    /// The network could not be listened to.
    Network(io::Error),
    /// Its screens could not be operated.
    StandIn(StandInTrouble),
    /// The trace could not be made or written; how far it came is on disk.
    Trace {
        path: PathBuf,
        error: io::Error,
    },
}

impl Say for CaseTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::World(trouble) => trouble.text(lang),
            Self::Client(trouble) => trouble.text(lang),
            Self::StandIn(trouble) => trouble.text(lang),
            Self::Network(error) => lang.pick(
                format!("専用のネットワークの通信を見られません: {error}"),
                format!("cannot listen to the network of its own: {error}"),
            ),
            Self::NotSupported => lang.pick(
                "クライアントは「対応していない」と答えました (終了コード 89、または hello の supports)".into(),
                "the client says \"not supported\" (exit status 89, or supports in its hello)".into(),
            ),
            Self::Interrupted => lang.pick(
                "途中で中断したため、判定しません".into(),
                "not judged: the run was interrupted while it was played".into(),
            ),
            Self::NoHello {
                why,
                code,
                last_words,
            } => {
                let mut text = no_hello(why, *code, lang);
                let last_words = last_words.trim_end();
                if !last_words.is_empty() {
                    let label = lang.pick("標準エラー出力", "its standard error");
                    let lines: Vec<_> = last_words.lines().map(harmless).collect();
                    text = format!("{text}\n  {label}: {}", lines.join("\n  | "));
                }
                text
            }
            Self::Trace { path, error } => {
                let path = path.display();
                lang.pick(
                    format!("記録 {path} に書けません: {error}\n  対処: 空き容量を確保するか、--out で別のフォルダを指定してください"),
                    format!("cannot write the trace {path}: {error}\n  help: make room, or name another folder with --out"),
                )
            }
        }
    }
}

fn no_hello(why: &NotBegun, code: Option<i32>, lang: Lang) -> String {
    match (why, code) {
        (NotBegun::OtherContract(version), _) => lang.pick(
            format!("クライアントの契約は版 {version} です。本ツールは版 1 です"),
            format!("the client speaks contract {version}; this tool speaks contract 1"),
        ),
        (NotBegun::Silent, _) => lang.pick(
            "クライアントが hello を送りません (時間切れ)\n  対処: 契約 (madoguchi help contract) を確認するか、--timeout を延ばしてください".into(),
            "the client sends no hello (time limit)\n  help: see madoguchi help contract, or give it longer with --timeout".into(),
        ),
        (NotBegun::Unfit(misfit), _) => {
            let (place, wanted) = (&misfit.place, &misfit.wanted);
            lang.pick(
                format!("クライアントの hello が契約に合いません: {place} (要るもの: {wanted})\n  対処: 契約 (madoguchi help contract) の hello を見てください"),
                format!("the client's hello does not fit the contract: {place} (wanted: {wanted})\n  help: see hello in madoguchi help contract"),
            )
        }
        (NotBegun::Gone, code) => {
            let code = code.map_or_else(|| "–".to_owned(), |code| code.to_string());
            lang.pick(
                format!("クライアントが hello の前に終了しました (終了コード {code})"),
                format!("the client ended before its hello (exit status {code})"),
            )
        }
    }
}

/// A case that was played.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) trace: Redacted<Trace>,
    pub(crate) took: Duration,
    /// Of its cell, for a thread with time to clear it away.
    pub(crate) left: Left,
}

impl From<WorldTrouble> for CaseTrouble {
    fn from(trouble: WorldTrouble) -> Self {
        Self::World(trouble)
    }
}

/// How the client of a run is started and spoken to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientSpec<'a> {
    /// Its command; empty where a user starts it.
    pub(crate) argv: &'a [String],
    /// How its screens are operated, where it does not speak the contract.
    pub(crate) watch: Option<&'a Watch>,
    /// How long the client is told to wait for anything.
    pub(crate) patience: Duration,
    /// What its vendor says that it calls what.
    pub(crate) words: Option<&'a OwnWords>,
    /// Whether all of this runs in a network of its own, in which other hosts are heard of.
    pub(crate) own_network: bool,
    /// How long one step may take, where that is less than its patience allows for.
    pub(crate) limit: Option<Duration>,
    /// A file to which it may add names of manners that would have made it another program, a line each.
    pub(crate) differences: Option<&'a Path>,
}

impl<'a> ClientSpec<'a> {
    /// A client that speaks the contract.
    pub(crate) const fn speaking(argv: &'a [String], patience: Duration) -> Self {
        Self {
            argv,
            watch: None,
            words: None,
            patience,
            own_network: false,
            limit: None,
            differences: None,
        }
    }

    /// How long one step may take. A client that waits as long as it is told to must still have the time
    /// to say so, and to try once more.
    pub(crate) fn limit(&self) -> Duration {
        let usual = self.patience + self.patience / 2 + MARGIN;
        self.limit.map_or(usual, |limit| limit.min(usual))
    }

    fn start(&self, env: Env, sequencer: &Arc<Sequencer>) -> Result<Client, CaseTrouble> {
        let launch = (!self.argv.is_empty()).then(|| Launch {
            argv: self.argv.to_vec(),
            env: env.clone(),
        });
        match (self.watch, &launch) {
            (Some(watch), launch) => {
                let stand_in =
                    StandIn::start(watch, launch.as_ref(), &env, sequencer, self.limit());
                stand_in.map(Client::Operated).map_err(CaseTrouble::StandIn)
            }
            (None, Some(launch)) => {
                let client = ClientProcess::start(launch, sequencer);
                client.map(Client::Speaks).map_err(CaseTrouble::Client)
            }
            (None, None) => Err(CaseTrouble::NotSupported),
        }
    }
}

/// The judge needs them. While the first client works there is time to read them; before it
/// was started, they would keep what it waits for from a core.
static READ_REQUIREMENTS: Once = Once::new();

/// Plays one case; its trace goes to `folder`.
pub(crate) fn run(
    setting: &Setting<'_>,
    spec: &ClientSpec<'_>,
    folder: &Path,
) -> Result<Played, CaseTrouble> {
    let limit = spec.limit();
    let (to_store, stamped) = backlog::channel();
    let sequencer = Arc::new(Sequencer::new(to_store));
    let clock = ScenarioClock::standing(setting.at);
    let is_exclusive = spec.watch.is_some_and(|watch| watch.map.is_exclusive());
    let mut desktop = is_exclusive.then(desktop::take);
    let lookout = spec.own_network.then(|| Lookout::open(&sequencer));
    let lookout = lookout.transpose().map_err(CaseTrouble::Network)?;
    let mut begun = Instant::now();
    let start = |env: &Env| {
        let mut env = env.clone();
        let own = setting.scenario.given.patience_ms;
        let patience = own.map_or(spec.patience.as_millis(), |ms| ms.get().into());
        env.insert("MADOGUCHI_TIMEOUT_MS", patience.to_string().into());
        if spec.own_network {
            env.insert("MADOGUCHI_OWN_NETWORK", "1".into());
        }
        if let Some(file) = spec.differences {
            env.insert("MADOGUCHI_DIFFERENCES_FILE", file.into());
        }
        spec.start(env, &sequencer)
    };
    let (mut world, mut client) = World::open_around(setting, clock, sequencer.clone(), start)?;
    if let Some(key) = world.signing_key(setting.scenario) {
        // It takes as long as the signature; now the client still starts.
        drop(thread::spawn(move || key.read()));
    }

    let hello = match greet(&mut client, setting.profile.name(), limit) {
        Ok(hello) => hello,
        Err(why) => {
            let grace = if why == NotBegun::Gone {
                GRACE
            } else {
                Duration::ZERO
            };
            let ended = client.end(grace).map_err(CaseTrouble::StandIn)?;
            if ended.exit.code == Some(NOT_SUPPORTED) {
                return Err(CaseTrouble::NotSupported);
            }
            let last_words = world.gate().log(&ended.stderr);
            return Err(CaseTrouble::NoHello {
                why,
                code: ended.exit.code,
                last_words,
            });
        }
    };
    if !client.can_do(&hello, setting.scenario) {
        client.end(GRACE).map_err(CaseTrouble::StandIn)?;
        return Err(CaseTrouble::NotSupported);
    }
    if hello.exclusive.is_some() && desktop.is_none() {
        // The wait for others is none of the client's time.
        desktop = Some(desktop::take());
        begun = Instant::now();
    }
    // While the client makes its first screen, there is time for what only the end needs.
    let told = begin(setting.scenario, &world, &mut client);
    let own = hello
        .words
        .clone()
        .and(spec.words.unwrap_or(&OwnWords::default()));
    let words = Words::builtin().with(&own);
    let header = Header {
        sight: client.sight(),
        words: own,
        ..header(setting, Some(hello.note()), channels(spec))
    };
    let writer = start_writer(folder, header, &world, stamped, Held::Whole)?;
    READ_REQUIREMENTS.call_once(|| drop(thread::spawn(madoguchi_requirements::builtin)));

    let played = told.and_then(|()| play(setting, &world, &mut client, hello.depth, &words, limit));
    // A client needs a moment to leave: what the writer does until then is not waited for.
    writer.wake();
    let awaited = match played {
        Err(Stopped::Silent { awaited, limit }) => Some(awaited.why(limit)),
        Ok(()) | Err(Stopped::Gone) => None,
    };
    let grace = awaited.as_ref().map_or(GRACE, |_| Duration::ZERO);
    let ended = client.end(grace);
    drop(desktop);
    let mut ended = ended.map_err(CaseTrouble::StandIn)?;
    drop(lookout);
    if let (Some(why), None) = (awaited, ended.exit.code) {
        ended.exit.why = Some(why.into());
    }
    let is_unsupported = ended.exit.code == Some(NOT_SUPPORTED);
    let is_interrupted = interrupted() && (played.is_err() || ended.exit.why.is_some());
    if is_interrupted {
        ended.exit.why = Some(INTERRUPTED.into());
    }
    let log = world.gate().log(&ended.stderr);
    ended.exit.last_words = last_words::of(&log, &ended.exit).map(Into::into);
    sequencer.tell(What::Exit(ended.exit));
    world.stop_service();
    let Remains { found, unsearched } = world.remains(&ended.stderr, ended.lost);
    let found = found.into_iter().map(What::Leak);
    let unsearched = unsearched.into_iter().map(What::Unsearched);
    found
        .chain(unsearched)
        .for_each(|what| sequencer.tell(what));
    let left = world.close();
    sequencer.close();
    let written = writer.finish();
    let path = folder.join("trace.jsonl");
    if let Some(error) = written.failure {
        return Err(CaseTrouble::Trace { path, error });
    }
    if !log.is_empty() {
        let path = folder.join("client.log");
        private::write(&path, &*log).map_err(|error| CaseTrouble::Trace { path, error })?;
    }
    if is_interrupted {
        return Err(CaseTrouble::Interrupted);
    }
    if is_unsupported {
        return Err(CaseTrouble::NotSupported);
    }
    Ok(Played {
        trace: written.trace,
        took: begun.elapsed(),
        left,
    })
}

/// What is recorded of a client that was started here.
fn channels(spec: &ClientSpec<'_>) -> Vec<Channel> {
    let always = [
        Channel::Card,
        Channel::Pcsc,
        Channel::Web,
        Channel::Client,
        Channel::Process,
        Channel::Disk,
    ];
    let network = spec.own_network.then_some(Channel::Network);
    always.into_iter().chain(network).collect()
}

/// Starts the trace of a cell.
pub(crate) fn start_writer(
    folder: &Path,
    header: Header,
    world: &World,
    stamped: FromOrder,
    held: Held,
) -> Result<TraceWriter, CaseTrouble> {
    let path = folder.join("trace.jsonl");
    TraceWriter::start(&path, header, world.gate(), stamped, held)
        .map_err(|error| CaseTrouble::Trace { path, error })
}

/// What the profile's rules leave to be decided by them.
fn rules(setting: &Setting<'_>) -> ProfileRules {
    let names = |methods: &[Method]| {
        methods
            .iter()
            .map(|method| method.name().to_owned())
            .collect()
    };
    let rules = setting.profile.rules();
    ProfileRules {
        signed_methods: names(&rules.signed_methods),
        consent_methods: names(&rules.consent_methods),
    }
}

/// The first line of a cell's trace.
pub(crate) fn header(
    setting: &Setting<'_>,
    client: Option<ClientNote>,
    channels: Vec<Channel>,
) -> Header {
    let japan = TimeZone::fixed(Offset::constant(9));
    Header {
        madoguchi_trace: MAJOR,
        tool: concat!("madoguchi ", env!("CARGO_PKG_VERSION")).into(),
        profile: ProfileNote {
            name: setting.profile.name().to_owned(),
            assumptions: setting
                .profile
                .assumptions()
                .map(|(id, _)| id.to_owned())
                .collect(),
        },
        scenario: setting.scenario.id.clone(),
        resolved: serde_json::to_value(setting.scenario).unwrap_or_default(),
        seed: setting.seed,
        at: setting
            .at
            .to_zoned(japan)
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string(),
        client,
        channels,
        sight: None,
        words: OwnWords::default(),
        rules: Some(rules(setting)),
    }
}
