//! The short way to write a condition: a property, and what it is compared with.

use serde_json::Value;

use super::Filter;

/// A property by its name, to be compared.
///
/// ```
/// use descartes::api::prop;
///
/// let filter = prop("acquired").ge("2020-01-01") & prop("cloud_fraction").lt(0.2);
/// assert_eq!(
///     format!("{filter:?}"),
///     r#"[{"name":"acquired","op":"gte","val":"2020-01-01"},{"name":"cloud_fraction","op":"lt","val":0.2}]"#
/// );
/// ```
pub fn prop(name: impl Into<String>) -> Property {
    Property(name.into())
}

/// A property that is to be compared; see [`prop`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a property is no condition before it is compared"]
pub struct Property(String);

/// A comparison is a condition, and no question that is answered here.
#[allow(clippy::should_implement_trait, reason = "they give conditions, and `==` must give a bool")]
impl Property {
    /// It is `value`.
    pub fn eq(self, value: impl Into<Value>) -> Filter {
        Filter::eq(self.0, value)
    }

    /// It is not `value`.
    pub fn ne(self, value: impl Into<Value>) -> Filter {
        Filter::ne(self.0, value)
    }

    /// It is more than `value`.
    pub fn gt(self, value: impl Into<Value>) -> Filter {
        Filter::gt(self.0, value)
    }

    /// It is `value` or more.
    pub fn ge(self, value: impl Into<Value>) -> Filter {
        Filter::gte(self.0, value)
    }

    /// It is less than `value`.
    pub fn lt(self, value: impl Into<Value>) -> Filter {
        Filter::lt(self.0, value)
    }

    /// It is `value` or less.
    pub fn le(self, value: impl Into<Value>) -> Filter {
        Filter::lte(self.0, value)
    }

    /// It begins with `text`.
    pub fn prefix(self, text: impl Into<String>) -> Filter {
        Filter::prefix(self.0, text)
    }

    /// It is like `pattern`; see [`Filter::like`].
    pub fn like(self, pattern: impl Into<String>) -> Filter {
        Filter::like(self.0, pattern)
    }

    /// It is like `pattern`, without regard to case.
    pub fn ilike(self, pattern: impl Into<String>) -> Filter {
        Filter::ilike(self.0, pattern)
    }

    /// It has no value.
    pub fn is_null(self) -> Filter {
        Filter::is_null(self.0)
    }

    /// It has a value.
    pub fn is_not_null(self) -> Filter {
        Filter::is_not_null(self.0)
    }

    /// It is one of the values; of no values at all, nothing is found.
    pub fn any_of<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        Filter::any_of(self.0, values)
    }
}
