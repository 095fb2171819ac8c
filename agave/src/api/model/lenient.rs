//! What can be read from more than one form.

use auth_core::{SecretString, Timestamp};
use serde_json::{Map, Value};

use super::read_by_serde;

/// A type of a model's member.
pub(crate) trait Lenient: Sized {
    /// `None`: it cannot be read.
    fn read(value: Value) -> Option<Self>;

    /// Of an answer, where what is bad inside is left out: the rest may be the only news of a write.
    fn answer(value: Value) -> Option<Self> {
        Self::read(value)
    }

    /// Whether it is left out when it is written.
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Lenient> Lenient for Option<T> {
    fn read(value: Value) -> Option<Self> {
        Some(T::read(value))
    }

    fn answer(value: Value) -> Option<Self> {
        Some(T::answer(value))
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

    fn answer(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => Some(items.into_iter().filter_map(T::answer).collect()),
            one => T::answer(one).map(|one| vec![one]),
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
            Value::Number(number) => match number.as_f64() {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Numbers that may be texts. A whole number may be written as `16.0`.
macro_rules! numbers {
    ($($type:ty: $as:ident),*) => {
        $(impl Lenient for $type {
            fn read(value: Value) -> Option<Self> {
                let whole = |number: f64| number.to_string().parse().ok();
                match value {
                    Value::String(text) => {
                        let text = text.trim();
                        text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
                    }
                    value => value.$as().or_else(|| value.as_f64().and_then(whole)),
                }
            }
        })*
    };
}

numbers!(i64: as_i64, u64: as_u64, f64: as_f64);
read_by_serde!(Timestamp);

impl Lenient for SecretString {
    fn read(value: Value) -> Option<Self> {
        String::read(value).map(Self::from)
    }
}

impl Lenient for Value {
    fn read(value: Value) -> Option<Self> {
        Some(value)
    }

    fn is_absent(&self) -> bool {
        self.is_null()
    }
}
