//! Features as they come: bytes, and what they are.

use std::collections::BTreeMap;
use std::fmt;

use auth_core::{Error, ErrorKind, Response};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::query::FeatureFormat;
use crate::api::Items;
use crate::error::Result;

/// Features, in memory.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct FeatureData {
    /// In which form.
    pub format: FeatureFormat,
    /// Whether they have shapes: then Parquet is GeoParquet.
    pub is_spatial: bool,
    /// A whole file.
    pub bytes: Bytes,
}

/// Features, on their way.
#[derive(Debug)]
pub struct FeatureStream {
    format: FeatureFormat,
    is_spatial: bool,
    reply: Response,
}

/// What was counted or computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Aggregation {
    /// How many.
    Count(u64),
    /// A value for each column, by names as in `length.SUM`.
    Columns(BTreeMap<String, Value>),
}

impl FeatureData {
    /// Features as GeoJSON, where they came as that.
    pub fn geojson(&self) -> Result<Value> {
        serde_json::from_slice(&self.bytes).map_err(|_| {
            let what = format!("these features are not GeoJSON, but {}", self.format);
            Error::new(ErrorKind::InvalidInput, what)
                .with_help("ask for them with FeatureFormat::GeoJson")
                .into()
        })
    }
}

impl fmt::Debug for FeatureData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, is_spatial, bytes } = self;
        write!(f, "FeatureData({format}, is_spatial: {is_spatial}, {} bytes)", bytes.len())
    }
}

impl FeatureStream {
    pub(super) fn new(format: FeatureFormat, reply: Response) -> Self {
        let is_spatial = reply.header("is_spatial").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        Self { format, is_spatial, reply }
    }

    /// In which form they are.
    pub fn format(&self) -> &FeatureFormat {
        &self.format
    }

    /// Whether they have shapes: then Parquet is GeoParquet.
    pub fn is_spatial(&self) -> bool {
        self.is_spatial
    }

    /// The bytes of the file, while they arrive.
    pub fn stream(self) -> Items<'static, Bytes> {
        Box::pin(self.reply.stream().map_err(crate::error::Error::from))
    }

    /// The whole file, in memory.
    pub async fn read(self) -> Result<FeatureData> {
        let Self { format, is_spatial, reply } = self;
        Ok(FeatureData { format, is_spatial, bytes: reply.bytes().await? })
    }

    pub(super) fn into_reply(self) -> Response {
        self.reply
    }
}
