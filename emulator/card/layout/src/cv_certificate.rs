//! Card-verifiable certificates: who says that a key belongs to an issuer, in a form that a card
//! could check (*observed* bytes; the form resembles ISO 7816-8 annex B).

use madoguchi_iso7816::tlv::ber::{self, Tag};

use crate::{KeyId, PublicKey, Signed};

/// The body of a card-verifiable certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CvCertificate {
    /// 証明者鍵ID: the key that signed.
    pub issuer: KeyId,
    /// 被証明者鍵ID: the key that is certified.
    pub subject: KeyId,
    /// The certified key.
    pub public_key: PublicKey,
}

impl CvCertificate {
    const TEMPLATE: Tag = Tag::new(0x7F21);
    const BODY: Tag = Tag::new(0x5F4E);
    const SIGNATURE: Tag = Tag::new(0x5F37);

    /// The 297 bytes that the issuer signs, PKCS#1 v1.5 with SHA-256: both key identifiers and the
    /// key, without any header.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let ids = [self.issuer, self.subject];
        let mut body = ids.map(|id| *id.as_bytes()).concat();
        body.extend(self.public_key.encode());
        body
    }
}

impl Signed<CvCertificate> {
    /// The form of EF 0004 in both 券面 applications, 568 bytes: `7F21 { 5F4E body, 5F37 signature }`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        ber::object(CvCertificate::TEMPLATE, &self.parts())
    }

    /// The form of GET DATA, 575 bytes: no template, and in front a list of what the body holds,
    /// `4D { 42, 5F20, 5F49 }` with their lengths.
    #[must_use]
    pub fn encode_data_object(&self) -> Vec<u8> {
        let mut out = ber::tag_list(&[
            (Tag::new(0x42), 16),
            (Tag::new(0x5F20), 16),
            (Tag::new(0x5F49), PublicKey::ENCODED),
        ]);
        out.extend(self.parts());
        out
    }

    fn parts(&self) -> Vec<u8> {
        let mut out = Vec::new();
        ber::push(&mut out, CvCertificate::BODY, &self.content.signed_bytes());
        ber::push(&mut out, CvCertificate::SIGNATURE, &self.signature.0);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Signature;

    #[test]
    fn both_forms_have_their_lengths_and_headers() {
        let certificate = Signed {
            content: CvCertificate {
                issuer: KeyId::new(*b"9000023", *b"001", [0; 4]),
                subject: KeyId::new(*b"9920121", *b"000", [0; 4]),
                public_key: PublicKey([0xC3; 256]),
            },
            signature: Signature([0x5A; 256]),
        };
        assert_eq!(certificate.content.signed_bytes().len(), 297);
        let file = certificate.encode();
        assert_eq!(file.len(), 568);
        assert_eq!(
            file[..10],
            [0x7F, 0x21, 0x82, 0x02, 0x33, 0x5F, 0x4E, 0x82, 0x01, 0x29]
        );
        let object = certificate.encode_data_object();
        assert_eq!(object.len(), 575);
        assert_eq!(object[..4], [0x4D, 0x0A, 0x42, 0x10]);
        assert_eq!(object[12..], file[5..]);
    }
}
