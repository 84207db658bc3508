using System;
using System.Runtime.InteropServices;
using System.Text;

// サーバ証明書の検証。Mono の BTLS は IP アドレスの名前制約を持つルートを扱えないので、OpenSSL に任せる。
// 信頼するのは渡されたルート1つだけで、期限・名前・用途（サーバ認証）を見る。
static class Verify
{
    const string C = "libcrypto.so.3";
    [DllImport(C)] static extern IntPtr d2i_X509(IntPtr px, ref IntPtr data, IntPtr len);
    [DllImport(C)] static extern void X509_free(IntPtr x);
    [DllImport(C)] static extern IntPtr X509_STORE_new();
    [DllImport(C)] static extern void X509_STORE_free(IntPtr s);
    [DllImport(C)] static extern int X509_STORE_add_cert(IntPtr s, IntPtr x);
    [DllImport(C)] static extern IntPtr X509_STORE_CTX_new();
    [DllImport(C)] static extern void X509_STORE_CTX_free(IntPtr c);
    [DllImport(C)] static extern int X509_STORE_CTX_init(IntPtr c, IntPtr store, IntPtr x, IntPtr chain);
    [DllImport(C)] static extern IntPtr X509_STORE_CTX_get0_param(IntPtr c);
    [DllImport(C)] static extern int X509_VERIFY_PARAM_set1_host(IntPtr p, byte[] name, UIntPtr len);
    [DllImport(C)] static extern int X509_VERIFY_PARAM_set1_ip_asc(IntPtr p, byte[] ip);
    [DllImport(C)] static extern int X509_VERIFY_PARAM_set_purpose(IntPtr p, int purpose);
    [DllImport(C)] static extern int X509_verify_cert(IntPtr c);
    [DllImport(C)] static extern int X509_STORE_CTX_get_error(IntPtr c);

    static IntPtr Load(byte[] der)
    {
        IntPtr m = Marshal.AllocHGlobal(der.Length);
        try { Marshal.Copy(der, 0, m, der.Length); IntPtr p = m; return d2i_X509(IntPtr.Zero, ref p, (IntPtr)der.Length); }
        finally { Marshal.FreeHGlobal(m); }
    }

    public static bool Server(byte[] leaf, byte[] root, string host)
    {
        IntPtr r = Load(root), l = Load(leaf), s = X509_STORE_new(), c = X509_STORE_CTX_new();
        try
        {
            if (r == IntPtr.Zero || l == IntPtr.Zero) return false;
            if (X509_STORE_add_cert(s, r) != 1 || X509_STORE_CTX_init(c, s, l, IntPtr.Zero) != 1) return false;
            var p = X509_STORE_CTX_get0_param(c);
            X509_VERIFY_PARAM_set_purpose(p, 2);
            System.Net.IPAddress ip;
            var name = Encoding.ASCII.GetBytes(host.Trim('[', ']') + "\0");
            int ok = System.Net.IPAddress.TryParse(host.Trim('[', ']'), out ip)
                ? X509_VERIFY_PARAM_set1_ip_asc(p, name)
                : X509_VERIFY_PARAM_set1_host(p, name, (UIntPtr)(ulong)(name.Length - 1));
            if (ok != 1) return false;
            if (X509_verify_cert(c) == 1) return true;
            Console.Error.WriteLine("tls: X509_V_ERR " + X509_STORE_CTX_get_error(c));
            return false;
        }
        finally
        {
            X509_STORE_CTX_free(c); X509_STORE_free(s);
            if (l != IntPtr.Zero) X509_free(l);
            if (r != IntPtr.Zero) X509_free(r);
        }
    }
}
