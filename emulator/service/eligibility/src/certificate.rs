//! What JPKI and the eligibility system know of a certificate beside its dates.

use serde::{Deserialize, Serialize};

/// What is known of a certificate beside its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateState {
    /// In the table of the eligibility system.
    #[default]
    Active,
    /// Renewed: JPKI has to be asked at its first use, then it is in the table (public notice of
    /// the maintenance of 2024-12-15).
    Renewed,
    /// 一時停止: the holder reported the card as lost; it may come back. X.509 counts it among the
    /// revocations (`certificateHold`).
    Suspended,
    /// 失効
    Revoked(RevocationReason),
}

/// Why a certificate was revoked: the reasons of RFC 5280 §5.3.1 that a JPKI verifier documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationReason {
    /// Not said.
    #[default]
    Unspecified,
    /// The card or its key is in wrong hands.
    KeyCompromise,
    /// The authority's key is.
    CaCompromise,
    /// Name, address or another fact in it changed.
    AffiliationChanged,
    /// A new certificate took its place.
    Superseded,
    /// The holder died, moved abroad or gave the card back.
    CessationOfOperation,
}
