//! The client's standard input. A client that does not read must not hold up the case: what does not fit
//! into the pipe is waited with for a limited time.

use std::io::{self, Write as _};
use std::process::ChildStdin;
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
#[cfg(unix)]
use rustix::fs::{OFlags, fcntl_setfl};

/// How long a client may take to make room in the pipe. Who has said `done` of one act has read it, so
/// that the pipe is empty when the next is told.
pub(crate) const UNREAD: Duration = Duration::from_secs(5);

/// Where a client is told what to do.
pub(super) struct Input(ChildStdin);

impl Input {
    #[cfg(unix)]
    pub(super) fn new(stdin: ChildStdin) -> io::Result<Self> {
        fcntl_setfl(&stdin, OFlags::NONBLOCK)?;
        Ok(Self(stdin))
    }

    #[cfg(not(unix))]
    pub(super) const fn new(stdin: ChildStdin) -> io::Result<Self> {
        Ok(Self(stdin))
    }

    /// Writes a line.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] where the client does not read it within `limit`; those of the pipe.
    #[cfg(unix)]
    pub(super) fn write(&mut self, mut line: &[u8], limit: Duration) -> io::Result<()> {
        let until = Instant::now() + limit;
        while !line.is_empty() {
            match self.0.write(line) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => line = &line[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(until.saturating_duration_since(Instant::now()))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes a line. The pipe takes all messages of a case here.
    #[cfg(not(unix))]
    pub(super) fn write(&mut self, line: &[u8], _limit: Duration) -> io::Result<()> {
        self.0.write_all(line).and_then(|()| self.0.flush())
    }

    /// Waits until the pipe has room.
    #[cfg(unix)]
    fn wait(&self, left: Duration) -> io::Result<()> {
        let limit = Timespec::try_from(left).ok();
        let mut pipe = [PollFd::new(&self.0, PollFlags::OUT)];
        match poll(&mut pipe, limit.as_ref()) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_client_that_does_not_read_is_given_up() {
        let mut child = Command::new("sleep")
            .arg("600")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = Input::new(child.stdin.take().unwrap()).unwrap();
        let line = [b'x'; 4096];
        let told = (0..1_000).try_for_each(|_| input.write(&line, Duration::from_millis(1)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(told.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_line_that_is_longer_than_the_pipe_arrives_whole() {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        let read = std::thread::spawn(move || {
            let mut all = Vec::new();
            output.read_to_end(&mut all).map(|_| all)
        });
        let line = vec![b'x'; 1 << 20];
        let mut input = Input::new(child.stdin.take().unwrap()).unwrap();
        input.write(&line, UNREAD).unwrap();
        drop(input);
        assert_eq!(read.join().unwrap().unwrap().len(), line.len());
        child.wait().unwrap();
    }
}
