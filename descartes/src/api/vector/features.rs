//! Features of products.

use std::path::Path;

use auth_core::{Body, Part, Progress, path};
use http::Method;
use serde_json::{Value, json};

use super::data::{Aggregation, FeatureData, FeatureStream};
use super::join::{Join, SpatialJoin};
use super::query::{FeatureFormat, FeatureQuery, Statistic};
use super::{LONG, Vector};
use crate::client::Request;
use crate::error::Result;

/// Features of products; see [`Vector::features`]. A call that moves features may take 300 seconds.
#[derive(Clone, Copy, Debug)]
pub struct VectorFeatures<'a> {
    vector: Vector<'a>,
}

impl<'a> VectorFeatures<'a> {
    pub(super) fn new(vector: Vector<'a>) -> Self {
        Self { vector }
    }

    /// `POST /products/{id}/featuresv2`: adds features to a product, from a Parquet file. The features as they were
    /// added, with their ids. `Progress::of_upload` tells how far a large file has come.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// let roads = descartes::Body::file("roads.parquet").await?;
    /// client.vector().features().add("someorg:roads", roads).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add(&self, product_id: &str, parquet: Body) -> Result<FeatureData> {
        let request = self.vector.request(Method::POST, path!["products", product_id, "featuresv2"]);
        whole(request.multipart(file(parquet)).timeout(LONG)).await
    }

    /// `POST /products/{id}/features/query`: the features that a query asks for, in memory.
    pub async fn query(&self, product_id: &str, query: &FeatureQuery) -> Result<FeatureData> {
        self.stream(product_id, query).await?.read().await
    }

    /// [`VectorFeatures::query`], while they arrive.
    pub async fn stream(&self, product_id: &str, query: &FeatureQuery) -> Result<FeatureStream> {
        let mut body = serde_json::Map::from_iter([("format".to_owned(), json!(query.format))]);
        body.extend(self.conditions(query)?);
        let request = self.vector.request(Method::POST, path!["products", product_id, "features/query"]);
        // It changes nothing.
        let request = request.json(&Value::Object(body)).idempotent(true).timeout(LONG);
        Ok(FeatureStream::new(query.format.clone(), request.send().await?))
    }

    /// [`VectorFeatures::query`], into a file, which appears whole or not at all. The number of bytes.
    pub async fn download(
        &self,
        product_id: &str,
        query: &FeatureQuery,
        to: impl AsRef<Path>,
        progress: &Progress,
    ) -> Result<u64> {
        let fetch = |_| async { Ok(self.stream(product_id, query).await?.into_reply()) };
        auth_core::transfer::download(to.as_ref(), progress, fetch).await
    }

    /// `POST /products/{id}/features/aggregate`: counts features, or computes a value of each column.
    pub async fn aggregate(
        &self,
        product_id: &str,
        statistic: Statistic,
        query: &FeatureQuery,
    ) -> Result<Aggregation> {
        let mut body = serde_json::Map::from_iter([("statistic".to_owned(), json!(statistic))]);
        body.extend(self.conditions(query)?);
        let request = self.vector.request(Method::POST, path!["products", product_id, "features/aggregate"]);
        request.json(&Value::Object(body)).idempotent(true).timeout(LONG).data().await
    }

    /// `GET /products/{id}/features/{fid}`: a feature, as a Parquet file of one row.
    pub async fn get(&self, product_id: &str, feature_id: &str) -> Result<FeatureData> {
        let path = path!["products", product_id, "features", feature_id];
        whole(self.vector.request(Method::GET, path).query("format", "Parquet")).await
    }

    /// `PUT /products/{id}/featuresv2/{fid}`: replaces a feature by a Parquet file of one row. Nobody has seen a reply
    /// of a live server.
    pub async fn update(&self, product_id: &str, feature_id: &str, parquet: Body) -> Result<()> {
        let path = path!["products", product_id, "featuresv2", feature_id];
        let request = self.vector.request(Method::PUT, path).multipart(file(parquet));
        request.idempotent(false).timeout(LONG).done().await
    }

    /// `DELETE /products/{id}/features/{fid}`: deletes a feature. Nobody has seen a reply of a live server.
    pub async fn delete(&self, product_id: &str, feature_id: &str) -> Result<()> {
        let path = path!["products", product_id, "features", feature_id];
        self.vector.request(Method::DELETE, path).idempotent(false).done().await
    }

    /// `POST /products/features/join`: the rows of two products that belong together by equal columns.
    pub async fn join(&self, join: &Join) -> Result<FeatureData> {
        self.joined(join.to_body(self.vector.client.auth().flavor())?).await
    }

    /// `POST /products/features/join`: the rows of two products that belong together by their shapes.
    pub async fn sjoin(&self, join: &SpatialJoin) -> Result<FeatureData> {
        self.joined(join.to_body(self.vector.client.auth().flavor())?).await
    }

    async fn joined(&self, body: Value) -> Result<FeatureData> {
        let request = self.vector.request(Method::POST, path!["products/features/join"]);
        whole(request.json(&body).idempotent(true).timeout(LONG)).await
    }

    fn conditions(&self, query: &FeatureQuery) -> Result<serde_json::Map<String, Value>> {
        Ok(query.conditions(self.vector.client.auth().flavor())?)
    }
}

/// A Parquet file as the platform takes it.
fn file(parquet: Body) -> Vec<Part> {
    let part = Part::new("file", parquet).with_file_name("vector.parquet");
    vec![part.with_content_type("application/octet-stream")]
}

/// Sends it and reads the whole reply, as one attempt: the loss of a part of it is the loss of all.
async fn whole(request: Request<'_>) -> Result<FeatureData> {
    FeatureStream::new(FeatureFormat::Parquet, request.whole().await?).read().await
}
