using System;
using System.Collections.Generic;
using System.Text;

// 画面に出す言葉: 和暦・西暦の併記、カナ、コードの名称。
static class Text
{
    public static string Date(string ymd)
    {
        if (string.IsNullOrEmpty(ymd)) return "―";
        int v;
        if (ymd.Length != 8 || !int.TryParse(ymd, out v)) return ymd;
        int y = v / 10000, m = v / 100 % 100, d = v % 100;
        string era; int b;
        if (v >= 20190501) { era = "令和"; b = 2018; }
        else if (v >= 19890108) { era = "平成"; b = 1988; }
        else if (v >= 19261225) { era = "昭和"; b = 1925; }
        else if (v >= 19120730) { era = "大正"; b = 1911; }
        else { era = "明治"; b = 1867; }
        return string.Format("{0}{1:00}年{2:00}月{3:00}日（{4}年{2}月{3}日）", era, y - b, m, d, y);
    }
    public static string Time(string t)
    {
        if (t == null || t.Length < 12) return t == null ? "―" : Date(t);
        return Date(t.Substring(0, 8)) + " " + t.Substring(8, 2) + "時" + t.Substring(10, 2) + "分";
    }

    const string Half = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ･｡｢｣､";
    const string Full = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー・。「」、";
    const string Voiced = "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヲヺ";
    const string Semi = "ハパヒピフプヘペホポ";

    public static string FullKana(string s)
    {
        if (string.IsNullOrEmpty(s)) return "―";
        var o = new StringBuilder();
        foreach (char c in s)
        {
            int i = Half.IndexOf(c);
            if (i >= 0) { o.Append(Full[i]); continue; }
            if ((c == 'ﾞ' || c == 'ﾟ') && o.Length > 0)
            {
                string t = c == 'ﾞ' ? Voiced : Semi;
                int k = t.IndexOf(o[o.Length - 1]);
                if (k >= 0 && k % 2 == 0) { o[o.Length - 1] = t[k + 1]; continue; }
                o.Append(c == 'ﾞ' ? '゛' : '゜');
                continue;
            }
            if (c == ' ') o.Append('　');
            else o.Append(c);
        }
        return o.ToString();
    }
    public static string HalfKana(string s)
    {
        var o = new StringBuilder();
        foreach (char c0 in s)
        {
            char c = c0;
            if (c >= 'ぁ' && c <= 'ゖ') c = (char)(c + 0x60);
            int i = Full.IndexOf(c);
            if (i >= 0) { o.Append(Half[i]); continue; }
            i = Voiced.IndexOf(c);
            if (i > 0 && i % 2 == 1) { o.Append(Half[Full.IndexOf(Voiced[i - 1])]).Append('ﾞ'); continue; }
            i = Semi.IndexOf(c);
            if (i > 0 && i % 2 == 1) { o.Append(Half[Full.IndexOf(Semi[i - 1])]).Append('ﾟ'); continue; }
            if (c == '　') o.Append(' ');
            else if (c >= '！' && c <= '～') o.Append((char)(c - 0xFEE0));
            else o.Append(c);
        }
        return o.ToString();
    }
    public static string Plain(string s) { return string.IsNullOrEmpty(s) ? "―" : s; }

    public static string Of(Dictionary<string, string> t, string code)
    {
        string v;
        return string.IsNullOrEmpty(code) ? "―" : t.TryGetValue(code, out v) ? v : code;
    }
    static Dictionary<string, string> T(params string[] kv)
    {
        var d = new Dictionary<string, string>();
        for (int i = 0; i < kv.Length; i += 2) d[kv[i]] = kv[i + 1];
        return d;
    }
    public static readonly Dictionary<string, string>
        Validity = T("1", "有効（資格あり）", "2", "無効（資格喪失）", "3", "無効（新しい資格が登録されています）", "4", "該当する資格がありません", "5", "複数の資格が該当します", "6", "有効（医療券未登録）"),
        Sex = T("1", "男性", "2", "女性", "3", "未設定"),
        Family = T("1", "本人（被保険者）", "2", "家族（被扶養者）"),
        Class = T("01", "一般", "02", "退職", "03", "短期（一般）", "04", "短期（退職）", "05", "特別療養費支給対象者", "06", "特例退職", "07", "自衛官診療証", "A1", "医療扶助"),
        Loss = T("01", "死亡", "02", "生活保護受給開始", "03", "医療保険等の資格取得", "99", "その他"),
        Consent = T("0", "同意なし", "1", "同意あり", "2", "有効期限切れ", "3", "同意取得困難"),
        ConsentEnd = T("0", "期限切れ", "1", "医療機関等による終了", "2", "患者様ご本人による終了", "3", "利用変更による終了");

    public static string Ratio(string r)
    {
        int v;
        if (string.IsNullOrEmpty(r)) return "―";
        if (!int.TryParse(r, out v)) return r;
        if (v == 0) return "0割（窓口でのお支払いはありません）";
        return v % 10 == 0 ? (v / 10) + "割" : v + "％";
    }
}
