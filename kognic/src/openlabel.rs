//! ASAM OpenLABEL 1.0.0: what was found in a scene, and what an annotator begins with (contract section 6.12).
//!
//! The common part is typed. Everything else is kept as it came, so that what is read and written again is the same.
//!
//! ```
//! use kognic::openlabel::{Cuboid, Frame, Object, OpenLabel};
//!
//! let mut car = OpenLabel::new();
//! car.openlabel.objects.insert("6a2f".into(), Object::new("car-1", "Car"));
//! let cuboid = Cuboid::new("cuboid-1", vec![10.0, 2.0, 0.5, 0.0, 0.0, 0.0, 1.0, 4.2, 1.8, 1.5]);
//! let mut frame = Frame::default();
//! frame.data_of("6a2f").cuboid.push(cuboid);
//! car.openlabel.frames.insert("0".into(), frame);
//! car.check()?;
//! # Ok::<(), kognic::Error>(())
//! ```

mod geometry;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use geometry::{
    Attributes, Bbox, Boolean, Cuboid, Mat, Num, ObjectData, Point2d, Point3d, Poly2d, Poly3d, Rbbox, Text,
    Vector,
};

use crate::check;
use crate::error::Result;

/// The root of an OpenLABEL document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenLabel {
    /// The content.
    pub openlabel: Content,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl OpenLabel {
    /// An empty document of the version 1.0.0.
    pub fn new() -> Self {
        let mut document = Self::default();
        document.openlabel.metadata.schema_version = Some("1.0.0".to_owned());
        document
    }

    /// Whether the platform can understand it: objects of frames are known, geometries have the right number of values,
    /// and all of these are finite. Sending a pre-annotation looks at it too.
    pub fn check(&self) -> Result<()> {
        self.checked().map(drop)
    }

    /// The document as JSON, when it can be sent.
    pub(crate) fn checked(&self) -> Result<Value> {
        let content = &self.openlabel;
        for (number, frame) in &content.frames {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                let error =
                    check::invalid(format!("OpenLABEL: the frame `{number}` is not named by a number"));
                return Err(error
                    .with_help("a name of your own goes to `frame_properties.external_id`")
                    .into());
            }
            for (id, object) in &frame.objects {
                if !content.objects.contains_key(id) {
                    let what = format!(
                        "OpenLABEL: frame `{number}` has the object `{id}`, which `objects` does not"
                    );
                    return Err(check::invalid(what).into());
                }
                let place = || format!("OpenLABEL: frame `{number}`, object `{id}`");
                object.object_data.iter().try_for_each(|data| data.check(&place))?;
            }
        }
        for (id, object) in &content.objects {
            let place = || format!("OpenLABEL: object `{id}`");
            object.object_data.iter().try_for_each(|data| data.check(&place))?;
        }
        let unchecked = || check::invalid("the OpenLABEL document cannot be written as JSON");
        serde_json::to_value(self).map_err(|error| unchecked().with_source(error).into())
    }
}

/// The content of a document. Elements are named by numbers or UUIDs, frames by numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Which version it is of, and who made it.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub metadata: Metadata,
    /// What is where at which moment.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub frames: BTreeMap<String, Frame>,
    /// What there is.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub objects: BTreeMap<String, Object>,
    /// The sensors.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub streams: BTreeMap<String, Stream>,
    /// `actions`, `contexts`, `coordinate_systems`, `events`, `frame_intervals`, `ontologies`, `relations`, `resources`
    /// and `tags`, as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Which version a document is of, and who made it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The version of the standard, `1.0.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<String>,
    /// Members of your own, and those that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// When it is, and which frame of the scene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_properties: Option<FrameProperties>,
    /// What is where, by the names of the objects.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub objects: BTreeMap<String, FrameObject>,
    /// `actions`, `contexts`, `events` and `relations`, as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Frame {
    /// What is said of an object in this frame, to be changed; begun when there is nothing yet.
    pub fn data_of(&mut self, object: impl Into<String>) -> &mut ObjectData {
        self.objects.entry(object.into()).or_default().object_data.get_or_insert_default()
    }
}

/// When a frame is, and which frame of the scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameProperties {
    /// The frame of the scene. An extension of Kognic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// When it is: a number or a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Value>,
    /// What is special of sensors in this frame, and where they are; members of your own too.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An object in a frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameObject {
    /// Where it is, and what is said of it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_data: Option<ObjectData>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// The name.
    pub name: String,
    /// What it is, as in `Car`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is said of it in all frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_data: Option<ObjectData>,
    /// `coordinate_system`, `frame_intervals`, `object_data_pointers`, `ontology_uid` and `resource_uid`, as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Object {
    /// An object, and what it is.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { name: name.into(), kind: kind.into(), object_data: None, extra: Map::new() }
    }
}

/// A sensor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// `camera`, `lidar`, `radar`, `gps_imu` or `other`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `stream_properties`, `uri` and members of your own.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
