"""An app without a screen, for a person who says what one would show: it logs in, waits for a card and
asks about it. It leaves a file at the places that it was told, when it has logged in and when it has
checked."""
import base64, sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "clients"))
import visual
from smartcard.CardRequest import CardRequest

visual.login({"facility-code": "0010000000", "user-id": "shiken01", "password": "TEST-only-1"})
Path(sys.argv[1]).touch()
card = CardRequest(timeout=30, readers=[visual.env["MADOGUCHI_READER"]]).waitforcard().connection
with visual.session(card) as transmit:
    certificate = base64.b64encode(visual.read_certificate(transmit)).decode()
visual.post("eligibility/certificate", method="visual", certificate=certificate)
Path(sys.argv[2]).touch()
sys.stdin.read()
