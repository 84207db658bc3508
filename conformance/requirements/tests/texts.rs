//! What requirements say to those who read them.

use madoguchi_requirements::builtin;
use madoguchi_terms::Lang;

/// 被保険者証 ended with 2025-12-01: what is shown without a card is a 資格確認書. Where a document of before is
/// cited, its place keeps the document's own words.
#[test]
fn nobody_is_told_of_an_insurance_card_that_has_ended() {
    let catalogue = builtin();
    let all = catalogue.requirements().iter();
    for requirement in all.chain(catalogue.of_consumers()) {
        for lang in Lang::ALL {
            let likely = requirement.likely.as_ref();
            let because = requirement.because.as_ref();
            let texts = [Some(&requirement.text), because, likely];
            for text in texts.into_iter().flatten() {
                let told = text.get(lang);
                let is_ended = told.contains("被保険者証") || told.contains("insurance card");
                assert!(!is_ended, "{}: {told}", requirement.id);
            }
        }
    }
}
