//! Requests, answers, and what goes wrong between them.

use madoguchi_scenarios::{RedirectTo, WebFault};
use madoguchi_trace::{AnswerFault, Exit, Fields as Stored, HttpAnswer, HttpRequest, What, Word};

use crate::Counter;
use crate::delivered::{Fields, person};

impl Counter<'_> {
    /// A request and its answer; whether the answer arrived.
    pub(crate) fn ask(
        &mut self,
        operation: &'static str,
        fields: Fields,
        decision: &str,
        answer: Fields,
    ) -> bool {
        self.exchanges += 1;
        let exchange = self.exchanges;
        let bare = self.patients
            || operation == "first-login"
            || operation != "login" && self.breaks("service.terminal-authenticated");
        let fault = self.strikes(operation);
        let mute = fault.filter(|fault| *fault == "silent");
        let known = |fields: Fields| -> Stored {
            fields
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect()
        };
        self.tell(What::Request(HttpRequest {
            exchange,
            connection: exchange,
            operation: Some(operation.into()),
            method: "POST".into(),
            path: format!("/limited/v1/{operation}").into(),
            terminal: (!bare).then(|| "terminal#1".into()),
            fields: known(fields),
            posted: None,
            fault: mute.map(Word::from),
        }));
        if mute.is_some() {
            return false;
        }
        let arrived = fault.is_none_or(|fault| {
            let fault = fault.parse::<AnswerFault>();
            fault.is_ok_and(AnswerFault::arrives)
        });
        let stranger = matches!(
            fault,
            Some("captive-portal" | "too-many-requests" | "server-error" | "foreign-json")
        );
        let (decision, answer) = if stranger {
            ("–", vec![])
        } else {
            (decision, answer)
        };
        self.tell(What::Answer(Box::new(HttpAnswer {
            exchange,
            status: 200,
            decision: decision.into(),
            rule: "on-paper".into(),
            basis: Vec::new(),
            fields: known(answer),
            retry_after: (fault == Some("too-many-requests")).then_some(30),
            fault: fault.map(Word::from),
        })));
        arrived
    }

    pub(crate) fn has_fault(&self, is: impl Fn(&WebFault) -> bool) -> bool {
        self.scenario.given.service.faults.iter().any(is)
    }

    /// What a fault of the scenario does to this request, counted per operation.
    pub(crate) fn strikes(&mut self, operation: &'static str) -> Option<&'static str> {
        let count = self.asked.entry(operation).or_default();
        *count += 1;
        let count = *count;
        let is_due = |fault: &&WebFault| {
            fault.struck().is_some_and(|struck| {
                let range = struck.nth..struck.nth + struck.times;
                struck.operation.name() == operation && range.contains(&count)
            })
        };
        let mut faults = self.scenario.given.service.faults.iter();
        Some(match faults.find(is_due)? {
            WebFault::AnswerLost(_) => "lost",
            WebFault::Reset(_) => "reset",
            WebFault::Silent(_) => "silent",
            WebFault::ResetInBody(_) => "reset-in-body",
            WebFault::Truncated(_) => "truncated",
            WebFault::WrongContentType(_) => "wrong-content-type",
            WebFault::Stalled(_) => "stalled",
            WebFault::MediaTypeParameters(_) => "media-type-parameters",
            WebFault::UnknownField(_) => "unknown-field",
            WebFault::PartialDate(_) => "partial-date",
            WebFault::Reordered(_) => "reordered",
            WebFault::WithoutMessage(_) => "without-message",
            WebFault::ForeignJson(_) => "foreign-json",
            WebFault::Delay(_) => "delayed",
            WebFault::SlowLink(_) => "slow",
            WebFault::ServerError(_) => "server-error",
            WebFault::TooManyRequests(_) => "too-many-requests",
            WebFault::CaptivePortal(_) => "captive-portal",
            WebFault::Redirect(redirect) if redirect.to == RedirectTo::OwnHost => "redirected",
            WebFault::Redirect(_) => "redirected-elsewhere",
            WebFault::Refused(_) | WebFault::Tls10(_) => return None,
        })
    }

    pub(crate) fn inquire(&mut self, operation: &'static str, mut fields: Fields) {
        self.requests += 1;
        fields.push(("request-id", format!("r{}", self.requests)));
        self.ask_again(operation, fields);
    }

    pub(crate) fn ask_again(&mut self, operation: &'static str, fields: Fields) {
        let certificate = fields.iter().find(|(name, _)| *name == "certificate");
        let holder = certificate.map_or("", |(_, label)| label.rsplit(':').next().unwrap_or(""));
        let holder = holder.to_owned();
        if self.switched_off && self.breaks("terminal.works-again")
            || !self.logged_in && self.set_up.revoked
        {
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        let refused = self.breaks("service.terminal-authenticated");
        let decision = match self.registered {
            _ if refused => "TERMINAL_UNKNOWN",
            _ if self.set_up.revoked => "TERMINAL_REVOKED",
            _ if self.set_up.off => "FUNCTION_OFF",
            _ if self.set_up.outage => "OUTAGE",
            _ if self.set_up.jpki_closed => "JPKI_MAINTENANCE",
            true => "OK",
            false => "NOT_REGISTERED",
        };
        self.switched_off |= decision == "FUNCTION_OFF";
        if decision == "TERMINAL_REVOKED" && !self.breaks("terminal.revocation-ends-session") {
            self.logged_in = false;
        }
        if decision == "OK" {
            self.checked.push(holder.clone());
        }
        let answer = if decision == "OK" {
            person(&holder)
        } else {
            vec![]
        };
        if !self.ask(operation, fields.clone(), decision, answer) {
            if self.breaks("service.bounded-retries") {
                for _ in 0..3 {
                    self.ask(operation, fields.clone(), decision, vec![]);
                }
            }
            let again = match self.broken {
                "service.retry-after" => {
                    self.has_fault(|f| matches!(f, WebFault::TooManyRequests(_)))
                }
                _ => false,
            };
            if again && self.ask(operation, fields.clone(), decision, person(&holder)) {
                return self.show_result(&holder);
            }
            let is_html = |fault: &WebFault| matches!(fault, WebFault::WrongContentType(_));
            if self.breaks("service.media-type-checked") && self.has_fault(is_html) {
                return self.show_result(&holder);
            }
            let is_broken_off = |fault: &WebFault| matches!(fault, WebFault::Truncated(_));
            if self.breaks("result.no-partial-data") && self.has_fault(is_broken_off) {
                self.pending = Some((operation, fields));
                let part = [("氏名", "試験　太郎")];
                return self.screen(None, "通信エラー", &["再試行", "閉じる"], &part);
            }
            let is_silent = |fault: &WebFault| matches!(fault, WebFault::Silent(_));
            if self.breaks("service.bounded-wait") && self.has_fault(is_silent) {
                self.tell(What::Exit(Exit {
                    code: None,
                    why: Some("time limit".into()),
                    last_words: None,
                }));
                self.alive = false;
                return;
            }
            if self.breaks("result.needs-answer") {
                self.screen(None, "資格確認結果", &["閉じる"], &[("資格有効性", "有効")]);
            }
            self.pending = Some((operation, fields));
            return self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
        match decision {
            "OK" => self.show_result(&holder),
            "NOT_REGISTERED" if !self.breaks("registration.offered") => {
                let buttons = ["健康保険証利用登録する", "健康保険証利用登録しない"];
                self.screen(Some("C-04-01-A"), "資格確認結果", &buttons, &[]);
            }
            "FUNCTION_OFF" | "TERMINAL_REVOKED" if self.breaks("result.refusal-is-no-result") => {
                self.screen(None, "資格確認結果", &["閉じる"], &[("資格有効性", "有効")]);
            }
            "OUTAGE" | "JPKI_MAINTENANCE" => {
                self.pending = Some((operation, fields));
                let cause = [("原因", "停止中")];
                self.screen(None, "通信エラー", &["再試行", "閉じる"], &cause);
            }
            _ => self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]),
        }
    }
}
