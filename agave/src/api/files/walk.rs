//! Folders with all that is below them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use auth_core::page::Page;

use super::{FileItem, Files};
use crate::api::List;
use crate::error::Error;

/// How many items are asked for at a time.
const PAGE: u32 = 100;

/// A folder with all that is below it, as a stream of items; see [`Files::walk`].
pub type Walk<'a> = auth_core::page::Pages<'a, FileItem, WalkCursor, Error>;

/// Where a walk goes on. Cheap to clone: cursors of a walk share the folders that it has found.
#[derive(Clone)]
pub struct WalkCursor {
    /// All folders that were found, in the order in which they are listed. It only grows.
    found: Arc<Mutex<Vec<String>>>,
    /// How many of them this cursor knows. There are more when the walk has gone on.
    known: usize,
    /// How many of them have been listed.
    done: usize,
    /// How much of the next one has been listed.
    offset: u64,
    /// What the page before was, when it was of the same folder.
    before: u64,
}

impl WalkCursor {
    /// A walk from its start.
    pub fn new(folder: impl Into<String>) -> Self {
        let found = Arc::new(Mutex::new(vec![folder.into()]));
        Self { found, known: 1, done: 0, offset: 0, before: 0 }
    }

    /// The folders that are still to be listed, the next one first.
    pub fn folders(&self) -> Vec<String> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)[self.done..self.known].to_vec()
    }

    /// How many items of the first one have been listed.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The folder that is listed next.
    fn folder(&self) -> Option<String> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found[..self.known].get(self.done).cloned()
    }

    fn with_folders(mut self, folders: impl Iterator<Item = String>) -> Self {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() == self.known {
            found.extend(folders);
            self.known = found.len();
            drop(found);
            return self;
        }
        // Another walk went on from the same cursor: from here on, each has its own.
        let mut own = found[..self.known].to_vec();
        drop(found);
        own.extend(folders);
        self.known = own.len();
        Self { found: Arc::new(Mutex::new(own)), ..self }
    }
}

impl PartialEq for WalkCursor {
    fn eq(&self, other: &Self) -> bool {
        self.offset == other.offset && self.folders() == other.folders()
    }
}

impl Eq for WalkCursor {}

impl fmt::Debug for WalkCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalkCursor")
            .field("folders", &self.folders())
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl<'a> Files<'a> {
    /// All files and folders below a folder, in breadth: first what is in it, then what is in its folders. The folder
    /// itself is left out. One page of one folder is in memory at a time, beside the names of all folders. It goes on
    /// from its cursor by [`Files::walk_from`].
    pub fn walk(&self, system_id: &str, folder: &str) -> Walk<'a> {
        self.walk_from(system_id, WalkCursor::new(folder))
    }

    /// A walk from where an earlier one was.
    pub fn walk_from(&self, system_id: &str, cursor: WalkCursor) -> Walk<'a> {
        let (files, system_id) = (*self, system_id.to_owned());
        walk(cursor, move |folder| files.list(&system_id, folder))
    }
}

/// A walk by means of a listing.
pub(crate) fn walk<'a>(
    start: WalkCursor,
    list: impl Fn(&str) -> List<'a, FileItem> + Send + Sync + 'a,
) -> Walk<'a> {
    let list = Arc::new(list);
    Walk::new(Some(start), move |cursor| {
        let list = Arc::clone(&list);
        async move {
            let Some((cursor, folder)) =
                cursor.and_then(|cursor| cursor.folder().map(|folder| (cursor, folder)))
            else {
                return Ok(Page::new(Vec::new(), None));
            };
            let given = list(&folder).page(Some(PAGE), Some(cursor.offset)).await?;
            // A service that does not look at the offset gives the same page again.
            let is_repeated = given.print == cursor.before;
            let mut items = if is_repeated { Vec::new() } else { given.items };
            // The folder itself. A folder without a name would be listed for ever.
            items.retain(|item| !(item.name == "." || item.name.is_empty() && item.is_dir()));
            let below = items.iter().filter(|item| item.is_dir() && item.name != "..");
            let below = below.map(|item| format!("{}/{}", folder.trim_end_matches('/'), item.name));
            let mut next = cursor.with_folders(below);
            if is_repeated || given.length != PAGE as usize {
                (next.done, next.offset, next.before) = (next.done + 1, 0, 0);
            } else {
                (next.offset, next.before) = (next.offset + u64::from(PAGE), given.print);
            }
            let is_more = next.done < next.known;
            Ok(Page::new(items, is_more.then_some(next)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_share_their_folders_until_they_part() {
        let start = WalkCursor::new("a");
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let first = start.clone().with_folders(names(&["a/b"]).into_iter());
        let second = start.clone().with_folders(names(&["a/c"]).into_iter());
        assert!(Arc::ptr_eq(&first.found, &start.found) && !Arc::ptr_eq(&second.found, &start.found));
        assert_eq!(start.folders(), ["a"]);
        assert_eq!(first.folders(), ["a", "a/b"]);
        assert_eq!(second.folders(), ["a", "a/c"]);
        assert!(first != second && first == first.clone());
    }
}
