//! Certificates, and cards that leave, fall silent or are of another kind.

use super::chip::{is_under_windows, lies_on_sony, looks_familiar, never_let_go};
use super::trouble::{at_second, ends, ends_at, gives_up_at, is_unreadable};
use super::*;

defects! {
    "sends-stored-certificate" breaks "card.certificate-from-card",
        "sends the first card's certificate for every later card",
        "以後のどのカードにも最初のカードの証明書を送る" => {
        let first = kept::<Option<Vec<u8>>>();
        on::certificate(move |_, read| {
            read.map(|read| first.with(|first| first.get_or_insert(read).clone()))
        })
    };
    "sends-certificate-of-sight" breaks "card.certificate-from-card",
        "sends with a PIN the certificate that was read last by eye",
        "暗証番号の確認で、目視確認で最後に読んだ証明書を送る" => {
        let (last, seen) = last_read();
        let sends = on::request(move |_, request| {
            let by_pin = [Operation::EligibilityBySignature, Operation::InstitutionConsent];
            Ok(match last.get() {
                last if !last.is_empty() && by_pin.contains(&request.operation) => {
                    request.with_bytes(Field::Certificate, &last)
                }
                _ => request,
            })
        });
        [seen, sends]
    };
    "keeps-last-certificate" breaks "card.certificate-from-card",
        "sends the certificate of the patient before where the card is taken away too early",
        "カードが早く離れると前の患者の証明書を送る" => {
        let (last, seen) = last_read();
        let keeps = on::certificate(move |_, read| match (read, last.get()) {
            (Err(CardError::Lost), last) if !last.is_empty() => Ok(last),
            (read, _) => read,
        });
        [keeps, seen]
    };
    "tells-cards-by-count" breaks "card.certificate-from-card",
        "takes a card for the last one where the reader has counted as many cards as then",
        "リーダーの数えたカードの回数が前と同じなら同じカードとみなす" => {
        let (last, seen) = last_read();
        let (count, placed) = (kept::<Option<u32>>(), kept::<bool>());
        [
            seen,
            saw::act(move |_, action| placed.set(matches!(action, Action::PlaceCard))),
            saw::certificate(move |app, read| {
                if read.is_ok() {
                    count.set(app.patient.card);
                }
            }),
            on::known(move |app, known| {
                let is_check = matches!(app.stage, Stage::Reading(Purpose::Check));
                let is_last = count.get() == app.patient.card && placed.get();
                known.or_else(|| (is_check && is_last).then(|| last.get()))
            }),
        ]
    };
    "leaves-gap" breaks "card.certificate-from-card",
        "leaves a gap in the certificate where an exchange failed",
        "通信に失敗した箇所を空けたまま証明書とする" => on::block(|length, _, block| match block {
        Err(CardError::Garbled) => Ok(Some(vec![0; length])),
        block => block,
    });
    "fills-short-block" breaks "card.certificate-from-card",
        "takes a block for as long as it asked for, however many bytes came",
        "届いたバイト数にかかわらず、ブロックが求めた長さであるとみなす" =>
        on::block(|length, _, block| {
            Ok(block?.map(|mut bytes| {
                bytes.resize(length, 0);
                bytes
            }))
        });
    "takes-card-reset-for-end" breaks "card.certificate-from-card",
        "takes a reset of the card for the end of its certificate",
        "カードのリセットを証明書の終わりとみなす" => on::block(|_, _, block| match block {
        Err(CardError::Reset) => Ok(None),
        block => block,
    });
    "overlooks-last-block" breaks "card.certificate-from-card",
        "does not look whether the last block of the certificate arrived",
        "証明書の最後のブロックが届いたかを確かめない" =>
        on::block(|_, is_last, block| match block {
            Err(CardError::Lost) if is_last => Ok(None),
            block => block,
        });
    "reads-before-choice" breaks "card.choice-before-card",
        "reads a card that lies on the reader at login, before the method is chosen",
        "ログイン時に置かれているカードを、確認方法を選ぶ前に読む" =>
        saw::answer(|app, operation, answer| {
            if is_login(operation, answer) && card_lies_there(app) {
                let _ = app.read_certificate();
            }
        });
    "ends-on-removal" breaks "card.survives-removal",
        "ends when the card is taken away while it is read",
        "読み取り中にカードが離れると終了する" => ends_at(|error| matches!(error, CardError::Lost));
    "gives-up-while-signing" breaks "card.survives-removal",
        "gives the patient up when the card leaves after it took the PIN",
        "暗証番号を受け付けた後にカードが離れると、その患者の確認をやめる" => {
        let accepted = kept::<bool>();
        [
            saw::pin(move |_, _| accepted.set(false)),
            on::card(move |_, _, at, ()| {
                if matches!(at, At::Presented(_, Verified::Yes)) {
                    accepted.set(true);
                }
                Ok(())
            }),
            on::interrupted(move |app, trouble, keeps_pin| match trouble {
                Trouble::Card(error) if accepted.get() => instead(give_up(app, error)),
                _ => Ok(keeps_pin),
            }),
        ]
    };
    "takes-lost-card-for-other" breaks "card.survives-removal",
        "takes a card that leaves before it is selected for one of another kind, and gives the patient up",
        "選択の前に離れたカードを別の種類のカードとみなし、その患者の確認をやめる" =>
        gives_up_at(|error, selected| matches!(error, CardError::Lost) && !selected);
    "gives-up-on-second-loss" breaks "card.survives-removal",
        "gives the patient up when the card leaves for the second time",
        "カードが二度離れると、その患者の確認をやめる" => at_second(
        |error| matches!(error, CardError::Lost),
        |app, error| instead(give_up(app, error)),
    );
    "gives-up-on-no-smartcard" breaks "card.survives-removal",
        "gives up at SCARD_E_NO_SMARTCARD while it reads, which some readers say of a card that is lifted",
        "一部のリーダーが離れたカードについて返す SCARD_E_NO_SMARTCARD で、読み取りをやめる" => [
        on::failed(|error, meaning| match error {
            crate::scard::Error::NoSmartcard => CardError::Reader(error),
            _ => meaning,
        }),
        on::trouble(|app, error, screen| match error {
            CardError::Reader(_) => instead(give_up(app, &CardError::Garbled)),
            _ => Ok(screen),
        }),
    ];
    "keeps-card-connected" breaks "card.released",
        "never disconnects from a card",
        "カードとの接続を切らない" => on::card(|_, card, at, ()| {
        if matches!(at, At::ToRead | At::ToSign) {
            never_let_go(card);
        }
        Ok(())
    });
    "holds-waiting-card" breaks "card.released",
        "connects to a card that lies there when the first method is chosen, and once more to read it",
        "最初の方法を選んだとき置かれているカードに接続し、読むときにもう一度接続する" => {
        let read_one = kept::<bool>();
        [
            saw::certificate(move |_, read| read_one.with(|reads| *reads |= read.is_ok())),
            saw::act(move |app, action| {
                let presses = presses(action, button::VISUAL) || presses(action, button::PIN);
                let chooses = matches!(action, Action::ChooseMethod(_))
                    || presses && matches!(app.stage, Stage::Choice);
                if chooses
                    && !read_one.get()
                    && card_lies_there(app)
                    && let Ok(card) = app.reader.connect()
                {
                    never_let_go(&card);
                }
            }),
        ]
    };
    "never-lets-go-under-windows" breaks "card.released",
        "never disconnects where the reader is asked for its features as under Windows",
        "Windows と同じようにリーダーの機能を問い合わせられると、接続を切らない" =>
        on::card(|_, card, at, ()| {
            if matches!(at, At::ToRead) && is_under_windows(card)? {
                never_let_go(card);
            }
            Ok(())
        });
    "ends-without-certificate" breaks "card.other-kind-survived",
        "ends when the card has no certificate",
        "カードに証明書がないと終了する" =>
        ends_at(|error| matches!(error, CardError::NoCertificate));
    "ends-on-second-other" breaks "card.other-kind-survived",
        "ends when a card of another kind is put down once more",
        "別の種類のカードがもう一度置かれると終了する" =>
        at_second(|error| matches!(error, CardError::Refused { .. }), |_, error| ends(error));
    "selects-twice" breaks "card.command-once",
        "selects 公的個人認証AP twice before it reads",
        "読む前に公的個人認証APを二度選択する" => selects_again(|_| Ok(true));
    "probes-unknown-card" breaks "card.command-once",
        "selects 公的個人認証AP once to try and once to read where the ATR is on no list",
        "ATR が一覧にないと、公的個人認証APを試しと読み取りで二度選択する" =>
        selects_again(|card| Ok(!looks_familiar(card)?));
    "wakes-sony-reader" breaks "card.command-once",
        "sends the first SELECT twice to SONY's readers, as if to wake them",
        "SONY のリーダーには、起こすように最初の SELECT を二度送る" => selects_again(lies_on_sony);
    "selects-slow-card-again" breaks "card.command-once",
        "selects once more where the answer took more than a quarter of a second",
        "応答に 0.25 秒を超えると、もう一度選択する" => on::resends(|command, waited, again| {
        again || command[1] == 0xA4 && waited > Duration::from_millis(250)
    });
    "reads-slow-card-again" breaks "card.command-once",
        "reads once more where the answer took more than a second",
        "応答に 1 秒を超えると、もう一度読む" => on::resends(|command, waited, again| {
        again || command[1] == 0xB0 && waited > Duration::from_secs(1)
    });
    "reads-over-and-over" breaks "card.bounded-reading",
        "reads again and again what the card refuses to give",
        "カードが拒んだ読み取りを何度も繰り返す" => on::read(|card, mut certificate| {
        for _ in 0..20 {
            let Err(CardError::Refused { status: 0x6982, .. }) = certificate else {
                break;
            };
            certificate = card.read_certificate();
        }
        certificate
    });
    "conceals-unreadable-card" breaks "card.unreadable-told",
        "waits for the card as if none had been read where one could not be read",
        "カードを読めなくても、置かれるのを待つ画面のままにする" => on::trouble(|_, error, screen| {
        Ok(if is_unreadable(error) { screens::reading(PLACE_CARD) } else { screen })
    });
    "tells-unread-card-once" breaks "card.unreadable-told",
        "tells of a card that cannot be read only at the first patient who has one",
        "読めないカードを最初の患者のときしか知らせない" => {
        let (unread, unread_before) = (kept::<bool>(), kept::<bool>());
        [
            saw::act(move |app, action| {
                if is_next_patient(app, action) {
                    let was_told = unread.set(false) && matches!(action, Action::TakeCard);
                    unread_before.with(|before| *before |= was_told);
                }
            }),
            on::trouble(move |_, error, screen| {
                if matches!(error, CardError::Lost | CardError::Refused { .. }) {
                    unread.set(true);
                }
                let conceals = is_unreadable(error) && unread_before.get();
                Ok(if conceals { screens::reading(PLACE_CARD) } else { screen })
            }),
        ]
    };
    "tells-reset-as-removal" breaks "card.cause-as-told",
        "says that the card was lifted where another program has reset it",
        "他のプログラムがリセットしても、カードが離れたと示す" => on::trouble(|_, error, mut screen| {
        if matches!(error, CardError::Reset) {
            screen.fields.retain(|(label, _)| *label != CAUSE);
            screen.fields.push((CAUSE, CardError::Lost.to_string()));
        }
        Ok(screen)
    });
    "tells-unplugging-as-removal" breaks "card.cause-as-told",
        "says that the card was lifted where the reader was pulled out",
        "リーダーが外れても、カードが離れたと示す" => on::trouble(|_, error, mut screen| {
        if matches!(error, CardError::Unplugged)
            && let Some(cause) = field(&mut screen, CAUSE)
        {
            *cause = CardError::Lost.to_string();
        }
        Ok(screen)
    });
    "overlooks-lying-card" breaks "card.lying-there-read",
        "waits for a card to be laid down where one lies there already",
        "すでに置かれているカードに気づかず、置かれるのを待ち続ける" => on::wants_it_laid(|_| true);
    "goes-on-once-given-up" breaks "card.given-up-left-alone",
        "goes on with the card when a command is answered that it has given up",
        "諦めたコマンドに応答が届くと、カードとのやりとりを続ける" => on::calls_off(|_| false);
    "one-patience-for-all-commands" breaks "card.slow-finished",
        "has one time limit for the whole conversation with the card",
        "カードとのやりとり全体に一つの制限時間しかない" => on::patience_anew(|_| false);
    "ends-without-status-word" breaks "card.unreadable-told",
        "ends when an answer of the card has no status word",
        "カードの応答にステータスワードがないと終了する" =>
        ends_at(|error| matches!(error, CardError::Cut));
}

/// Selects once more where it seems to be needed.
fn selects_again(seems_needed: fn(&Session) -> Result<bool, CardError>) -> Layer {
    on::card(move |_, card, at, ()| {
        if matches!(at, At::Selected) && seems_needed(card)? {
            card.select_jpki()?;
        }
        Ok(())
    })
}
