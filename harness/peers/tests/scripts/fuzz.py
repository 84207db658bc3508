"""A terminal that is logged in asks whatever the published contract allows, and what it forbids.

    python fuzz.py EXAMPLES

schemathesis draws requests from /openapi.json, with a fixed seed, and judges every reply by it: no
status of a failure, no reply that the contract does not have. Afterwards the service still works.
"""

import os
import subprocess
import sys

import requests

URL = os.environ["MADOGUCHI_URL"]
ROOT = os.environ["MADOGUCHI_CA_FILE"]
TERMINAL = os.environ["MADOGUCHI_CERT_FILE"]
KEY = os.environ["MADOGUCHI_KEY_FILE"]

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


def session():
    account = {"facilityCode": "0010000000", "userId": "shiken01", "password": "TEST-only-1"}
    reply = requests.post(
        URL + "/limited/v1/sessions", json=account, verify=ROOT, cert=(TERMINAL, KEY), timeout=30
    )
    reply.raise_for_status()
    return "Bearer " + reply.json()["sessionToken"]


def main():
    token = session()
    schemathesis = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    run = subprocess.run(
        [
            schemathesis, "run", URL + "/openapi.json", "--url", URL,
            "--tls-verify", ROOT, "--request-cert", TERMINAL, "--request-cert-key", KEY,
            "--header", "Authorization: " + token,
            "--checks", ",".join(CHECKS),
            "--max-examples", sys.argv[1], "--seed", "1",
            "--continue-on-failure", "--no-color", "--warnings", "off",
        ],
        cwd=os.environ["MADOGUCHI_STATE_DIR"],
    )
    session()
    print("afterwards: logged in")
    sys.exit(run.returncode)


main()
