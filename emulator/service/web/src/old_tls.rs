//! A server of the last century: answers any ClientHello with a ServerHello of TLS 1.0 (RFC 2246
//! §7.4.1.3) and waits what the client makes of it. RFC 8996 §2: TLS 1.0 must not be negotiated.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::TlsOutcome;

/// What the server is said to be in a note.
pub(crate) const NAME: &str = "tls-1.0";

const ALERT: u8 = 21;
const PROTOCOL_VERSION: u8 = 70;

/// A ServerHello: TLS 1.0, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression, no extension.
/// Its random value is a constant, because nothing is ever derived from it.
const SERVER_HELLO: [u8; 47] = {
    let mut record = [0x4D; 47];
    // handshake record, TLS 1.0, 42 bytes
    let head = [22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
    let mut i = 0;
    while i < head.len() {
        record[i] = head[i];
        i += 1;
    }
    // no session id, cipher suite 002F, null compression
    record[43] = 0;
    record[44] = 0x00;
    record[45] = 0x2F;
    record[46] = 0;
    record
};

/// Plays the server until the client has shown what it thinks of TLS 1.0.
pub(crate) async fn converse(stream: &mut TcpStream) -> TlsOutcome {
    let said = match record(stream).await {
        Some(_) if stream.write_all(&SERVER_HELLO).await.is_ok() => record(stream).await,
        _ => None,
    };
    TlsOutcome::Failed(match said {
        Some((ALERT, body)) if body.get(1) == Some(&PROTOCOL_VERSION) => {
            "client alert ProtocolVersion".to_owned()
        }
        Some((ALERT, body)) => match body.get(1) {
            Some(description) => format!("client alert {description}"),
            None => "client alert".to_owned(),
        },
        Some(_) => "the client went on".to_owned(),
        None => "closed by the client".to_owned(),
    })
}

/// Type and body of the next record; `None` where the client is gone.
async fn record(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await.ok()?;
    let [kind, _, _, high, low] = head;
    let mut body = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    stream.read_exact(&mut body).await.ok()?;
    Some((kind, body))
}
