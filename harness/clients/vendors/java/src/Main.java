import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

/** The adapter: JSON Lines on standard input and output, contract 1. */
public final class Main {
    private static final PrintStream STDOUT = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private static long events;

    private static synchronized void send(String key, Map<String, Object> v, boolean counted) {
        if (counted) v.put("n", ++events);
        STDOUT.print(Json.write(Map.of(key, v)) + "\n");
        STDOUT.flush();
    }

    private static Map<String, Object> map(Object... kv) {
        Map<String, Object> m = new LinkedHashMap<>();
        for (int i = 0; i < kv.length; i += 2) if (kv[i + 1] != null) m.put((String) kv[i], kv[i + 1]);
        return m;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> sub(Map<String, Object> m, String k) {
        return m.get(k) instanceof Map ? (Map<String, Object>) m.get(k) : Map.of();
    }

    public static void main(String[] args) throws IOException {
        App.Out out = new App.Out() {
            public void screen(String number, String title, List<String> buttons, List<List<String>> fields) {
                send("screen", map("number", number, "title", title, "buttons", buttons, "fields", fields), true);
            }
            public void speak(String text) { send("output", map("kind", "read-aloud", "text", text), true); }
            public void error(String text) { send("error", map("text", text), true); }
        };
        App app = null;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            Map<String, Object> m = Json.object(line);
            if (m.containsKey("hello")) {
                send("hello", map("contract", 1, "name", "病院窓口　資格確認（Java）", "version", Service.VERSION, "depth", "L3",
                    "supports", List.of("history", "mobile", "read-aloud", "proxy")), false);
            } else if (m.containsKey("begin")) {
                try { app = new App(out, System.getenv(), sub(sub(m, "begin"), "given")); }
                catch (Exception e) { e.printStackTrace(); out.error("起動できませんでした。"); System.exit(1); }
            } else if (m.containsKey("do")) {
                Map<String, Object> d = sub(m, "do");
                try { act(app, out, d); }
                catch (Exception e) { System.err.println(e); app.broken(); }
                send("done", map("do", d.get("id")), false);
            } else if (m.containsKey("end")) break;
        }
        System.exit(0);
    }

    private static void act(App app, App.Out out, Map<String, Object> d) throws Exception {
        Object v = d.get("value");
        Map<String, Object> values = sub(d, "value");
        switch (String.valueOf(d.get("action"))) {
            case "login": app.login(values); break;
            case "set-method": app.setMethod(String.valueOf(v)); break;
            case "choose-method": app.chooseMethod(String.valueOf(v)); break;
            case "enter-pin": app.enterPin(String.valueOf(v)); break;
            case "place-card":
                if (app.awaits()) send("ready", map("do", d.get("id")), false);
                app.cardPlaced();
                break;
            case "press": app.press(String.valueOf(v)); break;
            case "take-card": break;
            case "browse-history": app.browseHistory(values); break;
            case "read-aloud": app.readAloud(); break;
            case "lock": app.lock(); break;
            case "unlock": app.unlock(String.valueOf(v)); break;
            case "hand-over": app.handOver(String.valueOf(v)); break;
            case "close": app.close(); break;
            default: out.error("この製品にない操作です：" + d.get("action"));
        }
    }
}
