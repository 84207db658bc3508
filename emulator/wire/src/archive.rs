//! A reply in a ZIP, as the results of bulk inquiries come. Equal content and time give equal
//! bytes.

use std::io::{Cursor, Write as _};
use std::ops::Range;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The most that goes into an archive, bytes before compression: ten thousand units have fewer.
const MAX_CONTENT: usize = 64 << 20;

/// An archive with one entry. `at` is its time, `YYYYMMDDHHmmss`; 1980-01-01 where there is none.
/// Nothing where the content is more than any result has.
pub(crate) fn archive(entry: &str, content: &[u8], at: Option<&str>) -> Option<Vec<u8>> {
    if MAX_CONTENT < content.len() {
        return None;
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(at.and_then(time).unwrap_or_default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(entry, options).ok()?;
    archive.write_all(content).ok()?;
    Some(archive.finish().ok()?.into_inner())
}

/// The time in the form of a ZIP, which counts in steps of two seconds.
fn time(at: &str) -> Option<DateTime> {
    let digits = |range: Range<usize>| at.get(range)?.parse::<u16>().ok();
    let small = |range| u8::try_from(digits(range)?).ok();
    let (year, month, day) = (digits(0..4)?, small(4..6)?, small(6..8)?);
    let (hour, minute, second) = (small(8..10)?, small(10..12)?, small(12..14)?);
    DateTime::from_date_and_time(year, month, day, hour, minute, second).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn an_archive_is_a_function_of_content_and_time() {
        let content = "試験".repeat(1000);
        let at = |at| archive("result.xml", content.as_bytes(), Some(at)).unwrap();
        let first = at("20250521093000");
        assert_eq!(first, at("20250521093000"));
        assert_ne!(first, at("20250521093002"));
        assert!(first.len() < content.len() / 10);

        let mut read = ZipArchive::new(Cursor::new(first)).unwrap();
        assert_eq!(read.len(), 1);
        let mut entry = read.by_index(0).unwrap();
        assert_eq!(entry.name(), "result.xml");
        let time = entry.last_modified().unwrap();
        assert_eq!((time.year(), time.hour(), time.minute()), (2025, 9, 30));
        let mut back = String::new();
        entry.read_to_string(&mut back).unwrap();
        assert_eq!(back, content);
    }

    #[test]
    fn more_than_any_result_has_is_not_packed() {
        assert_eq!(archive("x", &vec![0; MAX_CONTENT + 1], None), None);
    }
}
