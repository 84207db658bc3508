"""Days: as the interface, the app's text and the export write them."""
import datetime
import re

# An era's first day; its year 1 is that year, but for 明治, which is older than its first solar date.
ERAS = [("令和", 2019, 5, 1), ("平成", 1989, 1, 8), ("昭和", 1926, 12, 25), ("大正", 1912, 7, 30),
        ("明治", 1873, 1, 1)]


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
