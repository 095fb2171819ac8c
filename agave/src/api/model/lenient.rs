//! What can be read from more than one form.

use auth_core::{SecretString, Timestamp};
use serde_json::{Map, Value};

use super::read_by_serde;

/// A type of a model's member.
pub(crate) trait Lenient: Sized {
    /// `None`: it cannot be read.
    fn read(value: Value) -> Option<Self>;

    /// Whether it is left out when it is written.
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Lenient> Lenient for Option<T> {
    fn read(value: Value) -> Option<Self> {
        Some(T::read(value))
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.into_iter().map(T::read).collect(),
            _ => None,
        }
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Lenient for Map<String, Value> {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Lenient for String {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }
}

impl Lenient for bool {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(truth),
            Value::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }
}

/// Numbers that may be texts.
macro_rules! numbers {
    ($($type:ty: $as:ident),*) => {
        $(impl Lenient for $type {
            fn read(value: Value) -> Option<Self> {
                match value {
                    Value::String(text) => text.trim().parse().ok(),
                    value => value.$as(),
                }
            }
        })*
    };
}

numbers!(i64: as_i64, u64: as_u64, f64: as_f64);
read_by_serde!(Timestamp, SecretString);

impl Lenient for Value {
    fn read(value: Value) -> Option<Self> {
        Some(value)
    }

    fn is_absent(&self) -> bool {
        self.is_null()
    }
}
