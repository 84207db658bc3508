//! The way from a command to the open counter that `MADOGUCHI_CONTROL` names.

use serde_json::Value;

use super::trouble::Trouble;

/// Asks the open counter for one thing; what it says to it. `verb` is what the user typed.
#[cfg(unix)]
pub(super) fn ask(_verb: &'static str, request: &Value) -> Result<Value, Trouble> {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    /// Far longer than a counter takes.
    const LIMIT: Duration = Duration::from_secs(10);

    let control = std::env::var_os("MADOGUCHI_CONTROL").ok_or(Trouble::NoCounter)?;
    let talk = || {
        let mut socket = UnixStream::connect(&control)?;
        socket.set_read_timeout(Some(LIMIT))?;
        writeln!(socket, "{request}")?;
        let mut answer = String::new();
        BufReader::new(socket).read_line(&mut answer)?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = talk().map_err(|error| Trouble::Read {
        path: control.clone().into(),
        error,
    })?;
    let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => Err(Trouble::Counter(error.to_owned())),
        None => Ok(answer["ok"].take()),
    }
}

#[cfg(not(unix))]
pub(super) fn ask(verb: &'static str, _: &Value) -> Result<Value, Trouble> {
    Err(Trouble::NotHere(verb))
}
