"""Reads the certificate for user authentication (000A) with pyscard: what the reader says of the
card first, then the certificate in hexadecimal."""
from smartcard.System import readers
from smartcard.util import toBytes, toHexString

for reader in readers():
    try:
        card = reader.createConnection()
        card.connect()
        break
    except Exception as error:  # no card in it
        print(f"{reader}: {error}")


def transmit(apdu):
    data, *status = card.transmit(toBytes(apdu))
    if status != [0x90, 0x00]:
        raise SystemExit(f"{apdu}: {toHexString(status)}")
    return data


print("ATR", toHexString(card.getATR()))
print("T=%d" % (card.getProtocol() - 1))
transmit("00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01")  # 公的個人認証AP
transmit("00 A4 02 0C 02 00 0A")
_, _, high, low = transmit("00 B0 00 00 04")  # 30 82 hh ll
length = 4 + (high << 8 | low)
certificate = []
while len(certificate) < length:
    at = len(certificate)
    certificate += transmit("00 B0 %02X %02X %02X" % (at >> 8, at & 0xFF, min(256, length - at) & 0xFF))
print(bytes(certificate).hex())
