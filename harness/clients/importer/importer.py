#!/usr/bin/env python3
"""A small レセコン: takes over what an eligibility app and a 資格確認端末 deliver, and exports it as CSV.

Standard library only, Python 3.9 or later, Linux, macOS and Windows. Correct as it stands;
`--defect NAME` (or IMPORTER_DEFECT) puts one deliberate mistake in, `--defect list` names them. It is
told by JSON lines on its standard input when to look (see the README, "The レセコン as client").
"""
import argparse
import contextlib
import csv
import datetime
import io
import json
import os
import pathlib
import re
import sys
import time
import unicodedata
import xml.etree.ElementTree as xml

DEFECTS = {
    "forgets-post-number": "郵便番号 has no place in the chart",
    "counts-lines": "記号, 番号 and 枝番 are the fourth to sixth lines of the clipboard",
    "ratio-by-age": "the ratio of 70 to 74 is computed from the age",
    "keeps-old-values": "a blank field leaves the stored value in place",
    "keeps-old-ratio": "the chart's ratio wins over the delivered one",
    "ignores-branch": "a person is known by symbol and number alone",
    "keeps-previous-patient": "the record is not cleared between two patients",
    "mixes-schemes": "医療扶助 is written over 医療保険",
    "takes-yesterday": "the day of the check is not looked at",
    "strips-circles": "● is removed from names",
    "question-marks": "the export goes through JIS X 0208, what is not there becomes ?",
    "splits-surrogates": "characters are counted in code units of 16 bits",
    "loses-voicing": "marks of voicing are dropped from kana",
    "cuts-names": "names have 20 characters",
    "needs-kana": "a record without kana ends the program",
    "unset-is-male": "a sex that is not female is male",
    "numbers-as-numbers": "numbers are read as numbers",
    "ignores-encoding-label": "every file is read as CP932",
    "flat-labels": "headings of the clipboard are not looked at",
    "repairs-half-files": "what can be read of a half-written file is taken",
    "gives-up-at-once": "a file that cannot be read once is never read again",
    "asks-once": "the result of a bulk inquiry is asked for once",
    "drops-errors": "units of a bulk inquiry that failed are left out",
    "answers-by-order": "the first answer is taken for that to the first inquiry",
    "first-day-only": "consents are asked for on the first day of the range",
    "asks-for-visits": "every inquiry by consent has the flag of 訪問診療等",
    "asks-this-month": "tickets are asked for of the month of today",
    "six-is-invalid": "a ticket that is not registered is invalid",
    "claims-name-the-patient": "被保険者氏名 of a claim is always the patient's",
    "claims-seven-tenths": "給付割合 of a claim is always 7",
    "claims-of-the-first-check": "a claim has the ratio of the patient's first check",
    "forgets-tickets": "the insurer of a 受診券 or 利用券 is not looked at",
    "tickets-as-text": "leading zeros make a ticket one of another insurer",
    "first-result-only": "of an answer of the app the first eligibility is taken",
    "hurries": "the app has 0.2 s for an answer and is asked once",
    "needs-the-app": "a refused connection ends the program",
    "asks-the-app-once": "an answer of the app that is no result is not asked for again",
    "repairs-half-answers": "what can be read of half an answer is taken",
    "takes-the-previous": "the time of an answer is not looked at",
    "silent-about-the-app": "nobody is told of a result that never came",
}
DEFECT = None

# How often the app's API is asked for one result.
TRIES = 4

# Element of a result → our name of it.
ELEMENTS = {
    "ReferenceNumber": "照会番号", "InsuredCardClassification": "区分", "InsurerNumber": "保険者番号",
    "InsurerName": "保険者名", "InsuredCardSymbol": "記号", "InsuredIdentificationNumber": "番号",
    "InsuredBranchNumber": "枝番", "PersonalFamilyClassification": "本人家族",
    "InsuredName": "被保険者氏名", "Name": "氏名", "NameKana": "フリガナ", "NameOfOther": "裏面氏名",
    "NameOfOtherKana": "裏面フリガナ", "Sex1": "性別", "Sex2": "裏面性別", "Birthdate": "生年月日",
    "PostNumber": "郵便番号", "Address": "住所", "QualificationDate": "資格取得日",
    "InsuredCardValidDate": "有効開始日", "InsuredCardExpirationDate": "有効終了日",
    "InsuredPartialContributionRatio": "負担割合", "PreschoolClassification": "未就学",
    "ElderlyRecipientCertificateInfo/ElderlyRecipientValidStartDate": "高齢開始日",
    "ElderlyRecipientCertificateInfo/ElderlyRecipientValidEndDate": "高齢終了日",
    "ElderlyRecipientCertificateInfo/ElderlyRecipientContributionRatio": "高齢負担割合",
}
COLUMNS = ["資格確認日", "資格有効性", *ELEMENTS.values(), "診療年月", "処理結果", "処理結果コード", "注記"]
TICKET_MONTH = "PublicExpenseResultList/MedicalTicketInfo/MedicalTreatmentMonth"
NUMBERS = {"insurer-number": "保険者番号", "insured-card-symbol": "記号",
           "insured-identification-number": "番号", "insured-branch-number": "枝番", "birthdate": "生年月日"}
CLAIM = ["保険者番号", "記号", "番号", "枝番", "本家区分", "被保険者氏名", "療養を受けた者の氏名", "生年月日",
         "郵便番号", "住所", "給付割合"]
DATES = {"資格確認日", "資格取得日", "有効開始日", "有効終了日", "高齢開始日", "高齢終了日"}
RATIOS = {"負担割合", "高齢負担割合"}
KANA = {"フリガナ", "裏面フリガナ"}
NAMES = {"氏名", "裏面氏名", "被保険者氏名", *KANA}
WORDS = {
    "性別": {"1": "男", "2": "女", "3": "未設定"},
    "裏面性別": {"1": "男", "2": "女", "3": "未設定"},
    "本人家族": {"1": "本人", "2": "家族"},
}
CLASSES = {"一般": "01", "退職": "02", "短期（一般）": "03", "短期（退職）": "04",
           "特別療養費支給対象者": "05", "特例退職": "06", "自衛官診療証": "07", "医療扶助": "A1"}

FRONT = {"照会番号": "照会番号", "未就学区分": "未就学"}
MAIN = {
    "確認日 : ": "資格確認日", "保険者番号": "保険者番号", "保険者名": "保険者名", "記号": "記号",
    "番号": "番号", "枝番": "枝番", "フリガナ": "フリガナ", "氏名": "氏名", "生年月日": "生年月日",
    "性別": "性別", "郵便番号": "郵便番号", "住所": "住所", "証区分": "区分", "区分": "区分",
    "有効開始日": "有効開始日", "有効終了日": "有効終了日", "資格取得年月日": "資格取得日",
    "負担割合": "負担割合", "本人・家族の別": "本人家族", "被保険者氏名": "被保険者氏名",
    "公費負担者番号": "保険者番号", "福祉事務所名": "保険者名", "受給者番号": "番号",
}
BACK = {"氏名": "裏面氏名", "氏名カナ": "裏面フリガナ", "性別": "裏面性別"}
ELDERLY = {"有効開始日": "高齢開始日", "有効終了日": "高齢終了日", "負担割合": "高齢負担割合"}
HEADINGS = {
    "資格情報": MAIN, "資格情報(医療保険)": MAIN, "資格情報(医療扶助)": MAIN,
    "裏面記載情報": BACK, "裏面記載情報(医療保険)": BACK, "裏面記載情報(医療扶助)": BACK,
    "要配慮情報（備考）": BACK, "高齢受給者証": ELDERLY,
}
# An era's first day; its year 1 is that year, but for 明治, which is older than its first solar date.
ERAS = [("令和", 2019, 5, 1), ("平成", 1989, 1, 8), ("昭和", 1926, 12, 25), ("大正", 1912, 7, 30),
        ("明治", 1873, 1, 1)]


def name_of(element):
    """An element's name in the app's JSON: insurerNumber for InsurerNumber."""
    last = element.split("/")[-1]
    return last[0].lower() + last[1:]


class NotYet(Exception):
    """The file is not whole, or its writer still holds it."""


class Refused(Exception):
    """The file must not be taken over."""


def decode(content):
    """The text of an XML file by its own label, which must be true."""
    first = content[:200].split(b"?>")[0]
    label = re.search(rb"encoding\s*=\s*[\"']([A-Za-z0-9_-]+)[\"']", first)
    name = label.group(1).decode().lower() if label else "utf-8"
    if DEFECT == "ignores-encoding-label":
        return content.decode("cp932", "replace")
    if name in ("utf-8", "utf8"):
        codec, other = "utf-8", "cp932"
    elif name in ("shift_jis", "shift-jis", "windows-31j", "cp932"):
        codec, other = "cp932", "utf-8"
    else:
        raise Refused(f"文字コード {name} は扱えません")
    # A half-written file may end within a character; a whole one may not.
    whole = content.rstrip().endswith(b"</XmlMsg>")
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        if not whole:
            raise NotYet from None
        raise Refused("文字コードの表示と中身が違います") from None
    if codec == "cp932" and not content.isascii():
        # Bytes of UTF-8 can be CP932 by chance; the other way round hardly ever.
        try:
            content.decode(other)
        except UnicodeDecodeError:
            pass
        else:
            raise Refused("文字コードの表示と中身が違います")
    return text


def parse(content):
    """The document's element; not yet, while its end is missing."""
    text = re.sub(r"^\s*<\?xml.*?\?>", "", decode(content), count=1, flags=re.S)
    try:
        return xml.fromstring(text)
    except xml.ParseError:
        if DEFECT == "repairs-half-files":
            found = re.findall(r"<(\w+)>([^<]+)</\1>", text)
            body = "".join(f"<{tag}>{value}</{tag}>" for tag, value in found if tag in ELEMENTS)
            head = "".join(f"<{tag}>{value}</{tag}>" for tag, value in found if tag not in ELEMENTS)
            return xml.fromstring(
                f"<XmlMsg><MessageHeader>{head}</MessageHeader><MessageBody><ResultList>"
                f"<ResultOfQualificationConfirmation>{body}</ResultOfQualificationConfirmation>"
                f"</ResultList></MessageBody></XmlMsg>")
        if text.rstrip().endswith("</XmlMsg>"):
            raise Refused("XML として読めません") from None
        raise NotYet from None


def read(path):
    """The content, unless its writer keeps others out."""
    with open(path, "rb") as file:
        if os.name == "posix":
            import fcntl
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                raise NotYet from None
        try:
            return file.read()
        except PermissionError:
            raise NotYet from None


def day(value):
    """YYYYMMDD, YYYY/MM/DD or 和暦 as YYYYMMDD."""
    found = re.fullmatch(r"(\d{4})[/-]?(\d\d)[/-]?(\d\d)", value)
    if found:
        return "".join(found.groups())
    found = re.fullmatch(r"(..)(元|\d+)年(\d+)月(\d+)日", value)
    for era, year, _, _ in ERAS:
        if found and found.group(1) == era:
            n = 1 if found.group(2) == "元" else int(found.group(2))
            year = 1868 if era == "明治" else year
            return f"{year + n - 1:04}{int(found.group(3)):02}{int(found.group(4)):02}"
    return value


def record_of(result):
    """One eligibility of a document."""
    record = {}
    for element, name in ELEMENTS.items():
        value = result.findtext(element)
        if value:
            record[name] = value
    return record


def records_of(root):
    confirmed = root.findtext("MessageHeader/QualificationConfirmationDate") or ""
    validity = root.findtext("MessageBody/QualificationValidity") or ""
    records = []
    for result in root.findall("MessageBody/ResultList/ResultOfQualificationConfirmation"):
        record = record_of(result)
        record["資格確認日"] = confirmed
        if validity:
            record["資格有効性"] = validity
        records.append(record)
    return records


def records_of_text(text):
    """The eligibilities of the app's text. What stands below an unknown heading is passed over."""
    front, records, labels = {}, [], FRONT
    for line in text.splitlines():
        label, tab, value = line.partition("\t")
        if not tab:
            labels = HEADINGS.get(label, {})
            if labels is MAIN:
                records.append({"区分": "A1"} if "医療扶助" in label else {})
            if DEFECT == "flat-labels":
                labels = {**BACK, **ELDERLY, **MAIN}
            continue
        name = labels.get(label)
        if name and value:
            place = records[-1] if records else front
            place[name] = value
    if DEFECT == "counts-lines" and records:
        lines = [line.split("\t") for line in text.splitlines() if "\t" in line]
        values = [line[1] for line in lines if line[0] not in FRONT]
        for name in ("記号", "番号", "枝番"):
            records[0].pop(name, None)
        records[0].update({k: v for k, v in zip(("記号", "番号", "枝番"), values[3:6]) if v})
    for record in records[:1]:
        record.update({name: value for name, value in front.items() if name not in record})
    return [normal(record) for record in records]


def normal(record):
    """A record of the app's text in the interface's codes."""
    for name in list(record):
        value = record[name]
        if name in DATES or name == "生年月日":
            value = day(value)
        elif name in RATIOS:
            found = re.fullmatch(r"(\d+)割", value)
            value = f"{int(found.group(1)) * 10:03}" if found else value
        elif name in WORDS:
            value = {word: code for code, word in WORDS[name].items()}.get(value, value)
        elif name == "区分":
            value = CLASSES.get(value, value)
        elif name == "未就学":
            value = "1"
        record[name] = value
    return record


class Chart:
    """What is on file: one record for each eligibility of each person."""

    def __init__(self, today):
        self.today = today
        self.records = {}
        self.first = {}
        self.claims = []
        self.ticket = None
        self.refused = []
        self.waiting = []
        self.previous = {}

    def key(self, record):
        names = ["保険者番号", "記号", "番号", "枝番", "生年月日"]
        if DEFECT == "ignores-branch":
            names = ["保険者番号", "記号", "番号"]
        if DEFECT == "mixes-schemes":
            names = ["氏名", "生年月日"]
        if record.get("処理結果") == "2":
            names = ["照会番号"]
        return tuple(record.get(name, "") for name in names)

    def take(self, record):
        notes = []
        if DEFECT == "keeps-previous-patient":
            for name in ("記号", "枝番", "有効終了日"):
                if name in self.previous:
                    record.setdefault(name, self.previous[name])
            self.previous = dict(record)
        if DEFECT == "needs-kana":
            record["フリガナ"].strip()
        before = self.records.get(self.key(record), {})
        for name in RATIOS:
            old, new = before.get(name), record.get(name)
            if old and new and old != new:
                notes.append(f"{name}が台帳と違います (台帳 {old}、確認結果 {new})")
                if DEFECT == "keeps-old-ratio":
                    record[name] = old
        if DEFECT in ("keeps-old-values", "mixes-schemes"):
            record = {**before, **record}
        if any("●" in record.get(name, "") for name in NAMES):
            notes.append("氏名に●があります。カナで確かめてください")
        if day(record.get("資格確認日", "")) < self.today:
            if DEFECT != "takes-yesterday":
                notes.append("確認日が今日ではありません")
        if self.ticket and record.get("区分") != "A1":
            on_ticket, insurer = self.ticket["insurer-number"], record.get("保険者番号", "")
            if DEFECT != "tickets-as-text":
                on_ticket, insurer = on_ticket.zfill(8), insurer.zfill(8)
            if on_ticket != insurer and DEFECT != "forgets-tickets":
                notes.append("受診券・利用券の保険者と違います")
            self.ticket = None
        self.first.setdefault(self.key(record), dict(record))
        record["注記"] = "。".join(notes)
        self.records[self.key(record)] = record

    def claim(self, patient):
        """療養費支給申請書 for the patient of these numbers."""
        key = self.key({name: patient.get(number, "") for number, name in NUMBERS.items()})
        record = self.records.get(key)
        if record is None:
            return
        own = record.get("本人家族") == "1" or DEFECT == "claims-name-the-patient"
        insured = record.get("被保険者氏名") or (record.get("氏名", "") if own else "")
        if DEFECT == "claims-name-the-patient":
            insured = record.get("氏名", "")
        ratio = (self.first[key] if DEFECT == "claims-of-the-first-check" else record).get("負担割合", "")
        benefit = str(10 - int(ratio) // 10) if ratio else ""
        self.claims.append({
            **{name: record.get(name, "") for name in ("保険者番号", "記号", "番号", "枝番", "郵便番号", "住所")},
            "本家区分": {"1": "2", "2": "6"}.get(record.get("本人家族"), ""),
            "被保険者氏名": insured, "療養を受けた者の氏名": record.get("氏名", ""),
            "生年月日": wareki(record.get("生年月日", "")),
            "給付割合": "7" if DEFECT == "claims-seven-tenths" else benefit,
        })

    def refuse(self, name, why):
        self.refused.append((name, why))

    def export(self, folder):
        with whole(folder / "records.csv") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for record in self.records.values():
                writer.writerow([shown(name, record) for name in COLUMNS])
        with whole(folder / "claims.csv") as file:
            writer = csv.DictWriter(file, CLAIM)
            writer.writeheader()
            writer.writerows(self.claims)
        with whole(folder / "refused.csv") as file:
            writer = csv.writer(file)
            writer.writerow(["ファイル", "理由"])
            writer.writerows(self.refused)


@contextlib.contextmanager
def whole(path):
    """A text file that is there whole or not at all."""
    beside = path.with_suffix(".tmp")
    with open(beside, "w", encoding="utf-8", newline="") as file:
        yield file
    beside.replace(path)


def shown(name, record):
    """A value as the export has it."""
    value = record.get(name, "")
    if DEFECT == "forgets-post-number" and name == "郵便番号":
        return ""
    if DEFECT == "ratio-by-age" and name in RATIOS and value:
        age = (datetime.date(2025, 5, 21) - datetime.date.fromisoformat(iso(record["生年月日"]))).days // 365.25
        value = "020" if 70 <= age <= 74 else value
    if DEFECT == "unset-is-male" and name in ("性別", "裏面性別") and value:
        value = "2" if value == "2" else "1"
    if DEFECT == "six-is-invalid" and name == "資格有効性" and value == "6":
        value = "2"
    if DEFECT == "numbers-as-numbers" and name == "番号" and value:
        value = str(int(value))
    if name in DATES and value:
        value = iso(value)
    elif name == "生年月日" and value:
        value = wareki(value)
    elif name in RATIOS and value.isdigit():
        value = f"{int(value) // 10}割"
    elif name in WORDS:
        value = WORDS[name].get(value, value)
    elif name in KANA:
        value = full_width(value)
    if name in NAMES:
        value = spoiled(value, name)
    return value


def spoiled(value, name):
    if DEFECT == "strips-circles":
        return value.replace("●", "")
    if DEFECT == "question-marks":
        return value.encode("iso2022_jp", "replace").decode("iso2022_jp")
    if DEFECT == "splits-surrogates":
        return "".join("\ufffd\ufffd" if ord(c) > 0xFFFF else c for c in value)
    if DEFECT == "loses-voicing" and name in KANA:
        plain = unicodedata.normalize("NFD", value)
        return "".join(c for c in plain if c not in "\u3099\u309a")
    if DEFECT == "cuts-names":
        return value[:20]
    return value


def full_width(value):
    """Half-width kana to full width; a mark joins its kana, a space becomes an ideographic one."""
    text = "".join(unicodedata.normalize("NFKC", run) if "\uff61" <= run[0] <= "\uff9f" else run
                   for run in re.findall(r"[\uff61-\uff9f]+|.", value, re.S))
    return text.replace(" ", "\u3000")


def iso(value):
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if re.fullmatch(r"\d{8}", value) else value


def wareki(value):
    if not re.fullmatch(r"\d{8}", value):
        return value
    born = datetime.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    for era, year, month, first in ERAS:
        if born >= datetime.date(year, month, first):
            since = 1867 if era == "明治" else year - 1
            return f"{era}{born.year - since:02}年{born.month:02}月{born.day:02}日"
    return value


class Counter:
    """The desk at which deliveries arrive."""

    def __init__(self):
        root = pathlib.Path(os.environ["MADOGUCHI_FOLDER"])
        self.req, self.res, self.face = root / "req", root / "res", root / "face"
        self.clipboard = pathlib.Path(os.environ["MADOGUCHI_CLIPBOARD"])
        self.out = pathlib.Path(os.environ["MADOGUCHI_EXPORT"])
        self.chart = Chart(os.environ["MADOGUCHI_DATE"].replace("-", ""))
        self.done = set()
        self.asked = 0
        self.bulk = None
        self.reception = None
        self.singles = []
        self.answered = 0
        self.api = os.environ["MADOGUCHI_API"]
        self.token = os.environ["MADOGUCHI_API_TOKEN"]
        self.taken = set()
        self.missed = False

    def look(self, last=False):
        self.chart.waiting = []
        for path in sorted(self.face.glob("OQSsiquc01res_face_*.xml")):
            if path.name in self.done:
                continue
            try:
                records = records_of(parse(read(path)))
                self.done.add(path.name)
                for record in records:
                    self.chart.take(record)
            except NotYet:
                if last or DEFECT == "gives-up-at-once":
                    self.done.add(path.name)
                    self.chart.refuse(path.name, "書きかけのままです")
                else:
                    self.chart.waiting.append((path.name, "書きかけです"))
            except Refused as why:
                self.done.add(path.name)
                self.chart.refuse(path.name, str(why))
        self.results()

    def paste(self):
        text = self.clipboard.read_bytes().decode("utf-8")
        for record in records_of_text(text):
            self.chart.take(record)

    def fetch(self):
        """Takes over the app's newest result, which must be another than the one before."""
        import output_api  # takes as long to load as all the rest
        self.missed = True
        for _ in range(TRIES):
            answer = output_api.ask(self.api, self.token, DEFECT)
            at = answer.get("processExecutionTime") if answer else None
            if at and (at not in self.taken or DEFECT == "takes-the-previous"):
                self.taken.add(at)
                self.missed = False
                results = answer.get("resultList", [])
                for result in results[:1] if DEFECT == "first-result-only" else results:
                    record = {name: result[name_of(element)] for element, name in ELEMENTS.items()
                              if name_of(element) in result}
                    record["資格確認日"] = answer.get("qualificationConfirmationDate", "")
                    record["資格有効性"] = answer.get("qualificationValidity", "")
                    self.chart.take(record)
                return
            if DEFECT in ("asks-the-app-once", "hurries"):
                return
            time.sleep(0.05)

    def inquire(self, inquiry):
        kind = inquiry["kind"]
        if kind == "single":
            self.singles = [p["reference-number"] for p in inquiry["patients"]]
            for n, patient in enumerate(inquiry["patients"], 1):
                self.request(f"OQSsiquc01req_{n}.xml", search(numbers(patient)))
            return
        self.bulk = {"bulk": "uquc", "visits": "uhvq", "online": "uonq", "tickets": "utic"}[kind]
        if kind == "bulk":
            infos = "".join(search(numbers(patient)) for patient in inquiry["patients"])
        elif kind == "tickets":
            this = self.chart.today[:6]
            month = this if DEFECT == "asks-this-month" else inquiry["month"]
            infos = search(tag("MedicalTreatmentMonth", month))
        else:
            last = inquiry["from"] if DEFECT == "first-day-only" else inquiry["to"]
            flag = "2" if kind == "visits" or DEFECT == "asks-for-visits" else "3"
            infos = search(tag("ConsentDateFrom", inquiry["from"]) + tag("ConsentDateTo", last)
                           + tag("MedicalTreatmentFlag", flag))
        self.request(f"OQSm{self.bulk}01req_1.xml", infos)

    def ask(self):
        self.asked += 1
        body = tag("ReceptionNumber", self.reception)
        self.request(f"OQSm{self.bulk}02req_{self.asked}.xml", body)

    def request(self, name, body):
        text = ('<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\n<XmlMsg><MessageHeader>'
                "<CharacterCodeIdentifier>0</CharacterCodeIdentifier></MessageHeader>"
                f"<MessageBody>{body}</MessageBody></XmlMsg>\n")
        whole = self.req.parent / (name + ".tmp")
        whole.write_bytes(text.encode("cp932"))
        whole.replace(self.req / name)

    def results(self):
        for path in sorted(self.res.iterdir()):
            if path.name in self.done:
                continue
            self.done.add(path.name)
            content = path.read_bytes()
            if path.suffix == ".zip":
                import zipfile
                with zipfile.ZipFile(io.BytesIO(content)) as packed:
                    content = packed.read(packed.namelist()[0])
            root = parse(content)
            if path.name.startswith("OQSsiquc01res_"):
                self.single(root)
            elif path.name.startswith(f"OQSm{self.bulk}01res_"):
                self.reception = root.findtext("MessageBody/ReceptionNumber")
                self.ask()
            elif root.findtext("MessageHeader/SegmentOfResult") == "2":
                if DEFECT != "asks-once":
                    self.ask()
            else:
                self.units(root)

    def single(self, root):
        name = root.findtext("MessageBody/QualificationConfirmSearchInfo/ArbitraryIdentifier") or ""
        if DEFECT == "answers-by-order":
            name = self.singles[self.answered]
        self.answered += 1
        for record in records_of(root) or [{}]:
            record["照会番号"] = name
            record["資格確認日"] = root.findtext("MessageHeader/QualificationConfirmationDate") or ""
            record["処理結果"] = root.findtext("MessageBody/ProcessingResultStatus") or ""
            record["処理結果コード"] = root.findtext("MessageBody/ProcessingResultCode") or ""
            self.chart.take(record)

    def units(self, root):
        confirmed = root.findtext("MessageHeader/QualificationConfirmationDate") or ""
        for unit in root.findall("MessageBody/BulkConfirmUnit"):
            result = unit.find("ResultOfQualificationConfirmation")
            record = record_of(result) if result is not None else {}
            record["診療年月"] = (result.findtext(TICKET_MONTH) if result is not None else "") or ""
            record["照会番号"] = unit.findtext("ReferenceNumber") or ""
            record["資格確認日"] = confirmed
            record["資格有効性"] = unit.findtext("QualificationValidity") or ""
            record["処理結果"] = unit.findtext("ProcessingResultStatus") or ""
            record["処理結果コード"] = unit.findtext("ProcessingResultCode") or ""
            if DEFECT == "drops-errors" and record["処理結果"] == "2":
                continue
            self.chart.take(record)


def numbers(patient):
    return (tag("InsurerNumber", patient.get("insurer-number"))
            + tag("InsuredCardSymbol", patient.get("insured-card-symbol"))
            + tag("InsuredIdentificationNumber", patient.get("insured-identification-number"))
            + tag("InsuredBranchNumber", patient.get("insured-branch-number"))
            + tag("Birthdate", patient.get("birthdate"))
            + tag("ArbitraryIdentifier", patient.get("reference-number")))


def search(info):
    return f"<QualificationConfirmSearchInfo>{info}</QualificationConfirmSearchInfo>"


def tag(name, value):
    if not value:
        return ""
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}>{value}</{name}>"


def watch(counter):
    """Looks at folders and clipboard by itself until it is ended, and keeps the export current."""
    pasted = None
    while True:
        counter.look()
        text = counter.clipboard.read_bytes() if counter.clipboard.is_file() else None
        if text is not None and text != pasted:
            pasted = text
            counter.paste()
        counter.chart.export(counter.out)
        time.sleep(0.1)


def main():
    global DEFECT
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--defect", default=os.environ.get("IMPORTER_DEFECT") or None)
    parser.add_argument("--page", action="store_true", help="show the chart on a page, too")
    parser.add_argument("--watch", action="store_true", help="look by oneself, told nothing")
    options = parser.parse_args()
    DEFECT = options.defect
    if DEFECT == "list":
        for name, what in DEFECTS.items():
            print(f"{name:<24} {what}")
        return
    if DEFECT is not None and DEFECT not in DEFECTS:
        sys.exit(f"there is no defect {DEFECT}; --defect list names them")
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    counter = Counter()
    if options.page:
        import page
        page.serve(counter.chart, COLUMNS, shown)
    if options.watch:
        return watch(counter)
    for line in sys.stdin:
        (what, value), = json.loads(line).items()
        if what == "look":
            counter.look()
        elif what == "paste":
            counter.paste()
        elif what == "ticket":
            counter.chart.ticket = value
        elif what == "claim":
            counter.chart.claim(value)
        elif what == "fetch":
            counter.fetch()
        elif what == "inquire":
            counter.inquire(value)
        print(json.dumps({"done": {"id": value["id"]}}), flush=True)
    counter.look(last=True)
    if counter.missed and DEFECT != "silent-about-the-app":
        from output_api import LATEST
        counter.chart.refuse(LATEST, "アプリから結果を取得できませんでした")
    counter.chart.export(counter.out)


if __name__ == "__main__":
    main()
