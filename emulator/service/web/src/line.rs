//! The plain-text side of a connection, between TLS and the HTTP library.
//!
//! Two things are done here that the library does not offer. What is no HTTP at all is refused by
//! the library itself, with a bare status line and before any of our code has run; such a refusal
//! is recognised because no handler of ours owes an answer, and rewritten into one that says whose it
//! is; and because a client that is refused may not have said everything yet, the rest is read for a
//! while, or the reset for unread data could overtake the refusal (RFC 9112 §9.6). And a connection
//! can be made to end in a TCP reset instead of an orderly close.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use madoguchi_eligibility::{Answer, Decision};
use madoguchi_wire::{HttpReply, Profile};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::stream::Stream;

/// How long, and how many bytes, a client that was refused is listened to.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1 << 20;

/// What the exchanges of a connection tell its line.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// Answers of ours that the library has not begun to write.
    owed: AtomicU32,
    /// The connection is to end in a reset.
    reset: AtomicBool,
}

impl Signals {
    pub(crate) fn owe(&self) {
        self.owed.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn end_in_reset(&self) {
        self.reset.store(true, Ordering::Release);
    }

    /// Takes one owed answer, if there is one.
    fn settle(&self) -> bool {
        self.owed
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |owed| {
                owed.checked_sub(1)
            })
            .is_ok()
    }
}

/// A connection after its handshake.
pub(crate) struct Line {
    stream: Stream,
    signals: Arc<Signals>,
    profile: Arc<Profile>,
    /// What is written in place of the library's refusal, and how much of it has been.
    instead: Option<(Vec<u8>, usize)>,
    /// A refusal was written.
    refused: bool,
    /// Since our last word: when to stop listening, and how many bytes may still come.
    lingering: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Line {
    pub(crate) fn new(stream: Stream, signals: Arc<Signals>, profile: Arc<Profile>) -> Self {
        Self {
            stream,
            signals,
            profile,
            instead: None,
            refused: false,
            lingering: None,
        }
    }

    /// The refusal that stands for the library's own, where `bytes` are one.
    fn refusal(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let status_line = bytes.strip_prefix(b"HTTP/1.1 ")?;
        if status_line.first() == Some(&b'1') || self.signals.settle() {
            return None;
        }
        let status = str::from_utf8(status_line.get(..3)?).ok()?.parse().ok()?;
        let rule = match status {
            414 => "target-too-long",
            431 => "head-too-large",
            505 => "http-version",
            _ => "not-http",
        };
        let answer = Answer::new(Decision::Malformed, rule);
        Some(written(&self.profile.render(None, &answer), status))
    }
}

impl Line {
    /// Reads on after our last word, until the other side has none left or its time is over.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let (over, left) = self
            .lingering
            .get_or_insert_with(|| (Box::pin(sleep(LINGER)), LINGER_BYTES));
        let tcp = self.stream.tcp_mut();
        let mut scratch = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut *tcp).poll_read(context, &mut buffer) {
                Poll::Pending => return over.as_mut().poll(context),
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    *left = left.saturating_sub(buffer.filled().len());
                    if *left == 0 {
                        return Poll::Ready(());
                    }
                }
                Poll::Ready(_) => return Poll::Ready(()),
            }
        }
    }
}

/// A reply as bytes that end the connection. A blank follows the code even where no reason does (RFC 9112 §4).
fn written(reply: &HttpReply, status: u16) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} \r\n");
    for (name, value) in &reply.headers {
        if !name.eq_ignore_ascii_case("content-length") {
            bytes += &format!("{name}: {value}\r\n");
        }
    }
    bytes += &format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        reply.body.len()
    );
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(&reply.body);
    bytes
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.signals.reset.load(Ordering::Acquire) {
            // Where it fails, the connection ends in order, which the client takes for a cut too.
            let _ = self.stream.tcp().set_zero_linger();
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.instead.is_none() {
            this.instead = this.refusal(bytes).map(|refusal| (refusal, 0));
        }
        let Some((refusal, done)) = &mut this.instead else {
            return Pin::new(&mut this.stream).poll_write(context, bytes);
        };
        while *done < refusal.len() {
            *done += ready!(Pin::new(&mut this.stream).poll_write(context, &refusal[*done..]))?;
        }
        this.instead = None;
        this.refused = true;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.signals.reset.load(Ordering::Acquire) {
            return Poll::Ready(Ok(()));
        }
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        }
        if self.refused {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}
