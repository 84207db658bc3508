//! The client's standard output, line by line, without ever waiting.

use std::fmt;
use std::io::{ErrorKind, Read};

use super::contract::{MAX_LINE, MAX_LINES, MAX_OUTPUT};

/// What the next look at the output gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A whole line without its line break, and its number from 1.
    Text { number: u64, bytes: Vec<u8> },
    /// A line over the limit; its content was dropped.
    TooLong { number: u64, len: usize },
    /// More lines or more bytes than a client may say; nothing after line `number` is read.
    TooMuch { number: u64 },
    /// Nothing more for the moment.
    Pending,
    /// The client has closed its output.
    End,
}

/// Splits a source that never blocks into lines.
pub(crate) struct Lines {
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are known to hold no line break.
    scanned: usize,
    /// Length so far of an overlong line whose content is being dropped.
    dropped: Option<usize>,
    number: u64,
    /// Bytes that were read.
    total: u64,
    ended: bool,
}

impl Lines {
    /// `source` answers [`ErrorKind::WouldBlock`] where it has nothing yet.
    pub(crate) fn new(source: impl Read + Send + 'static) -> Self {
        Self {
            source: Box::new(source),
            buffer: Vec::new(),
            scanned: 0,
            dropped: None,
            number: 0,
            total: 0,
            ended: false,
        }
    }

    pub(crate) fn next_line(&mut self) -> Line {
        loop {
            if self.number >= MAX_LINES || self.total > MAX_OUTPUT {
                return Line::TooMuch {
                    number: self.number,
                };
            }
            if let Some(line) = self.take_line() {
                return line;
            }
            if self.ended {
                return self.take_rest();
            }
            let mut chunk = [0; 8192];
            match self.source.read(&mut chunk) {
                Ok(0) => self.ended = true,
                Ok(n) => {
                    self.total += n as u64;
                    self.buffer.extend_from_slice(&chunk[..n]);
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Line::Pending,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.ended = true,
            }
        }
    }

    fn take_line(&mut self) -> Option<Line> {
        let Some(end) = self.buffer[self.scanned..].iter().position(|b| *b == b'\n') else {
            self.scanned = self.buffer.len();
            if self.scanned > MAX_LINE {
                *self.dropped.get_or_insert(0) += self.scanned;
                self.buffer.clear();
                self.scanned = 0;
            }
            return None;
        };
        let end = self.scanned + end;
        let bytes: Vec<u8> = self.buffer.drain(..=end).take(end).collect();
        self.scanned = 0;
        self.number += 1;
        Some(self.whole(bytes))
    }

    fn take_rest(&mut self) -> Line {
        if self.buffer.is_empty() && self.dropped.is_none() {
            return Line::End;
        }
        let bytes = std::mem::take(&mut self.buffer);
        self.scanned = 0;
        self.number += 1;
        self.whole(bytes)
    }

    fn whole(&mut self, mut bytes: Vec<u8>) -> Line {
        let number = self.number;
        let dropped = self.dropped.take();
        if dropped.is_some() || bytes.len() > MAX_LINE {
            return Line::TooLong {
                number,
                len: dropped.unwrap_or(0) + bytes.len(),
            };
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Line::Text { number, bytes }
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::io;

    /// Gives one chunk per read; an empty chunk is "nothing yet"; then the end.
    struct Chunks(VecDeque<Vec<u8>>);

    impl Read for Chunks {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            match self.0.pop_front() {
                None => Ok(0),
                Some(chunk) if chunk.is_empty() => Err(ErrorKind::WouldBlock.into()),
                Some(mut chunk) => {
                    let n = chunk.len().min(buf.len());
                    buf[..n].copy_from_slice(&chunk[..n]);
                    let rest = chunk.split_off(n);
                    if !rest.is_empty() {
                        self.0.push_front(rest);
                    }
                    Ok(n)
                }
            }
        }
    }

    fn lines(chunks: &[&[u8]]) -> Lines {
        Lines::new(Chunks(chunks.iter().map(|c| c.to_vec()).collect()))
    }

    fn text(number: u64, text: &str) -> Line {
        Line::Text {
            number,
            bytes: text.into(),
        }
    }

    #[test]
    fn a_line_may_arrive_in_pieces() {
        let mut lines = lines(&[b"he", b"", b"llo\r\nwor", b"ld\n"]);
        assert_eq!(lines.next_line(), Line::Pending);
        assert_eq!(lines.next_line(), text(1, "hello"));
        assert_eq!(lines.next_line(), text(2, "world"));
        assert_eq!(lines.next_line(), Line::End);
    }

    #[test]
    fn the_last_line_needs_no_line_break() {
        let mut lines = lines(&[b"a\nb"]);
        assert_eq!(lines.next_line(), text(1, "a"));
        assert_eq!(lines.next_line(), text(2, "b"));
        assert_eq!(lines.next_line(), Line::End);
    }

    #[test]
    fn a_client_that_never_stops_is_not_read_any_more() {
        let mut short_lines = Lines::new(io::repeat(b'\n'));
        let mut one_line = Lines::new(io::repeat(b'x'));
        for _ in 0..MAX_LINES {
            assert!(matches!(short_lines.next_line(), Line::Text { .. }));
        }
        assert_eq!(short_lines.next_line(), Line::TooMuch { number: MAX_LINES });
        assert_eq!(one_line.next_line(), Line::TooMuch { number: 0 });
    }

    #[test]
    fn an_endless_line_is_dropped_and_the_next_one_read() {
        let mut long = vec![b'x'; 3 * MAX_LINE];
        long.extend(b"\nnext\n");
        let mut lines = lines(&[&long]);
        assert_eq!(
            lines.next_line(),
            Line::TooLong {
                number: 1,
                len: 3 * MAX_LINE
            }
        );
        assert_eq!(lines.next_line(), text(2, "next"));
    }
}
