"""The vendor's tests: scenarios as tests, and a counter for what only this vendor wants to know."""

import json
import ssl
import urllib.error
import urllib.request

import pytest


@pytest.mark.madoguchi_scenarios("happy/visual", "card/early", "eligibility/expired")
def test_scenario(madoguchi_scenario):
    madoguchi_scenario()


def test_the_card_comes_and_goes(counter, card):
    card.remove()
    card.insert("shiken-hanako")
    assert counter.env["PCSCLITE_CSOCK_NAME"]
    with pytest.raises(Exception, match="nobody"):
        card.insert("nobody")


def test_the_service_refuses_who_has_no_terminal_certificate(service):
    trusts = ssl.create_default_context(cafile=service["MADOGUCHI_CA_FILE"])
    request = urllib.request.Request(
        service["MADOGUCHI_URL"] + "/limited/v1/sessions", data=b"{}", headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, context=trusts) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
    assert told["resultCode"] != "OK"
