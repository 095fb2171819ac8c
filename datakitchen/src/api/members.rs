//! Replies are read member by member: what has the form that we know gets a name, and all else stays as it is. So no
//! member spoils the reply around it, and what is written again is what was read.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Result, unreadable};
use crate::values::Values;

/// Takes a member out, if it has the form that we know. Otherwise, also when it is null, it stays.
pub(crate) fn take<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &str) -> Option<T> {
    let value = members.get(name).filter(|value| !value.is_null())?;
    let known = T::deserialize(value).ok()?;
    members.shift_remove(name);
    Some(known)
}

/// An error where one of these members is there and has no form that we know. For lists that somebody counts on: an empty
/// one would say that there is nothing.
pub(crate) fn readable(extra: &Values, members: &[&str], whose: &str) -> Result<()> {
    let is_odd = |name: &&&str| extra.get(name).is_some_and(|value| !value.is_null());
    match members.iter().find(is_odd) {
        None => Ok(()),
        Some(name) => Err(unreadable(format!("the form of `{name}` in {whose} is unknown")).into()),
    }
}

/// A reply of which every member is optional: name, type, and the platform's word for it.
macro_rules! lenient {
    (
        $(#[$doc:meta])*
        pub struct $model:ident { $($(#[$member_doc:meta])* pub $member:ident: $type:ty = $word:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(from = "serde_json::Map<String, serde_json::Value>")]
        #[non_exhaustive]
        pub struct $model {
            $(
                $(#[$member_doc])*
                #[serde(rename = $word, skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )+
            /// Members that this version does not know, and those that are null or have an unknown form.
            #[serde(flatten)]
            pub extra: $crate::values::Values,
        }

        impl From<serde_json::Map<String, serde_json::Value>> for $model {
            fn from(mut all: serde_json::Map<String, serde_json::Value>) -> Self {
                Self { $($member: $crate::api::members::take(&mut all, $word),)+ extra: all.into() }
            }
        }
    };
}
pub(crate) use lenient;
