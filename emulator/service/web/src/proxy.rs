//! A CONNECT proxy (RFC 9110 §9.3.6) for clients whose host names cannot be changed: `*.test` and
//! the service's own address lead to the service, everything else is refused and told. No byte goes
//! anywhere but to the service.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::Limits;
use crate::listener::{Listener, Listening};

/// Is told whom clients want to reach.
pub trait ProxyObserver: Send + Sync {
    /// A client asked for `host` (lower case, without a port). Called before it is answered.
    fn asked(&self, host: &str, port: u16, allowed: bool);
}

/// A running proxy. Dropping it closes the listener and all tunnels.
#[derive(Debug)]
pub struct Proxy {
    listener: Listener,
}

/// What all tunnels share.
struct Shared {
    service: SocketAddr,
    observer: Arc<dyn ProxyObserver>,
    limits: Limits,
}

impl Proxy {
    /// Listens on `address` and serves on `runtime`; tunnels lead to `service`.
    ///
    /// # Errors
    /// Where the address cannot be listened on.
    pub fn start(
        runtime: &Handle,
        address: SocketAddr,
        service: SocketAddr,
        limits: Limits,
        observer: Arc<dyn ProxyObserver>,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            service,
            observer,
            limits,
        });
        let listening = Listening::at(address)?;
        let listener = Listener::open(runtime, listening, limits, move |stream, _| {
            bounded(Arc::clone(&shared), stream)
        })?;
        Ok(Self { listener })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.listener.address()
    }
}

fn bounded(shared: Arc<Shared>, stream: TcpStream) -> impl Future<Output = ()> + Send {
    let limit = shared.limits.connection;
    async move {
        // A tunnel that outlives its limit is dropped, one that breaks has no client left to tell.
        let _ = timeout(limit, serve(&shared, stream)).await;
    }
}

async fn serve(shared: &Shared, mut client: TcpStream) -> io::Result<()> {
    let Ok(head) = timeout(
        shared.limits.head,
        head(&mut client, shared.limits.head_bytes),
    )
    .await
    else {
        return refuse(
            &mut client,
            "408 Request Timeout",
            "the request did not end",
        )
        .await;
    };
    let Some((head, rest)) = head? else {
        return refuse(
            &mut client,
            "431 Request Header Fields Too Large",
            "the request's head is too large, or no head",
        )
        .await;
    };
    let (host, port, is_connect) = match Wanted::read(&head) {
        Ok(Wanted {
            host,
            port,
            is_connect,
        }) => (host, port, is_connect),
        Err(why) => return refuse(&mut client, "400 Bad Request", why).await,
    };
    let allowed = is_connect && leads_to_the_service(&host, port, shared.service);
    shared.observer.asked(&host, port, allowed);
    if !is_connect {
        let why = "this proxy only opens tunnels (CONNECT): the service speaks https";
        return refuse(&mut client, "403 Forbidden", why).await;
    }
    if !allowed {
        let why = "this is the proxy of a mock: only names below .test, and the mock itself, can be reached through it";
        return refuse(&mut client, "403 Forbidden", why).await;
    }
    let mut service = TcpStream::connect(shared.service).await?;
    let _ = (client.set_nodelay(true), service.set_nodelay(true));
    client
        .write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n")
        .await?;
    service.write_all(&rest).await?;
    copy_bidirectional(&mut client, &mut service).await?;
    Ok(())
}

/// The head of a request, and what has arrived after it; `None` where it does not end within the
/// limit or the client leaves.
async fn head(client: &mut TcpStream, most: usize) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut read = Vec::new();
    let mut part = [0; 1024];
    loop {
        let n = client.read(&mut part).await?;
        if n == 0 {
            return Ok(None);
        }
        // The end may lie across two parts.
        let from = read.len().saturating_sub(3);
        read.extend_from_slice(&part[..n]);
        if let Some(end) = read[from..].windows(4).position(|w| w == b"\r\n\r\n") {
            let rest = read.split_off(from + end + 4);
            return Ok(Some((read, rest)));
        }
        if read.len() > most {
            return Ok(None);
        }
    }
}

/// Whom a request wants to reach.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    host: String,
    port: u16,
    is_connect: bool,
}

impl Wanted {
    fn read(head: &[u8]) -> Result<Self, &'static str> {
        const NO_REQUEST: &str = "this is no HTTP request";
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or(head);
        let line = str::from_utf8(line).map_err(|_| NO_REQUEST)?;
        let mut words = line.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(NO_REQUEST);
        };
        if !version.starts_with("HTTP/1.") {
            return Err(NO_REQUEST);
        }
        let is_connect = method == "CONNECT";
        let (authority, usual) = if is_connect {
            (target, 443)
        } else {
            let rest = target
                .strip_prefix("http://")
                .ok_or("this proxy is asked for https only")?;
            (rest.split(['/', '?']).next().unwrap_or(rest), 80)
        };
        let (host, port) = host_and_port(authority, usual)
            .ok_or("whom to reach is written HOST:PORT, in letters, digits, dots and hyphens")?;
        Ok(Self {
            host,
            port,
            is_connect,
        })
    }
}

fn host_and_port(authority: &str, usual: u16) -> Option<(String, u16)> {
    if let Ok(address) = authority.parse::<SocketAddr>() {
        return Some((address.ip().to_string(), address.port()));
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, usual),
    };
    let is_name = (1..=253).contains(&host.len())
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    is_name.then(|| (host.trim_end_matches('.').to_ascii_lowercase(), port))
}

fn leads_to_the_service(host: &str, port: u16, service: SocketAddr) -> bool {
    let is_test = host == "test" || host.ends_with(".test");
    let is_own = port == service.port()
        && (host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip == service.ip() || ip.is_loopback()));
    is_test || is_own
}

async fn refuse(client: &mut TcpStream, status: &str, why: &str) -> io::Result<()> {
    let body = format!("madoguchi (unofficial mock): {why}\n");
    let answer = format!(
        "HTTP/1.1 {status}\r\nX-Madoguchi-Mock: unofficial\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8443);

    fn wanted(line: &str) -> Result<Wanted, &'static str> {
        Wanted::read(format!("{line}\r\nHost: x\r\n\r\n").as_bytes())
    }

    #[test]
    fn only_test_names_and_the_service_itself_lead_anywhere() {
        for (host, port, leads) in [
            ("oqs.test", 443, true),
            ("deep.below.test", 1, true),
            ("127.0.0.1", 8443, true),
            ("localhost", 8443, true),
            ("::1", 8443, true),
            ("127.0.0.1", 22, false),
            ("localhost", 443, false),
            ("test.example", 443, false),
            ("contest", 443, false),
            ("192.0.2.1", 8443, false),
        ] {
            assert_eq!(
                leads_to_the_service(host, port, SERVICE),
                leads,
                "{host}:{port}"
            );
        }
    }

    #[test]
    fn whom_to_reach_is_read_from_the_first_line() {
        let connect = |host: &str, port| {
            Ok(Wanted {
                host: host.into(),
                port,
                is_connect: true,
            })
        };
        assert_eq!(
            wanted("CONNECT OQS.test:443 HTTP/1.1"),
            connect("oqs.test", 443)
        );
        assert_eq!(
            wanted("CONNECT oqs.test. HTTP/1.1"),
            connect("oqs.test", 443)
        );
        assert_eq!(wanted("CONNECT [::1]:8443 HTTP/1.1"), connect("::1", 8443));
        let plain = wanted("GET http://example.invalid/x?y HTTP/1.1").unwrap();
        assert_eq!(
            (plain.host.as_str(), plain.port, plain.is_connect),
            ("example.invalid", 80, false)
        );
    }

    #[test]
    fn what_is_no_request_says_so() {
        for line in [
            "",
            "CONNECT",
            "CONNECT a b c",
            "CONNECT a:70000 HTTP/1.1",
            "CONNECT a@b:1 HTTP/1.1",
            "CONNECT :1 HTTP/1.1",
            "CONNECT x:1 SMTP",
            "GET / HTTP/1.1",
            "\u{16}\u{3}\u{1}",
        ] {
            assert!(wanted(line).is_err(), "{line:?}");
        }
        let long = "a".repeat(254);
        assert!(wanted(&format!("CONNECT {long}:1 HTTP/1.1")).is_err());
    }
}
