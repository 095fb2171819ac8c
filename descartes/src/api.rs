//! Typed calls, a file for each service of the platform.

mod catalog;
mod compute;
mod document;
mod filter;
mod geometry;
mod products;
mod raster;
mod search;
mod vector;

pub use catalog::Catalog;
pub use compute::{
    BuildFailure, Calls, Compute, ComputeCredentials, ComputeCursor, ComputePages, ComputeSearch,
    CpuStatistics, Function, FunctionChanges, FunctionStatus, Functions, Job, JobBatch, JobChanges,
    JobFailure, JobResult, JobSearch, JobStatistics, JobStatus, Jobs, LogLine, LogLines, Mapped,
    MemoryStatistics, NetworkStatistics, NewFunction, NewJob, RegisteredFunction, ResultBlob,
    SearchedFunctions, UnsubmittedBatch, megabytes,
};
pub use filter::Filter;
pub use geometry::Geometry;
pub use products::{Product, Products, Resolution};
pub use raster::{ArrayHeader, Chunk, Raster, RasterRequest, Rendering, Resampling};
pub use search::{Cursor, Search, SearchPages};
pub use vector::{
    Aggregation, Feature, FeatureData, FeatureFormat, FeatureQuery, FeatureStream, Join, JoinType,
    NewVectorProduct, SpatialJoin, SpatialRelation, Statistic, Table, Tables, Vector, VectorFeatures,
    VectorProduct, VectorProductChanges, VectorProducts, VectorTiles,
};

/// Things that are read one by one, while they arrive. It is a `Stream`.
pub type Items<'a, T> =
    std::pin::Pin<Box<dyn futures_core::Stream<Item = crate::error::Result<T>> + Send + 'a>>;
