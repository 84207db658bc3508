using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

class Button
{
    public string Label, Means;
    public Action Act;
    public Button(string label, Action act, string means = null) { Label = label; Act = act; Means = means ?? label; }
}

class Screen
{
    public string Title, Number;
    public List<string[]> Fields = new List<string[]>();
    public List<Button> Buttons = new List<Button>();
    public bool PinField, IsResult;
    public Screen(string title, string number = null) { Title = title; Number = number; }
    public Screen F(string label, string value) { Fields.Add(new[] { label, value }); return this; }
    public Screen B(string label, Action act, string means = null) { Buttons.Add(new Button(label, act, means)); return this; }
}

enum Want { Nothing, Pin, Card }

class App
{
    public const string Product = "sogo-uketsuke-shikaku", Version = "3.2.1";
    const string Support = "架空メディカルシステムズ株式会社 サポートセンター 0570-000-000（平日8時30分～18時）";

    readonly Stream stdout = Console.OpenStandardOutput();
    int n;
    Web web;
    int timeout = 10000;
    string stateDir;

    string method = "visual", token, facility;
    bool mobile, locked, inPatientHands, ended, byLink;
    string passcode, usedCode;
    bool terminalRefused;
    Screen current;
    Action heldResult;

    Want want = Want.Nothing;
    Action onCard;          // カードが置かれたら行うこと
    bool cardStays;         // 暗証番号の入れ直しで、カードが置かれたまま
    string pin;
    string chosen;          // この患者の本人確認の方法
    string requestId, requestCert;
    DateTime notBefore = DateTime.MinValue;

    // 利用登録
    string regCert, termsId, consentId, regRequestId;
    // 居宅同意
    Dictionary<string, object> designation;
    string reception;
    static readonly bool SAYS = Environment.GetEnvironmentVariable("KARI_SAYS") != "0";
    static readonly string ALOUD = Environment.GetEnvironmentVariable("KARI_ALOUD") ?? "skip", LISTS = Environment.GetEnvironmentVariable("KARI_LIST") ?? "full";

    static void Main() { new App().Run(); }

    void Run()
    {
        var stdin = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        string line;
        while (!ended && (line = stdin.ReadLine()) != null)
        {
            if (line.Trim() == "") continue;
            object m = Json.Parse(line);
            if (Json.O(m, "hello") != null) Hello();
            else if (Json.O(m, "begin") != null) Begin(Json.O(m, "begin"));
            else if (Json.O(m, "do") != null)
            {
                var d = Json.O(m, "do");
                int id = (int)(double)Json.O(d, "id");
                Do(id, Json.S(d, "action"), Json.O(d, "value"));
                Emit("done", Json.Obj("do", id));
            }
            else if (Json.O(m, "end") != null) break;
        }
        Reader.Finish(1000);
        Environment.Exit(0);
    }

    void Emit(string kind, object body)
    {
        var b = Encoding.UTF8.GetBytes(Json.Write(Json.Obj(kind, body)) + "\n");
        stdout.Write(b, 0, b.Length);
        stdout.Flush();
    }
    void Error(string text) { Emit("error", Json.Obj("n", ++n, "text", text)); }
    void Show(Screen s)
    {
        current = s;
        Emit("screen", Json.Obj("n", ++n, "number", s.Number, "title", s.Title, "buttons", s.Buttons.Select(b => b.Label).ToArray(), "fields", s.Fields));
    }

    void Hello()
    {
        Emit("hello", Json.Obj("contract", 1, "name", Product, "version", Version, "depth", "L3",
            "supports", new[] { "history", "institution", "home-consent", "mobile", "read-aloud", "proxy" },
            "words", Json.Obj(
                "buttons", Json.Obj("目視確認", "職員の目視により本人確認を行う"),
                "labels", Json.Obj("保険者番号", "ご加入の保険者の番号", "保険者名", "ご加入の保険者の名称", "資格有効性", "健康保険等の資格の有効性", "氏名", "患者様のお名前（漢字）", "フリガナ", "患者様のお名前（カナ）", "負担割合", "窓口でお支払いいただく割合"))));
    }

    void Begin(object b)
    {
        var g = Json.O(b, "given");
        mobile = Json.S(g, "device") == "mobile";
        method = Json.S(g, "method") ?? "visual";
        int.TryParse(Environment.GetEnvironmentVariable("MADOGUCHI_TIMEOUT_MS") ?? "", out timeout);
        if (timeout <= 0) timeout = 10000;
        stateDir = Environment.GetEnvironmentVariable("MADOGUCHI_STATE_DIR");
        web = new Web();
        string c = Environment.GetEnvironmentVariable("MADOGUCHI_CERT_FILE"), k = Environment.GetEnvironmentVariable("MADOGUCHI_KEY_FILE");
        if (stateDir != null && File.Exists(Path.Combine(stateDir, "tanmatsu.crt")))
        {
            c = Path.Combine(stateDir, "tanmatsu.crt"); k = Path.Combine(stateDir, "tanmatsu.key");
        }
        if (!string.IsNullOrEmpty(c) && File.Exists(c)) web.UseTerminal(File.ReadAllText(c), File.ReadAllText(k));
        Show(new Screen("お知らせ（ご利用開始前のご案内）")
            .F("お知らせ", "本システムは、オンライン資格確認（資格確認限定型）により患者様の資格情報のみを照会します。診療情報・薬剤情報は取得しません。")
            .F("ご注意", "マイナンバーカードは患者様ご自身で読み取り機に置いていただき、職員はお預かりしないでください。")
            .B("確認しました", LoginScreen, "閉じる"));
        LoginScreen();
    }

    void LoginScreen() { LoginScreen(null); }
    void LoginScreen(string message)
    {
        want = Want.Nothing;
        var s = new Screen("オンライン資格確認 ログイン画面");
        if (message != null) s.F("お知らせ", message);
        s.F("医療機関等コード", "").F("ユーザID", "").F("パスワード", "");
        if (!web.HasTerminal) s.F("アクティベーションコード（初回のみ）", "");
        if (mobile) s.F("ログインパスコード（端末のロック解除用）", "");
        s.B("ログイン", () => Error("ログインに必要な項目を入力してください"));
        Show(s);
    }

    void Menu()
    {
        want = Want.Nothing; onCard = null; pin = null; cardStays = false;
        if (token == null) { LoginScreen(); return; }
        if (byLink || inPatientHands)
        {
            Show(new Screen(byLink ? "マイナ在宅受付Web" : "端末をお返しください").F("ご案内", byLink ? "この画面を閉じて終了してください。" : "端末を職員にお返しください。"));
            return;
        }
        Show(new Screen("業務メニュー")
            .F("ご案内", "業務を選択してください。現在の本人確認方法の設定: " + (method == "pin" ? "４桁の暗証番号入力" : "目視確認"))
            .B("資格確認を開始する", Choice, "資格確認する").B("資格確認履歴の閲覧", () => History(null)).B("設定", () => Settings(null)).B("ログアウト", () => { token = null; LoginScreen(); }));
    }

    void Choice()
    {
        if (!Allowed()) return;
        want = Want.Nothing; onCard = null; pin = null; cardStays = false;
        Show(new Screen("本人確認方法の選択（認証選択）")
            .F("ご案内", "患者様の本人確認の方法を選択してください。")
            .B("職員の目視により本人確認を行う", () => Start("visual"), "目視確認").B("患者様に４桁の暗証番号を入力していただく", () => Start("pin"), "4桁の暗証番号入力").B("業務メニューへ戻る", Menu, "キャンセル"));
    }

    bool Allowed()
    {
        if (token != null) return true;
        LoginScreen("ログインしていません。ログインしてから業務を行ってください。");
        return false;
    }

    // ---------------------------------------------------------------- 操作

    void Do(int id, string action, object value)
    {
        try
        {
            if (locked && action != "unlock" && action != "close" && action != "take-card" && action != "lock")
            {
                if (action == "place-card") Emit("ready", Json.Obj("do", id));
                LockScreen("ロックされています。パスコードを入力してください。");
                return;
            }
            if (inPatientHands && (action == "set-method" || action == "browse-history" || action == "choose-method" || action == "login"))
            {
                Error("患者様が端末をお持ちの間は、職員用の操作はできません（OS-7001）");
                return;
            }
            switch (action)
            {
                case "login": Login(value as Dictionary<string, object>); break;
                case "set-method": if (Allowed()) Settings((string)value); break;
                case "choose-method":
                    if (!Allowed()) break;
                    CloseResult();
                    Choice();
                    Start((string)value);
                    break;
                case "enter-pin": EnterPin(value as string ?? ""); break;
                case "place-card": PlaceCard(id); break;
                case "press": Press((string)value); break;
                case "take-card": break;
                case "browse-history": if (Allowed()) History(value); break;
                case "ask-by-number": if (Allowed()) ByNumber(value as Dictionary<string, object>); break;
                case "search-emergency": if (Allowed()) Emergency(value); break;
                case "inquire-in-bulk": if (Allowed()) Bulk(value as List<object>); break;
                case "fetch-result": if (Allowed()) FetchBulk(); break;
                case "designate": if (Allowed()) Designate(value as Dictionary<string, object>); break;
                case "visit-again": if (Allowed()) VisitAgain(value); break;
                case "enter-by-link": EnterByLink(value); break;
                case "read-aloud": ReadAloud(); break;
                case "lock": CloseResult(); locked = true; LockScreen(null); break;
                case "unlock":
                    if (!locked) break;
                    if (passcode != null && (value as string) == passcode) { locked = false; Menu(); }
                    else LockScreen("パスコードが違います。もう一度入力してください。");
                    break;
                case "hand-over":
                    inPatientHands = (value as string) == "patient";
                    if (!inPatientHands && heldResult != null) { var h = heldResult; heldResult = null; h(); }
                    break;
                case "close":
                    token = null; pin = null; passcode = null; current = null;
                    Show(new Screen("終了処理").F("お知らせ", "資格確認業務を終了します。画面上の患者様の情報は消去しました。"));
                    break;
                default: Environment.Exit(89); break;
            }
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            Error("システム内部の障害（OS-9999）: " + e.GetType().Name);
        }
    }

    void CloseResult()
    {
        heldResult = null; pin = null; cardStays = false; want = Want.Nothing;
    }

    void LockScreen(string message)
    {
        var s = new Screen("ログインパスコード（ロック解除）").F("お知らせ", message ?? "端末はロックされています。");
        s.F("パスコード", "").B("ロックを解除する", () => Error("パスコードを入力してください"));
        Show(s);
    }

    void Press(string label)
    {
        Func<string, string> norm = x => (x ?? "").Replace("４", "4").Trim();
        Button b = null;
        if (current != null)
            b = current.Buttons.FirstOrDefault(x => x.Label == label)
                ?? current.Buttons.FirstOrDefault(x => norm(x.Label) == norm(label))
                ?? current.Buttons.FirstOrDefault(x => norm(x.Means) == norm(label));
        if (b == null) { Error("画面に「" + label + "」のボタンがありません"); return; }
        b.Act();
    }

    // ---------------------------------------------------------------- エラー画面

    void Trouble(string no, string title, string cause, string advice, Action retry, Action close = null, bool touch = true)
    {
        if (touch) { pin = null; }
        var s = new Screen(title).F("エラー番号", no).F("原因", cause).F("対処方法", advice).F("お問い合わせ先", Support);
        if (retry != null) s.B("もう一度照会する", () =>
        {
            if (DateTime.UtcNow < notBefore)
            {
                int sec = (int)(notBefore - DateTime.UtcNow).TotalSeconds + 1;
                Trouble(no, title, cause, "あと約" + sec + "秒お待ちいただいてから、再試行してください。", retry, close, false);
                return;
            }
            retry();
        }, "再試行");
        s.B("閉じる", close ?? Menu);
        Show(s);
    }

    void WebTrouble(WebFailure f, Action retry, Action close = null)
    {
        if (f.RetryAfter > 0) notBefore = DateTime.UtcNow.AddSeconds(f.RetryAfter);
        switch (f.Kind)
        {
            case "untrusted": Trouble("OS-1101", "通信エラー（接続先の確認）", f.Message + "。情報は送信していません。", "ネットワークの接続先と端末の時計を確認し、システム管理者へご連絡ください。", retry, close); break;
            case "timeout": Trouble("OS-1102", "通信エラー（時間切れ）", f.Message + "。", "しばらくしてから再試行してください。", retry, close); break;
            case "busy": Trouble("OS-1103", "通信エラー（混雑）", f.Message + "。", "約" + f.RetryAfter + "秒後に再試行してください。", retry, close); break;
            case "gateway": Trouble("OS-1104", "通信エラー（サービス停止）", f.Message + "。", "しばらくしてから再試行してください。", retry, close); break;
            case "foreign": Trouble("OS-1105", "通信エラー（回答の形式）", f.Message + "。", "インターネット接続の認証画面が出ていないかを確認し、再試行してください。", retry, close); break;
            default: Trouble("OS-1106", "通信エラー", f.Message + "。", "回線を確認し、再試行してください。", retry, close); break;
        }
    }

    static readonly Dictionary<string, string[]> Refusals = new Dictionary<string, string[]> {
        { "CERT_EXPIRED", new[] { "OS-2101", "利用者証明用電子証明書の有効期限が切れています。", "市区町村の窓口で電子証明書の更新手続きが必要です。資格確認書等で資格をご確認ください。" } },
        { "CERT_REVOKED", new[] { "OS-2102", "利用者証明用電子証明書が失効しています。", "市区町村の窓口にお問い合わせいただくようご案内ください。資格確認書等で資格をご確認ください。" } },
        { "CERT_UNKNOWN", new[] { "OS-2103", "この電子証明書は資格情報と結び付いていません。", "加入している医療保険者へお問い合わせいただくようご案内ください。" } },
        { "WITHHELD", new[] { "OS-2104", "資格情報は確認作業中のため表示できません（資格がないという意味ではありません）。", "資格確認書等で資格をご確認のうえ、加入している医療保険者へお問い合わせください。" } },
        { "TERMINAL_UNKNOWN", new[] { "OS-3101", "この端末は登録されていません。", "アクティベーションコードを発行し、端末の登録を行ってください。" } },
        { "TERMINAL_REVOKED", new[] { "OS-3102", "この端末は無効化されています。", "端末を引き続き使用する場合は、新しいアクティベーションコードを発行してください。" } },
        { "CODE_NOT_READY", new[] { "OS-3103", "アクティベーションコードは発行されたばかりで、まだ利用できません。", "発行から10分程度経過してから、同じコードでもう一度ログインしてください。" } },
        { "CODE_INVALID", new[] { "OS-3104", "アクティベーションコードが正しくないか、無効化されています。", "コードを確認して、もう一度ログインしてください。" } },
        { "CODE_USED", new[] { "OS-3105", "アクティベーションコードは既に別の端末に設定されています。", "端末ごとに新しいアクティベーションコードを発行してください。" } },
        { "ACCOUNT_NEVER_LOGGED_IN", new[] { "OS-3106", "このアカウントでは、オンライン資格確認等システムに一度もログインしていません。", "資格確認端末で一度ログインしてから、もう一度お試しください。" } },
        { "ACCOUNT_LOCKED", new[] { "OS-3107", "パスワードの誤りが続いたため、アカウントがロックされています。", "管理者にロックの解除を依頼してください。" } },
        { "PASSWORD_WRONG", new[] { "OS-3108", "医療機関等コード、ユーザIDまたはパスワードが正しくありません。", "入力内容を確認してください。" } },
        { "FUNCTION_OFF", new[] { "OS-3109", "この機能は利用しない設定になっています。", "管理者に「外来診療等（通常とは異なる動線）機能」の設定を確認してください。" } },
        { "NOT_PERMITTED", new[] { "OS-3110", "この操作は許可されていません。", "ご利用の権限・端末の種類・アプリケーションの版を確認してください。" } },
        { "SESSION_INVALID", new[] { "OS-3111", "ログインの有効時間が過ぎました。", "もう一度ログインしてください。" } },
        { "OUTAGE", new[] { "OS-4101", "オンライン資格確認等システムに障害が発生しています。", "しばらくしてから再試行してください。お急ぎの場合は資格確認書等で確認してください。" } },
        { "BUSY", new[] { "OS-4102", "オンライン資格確認等システムが混み合っています。", "しばらくしてから再試行してください。" } },
        { "JPKI_MAINTENANCE", new[] { "OS-4103", "公的個人認証サービスが停止しています。", "停止時間の終了後に再試行してください。" } },
        { "SIGNATURE_INVALID", new[] { "OS-4104", "電子署名を確認できませんでした。", "もう一度カードを読み取ってください。" } },
        { "CHALLENGE_UNKNOWN", new[] { "OS-4105", "時間が経過したため、確認をやり直す必要があります。", "もう一度最初から操作してください。" } },
        { "CONSENT_MISSING", new[] { "OS-4106", "患者様の同意が記録されていません。", "同意の取得からやり直してください。" } },
        { "MALFORMED", new[] { "OS-4107", "要求の内容が正しくありません。", "入力内容を確認してください。" } },
    };

    static readonly string[] Temporary = { "OUTAGE", "BUSY", "JPKI_MAINTENANCE", "SIGNATURE_INVALID", "CHALLENGE_UNKNOWN" };

    /// 断られた理由を示す。セッションや端末が終わったときはログインへ戻る。
    void Refused(Reply r, string title, Action retry)
    {
        string[] t;
        if (!Refusals.TryGetValue(r.Code, out t)) t = new[] { "OS-4199", "サービスに断られました（" + r.Code + "）。", "サポートセンターへお問い合わせください。" };
        string cause = t[1] + (r.Message != "" ? "（サービスからの通知: " + r.Message + "）" : "");
        bool over = r.Code == "SESSION_INVALID" || r.Code == "TERMINAL_REVOKED" || r.Code == "TERMINAL_UNKNOWN";
        if (over)
        {
            token = null;
            if (r.Code != "SESSION_INVALID") terminalRefused = true;
        }
        want = Want.Nothing;
        Trouble(t[0], title, cause, t[2], Temporary.Contains(r.Code) ? retry : null, over ? (Action)LoginScreen : null);
        if (over) LoginScreen(t[1] + t[2]);
    }

    int NetLimit { get { return (int)(Math.Min(timeout, 30000) * 0.75); } }
    int CardLimit { get { return (int)(timeout * 0.8); } }

    /// 呼び出しに失敗したら画面を出して null を返す。
    Reply Ask(string verb, string path, object body, Action retry, string rid = null, Action close = null, bool withTerminal = true)
    {
        try { return web.Call(verb, "/limited/v1" + path, body, token, NetLimit, rid, withTerminal && !byLink); }
        catch (WebFailure f) { want = Want.Nothing; WebTrouble(f, retry, close); return null; }
    }

    // ---------------------------------------------------------------- ログイン

    void Login(Dictionary<string, object> v)
    {
        CloseResult();
        token = null; byLink = false;
        if (mobile && Json.S(v, "passcode") != null) passcode = Json.S(v, "passcode");
        facility = Json.S(v, "facility-code");
        string code = Json.S(v, "activation-code");
        Action retry = () => Login(v);
        if (!web.HasTerminal || (terminalRefused && code != null && code != usedCode))
        {
            if (code == null) { LoginScreen("この端末は登録されていません。アクティベーションコードを入力してください。"); return; }
            web.UseTerminal(null, null);
            var r = Ask("POST", "/terminals", Json.Obj("facilityCode", facility, "userId", Json.S(v, "user-id"), "password", Json.S(v, "password"), "activationCode", code), retry, null, LoginScreen, false);
            if (r == null) return;
            if (r.Code != "OK") { Refused(r, "ログインエラー", null); if (current.Title == "ログインエラー") Back(); return; }
            web.UseTerminal(r["terminalCertificate"], r["terminalKey"]);
            usedCode = code; terminalRefused = false;
            if (stateDir != null)
            {
                Save("tanmatsu.key", r["terminalKey"]);
                Save("tanmatsu.crt", r["terminalCertificate"]);
            }
        }
        var q = Ask("POST", "/sessions", Json.Obj("facilityCode", facility, "userId", Json.S(v, "user-id"), "password", Json.S(v, "password")), retry, null, LoginScreen);
        if (q == null) return;
        if (q.Code != "OK" || string.IsNullOrEmpty(q["sessionToken"])) { Refused(q, "ログインエラー", q.Code == "OUTAGE" || q.Code == "BUSY" ? retry : null); if (current.Title == "ログインエラー") Back(); return; }
        token = q["sessionToken"];
        terminalRefused = false;
        Menu();
    }
    // 断られたログインのエラー画面の「閉じる」はログイン画面へ
    void Back() { foreach (var b in current.Buttons) if (b.Label == "閉じる") b.Act = LoginScreen; }

    void Save(string name, string text)
    {
        string p = Path.Combine(stateDir, name);
        File.WriteAllText(p, text);
        chmod(p, 0x180);
    }
    [System.Runtime.InteropServices.DllImport("libc")] static extern int chmod(string path, int mode);

    void Settings(string m)
    {
        want = Want.Nothing;
        if (m != null) method = m;
        Show(new Screen("設定メニュー（本人確認方法の設定）")
            .F("現在の本人確認方法", method == "pin" ? "４桁の暗証番号入力" : "目視確認")
            .F("お知らせ", m == null ? "変更する場合は選択してください。" : "設定を変更しました。")
            .B("目視確認に変更する", () => Settings("visual")).B("４桁の暗証番号入力に変更する", () => Settings("pin")).B("閉じる", Menu));
        if (m != null) Menu();
    }

    // ---------------------------------------------------------------- 資格確認

    void Start(string m)
    {
        chosen = m;
        requestId = null; requestCert = null; designation = null;
        onCard = Check;
        if (m == "visual")
        {
            if (current != null && current.Title.StartsWith("本人確認方法"))
            {
                Show(new Screen("目視による本人確認のご確認")
                    .F("ご確認", "患者様のお顔と、マイナンバーカードの顔写真が同一であることを目視で確認しましたか。")
                    .B("はい", CardScreen).B("いいえ", Choice));
            }
            CardScreen();
        }
        else PinScreen(null);
    }

    void CardScreen() { CardScreen(null); }
    void CardScreen(string message)
    {
        want = Want.Card;
        Show(new Screen("マイナンバーカードの読み取り待ち")
            .F("ご案内", message ?? "患者様ご自身で、マイナンバーカードをカードリーダーに置いていただいてください。")
            .B("中止する", Menu, "キャンセル"));
    }

    void PinScreen(string message, int left = -1)
    {
        want = Want.Pin;
        pin = null;
        var s = new Screen("４桁の暗証番号のご入力");
        s.F("ご案内", message ?? "患者様ご自身で、利用者証明用電子証明書の４桁の暗証番号を入力してください。");
        if (left >= 0) s.F("あと入力できる回数", "あと" + left + "回");
        s.F("暗証番号（４桁）", "");
        s.B("中止する", Menu, "キャンセル").B("目視確認に切り替える", () => Start("visual"));
        s.PinField = true;
        Show(s);
    }

    void EnterPin(string p)
    {
        if (want != Want.Pin) { Error("画面に暗証番号の入力欄がありません"); return; }
        if (p.Length != 4 || p.Any(c => c < '0' || c > '9')) { PinScreen("暗証番号は数字４桁で入力してください。カードには照合していません。"); return; }
        pin = p;
        bool there = false;
        if (cardStays) try { there = Reader.Wait(0, null); } catch (CardFailure) { }
        if (there) { want = Want.Card; onCard(); }
        else CardScreen();
    }

    void PlaceCard(int id)
    {
        if (want != Want.Card)
        {
            Emit("ready", Json.Obj("do", id));
            if (token == null) LoginScreen("ログインしていません。ログインしてから業務を行ってください。");
            else if (SAYS && want == Want.Pin) PinScreen("カードを読み取る前に、暗証番号を入力してください。");
            else if (SAYS && current != null) Show(current);
            return;
        }
        bool told = false;
        try
        {
            if (!Reader.Wait((int)(timeout * 0.9), () => { told = true; Emit("ready", Json.Obj("do", id)); }))
            {
                CardScreen("時間内にカードが置かれませんでした（OS-5101）。もう一度カードを置いていただいてください。");
                return;
            }
        }
        catch (CardFailure f) { if (!told) Console.Error.WriteLine("reader: " + f.Kind); CardTrouble(f); return; }
        onCard();
    }

    /// 置かれているカードで続ける。なければカード待ちの画面を出す。
    void WithCardThere(Action act)
    {
        bool there = false;
        try { there = Reader.Wait(0, null); } catch (CardFailure f) { onCard = act; CardTrouble(f); return; }
        onCard = act;
        if (there) act();
        else CardScreen();
    }

    void CardTrouble(CardFailure f)
    {
        Console.Error.WriteLine("card: " + f.Kind + " " + f.Message);
        string hint = "";
        bool again = true;
        switch (f.Kind)
        {
            case "pin-wrong":
                cardStays = true;
                PinScreen("暗証番号が違います。残りの回数を確かめて、もう一度入力してください。（OS-5201）", f.Left);
                return;
            case "pin-locked":
                want = Want.Nothing; pin = null;
                Show(new Screen("暗証番号のロックのお知らせ").F("エラー番号", "OS-5202").F("あと入力できる回数", "ロックされています")
                    .F("原因", "暗証番号の誤りが続いたため、ロックされています。").F("対処方法", "市区町村の窓口で暗証番号の再設定が必要です。目視確認による資格確認は可能です。").F("お問い合わせ先", Support)
                    .B("職員の目視により本人確認を行う", () => { chosen = "visual"; requestId = null; WithCardThere(Check); }, "目視確認").B("閉じる", Menu));
                return;
            case "reader-absent": hint = "カードリーダーが接続されていません。接続を確認し、もう一度カードを置いてください。"; Say("OS-5102", "カードリーダーエラー", "カードリーダーが見つかりません。", hint); break;
            case "reader-lost": hint = "カードリーダーの接続が切れました。"; Say("OS-5103", "カードリーダーエラー", hint, "カードリーダーを接続し直し、もう一度カードを置いてください。"); break;
            case "service": Say("OS-5104", "カードリーダーエラー", "パソコンのカードサービスが動作していません。", "しばらく待ってから、もう一度カードを置いてください。"); break;
            case "held": Say("OS-5105", "カードリーダーエラー", "他のプログラムがカードを使用しています。", "他のプログラムを終了し、もう一度カードを置いてください。"); break;
            case "slow": Say("OS-5110", "カード読み取りエラー", "カードの応答がありません。", "もう一度カードを置いてください。"); break;
            case "torn": case "no-card": Say("OS-5106", "カード読み取りエラー", "読み取りの途中でカードが離れました。", "もう一度カードを置き、読み取りが終わるまで動かさないでください。"); break;
            case "foreign": again = false; Say("OS-5107", "カード読み取りエラー", "マイナンバーカードではないか、利用者証明用電子証明書が入っていません。", "マイナンバーカードであることを確認してください。"); break;
            case "phone": again = false; Say("OS-5108", "カード読み取りエラー", "スマートフォンのマイナンバーカードは、目視確認では読み取れません。", "４桁の暗証番号入力を選ぶか、実物のマイナンバーカードを置いてください。"); break;
            default: Say("OS-5109", "カード読み取りエラー", "カードを正しく読み取れませんでした。", "もう一度カードを置いてください。"); break;
        }
        if (chosen == "pin" || designation != null) { cardStays = false; if (again) PinScreen(current.Fields[1][1] + "お手数ですが、暗証番号をもう一度入力してください。"); else want = Want.Nothing; }
        else want = Want.Card;
    }
    void Say(string no, string title, string cause, string advice)
    {
        Trouble(no, title, cause, advice, null);
    }

    static string Hash(byte[] b) { using (var s = SHA256.Create()) return Convert.ToBase64String(s.ComputeHash(b)); }

    byte[] ReadCertificate()
    {
        var end = DateTime.UtcNow.AddMilliseconds(CardLimit);
        for (int i = 0; ; i++)
            try { return Reader.Session(Math.Max(500, (int)(end - DateTime.UtcNow).TotalMilliseconds), c => { c.SelectJpki(); return new CardData { Certificate = c.Certificate() }; }).Certificate; }
            catch (CardFailure f) { if (f.Kind != "unreadable" || i >= 1) throw; }
    }

    /// 乱数を得てから、暗証番号を照合し、署名する。失敗したら null。
    CardData ReadSigned(Action retry, out string challengeId)
    {
        challengeId = null;
        var ch = Ask("POST", "/challenges", null, retry);
        if (ch == null) return null;
        if (ch.Code != "OK") { Refused(ch, "資格確認エラー", retry); return null; }
        challengeId = ch["challengeId"];
        byte[] nonce = Convert.FromBase64String(ch["nonce"]);
        string p = pin;
        pin = null;
        try
        {
            return Reader.Session(CardLimit, c =>
            {
                c.SelectJpki();
                c.VerifyPin(p);
                var d = new CardData { Certificate = c.Certificate() };
                d.Signature = c.Sign(nonce);
                return d;
            });
        }
        catch (CardFailure f) { CardTrouble(f); return null; }
    }

    void Check()
    {
        want = Want.Nothing;
        Reply r;
        byte[] cert;
        if (chosen == "visual")
        {
            try { cert = ReadCertificate(); }
            catch (CardFailure f) { CardTrouble(f); return; }
            string h = Hash(cert);
            if (requestId == null || requestCert != h) { requestId = Guid.NewGuid().ToString("N"); requestCert = h; }
            Action retry = () => WithCardThere(Check);
            r = Ask("POST", "/eligibility/certificate", Json.Obj("method", "visual", "certificate", Convert.ToBase64String(cert)), retry, requestId);
            if (r != null) Eligibility(r, cert, retry);
        }
        else
        {
            if (pin == null) { PinScreen(null); return; }
            cardStays = true;
            Action retry = () => { onCard = Check; cardStays = true; PinScreen("再試行します。恐れ入りますが、暗証番号をもう一度入力してください。"); };
            string ch;
            var d = ReadSigned(retry, out ch);
            if (d == null) return;
            r = Ask("POST", "/eligibility/signature", Json.Obj("method", "pin", "certificate", Convert.ToBase64String(d.Certificate), "challengeId", ch, "signature", Convert.ToBase64String(d.Signature)), retry, Guid.NewGuid().ToString("N"));
            if (r != null) Eligibility(r, d.Certificate, retry);
        }
    }

    void Eligibility(Reply r, byte[] cert, Action retry)
    {
        Action show;
        switch (r.Code)
        {
            case "OK": case "CERT_EXPIRED_GRACE": case "MULTIPLE": case "NO_QUALIFICATION":
                show = () => Results(r, cert); break;
            case "NOT_REGISTERED":
                regCert = Hash(cert);
                show = Offer; break;
            default:
                show = () => Refused(r, "資格確認エラー", retry); break;
        }
        if (inPatientHands && r.Code != "NOT_REGISTERED")
        {
            heldResult = show;
            Show(new Screen("端末をお返しください").F("ご案内", "読み取りが終わりました。端末を職員にお返しください。結果は職員の画面に表示されます。"));
        }
        else show();
    }

    // ---------------------------------------------------------------- 結果の表示

    static string G(object o, string k) { return Json.S(o, k); }

    void Insurance(Screen s, object x)
    {
        s.F("被保険者証等区分", Text.Of(Text.Class, G(x, "insuredCardClassification")));
        s.F("ご加入の保険者の番号", Text.Plain(G(x, "insurerNumber"))).F("ご加入の保険者の名称", Text.Plain(G(x, "insurerName")));
        s.F("被保険者証等記号", Text.Plain(G(x, "insuredCardSymbol"))).F("被保険者証等番号", Text.Plain(G(x, "insuredIdentificationNumber"))).F("被保険者証等枝番", Text.Plain(G(x, "insuredBranchNumber")));
        s.F("本人・家族の別", Text.Of(Text.Family, G(x, "personalFamilyClassification")));
        s.F("患者様のお名前（漢字）", Text.Plain(G(x, "name"))).F("患者様のお名前（カナ）", Text.FullKana(G(x, "nameKana")));
        s.F("生年月日（和暦・西暦）", Text.Date(G(x, "birthdate"))).F("性別", Text.Of(Text.Sex, G(x, "sex1")));
        s.F("資格取得年月日", Text.Date(G(x, "qualificationDate"))).F("資格喪失年月日", Text.Date(G(x, "disqualificationDate")));
        if (!string.IsNullOrEmpty(G(x, "reasonOfLoss"))) s.F("資格喪失事由", Text.Of(Text.Loss, G(x, "reasonOfLoss")));
        s.F("被保険者証等有効開始年月日", Text.Date(G(x, "insuredCardValidDate"))).F("被保険者証等有効終了年月日", Text.Date(G(x, "insuredCardExpirationDate")));
        s.F("窓口でお支払いいただく割合", Text.Ratio(G(x, "insuredPartialContributionRatio")));
        if (G(x, "preschoolClassification") == "1") s.F("未就学区分", "義務教育就学前");
        BackSide(s, x);
    }
    void BackSide(Screen s, object x)
    {
        if (string.IsNullOrEmpty(G(x, "nameOfOther")) && string.IsNullOrEmpty(G(x, "nameOfOtherKana")) && string.IsNullOrEmpty(G(x, "sex2"))) return;
        s.F("裏面記載情報/氏名カナ", Text.FullKana(G(x, "nameOfOtherKana"))).F("裏面記載情報/氏名", Text.Plain(G(x, "nameOfOther"))).F("裏面記載情報/性別", Text.Of(Text.Sex, G(x, "sex2")));
    }

    static bool IsAssistance(object x) { return G(x, "insuredCardClassification") == "A1"; }

    Screen Detail(object x, string validity, string date, string suffix)
    {
        Screen s;
        if (IsAssistance(x))
        {
            s = new Screen("資格確認結果" + suffix, "E-05-A");
            if (date != null) s.F("資格確認年月日", Text.Date(date));
            if (validity != null) s.F("健康保険等の資格の有効性", Text.Of(Text.Validity, validity));
            if (validity == "6") s.F("お知らせ", "医療扶助の資格は有効ですが、医療券が登録されていません。医療券（または福祉事務所からの書類）を確認してください。");
            if (string.IsNullOrEmpty(G(x, "name")) && string.IsNullOrEmpty(G(x, "insurerName")))
            {
                s.Number = null;
                s.F("お知らせ", "医療扶助対象者です。必要な提出書類等により、資格確認を行ってください。").F("証区分", "医療扶助");
                s.IsResult = true;
                return s;
            }
            s.F("資格情報/福祉事務所名", Text.Plain(G(x, "insurerName"))).F("資格情報/フリガナ", Text.FullKana(G(x, "nameKana"))).F("資格情報/氏名", Text.Plain(G(x, "name")))
                .F("資格情報/生年月日", Text.Date(G(x, "birthdate"))).F("資格情報/性別", Text.Of(Text.Sex, G(x, "sex1"))).F("資格情報/証区分", "医療扶助");
            BackSide(s, x);
            s.F("公費負担者番号", Text.Plain(G(x, "insurerNumber"))).F("受給者番号", Text.Plain(G(x, "insuredIdentificationNumber")));
            s.F("資格取得年月日", Text.Date(G(x, "qualificationDate"))).F("資格喪失年月日", Text.Date(G(x, "disqualificationDate")));
        }
        else
        {
            s = new Screen("資格確認結果" + suffix + "（詳細表示）");
            if (date != null) s.F("資格確認年月日", Text.Date(date));
            if (validity != null) s.F("健康保険等の資格の有効性", Text.Of(Text.Validity, validity));
            Insurance(s, x);
        }
        s.IsResult = true;
        return s;
    }

    void Notices(Screen s, Reply r, byte[] cert)
    {
        if (r.Code == "CERT_EXPIRED_GRACE")
            s.F("お知らせ", "電子証明書の有効期限が切れています。期限後の猶予期間のため資格を表示しましたが、お早めに市区町村の窓口で更新手続きをしていただくよう、患者様にご案内ください。");
        else if (cert != null)
            try
            {
                var end = new X509Certificate2(cert).NotAfter;
                string d = r["qualificationConfirmationDate"];
                DateTime today = string.IsNullOrEmpty(d) ? DateTime.Today : DateTime.ParseExact(d, "yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
                if (end < today.AddMonths(3)) s.F("お知らせ", "電子証明書の有効期限（" + Text.Date(end.ToString("yyyyMMdd")) + "）が近づいています。市区町村の窓口での更新をご案内ください。");
            }
            catch (Exception) { }
    }

    void Results(Reply r, byte[] cert)
    {
        var list = Json.L(r.Body, "resultList");
        string v = r["qualificationValidity"], date = r["qualificationConfirmationDate"];
        if (r.Code == "NO_QUALIFICATION" && v == null) v = "4";
        if (list.Count == 0)
        {
            var s = new Screen("資格確認結果").F("資格確認年月日", Text.Date(date)).F("健康保険等の資格の有効性", Text.Of(Text.Validity, v ?? "4"));
            s.F("お知らせ", "資格情報が見つかりません。資格確認書等で確認するか、加入している医療保険者へお問い合わせください。");
            Notices(s, r, cert);
            s.IsResult = true;
            s.B("閉じる", Menu);
            Show(s);
            return;
        }
        if (list.Count == 1)
        {
            var s = Detail(list[0], v, date, "");
            Notices(s, r, cert);
            s.B("閉じる", Menu);
            Show(s);
            return;
        }
        ResultList(r, cert, list, v, date);
    }

    void ResultList(Reply r, byte[] cert, List<object> list, string v, string date)
    {
        var s = new Screen("資格確認結果（一覧表示）").F("資格確認年月日", Text.Date(date)).F("健康保険等の資格の有効性", Text.Of(Text.Validity, v)).F("件数", list.Count + "件");
        for (int i = 0; i < list.Count; i++)
        {
            var x = list[i];
            string p = (i + 1) + "/";
            if (LISTS == "full") Row(s, p, x);
            else s.F(p + "被保険者証等区分", Text.Of(Text.Class, G(x, "insuredCardClassification")));
            if (LISTS != "full") s.F(p + (IsAssistance(x) ? "福祉事務所名" : "ご加入の保険者の名称"), Text.Plain(G(x, "insurerName")));
            if (LISTS != "full") s.F(p + "資格取得年月日", Text.Date(G(x, "qualificationDate"))).F(p + "資格喪失年月日", Text.Date(G(x, "disqualificationDate")));
            int k = i;
            s.B((i + 1) + "件目の詳細を表示する", () =>
            {
                var t = Detail(list[k], null, date, "（" + (k + 1) + "／" + list.Count + "件目）");
                t.B("一覧へ戻る", () => ResultList(r, cert, list, v, date)).B("閉じる", Menu);
                Show(t);
            });
        }
        Notices(s, r, cert);
        s.IsResult = true;
        s.B("閉じる", Menu);
        Show(s);
        if (LISTS == "auto") for (int i = 0; i < list.Count; i++)
        {
            var t = Detail(list[i], null, date, "（" + (i + 1) + "／" + list.Count + "件目）");
            t.B("一覧へ戻る", () => ResultList(r, cert, list, v, date)).B("閉じる", Menu);
            Show(t);
        }
    }

    void ReadAloud()
    {
        if (current == null || !current.IsResult) { Error("読み上げる資格情報が表示されていません"); return; }
        var b = new StringBuilder(current.Title + "。");
        foreach (var f in current.Fields)
        {
            if (f[1] == "―" && ALOUD == "skip") continue;
            b.Append(f[0].Replace("/", "の")).Append("、").Append(f[1] == "―" ? (ALOUD == "none" ? "記載なし" : "―") : f[1]).Append("。");
        }
        Emit("output", Json.Obj("n", ++n, "kind", "read-aloud", "text", b.ToString()));
    }

    // ---------------------------------------------------------------- 健康保険証利用登録

    void Offer()
    {
        want = Want.Nothing;
        Show(new Screen("資格確認結果", "C-04-01-A")
            .F("お知らせ", "マイナンバーカードを保険証として利用するための登録が必要です。継続しますか(少しお時間をいただきます。)")
            .B("健康保険証利用登録する", Terms).B("健康保険証利用登録しない", () =>
                Show(new Screen("ご確認（健康保険証利用登録をしない場合）")
                    .F("ご確認", "登録しない場合、マイナンバーカードでは資格を確認できません。登録せずに終了してよろしいですか。")
                    .B("はい", Menu).B("いいえ", Offer))));
    }

    void Terms()
    {
        var r = Ask("GET", "/registration/terms", null, Terms);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "健康保険証利用登録エラー", Terms); return; }
        termsId = r["termsId"];
        Show(new Screen("資格確認結果", "F-01-A")
            .F("ご案内", "マイナポータルシステムを利用して、マイナンバーカードを健康保険証等として利用するための申込みをします。")
            .F("マイナポータル利用規約（全文）", r["termsText"])
            .B("同意する", Agree).B("同意しない", () =>
                Show(new Screen("健康保険証利用登録の中止").F("お知らせ", "同意されなかったため、利用登録は行いませんでした。資格確認書等で資格を確認してください。").B("閉じる", Menu))));
    }

    void Agree()
    {
        var r = Ask("POST", "/registration/consents", Json.Obj("termsId", termsId, "consent", "agree"), Agree);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "健康保険証利用登録エラー", Agree); return; }
        consentId = r["consentId"];
        regRequestId = Guid.NewGuid().ToString("N");
        RegisterScreen(null);
    }

    void RegisterScreen(string message)
    {
        want = Want.Card; onCard = Register; designation = null;
        var s = new Screen("マイナンバーカードの読み取り", "F-01-A").F("ご案内", "マイナンバーカードの健康保険証利用を登録します。カードを置いて「マイナンバーカードを読み取る」を押してください。");
        if (message != null) s.F("お知らせ", message);
        Show(s.B("マイナンバーカードを読み取る", RegisterIfThere).B("中止する", Menu, "キャンセル"));
    }
    void RegisterIfThere()
    {
        bool there = false;
        try { there = Reader.Wait(0, null); } catch (CardFailure f) { RegTrouble(f); return; }
        if (there) Register();
        else RegisterScreen("カードが置かれていません。カードを置いてください。");
    }
    void RegTrouble(CardFailure f) { string c = chosen; chosen = "visual"; CardTrouble(f); chosen = c; want = Want.Card; onCard = Register; foreach (var b in current.Buttons) b.Act = () => RegisterScreen(null); }

    void Register()
    {
        want = Want.Nothing;
        byte[] cert;
        try { cert = ReadCertificate(); }
        catch (CardFailure f) { RegTrouble(f); return; }
        if (Hash(cert) != regCert)
        {
            Trouble("OS-6101", "健康保険証利用登録エラー（別のカード）", "同意された患者様のカードと異なるカードが置かれています。利用登録は行っていません。", "同意された患者様のカードを置いてください。", () => RegisterScreen(null));
            return;
        }
        Action retry = RegisterIfThere;
        var r = Ask("POST", "/registrations", Json.Obj("method", chosen, "certificate", Convert.ToBase64String(cert), "consentId", consentId), retry, regRequestId);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "健康保険証利用登録エラー", retry); return; }
        Show(new Screen("マイナンバーカードの読み取り", "F-01-A")
            .F("お知らせ", "マイナンバーカードの保険証利用登録が完了しました。再度、資格確認を行ってください。")
            .B("資格確認する", Recheck).B("マイナンバーカードを読み取る", Recheck));
    }
    void Recheck()
    {
        requestId = null;
        onCard = Check;
        if (chosen == "pin") { cardStays = true; PinScreen(null); }
        else WithCardThere(Check);
    }

    // ---------------------------------------------------------------- 履歴

    void History(object v)
    {
        want = Want.Nothing;
        Action retry = () => History(v);
        var rows = new List<object>();
        int page = 1, pages = 1;
        string total = null;
        string kana = Json.S(v, "name-kana");
        do
        {
            var r = Ask("POST", "/history", Json.Obj("dateFrom", Json.S(v, "date-from"), "dateTo", Json.S(v, "date-to"), "nameKana", kana == null ? null : Text.HalfKana(kana), "insurerNumber", Json.S(v, "insurer-number"), "page", page.ToString()), retry);
            if (r == null) return;
            if (r.Code != "OK") { Refused(r, "資格確認履歴エラー", retry); return; }
            rows.AddRange(Json.L(r.Body, "resultList"));
            total = r["totalCount"];
            if (!int.TryParse(r["pageCount"] ?? "1", out pages)) pages = 1;
        } while (page++ < pages && page < 200);
        var s = new Screen("資格確認履歴（一覧）");
        s.F("抽出条件", Cond(v)).F("件数", (total ?? rows.Count.ToString()) + "件");
        for (int i = 0; i < rows.Count; i++)
        {
            var x = rows[i];
            s.F((i + 1) + "/確認日時", Text.Time(G(x, "confirmedAt"))).F((i + 1) + "/患者様のお名前（漢字）", Text.Plain(G(x, "name"))).F((i + 1) + "/患者様のお名前（カナ）", Text.FullKana(G(x, "nameKana")))
                .F((i + 1) + "/生年月日", Text.Date(G(x, "birthdate"))).F((i + 1) + "/健康保険等の資格の有効性", Text.Of(Text.Validity, G(x, "qualificationValidity")))
                .F((i + 1) + (IsAssistance(x) ? "/福祉事務所名" : "/保険者名称"), Text.Plain(G(x, "insurerName"))).F((i + 1) + (IsAssistance(x) ? "/公費負担者番号" : "/保険者番号"), Text.Plain(G(x, "insurerNumber")))
                .F((i + 1) + "/被保険者証等記号", Text.Plain(G(x, "insuredCardSymbol"))).F((i + 1) + "/被保険者証等番号", Text.Plain(G(x, "insuredIdentificationNumber"))).F((i + 1) + "/被保険者証等枝番", Text.Plain(G(x, "insuredBranchNumber")));
        }
        if (rows.Count == 0) s.F("お知らせ", "条件に該当する履歴はありません。");
        Show(s.B("閉じる", Menu));
    }
    static string Cond(object v)
    {
        var l = new List<string>();
        if (Json.S(v, "date-from") != null) l.Add("期間の初日 " + Text.Date(Json.S(v, "date-from")));
        if (Json.S(v, "date-to") != null) l.Add("期間の末日 " + Text.Date(Json.S(v, "date-to")));
        if (Json.S(v, "name-kana") != null) l.Add("氏名カナ " + Json.S(v, "name-kana"));
        if (Json.S(v, "insurer-number") != null) l.Add("保険者番号 " + Json.S(v, "insurer-number"));
        return l.Count == 0 ? "指定なし" : string.Join("、", l);
    }

    // ---------------------------------------------------------------- 資格確認端末の業務

    static Dictionary<string, object> Numbers(object v)
    {
        return Json.Obj("insurerNumber", Json.S(v, "insurer-number"), "insuredCardSymbol", Json.S(v, "insured-card-symbol"), "insuredIdentificationNumber", Json.S(v, "insured-identification-number"),
            "insuredBranchNumber", Json.S(v, "insured-branch-number"), "birthdate", Json.S(v, "birthdate"), "referenceNumber", Json.S(v, "reference-number"));
    }

    void ByNumber(Dictionary<string, object> v) { ByNumber(v, Guid.NewGuid().ToString("N")); }
    void ByNumber(Dictionary<string, object> v, string rid)
    {
        Action retry = () => ByNumber(v, rid);
        var r = Ask("POST", "/eligibility/number", Numbers(v), retry, rid);
        if (r != null) Eligibility(r, null, retry);
    }

    void Emergency(object v)
    {
        Action retry = () => Emergency(v);
        string sex = Json.S(v, "sex");
        if (sex == "男" || sex == "male") sex = "1";
        if (sex == "女" || sex == "female") sex = "2";
        string c = Json.S(v, "consent");
        string code = c == "agrees" ? "1" : c == "refuses" ? "0" : c == "cannot-answer" ? "3" : null;
        string mode = Json.S(v, "mode");
        Show(new Screen(mode == "disaster" ? "緊急時の資格確認（災害時モード）" : "緊急時の資格確認（システム障害時モード）")
            .F("ご確認", "氏名カナ・性別・生年月日で資格情報を検索します。").F("患者様の同意", code == null ? "―" : Text.Of(Text.Consent, code)).B("検索する", retry).B("閉じる", Menu));
        var r = Ask("POST", "/emergency", Json.Obj("nameKana", Text.HalfKana(Json.S(v, "name-kana") ?? ""), "sex1", sex, "birthdate", Json.S(v, "birthdate"), "informationConsent", code, "emergencyMode", mode), retry);
        if (r != null) Eligibility(r, null, retry);
    }

    void Bulk(List<object> v)
    {
        Action retry = () => Bulk(v);
        var r = Ask("POST", "/bulk", Json.Obj("items", v.Select(x => (object)Numbers(x)).ToList()), retry);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "一括照会エラー", retry); return; }
        reception = r["receptionNumber"];
        Show(new Screen("一括照会の受付完了").F("受付番号", reception).F("照会件数", v.Count + "件").F("お知らせ", "受け付けました。しばらくしてから結果を取得してください。").B("結果を取得する", FetchBulk).B("閉じる", Menu));
    }

    void FetchBulk()
    {
        if (reception == null) { Error("受け付けた一括照会がありません"); return; }
        var r = Ask("POST", "/bulk/result", Json.Obj("receptionNumber", reception), FetchBulk);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "一括照会エラー", FetchBulk); return; }
        string seg = r["segmentOfResult"];
        if (seg == "2") { Show(new Screen("一括照会の処理状況").F("受付番号", reception).F("処理状況", "処理中").F("お知らせ", "処理中です。しばらくしてから、もう一度結果を取得してください。").B("結果を取得する", FetchBulk).B("閉じる", Menu)); return; }
        if (seg == "9") { Trouble("OS-6201", "一括照会エラー", "一括照会の処理が異常終了しました。", "もう一度照会を行ってください。", null); return; }
        var s = new Screen("一括照会結果（一覧）").F("受付番号", reception).F("処理件数", (r["numberOfProcessingResult"] ?? "―") + "件").F("正常件数", (r["numberOfNormalProcessing"] ?? "―") + "件").F("エラー件数", (r["numberOfError"] ?? "―") + "件");
        int i = 0;
        foreach (var x in Json.L(r.Body, "resultList"))
        {
            string p = ++i + "/";
            s.F(p + "照会番号", Text.Plain(G(x, "referenceNumber"))).F(p + "処理結果", G(x, "processingResultStatus") == "2" ? "エラー（資格情報を照会できませんでした）" : "正常終了");
            s.F(p + "健康保険等の資格の有効性", Text.Of(Text.Validity, G(x, "qualificationValidity")));
            if (string.IsNullOrEmpty(G(x, "name"))) continue;
            Row(s, p, x);
        }
        Show(s.B("閉じる", Menu));
    }

    void Row(Screen s, string p, object x)
    {
        var t = IsAssistance(x) ? Detail(x, null, null, "") : new Screen("");
        if (!IsAssistance(x)) Insurance(t, x);
        foreach (var f in t.Fields) s.F(p + f[0].Replace("資格情報/", ""), f[1]);
    }

    // ---------------------------------------------------------------- 居宅同意取得型

    void Designate(Dictionary<string, object> v)
    {
        CloseResult();
        designation = v;
        chosen = "pin";
        onCard = RegisterConsent;
        cardStays = false;
        Show(new Screen("同意内容のご確認")
            .F("医療機関等コード", Text.Plain(Json.S(v, "institution"))).F("診療区分", Json.S(v, "care") == "online" ? "オンライン診療等" : "訪問診療等")
            .F("ご確認", "上記の医療機関等による資格情報の確認に同意しますか。")
            .F("診療情報・薬剤情報等の提供", Json.S(v, "information") == "agrees" ? "同意する" : "同意しない").B("次へ", () => PinScreen(null)).B("中止する", Menu, "キャンセル"));
        PinScreen(null);
    }

    void RegisterConsent()
    {
        want = Want.Nothing;
        if (pin == null) { PinScreen(null); return; }
        cardStays = true;
        var v = designation;
        Action retry = () => { designation = v; onCard = RegisterConsent; cardStays = true; PinScreen("再試行します。恐れ入りますが、暗証番号をもう一度入力してください。"); };
        string ch;
        var d = ReadSigned(retry, out ch);
        if (d == null) return;
        var r = Ask("POST", "/institution-consents", Json.Obj("method", "pin", "certificate", Convert.ToBase64String(d.Certificate), "challengeId", ch, "signature", Convert.ToBase64String(d.Signature),
            "designatedInstitution", Json.S(v, "institution"), "careCategory", Json.S(v, "care") == "online" ? "3" : "2", "informationConsent", Json.S(v, "information") == "agrees" ? "1" : "0"), retry);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "同意登録エラー", retry); return; }
        designation = null;
        Show(new Screen("同意登録完了").F("お知らせ", "資格確認等に関する同意を登録しました。").F("医療機関等コード", Text.Plain(Json.S(v, "institution")))
            .F("診療情報・薬剤情報等の提供", Json.S(v, "information") == "agrees" ? "同意する" : "同意しない").B("閉じる", Menu));
    }

    void VisitAgain(object v)
    {
        Action retry = () => VisitAgain(v);
        string care = Json.S(v, "care");
        var r = Ask("POST", "/eligibility/consent", Json.Obj("careCategory", care == null ? null : care == "online" ? "3" : "2", "dateFrom", Json.S(v, "date-from"), "dateTo", Json.S(v, "date-to")), retry);
        if (r == null) return;
        if (r.Code != "OK" && r.Code != "NO_QUALIFICATION" && r.Code != "MULTIPLE") { Refused(r, "資格確認エラー", retry); return; }
        var list = Json.L(r.Body, "resultList");
        if (list.Count == 0) { Results(r, null); return; }
        var s = new Screen("資格確認結果（同意患者一覧）").F("資格確認年月日", Text.Date(r["qualificationConfirmationDate"])).F("件数", list.Count + "件");
        for (int i = 0; i < list.Count; i++)
        {
            string p = (i + 1) + "/";
            var x = list[i];
            s.F(p + "同意の状態", Text.Of(Text.Consent, G(x, "consentClassification")));
            if (!string.IsNullOrEmpty(G(x, "consentEndReason"))) s.F(p + "同意の終了理由", Text.Of(Text.ConsentEnd, G(x, "consentEndReason")));
            if (!string.IsNullOrEmpty(G(x, "sameDay"))) s.F(p + "同意の取得日", G(x, "sameDay") == "1" ? "本日" : "本日より前");
            s.F(p + "健康保険等の資格の有効性", Text.Of(Text.Validity, G(x, "qualificationValidity") ?? r["qualificationValidity"]));
            Row(s, p, x);
        }
        s.IsResult = true;
        Show(s.B("閉じる", Menu));
    }

    void EnterByLink(object v)
    {
        Action retry = () => EnterByLink(v);
        byLink = true;
        var r = Ask("POST", "/entrances", Json.Obj("entranceToken", Json.S(v, "entrance-token") ?? v as string), retry, null, LoginScreen);
        if (r == null) return;
        if (r.Code != "OK") { Refused(r, "マイナ在宅受付Web エラー", null); return; }
        token = r["sessionToken"];
        Show(new Screen("マイナ在宅受付Web").F("ご案内", "下記の医療機関等による資格確認の同意を登録します。").F("医療機関等コード", Text.Plain(r["designatedInstitution"])).B("同意の登録に進む", () => Error("同意の内容を選択してください")).B("終了する", LoginScreen, "閉じる"));
    }
}
