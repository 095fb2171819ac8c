//! What lists can be asked for.

use std::sync::{Arc, Mutex, PoisonError};

use auth_core::{Error as CoreError, ErrorKind, Page, Pages};

use crate::client::Request;
use crate::error::{Error, Result};

/// How many items a page of a list has unless the caller says otherwise.
pub(super) const PAGE: u32 = 100;

/// What a list is asked for. What is left out is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// A filter in the style of MongoDB, as JSON text: `{"name": "a"}`.
    pub filter: Option<String>,
    /// An order in the style of MongoDB, as JSON text: `{"name": 1}`, or -1 for the other direction.
    pub sort: Option<String>,
    /// At most so many items; a page of [`Pages`] has so many, 100 unless this is set.
    pub limit: Option<u32>,
    /// Without the first so many items.
    pub skip: Option<u32>,
    /// Only items with these tags. Only models have them.
    pub tags: Option<String>,
}

impl ListQuery {
    pub(super) fn apply<'a>(&self, request: Request<'a>) -> Request<'a> {
        request
            .query_opt("filter", self.filter.as_ref())
            .query_opt("limit", self.limit)
            .query_opt("skip", self.skip.filter(|skip| *skip > 0))
            .query_opt("sort", self.sort.as_ref())
            .query_opt("tags", self.tags.as_ref())
    }

    /// All items, fetched page by page while they are read.
    pub(super) fn pages<'a, T, F>(self, fetch: impl Fn(Self) -> F + Send + 'a) -> Pages<'a, T, u32, Error>
    where
        T: Clone + PartialEq + Send + 'a,
        F: Future<Output = Result<Vec<T>>> + Send + 'a,
    {
        let limit = self.limit.filter(|limit| *limit > 0).unwrap_or(PAGE);
        offset_pages(limit, self.skip.unwrap_or(0), move |skip| {
            fetch(Self { limit: Some(limit), skip: Some(skip), ..self.clone() })
        })
    }
}

/// All items of a list that is asked for by `limit` and `skip`. The cursor is the number of items before a page. The list
/// ends with an empty page: one that is not full may be all that the cluster gives at a time. It ends too with one that is
/// more than full, because then the cluster knows no pages.
pub(super) fn offset_pages<'a, T, F>(
    limit: u32,
    skip: u32,
    fetch: impl Fn(u32) -> F + Send + 'a,
) -> Pages<'a, T, u32, Error>
where
    T: Clone + PartialEq + Send + 'a,
    F: Future<Output = Result<Vec<T>>> + Send + 'a,
{
    let before: Arc<Mutex<Option<(u32, T)>>> = Arc::default();
    Pages::new(Some(skip), move |skip| {
        let skip = skip.unwrap_or(0);
        let (page, before) = (fetch(skip), Arc::clone(&before));
        async move {
            let items = page.await?;
            if let Some(first) = items.first() {
                let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
                if before.as_ref().is_some_and(|(at, item)| *at != skip && item == first) {
                    let what = "the cluster gives the same page again: it does not know `skip` here";
                    let help = "ask for the list in one request, which may not be all of it";
                    return Err(CoreError::new(ErrorKind::Reply, what).with_help(help).into());
                }
                *before = Some((skip, first.clone()));
            }
            let found = u32::try_from(items.len()).unwrap_or(u32::MAX);
            let next = (1..=limit).contains(&found).then(|| skip.checked_add(found)).flatten();
            Ok(Page::new(items, next))
        }
    })
}
