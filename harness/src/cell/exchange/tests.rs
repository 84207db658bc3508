use std::sync::Mutex;

use tempfile::TempDir;

use super::*;

/// Folders with a scan that answers what ends in `.`, waits for the rest as long as it may grow,
/// and keeps what it was asked.
struct Counter {
    folder: TempDir,
    scan: Scan,
    asked: Arc<Mutex<Vec<String>>>,
    start: Instant,
}

fn counter() -> Counter {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders::open(folder.path()).unwrap();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = asked.clone();
    let react = move |name: &str, incoming: Incoming, may_grow: bool| {
        let what = match &incoming {
            Incoming::Whole(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Incoming::TooLong => "too long".to_owned(),
        };
        if !what.ends_with('.') && may_grow {
            return Reaction::Wait;
        }
        kept.lock().unwrap().push(format!("{name}: {what}"));
        Reaction::Answer(name.replace("req_", "res_"), what.into_bytes())
    };
    Counter {
        scan: Scan::new(folders, Arc::new(react)),
        folder,
        asked,
        start: Instant::now(),
    }
}

impl Counter {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, name: &str, content: &str) {
        fs::write(self.path("req").join(name), content).unwrap();
    }

    /// Looks twice at that many milliseconds after the start.
    fn look(&mut self, ms: u64) {
        for _ in 0..2 {
            self.scan.look(self.start + Duration::from_millis(ms));
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap().flatten();
        entries
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect()
    }
}

#[test]
fn a_request_is_answered_once_and_removed() {
    let mut counter = counter();
    counter.ask("OQSsiquc01req_202505210001.xml", "whole.");
    counter.look(0);
    counter.look(100);
    assert_eq!(counter.asked(), ["OQSsiquc01req_202505210001.xml: whole."]);
    assert!(counter.files("req").is_empty());
    assert_eq!(counter.files("res"), ["OQSsiquc01res_202505210001.xml"]);
}

#[test]
fn a_file_that_changes_is_not_taken_yet() {
    let mut counter = counter();
    counter.ask("a_req_1.xml", "half");
    counter.scan.look(counter.start);
    counter.ask("a_req_1.xml", "half and whole.");
    counter.scan.look(counter.start + LOOK);
    assert!(counter.asked().is_empty());
    counter.scan.look(counter.start + 2 * LOOK);
    assert_eq!(counter.asked(), ["a_req_1.xml: half and whole."]);
}

#[test]
fn what_stays_incomplete_is_answered_after_a_while() {
    let mut counter = counter();
    counter.ask("a_req_1.xml", "half");
    counter.look(0);
    counter.look(1_999);
    assert!(counter.asked().is_empty());
    counter.look(2_000);
    assert_eq!(counter.asked(), ["a_req_1.xml: half"]);
}

#[test]
fn a_locked_file_is_left_alone_until_it_is_free() {
    let mut counter = counter();
    counter.ask("a_req_1.xml", "whole.");
    let lock = File::open(counter.path("req/a_req_1.xml")).unwrap();
    lock.lock().unwrap();
    counter.look(0);
    counter.look(60_000);
    assert!(counter.asked().is_empty());
    drop(lock);
    counter.look(60_100);
    assert_eq!(counter.asked().len(), 1);
}

#[test]
fn what_is_no_request_stays_where_it_is() {
    let mut counter = counter();
    for name in [
        "notes.txt",
        ".a_req_1.xml",
        "a_res_1.xml",
        "a_req_1.xml.tmp",
        "a_req_ 1.xml",
    ] {
        counter.ask(name, "whole.");
    }
    fs::create_dir(counter.path("req/b_req_1.xml")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", counter.path("req/c_req_1.xml")).unwrap();
    counter.look(0);
    counter.look(60_000);
    assert!(counter.asked().is_empty());
    assert!(counter.files("res").is_empty());
    assert!(counter.files("req").len() >= 6);
}

#[test]
fn a_giant_is_answered_without_being_read() {
    let mut counter = counter();
    counter.ask("a_req_1.xml", "");
    let file = File::options()
        .write(true)
        .open(counter.path("req/a_req_1.xml"))
        .unwrap();
    file.set_len(1 << 40).unwrap();
    counter.look(0);
    counter.look(2_000);
    assert_eq!(counter.asked(), ["a_req_1.xml: too long"]);
}

#[test]
fn an_answer_that_cannot_be_left_is_not_tried_for_ever() {
    let mut counter = counter();
    counter.ask("a_req_1.xml", "whole.");
    fs::remove_dir(counter.path("res")).unwrap();
    counter.look(0);
    counter.look(100);
    counter.look(200);
    assert_eq!(counter.asked().len(), 1);
    assert_eq!(counter.files("req"), ["a_req_1.xml"]);
}
