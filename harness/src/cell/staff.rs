//! The facility of every cell: its code, its account and its activation code. All invented; the
//! prefecture digits 99 exist nowhere.

use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::{FacilityCode, Field, Operation, Request};
use madoguchi_registry::{Account, ActivationCode, Facility};
use madoguchi_scenarios::TerminalState;
use madoguchi_terms::Lang;
use serde_json::{Value, json};

use super::canary::Canary;

const FACILITY: &str = "9910000000";
const USER: &str = "shiken01";
const PASSWORD: &str = "TEST-only-1";
/// Begins with a zero: a client that takes it for a number loses it.
const ACTIVATION_CODE: &str = "012345678901";

/// 医療機関等コード of the facility.
pub(crate) fn facility_code() -> FacilityCode {
    FACILITY.parse().expect("ten digits")
}

/// The facility with its one account.
pub(crate) fn facility() -> Facility {
    let mut facility = Facility::new(facility_code());
    facility.accounts.push(Account::new(USER, PASSWORD));
    facility
}

/// The facility's activation code, issued so long before `at` that it is usable.
pub(crate) fn activation_code(at: Timestamp) -> ActivationCode {
    let issued = at
        .saturating_sub(SignedDuration::from_hours(1))
        .unwrap_or(at);
    ActivationCode::new(ACTIVATION_CODE, facility_code(), issued)
}

/// What the staff type at `login`.
pub(crate) fn login(terminal: TerminalState) -> Value {
    let mut value = json!({ "facility-code": FACILITY, "user-id": USER, "password": PASSWORD });
    if terminal == TerminalState::Fresh {
        value["activation-code"] = json!(ACTIVATION_CODE);
    }
    value
}

/// The same as the 資格確認端末 of the facility says it to the registry.
pub(crate) fn login_request() -> Request {
    Request::new(Operation::Login)
        .with(Field::FacilityCode, FACILITY)
        .with(Field::UserId, USER)
        .with(Field::Password, PASSWORD)
}

/// The same as a trace may store it.
pub(crate) const fn label(terminal: TerminalState) -> &'static str {
    match terminal {
        TerminalState::Fresh => "account:right, activation-code:right",
        TerminalState::Activated => "account:right",
    }
}

/// What the staff know, by name.
pub(crate) fn credentials(lang: Lang) -> [(String, String); 4] {
    [
        (lang.pick("医療機関等コード", "facility code"), FACILITY),
        (lang.pick("ユーザーID", "user ID"), USER),
        (lang.pick("パスワード", "password"), PASSWORD),
        (
            lang.pick("アクティベーションコード", "activation code"),
            ACTIVATION_CODE,
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

/// The staff's secrets.
pub(crate) fn canaries() -> [Canary; 2] {
    [
        Canary::new("password", PASSWORD),
        Canary::new("activation-code", ACTIVATION_CODE),
    ]
}
