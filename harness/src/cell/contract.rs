//! The contract of the Webサービス, published beside it: `GET /openapi.json`, for clients' generators
//! and for fuzzers. `madoguchi profile show NAME --openapi` prints the same.

use madoguchi_wire::{HttpReply, HttpRequest, Profile};

/// Where it is.
const PATH: &str = "/openapi.json";

/// The document of `profile`, if that is what is asked for.
pub(super) fn reply(profile: &Profile, request: &HttpRequest) -> Option<HttpReply> {
    if (request.method.as_str(), request.path.as_str()) != ("GET", PATH) {
        return None;
    }
    let (name, value) = profile.marker();
    Some(HttpReply {
        status: 200,
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            (name.to_owned(), value.to_owned()),
        ],
        body: profile.openapi().to_string().into_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_published_as_it_is_and_marked() {
        let profile = Profile::builtin("mock-2025.05").unwrap();
        let asked = |method: &str, path: &str| {
            let request = HttpRequest {
                method: method.into(),
                path: path.into(),
                ..HttpRequest::default()
            };
            reply(&profile, &request)
        };
        let found = asked("GET", PATH).unwrap();
        assert_eq!(found.body, profile.openapi().to_string().into_bytes());
        assert_eq!(found.headers[1].0, "X-Madoguchi-Mock");
        assert!(asked("POST", PATH).is_none());
        assert!(asked("GET", "/openapi.json/").is_none());
    }
}
