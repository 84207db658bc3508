//! What is asked of the service, and which screen its answer leads to.

use std::io;
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::app::{Again, App, Purpose, Stage};
use crate::contract::{Account, Conditions};
use crate::defect::Defect;
use crate::result;
use crate::screens;
use crate::service::Request;
use crate::terminal::Terminal;
use crate::wire::{Field, Operation};

/// A defect: how long nobody may do anything before the patient's turn ends.
const IDLE: Duration = Duration::from_millis(500);

impl App {
    /// Activates the terminal where that has not been done, then opens a session.
    pub(crate) fn login(&mut self, account: Account) -> io::Result<()> {
        let is_fresh = !self.service.has_terminal();
        if self.memory.refused_code && self.has(Defect::GivesUpOnNewCode) {
            return self.show_login(Some("このコードは使えません".to_owned()));
        }
        if account.user_id.chars().count() == 2 && self.has(Defect::RefusesShortUserId) {
            return self.show_login(Some("ユーザIDが短すぎます".to_owned()));
        }
        let was_fresh = self.memory.began_fresh && self.has(Defect::RemembersBeingFresh);
        if is_fresh || was_fresh || self.has(Defect::ActivatesAgain) {
            let mut activation = self.account_request(Operation::FirstLogin, &account);
            if let Some(code) = &account.activation_code {
                let shortened = code.trim_start_matches('0');
                let is_number = self.has(Defect::ShortensCode);
                let code = if is_number { shortened } else { code };
                activation = activation.with(Field::ActivationCode, code);
            }
            let answer = match self.service.send_anonymously(&activation) {
                Ok(answer) => answer,
                Err(error) => return self.show_no_answer(&error, Again::Login(account)),
            };
            if let (Some(certificate), Some(key)) = (
                answer.text(Field::TerminalCertificate),
                answer.text(Field::TerminalKey),
            ) {
                if let Err(why) = self.keep_terminal(certificate, key) {
                    return self.show_login(Some(why));
                }
            } else if is_fresh {
                self.memory.refused_code = answer.code() == "CODE_NOT_READY";
                return self.show_refused_login(&answer);
            }
        }
        if self.has(Defect::KnowsMedicalCodes) && !is_medical(&account.facility_code) {
            self.service.forget_terminal();
        }
        self.mobile.keep_passcode(account.passcode.as_ref());
        let mut login = self.account_request(Operation::Login, &account);
        if let Some(passcode) = account.passcode.as_ref()
            && self.has(Defect::SendsPasscode)
        {
            login = login.with_raw("passcode", &*passcode.0);
        }
        match self.service.send(&login) {
            Ok(answer) => match answer.text(Field::SessionToken) {
                Some(token) => self.service.open_session(token),
                None => {
                    if self.has(Defect::RepeatsRefusedLogin) {
                        let _ = self.service.send(&login);
                    }
                    return self.show_refused_login(&answer);
                }
            },
            Err(_) if self.has(Defect::TakesPageForAnswer) => {}
            Err(error) => return self.show_no_answer(&error, Again::Login(account)),
        }
        if self.has(Defect::CallsHome) {
            self.service.call_home();
        }
        if self.has(Defect::ReadsBeforeChoice) {
            self.read_whatever_lies_there();
        }
        if self.has(Defect::AsksUnasked) {
            self.ask_about_whatever_lies_there();
        }
        if self.has(Defect::SkipsChoice) {
            return self.show_reading(Purpose::Check);
        }
        if self.has(Defect::ResumesAfterLogin)
            && self.memory.session_ended
            && !self.memory.shown.is_empty()
        {
            let screen = screens::resumed(self.memory.shown.clone());
            self.link.screen(&screen)?;
        }
        self.show_choice()
    }

    fn show_refused_login(&mut self, answer: &Answer) -> io::Result<()> {
        let takes_for_own = self.has(Defect::TakesUsedCodeForOwn) && answer.code() == "CODE_USED";
        if takes_for_own || self.has(Defect::GoesOnAfterRefusedLogin) {
            return self.show_choice();
        }
        let told = !self.has(Defect::HidesRefusalOfLogin);
        self.show_login(told.then(|| answer.message()))
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

    pub(crate) fn retry(&mut self, again: Again) -> io::Result<()> {
        match again {
            Again::Login(account) => {
                if self.has(Defect::ActivatesOnRetry) {
                    self.service.forget_terminal();
                }
                self.login(account)
            }
            Again::EnterPin => {
                if self.has(Defect::KeepsPinForRetry) {
                    return self.read_again(Purpose::Check);
                }
                self.show_pin_entry(None)
            }
            Again::Ask(request) if self.has(Defect::NewRequestOnRetry) => {
                let renewed = self.service.renewed(&request);
                self.ask(renewed)
            }
            Again::Ask(request) => {
                let is_signed = request.operation == Operation::EligibilityBySignature;
                if is_signed && self.has(Defect::RenewsSignedInquiry) {
                    let renewed = self.service.renewed(&request);
                    return self.ask(renewed);
                }
                self.ask(request)
            }
        }
    }

    pub(crate) fn consent_to(&mut self, terms: String) -> Request {
        self.service
            .request(Operation::RegistrationConsent)
            .with(Field::TermsId, terms)
            .with(Field::Consent, "agree")
    }

    /// Asks for past results under the conditions that were entered.
    pub(crate) fn browse(&mut self, conditions: &Conditions) -> io::Result<()> {
        let request = self.service.request(Operation::History);
        if self.has(Defect::ForgetsConditions) {
            return self.ask(request);
        }
        let mut conditions = conditions.clone();
        if self.has(Defect::KeepsFirstConditions) {
            let first = self.memory.conditions.get_or_insert(conditions);
            conditions = first.clone();
        }
        if self.has(Defect::AsksWithoutLastDay) {
            conditions.remove("date-to");
        }
        if let Some(number) = conditions.get_mut("insurer-number")
            && self.has(Defect::ShortensInsurerNumber)
        {
            *number = number.trim_start_matches('0').to_owned();
        }
        self.ask_with(request, &conditions)
    }

    /// 照会区分 2: asks by the numbers of an insurance card.
    pub(crate) fn ask_by_number(&mut self, numbers: &Conditions) -> io::Result<()> {
        let request = self.service.request(Operation::EligibilityByNumber);
        if self.has(Defect::DropsLeadingZeros) {
            let short = |value: &String| value.trim_start_matches('0').to_owned();
            let numbers = numbers.iter().map(|(name, v)| (name.clone(), short(v)));
            return self.ask_with(request, &numbers.collect());
        }
        self.ask_with(request, numbers)
    }

    /// 緊急時医療情報・資格確認機能
    pub(crate) fn search_emergency(&mut self, person: &Conditions) -> io::Result<()> {
        let request = self.service.request(Operation::EmergencySearch);
        let mut person = person.clone();
        if self.has(Defect::AlwaysDisaster) {
            person.insert("mode".to_owned(), "disaster".to_owned());
        }
        if self.has(Defect::AlwaysConsents) {
            person.insert("consent".to_owned(), "agrees".to_owned());
        }
        self.ask_with(request, &person)
    }

    /// Asks with what the staff typed into a form.
    pub(crate) fn ask_with(&mut self, mut request: Request, form: &Conditions) -> io::Result<()> {
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
                other => return self.link.error(&format!("the form has no `{other}`")),
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
    pub(crate) fn ask(&mut self, request: Request) -> io::Result<()> {
        if self.memory.switched_off && self.has(Defect::StaysSwitchedOff) {
            let screen = screens::given_up("この機能は利用できません".to_owned());
            return self.show(Stage::Result, &screen);
        }
        let asked = Instant::now();
        let sent = if self.has(Defect::OmitsTerminalCertificate) {
            self.service.send_anonymously(&request)
        } else {
            self.service.send(&request)
        };
        self.memory.turn_is_over =
            self.has(Defect::LeavesSlowRegistration) && IDLE < asked.elapsed();
        match sent {
            Ok(answer) if is_passing(&answer) => {
                if request.operation == Operation::Register
                    && self.has(Defect::TakesAnyAnswerForDone)
                {
                    return self.show_numbered(Stage::Registered, screens::registration_done());
                }
                let mut cause = answer.message();
                if answer.code() == "BUSY" && self.has(Defect::HidesCrowd) {
                    cause.clear();
                }
                self.show_no_answer(&cause, Again::Ask(request))
            }
            Ok(answer) if self.is_ending(&answer) => self.end_session(&answer),
            Ok(answer) => self.show_answer(request.operation, &answer),
            Err(error) => self.go_unanswered(request, &error),
        }
    }

    pub(crate) fn show_answer(&mut self, operation: Operation, answer: &Answer) -> io::Result<()> {
        let text = |field| answer.text(field).map(str::to_owned);
        match (operation, answer.code()) {
            (
                Operation::EligibilityByCertificate | Operation::EligibilityBySignature,
                "NOT_REGISTERED",
            ) if self.service.wire().offers_registration()
                && !self.has(Defect::NeverOffersRegistration) =>
            {
                self.show(Stage::RegistrationOffer, &screens::registration_offer())
            }
            (
                Operation::EligibilityByCertificate
                | Operation::EligibilityBySignature
                | Operation::EligibilityByNumber
                | Operation::EligibilityByConsent
                | Operation::EmergencySearch,
                "OK" | "CERT_EXPIRED_GRACE" | "NO_QUALIFICATION" | "MULTIPLE",
            ) => self.show_results(answer),
            (Operation::RegistrationTerms, "OK") => {
                let terms = text(Field::TermsText).filter(|_| !self.has(Defect::HidesTerms));
                let id = text(Field::TermsId).unwrap_or_default();
                let screen = screens::registration_terms(terms.as_deref());
                self.show_numbered(Stage::Terms(id), screen)
            }
            (Operation::RegistrationConsent, "OK") => {
                self.show_registration_reading(text(Field::ConsentId))
            }
            (Operation::Register, "OK") => {
                self.patient.is_registered = true;
                self.show_numbered(Stage::Registered, screens::registration_done())
            }
            (Operation::BulkSubmission | Operation::BulkResult, "OK") => {
                self.show_bulk(operation, answer)
            }
            (Operation::InstitutionConsent, "OK") => self.show_designated(),
            (Operation::History, "OK") => {
                let mut rows: Vec<String> = answer.results.iter().map(result::line).collect();
                if self.has(Defect::DropsHistoryRow) {
                    rows.pop();
                }
                self.show(Stage::Result, &screens::history(rows))
            }
            (
                Operation::EligibilityByCertificate | Operation::EligibilityBySignature,
                "FUNCTION_OFF",
            ) if self.has(Defect::ShowsRefusalAsResult) => {
                self.show(Stage::Result, &result::without_answer("有効"))
            }
            (_, code) => {
                if operation == Operation::EmergencySearch && self.has(Defect::ShowsRefusedSearch)
                    || code == "CONSENT_MISSING" && self.has(Defect::ShowsMissingConsent)
                {
                    return self.show_results(answer);
                }
                self.memory.switched_off = code == "FUNCTION_OFF";
                let is_revoked = |by| operation == by && code == "CERT_REVOKED";
                if is_revoked(Operation::EligibilityBySignature) && self.has(Defect::TrustsRightPin)
                {
                    return self.show(Stage::Result, &result::without_answer("有効"));
                }
                if is_revoked(Operation::EligibilityByCertificate)
                    && self.has(Defect::ShowsRevokedAsNone)
                {
                    return self.show(Stage::Result, &result::without_answer("該当資格なし"));
                }
                let mut screen = screens::refused(answer);
                if code == "WITHHELD" && self.has(Defect::ShowsWithheldAsNone) {
                    screen.fields = vec![("資格有効性", "該当資格なし".to_owned())];
                } else if self.has(Defect::HidesCause) {
                    screen.fields.clear();
                }
                self.show(Stage::Result, &screen)
            }
        }
    }

    /// Whether nothing more can be asked before somebody logs in: the service takes this terminal for
    /// nobody's any more, or nobody has used it for too long.
    pub(crate) fn is_ending(&self, answer: &Answer) -> bool {
        match answer.code() {
            "TERMINAL_REVOKED" => !self.has(Defect::KeepsRevokedSession),
            "SESSION_INVALID" => !self.has(Defect::KeepsEndedSession),
            _ => false,
        }
    }

    pub(crate) fn end_session(&mut self, answer: &Answer) -> io::Result<()> {
        self.service.close_session();
        self.memory.session_ended = true;
        self.show_login(Some(answer.message()))
    }

    fn show_results(&mut self, answer: &Answer) -> io::Result<()> {
        if self.has(Defect::AsksForMedicine) {
            let medicine = self.service.request(Operation::MedicalInformation);
            let _ = self.service.send(&medicine);
        }
        if self.has(Defect::AsksForCeiling) {
            self.link.screen(&screens::ceiling())?;
        }
        if self.has(Defect::KeepsLastResult) {
            let said: String = answer
                .results
                .iter()
                .filter_map(|result| result.get(&Field::Name).cloned())
                .collect();
            self.terminal.keep("last-result.txt", &said)?;
        }
        let was_told = self.memory.told_renewal && self.has(Defect::TellsRenewalOnce);
        let in_grace = answer.code() == "CERT_EXPIRED_GRACE";
        let renew = in_grace && !was_told && !self.has(Defect::HidesRenewal);
        self.memory.told_renewal |= renew;
        for mut screen in result::screens(answer, self.defect) {
            self.spoil(&mut screen, answer);
            if renew {
                screen.fields.push(("お知らせ", answer.message()));
            }
            if self.withholds_results() {
                self.mobile.withheld.push(screen);
                continue;
            }
            self.show(Stage::Result, &screen)?;
            if self.has(Defect::ReadsAloudUnasked) {
                self.read_aloud()?;
            }
            self.memory.shown_before = std::mem::replace(&mut self.memory.shown, screen.fields);
        }
        if self.has(Defect::ShowsLastingResultAgain) {
            self.remember_lasting(answer);
        }
        if self.mobile.withheld.is_empty() {
            return Ok(());
        }
        self.show(Stage::Result, &screens::give_back())
    }
}

/// Whether 点数表番号, the third digit of a facility's code, is that of 医科, 歯科, 調剤 or 訪問看護.
fn is_medical(facility_code: &str) -> bool {
    matches!(
        facility_code.as_bytes().get(2),
        Some(b'1' | b'3' | b'4' | b'6')
    )
}

/// Whether the service asks to come again later.
fn is_passing(answer: &Answer) -> bool {
    matches!(answer.code(), "OUTAGE" | "BUSY" | "JPKI_MAINTENANCE")
}
