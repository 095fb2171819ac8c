//! Replies are read member by member: what has the form that we know gets a name, and all else stays as it is. So no
//! member spoils the reply around it, and what is written again is what was read.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Takes a member out, if it has the form that we know. Otherwise, also when it is null, it stays.
pub(super) fn take<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &str) -> Option<T> {
    let value = members.get(name).filter(|value| !value.is_null())?;
    let known = T::deserialize(value).ok()?;
    members.shift_remove(name);
    Some(known)
}
