"""カード側: PC/SC (pyscard の smartcard.scard) で公的個人認証APを読む。"""
import threading
import time

import smartcard.scard as sc

U = 0xFFFFFFFF


def _code(name):
    return getattr(sc, name, 0) & U


REMOVED = {_code(n) for n in ("SCARD_W_REMOVED_CARD", "SCARD_E_NO_SMARTCARD")}
RESET = {_code("SCARD_W_RESET_CARD")}
BUSY = {_code("SCARD_E_SHARING_VIOLATION")}
NOREADER = {_code(n) for n in ("SCARD_E_READER_UNAVAILABLE", "SCARD_E_UNKNOWN_READER", "SCARD_E_NO_READERS_AVAILABLE")}
NOSERVICE = {_code(n) for n in ("SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED", "SCARD_E_INVALID_HANDLE")} | {0x80100001, 0x80100013}
MUTE = {_code(n) for n in ("SCARD_W_UNRESPONSIVE_CARD", "SCARD_W_UNPOWERED_CARD", "SCARD_W_UNSUPPORTED_CARD")}

AID_JPKI = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
EF_CERT = [0x00, 0x0A]
EF_PIN = [0x00, 0x18]
EF_KEY = [0x00, 0x17]


class CardTrouble(Exception):
    """kind: removed reset comm busy noreader noservice foreign nocert needpin
    blocked wrongpin pinunknown nopin unreadable notplaced othercard signfail"""

    def __init__(self, kind, left=None, detail=""):
        super().__init__(kind, detail)
        self.kind = kind
        self.left = left
        self.detail = detail


def _trouble(hr):
    hr &= U
    if hr in REMOVED:
        k = "removed"
    elif hr in RESET:
        k = "reset"
    elif hr in BUSY:
        k = "busy"
    elif hr in NOREADER:
        k = "noreader"
    elif hr in NOSERVICE:
        k = "noservice"
    elif hr in MUTE:
        k = "unreadable"
    else:
        k = "comm"
    return CardTrouble(k, detail="%08X" % hr)


class Ctx:
    def __enter__(self):
        hr, self.h = sc.SCardEstablishContext(sc.SCARD_SCOPE_USER)
        if hr != 0:
            raise CardTrouble("noservice", detail="%08X" % (hr & U))
        return self.h

    def __exit__(self, *a):
        sc.SCardReleaseContext(self.h)


def pick_reader(ctx, wanted):
    hr, names = sc.SCardListReaders(ctx, [])
    if hr != 0 or not names:
        if hr != 0 and (hr & U) in NOSERVICE:
            raise CardTrouble("noservice")
        raise CardTrouble("noreader")
    return wanted if wanted in names else names[0]


def look(wanted):
    """今の状態 (リーダー名, カードがあるか, 何回目の出し入れか)"""
    with Ctx() as ctx:
        name = pick_reader(ctx, wanted)
        hr, st = sc.SCardGetStatusChange(ctx, 0, [(name, sc.SCARD_STATE_UNAWARE)])
        if hr != 0:
            raise _trouble(hr)
        ev = st[0][1]
        return name, bool(ev & sc.SCARD_STATE_PRESENT), (ev >> 16) & 0xFFFF


def await_card(wanted, before, seconds, grace=0.35):
    """カードがおかれるまで待つ。before は「待ちます」と言う前の look()。"""
    end = time.monotonic() + seconds
    begun = time.monotonic()
    while time.monotonic() < end:
        try:
            name, there, count = look(wanted)
            if there and (before is None or not before[1] or count != before[2]
                          or time.monotonic() - begun > grace):
                return name, count
            last = None
        except CardTrouble as t:
            if t.kind not in ("noreader", "noservice", "comm"):
                raise
            last = t
            if time.monotonic() - begun > 0.8:
                raise t
        time.sleep(0.02)
    if last:
        raise last
    raise CardTrouble("notplaced")


def bounded(fn, seconds):
    """PC/SC の呼び出しは限りなく待つことがある。別のスレッドで動かし、見切る。"""
    box = {}
    alive = threading.Event()
    alive.set()

    alive.connected = lambda: box.__setitem__("connected", True)

    def run():
        try:
            box["ok"] = fn(alive)
        except CardTrouble as t:
            box["trouble"] = t
        except Exception as e:  # noqa: BLE001
            box["trouble"] = CardTrouble("unreadable", detail=repr(e))

    th = threading.Thread(target=run, daemon=True)
    th.start()
    th.join(seconds)
    if th.is_alive():
        alive.clear()
        raise CardTrouble("unreadable" if box.get("connected") else "busy", detail="timeout")
    if "trouble" in box:
        raise box["trouble"]
    return box["ok"]


class Talk:
    """カード1枚との1回のやりとり。"""

    def __init__(self, wanted, alive, patience):
        self.alive = alive
        self.leave = sc.SCARD_LEAVE_CARD
        self.ctx = None
        self.card = None
        hr, self.ctx = sc.SCardEstablishContext(sc.SCARD_SCOPE_USER)
        if hr != 0:
            self.ctx = None
            raise CardTrouble("noservice")
        try:
            name = pick_reader(self.ctx, wanted)
            end = time.monotonic() + patience
            while True:
                hr, card, proto = sc.SCardConnect(self.ctx, name, sc.SCARD_SHARE_SHARED,
                                                  sc.SCARD_PROTOCOL_T0 | sc.SCARD_PROTOCOL_T1)
                if hr == 0:
                    self.card = card
                    break
                if (hr & U) in BUSY and time.monotonic() < end:
                    time.sleep(0.1)
                    continue
                raise _trouble(hr)
            self.pci = sc.SCARD_PCI_T0 if proto == sc.SCARD_PROTOCOL_T0 else sc.SCARD_PCI_T1
            hr = sc.SCardBeginTransaction(self.card)
            if hr != 0:
                raise _trouble(hr)
            self.alive.connected()
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.card is not None:
            sc.SCardEndTransaction(self.card, sc.SCARD_LEAVE_CARD)
            sc.SCardDisconnect(self.card, self.leave)
            self.card = None
        if self.ctx is not None:
            sc.SCardReleaseContext(self.ctx)
            self.ctx = None

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()

    def raw(self, apdu):
        if not self.alive.is_set():
            raise CardTrouble("busy", detail="abandoned")
        hr, resp = sc.SCardTransmit(self.card, self.pci, apdu)
        if hr != 0:
            raise _trouble(hr)
        if len(resp) < 2:
            raise CardTrouble("comm", detail="short answer")
        return list(resp[:-2]), resp[-2], resp[-1]

    def send(self, apdu):
        data, a, b = self.raw(apdu)
        if a == 0x6C:
            data, a, b = self.raw(apdu[:-1] + [b])
        while a == 0x61:
            more, a, b = self.raw([0x00, 0xC0, 0x00, 0x00, b])
            data += more
        return data, (a << 8) | b

    def select_jpki(self):
        _, sw = self.send([0x00, 0xA4, 0x04, 0x0C, len(AID_JPKI)] + AID_JPKI)
        if sw != 0x9000:
            raise CardTrouble("foreign", detail="%04X" % sw)

    def select_ef(self, ef):
        _, sw = self.send([0x00, 0xA4, 0x02, 0x0C, 0x02] + ef)
        return sw

    def certificate(self):
        sw = self.select_ef(EF_CERT)
        if sw != 0x9000:
            raise CardTrouble("nocert", detail="%04X" % sw)
        out, total = [], None
        while total is None or len(out) < total:
            want = 256 if total is None else min(256, total - len(out))
            off = len(out)
            data, sw = self.send([0x00, 0xB0, off >> 8, off & 0xFF, want & 0xFF])
            if sw == 0x6982:
                raise CardTrouble("needpin")
            if sw not in (0x9000, 0x6282) or not data or len(data) > want:
                raise CardTrouble("unreadable", detail="%04X/%d" % (sw, len(data)))
            out += data
            if total is None:
                if len(out) < 4 or out[0] != 0x30 or out[1] != 0x82:
                    raise CardTrouble("nocert", detail="not DER")
                total = 4 + (out[2] << 8) + out[3]
            if sw == 0x6282 and len(out) < total:
                raise CardTrouble("unreadable", detail="end of file")
        return bytes(out[:total])

    def attempts(self):
        """残り回数 (聞くだけで、減らない)。None: 聞けない"""
        if self.select_ef(EF_PIN) != 0x9000:
            raise CardTrouble("nopin")
        _, sw = self.send([0x00, 0x20, 0x00, 0x80])
        if sw in (0x6983, 0x6984, 0x63C0):
            return 0
        if sw & 0xFFF0 == 0x63C0:
            return sw & 0xF
        return None

    def present(self, pin):
        try:
            _, sw = self.send([0x00, 0x20, 0x00, 0x80, len(pin)] + [ord(c) for c in pin])
        except CardTrouble as t:
            t.detail = t.kind
            t.kind = "pinunknown"
            raise
        if sw == 0x9000:
            self.leave = sc.SCARD_RESET_CARD     # 照合の状態をカードに残さない
            return
        if sw in (0x6983, 0x6984, 0x63C0):
            raise CardTrouble("wrongpin", left=0)
        if sw & 0xFFF0 == 0x63C0:
            raise CardTrouble("wrongpin", left=sw & 0xF)
        raise CardTrouble("unreadable", detail="VERIFY %04X" % sw)

    def sign(self, digest_info):
        if self.select_ef(EF_KEY) != 0x9000:
            raise CardTrouble("nocert")
        data, sw = self.send([0x80, 0x2A, 0x00, 0x80, len(digest_info)] + list(digest_info) + [0x00])
        if sw != 0x9000 or len(data) != 256:
            raise CardTrouble("comm", detail="SIGN %04X/%d" % (sw, len(data)))
        return bytes(data)
