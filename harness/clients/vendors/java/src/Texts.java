import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.*;

/** The product's wording: full-width digits, dates in 和暦, and what the codes of the service mean. */
final class Texts {
    static String wide(Object o) {
        StringBuilder b = new StringBuilder();
        for (char c : String.valueOf(o).toCharArray()) b.append(c >= '0' && c <= '9' ? (char) (c - '0' + '０') : c);
        return b.toString();
    }

    /** Kana as the product shows them: full width; everything else stays as it was delivered. */
    static String kana(String s) {
        StringBuilder b = new StringBuilder();
        java.util.regex.Matcher m = java.util.regex.Pattern.compile("[\uFF61-\uFF9F]+").matcher(s);
        while (m.find()) m.appendReplacement(b, Normalizer.normalize(m.group(), Normalizer.Form.NFKC));
        return m.appendTail(b).toString().replace(' ', '　');
    }

    /** For comparing the label of a pressed button: width does not count. */
    static String norm(String s) { return Normalizer.normalize(s, Normalizer.Form.NFKC).replaceAll("\\s", ""); }

    private static final Object[][] ERAS = {
        {LocalDate.of(2019, 5, 1), "令和"}, {LocalDate.of(1989, 1, 8), "平成"}, {LocalDate.of(1926, 12, 25), "昭和"},
        {LocalDate.of(1912, 7, 30), "大正"}, {LocalDate.of(1868, 1, 25), "明治"}};

    static String date(String yyyymmdd) {
        LocalDate d;
        try { d = LocalDate.parse(yyyymmdd, DateTimeFormatter.BASIC_ISO_DATE); }
        catch (DateTimeException e) { return wide(yyyymmdd); }
        for (Object[] era : ERAS) {
            LocalDate first = (LocalDate) era[0];
            if (d.isBefore(first)) continue;
            int y = d.getYear() - first.getYear() + 1;
            return era[1] + (y == 1 ? "元" : wide(y)) + "年" + wide(String.format("%02d月%02d日", d.getMonthValue(), d.getDayOfMonth()));
        }
        return wide(yyyymmdd);
    }

    static String time(String t) {
        return t.length() == 14 ? date(t.substring(0, 8)) + "　" + wide(t.substring(8, 10) + "時" + t.substring(10, 12) + "分") : wide(t);
    }

    private static final Map<String, String> VALIDITY = Map.of("1", "有効", "2", "無効", "3", "無効（新しい資格あり）",
        "4", "該当資格なし", "5", "複数該当", "6", "有効（未登録）");
    private static final Map<String, String> SEX = Map.of("1", "男", "2", "女", "3", "不明");
    private static final Map<String, String> CLASS = Map.of("01", "被保険者証（一般）", "02", "被保険者証（退職）",
        "03", "短期被保険者証（一般）", "04", "短期被保険者証（退職）", "05", "特別療養費支給対象者", "06", "特例退職被保険者証",
        "07", "自衛官診療証", "A1", "医療扶助");
    private static final Map<String, String> LOSS = Map.of("01", "死亡", "02", "生活保護受給", "03", "日本国外転出", "99", "その他");

    static String validity(String v) { return VALIDITY.getOrDefault(v, "不明（コード" + wide(v) + "）"); }
    static String sex(String v) { return SEX.getOrDefault(v, "不明"); }
    static String cardClass(String v) { return CLASS.getOrDefault(v, "コード" + wide(v)); }
    static String loss(String v) { return LOSS.getOrDefault(v, "コード" + wide(v)); }
    static String family(String v) { return v.equals("1") ? "本人" : v.equals("2") ? "家族" : wide(v); }

    static String ratio(String v) {
        if (!v.matches("\\d{3}")) return wide(v);
        int p = Integer.parseInt(v);
        return p % 10 == 0 ? wide(p / 10) + "割" : wide(p) + "％";
    }

    private static final Map<String, String> CAUSE = Map.ofEntries(
        Map.entry("CERT_EXPIRED", "電子証明書の有効期限が切れています。市区町村の窓口で更新を受けるよう、患者にご案内ください。"),
        Map.entry("CERT_REVOKED", "電子証明書が失効または一時停止しています。患者の市区町村窓口にお問い合わせいただくようご案内ください。"),
        Map.entry("CERT_UNKNOWN", "この電子証明書は資格確認に利用できません。"),
        Map.entry("TERMINAL_UNKNOWN", "この端末は登録されていません。端末の登録を確認してください。"),
        Map.entry("TERMINAL_REVOKED", "この端末は無効化されています。管理者にアクティベーションコードの発行を依頼してください。"),
        Map.entry("CODE_NOT_READY", "アクティベーションコードはまだ利用できません。発行から１０分程度経過してから、もう一度ログインしてください。"),
        Map.entry("CODE_INVALID", "アクティベーションコードが正しくありません。"),
        Map.entry("CODE_USED", "アクティベーションコードはすでに使用されています。新しいコードの発行を管理者に依頼してください。"),
        Map.entry("ACCOUNT_NEVER_LOGGED_IN", "このアカウントは一度もオンライン資格確認等システムにログインしていません。資格確認端末で先にログインしてください。"),
        Map.entry("ACCOUNT_LOCKED", "アカウントがロックされています。管理者に解除を依頼してください。"),
        Map.entry("PASSWORD_WRONG", "ユーザＩＤまたはパスワードが正しくありません。"),
        Map.entry("FUNCTION_OFF", "外来診療等（通常とは異なる動線）機能が「利用する」になっていません。環境設定情報を管理者に確認してください。"),
        Map.entry("OUTAGE", "オンライン資格確認等システムで障害が発生しています。しばらくしてから再試行してください。"),
        Map.entry("BUSY", "オンライン資格確認等システムが混み合っています。しばらくしてから再試行してください。"),
        Map.entry("JPKI_MAINTENANCE", "公的個人認証サービスがメンテナンス中のため、この電子証明書を確認できません。時間をおいて再試行してください。"),
        Map.entry("SIGNATURE_INVALID", "カードの署名を確認できませんでした。はじめからやり直してください。"),
        Map.entry("CHALLENGE_UNKNOWN", "確認の有効時間が過ぎました。はじめからやり直してください。"),
        Map.entry("CONSENT_MISSING", "患者の同意が確認できませんでした。はじめからやり直してください。"),
        Map.entry("NOT_PERMITTED", "この操作は許可されていません。"),
        Map.entry("SESSION_INVALID", "ログインの有効時間が過ぎました。もう一度ログインしてください。"),
        Map.entry("MALFORMED", "照会の形式が受け付けられませんでした。製品の販売元に連絡してください。"),
        Map.entry("UNMATCHED", "このサービスでは利用できない機能です。"));

    /** Our words for a result code, with the service's own sentence behind them where it says more. */
    static String cause(String code, String message) {
        String own = CAUSE.get(code);
        if (own == null) own = "サービスが応答しました（" + code + "）。";
        return message == null || message.isBlank() || own.contains(message) ? own : own + "（" + wide(message) + "）";
    }
}
