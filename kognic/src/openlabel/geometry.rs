//! Where objects are, and what is said of them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::check;
use crate::error::Result;

/// Where an object is, and what is said of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectData {
    /// Boxes in an image.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub bbox: Vec<Bbox>,
    /// Turned boxes in an image.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub rbbox: Vec<Rbbox>,
    /// Boxes in space.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub cuboid: Vec<Cuboid>,
    /// Lines and polygons in an image.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub poly2d: Vec<Poly2d>,
    /// Lines and polygons in space.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub poly3d: Vec<Poly3d>,
    /// Points in an image.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub point2d: Vec<Point2d>,
    /// Points in space.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub point3d: Vec<Point3d>,
    /// Matrices.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub mat: Vec<Mat>,
    /// Lists of numbers or texts.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub vec: Vec<Vector>,
    /// Numbers.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub num: Vec<Num>,
    /// Texts.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub text: Vec<Text>,
    /// Yes or no.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub boolean: Vec<Boolean>,
    /// `area_reference`, `binary`, `image`, `line_reference` and `mesh`, as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What is said of a geometry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attributes {
    /// Yes or no.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub boolean: Vec<Boolean>,
    /// Numbers.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub num: Vec<Num>,
    /// Texts.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub text: Vec<Text>,
    /// Lists of numbers or texts.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "auth_core::lenient::null_as_default"
    )]
    pub vec: Vec<Vector>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Makes a geometry: a name, values, attributes, and what else there may be.
macro_rules! geometries {
    ($($(#[$doc:meta])* $name:ident of $(#[$value_doc:meta])* $type:ty;)+) => {
        $($(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            /// The name. Texts, numbers and the like may have none.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub name: Option<String>,
            $(#[$value_doc])*
            #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
            pub val: $type,
            /// The sensor or the system in which the values are, by its name in `coordinate_systems` or `streams`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub coordinate_system: Option<String>,
            /// What is said of it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub attributes: Option<Attributes>,
            /// `stream`, `closed`, `mode`, `type` and the like, as they came; members of your own too.
            #[serde(flatten)]
            pub extra: Map<String, Value>,
        }

        impl $name {
            /// With a name and values.
            pub fn new(name: impl Into<String>, val: impl Into<$type>) -> Self {
                Self {
                    name: Some(name.into()),
                    val: val.into(),
                    coordinate_system: None,
                    attributes: None,
                    extra: Map::new(),
                }
            }
        })+
    };
}

geometries! {
    /// A box in an image.
    Bbox of
        /// Centre x and y, width and height, in pixels.
        Vec<f64>;
    /// A turned box in an image.
    Rbbox of
        /// Centre x and y, width and height in pixels, and the angle in radians.
        Vec<f64>;
    /// A box in space. Kognic turns it by 90 degrees against ISO 8855, unless another turn is asked for.
    Cuboid of
        /// x, y, z in metres, the rotation as a quaternion qx, qy, qz, qw (or as three Euler angles), and sizes along
        /// x, y, z in metres: 10 numbers (or 9). `None`: it is not in this frame.
        Option<Vec<f64>>;
    /// A line or a polygon in space.
    Poly3d of
        /// x, y, z of each point, in metres.
        Vec<f64>;
    /// A point in an image.
    Point2d of
        /// x and y in pixels.
        Vec<f64>;
    /// A point in space.
    Point3d of
        /// x, y and z in metres.
        Vec<f64>;
    /// A line or a polygon in an image.
    Poly2d of
        /// x and y of each point in pixels; or a text, where `mode` says how it is packed.
        Vec<Value>;
    /// A matrix. `height`, `width`, `channels` and `data_type` are in `extra`.
    Mat of
        /// Its values, row by row.
        Vec<Number>;
    /// A list of numbers or texts.
    Vector of
        /// The values.
        Vec<Value>;
    /// A text.
    Text of
        /// The text.
        String;
    /// Yes or no.
    Boolean of
        /// Which. `None`: nobody said.
        Option<bool>;
}

/// A number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Num {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number, as exact as it came. `None`: nobody said.
    #[serde(default)]
    pub val: Option<Number>,
    /// What is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Num {
    /// With a name and a number.
    pub fn new(name: impl Into<String>, val: impl Into<Number>) -> Self {
        Self { name: Some(name.into()), val: Some(val.into()), attributes: None, extra: Map::new() }
    }
}

impl ObjectData {
    /// Whether each geometry has the right number of values, all of them finite. `place` is named in the error.
    pub(super) fn check(&self, place: &dyn Fn() -> String) -> Result<()> {
        let every = |kind: &'static str,
                     sizes: &'static [usize],
                     values: &mut dyn Iterator<Item = (&Option<String>, &[f64])>| {
            for (name, values) in values {
                let name = name.as_deref().unwrap_or_default();
                let wrong =
                    |what: String| check::invalid(format!("{}: {kind} `{name}` {what}", place())).into();
                if !sizes.is_empty() && !sizes.contains(&values.len()) {
                    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
                    return Err(wrong(format!("has {} values, not {}", values.len(), sizes.join(" or "))));
                }
                if let Some(at) = values.iter().position(|value| !value.is_finite()) {
                    return Err(wrong(format!("has no finite number at place {at}")));
                }
            }
            Ok(())
        };
        every("bbox", &[4], &mut self.bbox.iter().map(|shape| (&shape.name, shape.val.as_slice())))?;
        every("rbbox", &[5], &mut self.rbbox.iter().map(|shape| (&shape.name, shape.val.as_slice())))?;
        let placed = self.cuboid.iter().filter_map(|shape| Some((&shape.name, shape.val.as_deref()?)));
        every("cuboid", &[9, 10], &mut { placed })?;
        every("point2d", &[2], &mut self.point2d.iter().map(|shape| (&shape.name, shape.val.as_slice())))?;
        every("point3d", &[3], &mut self.point3d.iter().map(|shape| (&shape.name, shape.val.as_slice())))?;
        every("poly3d", &[], &mut self.poly3d.iter().map(|shape| (&shape.name, shape.val.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use crate::openlabel::{Bbox, Frame, Object, OpenLabel};
    use serde_json::{Value, json};

    /// Whether two documents say the same; `1` and `1.0` do.
    fn same(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
            }
            _ => one == other,
        }
    }

    #[test]
    fn what_is_read_is_written_again() {
        let document = json!({"openlabel": {
            "metadata": {"schema_version": "1.0.0", "annotator": "a"},
            "frames": {"0": {
                "frame_properties": {"timestamp": 1_700_000_000_000_000_001i64, "external_id": "0", "streams": {"C": {}}, "speed": 3},
                "objects": {"6a": {"object_data": {
                    "cuboid": [{"name": "c", "val": [1, 2, 3, 0, 0, 0, 1, 4.5, 2, 1], "attributes": {"num": [{"name": "n", "val": 9_007_199_254_740_993i64}]}}],
                    "poly2d": [{"name": "p", "val": [1, 2.5], "closed": true, "mode": "MODE_POLY2D_ABSOLUTE"}],
                    "mesh": [{"name": "m", "point3d": {}}],
                    "text": [{"name": "t", "val": "x"}], "boolean": [{"val": true}]}}},
                "relations": {"1": {}}}},
            "objects": {"6a": {"name": "n", "type": "car", "ontology_uid": "1"}},
            "streams": {"C": {"type": "camera", "uri": "u"}},
            "ontologies": {"1": "https://example.com"}, "tags": {}, "relations": {"1": {"name": "r"}}}});
        let read: OpenLabel = serde_json::from_value(document.clone()).unwrap();
        assert!(same(&serde_json::to_value(&read).unwrap(), &document));
        assert!(same(&read.checked().unwrap(), &document));
        assert_eq!(read.openlabel.frames["0"].objects["6a"].object_data.as_ref().unwrap().cuboid.len(), 1);
    }

    #[test]
    fn null_spoils_no_document() {
        let shape = json!({"name": null, "val": null, "attributes": {"num": null, "text": null}});
        let data = json!({"bbox": [shape], "cuboid": [shape], "mat": [shape], "num": [shape], "boolean": [shape],
            "text": [shape], "poly2d": [shape], "vec": null, "point3d": null});
        let document = json!({"openlabel": {"metadata": null, "streams": null, "objects": null, "frames": {
            "0": {"objects": {"o": {"object_data": data}}}, "1": {"objects": null}}}});
        let read: OpenLabel = serde_json::from_value(document).unwrap();
        let data = read.openlabel.frames["0"].objects["o"].object_data.as_ref().unwrap();
        // Neither zero nor false: nobody said that.
        assert_eq!((&data.num[0].val, data.boolean[0].val), (&None, None));
        assert_eq!(
            (data.bbox[0].val.len(), data.vec.len(), read.openlabel.frames["1"].objects.len()),
            (0, 0, 0)
        );
    }

    #[test]
    fn what_the_platform_would_not_understand_is_told_beforehand() {
        let with = |frame: &str, object: &str, values: Vec<f64>| {
            let mut document = OpenLabel::new();
            document.openlabel.objects.insert("o".into(), Object::new("o", "Car"));
            let mut inside = Frame::default();
            inside.data_of(object).bbox.push(Bbox::new("b", values));
            document.openlabel.frames.insert(frame.into(), inside);
            document.check().map_err(|error| error.to_string())
        };
        let four = vec![1.0; 4];
        assert_eq!(with("0", "o", four.clone()), Ok(()));
        assert!(with("first", "o", four.clone()).unwrap_err().contains("`first` is not named by a number"));
        assert!(with("0", "p", four).unwrap_err().contains("`p`, which `objects` does not"));
        assert!(with("0", "o", vec![1.0]).unwrap_err().contains("bbox `b` has 1 values, not 4"));
        assert!(with("0", "o", vec![1.0, f64::NAN, 1.0, 1.0]).unwrap_err().contains("at place 1"));
    }
}
