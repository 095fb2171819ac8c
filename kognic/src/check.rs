//! Looks at what a caller gives before anything is sent.

use auth_core::{Error, ErrorKind};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Result;

/// How long a name may be, in bytes of UTF-8: the names of scenes, frames and files become names of objects in a cloud
/// storage, which take no more.
const LONGEST_NAME: usize = 1024;

/// An argument that cannot be sent as it is.
pub(crate) fn invalid(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, what)
}

/// A name that is there, can be read by people and is not too long.
pub(crate) fn name(what: &str, name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(invalid(format!("{what} is empty")).into());
    }
    if name.len() > LONGEST_NAME {
        let start: String = name.chars().take(20).collect();
        let length = name.len();
        let error = invalid(format!("{what} `{start}...` is {length} bytes long"));
        return Err(error.with_help(format!("a name takes at most {LONGEST_NAME} bytes")).into());
    }
    if name.chars().any(char::is_control) {
        return Err(invalid(format!("{what} {name:?} holds a control character")).into());
    }
    Ok(())
}

/// The JSON of a value in which every number is finite. `what` and the member are named in the error.
///
/// JSON has no word for NaN and infinity; they would be sent as `null`. Models leave out what is not set, so a `null`
/// can only be such a number.
pub(crate) fn finite(what: &str, value: &impl Serialize) -> Result<Value> {
    let json = serde_json::to_value(value)
        .map_err(|error| invalid(format!("{what} is not JSON")).with_source(error))?;
    match null_in(&json) {
        None => Ok(json),
        Some(place) => {
            let error = invalid(format!("{what}: `{place}` is not a finite number"));
            Err(error.with_help("NaN and infinity cannot be sent").into())
        }
    }
}

/// The path of the first `null`, as in `position.x`.
fn null_in(json: &Value) -> Option<String> {
    let join = |name: String, rest: String| if rest.is_empty() { name } else { format!("{name}.{rest}") };
    match json {
        Value::Null => Some(String::new()),
        Value::Object(members) => {
            members.iter().find_map(|(name, value)| Some(join(name.clone(), null_in(value)?)))
        }
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| Some(join(at.to_string(), null_in(item)?)))
        }
        _ => None,
    }
}

/// Metadata takes numbers, texts and booleans, and nothing nested (contract section 6.4).
pub(crate) fn flat(what: &str, metadata: &Map<String, Value>) -> Result<()> {
    let nested = |value: &Value| matches!(value, Value::Object(_) | Value::Array(_) | Value::Null);
    match metadata.iter().find(|(_, value)| nested(value)) {
        None => Ok(()),
        Some((name, _)) => {
            let error = invalid(format!("{what}: `{name}` is neither a number nor text nor a boolean"));
            Err(error.with_help("metadata cannot be nested").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_place_of_a_number_that_is_none_is_named() {
        #[derive(Serialize)]
        struct Pose {
            position: [f64; 2],
        }
        let error = finite("pose", &Pose { position: [1.0, f64::NAN] }).unwrap_err();
        assert_eq!(
            error.to_string(),
            "pose: `position.1` is not a finite number (NaN and infinity cannot be sent)"
        );
        assert_eq!(finite("pose", &Pose { position: [1.0, 2.0] }).unwrap(), json!({"position": [1.0, 2.0]}));
    }

    #[test]
    fn names_are_there_short_and_visible() {
        assert!(name("the external id", "a").is_ok() && name("x", &"å".repeat(512)).is_ok());
        for (bad, why) in
            [(" ".to_owned(), "is empty"), ("a\nb".into(), "control"), ("å".repeat(513), "1026 bytes long")]
        {
            assert!(name("x", &bad).unwrap_err().to_string().contains(why), "{bad}");
        }
    }
}
