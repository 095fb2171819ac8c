//! Vector: tables of features, which are rows with a shape or without one (contract section 6.7).
//!
//! Features come as Parquet, the platform's own form, and as GeoJSON where it gives it. The feature `arrow` reads
//! Parquet.

#[cfg(feature = "arrow")]
mod batches;
mod data;
mod feature;
mod features;
mod join;
mod plain;
mod products;
mod query;
mod table;
mod tiles;

use std::time::Duration;

use auth_core::Path;
use http::Method;

pub use data::{Aggregation, FeatureData, FeatureStream};
pub use feature::Feature;
pub use features::VectorFeatures;
pub use join::{Join, JoinType, SpatialJoin, SpatialRelation};
pub use products::{NewVectorProduct, VectorProduct, VectorProductChanges, VectorProducts};
pub use query::{FeatureFormat, FeatureQuery, Statistic};
pub use table::{Table, Tables};
pub use tiles::VectorTiles;

use crate::client::{Client, Request};

/// How long one attempt of a call may take that moves features: as long as the vendor waits.
const LONG: Duration = Duration::from_secs(300);

auth_core::service! {
    /// Vector: tables of features. Not every environment has it.
    pub struct Vector, from Client::vector
}

impl<'a> Vector<'a> {
    /// Products: tables, and what their columns are.
    pub fn products(&self) -> VectorProducts<'a> {
        VectorProducts::new(*self)
    }

    /// Features of products.
    pub fn features(&self) -> VectorFeatures<'a> {
        VectorFeatures::new(*self)
    }

    /// Tables: a product together with what is asked of it.
    pub fn tables(&self) -> Tables<'a> {
        Tables::new(*self)
    }

    /// Tiles of features, for maps.
    pub fn tiles(&self) -> VectorTiles<'a> {
        VectorTiles::new(*self)
    }

    /// A feature by its own id, `<product>:<uuid>`. Nothing is sent.
    pub fn feature(&self, id: &str) -> crate::Result<Feature<'a>> {
        Feature::new(*self, id)
    }

    /// A request below the service's URL.
    fn request(&self, method: Method, path: auth_core::Result<Path>) -> Request<'a> {
        self.client.start_at("vector", self.client.endpoints().vector.as_ref(), method, path)
    }
}
