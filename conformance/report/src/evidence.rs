//! The evidence bundle: traces (of a レセコン: deliveries and its records) and verdicts of a run in one ZIP file that anybody can judge again,
//! offline and on another machine, byte for byte.
//!
//! `manifest.json` holds a SHA-256 of every other file, the digest of the suite that judged, and a
//! nonce that the reader of the report may have asked for. A bundle proves that its verdicts
//! follow from its traces and that nothing was changed since it was sealed; it does not prove who
//! ran it, or that the traces are those of the product that it names.

mod not_proven;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};

use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_scenarios::Catalogue;
use madoguchi_trace::Trace;
use madoguchi_transcription::Exhibit;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zip::read::{ZipArchive, ZipFile};
use zip::write::{SimpleFileOptions, ZipWriter};

pub use self::not_proven::NotProven;
use crate::CaseReport;
use crate::cover::Cover;

/// Major version of the bundle.
pub const MAJOR: u16 = 1;
/// Files that a bundle may have.
pub const MOST_FILES: usize = 20_000;
/// The longest file in a bundle, bytes unpacked.
pub const LONGEST: u64 = 512 << 20;
/// All files together, bytes unpacked.
pub const ALL: u64 = 2 << 30;
const MANIFEST: &str = "manifest.json";
/// The vendor's statement, where there is one.
const STATEMENT: &str = "statement.yaml";
/// The wire profile, where it is the user's own.
const PROFILE: &str = "profile.yaml";
const TRACE: &str = "trace.jsonl";
const VERDICT: &str = "verdict.json";

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format version; see [`MAJOR`].
    pub madoguchi_evidence: u16,
    /// The tool that judged, and its version.
    pub tool: String,
    /// Digest of the requirements, checks and scenarios that it judged by.
    pub suite: String,
    /// What the reader of the report asked to have sealed in.
    pub nonce: Option<String>,
    /// What was tested, where and when.
    pub cover: Cover,
    /// The cases, in the order in which they were told.
    pub cases: Vec<Sealed>,
    /// SHA-256 of every other file, by name.
    pub files: BTreeMap<String, String>,
}

/// One case in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Folder of what it was judged by, and its verdict.
    pub folder: String,
    /// What it was judged by.
    #[serde(default)]
    pub basis: Basis,
    /// The scenario.
    pub scenario: String,
    /// The wire profile.
    pub profile: String,
    /// The seed.
    pub seed: u64,
}

/// What a case was judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Its trace.
    #[default]
    Trace,
    /// What was delivered to a レセコン, and what it made of it.
    Records,
}

/// Judges an exhibit again, or says why it cannot be read.
pub type Rejudge<'a> = dyn Fn(&Exhibit) -> Result<Verdicts, String> + 'a;

/// A bundle whose verdicts were recomputed.
#[derive(Debug)]
pub struct Proven {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of its manifest, which stands for the whole.
    pub seal: String,
    /// The verdicts, recomputed.
    pub verdicts: Vec<Verdicts>,
    /// The user's own wire profile, where the cases were played on it.
    pub profile: Option<String>,
}

impl Proven {
    /// Compares the bundle with what its reader asked for: a nonce of the reader's own, and the seal
    /// that was announced by another way. What is left out is not compared.
    ///
    /// # Errors
    /// What differs.
    pub fn answers(&self, nonce: Option<&str>, seal: Option<&str>) -> Result<(), NotProven> {
        if nonce.is_some() && self.manifest.nonce.as_deref() != nonce {
            return Err(NotProven::OtherNonce);
        }
        match seal {
            Some(seal) if !seal.eq_ignore_ascii_case(&self.seal) => {
                Err(NotProven::OtherSeal(self.seal.clone()))
            }
            _ => Ok(()),
        }
    }
}

/// Digest of what this program judges by: requirements, checks and scenarios.
#[must_use]
pub fn suite() -> String {
    let mut digest = Sha256::new();
    for sources in [
        madoguchi_trace::SOURCES,
        madoguchi_requirements::SOURCES,
        madoguchi_judge::SOURCES,
        madoguchi_transcription::SOURCES,
    ] {
        digest.update(sources);
    }
    digest.update(env!("CARGO_PKG_VERSION"));
    for entry in Catalogue::builtin().entries() {
        digest.update(&entry.id);
        digest.update([0]);
        digest.update(&entry.text);
        digest.update([0]);
    }
    hex(digest)
}

/// Folder of the case at this place among those with a trace or an exhibit.
#[must_use]
pub fn folder(at: usize) -> String {
    format!("cases/{:05}", at + 1)
}

/// Seals the cases that have a trace or an exhibit; gives back the SHA-256 of the manifest.
///
/// # Errors
/// Those of `out`.
pub fn seal<W: Write + Seek>(
    out: W,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    nonce: Option<&str>,
) -> io::Result<String> {
    let mut zip = ZipWriter::new(out);
    let mut manifest = Manifest {
        madoguchi_evidence: MAJOR,
        tool: cover.tool.clone(),
        suite: suite(),
        nonce: nonce.map(str::to_owned),
        cover: cover.clone(),
        cases: Vec::new(),
        files: BTreeMap::new(),
    };
    for case in cases {
        let (basis, mut files) = match (case.trace, case.exhibit) {
            (Some(trace), _) => {
                let mut text = Vec::new();
                trace.write(&mut text)?;
                (Basis::Trace, BTreeMap::from([(TRACE.to_owned(), text)]))
            }
            (None, Some(exhibit)) => (Basis::Records, exhibit.0.clone()),
            (None, None) => continue,
        };
        let folder = folder(manifest.cases.len());
        let verdict = case.verdicts.to_canonical_json()?;
        files.insert(VERDICT.to_owned(), verdict.into_bytes());
        for (name, bytes) in files {
            let path = format!("{folder}/{name}");
            add(&mut zip, &path, &bytes)?;
            manifest.files.insert(path, sha256(&bytes));
        }
        manifest.cases.push(Sealed {
            folder,
            basis,
            scenario: case.verdicts.scenario.clone(),
            profile: case.verdicts.profile.name.clone(),
            seed: case.verdicts.seed,
        });
    }
    for (name, text) in [(STATEMENT, &cover.statement), (PROFILE, &cover.wire)] {
        if let Some(text) = text {
            add(&mut zip, name, text.as_bytes())?;
            let digest = sha256(text.as_bytes());
            manifest.files.insert(name.to_owned(), digest);
        }
    }
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    add(&mut zip, MANIFEST, &text)?;
    zip.finish().map_err(io::Error::other)?;
    Ok(sha256(&text))
}

fn add<W: Write + Seek>(zip: &mut ZipWriter<W>, path: &str, bytes: &[u8]) -> io::Result<()> {
    // the default instant of a ZIP entry, 1980-01-01: the same run gives the same bytes
    zip.start_file(path, SimpleFileOptions::default())
        .map_err(io::Error::other)?;
    zip.write_all(bytes)
}

/// Recomputes every verdict of a bundle; `rejudge` those of cases without a trace.
///
/// # Errors
/// The first reason why it proves nothing.
pub fn verify<R: Read + Seek>(bundle: R, rejudge: &Rejudge<'_>) -> Result<Proven, NotProven> {
    let mut zip = opened(bundle)?;
    let at = zip
        .index_for_name(MANIFEST)
        .ok_or_else(|| NotProven::Unreadable(format!("there is no {MANIFEST}")))?;
    let (_, text) = unpacked(&mut zip, at, LONGEST)?;
    let manifest = manifest(&text)?;
    let ours = suite();
    if manifest.suite != ours {
        return Err(NotProven::OtherSuite {
            tool: manifest.tool,
            theirs: manifest.suite,
            ours,
        });
    }
    let mut files = listed(&mut zip, &manifest)?;
    if let Some(missing) = manifest
        .files
        .keys()
        .find(|name| !files.contains_key(*name))
    {
        return Err(NotProven::Changed(missing.clone()));
    }
    let mut verdicts = Vec::new();
    for case in &manifest.cases {
        let file = |name: &str| {
            let path = format!("{}/{name}", case.folder);
            files.get(&path).ok_or(NotProven::Changed(path))
        };
        let recomputed = match case.basis {
            Basis::Trace => {
                let trace = String::from_utf8_lossy(file(TRACE)?);
                let trace = Trace::parse(&trace)
                    .map_err(|error| NotProven::Trace(case.folder.clone(), error.to_string()))?;
                judge(&trace)
            }
            Basis::Records => rejudge(&exhibit(&files, &case.folder))
                .map_err(|why| NotProven::Records(case.folder.clone(), why))?,
        };
        let stored = file(VERDICT)?;
        let json = recomputed.to_canonical_json();
        let same = json.is_ok_and(|json| json.as_bytes() == stored.as_slice());
        if !same || recomputed.scenario != case.scenario || recomputed.seed != case.seed {
            return Err(NotProven::OtherVerdict(case.folder.clone()));
        }
        verdicts.push(recomputed);
    }
    let profile = files.remove(PROFILE);
    Ok(Proven {
        manifest,
        seal: sha256(&text),
        verdicts,
        profile: profile.map(|text| String::from_utf8_lossy(&text).into_owned()),
    })
}

/// The files of a case beside its verdict.
fn exhibit(files: &BTreeMap<String, Vec<u8>>, folder: &str) -> Exhibit {
    let own = files.iter().filter_map(|(path, bytes)| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?;
        (name != VERDICT).then(|| (name.to_owned(), bytes.clone()))
    });
    Exhibit(own.collect())
}

fn manifest(text: &[u8]) -> Result<Manifest, NotProven> {
    #[derive(Deserialize)]
    struct Origin {
        madoguchi_evidence: u16,
    }
    let unreadable = |error: serde_json::Error| NotProven::Unreadable(error.to_string());
    let origin: Origin = serde_json::from_slice(text).map_err(unreadable)?;
    if origin.madoguchi_evidence > MAJOR {
        return Err(NotProven::Newer(origin.madoguchi_evidence));
    }
    serde_json::from_slice(text).map_err(unreadable)
}

fn unreadable(error: impl ToString) -> NotProven {
    NotProven::Unreadable(error.to_string())
}

fn opened<R: Read + Seek>(bundle: R) -> Result<ZipArchive<R>, NotProven> {
    let zip = ZipArchive::new(bundle).map_err(unreadable)?;
    if zip.len() > MOST_FILES {
        return Err(unreadable(format!("{} files", zip.len())));
    }
    Ok(zip)
}

/// The files that the manifest lists. Nothing else is unpacked, and nothing after the first that is not what
/// it says.
fn listed<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    manifest: &Manifest,
) -> Result<BTreeMap<String, Vec<u8>>, NotProven> {
    let mut files = BTreeMap::new();
    let mut left = ALL;
    for at in 0..zip.len() {
        let name = name(&zip.by_index_raw(at).map_err(unreadable)?)?;
        if name == MANIFEST {
            continue;
        }
        let Some(digest) = manifest.files.get(&name) else {
            return Err(NotProven::Changed(name));
        };
        let (name, bytes) = unpacked(zip, at, LONGEST.min(left))?;
        if *digest != sha256(&bytes) {
            return Err(NotProven::Changed(name));
        }
        left -= bytes.len() as u64;
        if files.insert(name.clone(), bytes).is_some() {
            return Err(unreadable(format!("{name} twice")));
        }
    }
    Ok(files)
}

/// A file of a ZIP with its name, within a limit: what it says about its size is not believed.
fn unpacked<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    at: usize,
    limit: u64,
) -> Result<(String, Vec<u8>), NotProven> {
    let file = zip.by_index(at).map_err(unreadable)?;
    let name = name(&file)?;
    let mut bytes = Vec::new();
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| unreadable(format!("{name}: {error}")))? as u64;
    match length > limit {
        true => Err(unreadable(format!("{name} is too long"))),
        false => Ok((name, bytes)),
    }
}

fn name<R: Read>(file: &ZipFile<'_, R>) -> Result<String, NotProven> {
    let name = file.name().map_err(unreadable)?;
    Ok(name.into_owned())
}

fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

fn hex(digest: Sha256) -> String {
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
