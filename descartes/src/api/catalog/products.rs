//! Products: what images with the same bands belong to (contract sections 6.2 and 6.3).

use auth_core::{Timestamp, Wait, path};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::class::{attributes, class};
use super::{Band, Collection, DeletionTask, Document, Filter, Image, ImageUpload, Search, deletion};
use crate::client::Request;
use crate::error::Result;

/// Products of the catalog.
pub type Products<'a> = Collection<'a, Product>;

attributes! {
    /// A product: what images with the same bands belong to. The id of a new one gets the organization in front, as in
    /// `someorg:prod1`.
    pub shared struct Product {
        /// The name.
        name: String,
        /// What it is about.
        description: String,
        /// Whether the platform's own staff keeps it.
        is_core: bool,
        /// The shortest time between two images of a place, in minutes.
        revisit_period_minutes_min: f64,
        /// The longest time between two images of a place, in minutes.
        revisit_period_minutes_max: f64,
        /// When the first image was taken.
        start_datetime: Timestamp,
        /// When the last image was taken.
        end_datetime: Timestamp,
        /// The finest resolution of its bands. The platform sets it.
        resolution_min: Resolution,
        /// The coarsest resolution of its bands. The platform sets it.
        resolution_max: Resolution,
        /// The bands that are shown unless others are asked for.
        default_display_bands: Vec<String>,
        /// The index that its images are found by.
        image_index_name: String,
        /// The tier that it belongs to.
        product_tier: String,
    }
}

class!(Product: "product" at "products" {
    const READ_ONLY: &'static [&'static str] = &["created", "modified", "resolution_min", "resolution_max"];
}, Editable, Deletable);

/// A resolution on the ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resolution {
    /// How much.
    pub value: f64,
    /// Of what: `meters` or `degrees`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Resolution {
    /// So many meters.
    pub fn meters(value: f64) -> Self {
        Self { value, unit: Some("meters".to_owned()) }
    }

    /// So many degrees.
    pub fn degrees(value: f64) -> Self {
        Self { value, unit: Some("degrees".to_owned()) }
    }
}

impl<'a> Products<'a> {
    /// `GET /bands/{product}:{name}`: a band of a product.
    pub async fn get_band(&self, product: &str, name: &str) -> Result<Option<Document<Band>>> {
        self.catalog.bands().get(&format!("{product}:{name}")).await
    }

    /// `GET /images/{product}:{name}`: an image of a product.
    pub async fn get_image(&self, product: &str, name: &str) -> Result<Option<Document<Image>>> {
        self.catalog.images().get(&format!("{product}:{name}")).await
    }

    /// `PUT /bands`: a search of the bands of a product, in the product's order.
    pub fn bands(&self, product: &str) -> Search<'a, Band> {
        self.catalog.bands().search().filter(of(product)).sort("sort_order")
    }

    /// `PUT /images`: a search of the images of a product.
    pub fn images(&self, product: &str) -> Search<'a, Image> {
        self.catalog.images().search().filter(of(product))
    }

    /// `PUT /uploads_v2`: a search of the uploads of images to a product.
    pub fn image_uploads(&self, product: &str) -> Search<'a, ImageUpload> {
        self.catalog.image_uploads().search().filter(of(product))
    }

    /// `POST /products/{id}/delete_related_objects`: deletes all bands and images of a product, which goes on at the
    /// platform. `None` when there is nothing to delete.
    pub async fn delete_related_objects(&self, id: &str) -> Result<Option<DeletionTask>> {
        let path = path!["products", id, "delete_related_objects"];
        let body = json!({"data": {"type": "product_delete_task"}});
        deletion::start(self.catalog.request(Method::POST, path).json(&body)).await
    }

    /// `GET /products/{id}/delete_related_objects`: how far the deletion of a product's objects is.
    pub async fn get_delete_status(&self, id: &str) -> Result<DeletionTask> {
        deletion::status(self.deletion(id)).await
    }

    fn deletion(&self, id: &str) -> Request<'a> {
        self.catalog.request(Method::GET, path!["products", id, "delete_related_objects"])
    }

    /// Asks [`Products::get_delete_status`] until the deletion has ended, well or not. The vendor asks once a minute.
    pub async fn wait_for_deletion(&self, id: &str, wait: Wait) -> Result<DeletionTask> {
        let what = format!("the deletion of the objects of {id}");
        deletion::wait_for(self.catalog, what, wait, || self.deletion(id)).await
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

fn of(product: &str) -> Filter {
    Filter::eq("product_id", product)
}

#[cfg(test)]
mod tests {
    use super::super::resource::{List, Single};
    use super::super::{Class, State};
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn sample() -> Document<Product> {
        let reply = json!({
            "data": [{"type": "product", "id": "someorg:prod1", "attributes": {
                "name": "My Test Product", "owners": ["org:someorg"], "readers": [], "writers": [], "tags": ["a"],
                "is_core": false, "resolution_min": {"value": 10.0, "unit": "meters"},
                "start_datetime": "2019-01-01T00:00:00Z", "end_datetime": null,
                "created": "2019-06-10T18:48:13.066192Z", "modified": "2019-06-10T18:48:13.066192Z", "later": 1,
            }}],
            "meta": {"count": 2}, "links": {"self": "s", "next": "n"}, "jsonapi": {"version": "1.0"},
        });
        let mut list: List = serde_json::from_value(reply).unwrap();
        assert_eq!(list.links.unwrap().next.as_deref(), Some("n"));
        assert_eq!(list.meta.unwrap().count, Some(2));
        Document::of(list.data.remove(0), &[]).unwrap()
    }

    #[test]
    fn the_sample_of_the_contract_is_read_and_what_is_unknown_is_kept() {
        let product = sample();
        assert_eq!((product.id(), product.end_datetime), ("someorg:prod1", None));
        assert_eq!(product.resolution_min.as_ref().unwrap().value, 10.0);
        assert_eq!(product.created.unwrap().to_string(), "2019-06-10T18:48:13.066192Z");
        assert_eq!(product.extra["later"], 1);
    }

    #[test]
    fn only_what_was_changed_is_a_change() {
        let mut product = sample();
        assert_eq!((product.state(), product.to_change().unwrap()), (State::Saved, None));
        product.name = Some("Other".to_owned());
        product.start_datetime = None;
        assert_eq!(product.state(), State::Modified);
        assert_eq!(Value::Object(product.changes()), json!({"name": "Other", "start_datetime": null}));
        product.discard_changes();
        assert_eq!(product.state(), State::Saved);
    }

    #[test]
    fn attributes_of_the_platform_are_not_sent() {
        let mut product = sample();
        product.created = None;
        let error = product.to_change().unwrap_err().to_string();
        assert_eq!(error, "the attribute `created` of the product someorg:prod1 cannot be changed");
        assert!(product.to_create().unwrap_err().to_string().ends_with("is in the catalog already"));
        let mut copy = Document::<Product>::new("copy");
        copy.update(sample().serialize()).unwrap_err();
        (copy.created, copy.tags) = (product.modified, Some(vec!["a".to_owned()]));
        let body = json!({"data": {"type": "product", "attributes": {"tags": ["a"]}, "id": "copy"}});
        assert_eq!(copy.to_create().unwrap(), body);
    }

    #[test]
    fn attributes_that_do_not_exist_or_do_not_fit_are_not_set() {
        let mut product = sample();
        for (attributes, text) in [
            (json!({"nmae": "x"}), "a product has no attribute `nmae`"),
            (
                json!({"name": "x", "is_core": "yes"}),
                "that is no value for the attribute `is_core` of a product",
            ),
            (json!([]), "the attributes to set are not a JSON object"),
        ] {
            let error = product.update(attributes).unwrap_err().to_string();
            assert!(error.starts_with(text), "{error}");
        }
        product.update(json!({"later": 2, "description": "d"})).unwrap();
        assert_eq!(Value::Object(product.changes()), json!({"later": 2, "description": "d"}));
    }

    proptest! {
        #[test]
        fn no_attributes_make_it_panic(name in "\\PC{0,8}", number in any::<f64>(), created in "[0-9TZ:.-]{0,24}") {
            for value in [json!(name), json!(number), json!(created), json!(null), json!([name])] {
                let attributes = json!({"name": name, "created": value, "resolution_min": {"value": value}, "tags": value});
                if let Ok(single) = serde_json::from_value::<Single>(json!({"data": {"id": name, "attributes": attributes}}))
                    && let Ok(product) = Document::<Product>::of_single(single)
                {
                    prop_assert!(product.to_change().unwrap().is_none() && Product::TYPE == "product");
                }
            }
        }
    }
}
