import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/** Reads certificates and revocation lists with Java's own CertificateFactory; one JSON object for each file. */
public class WithJava {
    private static final String[] USAGES = {
        "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
        "keyCertSign", "cRLSign",
    };

    private static final byte UTF8_STRING = 0x0C;

    public static void main(String[] paths) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String path : paths) {
            try (InputStream file = new FileInputStream(path)) {
                Map<String, String> told = path.endsWith(".crl")
                    ? revocations((X509CRL) factory.generateCRL(file))
                    : certificate((X509Certificate) factory.generateCertificate(file));
                out.println(told.entrySet().stream()
                    .map(field -> '"' + field.getKey() + "\":\"" + field.getValue() + '"')
                    .collect(Collectors.joining(",", "{", "}")));
            }
        }
    }

    private static Map<String, String> certificate(X509Certificate it) throws Exception {
        Map<String, String> told = new TreeMap<>();
        told.put("serial", it.getSerialNumber().toString(16).toUpperCase());
        told.put("issuer", name(it.getIssuerX500Principal()));
        told.put("subject", name(it.getSubjectX500Principal()));
        told.put("not-before", instant(it.getNotBefore()));
        told.put("not-after", instant(it.getNotAfter()));
        told.put("extension-set", extensions(it));
        List<String> used = new ArrayList<>();
        for (int bit = 0; bit < USAGES.length; bit++) {
            if (it.getKeyUsage()[bit]) used.add(USAGES[bit]);
        }
        told.put("key-usage", String.join(", ", used));
        if (it.getExtendedKeyUsage() != null) {
            told.put("extended-key-usage", String.join(", ", it.getExtendedKeyUsage()));
        }
        if (it.getBasicConstraints() >= 0) told.put("ca", "true");
        List<String> names = new ArrayList<>();
        if (it.getSubjectAlternativeNames() != null) {
            for (List<?> one : it.getSubjectAlternativeNames()) {
                if (one.get(0).equals(0)) names.add(otherName((byte[]) one.get(1)));
            }
        }
        if (!names.isEmpty()) told.put("names", String.join(", ", names));
        return told;
    }

    private static Map<String, String> revocations(X509CRL it) throws Exception {
        Map<String, String> told = new TreeMap<>();
        told.put("issuer", name(it.getIssuerX500Principal()));
        told.put("this-update", instant(it.getThisUpdate()));
        told.put("next-update", instant(it.getNextUpdate()));
        told.put("extension-set", extensions(it));
        List<X509CRLEntry> entries = new ArrayList<>(it.getRevokedCertificates());
        entries.sort(Comparator.comparing(X509CRLEntry::getSerialNumber));
        told.put("revoked", entries.stream()
            .map(one -> one.getSerialNumber().toString(16) + " " + instant(one.getRevocationDate()))
            .collect(Collectors.joining(", ")));
        told.put("reasons", entries.stream()
            .filter(one -> one.getRevocationReason() != null)
            .map(one -> one.getRevocationReason() == CRLReason.KEY_COMPROMISE ? "keyCompromise" : "?")
            .collect(Collectors.joining(", ")));
        return told;
    }

    /** From the first attribute to the last; LdapName counts from the right. */
    private static String name(X500Principal principal) throws Exception {
        return new LdapName(principal.getName()).getRdns().stream()
            .map(rdn -> rdn.getType() + "=" + rdn.getValue())
            .collect(Collectors.joining(", "));
    }

    private static String instant(Date date) {
        return date.toInstant().toString();
    }

    /** Java keeps them in two sets, so the order is that of the identifiers. */
    private static String extensions(X509Extension it) {
        List<String> all = new ArrayList<>(it.getNonCriticalExtensionOIDs());
        if (it.getCriticalExtensionOIDs() != null) {
            for (String critical : it.getCriticalExtensionOIDs()) all.add(critical + "!");
        }
        return all.stream().sorted().collect(Collectors.joining(", "));
    }

    /** Java hands out the entry's DER: [0] { OBJECT IDENTIFIER, [0] { UTF8String } }, the latter [0] twice in Java 17. */
    private static String otherName(byte[] der) {
        int at = body(der, 0);
        int end = body(der, at) + (der[at + 1] & 0xFF);
        String oid = identifier(Arrays.copyOfRange(der, body(der, at), end));
        int text = end;
        while (der[text] != UTF8_STRING) text = body(der, text);
        return oid + "=" + new String(der, body(der, text), der.length - body(der, text), StandardCharsets.UTF_8);
    }

    private static int body(byte[] der, int at) {
        int length = der[at + 1] & 0xFF;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7F);
    }

    private static String identifier(byte[] content) {
        StringBuilder text = new StringBuilder();
        long arc = 0;
        for (byte one : content) {
            arc = arc << 7 | one & 0x7F;
            if (one < 0) continue;
            if (text.length() == 0) {
                text.append(Math.min(arc / 40, 2));
                arc -= Math.min(arc / 40, 2) * 40;
            }
            text.append('.').append(arc);
            arc = 0;
        }
        return text.toString();
    }
}
