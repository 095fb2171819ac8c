//! Lists: one page, or all of it as a stream, with what every list of the platform understands (contract section 6.1).

use std::fmt::{self, Display};
use std::marker::PhantomData;

use auth_core::page::Page;
use auth_core::{BoxFuture, Path};
use http::Method;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{Error, Result};

/// How many items a stream asks for at a time. Services that are asked for more may give fewer, and a page that is
/// shorter than asked is the only sign of the end.
const PAGE: u32 = 100;

/// All pages of a list, as a stream of items. Its cursor is an offset.
pub type Pages<'a, T> = auth_core::page::Pages<'a, T, u64, Error>;

/// A list that is being asked for: await it for one page, or read all pages by [`List::stream`].
///
/// ```no_run
/// # async fn example(ag: agave::Agave) -> agave::Result<()> {
/// use agave::api::Operator;
/// use futures_util::TryStreamExt as _;
///
/// let newest = ag.clients().list().limit(10).await?;
/// let mut all = ag.clients().list().search("name", Operator::Like, "demo*").stream();
/// while let Some(client) = all.try_next().await? {
///     println!("{}", client.name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a list is asked for when it is awaited or streamed"]
pub struct List<'a, T> {
    client: &'a Client,
    path: auth_core::Result<Path>,
    query: Vec<(String, String)>,
    limit: Option<u32>,
    offset: Option<u64>,
    items: PhantomData<fn() -> T>,
}

impl<'a, T> List<'a, T> {
    pub(crate) fn new(client: &'a Client, path: auth_core::Result<Path>) -> Self {
        Self { client, path, query: Vec::new(), limit: None, offset: None, items: PhantomData }
    }

    /// How many items at most, in one page. A stream asks for at most 100 at a time, and gives all items in any case.
    /// Default of the services: 250 (older ones: 100); listings of files are whole.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many items to leave out at the start.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Only what fits, as in `("status", Operator::Eq, "RUNNING")`. Dots lead into nested attributes, `*` stands for any
    /// text, and several terms must all fit. Not for files, and metadata has queries of its own.
    pub fn search(self, attribute: &str, operator: Operator, value: impl Display) -> Self {
        self.query(format!("{attribute}.{operator}"), value)
    }

    /// Only items of which an attribute is one of these (`in`).
    pub fn search_any(self, attribute: &str, values: impl IntoIterator<Item = impl Display>) -> Self {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.search(attribute, Operator::In, values.join(","))
    }

    /// Only these members of each item, as in `["id", "_links.self.href"]`. All others are then missing.
    pub fn filter(self, members: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let members: Vec<String> = members.into_iter().map(|member| member.as_ref().to_owned()).collect();
        self.query("filter", members.join(","))
    }

    /// A pair of the query that this version has no name for.
    pub fn query(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    async fn page(&self, limit: Option<u32>, offset: Option<u64>) -> Result<Vec<T>>
    where
        T: DeserializeOwned,
    {
        let request = self.client.call(Method::GET, self.path.clone());
        let request = self.query.iter().fold(request, |request, (name, value)| request.query(name, value));
        // Some services answer null where there is nothing.
        let items: Option<Vec<T>> =
            request.query_opt("limit", limit).query_opt("offset", offset).data().await?;
        Ok(items.unwrap_or_default())
    }
}

impl<'a, T: DeserializeOwned + Send + 'a> List<'a, T> {
    /// All items, page after page, from [`List::offset`] on.
    pub fn stream(self) -> Pages<'a, T> {
        let limit = self.limit.unwrap_or(PAGE).clamp(1, PAGE);
        let start = self.offset;
        let list = std::sync::Arc::new(self);
        Pages::new(start, move |offset| {
            let list = std::sync::Arc::clone(&list);
            async move {
                let items = list.page(Some(limit), Some(offset.unwrap_or_default())).await?;
                let is_last = items.len() < limit as usize;
                let next = offset.unwrap_or_default() + u64::from(limit);
                Ok(Page::new(items, (!is_last).then_some(next)))
            }
        })
    }
}

/// One page.
impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for List<'a, T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = BoxFuture<'a, Result<Vec<T>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.page(self.limit, self.offset).await })
    }
}

impl<T> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_ref().map_or("?", Path::template);
        f.debug_struct("List").field("path", &path).finish_non_exhaustive()
    }
}

auth_core::open_enum! {
    /// How a search compares.
    pub enum Operator {
        /// Equal.
        Eq = "eq",
        /// Not equal.
        Neq = "neq",
        /// Less, or before.
        Lt = "lt",
        /// Less or equal.
        Lte = "lte",
        /// Greater, or after.
        Gt = "gt",
        /// Greater or equal.
        Gte = "gte",
        /// One of several, divided by commas.
        In = "in",
        /// None of several.
        Nin = "nin",
        /// Like a pattern with `*`.
        Like = "like",
        /// Not like a pattern.
        Nlike = "nlike",
    }
}
