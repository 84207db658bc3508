use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use madoguchi_eligibility::Operation;
use madoguchi_terms::Timer;
use madoguchi_web::{Mishap, PORTAL, WebFault};

use crate::raw::{RawClient, tcp};
use crate::world::*;

const SESSIONS: &str = "/limited/v1/sessions";
const LOGIN: &str = "POST /limited/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

/// A server on which this happens to the `nth` login.
fn struck(nth: u32, mishap: Mishap) -> World {
    World::with(|config| config.faults = vec![login(nth, mishap)])
}

/// The same at the first login, where a connection may last so long.
fn struck_within(connection: Duration, mishap: Mishap) -> World {
    World::with(|config| {
        config.faults = vec![login(1, mishap)];
        config.limits.connection = connection;
    })
}

const fn login(nth: u32, mishap: Mishap) -> WebFault {
    WebFault::Request {
        operation: Operation::Login,
        nth,
        times: 1,
        mishap,
    }
}

/// What a client reads that sends one login.
fn answer(world: &World) -> String {
    let mut client = RawClient::connect(world.server.address());
    client.send(LOGIN.as_bytes());
    client.rest()
}

/// The body of an answer, and the length that its head announced.
fn body(answer: &str) -> (&str, usize) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .unwrap();
    (body, length.1.trim().parse().unwrap())
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

#[test]
fn a_lost_answer_was_decided() {
    let world = struck(1, Mishap::AnswerLost);
    let client = client(None);
    client.post(world.url(SESSIONS)).send("{}").unwrap_err();
    assert_eq!(
        world.journal.lines()[1..],
        [
            "request 1 login whole",
            "decide login for nobody",
            "answer 1 200 OK lost"
        ]
    );
    assert_eq!(
        client
            .post(world.url(SESSIONS))
            .send("{}")
            .unwrap()
            .status(),
        200
    );
}

#[test]
fn a_reset_request_is_not_decided() {
    let world = struck(2, Mishap::Reset);
    let client = client(None);
    client
        .post(world.url(SESSIONS))
        .send("{}")
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    client.post(world.url(SESSIONS)).send("{}").unwrap_err();
    assert_eq!(
        world.journal.lines().last().unwrap(),
        "request 2 login reset"
    );
}

#[test]
fn a_silent_service_says_nothing_until_the_client_gives_up() {
    let world = struck_within(Duration::from_millis(50), Mishap::Silent);
    assert_eq!(answer(&world), "");
    assert_eq!(
        world.journal.lines().last().unwrap(),
        "request 1 login silent"
    );
}

#[test]
fn a_stalled_answer_begins_and_is_never_ended() {
    let world = struck_within(Duration::from_millis(500), Mishap::Stalled { percent: 50 });
    let answer = answer(&world);
    let (body, announced) = body(&answer);
    assert_eq!(body.len(), announced / 2, "{answer}");
    assert_eq!(
        world.journal.lines().last().unwrap(),
        "answer 1 200 OK stalled"
    );
}

#[test]
fn an_answer_can_name_its_media_type_with_capitals_and_a_parameter() {
    let world = struck(1, Mishap::MediaTypeParameters);
    let answer = answer(&world);
    let (body, announced) = body(&answer);
    assert_eq!(body.len(), announced);
    assert!(is_json(body), "{answer}");
    let kind = "content-type: Application/JSON; charset=UTF-8";
    let heads = answer.replace("Content-Type", "content-type");
    assert!(heads.contains(kind), "{answer}");
}

#[test]
fn an_answer_can_have_a_field_that_nobody_knows() {
    let world = struck(1, Mishap::UnknownField);
    let answer = answer(&world);
    let (body, announced) = body(&answer);
    assert_eq!(body.len(), announced);
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert!(body["x-madoguchi-unknown"].is_object(), "{answer}");
    assert!(body.as_object().unwrap().len() > 1, "{answer}");
}

#[test]
fn an_answer_can_have_a_code_and_no_words() {
    let whole = answer(&struck(2, Mishap::WithoutMessage));
    let wordless = answer(&struck(1, Mishap::WithoutMessage));
    let fields = |answer: &str| {
        let (body, announced) = body(answer);
        assert_eq!(body.len(), announced);
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body.as_object().unwrap().len()
    };
    assert_eq!(fields(&wordless) + 1, fields(&whole), "{wordless}");
}

/// Writes down how long it was asked to pause.
#[derive(Debug, Default)]
struct Noting(Mutex<Vec<Duration>>);

impl Timer for Noting {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn pause(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

fn noting(mishap: Mishap) -> (World, Arc<Noting>) {
    let timer = Arc::new(Noting::default());
    let fault = WebFault::Request {
        operation: Operation::Login,
        nth: 1,
        times: 1,
        mishap,
    };
    let world = World::with(|config| {
        config.faults = vec![fault];
        config.timer = timer.clone();
    });
    (world, timer)
}

#[test]
fn a_delayed_answer_arrives_after_its_time() {
    let by = Duration::from_secs(3600);
    let (world, timer) = noting(Mishap::Delay(by));
    assert!(answer(&world).starts_with("HTTP/1.1 200"));
    assert_eq!(*timer.0.lock().unwrap(), [by]);
    assert_eq!(
        world.journal.lines().last().unwrap(),
        "answer 1 200 OK delayed"
    );
}

/// Lets time pass as it does.
#[derive(Debug)]
struct Real;

impl Timer for Real {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }
}

#[test]
fn a_delayed_answer_whose_client_has_left_is_told_as_given_up() {
    let fault = WebFault::Request {
        operation: Operation::Login,
        nth: 1,
        times: 1,
        mishap: Mishap::Delay(Duration::from_secs(600)),
    };
    let world = World::with(|config| {
        config.faults = vec![fault];
        config.timer = Arc::new(Real);
    });
    let mut client = RawClient::connect(world.server.address());
    client.send(LOGIN.as_bytes());
    world.journal.wait_for("decide login");
    drop(client);
    world.journal.wait_for("answer 1 200 OK given-up");
}

#[test]
fn a_slow_answer_arrives_whole_in_its_time() {
    let bytes_per_second = 100;
    let (world, timer) = noting(Mishap::Slow { bytes_per_second });
    let answer = answer(&world);
    let (body, announced) = body(&answer);
    assert_eq!(body.len(), announced);
    assert!(is_json(body), "{answer}");
    let took: Duration = timer.0.lock().unwrap().iter().sum();
    let expected = Duration::from_millis(100) * u32::try_from(body.len().div_ceil(10)).unwrap();
    assert_eq!(took, expected);
}

#[test]
fn an_answer_can_break_off_within_its_body() {
    let world = struck(1, Mishap::ResetInBody { percent: 50 });
    let answer = answer(&world);
    let (body, announced) = body(&answer);
    assert_eq!(body.len(), announced / 2, "{answer}");
    assert!(!body.is_empty());
    assert_eq!(
        world.journal.lines().last().unwrap(),
        "answer 1 200 OK reset-in-body"
    );
}

#[test]
fn a_truncated_answer_is_whole_as_http_and_no_json() {
    let world = struck(1, Mishap::Truncated { percent: 100 });
    let answer = answer(&world);
    let (body, announced) = body(&answer);
    assert_eq!(body.len(), announced);
    assert!(!is_json(body), "{answer}");
}

#[test]
fn a_wrong_content_type_lies_about_a_whole_answer() {
    let world = struck(1, Mishap::WrongContentType);
    let answer = answer(&world);
    let (body, _) = body(&answer);
    assert!(is_json(body), "{answer}");
    assert!(
        answer.to_lowercase().contains("content-type: text/html"),
        "{answer}"
    );
    assert_eq!(answer.to_lowercase().matches("content-type").count(), 1);
}

#[test]
fn somebody_on_the_way_answers_and_nothing_is_decided() {
    for (mishap, status, says) in [
        (Mishap::ServerError { status: 503 }, "503", "<html"),
        (
            Mishap::TooManyRequests { retry_after: 30 },
            "429",
            "retry-after: 30",
        ),
        (Mishap::ForeignJson { status: 502 }, "502", "{\"error\":"),
        (Mishap::ForeignJson { status: 200 }, "200", "{\"error\":"),
        (Mishap::PortalPage, "200", "<html"),
        (
            Mishap::PortalRedirect,
            "302",
            "location: /captive-portal/login",
        ),
    ] {
        let world = struck(1, mishap);
        let answer = answer(&world).to_lowercase();
        assert!(
            answer.starts_with(&format!("http/1.1 {status}")),
            "{answer}"
        );
        assert!(answer.contains(says), "{answer}");
        assert!(
            answer.contains("x-madoguchi-mock: unofficial"),
            "{mishap:?}: {answer}"
        );
        let lines = world.journal.lines();
        assert!(
            !lines.iter().any(|line| line.starts_with("decide")),
            "{lines:?}"
        );
    }
}

#[test]
fn a_guest_of_the_portal_is_seen_and_shown_its_page() {
    let world = struck(1, Mishap::PortalRedirect);
    assert!(answer(&world).starts_with("HTTP/1.1 302"));
    let mut client = RawClient::connect(world.server.address());
    let follow = format!("GET {PORTAL} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    client.send(follow.as_bytes());
    assert!(client.rest().contains("<html"));
    assert!(
        world
            .journal
            .lines()
            .contains(&"request 2 nothing whole".to_owned())
    );
}

#[test]
fn a_refused_connection_is_followed_by_a_good_one() {
    let world = World::with(|config| config.faults = vec![WebFault::Refuse { nth: 1, times: 1 }]);
    let client = client(None);
    client.post(world.url(SESSIONS)).send("{}").unwrap_err();
    assert_eq!(
        client
            .post(world.url(SESSIONS))
            .send("{}")
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        world.journal.lines()[..2],
        ["tls 1 failed: refused by a fault", "tls 2 completed"]
    );
}

#[test]
fn a_server_of_tls_1_0_is_refused_by_a_client_of_today() {
    let world = World::with(|config| config.faults = vec![WebFault::OldTls { nth: 1, times: 1 }]);
    client(None)
        .post(world.url(SESSIONS))
        .send("{}")
        .unwrap_err();
    world
        .journal
        .wait_for("tls 1 failed as tls-1.0: client alert ProtocolVersion");
}

#[test]
fn a_client_that_speaks_tls_1_0_is_told_apart() {
    let world = World::with(|config| config.faults = vec![WebFault::OldTls { nth: 1, times: 1 }]);
    let mut stream = tcp(world.server.address());
    stream.write_all(&[22, 3, 1, 0, 1, 1]).unwrap();
    let mut hello = [0; 47];
    stream.read_exact(&mut hello).unwrap();
    assert_eq!(hello[..11], [22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1]);
    stream.write_all(&[22, 3, 1, 0, 1, 16]).unwrap();
    world
        .journal
        .wait_for("tls 1 failed as tls-1.0: the client went on");
}
