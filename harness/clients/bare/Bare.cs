// Reads the certificate for user authentication (000A) of the bare card on a TCP port.
//
//     dotnet run Bare.cs 35963     (.NET 10; with Mono: mcs Bare.cs && mono Bare.exe 35963)
//
// What an app needs in place of its NFC or PC/SC layer: BareCard.Transmit is transceive.
using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;

static class Program
{
    static void Main(string[] args)
    {
        using (var card = new BareCard(int.Parse(args[0])))
        {
            Console.Error.WriteLine($"ATR {BareCard.Hex(card.Atr)}");
            card.Transmit(0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01); // 公的個人認証AP
            card.Transmit(0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A);
            var head = card.Transmit(0x00, 0xB0, 0x00, 0x00, 0x04);
            int length = 4 + (head[2] << 8 | head[3]); // 30 82 hh ll
            var certificate = new byte[0];
            while (certificate.Length < length)
            {
                int at = certificate.Length, step = Math.Min(256, length - at);
                var part = card.Transmit(0x00, 0xB0, (byte)(at >> 8), (byte)at, (byte)step);
                certificate = certificate.Concat(part).ToArray();
            }
            Console.WriteLine("-----BEGIN CERTIFICATE-----");
            Console.WriteLine(Convert.ToBase64String(certificate, Base64FormattingOptions.InsertLineBreaks));
            Console.WriteLine("-----END CERTIFICATE-----");
        }
    }
}

/// <summary>A card behind vpcd's framing: a length of 16 bits, high byte first, and as many bytes.</summary>
sealed class BareCard : IDisposable
{
    readonly TcpClient client;
    readonly BinaryReader line;
    public byte[] Atr { get; }
    public BareCard(int port, string host = "127.0.0.1")
    {
        client = new TcpClient(host, port) { NoDelay = true };
        line = new BinaryReader(client.GetStream());
        Say(0x01); // power on: has no answer
        Say(0x04); // the ATR is asked for
        Atr = Hear();
    }

    /// <summary>A command APDU and its response data; a status word other than 9000 throws.</summary>
    public byte[] Transmit(params byte[] apdu)
    {
        Say(apdu);
        var response = Hear();
        var status = Hex(response.Skip(response.Length - 2).ToArray());
        if (status != "9000") throw new IOException($"{Hex(apdu)}: {status}");
        return response.Take(response.Length - 2).ToArray();
    }

    public static string Hex(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", "");

    public void Dispose() => client.Dispose();

    void Say(params byte[] payload)
    {
        var frame = new[] { (byte)(payload.Length >> 8), (byte)payload.Length }.Concat(payload).ToArray();
        client.GetStream().Write(frame, 0, frame.Length);
    }

    // Throws EndOfStreamException where the card was removed.
    byte[] Hear()
    {
        int length = line.ReadByte() << 8 | line.ReadByte();
        var payload = line.ReadBytes(length);
        return payload.Length == length ? payload : throw new EndOfStreamException();
    }
}
