//! Bodies, paths and certificates that mean harm, with the real registry behind the wire: a clear
//! 4xx or no handshake at all, nothing changed, and the next request is answered as before.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use madoguchi_eligibility::{Answer, FacilityCode, Field, Operation, Request};
use madoguchi_registry::*;
use madoguchi_web::Backend;
use madoguchi_wire::{BUILTIN, Profile};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, date_time_ymd};

use crate::pki::{Authority, Leaf, terminal_ca};
use crate::raw::RawClient;
use crate::world::*;

const CHECK: &str = "/limited/v1/eligibility/certificate";

/// A registry that keeps track of what is touched.
struct Watched(Mutex<Registry>);

impl Watched {
    fn ask(&self, request: &Request, terminal: Option<&[u8]>) -> Answer {
        let context = Context {
            now: Timestamp::constant(1_747_785_600, 0),
            terminal,
        };
        let mut entropy = |slice: &mut [u8]| slice.fill(7);
        let mut registry = self.0.lock().unwrap();
        registry.decide(request, &context, &mut Nobody, &mut entropy)
    }

    #[track_caller]
    fn assert_unchanged(&self, after: &str) {
        assert_eq!(self.0.lock().unwrap().changes(), [], "{after}");
    }
}

impl Backend for Watched {
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer {
        self.ask(&request, terminal.as_deref())
    }
}

struct Nobody;

impl Issuer for Nobody {
    fn issue(&mut self, _: &str) -> IssuedTerminal {
        unreachable!("nobody logs in for the first time")
    }
}

/// A service with one terminal that is logged in.
struct Abused {
    world: World,
    registry: Arc<Watched>,
    terminal: Leaf,
    session: String,
}

impl Abused {
    fn new(kind: TerminalKind, profile: Profile) -> Self {
        let terminal = terminal_ca().terminal();
        let code: FacilityCode = "9910000000".parse().unwrap();
        let mut facility = Facility::new(code.clone());
        facility.accounts = vec![Account::new("shiken01", "TEST-only-1")];
        let mut registry = Registry::new(Setup {
            facilities: vec![facility],
            terminals: vec![Terminal {
                kind,
                ..Terminal::new("terminal", code.clone(), terminal.der())
            }],
            rules: profile.rules().clone(),
            ..Setup::default()
        });
        registry.keep_track();
        let registry = Arc::new(Watched(Mutex::new(registry)));
        let login = Request::new(Operation::Login)
            .with(Field::FacilityCode, code.as_str())
            .with(Field::UserId, "shiken01")
            .with(Field::Password, "TEST-only-1");
        let answer = registry.ask(&login, Some(&terminal.der()));
        let session = answer.fields.text(Field::SessionToken).unwrap().to_owned();
        let world = World::serving(registry.clone(), Arc::default(), |config| {
            config.profile = Arc::new(profile);
        });
        Self {
            world,
            registry,
            terminal,
            session,
        }
    }

    fn mock() -> Self {
        let profile = Profile::builtin("mock-2025.05").unwrap();
        Self::new(TerminalKind::Limited, profile)
    }

    fn said(&self, path: &str, headers: &str, body: &[u8]) -> String {
        let address = self.world.server.address();
        let mut client = RawClient::of_terminal(address, &self.terminal);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n{headers}\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            self.session,
            body.len()
        );
        client.send(&[head.as_bytes(), body].concat());
        client.rest().to_lowercase()
    }

    #[track_caller]
    fn refuses(&self, what: &str, path: &str, headers: &str, body: &[u8]) {
        let said = self.said(path, headers, body);
        assert!(said.starts_with("http/1.1 4"), "{what}: {said}");
        assert!(
            said.contains("x-madoguchi-mock: unofficial"),
            "{what}: {said}"
        );
        self.registry.assert_unchanged(what);
    }

    /// The session and the service are as they were.
    #[track_caller]
    fn goes_on(&self) {
        let said = self.said("/limited/v1/history", "", b"{}");
        assert!(said.starts_with("http/1.1 200"), "{said}");
    }
}

/// An archive that holds a thousand times its own size in zeros.
fn zip_bomb() -> Vec<u8> {
    let zeros = vec![0; 64 << 20];
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflated.write_all(&zeros).unwrap();
    let deflated = deflated.finish().unwrap();
    assert!(deflated.len() < zeros.len() / 900);
    // One entry called `x`: local header, data, central directory, end (APPNOTE 4.3).
    let size = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let sizes = [[0; 4], size(deflated.len()), size(zeros.len())].concat();
    let common = [
        &[20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0][..],
        &sizes,
        &[1, 0, 0, 0],
    ]
    .concat();
    let local = [b"PK\x03\x04", &common[..], b"x", &deflated].concat();
    let central = [b"PK\x01\x02\x14\0", &common[..], &[0; 14], b"x"].concat();
    let end = [
        &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..],
        &size(central.len()),
        &size(local.len()),
        &[0, 0],
    ];
    [&local[..], &central, &end.concat()].concat()
}

#[test]
fn bodies_that_mean_harm_get_a_4xx_and_change_nothing() {
    let abused = Abused::mock();
    let nested = "[".repeat(500_000);
    let laughs = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
    let bomb = zip_bomb();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 64 << 20]).unwrap();
    let gzip = gzip.finish().unwrap();
    let long = format!(
        r#"{{"method":"visual","certificate":"{}"}}"#,
        "A".repeat(1_000_000)
    );
    for (what, headers, body) in [
        ("half an object", "", &b"{\"method\":"[..]),
        ("no UTF-8", "", b"{\"method\":\"\xFF\xFE\"}"),
        ("a list", "", b"[1,2,3]"),
        ("a number beyond all bounds", "", b"{\"method\":1e999999}"),
        ("a zero octet", "", b"\0"),
        ("deep nesting", "", nested.as_bytes()),
        (
            "XML with entities",
            "Content-Type: text/xml\r\n",
            laughs.as_bytes(),
        ),
        ("a ZIP bomb", "Content-Type: application/zip\r\n", &bomb),
        ("a compressed bomb", "Content-Encoding: gzip\r\n", &gzip),
        ("a certificate of a megabyte", "", long.as_bytes()),
        ("more than a body may have", "", &vec![b' '; (1 << 20) + 1]),
    ] {
        abused.refuses(what, CHECK, headers, body);
    }
    abused.goes_on();
}

#[test]
fn xml_that_means_harm_gets_a_4xx_and_changes_nothing() {
    let abused = Abused::new(TerminalKind::Institution, http_xml());
    let profile = http_xml();
    let (_, path) = profile.route(Operation::EligibilityByNumber).unwrap();
    let declared = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let laughs = format!("{declared}<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>");
    let outside = format!("{declared}<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>");
    let deep = "<a>".repeat(200_000);
    for (what, body) in [
        ("entities", laughs.as_bytes()),
        ("an outside document", outside.as_bytes()),
        ("depth", deep.as_bytes()),
        ("an end that began elsewhere", b"<a></b>"),
        (
            "half of it",
            b"<?xml version=\"1.0\"?><XmlMsg><MessageHeader>",
        ),
        (
            "another encoding than it says",
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\x8E\x8E</a>",
        ),
        (
            "an unknown encoding",
            b"<?xml version=\"1.0\" encoding=\"EBCDIC\"?><a/>",
        ),
        ("a ZIP bomb", &zip_bomb()),
        ("nothing", b""),
    ] {
        abused.refuses(what, path, "Content-Type: application/xml\r\n", body);
    }
}

/// The structures of the folder, by HTTP, as a profile of one's own may have them.
fn http_xml() -> Profile {
    let (name, text) = BUILTIN
        .iter()
        .find(|(_, text)| text.contains("transport: folder"))
        .unwrap();
    let text = text
        .replace("transport: folder", "transport: http-xml")
        .replace("terminal: folder", "terminal: client-certificate")
        .replace("{ set:", "{ status: 200, set:")
        .replace("MALFORMED: { status: 200,", "MALFORMED: { status: 400,")
        .replace(
            "  CERT_EXPIRED_GRACE:\n",
            "  CERT_EXPIRED_GRACE:\n    status: 200\n",
        );
    let by_http = |(n, line): (usize, &str)| match line.trim_start().strip_prefix("file: [") {
        Some(_) => format!("    method: POST\n    path: /xml/{n}\n"),
        None => format!("{line}\n"),
    };
    let text: String = text.lines().enumerate().map(by_http).collect();
    Profile::parse(name, &text)
        .map_err(|wrong| wrong.to_string())
        .unwrap()
}

#[test]
fn tricks_with_the_path_lead_nowhere_for_a_terminal_either() {
    let abused = Abused::mock();
    for path in [
        "/limited/v1/history/../../../etc/passwd",
        "/limited/v1/history/..%2f..%2fetc/passwd",
        "/limited/v1/history%00.json",
        "/limited/v1//history",
        "/limited/v1/history/",
        "/limited/v1/./history",
        "/%6cimited/v1/history",
        "\\limited\\v1\\history",
        "/openapi.json/../limited/v1/history",
        "*",
    ] {
        abused.refuses(path, path, "", b"{}");
    }
    abused.goes_on();
}

#[test]
fn certificates_that_are_none_of_a_terminal_end_the_handshake() {
    let abused = Abused::mock();
    let of_a_client = || {
        let mut params = CertificateParams::default();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params
    };
    let mut expired = of_a_client();
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    let mut early = of_a_client();
    early.not_before = date_time_ymd(2990, 1, 1);
    early.not_after = date_time_ymd(2991, 1, 1);
    let same_name = Authority::new("terminal CA");
    let mut lent = terminal_ca().terminal();
    lent.key = same_name.terminal().key;
    let mut next = 0;
    for (what, leaf) in [
        ("expired", terminal_ca().issue(&expired)),
        ("not yet valid", terminal_ca().issue(&early)),
        ("a server's", terminal_ca().server()),
        ("of a CA with the same name", same_name.terminal()),
        ("without its key", lent),
    ] {
        next += 1;
        let address = abused.world.server.address();
        let mut client = RawClient::of_terminal(address, &leaf);
        client.send(b"POST /limited/v1/history HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let said = client.rest();
        assert!(!said.contains("HTTP/1.1"), "{what}: {said}");
        let failed = format!("tls {next} failed");
        abused.world.journal.wait_for(&failed);
        abused.registry.assert_unchanged(what);
    }
    let lines = abused.world.journal.lines();
    assert!(
        lines.iter().all(|line| line.starts_with("tls")),
        "{lines:?}"
    );
    abused.goes_on();
}
