//! Queries over judgements and key figures (contract section 6.11).

mod records;
mod splitter;

use auth_core::{ErrorKind, path};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use records::Records;

use crate::check;
use crate::client::{Client, Request};
use crate::error::Result;

auth_core::service! {
    /// Queries over judgements and key figures.
    pub struct Query, from Client::query
}

/// How many items a plain answer can hold.
const MOST: u64 = 10_000;

impl Query<'_> {
    /// `POST /v1/search/judgements/query` (query host): judgements, at most 10,000 of them.
    pub async fn query_judgements(&self, search: &Search) -> Result<QueryResult> {
        self.plain("judgements", search).await
    }

    /// `POST /v1/search/kpi/query` (query host): key figures, at most 10,000 of them.
    pub async fn query_kpi_data_entries(&self, search: &Search) -> Result<QueryResult> {
        self.plain("kpi", search).await
    }

    /// `POST /v1/search/judgements/query?stream=true` (query host): judgements, in any number, one after another. No
    /// more than one of them is in memory. An answer that is cut off ends in an error.
    ///
    /// ```no_run
    /// # use kognic::{Client, api::Search};
    /// use futures_util::TryStreamExt as _;
    /// # async fn example(client: Client) -> kognic::Result<()> {
    /// let mut judgements = client.query().stream_judgements::<serde_json::Value>(&Search::new("requestId = 4")).await?;
    /// while let Some(judgement) = judgements.try_next().await? {
    ///     println!("{judgement}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stream_judgements<T: DeserializeOwned>(&self, search: &Search) -> Result<Records<T>> {
        self.stream("judgements", search).await
    }

    /// `POST /v1/search/kpi/query?stream=true` (query host): key figures, in any number, one after another.
    pub async fn stream_kpi_data_entries<T: DeserializeOwned>(&self, search: &Search) -> Result<Records<T>> {
        self.stream("kpi", search).await
    }

    async fn plain(&self, what: &str, search: &Search) -> Result<QueryResult> {
        if search.limit.is_some_and(|limit| limit > MOST) {
            let error = check::invalid(format!("more than {MOST} items do not fit in one answer"));
            return Err(error.with_help("use `stream_judgements` or `stream_kpi_data_entries`").into());
        }
        self.post(what, search).json_reply().await
    }

    async fn stream<T: DeserializeOwned>(&self, what: &str, search: &Search) -> Result<Records<T>> {
        if !search.aggregates.is_empty() {
            return Err(check::invalid("a streamed query cannot have aggregates").into());
        }
        let response = self.post(what, search).query("stream", true).send().await?;
        Ok(Records::new(response.head().request.clone(), response.stream()))
    }

    /// A question, though it is a POST: it may be repeated.
    fn post(&self, what: &str, search: &Search) -> Request<'_> {
        let post = self.client.session.post(path!["v1/search", what, "query"]);
        post.at(&self.client.bases.query).json(&search.body()).idempotent(true)
    }
}

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// The condition in the platform's language, as in `requestId = 4`. Empty: everything.
    pub query_filter: String,
    /// How many at most. Without it: the platform's own limit.
    pub limit: Option<u64>,
    /// Only these members of each item.
    pub includes: Vec<String>,
    /// All members but these.
    pub excludes: Vec<String>,
    /// Sums and counts, in the platform's language. Not for streams.
    pub aggregates: Map<String, Value>,
}

impl Search {
    /// What meets this condition.
    pub fn new(query_filter: impl Into<String>) -> Self {
        Self { query_filter: query_filter.into(), ..Self::default() }
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "queryFilter": self.query_filter,
            "fields": { "includes": self.includes, "excludes": self.excludes },
        });
        if let Some(limit) = self.limit {
            body["limit"] = limit.into();
        }
        if !self.aggregates.is_empty() {
            body["aggregates"] = Value::Object(self.aggregates.clone());
        }
        body
    }
}

/// A plain answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QueryResult {
    /// What was found.
    pub items: Vec<Value>,
    /// How much there is in all.
    #[serde(default)]
    pub total_hits: Option<u64>,
    /// How much of it is here.
    #[serde(default)]
    pub returned_hits: Option<u64>,
    /// How long the platform took, in milliseconds.
    #[serde(default)]
    pub took: Option<u64>,
    /// Sums and counts.
    #[serde(default)]
    pub aggregates: Option<Map<String, Value>>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An answer that cannot be used any further.
fn broken(request: &str, why: impl std::fmt::Display) -> crate::Error {
    auth_core::Error::new(ErrorKind::Reply, format!("{request}: {why}")).into()
}
