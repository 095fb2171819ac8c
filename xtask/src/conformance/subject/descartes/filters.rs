//! Conditions in the form that is sent, made into filters.

use descartes::api::Filter;
use serde_json::{Value, json};

use super::super::{Options, misused};
use crate::conformance::record::Failed;

/// The conditions as the catalog takes them.
pub(super) fn build(mut args: Options) -> Result<Value, Failed> {
    let conditions: Vec<Value> = args.need("filter")?;
    args.end()?;
    let mut each = conditions.iter().map(filter_of);
    let first = each.next().ok_or_else(|| misused("a filter of nothing"))??;
    let all = each.try_fold(first, |all, next| Ok::<_, Failed>(all & next?))?;
    serde_json::from_str(&format!("{all:?}")).map_err(|error| misused(error.to_string()))
}

/// A condition in the form that is sent; `in` beside it, which becomes several.
pub(super) fn filter_of(condition: &Value) -> Result<Filter, Failed> {
    if let Some(Value::Array(any)) = condition.get("or") {
        return joined(any, Filter::or);
    }
    if let Some(Value::Array(all)) = condition.get("and") {
        return joined(all, Filter::and);
    }
    let text = |name: &str| condition[name].as_str().unwrap_or_default().to_owned();
    let (name, value) = (text("name"), condition["val"].clone());
    match text("op").as_str() {
        "eq" => Ok(Filter::eq(name, value)),
        "ne" => Ok(Filter::ne(name, value)),
        "gt" => Ok(Filter::gt(name, value)),
        "gte" => Ok(Filter::gte(name, value)),
        "lt" => Ok(Filter::lt(name, value)),
        "lte" => Ok(Filter::lte(name, value)),
        "prefix" => Ok(Filter::prefix(name, text("val"))),
        "ilike" => Ok(Filter::ilike(name, text("val"))),
        "isnull" => Ok(Filter::is_null(name)),
        "isnotnull" => Ok(Filter::is_not_null(name)),
        "in" => Ok(Filter::any_of(name, value.as_array().cloned().unwrap_or_default())),
        other => Err(misused(format!("there is no condition `{other}` here: {}", json!(condition)))),
    }
}

fn joined(conditions: &[Value], join: fn(Filter, Filter) -> Filter) -> Result<Filter, Failed> {
    let mut each = conditions.iter().map(filter_of);
    let first = each.next().ok_or_else(|| misused("a join of nothing"))??;
    each.try_fold(first, |all, next| Ok(join(all, next?)))
}
