//! Files that begin with a table of where their objects are.

use madoguchi_iso7816::tlv::ber::{self, Tag};

/// `outer { table, objects… }`. The table has one big-endian u16 for each object: the offset of its
/// tag from the first byte of the file (*observed*), so that a body of 128 bytes and more, whose
/// outer length takes three bytes instead of one, moves all offsets by two (*assumed*: cards with
/// such bodies were read, their bytes are not published).
pub(crate) fn with_offset_table(outer: Tag, table: Tag, objects: &[Vec<u8>]) -> Vec<u8> {
    let mut entries = vec![0; 2 * objects.len()];
    let table_len = ber::object(table, &entries).len();
    let body_len = table_len + objects.iter().map(Vec::len).sum::<usize>();
    let mut file = Vec::with_capacity(body_len + 5);
    ber::push_header(&mut file, outer, body_len);
    let mut at = file.len() + table_len;
    for (entry, object) in entries.chunks_exact_mut(2).zip(objects) {
        // A file that a 15-bit offset cannot read does not fit a card.
        entry.copy_from_slice(&u16::try_from(at).unwrap_or(u16::MAX).to_be_bytes());
        at += object.len();
    }
    ber::push(&mut file, table, &entries);
    for object in objects {
        file.extend(object);
    }
    file
}
