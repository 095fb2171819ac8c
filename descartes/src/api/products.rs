//! Products of the catalog (contract sections 6.2 and 6.3).

use auth_core::{Timestamp, path};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalog::Catalog;
use super::document::Single;
use super::search::Search;
use crate::error::Result;

/// Products of the catalog; see [`Catalog::products`].
#[derive(Clone, Copy, Debug)]
pub struct Products<'a> {
    catalog: Catalog<'a>,
}

impl<'a> Products<'a> {
    pub(super) fn new(catalog: Catalog<'a>) -> Self {
        Self { catalog }
    }

    /// `GET /products/{id}`: a product; `None` when there is no such one, or none that the user may see.
    pub async fn get(&self, id: &str) -> Result<Option<Product>> {
        match self.catalog.request(Method::GET, path!["products", id]).data::<Single<Product>>().await {
            Ok(found) => Ok(Some(found.data)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `HEAD /products/{id}`: whether there is such a product that the user may see.
    pub async fn exists(&self, id: &str) -> Result<bool> {
        match self.catalog.request(Method::HEAD, path!["products", id]).done().await {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// `PUT /products`: the products that conditions hold for.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::Filter;
    ///
    /// let core = client.catalog().products().search().filter(Filter::eq("is_core", true)).sort("-created");
    /// for product in core.limit(10).collect().await? {
    ///     println!("{}", product.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self) -> Search<'a, Product> {
        Search::new(self.catalog, "products")
    }

    /// The id of a product of one's own: with the organization in front, or the user's namespace where there is none,
    /// unless it is there already.
    pub async fn namespace_id(&self, id: &str) -> Result<String> {
        let payload = self.catalog.client.auth().payload().await?;
        let namespace = match payload.org().filter(|org| !org.is_empty()) {
            Some(org) => org.to_owned(),
            None => payload.namespace()?,
        };
        Ok(match id.strip_prefix(&namespace) {
            Some(rest) if rest.starts_with(':') => id.to_owned(),
            _ => format!("{namespace}:{id}"),
        })
    }
}

/// A product: what images with the same bands belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Product {
    /// The id, as in `someorg:prod1`.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether the platform's own staff keeps it.
    #[serde(default)]
    pub is_core: Option<bool>,
    /// The shortest time between two images of a place, in minutes.
    #[serde(default)]
    pub revisit_period_minutes_min: Option<f64>,
    /// The longest time between two images of a place, in minutes.
    #[serde(default)]
    pub revisit_period_minutes_max: Option<f64>,
    /// When the first image was taken.
    #[serde(default)]
    pub start_datetime: Option<Timestamp>,
    /// When the last image was taken.
    #[serde(default)]
    pub end_datetime: Option<Timestamp>,
    /// The finest resolution of its bands.
    #[serde(default)]
    pub resolution_min: Option<Resolution>,
    /// The coarsest resolution of its bands.
    #[serde(default)]
    pub resolution_max: Option<Resolution>,
    /// The bands that are shown unless others are asked for.
    #[serde(default)]
    pub default_display_bands: Option<Vec<String>>,
    /// The index that its images are found by.
    #[serde(default)]
    pub image_index_name: Option<String>,
    /// The tier that it belongs to.
    #[serde(default)]
    pub product_tier: Option<String>,
    /// Who owns it, as in `org:someorg`.
    #[serde(default)]
    pub owners: Option<Vec<String>>,
    /// Who may read it.
    #[serde(default)]
    pub readers: Option<Vec<String>>,
    /// Who may change it.
    #[serde(default)]
    pub writers: Option<Vec<String>>,
    /// Words that it is found by.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// What its owners note beside: texts and numbers by name.
    #[serde(default)]
    pub extra_properties: Option<Map<String, Value>>,
    /// When it was created.
    #[serde(default)]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default)]
    pub modified: Option<Timestamp>,
    /// Attributes that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A resolution on the ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resolution {
    /// How much.
    pub value: f64,
    /// Of what: `meters` or `degrees`.
    #[serde(default)]
    pub unit: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::super::document::List;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_sample_of_the_contract_is_read_and_what_is_unknown_is_kept() {
        let reply = json!({
            "data": [{"type": "product", "id": "someorg:prod1", "attributes": {
                "name": "My Test Product", "owners": ["org:someorg"], "readers": [], "writers": [], "tags": ["a"],
                "is_core": false, "resolution_min": {"value": 10.0, "unit": "meters"},
                "start_datetime": "2019-01-01T00:00:00Z", "end_datetime": null,
                "created": "2019-06-10T18:48:13.066192Z", "modified": "2019-06-10T18:48:13.066192Z", "later": 1,
            }}],
            "meta": {"count": 2}, "links": {"self": "s", "next": "n"}, "jsonapi": {"version": "1.0"},
        });
        let list: List<Product> = serde_json::from_value(reply).unwrap();
        assert_eq!((list.meta.count, list.links.unwrap().next.as_deref()), (Some(2), Some("n")));
        let product = &list.data[0].0;
        assert_eq!((product.id.as_str(), product.end_datetime), ("someorg:prod1", None));
        assert_eq!(product.resolution_min.as_ref().unwrap().value, 10.0);
        assert_eq!(product.created.unwrap().to_string(), "2019-06-10T18:48:13.066192Z");
        assert_eq!(product.extra["later"], 1);
    }

    proptest! {
        #[test]
        fn no_attributes_make_it_panic(name in "\\PC{0,8}", number in any::<f64>(), created in "[0-9TZ:.-]{0,24}") {
            for value in [json!(name), json!(number), json!(created), json!(null), json!([name])] {
                let attributes = json!({"name": name, "created": value, "resolution_min": {"value": value}, "tags": value});
                let _ = serde_json::from_value::<Single<Product>>(json!({"data": {"id": name, "attributes": attributes}}));
            }
        }
    }
}
