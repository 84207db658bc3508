//! A wire that stays on one machine: plain HTTP, and nowhere but on the loopback interface.

use std::io;
use std::sync::Arc;

use madoguchi_eligibility::Operation;
use madoguchi_web::*;
use madoguchi_wire::Profile;
use serde_json::Value as Json;

use crate::world::{Impatient, Journal, runtime};

const PATH: &str = "/result-output/v1/latest";

fn config(profile: &str, faults: Vec<WebFault>) -> WebConfig {
    let profile = Arc::new(Profile::builtin(profile).unwrap());
    let mut config = WebConfig::local(profile, Arc::new(Impatient));
    config.faults = faults;
    config
}

fn start(config: WebConfig) -> io::Result<WebServer> {
    let journal = Arc::new(Journal::default());
    WebServer::start(runtime().handle(), config, journal.clone(), journal)
}

#[test]
fn it_is_served_without_tls_and_by_its_profile() {
    let server = start(config("result-output-2025.05", Vec::new())).unwrap();
    assert!(server.url().starts_with("http://127.0.0.1:"));
    let agent = ureq::Agent::new_with_defaults();
    let mut reply = agent
        .get(server.url() + PATH)
        .header("Authorization", "Bearer test")
        .call()
        .unwrap();
    assert_eq!(reply.headers()["x-madoguchi-mock"], "unofficial");
    let body: Json = serde_json::from_slice(&reply.body_mut().read_to_vec().unwrap()).unwrap();
    assert_eq!(body["resultCode"], "OK");
    // What is no HTTP is refused there, too.
    let error = agent.get(server.url() + "/nonesuch").call().unwrap_err();
    assert!(matches!(error, ureq::Error::StatusCode(404)), "{error}");
}

#[test]
fn its_faults_are_those_of_every_wire() {
    let fault = WebFault::Request {
        operation: Operation::ResultOutput,
        nth: 1,
        times: 1,
        mishap: Mishap::ResetInBody { percent: 50 },
    };
    let server = start(config("result-output-2025.05", vec![fault])).unwrap();
    let agent = ureq::Agent::new_with_defaults();
    let read = || -> Result<Vec<u8>, ureq::Error> {
        let mut reply = agent.get(server.url() + PATH).call()?;
        reply.body_mut().read_to_vec()
    };
    assert!(read().is_err());
    assert!(read().is_ok());
}

#[test]
fn no_other_wire_and_no_other_address_is_served_without_tls() {
    let error = start(config("mock-2025.05", Vec::new())).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let mut open = config("result-output-2025.05", Vec::new());
    open.address.set_ip([0, 0, 0, 0].into());
    let error = start(open).unwrap_err();
    assert!(error.to_string().contains("loopback"), "{error}");
}
