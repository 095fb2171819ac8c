//! How models are written: `model!` for what services answer, `input!` for what they are told.
//!
//! The vendor's own descriptions of its models are wrong in many places (contract section 7, trap 19). So whatever is
//! missing or null does no harm, a number may be a text and a text a number, what cannot be read in a list is left out,
//! and unknown members are kept. Where a URL is called back, it may hold a password or a nonce, so it is not shown.

mod lenient;

use std::fmt;

use serde::de::DeserializeOwned;
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
///         start_time: Option<Timestamp>,
///     }
/// }
/// ```
macro_rules! model {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$about:meta])* $member:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$about])*
                #[serde(
                    default,
                    deserialize_with = "crate::api::model::answered",
                    skip_serializing_if = "crate::api::model::Lenient::is_absent"
                )]
                pub $member: $type,
            )*
            /// Members that this version does not know.
            #[serde(flatten)]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        $crate::api::model::shown!($name { $($member,)* });
        $crate::api::model::read_by_serde!($name);
    };
}

/// What services are told: public members in camel case, and `extra` for what this version has no name for. Those before
/// the semicolon are required, and given to `new`; the others are left out unless they are set. It can be read from JSON,
/// as from a file that the vendor's tools take; a member of a wrong type is then an error.
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
        $($(#[$about:meta])* $member:ident: $type:ty,)+
        ;
        $($(#[$about_more:meta])* $more:ident: $more_type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$about])* pub $member: $type,)*
            $(
                $(#[$about_more])*
                #[serde(
                    default,
                    deserialize_with = "crate::api::model::given",
                    skip_serializing_if = "crate::api::model::Lenient::is_absent"
                )]
                pub $more: $more_type,
            )*
            /// Members that this version has no name for.
            #[serde(flatten)]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        impl $name {
            /// With what is required. All else is set by its name.
            pub fn new($($member: impl Into<$type>),*) -> Self {
                Self {
                    $($member: $member.into(),)*
                    $($more: Default::default(),)*
                    extra: ::serde_json::Map::new(),
                }
            }
        }

        $crate::api::model::shown!($name { $($member,)* $($more,)* });
        $crate::api::model::read_by_serde!($name);
    };
}

/// What services are told and answer alike: as [`input!`], without anything that is required.
macro_rules! part {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$about:meta])* $member:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[$about])*
                #[serde(
                    default,
                    deserialize_with = "crate::api::model::given",
                    skip_serializing_if = "crate::api::model::Lenient::is_absent"
                )]
                pub $member: $type,
            )*
            /// Members that this version has no name for.
            #[serde(flatten)]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        $crate::api::model::shown!($name { $($member,)* });

        impl $crate::api::model::Lenient for $name {
            fn read(value: ::serde_json::Value) -> Option<Self> {
                ::serde_json::from_value(value).ok()
            }

            fn answer(value: ::serde_json::Value) -> Option<Self> {
                /// The same members, read as those of an answer.
                #[derive(::serde::Deserialize)]
                #[serde(rename_all = "camelCase")]
                struct Answered {
                    $(
                        $(#[$about])*
                        #[serde(default, deserialize_with = "crate::api::model::answered")]
                        $member: $type,
                    )*
                    #[serde(flatten)]
                    extra: ::serde_json::Map<String, ::serde_json::Value>,
                }

                let read: Answered = ::serde_json::from_value(value).ok()?;
                Some(Self { $($member: read.$member,)* extra: read.extra })
            }
        }
    };
}

/// `Debug`, without the URLs that are called back.
macro_rules! shown {
    ($name:ident { $($member:ident,)* }) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $($crate::api::model::show(&mut shown, stringify!($member), &self.$member);)*
                shown.field("extra", &self.extra).finish()
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

pub(crate) use lenient::Lenient;
pub(crate) use {input, model, part, read_by_serde, shown};

/// A member of an answer: null is as good as missing, and what is optional and cannot be read is missing, too.
pub(crate) fn answered<'de, D: Deserializer<'de>, T: Lenient + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(T::default()),
        value => T::answer(value).ok_or_else(wrong),
    }
}

/// A member of a model, for people.
pub(crate) fn show<T: Lenient + fmt::Debug>(shown: &mut fmt::DebugStruct<'_, '_>, name: &str, value: &T) {
    let is_secret = matches!(name, "url" | "callback_url") && !value.is_absent();
    if is_secret {
        shown.field(name, &format_args!("[REDACTED]"))
    } else {
        shown.field(name, value)
    };
}

/// A member of what is told: null is as good as missing, and nothing is lost silently.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Lenient + Default>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    if value.is_null() {
        return Ok(T::default());
    }
    let is_empty = value == "" || value == Value::Array(Vec::new()) || value == Value::Object(Map::new());
    T::read(value).filter(|read| is_empty || !read.is_absent()).ok_or_else(wrong)
}

fn wrong<E: serde::de::Error>() -> E {
    E::custom("a member has another type than it should have")
}

/// A list that may also be one item, or null. Null is no item either.
pub(crate) struct Many<T>(pub(crate) Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let many = match Value::deserialize(deserializer)? {
            Value::Null => Ok(Vec::new()),
            Value::Array(mut items) => {
                items.retain(|item| !item.is_null());
                serde_json::from_value(Value::Array(items))
            }
            one => serde_json::from_value(one).map(|one| vec![one]),
        };
        many.map(Self).map_err(|_| wrong())
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "models are public where they are used")]
mod tests {
    use super::*;
    use auth_core::Timestamp;
    use serde_json::json;

    model! {
        /// An answer.
        pub struct Answer {
            /// Required.
            id: String,
            /// A number.
            count: Option<u64>,
            /// A time.
            created_at: Option<Timestamp>,
            /// Texts.
            tags: Vec<String>,
            /// Yes or no.
            active: bool,
        }
    }

    input! {
        /// What is told.
        pub struct Told {
            /// Required.
            name: String,
            ;
            /// A number.
            count: Option<u64>,
            /// A time.
            created_at: Option<Timestamp>,
            /// Texts.
            tags: Option<Vec<String>>,
        }
    }

    #[test]
    fn answers_are_lenient() {
        let read = |value: Value| serde_json::from_value::<Answer>(value);
        assert_eq!(read(json!({})).unwrap(), Answer::default());
        let nulls = json!({"id": null, "count": null, "createdAt": null, "tags": null, "active": null});
        assert_eq!(read(nulls).unwrap(), Answer::default());
        let other =
            read(json!({"id": 7, "count": "8", "createdAt": "", "tags": [1], "active": "True", "_x": 1}))
                .unwrap();
        assert_eq!((other.id.as_str(), other.count, other.created_at), ("7", Some(8), None));
        assert_eq!((other.tags[0].as_str(), other.active, &other.extra["_x"]), ("1", true, &json!(1)));
        assert_eq!(read(json!({"count": "many"})).unwrap().count, None);
        assert_eq!(read(json!({"tags": "text"})).unwrap().tags, ["text"], "a list that is one item");
        assert_eq!(read(json!({"tags": [null, {}, "a", 1]})).unwrap().tags, ["a", "1"]);
        assert!(read(json!({"tags": {}})).is_err(), "a list that is none is not an empty list");
        for (active, expected) in
            [(json!(1), true), (json!(0), false), (json!("1"), true), (json!(" False "), false)]
        {
            assert_eq!(read(json!({ "active": active })).unwrap().active, expected);
        }
        for (count, expected) in [(json!(16.0), Some(16)), (json!("16.0"), Some(16)), (json!(1.5), None)] {
            assert_eq!(read(json!({ "count": count })).unwrap().count, expected);
        }
        assert_eq!(
            serde_json::to_value(other).unwrap(),
            json!({"id": "7", "count": 8, "tags": ["1"], "active": true, "_x": 1})
        );
    }

    part! {
        /// Told and answered.
        pub struct Both {
            /// A number.
            count: Option<u64>,
            /// Yes or no.
            active: Option<bool>,
        }
    }

    model! {
        /// An answer with parts.
        pub struct Whole {
            /// One.
            one: Option<Both>,
            /// Several.
            several: Vec<Both>,
        }
    }

    #[test]
    fn a_part_is_lenient_in_answers_only() {
        let bad = json!({"count": "many", "active": 1, "x": 2});
        assert!(serde_json::from_value::<Both>(bad.clone()).is_err());
        let whole: Whole =
            serde_json::from_value(json!({"one": bad, "several": [null, bad, "text", {"count": 1}]}))
                .unwrap();
        let one = whole.one.unwrap();
        assert_eq!((one.count, one.active, &one.extra["x"]), (None, Some(true), &json!(2)));
        assert_eq!(whole.several.iter().map(|both| both.count).collect::<Vec<_>>(), [None, Some(1)]);
    }

    #[test]
    fn nothing_that_is_told_is_lost() {
        let read = |value: Value| serde_json::from_value::<Told>(value);
        let told = json!({"name": "n", "count": 8, "tags": [], "later": {}});
        assert_eq!(serde_json::to_value(read(told.clone()).unwrap()).unwrap(), told);
        assert_eq!(read(json!({"name": "n", "count": "8", "tags": null})).unwrap().count, Some(8));
        for wrong in
            [json!({}), json!({"name": "n", "count": "many"}), json!({"name": "n", "createdAt": "soon"})]
        {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
        assert_eq!(serde_json::to_value(Told::new("n")).unwrap(), json!({"name": "n"}));
    }

    #[test]
    fn many_are_also_one_or_none() {
        let read = |value: Value| serde_json::from_value::<Many<Answer>>(value).unwrap().0.len();
        assert_eq!((read(json!(null)), read(json!({"id": "a"})), read(json!([{}, null, {}]))), (0, 1, 2));
    }
}
