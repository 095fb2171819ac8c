//! Which pixels are asked for.

use auth_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

use crate::api::geometry::Geometry;

/// Which pixels, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RasterRequest {
    /// Ids of images. Later ones lie over earlier ones.
    pub ids: Vec<String>,
    /// Names of bands. `alpha` as the last one masks the others.
    pub bands: Vec<String>,
    /// For each band the range of its values and the range that they become, as in `[0, 10000, 0, 255]`; `None` as it
    /// is.
    pub scales: Option<Vec<Option<Vec<f64>>>>,
    /// The type of the pixels, as in `UInt16`.
    pub data_type: Option<String>,
    /// The coordinate system, as in `EPSG:32613`.
    pub srs: Option<String>,
    /// Size of a pixel in the coordinate system's unit. Not together with `dimensions`.
    pub resolution: Option<f64>,
    /// Width and height in pixels that the result fits into. Not together with `resolution`.
    pub dimensions: Option<[u64; 2]>,
    /// Only what lies inside of it.
    pub cutline: Option<Geometry>,
    /// Least x, least y, greatest x, greatest y.
    pub bounds: Option<[f64; 4]>,
    /// The coordinate system of `bounds`, where it is not `srs`.
    pub bounds_srs: Option<String>,
    /// Whether pixels lie on a grid that begins at zero.
    pub align_pixels: bool,
    /// How pixels are computed from those of the images.
    pub resampler: Option<Resampling>,
    /// As in `surface` or `toa`.
    pub processing_level: Option<String>,
    /// Members that this version does not know, as `mask_nodata`, `mask_alpha` and `drop_alpha`.
    pub more: Map<String, Value>,
}

auth_core::open_enum! {
    /// How pixels are computed from those of the images.
    pub enum Resampling {
        /// The nearest one.
        Near = "near",
        /// From four.
        Bilinear = "bilinear",
        /// From sixteen.
        Cubic = "cubic",
        /// From sixteen, by splines.
        CubicSpline = "cubicspline",
        /// From thirty-six, by a windowed sinc.
        Lanczos = "lanczos",
        /// The average.
        Average = "average",
        /// The most frequent one.
        Mode = "mode",
        /// The greatest.
        Max = "max",
        /// The least.
        Min = "min",
        /// The median.
        Median = "med",
        /// The first quartile.
        FirstQuartile = "q1",
        /// The third quartile.
        ThirdQuartile = "q3",
    }
}

impl RasterRequest {
    /// These bands of these images, as they are.
    pub fn new(
        ids: impl IntoIterator<Item = impl Into<String>>,
        bands: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let ids = ids.into_iter().map(Into::into).collect();
        Self { ids, bands: bands.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// As it is sent: every member, `null` where there is nothing.
    pub(super) fn to_body(&self) -> Result<Value> {
        let wrong = |what: &str| Err(Error::new(ErrorKind::InvalidInput, what));
        if self.ids.is_empty() || self.bands.is_empty() {
            return wrong("a raster request names no image, or no band");
        }
        if self.resolution.is_some() && self.dimensions.is_some() {
            return wrong("a raster request gives both resolution and dimensions; give one of them");
        }
        if self.scales.as_ref().is_some_and(|scales| scales.len() != self.bands.len()) {
            return wrong("a raster request does not have a scale for each band");
        }
        let cutline = self.cutline.as_ref().map(|cutline| cutline.as_geojson().to_string());
        let mut body = json!({
            "ids": self.ids,
            "bands": self.bands,
            "scales": self.scales,
            "ot": self.data_type,
            "srs": self.srs,
            "resolution": self.resolution,
            // JSON inside of JSON: the platform takes it as text.
            "shape": cutline,
            "outputBounds": self.bounds,
            "outputBoundsSRS": self.bounds_srs,
            "outsize": self.dimensions,
            "targetAlignedPixels": self.align_pixels,
            "resampleAlg": self.resampler,
            "processing_level": self.processing_level,
            "output_window": null,
            "of": "blosc",
        });
        if let Value::Object(members) = &mut body {
            members.extend(self.more.clone());
        }
        Ok(body)
    }
}
