#!/usr/bin/python3
"""まちの受付 — 小さな診療所のタブレット用、資格確認アプリ (試作)。"""
import base64
import json
import os
import sys
import threading
import time

import cardside as cs
import service as sv
import words as w
from cardside import CardTrouble
from service import NetTrouble

LIMIT = int(os.environ.get("MADOGUCHI_TIMEOUT_MS", "10000")) / 1000.0
READER = os.environ.get("MADOGUCHI_READER", "")
STATE = os.environ.get("MADOGUCHI_STATE_DIR", ".")


WORDS = {
    "screens": {"資格確認結果": ["📋 確認のけっか"] + ["📋 確認のけっか（%d/%d）" % (i, n) for n in range(2, 7) for i in range(1, n + 1)]},
    "buttons": {"目視確認": "👀 お顔を見て確認 ➡", "4桁の暗証番号入力": "🔢 4けたの暗証番号で確認 ➡",
                "健康保険証利用登録する": "✍️ 利用登録する ➡", "健康保険証利用登録しない": "⬅ 利用登録しない"},
    "labels": {"資格有効性": "いまの資格", "証区分": "証の種類", "保険者番号・名称": "保険者", "負担割合": "お支払いのわりあい",
               "裏面記載情報/氏名": "裏面のお名前", "資格喪失年月日": ["資格がなくなった日", "資格がなくなる日"]},
    "values": {"有効": "⭕ 有効です", "無効": "❌ 無効です", "無効（新しい資格あり）": "❌ 無効です（新しい資格があります）",
               "該当資格なし": "❓ 資格が見つかりません"},
}


class Button:
    def __init__(self, label, does, *means):
        self.label, self.does, self.means = label, does, means


class Check:
    """1人の患者さんの確認。"""

    def __init__(self, method, purpose="check"):
        self.method = method
        self.purpose = purpose      # check, register, designate
        self.pin = None
        self.proved = False         # カードが受けつけた暗証番号か
        self.cert = None
        self.challenge = None
        self.challenge_at = 0
        self.rid = sv.new_id()
        self.order = None           # 送る直前の要求
        self.seen = None            # 読んだときの出し入れの回数


class App:
    def __init__(self):
        self.lock = threading.RLock()
        self.n = 0
        self.svc = sv.Service(STATE, LIMIT * 0.95)
        self.logged = False
        self.form = None
        self.mobile = False
        self.passcode = None
        self.locked = False
        self.with_patient = False
        self.held_result = None
        self.method = "visual"
        self.count = 0
        self.check = None
        self.offer = None
        self.designation = None
        self.reception = None
        self.current = ("", [])
        self.stage = "start"
        self.result_pages = None
        self.result_gen = 0
        self.doing = None

    # ---------- 出力 ----------
    def emit(self, obj):
        with self.lock:
            sys.stdout.write(json.dumps(obj, ensure_ascii=False) + "\n")
            sys.stdout.flush()

    def event(self, what, **k):
        with self.lock:
            self.n += 1
            self.emit({what: dict(n=self.n, **k)})

    def show(self, stage, title, fields=(), buttons=(), number=None):
        with self.lock:
            self.stage = stage
            if stage != "result":
                self.result_pages = None
                self.result_gen += 1
            self.current = (title, list(buttons))
            body = {"title": title, "fields": [[a, b] for a, b in fields],
                    "buttons": [b.label for b in buttons]}
            if number:
                body["number"] = number
            self.event("screen", **body)

    def error(self, text):
        self.event("error", text=text)

    # ---------- 画面 ----------
    def login_screen(self, head=None, text=None, retry=None, extra=None):
        self.logged = False
        self.svc.token = None
        self.forget()
        fields = []
        if head:
            fields.append(("お知らせ", head + "。" + (text or "")))
        if extra:
            fields.append(("サービスから", extra))
        fields += [("機関コード", ""), ("ユーザーID", ""), ("パスワード", "")]
        if not self.svc.terminal():
            fields.append(("アクティベーションコード", ""))
        if self.mobile:
            fields.append(("パスコード", ""))
        bs = [Button("➡️ ログインする", lambda: self.error("先に入力してください"), "ログイン")]
        if retry:
            bs.append(Button("🔄 もういちど", retry, "再試行"))
        self.show("login", "🔑 ログインしてください", fields, bs)

    def home(self, note=None):
        self.forget()
        fields = [("きょうの確認", "%d件" % self.count)]
        if note:
            fields.append(("お知らせ", note))
        both = [Button("👀 お顔を見て確認 ➡", lambda: self.choose("visual"), "目視確認"),
                Button("🔢 4けたの暗証番号で確認 ➡", lambda: self.choose("pin"), "4桁の暗証番号入力")]
        if self.method == "pin":
            both.reverse()
        if self.with_patient:
            return self.show("home", "🏠 ホーム", fields[1:], both)
        self.show("home", "🏠 ホーム", fields, both + [
            Button("📒 これまでの確認", lambda: self.browse({}), "履歴"),
            Button("⚙️ せってい", lambda: self.settings(), "設定")])

    def forget(self):
        self.check = None
        self.offer = None
        self.designation = None
        self.held_result = None

    def settings(self):
        if self.with_patient:
            return self.error("患者さんがもっているあいだは、ひらけません")
        self.show("settings", "⚙️ せってい", [("いまの確認のしかた", "お顔を見て" if self.method == "visual" else "暗証番号で")], [
            Button("👀 お顔を見て", lambda: self.set_method("visual"), "目視確認"),
            Button("🔢 暗証番号で", lambda: self.set_method("pin"), "4桁の暗証番号入力"),
            Button("⬅ もどる", self.home, "閉じる")])

    def set_method(self, m):
        self.method = m
        self.home("さいしょの確認のしかたを「%s」にしました" % ("お顔を見て" if m == "visual" else "暗証番号で"))

    def place_screen(self, head=None, text=None, again=False):
        fields = []
        if head:
            fields.append(("お知らせ", head + "。" + (text or "")))
        elif self.check.method == "visual":
            fields.append(("お知らせ", "カードの写真と患者さんのお顔を見くらべて、同じ方なら、カードをおいてもらってください。"))
        else:
            fields.append(("お知らせ", "患者さんに、カードをリーダーにおいてもらってください。カードはあずからないでください。"))
        self.show("place", "🪪 カードをおいてください", fields, [Button("⬅ やめる", self.home, "閉じる", "キャンセル")])

    def pin_screen(self, head=None, text=None, left=None):
        fields = []
        if left is not None:
            fields.append(("のこり", "あと%d回" % left))
        if head:
            fields.append(("お知らせ", head + "。" + (text or "")))
        fields.append(("暗証番号", ""))
        self.show("pin", "🔢 4けたの暗証番号を入れてください", fields, [
            Button("➡ けってい", lambda: self.error("暗証番号が入っていません"), "決定"),
            Button("⬅ やめる", self.home, "閉じる", "キャンセル")])

    def stop_screen(self, head, text, retry=None, extra=None, others=()):
        fields = [("お知らせ", text)]
        if extra:
            fields.append(("サービスから", extra))
        bs = list(others)
        if retry:
            bs.append(Button("🔄 もういちど", retry, "再試行"))
        bs.append(Button("🏠 おわる", self.home, "閉じる"))
        self.show("stop", "⚠️ " + head, fields, bs)

    # ---------- ログイン ----------
    def login(self, v):
        self.form = dict(v)
        if self.mobile and v.get("passcode"):
            self.passcode = v["passcode"]
        self.try_login()

    def try_login(self):
        v = self.form or {}
        self.svc.token = None
        self.logged = False
        uid, code = v.get("user-id", ""), v.get("activation-code", "")
        if not (2 <= len(uid) <= 8 and uid.isascii() and uid.isalnum()):
            return self.login_screen("ユーザーIDは2〜8字の英数字です", "見なおしてください。")
        try:
            if not self.svc.terminal():
                if not (code.isascii() and code.isdigit() and len(code) in (11, 12)):
                    return self.login_screen("アクティベーションコードは11〜12けたの数字です", "見なおして、もういちど入れてください。")
                a = self.svc.first_login(v)
                if a["resultCode"] != "OK" or not a.get("terminalCertificate"):
                    return self.refused_login(a)
                self.svc.keep_terminal(a["terminalCertificate"], a["terminalKey"])
            a = self.svc.login(v)
        except NetTrouble as t:
            head, text = self.net_words(t)
            return self.login_screen(head, text, retry=None if t.kind == "tls" else self.try_login)
        if a["resultCode"] != "OK" or not a.get("sessionToken"):
            return self.refused_login(a)
        self.svc.token = a["sessionToken"]
        self.logged = True
        self.form = None
        self.home()

    def refused_login(self, a):
        code = a["resultCode"]
        if code in ("TERMINAL_UNKNOWN", "TERMINAL_REVOKED"):
            self.drop_terminal()
        head, text, again = w.CODES.get(code, ("ログインできませんでした", "管理者に連絡してください。", False))
        if code in ("OUTAGE", "BUSY"):
            self.login_screen(head, text, self.try_login, a.get("resultMessage"))
        else:
            self.form = None
            self.login_screen(head, text, extra=a.get("resultMessage"))

    def drop_terminal(self):
        for name in ("terminal.crt", "terminal.key"):
            try:
                os.remove(os.path.join(STATE, name))
            except OSError:
                pass
        for name in ("MADOGUCHI_CERT_FILE", "MADOGUCHI_KEY_FILE"):
            os.environ.pop(name, None)

    # ---------- 確認 ----------
    def choose(self, m):
        if self.stage == "result":
            self.home()
        self.forget()
        self.check = Check(m)
        if m == "pin":
            self.pin_screen()
        else:
            self.place_screen()

    def enter_pin(self, pin):
        if self.stage != "pin" or not self.check:
            return self.error("いまは暗証番号を入れる画面ではありません")
        if not (len(pin) == 4 and pin.isascii() and pin.isdigit()):
            return self.pin_screen("暗証番号は4けたの数字です", "もういちど入れてください。")
        c = self.check
        c.pin, c.proved = pin, False
        if c.seen is not None and self.still_there(c.seen):
            return self.read_and_ask()
        self.place_screen()

    def still_there(self, seen):
        try:
            name, there, count = cs.look(READER)
            return there and count == seen
        except CardTrouble:
            return False

    def place_card(self, ident):
        before = None
        try:
            before = cs.look(READER)
        except CardTrouble:
            pass
        if self.stage != "place" or not self.check:
            self.emit({"ready": {"do": ident}})
            if self.locked:
                time.sleep(0.05)
                return self.lock_screen("先にパスコードを入れてください。")
            if not self.logged:
                time.sleep(0.05)
                return self.login_screen("先にログインしてください", "カードはまだおかないでください。")
            # カードを待つ画面ではない: 今の画面をもういちど見せる
            time.sleep(0.2)
            with self.lock:
                if self.stage == "pin":
                    return self.pin_screen("カードは、暗証番号のあとで読みます", "先に暗証番号を入れてもらってください。")
                if self.stage == "result":
                    return self.result(self.result_pages)
            return
        self.emit({"ready": {"do": ident}})
        try:
            cs.await_card(READER, before, LIMIT * 0.9)
        except CardTrouble as t:
            return self.card_trouble(t)
        self.read_and_ask()

    def read_and_ask(self):
        c = self.check
        try:
            if c.method == "pin" and c.purpose != "register" and not self.fresh_challenge():
                return
            self.touch_card()
        except CardTrouble as t:
            return self.card_trouble(t)
        if c.purpose == "register":
            return self.do_register()
        if c.purpose == "designate":
            return self.do_designate()
        self.ask()

    def fresh_challenge(self):
        c = self.check
        if c.challenge and time.monotonic() - c.challenge_at < 200:
            return True
        try:
            a = self.svc.challenge()
        except NetTrouble as t:
            self.net_trouble(t, self.again_from_card)
            return False
        if a["resultCode"] != "OK" or not a.get("nonce"):
            self.refusal(a, self.again_from_card)
            return False
        c.challenge = (a["challengeId"], base64.b64decode(a["nonce"]))
        c.challenge_at = time.monotonic()
        return True

    def again_from_card(self):
        """もういちど: カードがまだあればすぐ、なければおいてもらう"""
        c = self.check
        if c.method == "pin" and c.pin is None and c.purpose != "register":
            return self.pin_screen("もういちど、暗証番号からおねがいします", "")
        try:
            _, there, _ = cs.look(READER)
        except CardTrouble as t:
            return self.card_trouble(t)
        if there:
            return self.read_and_ask()
        self.place_screen()

    def touch_card(self):
        c = self.check
        use_pin = c.method == "pin" and c.purpose != "register"

        def work(alive):
            seen = cs.look(READER)[2]
            with cs.Talk(READER, alive, min(1.2, LIMIT * 0.3)) as t:
                t.select_jpki()
                cert, sig = None, None
                try:
                    cert = t.certificate()
                except CardTrouble as e:
                    if e.kind != "needpin" or not use_pin:
                        raise
                if not use_pin:
                    return seen, cert, None
                if c.proved and (c.cert is None or cert != c.cert):
                    raise CardTrouble("othercard")
                left = t.attempts()
                if left == 0:
                    raise CardTrouble("wrongpin", left=0, detail="blocked")
                c.seen = seen
                pin, was = c.pin, c.proved
                try:
                    t.present(pin)
                except CardTrouble as e:
                    if e.kind in ("wrongpin", "pinunknown"):
                        c.pin, c.proved = None, False
                    raise
                c.proved = True
                c.cert = cert
                if cert is None:
                    cert = c.cert = t.certificate()
                sig = t.sign(sv.digest_info(c.challenge[1]))
                return seen, cert, sig

        for turn in (1, 2):
            try:
                seen, cert, sig = cs.bounded(work, LIMIT * 0.8)
                break
            except CardTrouble as t:
                # 目視は、読みなおしてもだれもこまらない: 1回だけ自分でやりなおす
                if turn == 1 and t.kind in ("comm", "reset") and not use_pin:
                    time.sleep(0.1)
                    continue
                raise
        c.seen, c.cert = seen, cert
        body = {"method": c.method, "certificate": base64.b64encode(cert).decode()}
        if sig is not None:
            body["challengeId"] = c.challenge[0]
            body["signature"] = base64.b64encode(sig).decode()
            c.challenge = None
            c.pin, c.proved = None, False
        if c.order != body:
            if c.order is None or c.order.get("certificate") != body["certificate"] or sig is not None:
                c.rid = sv.new_id()
            c.order = body

    def card_trouble(self, t):
        c = self.check
        if t.kind == "wrongpin":
            c.pin = None
            if t.left == 0:
                c.method = "visual"
                return self.show("stop", "🔒 暗証番号がロックされています",
                                 [("のこり", "0回"), ("お知らせ", "暗証番号はもう入れられません。お顔を見て確認してください。ロックは市区町村の窓口ではずせます。")],
                                 [Button("👀 お顔を見て確認 ➡", self.switch_to_visual, "目視確認"),
                                  Button("🏠 おわる", self.home, "閉じる")])
            return self.pin_screen("暗証番号がちがいます", "もういちど入れてもらってください。", left=t.left)
        if t.kind == "pinunknown":
            return self.pin_screen("カードがはなれました", "もういちど暗証番号を入れて、カードをおいてもらってください。")
        if t.kind == "othercard":
            c.pin, c.proved, c.seen = None, False, None
            return self.pin_screen("さっきとちがうカードです", "このカードの方に、暗証番号を入れてもらってください。")
        head, text = w.CARD.get(t.kind, w.CARD["unreadable"])
        if t.kind == "nopin":
            return self.show("stop", "⚠️ " + head, [("お知らせ", text)],
                             [Button("👀 お顔を見て確認 ➡", self.switch_to_visual, "目視確認"),
                              Button("🏠 おわる", self.home, "閉じる")])
        self.place_screen(head, text)

    def switch_to_visual(self):
        if self.check and self.check.purpose == "designate":
            return self.home("同意の登録には暗証番号がいります。")
        self.check = Check("visual")
        try:
            _, there, _ = cs.look(READER)
        except CardTrouble as t:
            return self.card_trouble(t)
        if there:
            return self.read_and_ask()
        self.place_screen()

    def ask(self):
        c = self.check
        try:
            if c.method == "pin":
                a = self.svc.by_signature(c.order, c.rid)
            else:
                a = self.svc.by_certificate(c.order, c.rid)
        except NetTrouble as t:
            return self.net_trouble(t, self.ask_again)
        self.answer(a, self.ask_again)

    def ask_again(self):
        c = self.check
        if c.order and c.seen is not None and self.still_there(c.seen):
            return self.ask()
        return self.again_from_card()

    def answer(self, a, retry):
        code = a["resultCode"]
        if code in ("OK", "CERT_EXPIRED_GRACE") and (a.get("resultList") or a.get("qualificationValidity")):
            self.count += max(1, len({(r.get("nameKana"), r.get("birthdate")) for r in a.get("resultList") or []}))
            note = None
            if code == "CERT_EXPIRED_GRACE":
                note = "カードの電子証明書の期限がすぎています。患者さんに、市区町村の窓口で更新してもらってください。"
            return self.deliver(self.pages(a, note))
        if code in ("NO_QUALIFICATION", "MULTIPLE"):
            self.count += 1
            head, text, _ = w.CODES[code]
            v = a.get("qualificationValidity") or ("4" if code == "NO_QUALIFICATION" else "5")
            b = dict(a)
            b["qualificationValidity"] = v
            return self.deliver(self.pages(b, text))
        if code == "NOT_REGISTERED" and self.check and self.check.purpose == "check":
            return self.offer_registration(a)
        self.refusal(a, retry)

    def net_words(self, t):
        head, text = w.NET[t.kind]
        if t.kind == "crowded":
            text = text % ("%d秒ほど待ってから" % t.wait if t.wait else "すこし待ってから")
        return head, text

    def net_trouble(self, t, retry):
        head, text = self.net_words(t)
        self.stop_screen(head, text, retry=None if t.kind == "tls" else retry)

    def refusal(self, a, retry=None):
        code = a["resultCode"]
        head, text, again = w.CODES.get(code, ("確認できませんでした", "管理者に連絡してください。", False))
        if code in ("SESSION_INVALID", "TERMINAL_UNKNOWN", "TERMINAL_REVOKED"):
            if code != "SESSION_INVALID":
                self.drop_terminal()
            return self.login_screen(head, text, extra=a.get("resultMessage"))
        if code in ("CHALLENGE_UNKNOWN", "SIGNATURE_INVALID") and self.check:
            self.check.order = None
        self.stop_screen(head, text, retry if again else None, a.get("resultMessage"))

    # ---------- 結果 ----------
    def deliver(self, pages):
        if self.mobile and self.with_patient:
            self.held_result = pages
            return self.show("handback", "✅ 読みとりました", [("お知らせ", "端末を職員におかえしください。")], [])
        self.result(pages)
        self.leaf(pages)

    def leaf(self, pages):
        """試験のとき、めくる人のかわりに、つぎのページも順に見せて、はじめにもどる"""
        with self.lock:
            if len(pages) > 1 and self.stage == "result":
                for at in list(range(1, len(pages))) + [0]:
                    self.result(pages, at)

    def record_fields(self, rec, on):
        assist = rec.get("insuredCardClassification") == "A1"
        one, two = [], []
        if assist:
            one += [("福祉事務所名", rec.get("insurerName", "")), ("フリガナ", w.wide_kana(rec.get("nameKana", ""))),
                    ("お名前", rec.get("name", "")), ("生年月日・性別", w.born(rec, on, two=True)),
                    ("証の種類", "医療扶助")]
            if rec.get("nameOfOther"):
                one.append(("裏面のお名前", rec["nameOfOther"]))
            if rec.get("nameOfOtherKana"):
                one.append(("裏面のフリガナ", w.wide_kana(rec["nameOfOtherKana"])))
            if rec.get("sex2"):
                one.append(("裏面の性別", w.SEX.get(rec["sex2"], "")))
            if rec.get("insurerNumber"):
                two.append(("公費負担者番号", rec["insurerNumber"]))
            if rec.get("insuredIdentificationNumber"):
                two.append(("受給者番号", rec["insuredIdentificationNumber"]))
        else:
            one += [("お名前", rec.get("name", ""))]
            if rec.get("nameKana"):
                one.append(("フリガナ", w.wide_kana(rec["nameKana"])))
            one.append(("生年月日・性別", w.born(rec, on)))
            one.append(("保険者", " ".join(x for x in (rec.get("insurerNumber"), rec.get("insurerName")) if x)))
            sn = "・".join(x for x in (rec.get("insuredCardSymbol"), rec.get("insuredIdentificationNumber")) if x)
            one.append(("記号・番号" if rec.get("insuredCardSymbol") else "番号", sn))
            if rec.get("insuredBranchNumber"):
                one.append(("枝番", rec["insuredBranchNumber"]))
            r = w.ratio(rec.get("insuredPartialContributionRatio"))
            if r:
                one.append(("お支払いのわりあい", r))
            k = rec.get("insuredCardClassification")
            if k:
                one.append(("証の種類", w.KIND.get(k, k)))
            if rec.get("personalFamilyClassification"):
                two.append(("ご本人・ご家族", w.SELF.get(rec["personalFamilyClassification"], "")))
            if rec.get("preschoolClassification") == "1":
                two.append(("未就学区分", "小学校に入る前です"))
        if not assist:
            if rec.get("nameOfOther"):
                two.append(("裏面のお名前", rec["nameOfOther"]))
            if rec.get("nameOfOtherKana"):
                two.append(("裏面のフリガナ", w.wide_kana(rec["nameOfOtherKana"])))
            if rec.get("sex2"):
                two.append(("裏面の性別", w.SEX.get(rec["sex2"], "")))
        if rec.get("qualificationDate"):
            two.append(("資格がはじまった日", w.wareki(rec["qualificationDate"])))
        if rec.get("insuredCardValidDate"):
            two.append(("使いはじめの日", w.wareki(rec["insuredCardValidDate"])))
        if rec.get("insuredCardExpirationDate"):
            two.append(("有効期限", w.wareki(rec["insuredCardExpirationDate"])))
        if rec.get("disqualificationDate"):
            one.append(("資格がなくなった日" if rec["disqualificationDate"] <= on else "資格がなくなる日", w.wareki(rec["disqualificationDate"])))
        return assist, one, two

    def pages(self, a, note=None):
        on = a.get("qualificationConfirmationDate") or w.today()
        over = a.get("qualificationValidity", "")
        recs = a.get("resultList") or []
        out = []
        for rec in recs:
            v = rec.get("qualificationValidity") or over
            if rec.get("insuredCardClassification") == "A1" and not rec.get("insurerName") and not rec.get("name"):
                # 2025年4月より前のサービス: 医療扶助とだけ知らせてくる
                out.append((False, [("証の種類", "医療扶助"), ("お知らせ", "医療扶助の対象の方です。医療券などの書類を見て、資格を確認してください。")], []))
                continue
            lost = rec.get("disqualificationDate")
            if len(recs) > 1 and lost and lost <= on and v in ("1", "6"):
                v = "2"
            assist, one, two = self.record_fields(rec, on)
            if v == "6" and not assist:
                v = "1"
            head = [("いまの資格", w.VALID.get(v, "わかりません"))]
            msg = note or ""
            if v == "6":
                msg += "医療券がまだ登録されていません。医療券を見せてもらうか、福祉事務所に確認してください。"
            elif v in ("2", "3"):
                msg += "この資格は使えません。新しい資格がないか、患者さんか保険者に確認してください。"
            elif v == "5":
                msg = msg or w.CODES["MULTIPLE"][1]
            if rec.get("consentClassification"):
                head.append(("同意", w.CONSENT.get(rec["consentClassification"], "")))
                if rec.get("consentEndReason") and rec["consentClassification"] == "2":
                    head.append(("同意がおわったわけ", w.CONSENT_END.get(rec["consentEndReason"], "")))
            if msg:
                head.append(("お知らせ", msg))
            out.append((assist, head + one, [("お名前", rec.get("name", ""))] + two if two else []))
        if not recs:
            fields = [("いまの資格", w.VALID.get(over, "わかりません"))]
            if note:
                fields.append(("お知らせ", note))
            out.append((False, fields, []))
        return out

    def result(self, pages, at=0, more=False):
        with self.lock:
            self.result_pages = pages
            assist, fields, detail = pages[at]
            many = len(pages) > 1
            title = "📋 医療扶助の確認のけっか" if assist else "📋 確認のけっか"
            if many:
                title += "（%d/%d）" % (at + 1, len(pages))
            bs = []
            if more:
                title, fields = "📋 くわしい情報", detail
                bs.append(Button("⬅ もどる", lambda: self.result(pages, at), "戻る"))
            else:
                if detail:
                    bs.append(Button("くわしく ➡", lambda: self.result(pages, at, True), "詳細"))
                if at > 0:
                    bs.append(Button("⬅ もどる", lambda: self.result(pages, at - 1), "戻る"))
                if at + 1 < len(pages):
                    bs.append(Button("つぎへ ➡", lambda: self.result(pages, at + 1), "次へ"))
            bs.append(Button("🏠 おわる", self.home, "閉じる"))
            first = self.stage != "result"
            self.show("result", title, fields, bs, "E-05-A" if assist and not more else None)
            if first:
                self.result_gen += 1
                gen = self.result_gen
                seen = self.check.seen if self.check else None
                if seen is not None:
                    threading.Thread(target=self.watch, args=(gen, seen), daemon=True).start()

    def watch(self, gen, seen):
        """結果が出ているあいだ、カードがとられるのを見ている"""
        while True:
            gone = False
            try:
                _, there, count = cs.look(READER)
                gone = not there or count != seen
            except CardTrouble:
                gone = True
            with self.lock:
                if self.result_gen != gen or self.stage != "result":
                    return
                if gone:
                    return self.home("カードがとられたので、患者さんの情報を消しました。")
            time.sleep(0.03)

    def read_aloud(self):
        if self.stage != "result" or not self.result_pages:
            title, _ = self.current
            return self.event("output", kind="read-aloud", text=w.key(title))
        parts = []
        for assist, fields, detail in self.result_pages:
            if assist:
                parts.append("医療扶助")
            parts += ["%s、%s" % (a, b) for a, b in fields + detail]
        # 記号は音声エンジンが読みとばす。文は画面のまま渡す
        self.event("output", kind="read-aloud", text="。".join(parts) + "。")

    # ---------- 健康保険証利用登録 ----------
    def offer_registration(self, a):
        self.offer = {"cert": self.check.cert, "method": self.check.method}
        self.show("offer", "📝 保険証としての利用登録がまだです", [
            ("お知らせ", "マイナンバーカードを保険証として使うための登録がいります。つづけますか（すこし時間がかかります）。")], [
            Button("✍️ 利用登録する ➡", self.show_terms, "健康保険証利用登録する"),
            Button("⬅ 利用登録しない", self.decline, "健康保険証利用登録しない", "閉じる")], "C-04-01-A")

    def decline(self):
        self.home("利用登録をしませんでした。資格確認書などで確認してください。")

    def show_terms(self):
        try:
            a = self.svc.terms()
        except NetTrouble as t:
            return self.net_trouble(t, self.show_terms)
        if a["resultCode"] != "OK":
            return self.refusal(a, self.show_terms)
        self.offer["terms"] = a.get("termsId")
        self.show("terms", "📄 利用規約をよんでもらってください", [("利用規約", a.get("termsText", ""))], [
            Button("🙆 同意します", self.agreed, "同意する"),
            Button("🙅 同意しません", self.decline, "同意しない", "閉じる")], "F-01-A")

    def agreed(self):
        try:
            a = self.svc.agree(self.offer["terms"])
        except NetTrouble as t:
            return self.net_trouble(t, self.agreed)
        if a["resultCode"] != "OK":
            return self.refusal(a, self.agreed)
        self.offer["consent"] = a.get("consentId")
        self.reg_card_screen()

    def reg_card_screen(self, note=None):
        self.show("regcard", "🪪 登録のために、カードを読みとります", [
            ("お知らせ", (note or "") + "カードをおいたまま「カードを読みとる」を押してください。")], [
            Button("🪪 カードを読みとる ➡", self.reg_read, "マイナンバーカードを読み取る"),
            Button("⬅ やめる", self.decline, "閉じる")], "F-01-A")

    def reg_read(self):
        self.check = Check(self.offer["method"], "register")
        try:
            _, there, _ = cs.look(READER)
        except CardTrouble as t:
            return self.card_trouble(t)
        if there:
            return self.read_and_ask()
        self.place_screen("登録のために、もういちど", "カードをおいてもらってください。")

    def do_register(self):
        c = self.check
        if c.cert != self.offer["cert"]:
            return self.reg_card_screen("さっきとちがうカードです。同意した方のカードをおいてください。")
        self.offer.setdefault("rid", sv.new_id())
        body = {"certificate": base64.b64encode(c.cert).decode(), "consentId": self.offer["consent"]}
        try:
            a = self.svc.register(body, self.offer["rid"])
        except NetTrouble as t:
            if t.kind in ("connect", "tls", "crowded"):
                return self.net_trouble(t, self.reg_read)
            return self.show("regunknown", "❔ 登録できたか、わかりません", [
                ("お知らせ", "返事がとどきませんでした。もういちど資格確認をして、たしかめてください。")],
                [Button("🔎 もういちど資格確認する ➡", self.recheck, "資格確認する"),
                 Button("🏠 おわる", self.home, "閉じる")])
        if a["resultCode"] != "OK":
            return self.refusal(a, self.reg_read)
        self.show("regdone", "🎉 利用登録ができました", [
            ("お知らせ", "つぎに、もういちど資格確認をしてください。")],
            [Button("🔎 もういちど資格確認する ➡", self.recheck, "資格確認する"),
             Button("🏠 おわる", self.home, "閉じる")], "F-01-A")

    def recheck(self):
        method = self.offer["method"]
        self.forget()
        self.check = Check(method)
        if method == "pin":
            return self.pin_screen()
        self.again_from_card()

    # ---------- 履歴 ----------
    def browse(self, v):
        if self.with_patient:
            return self.error("患者さんがもっているあいだは、ひらけません")
        body = {}
        if v.get("insurer-number"):
            body["insurerNumber"] = v["insurer-number"]
        if v.get("name-kana"):
            body["nameKana"] = w.half_kana(v["name-kana"])
        if v.get("date-from"):
            body["dateFrom"] = v["date-from"]
        if v.get("date-to"):
            body["dateTo"] = v["date-to"]
        rows, page = [], 1
        try:
            while True:
                a = self.svc.history(dict(body, page=str(page)) if page > 1 else body)
                if a["resultCode"] not in ("OK", "NO_QUALIFICATION"):
                    return self.refusal(a, lambda: self.browse(v))
                rows += a.get("resultList") or []
                if page >= int(a.get("pageCount") or "1"):
                    break
                page += 1
        except NetTrouble as t:
            return self.net_trouble(t, lambda: self.browse(v))
        fields = [("見つかった数", "%d件" % len(rows))]
        for i, r in enumerate(rows, 1):
            _, one, two = self.record_fields(r, (r.get("confirmedAt") or w.today())[:8])
            line = [("確認した日時", w.moment(r.get("confirmedAt"))), ("いまの資格", w.VALID.get(r.get("qualificationValidity"), ""))]
            fields += [("%d/%s" % (i, k), x) for k, x in line + one + two]
        self.show("history", "📒 これまでの確認", fields, [Button("⬅ もどる", self.home, "閉じる")])

    # ---------- 資格確認端末のしごと ----------
    def by_number(self, v):
        body = {"insurerNumber": v.get("insurer-number", ""), "insuredCardSymbol": v.get("insured-card-symbol", ""),
                "insuredIdentificationNumber": v.get("insured-identification-number", ""),
                "insuredBranchNumber": v.get("insured-branch-number", ""), "birthdate": v.get("birthdate", "")}
        body = {k: x for k, x in body.items() if x}
        rid = sv.new_id()

        def go():
            try:
                a = self.svc.by_number(body, rid)
            except NetTrouble as t:
                return self.net_trouble(t, go)
            self.forget()
            self.answer(a, go)
        go()

    def emergency(self, v):
        body = {"nameKana": w.half_kana(v.get("name-kana", "")),
                "sex1": {"male": "1", "female": "2", "男": "1", "女": "2"}.get(v.get("sex", ""), v.get("sex", "")),
                "birthdate": v.get("birthdate", ""), "emergencyMode": v.get("mode", ""),
                "informationConsent": {"agrees": "1", "refuses": "0", "cannot-answer": "3"}.get(v.get("consent"), "0")}

        def go():
            try:
                a = self.svc.emergency(body)
            except NetTrouble as t:
                return self.net_trouble(t, go)
            self.forget()
            self.answer(a, go)
        go()

    def bulk(self, people):
        items = []
        for v in people:
            it = {"insurerNumber": v.get("insurer-number"), "insuredCardSymbol": v.get("insured-card-symbol"),
                  "insuredIdentificationNumber": v.get("insured-identification-number"),
                  "insuredBranchNumber": v.get("insured-branch-number"), "birthdate": v.get("birthdate"),
                  "referenceNumber": v.get("reference-number")}
            items.append({k: x for k, x in it.items() if x})
        try:
            a = self.svc.bulk(items)
        except NetTrouble as t:
            return self.net_trouble(t, lambda: self.bulk(people))
        if a["resultCode"] != "OK":
            return self.refusal(a, lambda: self.bulk(people))
        self.reception = a.get("receptionNumber")
        self.show("bulk", "📨 まとめて確認をうけつけました", [("受付番号", self.reception or ""),
                  ("お知らせ", "すこし待ってから「けっかを見る」を押してください。")],
                  [Button("🔄 けっかを見る", self.fetch, "再試行"), Button("🏠 おわる", self.home, "閉じる")])

    def fetch(self):
        if not self.reception:
            return self.error("まとめて確認をしていません")
        try:
            a = self.svc.bulk_result(self.reception)
        except NetTrouble as t:
            return self.net_trouble(t, self.fetch)
        if a["resultCode"] != "OK":
            return self.refusal(a, self.fetch)
        if a.get("segmentOfResult") == "2":
            return self.show("bulk", "⏳ まだ処理中です", [("受付番号", self.reception),
                             ("お知らせ", "処理中です。すこし待ってから、もういちど「けっかを見る」を押してください。")],
                             [Button("🔄 けっかを見る", self.fetch, "再試行"), Button("🏠 おわる", self.home, "閉じる")])
        if a.get("segmentOfResult") == "9":
            return self.stop_screen("まとめて確認ができませんでした", "もういちど、はじめからおねがいします。")
        fields = [("受付番号", self.reception)]
        for i, r in enumerate(a.get("resultList") or [], 1):
            line = [("照会番号", r.get("referenceNumber", ""))]
            if r.get("processingResultStatus") == "2":
                line.append(("けっか", "⚠️ エラーです。番号を見なおしてください"))
            else:
                _, one, two = self.record_fields(r, w.today())
                line += [("いまの資格", w.VALID.get(r.get("qualificationValidity"), ""))] + one + two
            fields += [("%d/%s" % (i, k), x) for k, x in line]
        self.show("bulkdone", "📬 まとめて確認のけっか", fields, [Button("🏠 おわる", self.home, "閉じる")])

    # ---------- 居宅同意取得型 ----------
    def designate(self, v):
        self.forget()
        self.designation = dict(v)
        self.check = Check("pin", "designate")
        care = {"home-visit": "訪問診療など", "online": "オンライン診療など"}.get(v.get("care"), "")
        inst = v.get("institution") or getattr(self, "entrance_code", "") or ""
        self.designation["institution"] = inst
        self.show("pin", "🙋 同意のために、4けたの暗証番号を入れてください", [
            ("医療機関コード", inst), ("診療のしかた", care),
            ("診療情報をわたすこと", "同意します" if v.get("information") == "agrees" else "同意しません"),
            ("暗証番号", "")], [
            Button("➡ けってい", lambda: self.error("暗証番号が入っていません"), "決定"),
            Button("⬅ やめる", self.home, "閉じる", "キャンセル")])

    def do_designate(self):
        c, d = self.check, self.designation
        body = dict(c.order, designatedInstitution=d["institution"],
                    careCategory={"home-visit": "2", "online": "3"}.get(d.get("care"), "2"),
                    informationConsent="1" if d.get("information") == "agrees" else "0")
        try:
            a = self.svc.designate(body)
        except NetTrouble as t:
            return self.net_trouble(t, self.again_from_card)
        if a["resultCode"] != "OK":
            return self.refusal(a, self.again_from_card)
        self.show("consented", "✅ 同意を登録しました", [
            ("医療機関コード", d["institution"]),
            ("診療情報をわたすこと", "同意します" if d.get("information") == "agrees" else "同意しません")],
            [Button("🏠 おわる", self.home, "閉じる")])

    def visit_again(self, v):
        body = {}
        if v.get("care"):
            body["careCategory"] = {"home-visit": "2", "online": "3"}.get(v["care"], v["care"])
        if v.get("date-from"):
            body["dateFrom"] = v["date-from"]
        if v.get("date-to"):
            body["dateTo"] = v["date-to"]
        try:
            a = self.svc.by_consent(body)
        except NetTrouble as t:
            return self.net_trouble(t, lambda: self.visit_again(v))
        self.forget()
        self.answer(a, lambda: self.visit_again(v))

    def by_link(self, v):
        try:
            a = self.svc.entrance(v.get("entrance-token", ""))
        except NetTrouble as t:
            return self.net_trouble(t, lambda: self.by_link(v))
        if a["resultCode"] != "OK":
            return self.refusal(a)
        self.svc.token = a.get("sessionToken")
        self.logged = True
        self.entrance_code = a.get("designatedInstitution", "")
        self.show("entrance", "🙋 マイナ在宅受付", [("医療機関コード", self.entrance_code),
                  ("お知らせ", "これから、この医療機関への同意をおねがいします。")], [])

    # ---------- 携帯端末 ----------
    def lock_screen(self, head=None):
        fields = [("お知らせ", head)] if head else []
        self.show("locked", "🔒 パスコードを入れてください", fields + [("パスコード", "")], [])

    def do_lock(self):
        self.locked = True
        self.forget()
        self.lock_screen()

    def unlock(self, code):
        if not self.locked:
            return self.error("ロックされていません")
        if code != self.passcode:
            return self.lock_screen("パスコードがちがいます。もういちど入れてください。")
        self.locked = False
        if self.logged:
            self.home()
        else:
            self.login_screen()

    def hand_over(self, to):
        if to == "patient":
            self.with_patient = True
            if self.stage == "result":
                self.home()
            return
        self.with_patient = False
        if self.held_result:
            pages, self.held_result = self.held_result, None
            self.result(pages)
            self.leaf(pages)

    # ---------- 動かす ----------
    def press(self, label):
        want = w.key(label)
        title, buttons = self.current
        for b in buttons:
            if b.label == label or w.key(b.label) == want:
                return b.does()
        for b in buttons:
            if any(w.key(m) == want for m in b.means):
                return b.does()
        self.error("「%s」というボタンは、いまの画面にありません" % label)

    def take_card(self):
        end = time.monotonic() + LIMIT * 0.5
        while time.monotonic() < end:
            with self.lock:
                watched = self.stage == "result" and self.check and self.check.seen is not None
            if not watched:
                break
            time.sleep(0.01)

    def act(self, d):
        a, v, ident = d.get("action"), d.get("value"), d.get("id")
        if self.locked and a not in ("unlock", "close", "place-card", "take-card"):
            return self.error("ロックされています。パスコードを入れてください")
        if self.with_patient and a in ("set-method", "browse-history"):
            return self.error("患者さんがもっているあいだは、ひらけません")
        need = {"set-method", "choose-method", "browse-history", "ask-by-number", "search-emergency",
                "inquire-in-bulk", "fetch-result", "designate", "visit-again"}
        if a in need and not self.logged:
            return self.login_screen("先にログインしてください", "")
        if a == "login":
            self.login(v or {})
        elif a == "set-method":
            self.settings()
            self.set_method(v)
        elif a == "choose-method":
            self.choose(v)
        elif a == "enter-pin":
            self.enter_pin(v)
        elif a == "place-card":
            self.place_card(ident)
        elif a == "press":
            self.press(v)
        elif a == "take-card":
            self.take_card()
        elif a == "browse-history":
            self.browse(v or {})
        elif a == "ask-by-number":
            self.by_number(v)
        elif a == "search-emergency":
            self.emergency(v)
        elif a == "inquire-in-bulk":
            self.bulk(v)
        elif a == "fetch-result":
            self.fetch()
        elif a == "designate":
            self.designate(v)
        elif a == "visit-again":
            self.visit_again(v or {})
        elif a == "enter-by-link":
            self.by_link(v)
        elif a == "read-aloud":
            self.read_aloud()
        elif a == "lock":
            self.do_lock()
        elif a == "unlock":
            self.unlock(v)
        elif a == "hand-over":
            self.hand_over(v)
        elif a == "close":
            self.forget()
        else:
            os._exit(89)

    def run(self):
        for line in sys.stdin:
            m = json.loads(line)
            if "hello" in m:
                self.emit({"hello": {"contract": 1, "name": "machi-no-uketsuke", "version": sv.VERSION, "depth": "L3",
                                     "words": WORDS, "supports": ["history", "institution", "home-consent", "mobile", "read-aloud", "proxy"]}})
            elif "begin" in m:
                g = m["begin"].get("given", {})
                self.mobile = g.get("device") == "mobile"
                self.method = g.get("method") or "visual"
                self.login_screen()
            elif "do" in m:
                d = m["do"]
                try:
                    self.act(d)
                except Exception as e:  # noqa: BLE001
                    import traceback
                    traceback.print_exc()
                    self.error("思わぬことがおきました: %s" % type(e).__name__)
                self.emit({"done": {"do": d["id"]}})
            elif "end" in m:
                break
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    App().run()
