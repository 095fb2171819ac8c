//! Conditions on flat objects, as compute takes them in a list and vector in the plain form.

use serde_json::{Map, Value};

/// Whether all conditions of a list hold. Those that are not known hold never.
pub(super) fn all_hold(conditions: &[Value], object: &Value) -> bool {
    conditions.iter().all(|condition| holds(condition, object))
}

fn holds(condition: &Value, object: &Value) -> bool {
    if let Some(Value::Array(all)) = condition.get("and") {
        return all_hold(all, object);
    }
    if let Some(Value::Array(any)) = condition.get("or") {
        return any.iter().any(|condition| holds(condition, object));
    }
    let word = |member: &str| condition.get(member).and_then(Value::as_str).unwrap_or_default();
    compare(word("op"), &object[word("name")], condition.get("val").unwrap_or(&Value::Null))
}

/// Whether a condition in the plain form holds.
pub(super) fn plain_holds(condition: &Value, object: &Value) -> bool {
    let members = condition.as_object().into_iter().flat_map(Map::iter);
    members.into_iter().all(|(op, inside)| match (op.as_str(), inside) {
        ("and", Value::Array(all)) => all.iter().all(|condition| plain_holds(condition, object)),
        ("or", Value::Array(any)) => any.iter().any(|condition| plain_holds(condition, object)),
        ("range", Value::Object(names)) => names.iter().all(|(name, bounds)| {
            let bounds = bounds.as_object().into_iter().flat_map(Map::iter);
            bounds.into_iter().all(|(op, value)| compare(op, &object[name.as_str()], value))
        }),
        ("isnull" | "isnotnull", Value::String(name)) => compare(op, &object[name.as_str()], &Value::Null),
        (op, Value::Object(names)) => {
            names.iter().all(|(name, value)| compare(op, &object[name.as_str()], value))
        }
        _ => false,
    })
}

fn compare(op: &str, found: &Value, wanted: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let order = match (found.as_f64(), wanted.as_f64()) {
        (Some(found), Some(wanted)) => found.partial_cmp(&wanted),
        _ => found.as_str().zip(wanted.as_str()).map(|(found, wanted)| found.cmp(wanted)),
    };
    match op {
        "eq" => found == wanted || found.as_array().is_some_and(|list| list.contains(wanted)),
        "ne" => found != wanted,
        "gt" => order.is_some_and(std::cmp::Ordering::is_gt),
        "gte" => order.is_some_and(std::cmp::Ordering::is_ge),
        "lt" => order.is_some_and(std::cmp::Ordering::is_lt),
        "lte" => order.is_some_and(std::cmp::Ordering::is_le),
        "prefix" => text(found).starts_with(&text(wanted)),
        "like" | "ilike" => text(found).contains(text(wanted).trim_matches('%')),
        "isnull" => found.is_null(),
        "isnotnull" => !found.is_null(),
        _ => false,
    }
}
