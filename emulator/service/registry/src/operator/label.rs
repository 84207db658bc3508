//! The words on the portal's and the console's screens, as the documents print them.

use madoguchi_terms::{Lang, Say};

/// Declares the labels with both languages, one line each.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $ja:literal, $en:literal;)+) => {
        /// A label. The Japanese is the documents'; the English is a translation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Label {
            $(#[doc = $ja] $(#[$doc])* $name,)+
        }

        impl Label {
            /// Every label.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }

        impl Say for Label {
            fn text(&self, lang: Lang) -> String {
                let (ja, en) = match self {
                    $(Self::$name => ($ja, $en),)+
                };
                lang.pick(ja, en).to_owned()
            }
        }
    };
}

labels! {
    FacilityCode = "医療機関等コード", "facility code";
    Portal = "総合ポータルサイト", "general portal site";
    Application = "利用申請", "application for use";
    VariousApplications = "各種申請", "applications";
    AppAccountManagement = "マイナ資格確認アプリアカウント管理", "app account management";
    RequestNumber = "申請番号", "request number";
    UserSettings = "ユーザー設定情報", "user settings";
    InsurerIntroduction = "オンライン資格確認導入届（保険者）", "notice of introduction (insurer)";
    InsurerAbolition = "オンライン資格確認廃止届（保険者）", "notice of abolition (insurer)";
    InsurerCode = "オンライン資格確認用コード", "code for online eligibility confirmation";
    Terminal = "資格確認端末", "eligibility terminal";
    Start = "システムの利用を始める", "start using the system";
    AdministratorAccount = "管理アカウント", "administrator's account";
    UserId = "ユーザID", "user ID";
    Password = "パスワード", "password";
    Login = "ログイン", "log in";
    Menu = "メニュー", "menu";
    EnvironmentManagement = "環境設定情報管理", "environment settings";
    EnvironmentUpdate = "環境設定情報更新", "update environment settings";
    TermsOfUse = "利用規約", "terms of use";
    Function = "外来診療等(通常とは異なる動線)機能", "function for outpatients on another route";
    /// The other name that the same document uses.
    FunctionAlias = "通常とは異なる動線機能", "function for another route";
    Use = "利用する", "use";
    DoNotUse = "利用しない", "do not use";
    AppManagement = "マイナ資格確認アプリ管理", "app management";
    CodeManagement = "アクティベーションコード管理", "activation code management";
    TerminalMemo = "端末識別メモ情報", "memo that identifies the terminal";
    Issue = "発行", "issue";
    ActivationCode = "アクティベーションコード", "activation code";
    SearchResult = "検索結果", "search result";
    Status = "状態", "status";
    Page = "ページ", "page";
    Entrance = "マイナ在宅受付Web", "entrance for patients";
    IssuedAt = "発行日時", "issued at";
    Invalidate = "無効化する", "invalidate";
    Unregistered = "未登録", "not registered";
    Registered = "登録済", "registered";
    Invalidated = "無効", "invalidated";
    AccountManagement = "アカウント情報管理", "account information";
    AccountRegistration = "アカウント管理(登録)", "account management (registration)";
    Register = "登録", "register";
    Role = "権限区分", "kind of authority";
    Administrator = "管理", "administrator";
    GeneralUser = "一般利用者", "general user";
    MedicalInformation = "医療情報閲覧", "view medical information";
    UserName = "ユーザ名", "user name";
    UserNameKana = "ユーザ名(カナ)", "user name (kana)";
    UseFrom = "利用開始年月日", "first day of use";
}
