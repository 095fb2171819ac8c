//! Bands of products, of all kinds (contract section 6.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::class::{attributes, class};
use super::{Collection, Document, Product, Resolution};
use crate::error::Result;

/// Bands of products.
pub type Bands<'a> = Collection<'a, Band>;

auth_core::open_enum! {
    /// What a band shows.
    pub enum BandKind {
        /// A part of the spectrum.
        Spectral = "spectral",
        /// Microwaves.
        Microwave = "microwave",
        /// Yes or no.
        Mask = "mask",
        /// Classes.
        Class = "class",
        /// Anything else.
        Generic = "generic",
    }
}

auth_core::open_enum! {
    /// What a pixel is stored as.
    pub enum DataType {
        /// 8 bits without a sign.
        Byte = "Byte",
        /// 8 bits. EarthOne only.
        Int8 = "Int8",
        /// 16 bits without a sign.
        UInt16 = "UInt16",
        /// 16 bits.
        Int16 = "Int16",
        /// 32 bits without a sign.
        UInt32 = "UInt32",
        /// 32 bits.
        Int32 = "Int32",
        /// 64 bits without a sign. EarthOne only.
        UInt64 = "UInt64",
        /// 64 bits. EarthOne only.
        Int64 = "Int64",
        /// A floating point number of 16 bits. EarthOne only.
        Float16 = "Float16",
        /// A floating point number of 32 bits.
        Float32 = "Float32",
        /// A floating point number of 64 bits.
        Float64 = "Float64",
    }
}

attributes! {
    /// A band of a product. Its id is `<product id>:<name>`. Which attributes it has depends on its kind.
    pub common struct Band {
        /// What it shows.
        #[serde(rename = "type")]
        kind: BandKind,
        /// The name. It cannot be changed.
        name: String,
        /// The id of its product. It cannot be changed.
        product_id: String,
        /// What it is about.
        description: String,
        /// Its place among the product's bands.
        sort_order: i64,
        /// Its place among the vendor's bands.
        vendor_order: i64,
        /// What a pixel is stored as.
        data_type: DataType,
        /// The value of pixels that hold nothing.
        nodata: f64,
        /// The least and the greatest value that is stored. Of a mask it is 0 to 1.
        data_range: Vec<f64>,
        /// The least and the greatest value that is shown. Of a mask it is 0 to 1.
        display_range: Vec<f64>,
        /// How much of the ground a pixel shows.
        resolution: Resolution,
        /// Its place in the file, from 0.
        band_index: i64,
        /// The number of the file, from 0.
        file_index: i64,
        /// The layer of a JPX file, from 0.
        jpx_layer_index: i64,
        /// What the vendor calls it.
        vendor_band_name: String,
        /// How it can be processed, by name.
        processing_levels: BTreeMap<String, ProcessingLevel>,
        /// How it is made of other bands.
        derived_params: DerivedParams,
        /// The least and the greatest physical value. Spectral, microwave and generic bands.
        physical_range: Vec<f64>,
        /// The unit of the physical values. Spectral, microwave and generic bands.
        physical_range_unit: String,
        /// The middle of its part of the spectrum, in nanometers. Spectral bands.
        wavelength_nm_center: f64,
        /// The shortest wave, in nanometers. Spectral bands.
        wavelength_nm_min: f64,
        /// The longest wave, in nanometers. Spectral bands.
        wavelength_nm_max: f64,
        /// The full width at half maximum, in nanometers. Spectral bands.
        wavelength_nm_fwhm: f64,
        /// The frequency, in GHz. Microwave bands.
        frequency: f64,
        /// The bandwidth, in MHz. Microwave bands.
        bandwidth: f64,
        /// Whether it makes pixels of the other bands transparent. Mask bands.
        is_alpha: bool,
        /// The name of the colors that it is shown in, as in `viridis`. Class and generic bands.
        colormap_name: String,
        /// The colors that it is shown in: red, green, blue and opacity for each value. Class and generic bands.
        colormap: Vec<Vec<i64>>,
        /// What each value means, from 0. Class bands.
        class_labels: Vec<String>,
    }
}

class!(Band: "band" at "bands" {
    const INCLUDE: Option<&'static str> = Some("product");
    const FIXED: &'static [&'static str] = &["name", "product_id"];
    const OF_A_PRODUCT: bool = true;
}, Editable, Deletable);

/// How a band is processed: as another level is, or by steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ProcessingLevel {
    /// As the level of this name.
    Alias(String),
    /// By these steps, in order.
    Steps(Vec<ProcessingStep>),
}

attributes! {
    /// A step of processing.
    pub plain struct ProcessingStep {
        /// What is done.
        function: String,
        /// By what.
        parameter: String,
        /// The place of the parameter's value.
        index: i64,
        /// What a pixel is stored as afterwards.
        data_type: DataType,
        /// The least and the greatest value that is stored.
        data_range: Vec<f64>,
        /// The least and the greatest value that is shown.
        display_range: Vec<f64>,
        /// The least and the greatest physical value.
        physical_range: Vec<f64>,
        /// The unit of the physical values.
        physical_range_unit: String,
    }
}

attributes! {
    /// How a band is made of other bands.
    pub plain struct DerivedParams {
        /// By what function.
        function: String,
        /// Of which bands.
        bands: Vec<String>,
        /// What their pixels are stored as.
        source_type: DataType,
    }
}

impl Document<Band> {
    /// A new band of a product.
    pub fn named(product: impl Into<String>, name: impl Into<String>, kind: BandKind) -> Self {
        let (product, name) = (product.into(), name.into());
        let id = format!("{product}:{name}");
        Self::holding(
            id,
            Band { product_id: Some(product), name: Some(name), kind: Some(kind), ..Band::default() },
        )
    }

    /// Its product, which the catalog sends along.
    pub fn product(&self) -> Result<Option<Document<Product>>> {
        Ok(self.related()?.pop())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_attribute_that_cannot_be_read_costs_no_other() {
        let attributes = json!({
            "name": "red", "data_range": [null, 1], "processing_levels": {"toa": null}, "data_type": "Byte", "later": 1,
        });
        let resource = json!({"type": "band", "id": "p:red", "attributes": attributes});
        let mut band = Document::<Band>::of(serde_json::from_value(resource).unwrap(), &[]).unwrap();
        assert_eq!((band.name.as_deref(), &band.data_type), (Some("red"), &Some(DataType::Byte)));
        assert_eq!((&band.data_range, &band.extra["data_range"]), (&None, &json!([null, 1])));
        assert_eq!(band.serialize(), *attributes.as_object().unwrap());
        assert!(band.to_change().unwrap().is_none());

        // What is set instead is what is sent.
        band.data_range = Some(vec![0.0, 1.0]);
        band.update(json!({"processing_levels": {"toa": "default"}})).unwrap();
        let changes = json!({"data_range": [0.0, 1.0], "processing_levels": {"toa": "default"}});
        assert_eq!(json!(band.changes()), changes);
        assert_eq!(band.to_change().unwrap().unwrap()["data"]["attributes"], changes);
    }
}
