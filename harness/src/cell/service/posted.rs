//! What a client posted in the place of a card's certificate, where it is on none of the cards.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use madoguchi_trace::Posted;

/// Beginnings that are shorter than this say nothing: every certificate begins alike.
const TELLING: usize = 64;

/// What these bytes are, beside the certificates of the cards (holders by DER).
pub(super) fn posted(certificates: &BTreeMap<Vec<u8>, String>, bytes: &[u8]) -> Posted {
    let told = |form: &str, of: Option<&[u8]>, at| Posted {
        form: form.into(),
        len: bytes.len(),
        of: of.map(<[u8]>::len),
        at,
    };
    if bytes.is_empty() {
        return told("empty", None, None);
    }
    for (form, der) in written_otherwise(bytes) {
        if certificates.contains_key(&der) {
            return told(form, Some(&der), None);
        }
    }
    let nearest = certificates
        .keys()
        .map(|der| (common(der, bytes), der.as_slice()))
        .max_by_key(|(common, _)| *common);
    match nearest {
        // a short beginning may be any card's; all that they are asked for is the same
        Some((same, der)) if same == bytes.len() => told("beginning", Some(der), None),
        Some((same, der)) if same == der.len() => told("longer", Some(der), None),
        Some((same, der)) if TELLING <= same => {
            let skipped = der
                .len()
                .checked_sub(bytes.len())
                .filter(|skipped| *skipped > 0);
            let rest = skipped.and_then(|skipped| der.get(same + skipped..));
            let is_gap = rest.is_some_and(|rest| rest == &bytes[same..]);
            told(
                if is_gap { "gap" } else { "otherwise" },
                Some(der),
                Some(same),
            )
        }
        _ if bytes.starts_with(&[0x30, 0x82]) => told("unknown", None, None),
        _ => told("no-certificate", None, None),
    }
}

/// How many bytes two texts have in common from their beginning.
fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The certificate as it would be, had the client not written it down otherwise.
fn written_otherwise(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Vec::new();
    };
    let joined = |text: &str| text.split_whitespace().collect::<String>();
    let base64 = |text: &str| Base64::decode_vec(&joined(text)).ok();
    let body = text
        .trim()
        .strip_prefix("-----BEGIN CERTIFICATE-----")
        .and_then(|rest| rest.strip_suffix("-----END CERTIFICATE-----"));
    let forms = [
        ("pem", body.and_then(base64)),
        ("base64", base64(text)),
        (
            "hexadecimal",
            base16ct::mixed::decode_vec(joined(text)).ok(),
        ),
    ];
    forms
        .into_iter()
        .filter_map(|(form, der)| Some((form, der?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of 1,712 bytes whose bytes do not repeat themselves.
    fn der() -> Vec<u8> {
        let mut der = vec![0x30, 0x82, 0x06, 0xAC];
        der.extend((4..1712_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
        der
    }

    #[test]
    fn what_became_of_a_certificate_is_named() {
        let der = der();
        let cards = BTreeMap::from([(der.clone(), "shiken-taro".to_owned())]);
        let form = |bytes: &[u8]| {
            let posted = posted(&cards, bytes);
            (posted.form.to_string(), posted.len, posted.of, posted.at)
        };
        let is = |word: &str, len, at| (word.to_owned(), len, Some(1712), at);
        assert_eq!(form(&der[..1280]), is("beginning", 1280, None));
        assert_eq!(form(&der[..3]), is("beginning", 3, None));
        assert_eq!(
            form(&[&der[..], &[0, 0]].concat()),
            is("longer", 1714, None)
        );
        let gap = [&der[..256], &der[512..]].concat();
        assert_eq!(form(&gap), is("gap", 1456, Some(256)));
        let twice = [&der[..256], &der[..256], &der[512..]].concat();
        assert_eq!(form(&twice), is("otherwise", 1712, Some(256)));
        let text = Base64::encode_string(&der);
        assert_eq!(form(text.as_bytes()), is("base64", text.len(), None));
        let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        assert_eq!(form(pem.as_bytes()), is("pem", pem.len(), None));
        let digits = base16ct::lower::encode_string(&der);
        assert_eq!(form(digits.as_bytes()), is("hexadecimal", 3424, None));
        let none = |word: &str, len| (word.to_owned(), len, None, None);
        assert_eq!(form(&[]), none("empty", 0));
        assert_eq!(form(b"TEST"), none("no-certificate", 4));
        assert_eq!(form(&[0x30, 0x82, 0x01, 0x00, 0x02]), none("unknown", 5));
    }
}
