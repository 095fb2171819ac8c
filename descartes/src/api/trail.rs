//! What keeps the reading of pages from going on for ever.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use auth_core::{Error, ErrorKind, Result};

/// So many pages in a row may hold nothing: behind one there may be some that hold something.
const MOST_EMPTY: u32 = 10;

/// The way that a reading has come. Clones are the same one.
#[derive(Clone, Default)]
pub(super) struct Trail(Arc<Mutex<Steps>>);

#[derive(Default)]
struct Steps {
    /// Hashes of the places where pages begin: a few bytes for each, however long the service's names are.
    seen: HashSet<u64>,
    empty: u32,
}

impl Trail {
    /// A reading that begins somewhere, or at the start.
    pub(super) fn from(place: Option<&impl Hash>) -> Self {
        let seen = place.map(hash).into_iter().collect();
        Self(Arc::new(Mutex::new(Steps { seen, empty: 0 })))
    }

    /// A page was read, and the next one begins there.
    pub(super) fn step(&self, is_empty: bool, next: &impl Hash) -> Result<()> {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.empty = if is_empty { steps.empty + 1 } else { 0 };
        if steps.empty > MOST_EMPTY {
            let what = format!(
                "more than {MOST_EMPTY} pages of a search in a row hold nothing, and name another one"
            );
            return Err(Error::new(ErrorKind::Reply, what));
        }
        if !steps.seen.insert(hash(next)) {
            let what = "a search goes in circles: a page names one as the next that was read before";
            return Err(Error::new(ErrorKind::Reply, what));
        }
        Ok(())
    }
}

fn hash(place: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_has_no_circles_and_few_empty_pages_in_a_row() {
        let trail = Trail::from(Some(&"start"));
        trail.step(false, &"a").unwrap();
        trail.step(false, &"b").unwrap();
        for place in ["a", "b", "start"] {
            assert_eq!(trail.step(false, &place).unwrap_err().kind(), ErrorKind::Reply);
        }
        let trail = Trail::from(None::<&u32>);
        for number in 0..10 {
            trail.step(true, &number).unwrap();
        }
        trail.step(false, &10).unwrap();
        for number in 11..21 {
            trail.step(true, &number).unwrap();
        }
        assert!(trail.step(true, &21).unwrap_err().to_string().starts_with("more than 10 pages"));
    }
}
