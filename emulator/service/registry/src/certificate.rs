//! Whose certificate it is and whether it counts. The eligibility system keeps a table of
//! certificates and asks JPKI only about those that are not in it (*inferred* from the public
//! notice of the maintenance of 2024-12-15).

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use madoguchi_eligibility::{Decision, GraceStart, Rules};

use crate::decision::{Context, Refusal, day};
use crate::facts::Filed;
use crate::registry::Registry;
use crate::table::fingerprint;
use crate::{Bearer, CertificateState, Person, RevocationReason};

/// A certificate that counts.
#[derive(Debug)]
pub(crate) struct Holder {
    /// [`Person::id`]
    pub(crate) person: String,
    /// RSA public key, PKCS#1 DER.
    pub(crate) public_key: Arc<[u8]>,
    /// Whether the certificate expired less than the grace period ago.
    pub(crate) in_grace: bool,
    /// The certificate's last day, once that is near enough to be announced.
    pub(crate) expires_soon: Option<Date>,
}

impl Registry {
    /// The holder of a certificate, or why it does not count.
    pub(crate) fn holder(&mut self, der: &[u8], context: &Context<'_>) -> Result<Holder, Refusal> {
        let jpki_closed = self.jpki_is_closed(context);
        let key = fingerprint(der);
        let renewed = |record: &Filed| record.state == CertificateState::Renewed;
        if !jpki_closed && self.certificates.find(&key).is_some_and(renewed) {
            // Its first use: JPKI is asked, and then it is in the table.
            if let Some(record) = self.certificates.find_mut(&key) {
                record.state = CertificateState::Active;
            }
        }
        let Some(record) = self.certificates.find(&key) else {
            return Err(if jpki_closed {
                Refusal(Decision::JpkiMaintenance, "unknown-certificate-needs-jpki")
            } else {
                Refusal(Decision::CertUnknown, "certificate-unknown")
            });
        };
        match record.state {
            CertificateState::Active => {}
            CertificateState::Suspended => {
                return Err(Refusal(Decision::CertRevoked, "certificate-suspended"));
            }
            CertificateState::Revoked(reason) => {
                return Err(Refusal(Decision::CertRevoked, revocation_rule(reason)));
            }
            CertificateState::Renewed => {
                return Err(Refusal(
                    Decision::JpkiMaintenance,
                    "renewed-certificate-needs-jpki",
                ));
            }
        }
        let in_grace = record.not_after < context.now;
        if in_grace && !within_grace(record, &self.rules, context) {
            return Err(Refusal(Decision::CertExpired, "certificate-expired"));
        }
        Ok(Holder {
            person: record.person.to_string(),
            public_key: record.public_key.clone(),
            in_grace,
            expires_soon: expires_soon(record, self.rules.notice_months, context),
        })
    }

    /// The person of a holder, once 健康保険証利用登録 is done and in effect.
    pub(crate) fn registered_person(
        &self,
        id: &str,
        context: &Context<'_>,
    ) -> Result<&Person, Refusal> {
        let person = self
            .persons
            .find(id)
            .ok_or(Refusal(Decision::CertUnknown, "certificate-of-nobody"))?;
        let registered = person.registered
            || self
                .registrations
                .find(id)
                .is_some_and(|registration| registration.effective <= context.now);
        match (registered, self.jpki_is_closed(context)) {
            (true, _) if person.withheld => Err(Refusal(
                Decision::Withheld,
                "eligibility-under-verification",
            )),
            (true, _) => Ok(person),
            (false, true) => Err(Refusal(
                Decision::JpkiMaintenance,
                "unregistered-person-needs-jpki",
            )),
            (false, false) => Err(Refusal(Decision::NotRegistered, "not-registered")),
        }
    }
}

/// Whether the certificate is still in its grace period. One on a telephone has none.
fn within_grace(record: &Filed, rules: &Rules, context: &Context<'_>) -> bool {
    let expired = day(record.not_after);
    let last = expired.checked_add(rules.grace_months.months());
    let last = last.map(|last| match rules.grace_counts_from {
        GraceStart::MonthEnd if rules.grace_months > 0 => last.last_of_month(),
        GraceStart::MonthEnd | GraceStart::Expiry => last,
    });
    record.bearer == Bearer::Card && last.is_ok_and(|last| context.today() <= last)
}

/// The last day of a certificate that still counts, from `months` before it on.
fn expires_soon(record: &Filed, months: i32, context: &Context<'_>) -> Option<Date> {
    let last = day(record.not_after);
    let first_notice = last.checked_sub(months.months()).ok()?;
    (context.now <= record.not_after && first_notice <= context.today()).then_some(last)
}

/// The rule that a revocation is refused by. The reason is for the trace; whether the real service
/// tells it to a client is not public, so the client is not told (*assumed*).
const fn revocation_rule(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Unspecified => "certificate-revoked",
        RevocationReason::KeyCompromise => "certificate-revoked-key-compromise",
        RevocationReason::CaCompromise => "certificate-revoked-ca-compromise",
        RevocationReason::AffiliationChanged => "certificate-revoked-affiliation-changed",
        RevocationReason::Superseded => "certificate-revoked-superseded",
        RevocationReason::CessationOfOperation => "certificate-revoked-cessation-of-operation",
    }
}
