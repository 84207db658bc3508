//! The reader, other programs at it, and PC/SC itself.

use super::chip::atr;
use super::trouble::{at_selection, ends, ends_at, gives_up_at};
use std::ffi::CString;

use super::*;
use crate::scard::{Context, ShareMode};
use crate::screens::CAUSE;

defects! {
    "ends-on-unplugging" breaks "reader.survives-unplugging",
        "ends when the reader is unplugged while it reads",
        "読み取り中にリーダーが外れると終了する" =>
        ends_at(|error| matches!(error, CardError::Unplugged));
    "ends-on-early-unplugging" breaks "reader.survives-unplugging",
        "ends when the reader is unplugged before the card is selected",
        "カードを選択する前にリーダーが外れると終了する" => at_selection(
        |error, selected| matches!(error, CardError::Unplugged) && !selected,
        |_, error| ends(error),
    );
    "gives-up-half-read" breaks "reader.survives-unplugging",
        "gives the patient up whose certificate was half read when the reader was unplugged",
        "証明書の途中でリーダーが外れると、その患者の確認をやめる" =>
        gives_up_at(|error, selected| matches!(error, CardError::Unplugged) && selected);
    "keeps-context" breaks "reader.survives-restart",
        "establishes one PC/SC context and uses it for ever",
        "PC/SC のコンテキストを一度だけ作り、ずっと使う" => {
        let kept = kept::<Option<Context>>();
        on::context(move |context| {
            kept.with(|kept| {
                if context.is_some() {
                    *kept = context;
                }
                kept.clone()
            })
        })
    };
    "keeps-stuck-caller" breaks "reader.survives-hang",
        "lets the thread make the next calls whose call never returned",
        "返らない呼び出しをしたスレッドに、次の呼び出しもさせる" => on::caller_replaced(|_| false);
    "gives-up-when-busy" breaks "reader.survives-rival",
        "gives the patient up when another program holds the card",
        "他のプログラムがカードを使っていると、その患者の確認をやめる" =>
        gives_up_at(|error, _| matches!(error, CardError::Busy));
    "takes-held-card-for-lifted" breaks "reader.rival-told",
        "asks for the card to be laid down again where another program holds it, and says no more",
        "他のプログラムが占有していても、置き直しを求めるだけ" => on::trouble(|_, error, screen| {
        let is_held = matches!(error, CardError::Busy);
        Ok(if is_held { screens::reading("カードをもう一度置いてください") } else { screen })
    });
    "connects-exclusively" breaks "reader.survives-rival",
        "wants the card for itself alone",
        "カードを独占する" => on::share_mode(|_| ShareMode::Exclusive);
    "waits-for-rival" breaks "reader.bounded-wait",
        "waits without a time limit for a card that another program keeps",
        "他のプログラムが離さないカードを時間の制限なく待つ" =>
        on::patience(|wait, limit| if wait == Wait::Card { None } else { limit });
    "expects-contactless" breaks "reader.any-interface",
        "refuses every card whose ATR is not that of the contactless interface",
        "ATR が非接触のものでないカードをすべて断る" => on::card(|_, card, at, ()| match at {
        At::ToRead if !atr(card)?.starts_with(&CONTACTLESS) => Err(CardError::NoCertificate),
        _ => Ok(()),
    });
    "blames-card-for-reader" breaks "reader.absence-told",
        "asks for the card again where there is no reader",
        "リーダーがないのに、カードを置き直すよう求める" => on::trouble(|_, error, screen| {
        Ok(if matches!(error, CardError::NoReader) { hide(screen, CAUSE) } else { screen })
    });
    "blames-card-for-lost-reader" breaks "reader.absence-told",
        "asks for the card again where the reader is pulled out while it waits for a card",
        "カードを待つ間にリーダーが抜けても、カードを置き直すよう求める" => {
        let waits = kept::<bool>();
        [
            saw::act(move |_, _| waits.set(false)),
            saw::watches(move |_| waits.set(true)),
            on::trouble(move |_, error, screen| {
                let is_lost = waits.get() && matches!(error, CardError::NoReader);
                Ok(if is_lost { hide(screen, CAUSE) } else { screen })
            }),
        ]
    };
    "takes-stopped-service-for-missing-reader" breaks "card.cause-as-told",
        "says that no reader is connected where the PC/SC service does not run",
        "PC/SC サービスが動いていないのに、リーダーが接続されていないと示す" => on::trouble(|_, error, mut screen| {
        if matches!(error, CardError::Reader(_))
            && let Some(cause) = field(&mut screen, CAUSE)
        {
            *cause = CardError::NoReader.to_string();
        }
        Ok(screen)
    });
    "waits-busily" breaks "reader.no-busy-wait",
        "asks for the reader's state without a pause while it waits for a card",
        "カードを待つ間、休みなくリーダーの状態を調べる" => on::watches(|_| Duration::ZERO);
    "looks-for-reader-once" breaks "reader.found-later",
        "looks no more for a reader that was missing once",
        "一度なかったリーダーを二度と探さない" => {
        let missed = kept::<bool>();
        [
            saw::trouble(move |_, error, _| missed.set(matches!(error, CardError::NoReader))),
            acts(move |app, action| {
                let reads = matches!((action, &app.stage), (Action::PlaceCard, Stage::Reading(_)));
                (reads && missed.get()).then(|| app.show_card_trouble(&CardError::NoReader))
            }),
        ]
    };
    "remembers-reader" breaks "reader.found-later",
        "remembers the name of the reader that was listed first",
        "最初に見つけたリーダーの名前を使い続ける" => {
        let first = kept::<Option<CString>>();
        on::reader(move |name| first.with(|first| first.get_or_insert(name).clone()))
    };
    "takes-first-reader" breaks "reader.named-used",
        "uses the first reader of the list, whatever was set",
        "設定にかかわらず、一覧の先頭のリーダーを使う" => on::reader_setting(|_| None);
}

/// How the ATR of the contactless interface begins.
const CONTACTLESS: [u8; 4] = [0x3B, 0x88, 0x80, 0x01];
