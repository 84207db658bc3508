"""オンライン資格確認のWebサービスと話す (HTTPS, JSON)。"""
import hashlib
import http.client
import io
import json
import os
import socket
import ssl
import threading
import time
import urllib.parse
import uuid
import zipfile

PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
VERSION = "1.4.0"


def digest_info(nonce):
    return PREFIX + hashlib.sha256(nonce).digest()


class NetTrouble(Exception):
    """kind: connect tls timeout broken portal gateway crowded"""

    def __init__(self, kind, wait=None, detail=""):
        super().__init__(kind, detail)
        self.kind = kind
        self.wait = wait
        self.detail = detail


class Service:
    def __init__(self, state_dir, limit):
        self.base = urllib.parse.urlsplit(os.environ.get("MADOGUCHI_URL", "https://127.0.0.1:8443"))
        self.ca = os.environ.get("MADOGUCHI_CA_FILE")
        self.proxy = os.environ.get("MADOGUCHI_PROXY") or os.environ.get("HTTPS_PROXY")
        self.limit = limit
        self.dir = state_dir
        self.token = None
        self.hold_until = 0.0

    # --- 端末の証明書 ---
    def terminal(self):
        c, k = os.path.join(self.dir, "terminal.crt"), os.path.join(self.dir, "terminal.key")
        if os.path.exists(c) and os.path.exists(k):
            return c, k
        c, k = os.environ.get("MADOGUCHI_CERT_FILE"), os.environ.get("MADOGUCHI_KEY_FILE")
        if c and k and os.path.exists(c) and os.path.exists(k):
            return c, k
        return None

    def keep_terminal(self, cert, key):
        os.makedirs(self.dir, exist_ok=True)
        for name, text in (("terminal.crt", cert), ("terminal.key", key)):
            fd = os.open(os.path.join(self.dir, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "w") as f:
                f.write(text)

    # --- 1回の要求 ---
    def _once(self, method, path, body, headers, with_terminal, limit, kinds):
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ctx.minimum_version = ssl.TLSVersion.TLSv1_2
        ctx.load_verify_locations(self.ca)
        if with_terminal and self.terminal():
            ctx.load_cert_chain(*self.terminal())
        host, port = self.base.hostname, self.base.port or 443
        if self.proxy:
            p = urllib.parse.urlsplit(self.proxy if "//" in self.proxy else "http://" + self.proxy)
            conn = http.client.HTTPSConnection(p.hostname, p.port, timeout=limit, context=ctx)
            conn.set_tunnel(host, port)
        else:
            conn = http.client.HTTPSConnection(host, port, timeout=limit, context=ctx)
        cut = threading.Event()

        def stop():
            cut.set()
            try:
                conn.sock.shutdown(socket.SHUT_RDWR)
            except (OSError, AttributeError):
                pass

        timer = threading.Timer(limit, stop)
        timer.daemon = True
        timer.start()
        try:
            conn.request(method, self.base.path.rstrip("/") + path,
                         None if body is None else json.dumps(body, ensure_ascii=False).encode(), headers)
            r = conn.getresponse()
            raw = r.read()
        except ssl.SSLCertVerificationError as e:
            raise NetTrouble("tls", detail=str(e))
        except ssl.SSLError as e:
            raise NetTrouble("timeout" if cut.is_set() else "tls", detail=str(e))
        except (TimeoutError, socket.timeout) as e:
            raise NetTrouble("timeout", detail=str(e))
        except ConnectionRefusedError as e:
            raise NetTrouble("connect", detail=str(e))
        except (OSError, http.client.HTTPException) as e:
            raise NetTrouble("timeout" if cut.is_set() else "broken", detail=repr(e))
        finally:
            timer.cancel()
            conn.close()
        kind = (r.getheader("Content-Type") or "").split(";")[0].strip().lower()
        if kind in kinds and kind == "application/zip":
            return kinds[kind](raw)
        if kind == "application/json":
            try:
                out = json.loads(raw.decode("utf-8"))
            except ValueError:
                raise NetTrouble("broken", detail="not whole")
            if isinstance(out, dict) and isinstance(out.get("resultCode"), str):
                return out
        wait = r.getheader("Retry-After")
        if r.status == 429 or wait:
            raise NetTrouble("crowded", wait=int(wait) if wait and wait.isdigit() else None)
        if r.status >= 500:
            raise NetTrouble("gateway", detail=str(r.status))
        raise NetTrouble("portal", detail="%d %s" % (r.status, kind))

    def call(self, method, path, body=None, rid=None, with_terminal=True, token=True, harmless=False, kinds=None):
        if time.monotonic() < self.hold_until:
            raise NetTrouble("crowded", wait=int(self.hold_until - time.monotonic()) + 1)
        headers = {"Accept": "application/json", "X-Client-Version": VERSION}
        if kinds:
            headers["Accept"] = "application/json, application/zip"
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        if rid:
            headers["X-Request-Id"] = rid
        if token and self.token:
            headers["Authorization"] = "Bearer " + self.token
        begun = time.monotonic()
        for turn in (1, 2):
            left = self.limit - (time.monotonic() - begun)
            try:
                return self._once(method, path, body, headers, with_terminal, left, kinds or {})
            except NetTrouble as t:
                if t.kind == "crowded":
                    self.hold_until = time.monotonic() + (t.wait or 0)
                spent = time.monotonic() - begun
                if turn == 1 and harmless and t.kind in ("broken", "gateway", "connect") and spent < self.limit * 0.4:
                    time.sleep(0.15)
                    continue
                raise

    # --- 操作 ---
    def first_login(self, v):
        return self.call("POST", "/limited/v1/terminals", {
            "facilityCode": v.get("facility-code", ""), "userId": v.get("user-id", ""),
            "password": v.get("password", ""), "activationCode": v.get("activation-code", "")},
            with_terminal=False, token=False)

    def login(self, v):
        return self.call("POST", "/limited/v1/sessions", {
            "facilityCode": v.get("facility-code", ""), "userId": v.get("user-id", ""),
            "password": v.get("password", "")}, token=False)

    def challenge(self):
        return self.call("POST", "/limited/v1/challenges", harmless=True)

    def by_certificate(self, body, rid):
        return self.call("POST", "/limited/v1/eligibility/certificate", body, rid, harmless=True)

    def by_signature(self, body, rid):
        return self.call("POST", "/limited/v1/eligibility/signature", body, rid, harmless=True)

    def by_number(self, body, rid):
        return self.call("POST", "/limited/v1/eligibility/number", body, rid, harmless=True)

    def terms(self):
        return self.call("GET", "/limited/v1/registration/terms", harmless=True)

    def agree(self, terms_id):
        return self.call("POST", "/limited/v1/registration/consents", {"termsId": terms_id, "consent": "agree"})

    def register(self, body, rid):
        return self.call("POST", "/limited/v1/registrations", body, rid)

    def history(self, body):
        return self.call("POST", "/limited/v1/history", body, harmless=True)

    def emergency(self, body):
        return self.call("POST", "/limited/v1/emergency", body, harmless=True)

    def bulk(self, items):
        return self.call("POST", "/limited/v1/bulk", {"items": items})

    def bulk_result(self, number):
        def unzip(raw):
            try:
                with zipfile.ZipFile(io.BytesIO(raw)) as z:
                    return json.loads(z.read("result.json").decode("utf-8"))
            except (zipfile.BadZipFile, KeyError, ValueError):
                raise NetTrouble("broken", detail="zip")
        return self.call("POST", "/limited/v1/bulk/result", {"receptionNumber": number}, harmless=True,
                         kinds={"application/zip": unzip})

    def designate(self, body):
        return self.call("POST", "/limited/v1/institution-consents", body)

    def entrance(self, token):
        return self.call("POST", "/limited/v1/entrances", {"entranceToken": token}, with_terminal=False, token=False)

    def by_consent(self, body):
        return self.call("POST", "/limited/v1/eligibility/consent", body, harmless=True)


def new_id():
    return str(uuid.uuid4())
