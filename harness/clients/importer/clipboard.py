"""The text that the app puts on the clipboard."""
import re

from dates import day
from defects import on
from fields import DATES, RATIOS, WORDS

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


def records_of_text(text):
    """The eligibilities of the app's text. What stands below an unknown heading is passed over."""
    front, records, labels = {}, [], FRONT
    for line in text.splitlines():
        label, tab, value = line.partition("\t")
        if not tab:
            labels = HEADINGS.get(label, {})
            if labels is MAIN:
                records.append({"区分": "A1"} if "医療扶助" in label else {})
            if on("flat-labels"):
                labels = {**BACK, **ELDERLY, **MAIN}
            continue
        name = labels.get(label)
        if name and value:
            place = records[-1] if records else front
            place[name] = value
    if on("counts-lines") and records:
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
