//! What is asked of the service, and which screen its answer leads to.

use crate::answer::{Answer, NoAnswer};
use crate::app::{Again, App, Purpose, Stage};
use crate::conduct::{Done, Stop};
use crate::contract::{Account, Conditions};
use crate::result;
use crate::screens::{self, NOTICE};
use crate::service::Request;
use crate::terminal::Terminal;
use crate::wire::{Field, Operation};

impl App {
    /// Activates the terminal where that has not been done, then opens a session.
    pub(crate) fn login(&mut self, account: Account) -> Done {
        if let Some(why) = self.unusable.clone() {
            return self.show_login(Some(why));
        }
        let is_fresh = !self.service.has_terminal();
        if is_fresh && account.activation_code.is_none() {
            let wanted = "アクティベーションコードを入力してください".to_owned();
            return self.show_login(Some(wanted));
        }
        if self.conduct().activates(is_fresh) {
            self.activate(&account)?;
        }
        self.mobile.keep_passcode(account.passcode.as_ref());
        let login = self.account_request(Operation::Login, &account);
        let answer = match self.send(login)? {
            (_, Ok(answer)) => answer,
            (_, Err(error)) => return self.show_no_answer(&error, Again::Login(account)),
        };
        let token = answer.text(Field::SessionToken).map(str::to_owned);
        if let Some(token) = &token {
            self.service.open_session(token);
        }
        let answer = self.conduct().answer(self, Operation::Login, answer)?;
        match token {
            Some(_) => self.show_choice(),
            None => self.show_login(Some(answer.message())),
        }
    }

    /// Fetches the terminal's certificate. Where none came the act is over.
    fn activate(&mut self, account: &Account) -> Done {
        let mut activation = self
            .account_request(Operation::FirstLogin, account)
            .without_terminal();
        if let Some(code) = &account.activation_code {
            activation = activation.with(Field::ActivationCode, code);
        }
        let answer = match self.service.send(&activation) {
            Ok(answer) => answer,
            Err(error) => {
                self.show_no_answer(&error, Again::Login(account.clone()))?;
                return Err(Stop::Done);
            }
        };
        let answer = self.conduct().answer(self, Operation::FirstLogin, answer)?;
        let kept = match (
            answer.text(Field::TerminalCertificate),
            answer.text(Field::TerminalKey),
        ) {
            (Some(certificate), Some(key)) => self.keep_terminal(certificate, key),
            _ if self.service.has_terminal() => Ok(()),
            _ => Err(answer.message()),
        };
        if let Err(why) = kept {
            self.show_login(Some(why))?;
            return Err(Stop::Done);
        }
        Ok(())
    }

    fn account_request(&mut self, operation: Operation, account: &Account) -> Request {
        self.service
            .request(operation)
            .with(Field::FacilityCode, &account.facility_code)
            .with(Field::UserId, &account.user_id)
            .with(Field::Password, &account.password)
    }

    fn keep_terminal(&mut self, certificate: &str, key: &str) -> Result<(), String> {
        let terminal = Terminal {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        self.terminal
            .save(&terminal)
            .map_err(|error| format!("端末の証明書を保存できません（{error}）"))?;
        self.service
            .use_terminal(&terminal)
            .map_err(|error| error.to_string())
    }

    pub(crate) fn retry(&mut self, again: Again) -> Done {
        match again {
            Again::Login(account) => self.login(account),
            Again::EnterPin => self.read_again(Purpose::Check),
            Again::Ask(request) => self.ask(request),
        }
    }

    pub(crate) fn consent_to(&mut self, terms: String) -> Request {
        self.service
            .request(Operation::RegistrationConsent)
            .with(Field::TermsId, terms)
            .with(Field::Consent, "agree")
    }

    /// Asks for past results under the conditions that were entered.
    pub(crate) fn browse(&mut self, conditions: &Conditions) -> Done {
        let request = self.service.request(Operation::History);
        self.ask_with(request, conditions)
    }

    /// 照会区分 2: asks by the numbers of an insurance card.
    pub(crate) fn ask_by_number(&mut self, numbers: &Conditions) -> Done {
        let request = self.service.request(Operation::EligibilityByNumber);
        self.ask_with(request, numbers)
    }

    /// 緊急時医療情報・資格確認機能
    pub(crate) fn search_emergency(&mut self, person: &Conditions) -> Done {
        let request = self.service.request(Operation::EmergencySearch);
        self.ask_with(request, person)
    }

    /// Asks with what the staff typed into a form.
    pub(crate) fn ask_with(&mut self, mut request: Request, form: &Conditions) -> Done {
        for (name, value) in form {
            let field = match name.as_str() {
                "date-from" => Field::DateFrom,
                "date-to" => Field::DateTo,
                "name-kana" => Field::NameKana,
                "insurer-number" => Field::InsurerNumber,
                "insured-card-symbol" => Field::InsuredCardSymbol,
                "insured-identification-number" => Field::InsuredIdentificationNumber,
                "insured-branch-number" => Field::InsuredBranchNumber,
                "birthdate" => Field::Birthdate,
                "sex" => Field::Sex1,
                "mode" => Field::EmergencyMode,
                "consent" => Field::InformationConsent,
                "care" => Field::CareCategory,
                other => return self.refuse(&format!("the form has no `{other}`")),
            };
            let value = match (name.as_str(), value.as_str()) {
                ("consent", "agrees") => "1",
                ("consent", "refuses") => "0",
                ("consent", _) => "3",
                ("care", "home-visit") => "2",
                ("care", "online") => "3",
                (_, typed) => typed,
            };
            request = request.with(field, value);
        }
        self.ask(request)
    }

    /// Sends a request and shows what comes of it.
    pub(crate) fn ask(&mut self, request: Request) -> Done {
        let (request, answer) = match self.send(request)? {
            (request, Ok(answer)) => (request, answer),
            (request, Err(error)) => return self.show_no_answer(&error, Again::Ask(request)),
        };
        let operation = request.operation;
        let answer = self.conduct().answer(self, operation, answer)?;
        if is_passing(&answer) {
            return self.show_no_answer(&answer.message(), Again::Ask(request));
        }
        if self.ends_session(operation, &answer) {
            return self.end_session(&answer);
        }
        self.show_answer(operation, &answer)
    }

    /// Sends a request, once: what was sent, and what came of it.
    fn send(&mut self, request: Request) -> Result<(Request, Result<Answer, NoAnswer>), Stop> {
        let conduct = self.conduct();
        let request = conduct.request(self, request)?;
        let sent = self.service.send(&request);
        let sent = conduct.sent(self, &request, sent)?;
        Ok((request, sent))
    }

    fn show_answer(&mut self, operation: Operation, answer: &Answer) -> Done {
        let text = |field| answer.text(field).map(str::to_owned);
        match (operation, answer.code()) {
            (
                Operation::EligibilityByCertificate | Operation::EligibilityBySignature,
                "NOT_REGISTERED",
            ) if self.service.wire().offers_registration() => {
                self.show(Stage::RegistrationOffer, screens::registration_offer())
            }
            _ if has_results(operation, answer) => self.show_results(answer),
            (Operation::RegistrationTerms, "OK") => {
                let id = text(Field::TermsId).unwrap_or_default();
                let screen = screens::registration_terms(answer.text(Field::TermsText));
                self.show(Stage::Terms(id), screen)
            }
            (Operation::RegistrationConsent, "OK") => {
                self.show_registration_reading(text(Field::ConsentId))
            }
            (Operation::Register, "OK") => {
                self.show(Stage::Registered, screens::registration_done())
            }
            (Operation::BulkSubmission | Operation::BulkResult, "OK") => {
                self.show_bulk(operation, answer)
            }
            (Operation::InstitutionConsent, "OK") => self.show_designated(),
            (Operation::History, "OK") => {
                let rows = answer.results.iter().map(result::line).collect();
                self.show(Stage::Result, screens::history(rows))
            }
            _ => self.show_refusal(operation, answer),
        }
    }

    /// The service said no.
    pub(crate) fn show_refusal(&mut self, operation: Operation, answer: &Answer) -> Done {
        let screen = screens::refused(answer);
        let screen = self.conduct().refusal(operation, answer, screen);
        self.show(Stage::Result, screen)
    }

    /// Whether nothing more can be asked before a user logs in: the service takes this terminal for
    /// no user's any more, or it was unused for too long.
    pub(crate) fn ends_session(&self, operation: Operation, answer: &Answer) -> bool {
        let ends = matches!(answer.code(), "TERMINAL_REVOKED" | "SESSION_INVALID");
        self.conduct().ends_session(operation, answer, ends)
    }

    pub(crate) fn end_session(&mut self, answer: &Answer) -> Done {
        self.service.close_session();
        self.show_login(Some(answer.message()))
    }

    pub(crate) fn show_results(&mut self, answer: &Answer) -> Done {
        let renew = answer.code() == "CERT_EXPIRED_GRACE";
        let conduct = self.conduct();
        let mut screens = Vec::new();
        for (n, mut screen) in result::screens(answer).into_iter().enumerate() {
            if renew {
                screen.fields.push((NOTICE, answer.message()));
            }
            let record = answer.results.get(n);
            screens.push(conduct.result(self, answer, record, screen));
        }
        for screen in conduct.results(self, answer, screens) {
            if self.withholds_results() {
                self.mobile.withheld.push(screen);
            } else {
                self.show(Stage::Result, screen)?;
            }
        }
        if self.mobile.withheld.is_empty() {
            return Ok(());
        }
        self.show(Stage::Result, screens::give_back())
    }
}

/// Whether it is an answer to the question what the eligibility is.
pub(crate) fn has_results(operation: Operation, answer: &Answer) -> bool {
    matches!(
        (operation, answer.code()),
        (
            Operation::EligibilityByCertificate
                | Operation::EligibilityBySignature
                | Operation::EligibilityByNumber
                | Operation::EligibilityByConsent
                | Operation::EmergencySearch,
            "OK" | "CERT_EXPIRED_GRACE" | "NO_QUALIFICATION" | "MULTIPLE",
        )
    )
}

/// Whether the service asks to come again later.
pub(crate) fn is_passing(answer: &Answer) -> bool {
    matches!(answer.code(), "OUTAGE" | "BUSY" | "JPKI_MAINTENANCE")
}
