package madoguchi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Scenarios as tests: one dynamic test for each. A test that fails has madoguchi's own report as its message. */
public final class Scenarios {
    private final String client;

    private Scenarios(String client) {
        this.client = client;
    }

    /** The scenarios against the client that this command starts. */
    public static Scenarios against(String client) {
        return new Scenarios(client);
    }

    /** Those that these ids, beginnings of ids and patterns choose. */
    public Stream<DynamicTest> chosen(String... patterns) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("list", "scenarios"));
        words.addAll(List.of(patterns));
        Command.Said listed = Command.say(words);
        if (listed.code != 0) {
            throw new IOException(listed.text);
        }
        return listed.text.lines().map(String::trim).filter(line -> !line.isEmpty())
            .map(line -> line.split("\\s+")[0])
            .map(id -> DynamicTest.dynamicTest(id, () -> play(id)));
    }

    /** Plays one. */
    public void play(String id) throws IOException, InterruptedException {
        Command.Said said = Command.say(List.of("run", id, "--client", client));
        if (said.code != 0) {
            throw new AssertionError(said.text);
        }
    }
}
