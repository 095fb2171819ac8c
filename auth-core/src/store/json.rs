//! JSON documents that other programs own too: what we do not know stays, in its place.
//!
//! Objects keep the order of their keys. Replacing a value keeps its key's place; to take a key away use
//! [`Map::shift_remove`], because [`Map::remove`] moves the last key into the gap.
//!
//! Not a goal: keeping the white space of the document. A vendor's own style is a [`JsonStyle`].

mod style;

pub use serde_json::{Map, Value};
pub use style::JsonStyle;

use crate::error::{Error, ErrorKind, Result};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a document. Errors name line and column, and show nothing of the content.
pub fn parse(file: &[u8]) -> Result<Value> {
    // Some editors put the mark there.
    let text = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    serde_json::from_slice(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unusable(match error.classify() {
            _ if text.trim_ascii().is_empty() => "it is empty".to_owned(),
            serde_json::error::Category::Eof => {
                format!("its JSON breaks off at line {line}, column {column}")
            }
            _ => format!("it is not JSON, from line {line}, column {column} on"),
        })
    })
}

/// Reads a document that is an object.
pub fn parse_object(file: &[u8]) -> Result<Map<String, Value>> {
    let found = match parse(file)? {
        Value::Object(object) => return Ok(object),
        Value::Array(_) => "a list",
        Value::String(_) => "a text",
        Value::Number(_) => "a number",
        Value::Bool(_) | Value::Null => "a single word",
    };
    Err(unusable(format!("it holds {found} where an object is expected")))
}

fn unusable(what: String) -> Error {
    Error::new(ErrorKind::Store, what).with_help("repair the file, or move it away; it was not changed")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn errors_say_where_and_show_nothing() {
        for (file, expected) in [
            (" \n", "it is empty"),
            ("\u{feff}{\"canary\": \"cut", "its JSON breaks off at line 1, column 15"),
            ("{}\n canary", "it is not JSON, from line 2, column 2 on"),
            ("{\"canary\": 1e400}", "it is not JSON, from line 1, column 16 on"),
            ("[{}]", "it holds a list where an object is expected"),
            ("\"canary\"", "it holds a text where an object is expected"),
        ] {
            let help = "repair the file, or move it away; it was not changed";
            assert_eq!(
                parse_object(file.as_bytes()).unwrap_err().to_string(),
                format!("{expected} ({help})")
            );
        }
    }

    #[test]
    fn a_replaced_value_keeps_its_place_and_a_removed_key_leaves_no_gap() {
        let mut object = parse_object(br#"{"c": 1, "a": 2, "b": 3, "d": 4}"#).unwrap();
        object.insert("a".to_owned(), "new".into());
        object.shift_remove("c");
        assert_eq!(JsonStyle::compact().write(&object).unwrap(), br#"{"a":"new","b":3,"d":4}"#);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = parse_object(&bytes);
        }
    }
}
