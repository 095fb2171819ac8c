//! Searches: conditions, order, pages, and sums.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::{State, error, whole};

/// How many a page holds.
const PAGE: usize = 2;

pub(super) fn search(state: &State, request: &Request, class: &str) -> Reply {
    let (body, mut found) = match found(state, request, class) {
        Ok(found) => found,
        Err(reply) => return *reply,
    };
    if let Some(sort) = body.get("sort").and_then(Value::as_str) {
        let field = sort.trim_start_matches('-');
        found.sort_by(|one, other| compare(&attribute(one, field), &attribute(other, field)));
        if sort.starts_with('-') {
            found.reverse();
        }
    }
    let count = found.len();
    let limit = body.get("limit").and_then(Value::as_u64).map_or(count, |limit| (limit as usize).min(count));
    let start = request.query("continuation").and_then(|start| start.parse().ok()).unwrap_or(0_usize);
    let start = start.min(limit);
    let end = (start + PAGE).min(limit);
    let here = format!("{}/metadata/v1/catalog/v2/{class}", request.base());
    let mut links = json!({ "self": here });
    if end < limit {
        links["next"] = format!("{here}?continuation={end}").into();
    }
    let page = &found[start..end];
    let mut reply = json!({
        "data": page, "meta": {"count": count}, "links": links, "jsonapi": {"version": "1.0"},
    });
    if body.get("include").or(request.query("include").map(Value::from).as_ref()) == Some(&json!("product")) {
        let products: BTreeMap<&str, &Value> = page
            .iter()
            .filter_map(|resource| resource["attributes"]["product_id"].as_str())
            .filter_map(|id| Some((id, state.get("products", id)?)))
            .collect();
        reply["included"] = products.into_values().cloned().collect();
    }
    whole(200, reply)
}

/// `PUT /{class}/summary/all` and `PUT /{class}/summary/{field}/{interval}`.
pub(super) fn summary(state: &State, request: &Request, class: &str, path: &[&str]) -> Reply {
    let (_, found) = match found(state, request, class) {
        Ok(found) => found,
        Err(reply) => return *reply,
    };
    let data = match path {
        ["all"] => summed(class, &found, None),
        [field, interval] => {
            // How much of a time in text is the same within an interval.
            let (same, rest) = match *interval {
                "year" => (4, "-01-01T00:00:00Z"),
                "quarter" | "month" => (7, "-01T00:00:00Z"),
                "week" | "day" => (10, "T00:00:00Z"),
                "hour" => (13, ":00:00Z"),
                _ => (16, ":00Z"),
            };
            let mut intervals: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
            for resource in found {
                if let Some(start) = attribute(resource, field).as_str().and_then(|time| time.get(..same)) {
                    intervals.entry(format!("{start}{rest}")).or_default().push(resource);
                }
            }
            intervals.iter().map(|(start, of)| summed(class, of, Some(start))).collect()
        }
        _ => return error(404, "Not found", "There is no such summary"),
    };
    whole(200, json!({"data": data, "jsonapi": {"version": "1.0"}}))
}

fn summed(class: &str, found: &[&Value], start: Option<&str>) -> Value {
    let size = |resource: &&Value| {
        let files = attribute(resource, "files");
        let files = files.as_array().into_iter().flatten().filter_map(|file| file["size_bytes"].as_u64());
        attribute(resource, "size_bytes").as_u64().unwrap_or_default() + files.sum::<u64>()
    };
    let (of, by) = if class == "images" { ("products", "product_id") } else { ("namespaces", "namespace") };
    let mut names: Vec<String> =
        found.iter().filter_map(|resource| attribute(resource, by).as_str().map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    let mut attributes =
        json!({"count": found.len(), "bytes": found.iter().map(size).sum::<u64>(), of: names});
    if let Some(start) = start {
        attributes["interval_start"] = start.into();
    }
    json!({"type": "summary", "id": start.unwrap_or("all"), "attributes": attributes})
}

/// What a request's conditions hold for, and its body.
fn found<'s>(
    state: &'s State,
    request: &Request,
    class: &str,
) -> Result<(Value, Vec<&'s Value>), Box<Reply>> {
    let refused = |detail: &str| Box::new(error(400, "Bad request", detail));
    let body = request.json().filter(Value::is_object);
    let body = body.ok_or_else(|| refused("The body is not a JSON object"))?;
    let inside =
        |name: &str| body.get(name).map(|text| serde_json::from_str(text.as_str().unwrap_or_default()));
    let conditions = match inside("filter") {
        Some(Ok(Value::Array(conditions))) => conditions,
        None => Vec::new(),
        Some(_) => return Err(refused("filter: not a list in JSON text")),
    };
    let place: Option<Value> =
        inside("intersects").transpose().map_err(|_| refused("intersects: not GeoJSON in JSON text"))?;
    let place = place.as_ref().map(bounds);
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let meets = |resource: &Value| match (&place, attribute(resource, "geometry")) {
        (None, _) => true,
        (Some(_), Value::Null) => body.get("intersects_none") == Some(&json!(true)),
        (Some(place), geometry) => overlap(place, &bounds(&geometry)),
    };
    let objects = state.collections.get(class).into_iter().flat_map(|objects| objects.values());
    let found = objects
        .filter(|resource| conditions.iter().all(|condition| holds(condition, resource)))
        .filter(|resource| attribute(resource, "name").to_string().to_lowercase().contains(&text))
        .filter(|resource| meets(resource))
        .collect();
    Ok((body, found))
}

/// Whether a condition holds. Those that are not known hold never.
fn holds(condition: &Value, resource: &Value) -> bool {
    if let Some(Value::Array(all)) = condition.get("and") {
        return all.iter().all(|condition| holds(condition, resource));
    }
    if let Some(Value::Array(any)) = condition.get("or") {
        return any.iter().any(|condition| holds(condition, resource));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let found = attribute(resource, condition["name"].as_str().unwrap_or_default());
    let wanted = &condition["val"];
    let order = || if found.is_null() { None } else { Some(compare(&found, wanted)) };
    match condition["op"].as_str() {
        Some("eq") => {
            let among = |list: &Value, one: &Value| list.as_array().is_some_and(|list| list.contains(one));
            found == *wanted || among(&found, wanted) || among(wanted, &found)
        }
        Some("ne") => found != *wanted,
        Some("gt") => order() == Some(Ordering::Greater),
        Some("gte") => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        Some("lt") => order() == Some(Ordering::Less),
        Some("lte") => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        Some("prefix") => text(&found).starts_with(&text(wanted)),
        Some("like" | "ilike") => text(&found).contains(text(wanted).trim_matches('%')),
        Some("isnull") => found.is_null(),
        Some("isnotnull") => !found.is_null(),
        _ => false,
    }
}

/// Numbers by their value, all else as text.
fn compare(one: &Value, other: &Value) -> Ordering {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.as_str().unwrap_or_default().cmp(other.as_str().unwrap_or_default()),
    }
}

/// An attribute. A resolution counts by its value.
fn attribute(resource: &Value, name: &str) -> Value {
    match name {
        "id" => resource["id"].clone(),
        name => {
            let found = resource["attributes"].get(name).cloned().unwrap_or_default();
            found.get("value").cloned().unwrap_or(found)
        }
    }
}

/// West, south, east and north of a geometry.
fn bounds(geometry: &Value) -> [f64; 4] {
    let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut open = vec![geometry.get("coordinates").unwrap_or(&Value::Null)];
    while let Some(Value::Array(items)) = open.pop() {
        match (items.first().and_then(Value::as_f64), items.get(1).and_then(Value::as_f64)) {
            (Some(x), Some(y)) => {
                bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
            }
            _ => open.extend(items),
        }
    }
    bounds
}

fn overlap(one: &[f64; 4], other: &[f64; 4]) -> bool {
    one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3]
}
