import java.util.HexFormat;
import javax.smartcardio.*;

/**
 * Reads the card of an open counter with javax.smartcardio and watches it come and go; says on each
 * line what it sees. The test that started it moves the card when a line says that it is being waited for.
 */
public class Watch {
    static final long PATIENCE = 20_000; // milliseconds
    static final String SELECT = "00A4040C0AD392F000260100000001"; // 公的個人認証AP

    public static void main(String[] args) throws Exception {
        CardTerminal terminal = null;
        for (CardTerminal one : TerminalFactory.getDefault().terminals().list())
            if (one.getName().equals(System.getenv("MADOGUCHI_READER"))) terminal = one;
        if (!terminal.waitForCardPresent(PATIENCE)) throw new CardException("no card came");
        say("present " + terminal.isCardPresent());
        Card card = terminal.connect("*");
        say("ATR " + hex(card.getATR().getBytes()) + " " + card.getProtocol());

        CardChannel channel = card.getBasicChannel();
        card.beginExclusive();
        say("select " + status(channel, SELECT));
        say("file " + status(channel, "00A4020C02000A"));
        byte[] head = transmit(channel, "00B0000004").getData(); // 30 82 hh ll
        card.endExclusive();
        int length = 4 + ((head[2] & 0xFF) << 8 | head[3] & 0xFF);
        byte[] certificate = new byte[length];
        for (int at = 0; at < length; at += 256) {
            int step = Math.min(256, length - at);
            ResponseAPDU part = channel.transmit(new CommandAPDU(0x00, 0xB0, at >> 8, at & 0xFF, step));
            System.arraycopy(part.getData(), 0, certificate, at, step);
        }
        say("certificate " + hex(certificate));
        say("foreign " + status(channel, "00A4040007A0000001510001"));

        say("waiting for removal");
        if (!terminal.waitForCardAbsent(PATIENCE)) throw new CardException("the card stayed");
        say("absent " + !terminal.isCardPresent());
        try {
            say("without a card: " + status(channel, SELECT));
        } catch (CardException error) {
            say("without a card: " + error.getCause().getMessage());
        }
        try {
            terminal.connect("*");
        } catch (CardNotPresentException error) {
            say("nothing to connect to");
        }
        say("waiting for insertion");
        if (!terminal.waitForCardPresent(PATIENCE)) throw new CardException("no card came back");
        card = terminal.connect("T=1");
        say("a new connection: " + status(card.getBasicChannel(), SELECT));
        card.disconnect(true);
        say("end");
    }

    static ResponseAPDU transmit(CardChannel channel, String apdu) throws CardException {
        return channel.transmit(new CommandAPDU(HexFormat.of().parseHex(apdu)));
    }

    static String status(CardChannel channel, String apdu) throws CardException {
        return String.format("%04X", transmit(channel, apdu).getSW());
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    static void say(String text) {
        System.out.println(text);
        System.out.flush();
    }
}
