//! What the mock CAs publish of the cards' certificates beside the service: lists of what they took
//! back, and answers about single certificates.
//!
//! | request | answer |
//! |---|---|
//! | `GET /pki/authentication.crl`, `/pki/signature.crl` | `application/pkix-crl` (RFC 5280 §5) |
//! | `POST /pki/authentication/ocsp`, `/pki/signature/ocsp` with `application/ocsp-request` | `application/ocsp-response` (RFC 6960 appendix A) |
//!
//! The addresses in the certificates stay below `.invalid`: a client is told where the mock is.

use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::CertificateState;
use madoguchi_fixtures::pki::MockJpki;
use madoguchi_fixtures::pki::revocation::{Reason, Revoked, Status};
use madoguchi_fixtures::{Certificate, Issued};
use madoguchi_wire::{HttpReply, HttpRequest};

/// How long before `at` a certificate was taken back: a day (*assumed*).
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The certificates of a cell's cards, by CA.
#[derive(Debug)]
pub(super) struct Publication {
    authentication: Vec<Known>,
    signature: Vec<Known>,
    taken_back: Timestamp,
}

#[derive(Debug)]
struct Known {
    serial: u64,
    reason: Option<Reason>,
}

impl Publication {
    /// For the cards of a cell whose scenario plays at `at`.
    pub(super) fn new(issued: &[Issued], at: Timestamp) -> Self {
        let known = |certificate: &Certificate| Known {
            serial: certificate.serial,
            reason: match certificate.state {
                CertificateState::Active => None,
                CertificateState::Renewed => Some(Reason::Superseded),
                CertificateState::Suspended => Some(Reason::CertificateHold),
                CertificateState::Revoked(_) => Some(Reason::Unspecified),
            },
        };
        let signature = issued
            .iter()
            .filter_map(|person| person.signature_certificate.as_ref());
        Self {
            authentication: issued
                .iter()
                .map(|person| known(&person.certificate))
                .collect(),
            signature: signature.map(known).collect(),
            taken_back: at.checked_sub(DAY).unwrap_or(at),
        }
    }

    /// What is published under the path of `request`, if anything, where it is now `now`.
    pub(super) fn reply(&self, request: &HttpRequest, now: Timestamp) -> Option<HttpReply> {
        let (ca, known, what) = if let Some(what) = request.path.strip_prefix("/pki/authentication")
        {
            (MockJpki::authentication(), &self.authentication, what)
        } else {
            let what = request.path.strip_prefix("/pki/signature")?;
            (MockJpki::signature(), &self.signature, what)
        };
        match (request.method.as_str(), what) {
            ("GET", ".crl") => {
                let revoked: Vec<Revoked> = known
                    .iter()
                    .filter_map(|known| {
                        Some(Revoked {
                            serial: known.serial,
                            at: self.taken_back,
                            reason: known.reason?,
                        })
                    })
                    .collect();
                let list = ca.revocation_list(1, now, &revoked).ok()?;
                Some(reply("application/pkix-crl", list))
            }
            ("POST", "/ocsp") => {
                let status = |serial| self.status(known, serial);
                let answer = ca.ocsp_response(&request.body, now, &status);
                Some(reply("application/ocsp-response", answer))
            }
            _ => None,
        }
    }

    fn status(&self, known: &[Known], serial: u64) -> Status {
        match known.iter().find(|known| known.serial == serial) {
            None => Status::Unknown,
            Some(Known { reason: None, .. }) => Status::Good,
            Some(Known {
                reason: Some(reason),
                ..
            }) => Status::Revoked {
                at: self.taken_back,
                reason: *reason,
            },
        }
    }
}

fn reply(kind: &str, body: Vec<u8>) -> HttpReply {
    HttpReply {
        status: 200,
        headers: vec![
            ("Content-Type".to_owned(), kind.to_owned()),
            ("X-Madoguchi-Mock".to_owned(), "unofficial".to_owned()),
        ],
        body,
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_fixtures::persona;

    use super::*;

    const AT: Timestamp = Timestamp::constant(1_790_000_000, 0);

    fn publication() -> Publication {
        let issued =
            ["shiken-taro", "shikkou-juro"].map(|id| persona(id).unwrap().issue(AT).unwrap());
        Publication::new(&issued, AT)
    }

    fn asked(method: &str, path: &str) -> Option<HttpReply> {
        let request = HttpRequest {
            method: method.into(),
            path: path.into(),
            ..HttpRequest::default()
        };
        publication().reply(&request, AT)
    }

    #[test]
    fn lists_and_answers_have_their_media_types() {
        for (method, path, kind) in [
            ("GET", "/pki/authentication.crl", "application/pkix-crl"),
            ("GET", "/pki/signature.crl", "application/pkix-crl"),
            (
                "POST",
                "/pki/authentication/ocsp",
                "application/ocsp-response",
            ),
            ("POST", "/pki/signature/ocsp", "application/ocsp-response"),
        ] {
            let reply = asked(method, path).unwrap();
            assert_eq!(reply.headers[0].1, kind, "{path}");
        }
        for (method, path) in [
            ("POST", "/pki/authentication.crl"),
            ("GET", "/pki/authentication/ocsp"),
            ("GET", "/pki/"),
            ("GET", "/"),
        ] {
            assert!(asked(method, path).is_none(), "{method} {path}");
        }
    }

    #[test]
    fn a_card_is_good_revoked_or_unknown() {
        let publication = publication();
        let [good, revoked] = &publication.authentication[..] else {
            panic!("two cards")
        };
        let status = |serial| publication.status(&publication.authentication, serial);
        assert_eq!(status(good.serial), Status::Good);
        assert!(matches!(status(revoked.serial), Status::Revoked { .. }));
        assert_eq!(status(u64::MAX), Status::Unknown);
    }
}
