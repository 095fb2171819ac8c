//! Paging: a list that comes in pages, as one stream of items.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::BoxFuture;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The items, in the service's order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last page.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// A page and where the next one begins.
    pub fn new(items: Vec<T>, next: Option<C>) -> Self {
        Self { items, next }
    }
}

type Fetch<'a, T, C, E> = Box<dyn FnMut(Option<C>) -> BoxFuture<'a, Result<Page<T, C>, E>> + Send + 'a>;

/// A list that is fetched page by page, while it is read. `try_collect` reads it whole.
///
/// An error ends the stream: a service that refuses would otherwise be asked for ever. [`Pages::cursor`] tells where the
/// next page begins, after an error the page that failed, so that a list can be resumed later, by another process too.
pub struct Pages<'a, T, C, E> {
    fetch: Fetch<'a, T, C, E>,
    items: std::vec::IntoIter<T>,
    state: State<'a, T, C, E>,
}

enum State<'a, T, C, E> {
    /// The next page begins here (`None`: at the start).
    Next(Option<C>),
    Fetching(Option<C>, BoxFuture<'a, Result<Page<T, C>, E>>),
    /// The page that begins here could not be had.
    Failed(Option<C>),
    Done,
}

impl<'a, T, C: Clone, E> Pages<'a, T, C, E> {
    /// A list from its start, or from a cursor of an earlier reading.
    pub fn new<F>(from: Option<C>, mut fetch: impl FnMut(Option<C>) -> F + Send + 'a) -> Self
    where
        F: Future<Output = Result<Page<T, C>, E>> + Send + 'a,
    {
        Self {
            fetch: Box::new(move |cursor| Box::pin(fetch(cursor))),
            items: Vec::new().into_iter(),
            state: State::Next(from),
        }
    }

    /// Where the page after the current one begins; after an error, the page that failed. `None` at the start and after
    /// the last page.
    pub fn cursor(&self) -> Option<&C> {
        match &self.state {
            State::Next(cursor) | State::Fetching(cursor, _) | State::Failed(cursor) => cursor.as_ref(),
            State::Done => None,
        }
    }
}

// Items are handed out by value, and what is polled is in a box: nothing here must stay in its place.
impl<T, C, E> Unpin for Pages<'_, T, C, E> {}

impl<T, C: Clone, E> Stream for Pages<'_, T, C, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match &mut self.state {
                State::Done | State::Failed(_) => return Poll::Ready(None),
                State::Next(cursor) => {
                    let cursor = cursor.take();
                    let fetching = (self.fetch)(cursor.clone());
                    self.state = State::Fetching(cursor, fetching);
                }
                State::Fetching(cursor, fetching) => {
                    let page = match fetching.as_mut().poll(context) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(page) => page,
                    };
                    match page {
                        Ok(page) => {
                            self.items = page.items.into_iter();
                            self.state = page.next.map_or(State::Done, |next| State::Next(Some(next)));
                        }
                        Err(error) => {
                            self.state = State::Failed(cursor.take());
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                }
            }
        }
    }
}

impl<T, C, E> fmt::Debug for Pages<'_, T, C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt as _, TryStreamExt as _};

    async fn three_pages(cursor: Option<u32>) -> Result<Page<u32, u32>, &'static str> {
        let start = cursor.unwrap_or(0);
        Ok(Page::new(vec![start, start + 1], (start < 4).then_some(start + 2)))
    }

    #[tokio::test]
    async fn reads_all_pages_in_order() {
        let all: Vec<u32> = Pages::new(None, three_pages).try_collect().await.unwrap();
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn resumes_from_a_cursor() {
        let mut pages = Pages::new(None, three_pages);
        pages.next().await;
        let cursor = pages.cursor().copied();
        assert_eq!(cursor, Some(2));
        let rest: Vec<u32> = Pages::new(cursor, three_pages).try_collect().await.unwrap();
        assert_eq!(rest, [2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn an_error_ends_the_stream_and_the_cursor_stays_where_the_page_begins() {
        let mut pages = Pages::new(None, |cursor| async move {
            if cursor == Some(2) { Err("refused") } else { three_pages(cursor).await }
        });
        let seen: Vec<_> = pages.by_ref().collect().await;
        assert_eq!(seen, [Ok(0), Ok(1), Err("refused")]);
        assert_eq!(pages.cursor(), Some(&2));
        assert_eq!(pages.next().await, None);
        let rest: Vec<u32> = Pages::new(pages.cursor().copied(), three_pages).try_collect().await.unwrap();
        assert_eq!(rest, [2, 3, 4, 5]);
    }
}
