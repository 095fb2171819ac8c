//! Places on earth, as GeoJSON, checked before they are sent.

use std::str::FromStr;

use auth_core::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A place on earth: a GeoJSON geometry or a `Feature` that has one. Coordinates are longitude and latitude in degrees
/// (WGS 84).
///
/// One that is made here is checked; one that the platform gives is kept as it is. With the feature `geojson` it becomes
/// a `geojson::Geometry`, and is made from one.
///
/// ```
/// use descartes::api::Geometry;
///
/// let santa_fe: Geometry = r#"{"type": "Point", "coordinates": [-105.9, 35.7]}"#.parse()?;
/// let around = Geometry::bounding_box(-106.0, 35.6, -105.8, 35.8)?;
/// let error = r#"{"type": "Point", "coordinates": [35.7, -105.9]}"#.parse::<Geometry>().unwrap_err();
/// assert!(error.to_string().contains("latitude"));
/// # Ok::<(), descartes::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Geometry(Value);

impl Geometry {
    /// From GeoJSON. The error ([`ErrorKind::InvalidInput`]) names the place of what is wrong.
    pub fn from_geojson(geojson: Value) -> crate::Result<Self> {
        Ok(Self::checked(geojson)?)
    }

    /// The rectangle between two meridians and two parallels, in degrees.
    pub fn bounding_box(west: f64, south: f64, east: f64, north: f64) -> crate::Result<Self> {
        if west >= east || south >= north {
            let what = format!("the box from {west} {south} to {east} {north} is empty");
            let help = "give west, south, east, north; cut it in two where it crosses the 180th meridian";
            return Err(Error::new(ErrorKind::InvalidInput, what).with_help(help).into());
        }
        let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
        Self::from_geojson(json!({"type": "Polygon", "coordinates": [ring]}))
    }

    /// Its type, as in `Polygon`.
    pub fn kind(&self) -> Option<&str> {
        self.shape().get("type")?.as_str()
    }

    /// The geometry alone, when it is in a `Feature`.
    pub(super) fn shape(&self) -> &Value {
        match self.0.get("type").and_then(Value::as_str) {
            Some("Feature") => self.0.get("geometry").unwrap_or(&self.0),
            _ => &self.0,
        }
    }

    /// As GeoJSON.
    pub fn as_geojson(&self) -> &Value {
        &self.0
    }

    fn checked(geojson: Value) -> auth_core::Result<Self> {
        match geojson.get("type").and_then(Value::as_str) {
            Some("Feature") => {
                let inside = geojson.get("geometry").filter(|geometry| geometry.is_object());
                check(inside.ok_or_else(|| wrong("geometry", "it is missing"))?, "geometry")?;
            }
            _ => check(&geojson, "")?,
        }
        Ok(Self(geojson))
    }
}

impl TryFrom<Value> for Geometry {
    type Error = Error;

    fn try_from(geojson: Value) -> Result<Self, Error> {
        Self::checked(geojson)
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
    type Error = crate::Error;

    fn try_from(geometry: Geometry) -> crate::Result<Self> {
        Ok(serde_json::from_value(geometry.shape().clone()).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the geometry is no GeoJSON").with_source(error)
        })?)
    }
}

impl From<Geometry> for Value {
    fn from(geometry: Geometry) -> Self {
        geometry.0
    }
}

impl FromStr for Geometry {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        let value = serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "a geometry is not JSON").with_source(error)
        })?;
        Self::from_geojson(value)
    }
}

fn wrong(place: &str, what: &str) -> Error {
    let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
    Error::new(ErrorKind::InvalidInput, format!("the GeoJSON cannot be used{place}: {what}"))
}

fn check(geometry: &Value, place: &str) -> auth_core::Result<()> {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind == "GeometryCollection" {
        let members = geometry.get("geometries").and_then(Value::as_array);
        let members = members.ok_or_else(|| wrong(&below("geometries"), "a list is expected"))?;
        return members
            .iter()
            .enumerate()
            .try_for_each(|(at, member)| check(member, &below(&format!("geometries/{at}"))));
    }
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    let (place, is_ring) = (below("coordinates"), kind.ends_with("Polygon"));
    match kind {
        "Point" => position(coordinates, &place),
        "MultiPoint" => each(coordinates, &place, 0, &position),
        "LineString" => line(coordinates, &place, is_ring),
        "MultiLineString" | "Polygon" => each(coordinates, &place, 1, &|part, at| line(part, at, is_ring)),
        "MultiPolygon" => each(coordinates, &place, 1, &|polygon, at| {
            each(polygon, at, 1, &|part, at| line(part, at, true))
        }),
        "" => Err(wrong(&below("type"), "it is missing")),
        "FeatureCollection" => {
            Err(wrong(&below("type"), "a collection is not one place; give a Feature or a geometry"))
        }
        other => Err(wrong(
            &below("type"),
            &format!("there is no geometry `{}`", auth_core::error::shorten(other, 40)),
        )),
    }
}

type Check<'a> = &'a dyn Fn(&Value, &str) -> auth_core::Result<()>;

/// Checks each item of a list that has at least so many.
fn each(list: &Value, place: &str, least: usize, check: Check<'_>) -> auth_core::Result<()> {
    let items = list.as_array().ok_or_else(|| wrong(place, "a list is expected"))?;
    if items.len() < least {
        return Err(wrong(place, &format!("{} items, at least {least} are expected", items.len())));
    }
    items.iter().enumerate().try_for_each(|(at, item)| check(item, &format!("{place}/{at}")))
}

fn line(line: &Value, place: &str, is_ring: bool) -> auth_core::Result<()> {
    each(line, place, if is_ring { 4 } else { 2 }, &position)?;
    let ends = line.as_array().map(|positions| (positions.first(), positions.last()));
    match ends {
        Some((first, last)) if is_ring && first != last => {
            Err(wrong(place, "the ring is open; its last position must be its first"))
        }
        _ => Ok(()),
    }
}

fn position(position: &Value, place: &str) -> auth_core::Result<()> {
    let numbers = position.as_array().map(Vec::as_slice).unwrap_or_default();
    let numbers: Option<Vec<f64>> = numbers.iter().map(Value::as_f64).collect();
    match numbers.as_deref() {
        Some([longitude, latitude, rest @ ..]) if rest.len() <= 1 => {
            if !(-180.0..=180.0).contains(longitude) {
                return Err(wrong(
                    place,
                    &format!("{longitude} is no longitude; it comes first, in degrees"),
                ));
            }
            if !(-90.0..=90.0).contains(latitude) {
                return Err(wrong(place, &format!("{latitude} is no latitude; it comes second, in degrees")));
            }
            Ok(())
        }
        _ => Err(wrong(place, "a position is two or three numbers")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_of_the_platform_is_kept_as_it_is() {
        let odd = json!({"type": "Circle", "radius": 1});
        let geometry: Geometry = serde_json::from_value(odd.clone()).unwrap();
        assert_eq!((geometry.kind(), serde_json::to_value(&geometry).unwrap()), (Some("Circle"), odd));
    }

    #[cfg(feature = "geojson")]
    #[test]
    fn geojson_types_go_both_ways() {
        let point = json!({"type": "Point", "coordinates": [1.0, 2.0]});
        let feature = Geometry::from_geojson(json!({"type": "Feature", "geometry": point})).unwrap();
        let theirs = geojson::Geometry::try_from(feature).unwrap();
        assert_eq!(Geometry::from(theirs), Geometry::from_geojson(point).unwrap());
        let odd: Geometry = serde_json::from_value(json!({"type": "Circle"})).unwrap();
        assert!(geojson::Geometry::try_from(odd).is_err());
    }

    proptest! {
        #[test]
        fn any_json_is_taken_or_refused(text in r#"\{"type":"(Point|Polygon|MultiPolygon|Feature)","(coordinates|geometry)":(\[|\]|[0-9]|,|null|\{\}){0,12}\}"#) {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let _ = Geometry::from_geojson(value);
            }
        }

        #[test]
        fn every_box_that_is_not_empty_is_a_geometry(west in -180.0..179.0_f64, south in -90.0..89.0_f64, width in 0.001..1.0_f64) {
            let made = Geometry::bounding_box(west, south, west + width, south + width).unwrap();
            let again: Geometry = made.as_geojson().to_string().parse().unwrap();
            prop_assert_eq!(again, made);
        }
    }
}
