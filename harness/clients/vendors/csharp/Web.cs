using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;

class WebFailure : Exception
{
    public readonly string Kind; // untrusted, timeout, broken, gateway, foreign, busy
    public readonly int RetryAfter;
    public WebFailure(string kind, string text, int retryAfter = 0) : base(text) { Kind = kind; RetryAfter = retryAfter; }
}

class Reply
{
    public int Status;
    public object Body;
    public string Code { get { return Json.S(Body, "resultCode") ?? ""; } }
    public string Message { get { return Json.S(Body, "resultMessage") ?? ""; } }
    public string this[string k] { get { return Json.S(Body, k); } }
}

// Web サービスとの通信。1要求ごとに新しい接続と TLS（セッション再開なし）。自動の再送はしない。
class Web
{
    readonly Uri url;
    readonly X509Certificate2 root;
    readonly Uri proxy;
    X509Certificate2 terminal;

    public Web()
    {
        url = new Uri(Environment.GetEnvironmentVariable("MADOGUCHI_URL"));
        root = new X509Certificate2(Pkcs12.Pem(File.ReadAllText(Environment.GetEnvironmentVariable("MADOGUCHI_CA_FILE")), "CERTIFICATE"));
        var p = Environment.GetEnvironmentVariable("MADOGUCHI_PROXY");
        if (string.IsNullOrEmpty(p)) p = Environment.GetEnvironmentVariable("HTTPS_PROXY");
        if (!string.IsNullOrEmpty(p)) proxy = new Uri(p.Contains("://") ? p : "http://" + p);
    }

    public void UseTerminal(string certPem, string keyPem)
    {
        if (certPem == null) { terminal = null; return; }
        var p12 = Pkcs12.Build(Pkcs12.Pem(certPem, "CERTIFICATE"), Pkcs12.Pem(keyPem, "PRIVATE KEY"), "tanmatsu");
        terminal = new X509Certificate2(p12, "tanmatsu");
    }
    public bool HasTerminal { get { return terminal != null; } }

    public Reply Call(string method, string path, object body, string token, int limitMs, string requestId = null, bool withTerminal = true)
    {
        Reply reply = null;
        Exception fault = null;
        TcpClient tcp = new TcpClient();
        var done = new ManualResetEvent(false);
        var t = new Thread(() =>
        {
            try { reply = Exchange(tcp, method, path, body, token, requestId, withTerminal, limitMs); }
            catch (Exception e) { fault = e; }
            done.Set();
        });
        t.IsBackground = true;
        t.Start();
        if (!done.WaitOne(limitMs))
        {
            try { tcp.Close(); } catch (Exception) { }
            throw new WebFailure("timeout", "サービスから時間内に回答がありません");
        }
        try { tcp.Close(); } catch (Exception) { }
        if (fault is WebFailure) throw fault;
        if (fault != null) { Console.Error.WriteLine("web: " + fault.GetType().Name + " " + fault.Message); throw new WebFailure("broken", "サービスとの通信が切れました"); }
        return reply;
    }

    Reply Exchange(TcpClient tcp, string method, string path, object body, string token, string requestId, bool withTerminal, int limitMs)
    {
        tcp.NoDelay = true;
        if (proxy != null)
        {
            tcp.Connect(proxy.Host, proxy.Port);
            var s = tcp.GetStream();
            var hello = Encoding.ASCII.GetBytes("CONNECT " + url.Host + ":" + url.Port + " HTTP/1.1\r\nHost: " + url.Host + ":" + url.Port + "\r\n\r\n");
            s.Write(hello, 0, hello.Length);
            var first = ReadHead(s);
            if (!first[0].Contains(" 200")) throw new WebFailure("gateway", "プロキシが接続を断りました");
        }
        else tcp.Connect(url.Host, url.Port);

        bool trusted = false;
using (var ssl = new SslStream(tcp.GetStream(), false, (sender, cert, chain, errors) =>
        {
            trusted = cert != null && Verify.Server(cert.GetRawCertData(), root.RawData, url.Host);
            return trusted;
        }, (sender, host, local, remote, issuers) => withTerminal ? terminal : null))
        {
            var certs = new X509CertificateCollection();
            if (withTerminal && terminal != null) certs.Add(terminal);
            try { ssl.AuthenticateAsClient(url.Host, certs, SslProtocols.Tls12, false); }
            catch (Exception e)
            {
                Console.Error.WriteLine("tls: " + e.GetType().Name + " " + e.Message + " " + (e.InnerException == null ? "" : e.InnerException.Message));
                if (e is AuthenticationException || !trusted) throw new WebFailure("untrusted", "接続先が正しいサービスであることを確認できません");
                throw;
            }
            if (!trusted) throw new WebFailure("untrusted", "接続先が正しいサービスであることを確認できません");
            var payload = body == null ? new byte[0] : Encoding.UTF8.GetBytes(Json.Write(body));
            var h = new StringBuilder();
            h.Append(method + " " + url.AbsolutePath.TrimEnd('/') + path + " HTTP/1.1\r\nHost: " + url.Authority + "\r\nConnection: close\r\nAccept: application/json, application/zip\r\nUser-Agent: " + App.Product + "/" + App.Version + "\r\nX-Client-Version: " + App.Version + "\r\n");
            if (token != null) h.Append("Authorization: Bearer " + token + "\r\n");
            if (requestId != null) h.Append("X-Request-Id: " + requestId + "\r\n");
            if (method == "POST") h.Append("Content-Type: application/json\r\nContent-Length: " + payload.Length + "\r\n");
            h.Append("\r\n");
            var head = Encoding.ASCII.GetBytes(h.ToString());
            var all = new byte[head.Length + payload.Length];
            head.CopyTo(all, 0); payload.CopyTo(all, head.Length);
            ssl.Write(all, 0, all.Length);
            ssl.Flush();
            return ReadReply(ssl);
        }
    }

    static List<string> ReadHead(Stream s)
    {
        var b = new List<byte>();
        while (true)
        {
            int c = s.ReadByte();
            if (c < 0) throw new WebFailure("broken", "回答が届く前に通信が切れました");
            b.Add((byte)c);
            int n = b.Count;
            if (n >= 4 && b[n - 1] == 10 && b[n - 2] == 13 && b[n - 3] == 10 && b[n - 4] == 13) break;
            if (n > 65536) throw new WebFailure("foreign", "回答の形式が正しくありません");
        }
        return new List<string>(Encoding.ASCII.GetString(b.ToArray()).Split(new[] { "\r\n" }, StringSplitOptions.RemoveEmptyEntries));
    }

    static byte[] ReadN(Stream s, int n)
    {
        var b = new byte[n];
        int k = 0;
        while (k < n)
        {
            int r = s.Read(b, k, n - k);
            if (r <= 0) throw new WebFailure("broken", "回答の途中で通信が切れました");
            k += r;
        }
        return b;
    }

    static Reply ReadReply(Stream s)
    {
        var head = ReadHead(s);
        var first = head[0].Split(' ');
        int status;
        if (first.Length < 2 || !first[0].StartsWith("HTTP/1.") || !int.TryParse(first[1], out status)) throw new WebFailure("foreign", "回答の形式が正しくありません");
        var hs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 1; i < head.Count; i++) { int c = head[i].IndexOf(':'); if (c > 0) hs[head[i].Substring(0, c).Trim()] = head[i].Substring(c + 1).Trim(); }
        string v;
        byte[] data;
        if (hs.TryGetValue("Transfer-Encoding", out v) && v.ToLowerInvariant().Contains("chunked"))
        {
            var all = new MemoryStream();
            while (true)
            {
                var line = new StringBuilder();
                int c;
                while ((c = s.ReadByte()) != 10) { if (c < 0) throw new WebFailure("broken", "回答の途中で通信が切れました"); if (c != 13) line.Append((char)c); }
                int n = int.Parse(line.ToString().Split(';')[0].Trim(), System.Globalization.NumberStyles.HexNumber);
                if (n > 64 << 20) throw new WebFailure("foreign", "回答の形式が正しくありません");
                if (n == 0) break;
                var part = ReadN(s, n);
                all.Write(part, 0, n);
                ReadN(s, 2);
            }
            data = all.ToArray();
        }
        else if (hs.TryGetValue("Content-Length", out v)) { int n = int.Parse(v); if (n < 0 || n > 64 << 20) throw new WebFailure("foreign", "回答の形式が正しくありません"); data = ReadN(s, n); }
        else
        {
            var all = new MemoryStream();
            s.CopyTo(all);
            data = all.ToArray();
        }
        int after = 0;
        if (hs.TryGetValue("Retry-After", out v))
        {
            DateTime when;
            if (!int.TryParse(v, out after) && DateTime.TryParse(v, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal | System.Globalization.DateTimeStyles.AssumeUniversal, out when))
                after = Math.Max(1, (int)(when - DateTime.UtcNow).TotalSeconds + 1);
        }
        string type = (hs.TryGetValue("Content-Type", out v) ? v : "").Split(';')[0].Trim().ToLowerInvariant();
        object body = null;
        try
        {
            if (type == "application/json") body = Json.Parse(new UTF8Encoding(false, true).GetString(data));
            else if (type == "application/zip" && status == 200)
                body = Json.Parse(new UTF8Encoding(false, true).GetString(Unzip(data, "result.json")));
        }
        catch (Exception e)
        {
            Console.Error.WriteLine("web: " + e.GetType().Name);
            throw new WebFailure("foreign", "回答が途中までしか届いていないか、形式が正しくありません");
        }
        var reply = new Reply { Status = status, Body = body };
        if (reply.Code == "")
        {
            if (status == 429) throw new WebFailure("busy", "サービスが混み合っています", after);
            if (status >= 500) throw new WebFailure("gateway", "サービスが一時的に利用できません（" + status + "）", after);
            throw new WebFailure("foreign", "サービス以外のものから回答がありました（公衆無線LANのログイン画面など）");
        }
        if (reply.Code == "BUSY" && after > 0) throw new WebFailure("busy", "サービスが混み合っています", after);
        if (reply.Code == "OK" && status / 100 != 2) throw new WebFailure("foreign", "回答の形式が正しくありません");
        return reply;
    }

    // ZIP から1つのファイルを取り出す（中央ディレクトリによる）。
    static byte[] Unzip(byte[] z, string name)
    {
        int e = z.Length - 22;
        while (e >= 0 && !(z[e] == 0x50 && z[e + 1] == 0x4b && z[e + 2] == 5 && z[e + 3] == 6)) e--;
        if (e < 0) throw new FormatException("ZIP ではありません");
        int n = BitConverter.ToUInt16(z, e + 10), p = BitConverter.ToInt32(z, e + 16);
        for (int i = 0; i < n; i++)
        {
            int method = BitConverter.ToUInt16(z, p + 10), csize = BitConverter.ToInt32(z, p + 20), usize = BitConverter.ToInt32(z, p + 24);
            int nl = BitConverter.ToUInt16(z, p + 28), xl = BitConverter.ToUInt16(z, p + 30), cl = BitConverter.ToUInt16(z, p + 32), off = BitConverter.ToInt32(z, p + 42);
            if (Encoding.UTF8.GetString(z, p + 46, nl) == name)
            {
                int q = off + 30 + BitConverter.ToUInt16(z, off + 26) + BitConverter.ToUInt16(z, off + 28);
                if (method == 0) { var r = new byte[csize]; Array.Copy(z, q, r, 0, csize); return r; }
                using (var d = new System.IO.Compression.DeflateStream(new MemoryStream(z, q, csize), System.IO.Compression.CompressionMode.Decompress))
                {
                    var r = ReadN(d, usize);
                    return r;
                }
            }
            p += 46 + nl + xl + cl;
        }
        throw new FormatException("ZIP に " + name + " がありません");
    }
}
