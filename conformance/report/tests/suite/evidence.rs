//! Evidence bundles: what was sealed is verified offline, and whatever was changed is noticed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Cover;
use madoguchi_report::evidence::{NotProven, Proven, seal, suite, verify};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::Trace;
use madoguchi_transcription::Exhibit;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

/// The files of a bundle by name.
type Files = BTreeMap<String, Vec<u8>>;

const TRACE: &str = "cases/00002/trace.jsonl";
const VERDICT: &str = "cases/00002/verdict.json";
const MANIFEST: &str = "manifest.json";

/// Here are cases with a trace only.
fn unknown(_: &Exhibit) -> Result<Verdicts, String> {
    Err("it has no trace".into())
}

fn sealed(nonce: Option<&str>) -> (Vec<u8>, String) {
    let traces = [
        play("happy/pin", ""),
        play("eligibility/expired", "result.lapsed-is-not-valid"),
    ];
    let verdicts: Vec<Verdicts> = traces.iter().map(judge).collect();
    let case = |(verdicts, trace)| CaseReport::new(verdicts, trace, "madoguchi run");
    let cases: Vec<CaseReport<'_>> = verdicts.iter().zip(&traces).map(case).collect();
    let cover = Cover {
        tool: "madoguchi 0.1.0".into(),
        ..Cover::default()
    };
    let mut bundle = Cursor::new(Vec::new());
    let seal = seal(&mut bundle, &cases, &cover, nonce).expect("a Vec takes everything");
    (bundle.into_inner(), seal)
}

fn unpacked(bundle: &[u8]) -> Files {
    let mut zip = ZipArchive::new(Cursor::new(bundle)).expect("a ZIP");
    let mut files = Files::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("an entry");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its content");
        files.insert(file.name().expect("a name").into_owned(), bytes);
    }
    files
}

fn packed(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(name, options).expect("an entry");
        zip.write_all(bytes).expect("a Vec takes everything");
    }
    zip.finish().expect("the end").into_inner()
}

/// A bundle of which `change` is done to the files and `forge` to the manifest, with the hashes of
/// the files made right again.
fn forged(change: impl Fn(&mut Files), forge: impl Fn(&mut Value)) -> Result<Proven, NotProven> {
    let mut files = unpacked(&sealed(None).0);
    change(&mut files);
    let manifest = files.remove(MANIFEST).expect("a manifest");
    let mut manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    for (name, bytes) in &files {
        let digest = Sha256::digest(bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        manifest["files"][name] = hex.into();
    }
    forge(&mut manifest);
    files.insert(MANIFEST.into(), manifest.to_string().into_bytes());
    verify(Cursor::new(packed(&files)), &unknown)
}

fn replaced(files: &mut Files, name: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[name].clone()).expect("UTF-8");
    assert!(text.contains(from), "{name} has no {from}");
    files.insert(name.into(), text.replacen(from, to, 1).into_bytes());
}

#[test]
fn what_was_sealed_is_verified_and_the_same_run_gives_the_same_bytes() {
    let (bundle, seal) = sealed(Some("2026-11 審査"));
    assert_eq!((&bundle, &seal), (&sealed(Some("2026-11 審査")).0, &seal));
    let proven = verify(Cursor::new(&bundle), &unknown).expect("nothing was changed");
    assert_eq!(proven.seal, seal);
    assert_eq!(proven.manifest.suite, suite());
    assert_eq!(proven.manifest.nonce.as_deref(), Some("2026-11 審査"));
    let failed: Vec<usize> = proven.verdicts.iter().map(|v| v.failed().count()).collect();
    assert_eq!(failed, [0, 1]);
}

#[test]
fn a_nonce_and_a_seal_are_compared_where_the_reader_has_them() {
    let (bundle, seal) = sealed(Some("mine"));
    let proven = verify(Cursor::new(&bundle), &unknown).expect("nothing was changed");
    assert!(
        proven
            .answers(Some("mine"), Some(&seal.to_uppercase()))
            .is_ok()
    );
    assert!(proven.answers(None, None).is_ok());
    let other = proven.answers(Some("yours"), None);
    assert!(matches!(other, Err(NotProven::OtherNonce)));
    let other = proven.answers(None, Some(&sealed(None).1));
    assert!(matches!(other, Err(NotProven::OtherSeal(_))));
}

#[test]
fn a_verdict_that_does_not_follow_from_its_trace_is_found_though_all_hashes_fit() {
    let lie = forged(
        |files| replaced(files, VERDICT, "画面 資格確認結果 に 有効 とある", "よい"),
        |_| {},
    );
    assert!(matches!(lie, Err(NotProven::OtherVerdict(folder)) if folder == "cases/00002"));
    let other_trace = forged(
        |files| replaced(files, TRACE, "性\",\"有効\"", "性\",\"無効\""),
        |_| {},
    );
    assert!(matches!(other_trace, Err(NotProven::OtherVerdict(_))));
    let renamed = forged(
        |_| {},
        |manifest| manifest["cases"][0]["scenario"] = "x".into(),
    );
    assert!(matches!(renamed, Err(NotProven::OtherVerdict(_))));
    assert!(forged(|_| {}, |_| {}).is_ok(), "an honest repacking");
}

#[test]
fn a_file_that_was_changed_added_or_removed_is_named() {
    let files = unpacked(&sealed(None).0);
    let refused = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        match verify(Cursor::new(packed(&files)), &unknown) {
            Err(NotProven::Changed(name)) => name,
            other => panic!("{other:?}"),
        }
    };
    for name in files.keys().filter(|name| *name != MANIFEST) {
        assert_eq!(
            &refused(&|files| files.get_mut(name).expect("it").push(b'\n')),
            name
        );
        assert_eq!(&refused(&|files| drop(files.remove(name))), name);
    }
    let added = refused(&|files| drop(files.insert("notes.txt".into(), Vec::new())));
    assert_eq!(added, "notes.txt");
}

/// A megabyte of a ZIP can be a gigabyte of nothing.
#[test]
fn what_is_not_listed_is_refused_before_it_is_unpacked() {
    let mut files = unpacked(&sealed(None).0);
    let content = b"what cannot be unpacked, as its checksum is wrong".to_vec();
    files.insert("notes.txt".into(), content.clone());
    let mut bundle = packed(&files);
    let mut places = bundle.windows(content.len());
    let at = places.position(|place| place == content).expect("stored");
    bundle[at] ^= 0x20;
    match verify(Cursor::new(&bundle), &unknown) {
        Err(NotProven::Changed(name)) => assert_eq!(name, "notes.txt"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_suite_is_refused_with_the_version_that_judged() {
    let other = forged(
        |_| {},
        |manifest| {
            manifest["suite"] = "00".repeat(32).into();
            manifest["tool"] = "madoguchi 0.0.9".into();
        },
    );
    let error = other.expect_err("another suite");
    for lang in Lang::ALL {
        assert!(error.text(lang).contains("madoguchi 0.0.9"), "{error:?}");
    }
    let newer = forged(|_| {}, |manifest| manifest["madoguchi_evidence"] = 2.into());
    assert!(matches!(newer, Err(NotProven::Newer(2))));
}

#[test]
fn what_is_no_bundle_is_refused_and_nothing_panics() {
    let (bundle, _) = sealed(None);
    for cut in (0..bundle.len()).step_by(97) {
        assert!(
            verify(Cursor::new(&bundle[..cut]), &unknown).is_err(),
            "cut at {cut}"
        );
    }
    for at in (0..bundle.len()).step_by(31) {
        let mut bent = bundle.clone();
        bent[at] ^= 0x55;
        if let Ok(proven) = verify(Cursor::new(&bent), &unknown) {
            // a byte of the ZIP that says nothing about a file's content
            assert_eq!(proven.verdicts.len(), 2, "bent at {at}");
        }
    }
    let missing = forged(|files| drop(files.remove(TRACE)), |_| {});
    assert!(matches!(missing, Err(NotProven::Changed(_))));
    let trace = forged(
        |files| drop(files.insert(TRACE.into(), b"{}".to_vec())),
        |_| {},
    );
    assert!(matches!(trace, Err(NotProven::Trace(..))));
}

#[test]
fn a_stored_trace_reads_back_as_what_was_judged() {
    let files = unpacked(&sealed(None).0);
    let text = String::from_utf8(files[TRACE].clone()).expect("UTF-8");
    let trace = Trace::parse(&text).expect("a trace");
    let verdict = judge(&trace).to_canonical_json().expect("plain data");
    assert_eq!(verdict.as_bytes(), files[VERDICT]);
}

/// A case without a trace: here its exhibit is the canonical text of its verdicts.
#[test]
fn a_case_without_a_trace_is_judged_again_by_its_exhibit() {
    let verdicts = judge(&play("happy/pin", ""));
    let text = verdicts.to_canonical_json().expect("plain data");
    let exhibit = Exhibit(BTreeMap::from([("made.json".into(), text.into_bytes())]));
    let case = CaseReport {
        verdicts: &verdicts,
        trace: None,
        exhibit: Some(&exhibit),
        begun: None,
        took: None,
        again: "madoguchi run",
        known: None,
    };
    let mut bundle = Cursor::new(Vec::new());
    seal(&mut bundle, &[case], &Cover::default(), None).expect("a Vec takes everything");
    let bundle = bundle.into_inner();
    let again = |exhibit: &Exhibit| -> Result<Verdicts, String> {
        assert_eq!(exhibit.0.keys().collect::<Vec<_>>(), ["made.json"]);
        serde_json::from_slice(&exhibit.0["made.json"]).map_err(|error| error.to_string())
    };
    let proven = verify(Cursor::new(&bundle), &again).expect("nothing was changed");
    assert_eq!(proven.verdicts.first(), Some(&verdicts));
    let other = |exhibit: &Exhibit| {
        let mut verdicts = again(exhibit)?;
        verdicts.verdicts.pop();
        Ok(verdicts)
    };
    let lie = verify(Cursor::new(&bundle), &other);
    assert!(matches!(lie, Err(NotProven::OtherVerdict(folder)) if folder == "cases/00001"));
    let unreadable = verify(Cursor::new(&bundle), &unknown);
    assert!(matches!(unreadable, Err(NotProven::Records(..))));
}
