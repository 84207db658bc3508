package madoguchi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A counter that is open during each test: card, reader and service for one client, which is started with
 * {@link #env()}. Register it with {@code @RegisterExtension}.
 */
public final class Counter implements BeforeEachCallback, AfterEachCallback {
    private final String scenario;
    private final Map<String, String> env = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private Process process;
    private BufferedReader said;
    private SocketChannel line;

    /** In the situation of this scenario, such as {@code happy/visual}. */
    public Counter(String scenario) {
        this.scenario = scenario;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        env.clear();
        text.setLength(0);
        process = Command.start(List.of("serve", "--scenario", scenario));
        said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        // the control socket is told last, when all else has been said
        while (!env.containsKey("MADOGUCHI_CONTROL")) {
            String told = said.readLine();
            if (told == null) {
                throw new IOException("the counter did not open\n" + text);
            }
            text.append(told).append('\n');
            String trimmed = told.trim();
            int at = trimmed.indexOf('=');
            if (trimmed.startsWith("export ") && at > 0) {
                env.put(trimmed.substring(7, at), trimmed.substring(at + 1).replaceAll("^'(.*)'$", "$1"));
            }
        }
        line = SocketChannel.open(UnixDomainSocketAddress.of(env.get("MADOGUCHI_CONTROL")));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException, InterruptedException {
        ask("{\"end\":{}}");
        line.close();
        said.lines().forEach(told -> text.append(told).append('\n'));
        process.waitFor();
        context.publishReportEntry("madoguchi", text.toString());
    }

    /** What to set for the client. */
    public Map<String, String> env() {
        return Map.copyOf(env);
    }

    /** Lays a persona's card on the reader. */
    public void insert(String persona) throws IOException {
        ask("{\"insert\":{\"card\":\"" + persona + "\"}}");
    }

    /** Takes the card away. */
    public void remove() throws IOException {
        ask("{\"remove\":{}}");
    }

    /** A command of the control socket as a line of JSON: the answer. Throws where the counter refuses it. */
    public String ask(String command) throws IOException {
        line.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
        StringBuilder answer = new StringBuilder();
        ByteBuffer piece = ByteBuffer.allocate(4096);
        while (answer.indexOf("\n") < 0 && line.read(piece) >= 0) {
            piece.flip();
            answer.append(StandardCharsets.UTF_8.decode(piece));
            piece.clear();
        }
        if (answer.indexOf("\"error\"") >= 0) {
            throw new IOException(answer.toString());
        }
        return answer.toString();
    }
}
