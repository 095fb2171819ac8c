//! Conditions in the plain form, as vector takes them (contract section 6.1).

use auth_core::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::api::filter::Filter;
use crate::flavor::Flavor;

/// A filter in the plain form.
pub(super) fn plain(filter: &Filter, flavor: Flavor) -> auth_core::Result<Value> {
    filter.check()?;
    if filter.is_never() {
        return Err(Error::new(ErrorKind::InvalidInput, "the filter can hold for no feature")
            .with_help("it asks for one of no values"));
    }
    // In this flavour `like` and `ilike` are two words.
    let conditions = filter.to_json(Flavor::EARTH_ONE);
    let mut each = list(&conditions, flavor)?;
    Ok(if each.len() == 1 { each.remove(0) } else { json!({ "and": each }) })
}

fn list(conditions: &Value, flavor: Flavor) -> auth_core::Result<Vec<Value>> {
    conditions.as_array().into_iter().flatten().map(|condition| one(condition, flavor)).collect()
}

fn one(condition: &Value, flavor: Flavor) -> auth_core::Result<Value> {
    for both in ["and", "or"] {
        if let Some(conditions) = condition.get(both) {
            return Ok(json!({ both: list(conditions, flavor)? }));
        }
    }
    let text = |member: &str| condition.get(member).and_then(Value::as_str).unwrap_or_default();
    let (op, name, value) = (text("op"), text("name"), condition.get("val").unwrap_or(&Value::Null));
    match op {
        "gt" | "gte" | "lt" | "lte" => Ok(json!({"range": {name: {op: value}}})),
        "isnull" | "isnotnull" => Ok(json!({ op: name })),
        "ilike" if flavor == Flavor::DESCARTES_LABS => {
            let what = format!("{} has no condition `ilike` on features", flavor.name);
            Err(Error::new(ErrorKind::InvalidInput, what).with_help("use `like`"))
        }
        _ => Ok(json!({op: {name: value}})),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_as_in_the_contract() {
        let form = |filter: Filter| plain(&filter, Flavor::DESCARTES_LABS).unwrap().to_string();
        assert_eq!(form(Filter::eq("a", 1)), r#"{"eq":{"a":1}}"#);
        assert_eq!(
            form(Filter::gt("a", 1).and(Filter::lte("a", 5)).and(Filter::like("b", "x%"))),
            r#"{"and":[{"range":{"a":{"gt":1}}},{"range":{"a":{"lte":5}}},{"like":{"b":"x%"}}]}"#
        );
        assert_eq!(
            form(Filter::is_null("a").or(Filter::any_of("b", ["x", "y"]))),
            r#"{"or":[{"isnull":"a"},{"eq":{"b":"x"}},{"eq":{"b":"y"}}]}"#
        );
        let ilike = Filter::ilike("a", "x%");
        assert!(plain(&ilike, Flavor::DESCARTES_LABS).is_err());
        assert_eq!(plain(&ilike, Flavor::EARTH_ONE).unwrap().to_string(), r#"{"ilike":{"a":"x%"}}"#);
        assert!(plain(&Filter::lt("a", f64::NAN), Flavor::EARTH_ONE).is_err());
        assert!(plain(&Filter::any_of("a", Vec::<String>::new()), Flavor::EARTH_ONE).is_err());
    }
}
