//! Whatever a client says and whatever goes wrong on the way, the card's persistent state is one
//! that a legal sequence of the same commands could have reached. Over every transport:
//!
//! - A command that was sent is carried out once or not at all, as it was sent, and nothing is
//!   carried out that was not sent ([`conversation`]).
//! - An answer that arrives is the answer of a command that was carried out, as far as it arrives,
//!   or one that the plan made up.
//! - Each command that is carried out changes at most one reference, and only as the rules of
//!   VERIFY and of changing a PIN allow; the supply changes nothing ([`rules`]).
//! - What was carried out, told once more to a card as it was in the beginning, gets the same
//!   answers and ends in the same state ([`witness`]).
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod conversation;
mod holder;
mod rules;
mod transport;
mod trouble;
mod witness;

use proptest::prelude::*;

use crate::conversation::{Conversation, word};
use crate::holder::Holder;
use crate::transport::{Direct, OverPcsc, OverVpcd, Twice};
use crate::trouble::plans;

/// As many as fit a few seconds, unless the caller wants more.
fn config(usual: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    let cases = wanted.and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::with_cases(cases)
    }
}

fn words() -> impl Strategy<Value = Vec<conversation::Word>> {
    prop::collection::vec(word(), 1..60)
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn nobody_between_leaves_the_card_in_a_legal_state(
        holder in Holder::any(), words in words(), plans in plans(),
    ) {
        let conversation = Conversation::new(&holder, &plans);
        conversation.hold(Direct::new, &words)?;
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn pcsc_leaves_the_card_in_a_legal_state(
        holder in Holder::any(), words in words(), plans in plans(),
    ) {
        let conversation = Conversation::new(&holder, &plans);
        conversation.hold(OverPcsc::new, &words)?;
    }
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn vpcd_leaves_the_card_in_a_legal_state(
        holder in Holder::any(), words in words(), plans in plans(),
    ) {
        let conversation = Conversation::new(&holder, &plans);
        conversation.hold(OverVpcd::new, &words)?;
    }
}

#[test]
fn a_line_that_says_everything_twice_is_noticed() {
    let holder = Holder::healthy();
    let words = [
        conversation::Word::Select(4),
        conversation::Word::wrong_pin(),
    ];
    let conversation = Conversation::new(&holder, &[]);
    let held = conversation.hold(|witness, plans| Twice(Direct::new(witness, plans)), &words);
    let said = held.unwrap_err().to_string();
    assert!(said.contains("carried out 2 times"), "{said}");
}
