//! Images of products (contract section 6.3). How they are uploaded is in `image_upload.rs`.

use auth_core::Timestamp;

use super::class::{attributes, class};
use super::{Collection, DateField, Document, ImageSummary, Product, StorageState, Summarized};
use crate::api::Geometry;
use crate::error::Result;

/// Images of products.
pub type Images<'a> = Collection<'a, Image>;

attributes! {
    /// An image of a product. Its id is `<product id>:<name>`.
    pub common struct Image {
        /// The name. It cannot be changed.
        name: String,
        /// The id of its product. It cannot be changed.
        product_id: String,
        /// What of the ground it shows.
        geometry: Geometry,
        /// Its system of coordinates by code, as in `EPSG:32615`.
        cs_code: String,
        /// Its system of coordinates as PROJ or WKT text.
        projection: String,
        /// From pixels to coordinates: the six numbers of GDAL.
        geotrans: Vec<f64>,
        /// Its width in pixels.
        x_pixels: u64,
        /// Its height in pixels.
        y_pixels: u64,
        /// When it was taken, or when that began.
        acquired: Timestamp,
        /// When taking it ended.
        acquired_end: Timestamp,
        /// When its provider published it.
        published: Timestamp,
        /// Whether its files are at the platform.
        storage_state: StorageState,
        /// Its files.
        files: Vec<ImageFile>,
        /// How much ground it shows, in square kilometers.
        area: f64,
        /// Where the sensor looked, in degrees from north.
        azimuth_angle: f64,
        /// How many bits of each band are used.
        bits_per_pixel: Vec<f64>,
        /// How much of it is bright, from 0 to 1.
        bright_fraction: f64,
        /// For each band, how values become temperatures.
        brightness_temperature_k1_k2: Vec<Vec<f64>>,
        /// For each band, how values become surface reflectance.
        c6s_dlsr: Vec<Vec<f64>>,
        /// How much of it is cloud, from 0 to 1.
        cloud_fraction: f64,
        /// How sure its surface reflectance is.
        confidence_dlsr: f64,
        /// How much of it is cloud, from 0 to 1, by another method.
        alt_cloud_fraction: f64,
        /// What processed it.
        processing_pipeline_id: String,
        /// How much of it holds data, from 0 to 1.
        fill_fraction: f64,
        /// How the sensor's look met the ground, in degrees from straight down.
        incidence_angle: f64,
        /// For each band, how values become radiance.
        radiance_gain_bias: Vec<Vec<f64>>,
        /// For each band, how values become reflectance.
        reflectance_gain_bias: Vec<Vec<f64>>,
        /// For each band, by what radiance is divided to become reflectance.
        reflectance_scale: Vec<f64>,
        /// How the satellite was turned, in degrees.
        roll_angle: f64,
        /// Where the sun was, in degrees from north.
        solar_azimuth_angle: f64,
        /// How high the sun was, in degrees.
        solar_elevation_angle: f64,
        /// For each band, how values become temperatures.
        temperature_gain_bias: Vec<Vec<f64>>,
        /// Where the satellite looked, in degrees from straight down.
        view_angle: f64,
        /// What took it.
        satellite_id: String,
        /// How its provider calls it.
        provider_id: String,
        /// Where its provider has it.
        provider_url: String,
        /// Where a preview of it is.
        preview_url: String,
        /// The file of a preview.
        preview_file: String,
    }
}

class!(Image: "image" at "images" {
    const INCLUDE: Option<&'static str> = Some("product");
    const FIXED: &'static [&'static str] = &["name", "product_id"];
    const OF_A_PRODUCT: bool = true;
}, Editable, Deletable, Located);

impl Summarized for Image {
    type Summary = ImageSummary;
    const DATE_FIELD: DateField = DateField::Acquired;
}

attributes! {
    /// A file of an image.
    pub plain struct ImageFile {
        /// Where it is.
        href: String,
        /// Its length in bytes.
        size_bytes: u64,
        /// Its digest.
        hash: String,
        /// How its provider calls it.
        provider_id: String,
        /// Where its provider has it.
        provider_href: String,
    }
}

impl Document<Image> {
    /// A new image of a product.
    pub fn named(product: impl Into<String>, name: impl Into<String>) -> Self {
        let (product, name) = (product.into(), name.into());
        let id = format!("{product}:{name}");
        Self::holding(id, Image { product_id: Some(product), name: Some(name), ..Image::default() })
    }

    /// Its product, which the catalog sends along.
    pub fn product(&self) -> Result<Option<Document<Product>>> {
        Ok(self.related()?.pop())
    }
}
