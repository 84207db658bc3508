//! 端末認証 and sessions: a terminal is activated once, with an activation code, and proves itself
//! by its client certificate from then on. Each login opens a session.

use madoguchi_eligibility::{Answer, Decision, FacilityCode, Field, Fields, Rules};

use crate::decision::{Context, Issuer, Outcome, Refusal, random_hex};
use crate::registry::Registry;
use crate::sessions::LoginSession;
use crate::table::fingerprint;
use crate::{ActivationCode, Terminal};

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
