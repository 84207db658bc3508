#!/usr/bin/env python3
"""A small レセコン: takes over what an eligibility app and a 資格確認端末 deliver, and exports it as CSV.

Standard library only, Python 3.9 or later, Linux, macOS and Windows. Correct as it stands;
`--defect NAME` (or IMPORTER_DEFECT) puts one deliberate mistake in, `--defect list` names them. It is
told by JSON lines on its standard input when to look (madoguchi help recepcon).
"""
import argparse
import json
import os
import sys
import time

import defects
from counter import Counter
from fields import COLUMNS
from shown import shown


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--defect", default=os.environ.get("IMPORTER_DEFECT") or None)
    parser.add_argument("--page", action="store_true", help="show the chart on a page, too")
    parser.add_argument("--watch", action="store_true", help="look by oneself, told nothing")
    options = parser.parse_args()
    if options.defect == "list":
        for name, what in defects.DEFECTS.items():
            print(f"{name:<24} {what}")
        return
    if options.defect is not None and options.defect not in defects.DEFECTS:
        sys.exit(f"there is no defect {options.defect}; --defect list names them")
    defects.chosen = options.defect
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
    if counter.missed and not defects.on("silent-about-the-app"):
        from output_api import LATEST
        counter.chart.refuse(LATEST, "アプリから結果を取得できませんでした")
    counter.chart.export(counter.out)


if __name__ == "__main__":
    main()
