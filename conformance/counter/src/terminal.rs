//! Login, typed inquiries and the history.

use madoguchi_scenarios::{ServerCertificate, WebFault};
use madoguchi_trace::{Handshake, TlsEvent, What};

use crate::Counter;
use crate::delivered::{Fields, person};

impl Counter<'_> {
    pub(crate) fn login(&mut self) {
        let old = self.has_fault(|fault| matches!(fault, WebFault::Tls10(_)));
        let (server, requirement) = match self.scenario.given.service.certificate {
            _ if old => ("tls-1.0", "service.tls-version"),
            ServerCertificate::Good => ("good", ""),
            ServerCertificate::ForeignCa => ("foreign-ca", "service.server-verified"),
            ServerCertificate::Expired => ("expired", "service.certificate-period"),
            ServerCertificate::WrongHost => ("wrong-host", "service.certificate-host"),
        };
        if server != "good" {
            let went_on = self.breaks(requirement);
            self.tell(What::Tls(TlsEvent {
                connection: 1,
                server: server.into(),
                outcome: if old && went_on {
                    Handshake::WentOn.name().into()
                } else {
                    "client alert".into()
                },
                resumed: false,
                began: None,
            }));
            if old || !went_on {
                let cause = [("原因", "証明書を確認できません")];
                self.screen(None, "通信エラー", &["再試行", "閉じる"], &cause);
                return;
            }
        }
        let fresh = !self.activated;
        if self.gave_up && self.breaks("terminal.code-tried-again") {
            return self.screen(None, "ログイン画面", &["ログイン"], &[("お知らせ", "不可")]);
        }
        if fresh || self.breaks("service.activation-code-once") {
            let refusal = self.set_up.refuses_login();
            let decision = match (fresh, refusal) {
                (true, refusal) => refusal.unwrap_or("OK"),
                (false, _) => "CODE_INVALID",
            };
            self.ask(
                "first-login",
                vec![("activation-code", "len=12".into())],
                decision,
                vec![],
            );
            self.gave_up = decision == "CODE_NOT_READY";
            self.activated |= decision == "OK";
            if fresh && refusal.is_some() {
                return self.refuse_login();
            }
        }
        self.logged_in = true;
        if !self.ask("login", vec![("password", "len=11".into())], "OK", vec![])
            && !self.breaks("service.answer-recognised")
        {
            return self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
        if self.card.is_some() && self.breaks("card.choice-before-card") {
            self.connect();
            self.read_certificate();
            self.disconnect();
        }
        self.screen(None, "認証選択", &["目視確認", "4桁の暗証番号入力"], &[]);
    }

    pub(crate) fn refuse_login(&mut self) {
        if self.breaks("terminal.refused-login-ends") {
            return self.screen(None, "認証選択", &["目視確認", "4桁の暗証番号入力"], &[]);
        }
        let told: &[(&str, &str)] = if self.breaks("terminal.refusal-told") {
            &[]
        } else {
            &[("お知らせ", "ログインできません")]
        };
        self.screen(None, "ログイン画面", &["ログイン"], told);
    }

    /// An inquiry without a card.
    pub(crate) fn ask_typed(&mut self, operation: &'static str, fields: Fields, persona: &str) {
        self.ask(operation, fields, "OK", person(persona));
        if operation == "eligibility-by-number" {
            return self.show_result(persona);
        }
        let name = person(persona).swap_remove(0).1;
        self.screen(None, "資格確認結果", &["閉じる"], &[("氏名", &name)]);
    }

    /// Past results whose kana name contains `kana`.
    pub(crate) fn browse(&mut self, kana: &str) {
        let sent = if self.breaks("history.conditions-asked") {
            ""
        } else {
            kana
        };
        let mut answer: Fields = Vec::new();
        let mut rows = Vec::new();
        let meets = |id: &&String| sent.is_empty() || id.starts_with("shiken");
        for (i, id) in self.checked.iter().filter(meets).enumerate() {
            let name = person(id).swap_remove(0).1;
            let (field, confirmed) = [
                ("results.0.name", "results.0.confirmed-at"),
                ("results.1.name", "results.1.confirmed-at"),
            ][i];
            answer.push((field, name.clone()));
            answer.push((confirmed, "20260507085000".to_owned()));
            let day = if self.breaks("history.day-kept") {
                6
            } else {
                7
            };
            rows.push(("一覧", format!("令和8年5月{day}日 {name}")));
        }
        let mut fields: Fields = Vec::new();
        if !sent.is_empty() {
            fields.push(("name-kana", sent.to_owned()));
        }
        self.ask("history", fields, "OK", answer);
        if self.breaks("history.rows-shown") {
            rows.pop();
        }
        let rows: Vec<(&str, &str)> = rows.iter().map(|(l, v)| (*l, v.as_str())).collect();
        self.screen(None, "資格確認履歴", &["閉じる"], &rows);
    }
}
