//! 資格確認端末's console (事務連絡 2025-05-21): an administrator switches the function on, issues
//! activation codes and registers accounts.

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_eligibility::FacilityCode;
use madoguchi_terms::Secret;

use super::{Label, Refused, is_user_id};
use crate::decision::random_hex;
use crate::facts::WrongPasswords;
use crate::registry::Registry;
use crate::{Account, AccountRole, ActivationCode, TerminalKind};

/// How many codes are on a page (*assumed*).
const CODES_PER_PAGE: usize = 10;

/// An administrator who is logged in at a facility's 資格確認端末.
#[derive(Debug)]
pub struct Console<'a> {
    registry: &'a mut Registry,
    facility: FacilityCode,
}

/// アカウント管理(登録): what is typed for a new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// 権限区分
    pub role: AccountRole,
    /// ユーザID
    pub user_id: String,
    /// パスワード
    pub password: Secret<String>,
    /// ユーザ名; anything.
    pub name: String,
    /// ユーザ名(カナ); anything.
    pub name_kana: String,
    /// 利用開始年月日
    pub use_from: Option<Date>,
}

/// One line of アクティベーションコード管理.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// What became of the code.
    pub status: CodeStatus,
    /// アクティベーションコード
    pub code: Secret<String>,
    /// 端末識別メモ情報
    pub memo: String,
    /// 発行日時
    pub issued_at: Timestamp,
}

/// The first column of アクティベーションコード管理. The document shows 未登録 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeStatus {
    /// 未登録: no terminal has used it.
    Unregistered,
    /// 登録済: a terminal has.
    Registered,
    /// 無効化する was pressed.
    Invalidated,
}

impl CodeStatus {
    /// As the list shows it.
    #[must_use]
    pub const fn label(self) -> Label {
        match self {
            Self::Unregistered => Label::Unregistered,
            Self::Registered => Label::Registered,
            Self::Invalidated => Label::Invalidated,
        }
    }
}

/// 検索結果: one page of codes, newest first.
#[derive(Debug, Clone)]
pub struct CodePage {
    /// 検索結果 n件
    pub total: usize,
    /// How many pages there are, at least one.
    pub pages: usize,
    /// The codes of this page.
    pub rows: Vec<CodeRow>,
}

impl Registry {
    /// 《システムの利用を始める》, 《ユーザID》, 《パスワード》, 《ログイン》 with a 管理アカウント.
    ///
    /// # Errors
    /// The facility is unknown or closed, the account is refused, or is no administrator's.
    pub fn console(
        &mut self,
        facility: &FacilityCode,
        user_id: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<Console<'_>, Refused> {
        match self.log_in_at_terminal(facility, user_id, password, now)? {
            AccountRole::Admin => Ok(Console {
                registry: self,
                facility: facility.clone(),
            }),
            AccountRole::General | AccountRole::MedicalInformation => {
                Err(Refused::NotAdministrator)
            }
        }
    }

    /// A login at the 資格確認端末 itself; the app refuses an account that never did this. Answers
    /// its 権限区分.
    ///
    /// # Errors
    /// The facility is unknown or closed, or the account is refused.
    pub fn log_in_at_terminal(
        &mut self,
        facility: &FacilityCode,
        user_id: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<AccountRole, Refused> {
        let today = crate::decision::day(now);
        let account = self
            .facility_mut(facility)?
            .accounts
            .iter_mut()
            .find(|account| account.user_id == user_id)
            .filter(|account| account.password.expose() == password && !account.locked)
            .filter(|account| account.use_from.is_none_or(|first| first <= today))
            .ok_or(Refused::LoginRefused)?;
        account.has_logged_in = true;
        Ok(account.role)
    }

    /// A code that was never issued, leading zeros and all.
    pub(crate) fn number_code(&self, entropy: &mut dyn FnMut(&mut [u8])) -> String {
        let digits = u32::try_from(self.rules.code_digits_max).map_or(12, |digits| digits.min(18));
        let mut bytes = [0; 8];
        entropy(&mut bytes);
        let seed = u64::from_be_bytes(bytes);
        let width = digits as usize;
        (0..)
            .map(|n| seed.wrapping_add(n) % 10_u64.pow(digits))
            .map(|number| format!("{number:0width$}"))
            .find(|code| {
                let mut same = self.codes.of(ActivationCode::by_digits(code));
                same.all(|known| known.code.expose() != code)
            })
            .expect("fewer codes than numbers")
    }
}

impl Console<'_> {
    /// 環境設定情報更新: whether 外来診療等(通常とは異なる動線)機能 is set to 利用する.
    ///
    /// # Errors
    /// The facility closed.
    pub fn set_function(&mut self, on: bool) -> Result<(), Refused> {
        self.registry.facility_mut(&self.facility)?.function_on = on;
        Ok(())
    }

    /// アクティベーションコード管理, 《発行》: the code is numbered automatically, one for each
    /// terminal, and usable after about ten minutes.
    ///
    /// # Errors
    /// The memo is empty.
    pub fn issue_code(
        &mut self,
        memo: &str,
        kind: TerminalKind,
        now: Timestamp,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Result<Secret<String>, Refused> {
        if memo.trim().is_empty() {
            return Err(Refused::MemoMissing);
        }
        let code = self.registry.number_code(entropy);
        let issued = ActivationCode {
            memo: memo.to_owned(),
            kind,
            ..ActivationCode::new(code, self.facility.clone(), now)
        };
        let code = issued.code.clone();
        self.registry.codes.insert(issued);
        Ok(code)
    }

    /// アクティベーションコード管理, the list: pages count from 1; one beyond the last is empty.
    #[must_use]
    pub fn codes(&self, page: usize) -> CodePage {
        let mut codes: Vec<&ActivationCode> = self
            .registry
            .codes
            .of(ActivationCode::by_facility(&self.facility))
            .filter(|code| code.facility == self.facility)
            .rev()
            .collect();
        codes.sort_by_key(|code| std::cmp::Reverse(code.issued_at));
        let rows = codes
            .iter()
            .skip(page.saturating_sub(1) * CODES_PER_PAGE)
            .take(CODES_PER_PAGE)
            .map(|code| CodeRow {
                status: match (code.invalidated, &code.used_by) {
                    (true, _) => CodeStatus::Invalidated,
                    (false, Some(_)) => CodeStatus::Registered,
                    (false, None) => CodeStatus::Unregistered,
                },
                code: code.code.clone(),
                memo: code.memo.clone(),
                issued_at: code.issued_at,
            });
        CodePage {
            total: codes.len(),
            pages: codes.len().div_ceil(CODES_PER_PAGE).max(1),
            rows: rows.collect(),
        }
    }

    /// 《無効化する》: the code and the terminal that used it are refused from now on.
    ///
    /// # Errors
    /// The facility has no such code.
    pub fn invalidate_code(&mut self, code: &str) -> Result<(), Refused> {
        let ours = self
            .registry
            .codes
            .contains(&ActivationCode::key_of(&self.facility, code));
        if !ours {
            return Err(Refused::CodeUnknown);
        }
        self.registry.invalidate_code(code);
        Ok(())
    }

    /// The link for patients (マイナ在宅受付Web), of which this is the part that tells the institution
    /// apart. Asking again gives another; the one before still leads in.
    pub fn number_entrance(&mut self, entropy: &mut dyn FnMut(&mut [u8])) -> Secret<String> {
        let token = random_hex(entropy, 16);
        self.registry
            .open_entrance_for(self.facility.clone(), &token);
        Secret::new(token)
    }

    /// アカウント管理(登録), 《登録》. The account has to log in at the 資格確認端末 once before the
    /// app takes it.
    ///
    /// # Errors
    /// The user ID is malformed or taken.
    pub fn register_account(&mut self, new: NewAccount) -> Result<(), Refused> {
        if !is_user_id(&new.user_id) {
            return Err(Refused::UserIdMalformed);
        }
        let accounts = &mut self.registry.facility_mut(&self.facility)?.accounts;
        if accounts.iter().any(|known| known.user_id == new.user_id) {
            return Err(Refused::UserIdTaken);
        }
        accounts.push(Account {
            role: new.role,
            has_logged_in: false,
            use_from: new.use_from,
            name: new.name,
            name_kana: new.name_kana,
            ..Account::new(new.user_id, new.password.expose().as_str())
        });
        Ok(())
    }

    /// The facility's accounts, in the order of their registration.
    ///
    /// # Errors
    /// The facility closed.
    pub fn accounts(&self) -> Result<&[Account], Refused> {
        Ok(&self.registry.facility(&self.facility)?.accounts)
    }

    /// Lifts the lock that wrong passwords put on an account.
    ///
    /// # Errors
    /// The facility has no such account.
    pub fn unlock_account(&mut self, user_id: &str) -> Result<(), Refused> {
        let accounts = &mut self.registry.facility_mut(&self.facility)?.accounts;
        let account = accounts
            .iter_mut()
            .find(|account| account.user_id == user_id)
            .ok_or(Refused::UserUnknown)?;
        account.locked = false;
        let key = WrongPasswords::key_of(&self.facility, user_id);
        self.registry.wrong_passwords.remove(&key);
        Ok(())
    }
}
