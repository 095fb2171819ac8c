//! Lists: one page, or all of it as a stream, with what every list of the platform understands (contract section 6.1).

use std::fmt::{self, Display};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auth_core::page::Page;
use auth_core::{BoxFuture, Path};
use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::model::Many;
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
    is_whole: bool,
    is_tried_once: bool,
    items: PhantomData<fn() -> T>,
}

/// What a service gave of a list.
pub(crate) struct Given<T> {
    pub(crate) items: Vec<T>,
    /// How many it gave, with those that are nothing.
    pub(crate) length: usize,
    /// What tells it from another page. Never zero.
    pub(crate) print: u64,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        // Some services answer null where there is nothing.
        let length = value.as_array().map_or(usize::from(!value.is_null()), Vec::len);
        let items = Many::deserialize(value).map_err(serde::de::Error::custom)?.0;
        Ok(Self { items, length, print: hasher.finish() | 1 })
    }
}

impl<'a, T> List<'a, T> {
    pub(crate) fn new(client: &'a Client, path: auth_core::Result<Path>) -> Self {
        Self {
            client,
            path,
            query: Vec::new(),
            limit: None,
            offset: None,
            is_whole: false,
            is_tried_once: false,
            items: PhantomData,
        }
    }

    /// The service does not divide this list into pages, and is not asked to: what was wanted is cut out here.
    pub(crate) fn whole(self) -> Self {
        Self { is_whole: true, ..self }
    }

    /// For who asks again in any case.
    pub(crate) fn once(self) -> Self {
        Self { is_tried_once: true, ..self }
    }

    /// How many items at most, in one page. A stream asks for at most 100 at a time, and gives all items in any case.
    /// Default of the services: 250 (older ones: 100); listings of files are whole. Where a service has no pages, this
    /// and [`List::offset`] are applied to the whole list, here.
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

    /// A page, as the service gives it.
    pub(crate) async fn page(&self, limit: Option<u32>, offset: Option<u64>) -> Result<Given<T>>
    where
        T: DeserializeOwned,
    {
        let (limit, offset) = if self.is_whole { (None, None) } else { (limit, offset) };
        let request = self.client.call(Method::GET, self.path.clone());
        let request = self.query.iter().fold(request, |request, (name, value)| request.query(name, value));
        let request = if self.is_tried_once { request.once() } else { request };
        request.query_opt("limit", limit).query_opt("offset", offset).data().await
    }

    /// The items from `offset` on, of a list that has no pages.
    async fn all(&self) -> Result<impl Iterator<Item = T> + use<T>>
    where
        T: DeserializeOwned,
    {
        let left_out = usize::try_from(self.offset.unwrap_or_default()).unwrap_or(usize::MAX);
        Ok(self.page(None, None).await?.items.into_iter().skip(left_out))
    }
}

impl<'a, T: DeserializeOwned + Send + 'a> List<'a, T> {
    /// All items, page after page, from [`List::offset`] on.
    ///
    /// The end is a page that is not as long as was asked for, or that is the same as the one before: a service that does
    /// not look at the offset gives its list again and again.
    pub fn stream(self) -> Pages<'a, T> {
        let limit = self.limit.unwrap_or(PAGE).clamp(1, PAGE);
        let start = self.offset;
        let list = Arc::new(self);
        let before = Arc::new(AtomicU64::new(0));
        Pages::new(start, move |offset| {
            let (list, before) = (Arc::clone(&list), Arc::clone(&before));
            async move {
                if list.is_whole {
                    return Ok(Page::new(list.all().await?.collect(), None));
                }
                let given = list.page(Some(limit), Some(offset.unwrap_or_default())).await?;
                if before.swap(given.print, Ordering::Relaxed) == given.print {
                    return Ok(Page::new(Vec::new(), None));
                }
                let is_last = given.length != limit as usize;
                let next = offset.unwrap_or_default() + u64::from(limit);
                Ok(Page::new(given.items, (!is_last).then_some(next)))
            }
        })
    }
}

/// One page.
impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for List<'a, T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = BoxFuture<'a, Result<Vec<T>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if self.is_whole {
                let limit = self.limit.map_or(usize::MAX, |limit| limit as usize);
                return Ok(self.all().await?.take(limit).collect());
            }
            Ok(self.page(self.limit, self.offset).await?.items)
        })
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
