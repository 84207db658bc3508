package madoguchi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The command {@code madoguchi}: that of {@code MADOGUCHI_COMMAND}, or the one on the path. */
final class Command {
    private Command() {}

    static String path() {
        String named = System.getenv("MADOGUCHI_COMMAND");
        return named == null || named.isEmpty() ? "madoguchi" : named;
    }

    static Process start(List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(path());
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        return builder.start();
    }

    /** What it says, and how it ended. */
    static Said say(List<String> arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    static final class Said {
        final int code;
        final String text;

        Said(int code, String text) {
            this.code = code;
            this.text = text;
        }
    }
}
