//! Places on the ground, as GeoJSON has them (RFC 7946).

use auth_core::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;

/// A geometry: a GeoJSON object of one of the seven types, longitude and latitude in degrees.
///
/// One that is made here is checked; one that the platform gives is kept as it is. With the feature `geojson` it becomes
/// a `geojson::Geometry`, and is made from one.
///
/// ```
/// use descartes::geo::Geometry;
/// use serde_json::json;
///
/// let field = Geometry::new(json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}))?;
/// assert_eq!(field.kind(), Some("Polygon"));
/// assert!(Geometry::new(json!({"type": "Polygon", "coordinates": [0, 0]})).is_err());
/// # Ok::<(), descartes::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Geometry(Value);

impl Geometry {
    /// A geometry from its JSON. The error says what is malformed, and where.
    pub fn new(json: Value) -> Result<Self> {
        match check(&json, "the geometry") {
            Ok(()) => Ok(Self(json)),
            Err(what) => {
                let help = "give a GeoJSON geometry, longitude before latitude";
                Err(Error::new(ErrorKind::InvalidInput, what).with_help(help).into())
            }
        }
    }

    /// A rectangle, by its sides in degrees.
    pub fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Result<Self> {
        let corners = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        Self::new(serde_json::json!({"type": "Polygon", "coordinates": [corners]}))
    }

    /// Its type, as in `Polygon`.
    pub fn kind(&self) -> Option<&str> {
        self.0.get("type")?.as_str()
    }

    /// Its JSON.
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// Its JSON.
    pub fn into_json(self) -> Value {
        self.0
    }
}

/// What is malformed in a geometry. `place` is what errors call it.
fn check(json: &Value, place: &str) -> Result<(), String> {
    let Some(kind) = json.get("type").and_then(Value::as_str) else {
        return Err(format!("{place} is no GeoJSON object with a `type`"));
    };
    let depth = match kind {
        "Point" => 0,
        "MultiPoint" | "LineString" => 1,
        "MultiLineString" | "Polygon" => 2,
        "MultiPolygon" => 3,
        "GeometryCollection" => {
            let Some(Value::Array(parts)) = json.get("geometries") else {
                return Err(format!("{place} has no list `geometries`"));
            };
            let named = |(number, part)| check(part, &format!("{place}.geometries[{number}]"));
            return parts.iter().enumerate().try_for_each(named);
        }
        "Feature" | "FeatureCollection" => {
            return Err(format!("{place} is a {kind}, and not a geometry: take its `geometry`"));
        }
        other => return Err(format!("{place} is of the unknown type `{other}`")),
    };
    let coordinates = json.get("coordinates").unwrap_or(&Value::Null);
    nested(coordinates, depth, &format!("{place}.coordinates"))?;
    let too_few = |least: usize, line: &Value| line.as_array().is_some_and(|line| line.len() < least);
    let rings: Vec<&Value> = match (kind, coordinates) {
        ("LineString", line) if too_few(2, line) => return Err(format!("{place} is a line of one point")),
        ("Polygon", Value::Array(rings)) => rings.iter().collect(),
        ("MultiPolygon", Value::Array(polygons)) => {
            polygons.iter().filter_map(Value::as_array).flatten().collect()
        }
        _ => Vec::new(),
    };
    for ring in rings {
        let ends = ring.as_array().map(|ring| (ring.first(), ring.last()));
        if too_few(4, ring) || ends.is_some_and(|(first, last)| first != last) {
            return Err(format!(
                "{place} has a ring that is not closed: it must end where it begins, with four points or more"
            ));
        }
    }
    Ok(())
}

/// Lists in lists, `depth` deep, and positions in the innermost.
fn nested(coordinates: &Value, depth: usize, place: &str) -> Result<(), String> {
    let Value::Array(items) = coordinates else {
        return Err(format!("{place} is no list"));
    };
    if depth > 0 {
        if items.is_empty() {
            return Err(format!("{place} is empty"));
        }
        let named = |(number, item)| nested(item, depth - 1, &format!("{place}[{number}]"));
        return items.iter().enumerate().try_for_each(named);
    }
    let number = |position: usize| items.get(position).and_then(Value::as_f64);
    match (number(0), number(1), items.iter().all(Value::is_number)) {
        (Some(longitude), Some(latitude), true) if longitude.abs() <= 360.0 && latitude.abs() <= 90.0 => {
            Ok(())
        }
        (Some(_), Some(_), true) => {
            Err(format!("{place} is not on earth: longitude or latitude is out of range"))
        }
        _ => Err(format!("{place} is no position of two numbers or more")),
    }
}

#[cfg(feature = "geojson")]
impl From<geojson::Geometry> for Geometry {
    fn from(geometry: geojson::Geometry) -> Self {
        Self(serde_json::to_value(geometry).unwrap_or_default())
    }
}

#[cfg(feature = "geojson")]
impl TryFrom<Geometry> for geojson::Geometry {
    type Error = crate::error::Error;

    fn try_from(geometry: Geometry) -> Result<Self> {
        Ok(serde_json::from_value(geometry.0).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the geometry is no GeoJSON").with_source(error)
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_malformed_is_said_and_where() {
        for (json, expected) in [
            (json!({"type": "Point", "coordinates": [1.5, 2]}), ""),
            (json!({"type": "Point", "coordinates": [1.5, 2, 100]}), ""),
            (json!({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}), ""),
            (
                json!({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0, 0]}]}),
                "",
            ),
            (json!([0, 0]), "the geometry is no GeoJSON object with a `type`"),
            (json!({"type": "Circle"}), "the geometry is of the unknown type `Circle`"),
            (
                json!({"type": "Feature"}),
                "the geometry is a Feature, and not a geometry: take its `geometry`",
            ),
            (json!({"type": "Point"}), "the geometry.coordinates is no list"),
            (
                json!({"type": "Point", "coordinates": ["1", "2"]}),
                "the geometry.coordinates is no position of two numbers or more",
            ),
            (
                json!({"type": "Point", "coordinates": [52, 130]}),
                "the geometry.coordinates is not on earth: longitude or latitude is out of range",
            ),
            (json!({"type": "LineString", "coordinates": [[0, 0]]}), "the geometry is a line of one point"),
            (
                json!({"type": "LineString", "coordinates": [[0, 0], [1]]}),
                "the geometry.coordinates[1] is no position of two numbers or more",
            ),
            (
                json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}),
                "the geometry has a ring that is not closed: it must end where it begins, with four points or more",
            ),
            (
                json!({"type": "GeometryCollection", "geometries": [{"type": "Point"}]}),
                "the geometry.geometries[0].coordinates is no list",
            ),
        ] {
            let found = match Geometry::new(json.clone()) {
                Ok(_) => String::new(),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidInput);
                    error.to_string().replace(" (give a GeoJSON geometry, longitude before latitude)", "")
                }
            };
            assert_eq!(found, expected, "{json}");
        }
        assert!(Geometry::rectangle(0.0, f64::NAN, 1.0, 1.0).is_err());
    }

    #[cfg(feature = "geojson")]
    #[test]
    fn geojson_types_go_both_ways() {
        let point = Geometry::new(json!({"type": "Point", "coordinates": [1.0, 2.0]})).unwrap();
        let theirs = geojson::Geometry::try_from(point.clone()).unwrap();
        assert_eq!(Geometry::from(theirs), point);
        let odd: Geometry = serde_json::from_value(json!({"type": "Blob"})).unwrap();
        assert!(geojson::Geometry::try_from(odd).is_err());
    }

    proptest! {
        #[test]
        fn no_json_makes_it_panic(text in "\\{\"type\":\"(Point|Polygon|LineString|MultiPolygon|GeometryCollection)\",\"(coordinates|geometries)\":[\\[\\]0-9, ]{0,24}\\}") {
            if let Ok(json) = serde_json::from_str(&text) {
                let _ = Geometry::new(json);
            }
        }
    }
}
