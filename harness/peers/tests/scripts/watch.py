"""Watches the reader of an open counter with pyscard and says on each line what it sees.

The test that started it moves the card when a line says that it is being waited for.
"""
import os
from smartcard.scard import *

READER = os.environ["MADOGUCHI_READER"]
SELECT = "00A4040C0AD392F000260100000001"  # 公的個人認証AP
PATIENCE = 20_000  # milliseconds


def say(text):
    print(text, flush=True)


def good(rv, *rest):
    if rv != SCARD_S_SUCCESS:
        raise SystemExit(f"{rv & 0xFFFFFFFF:08X} {SCardGetErrorMessage(rv)}")
    return rest[0] if len(rest) == 1 else rest


def connect(context):
    return good(*SCardConnect(context, READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY))


def select(card, protocol):
    """The status word, or the return code where there is none."""
    rv, answer = SCardTransmit(card, protocol, list(bytes.fromhex(SELECT)))
    return bytes(answer[-2:]).hex() if rv == SCARD_S_SUCCESS else f"{rv & 0xFFFFFFFF:08X}"


def wait(context, known, wanted):
    """Waits until the reader's state has the bit `wanted`; gives back what is then known."""
    while not known & wanted:
        ((_, seen, _atr),) = good(*SCardGetStatusChange(context, PATIENCE, [(READER, known)]))
        known = seen & ~SCARD_STATE_CHANGED
    return known


watcher = good(*SCardEstablishContext(SCARD_SCOPE_USER))
known = wait(watcher, SCARD_STATE_UNAWARE, SCARD_STATE_PRESENT)
say("present")
card, protocol = connect(watcher)
say(f"read {SELECT}: {select(card, protocol)}")

other = good(*SCardEstablishContext(SCARD_SCOPE_USER))
others_card, _ = connect(other)
good(SCardDisconnect(others_card, SCARD_RESET_CARD))
say(f"reset by another handle: {select(card, protocol)}")
protocol = good(*SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_LEAVE_CARD))
say(f"after reconnecting: {select(card, protocol)}")

say("waiting for removal")
known = wait(watcher, known, SCARD_STATE_EMPTY)
say("empty")
say(f"without a card: {select(card, protocol)}")
say("waiting for insertion")
known = wait(watcher, known, SCARD_STATE_PRESENT)
say("present")
card, protocol = connect(watcher)
say(f"a new connection: {select(card, protocol)}")
