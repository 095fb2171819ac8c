//! How models are written: `model!` for what services answer, `input!` for what they are told.
//!
//! The vendor's own descriptions of its models are wrong in many places (contract section 7, trap 19). So whatever is
//! missing or null does no harm, a number may be a text and a text a number, and unknown members are kept.

use auth_core::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// What services answer: public members in camel case, all of them lenient, and `extra` for what is unknown.
///
/// ```text
/// model! {
///     /// How far a job is.
///     pub struct JobStatus {
///         /// The id of the job.
///         id: String,
///         /// When it began.
///         #[serde(alias = "started")]
///         start_time: Option<Timestamp>,
///     }
/// }
/// ```
macro_rules! model {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$about:meta])* $member:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$about])*
                #[serde(default, deserialize_with = "crate::api::model::member")]
                pub $member: $type,
            )*
            /// Members that this version does not know.
            #[serde(flatten)]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        $crate::api::model::read_by_serde!($name);
    };
}

/// What services are told: public members in camel case, those before the semicolon by `new`, the others left out
/// unless they are set, and `extra` for what this version does not know. Also read from JSON, as from a file that the
/// vendor's tools take.
///
/// ```text
/// input! {
///     /// A permission for a user.
///     pub struct NewPermission {
///         /// The user.
///         username: String,
///         ;
///         /// Also for what is below.
///         recursive: Option<bool>,
///     }
/// }
/// ```
macro_rules! input {
    ($(#[$doc:meta])* pub struct $name:ident {
        $($(#[$about:meta])* $member:ident: $type:ty,)*
        ;
        $($(#[$about_more:meta])* $more:ident: Option<$more_type:ty>,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$about])* pub $member: $type,)*
            $(
                $(#[$about_more])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $more: Option<$more_type>,
            )*
            /// Members that this version has no name for.
            #[serde(flatten)]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        impl $name {
            /// With what is required. All else is set by its name.
            #[allow(clippy::new_without_default, reason = "`new` takes what is required")]
            pub fn new($($member: impl Into<$type>),*) -> Self {
                Self { $($member: $member.into(),)* $($more: None,)* extra: ::serde_json::Map::new() }
            }
        }
    };
}

/// Types that serde reads as they are.
macro_rules! read_by_serde {
    ($($name:ty),* $(,)?) => {
        $(impl $crate::api::model::Lenient for $name {
            fn read(value: ::serde_json::Value) -> Option<Self> {
                ::serde_json::from_value(value).ok()
            }
        })*
    };
}

pub(crate) use {input, model, read_by_serde};

/// What can be read from more than one form. `None`: it cannot be read.
pub(crate) trait Lenient: Sized {
    fn read(value: Value) -> Option<Self>;
}

/// A member of a model: null is as good as missing, and what is optional and cannot be read is missing, too.
pub(crate) fn member<'de, D: Deserializer<'de>, T: Lenient + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(T::default()),
        value => {
            T::read(value).ok_or_else(|| D::Error::custom("a member has another type than it should have"))
        }
    }
}

impl<T: Lenient> Lenient for Option<T> {
    fn read(value: Value) -> Option<Self> {
        Some(T::read(value))
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.into_iter().map(T::read).collect(),
            _ => None,
        }
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

impl Lenient for i64 {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => text.trim().parse().ok(),
            value => value.as_i64(),
        }
    }
}

impl Lenient for u64 {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => text.trim().parse().ok(),
            value => value.as_u64(),
        }
    }
}

impl Lenient for f64 {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => text.trim().parse().ok(),
            value => value.as_f64(),
        }
    }
}

read_by_serde!(Timestamp, Map<String, Value>);

impl Lenient for Value {
    fn read(value: Value) -> Option<Self> {
        Some(value)
    }
}
