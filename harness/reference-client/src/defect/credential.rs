//! The PIN.

use super::chip::{is_iphone, seize, verify_profile_pin};
use super::*;
use crate::contract::Pin;
use crate::screens::ATTEMPTS_LEFT;

defects! {
    "takes-lock-for-unreadable" breaks "credential.lock-told",
        "says of a card whose PIN came locked that it cannot be read",
        "ロック済みのカードを読み取れないカードとして示す" => on::screen(|app, mut screen| {
        if matches!(app.stage, Stage::Locked) {
            screen.title = screens::READING;
            screen.fields = vec![(CAUSE, "マイナンバーカードとして読み取れません".to_owned())];
        }
        screen
    });
    "verifies-in-visual" breaks "credential.no-pin-in-visual",
        "presents a PIN although the staff checks the face",
        "目視確認なのに暗証番号を照合する" => on::card(|patient, card, at, ()| {
        if matches!(at, At::Selected) && !patient.pin_presented {
            guess_pin(card)?;
        }
        Ok(())
    });
    "remembers-pin" breaks "credential.no-pin-in-visual",
        "presents a PIN that was right to the next card as well, until somebody opens the settings",
        "正しかった暗証番号を次のカードにも照合する。設定を開くまで続く" => {
        let right = kept::<Option<Pin>>();
        [
            saw::act(move |_, action| {
                if matches!(action, Action::SetMethod(_)) {
                    right.set(None);
                }
            }),
            on::card(move |_, card, at, ()| {
                match (at, right.get()) {
                    (At::Signed(pin), _) => drop(right.set(Some(pin.clone()))),
                    (At::Selected, Some(pin)) => {
                        card.attempts_left()?;
                        card.verify(&pin)?;
                    }
                    _ => {}
                }
                Ok(())
            }),
        ]
    };
    "verifies-on-iphone" breaks "credential.no-pin-in-visual",
        "presents a PIN to an iPhone, as if it gave its certificate for nothing else",
        "iPhone には、暗証番号なしでは証明書を出さないかのように照合する" =>
        on::card(|_, card, at, ()| {
            if matches!(at, At::Selected) && is_iphone(card)? {
                guess_pin(card)?;
            }
            Ok(())
        });
    "asks-pin-after-lock" breaks "credential.not-asked-in-visual",
        "asks for the PIN again where the visual check is chosen on the screen of a locked PIN",
        "ロックの画面で目視確認を選んでも、また暗証番号を求める" => acts(|app, action| {
        presses(action, button::VISUAL).then(|| app.show_pin_entry(None))
    });
    "verifies-twice" breaks "credential.one-verify-per-entry",
        "presents the PIN again before signing",
        "署名の前に暗証番号をもう一度照合する" => on::card(|_, card, at, ()| {
        if let At::Presented(pin, Verified::Yes) = at {
            card.verify(pin)?;
        }
        Ok(())
    });
    "presents-lost-pin" breaks "credential.one-verify-per-entry",
        "presents a PIN again by itself when the card left with the answer",
        "応答の前にカードが離れると、暗証番号をひとりでにもう一度照合する" =>
        on::interrupted(|_, trouble, keeps_pin| {
            Ok(keeps_pin || matches!(trouble, Trouble::Card(_)))
        });
    "keeps-pin-for-retry" breaks "credential.one-verify-per-entry",
        "keeps the PIN where no challenge came, and presents it once more for the retry",
        "チャレンジが来ないと暗証番号を残し、再試行でもう一度照合する" =>
        on::interrupted(|_, trouble, keeps_pin| {
            Ok(keeps_pin || matches!(trouble, Trouble::NoAnswer(_)))
        });
    "takes-pin-for-number" breaks "credential.one-verify-per-entry",
        "takes the four digits for a number of at least 1000",
        "4 桁の数字を 1000 以上の数とみなす" =>
        on::pin_fits(|pin, fits| fits && !pin.0.starts_with('0'));
    "verifies-wrong-reference" breaks "credential.auth-reference-only",
        "presents the PIN to 券面事項入力補助AP as well",
        "券面事項入力補助APにも暗証番号を照合する" => on::card(|_, card, at, ()| {
        if let At::Signed(pin) = at {
            verify_profile_pin(card, pin)?;
        }
        Ok(())
    });
    "carries-on-after-lock" breaks "credential.stops-at-lock",
        "presents the PIN once more after the card has locked it",
        "カードがロックした後にもう一度照合する" => on::card(|_, card, at, ()| {
        if let At::Presented(pin, Verified::No(0)) = at {
            card.verify(pin)?;
        }
        Ok(())
    });
    "hides-attempts-left" breaks "credential.attempts-shown",
        "does not say how many attempts are left",
        "残り回数を表示しない" => on::screen(|_, screen| hide(screen, ATTEMPTS_LEFT));
    "counts-attempts-itself" breaks "credential.attempts-shown",
        "counts the wrong entries itself, and on after a right one",
        "誤りの回数を自分で数え、正しい入力の後も数え続ける" => {
        let wrong = kept::<u8>();
        on::screen(move |app, mut screen| {
            if matches!(app.stage, Stage::PinEntry)
                && let Some(left) = field(&mut screen, ATTEMPTS_LEFT)
            {
                *left = wrong.with(|wrong| {
                    *wrong += 1;
                    3_u8.saturating_sub(*wrong).to_string()
                });
            }
            screen
        })
    };
    "counts-attempts-from-three" breaks "credential.attempts-shown",
        "takes it that a PIN has three attempts, and counts the wrong ones since the last right one",
        "暗証番号は 3 回までと決めて、正しい入力の後からの誤りを数える" => {
        let wrong = kept::<u8>();
        [
            on::card(move |_, _, at, ()| {
                match at {
                    At::Presented(_, Verified::No(_)) => wrong.with(|wrong| *wrong += 1),
                    At::Signed(_) => drop(wrong.set(0)),
                    _ => {}
                }
                Ok(())
            }),
            on::screen(move |_, mut screen| {
                if let Some(left) = field(&mut screen, ATTEMPTS_LEFT) {
                    *left = 3_u8.saturating_sub(wrong.get()).to_string();
                }
                screen
            }),
        ]
    };
    "shows-three-attempts" breaks "credential.attempts-shown",
        "says that three attempts are left before the card was asked",
        "カードに問う前から残り 3 回と表示する" => on::screen(|_, mut screen| {
        if screen.title == "PIN入力" && field(&mut screen, ATTEMPTS_LEFT).is_none() {
            screen.fields.push((ATTEMPTS_LEFT, "3".to_owned()));
        }
        screen
    });
    "leaks-pin" breaks "credential.pin-stays-on-card",
        "sends the PIN to the service",
        "暗証番号をサービスに送る" => {
        let pin = kept::<String>();
        [
            saw::pin(move |_, typed| pin.set(typed.0.clone())),
            on::request(move |_, request| {
                let is_signed = request.operation == Operation::EligibilityBySignature;
                Ok(if is_signed { request.with_raw("pin", pin.get()) } else { request })
            }),
        ]
    };
    "logs-commands" breaks "credential.pin-stays-on-card",
        "prints every command to the card in hexadecimal",
        "カードへのコマンドを16進でそのまま書き出す" => saw::command(|command| {
        let bytes: Vec<String> = command.iter().map(|byte| format!("{byte:02X}")).collect();
        eprintln!("> {}", bytes.join(" "));
    });
    "verifies-on-any-card" breaks "credential.no-verify-on-other-card",
        "does not look whether the card is a My Number card before it presents the PIN",
        "マイナンバーカードかどうかを確かめずに照合する" => on::attempts(|left| match left {
        Err(CardError::Refused { .. }) => Ok(1),
        left => left,
    });
    "presents-blocked-pin" breaks "credential.blocked-not-presented",
        "presents the PIN without asking whether it is blocked",
        "ロックされているかを問わずに照合する" => on::attempts(|left| left.map(|left| left.max(1)));
    "presents-short-pin" breaks "credential.four-digits-only",
        "presents whatever was typed, four digits or not",
        "4 桁かどうかを問わず、入力されたものを照合する" => on::pin_fits(|_, _| true);
    "holds-card-while-typing" breaks "credential.survives-slow-entry",
        "holds a transaction while the patient types the PIN again",
        "患者が暗証番号を入れ直す間、トランザクションを続ける" => {
        let (card, typed_wrong) = (kept::<Option<Session>>(), kept::<bool>());
        [
            on::card(move |_, _, at, ()| {
                match at {
                    At::ToSign => drop(typed_wrong.set(false)),
                    At::Presented(_, Verified::No(1..)) => drop(typed_wrong.set(true)),
                    _ => {}
                }
                Ok(())
            }),
            on::held(move |reader, used| match used {
                None => card.set(None).map_or_else(|| seize(reader), Ok).map(Some),
                Some(used) if typed_wrong.get() => {
                    card.set(Some(used));
                    Ok(None)
                }
                used => Ok(used),
            }),
        ]
    };
}

/// Presents a PIN that was not typed.
fn guess_pin(card: &Session) -> Result<(), CardError> {
    card.attempts_left()?;
    card.verify(&Pin("1234".to_owned())).map(drop)
}
