use std::time::Duration;

use madoguchi_eligibility::Operation;
use madoguchi_web::WebFault;

use crate::world::*;

const SESSIONS: &str = "/limited/v1/sessions";

#[test]
fn a_lost_answer_was_decided() {
    let fault = WebFault::AnswerLost {
        operation: Operation::Login,
        nth: 1,
    };
    let world = World::with(|config| config.faults = vec![fault]);
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
    let fault = WebFault::Reset {
        operation: Operation::Login,
        nth: 2,
    };
    let world = World::with(|config| config.faults = vec![fault]);
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
fn a_delayed_answer_arrives() {
    let by = Duration::from_millis(1);
    let fault = WebFault::Delay {
        operation: Operation::Login,
        nth: 1,
        by,
    };
    let world = World::with(|config| config.faults = vec![fault]);
    assert_eq!(
        client(None)
            .post(world.url(SESSIONS))
            .send("{}")
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        world.journal.lines().last().unwrap(),
        "answer 1 200 OK delayed"
    );
}

#[test]
fn a_refused_connection_is_followed_by_a_good_one() {
    let world = World::with(|config| config.faults = vec![WebFault::Refuse { nth: 1 }]);
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
