//! The catalog of the fake: three products, searched page by page (contract section 6.1).

use std::collections::BTreeMap;

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

/// How many a page holds.
const PAGE: usize = 2;

/// What there is: `someorg:prod1` to `someorg:prod3`.
pub(super) fn products() -> BTreeMap<String, Value> {
    let product = |number: u64| {
        let id = format!("someorg:prod{number}");
        let attributes = json!({
            "name": format!("Product {number}"), "owners": ["org:someorg"], "readers": [], "writers": [],
            "tags": ["a"], "is_core": number == 1, "resolution_min": {"value": 10.0 * number as f64, "unit": "meters"},
            "start_datetime": "2019-01-01T00:00:00Z", "end_datetime": null,
            "created": "2019-06-10T18:48:13.066192Z", "modified": "2019-06-10T18:48:13.066192Z",
        });
        (id.clone(), json!({"type": "product", "id": id, "attributes": attributes}))
    };
    (1..=3).map(product).collect()
}

/// The reply to a request below the catalog's URL.
pub(super) fn answer(products: &BTreeMap<String, Value>, request: &Request, path: &[&str]) -> Reply {
    match (request.method().as_str(), path) {
        ("GET" | "HEAD", ["products", id]) => match products.get(*id) {
            Some(product) => document(json!({"data": product, "jsonapi": {"version": "1.0"}})),
            None => error(404, "Object not found", &format!("Object not found: {id}")),
        },
        ("PUT", ["products"]) => search(products, request),
        _ => error(404, "Not found", "There is no such endpoint"),
    }
}

fn search(products: &BTreeMap<String, Value>, request: &Request) -> Reply {
    let Some(body) = request.json().filter(Value::is_object) else {
        return error(400, "Bad request", "The body is not a JSON object");
    };
    let conditions = match body
        .get("filter")
        .map(|filter| filter.as_str().and_then(|text| serde_json::from_str(text).ok()))
    {
        Some(Some(Value::Array(conditions))) => conditions,
        None => Vec::new(),
        Some(_) => return error(400, "Bad request", "filter: not a list in JSON text"),
    };
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let mut found: Vec<&Value> = products
        .values()
        .filter(|product| conditions.iter().all(|condition| holds(condition, product)))
        .filter(|product| attribute(product, "name").to_string().to_lowercase().contains(&text))
        .collect();
    if let Some(sort) = body.get("sort").and_then(Value::as_str) {
        let field = sort.trim_start_matches('-');
        found.sort_by_key(|product| attribute(product, field).to_string());
        if sort.starts_with('-') {
            found.reverse();
        }
    }
    let count = found.len();
    let limit = body.get("limit").and_then(Value::as_u64).map_or(count, |limit| (limit as usize).min(count));
    let start =
        request.query("continuation").and_then(|start| start.parse().ok()).unwrap_or(0_usize).min(limit);
    let end = (start + PAGE).min(limit);
    let here = format!("{}/metadata/v1/catalog/v2/products", request.base());
    let mut links = json!({ "self": here });
    if end < limit {
        links["next"] = format!("{here}?continuation={end}").into();
    }
    document(json!({
        "data": &found[start..end], "meta": {"count": count}, "links": links, "jsonapi": {"version": "1.0"},
    }))
}

/// Whether a condition holds. Those that are not known hold never.
fn holds(condition: &Value, product: &Value) -> bool {
    if let Some(Value::Array(all)) = condition.get("and") {
        return all.iter().all(|condition| holds(condition, product));
    }
    if let Some(Value::Array(any)) = condition.get("or") {
        return any.iter().any(|condition| holds(condition, product));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let found = attribute(product, condition["name"].as_str().unwrap_or_default());
    let wanted = &condition["val"];
    match condition["op"].as_str() {
        Some("eq") => found == *wanted || found.as_array().is_some_and(|list| list.contains(wanted)),
        Some("ne") => found != *wanted,
        Some("prefix") => text(&found).starts_with(&text(wanted)),
        Some("like" | "ilike") => text(&found).contains(text(wanted).trim_matches('%')),
        Some("isnull") => found.is_null(),
        Some("isnotnull") => !found.is_null(),
        _ => false,
    }
}

fn attribute(product: &Value, name: &str) -> Value {
    match name {
        "id" => product["id"].clone(),
        name => product["attributes"].get(name).cloned().unwrap_or_default(),
    }
}

fn document(document: Value) -> Reply {
    Reply::json(200, document).header("content-type", "application/vnd.api+json")
}

fn error(status: u16, title: &str, detail: &str) -> Reply {
    let error = json!({"status": status.to_string(), "title": title, "detail": detail});
    Reply::json(status, json!({"errors": [error], "jsonapi": {"version": "1.0"}}))
        .header("content-type", "application/vnd.api+json")
}
