import java.lang.reflect.Field;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.util.*;
import java.util.concurrent.*;
import javax.smartcardio.*;

/** Reader and card: the 公的個人認証AP, its authentication certificate, and the signature behind the four-digit PIN. */
final class Cards {
    enum Why { NO_READER, UNREADABLE, OTHER_CARD, NEEDS_PIN_TO_READ, WRONG_PIN, BLOCKED, BUSY, ODD }

    static final class Failed extends Exception {
        final Why why;
        final int left;          // remaining attempts after a wrong PIN; -1 where the card does not say
        boolean presented;       // the PIN went to the card, or may have
        Failed(Why why, int left, Throwable cause) { super(why.name(), cause); this.why = why; this.left = left; }
    }

    static final class Reading {
        byte[] certificate;
        X509Certificate parsed;
        byte[] signature;
    }

    static {
        System.setProperty("sun.security.smartcardio.t0GetResponse", "true");
        if (System.getProperty("sun.security.smartcardio.library") == null)
            for (String p : new String[] {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib"}) {
                Path lib = Path.of(p, "libpcsclite.so.1");
                if (Files.exists(lib)) { System.setProperty("sun.security.smartcardio.library", lib.toString()); break; }
            }
    }

    private static final ExecutorService POOL = Executors.newCachedThreadPool(r -> {
        Thread t = new Thread(r, "card");
        t.setDaemon(true);
        return t;
    });

    private final String wanted;
    private final long patience;

    Cards(String wanted, long patience) { this.wanted = wanted; this.patience = patience; }

    /**
     * SunPCSC keeps one PC/SC context for the life of the process. After a restart of the service, or behind a call that
     * never returned, it is of no use any more: let the next call make a new one (see JDK-8026326).
     */
    private static synchronized void newContext() {
        try {
            Class<?> c = Class.forName("sun.security.smartcardio.PCSCTerminals");
            Field id = c.getDeclaredField("contextId");
            id.setAccessible(true);
            id.setLong(null, 0L);
            Field map = c.getDeclaredField("terminals");
            map.setAccessible(true);
            ((Map<?, ?>) map.get(null)).clear();
        } catch (ReflectiveOperationException | RuntimeException e) { System.err.println("PC/SC context: " + e); }
    }

    private CardTerminal terminal() throws CardException {
        try {
            List<CardTerminal> all;
            CardTerminals terminals = TerminalFactory.getInstance("PC/SC", null).terminals();
            all = terminals.list();
            for (CardTerminal t : all) if (t.getName().equals(wanted)) return t;
            return wanted == null && !all.isEmpty() ? all.get(0) : null;
        } catch (NoSuchAlgorithmException e) { throw new CardException("no PC/SC service", e); }
    }

    private <T> T bounded(Callable<T> work, long millis) throws Exception {
        Future<T> f = POOL.submit(work);
        try { return f.get(millis, TimeUnit.MILLISECONDS); }
        catch (TimeoutException e) { newContext(); throw e; }
        catch (ExecutionException e) {
            if (e.getCause() instanceof Exception) throw (Exception) e.getCause();
            throw e;
        }
    }

    /** null: no reader. Nothing is sent to a card. A context that the service forgot is made anew once. */
    Boolean present() {
        for (int i = 0; i < 2; i++) {
            try {
                return bounded(() -> {
                    CardTerminal t = terminal();
                    return t == null ? null : (Boolean) t.isCardPresent();
                }, patience);
            } catch (Exception e) {
                String s = String.valueOf(e.getCause());
                if (s.contains("NO_READERS") || s.contains("UNKNOWN_READER") || s.contains("READER_UNAVAILABLE")) return null;
                newContext();
            }
        }
        return null;
    }

    /** Waits until a card lies there; false when the time is over or the reader is gone. */
    boolean waitForCard() throws InterruptedException {
        long end = System.nanoTime() + patience * 1_000_000;
        while (System.nanoTime() < end) {
            Boolean p = present();
            if (p == null) return false;
            if (p) return true;
            Thread.sleep(60);
        }
        return false;
    }

    /** Reads the certificate; with a PIN, presents it once and signs the nonce. Ends the connection in any case. */
    Reading read(byte[] pin, byte[] nonce) throws Failed {
        boolean[] presented = {false};
        try {
            return bounded(() -> session(pin, nonce, presented), patience);
        } catch (Failed e) {
            e.presented = presented[0];
            throw e;
        } catch (Exception e) {
            String s = e + " " + e.getCause();
            Why why = e instanceof TimeoutException || s.contains("SHARING_VIOLATION") ? Why.BUSY
                : present() == null ? Why.NO_READER : Why.UNREADABLE;
            Failed f = new Failed(why, -1, e);
            f.presented = presented[0];
            throw f;
        }
    }

    private Reading session(byte[] pin, byte[] nonce, boolean[] presented) throws Exception {
        CardTerminal t = terminal();
        if (t == null) throw new Failed(Why.NO_READER, -1, null);
        Card card = t.connect("*");
        boolean held = false;
        try {
            card.beginExclusive();
            held = true;
            CardChannel ch = card.getBasicChannel();
            if (!ok(ch, select(true, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01))) throw new Failed(Why.OTHER_CARD, -1, null);
            if (!ok(ch, select(false, 0x00, 0x0A))) throw new Failed(Why.OTHER_CARD, -1, null);
            Reading r = new Reading();
            r.certificate = certificate(ch);
            try {
                r.parsed = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(r.certificate));
            } catch (CertificateException e) { throw new Failed(Why.UNREADABLE, -1, e); }
            if (pin != null) r.signature = sign(ch, pin, nonce, presented);
            return r;
        } finally {
            if (held) try { card.endExclusive(); } catch (CardException | IllegalStateException e) { /* the card is gone */ }
            try { card.disconnect(pin != null); } catch (CardException | IllegalStateException e) { /* the card is gone */ }
        }
    }

    private static CommandAPDU select(boolean name, int... bytes) {
        byte[] b = new byte[bytes.length];
        for (int i = 0; i < b.length; i++) b[i] = (byte) bytes[i];
        return new CommandAPDU(0x00, 0xA4, name ? 0x04 : 0x02, 0x0C, b);
    }

    /** True for 9000, false where the card knows no such file, otherwise a failure. */
    private static boolean ok(CardChannel ch, CommandAPDU c) throws Exception {
        ResponseAPDU r = ch.transmit(c);
        switch (r.getSW()) {
            case 0x9000: return true;
            case 0x6A82: case 0x6A81: case 0x6A86: case 0x6D00: case 0x6E00: case 0x6999: return false;
            default: throw new Failed(Why.UNREADABLE, -1, new CardException(String.format("SW %04X", r.getSW())));
        }
    }

    private static byte[] binary(CardChannel ch, int offset, int length) throws Exception {
        ResponseAPDU r = ch.transmit(new CommandAPDU(0x00, 0xB0, offset >> 8, offset & 0xFF, length));
        if (r.getSW() == 0x6982) throw new Failed(Why.NEEDS_PIN_TO_READ, -1, null);
        if (r.getSW() == 0x6A86 || r.getSW() == 0x6986) throw new Failed(Why.OTHER_CARD, -1, null);
        if (r.getSW() != 0x9000 || r.getData().length != length)
            throw new Failed(Why.UNREADABLE, -1, new CardException(String.format("READ BINARY: SW %04X, %d of %d bytes", r.getSW(), r.getData().length, length)));
        return r.getData();
    }

    private static byte[] certificate(CardChannel ch) throws Exception {
        byte[] head = binary(ch, 0, 4);
        if (head[0] != 0x30 || head[1] != (byte) 0x82) throw new Failed(Why.ODD, -1, new CardException("no certificate in the file"));
        int length = 4 + ((head[2] & 0xFF) << 8 | head[3] & 0xFF);
        if (length > 0x2000) throw new Failed(Why.ODD, -1, new CardException("a certificate of " + length + " bytes"));
        byte[] all = Arrays.copyOf(head, length);
        for (int at = 4; at < length; ) {
            byte[] part = binary(ch, at, Math.min(256, length - at));
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static byte[] sign(CardChannel ch, byte[] pin, byte[] nonce, boolean[] presented) throws Exception {
        if (!ok(ch, select(false, 0x00, 0x18))) throw new Failed(Why.OTHER_CARD, -1, null);
        presented[0] = true;
        int sw = ch.transmit(new CommandAPDU(0x00, 0x20, 0x00, 0x80, pin)).getSW();
        if (sw == 0x6983 || sw == 0x6984) throw new Failed(Why.BLOCKED, 0, null);
        if ((sw & 0xFF00) == 0x6300) {
            int left = ch.transmit(new CommandAPDU(0x00, 0x20, 0x00, 0x80)).getSW();
            left = (left & 0xFFF0) == 0x63C0 ? left & 0x0F : left == 0x6983 || left == 0x6984 ? 0 : (sw & 0xFFF0) == 0x63C0 ? sw & 0x0F : -1;
            throw new Failed(left == 0 ? Why.BLOCKED : Why.WRONG_PIN, left, null);
        }
        if (sw != 0x9000) throw new Failed(Why.UNREADABLE, -1, new CardException(String.format("VERIFY: SW %04X", sw)));
        if (!ok(ch, select(false, 0x00, 0x17))) throw new Failed(Why.OTHER_CARD, -1, null);
        byte[] prefix = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
        byte[] info = Arrays.copyOf(prefix, prefix.length + 32);
        System.arraycopy(MessageDigest.getInstance("SHA-256").digest(nonce), 0, info, prefix.length, 32);
        ResponseAPDU r = ch.transmit(new CommandAPDU(0x80, 0x2A, 0x00, 0x80, info, 256));
        if (r.getSW() != 0x9000 || r.getData().length != 256)
            throw new Failed(Why.UNREADABLE, -1, new CardException(String.format("signature: SW %04X, %d bytes", r.getSW(), r.getData().length)));
        return r.getData();
    }
}
