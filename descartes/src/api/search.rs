//! Searches of the catalog: `PUT` with conditions, page by page (contract section 6.1).

use std::marker::PhantomData;

use auth_core::{Base, Error, ErrorKind, Page, Pages, Path};
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use super::catalog::Catalog;
use super::document::List;
use super::filter::Filter;
use crate::error::Result;

/// A search. Nothing is sent before one of the last methods is called.
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is read"]
pub struct Search<'a, T> {
    catalog: Catalog<'a>,
    collection: &'static str,
    filter: Option<Filter>,
    body: Map<String, Value>,
    found: PhantomData<fn() -> T>,
}

/// What a search finds, page by page while it is read. It is a `Stream`.
pub type SearchPages<'a, T> = Pages<'a, T, Cursor, crate::error::Error>;

/// Where the next page of a search begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    path: String,
    query: Vec<(String, String)>,
}

impl<'a, T: DeserializeOwned + Send + 'static> Search<'a, T> {
    pub(super) fn new(catalog: Catalog<'a>, collection: &'static str) -> Self {
        Self { catalog, collection, filter: None, body: Map::new(), found: PhantomData }
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

    /// How many there are.
    pub async fn count(self) -> Result<u64> {
        if self.is_never() {
            return Ok(0);
        }
        let counting = self.with("limit", 0);
        let list: List<T> = counting.page(None).await?;
        Ok(list
            .meta
            .count
            .ok_or_else(|| Error::new(ErrorKind::Reply, "the reply to a count holds no `meta.count`"))?)
    }

    /// All of them.
    pub async fn collect(self) -> Result<Vec<T>> {
        let (mut all, mut cursor) = (Vec::new(), None);
        if self.is_never() {
            return Ok(all);
        }
        loop {
            let page = self.next(cursor).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// All of them, while they are read.
    pub fn stream(self) -> SearchPages<'a, T> {
        self.stream_from(None)
    }

    /// The rest, from a cursor of an earlier reading of the same search.
    pub fn stream_from(self, cursor: Option<Cursor>) -> SearchPages<'a, T> {
        Pages::new(cursor, move |cursor| {
            let search = self.again();
            async move {
                match search.is_never() {
                    true => Ok(Page::new(Vec::new(), None)),
                    false => search.next(cursor).await,
                }
            }
        })
    }

    async fn next(&self, cursor: Option<Cursor>) -> Result<Page<T, Cursor>> {
        let list = self.page(cursor.as_ref()).await?;
        let base = &self.catalog.client.endpoints().catalog_v2;
        let link = list.links.and_then(|links| links.next);
        // A page without items may be followed by one that has some.
        let next = link.map(|link| follow(base, &link)).transpose()?;
        if next.is_some() && next == cursor {
            return Err(
                Error::new(ErrorKind::Reply, "a page of a search links to itself as the next one").into()
            );
        }
        Ok(Page::new(list.data.into_iter().map(|item| item.0).collect(), next))
    }

    async fn page(&self, cursor: Option<&Cursor>) -> Result<List<T>> {
        let mut body = self.body.clone();
        if let Some(filter) = &self.filter {
            // JSON inside of JSON: the catalog takes it as text.
            let flavor = self.catalog.client.auth().flavor();
            body.insert("filter".to_owned(), filter.to_json(flavor).to_string().into());
        }
        let path = match cursor {
            Some(cursor) => Path::raw(&cursor.path),
            None => Ok(Path::ROOT.literal(self.collection)),
        };
        let request = self.catalog.request(Method::PUT, path).json(&body);
        let pairs = cursor.map(|cursor| cursor.query.as_slice()).unwrap_or_default();
        pairs.iter().fold(request, |request, (name, value)| request.query(name, value)).data().await
    }

    fn is_never(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::is_never)
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }

    fn again(&self) -> Self {
        let (filter, body) = (self.filter.clone(), self.body.clone());
        Self { catalog: self.catalog, collection: self.collection, filter, body, found: PhantomData }
    }
}

/// Where a link leads, which must be below the catalog's URL: it gets the token.
fn follow(base: &Base, link: &str) -> Result<Cursor> {
    let outside = |host: &str| {
        let what = format!("a search links to a next page at {host}, which is not below {base}");
        Error::new(ErrorKind::Reply, what).with_help("check the catalog's URL")
    };
    let url = Url::parse(link).map_err(|_| outside("an unreadable URL"))?;
    let root = base.join(&Path::ROOT);
    let path = url.path().strip_prefix(root.path().trim_end_matches('/'));
    let path = path.filter(|path| path.starts_with('/') && base.is_origin_of(&url));
    let path = path.ok_or_else(|| outside(url.host_str().unwrap_or("an unreadable URL")))?;
    Ok(Cursor { path: path.to_owned(), query: url.query_pairs().into_owned().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::PlainHttp;
    use proptest::prelude::*;

    fn base() -> Base {
        Base::parse("b", "https://h.example/metadata/v1/catalog/v2", PlainHttp::Loopback).unwrap()
    }

    #[test]
    fn only_links_below_the_catalog_are_followed() {
        let next =
            follow(&base(), "https://h.example/metadata/v1/catalog/v2/products?continuation=a%26b").unwrap();
        assert_eq!(next.path, "/products");
        assert_eq!(next.query, [("continuation".to_owned(), "a&b".to_owned())]);
        for link in [
            "https://evil.example/metadata/v1/catalog/v2/products",
            "http://h.example/metadata/v1/catalog/v2/products",
            "https://h.example:444/metadata/v1/catalog/v2/products",
            "https://h.example/metadata/v1/catalog/v2evil/products",
            "https://h.example/metadata/v1/catalog/v2/../../x",
            "https://h.example@evil.example/metadata/v1/catalog/v2/products",
            "/products",
            "",
        ] {
            assert!(follow(&base(), link).is_err(), "{link}");
        }
    }

    proptest! {
        #[test]
        fn no_link_makes_it_panic_or_leaves_the_catalog(link in "(https://h.example/metadata/v1/catalog/v2)?\\PC{0,30}") {
            if let Ok(next) = follow(&base(), &link) {
                prop_assert!(next.path.starts_with('/'));
            }
        }
    }
}
