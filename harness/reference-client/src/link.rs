//! The line to the driver of this client: one message of the contract on each line of a pair of streams.

use std::io::{self, BufRead, Read, Write};

use crate::contract::{Incoming, Outgoing, Screen, VERSION};

/// The longest line that is read, bytes.
const MAX_LINE: u64 = 1 << 20;

/// The line to the driver of this client.
pub(crate) struct Link {
    input: Box<dyn BufRead>,
    output: Box<dyn Write>,
    /// Number of the last screen or error.
    n: u64,
}

impl Link {
    /// A link over any pair of streams.
    pub(crate) fn new(input: Box<dyn BufRead>, output: Box<dyn Write>) -> Self {
        Self {
            input,
            output,
            n: 0,
        }
    }

    /// Waits for the next message; `None` when the other side has closed its end.
    ///
    /// A line that is no message is reported with `error` and passed over.
    ///
    /// # Errors
    /// The stream broke, or a line is longer than 1 MiB.
    pub(crate) fn next(&mut self) -> io::Result<Option<Incoming>> {
        loop {
            let mut line = Vec::new();
            let mut bounded = self.input.by_ref().take(MAX_LINE);
            if bounded.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if bounded.limit() == 0 && !line.ends_with(b"\n") {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a line is longer than 1 MiB",
                ));
            }
            match serde_json::from_slice(&line) {
                Ok(message) => return Ok(Some(message)),
                Err(error) => self.error(&format!("no message of the contract: {error}"))?,
            }
        }
    }

    /// Writes a line beside the messages, as a program does that does not know better.
    pub(crate) fn stray(&self, line: &str) {
        // A line that is lost is no worse than one that should not be there.
        let _ = writeln!(io::stdout(), "{line}");
    }

    /// Introduces this client.
    pub(crate) fn hello(&mut self) -> io::Result<()> {
        self.send(&Outgoing::Hello {
            contract: VERSION,
            name: "madoguchi-reference-client",
            version: env!("CARGO_PKG_VERSION"),
            depth: "L3",
            clock: false,
            supports: &[
                "visual",
                "pin",
                "registration",
                "assistance",
                "history",
                "institution",
                "home-consent",
                "consent-by-sight",
                "mobile",
                "new-passcode",
                "read-aloud",
                "proxy",
            ],
        })
    }

    /// Says what is on the screen now.
    pub(crate) fn screen(&mut self, screen: &Screen) -> io::Result<()> {
        self.n += 1;
        self.send(&Outgoing::Screen { n: self.n, screen })
    }

    /// Hands something over beside the screen.
    pub(crate) fn output(&mut self, kind: &'static str, text: &str) -> io::Result<()> {
        self.n += 1;
        self.send(&Outgoing::Output {
            n: self.n,
            kind,
            text,
        })
    }

    /// Says that the client waits for the card now.
    pub(crate) fn ready(&mut self, step: u32) -> io::Result<()> {
        self.send(&Outgoing::Ready { r#do: step })
    }

    /// Says that the work of a step is over.
    pub(crate) fn done(&mut self, step: u32) -> io::Result<()> {
        self.send(&Outgoing::Done { r#do: step })
    }

    /// Says that something cannot be done.
    pub(crate) fn error(&mut self, text: &str) -> io::Result<()> {
        self.n += 1;
        self.send(&Outgoing::Error { n: self.n, text })
    }

    fn send(&mut self, message: &Outgoing<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.output, message)?;
        self.output.write_all(b"\n")?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::contract::Step;

    #[derive(Clone, Default)]
    struct Sheet(Rc<RefCell<Vec<u8>>>);

    impl Write for Sheet {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn link(input: &str) -> (Link, Sheet) {
        let sheet = Sheet::default();
        let input = io::Cursor::new(input.to_owned());
        (Link::new(Box::new(input), Box::new(sheet.clone())), sheet)
    }

    fn written(sheet: &Sheet) -> String {
        String::from_utf8(sheet.0.borrow().clone()).unwrap()
    }

    #[test]
    fn messages_are_read_and_unknown_keys_ignored() {
        let (mut link, _) = link(concat!(
            r#"{"hello":{"contract":1,"profile":"mock-2025.05","mood":"fine"}}"#,
            "\n",
            r#"{"begin":{"scenario":"happy/visual","given":{"terminal":"fresh"}}}"#,
            "\n",
            r#"{"do":{"id":7,"action":"close"}}"#,
            "\n",
            r#"{"end":{}}"#,
        ));
        assert!(matches!(
            link.next().unwrap(),
            Some(Incoming::Hello { contract: 1 })
        ));
        assert!(matches!(link.next().unwrap(), Some(Incoming::Begin { .. })));
        assert!(matches!(
            link.next().unwrap(),
            Some(Incoming::Do(Step { id: 7, .. }))
        ));
        assert!(matches!(link.next().unwrap(), Some(Incoming::End {})));
        assert!(link.next().unwrap().is_none());
    }

    #[test]
    fn garbage_is_reported_and_passed_over() {
        let (mut link, sheet) = link("hello?\n{\"end\":{}}\n");
        assert!(matches!(link.next().unwrap(), Some(Incoming::End {})));
        assert!(written(&sheet).starts_with(r#"{"error":{"n":1,"#));
    }

    #[test]
    fn a_line_beyond_one_mebibyte_ends_the_conversation() {
        let (mut link, _) = link(&"x".repeat((1 << 20) + 1));
        match link.next() {
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::InvalidData),
            Ok(_) => panic!("the line was read"),
        }
    }

    #[test]
    fn a_message_is_one_line_with_one_key() {
        let (mut link, sheet) = link("");
        link.screen(&Screen {
            number: Some("C-04-01-A"),
            title: "資格確認結果",
            buttons: vec!["健康保険証利用登録する"],
            fields: vec![("お知らせ", "一行目\n二行目".to_owned())],
        })
        .unwrap();
        link.screen(&Screen {
            title: "認証選択",
            ..Screen::default()
        })
        .unwrap();
        link.ready(3).unwrap();
        link.done(3).unwrap();
        assert_eq!(
            written(&sheet),
            concat!(
                r#"{"screen":{"n":1,"number":"C-04-01-A","title":"資格確認結果","buttons":["健康保険証利用登録する"],"fields":[["お知らせ","一行目\n二行目"]]}}"#,
                "\n",
                r#"{"screen":{"n":2,"title":"認証選択"}}"#,
                "\n",
                r#"{"ready":{"do":3}}"#,
                "\n",
                r#"{"done":{"do":3}}"#,
                "\n",
            )
        );
    }
}
