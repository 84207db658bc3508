//! The 資格確認端末 that owns the exchange folders: it is logged in, puts the requests of the folder to
//! the registry, and leaves the results of checks at the counter in `face`.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::tz::Offset;
use madoguchi_eligibility::{
    Answer, Decision, Field, Method, Operation, ReferenceClassification, Request,
};
use madoguchi_fixtures::Issued;
use madoguchi_trace::{HttpAnswer, HttpRequest as Told, What};
use madoguchi_wire::{HttpRequest, Profile, Refused};
use parking_lot::Mutex;

use super::RegistryService;
use super::record::{basis_of, texts};
use super::truth::FOLDER_TERMINAL;
use crate::cell::exchange::{Folders, Incoming, Reaction, Watch};
use crate::cell::gate::{Sent, Untrusted};
use crate::cell::sequencer::{Observed, Sequencer};
use crate::cell::staff;
use crate::cell::world::ExchangeFolder;

/// Exchanges of the folder are numbered from here on, those of the web from 1.
const FIRST_EXCHANGE: u32 = 1_000_001;

/// The terminal at work.
pub(crate) struct FolderService {
    registry: Arc<RegistryService>,
    profile: Arc<Profile>,
    folders: Folders,
    sequencer: Arc<Sequencer>,
    /// 利用者証明用電子証明書 by persona.
    cards: BTreeMap<String, Vec<u8>>,
    session: Mutex<Option<String>>,
    exchanges: AtomicU32,
}

impl FolderService {
    /// Opens the folders and watches them until the watch is dropped.
    ///
    /// # Errors
    /// The folder that cannot be made.
    pub(crate) fn open(
        exchange: &ExchangeFolder,
        registry: Arc<RegistryService>,
        issued: &[Issued],
        sequencer: &Arc<Sequencer>,
    ) -> Result<(Arc<Self>, Watch), (PathBuf, io::Error)> {
        let folders = Folders::open(&exchange.folder)?;
        let card = |person: &Issued| (person.persona.to_owned(), person.certificate.der.clone());
        let service = Arc::new(Self {
            registry,
            profile: exchange.profile.clone(),
            folders: folders.clone(),
            sequencer: sequencer.clone(),
            cards: issued.iter().map(card).collect(),
            session: Mutex::default(),
            exchanges: AtomicU32::new(FIRST_EXCHANGE),
        });
        let reacting = service.clone();
        let react = move |name: &str, incoming, may_grow| reacting.react(name, incoming, may_grow);
        let watch = Watch::start(folders, Arc::new(react))
            .map_err(|error| (exchange.folder.clone(), error))?;
        Ok((service, watch))
    }

    /// A patient shows a card at the counter and is looked at: the result goes into `face`.
    pub(crate) fn check(&self, card: &str) -> Result<(), String> {
        let certificate = self
            .cards
            .get(card)
            .ok_or_else(|| format!("this counter has no card {card}"))?;
        let request = Request::new(Operation::EligibilityByCertificate)
            .with(Field::Method, Method::Visual.name())
            .with(Field::Certificate, certificate.as_slice());
        let answer = self.decide(request);
        self.leave_face(&answer)
            .map_err(|error| format!("the folder face: {error}"))
    }

    /// Leaves the result of a check of a card in `face`, if the check came to one.
    pub(crate) fn leave_face(&self, answer: &Answer) -> io::Result<()> {
        let answer = self.dressed(answer.clone(), ReferenceClassification::Card);
        match self.profile.face_file(&answer) {
            Some((name, content)) => self.folders.leave("face", &name, &content),
            None => Ok(()),
        }
    }

    fn react(&self, name: &str, incoming: Incoming, may_grow: bool) -> Reaction {
        let recognised = match incoming {
            Incoming::Whole(body) => {
                let file = HttpRequest::file(name, body);
                let recognised = self.profile.recognise(&file);
                if may_grow && recognised.as_ref().is_err_and(Refused::is_incomplete) {
                    return Reaction::Wait;
                }
                self.tell(name, recognised.as_ref().ok(), &file.body);
                recognised.map_err(|refused| (refused.operation(), refused.answer()))
            }
            Incoming::TooLong => {
                self.tell(name, None, &[]);
                Err((None, Answer::new(Decision::Malformed, "body-too-large")))
            }
        };
        let exchange = self.exchanges.fetch_add(1, Ordering::Relaxed);
        let (operation, answer) = match recognised {
            Ok(request) => {
                let operation = request.operation;
                let repeated = self.profile.repeated(&request);
                let mut answer = self.decide(request);
                answer.fields.complete(&repeated);
                (Some(operation), answer)
            }
            Err(refused) => refused,
        };
        let answer = self.dressed(answer, ReferenceClassification::Numbers);
        let status = self.profile.render(operation, &answer).status;
        self.sequencer.tell(What::Answer(Box::new(HttpAnswer {
            exchange,
            status,
            decision: answer.decision.to_string().into(),
            rule: answer.rule.into(),
            basis: basis_of(answer.rule),
            fields: texts(answer.traced()),
            retry_after: None,
            fault: None,
        })));
        match self.profile.answer_file(name, operation, &answer) {
            Some((name, content)) => Reaction::Answer(name, content),
            None => Reaction::Leave,
        }
    }

    /// The request as the trace has it: its file is where a path would be.
    fn tell(&self, name: &str, request: Option<&Request>, body: &[u8]) {
        let told = Told {
            exchange: self.exchanges.load(Ordering::Relaxed),
            connection: 0,
            operation: request.map(|request| request.operation.name().into()),
            method: "FILE".into(),
            path: format!("req/{name}").into(),
            terminal: Some("folder".into()),
            fields: request
                .map(|request| texts(request.fields.traced()))
                .unwrap_or_default(),
            fault: None,
            posted: None,
        };
        let sent = Sent {
            body: body.to_vec(),
            ..Sent::default()
        };
        let told = Untrusted::new(told);
        self.sequencer.stamp(Observed::Request { told, sent });
    }

    /// Asks the registry as a terminal that is logged in; a session that has ended is opened anew.
    fn decide(&self, mut request: Request) -> Answer {
        let mut session = self.session.lock();
        for _ in 0..2 {
            if session.is_none() {
                let answer = self.ask(staff::login_request());
                match answer.fields.text(Field::SessionToken) {
                    Some(token) => *session = Some(token.to_owned()),
                    None => return answer,
                }
            }
            if let Some(token) = session.as_deref() {
                request.fields.set(Field::SessionToken, token);
            }
            let answer = self.ask(request.clone());
            if answer.decision != Decision::SessionInvalid {
                return answer;
            }
            *session = None;
        }
        Answer::new(Decision::SessionInvalid, "session-ended")
    }

    fn ask(&self, request: Request) -> Answer {
        self.registry.ask(&request, Some(FOLDER_TERMINAL))
    }

    /// The answer with what every file says in its header.
    fn dressed(&self, mut answer: Answer, classification: ReferenceClassification) -> Answer {
        let now = Offset::constant(9).to_datetime(self.registry.clock.now());
        let fields = &mut answer.fields;
        fields.set(
            Field::ProcessExecutionTime,
            now.strftime("%Y%m%d%H%M%S").to_string(),
        );
        fields.set(Field::FacilityCode, staff::facility_code().as_str());
        fields.set(Field::ReferenceClassification, classification.code());
        answer
    }
}
