using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;

// 端末証明書（PEM）と秘密鍵（PKCS#8 PEM）から、Mono の TLS が読める PKCS#12 をメモリ上に作る。
static class Pkcs12
{
    static byte[] Tlv(int tag, params byte[][] parts)
    {
        int n = 0;
        foreach (var p in parts) n += p.Length;
        var o = new List<byte>();
        o.Add((byte)tag);
        if (n < 128) o.Add((byte)n);
        else if (n < 256) { o.Add(0x81); o.Add((byte)n); }
        else if (n < 65536) { o.Add(0x82); o.Add((byte)(n >> 8)); o.Add((byte)n); }
        else { o.Add(0x83); o.Add((byte)(n >> 16)); o.Add((byte)(n >> 8)); o.Add((byte)n); }
        foreach (var p in parts) o.AddRange(p);
        return o.ToArray();
    }
    static byte[] Oid(params int[] a)
    {
        var o = new List<byte>();
        o.Add((byte)(a[0] * 40 + a[1]));
        for (int i = 2; i < a.Length; i++)
        {
            var t = new List<byte>();
            int v = a[i];
            t.Add((byte)(v & 127));
            while ((v >>= 7) > 0) t.Insert(0, (byte)(128 | (v & 127)));
            o.AddRange(t);
        }
        return Tlv(6, o.ToArray());
    }
    static byte[] Int(int v) { return v < 128 ? Tlv(2, new[] { (byte)v }) : Tlv(2, new[] { (byte)(v >> 8), (byte)v }); }

    static byte[] Kdf(byte[] pw, byte[] salt, int id, int iter, int n)
    {
        const int v = 64;
        var d = new byte[v];
        for (int i = 0; i < v; i++) d[i] = (byte)id;
        Func<byte[], byte[]> fill = x =>
        {
            var r = new byte[v * ((x.Length + v - 1) / v)];
            for (int i = 0; i < r.Length; i++) r[i] = x[i % x.Length];
            return r;
        };
        var s = fill(salt); var p = fill(pw);
        var ib = new byte[s.Length + p.Length];
        s.CopyTo(ib, 0); p.CopyTo(ib, s.Length);
        var res = new List<byte>();
        using (var sha = SHA1.Create())
            while (res.Count < n)
            {
                var a = new byte[d.Length + ib.Length];
                d.CopyTo(a, 0); ib.CopyTo(a, d.Length);
                for (int i = 0; i < iter; i++) a = sha.ComputeHash(a);
                res.AddRange(a);
                var b = new byte[v];
                for (int i = 0; i < v; i++) b[i] = a[i % a.Length];
                for (int j = 0; j < ib.Length; j += v)
                {
                    int c = 1;
                    for (int k = v - 1; k >= 0; k--) { c += ib[j + k] + b[k]; ib[j + k] = (byte)c; c >>= 8; }
                }
            }
        return res.GetRange(0, n).ToArray();
    }

    public static byte[] Build(byte[] certDer, byte[] pkcs8, string password)
    {
        var pw = new byte[password.Length * 2 + 2];
        Encoding.BigEndianUnicode.GetBytes(password).CopyTo(pw, 0);
        var salt = new byte[8]; var msalt = new byte[8];
        using (var r = RandomNumberGenerator.Create()) { r.GetBytes(salt); r.GetBytes(msalt); }
        byte[] enc;
        using (var des = TripleDES.Create())
        {
            des.Mode = CipherMode.CBC; des.Padding = PaddingMode.PKCS7;
            des.Key = Kdf(pw, salt, 1, 2048, 24); des.IV = Kdf(pw, salt, 2, 2048, 8);
            using (var e = des.CreateEncryptor()) enc = e.TransformFinalBlock(pkcs8, 0, pkcs8.Length);
        }
        var keyId = Tlv(0x31, Tlv(0x30, Oid(1, 2, 840, 113549, 1, 9, 21), Tlv(0x31, Tlv(4, new byte[] { 1 }))));
        var shroud = Tlv(0x30, Oid(1, 2, 840, 113549, 1, 12, 10, 1, 2),
            Tlv(0xA0, Tlv(0x30, Tlv(0x30, Oid(1, 2, 840, 113549, 1, 12, 1, 3), Tlv(0x30, Tlv(4, salt), Int(2048))), Tlv(4, enc))), keyId);
        var cert = Tlv(0x30, Oid(1, 2, 840, 113549, 1, 12, 10, 1, 3),
            Tlv(0xA0, Tlv(0x30, Oid(1, 2, 840, 113549, 1, 9, 22, 1), Tlv(0xA0, Tlv(4, certDer)))), keyId);
        Func<byte[], byte[]> data = x => Tlv(0x30, Oid(1, 2, 840, 113549, 1, 7, 1), Tlv(0xA0, Tlv(4, x)));
        var auth = Tlv(0x30, data(Tlv(0x30, shroud)), data(Tlv(0x30, cert)));
        byte[] mac;
        using (var h = new HMACSHA1(Kdf(pw, msalt, 3, 2048, 20))) mac = h.ComputeHash(auth);
        var macData = Tlv(0x30, Tlv(0x30, Tlv(0x30, Oid(1, 3, 14, 3, 2, 26), Tlv(5)), Tlv(4, mac)), Tlv(4, msalt), Int(2048));
        return Tlv(0x30, Int(3), data(auth), macData);
    }

    public static byte[] Pem(string pem, string what)
    {
        string a = "-----BEGIN " + what + "-----", z = "-----END " + what + "-----";
        int i = pem.IndexOf(a, StringComparison.Ordinal), j = i < 0 ? -1 : pem.IndexOf(z, i, StringComparison.Ordinal);
        if (j < 0) throw new FormatException(what + " がありません");
        return Convert.FromBase64String(pem.Substring(i + a.Length, j - i - a.Length).Replace("\r", "").Replace("\n", "").Trim());
    }
}
