//! Typed calls, a file or folder for each service of the platform.

mod catalog;
mod compute;
mod filter;
mod geometry;
mod lines;
mod raster;
mod trail;
mod vector;

pub use catalog::{
    Band, BandKind, Bands, Blob, BlobLines, BlobReading, BlobRef, BlobSummary, Blobs, Bound, ByteRange,
    Catalog, Class, Collection, ConnectionParameter, ConnectionSecret, Cursor, DataType, DateField,
    Deletable, DeletionTask, DerivedParams, Document, Editable, EventApiDestination, EventApiDestinations,
    EventRule, EventRuleTarget, EventRules, EventSchedule, EventSchedules, EventSubscription,
    EventSubscriptionTarget, EventSubscriptions, EventType, Image, ImageFile, ImageSummary, ImageUpload,
    ImageUploadEvent, ImageUploadStatus, ImageUploads, Images, Interval, Located, NdArray, OverviewResampler,
    ProcessingLevel, ProcessingStep, Product, Products, Resolution, Search, SearchPages, Shared, State,
    StorageState, StorageType, Subject, Summarized, SummaryInterval, TaskStatus, UploadFile, UploadOptions,
};
pub use compute::{
    BuildFailure, Calls, Compute, ComputeCredentials, ComputeCursor, ComputePages, ComputeSearch,
    CpuStatistics, Function, FunctionChanges, FunctionStatus, Functions, Job, JobBatch, JobChanges,
    JobFailure, JobResult, JobSearch, JobStatistics, JobStatus, Jobs, LogLine, LogLines, Mapped,
    MemoryStatistics, NetworkStatistics, NewFunction, NewJob, RegisteredFunction, ResultBlob,
    SearchedFunctions, UnsubmittedBatch, megabytes,
};
pub use filter::{Filter, Property, prop};
pub use geometry::Geometry;
pub use raster::{ArrayHeader, Chunk, Raster, RasterRequest, Rendering, Resampling};
pub use vector::{
    Aggregation, Feature, FeatureData, FeatureFormat, FeatureQuery, FeatureStream, Join, JoinType,
    NewVectorProduct, SpatialJoin, SpatialRelation, Statistic, Table, Tables, Vector, VectorFeatures,
    VectorProduct, VectorProductChanges, VectorProducts, VectorTiles,
};

/// Things that are read one by one, while they arrive. It is a `Stream`.
pub type Items<'a, T> =
    std::pin::Pin<Box<dyn futures_core::Stream<Item = crate::error::Result<T>> + Send + 'a>>;
