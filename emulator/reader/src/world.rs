//! The state of the resource manager: readers, contexts, clients that wait. Always behind its lock;
//! the code here calls no client, it collects which to call.

use std::sync::Arc;
use std::time::Duration;

use crate::client::SessionKey;
use crate::plan::Noise;
use crate::slot::Slot;
use crate::{
    Call, Client, ContextHandle, Handle, Personality, ReaderError, ReaderId, ReturnCode,
    ServiceFaults, Tap,
};

/// From so many looks at readers within a second, in which nothing changed, a client is said to wait busily, where one
/// SCardGetStatusChange would do. *Assumed*: no document names a bound; pollers ask ten to a hundred times.
pub const BUSY_LOOKS: u32 = 250;

/// Everything that clients share.
pub(crate) struct World {
    /// A reader keeps its place; a place is used again, and the number of places never shrinks:
    /// clients of protocol 4.6 do not survive that (*specified* by their source).
    places: Vec<Option<Slot>>,
    /// How often a reader came or went.
    pub(crate) reader_events: u32,
    looks: Looks,
    pub(crate) service: ServiceFaults,
    calls_seen: u32,
    contexts: Vec<(ContextHandle, SessionKey)>,
    watchers: Vec<Watcher>,
    numbers: Numbers,
    readers_made: u32,
    sessions_made: u64,
    contexts_made: u32,
}

/// The clients' looks at the readers.
#[derive(Default)]
struct Looks {
    /// What had happened to readers and cards by then.
    happened: u32,
    /// When the second began in which they are counted.
    since: Duration,
    count: u32,
    is_told: bool,
}

impl Looks {
    fn is_busy(&mut self, happened: u32, now: Duration) -> bool {
        if happened != self.happened {
            *self = Self {
                happened,
                since: now,
                ..Self::default()
            };
        }
        if now.saturating_sub(self.since) >= Duration::from_secs(1) {
            (self.since, self.count) = (now, 0);
        }
        self.count += 1;
        let is_busy = self.count >= BUSY_LOOKS && !self.is_told;
        self.is_told |= is_busy;
        is_busy
    }
}

/// A session that wants to be told of the next change.
struct Watcher {
    session: SessionKey,
    client: Arc<dyn Client>,
    phase: Phase,
}

/// How far a watcher is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Protocol 4.6: wants to watch, but reads the states first; what happens meanwhile is owed.
    Announced { owed: Option<ReturnCode> },
    /// Waits for eight bytes.
    Armed,
}

/// Whom to tell of a change, once the world is left.
#[must_use]
pub(crate) struct Wakes(Vec<Arc<dyn Client>>);

impl Wakes {
    pub(crate) fn send(self) {
        for client in self.0 {
            client.notify(ReturnCode::SUCCESS);
        }
    }
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            places: Vec::new(),
            reader_events: 0,
            looks: Looks::default(),
            service: ServiceFaults::default(),
            calls_seen: 0,
            contexts: Vec::new(),
            watchers: Vec::new(),
            numbers: Numbers::new(seed),
            readers_made: 0,
            sessions_made: 0,
            contexts_made: 0,
        }
    }

    // ---- readers ----

    pub(crate) fn places(&self) -> &[Option<Slot>] {
        &self.places
    }

    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.places.iter().flatten()
    }

    fn slots_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.places.iter_mut().flatten()
    }

    pub(crate) fn slot(&mut self, reader: ReaderId) -> Option<&mut Slot> {
        self.slots_mut().find(|slot| slot.id == reader)
    }

    pub(crate) fn slot_named(&mut self, name: &str) -> Option<&mut Slot> {
        self.slots_mut().find(|slot| slot.personality.name == name)
    }

    pub(crate) fn slot_of(&mut self, handle: Handle) -> Option<&mut Slot> {
        self.slots_mut().find(|slot| slot.access.holds(handle))
    }

    pub(crate) fn check_name(
        &self,
        personality: &Personality,
        except: Option<ReaderId>,
    ) -> Result<(), ReaderError> {
        let name = personality.name.clone();
        if !personality.is_speakable() {
            return Err(ReaderError::Name { name });
        }
        if self
            .slots()
            .any(|slot| slot.personality.name == name && Some(slot.id) != except)
        {
            return Err(ReaderError::NameTaken { name });
        }
        Ok(())
    }

    pub(crate) fn plug_in(&mut self, personality: Personality, tap: Arc<dyn Tap>) -> ReaderId {
        self.readers_made += 1;
        let id = ReaderId(self.readers_made);
        let slot = Some(Slot::new(id, personality, tap));
        match self.places.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = slot,
            None => self.places.push(slot),
        }
        self.reader_events = self.reader_events.wrapping_add(1);
        id
    }

    pub(crate) fn pull_out(&mut self, reader: ReaderId) -> Option<Slot> {
        let place = self
            .places
            .iter_mut()
            .find(|place| place.as_ref().is_some_and(|slot| slot.id == reader))?;
        let slot = place.take()?;
        slot.ifd.next_epoch();
        self.reader_events = self.reader_events.wrapping_add(1);
        Some(slot)
    }

    /// A client looks at the readers, at this time: whether it waits busily, which is said once until something
    /// changes.
    pub(crate) fn looked_at(&mut self, now: Duration) -> bool {
        let cards = self.slots().map(|slot| u32::from(slot.state().events));
        let happened = cards.fold(self.reader_events, u32::wrapping_add);
        self.looks.is_busy(happened, now)
    }

    pub(crate) fn rename(&mut self, reader: ReaderId, personality: Personality) {
        if let Some(slot) = self.slot(reader) {
            slot.unplugged();
            slot.personality = personality;
            self.reader_events = self.reader_events.wrapping_add(2);
        }
    }

    /// Ends the transactions in which nothing happened for too long, and says where; that of the
    /// caller goes on if it is not too late.
    pub(crate) fn idle_transactions(
        &mut self,
        caller: Option<Handle>,
        now: Duration,
    ) -> Vec<ReaderId> {
        self.slots_mut()
            .filter_map(|slot| {
                slot.access
                    .end_idle_transaction(caller, now)
                    .then_some(slot.id)
            })
            .collect()
    }

    /// Whether there was ever a reader.
    pub(crate) const fn had_readers(&self) -> bool {
        self.readers_made > 0
    }

    // ---- contexts and handles ----

    pub(crate) fn next_session(&mut self) -> SessionKey {
        self.sessions_made += 1;
        SessionKey::new(self.sessions_made)
    }

    /// A new context: its handle and its ordinal.
    pub(crate) fn establish(&mut self, session: SessionKey) -> (ContextHandle, u32) {
        let handle = loop {
            let handle = ContextHandle(self.numbers.next());
            if self.contexts.iter().all(|(taken, _)| *taken != handle) {
                break handle;
            }
        };
        self.contexts.push((handle, session));
        self.contexts_made += 1;
        (handle, self.contexts_made)
    }

    pub(crate) fn forget(&mut self, context: ContextHandle) {
        self.contexts.retain(|(handle, _)| *handle != context);
    }

    pub(crate) fn session_of(&self, context: ContextHandle) -> Option<SessionKey> {
        self.contexts
            .iter()
            .find(|(handle, _)| *handle == context)
            .map(|(_, session)| *session)
    }

    /// A card handle that no session has.
    pub(crate) fn new_handle(&mut self) -> Handle {
        loop {
            let handle = Handle(self.numbers.next());
            if self.slot_of(handle).is_none() {
                return handle;
            }
        }
    }

    /// Whether this is the call at which the service is to die.
    pub(crate) fn springs(&mut self, call: Call) -> bool {
        let Some(trap) = self.service.hang_up.filter(|trap| trap.call == call) else {
            return false;
        };
        self.calls_seen += 1;
        self.calls_seen == trap.nth
    }

    /// Plans what is wrong with the service, and counts calls anew.
    pub(crate) fn plan(&mut self, faults: ServiceFaults) {
        self.service = faults;
        self.calls_seen = 0;
    }

    // ---- who waits ----

    /// The session waits from now on.
    pub(crate) fn watch(&mut self, session: SessionKey, client: Arc<dyn Client>) {
        self.enlist(session, client, Phase::Armed);
    }

    /// The session will wait once it has read the states.
    pub(crate) fn announce(&mut self, session: SessionKey, client: Arc<dyn Client>) {
        self.enlist(session, client, Phase::Announced { owed: None });
    }

    fn enlist(&mut self, session: SessionKey, client: Arc<dyn Client>, phase: Phase) {
        self.unwatch(session);
        self.watchers.push(Watcher {
            session,
            client,
            phase,
        });
    }

    pub(crate) fn is_watched(&self) -> bool {
        let mut phases = self.watchers.iter().map(|watcher| watcher.phase);
        phases.any(|phase| phase == Phase::Armed)
    }

    /// The session has read the states: what is it owed? If nothing, it waits from now on.
    pub(crate) fn arm(&mut self, session: SessionKey) -> Option<ReturnCode> {
        let at = self
            .watchers
            .iter()
            .position(|watcher| watcher.session == session)?;
        match self.watchers[at].phase {
            Phase::Announced { owed: Some(code) } => {
                self.watchers.remove(at);
                Some(code)
            }
            Phase::Announced { owed: None } => {
                self.watchers[at].phase = Phase::Armed;
                None
            }
            Phase::Armed => None,
        }
    }

    /// The session waits no longer. Says whether it did: if not, its answer is on the way.
    pub(crate) fn unwatch(&mut self, session: SessionKey) -> bool {
        let before = self.watchers.len();
        self.watchers.retain(|watcher| watcher.session != session);
        self.watchers.len() < before
    }

    /// The session is over: it waits for nothing, and no other waits for it, even where the card
    /// panicked during its call.
    pub(crate) fn leave(&mut self, session: SessionKey) {
        self.unwatch(session);
        for slot in self.slots_mut() {
            slot.powering.take_if(|powering| *powering == session);
        }
    }

    /// A program cancels the session's waiting; the client to tell, if it is to be told now.
    pub(crate) fn cancel(&mut self, session: SessionKey) -> Option<Arc<dyn Client>> {
        let at = self
            .watchers
            .iter()
            .position(|watcher| watcher.session == session)?;
        if let Phase::Announced { owed } = &mut self.watchers[at].phase {
            *owed = Some(ReturnCode::CANCELLED);
            return None;
        }
        Some(self.watchers.remove(at).client)
    }

    /// Something changed: everybody who waits is to be told, once.
    pub(crate) fn wake_all(&mut self) -> Wakes {
        for watcher in &mut self.watchers {
            if let Phase::Announced { owed } = &mut watcher.phase {
                owed.get_or_insert(ReturnCode::SUCCESS);
            }
        }
        let armed = self
            .watchers
            .extract_if(.., |watcher| watcher.phase == Phase::Armed);
        Wakes(armed.map(|watcher| watcher.client).collect())
    }
}

/// Numbers for handles: 31 bits, never 0, decided by the seed.
struct Numbers(Noise);

impl Numbers {
    const fn new(seed: u64) -> Self {
        Self(Noise::new(seed))
    }

    fn next(&mut self) -> u32 {
        loop {
            let number = self.0.next_31();
            if number != 0 {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_31_bits_and_follow_the_seed() {
        let draw = |seed| {
            let mut numbers = Numbers::new(seed);
            (0..1000).map(|_| numbers.next()).collect::<Vec<_>>()
        };
        assert!(draw(7).iter().all(|n| (1..0x8000_0000).contains(n)));
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
