// Reads the certificate for user authentication (000A) of the bare card on a TCP port.
//
//     dotnet run Bare.cs 35963          (.NET 10; before that, from a project with this file)
//
// What an app needs in place of its NFC or PC/SC layer: BareCard.Transmit is transceive.
using System;
using System.IO;
using System.Net.Sockets;

using var card = new BareCard(int.Parse(args[0]));
Console.Error.WriteLine($"ATR {Convert.ToHexString(card.Atr)}");
card.Transmit(Convert.FromHexString("00A4040C0AD392F000260100000001")); // 公的個人認証AP
card.Transmit(Convert.FromHexString("00A4020C02000A"));
var head = card.Transmit(Convert.FromHexString("00B0000004"));
int length = 4 + (head[2] << 8 | head[3]); // 30 82 hh ll
var certificate = new MemoryStream();
while (certificate.Length < length)
{
    int at = (int)certificate.Length, step = Math.Min(256, length - at);
    certificate.Write(card.Transmit(new byte[] { 0x00, 0xB0, (byte)(at >> 8), (byte)at, (byte)step }));
}
Console.WriteLine("-----BEGIN CERTIFICATE-----");
Console.WriteLine(Convert.ToBase64String(certificate.ToArray(), Base64FormattingOptions.InsertLineBreaks));
Console.WriteLine("-----END CERTIFICATE-----");

/// <summary>A card behind vpcd's framing: a length of 16 bits, high byte first, and as many bytes.</summary>
sealed class BareCard : IDisposable
{
    static readonly byte[] PowerOn = { 0x01 }, GetAtr = { 0x04 };
    readonly TcpClient client;
    readonly NetworkStream line;

    public byte[] Atr { get; }

    public BareCard(int port, string host = "127.0.0.1")
    {
        client = new TcpClient(host, port) { NoDelay = true };
        line = client.GetStream();
        Say(PowerOn); // has no answer
        Say(GetAtr);
        Atr = Hear();
    }

    /// <summary>A command APDU and its response data; a status word other than 9000 throws.</summary>
    public byte[] Transmit(byte[] apdu)
    {
        Say(apdu);
        var response = Hear();
        if (response is not [.. var data, 0x90, 0x00])
            throw new IOException($"{Convert.ToHexString(apdu)}: {Convert.ToHexString(response.AsSpan()[^2..])}");
        return data;
    }

    void Say(byte[] payload)
    {
        var frame = new byte[2 + payload.Length];
        frame[0] = (byte)(payload.Length >> 8);
        frame[1] = (byte)payload.Length;
        payload.CopyTo(frame, 2);
        line.Write(frame);
    }

    // Throws EndOfStreamException where the card was removed.
    byte[] Hear()
    {
        var length = new byte[2];
        line.ReadExactly(length);
        var payload = new byte[length[0] << 8 | length[1]];
        line.ReadExactly(payload);
        return payload;
    }

    public void Dispose() => client.Dispose();
}
