//! Why nothing can come of an act, and what to do about it.

/// Why nothing can come of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// The client was closed before it.
    Closed,
    /// Nobody has logged in.
    NobodyIn,
    /// The reader was not pulled out.
    ReaderIn,
    /// The reader is pulled out already.
    ReaderOut,
    /// There are other readers, and the client is told which one to use by a name that would be wrong.
    OthersThere,
    /// The PC/SC service was not ended.
    ServiceRuns,
    /// The PC/SC service was ended already.
    ServiceStopped,
    /// No other application holds the card.
    NoRival,
    /// Nobody has begun anything for which a card is asked for.
    NotAsked,
    /// No check was begun for which a PIN is asked for.
    NoCheck,
    /// The PIN, which is asked for before the card, was not entered.
    PinDue,
    /// No card was placed since the last one was taken.
    NoCard,
    /// A card lies there.
    CardThere,
    /// Nothing was asked in bulk.
    NothingAsked,
    /// The device was not put away.
    NotLocked,
    /// The device is locked.
    Locked,
    /// Nobody has made a link for patients.
    NoLink,
    /// The device is in those hands already.
    InThoseHands,
    /// A PC stays where it is.
    NotMobile,
    /// What is filed says nothing.
    NothingFiled,
    /// The act before asks for nothing that is answered late.
    NothingAnswered,
}

impl Unmet {
    /// Why, and what to do: Japanese and English.
    pub(super) const fn texts(self) -> [(&'static str, &'static str); 2] {
        match self {
            Self::Closed => [
                (
                    "アプリはもう閉じられています",
                    "the client is closed by now",
                ),
                (
                    "close より前に移すか、別のシナリオに分けてください",
                    "move it before close, or write another scenario",
                ),
            ],
            Self::NobodyIn => [
                ("まだ誰もログインしていません", "nobody has logged in"),
                (
                    "この前に login (患者自身の端末なら enter-by-link) を書いてください",
                    "write login before it (enter-by-link on a patient's own device)",
                ),
            ],
            Self::ReaderIn => [
                (
                    "リーダーは抜かれていません",
                    "the reader was not pulled out",
                ),
                (
                    "この前に unplug-reader を書いてください",
                    "write unplug-reader before it",
                ),
            ],
            Self::ReaderOut => [
                (
                    "リーダーはもう抜かれています",
                    "the reader is pulled out already",
                ),
                (
                    "この前に plug-reader を書いてください",
                    "write plug-reader before it",
                ),
            ],
            Self::OthersThere => [
                (
                    "ほかのリーダーがあるとき、クライアントは名前で使うリーダーを知らされます",
                    "where there are other readers, the client is told by its name which one to use",
                ),
                (
                    "plug-reader にするか、given.reader の listed-before と listed-after を消してください",
                    "say plug-reader, or leave listed-before and listed-after out of given.reader",
                ),
            ],
            Self::ServiceRuns => [
                (
                    "PC/SC サービスは止められていません",
                    "the PC/SC service was not ended",
                ),
                (
                    "この前に stop-service を書いてください",
                    "write stop-service before it",
                ),
            ],
            Self::ServiceStopped => [
                (
                    "PC/SC サービスはもう止まっています",
                    "the PC/SC service was ended already",
                ),
                (
                    "この前に start-service を書いてください",
                    "write start-service before it",
                ),
            ],
            Self::NoRival => [
                (
                    "ほかのプログラムはカードを使っていません",
                    "no other application holds the card",
                ),
                ("この前に rival を書いてください", "write rival before it"),
            ],
            Self::NotAsked => [
                (
                    "カードを求めることが始まっていないか、カードを取って終わっています",
                    "nothing for which a card is asked for was begun since the last one was taken",
                ),
                (
                    "この前に choose-method などを書くか、求められずに置くなら insert-card にしてください",
                    "write choose-method or the like before it, or insert-card where nobody asks",
                ),
            ],
            Self::NoCheck => [
                (
                    "暗証番号を求めることが始まっていないか、カードを取って終わっています",
                    "nothing for which a PIN is asked for was begun since the last card was taken",
                ),
                (
                    "この前に choose-method か designate を書いてください",
                    "write choose-method or designate before it",
                ),
            ],
            Self::PinDue => [
                (
                    "暗証番号がまだ入力されていません",
                    "the PIN, which is asked for first, was not entered",
                ),
                (
                    "この前に enter-pin を書くか、choose-method: visual にしてください",
                    "write enter-pin before it, or choose-method: visual",
                ),
            ],
            Self::NoCard => [
                (
                    "カードは置かれていません",
                    "no card was placed since the last one was taken",
                ),
                (
                    "この前に place-card か insert-card を書いてください",
                    "write place-card or insert-card before it",
                ),
            ],
            Self::CardThere => [
                ("カードが置かれています", "a card lies there"),
                (
                    "この前に take-card を書いてください",
                    "write take-card before it",
                ),
            ],
            Self::NothingAsked => [
                (
                    "一括照会がまだ出されていません",
                    "nothing was asked in bulk",
                ),
                (
                    "この前に inquire-in-bulk か visit-again を書いてください",
                    "write inquire-in-bulk or visit-again before it",
                ),
            ],
            Self::NotLocked => [
                ("端末はロックされていません", "the device was not put away"),
                ("この前に lock を書いてください", "write lock before it"),
            ],
            Self::NoLink => [
                (
                    "患者用のリンクがまだありません",
                    "there is no link for patients yet",
                ),
                (
                    "この前に operate: { entrance: {} } を書いてください",
                    "write operate: { entrance: {} } before it",
                ),
            ],
            Self::Locked => [
                ("端末はロックされています", "the device is locked"),
                (
                    "この前に unlock: right を書いてください",
                    "write unlock: right before it",
                ),
            ],
            Self::InThoseHands => [
                (
                    "端末はもうその人の手にあります",
                    "the device is in those hands already",
                ),
                (
                    "この行を消すか、先に返してください",
                    "leave it out, or give the device back first",
                ),
            ],
            Self::NothingFiled => [
                (
                    "届け出る内容が書かれていません",
                    "what is filed says nothing",
                ),
                (
                    "to に registered, withheld, insurance, assistance のいずれかを書いてください",
                    "say one of registered, withheld, insurance, assistance in to",
                ),
            ],
            Self::NothingAnswered => [
                (
                    "直前の手順が求める回答は、遅れません",
                    "the act before asks for nothing that is answered late",
                ),
                (
                    "直前の手順が送る要求に、given の service.faults で delay (ms: 500 以上) か silent を付けてください",
                    "put a delay (ms: 500 or more) or silent on its request in service.faults of given",
                ),
            ],
            Self::NotMobile => [
                ("PC は手渡せません", "a PC stays where it is"),
                (
                    "given に device: mobile を書いてください",
                    "say device: mobile in given",
                ),
            ],
        }
    }
}
