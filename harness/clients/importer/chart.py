"""What is on file: the eligibilities, the claims made from them, and what was not taken over."""
import contextlib
import csv

from dates import day, wareki
from defects import on
from fields import CLAIM, COLUMNS, NAMES, NUMBERS, RATIOS
from shown import shown


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
        if on("ignores-branch"):
            names = ["保険者番号", "記号", "番号"]
        if on("mixes-schemes"):
            names = ["氏名", "生年月日"]
        if record.get("処理結果") == "2":
            names = ["照会番号"]
        return tuple(record.get(name, "") for name in names)

    def take(self, record):
        notes = []
        if on("keeps-previous-patient"):
            for name in ("記号", "枝番", "有効終了日"):
                if name in self.previous:
                    record.setdefault(name, self.previous[name])
            self.previous = dict(record)
        if on("needs-kana"):
            record["フリガナ"].strip()
        before = self.records.get(self.key(record), {})
        for name in RATIOS:
            old, new = before.get(name), record.get(name)
            if old and new and old != new:
                notes.append(f"{name}が台帳と違います (台帳 {old}、確認結果 {new})")
                if on("keeps-old-ratio"):
                    record[name] = old
        if on("keeps-old-values", "mixes-schemes"):
            record = {**before, **record}
        if any("●" in record.get(name, "") for name in NAMES):
            notes.append("氏名に●があります。カナで確かめてください")
        if day(record.get("資格確認日", "")) < self.today:
            if not on("takes-yesterday"):
                notes.append("確認日が今日ではありません")
        if self.ticket and record.get("区分") != "A1":
            on_ticket, insurer = self.ticket["insurer-number"], record.get("保険者番号", "")
            if not on("tickets-as-text"):
                on_ticket, insurer = on_ticket.zfill(8), insurer.zfill(8)
            if on_ticket != insurer and not on("forgets-tickets"):
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
        own = record.get("本人家族") == "1" or on("claims-name-the-patient")
        insured = record.get("被保険者氏名") or (record.get("氏名", "") if own else "")
        if on("claims-name-the-patient"):
            insured = record.get("氏名", "")
        ratio = (self.first[key] if on("claims-of-the-first-check") else record).get("負担割合", "")
        benefit = str(10 - int(ratio) // 10) if ratio else ""
        self.claims.append({
            **{name: record.get(name, "") for name in ("保険者番号", "記号", "番号", "枝番", "郵便番号", "住所")},
            "本家区分": {"1": "2", "2": "6"}.get(record.get("本人家族"), ""),
            "被保険者氏名": insured, "療養を受けた者の氏名": record.get("氏名", ""),
            "生年月日": wareki(record.get("生年月日", "")),
            "給付割合": "7" if on("claims-seven-tenths") else benefit,
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
