using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;

class CardFailure : Exception
{
    // reader-absent, reader-lost, service, held, no-card, torn, unreadable, foreign, phone, pin-wrong, pin-locked
    public readonly string Kind;
    public int Left = -1;
    public CardFailure(string kind, string text = "") : base(text) { Kind = kind; }
}

class CardData
{
    public byte[] Certificate;
    public byte[] Signature;
}

static class Pcsc
{
    const string L = "libpcsclite.so.1";
    [DllImport(L)] public static extern IntPtr SCardEstablishContext(UIntPtr scope, IntPtr a, IntPtr b, out IntPtr ctx);
    [DllImport(L)] public static extern IntPtr SCardReleaseContext(IntPtr ctx);
    [DllImport(L)] public static extern IntPtr SCardListReaders(IntPtr ctx, byte[] groups, byte[] readers, ref UIntPtr len);
    [DllImport(L)] public static extern IntPtr SCardConnect(IntPtr ctx, byte[] reader, UIntPtr share, UIntPtr protocols, out IntPtr card, out UIntPtr active);
    [DllImport(L)] public static extern IntPtr SCardDisconnect(IntPtr card, UIntPtr disposition);
    [DllImport(L)] public static extern IntPtr SCardGetStatusChange(IntPtr ctx, UIntPtr timeout, IntPtr states, UIntPtr n);
    [DllImport(L)] public static extern IntPtr SCardTransmit(IntPtr card, IntPtr sendPci, byte[] send, UIntPtr sendLen, IntPtr recvPci, byte[] recv, ref UIntPtr recvLen);
    [DllImport(L)] public static extern IntPtr SCardBeginTransaction(IntPtr card);
    [DllImport(L)] public static extern IntPtr SCardEndTransaction(IntPtr card, UIntPtr disposition);

    public static uint Rc(IntPtr r) { return unchecked((uint)r.ToInt64()); }
    public const uint Sharing = 0x8010000B, NoCard = 0x8010000C, Removed = 0x80100069, Reset = 0x80100068, Unavailable = 0x80100017,
        UnknownReader = 0x80100009, NoReaders = 0x8010002E, NoService = 0x8010001D, Stopped = 0x8010001E, Timeout = 0x8010000A,
        Unpowered = 0x80100067, Unresponsive = 0x80100066, CommError = 0x8010002F;

    public static CardFailure Fail(uint rc)
    {
        string t = rc.ToString("X8");
        switch (rc)
        {
            case NoService: case Stopped: case 0x80100003: case CommError: return new CardFailure("service", t);
            case UnknownReader: case NoReaders: return new CardFailure("reader-absent", t);
            case Unavailable: return new CardFailure("reader-lost", t);
            case Sharing: return new CardFailure("held", t);
            case NoCard: case Removed: return new CardFailure("torn", t);
            default: return new CardFailure("unreadable", t);
        }
    }
}

// カードリーダー1台。文脈は使うたびに作り直す（サービスの再起動・抜き差しに耐える）。
static class Reader
{
    static byte[] Z(string s) { return Encoding.UTF8.GetBytes(s + "\0"); }

    static IntPtr Context()
    {
        IntPtr c;
        uint rc = Pcsc.Rc(Pcsc.SCardEstablishContext((UIntPtr)2, IntPtr.Zero, IntPtr.Zero, out c));
        if (rc != 0) throw Pcsc.Fail(rc);
        return c;
    }

    static string Name(IntPtr ctx)
    {
        UIntPtr n = (UIntPtr)4096;
        var b = new byte[4096];
        uint rc = Pcsc.Rc(Pcsc.SCardListReaders(ctx, null, b, ref n));
        if (rc != 0) throw Pcsc.Fail(rc);
        var names = Encoding.UTF8.GetString(b, 0, (int)n).Split(new[] { '\0' }, StringSplitOptions.RemoveEmptyEntries);
        var want = Environment.GetEnvironmentVariable("MADOGUCHI_READER");
        foreach (var x in names) if (x == want) return x;
        if (!string.IsNullOrEmpty(want) || names.Length == 0) throw new CardFailure("reader-absent");
        return names[0];
    }

    const int Size = 80;
    static uint State(IntPtr ctx, string reader, uint current, int timeout, out uint rc)
    {
        IntPtr p = Marshal.AllocHGlobal(Size), s = Marshal.AllocHGlobal(Z(reader).Length);
        try
        {
            for (int i = 0; i < Size; i++) Marshal.WriteByte(p, i, 0);
            var z = Z(reader);
            Marshal.Copy(z, 0, s, z.Length);
            Marshal.WriteIntPtr(p, 0, s);
            Marshal.WriteInt64(p, 16, current);
            rc = Pcsc.Rc(Pcsc.SCardGetStatusChange(ctx, (UIntPtr)(uint)timeout, p, (UIntPtr)1));
            return (uint)Marshal.ReadInt64(p, 24) & 0xffff;
        }
        finally { Marshal.FreeHGlobal(p); Marshal.FreeHGlobal(s); }
    }

    /// リーダーにカードがあるか。待つ場合は limitMs まで。
    public static bool Wait(int limitMs, Action whenReady)
    {
        var end = DateTime.UtcNow.AddMilliseconds(limitMs);
        bool told = false;
        uint current = 0;
        IntPtr ctx = IntPtr.Zero;
        string name = null;
        try
        {
            while (true)
            {
                try
                {
                    if (ctx == IntPtr.Zero) { ctx = Context(); current = 0; }
                    if (name == null) name = Name(ctx);
                    if (!told && whenReady != null)
                    {
                        uint rc0;
                        uint st = State(ctx, name, 0, 0, out rc0);
                        if (rc0 != 0 && rc0 != Pcsc.Timeout) throw Pcsc.Fail(rc0);
                        if ((st & 0x4) != 0) throw new CardFailure("reader-absent");
                        current = st & ~2u;
                        told = true;
                        whenReady();
                        if ((st & 0x20) != 0) return true;
                    }
                    int left = (int)(end - DateTime.UtcNow).TotalMilliseconds;
                    uint rc;
                    uint ev = State(ctx, name, current, whenReady == null ? 0 : Math.Max(0, Math.Min(left, 500)), out rc);
                    if (rc != 0 && rc != Pcsc.Timeout) throw Pcsc.Fail(rc);
                    if (rc == 0)
                    {
                        if ((ev & 0xC) != 0) throw new CardFailure("reader-absent");
                        if ((ev & 0x20) != 0) return true;
                        current = ev & ~2u;
                    }
                    if (whenReady == null || left <= 0) return false;
                }
                catch (CardFailure f)
                {
                    // サービスが再起動中なら少し待つ
                    if (ctx != IntPtr.Zero) { Pcsc.SCardReleaseContext(ctx); ctx = IntPtr.Zero; name = null; }
                    if (f.Kind != "service" || DateTime.UtcNow > end.AddMilliseconds(-limitMs / 2)) throw;
                    Thread.Sleep(150);
                }
            }
        }
        finally { if (ctx != IntPtr.Zero) Pcsc.SCardReleaseContext(ctx); }
    }

    static Thread last;
    /// 見切りを付けた作業が残っていれば、カードを離すまで少し待つ。
    public static void Finish(int ms) { if (last != null) last.Join(ms); }

    /// カードの作業を別スレッドで行い、limitMs で見切りを付ける。見切った作業は次のコマンドを出さない。
    public static CardData Session(int limitMs, Func<Card, CardData> work)
    {
        CardData data = null;
        Exception fault = null;
        bool[] flag = new bool[1], answered = new bool[1];
        var done = new ManualResetEvent(false);
        var end = DateTime.UtcNow.AddMilliseconds(limitMs);
        var t = new Thread(() =>
        {
            IntPtr ctx = IntPtr.Zero, h = IntPtr.Zero;
            Card card = null;
            try
            {
                ctx = Context();
                var name = Name(ctx);
                UIntPtr active;
                uint rc;
                while (true)
                {
                    rc = Pcsc.Rc(Pcsc.SCardConnect(ctx, Z(name), (UIntPtr)2, (UIntPtr)3, out h, out active));
                    if (rc != Pcsc.Sharing || flag[0] || DateTime.UtcNow > end.AddMilliseconds(-limitMs * 2 / 3)) break;
                    Thread.Sleep(200);
                }
                if (rc != 0) { h = IntPtr.Zero; throw Pcsc.Fail(rc); }
                rc = Pcsc.Rc(Pcsc.SCardBeginTransaction(h));
                if (rc != 0) throw Pcsc.Fail(rc);
                card = new Card(h, (uint)active, flag, answered);
                data = work(card);
            }
            catch (Exception e) { fault = e; }
            finally
            {
                // 暗証番号を照合したカードは、照合済みの状態を残さないようリセットして離す
                UIntPtr how = (UIntPtr)(card != null && card.PinPresented ? 1u : 0u);
                if (card != null) Pcsc.SCardEndTransaction(h, how);
                if (h != IntPtr.Zero) Pcsc.SCardDisconnect(h, how);
                if (ctx != IntPtr.Zero) Pcsc.SCardReleaseContext(ctx);
            }
            done.Set();
        });
        t.IsBackground = true;
        t.Start();
        if (!done.WaitOne(limitMs)) { flag[0] = true; last = t; throw new CardFailure(answered[0] ? "slow" : "held", "timeout"); }
        if (fault is CardFailure) throw fault;
        if (fault != null) { Console.Error.WriteLine("card: " + fault); throw new CardFailure("unreadable", fault.GetType().Name); }
        return data;
    }
}

class Card
{
    readonly IntPtr h;
    readonly IntPtr pci;
    readonly bool[] cancelled, answered;
    public Card(IntPtr h, uint protocol, bool[] cancelled, bool[] answered)
    {
        this.h = h; this.cancelled = cancelled; this.answered = answered;
        pci = Marshal.AllocHGlobal(16);
        Marshal.WriteInt64(pci, 0, protocol);
        Marshal.WriteInt64(pci, 8, 16);
    }

    public bool PinPresented;
    int sw;
    byte[] Send(params byte[] apdu)
    {
        if (cancelled[0]) throw new CardFailure("held", "cancelled");
        var r = new byte[1024];
        UIntPtr n = (UIntPtr)1024;
        uint rc = Pcsc.Rc(Pcsc.SCardTransmit(h, pci, apdu, (UIntPtr)(uint)apdu.Length, IntPtr.Zero, r, ref n));
        if (rc != 0) throw Pcsc.Fail(rc);
        int k = (int)n;
        answered[0] = true;
        if (k < 2) throw new CardFailure("unreadable", "short");
        sw = r[k - 2] << 8 | r[k - 1];
        var d = new byte[k - 2];
        Array.Copy(r, d, k - 2);
        return d;
    }
    static byte[] Cat(params byte[][] p)
    {
        var l = new List<byte>();
        foreach (var x in p) l.AddRange(x);
        return l.ToArray();
    }

    static readonly byte[] Aid = { 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };

    public void SelectJpki()
    {
        Send(Cat(new byte[] { 0x00, 0xA4, 0x04, 0x0C, 0x0A }, Aid));
        if (sw != 0x9000) throw new CardFailure("foreign", sw.ToString("X4"));
    }
    bool SelectEf(byte id)
    {
        Send(0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, id);
        return sw == 0x9000;
    }

    public byte[] Certificate()
    {
        if (!SelectEf(0x0A)) throw new CardFailure("foreign", sw.ToString("X4"));
        var all = Read(0, 0);
        if (sw == 0x6982) throw new CardFailure("phone");
        if (sw != 0x9000) throw new CardFailure(sw == 0x6A82 || sw == 0x6985 ? "foreign" : "unreadable", sw.ToString("X4"));
        if (all.Length < 5 || all[0] != 0x30 || all[1] != 0x82) throw new CardFailure("unreadable", "no certificate");
        int total = 4 + (all[2] << 8 | all[3]);
        var cert = new List<byte>(all);
        while (cert.Count < total)
        {
            int want = Math.Min(256, total - cert.Count);
            var part = Read(cert.Count, want == 256 ? 0 : want);
            if (sw != 0x9000 || part.Length == 0) throw new CardFailure("unreadable", sw.ToString("X4"));
            if (part.Length != want) throw new CardFailure("unreadable", "length");
            cert.AddRange(part);
        }
        if (cert.Count > total) cert.RemoveRange(total, cert.Count - total);
        return cert.ToArray();
    }
    byte[] Read(int off, int le) { return Send(0x00, 0xB0, (byte)(off >> 8), (byte)off, (byte)le); }

    /// 残り回数を確かめてから、一度だけ照合する。
    public void VerifyPin(string pin)
    {
        if (!SelectEf(0x18)) throw new CardFailure("foreign", sw.ToString("X4"));
        Send(0x00, 0x20, 0x00, 0x80);
        if (sw == 0x63C0 || sw == 0x6983 || sw == 0x6984) throw new CardFailure("pin-locked") { Left = 0 };
        if (sw != 0x9000 && (sw & 0xFFF0) != 0x63C0) throw new CardFailure("foreign", sw.ToString("X4"));
        PinPresented = true;
        Send(Cat(new byte[] { 0x00, 0x20, 0x00, 0x80, 0x04 }, Encoding.ASCII.GetBytes(pin)));
        if (sw == 0x9000) return;
        if (sw == 0x63C0 || sw == 0x6983 || sw == 0x6984) throw new CardFailure("pin-locked") { Left = 0 };
        if ((sw & 0xFFF0) == 0x63C0) throw new CardFailure("pin-wrong") { Left = sw & 15 };
        throw new CardFailure("unreadable", sw.ToString("X4"));
    }

    static readonly byte[] Prefix = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
    public byte[] Sign(byte[] nonce)
    {
        if (!SelectEf(0x17)) throw new CardFailure("foreign", sw.ToString("X4"));
        byte[] hash;
        using (var s = SHA256.Create()) hash = s.ComputeHash(nonce);
        var r = Send(Cat(new byte[] { 0x80, 0x2A, 0x00, 0x80, 0x33 }, Prefix, hash, new byte[] { 0x00 }));
        if (sw != 0x9000 || r.Length != 256) throw new CardFailure("unreadable", sw.ToString("X4"));
        return r;
    }
}
