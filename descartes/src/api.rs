//! Typed calls, a file or folder for each service of the platform.

mod catalog;
mod filter;

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
pub use filter::{Filter, Property, prop};
