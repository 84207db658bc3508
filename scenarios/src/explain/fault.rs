//! What goes wrong between card and reader, and on the way to the service.

use madoguchi_terms::Lang;

use crate::{DateField, DateForm, Fault, Ins, Moment, ReaderFault, RedirectTo, Span, WebFault};

impl ReaderFault {
    pub(super) fn in_words(&self, lang: Lang) -> String {
        let when = match self.at {
            Moment::Apdu(n) => lang.pick(format!("APDU {n} 番目で"), format!("at APDU {n}")),
            Moment::Instruction { ins, nth } => {
                let ins = Ins::from(ins);
                lang.pick(
                    format!("INS {ins} の {nth} 回目で"),
                    format!("at INS {ins}, number {nth}"),
                )
            }
            Moment::Byte(n) => lang.pick(
                format!("ファイルの {n} バイト目の読み取りで"),
                format!("at the reading of byte {n} of a file"),
            ),
            Moment::ByteAgain(n) => lang.pick(
                format!("ファイルの {n} バイト目の2回目の読み取りで"),
                format!("at the second reading of byte {n} of a file"),
            ),
            Moment::Presented(n) => lang.pick(
                format!("暗証番号の {n} 回目の照合で"),
                format!("when a PIN is presented, number {n}"),
            ),
            Moment::Connect(n) => lang.pick(
                format!("{n} 回目の SCardConnect で"),
                format!("at SCardConnect {n}"),
            ),
            Moment::BeginTransaction(n) => lang.pick(
                format!("{n} 回目の SCardBeginTransaction で"),
                format!("at SCardBeginTransaction {n}"),
            ),
            Moment::Disconnect(n) => lang.pick(
                format!("{n} 回目の SCardDisconnect で"),
                format!("at SCardDisconnect {n}"),
            ),
            Moment::After(time) => {
                let span = Span::from(time);
                lang.pick(
                    format!("カードを置いてから {span} で"),
                    format!("{span} after the card was placed"),
                )
            }
        };
        let (ja, en) = in_words(&self.what);
        let placed = match self.placed.get() {
            1 => String::new(),
            n => lang.pick(format!("{n} 回目のカードの、"), format!("card {n}: ")),
        };
        lang.pick(
            format!("{placed}{when}{ja}"),
            format!("{placed}{when}, {en}"),
        )
    }
}

const fn in_words(fault: &Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::Torn { .. } => ("カードが離れる", "the card leaves the field"),
        Fault::Mute {} => ("カードが答えない", "the card does not answer"),
        Fault::Damaged { .. } => ("通信が失敗する", "the exchange fails"),
        Fault::Status(_) => ("カードが断る", "the card refuses"),
        Fault::Short(_) => (
            "カードが求めより少ないバイトを返す",
            "the card gives fewer bytes than it was asked for",
        ),
        Fault::Truncated(_) => (
            "応答が途中までしか届かない",
            "only part of the answer arrives",
        ),
        Fault::Overlong(_) => (
            "応答に余分なバイトが付く",
            "made-up bytes follow the answer",
        ),
        Fault::Late(_) => ("応答が遅れる", "the answer is late"),
        Fault::WaitingTime { .. } => ("カードが時間を求める", "the card asks for more time"),
        Fault::Hangs {} => ("呼び出しが返らない", "the call does not return"),
        Fault::Reset {} => (
            "他のプログラムがカードをリセットする",
            "another program resets the card",
        ),
        Fault::Rival { .. } => (
            "他のプログラムがカードを使う",
            "another program takes hold of the card",
        ),
        Fault::Unplugged {} => ("リーダーが抜ける", "the reader is pulled out"),
        Fault::ReaderFails {} => ("リーダーが故障する", "the reader stops working"),
        Fault::ServiceStops { .. } => ("PC/SC サービスが終わる", "the PC/SC service ends"),
    }
}

impl WebFault {
    pub(super) fn in_words(&self, lang: Lang) -> String {
        let operation = self.struck().map(|struck| struck.operation.name());
        let of = |ja: &str, en: &str| match operation {
            Some(operation) => {
                lang.pick(format!("{operation} の{ja}"), format!("{operation}: {en}"))
            }
            None => lang.pick(ja, en).to_owned(),
        };
        match self {
            Self::AnswerLost(_) => of("回答が失われる", "the answer is lost"),
            Self::Reset(_) => of(
                "接続が切れ、何も起きない",
                "reset before anything is decided",
            ),
            Self::Silent(_) => of("回答が来ない", "nothing follows"),
            Self::ResetInBody(_) => of("回答の途中で接続が切れる", "reset within the answer"),
            Self::Truncated(_) => of("回答が途中で終わる", "the answer ends early"),
            Self::WrongContentType(_) => of("回答が HTML と称する", "the answer says it is HTML"),
            Self::Stalled(_) => of("回答が途中で止まる", "the answer stops half way"),
            Self::MediaTypeParameters(_) => of(
                "回答の形式に charset が付く",
                "the answer's media type has a charset",
            ),
            Self::UnknownField(_) => of(
                "回答に知られていない項目がある",
                "the answer has a field that nobody knows",
            ),
            Self::WithoutMessage(_) => of(
                "回答にメッセージがない",
                "the answer has a result code and no words",
            ),
            Self::Reordered(_) => of(
                "回答の結果が逆の順",
                "the answer's results are in the reverse order",
            ),
            Self::PartialDate(p) => {
                let field = match p.of {
                    DateField::Birthdate => "生年月日",
                    DateField::QualificationDate => "資格取得年月日",
                    DateField::DisqualificationDate => "資格喪失年月日",
                    DateField::ValidFrom => "有効開始年月日",
                    DateField::ValidUntil => "有効終了年月日",
                };
                let (ja, en) = match p.is {
                    DateForm::NoDay => ("日がない", "has no day"),
                    DateForm::NoMonth => ("月も日もない", "has neither month nor day"),
                    DateForm::Impossible => ("暦にない日", "is no day of the calendar"),
                };
                of(
                    &format!("回答の{field}に{ja}").replace("に暦", "が暦"),
                    &format!("the answer's {field} {en}"),
                )
            }
            Self::Delay(d) => of(
                &format!("回答が {} ms 遅れる", d.ms),
                &format!("the answer waits {} ms", d.ms),
            ),
            Self::SlowLink(s) => of(
                &format!("回答が毎秒 {} バイトで届く", s.bytes_per_second),
                &format!("the answer arrives at {} bytes/s", s.bytes_per_second),
            ),
            Self::ServerError(e) => {
                let status = u16::from(e.status);
                of(
                    &format!("回答が {status}"),
                    &format!("a gateway answers {status}"),
                )
            }
            Self::ForeignJson(j) => {
                let status = u16::from(j.status);
                of(
                    &format!("回答がゲートウェイの JSON ({status})"),
                    &format!("a gateway answers {status} in JSON of its own"),
                )
            }
            Self::TooManyRequests(t) => of(
                &format!("回答が 429 ({} 秒後に)", t.retry_after),
                &format!("a gateway answers 429, come again in {} s", t.retry_after),
            ),
            Self::CaptivePortal(_) => of("前に公衆無線LANの画面が返る", "a captive portal answers"),
            Self::Redirect(r) => {
                let status = u16::from(r.status);
                let (ja, en) = match r.to {
                    RedirectTo::OwnHost => {
                        ("同じホストの別のパス", "another path of the same host")
                    }
                    RedirectTo::OtherHost => ("別のホスト", "another host"),
                    RedirectTo::Plain => ("暗号化しない http", "http without TLS"),
                };
                of(
                    &format!("{ja}へ {status} で転送される"),
                    &format!("a {status} sends the client to {en}"),
                )
            }
            Self::Refused(_) => of("接続が断られる", "connections are refused"),
            Self::Tls10(_) => of("サーバーは TLS 1.0 だけ", "the server has TLS 1.0 only"),
        }
    }
}
