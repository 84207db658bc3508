//! One connection: handshake, then exchanges until one side has had enough.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::HandshakeKind;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::exchange::exchange;
use crate::fault::Reception;
use crate::line::{Line, Signals};
use crate::shared::Shared;
use crate::stream::Stream;
use crate::{TlsNote, TlsOutcome, old_tls, tls};

/// Serves the connection until it ends or its time is over.
pub(crate) async fn serve(shared: Arc<Shared>, mut stream: TcpStream, connection: u32) {
    // Answers are small and must not wait for one another.
    let _ = stream.set_nodelay(true);
    match shared.faults.reception(connection) {
        Reception::Welcome => {}
        Reception::Refused => {
            let outcome = TlsOutcome::Failed("refused by a fault".to_owned());
            return Handshake::begin(&shared, connection).end(outcome);
        }
        Reception::OldTls => {
            let mut begun = Handshake::begin(&shared, connection);
            begun.instead = Some(old_tls::NAME);
            let conversation = timeout(shared.limits.handshake, old_tls::converse(&mut stream));
            let time_limit = TlsOutcome::Failed("time limit".to_owned());
            return begun.end(conversation.await.unwrap_or(time_limit));
        }
    }
    let limit = shared.limits.connection;
    // A connection that outlives its limit is dropped, and with it cut.
    let _ = timeout(limit, converse(shared, stream, connection)).await;
}

async fn converse(shared: Arc<Shared>, stream: TcpStream, connection: u32) {
    let stream = match shared.acceptor.clone() {
        None => Some(Stream::Plain(stream)),
        Some(acceptor) => shake_hands(&shared, acceptor, stream, connection).await,
    };
    let Some(stream) = stream else { return };
    let certificate = stream.client_certificate();
    let limits = shared.limits;
    let signals = Arc::new(Signals::default());
    let line = Line::new(stream, Arc::clone(&signals), Arc::clone(&shared.profile));
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        let (certificate, signals) = (certificate.clone(), Arc::clone(&signals));
        async move { exchange(&shared, connection, certificate, &signals, request).await }
    });
    // A connection that ends in an error has no client left to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(limits.headers)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(line), service)
        .await;
}

async fn shake_hands(
    shared: &Arc<Shared>,
    acceptor: TlsAcceptor,
    stream: TcpStream,
    connection: u32,
) -> Option<Stream> {
    let mut begun = Handshake::begin(shared, connection);
    let handshake = timeout(shared.limits.handshake, acceptor.accept(stream)).await;
    let (outcome, stream) = match handshake {
        Ok(Ok(stream)) => {
            begun.resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
            (TlsOutcome::Completed, Some(stream))
        }
        Ok(Err(error)) => (tls::failure(&error), None),
        Err(_) => (TlsOutcome::Failed("time limit".to_owned()), None),
    };
    begun.end(outcome);
    stream.map(|stream| Stream::Tls(Box::new(stream)))
}

/// A handshake, of which the observer is told in any case: also where the server stops before the
/// client's last word on it has been read.
struct Handshake {
    shared: Arc<Shared>,
    connection: u32,
    instead: Option<&'static str>,
    resumed: bool,
    outcome: TlsOutcome,
}

impl Handshake {
    fn begin(shared: &Arc<Shared>, connection: u32) -> Self {
        let outcome = TlsOutcome::Failed("the server stopped".to_owned());
        shared.observer.handshake_begins(connection);
        Self {
            shared: Arc::clone(shared),
            connection,
            instead: None,
            resumed: false,
            outcome,
        }
    }

    fn end(mut self, outcome: TlsOutcome) {
        self.outcome = outcome;
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.shared.observer.tls(TlsNote {
            connection: self.connection,
            instead: self.instead,
            resumed: self.resumed,
            outcome: self.outcome.clone(),
        });
    }
}
