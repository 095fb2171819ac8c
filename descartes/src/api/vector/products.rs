//! Products of vector: tables, and what their columns are.

use auth_core::{Error, ErrorKind, Path, path};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Vector;
use crate::error::Result;

/// Products of vector; see [`Vector::products`].
#[derive(Clone, Copy, Debug)]
pub struct VectorProducts<'a> {
    vector: Vector<'a>,
}

impl<'a> VectorProducts<'a> {
    pub(super) fn new(vector: Vector<'a>) -> Self {
        Self { vector }
    }

    /// `GET /products/`: the products that have all of these tags. The platform gives them all at once.
    pub async fn list(&self, tags: &[&str]) -> Result<Vec<VectorProduct>> {
        check_tags(tags)?;
        let request = self.vector.request(Method::GET, Ok(Path::ROOT.literal("products/")));
        request.query_opt("tags", (!tags.is_empty()).then(|| tags.join(","))).data().await
    }

    /// `GET /products/{id}`: a product.
    pub async fn get(&self, id: &str) -> Result<VectorProduct> {
        self.vector.request(Method::GET, path!["products", id]).data().await
    }

    /// `POST /products/`: creates a product. Nobody has seen a reply of a live server.
    pub async fn create(&self, product: &NewVectorProduct) -> Result<VectorProduct> {
        check_tags(product.tags.as_deref().unwrap_or_default())?;
        let request = self.vector.request(Method::POST, Ok(Path::ROOT.literal("products/")));
        request.json(&product.to_body()).data().await
    }

    /// `PATCH /products/{id}`: changes a product. Nobody has seen a reply of a live server.
    pub async fn update(&self, id: &str, changes: &VectorProductChanges) -> Result<VectorProduct> {
        check_tags(changes.tags.as_deref().unwrap_or_default())?;
        self.vector.request(Method::PATCH, path!["products", id]).json(changes).data().await
    }

    /// `DELETE /products/{id}`: deletes a product and its features. Nobody has seen a reply of a live server.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.vector.request(Method::DELETE, path!["products", id]).idempotent(false).done().await
    }
}

/// Tags are sent as one text with commas between them.
fn check_tags(tags: &[impl AsRef<str>]) -> Result<()> {
    match tags.iter().map(AsRef::as_ref).find(|tag| tag.contains(',')) {
        None => Ok(()),
        Some(tag) => {
            let what = format!("the tag `{}` holds a comma", auth_core::error::shorten(tag, 80));
            Err(Error::new(ErrorKind::InvalidInput, what).with_help("give each tag by itself").into())
        }
    }
}

/// A product to be created.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewVectorProduct {
    /// The id, as in `someorg:roads`.
    pub id: String,
    /// The name.
    pub name: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Words that it is found by. None holds a comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Who may read it, as in `org:someorg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readers: Option<Vec<String>>,
    /// Who may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writers: Option<Vec<String>>,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<String>>,
    /// Its columns, as a JSON schema. The column `uuid` is marked `"primary_key": true`, and `geometry`, where there is
    /// one, by its kind, as in `"geometry": "POINT"`.
    pub model: Value,
}

impl NewVectorProduct {
    /// A product with these columns.
    pub fn new(id: impl Into<String>, name: impl Into<String>, model: Value) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: None,
            tags: None,
            readers: None,
            writers: None,
            owners: None,
            model,
        }
    }

    fn to_body(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Body<'a> {
            #[serde(flatten)]
            product: &'a NewVectorProduct,
            is_spatial: bool,
        }
        let is_spatial = self.model.pointer("/properties/geometry").is_some();
        Body { product: self, is_spatial }
    }
}

/// What to change of a product. What is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct VectorProductChanges {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Words that it is found by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Who may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readers: Option<Vec<String>>,
    /// Who may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writers: Option<Vec<String>>,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<String>>,
}

/// A product: a table of features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VectorProduct {
    /// The id, as in `someorg:roads`.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether its features have shapes.
    #[serde(default)]
    pub is_spatial: Option<bool>,
    /// Words that it is found by.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Who owns it.
    #[serde(default)]
    pub owners: Option<Vec<String>>,
    /// Who may read it.
    #[serde(default)]
    pub readers: Option<Vec<String>>,
    /// Who may change it.
    #[serde(default)]
    pub writers: Option<Vec<String>>,
    /// When it was created, as the platform writes it.
    #[serde(default)]
    pub created: Option<String>,
    /// Its columns, as a JSON schema.
    #[serde(default)]
    pub model: Option<Value>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl VectorProduct {
    /// The names of its columns.
    pub fn columns(&self) -> Vec<&str> {
        let columns = self.model.as_ref().and_then(|model| model.get("properties")?.as_object());
        columns.into_iter().flat_map(|columns| columns.keys().map(String::as_str)).collect()
    }
}
