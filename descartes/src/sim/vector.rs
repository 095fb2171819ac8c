//! Vector of the fake (contract section 6.7): a product `someorg:roads` with three features.
//!
//! It reads no Parquet. A query for Parquet gives the whole file, as it was last added; one for GeoJSON is answered by
//! filter, place and columns.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use auth_core::sim::{Reply, Request};
use serde_json::{Map, Value, json};

use super::conditions::plain_holds;

/// The three features as GeoParquet.
const ROADS: &[u8] = include_bytes!("roads.parquet");

#[derive(Debug)]
pub(super) struct Vector(Mutex<BTreeMap<String, Product>>);

#[derive(Debug)]
struct Product {
    attributes: Map<String, Value>,
    parquet: Vec<u8>,
    /// GeoJSON, by name.
    features: BTreeMap<String, Value>,
}

impl Vector {
    pub(super) fn new() -> Self {
        let model = json!({"title": "Roads", "properties": {
            "uuid": {"type": "string", "primary_key": true}, "name": {"type": "string"},
            "length": {"type": "number"}, "geometry": {"type": "string", "geometry": "POINT"},
        }});
        let attributes = json!({
            "id": "someorg:roads", "name": "Roads", "description": "Roads of Santa Fe", "is_spatial": true,
            "tags": ["roads"], "owners": ["org:someorg"], "readers": [], "writers": [],
            "created": "2024-05-01T10:00:00Z", "model": model,
        });
        let road = |uuid: &str, name: &str, length: f64, at: [f64; 2]| {
            let properties = json!({"uuid": uuid, "name": name, "length": length});
            let geometry = json!({"type": "Point", "coordinates": at});
            (uuid.to_owned(), json!({"type": "Feature", "geometry": geometry, "properties": properties}))
        };
        let roads = Product {
            attributes: attributes.as_object().cloned().unwrap_or_default(),
            parquet: ROADS.to_vec(),
            features: BTreeMap::from([
                road("r1", "Cerrillos", 12.5, [-105.99, 35.63]),
                road("r2", "Canyon", 4.0, [-105.92, 35.68]),
                road("r3", "Paseo", 7.25, [-105.94, 35.69]),
            ]),
        };
        Self(Mutex::new(BTreeMap::from([("someorg:roads".to_owned(), roads)])))
    }

    /// The reply to a request below the service's URL.
    pub(super) fn answer(&self, request: &Request, path: &[&str]) -> Reply {
        let products = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let body = request.json().unwrap_or_default();
        match (request.method().as_str(), path) {
            ("GET", ["products", ""]) => {
                let tags: Vec<&str> =
                    request.query("tags").into_iter().flat_map(|tags| tags.split(',')).collect();
                let has = |product: &&Product, tag: &&str| {
                    product.attributes["tags"].as_array().is_some_and(|tags| tags.contains(&json!(tag)))
                };
                let found = products.values().filter(|product| tags.iter().all(|tag| has(product, tag)));
                Reply::json(200, found.map(|product| Value::Object(product.attributes.clone())).collect())
            }
            ("POST", ["products", ""]) => create(products, body),
            ("POST", ["products", "features", "join"]) => parquet(ROADS.to_vec(), true),
            (method, ["products", id, rest @ ..]) => {
                if (method, rest) == ("DELETE", &[]) && products.remove(*id).is_some() {
                    return Reply::empty(204);
                }
                match products.get_mut(*id) {
                    Some(product) => product.answer(request, rest, &body),
                    None => Reply::json(404, json!({"detail": format!("no product {id}")})),
                }
            }
            _ => Reply::json(404, json!({"detail": "Not Found"})),
        }
    }
}

fn create(products: &mut BTreeMap<String, Product>, body: Value) -> Reply {
    let Some(id) = body["id"].as_str().map(str::to_owned) else {
        return Reply::json(422, json!({"detail": [{"loc": ["body", "id"], "msg": "field required"}]}));
    };
    if products.contains_key(&id) {
        return Reply::json(409, json!({"detail": format!("{id} exists")}));
    }
    let attributes = body.as_object().cloned().unwrap_or_default();
    products.insert(id, Product { attributes, parquet: Vec::new(), features: BTreeMap::new() });
    Reply::json(201, body)
}

impl Product {
    fn answer(&mut self, request: &Request, rest: &[&str], body: &Value) -> Reply {
        let is_spatial = self.attributes["is_spatial"] == true;
        let unknown = || Reply::json(404, json!({"detail": "no such feature"}));
        match (request.method().as_str(), rest) {
            ("GET", []) => Reply::json(200, Value::Object(self.attributes.clone())),
            ("PATCH", []) => {
                self.attributes.extend(body.as_object().cloned().unwrap_or_default());
                Reply::json(200, Value::Object(self.attributes.clone()))
            }
            ("POST", ["featuresv2"]) => match request.multipart().unwrap_or_default().first() {
                Some(part) if part.bytes.starts_with(b"PAR1") => {
                    self.parquet = part.bytes.to_vec();
                    parquet(self.parquet.clone(), is_spatial)
                }
                _ => Reply::json(422, json!({"detail": "file: not Parquet"})),
            },
            ("POST", ["features", "query"]) if body["format"] == "GeoJSON" => {
                let found = self.found(body);
                Reply::json(200, json!({"type": "FeatureCollection", "features": found}))
                    .header("is_spatial", is_spatial.to_string())
            }
            ("POST", ["features", "query"]) => parquet(self.parquet.clone(), is_spatial),
            ("POST", ["features", "aggregate"]) => Reply::json(200, self.aggregate(body)),
            ("GET", ["features", name]) if self.features.contains_key(*name) => {
                parquet(self.parquet.clone(), is_spatial)
            }
            ("PUT", ["featuresv2", name]) if self.features.contains_key(*name) => Reply::json(200, json!({})),
            ("DELETE", ["features", name]) => match self.features.remove(*name) {
                Some(_) => Reply::empty(204),
                None => unknown(),
            },
            _ => unknown(),
        }
    }

    /// The features that filter and place hold for, with the columns that are wanted.
    fn found(&self, body: &Value) -> Vec<Value> {
        let meets = |feature: &&Value| {
            (body["filter"].is_null() || plain_holds(&body["filter"], &feature["properties"]))
                && (body["aoi"].is_null() || is_within(feature, &body["aoi"]))
        };
        let mut found: Vec<Value> = self.features.values().filter(meets).cloned().collect();
        if let Some(columns) = body["columns"].as_array() {
            for feature in &mut found {
                if let Some(properties) = feature["properties"].as_object_mut() {
                    properties.retain(|name, _| columns.contains(&json!(name)));
                }
            }
        }
        found
    }

    fn aggregate(&self, body: &Value) -> Value {
        let found = self.found(&json!({"filter": body["filter"], "aoi": body["aoi"]}));
        let statistic = body["statistic"].as_str().unwrap_or_default();
        if statistic == "COUNT" {
            return json!(found.len());
        }
        let columns = body["columns"].as_array().cloned().unwrap_or_default();
        let mut values = Map::new();
        for column in columns.iter().filter_map(Value::as_str) {
            let numbers = || found.iter().filter_map(|feature| feature["properties"][column].as_f64());
            let value = match statistic {
                "SUM" => Some(numbers().sum()),
                "MIN" => numbers().reduce(f64::min),
                "MAX" => numbers().reduce(f64::max),
                _ => {
                    numbers().reduce(|one, other| one + other).map(|sum: f64| sum / numbers().count() as f64)
                }
            };
            values.insert(format!("{column}.{statistic}"), json!(value));
        }
        Value::Object(values)
    }
}

/// Whether a point lies in the box around a place.
fn is_within(feature: &Value, place: &Value) -> bool {
    let mut positions = Vec::new();
    collect(&place["coordinates"], &mut positions);
    collect(&place["geometry"]["coordinates"], &mut positions);
    let at = &feature["geometry"]["coordinates"];
    (0..2).all(|axis| {
        let numbers = || positions.iter().map(|position| position[axis]);
        let at = at[axis].as_f64().unwrap_or(f64::NAN);
        numbers().any(|number| number <= at) && numbers().any(|number| number >= at)
    })
}

fn collect(coordinates: &Value, positions: &mut Vec<[f64; 2]>) {
    let items = coordinates.as_array().map(Vec::as_slice).unwrap_or_default();
    match items {
        [x, y, ..] if x.is_number() => {
            positions.push([x.as_f64().unwrap_or(f64::NAN), y.as_f64().unwrap_or(f64::NAN)]);
        }
        items => items.iter().for_each(|item| collect(item, positions)),
    }
}

fn parquet(bytes: Vec<u8>, is_spatial: bool) -> Reply {
    Reply::bytes(200, bytes).header("is_spatial", is_spatial.to_string())
}
