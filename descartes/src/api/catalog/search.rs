//! Searches of the catalog: `PUT` with conditions, page by page (contract section 6.1).

use std::marker::PhantomData;

use auth_core::{Error, ErrorKind, Page, Pages, Path};
use futures_util::TryStreamExt as _;
use http::Method;
use serde_json::{Map, Value};

use super::link::{Cursor, follow};
use super::resource::List;
use super::{Catalog, Class, Document, Filter, Located, collection};
use crate::api::Geometry;
use crate::api::trail::Trail;
use crate::client::Request;
use crate::error::Result;

/// A search. Nothing is sent before one of the last methods is called.
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is read"]
pub struct Search<'a, T> {
    pub(super) catalog: Catalog<'a>,
    filter: Option<Filter>,
    body: Map<String, Value>,
    query: Vec<(String, String)>,
    /// Whether it may do without a condition on the product.
    any_product: bool,
    found: PhantomData<fn() -> T>,
}

/// What a search finds, page by page while it is read. It is a `Stream`.
pub type SearchPages<'a, T> = Pages<'a, Document<T>, Cursor, crate::error::Error>;

impl<'a, T: Class> Search<'a, T> {
    pub(super) fn new(catalog: Catalog<'a>) -> Self {
        let any_product = !T::OF_A_PRODUCT;
        let search = Self {
            catalog,
            filter: None,
            body: Map::new(),
            query: Vec::new(),
            any_product,
            found: PhantomData,
        };
        match T::INCLUDE {
            Some(include) => search.with("include", include),
            None => search,
        }
    }

    /// Of these ids, whatever product they are of.
    pub(super) fn for_ids(mut self, ids: &[&str]) -> Self {
        if let Some(include) = self.body.shift_remove("include") {
            self.query.push(("include".to_owned(), include.as_str().unwrap_or_default().to_owned()));
        }
        self.any_product = true;
        self.filter(collection::ids(ids))
    }

    /// Only what this condition holds for, beside all that were given before.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(before) => before.and(filter),
            None => filter,
        });
        self
    }

    /// Only what these words are found in.
    pub fn find_text(self, text: &str) -> Self {
        self.with("text", text)
    }

    /// In the order of a field; with `-` in front, from the last to the first. The last call counts.
    pub fn sort(self, field: &str) -> Self {
        self.with("sort", field)
    }

    /// At most so many in all.
    pub fn limit(self, limit: u64) -> Self {
        self.with("limit", limit)
    }

    /// With a member of the request's body that has no method here.
    pub fn param(self, name: &str, value: impl Into<Value>) -> Self {
        self.with(name, value)
    }

    /// How many there are.
    pub async fn count(self) -> Result<u64> {
        let counting = self.with("limit", 0);
        counting.check()?;
        if counting.is_never() {
            return Ok(0);
        }
        let list = counting.page(None).await?;
        Ok(list
            .meta
            .and_then(|meta| meta.count)
            .ok_or_else(|| Error::new(ErrorKind::Reply, "the reply to a count holds no `meta.count`"))?)
    }

    /// All of them.
    pub async fn collect(self) -> Result<Vec<Document<T>>> {
        self.stream().try_collect().await
    }

    /// All of them, while they are read.
    pub fn stream(self) -> SearchPages<'a, T> {
        self.stream_from(None)
    }

    /// The rest, from a cursor of an earlier reading of the same search.
    pub fn stream_from(self, cursor: Option<Cursor>) -> SearchPages<'a, T> {
        let trail = Trail::from(cursor.as_ref());
        Pages::new(cursor, move |cursor| {
            let (search, trail) = (self.clone(), trail.clone());
            async move { search.next(cursor, &trail).await }
        })
    }

    async fn next(&self, cursor: Option<Cursor>, trail: &Trail) -> Result<Page<Document<T>, Cursor>> {
        self.check()?;
        if self.is_never() {
            return Ok(Page::new(Vec::new(), None));
        }
        let list = self.page(cursor.as_ref()).await?;
        let base = &self.catalog.client.endpoints().catalog_v2;
        let link = list.links.and_then(|links| links.next);
        // A page without items may be followed by one that has some.
        let next = link.map(|link| follow(base, &link)).transpose()?;
        if let Some(next) = &next {
            trail.step(list.data.is_empty(), next)?;
        }
        let included = &list.included;
        let items: Result<_> = list.data.into_iter().map(|item| Document::of(item, included)).collect();
        Ok(Page::new(items?, next))
    }

    async fn page(&self, cursor: Option<&Cursor>) -> Result<List> {
        let path = match cursor {
            Some(cursor) => Path::raw(&cursor.path),
            None => Ok(Path::ROOT.literal(T::PATH)),
        };
        // The link has the whole query; the body is the same for every page.
        let query = cursor.map_or(&self.query, |cursor| &cursor.query);
        let request = self.asking(path, &[]);
        query.iter().fold(request, |request, (name, value)| request.query(name, value)).data().await
    }

    /// The request, without some members of its body. Though a `PUT`, it changes nothing, so it may be repeated.
    pub(super) fn asking(&self, path: auth_core::Result<Path>, without: &[&str]) -> Request<'a> {
        let mut body = self.body.clone();
        body.retain(|name, _| !without.contains(&name.as_str()));
        if let Some(filter) = &self.filter {
            // JSON inside of JSON: the catalog takes it as text.
            let flavor = self.catalog.client.auth().flavor();
            body.insert("filter".to_owned(), filter.to_json(flavor).to_string().into());
        }
        self.catalog.request(Method::PUT, path).json(&body)
    }

    /// What is wrong with it, before anything is sent.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(filter) = &self.filter {
            filter.check()?;
        }
        let names_product = self.filter.as_ref().is_some_and(|filter| filter.is_on("product_id"));
        if self.any_product || names_product {
            return Ok(());
        }
        let what = format!("a search of {} does not say of which product", T::PATH);
        let help = "add a condition like prop(\"product_id\").eq(..), which holds for all that is found";
        Err(Error::new(ErrorKind::InvalidInput, what).with_help(help).into())
    }

    pub(super) fn is_never(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::is_never)
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }
}

impl<T: Located> Search<'_, T> {
    /// Only what meets this place.
    pub fn intersects(self, place: &Geometry) -> Self {
        let text = place.shape().to_string();
        self.with("intersects", text)
    }

    /// With [`Search::intersects`]: also what has no place.
    pub fn or_without_place(self) -> Self {
        self.with("intersects_none", true)
    }
}
