import java.io.*;
import java.net.*;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.*;

/** The Webサービス: one new TLS connection for each request, one root, no redirects, bounded waits. */
final class Service {
    static final String VERSION = "1.0.0";
    private static final int MAX_ANSWER = 8 << 20;

    /** No usable answer: whether the same request may be sent again by hand, and what to tell. */
    static final class Trouble extends Exception {
        final boolean retryable;
        Trouble(String text, boolean retryable, Throwable cause) { super(text, cause); this.retryable = retryable; }
    }

    static final class Answer {
        final int status;
        final Map<String, Object> body;
        Answer(int status, Map<String, Object> body) { this.status = status; this.body = body; }
        String code() { return text(body, "resultCode"); }
        String message() { return text(body, "resultMessage"); }
        String get(String key) { return text(body, key); }
    }

    static String text(Map<String, Object> m, String key) {
        Object v = m.get(key);
        return v == null ? null : v.toString();
    }

    private static final ExecutorService POOL = Executors.newCachedThreadPool(r -> {
        Thread t = new Thread(r, "http");
        t.setDaemon(true);
        return t;
    });

    private final URI base;
    private final Path ca;
    private final long patience;
    private final ProxySelector proxy;
    private KeyManager[] terminal;
    private String token;

    Service(String url, String caFile, long patience, String proxyUrl) {
        base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        ca = caFile == null ? null : Path.of(caFile);
        this.patience = patience;
        if (proxyUrl == null || proxyUrl.isBlank()) proxy = HttpClient.Builder.NO_PROXY;
        else {
            URI p = URI.create(proxyUrl.contains("://") ? proxyUrl : "http://" + proxyUrl);
            proxy = ProxySelector.of(InetSocketAddress.createUnresolved(p.getHost(), p.getPort() < 0 ? 8080 : p.getPort()));
        }
    }

    boolean hasTerminal() { return terminal != null; }
    void token(String t) { token = t; }

    void terminal(String certificatePem, String keyPem) throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(certificatePem.getBytes(StandardCharsets.US_ASCII)));
        byte[] der = Base64.getMimeDecoder().decode(keyPem.replaceAll("-----[^-]+-----", ""));
        String algorithm = chain.iterator().next().getPublicKey().getAlgorithm();
        PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("terminal", key, new char[0], chain.toArray(new Certificate[0]));
        KeyManagerFactory f = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        f.init(store, new char[0]);
        terminal = f.getKeyManagers();
    }

    void forgetTerminal() { terminal = null; token = null; }

    private HttpClient client() throws Trouble {
        try {
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            if (ca == null) throw new Trouble("サービスの認証局証明書が設定されていません。", false, null);
            int n = 0;
            try (InputStream in = Files.newInputStream(ca)) {
                for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) roots.setCertificateEntry("root" + n++, c);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(roots);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(terminal, trust.getTrustManagers(), null);
            SSLParameters p = new SSLParameters();
            p.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(tls).sslParameters(p).proxy(proxy).executor(POOL).connectTimeout(Duration.ofMillis(patience)).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new Trouble("安全な通信の準備ができませんでした。設定を確認してください。", false, e);
        }
    }

    /**
     * Sends a request. An idempotent one is sent once more by itself where the connection breaks before an answer begins;
     * after silence, a foreign answer or a broken body the staff decide.
     */
    Answer ask(String method, String path, Map<String, Object> body, String requestId, boolean idempotent) throws Trouble {
        HttpRequest.Builder b = HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json")
            .header("X-Client-Version", VERSION);
        if (token != null) b.header("Authorization", "Bearer " + token);
        if (requestId != null) b.header("X-Request-Id", requestId);
        if (body != null) b.header("Content-Type", "application/json");
        b.method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(Json.write(body)));
        HttpRequest request = b.build();
        for (int attempt = 1; ; attempt++) {
            AtomicBoolean begun = new AtomicBoolean();
            CompletableFuture<HttpResponse<byte[]>> f = client().sendAsync(request, info -> {
                begun.set(true);
                return BodyHandlers.ofByteArray().apply(info);
            });
            try {
                return read(f.get(patience, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                f.cancel(true);
                throw new Trouble("時間内に応答がありませんでした。しばらくしてから再試行してください。", true, e);
            } catch (InterruptedException e) {
                f.cancel(true);
                throw new Trouble("照会が中断されました。", true, e);
            } catch (ExecutionException e) {
                Throwable c = e.getCause();
                if (c instanceof SSLException && !begun.get() && !(c.getCause() instanceof EOFException || c.getCause() instanceof SocketException))
                    throw new Trouble("接続先の安全性を確認できないため、通信を中止しました。何も送信していません。ネットワーク管理者に連絡してください。", false, c);
                if (c instanceof HttpTimeoutException) throw new Trouble("時間内に接続できませんでした。ネットワークを確認してください。", true, c);
                if (idempotent && !begun.get() && attempt == 1) continue;
                throw new Trouble(begun.get() ? "応答の途中で通信が切れました。再試行してください。" : "サービスとの通信が切れました。ネットワークを確認して再試行してください。", true, c);
            }
        }
    }

    private Answer read(HttpResponse<byte[]> r) throws Trouble {
        String type = r.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT).split(";")[0].trim();
        String later = r.headers().firstValue("Retry-After").map(s -> s.matches("\\d{1,6}") ? Texts.wide(s) + "秒後以降に" : null).orElse("しばらくしてから");
        if (r.statusCode() == 429) throw new Trouble("サービスが混み合っています。" + later + "再試行してください。", true, null);
        if (!type.equals("application/json")) {
            if (r.statusCode() >= 500) throw new Trouble("サービスで障害が発生しています（" + Texts.wide(r.statusCode()) + "）。" + later + "再試行してください。", true, null);
            throw new Trouble("サービスではない相手が応答しました。ネットワーク（公衆無線ＬＡＮの同意画面など）を確認して再試行してください。", true, null);
        }
        if (r.body().length > MAX_ANSWER) throw new Trouble("応答が大きすぎます。", true, null);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(r.body())).toString();
            Answer a = new Answer(r.statusCode(), Json.object(text));
            if (a.code() == null) throw new IllegalArgumentException("no resultCode");
            return a;
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new Trouble("応答が完全ではありませんでした。再試行してください。", true, e);
        }
    }
}
