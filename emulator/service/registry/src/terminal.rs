//! 端末認証 and sessions: a terminal is activated once, with an activation code, and proves itself
//! by its client certificate from then on. Each login opens a session.

use base16ct::lower::encode_string;
use jiff::Timestamp;
use madoguchi_eligibility::{Answer, Decision, FacilityCode, Field, Fields, Rules};
use madoguchi_terms::Secret;

use crate::registration::Consent;
use crate::registry::{Context, Outcome, Refusal, Registry};
use crate::sessions::Recent;
use crate::table::fingerprint;
use crate::{ActivationCode, Terminal};

/// Makes what a terminal needs for 端末認証.
pub trait Issuer {
    /// A client certificate and its key for the terminal `id`.
    fn issue(&mut self, id: &str) -> IssuedTerminal;
}

/// A terminal's certificate and key.
#[derive(Debug, Clone)]
pub struct IssuedTerminal {
    /// The certificate, DER: what the terminal will show.
    pub certificate: Vec<u8>,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The private key, PEM PKCS#8.
    pub key_pem: Secret<String>,
}

/// What one login leads to.
#[derive(Debug, Clone)]
pub(crate) struct LoginSession {
    /// [`Terminal::id`] that logged in.
    pub(crate) terminal: String,
    /// The institution whose entrance for patients opened it; such a session has no terminal.
    pub(crate) entrance: Option<FacilityCode>,
    /// ユーザーID that logged in; empty where no user did.
    pub(crate) user_id: String,
    /// When it was opened.
    pub(crate) opened: Timestamp,
    /// When its last request came.
    pub(crate) last_used: Timestamp,
    /// Unused nonces, by id.
    pub(crate) challenges: Recent<Nonce>,
    /// Nonces that are used up, by id: what a wrong signature may be over.
    pub(crate) spent: Recent<Vec<u8>>,
    /// Certificate of the last inquiry that was refused for want of 健康保険証利用登録.
    pub(crate) unregistered: Option<Vec<u8>>,
    /// Consents that were given, by id.
    pub(crate) consents: Recent<Consent>,
}

impl LoginSession {
    /// A session that nothing has been asked in.
    pub(crate) fn opened(context: &Context<'_>) -> Self {
        Self {
            terminal: String::new(),
            entrance: None,
            user_id: String::new(),
            opened: context.now,
            last_used: context.now,
            challenges: Recent::default(),
            spent: Recent::default(),
            unregistered: None,
            consents: Recent::default(),
        }
    }

    /// The rule that ended the session, if one did. A clock that was set back ends none.
    pub(crate) fn is_over(&self, rules: &Rules, context: &Context<'_>) -> Option<&'static str> {
        if rules.session_idle < context.now.duration_since(self.last_used) {
            return Some("session-ended");
        }
        (rules.session_lasts < context.now.duration_since(self.opened)).then_some("session-too-old")
    }
}

/// What a card is asked to sign.
#[derive(Debug, Clone)]
pub(crate) struct Nonce {
    pub(crate) bytes: Vec<u8>,
    pub(crate) issued: Timestamp,
}

impl Registry {
    /// First use of a terminal: account and activation code (事務連絡 2025-05-21: at the first use
    /// of the app, log in with user ID, password and activation code).
    pub(crate) fn first_login(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
        issuer: &mut dyn Issuer,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Outcome {
        let account = self.account(fields, context)?;
        let kind = self.usable_code(fields, &account.facility, context)?.kind;
        self.may_ask_from(kind, &account.facility)?;
        let code = self.usable_code(fields, &account.facility, context)?;
        let id = format!("terminal-{}", random_hex(entropy, 8));
        code.used_by = Some(id.clone());
        let issued = issuer.issue(&id);
        self.terminals.insert(Terminal {
            kind,
            ..Terminal::new(&id, account.facility, issued.certificate)
        });
        Ok(Answer::new(Decision::Ok, "terminal-activated")
            .with(Field::TerminalId, id)
            .with(Field::TerminalCertificate, issued.certificate_pem)
            .with(Field::TerminalKey, issued.key_pem.expose().as_str()))
    }

    /// A login of an activated terminal.
    pub(crate) fn login(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Outcome {
        let account = self.account(fields, context)?;
        if account.facility != terminal.facility {
            return Err(Refusal(
                Decision::TerminalUnknown,
                "terminal-of-another-facility",
            ));
        }
        let session = LoginSession {
            terminal: terminal.id.clone(),
            user_id: account.user_id,
            ..LoginSession::opened(context)
        };
        let token = self.open_session(session, context, entropy);
        Ok(Answer::new(Decision::Ok, "logged-in").with(Field::SessionToken, token))
    }

    /// Withdraws an activation code and with it the terminal that used it (無効化する).
    pub fn invalidate_code(&mut self, code: &str) {
        let entry = ActivationCode::by_digits(code);
        for code in self
            .codes
            .keys_of(entry, |entry| entry.code.expose() == code)
        {
            let Some(entry) = self.codes.find_mut(&code) else {
                continue;
            };
            entry.invalidated = true;
            let Some(id) = entry.used_by.clone() else {
                continue;
            };
            let terminal = Terminal::by_id(&id);
            for terminal in self
                .terminals
                .keys_of(terminal, |terminal| terminal.id == id)
            {
                if let Some(terminal) = self.terminals.find_mut(&terminal) {
                    terminal.revoked = true;
                }
            }
        }
    }

    /// The service's name for the terminal with this client certificate.
    #[must_use]
    pub fn terminal_id(&self, certificate: &[u8]) -> Option<&str> {
        self.terminals
            .find(&fingerprint(certificate))
            .map(|terminal| terminal.id.as_str())
    }

    /// The terminal that asks.
    pub(crate) fn terminal(&self, context: &Context<'_>) -> Result<&Terminal, Refusal> {
        let unknown = |rule| Refusal(Decision::TerminalUnknown, rule);
        let certificate = context
            .terminal
            .ok_or(unknown("terminal-certificate-missing"))?;
        let terminal = self
            .terminals
            .find(&fingerprint(certificate))
            .ok_or(unknown("terminal-certificate-unknown"))?;
        if terminal.revoked {
            return Err(Refusal(Decision::TerminalRevoked, "terminal-revoked"));
        }
        self.may_ask_from(terminal.kind, &terminal.facility)?;
        Ok(terminal)
    }

    /// Takes the session that the request names out of the table.
    pub(crate) fn take_session(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Result<(String, LoginSession), Refusal> {
        let invalid = |rule| Refusal(Decision::SessionInvalid, rule);
        let token = fields
            .text(Field::SessionToken)
            .ok_or(invalid("session-token-missing"))?;
        match self.sessions.find(token) {
            None => return Err(invalid("session-unknown")),
            Some(session) if session.terminal != terminal.id => {
                return Err(invalid("session-of-another-terminal"));
            }
            Some(_) => {}
        }
        let (token, mut session) = self
            .sessions
            .take(token)
            .ok_or(invalid("session-unknown"))?;
        if let Some(rule) = session.is_over(&self.rules, context) {
            return Err(invalid(rule));
        }
        session.last_used = context.now;
        Ok((token, session))
    }

    /// The activation code that the request names.
    fn usable_code(
        &mut self,
        fields: &Fields,
        facility: &FacilityCode,
        context: &Context<'_>,
    ) -> Result<&mut ActivationCode, Refusal> {
        let given = fields
            .text(Field::ActivationCode)
            .ok_or(Refusal(Decision::Malformed, "activation-code-missing"))?;
        if !self.is_code(given) {
            return Err(Refusal(Decision::CodeInvalid, "activation-code-misspelt"));
        }
        let (ready_after, lives) = (self.rules.code_ready_after, self.rules.code_lives);
        let code = self
            .codes
            .find_mut(&ActivationCode::key_of(facility, given))
            .ok_or(Refusal(Decision::CodeInvalid, "activation-code-unknown"))?;
        if code.invalidated {
            return Err(Refusal(
                Decision::CodeInvalid,
                "activation-code-invalidated",
            ));
        }
        if code.used_by.is_some() {
            return Err(Refusal(Decision::CodeUsed, "activation-code-used"));
        }
        let age = context.now.duration_since(code.issued_at);
        if age < ready_after {
            return Err(Refusal(Decision::CodeNotReady, "activation-code-too-new"));
        }
        if lives.is_some_and(|lives| lives < age) {
            return Err(Refusal(Decision::CodeInvalid, "activation-code-too-old"));
        }
        Ok(code)
    }

    /// Half-width digits, as many as a code has (AC-04, G-03).
    fn is_code(&self, given: &str) -> bool {
        let Rules {
            code_digits_min: min,
            code_digits_max: max,
            ..
        } = self.rules;
        (min..=max).contains(&given.len()) && given.bytes().all(|b| b.is_ascii_digit())
    }
}

/// `bytes` random bytes in lower-case hexadecimal.
pub(crate) fn random_hex(entropy: &mut dyn FnMut(&mut [u8]), bytes: usize) -> String {
    let mut random = vec![0; bytes];
    entropy(&mut random);
    encode_string(&random)
}
