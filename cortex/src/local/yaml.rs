//! YAML as the vendor's SDK writes it: blocks, names in order, two blanks. Written by hand, because what libraries leave
//! unquoted (a date, `1e-5`) another library takes for something else.

use auth_core::{Error, ErrorKind, Result};
use serde_json::{Map, Number, Value};

/// Words that some version of YAML takes for a truth value or for nothing.
const WORDS: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "none"];

/// Reads a file.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>> {
    let unusable = |why: String| Error::new(ErrorKind::File, format!("it is not what it should be: {why}"));
    match serde_yaml_ng::from_slice(bytes).map_err(|error| unusable(error.to_string()))? {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        _ => Err(unusable("it is no map".to_owned())),
    }
}

/// Writes a file.
pub(super) fn write(map: &Map<String, Value>) -> String {
    let mut text = String::new();
    block_map(map, 0, &mut text);
    text
}

fn block_map(map: &Map<String, Value>, indent: usize, text: &mut String) {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    for (name, value) in members {
        text.extend(std::iter::repeat_n(' ', indent));
        text.push_str(&scalar_text(name));
        text.push(':');
        match value {
            Value::Object(map) if !map.is_empty() => {
                text.push('\n');
                block_map(map, indent + 2, text);
            }
            Value::Array(items) if !items.is_empty() => {
                text.push('\n');
                block_list(items, indent, text);
            }
            value => {
                text.push(' ');
                text.push_str(&scalar(value));
                text.push('\n');
            }
        }
    }
}

fn block_list(items: &[Value], indent: usize, text: &mut String) {
    for item in items {
        text.extend(std::iter::repeat_n(' ', indent));
        text.push_str("- ");
        let mut inside = String::new();
        match item {
            Value::Object(map) if !map.is_empty() => block_map(map, indent + 2, &mut inside),
            Value::Array(items) if !items.is_empty() => block_list(items, indent + 2, &mut inside),
            value => inside = scalar(value) + "\n",
        }
        // The first line goes on behind the dash.
        text.push_str(inside.trim_start_matches(' '));
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => scalar_text(text),
        Value::Number(number) => scalar_number(number),
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::Null | Value::Bool(_) => value.to_string(),
    }
}

/// A number with an exponent needs a point and a sign there, or it is text for older readers.
fn scalar_number(number: &Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// Plain where nobody can take it for anything but text.
fn scalar_text(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "_-".contains(character))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    match text.chars().all(|character| character == ' ' || character.is_ascii_graphic()) {
        true => format!("'{}'", text.replace('\'', "''")),
        // What JSON quotes, YAML reads alike.
        false => Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn it_looks_as_the_sdk_writes_it() {
        let Value::Object(map) = json!({
            "meta": {"who": "me", "created": "2026-11-22 03:54:23.206091"},
            "experiment": {"runs": [{
                "artifacts": ["a"], "endTime": 1_795_319_663, "id": "wm0ddnm", "meta": {}, "metrics": {"m": 0.5},
                "params": {"p": 1, "small": 1e-7, "deep": [[1, 2], {"x": []}], "no": "yes"}, "took": null,
            }]},
        }) else {
            unreachable!()
        };
        let expected = "experiment:\n  runs:\n  - artifacts:\n    - a\n    endTime: 1795319663\n    id: wm0ddnm\n    \
                        meta: {}\n    metrics:\n      m: 0.5\n    params:\n      deep:\n      - - 1\n        - 2\n      \
                        - x: []\n      'no': 'yes'\n      p: 1\n      small: 1.0e-7\n    took: null\nmeta:\n  \
                        created: '2026-11-22 03:54:23.206091'\n  who: me\n";
        assert_eq!(write(&map), expected);
        assert_eq!(parse(expected.as_bytes()).unwrap(), map);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("JSON has finite numbers", |n| n.is_finite()).prop_map(Value::from),
            "\\PC{0,12}|[-:#{}\\[\\],&*!|>'\"%@`?yesno0-9. \\n\\t]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inside| {
            prop_oneof![
                prop::collection::vec(inside.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,6}|[a-z:# -]{0,6}", inside, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in values()) {
            let map = Map::from_iter([("v".to_owned(), value)]);
            prop_assert_eq!(parse(write(&map).as_bytes()).unwrap(), map);
        }

        #[test]
        fn any_bytes_are_read_or_an_error(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }
    }
}
