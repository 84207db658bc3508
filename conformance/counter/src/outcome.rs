//! What comes of an answer: the result, the offer of registration, what a button does.

use madoguchi_scenarios::Method;

use crate::Counter;
use crate::delivered::{ASSISTANCE, Fields, INSURANCE, person, shown};

impl Counter<'_> {
    pub(crate) fn show_result(&mut self, holder: &str) {
        if self.breaks("service.eligibility-only") {
            self.ask("medical-information", vec![], "NOT_PERMITTED", vec![]);
        }
        let answer = person(holder);
        let get = |name: &str| {
            let name = format!("results.0.{name}");
            answer
                .iter()
                .find(|(other, _)| **other == name)
                .map(|(_, value)| value.clone())
        };
        let assistance = get("insured-card-classification").as_deref() == Some("A1");
        let rows = if assistance { ASSISTANCE } else { INSURANCE };
        let mut fields: Vec<(String, String)> = Vec::new();
        for (label, name, requirement) in rows {
            let Some(value) = get(name) else { continue };
            match (*requirement == self.broken, *label) {
                (true, "資格情報/生年月日") => {
                    fields.push(((*label).into(), "1952-01-01".into()))
                }
                (true, _) => {}
                (false, _) => fields.push(((*label).to_owned(), shown(name, &value))),
            }
        }
        if assistance {
            fields.push(("資格情報/証区分".into(), "医療扶助".into()));
            if self.breaks("assistance.consignment-hidden") {
                fields.push(("資格情報/委託・未委託".into(), "委託".into()));
            }
        } else {
            let lapsed = holder == "kakuu-jiro" && !self.breaks("result.lapsed-is-not-valid");
            fields.insert(
                0,
                (
                    "資格有効性".into(),
                    if lapsed { "無効" } else { "有効" }.into(),
                ),
            );
        }
        if let Some(ratio) = get("insured-partial-contribution-ratio")
            && !self.breaks("result.ratio-shown")
        {
            fields.push(("負担割合".into(), shown("ratio", &ratio)));
        }
        if self.breaks("result.ceiling-not-asked") {
            let buttons = ["同意する", "同意しない"];
            self.screen(None, "限度額情報の提供", &buttons, &[]);
        }
        self.kept.clone_from(&fields);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(label, value)| (label.as_str(), value.as_str()))
            .collect();
        let numbered = assistance && !self.breaks("assistance.screen-number");
        self.screen(
            numbered.then_some("E-05-A"),
            "資格確認結果",
            &["閉じる"],
            &fields,
        );
    }

    pub(crate) fn press(&mut self, label: &str) {
        let number = (!self.breaks("registration.screens-numbered")).then_some("F-01-A");
        match label {
            "目視確認" => {
                self.method = Method::Visual;
                if self.breaks("credential.not-asked-in-visual") {
                    return self.screen(None, "PIN入力", &[], &[]);
                }
                self.check();
            }
            "再試行" if self.breaks("terminal.button-works") => {
                self.refuse("nothing to try again")
            }
            "再試行" if self.lost_registration => {
                self.lost_registration = false;
                let fields = self.registration();
                let refused = self.breaks("registration.consent-first");
                let decision = if refused { "CONSENT_MISSING" } else { "OK" };
                self.ask("register", fields, decision, vec![]);
                self.registered |= !refused;
                self.show_registered(number);
            }
            "再試行" => {
                if let Some((operation, mut fields)) = self.pending.take() {
                    if self.breaks("service.same-request-on-retry") {
                        fields.retain(|(name, _)| *name != "request-id");
                        fields.push(("request-id", "another".into()));
                    }
                    self.ask_again(operation, fields);
                }
            }
            // a client that waits for a card has nothing to press
            "閉じる"
                if self.breaks("consent.no-card-later") || self.breaks("consent.outcome-told") => {}
            _ if self.breaks("registration.offered")
                || self.breaks("service.terminal-authenticated") => {}
            "健康保険証利用登録する" => {
                let text = "第1条 本規約は試験のためのものである。";
                self.ask(
                    "registration-terms",
                    vec![],
                    "OK",
                    vec![("terms-text", text.into())],
                );
                let shown: &[(&str, &str)] = if self.breaks("registration.terms-shown") {
                    &[]
                } else {
                    &[("利用規約", text)]
                };
                let buttons: &[&str] = if self.breaks("registration.refusal-offered") {
                    &["同意する"]
                } else {
                    &["同意する", "同意しない"]
                };
                self.screen(number, "資格確認結果", buttons, shown);
            }
            "同意する" => {
                if !self.breaks("registration.consent-first") {
                    self.ask("registration-consent", vec![], "OK", vec![]);
                }
                let title = "マイナンバーカードの読み取り";
                self.screen(number, title, &["マイナンバーカードを読み取る"], &[]);
                self.reading_for_registration = true;
            }
            "同意しない" if self.breaks("registration.refusal-ends") => {
                self.ask("registration-consent", vec![], "OK", vec![]);
                self.register();
                self.screen(None, "認証選択", &[], &[]);
            }
            "マイナンバーカードを読み取る" if self.reading_for_registration => {
                self.reading_for_registration = false;
                self.register_and_show();
            }
            "資格確認する" if self.breaks("registration.recheck-after") => {}
            "資格確認する" if self.registered => self.check(),
            _ => self.screen(None, "認証選択", &[], &[]),
        }
    }

    pub(crate) fn register_and_show(&mut self) {
        self.register();
        let number = (!self.breaks("registration.screens-numbered")).then_some("F-01-A");
        self.show_registered(number);
    }

    pub(crate) fn register(&mut self) {
        if !self.breaks("registration.card-read-again") {
            self.connect();
            let whole = self.read_certificate();
            self.disconnect();
            if !whole {
                self.registers_again = !self.breaks("registration.survives-removal");
                let told = [("お知らせ", "カードをもう一度置いてください")];
                return self.screen(None, "読み取り", &[], &told);
            }
        }
        let refused = self.breaks("registration.consent-first");
        let decision = match refused {
            true => "CONSENT_MISSING",
            false if self.set_up.portal_outage => "OUTAGE",
            false => "OK",
        };
        let fields = self.registration();
        let arrived = self.ask("register", fields.clone(), decision, vec![]);
        if decision == "OUTAGE" {
            if self.breaks("registration.failure-is-not-done") {
                let number = Some("F-01-A");
                let buttons = ["資格確認する", "マイナンバーカードを読み取る"];
                return self.screen(number, "健康保険証利用登録完了", &buttons, &[]);
            }
            self.lost_registration = true;
            return self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
        let again = !arrived && self.breaks("registration.not-repeated-blindly");
        if arrived || again && self.ask("register", fields, decision, vec![]) {
            self.registered |= !refused;
        } else {
            self.lost_registration = true;
            self.screen(None, "通信エラー", &["再試行", "閉じる"], &[]);
        }
    }

    /// What a registration carries, once more where its answer was lost.
    fn registration(&self) -> Fields {
        vec![
            ("certificate", self.certificate()),
            ("request-id", "registration".to_owned()),
        ]
    }

    pub(crate) fn show_registered(&mut self, number: Option<&str>) {
        if self.registered {
            let buttons = ["資格確認する", "マイナンバーカードを読み取る"];
            self.screen(number, "健康保険証利用登録完了", &buttons, &[]);
        }
    }
}
