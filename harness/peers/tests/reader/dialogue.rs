//! A script that wishes for things to happen, and the hand that makes them happen.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a program against the service at this socket, and has its wishes fulfilled: a line that
/// begins with `@` is one, and the program goes on when it is told that it was done. Gives back all
/// other lines. Calls that libpcsclite would repeat for ever come back.
pub(crate) fn talk<'a>(
    program: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
    socket: &Path,
    mut fulfil: impl FnMut(&str),
) -> Vec<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env("PCSCLITE_CSOCK_NAME", socket)
        .env("PCSCLITE_NO_BLOCKING", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut hand = child.stdin.take().unwrap();
    let mut said = Vec::new();
    // The program ends itself where it is not answered in time.
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line.strip_prefix('@') {
            None => said.push(line),
            Some(wish) => {
                fulfil(wish);
                writeln!(hand, "done").unwrap();
            }
        }
    }
    let status = child.wait().unwrap();
    assert!(status.success(), "{program:?}: {status}: {said:#?}");
    said
}
