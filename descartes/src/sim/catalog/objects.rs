//! Objects of all classes: created, changed and deleted.

use auth_core::sim::{Reply, Request};
use serde_json::{Map, Value, json};

use super::{State, THEN, data, document, error, not_found, whole};

/// The type of a class by its path.
pub(super) fn type_of(class: &str) -> Option<&'static str> {
    Some(match class {
        "products" => "product",
        "bands" => "band",
        "images" => "image",
        "storage" => "storage",
        "uploads_v2" => "image_upload",
        "event_subscriptions" => "event_subscription",
        "event_rules" => "event_rule",
        "event_schedules" => "event_schedule",
        "event_api_destinations" => "event_api_destination",
        _ => return None,
    })
}

/// What there is at the start.
pub(super) fn plant(state: &mut State) {
    for number in 1..=3 {
        let attributes = json!({
            "name": format!("Product {number}"), "owners": ["org:someorg"], "readers": [], "writers": [],
            "tags": ["a"], "is_core": number == 1,
            "resolution_min": {"value": 10.0 * f64::from(number), "unit": "meters"},
            "start_datetime": "2019-01-01T00:00:00Z", "end_datetime": null,
        });
        keep(state, "products", &format!("someorg:prod{number}"), attributes);
    }
    for (number, name) in ["red", "nir"].into_iter().enumerate() {
        let attributes = json!({
            "type": "spectral", "name": name, "product_id": "someorg:prod1", "sort_order": number,
            "data_type": "UInt16", "data_range": [0.0, 10000.0], "band_index": number,
        });
        keep(state, "bands", &format!("someorg:prod1:{name}"), attributes);
    }
    for (month, cloud_fraction) in [(1, 0.1), (2, 0.8), (3, 0.05)] {
        let name = format!("2026-0{month}");
        let (west, east) = (f64::from(month), f64::from(month) + 1.0);
        let ring = [[west, 0.0], [east, 0.0], [east, 1.0], [west, 1.0], [west, 0.0]];
        let attributes = json!({
            "name": name, "product_id": "someorg:prod1", "acquired": format!("{name}-01T10:00:00Z"),
            "cloud_fraction": cloud_fraction, "geometry": {"type": "Polygon", "coordinates": [ring]},
            "files": [{"href": format!("gs://someorg/{name}.tif"), "size_bytes": 1000}],
        });
        keep(state, "images", &format!("someorg:prod1:{name}"), attributes);
    }
}

/// Keeps a resource, with the times that the platform sets.
pub(super) fn keep(state: &mut State, class: &str, id: &str, mut attributes: Value) -> Value {
    attributes["created"] = THEN.into();
    attributes["modified"] = THEN.into();
    let mut resource = json!({"type": type_of(class), "id": id, "attributes": attributes});
    if let Some(product) = resource["attributes"].get("product_id").cloned() {
        let related = json!({"data": {"type": "product", "id": product}});
        resource["relationships"] = json!({ "product": related });
    }
    state.put(class, id, resource.clone());
    resource
}

/// A resource, and its product where the request wants it.
pub(super) fn with_product(state: &State, status: u16, resource: &Value, wanted: bool) -> Reply {
    let mut found = json!({"data": resource, "jsonapi": {"version": "1.0"}});
    let product = resource["attributes"]["product_id"].as_str().and_then(|id| state.get("products", id));
    if let Some(product) = product.filter(|_| wanted) {
        found["included"] = json!([product]);
    }
    whole(status, found)
}

pub(super) fn create(state: &mut State, request: &Request, class: &str) -> Reply {
    let (Some((given, attributes)), Some(_)) = (data(request), type_of(class)) else {
        return error(400, "Bad request", "The body is no document of a known class");
    };
    let id = match id_of(state, class, &given, &attributes) {
        Ok(id) => id,
        Err(reply) => return *reply,
    };
    if state.get(class, &id).is_some() {
        return error(409, "Conflict", &format!("There is already an object with the id {id}"));
    }
    let resource = keep(state, class, &id, Value::Object(attributes));
    with_product(state, 201, &resource, request.query("include") == Some("product"))
}

/// The id of a new object, or why it cannot be.
fn id_of(
    state: &State,
    class: &str,
    given: &str,
    attributes: &Map<String, Value>,
) -> Result<String, Box<Reply>> {
    let text = |name: &str| attributes.get(name).and_then(Value::as_str).unwrap_or_default();
    let missing = |name: &str| {
        let error = json!({
            "status": "422", "title": "Validation error", "detail": "Missing data for required field.",
            "source": {"pointer": format!("/data/attributes/{name}")},
        });
        Box::new(whole(422, json!({"errors": [error], "jsonapi": {"version": "1.0"}})))
    };
    match class {
        "bands" | "images" => {
            if text("name").is_empty() {
                return Err(missing("name"));
            }
            match state.get("products", text("product_id")) {
                Some(_) => Ok(format!("{}:{}", text("product_id"), text("name"))),
                None => Err(Box::new(not_found(text("product_id")))),
            }
        }
        _ => match if given.is_empty() { text("name") } else { given } {
            "" => Err(missing("name")),
            id if id.starts_with("someorg:") => Ok(id.to_owned()),
            id => Ok(format!("someorg:{id}")),
        },
    }
}

/// `GET`, `HEAD`, `PATCH` and `DELETE` of one object.
pub(super) fn one(state: &mut State, request: &Request, class: &str, id: &str) -> Reply {
    let Some(resource) = state.collections.get_mut(class).and_then(|objects| objects.get_mut(id)) else {
        return not_found(id);
    };
    match request.method().as_str() {
        "GET" | "HEAD" => {}
        "PATCH" => {
            let Some((_, changes)) = data(request) else {
                return error(400, "Bad request", "The body is no document");
            };
            for (name, value) in changes {
                resource["attributes"][name] = value;
            }
        }
        "DELETE" if class == "storage" || class == "uploads_v2" => {
            return error(405, "Method not allowed", "These objects are not deleted like this");
        }
        "DELETE" => {
            state.collections.entry(class.to_owned()).or_default().remove(id);
            return Reply::empty(204);
        }
        _ => return error(405, "Method not allowed", "There is no such method"),
    }
    let resource = resource.clone();
    with_product(state, 200, &resource, request.query("include") == Some("product"))
}

/// Deletes bands and images of a product.
pub(super) fn delete_related(state: &mut State, id: &str) -> Reply {
    let mut count = 0;
    for class in ["bands", "images"] {
        let objects = state.collections.entry(class.to_owned()).or_default();
        let before = objects.len();
        objects.retain(|_, resource| resource["attributes"]["product_id"] != id);
        count += before - objects.len();
    }
    if count == 0 {
        return Reply::empty(204);
    }
    let attributes = json!({"status": "RUNNING", "start_datetime": THEN, "objects_deleted": count});
    let task = json!({"type": "product_delete_task", "id": id, "attributes": attributes});
    state.tasks.insert(format!("products/{id}"), task.clone());
    document(201, task)
}
