import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import madoguchi.Counter;
import madoguchi.Scenarios;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A vendor's tests: scenarios as tests, and a counter for what only this vendor wants to know. */
class AppTest {
    /** Stands for the vendor's client; in your repository it is yours, or an adapter to it. */
    private static final String CLIENT = System.getenv("MADOGUCHI_COMMAND") + " reference-client";

    @RegisterExtension
    final Counter counter = new Counter("happy/visual");

    @TestFactory
    Stream<DynamicTest> scenarios() throws Exception {
        return Scenarios.against(CLIENT).chosen("happy/visual", "card/early", "eligibility/expired");
    }

    @Test
    void aWrongClientIsCaughtWithTheReason() {
        Scenarios wrong = Scenarios.against(CLIENT + " --defect shows-lapsed-as-valid");
        AssertionError failed = assertThrows(AssertionError.class, () -> wrong.play("eligibility/expired"));
        assertTrue(failed.getMessage().contains("result.lapsed-is-not-valid"));
    }

    @Test
    void theCardComesAndGoes() throws IOException {
        counter.remove();
        counter.insert("shiken-hanako");
        assertThrows(IOException.class, () -> counter.insert("nobody"));
        assertTrue(counter.env().containsKey("PCSCLITE_CSOCK_NAME"));
    }
}
