//! What a scenario says of the way to the service, for the web server that carries it out.

use std::time::Duration;

use madoguchi_eligibility::Field;
use madoguchi_scenarios::{DateField, DateForm, RedirectTo, Struck, WebFault as Said};
use madoguchi_web::{Elsewhere, Mishap, WebFault};

use crate::entropy::{Consumer, seeded};

/// The faults in the web server's words. Where a body breaks off, and it was not said where, is a
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
        .map(|fault| {
            let mishap = match *fault {
                Said::Refused(at) => {
                    return WebFault::Refuse {
                        nth: at.nth,
                        times: at.times,
                    };
                }
                Said::Tls10(at) => {
                    return WebFault::OldTls {
                        nth: at.nth,
                        times: at.times,
                    };
                }
                Said::AnswerLost(_) => Mishap::AnswerLost,
                Said::Reset(_) => Mishap::Reset,
                Said::Silent(_) => Mishap::Silent,
                Said::WrongContentType(_) => Mishap::WrongContentType,
                Said::MediaTypeParameters(_) => Mishap::MediaTypeParameters,
                Said::UnknownField(_) => Mishap::UnknownField,
                Said::PartialDate(at) => Mishap::PartialDate {
                    field: match at.of {
                        DateField::Birthdate => Field::Birthdate,
                        DateField::QualificationDate => Field::QualificationDate,
                        DateField::DisqualificationDate => Field::DisqualificationDate,
                        DateField::ValidFrom => Field::InsuredCardValidDate,
                        DateField::ValidUntil => Field::InsuredCardExpirationDate,
                    },
                    end: match at.is {
                        DateForm::NoDay => "00",
                        DateForm::NoMonth => "0000",
                        DateForm::Impossible => "0231",
                    },
                },
                Said::ForeignJson(at) => Mishap::ForeignJson {
                    status: at.status.into(),
                },
                Said::Reordered(_) => Mishap::Reordered,
                Said::WithoutMessage(_) => Mishap::WithoutMessage,
                Said::ResetInBody(at) => Mishap::ResetInBody {
                    percent: percent(at.percent),
                },
                Said::Truncated(at) => Mishap::Truncated {
                    percent: percent(at.percent),
                },
                Said::Stalled(at) => Mishap::Stalled {
                    percent: percent(at.percent),
                },
                Said::Delay(at) => Mishap::Delay(Duration::from_millis(at.ms.into())),
                Said::SlowLink(at) => Mishap::Slow {
                    bytes_per_second: at.bytes_per_second.get(),
                },
                Said::ServerError(at) => Mishap::ServerError {
                    status: at.status.into(),
                },
                Said::TooManyRequests(at) => Mishap::TooManyRequests {
                    retry_after: at.retry_after,
                },
                Said::CaptivePortal(at) if at.redirect => Mishap::PortalRedirect,
                Said::CaptivePortal(_) => Mishap::PortalPage,
                Said::Redirect(at) => Mishap::Redirect {
                    status: at.status.into(),
                    to: match at.to {
                        RedirectTo::OwnHost => Elsewhere::OwnHost,
                        RedirectTo::OtherHost => Elsewhere::OtherHost,
                        RedirectTo::Plain => Elsewhere::Plain,
                    },
                },
            };
            let Some(Struck {
                operation,
                nth,
                times,
            }) = fault.struck()
            else {
                unreachable!("a fault of connections has been told")
            };
            WebFault::Request {
                operation,
                nth,
                times,
                mishap,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::{Operation, Portion};

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
