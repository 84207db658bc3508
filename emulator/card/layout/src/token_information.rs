//! EF 0006 of 公的個人認証AP: a PKCS#11 `CK_TOKEN_INFO` of 160 bytes with big-endian numbers.

use crate::TokenKind;

/// The token information of a card of this kind, 160 bytes (*observed* on plastic; PKCS#11 §3.2).
///
/// | offset | bytes | field | value |
/// |---|---|---|---|
/// | 0 | 32 | label | [`TokenKind::label`], padded with spaces |
/// | 32 | 32 | manufacturerID | `0…01` |
/// | 64 | 16 | model | `E16R01NJ`, padded with spaces |
/// | 80 | 16 | serialNumber | the same on every card |
/// | 96 | 4 | flags | RNG, LOGIN_REQUIRED, USER_PIN_INITIALIZED, TOKEN_INITIALIZED |
/// | 100 | 16 | session counts | 1 at most, 0 open; 1 read/write at most, 0 open |
/// | 116 | 8 | maxPin, minPin | 16, 6 |
/// | 124 | 16 | memory counts | unavailable |
/// | 140 | 4 | hardware and firmware version | `03`, `01` in ASCII |
/// | 144 | 16 | utcTime | sixteen `9` |
#[must_use]
pub fn token_information(token: TokenKind) -> [u8; 160] {
    let mut info = [b' '; 160];
    let label = token.label().as_bytes();
    info[..label.len()].copy_from_slice(label);
    info[32..64].copy_from_slice(b"00000000000000000000000000000001");
    info[64..72].copy_from_slice(b"E16R01NJ");
    info[80..96].copy_from_slice(b"0000000020500003");
    let numbers: [u32; 11] = [
        0x0000_040D, // flags
        1,           // maxSessionCount
        0,           // sessionCount
        1,           // maxRwSessionCount
        0,           // rwSessionCount
        16,          // maxPinLen
        6,           // minPinLen
        u32::MAX,    // totalPublicMemory
        u32::MAX,    // freePublicMemory
        u32::MAX,    // totalPrivateMemory
        u32::MAX,    // freePrivateMemory
    ];
    for (field, number) in info[96..140].chunks_exact_mut(4).zip(numbers) {
        field.copy_from_slice(&number.to_be_bytes());
    }
    info[140..144].copy_from_slice(b"0301");
    info[144..].fill(b'9');
    info
}

impl TokenKind {
    /// The label by which clients tell tokens apart, without its padding (*observed*).
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Card => "JPKIAPICCTOKEN2",
            Self::Android => "JPKIAPGPSETOKEN",
            Self::Iphone => "JPKIAPIOSTOKEN",
            Self::ResidentCard => "JPKIAPICCTOKEN",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plastic_card_says_what_plastic_cards_say() {
        let info = token_information(TokenKind::Card);
        assert_eq!(&info[..32], b"JPKIAPICCTOKEN2                 ");
        assert_eq!(&info[64..96], b"E16R01NJ        0000000020500003");
        assert_eq!(info[96..104], [0, 0, 0x04, 0x0D, 0, 0, 0, 1]);
        assert_eq!(
            info[116..128],
            [0, 0, 0, 16, 0, 0, 0, 6, 0xFF, 0xFF, 0xFF, 0xFF]
        );
        assert_eq!(&info[136..], b"\xFF\xFF\xFF\xFF03019999999999999999");
    }
}
