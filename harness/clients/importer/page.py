"""The sample importer's chart on a page, some records at a time, for whoever reads it in a browser."""
import html
import http.server
import json
import re
import threading

EACH = 2


def serve(chart, columns, shown):
    """Serves the chart on a free port of this machine, and says where."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked = re.fullmatch(r"/(\d+)", self.path)
            body = page(chart, columns, shown, int(asked.group(1)) if asked else 0).encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"page": {"url": f"http://127.0.0.1:{server.server_port}/"}}), flush=True)


def page(chart, columns, shown, number):
    records = list(chart.records.values())
    rows = "".join(
        "<tr class='record'>" + "".join(
            f"<td data-field='{name}'>{html.escape(shown(name, record))}</td>" for name in columns) + "</tr>"
        for record in records[number * EACH:(number + 1) * EACH])
    refused = "".join(f"<li class='refused'>{html.escape(f'{name} {why}')}</li>"
                      for name, why in (chart.refused + chart.waiting if number == 0 else []))
    more = f"<a id='next' href='/{number + 1}'>次へ</a>" if (number + 1) * EACH < len(records) else ""
    return ("<!doctype html><html lang='ja'><meta charset='utf-8'><title>患者一覧</title>"
            f"<style>td {{ white-space: pre }}</style><table id='chart'>{rows}</table>"
            f"<ul>{refused}</ul>{more}")
