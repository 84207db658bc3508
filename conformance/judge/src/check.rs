//! How a violation is found: one pure function over the trace for each requirement.
//!
//! A check tells what it found and knows nothing of levels, depths or other checks; what a
//! finding means for the verdict is decided by [`judge`](crate::judge).

mod account;
mod acts;
mod aloud;
mod assistance;
mod bulk;
mod card;
mod chance;
mod consent;
mod contract;
mod credential;
mod expectation;
mod history;
mod institution;
mod keeping;
mod mobile;
mod notice;
mod patience;
mod privacy;
mod reach;
mod reader;
mod refusal;
mod registration;
mod result;
mod service;
mod sight;
mod start;
mod terminal;
mod way;

pub(crate) use contract::{MESSAGES, STAYS_OPEN, hides_messages};
pub use expectation::expectations;
pub(crate) use result::INSURANCE_FIELDS;
pub(crate) use sight::seen;
pub use sight::{LookedFor, looked_for};

use crate::case::Case;
use crate::finding::Finding;

/// A check: what one trace says about one requirement.
pub type Check = fn(&Case<'_>) -> Finding;

/// The check of each requirement, by id.
pub const CHECKS: &[(&str, Check)] = &[
    ("contract.messages", contract::messages),
    ("contract.card-awaited", contract::card_awaited),
    ("contract.numbered", contract::numbered),
    ("card.certificate-from-card", card::certificate_from_card),
    ("card.choice-before-card", card::choice_before_card),
    ("card.survives-removal", card::survives_removal),
    ("card.released", card::released),
    ("card.other-kind-survived", card::other_kind_survived),
    ("card.command-once", card::command_once),
    ("card.bounded-reading", card::bounded_reading),
    ("card.unreadable-told", card::unreadable_told),
    ("card.cause-as-told", card::cause_as_told),
    ("card.lying-there-read", card::lying_there_read),
    ("card.given-up-left-alone", patience::once_given_up),
    ("card.slow-finished", patience::with_slow_card),
    ("reader.survives-unplugging", reader::survives_unplugging),
    ("reader.survives-restart", reader::survives_restart),
    ("reader.survives-hang", reader::survives_hang),
    ("reader.survives-rival", reader::survives_rival),
    ("reader.bounded-wait", patience::with_card),
    ("reader.any-interface", reader::any_interface),
    ("reader.absence-told", reader::absence_told),
    ("reader.rival-told", reader::rival_told),
    ("reader.no-busy-wait", reader::no_busy_wait),
    ("reader.found-later", reader::found_later),
    ("reader.named-used", reader::named_used),
    ("credential.no-pin-in-visual", credential::no_pin_in_visual),
    (
        "credential.not-asked-in-visual",
        credential::not_asked_in_visual,
    ),
    (
        "credential.one-verify-per-entry",
        credential::one_verify_per_entry,
    ),
    ("credential.four-digits-only", credential::four_digits_only),
    (
        "credential.auth-reference-only",
        credential::auth_reference_only,
    ),
    ("credential.stops-at-lock", credential::stops_at_lock),
    ("credential.attempts-shown", credential::attempts_shown),
    (
        "credential.pin-stays-on-card",
        credential::pin_stays_on_card,
    ),
    (
        "credential.no-verify-on-other-card",
        credential::no_verify_on_other_card,
    ),
    (
        "credential.blocked-not-presented",
        credential::blocked_not_presented,
    ),
    ("credential.lock-told", credential::lock_told),
    (
        "credential.survives-slow-entry",
        credential::survives_slow_entry,
    ),
    (
        "service.terminal-authenticated",
        service::terminal_authenticated,
    ),
    (
        "service.activation-code-once",
        service::activation_code_once,
    ),
    ("service.method-declared", service::method_declared),
    ("service.signed-challenge", service::signed_challenge),
    ("service.eligibility-only", service::eligibility_only),
    ("service.asked-on-demand", service::asked_on_demand),
    ("service.server-verified", service::server_verified),
    ("service.certificate-period", way::certificate_period),
    ("service.certificate-host", way::certificate_host),
    ("service.tls-version", way::tls_version),
    ("service.answer-recognised", way::answer_recognised),
    ("service.media-type-checked", way::media_type_checked),
    ("service.every-address", way::every_address),
    ("service.set-proxy-used", way::set_proxy_used),
    ("service.own-proxy-only", way::own_proxy_only),
    ("service.no-redirect-elsewhere", way::no_redirect_elsewhere),
    ("service.bounded-wait", patience::with_service),
    ("service.retry-after", way::retry_after),
    ("service.bounded-retries", service::bounded_retries),
    ("service.request-well-formed", service::request_well_formed),
    (
        "service.same-request-on-retry",
        service::same_request_on_retry,
    ),
    ("terminal.refused-login-ends", terminal::refused_login_ends),
    ("terminal.refusal-told", terminal::refusal_told),
    ("terminal.code-tried-again", terminal::code_tried_again),
    (
        "terminal.revocation-ends-session",
        terminal::revocation_ends_session,
    ),
    ("terminal.works-again", terminal::works_again),
    ("terminal.stays-open", contract::stays_open),
    ("terminal.login-first", start::login_first),
    ("terminal.choice-offered", start::choice_offered),
    ("terminal.screen-titled", start::screen_titled),
    ("terminal.button-offered", start::button_offered),
    ("terminal.button-works", start::button_works),
    ("terminal.setting-as-set", start::setting_as_set),
    ("terminal.code-as-typed", account::code_as_typed),
    ("terminal.user-id-limits", account::user_id_limits),
    (
        "terminal.password-not-repeated",
        account::password_not_repeated,
    ),
    ("terminal.session-renewed", account::session_renewed),
    (
        "terminal.ended-session-unused",
        account::ended_session_unused,
    ),
    ("terminal.key-protected", terminal::key_protected),
    ("terminal.certificate-kept", keeping::certificate_kept),
    ("terminal.activated-anew", keeping::activated_anew),
    ("terminal.damage-told", keeping::damage_told),
    ("result.needs-answer", result::needs_answer),
    ("result.refusal-is-no-result", result::refusal_is_no_result),
    ("result.no-partial-data", way::no_partial_data),
    (
        "result.delivered-fields-shown",
        result::delivered_fields_shown,
    ),
    ("result.lapsed-is-not-valid", result::lapsed_is_not_valid),
    ("result.loss-date-shown", result::loss_date_shown),
    ("result.ratio-shown", result::ratio_shown),
    ("result.ceiling-not-asked", result::ceiling_not_asked),
    ("result.no-end-made-up", notice::no_end_made_up),
    ("result.class-shown", notice::class_shown),
    ("result.renewal-told", notice::renewal_told),
    ("result.withheld-is-not-none", notice::withheld_is_not_none),
    ("result.cause-told", refusal::cause_told),
    ("result.cause-in-words", refusal::cause_in_words),
    (
        "result.previous-patient-cleared",
        result::previous_patient_cleared,
    ),
    ("result.start-after-card", start::start_after_card),
    ("result.read-aloud-whole", aloud::whole),
    ("result.read-aloud-own", aloud::own),
    ("result.read-aloud-shown", aloud::shown),
    ("result.read-aloud-asked", aloud::asked),
    ("assistance.six-items-shown", assistance::six_items_shown),
    ("assistance.back-side-shown", assistance::back_side_shown),
    ("assistance.era-birthdate", assistance::era_birthdate),
    (
        "assistance.consignment-hidden",
        assistance::consignment_hidden,
    ),
    ("assistance.screen-number", assistance::screen_number),
    ("assistance.shown-until-new", assistance::shown_until_new),
    (
        "assistance.ticket-to-be-checked",
        assistance::ticket_to_be_checked,
    ),
    ("assistance.notice-shown", assistance::notice_shown),
    ("registration.offered", registration::offered),
    ("registration.terms-shown", registration::terms_shown),
    (
        "registration.screens-numbered",
        registration::screens_numbered,
    ),
    ("registration.consent-first", registration::consent_first),
    (
        "registration.card-read-again",
        registration::card_read_again,
    ),
    (
        "registration.survives-removal",
        registration::survives_removal,
    ),
    ("registration.recheck-after", registration::recheck_after),
    (
        "registration.refusal-offered",
        registration::refusal_offered,
    ),
    ("registration.refusal-ends", registration::refusal_ends),
    (
        "registration.not-repeated-blindly",
        registration::not_repeated_blindly,
    ),
    (
        "registration.failure-is-not-done",
        registration::failure_is_not_done,
    ),
    ("history.conditions-asked", history::conditions_asked),
    ("history.empty-told", history::empty_told),
    ("history.rows-shown", history::rows_shown),
    ("history.day-kept", history::day_kept),
    (
        "institution.numbers-as-typed",
        institution::numbers_as_typed,
    ),
    (
        "institution.disaster-consent",
        institution::disaster_consent,
    ),
    ("institution.mode-as-chosen", institution::mode_as_chosen),
    ("bulk.units-as-typed", bulk::units_as_typed),
    ("bulk.reception-number", bulk::reception_number),
    ("bulk.processing-told", bulk::processing_told),
    ("bulk.units-shown", bulk::units_shown),
    ("bulk.error-told", bulk::error_told),
    ("consent.designation-as-told", consent::designation_as_told),
    ("consent.link-session", consent::link_session),
    ("consent.proved-by-pin", consent::proved_by_pin),
    ("consent.every-online-visit", consent::every_online_visit),
    ("consent.no-card-later", consent::no_card_later),
    ("consent.state-shown", consent::state_shown),
    ("consent.outcome-told", consent::outcome_told),
    ("mobile.passcode-wanted", mobile::passcode_wanted),
    ("mobile.passcode-opens", mobile::passcode_opens),
    ("mobile.passcode-kept", mobile::passcode_kept),
    ("mobile.patient-screen-only", mobile::patient_screen_only),
    ("mobile.result-to-staff", mobile::result_to_staff),
    (
        "privacy.personal-number-untouched",
        privacy::personal_number_untouched,
    ),
    ("privacy.nothing-kept", privacy::nothing_kept),
    (
        "privacy.log-without-patients",
        privacy::log_without_patients,
    ),
    ("privacy.secrets-untold", privacy::secrets_untold),
    ("privacy.surface-untouched", privacy::surface_untouched),
    ("privacy.no-other-host", privacy::no_other_host),
];

/// The ids of all requirements, in the catalogue's order, for those who need no more of it: there is
/// a check for each.
pub fn ids() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(id, _)| *id)
}

/// The check of a requirement.
#[must_use]
pub fn of(requirement: &str) -> Option<Check> {
    CHECKS
        .iter()
        .find(|(id, _)| *id == requirement)
        .map(|(_, check)| *check)
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn every_requirement_has_a_check_and_every_check_a_requirement() {
        assert_eq!(
            madoguchi_requirements::builtin().ids(),
            ids().collect::<Vec<_>>()
        );
    }
}
