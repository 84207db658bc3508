//! Return values of PC/SC, as logs spell them.

use madoguchi_pcsc::ReturnCode;

/// A return value by its name or as hexadecimal digits. OpenSC prints more than its 32 bits where it
/// was built for 64; of Windows's own codes (22, 31, 1167) none is one of these.
pub(super) fn return_code(text: &str) -> Option<u32> {
    let word = text.trim().split([' ', ',', '(', ')', '[', ']']).next()?;
    if let Some(code) = ReturnCode::named(word) {
        return Some(code.value());
    }
    let digits = word
        .strip_prefix("0x")
        .or_else(|| word.strip_prefix("0X"))
        .filter(|digits| digits.len() >= 8)?;
    let value = u64::from_str_radix(digits, 16).ok()?;
    u32::try_from(value & 0xFFFF_FFFF).ok()
}
