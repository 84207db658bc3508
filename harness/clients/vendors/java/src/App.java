import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.*;
import java.util.*;

/** The product: its screens, and what each button does. Knows nothing of the contract but {@link Out}. */
final class App {
    interface Out {
        void screen(String number, String title, List<String> buttons, List<List<String>> fields);
        void speak(String text);
        void error(String text);
    }

    private static final String VISUAL = "目視確認", PIN = "４桁の暗証番号入力", CLOSE = "閉じる", RETRY = "再試行", ALOUD = "読み上げ",
        SETTINGS = "設定メニュー", HISTORY = "資格情報の閲覧履歴", NOTE = "お知らせ", READ = "マイナンバーカードを読み取る";

    private interface Step { void run() throws Exception; }
    private interface CardStep { void run(Cards.Reading r) throws Exception; }

    private final Out out;
    private final Cards cards;
    private final Service service;
    private final Path state;
    private final boolean mobile;

    private boolean pinMethod, loggedIn, locked, withPatient;
    private String passcode;
    private Map<String, Object> credentials;
    private final Map<String, Step> buttons = new LinkedHashMap<>();
    private String title = "";
    private List<List<String>> fields = List.of();
    private CardStep pending;            // what a card is awaited for; null: nobody asked for one
    private boolean wantsPin;            // the PIN screen is open
    private byte[] pin;                  // typed and not yet presented; wiped as soon as it was
    private Step forStaff;               // a result that waits until the device is back with the staff
    private int showing;                 // counts screens, so that a watcher knows that it is out of date

    App(Out out, Map<String, String> env, Map<String, Object> given) throws Exception {
        this.out = out;
        long patience = Long.parseLong(env.getOrDefault("MADOGUCHI_TIMEOUT_MS", "30000"));
        cards = new Cards(env.get("MADOGUCHI_READER"), patience);
        String proxy = env.getOrDefault("MADOGUCHI_PROXY", env.get("HTTPS_PROXY"));
        service = new Service(env.get("MADOGUCHI_URL"), env.get("MADOGUCHI_CA_FILE"), patience, proxy);
        state = Path.of(env.getOrDefault("MADOGUCHI_STATE_DIR", "."));
        mobile = "mobile".equals(given.get("device"));
        pinMethod = "pin".equals(given.get("method"));
        String c = env.get("MADOGUCHI_CERT_FILE"), k = env.get("MADOGUCHI_KEY_FILE");
        Path kept = state.resolve("terminal.pem");
        if (c != null && k != null) service.terminal(Files.readString(Path.of(c)), Files.readString(Path.of(k)));
        else if (Files.exists(kept)) service.terminal(Files.readString(kept), Files.readString(state.resolve("terminal.key")));
        loginScreen(null);
    }

    // ---- screens ---------------------------------------------------------------------------------------------------

    private synchronized void show(String number, String title, List<List<String>> fields, Object... labelsAndSteps) {
        showing++;
        pending = null;
        wantsPin = false;
        buttons.clear();
        for (int i = 0; i < labelsAndSteps.length; i += 2) buttons.put((String) labelsAndSteps[i], (Step) labelsAndSteps[i + 1]);
        this.title = title;
        this.fields = fields;
        out.screen(number, title, new ArrayList<>(buttons.keySet()), fields);
    }

    private static List<String> f(String label, String value) { return List.of(label, value); }
    private static List<List<String>> note(String text) { return text == null ? List.of() : List.of(f(NOTE, text)); }
    private static Step step(Step s) { return s; }

    private void loginScreen(String text) {
        loggedIn = false;
        service.token(null);
        wipe();
        forStaff = null;
        withPatient = false;
        show(null, "ログイン", note(text), "ログイン", step(() -> { }));
    }

    private void choice(String text) {
        wipe();
        forStaff = null;
        show(null, "認証選択", note(text), pinMethod ? PIN : VISUAL, step(this::chosen), SETTINGS, step(this::settings));
    }

    private void settings() {
        show(null, SETTINGS, List.of(f("本人確認の方法", pinMethod ? PIN : VISUAL)),
            VISUAL, step(() -> { pinMethod = false; choice(null); }), PIN, step(() -> { pinMethod = true; choice(null); }),
            HISTORY, step(this::conditions), CLOSE, step(() -> choice(null)));
    }

    private void chosen() throws Exception {
        if (pinMethod) pinScreen(null, -1, this::inquireWithPin);
        else awaitCard(null, r -> inquire(r, false));
    }

    private CardStep afterPin;

    private void pinScreen(String text, int left, CardStep then) {
        wipe();
        List<List<String>> l = new ArrayList<>(note(text));
        if (left >= 0) l.add(f("残り回数", "残り　" + Texts.wide(left) + "回"));
        l.add(f("ご案内", "患者ご本人が、利用者証明用電子証明書の４桁の暗証番号を入力してください。"));
        show(null, "暗証番号入力", l, "確定", step(() -> { }), CLOSE, step(() -> choice(null)));
        wantsPin = true;
        afterPin = then;
    }

    /** Asks for the card; one that lies there already is read at once. */
    private void awaitCard(String text, CardStep then) throws Exception {
        Boolean there = cards.present();
        if (there != null && there) { readCard(then); return; }
        String ask = there == null ? "カードリーダーが接続されていません。接続してから、カードを置いてください。" : "マイナンバーカードをカードリーダーに置いてください。";
        show(null, "マイナンバーカードの読み取り", note(text == null ? ask : text + ask), CLOSE, step(() -> choice(null)));
        pending = then;
    }

    private void failed(String title, String text, CardStep card, Step again) {
        if (again == null) show(null, title, note(text), CLOSE, step(() -> choice(null)));
        else show(null, title, note(text), RETRY, again, CLOSE, step(() -> choice(null)));
        pending = card;
    }

    // ---- the contract's actions ------------------------------------------------------------------------------------

    void login(Map<String, Object> v) {
        if (v.get("passcode") != null) passcode = v.get("passcode").toString();
        credentials = v;
        locked = false;
        String bad = null;
        if (!text(v, "facility-code").matches("\\d{10}")) bad = "施設コードは１０桁の数字です。";
        else if (!text(v, "user-id").matches("[0-9A-Za-z]{2,8}")) bad = "ユーザＩＤは２文字以上８文字以下の半角英数字です。";
        else if (!service.hasTerminal() && !text(v, "activation-code").matches("\\d{11,12}"))
            bad = "アクティベーションコードは１１桁または１２桁の数字です。";
        if (bad != null) { loginScreen(bad); return; }
        logIn();
    }

    private void logIn() {
        Map<String, Object> v = credentials;
        service.token(null);
        show(null, "ログイン中です", List.of());
        try {
            Map<String, Object> b = new LinkedHashMap<>();
            b.put("facilityCode", text(v, "facility-code"));
            b.put("userId", text(v, "user-id"));
            b.put("password", text(v, "password"));
            if (!service.hasTerminal()) {
                Map<String, Object> first = new LinkedHashMap<>(b);
                first.put("activationCode", text(v, "activation-code"));
                Service.Answer a = service.ask("POST", "/limited/v1/terminals", first, null, false);
                if (!a.code().equals("OK")) { refusedLogin(a); return; }
                keepTerminal(a.get("terminalCertificate"), a.get("terminalKey"));
            }
            Service.Answer a = service.ask("POST", "/limited/v1/sessions", b, null, false);
            if (!a.code().equals("OK") || a.get("sessionToken") == null) { refusedLogin(a); return; }
            service.token(a.get("sessionToken"));
            loggedIn = true;
            credentials = null;
            choice(null);
        } catch (Service.Trouble t) {
            System.err.println(t.getCause());
            loginTrouble(t.getMessage(), t.retryable);
        } catch (GeneralSecurityException | java.io.IOException | RuntimeException e) {
            e.printStackTrace();
            loginTrouble("端末の証明書を設定できませんでした。製品の販売元に連絡してください。", false);
        }
    }

    private void refusedLogin(Service.Answer a) {
        String why = Texts.cause(a.code(), a.message());
        if (a.status >= 500) { loginTrouble(why, true); return; }
        credentials = null;
        if (a.code().startsWith("TERMINAL_")) forgetTerminal();       // the next login takes a new activation code
        loginScreen("ログインできませんでした。" + why);
    }

    private void loginTrouble(String why, boolean again) {
        if (again) show(null, "ログインできませんでした", note(why), RETRY, step(this::logIn), CLOSE, step(() -> loginScreen(null)));
        else { credentials = null; show(null, "ログインできませんでした", note(why), CLOSE, step(() -> loginScreen(null))); }
    }

    private void keepTerminal(String certificate, String key) throws GeneralSecurityException, java.io.IOException {
        if (certificate == null || key == null) throw new GeneralSecurityException("no certificate of the terminal");
        service.terminal(certificate, key);
        Path k = state.resolve("terminal.key");
        Files.deleteIfExists(k);
        Files.createFile(k, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(k, key);
        Files.writeString(state.resolve("terminal.pem"), certificate);
    }

    private void forgetTerminal() {
        service.forgetTerminal();
        try { Files.deleteIfExists(state.resolve("terminal.key")); Files.deleteIfExists(state.resolve("terminal.pem")); }
        catch (java.io.IOException e) { System.err.println(e); }
    }

    /** After an error of ours no screen without a way out stays. */
    void broken() {
        String text = "内部エラーが発生しました。はじめからやり直してください。";
        if (loggedIn && !locked) failed("処理を続けられませんでした", text, null, null);
        else if (!locked) loginScreen(text);
    }

    /** False where the device is not to be used now: nobody logged in, locked, or in the patient's hands. */
    private boolean staffMayAct() {
        if (!loggedIn || locked) return false;
        if (withPatient) { out.error("端末が患者の手にある間は、この操作はできません。"); return false; }
        return true;
    }

    void setMethod(String method) throws Exception {
        if (!staffMayAct()) return;
        if (!title.equals("認証選択")) choice(null);
        press(SETTINGS);
        press(method.equals("pin") ? PIN : VISUAL);
    }

    void chooseMethod(String method) throws Exception {
        if (!staffMayAct()) return;
        if (method.equals("pin") != pinMethod) setMethod(method);
        if (!title.equals("認証選択")) choice(null);
        press(pinMethod ? PIN : VISUAL);
    }

    void enterPin(String typed) throws Exception {
        if (!wantsPin || locked) return;
        if (!typed.matches("[0-9]{4}")) { pinScreen("暗証番号は４桁の数字です。もう一度入力してください。", -1, afterPin); return; }
        CardStep then = afterPin;
        pin = typed.getBytes(StandardCharsets.US_ASCII);
        awaitCard(null, then);
    }

    private void wipe() {
        if (pin != null) Arrays.fill(pin, (byte) 0);
        pin = null;
    }

    /** Called for place-card: whether a card is awaited; then waits for it and goes on. */
    boolean awaits() { return pending != null && !locked && cards.present() != null; }

    void cardPlaced() throws Exception {
        CardStep then = pending;
        if (then == null || locked) return;
        if (!awaits()) { awaitCard(null, then); return; }
        if (!cards.waitForCard()) { awaitCard("カードが置かれませんでした。", then); return; }
        readCard(then);
    }

    void press(String label) throws Exception {
        if (locked) return;
        for (Map.Entry<String, Step> e : buttons.entrySet())
            if (Texts.norm(e.getKey()).equals(Texts.norm(label))) { e.getValue().run(); return; }
        out.error("この画面に「" + label + "」のボタンはありません。");
    }

    void readAloud() throws Exception { if (!locked && buttons.containsKey(ALOUD)) press(ALOUD); }

    void lock() {
        locked = true;
        wipe();
        forStaff = null;
        show(null, "ロック中", note("生体認証またはログインパスコードで解除してください。"), "解除", step(() -> { }));
    }

    void unlock(String typed) {
        if (!locked) return;
        if (passcode == null || !passcode.equals(typed)) {
            show(null, "ロック中", note("ログインパスコードが違います。"), "解除", step(() -> { }));
            return;
        }
        locked = false;
        if (loggedIn) choice(null); else loginScreen(null);
    }

    void handOver(String to) throws Exception {
        if (!loggedIn || locked) return;
        if (to.equals("patient")) {
            withPatient = true;
            if (title.equals("資格確認結果")) choice(null);
            return;
        }
        withPatient = false;
        if (forStaff != null) { Step s = forStaff; forStaff = null; s.run(); }
    }

    void close() { wipe(); loggedIn = false; credentials = null; synchronized (this) { showing++; fields = List.of(); buttons.clear(); } }

    private static String text(Map<String, Object> m, String k) { Object o = m.get(k); return o == null ? "" : o.toString(); }

    // ---- card ------------------------------------------------------------------------------------------------------

    private void readCard(CardStep then) throws Exception {
        byte[] nonce = null;
        show(null, "読み取り中です", note("カードを動かさないでください。"));
        if (pin != null) {                                   // before the card is touched: a refusal costs no attempt
            Service.Answer a = ask("POST", "/limited/v1/challenges", null, null, true, () -> awaitCard(null, then));
            if (a == null) return;
            if (!a.code().equals("OK")) { refused(a, () -> awaitCard(null, then)); return; }
            challenge = a.get("challengeId");
            nonce = Base64.getDecoder().decode(a.get("nonce"));
        }
        try {
            Cards.Reading r = cards.read(pin, nonce);
            wipe();
            then.run(r);
        } catch (Cards.Failed e) {
            System.err.println(e.why + " " + e.getCause());
            cardFailed(e, then);
        }
    }

    private String challenge;

    private void cardFailed(Cards.Failed e, CardStep then) throws Exception {
        String cannot = "カードを読み取れませんでした";
        boolean again = !e.presented;
        if (e.presented) wipe();
        switch (e.why) {
            case WRONG_PIN:
                pinScreen("暗証番号が違います。続けて間違えるとロックされます。", e.left, then);
                return;
            case BLOCKED:
                show(null, "暗証番号がロックされています", List.of(f(NOTE, "暗証番号はこれ以上入力できません。市区町村の窓口で再設定できます。今回は目視確認を行うことができます。"),
                    f("残り回数", "残り　" + Texts.wide(0) + "回")), VISUAL, step(() -> awaitCard(null, r -> inquire(r, false))), CLOSE, step(() -> choice(null)));
                return;
            case OTHER_CARD:
                failed(cannot, "資格確認に使えるマイナンバーカードではありません。カードを確認し、マイナンバーカードを置いてください。", again ? then : null, again ? () -> awaitCard(null, then) : null);
                return;
            case NEEDS_PIN_TO_READ:
                failed(cannot, "スマートフォンの電子証明書は、この方法では読み取れません。マイナンバーカードを置いてください。", again ? then : null, again ? () -> awaitCard(null, then) : null);
                return;
            case NO_READER:
                if (again) { awaitCard("", then); return; }
                pinScreen("カードリーダーが外れました。接続して、もう一度暗証番号を入力してください。", -1, then);
                return;
            case BUSY:
                failed(cannot, "ほかのプログラムがカードを使用しています。終わってから再試行してください。", again ? then : null, again ? () -> awaitCard(null, then) : null);
                return;
            default:
                if (again) failed(cannot, "カードが離れたか、読み取りに失敗しました。もう一度カードを置いてください。", then, () -> awaitCard(null, then));
                else pinScreen("カードを読み取れませんでした。もう一度暗証番号を入力してください。", -1, then);
        }
    }

    // ---- inquiry ---------------------------------------------------------------------------------------------------

    /** null: there was no usable answer, and a screen says so and offers another try of the same. */
    private Service.Answer ask(String method, String path, Map<String, Object> body, String id, boolean idempotent, Step again) {
        try {
            return service.ask(method, path, body, id, idempotent);
        } catch (Service.Trouble t) {
            System.err.println(t.getMessage() + " " + t.getCause());
            failed("照会できませんでした", t.getMessage(), null, t.retryable ? again : null);
            return null;
        }
    }

    private void refused(Service.Answer a, Step again) {
        String why = Texts.cause(a.code(), a.message());
        switch (a.code()) {
            case "SESSION_INVALID": loginScreen(why); return;
            case "TERMINAL_REVOKED": case "TERMINAL_UNKNOWN":
                forgetTerminal();
                loginScreen(why);
                return;
            default: failed("照会できませんでした", why, null, a.status >= 500 ? again : null);
        }
    }

    private void inquireWithPin(Cards.Reading r) throws Exception { inquire(r, true); }

    private void inquire(Cards.Reading r, boolean withPin) throws Exception {
        Map<String, Object> b = new LinkedHashMap<>();
        b.put("method", withPin ? "pin" : "visual");
        b.put("certificate", Base64.getEncoder().encodeToString(r.certificate));
        if (withPin) {
            b.put("challengeId", challenge);
            b.put("signature", Base64.getEncoder().encodeToString(r.signature));
        }
        send(r, withPin, b, UUID.randomUUID().toString());
    }

    private void send(Cards.Reading r, boolean withPin, Map<String, Object> b, String id) throws Exception {
        show(null, "照会中です", note("オンライン資格確認等システムに照会しています。"));
        Step again = () -> send(r, withPin, b, id);
        Service.Answer a = ask("POST", "/limited/v1/eligibility/" + (withPin ? "signature" : "certificate"), b, id, true, again);
        if (a == null) return;
        if (a.code().equals("NOT_REGISTERED")) { forStaffOnly(() -> offer(r, withPin)); return; }
        if (a.status != 200) { refused(a, again); return; }
        if (!List.of("OK", "CERT_EXPIRED_GRACE", "NO_QUALIFICATION", "MULTIPLE", "WITHHELD").contains(a.code())) { refused(a, again); return; }
        if (a.code().equals("WITHHELD"))
            forStaffOnly(() -> failed("資格情報は確認中です", "資格情報は保険者で確認中のため、現在は提供されません。資格がないことを示すものではありません。ほかの書類で確認してください。", null, null));
        else forStaffOnly(() -> result(a, r.parsed));
    }

    /** On a device in the patient's hands, what the staff are to see waits until it is back. */
    private void forStaffOnly(Step s) throws Exception {
        if (!withPatient) { s.run(); return; }
        show(null, "確認が終わりました", note("端末を職員にお返しください。"));
        forStaff = s;
    }

    private void result(Service.Answer a, X509Certificate c) {
        List<List<String>> l = new ArrayList<>();
        boolean assistance = Result.fields(a, l);
        if (a.code().equals("CERT_EXPIRED_GRACE"))
            l.add(0, f(NOTE, "電子証明書の有効期限が切れています。市区町村の窓口で電子証明書の更新を受けるよう、患者にご案内ください。"));
        else if (c.getNotAfter().toInstant().isBefore(ZonedDateTime.now().plusMonths(3).toInstant()))
            l.add(0, f(NOTE, "電子証明書の有効期限が近づいています（" + Texts.date(LocalDate.ofInstant(c.getNotAfter().toInstant(), ZoneId.of("Asia/Tokyo"))
                .toString().replace("-", "")) + "まで）。"));
        show(assistance ? "E-05-A" : null, "資格確認結果", l, ALOUD, step(() -> {
            StringBuilder s = new StringBuilder();
            for (List<String> x : fields) s.append(x.get(0).replace("/", "、")).append("、").append(x.get(1)).append("。");
            out.speak(s.toString());
        }), CLOSE, step(() -> choice(null)));
        watchForNextCard();
    }

    /** A result stays for the staff to copy after the patient took the card, until the next card comes or 閉じる. */
    private void watchForNextCard() {
        int mine = showing;
        Thread t = new Thread(() -> {
            boolean gone = false;
            while (true) {
                try { Thread.sleep(150); } catch (InterruptedException e) { return; }
                synchronized (this) { if (showing != mine) return; }
                Boolean p = cards.present();
                if (p == null || !p) gone = true;
                else if (gone) {
                    synchronized (this) { if (showing == mine) choice(null); }
                    return;
                }
            }
        }, "next card");
        t.setDaemon(true);
        t.start();
    }

    // ---- 健康保険証利用登録 ----------------------------------------------------------------------------------------

    private void offer(Cards.Reading r, boolean withPin) {
        show("C-04-01-A", "資格確認結果", note("マイナンバーカードを保険証として利用するための登録が必要です。継続しますか（少しお時間をいただきます。）"),
            "健康保険証利用登録する", step(() -> terms(r, withPin)), "健康保険証利用登録しない", step(() -> choice(null)));
    }

    private void terms(Cards.Reading r, boolean withPin) throws Exception {
        show(null, "照会中です", List.of());
        Service.Answer a = ask("GET", "/limited/v1/registration/terms", null, null, true, () -> terms(r, withPin));
        if (a == null) return;
        if (!a.code().equals("OK")) { refused(a, () -> terms(r, withPin)); return; }
        show("F-01-A", "資格確認結果", List.of(f("ご案内", "マイナポータルシステムを利用して、マイナンバーカードを健康保険証等として利用するための申込みをします。"),
            f("利用規約", a.get("termsText"))), "同意する", step(() -> consent(r, withPin, a.get("termsId"))), "同意しない", step(() -> choice(null)));
    }

    private void consent(Cards.Reading r, boolean withPin, String terms) throws Exception {
        show(null, "照会中です", List.of());
        Map<String, Object> b = new LinkedHashMap<>();
        b.put("termsId", terms);
        b.put("consent", "agree");
        Service.Answer a = ask("POST", "/limited/v1/registration/consents", b, null, false, () -> consent(r, withPin, terms));
        if (a == null) return;
        if (!a.code().equals("OK")) { refused(a, () -> consent(r, withPin, terms)); return; }
        String id = a.get("consentId");
        show("F-01-A", "マイナンバーカードの読み取り", note("マイナンバーカードの健康保険証利用を登録します。"),
            READ, step(() -> awaitCard(null, again -> register(r, again, withPin, id))), CLOSE, step(() -> choice(null)));
    }

    private void register(Cards.Reading before, Cards.Reading now, boolean withPin, String consent) throws Exception {
        if (!Arrays.equals(before.certificate, now.certificate)) {
            failed("登録できませんでした", "同意した患者のカードとは別のカードが置かれています。カードを取り、はじめからやり直してください。", null, null);
            return;
        }
        Map<String, Object> b = new LinkedHashMap<>();
        b.put("method", withPin ? "pin" : "visual");
        b.put("certificate", Base64.getEncoder().encodeToString(now.certificate));
        b.put("consentId", consent);
        sendRegistration(b, UUID.randomUUID().toString());
    }

    private void sendRegistration(Map<String, Object> b, String id) throws Exception {
        show(null, "登録中です", List.of());
        Step again = () -> sendRegistration(b, id);
        try {
            Service.Answer a = service.ask("POST", "/limited/v1/registrations", b, id, false);
            if (a.code().equals("OK")) {
                show("F-01-A", "マイナンバーカードの読み取り", note("マイナンバーカードの保険証利用登録が完了しました。再度、資格確認を行ってください。"),
                    "資格確認する", step(this::chosen), CLOSE, step(() -> choice(null)));
            } else refused(a, again);
        } catch (Service.Trouble t) {
            failed("登録を確認できませんでした", t.getMessage() + "登録が済んでいることもあります。", null, t.retryable ? again : null);
        }
    }

    // ---- 閲覧履歴 --------------------------------------------------------------------------------------------------

    private void conditions() {
        show(null, "抽出条件", List.of(f("ご案内", "確認日、氏名カナ、保険者番号で絞り込むことができます。")), "表示する", step(() -> browse(Map.of())), CLOSE, step(() -> choice(null)));
    }

    void browseHistory(Map<String, Object> v) throws Exception {
        if (!staffMayAct()) return;
        if (!title.equals("認証選択")) choice(null);
        press(SETTINGS);
        press(HISTORY);
        browse(v);
    }

    @SuppressWarnings("unchecked")
    private void browse(Map<String, Object> v) throws Exception {
        String[][] keys = {{"date-from", "dateFrom"}, {"date-to", "dateTo"}, {"name-kana", "nameKana"}, {"insurer-number", "insurerNumber"}};
        List<Object> rows = new ArrayList<>();
        for (int page = 1, pages = 1; page <= pages && page <= 1000; page++) {
            Map<String, Object> b = new LinkedHashMap<>();
            for (String[] k : keys) if (!text(v, k[0]).isEmpty()) b.put(k[1], text(v, k[0]));
            b.put("page", String.valueOf(page));
            show(null, "照会中です", List.of());
            Service.Answer a = ask("POST", "/limited/v1/history", b, null, true, () -> browse(v));
            if (a == null) return;
            if (a.status != 200) { refused(a, () -> browse(v)); return; }
            if (a.body.get("resultList") instanceof List) rows.addAll((List<Object>) a.body.get("resultList"));
            if (a.get("pageCount") != null && a.get("pageCount").matches("\\d{1,4}")) pages = Integer.parseInt(a.get("pageCount"));
        }
        List<List<String>> l = new ArrayList<>();
        l.add(f("件数", Texts.wide(rows.size()) + "件"));
        int n = 0;
        for (Object row : rows) Result.historyRow((Map<String, Object>) row, "履歴" + Texts.wide(++n), l);
        show(null, "資格情報の閲覧履歴", l, CLOSE, step(() -> choice(null)));
    }
}
