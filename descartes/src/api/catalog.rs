//! The catalog: products, their bands and images, blobs, and what happens on events (contract sections 6.1 to 6.5).
//!
//! A class is a struct of its attributes and a few words on what is special about it; a [`Document`] is an object of a
//! class, a [`Collection`] what can be done with them.

mod acl;
mod bands;
mod blob_check;
mod blob_reading;
mod blob_upload;
mod blobs;
mod class;
mod collection;
mod deletion;
mod document;
mod event_api_destinations;
mod event_rules;
mod event_schedules;
mod event_subscriptions;
mod image_pixels;
mod image_upload;
mod image_uploads;
mod images;
mod link;
mod npy;
mod products;
mod resource;
mod search;
mod summary;

use auth_core::Path;
use http::Method;

pub use acl::Subject;
pub use bands::{Band, BandKind, Bands, DataType, DerivedParams, ProcessingLevel, ProcessingStep};
pub use blob_reading::{BlobLines, BlobReading, BlobRef, ByteRange};
pub use blobs::{Blob, Blobs, StorageState, StorageType};
pub use class::{Class, Deletable, Editable, Located, Shared, Summarized};
pub use collection::Collection;
pub use deletion::{DeletionTask, TaskStatus};
pub use document::{Document, State};
pub use event_api_destinations::{
    ConnectionParameter, ConnectionSecret, EventApiDestination, EventApiDestinations,
};
pub use event_rules::{EventRule, EventRuleTarget, EventRules};
pub use event_schedules::{EventSchedule, EventSchedules};
pub use event_subscriptions::{EventSubscription, EventSubscriptionTarget, EventSubscriptions, EventType};
pub use image_upload::{UploadFile, UploadOptions};
pub use image_uploads::{ImageUpload, ImageUploadEvent, ImageUploadStatus, ImageUploads, OverviewResampler};
pub use images::{Image, ImageFile, Images};
pub use link::Cursor;
pub use npy::NdArray;
pub use products::{Product, Products, Resolution};
pub use search::{Search, SearchPages};
pub use summary::{BlobSummary, Bound, DateField, ImageSummary, Interval, SummaryInterval};

use super::filter::Filter;
use crate::client::{Client, Request};
use crate::error::Result;

/// The content type of JSON:API, in both directions.
const JSON_API: &str = "application/vnd.api+json";

/// The catalog; see [`Client::catalog`].
#[derive(Clone, Copy, Debug)]
pub struct Catalog<'a> {
    pub(super) client: &'a Client,
}

impl<'a> Catalog<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Products: what images with the same bands belong to.
    pub fn products(&self) -> Products<'a> {
        Collection::new(*self)
    }

    /// Bands of products, of all kinds.
    pub fn bands(&self) -> Bands<'a> {
        Collection::new(*self)
    }

    /// Images of products.
    pub fn images(&self) -> Images<'a> {
        Collection::new(*self)
    }

    /// Uploads of images.
    pub fn image_uploads(&self) -> ImageUploads<'a> {
        Collection::new(*self)
    }

    /// Blobs: files of any kind.
    pub fn blobs(&self) -> Blobs<'a> {
        Collection::new(*self)
    }

    /// Event subscriptions: what shall happen when something happens.
    pub fn event_subscriptions(&self) -> EventSubscriptions<'a> {
        Collection::new(*self)
    }

    /// Event rules: where events lead.
    pub fn event_rules(&self) -> EventRules<'a> {
        Collection::new(*self)
    }

    /// Event schedules: events at set times.
    pub fn event_schedules(&self) -> EventSchedules<'a> {
        Collection::new(*self)
    }

    /// Event API destinations: endpoints elsewhere that events are sent to.
    pub fn event_api_destinations(&self) -> EventApiDestinations<'a> {
        Collection::new(*self)
    }

    /// The namespace of blobs and of what belongs to events.
    pub(super) async fn namespace_id(&self, namespace: Option<&str>) -> Result<String> {
        let payload = self.client.auth().payload().await?;
        let user = payload.namespace()?;
        let org = payload.org().filter(|org| !org.is_empty());
        let (front, default) = match org {
            Some(org) => (org, format!("{org}:{user}")),
            None => (user.as_str(), user.clone()),
        };
        Ok(match namespace.filter(|namespace| !namespace.is_empty()) {
            None => default,
            Some(given) if given == front || given.starts_with(&format!("{front}:")) => given.to_owned(),
            Some(given) => format!("{front}:{given}"),
        })
    }

    /// A request below the catalog's URL.
    pub(super) fn request(&self, method: Method, path: auth_core::Result<Path>) -> Request<'a> {
        let request = self.client.start(method, path).at(&self.client.endpoints().catalog_v2);
        request.header("accept", JSON_API).header("content-type", JSON_API)
    }
}
