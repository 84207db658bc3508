//! The evidence bundle: traces and verdicts of a run in one ZIP file that anybody can judge again,
//! offline and on another machine, byte for byte.
//!
//! `manifest.json` holds a SHA-256 of every other file, the digest of the suite that judged, and a
//! nonce that the reader of the report may have asked for. A bundle proves that its verdicts
//! follow from its traces and that nothing was changed since it was sealed; it does not prove who
//! ran it, or that the traces are those of the product that it names.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};

use madoguchi_scenarios::Catalogue;
use madoguchi_terms::{Lang, Say};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zip::read::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::judge::judge;
use crate::report::CaseReport;
use crate::report::cover::Cover;
use crate::trace::Trace;
use crate::verdict::Verdicts;

/// Major version of the bundle.
pub const MAJOR: u16 = 1;
/// Files that a bundle may have.
const MOST_FILES: usize = 20_000;
/// The longest file in a bundle, bytes unpacked.
const LONGEST: u64 = 512 << 20;
/// All files together, bytes unpacked.
const ALL: u64 = 2 << 30;
const MANIFEST: &str = "manifest.json";
/// The vendor's statement, where there is one.
const STATEMENT: &str = "statement.yaml";

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
    /// Folder of its trace and its verdict.
    pub folder: String,
    /// The scenario.
    pub scenario: String,
    /// The wire profile.
    pub profile: String,
    /// The seed.
    pub seed: u64,
}

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
    /// The stored verdict does not follow from the trace.
    OtherVerdict(String),
    /// It does not hold the nonce that was asked for.
    OtherNonce,
    /// It is another bundle than the one that was announced.
    OtherSeal(String),
}

/// A bundle whose verdicts were recomputed.
#[derive(Debug)]
pub struct Proven {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of its manifest, which stands for the whole.
    pub seal: String,
    /// The verdicts, recomputed.
    pub verdicts: Vec<Verdicts>,
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
    digest.update(env!("MADOGUCHI_JUDGING_SOURCES"));
    digest.update(env!("CARGO_PKG_VERSION"));
    for entry in Catalogue::builtin().entries() {
        digest.update(&entry.id);
        digest.update([0]);
        digest.update(&entry.text);
        digest.update([0]);
    }
    hex(digest)
}

/// Folder of the case at this place among those with a trace.
#[must_use]
pub fn folder(at: usize) -> String {
    format!("cases/{:05}", at + 1)
}

/// Seals the cases that have a trace; gives back the SHA-256 of the manifest.
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
        let Some(trace) = case.trace else { continue };
        let folder = folder(manifest.cases.len());
        let mut text = Vec::new();
        trace.write(&mut text)?;
        let verdict = case.verdicts.to_canonical_json()?;
        for (name, bytes) in [
            ("trace.jsonl", text.as_slice()),
            ("verdict.json", verdict.as_bytes()),
        ] {
            let path = format!("{folder}/{name}");
            add(&mut zip, &path, bytes)?;
            manifest.files.insert(path, sha256(bytes));
        }
        manifest.cases.push(Sealed {
            folder,
            scenario: case.verdicts.scenario.clone(),
            profile: case.verdicts.profile.name.clone(),
            seed: case.verdicts.seed,
        });
    }
    if let Some(statement) = &cover.statement {
        add(&mut zip, STATEMENT, statement.as_bytes())?;
        let digest = sha256(statement.as_bytes());
        manifest.files.insert(STATEMENT.to_owned(), digest);
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

/// Recomputes every verdict of a bundle.
///
/// # Errors
/// The first reason why it proves nothing.
pub fn verify<R: Read + Seek>(bundle: R) -> Result<Proven, NotProven> {
    let mut files = unpacked(bundle)?;
    let text = files
        .remove(MANIFEST)
        .ok_or_else(|| NotProven::Unreadable(format!("there is no {MANIFEST}")))?;
    let manifest = manifest(&text)?;
    let ours = suite();
    if manifest.suite != ours {
        return Err(NotProven::OtherSuite {
            tool: manifest.tool,
            theirs: manifest.suite,
            ours,
        });
    }
    for (name, bytes) in &files {
        if manifest.files.get(name) != Some(&sha256(bytes)) {
            return Err(NotProven::Changed(name.clone()));
        }
    }
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
        let trace = String::from_utf8_lossy(file("trace.jsonl")?);
        let trace = Trace::parse(&trace)
            .map_err(|error| NotProven::Trace(case.folder.clone(), error.to_string()))?;
        let recomputed = judge(&trace);
        let same = recomputed.to_canonical_json().is_ok_and(|json| {
            json.as_bytes() == file("verdict.json").map_or(&[][..], Vec::as_slice)
        });
        if !same || recomputed.scenario != case.scenario || recomputed.seed != case.seed {
            return Err(NotProven::OtherVerdict(case.folder.clone()));
        }
        verdicts.push(recomputed);
    }
    Ok(Proven {
        manifest,
        seal: sha256(&text),
        verdicts,
    })
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

/// All files of a ZIP, within limits: what it says about sizes is not believed.
fn unpacked<R: Read + Seek>(bundle: R) -> Result<BTreeMap<String, Vec<u8>>, NotProven> {
    let unreadable = |why: String| NotProven::Unreadable(why);
    let mut zip = ZipArchive::new(bundle).map_err(|error| unreadable(error.to_string()))?;
    if zip.len() > MOST_FILES {
        return Err(unreadable(format!("{} files", zip.len())));
    }
    let mut files = BTreeMap::new();
    let mut left = ALL;
    for at in 0..zip.len() {
        let file = zip
            .by_index(at)
            .map_err(|error| unreadable(error.to_string()))?;
        let name = file
            .name()
            .map_err(|error| unreadable(error.to_string()))?
            .into_owned();
        let limit = LONGEST.min(left);
        let mut bytes = Vec::new();
        let read = file.take(limit + 1).read_to_end(&mut bytes);
        let length = read.map_err(|error| unreadable(format!("{name}: {error}")))? as u64;
        if length > limit {
            return Err(unreadable(format!("{name} is too long")));
        }
        left -= length;
        if files.insert(name.clone(), bytes).is_some() {
            return Err(unreadable(format!("{name} twice")));
        }
    }
    Ok(files)
}

fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

fn hex(digest: Sha256) -> String {
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
