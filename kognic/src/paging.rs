//! Lists that come in pages (contract section 5.4).

use std::fmt;
use std::marker::PhantomData;

use auth_core::{Error, ErrorKind, Page};
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::client::Request;
use crate::error::Result;

/// A list that is fetched page by page, while it is read: a `Stream`. `try_collect` of `futures` reads it whole;
/// `cursor()` tells where the next page begins, for a reading that goes on later.
pub type Pages<'a, T> = auth_core::Pages<'a, T, Cursor, crate::Error>;

/// Where a page of a list begins. The platform gives a number or a text; keep it as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor that was kept from an earlier reading.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            other => other.to_string(),
        }))
    }
}

/// Asks for the page that begins at `from`. The platform's own SDK puts it before all other parameters.
pub(crate) fn starting_at<'a>(request: Request<'a>, from: Option<&Cursor>) -> Request<'a> {
    request.query_opt("cursorId", from)
}

/// Fetches the page that begins at `from`.
pub(crate) async fn page<T: DeserializeOwned>(
    request: Request<'_>,
    from: Option<Cursor>,
) -> Result<Page<T, Cursor>> {
    let reply: Reply<T> = request.data().await?;
    if reply.next.is_some() && reply.next == from {
        return Err(Error::new(ErrorKind::Reply, "a list of the platform leads back to the same page").into());
    }
    Ok(Page::new(reply.items, reply.next))
}

/// `{"data": [..], "metadata": {"nextCursorId": ..}}`, or just the list where there is no more than one page.
struct Reply<T> {
    items: Vec<T>,
    next: Option<Cursor>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    next_cursor_id: Option<Cursor>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Reply<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData))
    }
}

struct Either<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
    type Value = Reply<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or a page with `data`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Reply<T>, A::Error> {
        let items = Vec::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(Reply { items, next: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Reply<T>, A::Error> {
        let (mut items, mut metadata) = (None, None);
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "data" => items = Some(members.next_value::<Option<_>>()?.unwrap_or_default()),
                "metadata" => metadata = members.next_value::<Option<Metadata>>()?,
                _ => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        let items = items.ok_or_else(|| serde::de::Error::missing_field("data"))?;
        Ok(Reply { items, next: metadata.unwrap_or_default().next_cursor_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_has_many_forms() {
        let read = |reply| serde_json::from_value::<Reply<u8>>(reply).map(|reply| (reply.items, reply.next));
        let cursor = |text: &str| Some(Cursor::new(text));
        assert_eq!(read(json!([1])).unwrap(), (vec![1], None));
        assert_eq!(read(json!({"data": [1], "metadata": null})).unwrap(), (vec![1], None));
        assert_eq!(read(json!({"data": [], "metadata": {"nextCursorId": null}})).unwrap(), (vec![], None));
        for (next, text) in [(json!(7), "7"), (json!("a=&b"), "a=&b")] {
            let page = json!({"later": {}, "metadata": {"nextCursorId": next, "total": 3}, "data": [1, 2]});
            assert_eq!(read(page).unwrap(), (vec![1, 2], cursor(text)));
        }
        assert_eq!(read(json!({"data": null, "metadata": {}})).unwrap(), (vec![], None));
        assert!(read(json!({"metadata": {}})).is_err());
    }
}
