import java.util.*;

/** What was delivered, as fields under section headings; nothing that was not delivered. */
final class Result {
    private static String get(Map<String, Object> m, String k) {
        Object o = m.get(k);
        return o == null || o.toString().isEmpty() ? null : o.toString();
    }

    private static void add(List<List<String>> l, String section, String label, String value) {
        if (value != null) l.add(List.of(section == null ? label : section + "/" + label, value));
    }

    private static String via(String v, java.util.function.UnaryOperator<String> f) { return v == null ? null : f.apply(v); }

    /** True where 医療扶助 is among the results. */
    @SuppressWarnings("unchecked")
    static boolean fields(Service.Answer a, List<List<String>> l) {
        List<Map<String, Object>> list = a.body.get("resultList") instanceof List ? (List<Map<String, Object>>) a.body.get("resultList") : List.of();
        String validity = a.get("qualificationValidity");
        if (validity != null) add(l, null, "資格有効性", Texts.validity(validity));
        add(l, null, "資格確認日", via(a.get("qualificationConfirmationDate"), Texts::date));
        if ("6".equals(validity)) add(l, null, "お知らせ", "医療扶助の医療券・施術券が登録されていません。券を確認してください。");
        long assisted = list.stream().filter(Result::isAssistance).count(), insured = list.size() - assisted;
        int i = 0, j = 0;
        for (Map<String, Object> m : list) {                 // a heading of its own for each, where there are several
            boolean a1 = isAssistance(m);
            String kind = a1 ? "医療扶助" + (assisted > 1 ? Texts.wide(++j) : "") : "医療保険" + (insured > 1 ? Texts.wide(++i) : "");
            String over = list.size() > 1 ? kind + "/" : "";
            if (a1) assistance(m, over, l);
            else insurance(m, over, l);
        }
        return assisted > 0;
    }

    private static boolean isAssistance(Map<String, Object> m) { return "A1".equals(get(m, "insuredCardClassification")); }

    private static void insurance(Map<String, Object> m, String over, List<List<String>> l) {
        String s = over + "資格情報";
        add(l, s, "証区分", via(get(m, "insuredCardClassification"), Texts::cardClass));
        add(l, s, "保険者番号", via(get(m, "insurerNumber"), Texts::wide));
        add(l, s, "保険者名", get(m, "insurerName"));
        add(l, s, "記号", via(get(m, "insuredCardSymbol"), Texts::wide));
        add(l, s, "番号", via(get(m, "insuredIdentificationNumber"), Texts::wide));
        add(l, s, "枝番", via(get(m, "insuredBranchNumber"), Texts::wide));
        add(l, s, "本人・家族の別", via(get(m, "personalFamilyClassification"), Texts::family));
        add(l, s, "フリガナ", via(get(m, "nameKana"), Texts::kana));
        add(l, s, "氏名", get(m, "name"));
        add(l, s, "生年月日", via(get(m, "birthdate"), Texts::date));
        add(l, s, "性別", via(get(m, "sex1"), Texts::sex));
        add(l, s, "一部負担金割合", via(get(m, "insuredPartialContributionRatio"), Texts::ratio));
        add(l, s, "未就学区分", via(get(m, "preschoolClassification"), v -> "未就学"));
        add(l, s, "資格取得年月日", via(get(m, "qualificationDate"), Texts::date));
        add(l, s, "資格喪失年月日", via(get(m, "disqualificationDate"), Texts::date));
        add(l, s, "資格喪失事由", via(get(m, "reasonOfLoss"), Texts::loss));
        add(l, s, "有効開始日", via(get(m, "insuredCardValidDate"), Texts::date));
        add(l, s, "有効終了日", via(get(m, "insuredCardExpirationDate"), Texts::date));
        back(m, over, l);
    }

    /** The six items of E-05-A; 委託・未委託 is never shown. A service before April 2025 delivers the classification alone. */
    private static void assistance(Map<String, Object> m, String over, List<List<String>> l) {
        String s = over + "資格情報";
        if (get(m, "name") == null) {
            add(l, null, "お知らせ", "医療扶助対象者です。必要な提出書類等により、資格確認を行ってください。");
            add(l, s, "証区分", "医療扶助");
            return;
        }
        add(l, s, "福祉事務所名", get(m, "insurerName"));
        add(l, s, "フリガナ", via(get(m, "nameKana"), Texts::kana));
        add(l, s, "氏名", get(m, "name"));
        add(l, s, "生年月日", via(get(m, "birthdate"), Texts::date));
        add(l, s, "性別", via(get(m, "sex1"), Texts::sex));
        add(l, s, "証区分", "医療扶助");
        back(m, over, l);
    }

    private static void back(Map<String, Object> m, String over, List<List<String>> l) {
        String s = over + "裏面記載情報";
        add(l, s, "氏名カナ", via(get(m, "nameOfOtherKana"), Texts::kana));
        add(l, s, "氏名", get(m, "nameOfOther"));
        add(l, s, "性別", via(get(m, "sex2"), Texts::sex));
    }

    static void historyRow(Map<String, Object> m, String section, List<List<String>> l) {
        add(l, section, "確認日時", via(get(m, "confirmedAt"), Texts::time));
        add(l, section, "資格有効性", via(get(m, "qualificationValidity"), Texts::validity));
        add(l, section, "氏名", get(m, "name"));
        add(l, section, "フリガナ", via(get(m, "nameKana"), Texts::kana));
        add(l, section, "生年月日", via(get(m, "birthdate"), Texts::date));
        add(l, section, "証区分", via(get(m, "insuredCardClassification"), Texts::cardClass));
        add(l, section, "A1".equals(get(m, "insuredCardClassification")) ? "福祉事務所名" : "保険者名", get(m, "insurerName"));
        add(l, section, "保険者番号", via(get(m, "insurerNumber"), Texts::wide));
        add(l, section, "記号", via(get(m, "insuredCardSymbol"), Texts::wide));
        add(l, section, "番号", via(get(m, "insuredIdentificationNumber"), Texts::wide));
        add(l, section, "枝番", via(get(m, "insuredBranchNumber"), Texts::wide));
    }
}
