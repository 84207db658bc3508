#!/usr/bin/env python3
"""A client of the eligibility check on one page: 目視確認 only, wire profile mock-2025.05.

It follows client contract v1 (madoguchi help contract): JSON Lines from the harness on standard input, its
own on standard output. PC/SC comes from pyscard (python3-pyscard), the rest is standard library.
"""
import base64, contextlib, http.client, itertools, json, os, ssl, sys, uuid
from pathlib import Path
from urllib.parse import urlsplit
from smartcard.CardRequest import CardRequest
from smartcard.Exceptions import SmartcardException
from smartcard.scard import SCARD_LEAVE_CARD

env = os.environ
if env["MADOGUCHI_PROFILE"] != "mock-2025.05": sys.exit(89)  # "not supported" is neither passed nor failed
url, patience = urlsplit(env["MADOGUCHI_URL"]), int(env["MADOGUCHI_TIMEOUT_MS"]) / 1000
certificate_file = Path(env.get("MADOGUCHI_CERT_FILE") or env["MADOGUCHI_STATE_DIR"] + "/terminal.pem")
key_file = Path(env.get("MADOGUCHI_KEY_FILE") or env["MADOGUCHI_STATE_DIR"] + "/terminal.key")
tls = ssl.create_default_context(cafile=env["MADOGUCHI_CA_FILE"])  # trusts this root and no other
headers, events, methods = {"Content-Type": "application/json"}, itertools.count(1), ("目視確認", "4桁の暗証番号入力")

def say(kind, **message):
    print(json.dumps({kind: message}), flush=True)

def screen(title, *buttons):
    say("screen", n=next(events), title=title, buttons=buttons)

class Refused(ValueError):  # args: what was refused, and the card's status word or the service's whole answer
    __str__ = lambda self: self.args[0]

def post(path, **fields):  # one request to the service
    service = http.client.HTTPSConnection(url.hostname, url.port, context=tls, timeout=patience)
    service.request("POST", "/limited/v1/" + path, json.dumps(fields), headers)
    answer = json.load(service.getresponse())
    if answer["resultCode"] != "OK": raise Refused(f"{path}: {answer['resultCode']}", answer)
    return answer

def login(value):
    account = {"facilityCode": value["facility-code"], "userId": value["user-id"], "password": value["password"]}
    if not certificate_file.exists():  # a fresh terminal is activated, once
        terminal = post("terminals", activationCode=value["activation-code"], **account)
        key_file.touch(mode=0o600)
        key_file.write_text(terminal["terminalKey"])
        certificate_file.write_text(terminal["terminalCertificate"])
    tls.load_cert_chain(certificate_file, key_file)  # from now on the terminal proves itself
    headers["Authorization"] = "Bearer " + post("sessions", **account)["sessionToken"]

@contextlib.contextmanager
def session(card):  # one use of the card, with 公的個人認証AP selected
    def transmit(apdu):
        data, *status = card.transmit(list(bytes.fromhex(apdu)))
        if status != [0x90, 0x00]: raise Refused(f"{apdu[:8]}: {bytes(status).hex()}", bytes(status).hex())
        return bytes(data)
    card.connect(disposition=SCARD_LEAVE_CARD)
    try:
        transmit("00A4040C0A" "D392F000260100000001")  # SELECT 公的個人認証AP
        yield transmit
    finally:
        card.disconnect()

def read_certificate(transmit):  # 利用者証明用電子証明書 needs no PIN
    transmit("00A4020C02" "000A")  # SELECT the certificate's file
    size = 4 + int.from_bytes(transmit("00B0000004")[2:], "big")  # its header: 30 82 hh ll
    return b"".join(transmit(f"00B0{at:04X}{min(256, size - at) % 256:02X}") for at in range(0, size, 256))

def act(step, action, value=None):
    if action == "login":
        login(value)
        screen("認証選択", *methods)
    elif (action, value) == ("choose-method", "visual"):
        screen("読み取り")
    elif action == "place-card":
        say("ready", do=step)  # whoever drives this client places the card now
        named = [env["MADOGUCHI_READER"]] if "MADOGUCHI_READER" in env else None
        placed = CardRequest(timeout=patience, readers=named).waitforcard()
        with session(placed.connection) as transmit:  # newer pyscard releases it with `placed`
            certificate = base64.b64encode(read_certificate(transmit)).decode()
        headers["X-Request-Id"] = str(uuid.uuid4())  # the same again only if this request is repeated
        post("eligibility/certificate", method="visual", certificate=certificate)
        screen("資格確認結果", "閉じる")
    elif action == "take-card":
        screen("認証選択", *methods)  # nothing of the patient stays
    elif action != "close":
        sys.exit(89)

if __name__ == "__main__":
    for line in sys.stdin.buffer:
        ((kind, message),) = json.loads(line).items()
        if kind == "hello":
            say("hello", contract=1, name="visual.py", version="1", depth="L2", clock=False, supports=["visual"])
        elif kind == "begin":
            screen("ログイン画面", "ログイン")
        elif kind == "do":
            try:
                act(message["id"], message["action"], message.get("value"))
            except (OSError, ValueError, SmartcardException) as error:
                say("error", n=next(events), text=str(error))
            say("done", do=message["id"])
        elif kind == "end":
            break
