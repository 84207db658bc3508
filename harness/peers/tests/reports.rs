//! What a run leaves for others: reports, parts of a run put together, known failures, evidence,
//! and the logs of software that knows nothing of madoguchi.

use std::fs;
use std::path::Path;
use std::process::Command;

use madoguchi_peers::{
    Counter, Outcome, have, madoguchi, program, read, reference_client, run, source,
};

const DEFECT: &str = "shows-lapsed-as-valid";
const BROKEN: &str = "result.lapsed-is-not-valid";
const CASES: [&str; 2] = ["happy/visual", "eligibility/expired"];

/// A run of two cases, of which the defect breaks the second.
fn two_cases(folder: &Path, defect: Option<&str>, args: &[&str]) -> Outcome {
    let client = reference_client(defect);
    let out = folder.join("out").display().to_string();
    let mut all = vec!["run", "--client", &client, "--out", &out];
    all.extend(CASES);
    all.extend(args);
    madoguchi(all)
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

#[test]
fn one_run_writes_every_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| path(folder.path(), name);
    let (html, json, junit, form) = (
        file("r.html"),
        file("r.json"),
        file("r.xml"),
        file("f.html"),
    );
    let (table, summary) = (file("f.csv"), file("s.md"));
    let outcome = two_cases(
        folder.path(),
        Some(DEFECT),
        &[
            "--html",
            &html,
            "--json",
            &json,
            "--junit",
            &junit,
            "--test-record",
            &form,
            "--test-record",
            &table,
            "--markdown",
            &summary,
            "--annotations",
            "--tester",
            "試験 花子",
        ],
    );
    assert_eq!(outcome.code, Some(1), "{outcome:#?}");
    for name in [&html, &json, &junit, &form, &table, &summary] {
        assert!(read(name).contains(BROKEN), "{name}");
    }
    // times are in what people and pipelines read, and in no report that is compared byte for byte
    assert!(read(&junit).contains(" timestamp=\"20") && read(&junit).contains(" time=\""));
    assert!(read(&form).contains("sha256:") && read(&form).contains("試験 花子"));
    assert!(fs::read(&table).unwrap().starts_with(b"\xEF\xBB\xBF"));
    assert!(outcome.stdout.contains("::error title=eligibility/expired"));
    // the build is what the command names: of an interpreter's script, the script
    let script = file("client.sh");
    let client = reference_client(None);
    fs::write(&script, format!("exec {client}\n")).unwrap();
    let digest = |command: &str| {
        let table = file("build.csv");
        let out = file("other");
        let all = [
            "run",
            CASES[0],
            "--client",
            command,
            "--out",
            &out,
            "--test-record",
            &table,
        ];
        madoguchi(all).expect_success();
        let table = read(&table);
        let line = table.lines().find(|line| line.contains("sha256:"));
        line.unwrap_or_else(|| panic!("{table}")).to_owned()
    };
    let [one, other, both] = [
        format!("sh '{script}'"),
        client.clone(),
        format!("sh '{script}' {client}"),
    ]
    .map(|command| digest(&command));
    assert_ne!(one, other);
    assert!(both.contains("client.sh sha256:"), "{both}");
    assert_eq!(both.matches("sha256:").count(), 2, "{both}");
    // what is known when the run is over can be told again from the traces alone
    let again = file("again.json");
    let judged = madoguchi(["judge", &file("out"), "--json", &again]);
    assert_eq!(judged.code, Some(1), "{judged:#?}");
    let compared = madoguchi(["compare", &json, &again]);
    assert_eq!(
        (compared.code, compared.stdout.contains("worse: 0")),
        (Some(0), true)
    );
}

#[test]
fn a_report_that_cannot_be_written_does_not_keep_the_others_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| path(folder.path(), name);
    let (nowhere, json, junit) = (file("no/r.html"), file("r.json"), file("r.xml"));
    let args = ["--html", &nowhere, "--json", &json, "--junit", &junit];
    let outcome = two_cases(folder.path(), None, &args);
    assert_eq!(outcome.code, Some(5), "{outcome:#?}");
    assert!(outcome.stderr.contains("no/r.html"), "{outcome:#?}");
    assert!(read(&json).contains(CASES[0]) && read(&junit).contains(CASES[0]));
}

#[test]
fn parts_make_the_whole_and_what_failed_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| path(folder.path(), name);
    for (shard, name) in [("1/2", "1.json"), ("2/2", "2.json")] {
        let args = ["--shard", shard, "--json", &file(name)];
        two_cases(folder.path(), Some(DEFECT), &args);
    }
    let (one, two, whole) = (file("1.json"), file("2.json"), file("whole.json"));
    // what is there is put together, and says what is not
    let page = file("half.html");
    let half = madoguchi(["merge", &one, "--json", &whole, "--html", &page]);
    assert_eq!(half.code, Some(2), "{half:#?}");
    assert!(half.stderr.contains("2/2"), "{half:#?}");
    assert!(read(&page).contains("2&#x2f;2"));
    let stepwise = file("stepwise.json");
    let rest = madoguchi(["merge", &whole, &two, "--json", &stepwise]);
    assert_eq!(rest.code, Some(1), "{rest:#?}");
    let merged = madoguchi(["merge", &two, &one, "--json", &whole]);
    assert_eq!(merged.code, Some(1), "one case failed: {merged:#?}");
    assert_eq!(read(&whole), read(&stepwise), "by steps or at once");
    // The report alone, and with the traces that both parts left.
    let (bare, full, table) = (file("bare.html"), file("full.html"), file("record.csv"));
    let parts = [two.as_str(), &one];
    let told = |more: &[&str]| madoguchi(["merge"].iter().chain(&parts).chain(more).copied());
    assert_eq!(told(&["--html", &bare]).code, Some(1));
    let with_traces = [
        "--html",
        &full,
        "--test-record",
        &table,
        "--traces",
        &file("out"),
    ];
    assert_eq!(told(&with_traces).code, Some(1));
    let pages = [read(&bare), read(&full)];
    for page in &pages {
        let told = |case: &&str| page.contains(&case.replace('/', "&#x2f;"));
        assert!(CASES.iter().all(told) && page.contains(BROKEN));
    }
    assert!(pages[1].contains("READ BINARY") && !pages[0].contains("READ BINARY"));
    assert!(read(&table).contains(BROKEN));
    assert_eq!(told(&[]).code, Some(2), "nothing is asked for");
    let mended = file("mended.json");
    let again = two_cases(
        folder.path(),
        None,
        &["--failed", &whole, "--json", &mended],
    );
    assert_eq!(again.code, Some(0), "{again:#?}");
    assert!(again.stdout.contains(CASES[1]) && !again.stdout.contains(CASES[0]));
    let nothing = two_cases(folder.path(), None, &["--failed", &mended]);
    assert_eq!(nothing.code, Some(2), "{nothing:#?}");
}

#[test]
fn a_known_failure_passes_and_a_file_that_is_wrong_stops_the_run_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("known.yaml");
    let file = list.display().to_string();
    let entry = |requirement: &str| {
        format!(
            "- requirement: {requirement}\n  scenario: {}\n  because: 次の版で直す\n  until: 2999-12-31\n",
            CASES[1]
        )
    };
    let ended = |text: String| {
        fs::write(&list, text).unwrap();
        two_cases(folder.path(), Some(DEFECT), &["--known-failures", &file])
    };
    let known = ended(entry(BROKEN));
    assert_eq!(known.code, Some(0));
    // it is told briefly, and as nothing new
    assert!(
        known.stdout.contains(&format!("~ {}", CASES[1]))
            && known.stdout.contains("次の版で直す")
            && !known.stdout.contains('✘')
            && !known.stdout.contains("trace line"),
        "{known:#?}"
    );
    let unknown = ended("[]\n".to_owned());
    assert_eq!(unknown.code, Some(1));
    assert!(
        unknown.stdout.contains('✘')
            && unknown.stdout.contains(&format!("- requirement: {BROKEN}")),
        "{unknown:#?}"
    );
    let unused = ended(entry(BROKEN) + &entry("card.released"));
    assert_eq!(unused.code, Some(1));
    assert!(
        unused.stdout.contains("known.yaml:5: unused"),
        "{unused:#?}"
    );
    let wrong = ended(entry("result.lapsed"));
    assert_eq!(wrong.code, Some(3));
    assert!(wrong.stdout.is_empty(), "nothing was run: {wrong:#?}");
}

#[test]
fn cells_of_a_plan_make_the_same_report_as_one_machine() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| path(folder.path(), name);
    let (plan, junit, out) = (file("plan.json"), file("times.xml"), file("out"));
    let [right, wrong] = [None, Some(DEFECT)].map(reference_client);
    let selected = ["happy/visual", "happy/pin", "eligibility/expired"];
    let once = |client: &str, json: &str, more: &[&str]| {
        let all = ["run", "--client", client, "--out", &out, "--json", json];
        madoguchi(all.iter().chain(&selected).chain(more).copied())
    };
    let (one, other) = (file("one.json"), file("other.json"));
    once(&right, &one, &["--junit", &junit]).expect_success();
    assert_eq!(once(&wrong, &other, &[]).code, Some(1));
    let planned = |cells: &str| {
        let all = [
            "plan", "--cells", cells, "--client", &right, "--client", &wrong,
        ];
        let times = ["--times", &junit, "--times", &out, "--json", &plan];
        madoguchi(all.iter().chain(&times).chain(&selected).copied())
    };
    let few = planned("1");
    assert_eq!(few.code, Some(2), "{few:#?}");
    assert!(few.stderr.contains("--cells 2"), "{few:#?}");
    let told = planned("4");
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(
        told.stdout.contains("1/2") && told.stdout.contains("longest"),
        "{told:#?}"
    );
    let play = |cell: &str, more: &[&str]| {
        let shard = format!("{cell}/4");
        let json = file(&format!("cell-{cell}.json"));
        let all = [
            "run", "--plan", &plan, "--shard", &shard, "--out", &out, "--json", &json,
        ];
        let ended = madoguchi(all.iter().chain(more).copied());
        (ended, json)
    };
    let parts = ["1", "2", "3", "4"].map(|cell| {
        let (ended, json) = play(cell, &["--verdicts-elsewhere"]);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        json
    });
    let whole = file("whole.json");
    for (pair, single, code) in [(&parts[..2], &one, 0), (&parts[2..], &other, 1)] {
        let merged = madoguchi(["merge", &pair[1], &pair[0], "--json", &whole]);
        assert_eq!(merged.code, Some(code), "{merged:#?}");
        assert_eq!(read(&whole), read(single));
    }
    // a cell of the one product is no part of the other
    let mixed = madoguchi(["merge", &parts[0], &parts[3], "--json", &whole]);
    assert_eq!(mixed.code, Some(2), "{mixed:#?}");
    assert!(mixed.stderr.contains("the plan file"), "{mixed:#?}");
    // nor is a part that took turns
    let turns = file("turns.json");
    once(&right, &turns, &["--shard", "2/2"]).expect_success();
    let mixed = madoguchi(["merge", &parts[0], &turns, "--json", &whole]);
    assert_eq!(mixed.code, Some(2), "{mixed:#?}");
    // what the plan says is not said again, and it has as many cells as it has
    assert_eq!(play("1", &["--client", &right]).0.code, Some(2));
    assert_eq!(play("1", &["--seed", "2"]).0.code, Some(2));
    let beyond = madoguchi(["run", "--plan", &plan, "--shard", "1/3"]);
    assert!(
        beyond.code == Some(2) && beyond.stderr.contains("K/4"),
        "{beyond:#?}"
    );
    // a plan of other scenarios loses nothing without a word
    let text = read(&plan).replace("\"happy/pin\"", "\"happy/mouse\"");
    fs::write(&plan, text.replacen("\"happy/mouse\"", "\"happy/pin\"", 1)).unwrap();
    let lost = play("1", &[]).0;
    assert_eq!(lost.code, Some(2), "{lost:#?}");
    assert!(lost.stderr.contains("happy/pin"), "{lost:#?}");
    let no_times = madoguchi(["plan", "--cells", "1", "--times", &one]);
    assert!(
        no_times.code == Some(2) && no_times.stderr.contains("JUnit"),
        "{no_times:#?}"
    );
}

#[test]
fn what_parts_know_to_fail_is_known_when_they_are_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| path(folder.path(), name);
    let list = file("known.yaml");
    let entry =
        |until| format!("- requirement: {BROKEN}\n  because: ticket 4711\n  until: {until}\n");
    fs::write(&list, entry("2999-12-31")).unwrap();
    for (shard, name) in [("1/2", "1.json"), ("2/2", "2.json")] {
        let json = file(name);
        let args = ["--shard", shard, "--json", &json, "--known-failures", &list];
        let part = two_cases(folder.path(), Some(DEFECT), &args);
        assert_eq!(part.code, Some(0), "{part:#?}");
    }
    let (one, two, whole) = (file("1.json"), file("2.json"), file("whole.json"));
    let (page, junit, table) = (file("r.html"), file("r.xml"), file("r.csv"));
    let merge = |more: &[&str]| {
        let all = ["merge", &one, &two, "--json", &whole, "--html", &page];
        let others = ["--junit", &junit, "--test-record", &table];
        madoguchi(all.iter().chain(&others).chain(more).copied())
    };
    let merged = merge(&[]);
    assert_eq!(merged.code, Some(0), "{merged:#?}");
    for name in [&whole, &page, &junit, &table] {
        let told = read(name);
        assert!(
            told.contains("2999-12-31") && told.contains("ticket 4711"),
            "{name}"
        );
    }
    // a list that is given now says it in place of the parts
    fs::write(&list, entry("2020-01-01")).unwrap();
    let over = merge(&["--known-failures", &list]);
    assert_eq!(over.code, Some(1), "{over:#?}");
    assert!(!read(&junit).contains("ticket 4711") && !read(&whole).contains("ticket 4711"));
    // and so does the day
    let stored = read(&two).replace("2999-12-31", "2020-01-01");
    fs::write(&two, stored).unwrap();
    let over = merge(&[]);
    assert_eq!(over.code, Some(1), "{over:#?}");
    assert!(!read(&junit).contains("ticket 4711"));
}

#[test]
fn evidence_is_verified_by_somebody_else_and_a_changed_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("evidence.zip");
    let name = bundle.display().to_string();
    let args = ["--evidence", &name, "--nonce", "asked-for-by-the-reader"];
    let sealed = two_cases(folder.path(), Some(DEFECT), &args);
    let seal = sealed
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("seal: "));
    let seal = seal.expect("the seal is said").to_owned();
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    let verified = madoguchi(["verify", &name, "--nonce", args[3], "--seal", &seal]);
    assert_eq!(verified.code, Some(0), "{verified:#?}");
    assert!(
        verified.stdout.contains("does not show who ran it"),
        "{verified:#?}"
    );
    for other in [["--nonce", "another"], ["--seal", "00"]] {
        let refused = madoguchi(["verify", &name, other[0], other[1]]);
        assert_eq!(refused.code, Some(1), "{refused:#?}");
    }
    let mut bytes = fs::read(&bundle).unwrap();
    // well within the first trace, behind the entry's header
    bytes[400] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    assert_eq!(madoguchi(["verify", &name]).code, Some(1));
}

#[test]
fn a_wire_profile_of_ones_own_travels_in_the_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let builtin = read(source(
        "../../emulator/service/wire/profiles/mock-2025.05.yaml",
    ));
    let own = folder.path().join("own.yaml");
    let text = builtin.replacen("mock-2025.05", "own-2025.05", 1);
    fs::write(&own, text).unwrap();
    let bundle = path(folder.path(), "evidence.zip");
    let profile = own.display().to_string();
    let args = ["--evidence", &bundle, "--profile", &profile];
    two_cases(folder.path(), None, &args).expect_success();
    fs::remove_file(&own).unwrap();
    let verified = madoguchi(["verify", &bundle]);
    assert_eq!(verified.code, Some(0), "{verified:#?}");
    assert!(
        verified.stdout.contains("wire profile: profile.yaml"),
        "{verified:#?}"
    );
}

#[test]
fn a_log_of_opensc_is_explained_and_judged_without_its_pin() {
    let test = "a_log_of_opensc_is_explained_and_judged_without_its_pin";
    if !have("pkcs11-tool", test) {
        return;
    }
    let counter = Counter::open(&[]);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("opensc.log");
    let listed = run(counter
        .client("pkcs11-tool")
        .args(["--login", "--pin", "1234", "--list-objects"])
        .env("OPENSC_DEBUG", "9"));
    assert_eq!(listed.code, Some(0), "{listed:#?}");
    assert!(
        listed.stderr.contains("31 32 33 34"),
        "OpenSC writes the PIN into its log"
    );
    fs::write(&log, &listed.stderr).unwrap();
    let name = log.display().to_string();
    let tool = program("madoguchi").display().to_string();
    let piped = format!("'{tool}' decode --lang ja < '{name}'");
    let explained = run(Command::new("sh").args(["-c", &piped]));
    assert_eq!(explained.code, Some(0), "{explained:#?}");
    let verify = "VERIFY  利用者証明用電子証明書の暗証番号 (0018)  auth-pin:right  9000";
    assert!(explained.stdout.contains(verify), "{explained:#?}");
    assert!(!explained.stdout.contains("1234") && !explained.stdout.contains("31 32 33 34"));
    let judged = madoguchi(["judge", "--from", "opensc", &name]);
    assert_eq!(judged.code, Some(0), "{judged:#?}");
    let mistaken = madoguchi(["judge", "--from", "pcscd", &name]);
    assert_eq!(mistaken.code, Some(2), "{mistaken:#?}");
}
