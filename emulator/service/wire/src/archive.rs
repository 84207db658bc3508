//! A reply in a ZIP, as the results of bulk inquiries come. Equal content and time give equal
//! bytes.

use std::io::{Cursor, Read as _, Write as _};
use std::ops::Range;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

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

/// What stands in the one entry of an archive; nothing where it is none, has more entries, or holds
/// more than any result.
pub(crate) fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    if archive.len() != 1 {
        return None;
    }
    let mut content = Vec::new();
    let limit = u64::try_from(MAX_CONTENT).ok()?;
    let entry = archive.by_index(0).ok()?;
    let read = entry.take(limit + 1).read_to_end(&mut content).ok()?;
    (read <= MAX_CONTENT).then_some(content)
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
        assert_eq!(entry.name().unwrap(), "result.xml");
        let time = entry.last_modified().unwrap();
        assert_eq!((time.year(), time.hour(), time.minute()), (2025, 9, 30));
        let mut back = String::new();
        entry.read_to_string(&mut back).unwrap();
        assert_eq!(back, content);
    }

    #[test]
    fn what_is_packed_is_read_back_and_a_bomb_is_not() {
        let packed = archive("a", b"content", None).unwrap();
        assert_eq!(content(&packed).as_deref(), Some(&b"content"[..]));
        assert_eq!(content(b"PK no archive"), None);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
        bomb.start_file("a", options).unwrap();
        for _ in 0..65 {
            bomb.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let bomb = bomb.finish().unwrap().into_inner();
        assert!(bomb.len() < 1 << 20);
        assert_eq!(content(&bomb), None);
    }

    #[test]
    fn more_than_any_result_has_is_not_packed() {
        assert_eq!(archive("x", &vec![0; MAX_CONTENT + 1], None), None);
    }
}
