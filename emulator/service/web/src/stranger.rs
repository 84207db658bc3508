//! What a stranger between client and service says in the service's place: a gateway that is
//! overloaded, a captive portal that wants to be clicked through. None of it is in the words of a
//! wire profile, which is the point; all of it is marked as a mock's.

use madoguchi_wire::{HttpReply, HttpRequest};

use crate::{ELSEWHERE, Mishap, PORTAL};

/// The media type of a page.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// What a guest is shown who followed a redirect and is seen here; nothing on any other path.
pub(crate) fn followed(asked: &HttpRequest) -> Option<HttpReply> {
    [PORTAL, ELSEWHERE]
        .contains(&&*asked.path)
        .then(|| reply(Mishap::PortalPage, asked))
        .flatten()
}

/// The reply of the stranger in the way, where this fault is one.
pub(crate) fn reply(fate: Mishap, asked: &HttpRequest) -> Option<HttpReply> {
    let (status, title, more) = match fate {
        Mishap::ForeignJson { status } => return Some(foreign_json(status)),
        Mishap::ServerError { status } => (status, "Service Unavailable", None),
        Mishap::TooManyRequests { retry_after } => (
            429,
            "Too Many Requests",
            Some(("Retry-After", retry_after.to_string())),
        ),
        // A guest who has followed the redirect is shown the page.
        Mishap::PortalRedirect if asked.path != PORTAL => {
            (302, "Found", Some(("Location", PORTAL.to_owned())))
        }
        Mishap::Redirect { status, to } => {
            let mut headers = asked.headers.iter();
            let host = headers.find(|(name, _)| name.eq_ignore_ascii_case("host"));
            let host = host.map_or("localhost", |(_, host)| host);
            (status, "Moved", Some(("Location", to.address(host))))
        }
        Mishap::PortalPage | Mishap::PortalRedirect => {
            (200, "無線LANの利用規約に同意してください", None)
        }
        _ => return None,
    };
    let mut headers = vec![
        ("Content-Type".to_owned(), HTML.to_owned()),
        ("X-Madoguchi-Mock".to_owned(), "unofficial".to_owned()),
    ];
    headers.extend(more.map(|(name, value)| (name.to_owned(), value)));
    let body = format!(
        "<!DOCTYPE html><html lang=\"ja\"><title>{title}</title><p>模擬 / MOCK</p><h1>{title}</h1></html>\n"
    );
    Some(HttpReply {
        status,
        headers,
        body: body.into_bytes(),
    })
}

/// What a gateway says that speaks JSON, and not that of a wire profile.
fn foreign_json(status: u16) -> HttpReply {
    HttpReply {
        status,
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("X-Madoguchi-Mock".to_owned(), "unofficial".to_owned()),
        ],
        body: br#"{"error":{"code":"BAD_GATEWAY","message":"MOCK: the upstream server did not answer"}}"#
            .to_vec(),
    }
}

/// Seconds of `Retry-After`, where this fault sends one.
pub(crate) const fn retry_after(fate: Option<Mishap>) -> Option<u32> {
    match fate {
        Some(Mishap::TooManyRequests { retry_after }) => Some(retry_after),
        _ => None,
    }
}
