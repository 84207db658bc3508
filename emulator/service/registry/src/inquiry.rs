//! The inquiry itself: eligibility for the person of a certificate, and the proof that the card
//! was there.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use indexmap::IndexSet;
use jiff::civil::Date;
use madoguchi_eligibility::{Answer, Decision, Field, Fields, Method, Operation, Purpose, Request};

use crate::Terminal;
use crate::certificate::Holder;
use crate::decision::{Context, Outcome, Refusal, random_hex};
use crate::entitlement::Entitlement;
use crate::facts::HistoryRow;
use crate::registry::Registry;
use crate::sessions::{LoginSession, Nonce};
use crate::signature::Made;

/// Length of a nonce in bytes.
const NONCE_LEN: usize = 32;

/// Other people's certificates whose keys are tried on a wrong signature: those of a counter, and not those
/// of a load test.
const OTHER_KEYS: usize = 64;

impl LoginSession {
    /// Issues a nonce that one inquiry of this session may use.
    pub(crate) fn challenge(
        &mut self,
        context: &Context<'_>,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Answer {
        let id = random_hex(entropy, 16);
        let mut nonce = vec![0; NONCE_LEN];
        entropy(&mut nonce);
        let issued = Nonce {
            bytes: nonce.clone(),
            issued: context.now,
        };
        self.challenges.insert(id.clone(), issued);
        Answer::new(Decision::Ok, "challenge-issued")
            .with(Field::ChallengeId, id)
            .with(Field::Nonce, nonce)
    }
}

impl Registry {
    /// Decides an inquiry, or repeats the answer that it had before.
    pub(crate) fn inquiry(
        &mut self,
        request: &Request,
        terminal: &Terminal,
        session: &mut LoginSession,
        context: &Context<'_>,
    ) -> Outcome {
        let Request {
            operation, fields, ..
        } = request;
        if let Some(answer) = self.replays.find(*operation, fields, &terminal.id)? {
            return Ok(answer);
        }
        let outcome = self.eligibility(request, terminal, session, context);
        let latest = self.history.rows().next_back();
        let most = self.rules.requests_kept;
        self.replays
            .keep((*operation, fields), &terminal.id, &outcome, latest, most);
        outcome
    }

    fn eligibility(
        &mut self,
        request: &Request,
        terminal: &Terminal,
        session: &mut LoginSession,
        context: &Context<'_>,
    ) -> Outcome {
        let fields = &request.fields;
        let by_signature = request.operation == Operation::EligibilityBySignature;
        purpose(fields)?;
        let method = method(fields)?;
        if !self.rules.methods.contains(&method) {
            return Err(Refusal(Decision::NotPermitted, "method-not-offered"));
        }
        // Without its signature the four-digit PIN proves nothing to the service.
        if self.rules.signed_methods.contains(&method) && !by_signature {
            return Err(Refusal(Decision::SignatureInvalid, "pin-needs-signature"));
        }
        let nonce = if by_signature {
            Some(self.spend_challenge(session, fields, context)?)
        } else {
            None
        };
        let certificate = certificate(fields)?;
        let holder = self.holder(certificate, context)?;
        if let Some(nonce) = nonce {
            self.verify(&holder, session, &nonce, fields)?;
        }
        let person = match self.registered_person(&holder.person, context) {
            Ok(person) => person,
            Err(refusal) => {
                if refusal.0 == Decision::NotRegistered {
                    session.unregistered = Some(certificate.to_vec());
                }
                return Err(refusal);
            }
        };
        let Entitlement {
            decision,
            rule,
            validity,
            results,
        } = Entitlement::of(person, context.today(), &self.rules);
        let (decision, rule) = match (holder.in_grace, holder.expires_soon, decision) {
            (true, _, _) => (Decision::CertExpiredGrace, "certificate-in-grace"),
            (false, Some(_), Decision::Ok) => (decision, "certificate-expires-soon"),
            (false, _, _) => (decision, rule),
        };
        let delivered = self.as_delivered(&holder.person, &results);
        self.note(HistoryRow {
            at: context.now,
            facility: terminal.facility.clone(),
            terminal: terminal.id.clone(),
            user_id: session.user_id.clone(),
            person: holder.person,
            decision,
            validity,
            results: delivered,
        });
        let mut answer = Answer::new(decision, rule)
            .with(
                Field::QualificationConfirmationDate,
                compact(context.today()),
            )
            .with(Field::QualificationValidity, validity.code());
        answer.results = results;
        if let Some(last) = holder.expires_soon {
            let message = expiry_notice(decision, last);
            answer.fields.set(Field::ResultMessage, message);
        }
        Ok(answer)
    }
}

impl Registry {
    /// The nonce that the request names; it is used up, whatever comes of it.
    pub(crate) fn spend_challenge(
        &self,
        session: &mut LoginSession,
        fields: &Fields,
        context: &Context<'_>,
    ) -> Result<Vec<u8>, Refusal> {
        let unknown = |rule| Refusal(Decision::ChallengeUnknown, rule);
        let id = fields
            .text(Field::ChallengeId)
            .ok_or(unknown("challenge-missing"))?;
        let nonce = session
            .challenges
            .remove(id)
            .ok_or(unknown("challenge-not-usable"))?;
        session.spent.insert(id.to_owned(), nonce.bytes.clone());
        if self.rules.challenge_lives < context.now.duration_since(nonce.issued) {
            return Err(unknown("challenge-too-old"));
        }
        Ok(nonce.bytes)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over the nonce, by the key of the certificate. The rule says over
    /// what another signature is, where that can be found out.
    pub(crate) fn verify(
        &self,
        holder: &Holder,
        session: &LoginSession,
        nonce: &[u8],
        fields: &Fields,
    ) -> Result<(), Refusal> {
        let invalid = |rule| Refusal(Decision::SignatureInvalid, rule);
        let signature = fields
            .bytes(Field::Signature)
            .ok_or(invalid("signature-missing"))?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &holder.public_key)
            .verify(nonce, signature)
            .map_err(|_| invalid(self.made(holder, session, nonce, fields).fault(signature)))
    }

    /// What a signature that does not verify could have been made of and with.
    fn made<'a>(
        &'a self,
        holder: &'a Holder,
        session: &'a LoginSession,
        nonce: &'a [u8],
        fields: &'a Fields,
    ) -> Made<'a> {
        let earlier = session.spent.values().map(Vec::as_slice);
        let open = session.challenges.values();
        let keys = self.certificates.iter().map(|filed| &*filed.public_key);
        let others = keys.filter(|key| *key != &*holder.public_key);
        let others: IndexSet<&[u8]> = others.take(OTHER_KEYS).collect();
        Made {
            nonce,
            challenge: fields.text(Field::ChallengeId).unwrap_or_default(),
            earlier: earlier.filter(|earlier| *earlier != nonce).collect(),
            open: open.map(|open| open.bytes.as_slice()).collect(),
            key: &holder.public_key,
            others: others.into_iter().collect(),
        }
    }
}

/// The certificate that the request carries.
pub(crate) fn certificate(fields: &Fields) -> Result<&[u8], Refusal> {
    fields
        .bytes(Field::Certificate)
        .ok_or(Refusal(Decision::Malformed, "certificate-missing"))
}

/// How the identity was checked, as the client declares it.
pub(crate) fn method(fields: &Fields) -> Result<Method, Refusal> {
    fields
        .text(Field::Method)
        .ok_or(Refusal(Decision::Malformed, "method-missing"))?
        .parse()
        .map_err(|_| Refusal(Decision::Malformed, "method-unknown"))
}

/// What is said beside the decision from three months before a certificate's end (CD-10).
fn expiry_notice(decision: Decision, last: Date) -> String {
    let said = decision.message_ja();
    let (year, month, day) = (last.year(), last.month(), last.day());
    format!("{said}。電子証明書の有効期限は{year}年{month}月{day}日です。更新してください")
}

/// Whether the inquiry may be made at all: 人間ドック for identity alone is no reason to use the
/// system (周知 on 特定健診, R6). A request that does not say its purpose passes (*assumed*).
pub(crate) fn purpose(fields: &Fields) -> Result<(), Refusal> {
    match fields.text(Field::Purpose).map(str::parse) {
        None => Ok(()),
        Some(Ok(Purpose::IdentityOnly)) => {
            Err(Refusal(Decision::NotPermitted, "identity-only-purpose"))
        }
        Some(Ok(_)) => Ok(()),
        Some(Err(_)) => Err(Refusal(Decision::Malformed, "purpose-unknown")),
    }
}

/// A day as `YYYYMMDD`.
pub(crate) fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// A field that is a day, if it was given.
pub(crate) fn given_day(fields: &Fields, field: Field) -> Result<Option<Date>, Refusal> {
    fields
        .text(field)
        .map(|text| read_day(text).ok_or(Refusal(Decision::Malformed, "date-malformed")))
        .transpose()
}

pub(crate) fn read_day(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        .ok()
        .filter(|_| digits)
}
