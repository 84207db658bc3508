"""Reads certificates and revocation lists with `cryptography`; one JSON object for each file."""

import json
import sys

from cryptography import x509

SHORT = {"2.5.4.6": "C", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.7": "L", "2.5.4.3": "CN"}
USAGES = [
    ("digital_signature", "digitalSignature"),
    ("content_commitment", "nonRepudiation"),
    ("key_encipherment", "keyEncipherment"),
    ("data_encipherment", "dataEncipherment"),
    ("key_agreement", "keyAgreement"),
    ("key_cert_sign", "keyCertSign"),
    ("crl_sign", "cRLSign"),
]


def name(of):
    return ", ".join(f"{SHORT[one.oid.dotted_string]}={one.value}" for one in of)


def instant(of):
    return of.strftime("%Y-%m-%dT%H:%M:%SZ")


def extensions(of):
    return ", ".join(one.oid.dotted_string + "!" * one.critical for one in of.extensions)


def utf8(der):
    """The text of a UTF8String, whose length takes one byte or, from 128 on, more."""
    header = 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)
    assert der[0] == 0x0C, der
    return der[header:].decode()


def certificate(der):
    it = x509.load_der_x509_certificate(der)
    told = {
        "serial": f"{it.serial_number:X}",
        "issuer": name(it.issuer),
        "subject": name(it.subject),
        "not-before": instant(it.not_valid_before),
        "not-after": instant(it.not_valid_after),
        "extensions": extensions(it),
    }
    for one in it.extensions:
        value = one.value
        if isinstance(value, x509.KeyUsage):
            used = [word for field, word in USAGES if getattr(value, field)]
            told["key-usage"] = ", ".join(used)
        elif isinstance(value, x509.ExtendedKeyUsage):
            told["extended-key-usage"] = ", ".join(use.dotted_string for use in value)
        elif isinstance(value, x509.CertificatePolicies):
            told["policies"] = ", ".join(p.policy_identifier.dotted_string for p in value)
            told["cps"] = ", ".join(q for p in value for q in p.policy_qualifiers)
        elif isinstance(value, x509.SubjectAlternativeName):
            others = value.get_values_for_type(x509.OtherName)
            if others:
                texts = [f"{o.type_id.dotted_string}={utf8(o.value)}" for o in others]
                told["names"] = ", ".join(texts)
        elif isinstance(value, x509.AuthorityInformationAccess):
            told["ocsp"] = ", ".join(one.access_location.value for one in value)
        elif isinstance(value, x509.BasicConstraints):
            told["ca"] = str(value.ca).lower()
    return told


def revocations(der):
    it = x509.load_der_x509_crl(der)
    number = it.extensions.get_extension_for_class(x509.CRLNumber)
    return {
        "issuer": name(it.issuer),
        "this-update": instant(it.last_update),
        "next-update": instant(it.next_update),
        "number": str(number.value.crl_number),
        "extensions": extensions(it),
        "revoked": ", ".join(f"{one.serial_number:X} {instant(one.revocation_date)}" for one in it),
        "reasons": ", ".join(why.value.reason.value for one in it for why in one.extensions),
    }


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        read = revocations if path.endswith(".crl") else certificate
        print(json.dumps(read(file.read()), ensure_ascii=False))
