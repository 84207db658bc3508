//! `madoguchi operator`: the acts of operators as subcommands.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_eligibility::FacilityCode;
use madoguchi_notation::Offset;
use madoguchi_scenarios::{AccountRole, Availability, FacilityKind, Operate, TerminalKind};
use madoguchi_terms::Lang;

use super::option::{maybe, one, valued};

/// `madoguchi operator`: an act beside an open counter.
#[derive(Debug)]
pub(crate) struct Operator {
    pub(crate) act: Operate,
    /// Whether the answer is wanted as JSON.
    pub(crate) json: bool,
}

const KINDS: [(&str, FacilityKind); 7] = [
    ("treatment", FacilityKind::Treatment),
    ("examination", FacilityKind::Examination),
    ("insurer", FacilityKind::Insurer),
    ("exempt", FacilityKind::Exempt),
    ("midwifery", FacilityKind::Midwifery),
    ("home-nursing", FacilityKind::HomeNursing),
    ("medical-institution", FacilityKind::MedicalInstitution),
];
const TERMINALS: [(&str, TerminalKind); 3] = [
    ("limited", TerminalKind::Limited),
    ("home-consent", TerminalKind::HomeConsent),
    ("institution", TerminalKind::Institution),
];
const ROLES: [(&str, AccountRole); 3] = [
    ("general", AccountRole::General),
    ("medical-information", AccountRole::MedicalInformation),
    ("admin", AccountRole::Admin),
];
const STATES: [(&str, Availability); 3] = [
    ("running", Availability::Running),
    ("busy", Availability::Busy),
    ("outage", Availability::Outage),
];
const SWITCH: [(&str, bool); 2] = [("on", true), ("off", false)];

/// The subcommand with its help in `lang`.
pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let verb = |name: &'static str, about: &'static str| Command::new(name).about(about);
    let switch = |name, about| verb(name, about).arg(word("state", &SWITCH).required(true));
    let instant = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .required(true)
            .value_name("+1h | 2026-11-21")
            .allow_hyphen_values(true)
            .value_parser(value_parser!(Offset))
    };
    Command::new("operator")
        .about(t(
            "開いている窓口 (serve) の運用側: 総合ポータルサイト、資格確認端末、システム",
            "operators beside an open counter (serve): portal, 資格確認端末, the system itself",
        ))
        .after_help(t(
            "窓口は環境変数 MADOGUCHI_CONTROL が示します。例: madoguchi operator codes issue --memo Aのスマホ1",
            "The counter is the one that MADOGUCHI_CONTROL names. Such as: madoguchi operator codes issue --memo Aのスマホ1",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("json")
                .long("json")
                .global(true)
                .action(ArgAction::SetTrue)
                .help(t("結果を JSON で示す", "tell the result as JSON")),
        )
        .subcommand(
            verb("apply", t("ポータル: 利用申請 (保険者はオンライン資格確認用コードを得る)", "portal: apply for use (an insurer is given a code)"))
                .arg(word("kind", &KINDS).long("kind").default_value("treatment"))
                .arg(
                    valued("facility", "CODE")
                        .value_parser(value_parser!(FacilityCode))
                        .help(t("医療機関等コード (10桁)", "facility code, ten digits")),
                ),
        )
        .subcommand(verb("settings", t("ポータル: ユーザー設定情報を得る (施術所)", "portal: fetch ユーザー設定情報, an account with a code")))
        .subcommand(verb("abolish", t("ポータル: 廃止届を出す", "portal: file the notice of abolition")))
        .subcommand(switch("function", t("端末: 外来診療等(通常とは異なる動線)機能", "terminal: 外来診療等(通常とは異なる動線)機能 on or off")))
        .subcommand(
            verb("codes", t("端末: アクティベーションコード管理", "terminal: activation codes"))
                .subcommand_required(true)
                .subcommand(
                    verb("list", t("一覧 (新しい順)", "the list, newest first")).arg(
                        valued("page", "N").default_value("1").value_parser(value_parser!(u16).range(1..)).help(t("ページ", "page")),
                    ),
                )
                .subcommand(
                    verb("issue", t("発行する (約10分後から使える)", "issue one, usable after about ten minutes"))
                        .arg(valued("memo", "TEXT").required(true).help(t("端末識別メモ情報", "which terminal it is for")))
                        .arg(word("terminal", &TERMINALS).long("terminal").default_value("limited")),
                )
                .subcommand(
                    verb("revoke", t("無効化する", "invalidate one")).arg(
                        Arg::new("code").value_name("CODE").help(t("省略すると職員が最後に受け取ったもの", "the one that the staff were given last, if left out")),
                    ),
                ),
        )
        .subcommand(
            verb("accounts", t("端末: アカウント管理", "terminal: accounts"))
                .subcommand_required(true)
                .subcommand(verb("list", t("一覧", "the list")))
                .subcommand(
                    verb("register", t("登録する", "register one"))
                        .arg(Arg::new("user-id").value_name("ID").required(true).help(t("ユーザID: 半角英数字2〜8文字", "user ID: two to eight half-width letters or digits")))
                        .arg(word("role", &ROLES).long("role").default_value("general"))
                        .arg(valued("name", "TEXT").default_value("").help(t("ユーザ名", "user name")))
                        .arg(valued("name-kana", "TEXT").default_value("").help(t("ユーザ名(カナ)", "user name in kana")))
                        .arg(
                            valued("use-from", "+1d | 2026-11-21")
                                .allow_hyphen_values(true)
                                .value_parser(value_parser!(Offset))
                                .help(t("利用開始年月日", "first day of use")),
                        ),
                )
                .subcommand(verb("login", t("職員が資格確認端末で一度ログインする", "the staff log in at the terminal once")))
                .subcommand(
                    verb("unlock", t("ロックを解除する", "lift the lock of wrong passwords")).arg(
                        Arg::new("user-id").value_name("ID").help(t("省略すると職員のもの", "the staff's, if left out")),
                    ),
                ),
        )
        .subcommand(verb("entrance", t("端末: 患者用の入口 (マイナ在宅受付Web)", "terminal: the link for patients (マイナ在宅受付Web)")))
        .subcommand(
            verb("jpki-maintenance", t("システム: 公的個人認証サービスの停止時間帯", "system: a window in which JPKI is closed"))
                .arg(instant("from"))
                .arg(instant("until")),
        )
        .subcommand(switch("mynaportal-outage", t("システム: マイナポータルの障害", "system: whether マイナポータル fails")))
        .subcommand(
            verb("service", t("システム: Webサービスの状態", "system: how the service is")).arg(word("state", &STATES).required(true)),
        )
        .subcommand(switch("outage-mode", t("コールセンター: システム障害時モード", "call centre: システム障害時モード of the facility")))
        .subcommand(
            verb("disaster", t("国: 災害時の特別措置", "ministry: a special measure of 災害時"))
                .arg(instant("from"))
                .arg(instant("until")),
        )
}

/// What was typed.
pub(super) fn parse(m: &ArgMatches) -> Operator {
    Operator {
        act: act(m),
        json: m.get_flag("json"),
    }
}

fn act(m: &ArgMatches) -> Operate {
    let required = "clap requires a subcommand";
    let (verb, m) = m.subcommand().expect(required);
    match verb {
        "apply" => Operate::Apply {
            kind: chosen(m, "kind", &KINDS),
            facility: maybe(m, "facility"),
        },
        "settings" => Operate::UserSettings {},
        "abolish" => Operate::Abolish {},
        "function" => Operate::Function {
            on: chosen(m, "state", &SWITCH),
        },
        "codes" => match m.subcommand().expect(required) {
            ("issue", m) => Operate::IssueCode {
                memo: one(m, "memo"),
                terminal: chosen(m, "terminal", &TERMINALS),
            },
            ("revoke", m) => Operate::RevokeCode {
                code: maybe(m, "code"),
            },
            (_, m) => Operate::Codes {
                page: one::<u16>(m, "page").into(),
            },
        },
        "accounts" => match m.subcommand().expect(required) {
            ("register", m) => Operate::RegisterAccount {
                user_id: one(m, "user-id"),
                role: chosen(m, "role", &ROLES),
                name: one(m, "name"),
                name_kana: one(m, "name-kana"),
                use_from: maybe(m, "use-from"),
            },
            ("login", _) => Operate::LogInAtTerminal {},
            ("unlock", m) => Operate::UnlockAccount {
                user_id: maybe(m, "user-id"),
            },
            _ => Operate::Accounts {},
        },
        "entrance" => Operate::Entrance {},
        "jpki-maintenance" => Operate::JpkiMaintenance {
            from: one(m, "from"),
            until: one(m, "until"),
        },
        "mynaportal-outage" => Operate::MynaportalOutage {
            on: chosen(m, "state", &SWITCH),
        },
        "service" => Operate::Service {
            state: chosen(m, "state", &STATES),
        },
        "outage-mode" => Operate::OutageMode {
            on: chosen(m, "state", &SWITCH),
        },
        _ => Operate::Disaster {
            from: one(m, "from"),
            until: one(m, "until"),
        },
    }
}

/// An argument that is one of these words.
fn word<T>(name: &'static str, words: &[(&'static str, T)]) -> Arg {
    let words: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
    Arg::new(name)
        .value_name("WORD")
        .value_parser(PossibleValuesParser::new(words))
}

fn chosen<T: Copy>(m: &ArgMatches, name: &str, words: &[(&'static str, T)]) -> T {
    let typed: String = one(m, name);
    words
        .iter()
        .find(|(word, _)| *word == typed)
        .map(|(_, meant)| *meant)
        .expect("clap lets no other word through")
}
