//! Defects that this client can be given on purpose, so that the judge can be judged: each breaks
//! exactly one requirement, at the place where a real program would go wrong.

/// One way of being wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    SendsStoredCertificate,
    ReadsBeforeChoice,
    EndsOnRemoval,
    KeepsCardConnected,
    EndsWithoutCertificate,
    SelectsTwice,
    ReadsOverAndOver,
    EndsOnUnplugging,
    KeepsContext,
    GivesUpWhenBusy,
    ExpectsContactless,
    VerifiesInVisual,
    VerifiesTwice,
    VerifiesWrongReference,
    CarriesOnAfterLock,
    HidesAttemptsLeft,
    LeaksPin,
    VerifiesOnAnyCard,
    HoldsCardWhileTyping,
    OmitsTerminalCertificate,
    ActivatesAgain,
    DeclaresWrongMethod,
    SignsStaleChallenge,
    AsksForMedicine,
    AcceptsForeignCa,
    AcceptsExpiredCertificate,
    AcceptsWrongHost,
    SpeaksOldTls,
    TakesPageForAnswer,
    IgnoresMediaType,
    WaitsForEver,
    IgnoresRetryAfter,
    HammersAfterFailure,
    NewRequestOnRetry,
    GoesOnAfterRefusedLogin,
    HidesRefusalOfLogin,
    GivesUpOnNewCode,
    KeepsRevokedSession,
    StaysSwitchedOff,
    ShowsResultWithoutAnswer,
    ShowsRefusalAsResult,
    ShowsPartialAnswer,
    DropsInsurerName,
    ShowsLapsedAsValid,
    HidesLossDate,
    DropsRatio,
    AsksForCeiling,
    KeepsPreviousPatient,
    AssistanceWithoutOffice,
    AssistanceWithoutBackSide,
    AssistanceWesternBirthdate,
    ShowsConsignment,
    AssistanceWithoutNumber,
    NeverOffersRegistration,
    HidesTerms,
    OmitsRegistrationNumbers,
    RegistersWithoutConsent,
    RegistersWithoutReading,
    SkipsRecheck,
    RegistersAfterRefusal,
    RepeatsRegistration,
    TakesAnyAnswerForDone,
    ForgetsConditions,
    DropsHistoryRow,
    DropsLeadingZeros,
    AlwaysConsents,
    AlwaysDisaster,
    SkipsLastPatient,
    ShortensReceptionNumber,
    TakesProcessingForDone,
    HidesFailedUnits,
    AlwaysSharesInformation,
    DesignatesWithoutPin,
    RemembersOnlineConsent,
    AsksForCardAgain,
    HidesEndOfConsent,
    ReadsPersonalNumber,
    KeepsLastResult,
}

/// What is to be known about a defect.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The defect.
    pub(crate) defect: Defect,
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The one requirement that it breaks.
    pub(crate) requirement: &'static str,
    /// What the client does wrong, in one line.
    pub(crate) does: &'static str,
}

/// The defect with this name.
pub(crate) fn named(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.name == name)
}

const fn row(
    defect: Defect,
    name: &'static str,
    requirement: &'static str,
    does: &'static str,
) -> Entry {
    Entry {
        defect,
        name,
        requirement,
        does,
    }
}

/// All defects, in the order of the requirements.
#[rustfmt::skip]
pub(crate) const TABLE: &[Entry] = &[
    row(Defect::SendsStoredCertificate, "sends-stored-certificate", "card.certificate-from-card",
        "sends the first card's certificate for every later card"),
    row(Defect::ReadsBeforeChoice, "reads-before-choice", "card.choice-before-card",
        "reads a card that lies on the reader at login, before the method is chosen"),
    row(Defect::EndsOnRemoval, "ends-on-removal", "card.survives-removal",
        "ends when the card is taken away while it is read"),
    row(Defect::KeepsCardConnected, "keeps-card-connected", "card.released",
        "never disconnects from a card"),
    row(Defect::EndsWithoutCertificate, "ends-without-certificate", "card.other-kind-survived",
        "ends when the card has no certificate"),
    row(Defect::SelectsTwice, "selects-twice", "card.command-once",
        "selects 公的個人認証AP twice before it reads"),
    row(Defect::ReadsOverAndOver, "reads-over-and-over", "card.bounded-reading",
        "reads again and again what the card refuses to give"),
    row(Defect::EndsOnUnplugging, "ends-on-unplugging", "reader.survives-unplugging",
        "ends when the reader is unplugged while it reads"),
    row(Defect::KeepsContext, "keeps-context", "reader.survives-restart",
        "establishes one PC/SC context and uses it for ever"),
    row(Defect::GivesUpWhenBusy, "gives-up-when-busy", "reader.survives-rival",
        "gives the patient up when another program holds the card"),
    row(Defect::ExpectsContactless, "expects-contactless", "reader.any-interface",
        "refuses every card whose ATR is not that of the contactless interface"),
    row(Defect::VerifiesInVisual, "verifies-in-visual", "credential.no-pin-in-visual",
        "presents a PIN although the staff checks the face"),
    row(Defect::VerifiesTwice, "verifies-twice", "credential.one-verify-per-entry",
        "presents the PIN again before signing"),
    row(Defect::VerifiesWrongReference, "verifies-wrong-reference", "credential.auth-reference-only",
        "presents the PIN to 券面事項入力補助AP as well"),
    row(Defect::CarriesOnAfterLock, "carries-on-after-lock", "credential.stops-at-lock",
        "presents the PIN once more after the card has locked it"),
    row(Defect::HidesAttemptsLeft, "hides-attempts-left", "credential.attempts-shown",
        "does not say how many attempts are left"),
    row(Defect::LeaksPin, "leaks-pin", "credential.pin-stays-on-card",
        "sends the PIN to the service"),
    row(Defect::VerifiesOnAnyCard, "verifies-on-any-card", "credential.no-verify-on-other-card",
        "does not look whether the card is a My Number card before it presents the PIN"),
    row(Defect::HoldsCardWhileTyping, "holds-card-while-typing", "credential.survives-slow-entry",
        "holds a transaction while the patient types the PIN again"),
    row(Defect::OmitsTerminalCertificate, "omits-terminal-certificate", "service.terminal-authenticated",
        "shows the terminal's certificate at login only"),
    row(Defect::ActivatesAgain, "activates-again", "service.activation-code-once",
        "activates the terminal at every login"),
    row(Defect::DeclaresWrongMethod, "declares-wrong-method", "service.method-declared",
        "always says that the check was visual"),
    row(Defect::SignsStaleChallenge, "signs-stale-challenge", "service.signed-challenge",
        "signs the nonce of the challenge before"),
    row(Defect::AsksForMedicine, "asks-for-medicine", "service.eligibility-only",
        "asks for medical information after the eligibility"),
    row(Defect::AcceptsForeignCa, "accepts-foreign-ca", "service.server-verified",
        "goes on without verification where nobody vouches for the server"),
    row(Defect::AcceptsExpiredCertificate, "accepts-expired-certificate", "service.certificate-period",
        "goes on without verification where the server's certificate has expired"),
    row(Defect::AcceptsWrongHost, "accepts-wrong-host", "service.certificate-host",
        "goes on without verification where the certificate is another host's"),
    row(Defect::SpeaksOldTls, "speaks-old-tls", "service.tls-version",
        "falls back to TLS 1.0"),
    row(Defect::TakesPageForAnswer, "takes-page-for-answer", "service.answer-recognised",
        "takes any answer to a login for success, also a captive portal's page"),
    row(Defect::IgnoresMediaType, "ignores-media-type", "service.media-type-checked",
        "reads an answer that says it is HTML"),
    row(Defect::WaitsForEver, "waits-for-ever", "service.bounded-wait",
        "waits for an answer without a time limit"),
    row(Defect::IgnoresRetryAfter, "ignores-retry-after", "service.retry-after",
        "asks again at once when it is told to come later"),
    row(Defect::HammersAfterFailure, "hammers-after-failure", "service.bounded-retries",
        "repeats a failed request over and over by itself"),
    row(Defect::NewRequestOnRetry, "new-request-on-retry", "service.same-request-on-retry",
        "gives a retry another request id"),
    row(Defect::GoesOnAfterRefusedLogin, "goes-on-after-refused-login", "terminal.refused-login-ends",
        "lets the staff go on although the login was refused"),
    row(Defect::HidesRefusalOfLogin, "hides-refusal-of-login", "terminal.refusal-told",
        "comes back to the login without a word where it was refused"),
    row(Defect::GivesUpOnNewCode, "gives-up-on-new-code", "terminal.code-tried-again",
        "never sends an activation code again that was too new"),
    row(Defect::KeepsRevokedSession, "keeps-revoked-session", "terminal.revocation-ends-session",
        "goes on asking after its terminal was invalidated"),
    row(Defect::StaysSwitchedOff, "stays-switched-off", "terminal.works-again",
        "asks nothing more once the function was switched off"),
    row(Defect::ShowsResultWithoutAnswer, "shows-result-without-answer", "result.needs-answer",
        "opens the result screen although no answer came"),
    row(Defect::ShowsRefusalAsResult, "shows-refusal-as-result", "result.refusal-is-no-result",
        "opens the result screen although the facility may not ask"),
    row(Defect::ShowsPartialAnswer, "shows-partial-answer", "result.no-partial-data",
        "shows what it can read of an answer that broke off"),
    row(Defect::DropsInsurerName, "drops-insurer-name", "result.delivered-fields-shown",
        "leaves 保険者名 out"),
    row(Defect::ShowsLapsedAsValid, "shows-lapsed-as-valid", "result.lapsed-is-not-valid",
        "shows 無効 as 有効"),
    row(Defect::HidesLossDate, "hides-loss-date", "result.loss-date-shown",
        "leaves 資格喪失年月日 out"),
    row(Defect::DropsRatio, "drops-ratio", "result.ratio-shown",
        "leaves 負担割合 out"),
    row(Defect::AsksForCeiling, "asks-for-ceiling", "result.ceiling-not-asked",
        "asks the patient for consent to 限度額, as a face reader does"),
    row(Defect::KeepsPreviousPatient, "keeps-previous-patient", "result.previous-patient-cleared",
        "keeps the patient's data on the screen after the card is taken"),
    row(Defect::AssistanceWithoutOffice, "assistance-without-office", "assistance.six-items-shown",
        "leaves 福祉事務所名 out"),
    row(Defect::AssistanceWithoutBackSide, "assistance-without-back-side", "assistance.back-side-shown",
        "leaves 裏面記載情報 out"),
    row(Defect::AssistanceWesternBirthdate, "assistance-western-birthdate", "assistance.era-birthdate",
        "shows the birth date of 医療扶助 in the Western calendar"),
    row(Defect::ShowsConsignment, "shows-consignment", "assistance.consignment-hidden",
        "shows 委託・未委託"),
    row(Defect::AssistanceWithoutNumber, "assistance-without-number", "assistance.screen-number",
        "shows the screen of 医療扶助 without its 画面番号"),
    row(Defect::NeverOffersRegistration, "never-offers-registration", "registration.offered",
        "only says that 健康保険証利用登録 is missing"),
    row(Defect::HidesTerms, "hides-terms", "registration.terms-shown",
        "asks for consent without showing 利用規約"),
    row(Defect::OmitsRegistrationNumbers, "omits-registration-numbers", "registration.screens-numbered",
        "shows the registration screens without 画面番号"),
    row(Defect::RegistersWithoutConsent, "registers-without-consent", "registration.consent-first",
        "registers without sending the consent"),
    row(Defect::RegistersWithoutReading, "registers-without-reading", "registration.card-read-again",
        "registers with the certificate read before the consent"),
    row(Defect::SkipsRecheck, "skips-recheck", "registration.recheck-after",
        "does not check again after the registration"),
    row(Defect::RegistersAfterRefusal, "registers-after-refusal", "registration.refusal-ends",
        "registers although the patient does not agree"),
    row(Defect::RepeatsRegistration, "repeats-registration", "registration.not-repeated-blindly",
        "registers again by itself when the answer was lost"),
    row(Defect::TakesAnyAnswerForDone, "takes-any-answer-for-done", "registration.failure-is-not-done",
        "says that the registration is done although it was refused"),
    row(Defect::ForgetsConditions, "forgets-conditions", "history.conditions-asked",
        "asks for the whole history whatever was entered"),
    row(Defect::DropsHistoryRow, "drops-history-row", "history.rows-shown",
        "leaves the last row of the history out"),
    row(Defect::DropsLeadingZeros, "drops-leading-zeros", "institution.numbers-as-typed",
        "takes the numbers of an insurance card for integers"),
    row(Defect::AlwaysConsents, "always-consents", "institution.disaster-consent",
        "says that the patient agreed, whatever he or she answered"),
    row(Defect::AlwaysDisaster, "always-disaster", "institution.mode-as-chosen",
        "searches in 災害時モード whatever was chosen"),
    row(Defect::SkipsLastPatient, "skips-last-patient", "bulk.units-as-typed",
        "leaves the last patient out of a bulk inquiry"),
    row(Defect::ShortensReceptionNumber, "shortens-reception-number", "bulk.reception-number",
        "takes 受付番号 for an integer"),
    row(Defect::TakesProcessingForDone, "takes-processing-for-done", "bulk.processing-told",
        "shows an empty result while it is being processed"),
    row(Defect::HidesFailedUnits, "hides-failed-units", "bulk.units-shown",
        "leaves the units in error out of a bulk result"),
    row(Defect::AlwaysSharesInformation, "always-shares-information", "consent.designation-as-told",
        "says that the patient shares medical information, whatever he or she said"),
    row(Defect::DesignatesWithoutPin, "designates-without-pin", "consent.proved-by-pin",
        "designates an institution without the signature that the PIN allows"),
    row(Defect::RemembersOnlineConsent, "remembers-online-consent", "consent.every-online-visit",
        "asks for consent to オンライン診療 only once"),
    row(Defect::AsksForCardAgain, "asks-for-card-again", "consent.no-card-later",
        "asks for the card at a later visit"),
    row(Defect::HidesEndOfConsent, "hides-end-of-consent", "consent.state-shown",
        "shows a consent that is over like one that is not"),
    row(Defect::ReadsPersonalNumber, "reads-personal-number", "privacy.personal-number-untouched",
        "tries to read 個人番号"),
    row(Defect::KeepsLastResult, "keeps-last-result", "privacy.nothing-kept",
        "keeps the last result in a file"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_defect_has_a_name_and_a_requirement_of_its_own() {
        let names: BTreeSet<_> = TABLE.iter().map(|entry| entry.name).collect();
        let requirements: BTreeSet<_> = TABLE.iter().map(|entry| entry.requirement).collect();
        assert_eq!(names.len(), TABLE.len());
        assert_eq!(requirements.len(), TABLE.len());
    }

    #[test]
    fn no_defect_stands_in_the_table_twice() {
        for (i, entry) in TABLE.iter().enumerate() {
            assert!(
                TABLE[..i].iter().all(|other| other.defect != entry.defect),
                "{}",
                entry.name
            );
        }
    }

    #[test]
    fn a_defect_is_found_by_its_name() {
        assert_eq!(
            named("verifies-twice").map(|entry| entry.defect),
            Some(Defect::VerifiesTwice)
        );
        assert!(named("verifies-thrice").is_none());
    }
}
