//! The service's port and the proxy's: whatever bytes a caller sends, the conversation ends when he has
//! ended, and what is answered is HTTP.
#![no_main]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock};
use std::{mem, thread};

use libfuzzer_sys::fuzz_target;
use madoguchi_eligibility::{Answer, Decision, Request};
use madoguchi_fuzz::Instantly;
use madoguchi_web::{
    AnswerNote, Backend, Limits, Observer, Proxy, ProxyObserver, RequestNote, TlsNote, WebConfig,
    WebServer,
};
use madoguchi_wire::Profile;
use tokio::runtime::Builder;

/// Refuses everything, and does not listen.
struct Nobody;

impl Backend for Nobody {
    fn decide(&self, _: Request, _: Option<Vec<u8>>) -> Answer {
        Answer::new(Decision::Malformed, "nobody-is-here")
    }
}

impl Observer for Nobody {
    fn tls(&self, _: TlsNote) {}
    fn request(&self, _: RequestNote<'_>) {}
    fn answer(&self, _: AnswerNote<'_>) {}
}

impl ProxyObserver for Nobody {
    fn asked(&self, _: &str, _: u16, _: bool) {}
}

/// Where the service and the proxy listen, for as long as the process lives.
static OPEN: LazyLock<[SocketAddr; 2]> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let profile = Profile::builtin("result-output-2025.05").expect("it is built in");
    let config = WebConfig::local(Arc::new(profile), Arc::new(Instantly::default()));
    let server = WebServer::start(runtime.handle(), config, Arc::new(Nobody), Arc::new(Nobody))
        .expect("a free port");
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let service = server.address();
    let limits = Limits::default();
    let proxy = Proxy::start(runtime.handle(), here, service, limits, Arc::new(Nobody))
        .expect("a free port");
    let open = [service, proxy.address()];
    mem::forget((server, proxy, runtime));
    open
});

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    let address = OPEN[usize::from(choice % 2)];
    let mut line = TcpStream::connect(address).expect("somebody listens");
    let mut ear = line.try_clone().expect("two ends of one line");
    let listener = thread::spawn(move || {
        let mut heard = Vec::new();
        // The line may be cut at any moment; what came before is enough.
        let _ = ear.read_to_end(&mut heard);
        heard
    });
    let _ = line.write_all(bytes);
    let _ = line.shutdown(Shutdown::Write);
    let heard = listener.join().expect("the listener only listens");
    assert!(
        heard.is_empty() || heard.starts_with(b"HTTP/1.1 ") || heard.starts_with(b"HTTP/1.0 "),
        "{heard:?}"
    );
});
