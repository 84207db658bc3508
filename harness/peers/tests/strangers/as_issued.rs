//! What OpenSC reads from the card is what was issued, byte for byte: the parsers of `tests/parsers`
//! are shown the same certificates as a client of the card.

use std::fs;

use madoguchi_card::Profile;
use madoguchi_fixtures::healthy;
use madoguchi_peers::{have, run};

use crate::desk::Embedded;

#[test]
fn the_four_certificates_are_read_as_they_were_issued() {
    let test = "the_four_certificates_are_read_as_they_were_issued";
    if !have("pkcs11-tool", test) {
        return;
    }
    let issued = healthy();
    let [authentication, signature] = [issued.authentication, issued.signature].map(Option::unwrap);
    let embedded = Embedded::new(Profile::contactless());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.der");
    for (slot, pin, id, certificate) in [
        ("0", "1234", "01", authentication.certificate),
        ("1", "ABC123", "02", signature.certificate),
        ("0", "1234", "03", authentication.ca_certificate),
        ("0", "1234", "04", signature.ca_certificate),
    ] {
        let mut tool = embedded.client("pkcs11-tool");
        tool.args(["--slot-index", slot, "--login", "--pin", pin, "--id", id]);
        tool.args(["--read-object", "--type", "cert", "--output-file"]);
        run(tool.arg(&file)).expect_success();
        assert_eq!(fs::read(&file).unwrap(), certificate, "{id}");
    }
}
