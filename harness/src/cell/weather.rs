//! What a scenario says of the way to the service, for the web server that carries it out.

use std::time::Duration;

use madoguchi_scenarios::{Operation, WebFault as Said};
use madoguchi_web::{Mishap, WebFault};

use crate::entropy::{Consumer, seeded};

/// The faults in the web server's words. Where a body breaks off, and nobody has said where, is a
/// matter of the seed.
pub(super) fn faults(said: &[Said], seed: u64) -> Vec<WebFault> {
    let mut entropy = seeded(seed, Consumer::Web);
    let mut percent = |said: Option<u8>| {
        said.unwrap_or_else(|| {
            let mut byte = [0];
            entropy(&mut byte);
            // neither nothing nor nearly everything
            10 + byte[0] % 81
        })
    };
    said.iter()
        .map(|fault| match *fault {
            Said::Refused(at) => WebFault::Refuse {
                nth: at.nth,
                times: at.times,
            },
            Said::Tls10(at) => WebFault::OldTls {
                nth: at.nth,
                times: at.times,
            },
            Said::AnswerLost(at) => request(at.operation, at.nth, at.times, Mishap::AnswerLost),
            Said::Reset(at) => request(at.operation, at.nth, at.times, Mishap::Reset),
            Said::Silent(at) => request(at.operation, at.nth, at.times, Mishap::Silent),
            Said::WrongContentType(at) => {
                request(at.operation, at.nth, at.times, Mishap::WrongContentType)
            }
            Said::ResetInBody(at) => {
                let percent = percent(at.percent);
                request(
                    at.operation,
                    at.nth,
                    at.times,
                    Mishap::ResetInBody { percent },
                )
            }
            Said::Truncated(at) => {
                let percent = percent(at.percent);
                request(
                    at.operation,
                    at.nth,
                    at.times,
                    Mishap::Truncated { percent },
                )
            }
            Said::Stalled(at) => {
                let percent = percent(at.percent);
                request(at.operation, at.nth, at.times, Mishap::Stalled { percent })
            }
            Said::MediaTypeParameters(at) => {
                request(at.operation, at.nth, at.times, Mishap::MediaTypeParameters)
            }
            Said::UnknownField(at) => request(at.operation, at.nth, at.times, Mishap::UnknownField),
            Said::ForeignJson(at) => request(at.operation, at.nth, at.times, Mishap::ForeignJson),
            Said::Delay(at) => {
                let by = Duration::from_millis(at.ms.into());
                request(at.operation, at.nth, at.times, Mishap::Delay(by))
            }
            Said::SlowLink(at) => {
                let bytes_per_second = at.bytes_per_second.get();
                request(
                    at.operation,
                    at.nth,
                    at.times,
                    Mishap::Slow { bytes_per_second },
                )
            }
            Said::ServerError(at) => {
                let status = at.status.into();
                request(
                    at.operation,
                    at.nth,
                    at.times,
                    Mishap::ServerError { status },
                )
            }
            Said::TooManyRequests(at) => {
                let retry_after = at.retry_after;
                let mishap = Mishap::TooManyRequests { retry_after };
                request(at.operation, at.nth, at.times, mishap)
            }
            Said::CaptivePortal(at) => {
                let mishap = if at.redirect {
                    Mishap::PortalRedirect
                } else {
                    Mishap::PortalPage
                };
                request(at.operation, at.nth, at.times, mishap)
            }
        })
        .collect()
}

const fn request(operation: Operation, nth: u32, times: u32, mishap: Mishap) -> WebFault {
    WebFault::Request {
        operation,
        nth,
        times,
        mishap,
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::Portion;

    use super::*;

    fn truncated(seed: u64) -> Vec<WebFault> {
        let fault = Said::Truncated(Portion {
            operation: Operation::Login,
            nth: 1,
            times: 1,
            percent: None,
        });
        faults(&[fault; 4], seed)
    }

    #[test]
    fn where_a_body_breaks_off_is_a_matter_of_the_seed() {
        assert_eq!(truncated(7), truncated(7));
        assert_ne!(truncated(7), truncated(8));
    }
}
