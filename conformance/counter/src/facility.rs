//! What a facility does beside patients' cards: inquiries in bulk, designations, visits.

use madoguchi_scenarios::{Care, Decides, Designation, Method};

use crate::Counter;
use crate::delivered::{Fields, INSTITUTION, REFERENCES, UNITS};

impl Counter<'_> {
    pub(crate) fn show_refusal(&mut self) {
        if self.breaks("result.refusal-is-no-result") {
            return self.screen(None, "資格確認結果", &["閉じる"], &[("資格有効性", "有効")]);
        }
        self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
    }

    pub(crate) fn inquire_in_bulk(&mut self, patients: usize) {
        let left_out = usize::from(self.breaks("bulk.units-as-typed"));
        let mut fields: Fields = Vec::new();
        for n in 0..patients - left_out {
            fields.push((UNITS[n].0, REFERENCES[n].to_owned()));
            fields.push((UNITS[n].1, "01".to_owned()));
        }
        let given = vec![("reception-number", "000000000001".to_owned())];
        self.ask("bulk-submission", fields, "OK", given);
        self.screen(None, "一括照会受付", &["閉じる"], &[]);
    }

    /// The result is there at the third look.
    pub(crate) fn fetch_result(&mut self) {
        let short = self.breaks("bulk.reception-number");
        let number = if short { "1" } else { "000000000001" };
        let fields = vec![("reception-number", number.to_owned())];
        if short {
            self.ask("bulk-result", fields, "NOT_PERMITTED", vec![]);
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        self.fetches += 1;
        if self.fetches < 3 {
            let processing = vec![("segment-of-result", "2".to_owned())];
            self.ask("bulk-result", fields, "OK", processing);
            let told = !self.breaks("bulk.processing-told");
            let title = if told {
                "一括照会受付"
            } else {
                "一括照会結果"
            };
            let notice: &[(&str, &str)] = if told {
                &[("お知らせ", "処理中です")]
            } else {
                &[]
            };
            return self.screen(None, title, &["閉じる"], notice);
        }
        let answer = [
            ("segment-of-result", "1"),
            ("results.0.processing-result-status", "1"),
            ("results.0.reference-number", REFERENCES[0]),
            ("results.0.name", "試験　太郎"),
            ("results.1.processing-result-status", "2"),
            ("results.1.reference-number", REFERENCES[1]),
        ];
        let answer = answer.map(|(name, value)| (name, value.to_owned()));
        self.ask("bulk-result", fields, "OK", answer.into());
        let mut rows = vec![
            ("一覧", "990001 試験　太郎 有効"),
            ("一覧", "990002 エラー"),
        ];
        if self.breaks("bulk.units-shown") {
            rows.pop();
        }
        if self.breaks("bulk.error-told") {
            rows[1].1 = REFERENCES[1];
        }
        self.screen(None, "一括照会結果", &["閉じる"], &rows);
    }

    pub(crate) fn designate(&mut self, designation: Designation) {
        let is_online = designation.care == Care::Online;
        if is_online && self.online_consent && self.breaks("consent.every-online-visit") {
            self.given_up = true;
            return self.screen(None, "同意登録完了", &["閉じる"], &[]);
        }
        self.online_consent |= is_online;
        self.designation = Some(designation);
        self.method = designation.method;
        if designation.method == Method::Pin {
            self.screen(None, "PIN入力", &[], &[]);
        } else {
            self.show_reading();
        }
    }

    /// The consent that the card has signed for, or that was checked by eye.
    pub(crate) fn consent_to_institution(&mut self, designation: Designation) {
        let shares = designation.information == Decides::Agrees
            || self.breaks("consent.designation-as-told");
        let care = match designation.care {
            Care::HomeVisit => "2",
            Care::Online => "3",
        };
        let mut fields = vec![
            ("designated-institution", INSTITUTION.to_owned()),
            ("care-category", care.to_owned()),
            (
                "information-consent",
                if shares { "1" } else { "0" }.to_owned(),
            ),
            ("certificate", self.certificate()),
        ];
        if self.breaks("consent.proved-by-pin") {
            let other = match designation.method {
                Method::Visual => Method::Pin,
                Method::Pin => Method::Visual,
            };
            fields.push(("method", other.name().to_owned()));
            self.ask("institution-consent", fields, "NOT_PERMITTED", vec![]);
            return self.screen(None, "資格確認エラー", &["閉じる"], &[("原因", "拒否")]);
        }
        fields.push(("method", designation.method.name().to_owned()));
        if designation.method == Method::Pin {
            fields.push(("challenge-id", "c1".to_owned()));
            fields.push(("signature", "len=256".to_owned()));
        }
        let is_told = !self.breaks("consent.outcome-told");
        if !is_told {
            self.screen(None, "読み取り", &[], &[]);
        }
        self.ask("institution-consent", fields, "OK", vec![]);
        if !is_told {
            return;
        }
        self.screen(None, "同意登録完了", &["閉じる"], &[]);
    }

    pub(crate) fn visit_again(&mut self, care: Option<Care>) {
        if self.breaks("consent.no-card-later") {
            return self.screen(None, "読み取り", &[], &[]);
        }
        if care == Some(Care::Online) {
            self.ask("eligibility-by-consent", vec![], "CONSENT_MISSING", vec![]);
            return self.show_refusal();
        }
        let answer = [
            ("results.0.name", "試験　太郎"),
            ("results.0.consent-classification", "1"),
            ("results.1.name", "試験　花子"),
            ("results.1.consent-classification", "2"),
        ];
        let answer = answer.map(|(name, value)| (name, value.to_owned()));
        self.ask("eligibility-by-consent", vec![], "OK", answer.into());
        let hides = self.breaks("consent.state-shown");
        let state = if hides {
            "あり"
        } else {
            "有効期限切れ"
        };
        for (name, state) in [("試験　太郎", "あり"), ("試験　花子", state)] {
            let fields = [("氏名", name), ("同意", state)];
            self.screen(None, "資格確認結果", &["閉じる"], &fields);
        }
    }
}
