//! Facilities and accounts: who may use the app at all.

use madoguchi_eligibility::{ClientVersion, Decision, FacilityCode, Field, Fields};

use crate::decision::{Context, Refusal};
use crate::facts::WrongPasswords;
use crate::registry::Registry;
use crate::{AccountRole, Facility, FacilityKind, TerminalKind};

/// An account whose password was right and that may use the app.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) facility: FacilityCode,
    pub(crate) user_id: String,
}

impl Registry {
    /// The facility of this code, open or closed.
    pub(crate) fn facility_named(&self, code: &str) -> Option<&Facility> {
        self.facilities.find(code)
    }

    /// Whether the facility may ask anything.
    pub(crate) fn facility_may_ask(&self, code: &FacilityCode) -> Result<&Facility, Refusal> {
        let facility = self
            .facilities
            .find(code.as_str())
            .ok_or(Refusal(Decision::TerminalUnknown, "facility-unknown"))?;
        if facility.closed {
            return Err(Refusal(Decision::FunctionOff, "facility-closed"));
        }
        Ok(facility)
    }

    /// Whether the facility may ask from a terminal of this kind: the app at the counter of a medical institution is
    /// 外来診療等(通常とは異なる動線)機能.
    pub(crate) fn may_ask_from(
        &self,
        kind: TerminalKind,
        code: &FacilityCode,
    ) -> Result<(), Refusal> {
        let facility = self.facility_may_ask(code)?;
        if kind != TerminalKind::Limited {
            return Ok(());
        }
        if self.rules.function_switch && !facility.function_on {
            return Err(Refusal(Decision::FunctionOff, "function-off"));
        }
        if facility.kind == FacilityKind::MedicalInstitution && !self.rules.counter_use {
            return Err(Refusal(Decision::FunctionOff, "counter-use-not-offered"));
        }
        Ok(())
    }

    /// Whether the app's version may log in (AC-16).
    fn client_is_new_enough(&self, fields: &Fields) -> Result<(), Refusal> {
        let Some(oldest) = self.rules.oldest_client else {
            return Ok(());
        };
        let refuse = |rule| Refusal(Decision::NotPermitted, rule);
        let version: ClientVersion = fields
            .text(Field::ClientVersion)
            .ok_or(refuse("client-version-missing"))?
            .parse()
            .map_err(|_| Refusal(Decision::Malformed, "client-version-malformed"))?;
        if version < oldest {
            return Err(refuse("client-too-old"));
        }
        Ok(())
    }

    /// The account that the request names. Which of facility, user and password was wrong is not
    /// said; wrong passwords in a row lock the account.
    pub(crate) fn account(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
    ) -> Result<Admitted, Refusal> {
        self.client_is_new_enough(fields)?;
        let given = |field, rule| fields.text(field).ok_or(Refusal(Decision::Malformed, rule));
        let facility_code = given(Field::FacilityCode, "facility-code-missing")?;
        let user_id = given(Field::UserId, "user-id-missing")?;
        let password = given(Field::Password, "password-missing")?;

        let wrong = |rule| Refusal(Decision::PasswordWrong, rule);
        let facility = self
            .facilities
            .find_mut(facility_code)
            .ok_or(wrong("facility-unknown"))?;
        let account = facility
            .accounts
            .iter_mut()
            .find(|account| account.user_id == user_id)
            .ok_or(wrong("user-unknown"))?;
        if account.locked {
            return Err(Refusal(Decision::AccountLocked, "account-locked"));
        }
        let key = WrongPasswords::key_of(&facility.code, user_id);
        if account.password.expose() != password {
            let before = self.wrong_passwords.find(&key).map_or(0, |row| row.count);
            let count = before + 1;
            self.wrong_passwords.insert(WrongPasswords {
                facility: facility.code.clone(),
                user_id: user_id.to_owned(),
                count,
            });
            account.locked = count >= self.rules.passwords_until_lock;
            return Err(wrong("password-wrong"));
        }
        self.wrong_passwords.remove(&key);
        if account.role == AccountRole::Admin {
            return Err(Refusal(Decision::NotPermitted, "account-of-administrator"));
        }
        if !account.has_logged_in {
            return Err(Refusal(
                Decision::AccountNeverLoggedIn,
                "account-never-logged-in",
            ));
        }
        if account
            .use_from
            .is_some_and(|first| context.today() < first)
        {
            return Err(Refusal(Decision::NotPermitted, "account-not-yet-in-use"));
        }
        let admitted = Admitted {
            facility: facility.code.clone(),
            user_id: account.user_id.clone(),
        };
        self.facility_may_ask(&admitted.facility)?;
        Ok(admitted)
    }
}
