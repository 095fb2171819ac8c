//! A feature by its own id.

use auth_core::{Body, Error, ErrorKind};

use super::Vector;
use super::data::FeatureData;
use crate::error::Result;

/// A feature by its own id; see [`Vector::feature`].
#[derive(Clone, Debug)]
pub struct Feature<'a> {
    vector: Vector<'a>,
    product_id: String,
    name: String,
}

impl<'a> Feature<'a> {
    pub(super) fn new(vector: Vector<'a>, id: &str) -> Result<Self> {
        match id.rsplit_once(':') {
            Some((product_id, name)) if !product_id.is_empty() && !name.is_empty() => {
                Ok(Self { vector, product_id: product_id.to_owned(), name: name.to_owned() })
            }
            _ => {
                let what = format!("`{}` is no id of a feature", auth_core::error::shorten(id, 80));
                let help = "it is the product, a colon and the feature's uuid, as in someorg:roads:1f0a-..";
                Err(Error::new(ErrorKind::InvalidInput, what).with_help(help).into())
            }
        }
    }

    /// The product that it belongs to.
    pub fn product_id(&self) -> &str {
        &self.product_id
    }

    /// Its name in the product: the last part of its id.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `GET /products/{id}/features/{fid}`: the feature, as a Parquet file of one row.
    pub async fn get(&self) -> Result<FeatureData> {
        self.vector.features().get(&self.product_id, &self.name).await
    }

    /// `PUT /products/{id}/featuresv2/{fid}`: replaces the feature by a Parquet file of one row.
    pub async fn save(&self, parquet: Body) -> Result<()> {
        self.vector.features().update(&self.product_id, &self.name, parquet).await
    }

    /// `DELETE /products/{id}/features/{fid}`: deletes the feature.
    pub async fn delete(&self) -> Result<()> {
        self.vector.features().delete(&self.product_id, &self.name).await
    }
}
