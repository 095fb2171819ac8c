//! Searches of compute: `GET` with conditions, page by page.

use std::marker::PhantomData;

use auth_core::{Error, ErrorKind, Page, Pages, Path};
use futures_util::TryStreamExt as _;
use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Compute;
use super::job::Job;
use crate::api::filter::Filter;
use crate::api::trail::Trail;
use crate::error::Result;

/// A search for jobs.
pub type JobSearch<'a> = ComputeSearch<'a, Job>;

/// What a search finds, page by page while it is read. It is a `Stream`.
pub type ComputePages<'a, T> = Pages<'a, T, ComputeCursor, crate::error::Error>;

/// A search. Nothing is sent before one of the last methods is called.
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is read"]
pub struct ComputeSearch<'a, T> {
    compute: Compute<'a>,
    collection: &'static str,
    filter: Option<Filter>,
    limit: Option<u64>,
    sort: Vec<String>,
    params: Map<String, Value>,
    /// Whether a page is asked for only once.
    once: bool,
    found: PhantomData<fn() -> T>,
}

/// Where the next page of a search begins, for [`ComputeSearch::stream_from`]. It can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ComputeCursor {
    /// The platform's name for the place.
    pub page_cursor: String,
    /// How many are still wanted, when the search has a limit.
    #[serde(default)]
    pub left: Option<u64>,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct List<T> {
    data: Vec<T>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default)]
    page_cursor: Option<String>,
    #[serde(default)]
    total: Option<u64>,
}

impl<'a, T: DeserializeOwned + Send + 'static> ComputeSearch<'a, T> {
    pub(super) fn new(compute: Compute<'a>, collection: &'static str) -> Self {
        let (filter, limit, sort, params) = (None, None, Vec::new(), Map::new());
        Self { compute, collection, filter, limit, sort, params, once: false, found: PhantomData }
    }

    /// With each page asked for only once, for who has a rhythm of his own.
    pub(super) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Only what this condition holds for, beside all that were given before.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(before) => before.and(filter),
            None => filter,
        });
        self
    }

    /// In the order of a field; with `-` in front, from the last to the first. Further calls decide among equals.
    pub fn sort(mut self, field: impl Into<String>) -> Self {
        self.sort.push(field.into());
        self
    }

    /// At most so many in all. The platform forgets it after the first page, so it is kept here too.
    pub fn limit(self, limit: u64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// So many in a page.
    pub fn page_size(self, size: u64) -> Self {
        self.param("page_size", size)
    }

    /// A parameter that this version does not know.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// How many there are.
    pub async fn count(self) -> Result<u64> {
        self.check()?;
        if self.is_never() {
            return Ok(0);
        }
        let counting = self.limit(0);
        let list: List<Value> = counting.page(None).await?;
        Ok(list
            .meta
            .total
            .ok_or_else(|| Error::new(ErrorKind::Reply, "the reply to a count holds no `meta.total`"))?)
    }

    /// All of them.
    pub async fn collect(self) -> Result<Vec<T>> {
        self.stream().try_collect().await
    }

    /// All of them, while they are read.
    pub fn stream(self) -> ComputePages<'a, T> {
        self.stream_from(None)
    }

    /// The rest, from a cursor of an earlier reading of the same search.
    pub fn stream_from(self, cursor: Option<ComputeCursor>) -> ComputePages<'a, T> {
        let trail = Trail::from(cursor.as_ref().map(|cursor| &cursor.page_cursor));
        let search = std::sync::Arc::new(self);
        Pages::new(cursor, move |cursor| {
            let (search, trail) = (search.clone(), trail.clone());
            async move { search.next(cursor, &trail).await }
        })
    }

    /// The conditions as the calls on many jobs take them: a real list. `None` when they can hold for nothing.
    pub(super) fn to_body(&self) -> Result<Option<Value>> {
        self.check()?;
        if self.is_never() {
            return Ok(None);
        }
        let mut body = self.params.clone();
        if let Some(filter) = &self.filter {
            body.insert("filter".to_owned(), self.conditions(filter));
        }
        if let Some(limit) = self.limit {
            body.insert("limit".to_owned(), json!(limit));
        }
        if !self.sort.is_empty() {
            body.insert("sort".to_owned(), json!(self.sort));
        }
        Ok(Some(Value::Object(body)))
    }

    fn conditions(&self, filter: &Filter) -> Value {
        filter.to_json(self.compute.client.auth().flavor())
    }

    /// What is wrong with it, before anything is sent.
    fn check(&self) -> Result<()> {
        Ok(self.filter.as_ref().map_or(Ok(()), Filter::check)?)
    }

    fn is_never(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::is_never)
    }

    async fn next(&self, cursor: Option<ComputeCursor>, trail: &Trail) -> Result<Page<T, ComputeCursor>> {
        self.check()?;
        let left = cursor.as_ref().map_or(self.limit, |cursor| cursor.left);
        if self.is_never() || left == Some(0) {
            return Ok(Page::new(Vec::new(), None));
        }
        let mut list: List<T> = self.page(cursor.as_ref()).await?;
        let most = left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        list.data.truncate(most);
        let left = left.map(|left| left.saturating_sub(list.data.len() as u64));
        let next = list.meta.page_cursor.filter(|next| !next.is_empty() && left != Some(0));
        if let Some(next) = &next {
            trail.step(list.data.is_empty(), next)?;
        }
        Ok(Page::new(list.data, next.map(|page_cursor| ComputeCursor { page_cursor, left })))
    }

    async fn page<U: DeserializeOwned>(&self, cursor: Option<&ComputeCursor>) -> Result<List<U>> {
        let request = self.compute.request(Method::GET, Ok(Path::ROOT.literal(self.collection)));
        let request = if self.once { request.once() } else { request };
        if let Some(cursor) = cursor {
            // The cursor stands for all that was asked.
            return request.query("page_cursor", &cursor.page_cursor).data().await;
        }
        let request = self.params.iter().fold(request, |request, (name, value)| match value {
            Value::String(text) => request.query(name, text),
            Value::Array(items) => request.query_each(name, items.iter().map(text)),
            value => request.query(name, value),
        });
        let filter = self.filter.as_ref().map(|filter| sorted(self.conditions(filter)));
        let request = request.query_opt("filter", filter).query_opt("limit", self.limit);
        request.query_each("sort", &self.sort).data().await
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// With the members of each object in the order of their names, as the vendor writes conditions into a URL.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(members) => {
            let members: std::collections::BTreeMap<String, Value> = members.into_iter().collect();
            members.into_iter().map(|(name, member)| (name, sorted(member))).collect()
        }
        other => other,
    }
}
