//! Filters of searches (contract section 6.1).

mod property;

use std::ops::{BitAnd, BitOr};

use auth_core::{Error, ErrorKind};
use serde_json::{Value, json};

pub use property::{Property, prop};

use crate::flavor::Flavor;

/// A condition on the attributes of what is searched for. [`prop`] is the short way to write one.
///
/// ```
/// use descartes::api::prop;
///
/// let filter = prop("is_core").eq(true) & prop("tags").any_of(["a", "b"]);
/// assert_eq!(
///     format!("{filter:?}"),
///     r#"[{"op":"eq","name":"is_core","val":true},{"or":[{"op":"eq","name":"tags","val":"a"},{"op":"eq","name":"tags","val":"b"}]}]"#
/// );
/// ```
#[derive(Clone, PartialEq)]
pub struct Filter(Node);

#[derive(Clone, PartialEq)]
enum Node {
    Compare(&'static str, String, Value),
    /// Its operator depends on the flavour.
    Like(String, String),
    Test(&'static str, String),
    And(Vec<Node>),
    Or(Vec<Node>),
}

impl Filter {
    /// `name` is `value`.
    pub fn eq(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare("eq", name, value)
    }

    /// `name` is not `value`.
    pub fn ne(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare("ne", name, value)
    }

    /// `name` is more than `value`.
    pub fn gt(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare("gt", name, value)
    }

    /// `name` is `value` or more.
    pub fn gte(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare("gte", name, value)
    }

    /// `name` is less than `value`.
    pub fn lt(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare("lt", name, value)
    }

    /// `name` is `value` or less.
    pub fn lte(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::compare("lte", name, value)
    }

    /// `name` begins with `text`.
    pub fn prefix(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::compare("prefix", name, text.into())
    }

    /// `name` is like `pattern`, in which `%` stands for any characters. Descartes Labs takes it without regard to
    /// case, EarthOne with.
    pub fn like(name: impl Into<String>, pattern: impl Into<String>) -> Self {
        Self(Node::Like(name.into(), pattern.into()))
    }

    /// As [`Filter::like`], without regard to case.
    pub fn ilike(name: impl Into<String>, pattern: impl Into<String>) -> Self {
        Self::compare("ilike", name, pattern.into())
    }

    /// `name` has no value.
    pub fn is_null(name: impl Into<String>) -> Self {
        Self(Node::Test("isnull", name.into()))
    }

    /// `name` has a value.
    pub fn is_not_null(name: impl Into<String>) -> Self {
        Self(Node::Test("isnotnull", name.into()))
    }

    /// `name` is one of the values. Of no values at all, nothing is found.
    pub fn any_of<V: Into<Value>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        let name = name.into();
        let mut each: Vec<Node> =
            values.into_iter().map(|value| Node::Compare("eq", name.clone(), value.into())).collect();
        match (each.len(), each.pop()) {
            (1, Some(only)) => Self(only),
            (_, last) => Self(Node::Or(each.into_iter().chain(last).collect())),
        }
    }

    /// What is wrong with it, before it is sent.
    pub(super) fn check(&self) -> auth_core::Result<()> {
        self.0.check().map_err(|what| {
            let help =
                "a condition is a name, an operator and a value, as in prop(\"cloud_fraction\").lt(0.2)";
            Error::new(ErrorKind::InvalidInput, format!("a filter cannot be sent: {what}")).with_help(help)
        })
    }

    /// Whether it says of which `name` all is that it holds for: `name` is some value, or one of several.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.0.is_on(name)
    }

    /// Both conditions hold. As `&`.
    pub fn and(self, other: Self) -> Self {
        let parts = |filter: Self| match filter.0 {
            Node::And(nodes) => nodes,
            node => vec![node],
        };
        let mut both = parts(self);
        both.extend(parts(other));
        Self(Node::And(both))
    }

    /// At least one of both conditions holds. As `|`.
    pub fn or(self, other: Self) -> Self {
        let parts = |filter: Self| match filter.0 {
            // One of no conditions never holds, and must stay what it is.
            Node::Or(nodes) if !nodes.is_empty() => nodes,
            node => vec![node],
        };
        let mut either = parts(self);
        either.extend(parts(other));
        Self(Node::Or(either))
    }

    /// Whether it can hold for nothing: then nobody needs to be asked.
    pub(super) fn is_never(&self) -> bool {
        self.0.is_never()
    }

    /// The list that the catalog takes: its conditions all hold.
    pub(super) fn to_json(&self, flavor: Flavor) -> Value {
        match &self.0 {
            Node::And(nodes) => nodes.iter().map(|node| node.to_json(flavor)).collect(),
            node => json!([node.to_json(flavor)]),
        }
    }

    fn compare(operator: &'static str, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let (name, value) = (name.into(), value.into());
        match value.get("id") {
            // An object stands for its id.
            Some(id) => Self(Node::Compare(operator, format!("{name}_id"), id.clone())),
            None => Self(Node::Compare(operator, name, value)),
        }
    }
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl Node {
    fn is_never(&self) -> bool {
        match self {
            Self::And(nodes) => nodes.iter().any(Self::is_never),
            Self::Or(nodes) => nodes.iter().all(Self::is_never),
            Self::Compare(..) | Self::Like(..) | Self::Test(..) => false,
        }
    }

    fn check(&self) -> Result<(), String> {
        let named = |name: &str| match name.trim() {
            "" => Err("a condition names no property".to_owned()),
            _ => Ok(()),
        };
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().try_for_each(Self::check),
            Self::Test(_, name) | Self::Like(name, _) => named(name),
            Self::Compare(operator, name, value) => {
                named(name)?;
                match value {
                    // What is not a number becomes null on its way into JSON.
                    Value::Null if !matches!(*operator, "eq" | "ne") => Err(format!(
                        "`{name}` is compared by {operator} with nothing, or with what is no number"
                    )),
                    Value::Object(_) => Err(format!("`{name}` is compared with an object that has no id")),
                    _ => Ok(()),
                }
            }
        }
    }

    fn is_on(&self, wanted: &str) -> bool {
        match self {
            Self::Compare(operator, name, _) => *operator == "eq" && name == wanted,
            Self::And(nodes) => nodes.iter().any(|node| node.is_on(wanted)),
            Self::Or(nodes) => !nodes.is_empty() && nodes.iter().all(|node| node.is_on(wanted)),
            Self::Like(..) | Self::Test(..) => false,
        }
    }

    /// The members in the order in which the vendor's SDK sends them: the catalog takes them as text.
    fn to_json(&self, flavor: Flavor) -> Value {
        let each = |nodes: &[Self]| nodes.iter().map(|node| node.to_json(flavor)).collect::<Value>();
        match self {
            Self::Compare(operator @ ("eq" | "ne" | "prefix"), name, value) if !value.is_array() => {
                json!({"op": operator, "name": name, "val": value})
            }
            Self::Compare(operator, name, value) => json!({"name": name, "op": operator, "val": value}),
            Self::Like(name, pattern) => json!({"name": name, "op": flavor.like_operator, "val": pattern}),
            Self::Test(operator, name) => json!({"name": name, "op": operator}),
            Self::And(nodes) => json!({"and": each(nodes)}),
            Self::Or(nodes) => json!({"or": each(nodes)}),
        }
    }
}

/// As Descartes Labs takes it.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.to_json(Flavor::DESCARTES_LABS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_as_the_catalog_wants_them() {
        let filter = Filter::eq("is_core", true)
            .and(Filter::lt("resolution_min", 60))
            .and(Filter::gte("acquired", "2020-01-01").and(Filter::lt("acquired", "2021-01-01")));
        assert_eq!(
            filter.to_json(Flavor::DESCARTES_LABS),
            json!([
                {"op": "eq", "name": "is_core", "val": true},
                {"op": "lt", "name": "resolution_min", "val": 60},
                {"op": "gte", "name": "acquired", "val": "2020-01-01"},
                {"op": "lt", "name": "acquired", "val": "2021-01-01"},
            ])
        );
        let either = Filter::is_null("tags").or(Filter::prefix("name", "a")).or(Filter::ne("name", "b"));
        assert_eq!(
            either.to_json(Flavor::DESCARTES_LABS),
            json!([{"or": [
                {"op": "isnull", "name": "tags"},
                {"op": "prefix", "name": "name", "val": "a"},
                {"op": "ne", "name": "name", "val": "b"},
            ]}])
        );
    }

    #[test]
    fn one_of_one_is_that_one_and_one_of_none_is_nothing() {
        assert_eq!(Filter::any_of("id", ["a"]), Filter::eq("id", "a"));
        assert!(Filter::any_of::<Value>("id", []).is_never());
        assert!(Filter::eq("a", 1).and(Filter::any_of::<Value>("id", [])).is_never());
        assert!(!Filter::eq("a", 1).or(Filter::any_of::<Value>("id", [])).is_never());
        assert!(!Filter::any_of("id", ["a", "b"]).is_never());
    }

    #[test]
    fn what_cannot_be_meant_is_an_error() {
        let told = |filter: Filter| match filter.check() {
            Ok(()) => String::new(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
                error.to_string().split(" (").next().unwrap_or_default().to_owned()
            }
        };
        assert_eq!(told(prop("a").ne(Value::Null) & prop("b").is_null() & prop("c").ilike("x%")), "");
        assert_eq!(told(prop(" ").eq(1)), "a filter cannot be sent: a condition names no property");
        assert_eq!(
            told(prop("a").eq(1) & prop("cloud_fraction").lt(f64::NAN)),
            "a filter cannot be sent: `cloud_fraction` is compared by lt with nothing, or with what is no number"
        );
        assert_eq!(
            told(prop("a").eq(json!({})) | prop("b").eq(1)),
            "a filter cannot be sent: `a` is compared with an object that has no id"
        );
    }

    #[test]
    fn a_condition_on_the_product_must_hold_for_all_that_is_found() {
        let on = |filter: Filter| filter.is_on("product_id");
        assert!(on(prop("product_id").eq("p")));
        assert!(on(prop("product_id").eq("p") & prop("a").gt(1)));
        assert!(on(prop("a").gt(1) & prop("product_id").any_of(["p", "q"])));
        assert!(on(prop("product").eq(json!({"id": "p"}))));
        assert!(!on(prop("product_id").eq("p") | prop("a").gt(1)));
        assert!(!on(prop("product_id").prefix("p")));
    }

    #[test]
    fn like_depends_on_the_flavour() {
        let operator = |filter: Filter, flavor| filter.to_json(flavor)[0]["op"].clone();
        assert_eq!(operator(Filter::like("name", "a%"), Flavor::DESCARTES_LABS), "ilike");
        assert_eq!(operator(Filter::like("name", "a%"), Flavor::EARTH_ONE), "like");
        assert_eq!(operator(Filter::ilike("name", "a%"), Flavor::EARTH_ONE), "ilike");
    }
}
