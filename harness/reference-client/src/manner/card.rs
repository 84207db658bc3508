//! PC/SC and the card: what the standards leave to a program.

use std::time::Duration;

use super::*;
use crate::card::Session;
use crate::conduct::{At, saw};
use crate::contract::Action;
use crate::defect::is_login;
use crate::reader::CardError;
use crate::scard::{
    self, Attribute, Disposition, PNP_NOTIFICATION, Protocols, ReaderState, ShareMode, State,
};

manners! {
    "polls-reader" does "asks PC/SC for the reader's state ten times a second",
        "リーダーの状態を 0.1 秒ごとに尋ねる"
        because "PC/SC part 5: SCardGetStatusChange takes any time-out; pollers are common",
            "PC/SC 第5部。SCardGetStatusChange の待ち時間は任意で、ポーリングする製品は多い" =>
        on::watches(|_| Duration::from_millis(100));
    "watches-for-readers" does "asks for the reader that stands for new readers, too (PnP notification)",
        "新しいリーダーの通知 (PnP) も尋ねる"
        because "pcsc-lite and Windows document \\\\?PnP?\\Notification for programs that wait for a reader",
            "pcsc-lite と Windows は、リーダーを待つプログラムのために PnP 通知を文書化している" =>
        with_context(|context| {
            let mut states = [ReaderState::new(PNP_NOTIFICATION, State::UNAWARE)];
            let _ = context.get_status_change(Duration::ZERO, &mut states);
        });
    "checks-context" does "looks with SCardIsValidContext whether its context is good, and lists the readers again",
        "SCardIsValidContext でコンテキストを確かめ、リーダーの一覧を取り直す"
        because "pcsc-lite: API documentation of SCardIsValidContext",
            "pcsc-lite の SCardIsValidContext の文書" =>
        with_context(|context| {
            let _ = context.is_valid();
            drop(context.list_readers_owned());
        });
    "exclusive-where-free" does "connects exclusively, and shares the card only where somebody else has it",
        "カードに排他接続し、他が使っていれば共有で接続する"
        because "PC/SC part 5: SCARD_SHARE_EXCLUSIVE is for those who want nobody between their commands",
            "PC/SC 第5部。SCARD_SHARE_EXCLUSIVE は、コマンドの間に他者を入れないためのもの" =>
        on::connects(|context, reader, made| made.or_else(|| {
            let connect = |mode| context.connect(reader, mode, Protocols::Any);
            Some(connect(ShareMode::Exclusive).or_else(|_| connect(ShareMode::Shared)))
        }));
    "wants-t1" does "connects with T=1 where the card has it, else with T=0",
        "カードが対応していれば T=1、なければ T=0 で接続する"
        because "ISO 7816-3: a card may offer either; contactless cards are T=1 to PC/SC (part 3)",
            "ISO 7816-3。カードはどちらを備えてもよく、非接触カードは PC/SC 第3部で T=1" =>
        on::connects(|context, reader, made| made.or_else(|| {
            let connect = |protocols| context.connect(reader, ShareMode::Shared, protocols);
            Some(connect(Protocols::T1).or_else(|_| connect(Protocols::T0)))
        }));
    "resets-at-end" does "disconnects with SCARD_RESET_CARD, so that no PIN stays verified",
        "SCARD_RESET_CARD で切断し、照合済みの状態を残さない"
        because "PC/SC part 5 and plain care: the next program finds the card without a verified PIN",
            "PC/SC 第5部。次のプログラムに照合済みのカードを渡さない配慮" =>
        on::disposition(|_| Disposition::ResetCard);
    "unpowers-at-end" does "disconnects with SCARD_UNPOWER_CARD",
        "SCARD_UNPOWER_CARD で切断する"
        because "PC/SC part 5: the card is not needed any more by this program",
            "PC/SC 第5部。このプログラムにはもう不要なカードの給電を止める" =>
        on::disposition(|_| Disposition::UnpowerCard);
    "transaction-each" does "puts each conversation with the card into a transaction",
        "カードとのやりとりごとにトランザクションにする"
        because "PC/SC part 5: SCardBeginTransaction keeps others from selecting something else in between",
            "PC/SC 第5部。SCardBeginTransaction は、途中で他者に別のものを選択させない" =>
        on::transacts(|_| true);
    "asks-status" does "calls SCardStatus before it reads",
        "読む前に SCardStatus を呼ぶ"
        because "PC/SC part 5: it tells protocol and ATR",
            "PC/SC 第5部。プロトコルと ATR が分かる" =>
        looks_at_card(|card| card.converse(|line| {
            drop(line.calls.make(|| line.card.status_names())??);
            Ok(())
        }));
    "asks-attributes" does "asks the reader for the ATR and its maker's name before it reads",
        "読む前に ATR とリーダーの製造者名を尋ねる"
        because "PC/SC part 3: SCARD_ATTR_VENDOR_NAME and SCARD_ATTR_ATR_STRING, for the log",
            "PC/SC 第3部。記録のための SCARD_ATTR_VENDOR_NAME と SCARD_ATTR_ATR_STRING" =>
        looks_at_card(|card| card.converse(|line| {
            for attribute in [Attribute::AtrString, Attribute::VendorName] {
                drop(line.calls.make(|| line.card.attribute(attribute))?);
            }
            Ok(())
        }));
    "asks-features" does "asks the reader for its features (PC/SC part 10)",
        "リーダーの機能を問い合わせる (PC/SC 第10部)"
        because "PC/SC part 10: a reader with a pinpad says so; one without answers nothing",
            "PC/SC 第10部。ピンパッドの有無が分かる" =>
        looks_at_card(|card| card.converse(|line| {
            let mut buffer = [0; scard::MAX_BUFFER_SIZE];
            // SCARD_CTL_CODE(3400) of pcsc-lite
            let code = 0x4200_0D48;
            let _ = line.calls.make(|| line.card.control(code, &[], &mut buffer).map(<[u8]>::len))?;
            Ok(())
        }));
    "blocks-of-128" does "reads the certificate in blocks of 128 bytes",
        "証明書を 128 バイトずつ読む"
        because "ISO 7816-4: Le is any number up to 256; some readers pass on no more",
            "ISO 7816-4。Le は 256 までの任意の数で、それより短くしか渡さないリーダーもある" =>
        on::block_length(|_| 128);
    "blocks-of-255" does "reads the certificate in blocks of 255 bytes",
        "証明書を 255 バイトずつ読む"
        because "ISO 7816-4: Le is any number up to 256",
            "ISO 7816-4。Le は 256 までの任意の数" =>
        on::block_length(|_| 255);
    "blocks-of-100" does "reads the certificate in blocks of 100 bytes",
        "証明書を 100 バイトずつ読む"
        because "ISO 7816-4: Le is any number up to 256",
            "ISO 7816-4。Le は 256 までの任意の数" =>
        on::block_length(|_| 100);
    "header-with-first-block" does "learns the certificate's length from a first block of 256 bytes",
        "証明書の長さを最初の 256 バイトから知る"
        because "usability: no command of four bytes; the first block is then read with the others",
            "速さ。4 バイトだけのコマンドを省く" =>
        on::header_length(|_| 256);
    "extended-reading" does "asks with an extended length for 256 bytes",
        "256 バイトを拡張長で求める"
        because "ISO 7816-4 §5.1: extended length fields, where the card has them; else in short form",
            "ISO 7816-4 §5.1。カードが対応していれば拡張長、でなければ短い形" =>
        extended();
    "select-with-response" does "selects the application by P2=00 with Le, and passes over the FCI",
        "応用を P2=00 と Le で選択し、FCI を読み捨てる"
        because "ISO 7816-4 table 40: the answer to SELECT may be an FCI template, or nothing",
            "ISO 7816-4 表40。SELECT の応答は FCI でも空でもよい" =>
        on::command(|mut command| {
            if command.starts_with(&[0x00, 0xA4, 0x04, 0x0C]) {
                command[3] = 0x00;
                command.push(0x00);
            }
            command
        });
    "presence-select" does "selects 公的個人認証AP on a card that lies there at login, to see which card it is",
        "ログイン時に置かれているカードで公的個人認証APを選択し、種類を見る"
        because "overview of 2023-11: what waits for the choice is マイナンバーカードの読み取り; a SELECT reads nothing",
            "概要資料 (2023-11)。選択を待つのは「マイナンバーカードの読み取り」であり、SELECT は何も読まない" =>
        saw::answer(|app, operation, answer| {
            if is_login(operation, answer)
                && app.reader.watch().is_ok_and(|watch| watch.card_is_present())
                && let Ok(card) = app.reader.connect()
            {
                drop(card.select_jpki());
                card.end();
            }
        });
    "wants-card-laid-anew" does "waits until a card that lies there already is lifted and laid down again, and says so",
        "すでに置かれているカードは置き直されるのを待ち、その旨を示す"
        because "usability: a card that was forgotten there is not taken for the next patient's",
            "使いやすさ。置き忘れたカードを次の患者のものと取り違えない" => [
            on::wants_it_laid(|_| true),
            says(|app, screen| {
                if matches!(app.stage, Stage::Reading(_)) {
                    let lift = "カードがすでにあるときは、一度取って置き直してください";
                    screen.fields.push(("ご案内", lift.to_owned()));
                }
            }),
        ];
    "reads-token-label" does "reads which kind of token it is before the certificate",
        "証明書の前に、トークンの種類を読む"
        because "JPKI: the file 0006 says whether it is a card or a telephone, and is free to read",
            "公的個人認証AP。0006 はカードかスマートフォンかを示し、自由に読める" =>
        looks_selected(|card| reads_file(card, 0x0006, 32));
    "reads-ca-certificate" does "reads the CA's certificate from the card, too, to check the chain itself",
        "カードから CA 証明書も読み、連鎖を自ら確かめる"
        because "JPKI: the file 000B is free to read; care before anything is sent",
            "公的個人認証AP。000B は自由に読める。送る前の確認" =>
        looks_selected(|card| reads_file(card, 0x000B, 256));
    "looks-for-removal" does "keeps the card connected until it is taken, and disconnects then",
        "カードが取られるまで接続したままにし、取られたら切断する"
        because "PC/SC part 5: SCardDisconnect is due when the card is not needed; it hinders nobody who shares it",
            "PC/SC 第5部。共有接続は他者の邪魔にならず、取られたときに切断すればよい" => {
        let held = kept::<Option<Session>>();
        [
            saw::certificate(move |app, read| {
                if read.is_ok() {
                    held.set(app.reader.connect().ok());
                }
            }),
            saw::act(move |_, action| {
                if let (Action::TakeCard | Action::PlaceCard | Action::Press(_) | Action::Close, Some(card)) = (action, held.set(None)) {
                    card.end();
                }
            }),
        ]
    };
}

/// Does something with each new context.
fn with_context(does: fn(&scard::Context)) -> Layer {
    saw::context(move |context| {
        if let Some(context) = context {
            does(context);
        }
    })
}

/// Does something with a card that has just been connected to.
fn looks_at_card(look: fn(&Session) -> Result<(), CardError>) -> Layer {
    on::card(move |_, card, at, ()| match at {
        At::ToRead | At::ToSign => look(card),
        _ => Ok(()),
    })
}

/// Does something with 公的個人認証AP once it is selected.
fn looks_selected(look: fn(&Session) -> Result<(), CardError>) -> Layer {
    on::card(move |_, card, at, ()| match at {
        At::Selected => look(card),
        _ => Ok(()),
    })
}

/// Reads the beginning of a file that not every card has.
fn reads_file(card: &Session, file: u16, length: u16) -> Result<(), CardError> {
    card.converse(move |line| match line.select_file(file) {
        Ok(()) => match line.read_binary(0, length.into()) {
            Ok(_) | Err(CardError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        },
        Err(CardError::Refused { .. }) => Ok(()),
        Err(error) => Err(error),
    })
}

/// READ BINARY with an extended Le.
fn extended() -> Layer {
    on::command(|command| match command[..] {
        [0x00, 0xB0, high, low, 0x00] => vec![0x00, 0xB0, high, low, 0x00, 0x01, 0x00],
        _ => command,
    })
}
