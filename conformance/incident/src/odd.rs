//! What a log tells that no card, reader or service of ours does: a scenario has no words for it, so it is listed
//! and explained by nothing else.

use madoguchi_notation::Wording;

/// One such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    /// An answer came that no command was waiting for: a second one to the same call, or lines are lost.
    SecondAnswer,
    /// One card was changed for another so quickly that no program had a chance to notice that none was there.
    QuickChange,
    /// A card was laid down where, by the log, one lay already: on a second reader, or it had been taken unnoticed.
    SecondCard,
    /// The clock was set back, or lines are not in the order in which they were written.
    BackInTime,
}

impl Odd {
    #[cfg(test)]
    const ALL: [Self; 4] = [
        Self::SecondAnswer,
        Self::QuickChange,
        Self::SecondCard,
        Self::BackInTime,
    ];

    /// What to say of it.
    pub(crate) fn wording(self) -> Wording {
        let (ja, en) = match self {
            Self::SecondAnswer => (
                "応答を待つコマンドがないのに応答があった。一つの呼び出しに応答が二つあったか、行が失われている。シナリオには書けない",
                "an answer that no command was waiting for: a call was answered twice, or lines are lost; a scenario has no such fault",
            ),
            Self::QuickChange => (
                "カードが一瞬で取り替えられた。シナリオではプログラムが気づくまで待つので、この速さは書けない",
                "one card was changed for another in a moment; a scenario waits until the program has noticed, so it cannot be that quick",
            ),
            Self::SecondCard => (
                "カードがあるはずのところに、もう一枚置かれた。別のリーダーか、取られたことが記録にない。下書きでは前のカードが先に取られる",
                "a card was laid down where one lay already: on another reader, or that it was taken is not in the log; in the draft the first is taken before",
            ),
            Self::BackInTime => (
                "時刻がここで前に戻っている。前後の順は、記録からは確かでない",
                "the time goes back here; what came before what is uncertain around it",
            ),
        };
        Wording::new(ja, en)
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_terms::Lang;

    use super::*;

    #[test]
    fn everything_odd_is_said_in_both_languages() {
        for odd in Odd::ALL {
            let wording = odd.wording();
            assert!(wording.get(Lang::Ja) != wording.get(Lang::En), "{odd:?}");
        }
    }
}
