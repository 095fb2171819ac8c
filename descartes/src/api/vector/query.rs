//! What is asked of a product's features.

use auth_core::Result;
use serde_json::{Map, Value, json};

use super::plain::plain;
use crate::api::filter::Filter;
use crate::api::geometry::Geometry;
use crate::flavor::Flavor;

/// Which features, and what of them. The default is all of all, as Parquet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureQuery {
    /// Only those that a condition on their columns holds for.
    pub filter: Option<Filter>,
    /// Only those that meet a place.
    pub aoi: Option<Geometry>,
    /// Only these columns.
    pub columns: Option<Vec<String>>,
    /// In which form.
    pub format: FeatureFormat,
}

auth_core::open_enum! {
    /// A form of features.
    pub enum FeatureFormat {
        /// Parquet, with shapes as GeoParquet.
        Parquet = "Parquet",
        /// A GeoJSON `FeatureCollection`. Nobody has seen a reply of a live server.
        GeoJson = "GeoJSON",
    }
}

#[expect(clippy::derivable_impls, reason = "the enum is made by a macro")]
impl Default for FeatureFormat {
    fn default() -> Self {
        Self::Parquet
    }
}

auth_core::open_enum! {
    /// What is counted or computed of features.
    pub enum Statistic {
        /// How many there are.
        Count = "COUNT",
        /// The sum of each column.
        Sum = "SUM",
        /// The least value of each column.
        Min = "MIN",
        /// The greatest value of each column.
        Max = "MAX",
        /// The mean of each column.
        Mean = "MEAN",
    }
}

impl FeatureQuery {
    /// Filter, place and columns, each `null` where there is none.
    pub(super) fn conditions(&self, flavor: Flavor) -> Result<Map<String, Value>> {
        let filter = self.filter.as_ref().map(|filter| plain(filter, flavor)).transpose()?;
        let body = json!({"filter": filter, "aoi": self.aoi, "columns": self.columns});
        Ok(body.as_object().cloned().unwrap_or_default())
    }
}
