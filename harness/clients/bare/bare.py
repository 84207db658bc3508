"""Reads the certificate for user authentication (000A) of the bare card on a TCP port.

    python3 bare.py 35963

What an app needs in place of its NFC or PC/SC layer: `BareCard.transmit` is IsoDep.transceive.
"""

import base64
import socket
import struct
import sys

POWER_ON, GET_ATR = b"\x01", b"\x04"


class BareCard:
    """A card behind vpcd's framing: a length of 16 bits, high byte first, and as many bytes."""

    def __init__(self, port, host="127.0.0.1"):
        self.line = socket.create_connection((host, port), timeout=30)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._say(POWER_ON)  # has no answer
        self._say(GET_ATR)
        self.atr = self._hear()

    def transmit(self, apdu):
        """A command APDU and its response data; a status word other than 9000 raises."""
        self._say(apdu)
        response = self._hear()
        if response[-2:] != b"\x90\x00":
            raise IOError(f"{apdu.hex().upper()}: {response[-2:].hex().upper()}")
        return response[:-2]

    def _say(self, payload):
        self.line.sendall(struct.pack(">H", len(payload)) + payload)

    def _hear(self):
        (length,) = struct.unpack(">H", self._exactly(2))
        return self._exactly(length)

    def _exactly(self, length):
        data = b""
        while len(data) < length:
            more = self.line.recv(length - len(data))
            if not more:
                raise IOError("the card was removed")
            data += more
        return data


def read_certificate(card):
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))  # 公的個人認証AP
    card.transmit(bytes.fromhex("00A4020C02000A"))
    head = card.transmit(bytes.fromhex("00B0000004"))
    length = 4 + int.from_bytes(head[2:], "big")  # 30 82 hh ll
    data = b""
    while len(data) < length:
        step = min(256, length - len(data))
        data += card.transmit(struct.pack(">BBHB", 0, 0xB0, len(data), step & 0xFF))
    return data


card = BareCard(int(sys.argv[1]))
print("ATR", card.atr.hex().upper(), file=sys.stderr)
print("-----BEGIN CERTIFICATE-----")
print(base64.encodebytes(read_certificate(card)).decode(), end="")
print("-----END CERTIFICATE-----")
