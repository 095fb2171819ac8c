//! Folders with all that is below them.

use std::collections::VecDeque;
use std::sync::Arc;

use auth_core::page::Page;

use super::{FileItem, Files};
use crate::api::List;
use crate::error::{Error, Result};

/// How many items are asked for at a time.
const PAGE: u32 = 100;

/// A folder with all that is below it, as a stream of items; see [`Files::walk`].
pub type Walk<'a> = auth_core::page::Pages<'a, FileItem, WalkCursor, Error>;

/// Where a walk goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkCursor {
    /// The folders that are still to be listed, the next one first.
    pub folders: VecDeque<String>,
    /// How much of the first one has been listed.
    pub offset: u64,
}

impl<'a> Files<'a> {
    /// All files and folders below a folder, in breadth: first what is in it, then what is in its folders. The folder
    /// itself is left out. One page of one folder is in memory at a time, and the walk can be resumed from its cursor.
    pub fn walk(&self, system_id: &str, folder: &str) -> Walk<'a> {
        let (files, system_id) = (*self, system_id.to_owned());
        walk(folder, move |folder| files.list(&system_id, folder))
    }
}

/// A walk by means of a listing.
pub(crate) fn walk<'a>(
    folder: &str,
    list: impl Fn(&str) -> List<'a, FileItem> + Send + Sync + 'a,
) -> Walk<'a> {
    let start = WalkCursor { folders: VecDeque::from([folder.to_owned()]), offset: 0 };
    let list = Arc::new(list);
    Walk::new(Some(start), move |cursor| {
        let list = Arc::clone(&list);
        async move {
            let Some(mut cursor) = cursor.filter(|cursor| !cursor.folders.is_empty()) else {
                return Ok(Page::new(Vec::new(), None));
            };
            let folder = cursor.folders.front().cloned().unwrap_or_default();
            let items = listed(list(&folder).limit(PAGE).offset(cursor.offset)).await?;
            if items.len() < PAGE as usize {
                cursor.folders.pop_front();
                cursor.offset = 0;
            } else {
                cursor.offset += u64::from(PAGE);
            }
            let items: Vec<FileItem> = items.into_iter().filter(|item| item.name != ".").collect();
            let below = items.iter().filter(|item| item.is_dir());
            cursor
                .folders
                .extend(below.map(|item| format!("{}/{}", folder.trim_end_matches('/'), item.name)));
            let next = (!cursor.folders.is_empty()).then_some(cursor);
            Ok(Page::new(items, next))
        }
    })
}

async fn listed(list: List<'_, FileItem>) -> Result<Vec<FileItem>> {
    list.await
}
