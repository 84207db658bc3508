use serde_json::Value as Json;

use crate::raw::RawClient;
use crate::world::*;

#[test]
fn everything_is_noted_before_the_client_knows_it() {
    let world = World::healthy();
    client(None)
        .post(world.url("/limited/v1/sessions"))
        .send("{}")
        .unwrap();
    assert_eq!(
        world.journal.lines(),
        [
            "tls 1 completed",
            "request 1 login whole",
            "decide login for nobody",
            "answer 1 200 OK whole",
        ]
    );
}

#[test]
fn one_connection_serves_several_exchanges() {
    let world = World::healthy();
    let client = client(None);
    for _ in 0..3 {
        let mut reply = client
            .post(world.url("/limited/v1/sessions"))
            .send("{}")
            .unwrap();
        reply.body_mut().read_to_string().unwrap();
    }
    let lines = world.journal.lines();
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("tls")).count(),
        1,
        "{lines:?}"
    );
    assert!(lines.contains(&"request 3 login whole".to_owned()));
}

#[test]
fn malformed_json_is_answered_and_decided_by_nobody() {
    let world = World::healthy();
    let mut reply = client(None)
        .post(world.url("/limited/v1/sessions"))
        .send("{\"a\":")
        .unwrap();
    assert_eq!(reply.status(), 400);
    assert_eq!(reply.headers()["X-Madoguchi-Mock"], "unofficial");
    let body: Json = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(body["resultCode"], "MALFORMED");
    assert_eq!(
        world.journal.lines()[1..],
        ["request 1 login whole", "answer 1 400 MALFORMED whole"]
    );
}

#[test]
fn an_unknown_path_is_answered_with_what_would_match() {
    let world = World::healthy();
    let mut reply = client(None)
        .get(world.url("/limited/v1/registration/term?lang=ja"))
        .call()
        .unwrap();
    assert_eq!(reply.status(), 404);
    let body: Json = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(body["nearestOperation"], "registration-terms");
    let fragment = body["profileFragment"].as_str().unwrap();
    assert!(
        fragment.contains("path: \"/limited/v1/registration/term\"\n"),
        "{fragment}"
    );
}

#[test]
fn a_query_does_not_keep_an_operation_from_matching() {
    let world = World::healthy();
    let url = world.url("/limited/v1/registration/terms?lang=ja");
    assert_eq!(client(None).get(url).call().unwrap().status(), 200);
}

#[test]
fn what_is_no_http_ends_the_connection() {
    let world = World::healthy();
    let mut client = RawClient::connect(world.server.address());
    client.send(b"\x00\x01\x02 nonsense\r\n\r\n");
    let answer = client.rest();
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 \r\n"),
        "{answer}"
    );
    assert_eq!(world.journal.lines(), ["tls 1 completed"]);
}
