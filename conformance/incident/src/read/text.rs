//! The text of a file: UTF-8, UTF-16 as Windows PowerShell redirects it, or Shift_JIS as programs for
//! Japanese Windows write it.

use std::borrow::Cow;

use encoding_rs::{Encoding, SHIFT_JIS};

/// Places that are no UTF-8 in a text that is: where it was cut at its beginning and at its end.
const CUTS: usize = 2;

pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    let text = String::from_utf8_lossy(bytes);
    if let Cow::Owned(lossy) = &text
        && lossy.matches('\u{fffd}').nth(CUTS).is_some()
        && let Some(japanese) = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return japanese;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_the_encoding_it_was_written_in() {
        let text = "画面: 資格確認結果\n";
        let wide: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let (japanese, ..) = SHIFT_JIS.encode(text);
        for bytes in [text.as_bytes(), &wide, &japanese] {
            assert_eq!(decoded(bytes), text);
        }
        // cut within a letter
        let cut = decoded(&text.as_bytes()[1..]);
        assert!(cut.ends_with("面: 資格確認結果\n"), "{cut}");
        assert_eq!(
            decoded(b"\x00\xFF\x80\xFE\xFD"),
            String::from_utf8_lossy(b"\x00\xFF\x80\xFE\xFD")
        );
    }
}
