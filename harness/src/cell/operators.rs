//! Operators beside the counter: carries out what they do at portal, console and system, and tells
//! what their screen says, in the documents' own words.

use jiff::Timestamp;
use jiff::tz::Offset;
use madoguchi_notation::Wording;
use madoguchi_registry::operator::{Application, CodeRow, Deed, Label, NewAccount, Refused};
use madoguchi_registry::{AccountRole, DisasterMeasure, FacilityKind, Maintenance, Registry};
use madoguchi_scenarios::Operate;
use madoguchi_terms::{Lang, Say, Secret};
use serde::{Deserialize, Serialize};

use super::staff::{ADMINISTRATOR, ADMINISTRATORS_PASSWORD, Staff};
use crate::entropy::Entropy;
use crate::staging::NotStored;

/// Why nothing came of an act.
#[derive(Debug)]
pub(crate) enum NotDone {
    /// Portal, console or system said no.
    Refused(Refused),
    /// The world could not be kept, and is as it was before.
    NotStored(NotStored),
}

impl NotDone {
    /// The rule that refused.
    pub(super) const fn rule(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.rule(),
            Self::NotStored(_) => "change-not-kept",
        }
    }
}

impl Say for NotDone {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Refused(refused) => refused.text(lang),
            Self::NotStored(why) => why.text(lang),
        }
    }
}

/// What an operator sees after an act: where it was done, and lines of labelled values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sheet {
    /// The way through menus to the page.
    pub(crate) place: Vec<Wording>,
    /// One line for each thing on the page.
    pub(crate) rows: Vec<Vec<(Wording, Wording)>>,
}

impl Sheet {
    fn at(place: &[Label]) -> Self {
        Self {
            place: place.iter().map(said).collect(),
            rows: Vec::new(),
        }
    }

    fn with(mut self, row: Vec<(Label, Wording)>) -> Self {
        let row = row.into_iter().map(|(label, value)| (said(&label), value));
        self.rows.push(row.collect());
        self
    }
}

/// Carries out one act. What the staff are given by it — a facility, an account, a code — they use
/// from now on.
pub(super) fn operate(
    act: &Operate,
    staff: &mut Staff,
    registry: &mut Registry,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<Sheet, Refused> {
    match act {
        Operate::Apply { .. } | Operate::UserSettings {} | Operate::Abolish {} => {
            portal(act, staff, registry, now, entropy)
        }
        Operate::JpkiMaintenance { from, until } => {
            registry.announce_jpki_maintenance(Maintenance {
                from: from.instant(now),
                until: until.instant(now),
            });
            Ok(Sheet::at(&[]))
        }
        Operate::MynaportalOutage { on } => {
            registry.set_mynaportal_outage(*on);
            Ok(Sheet::at(&[]))
        }
        Operate::Service { state } => {
            registry.set_availability(*state);
            Ok(Sheet::at(&[]))
        }
        Operate::OutageMode { on } => {
            registry.set_outage_mode(staff.facility.clone(), *on);
            Ok(Sheet::at(&[]))
        }
        Operate::Disaster { from, until } => {
            registry.declare_disaster(DisasterMeasure {
                facilities: [staff.facility.clone()].into(),
                from: from.date(now),
                until: until.date(now),
            });
            Ok(Sheet::at(&[]))
        }
        Operate::LogInAtTerminal {} => {
            let password = staff.password.expose();
            registry.log_in_at_terminal(&staff.facility, &staff.user_id, password, now)?;
            Ok(Sheet::at(&[Label::Terminal, Label::Start, Label::Login])
                .with(vec![(Label::UserId, plain(&staff.user_id))]))
        }
        _ => console(act, staff, registry, now, entropy),
    }
}

/// 総合ポータルサイト
fn portal(
    act: &Operate,
    staff: &mut Staff,
    registry: &mut Registry,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<Sheet, Refused> {
    match act {
        Operate::Apply { kind, facility } => {
            let insurer = *kind == FacilityKind::Insurer;
            let code = registry.apply_for_use(Application {
                kind: *kind,
                code: facility.clone(),
            })?;
            let password = ADMINISTRATORS_PASSWORD;
            registry.register_administrator(&code, ADMINISTRATOR, password)?;
            staff.facility = code.clone();
            let (page, label) = if insurer {
                (Label::InsurerIntroduction, Label::InsurerCode)
            } else {
                (Label::Application, Label::FacilityCode)
            };
            Ok(Sheet::at(&[Label::Portal, page]).with(vec![(label, plain(code.as_str()))]))
        }
        Operate::UserSettings {} => {
            let settings = registry.request_user_settings(&staff.facility, now, &mut **entropy)?;
            staff.user_id.clone_from(&settings.user_id);
            staff.password = settings.password.clone();
            staff.code = settings.activation_code.clone();
            let place = [
                Label::Portal,
                Label::VariousApplications,
                Label::AppAccountManagement,
                Label::UserSettings,
            ];
            Ok(Sheet::at(&place).with(vec![
                (Label::RequestNumber, plain(&settings.id)),
                (Label::FacilityCode, plain(settings.facility.as_str())),
                (Label::UserId, plain(&settings.user_id)),
                (Label::Password, plain(settings.password.expose())),
                (
                    Label::ActivationCode,
                    plain(settings.activation_code.expose()),
                ),
            ]))
        }
        _ => {
            registry.abolish(&staff.facility)?;
            Ok(Sheet::at(&[Label::Portal, Label::InsurerAbolition]))
        }
    }
}

/// 資格確認端末, with the administrator's account.
fn console(
    act: &Operate,
    staff: &mut Staff,
    registry: &mut Registry,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<Sheet, Refused> {
    let mut console =
        registry.console(&staff.facility, ADMINISTRATOR, ADMINISTRATORS_PASSWORD, now)?;
    let codes = [
        Label::Terminal,
        Label::Menu,
        Label::AppManagement,
        Label::CodeManagement,
    ];
    let accounts = [
        Label::Terminal,
        Label::Menu,
        Label::AccountManagement,
        Label::AccountRegistration,
    ];
    match act {
        Operate::Function { on } => {
            console.set_function(*on)?;
            let place = [
                Label::Terminal,
                Label::Menu,
                Label::EnvironmentManagement,
                Label::EnvironmentUpdate,
            ];
            let set = if *on { Label::Use } else { Label::DoNotUse };
            Ok(Sheet::at(&place).with(vec![(Label::Function, said(&set))]))
        }
        Operate::IssueCode { memo, terminal } => {
            let code = console.issue_code(memo, *terminal, now, &mut **entropy)?;
            staff.code = code.clone();
            Ok(Sheet::at(&codes).with(vec![
                (Label::ActivationCode, plain(code.expose())),
                (Label::TerminalMemo, plain(memo)),
            ]))
        }
        Operate::RevokeCode { code } => {
            let code = code.as_ref().unwrap_or(staff.code.expose());
            console.invalidate_code(code)?;
            let row = vec![
                (Label::ActivationCode, plain(code)),
                (Label::Status, said(&Label::Invalidated)),
            ];
            Ok(Sheet::at(&codes).with(row))
        }
        Operate::Codes { page } => {
            let listed = console.codes(*page);
            let head = vec![
                (
                    Label::SearchResult,
                    Wording::new(format!("{}件", listed.total), listed.total.to_string()),
                ),
                (Label::Page, plain(&format!("{page}/{}", listed.pages))),
            ];
            let sheet = Sheet::at(&codes).with(head);
            Ok(listed
                .rows
                .iter()
                .fold(sheet, |sheet, row| sheet.with(code_row(row))))
        }
        Operate::RegisterAccount {
            user_id,
            role,
            name,
            name_kana,
            use_from,
        } => {
            let password = format!("TEST-{user_id}");
            console.register_account(NewAccount {
                role: *role,
                user_id: user_id.clone(),
                password: Secret::new(password.clone()),
                name: name.clone(),
                name_kana: name_kana.clone(),
                use_from: use_from.map(|first| first.date(now)),
            })?;
            staff.user_id.clone_from(user_id);
            staff.password = Secret::new(password.clone());
            Ok(Sheet::at(&accounts).with(vec![
                (Label::Role, said(&role_label(*role))),
                (Label::UserId, plain(user_id)),
                (Label::Password, plain(&password)),
            ]))
        }
        Operate::UnlockAccount { user_id } => {
            let user_id = user_id.as_ref().unwrap_or(&staff.user_id);
            console.unlock_account(user_id)?;
            Ok(Sheet::at(&accounts).with(vec![(Label::UserId, plain(user_id))]))
        }
        Operate::Entrance {} => {
            let token = console.number_entrance(&mut **entropy);
            staff.entrance = Secret::new(token.expose().clone());
            Ok(Sheet::at(&[Label::Terminal, Label::Menu])
                .with(vec![(Label::Entrance, plain(token.expose()))]))
        }
        _ => {
            let listed = console.accounts()?;
            Ok(listed.iter().fold(Sheet::at(&accounts), |sheet, account| {
                let mut row = vec![
                    (Label::Role, said(&role_label(account.role))),
                    (Label::UserId, plain(&account.user_id)),
                    (Label::UserName, plain(&account.name)),
                    (Label::UserNameKana, plain(&account.name_kana)),
                ];
                if let Some(first) = account.use_from {
                    row.push((Label::UseFrom, plain(&first.to_string())));
                }
                sheet.with(row)
            }))
        }
    }
}

/// What an act is, as a trace names it.
pub(super) const fn deed(act: &Operate) -> Deed {
    match act {
        Operate::Apply {
            kind: FacilityKind::Insurer,
            ..
        } => Deed::InsurerIntroduced,
        Operate::Apply { .. } => Deed::Applied,
        Operate::UserSettings {} => Deed::SettingsGiven,
        Operate::Abolish {} => Deed::Abolished,
        Operate::Function { .. } => Deed::FunctionSet,
        Operate::IssueCode { .. } => Deed::CodeIssued,
        Operate::RevokeCode { .. } => Deed::CodeWithdrawn,
        Operate::Codes { .. } => Deed::CodesListed,
        Operate::RegisterAccount { .. } => Deed::AccountRegistered,
        Operate::LogInAtTerminal {} => Deed::LoggedInAtTerminal,
        Operate::UnlockAccount { .. } => Deed::AccountUnlocked,
        Operate::Accounts {} => Deed::AccountsListed,
        Operate::Entrance {} => Deed::EntranceNumbered,
        Operate::JpkiMaintenance { .. } => Deed::JpkiWindowAnnounced,
        Operate::MynaportalOutage { .. } => Deed::MynaportalSwitched,
        Operate::Service { .. } => Deed::ServiceSwitched,
        Operate::OutageMode { .. } => Deed::OutageModeSwitched,
        Operate::Disaster { .. } => Deed::DisasterDeclared,
    }
}

fn code_row(row: &CodeRow) -> Vec<(Label, Wording)> {
    let at = Offset::constant(9).to_datetime(row.issued_at);
    let issued = at.strftime("%Y/%m/%d %H:%M").to_string();
    vec![
        (Label::Status, said(&row.status.label())),
        (Label::ActivationCode, plain(row.code.expose())),
        (Label::TerminalMemo, plain(&row.memo)),
        (Label::IssuedAt, plain(&issued)),
    ]
}

fn said(label: &Label) -> Wording {
    Wording::new(label.text(Lang::Ja), label.text(Lang::En))
}

fn plain(text: &str) -> Wording {
    Wording::new(text, text)
}

const fn role_label(role: AccountRole) -> Label {
    match role {
        AccountRole::Admin => Label::Administrator,
        AccountRole::General => Label::GeneralUser,
        AccountRole::MedicalInformation => Label::MedicalInformation,
    }
}
