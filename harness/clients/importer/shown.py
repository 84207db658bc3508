"""A value of the chart as the export and the page have it."""
import datetime
import re
import unicodedata

from dates import iso, wareki
from defects import on
from fields import DATES, KANA, NAMES, RATIOS, WORDS


def shown(name, record):
    """A value as the export has it."""
    value = record.get(name, "")
    if on("forgets-post-number") and name == "郵便番号":
        return ""
    if on("ratio-by-age") and name in RATIOS and value:
        age = (datetime.date(2025, 5, 21) - datetime.date.fromisoformat(iso(record["生年月日"]))).days // 365.25
        value = "020" if 70 <= age <= 74 else value
    if on("unset-is-male") and name in ("性別", "裏面性別") and value:
        value = "2" if value == "2" else "1"
    if on("six-is-invalid") and name == "資格有効性" and value == "6":
        value = "2"
    if on("numbers-as-numbers") and name == "番号" and value:
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
    if on("strips-circles"):
        return value.replace("●", "")
    if on("question-marks"):
        return value.encode("iso2022_jp", "replace").decode("iso2022_jp")
    if on("splits-surrogates"):
        return "".join("\ufffd\ufffd" if ord(c) > 0xFFFF else c for c in value)
    if on("loses-voicing") and name in KANA:
        plain = unicodedata.normalize("NFD", value)
        return "".join(c for c in plain if c not in "\u3099\u309a")
    if on("cuts-names"):
        return value[:20]
    return value


def full_width(value):
    """Half-width kana to full width; a mark joins its kana, a space becomes an ideographic one."""
    text = "".join(unicodedata.normalize("NFKC", run) if "\uff61" <= run[0] <= "\uff9f" else run
                   for run in re.findall(r"[\uff61-\uff9f]+|.", value, re.S))
    return text.replace(" ", "\u3000")
