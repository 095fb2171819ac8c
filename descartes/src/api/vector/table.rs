//! A product together with what is asked of it.

use auth_core::{Body, Error, ErrorKind};

use super::Vector;
use super::data::{Aggregation, FeatureData};
use super::join::{Join, JoinType, SpatialJoin, SpatialRelation};
use super::products::{NewVectorProduct, VectorProduct, VectorProductChanges};
use super::query::{FeatureQuery, Statistic};
use crate::error::Result;

/// Tables; see [`Vector::tables`].
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    vector: Vector<'a>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(vector: Vector<'a>) -> Self {
        Self { vector }
    }

    /// `GET /products/{id}`: a table.
    pub async fn get(&self, product_id: &str) -> Result<Table<'a>> {
        Ok(self.of(self.vector.products().get(product_id).await?))
    }

    /// `POST /products/`: creates a table.
    pub async fn create(&self, product: &NewVectorProduct) -> Result<Table<'a>> {
        Ok(self.of(self.vector.products().create(product).await?))
    }

    /// `GET /products/`: the tables that have all of these tags.
    pub async fn list(&self, tags: &[&str]) -> Result<Vec<Table<'a>>> {
        let products = self.vector.products().list(tags).await?;
        Ok(products.into_iter().map(|product| self.of(product)).collect())
    }

    fn of(&self, product: VectorProduct) -> Table<'a> {
        Table { vector: self.vector, product, options: FeatureQuery::default() }
    }
}

/// A table: a product, and the options that its calls ask by.
///
/// ```no_run
/// # async fn example(client: descartes::Client) -> descartes::Result<()> {
/// use descartes::api::Filter;
///
/// let mut roads = client.vector().tables().get("someorg:roads").await?;
/// roads.options.filter = Some(Filter::eq("kind", "track"));
/// println!("{} tracks", roads.count().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Table<'a> {
    vector: Vector<'a>,
    /// What the platform says of it.
    pub product: VectorProduct,
    /// What the calls below ask by.
    pub options: FeatureQuery,
}

impl Table<'_> {
    /// `PATCH /products/{id}`: changes the product.
    pub async fn save(&mut self, changes: &VectorProductChanges) -> Result<()> {
        self.product = self.vector.products().update(&self.product.id, changes).await?;
        Ok(())
    }

    /// `POST /products/{id}/featuresv2`: adds features, from a Parquet file.
    pub async fn add(&self, parquet: Body) -> Result<FeatureData> {
        self.vector.features().add(&self.product.id, parquet).await
    }

    /// `POST /products/{id}/features/query`: the features.
    pub async fn collect(&self) -> Result<FeatureData> {
        self.vector.features().query(&self.product.id, &self.options).await
    }

    /// `POST /products/{id}/features/aggregate`: how many features there are.
    pub async fn count(&self) -> Result<u64> {
        match self.aggregate(Statistic::Count).await? {
            Aggregation::Count(count) => Ok(count),
            Aggregation::Columns(_) => {
                Err(Error::new(ErrorKind::Reply, "the reply to a count is no number").into())
            }
        }
    }

    /// `POST /products/{id}/features/aggregate`: the sum of each column of the options.
    pub async fn sum(&self) -> Result<Aggregation> {
        self.aggregate(Statistic::Sum).await
    }

    /// `POST /products/{id}/features/aggregate`: the least value of each column of the options.
    pub async fn min(&self) -> Result<Aggregation> {
        self.aggregate(Statistic::Min).await
    }

    /// `POST /products/{id}/features/aggregate`: the greatest value of each column of the options.
    pub async fn max(&self) -> Result<Aggregation> {
        self.aggregate(Statistic::Max).await
    }

    /// `POST /products/{id}/features/aggregate`: the mean of each column of the options.
    pub async fn mean(&self) -> Result<Aggregation> {
        self.aggregate(Statistic::Mean).await
    }

    /// `POST /products/features/join`: rows of this and another table where columns are equal: of this, of the other.
    /// The options of both count.
    pub async fn join(
        &self,
        other: &Table<'_>,
        join_type: JoinType,
        join_columns: &[(&str, &str)],
    ) -> Result<FeatureData> {
        let join = Join {
            join_type,
            include_columns: self.include_columns(other),
            input: self.options.clone(),
            join: other.options.clone(),
            ..Join::new(&self.product.id, &other.product.id, join_columns.iter().copied())
        };
        self.vector.features().join(&join).await
    }

    /// `POST /products/features/join`: rows of this and another table whose shapes lie so. Both must have shapes.
    pub async fn sjoin(&self, other: &Table<'_>, join_type: SpatialRelation) -> Result<FeatureData> {
        for table in [self, other] {
            if table.product.is_spatial == Some(false) {
                let what = format!("the features of {} have no shapes", table.product.id);
                return Err(Error::new(ErrorKind::InvalidInput, what).into());
            }
        }
        let join = SpatialJoin {
            include_columns: self.include_columns(other),
            input: self.options.clone(),
            join: other.options.clone(),
            ..SpatialJoin::new(&self.product.id, &other.product.id, join_type)
        };
        self.vector.features().sjoin(&join).await
    }

    /// `GET /products/{id}/features/{fid}`: a feature of the table.
    pub async fn get_feature(&self, feature_id: &str) -> Result<FeatureData> {
        self.vector.features().get(&self.product.id, feature_id).await
    }

    /// `GET /products/{id}/features/{fid}`: a feature of the table, if there is such a one.
    pub async fn try_get_feature(&self, feature_id: &str) -> Result<Option<FeatureData>> {
        match self.get_feature(feature_id).await {
            Ok(feature) => Ok(Some(feature)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The URL of its tiles, for a map: see [`VectorTiles::create_layer`](super::VectorTiles::create_layer). The
    /// vendor's SDK shows a map with it in a notebook.
    pub fn visualize(&self) -> Result<String> {
        self.vector.tiles().create_layer(&self.product.id, &self.options)
    }

    /// Forgets the options: all of all.
    pub fn reset_options(&mut self) {
        self.options = FeatureQuery::default();
    }

    /// `DELETE /products/{id}`: deletes the table and its features.
    pub async fn delete(self) -> Result<()> {
        self.vector.products().delete(&self.product.id).await
    }

    async fn aggregate(&self, statistic: Statistic) -> Result<Aggregation> {
        self.vector.features().aggregate(&self.product.id, statistic, &self.options).await
    }

    fn include_columns(&self, other: &Table<'_>) -> Option<(Vec<String>, Vec<String>)> {
        let is_asked = self.options.columns.is_some() || other.options.columns.is_some();
        is_asked.then(|| (self.columns(), other.columns()))
    }

    /// The columns of the options, else all.
    fn columns(&self) -> Vec<String> {
        let all = || self.product.columns().into_iter().map(str::to_owned).collect();
        self.options.columns.clone().unwrap_or_else(all)
    }
}
