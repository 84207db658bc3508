//! The fallback to TLS 1.0 of a client from the last century, as far as its first two messages:
//! enough to be seen. Only a defect falls back.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};

use crate::line::Address;

/// A ClientHello of TLS 1.0 (RFC 2246 §7.4.1.2): no session, TLS_RSA_WITH_AES_128_CBC_SHA, no
/// compression, no extension.
fn client_hello() -> Vec<u8> {
    let mut body = vec![3, 1];
    body.extend([0x43; 32]);
    body.extend([0, 0, 2, 0x00, 0x2F, 1, 0]);
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(body);
    record
}

/// A ClientKeyExchange that holds nothing.
const CLIENT_KEY_EXCHANGE: [u8; 9] = [22, 3, 1, 0, 4, 16, 0, 0, 0];

/// Connects again with TLS 1.0 and goes on after the ServerHello. That it comes to nothing is not
/// told to anybody: the failure before it is.
pub(crate) fn fall_back(address: &Address) {
    let _ = try_to(address);
}

fn try_to(address: &Address) -> io::Result<()> {
    let authority = address.url.trim_start_matches("https://");
    let server = authority
        .to_socket_addrs()?
        .next()
        .ok_or(io::ErrorKind::AddrNotAvailable)?;
    let mut stream = TcpStream::connect_timeout(&server, address.patience)?;
    stream.set_read_timeout(Some(address.patience))?;
    stream.set_write_timeout(Some(address.patience))?;
    stream.write_all(&client_hello())?;
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let mut hello = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut hello)?;
    if head[..3] != [22, 3, 1] {
        return Ok(());
    }
    stream.write_all(&CLIENT_KEY_EXCHANGE)?;
    // Until the server has made up its mind.
    stream.read_to_end(&mut Vec::new()).map(drop)
}
