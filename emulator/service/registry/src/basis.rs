//! Why a rule is a rule: the rows of the public documents (`R…`, in `conformance/requirements/rows`)
//! and the assumptions (`A-…`) and open questions (`G-…`) behind it, so that every decision in a
//! trace can be traced to a page or to a choice of ours.

/// What a rule rests on; nothing for the name of a rule that the service does not have.
///
/// ```
/// # use madoguchi_registry::basis;
/// assert_eq!(basis("activation-code-too-new"), ["R3-13", "A-05"]);
/// assert!(basis("no-such-rule").is_empty());
/// ```
#[must_use]
pub fn basis(rule: &str) -> &'static [&'static str] {
    RULES
        .iter()
        .find(|(name, _)| *name == rule)
        .map_or(&[], |(_, basis)| basis)
}

/// Every rule by name with what it rests on, in the order in which a client meets them.
#[must_use]
pub const fn rules() -> &'static [(&'static str, &'static [&'static str])] {
    RULES
}

/// Every rule by name, in the order in which a client meets them.
#[rustfmt::skip]
const RULES: &[(&str, &[&str])] = &[
    // The request itself.
    ("no-such-operation",                          &["A-01"]),
    ("not-json",                                   &["A-01"]),
    ("field-malformed",                            &["A-07"]),
    ("items-malformed",                            &["A-07", "A-15"]),
    ("body-too-large",                             &["A-01"]),
    ("body-too-slow",                              &["A-19"]),
    ("date-malformed",                             &["A-07"]),
    ("dates-in-reverse",                           &["R0-38", "A-14"]),
    // Whether the service works.
    ("service-busy",                               &["A-10", "A-19"]),
    ("service-out-of-order",                       &["A-10"]),
    ("change-not-kept",                            &["A-10"]),
    ("mynaportal-out-of-order",                    &["R2-04", "A-11"]),
    ("clock-at-its-end",                           &["A-16"]),
    ("sent-at-malformed",                          &["A-16"]),
    ("clock-of-the-client-is-off",                 &["A-16"]),
    // 端末認証 and facilities.
    ("terminal-certificate-missing",               &["R0-10", "R0-48", "A-03"]),
    ("terminal-certificate-unknown",               &["R0-10", "R0-48", "A-03"]),
    ("terminal-revoked",                           &["R3-10", "A-03", "A-05"]),
    ("terminal-of-another-facility",               &["R0-10", "A-03"]),
    ("another-facility",                           &["R0-10", "A-03"]),
    ("not-for-this-type-of-terminal",              &["R0-05", "R4-04"]),
    ("facility-unknown",                           &["R0-03", "A-04"]),
    ("facility-closed",                            &["R4-16"]),
    ("function-off",                               &["R3-07"]),
    ("counter-use-not-offered",                    &["R3-01", "G-08"]),
    // First login and login.
    ("facility-code-missing",                      &["R3-17", "A-04"]),
    ("user-id-missing",                            &["R3-17", "A-04"]),
    ("password-missing",                           &["R0-20", "R3-17", "A-04"]),
    ("user-unknown",                               &["A-06"]),
    ("password-wrong",                             &["R0-20", "A-06"]),
    ("account-locked",                             &["A-06"]),
    ("account-of-administrator",                   &["R3-14", "A-06"]),
    ("account-never-logged-in",                    &["R3-16", "A-06"]),
    ("account-not-yet-in-use",                     &["R3-14", "A-06"]),
    ("client-version-missing",                     &["R0-14", "A-10"]),
    ("client-version-malformed",                   &["R0-14", "A-10"]),
    ("client-too-old",                             &["R0-14", "A-10"]),
    ("activation-code-missing",                    &["R3-17", "A-04"]),
    ("activation-code-misspelt",                   &["R3-12", "A-05", "G-03"]),
    ("activation-code-unknown",                    &["R3-17", "A-05"]),
    ("activation-code-invalidated",                &["R3-10", "A-05"]),
    ("activation-code-used",                       &["R3-10", "R3-11", "A-05"]),
    ("activation-code-too-new",                    &["R3-13", "A-05"]),
    ("activation-code-too-old",                    &["A-05"]),
    ("terminal-activated",                         &["R0-03", "R3-17", "A-03", "A-04"]),
    ("logged-in",                                  &["R0-20", "R3-17", "A-06"]),
    ("session-token-missing",                      &["R0-20", "A-06"]),
    ("session-unknown",                            &["R0-20", "A-06"]),
    ("session-of-another-terminal",                &["R0-10", "A-03", "A-06"]),
    ("session-ended",                              &["A-06"]),
    ("session-too-old",                            &["A-06"]),
    // An inquiry with a card.
    ("request-id-too-long",                        &["A-14"]),
    ("request-id-of-another-request",              &["A-14"]),
    ("replayed",                                   &["A-14"]),
    ("purpose-unknown",                            &["R4-22"]),
    ("identity-only-purpose",                      &["R4-22"]),
    ("method-missing",                             &["R0-09", "A-02"]),
    ("method-unknown",                             &["R0-09", "A-02"]),
    ("method-not-offered",                         &["R0-09", "R1-43", "G-01", "G-02"]),
    ("pin-needs-signature",                        &["R0-26", "A-02", "G-11"]),
    ("challenge-issued",                           &["A-02", "G-11"]),
    ("challenge-missing",                          &["A-02"]),
    ("challenge-not-usable",                       &["A-02"]),
    ("challenge-too-old",                          &["A-02"]),
    ("signature-missing",                          &["A-02"]),
    ("signature-wrong",                            &["A-02"]),
    ("signature-over-base64-nonce",                &["A-02"]),
    ("signature-over-base64url-nonce",             &["A-02"]),
    ("signature-over-hexadecimal-nonce",           &["A-02"]),
    ("signature-over-unhashed-nonce",              &["A-02"]),
    ("signature-over-hash-twice",                  &["A-02"]),
    ("signature-over-hexadecimal-hash",            &["A-02"]),
    ("signature-over-digest-info",                 &["A-02"]),
    ("signature-over-reversed-nonce",              &["A-02"]),
    ("signature-over-challenge-id",                &["A-02"]),
    ("signature-over-nothing",                     &["A-02"]),
    ("signature-over-earlier-nonce",               &["A-02"]),
    ("signature-over-another-nonce",               &["A-02"]),
    ("signature-over-bare-nonce",                  &["A-02"]),
    ("signature-over-bare-text",                   &["A-02"]),
    ("signature-over-other-data",                  &["A-02"]),
    ("signature-without-digest-info",              &["A-02"]),
    ("signature-with-sha-1",                       &["A-02"]),
    ("signature-with-sha-384",                     &["A-02"]),
    ("signature-with-sha-512",                     &["A-02"]),
    ("signature-with-pss",                         &["A-02"]),
    ("signature-with-status-word",                 &["A-02"]),
    ("signature-reversed",                         &["A-02"]),
    ("signature-in-hexadecimal",                   &["A-02"]),
    ("signature-encoded-twice",                    &["A-02"]),
    ("signature-by-another-card",                  &["A-02"]),
    ("certificate-missing",                        &["R0-06", "R4-02"]),
    ("certificate-unknown",                        &["R4-02", "A-12"]),
    ("certificate-of-nobody",                      &["R4-02", "A-12"]),
    ("certificate-suspended",                      &["A-12"]),
    ("certificate-revoked",                        &["A-12"]),
    ("certificate-revoked-key-compromise",         &["A-12"]),
    ("certificate-revoked-ca-compromise",          &["A-12"]),
    ("certificate-revoked-affiliation-changed",    &["A-12"]),
    ("certificate-revoked-superseded",             &["A-12"]),
    ("certificate-revoked-cessation-of-operation", &["A-12"]),
    ("certificate-expired",                        &["A-12"]),
    ("certificate-in-grace",                       &["A-12"]),
    ("certificate-expires-soon",                   &["A-12"]),
    ("unknown-certificate-needs-jpki",             &["A-12"]),
    ("renewed-certificate-needs-jpki",             &["A-12"]),
    ("unregistered-person-needs-jpki",             &["A-12"]),
    ("not-registered",                             &["R2-02", "A-08"]),
    ("eligibility-under-verification",             &["A-10"]),
    // What there is on record.
    ("one-valid",                                  &["R0-08", "R1-01", "R4-02", "A-07"]),
    ("several-valid",                              &["A-07", "A-20"]),
    ("no-eligibility",                             &["A-07"]),
    ("eligibility-lapsed",                         &["R1-14", "A-07"]),
    ("eligibility-superseded",                     &["R1-14", "A-07"]),
    ("insurance-and-assistance",                   &["R2-09", "A-13"]),
    ("assistance-valid",                           &["R2-09", "A-13"]),
    ("assistance-without-ticket",                  &["R2-09", "R2-11", "A-13"]),
    ("assistance-shown-after-loss",                &["R2-10", "A-13"]),
    // 健康保険証利用登録
    ("registration-not-offered",                   &["R2-02", "R2-12"]),
    ("terms",                                      &["R2-04", "A-11"]),
    ("terms-unknown",                              &["R2-04", "A-11"]),
    ("nobody-to-register",                         &["R2-02", "A-11"]),
    ("not-agreed",                                 &["R2-04", "R2-08"]),
    ("consent-recorded",                           &["R2-04", "A-11"]),
    ("registration-of-another-card",               &["R2-05", "A-11"]),
    ("consent-missing",                            &["R2-04", "R2-08"]),
    ("consent-unknown",                            &["R2-04", "A-11"]),
    ("consent-of-another-person",                  &["R2-04", "A-11"]),
    ("registration-needs-jpki",                    &["A-11", "A-12"]),
    ("registered",                                 &["R2-05", "R2-06", "A-11"]),
    // 医療情報
    ("eligibility-only",                           &["R0-05", "R4-04"]),
    ("information-kind-missing",                   &["R1-02", "A-07"]),
    ("information-kind-unknown",                   &["R1-02", "A-07"]),
    ("information-not-consented",                  &["R1-08"]),
    ("consent-is-over",                            &["R1-28"]),
    ("grace-is-for-eligibility",                   &["A-12"]),
    ("information-by-designation",                 &["R1-28", "R1-34"]),
    ("information-by-card",                        &["R1-02", "R1-07"]),
    // 履歴
    ("history",                                    &["R0-37", "R0-38", "R0-40", "A-14"]),
    ("page-malformed",                             &["A-14"]),
    ("page-beyond-the-last",                       &["A-14"]),
    // 照会区分 2 and 一括照会
    ("insurer-number-missing",                     &["R1-06", "A-07"]),
    ("number-missing",                             &["R1-06", "A-07"]),
    ("birthdate-missing",                          &["R1-06", "A-07"]),
    ("no-eligibility-with-these-numbers",          &["R1-06", "A-07"]),
    ("a-newer-one-is-valid",                       &["R1-06", "A-07"]),
    ("several-with-these-numbers",                 &["R1-06", "A-07"]),
    ("bulk-empty",                                 &["R1-24", "A-15"]),
    ("bulk-too-long",                              &["R1-24", "A-15"]),
    ("bulk-received",                              &["R1-24", "A-15"]),
    ("treatment-month-missing",                    &["A-07", "A-15"]),
    ("treatment-month-malformed",                  &["A-07", "A-15"]),
    ("reception-number-missing",                   &["R1-24", "A-15"]),
    ("reception-number-unknown",                   &["R1-24", "A-15"]),
    ("bulk-being-processed",                       &["R1-24", "A-15"]),
    ("bulk-done",                                  &["R1-24", "A-15"]),
    // 居宅同意取得型 and オンライン診療等
    ("entrance-token-missing",                     &["R1-38"]),
    ("entrance-unknown",                           &["R1-38"]),
    ("patient-came-in",                            &["R1-37", "R1-38"]),
    ("institution-of-another-entrance",            &["R1-38"]),
    ("care-category-missing",                      &["R1-29", "R1-37", "A-07"]),
    ("care-category-unknown",                      &["R1-29", "R1-37", "A-07"]),
    ("information-consent-missing",                &["R1-27", "R1-29", "A-07"]),
    ("information-consent-unknown",                &["R1-27", "R1-29", "A-07"]),
    ("institution-missing",                        &["R1-29"]),
    ("institution-unknown",                        &["R1-29"]),
    ("institution-consent-recorded",               &["R1-27", "R1-29", "R1-30", "R4-08"]),
    ("designated-by-patients",                     &["R1-28", "R1-32", "R1-33"]),
    ("nobody-designated-this-institution",         &["R1-29", "R1-32"]),
    ("online-consent-of-another-day",              &["R1-37"]),
    // 災害時モード and システム障害時モード
    ("emergency-mode-missing",                     &["R1-13"]),
    ("emergency-mode-unknown",                     &["R1-13"]),
    ("outage-mode-is-off",                         &["A-10"]),
    ("no-disaster-measure-here",                   &["R1-13"]),
    ("disaster-measure-not-in-force",              &["R1-13"]),
    ("consent-not-asked",                          &["R1-13"]),
    ("name-kana-missing",                          &["R1-13", "A-07"]),
    ("sex-missing",                                &["R1-13", "A-07"]),
    ("nobody-of-that-name",                        &["R1-13", "A-07"]),
    ("several-of-that-name",                       &["R1-13", "A-07"]),
    // Portal and 資格確認端末.
    ("facility-known",                             &["R0-45"]),
    ("no-facility-code-but-for-insurers",          &["R4-14"]),
    ("login-at-terminal-refused",                  &["R3-06", "A-06"]),
    ("administrators-only",                        &["R3-06"]),
    ("user-id-malformed",                          &["R3-14"]),
    ("user-id-taken",                              &["R3-14"]),
    ("user-id-unknown",                            &["R3-14"]),
    ("no-such-activation-code",                    &["R3-10"]),
    ("terminal-memo-missing",                      &["R3-08", "R3-10"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The sources in which rules are named.
    const SOURCES: &[&str] = &[
        include_str!("account.rs"),
        include_str!("browse.rs"),
        include_str!("bulk.rs"),
        include_str!("certificate.rs"),
        include_str!("emergency.rs"),
        include_str!("entitlement.rs"),
        include_str!("entrance.rs"),
        include_str!("history.rs"),
        include_str!("inquiry.rs"),
        include_str!("institution.rs"),
        include_str!("medical.rs"),
        include_str!("number.rs"),
        include_str!("operator.rs"),
        include_str!("registration.rs"),
        include_str!("registry.rs"),
        include_str!("replay.rs"),
        include_str!("sessions.rs"),
        include_str!("signature.rs"),
        include_str!("terminal.rs"),
    ];

    /// Literals that look like a rule and are none.
    const OTHERS: &[&str] = &[
        "agree",
        "answered-request",
        "mock-terms-1",
        "request",
        "terminal",
    ];

    /// Rules that wire, web and the keeper of the registry name.
    const BEFORE_US: &[&str] = &[
        "no-such-operation",
        "not-json",
        "field-malformed",
        "items-malformed",
        "body-too-large",
        "body-too-slow",
        "change-not-kept",
    ];

    fn named() -> BTreeSet<&'static str> {
        let kebab = |literal: &&str| {
            !literal.is_empty()
                && literal.len() > 4
                && !literal.ends_with('-')
                && literal
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        SOURCES
            .iter()
            .flat_map(|source| source.lines())
            .filter(|line| !line.trim_start().starts_with(['/', '#']))
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .filter(kebab)
            .filter(|literal| !OTHERS.contains(literal))
            .collect()
    }

    #[test]
    fn every_rule_that_decides_has_a_basis_and_every_basis_a_rule() {
        let table: BTreeSet<&str> = RULES.iter().map(|(rule, _)| *rule).collect();
        let mut rules = named();
        rules.extend(BEFORE_US);
        assert_eq!(table, rules);
        assert_eq!(table.len(), RULES.len(), "a rule stands in the table twice");
    }

    #[test]
    fn a_basis_is_a_row_an_assumption_or_an_open_question() {
        for (rule, basis) in RULES {
            assert!(!basis.is_empty(), "{rule}");
            for id in *basis {
                assert!(
                    id.starts_with('R') || id.starts_with("A-") || id.starts_with("G-"),
                    "{rule}: {id}"
                );
            }
        }
    }
}
