//! Joins of two products.

use auth_core::Result;
use serde_json::{Value, json};

use super::plain::plain;
use super::query::FeatureQuery;
use crate::api::filter::Filter;
use crate::api::geometry::Geometry;
use crate::flavor::Flavor;

/// A join by equal columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The one product.
    pub input_product_id: String,
    /// The other.
    pub join_product_id: String,
    /// Which rows are kept that have no counterpart.
    pub join_type: JoinType,
    /// Columns that must be equal: of the one, of the other.
    pub join_columns: Vec<(String, String)>,
    /// The columns that are wanted of each. All, where it is `None`.
    pub include_columns: Option<(Vec<String>, Vec<String>)>,
    /// Only such features of the one. Its columns and format are not looked at.
    pub input: FeatureQuery,
    /// Only such features of the other.
    pub join: FeatureQuery,
}

/// A join by shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct SpatialJoin {
    /// The one product.
    pub input_product_id: String,
    /// The other.
    pub join_product_id: String,
    /// How the shapes must lie.
    pub join_type: SpatialRelation,
    /// The columns that are wanted of each. All, where it is `None`.
    pub include_columns: Option<(Vec<String>, Vec<String>)>,
    /// Only such features of the one. Its columns and format are not looked at.
    pub input: FeatureQuery,
    /// Only such features of the other.
    pub join: FeatureQuery,
    /// Whether rows of the one stay that have no counterpart.
    pub keep_all_input_rows: bool,
}

auth_core::open_enum! {
    /// Which rows are kept that have no counterpart.
    pub enum JoinType {
        /// None.
        Inner = "INNER",
        /// Those of the one.
        Left = "LEFT",
        /// Those of the other.
        Right = "RIGHT",
    }
}

auth_core::open_enum! {
    /// How two shapes lie.
    pub enum SpatialRelation {
        /// They meet.
        Intersects = "INTERSECTS",
        /// The one contains the other.
        Contains = "CONTAINS",
        /// They overlap, and neither contains the other.
        Overlaps = "OVERLAPS",
        /// The one lies within the other.
        Within = "WITHIN",
    }
}

impl Join {
    /// A join of two products where columns are equal: of the one, of the other.
    pub fn new(
        input_product_id: impl Into<String>,
        join_product_id: impl Into<String>,
        join_columns: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        Self {
            input_product_id: input_product_id.into(),
            join_product_id: join_product_id.into(),
            join_type: JoinType::Inner,
            join_columns: join_columns.into_iter().map(|(one, other)| (one.into(), other.into())).collect(),
            include_columns: None,
            input: FeatureQuery::default(),
            join: FeatureQuery::default(),
        }
    }

    pub(super) fn to_body(&self, flavor: Flavor) -> Result<Value> {
        body(flavor, &self.input, &self.join).map(|mut body| {
            body["input_product_id"] = json!(self.input_product_id);
            body["join_product_id"] = json!(self.join_product_id);
            body["join_type"] = json!(self.join_type);
            body["join_columns"] = json!(self.join_columns);
            body["include_columns"] = json!(self.include_columns);
            body
        })
    }
}

impl SpatialJoin {
    /// A join of two products where the shapes lie so.
    pub fn new(
        input_product_id: impl Into<String>,
        join_product_id: impl Into<String>,
        join_type: SpatialRelation,
    ) -> Self {
        Self {
            input_product_id: input_product_id.into(),
            join_product_id: join_product_id.into(),
            join_type,
            include_columns: None,
            input: FeatureQuery::default(),
            join: FeatureQuery::default(),
            keep_all_input_rows: false,
        }
    }

    pub(super) fn to_body(&self, flavor: Flavor) -> Result<Value> {
        body(flavor, &self.input, &self.join).map(|mut body| {
            body["input_product_id"] = json!(self.input_product_id);
            body["join_product_id"] = json!(self.join_product_id);
            body["join_type"] = json!(self.join_type);
            body["include_columns"] = json!(self.include_columns);
            body["keep_all_input_rows"] = json!(self.keep_all_input_rows);
            body
        })
    }
}

/// All members, so that what is not given is `null` as the vendor sends it.
fn body(flavor: Flavor, input: &FeatureQuery, join: &FeatureQuery) -> Result<Value> {
    let filter = |filter: &Option<Filter>| filter.as_ref().map(|filter| plain(filter, flavor)).transpose();
    let place = |place: &Option<Geometry>| place.as_ref().map(Geometry::as_geojson).cloned();
    Ok(json!({
        "input_product_id": null,
        "join_type": null,
        "join_product_id": null,
        "join_columns": null,
        "include_columns": null,
        "input_property_filter": filter(&input.filter)?,
        "input_aoi": place(&input.aoi),
        "join_property_filter": filter(&join.filter)?,
        "join_aoi": place(&join.aoi),
        "keep_all_input_rows": false,
    }))
}
