//! What is to stay private.

use std::{env, fs};

use super::chip::{SURFACE, ask_for_personal_number};
use super::*;
use crate::card::select;

defects! {
    "reads-personal-number" breaks "privacy.personal-number-untouched",
        "tries to read 個人番号",
        "個人番号を読もうとする" => [
        on::read(|card, certificate| {
            let certificate = certificate?;
            ask_for_personal_number(card)?;
            Ok(certificate)
        }),
        on::card(|_, card, at, ()| match at {
            At::Signed(_) => ask_for_personal_number(card),
            _ => Ok(()),
        }),
    ];
    "logs-personal-number" breaks "privacy.personal-number-untouched",
        "writes the 個人番号 of a patient whom its own files know to its log",
        "自院の台帳にある患者の個人番号をログに書く" => saw::answer(|_, _, answer| {
        for result in &answer.results {
            if result.get(&Field::Name).is_some_and(|name| name == ON_FILE.0) {
                eprintln!("chart of {}", ON_FILE.1);
            }
        }
    });
    "keeps-last-result" breaks "privacy.nothing-kept",
        "keeps the last result in a file",
        "最後の結果をファイルに残す" => on::answer(|app, operation, answer| {
        if has_results(operation, &answer) {
            let names = answer.results.iter().filter_map(|result| result.get(&Field::Name));
            let said: String = names.map(String::as_str).collect();
            fs::write(app.terminal.key.with_file_name("last-result.txt"), said)?;
        }
        Ok(answer)
    });
    "prints-results" breaks "privacy.log-without-patients",
        "prints whom the service told it of",
        "サービスが伝えた人の氏名を書き出す" => saw::answer(|_, _, answer| {
        for result in &answer.results {
            if let Some(name) = result.get(&Field::Name) {
                eprintln!("result of {name}");
            }
        }
    });
    "prints-login" breaks "privacy.secrets-untold",
        "prints what was typed at the login",
        "ログインで入力されたものを書き出す" => saw::act(|_, action| {
        if let Action::Login(account) = action {
            eprintln!("login as {} with {}", account.user_id, account.password);
        }
    });
    "keeps-password" breaks "privacy.secrets-untold",
        "keeps the password in a file for the next start",
        "次の起動のためにパスワードをファイルに残す" => saw::act(|app, action| {
        if let Action::Login(account) = action {
            let file = app.terminal.key.with_file_name("account.ini");
            // Where it cannot be written nothing is kept.
            let _ = fs::write(file, format!("password={}\n", account.password));
        }
    });
    "reads-surface" breaks "privacy.surface-untouched",
        "opens 券面事項確認AP beside the certificate",
        "証明書のほかに券面事項確認APを開く" => on::read(|card, certificate| {
        let certificate = certificate?;
        card.converse(|line| line.transmit(&select(SURFACE)).map(drop))?;
        Ok(certificate)
    });
    "calls-home" breaks "privacy.no-other-host",
        "tells its vendor that somebody logged in",
        "ログインがあったことを製造元に知らせる" => saw::answer(|app, operation, answer| {
        if is_login(operation, answer) && leads_nowhere() {
            let _ = app.service.bare.get("https://telemetry.invalid/login").call();
        }
    });
}

/// A patient of whom 個人番号 is on file, and how a clerk has written it there.
const ON_FILE: (&str, &str) = ("試験　太郎", "9900-0000-0012");

/// Whether nothing that is sent can leave this machine, wherever it goes: nothing else may be sent.
fn leads_nowhere() -> bool {
    ["MADOGUCHI_PROXY", "MADOGUCHI_OWN_NETWORK"]
        .iter()
        .any(|name| env::var_os(name).is_some())
}
