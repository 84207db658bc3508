using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

// 厳密な JSON の読み書き。途中で切れた電文は必ず例外になる。
static class Json
{
    public static object Parse(string s)
    {
        int i = 0;
        object v = Value(s, ref i, 0);
        Ws(s, ref i);
        if (i != s.Length) throw new FormatException("JSON の後ろに余分な文字があります");
        return v;
    }
    static void Ws(string s, ref int i) { while (i < s.Length && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r' || s[i] == '\n')) i++; }
    static object Value(string s, ref int i, int depth)
    {
        if (depth > 60) throw new FormatException("JSON が深すぎます");
        Ws(s, ref i);
        if (i >= s.Length) throw new FormatException("JSON が途中で終わっています");
        char c = s[i];
        if (c == '{')
        {
            var d = new Dictionary<string, object>();
            i++; Ws(s, ref i);
            if (i < s.Length && s[i] == '}') { i++; return d; }
            while (true)
            {
                Ws(s, ref i);
                string k = Str(s, ref i);
                Ws(s, ref i);
                Expect(s, ref i, ':');
                d[k] = Value(s, ref i, depth + 1);
                Ws(s, ref i);
                if (i < s.Length && s[i] == ',') { i++; continue; }
                Expect(s, ref i, '}');
                return d;
            }
        }
        if (c == '[')
        {
            var l = new List<object>();
            i++; Ws(s, ref i);
            if (i < s.Length && s[i] == ']') { i++; return l; }
            while (true)
            {
                l.Add(Value(s, ref i, depth + 1));
                Ws(s, ref i);
                if (i < s.Length && s[i] == ',') { i++; continue; }
                Expect(s, ref i, ']');
                return l;
            }
        }
        if (c == '"') return Str(s, ref i);
        foreach (var w in new[] { "true", "false", "null" })
            if (string.CompareOrdinal(s, i, w, 0, w.Length) == 0)
            {
                i += w.Length;
                return w == "null" ? null : (object)(w == "true");
            }
        int b = i;
        while (i < s.Length && "+-0123456789.eE".IndexOf(s[i]) >= 0) i++;
        double n;
        if (i == b || !double.TryParse(s.Substring(b, i - b), NumberStyles.Float, CultureInfo.InvariantCulture, out n))
            throw new FormatException("JSON の値が読めません");
        return n;
    }
    static void Expect(string s, ref int i, char c)
    {
        if (i >= s.Length || s[i] != c) throw new FormatException("JSON に " + c + " がありません");
        i++;
    }
    static string Str(string s, ref int i)
    {
        Expect(s, ref i, '"');
        var b = new StringBuilder();
        while (true)
        {
            if (i >= s.Length) throw new FormatException("JSON の文字列が途中で終わっています");
            char c = s[i++];
            if (c == '"') return b.ToString();
            if (c != '\\') { b.Append(c); continue; }
            if (i >= s.Length) throw new FormatException("JSON の文字列が途中で終わっています");
            c = s[i++];
            switch (c)
            {
                case 'n': b.Append('\n'); break;
                case 't': b.Append('\t'); break;
                case 'r': b.Append('\r'); break;
                case 'b': b.Append('\b'); break;
                case 'f': b.Append('\f'); break;
                case 'u':
                    if (i + 4 > s.Length) throw new FormatException("JSON の文字列が途中で終わっています");
                    b.Append((char)int.Parse(s.Substring(i, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)); i += 4; break;
                default: b.Append(c); break;
            }
        }
    }
    public static string Write(object v)
    {
        var b = new StringBuilder();
        Put(b, v);
        return b.ToString();
    }
    static void Put(StringBuilder b, object v)
    {
        if (v == null) b.Append("null");
        else if (v is bool) b.Append((bool)v ? "true" : "false");
        else if (v is int || v is long) b.Append(Convert.ToInt64(v).ToString(CultureInfo.InvariantCulture));
        else if (v is double) b.Append(((double)v).ToString("R", CultureInfo.InvariantCulture));
        else if (v is string)
        {
            b.Append('"');
            foreach (char c in (string)v)
            {
                if (c == '"' || c == '\\') b.Append('\\').Append(c);
                else if (c < 0x20) b.Append("\\u").Append(((int)c).ToString("x4"));
                else b.Append(c);
            }
            b.Append('"');
        }
        else if (v is IDictionary<string, object>)
        {
            b.Append('{');
            bool f = true;
            foreach (var e in (IDictionary<string, object>)v) { if (!f) b.Append(','); f = false; Put(b, e.Key); b.Append(':'); Put(b, e.Value); }
            b.Append('}');
        }
        else if (v is System.Collections.IEnumerable)
        {
            b.Append('[');
            bool f = true;
            foreach (var e in (System.Collections.IEnumerable)v) { if (!f) b.Append(','); f = false; Put(b, e); }
            b.Append(']');
        }
        else throw new ArgumentException(v.GetType().ToString());
    }
    public static Dictionary<string, object> Obj(params object[] kv)
    {
        var d = new Dictionary<string, object>();
        for (int i = 0; i < kv.Length; i += 2) if (kv[i + 1] != null) d[(string)kv[i]] = kv[i + 1];
        return d;
    }
    public static string S(object o, string key)
    {
        var d = o as Dictionary<string, object>;
        object v;
        if (d == null || !d.TryGetValue(key, out v) || v == null) return null;
        if (v is double) return ((double)v).ToString("R", CultureInfo.InvariantCulture);
        return v as string;
    }
    public static object O(object o, string key)
    {
        var d = o as Dictionary<string, object>;
        object v;
        return d != null && d.TryGetValue(key, out v) ? v : null;
    }
    public static List<object> L(object o, string key) { return O(o, key) as List<object> ?? new List<object>(); }
}
