"""Reads certificates and revocation lists with `asn1crypto`; one JSON object for each file."""

import json
import sys

from asn1crypto import crl, x509

SHORT = {"2.5.4.6": "C", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.7": "L", "2.5.4.3": "CN"}
USAGES = {
    "digital_signature": "digitalSignature",
    "non_repudiation": "nonRepudiation",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
REASONS = {"key_compromise": "keyCompromise"}
# In the order of the standard's bits: a set has none.
ORDER = list(USAGES)


def name(of):
    parts = [one for rdn in of.chosen for one in rdn]
    return ", ".join(f"{SHORT[one['type'].dotted]}={one['value'].native}" for one in parts)


def instant(of):
    return of.native.strftime("%Y-%m-%dT%H:%M:%SZ")


def extensions(of):
    return ", ".join(one["extn_id"].dotted + "!" * one["critical"].native for one in of)


def certificate(der):
    it = x509.Certificate.load(der, strict=True)
    body = it["tbs_certificate"]
    told = {
        "serial": f"{it.serial_number:X}",
        "issuer": name(it.issuer),
        "subject": name(it.subject),
        "not-before": instant(body["validity"]["not_before"]),
        "not-after": instant(body["validity"]["not_after"]),
        "extensions": extensions(body["extensions"]),
        "key-usage": ", ".join(
            USAGES[use] for use in sorted(it.key_usage_value.native, key=ORDER.index)
        ),
    }
    if it.extended_key_usage_value:
        told["extended-key-usage"] = ", ".join(u.dotted for u in it.extended_key_usage_value)
    if it.certificate_policies_value:
        policies = it.certificate_policies_value
        told["policies"] = ", ".join(p["policy_identifier"].dotted for p in policies)
        qualifiers = [q for p in policies for q in p["policy_qualifiers"]]
        told["cps"] = ", ".join(q["qualifier"].native for q in qualifiers)
    names = it.subject_alt_name_value or []
    others = [one.chosen for one in names if one.name == "other_name"]
    if others:
        texts = [f"{o['type_id'].dotted}={o['value'].native}" for o in others]
        told["names"] = ", ".join(texts)
    if it.authority_information_access_value:
        access = it.authority_information_access_value
        told["ocsp"] = ", ".join(one["access_location"].native for one in access)
    if it.basic_constraints_value:
        told["ca"] = str(it.ca).lower()
    return told


def revocations(der):
    it = crl.CertificateList.load(der, strict=True)
    body = it["tbs_cert_list"]
    entries = body["revoked_certificates"]
    return {
        "issuer": name(it.issuer),
        "this-update": instant(body["this_update"]),
        "next-update": instant(body["next_update"]),
        "number": str(it.crl_number_value.native),
        "extensions": extensions(body["crl_extensions"]),
        "revoked": ", ".join(
            f"{one['user_certificate'].native:X} {instant(one['revocation_date'].chosen)}"
            for one in entries
        ),
        "reasons": ", ".join(
            REASONS[one.crl_reason_value.native] for one in entries if one.crl_reason_value
        ),
    }


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        read = revocations if path.endswith(".crl") else certificate
        print(json.dumps(read(file.read()), ensure_ascii=False))
