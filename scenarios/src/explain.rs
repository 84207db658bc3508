//! A scenario in words, for those who read it and do not write it: what is so, what happens, what
//! must be seen. Nothing here decides anything.

mod fault;

use std::fmt::Write as _;

use madoguchi_terms::Lang;

use crate::{Device, Dialect, Expectation, Given, ServerCertificate, TerminalState};

impl Given {
    /// What is not as usual before the first step; whose card it is goes without saying here.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> Vec<String> {
        let mut words = vec![
            match self.terminal {
                TerminalState::Fresh => lang.pick(
                    "端末はまだ登録されていない (初回ログインでアクティベーションコードを使う)",
                    "the terminal was never used; the first login needs the activation code",
                ),
                TerminalState::Activated => {
                    lang.pick("端末は登録済み", "the terminal is activated")
                }
                TerminalState::Unknown => lang.pick(
                    "端末の証明書はあるが、サービスはその端末を知らない",
                    "the terminal has a certificate, and the service knows no such terminal",
                ),
            }
            .to_owned(),
        ];
        if self.device == Device::Mobile {
            words.push(
                lang.pick("アプリは携帯端末で動く", "the app runs on a mobile device")
                    .into(),
            );
        }
        if let Some(profile) = &self.card.profile {
            words.push(lang.pick(
                format!("カードは {profile}"),
                format!("the card is a {profile}"),
            ));
        }
        if let Some(left) = self.card.attempts_left {
            words.push(lang.pick(
                format!("利用者証明用の暗証番号の残り回数は {left} 回"),
                format!("the authentication PIN has {left} attempts left"),
            ));
        }
        let certificate = &self.card.certificate;
        if let Some(from) = certificate.from {
            words.push(lang.pick(
                format!("電子証明書は {from} から有効"),
                format!("the certificates are valid from {from}"),
            ));
        }
        if let Some(until) = certificate.until {
            words.push(lang.pick(
                format!("電子証明書の最後の日は {until}"),
                format!("the certificates' last day is {until}"),
            ));
        }
        if !self.card.policies.is_own() {
            let policies = self.card.policies.name();
            words.push(lang.pick(
                format!("電子証明書のポリシーは {policies}"),
                format!("the certificates state the policies {policies}"),
            ));
        }
        if let Some(model) = &self.reader.model {
            words.push(lang.pick(
                format!("リーダーは {model}"),
                format!("the reader is a {model}"),
            ));
        }
        if self.reader.dialect == Dialect::Windows {
            words.push(
                lang.pick(
                    "PC/SC は Windows の規則",
                    "PC/SC follows the rules of Windows",
                )
                .into(),
            );
        }
        words.extend(self.reader.faults.iter().map(|fault| fault.in_words(lang)));
        match self.service.certificate {
            ServerCertificate::Good => {}
            other => words.push(lang.pick(
                format!("サーバーの証明書: {}", other.name()),
                format!("the server's certificate: {}", other.name()),
            )),
        }
        words.extend(self.service.faults.iter().map(|fault| fault.in_words(lang)));
        if self.facility.code_used {
            words.push(
                lang.pick(
                    "アクティベーションコードは別の端末で使用済み",
                    "another terminal has used the activation code",
                )
                .into(),
            );
        }
        if let Some(version) = &self.service.oldest_client {
            words.push(lang.pick(
                format!("サービスは版 {version} より古いアプリを断る"),
                format!("the service refuses apps older than {version}"),
            ));
        }
        if let Some(profile) = &self.service.profile {
            words.push(lang.pick(
                format!("サービスは {profile}"),
                format!("the service is that of {profile}"),
            ));
        }
        if self.service.by_name {
            words.push(
                lang.pick(
                    "サービスは、住所が二つある名前で呼ばれる",
                    "the service is called by a name, which may have several addresses",
                )
                .into(),
            );
        }
        if self.service.other_proxy {
            words.push(
                lang.pick(
                    "環境変数に、ほかのプログラムのためのプロキシがある",
                    "the environment names a proxy of another program",
                )
                .into(),
            );
        }
        if self.service.proxy {
            words.push(
                lang.pick("プロキシを通る", "the way leads through a proxy")
                    .into(),
            );
        }
        words
    }
}

impl Expectation {
    /// What must be seen.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let mut words = String::new();
        // Writing to a String cannot fail.
        if let Some(mark) = &self.screen {
            let mark = mark.as_str();
            words += &lang.pick(format!("画面 {mark}"), format!("screen {mark}"));
        }
        for (label, value) in &self.shows {
            let _ = write!(words, "  {label} = {value}");
        }
        if !self.attempts_left.is_empty() {
            let left: Vec<String> = self.attempts_left.iter().map(u8::to_string).collect();
            let left = left.join(", ");
            words += &lang.pick(format!("残り回数 {left}"), format!("attempts left {left}"));
        }
        if let Some(operation) = self.no_request_to {
            let name = operation.name();
            words += &lang.pick(
                format!("{name} を求めない"),
                format!("no request to {name}"),
            );
        }
        words
    }
}
