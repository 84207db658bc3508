//! The PIN and the signature: in which order, and what is shown of it.

use super::*;
use crate::card::Verified;
use crate::check::Trouble;
use crate::conduct::{At, saw};
use crate::contract::Pin;
use crate::screens::ATTEMPTS_LEFT;

manners! {
    "no-empty-question" does "presents the PIN without asking first how many attempts are left",
        "残り回数を尋ねずに暗証番号を照合する"
        because "ISO 7816-4: VERIFY itself says how many are left, and costs none on a PIN that is blocked already",
            "ISO 7816-4。VERIFY の応答が残り回数を示し、ロック済みなら回数は減らない" =>
        on::asks_attempts(|_| false);
    "reads-before-pin" does "reads the certificate before it presents the PIN",
        "暗証番号を照合する前に証明書を読む"
        because "the certificate is free to read: whose card it is is known before an attempt is spent",
            "証明書は自由に読める。回数を使う前に、誰のカードか分かる" =>
        on::reads_first(|_| true);
    "challenge-before-pin" does "gets a challenge of the service before it presents the PIN",
        "暗証番号を照合する前に、サービスのチャレンジを受け取る"
        because "care: where the service cannot be reached no attempt is spent",
            "サービスに届かないとき、回数を使わずに済む" =>
        on::challenges_first(|_| true);
    "keeps-accepted-pin" does "presents a PIN that the card accepted to that card again where it was lifted before it signed",
        "カードが受け付けた暗証番号を、署名の前に離れて戻った同じカードにもう一度照合する"
        because "the PIN is known to be right, no attempt is spent, and the patient need not type it again",
            "正しいと分かっている暗証番号であり、回数は減らず、患者は入力し直さずに済む" =>
        keeps_accepted();
    "dots-for-digits" does "shows a dot for each digit that was typed",
        "入力された桁の数だけ点を表示する"
        because "usability: who types sees how many digits arrived, and nobody which",
            "使いやすさ。何桁入ったかは見え、何かは見えない" =>
        saw::pin(|app, pin| {
            let mut screen = crate::screens::pin_entry(None, None);
            screen.fields.push(("暗証番号", "●".repeat(pin.0.len())));
            let _ = app.redraw(screen);
        });
    "pin-pad" does "has keys for the digits on the screen where the PIN is typed",
        "暗証番号の画面に数字のキーを出す"
        because "usability: touch screens have no keyboard",
            "使いやすさ。タッチパネルにキーボードはない" =>
        says(|app, screen| {
            if matches!(app.stage, Stage::PinEntry) {
                screen.buttons = vec!["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "訂正", "確定"];
            }
        });
    "warns-before-lock" does "warns beside the number before the last attempt",
        "残り1回になると、数の横に注意を出す"
        because "usability: 市区町村窓口 has to be visited after the lock",
            "使いやすさ。ロックすると市区町村窓口に行くことになる" =>
        says(|_, screen| {
            let is_last = screen.fields.iter().any(|(label, value)| *label == ATTEMPTS_LEFT && value == "1");
            if is_last {
                screen.fields.push(("ご注意", "次に間違えるとロックされます。E-0063".to_owned()));
            }
        });
}

/// Types what was typed once more where the card took it and left.
fn keeps_accepted() -> [Layer; 2] {
    let accepted = kept::<bool>();
    [
        on::card(move |_, _, at, ()| {
            match at {
                At::ToSign => drop(accepted.set(false)),
                At::Presented(Pin(_), Verified::Yes) => drop(accepted.set(true)),
                _ => {}
            }
            Ok(())
        }),
        on::interrupted(move |_, trouble, keeps_pin| {
            Ok(keeps_pin || accepted.get() && matches!(trouble, Trouble::Card(_)))
        }),
    ]
}
