#!/usr/bin/env python3
"""A small app of the eligibility check whose screen is a web page.

    python3 app.py [--defect NAME | --list-defects]

It knows nothing of the client contract: it shows its page on a free port of this machine, says where on
its standard output, and is operated and read through the page alone (screens.yaml). Its card and its
service are those of ../visual.py, wire profile mock-2025.05; beside 目視確認 it knows the PIN.
"""
import base64, functools, hashlib, html, http.server, json, queue, sys, threading, unicodedata, uuid
from datetime import date
from pathlib import Path

DEFECTS = {  # name: the requirement that it breaks
    "keeps-previous-patient": "result.previous-patient-cleared",
    "hides-attempts-left": "credential.attempts-shown",
    "shows-lapsed-as-valid": "result.lapsed-is-not-valid",
    "drops-insurer-name": "result.delivered-fields-shown",
    "hides-cause": "result.cause-told",
    "omits-number": "assistance.screen-number",
}
if sys.argv[1:] == ["--list-defects"]:
    print(*("\t".join(entry) for entry in DEFECTS.items()), sep="\n")
    sys.exit()

sys.dont_write_bytecode = True  # an app leaves nothing beside itself
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import visual
from smartcard.CardRequest import CardRequest
from smartcard.Exceptions import SmartcardException
from smartcard.scard import (SCARD_SCOPE_USER, SCARD_S_SUCCESS, SCARD_STATE_PRESENT, SCARD_STATE_UNAWARE,
                             SCardEstablishContext, SCardGetStatusChange, SCardReleaseContext)

VALIDITY = {"1": "有効", "2": "無効", "3": "無効（新しい資格あり）", "4": "該当資格なし", "5": "複数該当", "6": "有効（未登録）"}
WITHOUT_VALIDITY = {"NO_QUALIFICATION": "4", "MULTIPLE": "5"}
SEX = {"1": "男", "2": "女", "3": "未設定"}
CLASS = {"03": "短期（一般）", "04": "短期（退職）", "05": "特別療養費支給対象者", "06": "特例退職", "07": "自衛官診療証"}
ERAS = [(date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和"), (date(1912, 7, 30), "大正")]
SHA_256 = "3031300D060960864801650304020105000420"  # DigestInfo up to the digest (RFC 8017 §9.2)


def era(text):
    day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    start, name = next((era for era in ERAS if era[0] <= day), (date(1868, 1, 1), "明治"))
    return f"{name}{day.year - start.year + 1:02}年{day.month:02}月{day.day:02}日"


def wide(kana):
    return unicodedata.normalize("NFKC", kana).replace(" ", "\u3000")


INSURANCE = [  # label, name on the wire, how it is shown
    ("保険者番号", "insurerNumber", str), ("保険者名", "insurerName", str), ("記号", "insuredCardSymbol", str),
    ("番号", "insuredIdentificationNumber", str), ("枝番", "insuredBranchNumber", str), ("氏名", "name", str),
    ("フリガナ", "nameKana", wide), ("生年月日", "birthdate", era), ("性別", "sex1", SEX.get),
    ("負担割合", "insuredPartialContributionRatio", lambda percent: f"{int(percent) // 10}割"),
    ("証区分", "insuredCardClassification", CLASS.get), ("有効開始日", "insuredCardValidDate", era),
    ("有効終了日", "insuredCardExpirationDate", era), ("資格取得年月日", "qualificationDate", era),
    ("資格喪失年月日", "disqualificationDate", era),
]
ASSISTANCE = [
    ("福祉事務所名", "insurerName", str), ("フリガナ", "nameKana", wide), ("氏名", "name", str),
    ("生年月日", "birthdate", era), ("性別", "sex1", SEX.get), ("証区分", "insuredCardClassification", lambda _: "医療扶助"),
]
BACK_SIDE = [("氏名カナ", "nameOfOtherKana", wide), ("氏名", "nameOfOther", str), ("性別", "sex2", SEX.get)]


def labelled(section, table, result):
    # what was delivered blank is shown blank
    shown = [(section + label, result[name] and words(result[name])) for label, name, words in table
             if result.get(name) is not None]
    return [(label, value) for label, value in shown if value is not None]


class Locked(Exception):
    pass


class WrongPin(Exception):
    def __init__(self, left):
        self.left = left


class TimedOut(Exception):
    """Another program keeps the card: PC/SC itself would wait for ever."""


def bounded(work):
    outcome = queue.Queue()

    def worker():
        try:
            outcome.put((work(), None))
        except Exception as error:
            outcome.put((None, error))

    threading.Thread(target=worker, daemon=True).start()
    try:
        result, error = outcome.get(timeout=visual.patience)
    except queue.Empty:
        raise TimedOut("カードを読み取れませんでした（時間切れ）") from None
    if error:
        raise error
    return result


class App:
    """What is shown, and what each act leads to. One act at a time: buttons and card take turns."""

    def __init__(self, defect):
        self.defect, self.turn, self.changed = defect, threading.RLock(), threading.Condition()
        self.n, self.body = 0, ""
        self.logged_in = self.present = self.lost = False
        self.tried = False  # whether a PIN of this patient has reached the card
        self.method, self.pin, self.again, self.shown = "visual", None, None, []
        self.show_login()

    # Screens

    def show(self, screen, title, fields=(), buttons=(), inputs=(), results=(), number=None, busy=False):
        def field(label, value):
            label, value = html.escape(label), html.escape(value) or "&nbsp;"  # a blank one has its place, too
            return f"<dt>{label.rsplit('/')[-1]}</dt><dd data-field='{label}'>{value}</dd>"

        def result(part):
            heading, number, rows = part
            number = f"<p class='number'>{number}</p>" if number else ""
            return f"<article class='result'><h2>{heading}</h2>{number}<dl>{''.join(field(*row) for row in rows)}</dl></article>"

        parts = [f"<h1>{title}</h1>", *(f"<label>{label}<input id='{name}' type='{kind}'></label>" for name, label, kind in inputs),
                 f"<dl>{''.join(field(*row) for row in fields)}</dl>", *map(result, results),
                 *(f"<button data-act='{act}' value='{value}'>{label}</button>" for label, act, value in buttons)]
        if busy:
            parts.append("<p id='busy'>お待ちください</p>")
        with self.changed:
            self.screen, self.n = screen, self.n + 1
            self.body = f"<section id='{screen}'>{''.join(parts)}</section>"
            self.changed.notify_all()

    def show_login(self, *notice):
        inputs = [("facility-code", "医療機関等コード", "text"), ("user-id", "ユーザーID", "text"),
                  ("password", "パスワード", "password"), ("activation-code", "アクティベーションコード", "password")]
        self.show("login", "ログイン画面", fields=[("お知らせ", text) for text in notice],
                  buttons=[("ログイン", "login", "")], inputs=inputs)

    def show_choice(self):
        kept = self.shown if self.defect == "keeps-previous-patient" else []
        self.show("choice", "認証選択", fields=kept,
                  buttons=[("目視確認", "choose", "visual"), ("4桁の暗証番号入力", "choose", "pin"), ("設定", "settings", "")])

    def show_start(self):
        self.pin = None
        self.show_choice() if self.logged_in else self.show_login()

    def show_pin(self, left=None, *notice):
        hidden = left is None or self.defect == "hides-attempts-left"
        fields = ([] if hidden else [("残り回数", str(left))]) + [("お知らせ", text) for text in notice]
        self.show("pin", "PIN入力", fields=fields, buttons=[("確定", "pin", "")], inputs=[("digits", "暗証番号", "password")])

    def show_reading(self, notice, *cause):
        self.show("reading", "読み取り", fields=[("お知らせ", notice)] + [("原因", text) for text in cause])

    def show_locked(self):
        left = [] if self.defect == "hides-attempts-left" else [("残り回数", "0")]
        notice = "暗証番号がロックされました。市区町村窓口で再設定できます／目視確認で続けられます"
        self.show("locked", "暗証番号ロック", fields=left + [("お知らせ", notice)],
                  buttons=[("目視確認", "choose", "visual"), ("閉じる", "close-screen", "")])

    def show_no_answer(self, cause, again):
        self.again = again
        self.show("no-answer", "通信エラー", fields=[("原因", cause)],
                  buttons=[("再試行", "again", ""), ("閉じる", "close-screen", "")])

    def show_refused(self, answer):
        cause = [] if self.defect == "hides-cause" else [("原因", answer.get("resultMessage") or answer["resultCode"])]
        self.show("refused", "資格確認エラー", fields=cause, buttons=[("閉じる", "close-screen", "")])

    def show_results(self, answer):
        code = answer.get("qualificationValidity") or WITHOUT_VALIDITY.get(answer["resultCode"], "")
        if self.defect == "shows-lapsed-as-valid" and code == "2":
            code = "1"
        results = [self.result(result, code) for result in answer.get("resultList") or [{}]]
        self.shown = [row for _, _, rows in results for row in rows]
        self.show("results", "資格確認結果", results=results, buttons=[("閉じる", "close-screen", "")])

    def result(self, result, code):
        if result.get("insuredCardClassification") == "A1":
            rows = labelled("資格情報/", ASSISTANCE, result) + labelled("裏面記載情報/", BACK_SIDE, result)
            if code == "6":  # the office has not registered this month's ticket yet
                rows.append(("お知らせ", "未登録です。医療券を確認してください"))
            return "資格確認結果", None if self.defect == "omits-number" else "E-05-A", rows
        dropped = "資格情報/保険者名" if self.defect == "drops-insurer-name" else None
        rows = [row for row in labelled("資格情報/", INSURANCE, result) if row[0] != dropped]
        return "資格確認結果", None, [("資格有効性", VALIDITY.get(code, code)), *rows]

    # What the staff and the patient do

    def act(self, name, value, form):
        with self.turn:
            getattr(self, "do_" + name.replace("-", "_"))(value, form)

    def do_login(self, _, form):
        try:
            visual.login(form)
        except visual.Refused as refused:
            return self.show_login(refused.args[1].get("resultMessage") or refused.args[1]["resultCode"])
        except (OSError, ValueError) as error:
            return self.show_no_answer(str(error), functools.partial(self.do_login, _, form))
        self.logged_in = True
        self.show_choice()

    def do_settings(self, *_):
        self.show("settings", "設定メニュー", fields=[("認証方法", self.method)],
                  buttons=[("目視確認", "set", "visual"), ("4桁の暗証番号入力", "set", "pin")])

    def do_set(self, method, _):
        self.method = method
        self.show_choice()

    def do_choose(self, method, _):
        was_locked, self.method, self.tried = self.screen == "locked", method, False
        if method == "pin":
            self.show_pin()
        elif was_locked and self.present:
            self.check()
        else:
            self.show_reading("カードを置いてください")

    def do_pin(self, _, form):
        if not (len(form["digits"]) == 4 and form["digits"].isdecimal()):
            return self.show_pin(None, "4桁の数字を入力してください")  # must not cost the patient an attempt
        self.pin = form["digits"]
        self.check() if self.present else self.show_reading("カードを置いてください")

    def do_again(self, *_):
        self.again()

    def do_close_screen(self, *_):
        self.show_start()

    def do_quit(self, *_):
        self.show("closed", "終了しました")
        threading.Thread(target=SERVER.shutdown).start()

    # What the card does

    def card_came(self):
        with self.turn:
            self.present, self.lost = True, False
            if self.screen == "reading":
                self.check()

    def card_went(self):
        with self.turn:
            self.present, torn, self.lost = False, self.lost, False
            of_a_patient = self.screen in ("results", "refused", "locked", "no-answer") or self.screen == "pin" and self.tried
            if of_a_patient and not torn:
                self.show_start()

    def check(self):
        self.show("reading", "読み取り", fields=[("お知らせ", "カードを読み取っています")], busy=True)
        self.tried = False
        try:
            path, inquiry = bounded(self.prove_by_pin if self.method == "pin" else self.prove_by_sight)
        except WrongPin as wrong:
            return self.show_pin(wrong.left)
        except Locked:
            return self.show_locked()
        except visual.Refused as refused:
            answer = refused.args[1]
            return self.show_refused(answer) if isinstance(answer, dict) else self.card_trouble(refused)
        except (ValueError, SmartcardException, TimedOut) as error:
            return self.card_trouble(error)
        except OSError as error:
            return self.show_no_answer(str(error), self.show_pin)
        visual.headers["X-Request-Id"] = str(uuid.uuid4())  # the same again only if this request is repeated
        self.ask(path, inquiry)

    def card_trouble(self, error):
        self.lost = True  # that it goes now is no patient who leaves
        if self.tried:  # a PIN that has reached the card is not used again
            return self.show_pin(None, f"{error}。暗証番号をもう一度入力してください")
        self.show_reading("カードをもう一度置いてください", str(error))

    def prove_by_sight(self):
        with visual.session(card()) as transmit:
            certificate = visual.read_certificate(transmit)
        return "eligibility/certificate", {"method": "visual", "certificate": encoded(certificate)}

    def prove_by_pin(self):
        with visual.session(card()) as transmit:
            transmit("00A4020C02" "0018")
            if self.attempts(transmit, "00200080") == 0:
                raise Locked
            pin, self.pin, self.tried = self.pin, None, True
            left = self.attempts(transmit, "0020008004" + pin.encode().hex())
            if left is not None:
                raise WrongPin(left) if left else Locked
            certificate = visual.read_certificate(transmit)
            challenge = visual.post("challenges")
            digest = hashlib.sha256(base64.b64decode(challenge["nonce"])).hexdigest()
            transmit("00A4020C02" "0017")
            signature = transmit("802A008033" + SHA_256 + digest + "00")
        return "eligibility/signature", {"method": "pin", "certificate": encoded(certificate),
                                         "challengeId": challenge["challengeId"], "signature": encoded(signature)}

    def attempts(self, transmit, verify):  # VERIFY: how many are left, or nothing where the PIN was right
        try:
            transmit(verify)
            return None
        except visual.Refused as refused:
            if refused.args[1] in ("6983", "6984"):
                return 0
            if not refused.args[1].startswith("63c"):
                raise
            return int(refused.args[1][3], 16)

    def ask(self, path, inquiry):
        again = functools.partial(self.ask, path, inquiry)
        try:
            answer = visual.post(path, **inquiry)
        except visual.Refused as refused:
            code = refused.args[1]["resultCode"]
            if code in WITHOUT_VALIDITY:
                return self.show_results(refused.args[1])
            if code in ("OUTAGE", "BUSY", "JPKI_MAINTENANCE"):
                return self.show_no_answer(refused.args[1].get("resultMessage") or code, again)
            return self.show_refused(refused.args[1])
        except (OSError, ValueError) as error:
            return self.show_no_answer(str(error), again)
        self.show_results(answer)


def card():
    placed = CardRequest(timeout=visual.patience, readers=[visual.env["MADOGUCHI_READER"]]).waitforcard()
    placed.connection.service = placed  # newer pyscard releases the connection with it
    return placed.connection


def encoded(data):
    return base64.b64encode(data).decode()


def watch(app):
    """Tells the app that a card came or went; waits for it, and begins anew where PC/SC went away."""
    reader, state = visual.env["MADOGUCHI_READER"], SCARD_STATE_UNAWARE
    _, context = SCardEstablishContext(SCARD_SCOPE_USER)
    there = False
    while True:
        result, states = SCardGetStatusChange(context, 1000, [(reader, state)])
        if result == SCARD_S_SUCCESS:
            state = states[0][1]
        elif (result & 0xFFFFFFFF) != 0x8010000A:  # anything but SCARD_E_TIMEOUT
            SCardReleaseContext(context)
            threading.Event().wait(0.1)
            _, context = SCardEstablishContext(SCARD_SCOPE_USER)
            state = SCARD_STATE_UNAWARE
        came = bool(state & SCARD_STATE_PRESENT)
        if came != there:
            there = came
            (app.card_came if came else app.card_went)()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.path.startswith("/screen"):
            return self.answer("text/html", (HERE / "index.html").read_bytes())
        seen = int(self.path.rpartition("=")[2])
        with APP.changed:
            APP.changed.wait_for(lambda: APP.n != seen, timeout=20)
            self.screen()

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        APP.act(told["act"], told["value"], told["form"])
        with APP.changed:
            self.screen()

    def screen(self):
        self.answer("application/json", json.dumps({"n": APP.n, "body": APP.body}).encode())

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind + "; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


defect = sys.argv[2] if sys.argv[1:2] == ["--defect"] else None
if defect not in (None, *DEFECTS):
    sys.exit(f"no defect is called {defect}; --list-defects names them all")
APP = App(defect)
SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
SERVER.daemon_threads = True
threading.Thread(target=watch, args=(APP,), daemon=True).start()
print(json.dumps({"page": {"url": f"http://127.0.0.1:{SERVER.server_port}/"}}), flush=True)
SERVER.serve_forever()
