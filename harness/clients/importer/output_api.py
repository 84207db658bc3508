"""The app's 資格確認結果出力用API (assumed, A-09) as the sample importer asks it."""
import http.client
import json
import re
import urllib.request

from defects import on

LATEST = "/result-output/v1/latest"


def ask(base, token):
    """The app's answer; none where it is no result."""
    request = urllib.request.Request(base + LATEST, headers={"Authorization": "Bearer " + token})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=0.1 if on("hurries") else 5) as reply:
            content = reply.read()
            if reply.headers.get_content_type() != "application/json":
                return None
    except http.client.IncompleteRead as half:
        if not on("repairs-half-answers"):
            return None
        content = half.partial
    except (OSError, http.client.HTTPException) as error:
        refused = isinstance(getattr(error, "reason", None), ConnectionRefusedError)
        if on("needs-the-app") and refused:
            raise
        return None
    try:
        return json.loads(content)
    except ValueError:
        if not on("repairs-half-answers"):
            return None
        pairs = dict(re.findall(r'"(\w+)":"([^"]*)"', content.decode("utf-8", "ignore")))
        return {**pairs, "resultList": [pairs]}
