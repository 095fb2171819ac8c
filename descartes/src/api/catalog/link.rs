//! Links to the next page of a search: where they lead, and whether the token may go there.

use auth_core::{Base, Error, ErrorKind, Path};
use url::Url;

use crate::error::Result;

/// Where the next page of a search begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
}

/// Where a link leads, which must be below the catalog's URL: it gets the token.
pub(super) fn follow(base: &Base, link: &str) -> Result<Cursor> {
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
