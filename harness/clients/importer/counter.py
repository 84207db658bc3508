"""The desk at which deliveries arrive, and from which inquiries go out."""
import io
import os
import pathlib
import time

from chart import Chart
from clipboard import records_of_text
from defects import on
from documents import NotYet, Refused, parse, read, record_of, records_of
from fields import ELEMENTS, TICKET_MONTH, name_of
from inquiries import numbers, search, tag

# How often the app's API is asked for one result.
TRIES = 4


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
                if last or on("gives-up-at-once"):
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
            answer = output_api.ask(self.api, self.token)
            at = answer.get("processExecutionTime") if answer else None
            if at and (at not in self.taken or on("takes-the-previous")):
                self.taken.add(at)
                self.missed = False
                results = answer.get("resultList", [])
                for result in results[:1] if on("first-result-only") else results:
                    record = {name: result[name_of(element)] for element, name in ELEMENTS.items()
                              if name_of(element) in result}
                    record["資格確認日"] = answer.get("qualificationConfirmationDate", "")
                    record["資格有効性"] = answer.get("qualificationValidity", "")
                    self.chart.take(record)
                return
            if on("asks-the-app-once", "hurries"):
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
            month = this if on("asks-this-month") else inquiry["month"]
            infos = search(tag("MedicalTreatmentMonth", month))
        else:
            last = inquiry["from"] if on("first-day-only") else inquiry["to"]
            flag = "2" if kind == "visits" or on("asks-for-visits") else "3"
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
                if not on("asks-once"):
                    self.ask()
            else:
                self.units(root)

    def single(self, root):
        name = root.findtext("MessageBody/QualificationConfirmSearchInfo/ArbitraryIdentifier") or ""
        if on("answers-by-order"):
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
            if on("drops-errors") and record["処理結果"] == "2":
                continue
            self.chart.take(record)
