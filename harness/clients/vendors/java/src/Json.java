import java.util.*;

/** A small strict JSON reader and writer: objects are LinkedHashMap, arrays ArrayList, numbers Double/Long. */
final class Json {
    private final String s;
    private int i;

    private Json(String s) { this.s = s; }

    static Object parse(String text) {
        Json j = new Json(text);
        Object v = j.value(0);
        j.blank();
        if (j.i != text.length()) throw j.bad("trailing characters");
        return v;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        Object v = parse(text);
        if (!(v instanceof Map)) throw new IllegalArgumentException("not a JSON object");
        return (Map<String, Object>) v;
    }

    private IllegalArgumentException bad(String why) { return new IllegalArgumentException("JSON: " + why + " at " + i); }

    private void blank() { while (i < s.length() && " \t\r\n".indexOf(s.charAt(i)) >= 0) i++; }

    private char next() { if (i >= s.length()) throw bad("unexpected end"); return s.charAt(i++); }

    private Object value(int depth) {
        if (depth > 64) throw bad("too deep");
        blank();
        char c = next();
        switch (c) {
            case '{': {
                Map<String, Object> m = new LinkedHashMap<>();
                blank();
                if (next() == '}') return m;
                i--;
                while (true) {
                    blank();
                    if (next() != '"') throw bad("a key was expected");
                    String k = string();
                    blank();
                    if (next() != ':') throw bad("':' was expected");
                    m.put(k, value(depth + 1));
                    blank();
                    char d = next();
                    if (d == '}') return m;
                    if (d != ',') throw bad("',' was expected");
                }
            }
            case '[': {
                List<Object> l = new ArrayList<>();
                blank();
                if (next() == ']') return l;
                i--;
                while (true) {
                    l.add(value(depth + 1));
                    blank();
                    char d = next();
                    if (d == ']') return l;
                    if (d != ',') throw bad("',' was expected");
                }
            }
            case '"': return string();
            case 't': return word("true", Boolean.TRUE);
            case 'f': return word("false", Boolean.FALSE);
            case 'n': return word("null", null);
            default: {
                int from = --i;
                while (i < s.length() && "+-0123456789.eE".indexOf(s.charAt(i)) >= 0) i++;
                String n = s.substring(from, i);
                try {
                    if (n.matches("-?\\d{1,18}")) return Long.valueOf(n);
                    return Double.valueOf(n);
                } catch (NumberFormatException e) { throw bad("unknown token"); }
            }
        }
    }

    private Object word(String w, Object v) {
        if (!s.startsWith(w, i - 1)) throw bad("unknown token");
        i += w.length() - 1;
        return v;
    }

    private String string() {
        StringBuilder b = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') return b.toString();
            if (c != '\\') { b.append(c); continue; }
            char e = next();
            switch (e) {
                case 'n': b.append('\n'); break;
                case 't': b.append('\t'); break;
                case 'r': b.append('\r'); break;
                case 'b': b.append('\b'); break;
                case 'f': b.append('\f'); break;
                case 'u':
                    if (i + 4 > s.length()) throw bad("unexpected end");
                    try { b.append((char) Integer.parseInt(s.substring(i, i + 4), 16)); }
                    catch (NumberFormatException x) { throw bad("bad escape"); }
                    i += 4;
                    break;
                case '"': case '\\': case '/': b.append(e); break;
                default: throw bad("bad escape");
            }
        }
    }

    static String write(Object v) {
        StringBuilder b = new StringBuilder();
        write(b, v);
        return b.toString();
    }

    private static void write(StringBuilder b, Object v) {
        if (v == null || v instanceof Number || v instanceof Boolean) { b.append(v); return; }
        if (v instanceof Map) {
            String sep = "{";
            for (Map.Entry<?, ?> e : ((Map<?, ?>) v).entrySet()) {
                b.append(sep); write(b, e.getKey().toString()); b.append(':'); write(b, e.getValue());
                sep = ",";
            }
            b.append(sep.equals("{") ? "{}" : "}");
            return;
        }
        if (v instanceof Iterable) {
            String sep = "[";
            for (Object o : (Iterable<?>) v) { b.append(sep); write(b, o); sep = ","; }
            b.append(sep.equals("[") ? "[]" : "]");
            return;
        }
        b.append('"');
        for (char c : v.toString().toCharArray()) {
            if (c == '"' || c == '\\') b.append('\\').append(c);
            else if (c < 0x20) b.append(String.format("\\u%04x", (int) c));
            else b.append(c);
        }
        b.append('"');
    }
}
