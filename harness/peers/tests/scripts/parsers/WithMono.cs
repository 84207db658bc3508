// Reads certificates with .NET's X509Certificate2 (Mono's own parser); one JSON object for each file.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

static class WithMono {
    static readonly Dictionary<X509KeyUsageFlags, string> Usages = new Dictionary<X509KeyUsageFlags, string> {
        { X509KeyUsageFlags.DigitalSignature, "digitalSignature" },
        { X509KeyUsageFlags.NonRepudiation, "nonRepudiation" },
        { X509KeyUsageFlags.KeyCertSign, "keyCertSign" },
        { X509KeyUsageFlags.CrlSign, "cRLSign" },
    };

    static void Main(string[] paths) {
        foreach (var path in paths) {
            var told = Certificate(new X509Certificate2(File.ReadAllBytes(path)));
            var fields = told.Select(field => "\"" + field.Key + "\":\"" + field.Value + "\"");
            Console.WriteLine("{" + string.Join(",", fields) + "}");
        }
    }

    static Dictionary<string, string> Certificate(X509Certificate2 it) {
        var told = new Dictionary<string, string> {
            { "serial", it.SerialNumber.TrimStart('0') },
            { "issuer", Name(it.IssuerName) },
            { "subject", Name(it.SubjectName) },
            { "not-before", Instant(it.NotBefore) },
            { "not-after", Instant(it.NotAfter) },
            { "extensions", string.Join(", ", it.Extensions.Cast<X509Extension>()
                .Select(one => one.Oid.Value + (one.Critical ? "!" : ""))) },
        };
        foreach (var one in it.Extensions) {
            if (one is X509KeyUsageExtension usage) {
                told["key-usage"] = string.Join(", ", Usages
                    .Where(word => usage.KeyUsages.HasFlag(word.Key)).Select(word => word.Value));
            } else if (one is X509EnhancedKeyUsageExtension extended) {
                told["extended-key-usage"] = string.Join(", ", extended.EnhancedKeyUsages
                    .Cast<System.Security.Cryptography.Oid>().Select(oid => oid.Value));
            } else if (one is X509BasicConstraintsExtension constraints) {
                told["ca"] = constraints.CertificateAuthority ? "true" : "false";
            }
        }
        return told;
    }

    static string Name(X500DistinguishedName of) {
        return of.Decode(X500DistinguishedNameFlags.None);
    }

    static string Instant(DateTime of) {
        return of.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }
}
