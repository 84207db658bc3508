//! 総合ポータルサイト: a facility applies for use, a 施術所 fetches ユーザー設定情報, and a facility
//! that closes files its 廃止届.

use jiff::Timestamp;
use madoguchi_eligibility::FacilityCode;
use madoguchi_terms::Secret;

use super::Refused;
use crate::decision::random_hex;
use crate::registry::Registry;
use crate::{Account, AccountRole, ActivationCode, Facility, FacilityKind};

/// 利用申請
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// What the facility is.
    pub kind: FacilityKind,
    /// 医療機関等コード; a 保険者 that examines directly has none and is given an
    /// オンライン資格確認用コード.
    pub code: Option<FacilityCode>,
}

/// ユーザー設定情報 of a 施術所: what its staff type at the first login. The real one is a PDF whose
/// content is not public.
#[derive(Debug, Clone)]
pub struct UserSettings {
    /// The request's number at the portal, such as `W0000001`.
    pub id: String,
    /// 医療機関等コード
    pub facility: FacilityCode,
    /// ユーザーID
    pub user_id: String,
    /// パスワード
    pub password: Secret<String>,
    /// アクティベーションコード
    pub activation_code: Secret<String>,
}

impl Registry {
    /// Accepts an application for use. A medical institution has to switch the function on at its
    /// 資格確認端末 afterwards; every other kind has no such terminal.
    ///
    /// # Errors
    /// The facility applied before, or has no code and is not given one.
    pub fn apply_for_use(&mut self, application: Application) -> Result<FacilityCode, Refused> {
        let code = match (application.code, application.kind) {
            (Some(code), _) => code,
            (None, FacilityKind::Insurer) => self.number_insurer(),
            (None, _) => return Err(Refused::CodeMissing),
        };
        match self.facility(&code) {
            Ok(_) => return Err(Refused::FacilityKnown),
            Err(Refused::FacilityUnknown) => {}
            Err(other) => return Err(other),
        }
        self.facilities.insert(Facility {
            kind: application.kind,
            function_on: application.kind != FacilityKind::MedicalInstitution,
            ..Facility::new(code.clone())
        });
        Ok(code)
    }

    /// Gives a facility the 管理アカウント that sets it up at its 資格確認端末 (*assumed*: how it gets
    /// there is not in the documents).
    ///
    /// # Errors
    /// The facility is unknown or closed, or has an account of that ユーザID.
    pub fn register_administrator(
        &mut self,
        facility: &FacilityCode,
        user_id: &str,
        password: &str,
    ) -> Result<(), Refused> {
        let accounts = &mut self.facility_mut(facility)?.accounts;
        if accounts.iter().any(|known| known.user_id == user_id) {
            return Err(Refused::UserIdTaken);
        }
        accounts.push(Account {
            role: AccountRole::Admin,
            ..Account::new(user_id, password)
        });
        Ok(())
    }

    /// Gives a 施術所 an account, a password and an activation code in one go. Such an account
    /// needs no earlier login: a 施術所 has no 資格確認端末 to log in at (*assumed*).
    ///
    /// # Errors
    /// The facility is unknown, closed, or sets itself up at its 資格確認端末.
    pub fn request_user_settings(
        &mut self,
        facility: &FacilityCode,
        now: Timestamp,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<UserSettings, Refused> {
        let kind = self.facility(facility)?.kind;
        if kind == FacilityKind::MedicalInstitution {
            return Err(Refused::NotAdministrator);
        }
        let activation_code = self.number_code(entropy);
        let password = format!("TEST-{}", random_hex(entropy, 6));
        let accounts = &mut self.facility_mut(facility)?.accounts;
        let number = accounts.len() + 1;
        let user_id = format!("user{number:02}");
        accounts.push(Account::new(&user_id, &password));
        self.codes
            .insert(ActivationCode::new(&activation_code, facility.clone(), now));
        Ok(UserSettings {
            id: format!("W{number:07}"),
            facility: facility.clone(),
            user_id,
            password: Secret::new(password),
            activation_code: Secret::new(activation_code),
        })
    }

    /// Files the abolition (廃止届): every terminal of the facility is refused from now on.
    ///
    /// # Errors
    /// The facility is unknown or filed it before.
    pub fn abolish(&mut self, facility: &FacilityCode) -> Result<(), Refused> {
        self.facility_mut(facility)?.closed = true;
        Ok(())
    }

    /// A facility that is known and open.
    pub(crate) fn facility(&self, code: &FacilityCode) -> Result<&Facility, Refused> {
        match self.facilities.find(code.as_str()) {
            None => Err(Refused::FacilityUnknown),
            Some(facility) if facility.closed => Err(Refused::FacilityClosed),
            Some(facility) => Ok(facility),
        }
    }

    pub(crate) fn facility_mut(&mut self, code: &FacilityCode) -> Result<&mut Facility, Refused> {
        match self.facilities.find_mut(code.as_str()) {
            None => Err(Refused::FacilityUnknown),
            Some(facility) if facility.closed => Err(Refused::FacilityClosed),
            Some(facility) => Ok(facility),
        }
    }

    /// The next オンライン資格確認用コード: prefecture 99, which exists nowhere.
    fn number_insurer(&self) -> FacilityCode {
        (0_u32..)
            .map(|n| format!("998{n:07}"))
            .filter_map(|code| code.parse().ok())
            .find(|code: &FacilityCode| !self.facilities.contains(code.as_str()))
            .expect("ten digits, and fewer facilities than numbers")
    }
}
