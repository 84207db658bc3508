//! 券面事項入力補助AP: its PIN, so that a client that presents it meets a counter.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Personalization;
use madoguchi_layout::profile::{BLOCKED, PIN};

use super::{blocked, reference};
use crate::persistent::{Content, IssueError};

pub(super) fn content(file: FileId, data: &Personalization) -> Result<Option<Content>, IssueError> {
    Ok(match file {
        PIN => Some(reference(file, &data.profile_pin)?),
        // Cards are issued with this reference blocked (*observed*).
        BLOCKED => Some(blocked()),
        _ => None,
    })
}
