//! The staff of every cell: their facility, their account and their activation code, and the
//! facility's administrator. All invented; the prefecture digits 99 exist nowhere.

use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::{FacilityCode, Field, Operation, Request};
use madoguchi_registry::{Account, AccountRole, ActivationCode, Facility};
use madoguchi_scenarios::{FacilityGiven, Passcode, Slip, TerminalState};
use madoguchi_terms::{Lang, Secret};
use madoguchi_trace::SecretClass;
use serde_json::{Value, json};

use super::canary::Canary;

const FACILITY: &str = "0010000000";
const USER: &str = "shiken01";
const PASSWORD: &str = "TEST-only-1";
/// No person's.
const WRONG_PASSWORD: &str = "TEST-wrong-1";
/// ログインパスコード of the staff's mobile device.
const PASSCODE: &str = "86420975";
const OTHER_PASSCODE: &str = "57902468";
/// The same, mistyped by one digit.
const WRONG_PASSCODE: &str = "86420970";
/// Begins with a zero: a client that takes it for a number loses it.
const ACTIVATION_CODE: &str = "012345678901";
/// 管理アカウント at the facility's 資格確認端末.
pub(super) const ADMINISTRATOR: &str = "kanri01";
pub(super) const ADMINISTRATORS_PASSWORD: &str = "TEST-admin-1";

/// What the staff know: an operator may give them another facility, account or code.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    /// 医療機関等コード
    pub(super) facility: FacilityCode,
    /// ユーザーID
    pub(super) user_id: String,
    /// パスワード
    pub(super) password: Secret<String>,
    /// アクティベーションコード
    pub(super) code: Secret<String>,
    /// The token of the link for patients; empty where there is none yet.
    pub(super) entrance: Secret<String>,
}

impl Staff {
    /// The staff before anybody set up anything else.
    pub(crate) fn usual() -> Self {
        Self {
            facility: facility_code(),
            user_id: USER.to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            code: Secret::new(ACTIVATION_CODE.to_owned()),
            entrance: Secret::new(String::new()),
        }
    }

    /// What the staff type at `login`.
    pub(crate) fn login(&self, terminal: TerminalState, slip: Option<Slip>) -> Value {
        let password = match slip {
            Some(Slip::WrongPassword) => WRONG_PASSWORD,
            _ => self.password.expose(),
        };
        let mut value = json!({
            "facility-code": self.facility.as_str(),
            "user-id": self.user_id,
            "password": password,
        });
        if slip == Some(Slip::NoUserId)
            && let Some(typed) = value.as_object_mut()
        {
            typed.remove("user-id");
        }
        if terminal == TerminalState::Fresh {
            let code = self.code.expose();
            let but_last = code.get(..code.len().saturating_sub(1)).unwrap_or_default();
            value["activation-code"] = match slip {
                Some(Slip::WrongCode) if code.ends_with('5') => json!(format!("{but_last}6")),
                Some(Slip::WrongCode) => json!(format!("{but_last}5")),
                Some(Slip::ShortCode) => json!(but_last),
                _ => json!(code),
            };
        }
        value
    }

    /// What the staff know, by name.
    pub(crate) fn credentials(&self, lang: Lang) -> [(String, String); 4] {
        [
            (
                lang.pick("医療機関等コード", "facility code"),
                self.facility.as_str(),
            ),
            (lang.pick("ユーザーID", "user ID"), &self.user_id),
            (lang.pick("パスワード", "password"), self.password.expose()),
            (
                lang.pick("アクティベーションコード", "activation code"),
                self.code.expose(),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    }

    /// The staff's secrets.
    pub(super) fn canaries(&self) -> [Canary; 2] {
        [
            Canary::new(SecretClass::Password, self.password.expose()),
            Canary::new(SecretClass::ActivationCode, self.code.expose()),
        ]
    }
}

/// 医療機関等コード of the facility.
pub(crate) fn facility_code() -> FacilityCode {
    FACILITY.parse().expect("ten digits")
}

/// What is typed into a mobile device that is locked, where this was mistyped or chosen at the last login.
pub(crate) const fn passcode(passcode: Passcode, chosen: Option<Slip>) -> &'static str {
    match (passcode, chosen) {
        (Passcode::Wrong, _) => WRONG_PASSCODE,
        (Passcode::Right, Some(Slip::OtherPasscode)) => OTHER_PASSCODE,
        (Passcode::Right, _) => PASSCODE,
    }
}

/// 医療機関等コード of a facility that is not the counter's.
pub(crate) fn another_facility_code() -> FacilityCode {
    "9910000018".parse().expect("ten digits")
}

/// The facility with its administrator and one account.
pub(crate) fn facility(given: &FacilityGiven) -> Facility {
    Facility {
        kind: given.kind,
        function_on: given.function,
        accounts: vec![
            Account {
                role: AccountRole::Admin,
                ..Account::new(ADMINISTRATOR, ADMINISTRATORS_PASSWORD)
            },
            Account::new(USER, PASSWORD),
        ],
        ..Facility::new(facility_code())
    }
}

/// The facility's activation code, issued so long before `at` that it is usable.
pub(crate) fn activation_code(at: Timestamp, given: &FacilityGiven) -> ActivationCode {
    let issued = at
        .saturating_sub(SignedDuration::from_hours(1))
        .unwrap_or(at);
    ActivationCode {
        kind: given.terminal,
        used_by: given.code_used.then(|| "terminal-elsewhere".to_owned()),
        ..ActivationCode::new(ACTIVATION_CODE, facility_code(), issued)
    }
}

/// The same as the 資格確認端末 of the facility says it to the registry.
pub(crate) fn login_request() -> Request {
    Request::new(Operation::Login)
        .with(Field::FacilityCode, FACILITY)
        .with(Field::UserId, USER)
        .with(Field::Password, PASSWORD)
}

/// What the staff type at `login`, as a trace may store it.
pub(crate) const fn label(terminal: TerminalState, slip: Option<Slip>) -> &'static str {
    match (terminal, slip) {
        (TerminalState::Fresh, None) => "account:right, activation-code:right",
        (TerminalState::Fresh, Some(Slip::WrongPassword | Slip::NoUserId)) => {
            "account:wrong, activation-code:right"
        }
        (TerminalState::Fresh, Some(Slip::WrongCode | Slip::ShortCode)) => {
            "account:right, activation-code:wrong"
        }
        (_, Some(Slip::WrongPassword | Slip::NoUserId)) => "account:wrong",
        _ => "account:right",
    }
}

/// The secrets of staff and administrator at the start. What is mistyped tells nearly all of what is right.
pub(crate) fn canaries() -> Vec<Canary> {
    let mut canaries = Staff::usual().canaries().to_vec();
    canaries.push(Canary::new(SecretClass::Password, ADMINISTRATORS_PASSWORD));
    let passcodes = [PASSCODE, OTHER_PASSCODE, WRONG_PASSCODE];
    canaries.extend(passcodes.map(|code| Canary::new(SecretClass::Passcode, code)));
    canaries
}
