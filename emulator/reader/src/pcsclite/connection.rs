//! One connection: reads a request, does it, writes the reply.
//!
//! What pcscd answers by closing the connection is closed here too, at once: a body of the wrong
//! size, a card handle that is not this connection's, a payload that is too long, an unknown
//! command.

use std::io;
use std::str;
use std::sync::Arc;

use madoguchi_iso7816::Reply;

use super::layout::{
    Attribute, Begin, Cancel, Command, Connect, Control, Disconnect, End, Establish, Header, MAJOR,
    Message, NEWEST_MINOR, OLDEST_MINOR, PAYLOAD_MAX, READERS_OF_OLD, ReaderEvents, ReaderRecord,
    Reconnect, Release, Status, TOO_OLD_MINOR, Transmit, Version, Wait, fill, wire_len,
};
use super::link::Link;
use crate::inbox::Inbox;
use crate::{
    Call, ContextHandle, Disposition, Handle, Protocols, ReaderState, ResourceManager, ReturnCode,
    Session, ShareMode,
};

/// The conversation is over: the client left or must not go on.
struct Over;

impl From<io::Error> for Over {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// One client. Buffers are made once and used for every message.
struct Connection {
    session: Session,
    link: Arc<Link>,
    inbox: Inbox,
    reply: Reply,
    out: Vec<u8>,
    scratch: Vec<u8>,
    /// The protocol's minor version that this client speaks.
    minor: u32,
}

/// Serves one client until it leaves, misbehaves or the link is closed.
pub(super) fn serve(link: Arc<Link>, manager: &ResourceManager) {
    // Dropped last: a client that sees the end finds its handles gone.
    let _end = CloseOnDrop(Arc::clone(&link));
    let mut connection = Connection {
        session: manager.open(Arc::clone(&link) as Arc<dyn crate::Client>),
        link,
        inbox: Inbox::new(),
        reply: Reply::new(),
        out: Vec::with_capacity(4096),
        scratch: Vec::new(),
        minor: 4,
    };
    while connection.request().is_ok() {}
}

/// Closes a link even where a card panics.
struct CloseOnDrop(Arc<Link>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Connection {
    /// One request and its reply.
    fn request(&mut self) -> Result<(), Over> {
        let mut stream = self.link.stream();
        let header = self.inbox.front(&mut stream, Header::SIZE)?;
        let header: Header = read(header)?;
        let size = usize::try_from(header.size).map_err(|_| Over)?;
        if size > Attribute::SIZE {
            return Err(Over);
        }
        let wait_size = self.wait_size();
        let whole = Header::SIZE + size;
        let body = &self.inbox.front(&mut stream, whole)?[Header::SIZE..];
        self.out.clear();
        match Command(header.command) {
            Command::TRANSMIT => {
                let body = read(body)?;
                return self.transmit(body);
            }
            Command::CONTROL => {
                let body = read(body)?;
                return self.control(body);
            }
            Command::WAIT_READER_STATE_CHANGE if size == wait_size => {
                self.inbox.drop_front(whole);
                return self.wait();
            }
            Command::GET_READERS_STATE_ARRAY if size == 0 => {
                self.inbox.drop_front(whole);
                return self.readers_then_wait();
            }
            Command::STOP_WAITING_READER_STATE_CHANGE if size == wait_size => {
                self.stop_waiting();
            }
            Command::GET_READERS_STATE if size == 0 => self.readers(),
            Command::GET_READER_EVENTS if size == 0 => self.reader_events(),
            Command::GET_READERS_STATE_SIZE if size == 0 => self.places(),
            Command::ESTABLISH_CONTEXT => {
                let body = read(body)?;
                self.establish(body)?;
            }
            Command::RELEASE_CONTEXT => {
                let body = read(body)?;
                self.release(body)?;
            }
            Command::CONNECT => {
                let body = read(body)?;
                self.connect(body)?;
            }
            Command::RECONNECT => {
                let body = read(body)?;
                self.reconnect(body)?;
            }
            Command::DISCONNECT => {
                let body = read(body)?;
                self.disconnect(body)?;
            }
            Command::BEGIN_TRANSACTION => {
                let body = read(body)?;
                self.begin(body)?;
            }
            Command::END_TRANSACTION => {
                let body = read(body)?;
                self.end(body)?;
            }
            Command::STATUS => {
                let body = read(body)?;
                self.status(body)?;
            }
            Command::CANCEL => {
                let body = read(body)?;
                self.cancel(body)?;
            }
            Command::GET_ATTRIB => {
                let body = read(body)?;
                self.attribute(body)?;
            }
            Command::SET_ATTRIB => {
                let body = read(body)?;
                self.set_attribute(body)?;
            }
            Command::VERSION => {
                let body = read(body)?;
                self.version(body)?;
            }
            _ => return Err(Over),
        }
        self.inbox.drop_front(whole);
        self.answer()
    }

    /// Sends what is in `out`, in one write.
    fn answer(&self) -> Result<(), Over> {
        if !self.out.is_empty() {
            self.link.writing().send(&self.out)?;
        }
        Ok(())
    }

    // ---- version and context ----

    /// Any minor version from 2 to 6 is spoken: each client gets its own back. A newer client is
    /// offered the newest, and asks again (libpcsclite 2.4.1 and later, *specified*).
    fn version(&mut self, mut body: Version) -> Result<(), Over> {
        let known = body.major == MAJOR && (OLDEST_MINOR..=NEWEST_MINOR).contains(&body.minor);
        let refused = self.session.refuses_version();
        if known && !refused {
            self.minor = body.minor;
            body.rv = 0;
        } else {
            body.major = MAJOR;
            // What is offered here is asked for again, without end, by a client that can speak it.
            body.minor = if refused { TOO_OLD_MINOR } else { NEWEST_MINOR };
            body.rv = ReturnCode::SERVICE_STOPPED.value();
        }
        body.write(&mut self.out);
        Ok(())
    }

    fn establish(&mut self, mut body: Establish) -> Result<(), Over> {
        let result = self.session.establish(body.scope);
        body.context = result.map_or(0, |context| context.0);
        body.rv = rv(&result);
        body.write(&mut self.out);
        Ok(())
    }

    fn release(&mut self, mut body: Release) -> Result<(), Over> {
        body.rv = rv(&self.session.release(ContextHandle(body.context)));
        body.write(&mut self.out);
        Ok(())
    }

    // ---- connections ----

    fn connect(&mut self, mut body: Connect) -> Result<(), Over> {
        self.live_through(Call::Connect)?;
        let name = body.reader.split(|byte| *byte == 0).next();
        let name = name.and_then(|name| str::from_utf8(name).ok());
        let result = self.session.connect(
            ContextHandle(body.context),
            // A name that is no text is no reader's name.
            name.unwrap_or_default(),
            ShareMode(body.share),
            Protocols(body.preferred),
        );
        let (card, active) = result.unwrap_or((Handle(0), Protocols::UNDEFINED));
        body.card = card.0;
        body.active = active.0;
        body.rv = rv(&result);
        body.write(&mut self.out);
        Ok(())
    }

    fn reconnect(&mut self, mut body: Reconnect) -> Result<(), Over> {
        let card = self.own(body.card, Some(Call::Reconnect))?;
        let result = self.session.reconnect(
            card,
            ShareMode(body.share),
            Protocols(body.preferred),
            Disposition(body.initialization),
        );
        body.active = result.unwrap_or(Protocols::UNDEFINED).0;
        body.rv = rv(&result);
        body.write(&mut self.out);
        Ok(())
    }

    fn disconnect(&mut self, mut body: Disconnect) -> Result<(), Over> {
        let card = self.own(body.card, Some(Call::Disconnect))?;
        body.rv = rv(&self.session.disconnect(card, Disposition(body.disposition)));
        body.write(&mut self.out);
        Ok(())
    }

    fn begin(&mut self, mut body: Begin) -> Result<(), Over> {
        let card = self.own(body.card, Some(Call::BeginTransaction))?;
        body.rv = rv(&self.session.begin(card));
        body.write(&mut self.out);
        Ok(())
    }

    fn end(&mut self, mut body: End) -> Result<(), Over> {
        let card = self.own(body.card, Some(Call::EndTransaction))?;
        body.rv = rv(&self.session.end(card, Disposition(body.disposition)));
        body.write(&mut self.out);
        Ok(())
    }

    // ---- exchanges ----

    fn transmit(&mut self, mut body: Transmit) -> Result<(), Over> {
        let card = self.own(body.card, None)?;
        let head = Header::SIZE + Transmit::SIZE;
        let whole = head + payload(body.send_len)?;
        let command = &self.inbox.front(&mut self.link.stream(), whole)?[head..];
        if self.session.springs(Call::Transmit) {
            return Err(Over);
        }
        let protocol = Protocols(body.send_protocol);
        let result = self
            .session
            .transmit(card, protocol, command, &mut self.reply);
        self.inbox.drop_front(whole);
        let response = if result.is_ok() {
            self.reply.bytes()
        } else {
            &[]
        };
        let room = body.recv_len;
        body.recv_len = wire_len(response.len());
        body.rv = rv(&result);
        if let Ok(Some(answered)) = result {
            body.recv_protocol = answered.0;
        }
        if body.recv_len > room {
            body.rv = ReturnCode::INSUFFICIENT_BUFFER.value();
        }
        body.write(&mut self.out);
        if body.rv == 0 {
            self.out.extend_from_slice(response);
        }
        self.answer()
    }

    fn control(&mut self, mut body: Control) -> Result<(), Over> {
        let card = self.own(body.card, None)?;
        let whole = Header::SIZE + Control::SIZE + payload(body.send_len)?;
        self.inbox.front(&mut self.link.stream(), whole)?;
        self.inbox.drop_front(whole);
        self.live_through(Call::Control)?;
        self.scratch.clear();
        let result = self.session.control(card, body.code, &mut self.scratch);
        body.returned = wire_len(self.scratch.len());
        body.rv = rv(&result);
        if body.returned > body.recv_len {
            body.rv = ReturnCode::INSUFFICIENT_BUFFER.value();
        }
        body.write(&mut self.out);
        if body.rv == 0 {
            self.out.extend_from_slice(&self.scratch);
        }
        self.answer()
    }

    fn status(&mut self, mut body: Status) -> Result<(), Over> {
        let card = self.own(body.card, None)?;
        body.rv = rv(&self.session.status(card));
        body.write(&mut self.out);
        Ok(())
    }

    fn attribute(&mut self, mut body: Attribute) -> Result<(), Over> {
        let card = self.own(body.card, None)?;
        let room = attribute_len(&body)?;
        self.scratch.clear();
        let result = self
            .session
            .attribute(card, body.attribute, &mut self.scratch);
        body.rv = rv(&result);
        if result.is_ok() {
            body.len = fill(&mut body.data, &self.scratch);
            if self.scratch.len() > room {
                body.rv = ReturnCode::INSUFFICIENT_BUFFER.value();
            }
        }
        body.write(&mut self.out);
        Ok(())
    }

    fn set_attribute(&mut self, mut body: Attribute) -> Result<(), Over> {
        let card = self.own(body.card, None)?;
        attribute_len(&body)?;
        body.rv = rv(&self.session.set_attribute(card));
        body.write(&mut self.out);
        Ok(())
    }

    // ---- states and waiting ----

    fn readers(&mut self) {
        let mut shown = 0;
        let out = &mut self.out;
        self.session
            .look(&mut |place| show_old(out, &mut shown, place));
        pad_old(out, shown);
    }

    /// Up to 4.3 nothing is answered: the client has asked for the states before. 4.4 and 4.5 get
    /// the states of the moment from which they wait. From 4.6 the client asks for them next.
    fn wait(&mut self) -> Result<(), Over> {
        match self.minor {
            ..=3 => self.session.watch(&mut |_| ()),
            4 | 5 => {
                // The thread that tells this client of a change must come after the states.
                let writing = self.link.writing();
                let (out, mut shown) = (&mut self.out, 0);
                self.session
                    .watch(&mut |place| show_old(out, &mut shown, place));
                pad_old(out, shown);
                writing.send(out)?;
            }
            _ => self.session.announce(),
        }
        Ok(())
    }

    /// Only now may a client of 4.6 be told of a change: it would take the eight bytes for part of
    /// its answers before.
    fn readers_then_wait(&mut self) -> Result<(), Over> {
        let writing = self.link.writing();
        let out = &mut self.out;
        let mut shown = 0;
        let owed = self.session.arm(&mut |place| {
            ReaderRecord::new(place).write(out);
            shown += 1;
        });
        pad_old(out, shown);
        if let Some(code) = owed {
            Wait::over(code).write(out);
        }
        writing.send(out)?;
        Ok(())
    }

    /// Where the waiting is over already, the client has its eight bytes, or they are on the way.
    fn stop_waiting(&mut self) {
        if self.session.unwatch() {
            Wait::over(ReturnCode::SUCCESS).write(&mut self.out);
        }
    }

    fn reader_events(&mut self) {
        let events = self.session.reader_events();
        ReaderEvents { events, rv: 0 }.write(&mut self.out);
    }

    fn places(&mut self) {
        let places = wire_len(self.session.places().max(READERS_OF_OLD));
        self.out.extend_from_slice(&places.to_ne_bytes());
    }

    fn cancel(&mut self, mut body: Cancel) -> Result<(), Over> {
        body.rv = rv(&self.session.cancel(ContextHandle(body.context)));
        body.write(&mut self.out);
        Ok(())
    }

    /// The size of the body of 0x13 and 0x14: up to 4.3 an empty reply came along.
    fn wait_size(&self) -> usize {
        if self.minor <= 3 { Wait::SIZE } else { 0 }
    }

    // ---- guards ----

    /// The handle, if it is this connection's own, and if the service lives through this call.
    fn own(&self, card: u32, call: Option<Call>) -> Result<Handle, Over> {
        let handle = Handle(card);
        if !self.session.holds(handle) {
            return Err(Over);
        }
        if let Some(call) = call {
            self.live_through(call)?;
        }
        Ok(handle)
    }

    fn live_through(&self, call: Call) -> Result<(), Over> {
        if self.session.springs(call) {
            Err(Over)
        } else {
            Ok(())
        }
    }
}

fn read<M: Message>(body: &[u8]) -> Result<M, Over> {
    M::read(body).ok_or(Over)
}

fn rv<T>(result: &Result<T, ReturnCode>) -> u32 {
    ReturnCode::from(result).value()
}

fn payload(len: u32) -> Result<usize, Over> {
    if len > PAYLOAD_MAX {
        return Err(Over);
    }
    usize::try_from(len).map_err(|_| Over)
}

fn attribute_len(body: &Attribute) -> Result<usize, Over> {
    usize::try_from(body.len)
        .ok()
        .filter(|len| *len <= body.data.len())
        .ok_or(Over)
}

/// Shows a place to a client that knows 16 of them.
fn show_old(out: &mut Vec<u8>, shown: &mut usize, place: Option<ReaderState<'_>>) {
    if *shown < READERS_OF_OLD {
        ReaderRecord::new(place).write(out);
        *shown += 1;
    }
}

/// Fills up the places that are always there.
fn pad_old(out: &mut Vec<u8>, shown: usize) {
    for _ in shown..READERS_OF_OLD {
        ReaderRecord::new(None).write(out);
    }
}
