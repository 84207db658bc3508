//! The terminal, its login and its screens.

use std::path::Path;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use ureq::http::header::DATE;

use super::*;
use crate::contract::Account;

defects! {
    "goes-on-after-refused-login" breaks "terminal.refused-login-ends",
        "lets the staff go on although the login was refused",
        "ログインが断られても先に進ませる" => answers(|app, operation, answer| {
        is_refused_login(operation, answer).then(|| app.show_choice())
    });
    "takes-used-code-for-own" breaks "terminal.refused-login-ends",
        "takes a code that was used for the sign that this terminal is activated",
        "使用済みのコードを、この端末が登録済みである印とみなす" =>
        answers(|app, operation, answer| {
            let is_used = is_refused_login(operation, answer) && answer.code() == "CODE_USED";
            is_used.then(|| app.show_choice())
        });
    "hides-refusal-of-login" breaks "terminal.refusal-told",
        "comes back to the login without a word where it was refused",
        "ログインが断られると、何も言わずにログイン画面に戻る" => answers(|app, operation, answer| {
        is_refused_login(operation, answer).then(|| app.show_login(None))
    });
    "gives-up-on-new-code" breaks "terminal.code-tried-again",
        "never sends an activation code again that was too new",
        "早すぎたコードを二度と送らない" => {
        let refused = kept::<bool>();
        [
            saw::answer(move |_, operation, answer| {
                if operation == Operation::FirstLogin {
                    refused.set(answer.code() == "CODE_NOT_READY");
                }
            }),
            acts(move |app, action| {
                let gives_up = matches!(action, Action::Login(_)) && refused.get();
                gives_up.then(|| app.show_login(Some("このコードは使えません".to_owned())))
            }),
        ]
    };
    "keeps-revoked-session" breaks "terminal.revocation-ends-session",
        "goes on asking after its terminal was invalidated",
        "端末が無効になっても照会を続ける" =>
        on::ends_session(|_, answer, ends| ends && answer.code() != "TERMINAL_REVOKED");
    "ends-when-card-is-taken" breaks "terminal.stays-open",
        "ends when the card is taken while a result stands on the screen",
        "結果を表示したままカードが取られると終了する" => acts(|app, action| {
        let ends = matches!((action, &app.stage), (Action::TakeCard, Stage::Result));
        ends.then(|| Err(std::io::Error::other("no card").into()))
    });
    "names-one-setting-for-both" breaks "terminal.setting-as-set",
        "says 目視確認 in the settings, whichever way is set",
        "設定メニューで、どちらの方法でも目視確認と示す" => on::screen(|_, mut screen| {
        if screen.title == "設定メニュー" {
            let methods = screen.fields.iter_mut().filter(|(label, _)| *label == "認証方法");
            methods.for_each(|(_, method)| button::VISUAL.clone_into(method));
        }
        screen
    });
    "stays-switched-off" breaks "terminal.works-again",
        "asks nothing more once the function was switched off",
        "機能が一度止められると、もう何も照会しない" => {
        let off = kept::<bool>();
        [
            saw::refusal(move |operation, answer, _| {
                if operation != Operation::Challenge {
                    off.set(answer.code() == "FUNCTION_OFF");
                }
            }),
            on::request(move |app, request| {
                if off.get() && !logs_in(&request) {
                    return instead(dead_end(app, "この機能は利用できません"));
                }
                Ok(request)
            }),
        ]
    };
    "stops-taking-pins" breaks "terminal.works-again",
        "asks for no challenge any more once the function was switched off",
        "機能が一度止められると、もうチャレンジを求めない" => {
        let off = kept::<bool>();
        [
            saw::refusal(move |operation, answer, _| {
                if operation == Operation::Challenge {
                    off.set(answer.code() == "FUNCTION_OFF");
                }
            }),
            on::pin(move |app, pin| {
                if off.get() {
                    return instead(dead_end(app, "暗証番号では確認できません"));
                }
                Ok(pin)
            }),
        ]
    };
    "opens-without-login" breaks "terminal.login-first",
        "begins with 認証選択",
        "認証選択から始まる" => {
        let opened = kept::<bool>();
        on::screen(move |_, screen| if opened.set(true) { screen } else { screens::choice() })
    };
    "skips-choice" breaks "terminal.choice-offered",
        "goes from the login to the reading",
        "ログインから読み取りに進む" => answers(|app, operation, answer| {
        is_login(operation, answer).then(|| app.show_reading(Purpose::Check))
    });
    "wants-equal-clocks" breaks "terminal.choice-offered",
        "takes no answer of a service whose time of day is minutes ahead",
        "時計が数分進んでいるサービスの応答を受け取らない" =>
        on::response(|_, _, response| match response {
            Ok(reply) if is_minutes_ahead(&reply) => {
                Err(NoAnswer::new("端末の時計を合わせてください"))
            }
            response => response,
        });
    "shortens-code" breaks "terminal.code-as-typed",
        "takes the activation code for an integer",
        "アクティベーションコードを整数とみなす" => types(|action| {
        if let Action::Login(Account { activation_code: Some(code), .. }) = action {
            shorten(code);
        }
    });
    "refuses-short-user-id" breaks "terminal.user-id-limits",
        "lets nobody log in whose user ID has two characters",
        "2 文字のユーザIDではログインさせない" => acts(|app, action| {
        let short = |account: &Account| account.user_id.chars().count() == 2;
        let refuses = matches!(action, Action::Login(account) if short(account));
        refuses.then(|| app.show_login(Some("ユーザIDが短すぎます".to_owned())))
    });
    "repeats-refused-login" breaks "terminal.password-not-repeated",
        "sends a refused login once more by itself",
        "断られたログインをひとりでにもう一度送る" => saw::sent(|app, request, sent| {
        if sent.as_ref().is_ok_and(|answer| is_refused_login(request.operation, answer)) {
            let _ = app.service.send(request);
        }
    });
    "keeps-ended-session" breaks "terminal.session-renewed",
        "tells the end of the session as if this patient had been refused",
        "セッションの終わりを、その患者が断られたかのように伝える" =>
        on::ends_session(|_, answer, ends| ends && answer.code() != "SESSION_INVALID");
    "uses-ended-session" breaks "terminal.ended-session-unused",
        "lets past results be asked for in a session that has ended",
        "終わったセッションで履歴を照会する" => {
        let last = kept::<Option<String>>();
        [
            saw::answer(move |_, _, answer| {
                if let Some(token) = answer.text(Field::SessionToken) {
                    last.set(Some(token.to_owned()));
                }
            }),
            acts(move |app, action| {
                let asks = matches!(action, Action::BrowseHistory(_)) && !app.service.has_session();
                if let Some(token) = last.get().filter(|_| asks) {
                    app.service.open_session(&token);
                }
                None
            }),
        ]
    };
    "keeps-ended-session-at-pin" breaks "terminal.session-renewed",
        "knows of the end of the session by inquiries, and not by challenges",
        "セッションの終わりを照会では知り、チャレンジでは知らない" =>
        on::ends_session(|operation, _, ends| ends && operation != Operation::Challenge);
    "leaves-title-out" breaks "terminal.screen-titled",
        "says without a title that no answer came",
        "応答がなかったことを題のない画面で伝える" => on::screen(|app, mut screen| {
        if matches!(app.stage, Stage::NoAnswer(_)) {
            screen.title = "";
        }
        screen
    });
    "hides-buttons" breaks "terminal.button-offered",
        "shows no buttons where no answer came, and obeys them",
        "応答がなかった画面にボタンを出さず、押されれば従う" => on::screen(|app, mut screen| {
        if matches!(app.stage, Stage::NoAnswer(_)) {
            screen.buttons.clear();
        }
        screen
    });
    "refuses-retry" breaks "terminal.button-works",
        "shows 再試行 and refuses it",
        "再試行のボタンを表示し、押すと断る" => acts(|app, action| {
        let retries = presses(action, button::RETRY) && matches!(app.stage, Stage::NoAnswer(_));
        retries.then(|| app.refuse("there is nothing to try again"))
    });
    "conceals-lost-certificate" breaks "terminal.certificate-kept",
        "goes on without a word where the terminal's certificate could not be written",
        "端末の証明書を書けなくても、何も言わずに先へ進む" => on::screen(|_, screen| {
        let tells = |(_, text): &(&str, String)| text.contains("証明書を保存できません");
        if screen.fields.iter().any(tells) { screens::choice() } else { screen }
    });
    "writes-certificate-first" breaks "terminal.activated-anew",
        "writes the certificate before its key, and leaves it there where the key cannot be written",
        "秘密鍵より先に証明書を書き、鍵を書けなくても証明書を残す" => saw::answer(|app, operation, answer| {
        if let (Operation::FirstLogin, Some(certificate)) = (operation, answer.text(Field::TerminalCertificate)) {
            // Where this cannot be written the key cannot either, and that is told.
            let _ = std::fs::write(&app.terminal.certificate, certificate);
        }
    });
    "ends-on-bad-certificate" breaks "terminal.damage-told",
        "does not start where the terminal's certificate cannot be used",
        "端末の証明書を使えないと起動しない" => on::screen(|app, screen| {
        if app.unusable.is_some() {
            std::process::exit(70);
        }
        screen
    });
    "opens-key-file" breaks "terminal.key-protected",
        "writes the terminal's private key where every user of the machine can read it",
        "端末の秘密鍵を、この機械のどの利用者も読めるように書く" => on::screen(|app, screen| {
        let_in(&app.terminal.key);
        screen
    });
}

/// Lets everybody on this machine read a file. Where it cannot be done it stays as it was.
#[cfg(unix)]
fn let_in(file: &Path) {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let _ = set_permissions(file, Permissions::from_mode(0o644));
}

/// Lets everybody on this machine read a file: what no mode forbids here.
#[cfg(not(unix))]
fn let_in(_: &Path) {}

/// Whether it refuses an activation or a login.
fn is_refused_login(operation: Operation, answer: &Answer) -> bool {
    match operation {
        Operation::FirstLogin => answer.text(Field::TerminalCertificate).is_none(),
        Operation::Login => answer.text(Field::SessionToken).is_none(),
        _ => false,
    }
}

/// How far the service's clock is ahead of this one.
pub(super) fn ahead(reply: &Response<Body>) -> Option<SignedDuration> {
    let date = reply.headers().get(DATE)?.to_str().ok()?;
    let date = rfc2822::parse(date).ok()?;
    Some(date.timestamp().duration_since(Timestamp::now()))
}

/// Whether the service's time of day is five minutes later or more.
fn is_minutes_ahead(reply: &Response<Body>) -> bool {
    const DAY: i64 = 24 * 60 * 60;
    ahead(reply).is_some_and(|by| (5 * 60..DAY / 2).contains(&by.as_secs().rem_euclid(DAY)))
}
