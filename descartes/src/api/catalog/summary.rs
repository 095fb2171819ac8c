//! Searches that are summed up: how many, how large, of what, and by time (contract section 6.2).

use auth_core::{Path, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Search, Summarized};
use crate::error::Result;

/// What is not sent along: it does not say what is counted.
const WITHOUT: [&str; 3] = ["limit", "sort", "include"];

auth_core::open_enum! {
    /// The time of an object that it is counted by.
    pub enum DateField {
        /// When the image was taken.
        Acquired = "acquired",
        /// When the object was created.
        Created = "created",
        /// When the object was last changed.
        Modified = "modified",
        /// When the image was published.
        Published = "published",
    }
}

auth_core::open_enum! {
    /// How long an interval is.
    pub enum Interval {
        /// A year.
        Year = "year",
        /// A quarter of a year.
        Quarter = "quarter",
        /// A month.
        Month = "month",
        /// A week.
        Week = "week",
        /// A day.
        Day = "day",
        /// An hour.
        Hour = "hour",
        /// A minute.
        Minute = "minute",
    }
}

/// Where the first interval begins, or the last one ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bound {
    /// The platform chooses.
    #[default]
    Usual,
    /// Nowhere: whatever time the objects are of.
    Unbounded,
    /// Here.
    At(Timestamp),
}

/// How a summary by intervals is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryInterval {
    /// How long an interval is.
    pub interval: Interval,
    /// The time that counts. For images usually when they were taken, for blobs when they were created.
    pub field: Option<DateField>,
    /// Where the first interval begins.
    pub start: Bound,
    /// Where the last one ends.
    pub end: Bound,
}

impl SummaryInterval {
    /// Intervals of this length; all else as usual.
    pub fn every(interval: Interval) -> Self {
        Self { interval, field: None, start: Bound::Usual, end: Bound::Usual }
    }
}

/// What a search of images comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageSummary {
    /// How many images.
    pub count: u64,
    /// Their size in bytes.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// The products that they are of.
    #[serde(default)]
    pub products: Option<Vec<String>>,
    /// When the interval begins.
    #[serde(default)]
    pub interval_start: Option<Timestamp>,
    /// What this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a search of blobs comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlobSummary {
    /// How many blobs.
    pub count: u64,
    /// Their size in bytes.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// The namespaces that they are in.
    #[serde(default)]
    pub namespaces: Option<Vec<String>>,
    /// When the interval begins.
    #[serde(default)]
    pub interval_start: Option<Timestamp>,
    /// What this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct One<S> {
    data: Attributes<S>,
}

#[derive(Deserialize)]
struct Several<S> {
    data: Vec<Attributes<S>>,
}

#[derive(Deserialize)]
struct Attributes<S> {
    attributes: S,
}

impl<T: Summarized> Search<'_, T> {
    /// `PUT /{collection}/summary/all`: count and size of all that the search finds. Limit and sort play no part.
    pub async fn summary(self) -> Result<T::Summary> {
        self.check()?;
        let path = Path::ROOT.literal(T::PATH).literal("summary/all");
        Ok(self.asking(Ok(path), &WITHOUT).data::<One<T::Summary>>().await?.data.attributes)
    }

    /// `PUT /{collection}/summary/{field}/{interval}`: the same for each interval of time that holds any. Limit and sort
    /// play no part.
    pub async fn summary_interval(self, by: SummaryInterval) -> Result<Vec<T::Summary>> {
        self.check()?;
        let field = by.field.unwrap_or(T::DATE_FIELD);
        let path = Path::ROOT.literal(T::PATH).literal("summary");
        let path = path
            .segment("field", field.as_str())
            .and_then(|path| path.segment("interval", by.interval.as_str()));
        let mut search = self;
        for (name, bound) in [("_start", by.start), ("_end", by.end)] {
            search = match bound {
                Bound::Usual => search,
                Bound::Unbounded => search.with(name, ""),
                Bound::At(time) => search.with(name, time.to_string()),
            };
        }
        let found: Several<T::Summary> = search.asking(path, &WITHOUT).data().await?;
        Ok(found.data.into_iter().map(|one| one.attributes).collect())
    }
}
