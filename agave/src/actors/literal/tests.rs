use proptest::prelude::*;
use serde_json::json;

use super::*;

fn why(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn values_as_python_writes_them() {
    for (text, value) in [
        ("{'a': 1, 'b': [True, False, None], 'c': {}}", json!({"a": 1, "b": [true, false, null], "c": {}})),
        (r#"{'it': "it's", "say": '"hi"'}"#, json!({"it": "it's", "say": "\"hi\""})),
        (" [ ] ", json!([])),
        ("()", json!([])),
        ("(1,)", json!([1])),
        ("(1)", json!(1)),
        ("((1, 2), 'x',)", json!([[1, 2], "x"])),
        ("{1, 2}", json!([1, 2])),
        ("{'a'}", json!(["a"])),
        ("set()", json!([])),
        ("{1: 'a', 2.5: 'b', True: 'c', None: 'd'}", json!({"1": "a", "2.5": "b", "true": "c", "null": "d"})),
        ("{'a': 1, 'a': 2,}", json!({"a": 2})),
        ("u'a'", json!("a")),
        ("'a' 'b' \"c\"", json!("abc")),
        ("{'a': 'b'\n 'c'}", json!({"a": "bc"})),
        ("''", json!("")),
        ("'''a\n'b'''", json!("a\n'b")),
    ] {
        assert_eq!(read(text), Ok(value), "{text}");
    }
}

#[test]
fn numbers() {
    for (text, value) in [
        ("0", json!(0)),
        ("-7", json!(-7)),
        ("+7", json!(7)),
        ("00", json!(0)),
        ("1_000", json!(1000)),
        ("0xFF", json!(255)),
        ("-0x1e", json!(-30)),
        ("0o17", json!(15)),
        ("0b101", json!(5)),
        ("1.", json!(1.0)),
        (".5", json!(0.5)),
        ("1e3", json!(1000.0)),
        ("1.5E-3", json!(0.0015)),
        ("-0.0", json!(-0.0)),
        ("9223372036854775807", json!(i64::MAX)),
        ("18446744073709551615", json!(u64::MAX)),
        ("18446744073709551616", json!(18446744073709551616.0)),
    ] {
        assert_eq!(read(text), Ok(value), "{text}");
    }
    for text in
        ["01", "1__0", "1_", "1e999", "1j", "1+2j", "0x", "0xg", "-", "1-2", "--1", "1e", "e5", "inf", "nan"]
    {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn escapes() {
    for (text, value) in [
        (r"'\\ \' \n\t\r\a\b\f\v'", "\\ ' \n\t\r\x07\x08\x0c\x0b"),
        (r"'\x41\u00e9\U0001F600\101\0'", "Aé😀A\0"),
        (r"'\d\ '", r"\d\ "),
        ("'a\\\nb'", "ab"),
        (r"r'\n\''", r"\n\'"),
    ] {
        assert_eq!(read(text), Ok(json!(value)), "{text}");
    }
    for text in [r"'\x4'", r"'\ud800'", r"'\U00110000'", r"'\x+1'", r"'\N{DASH}'", r"'\"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_no_value_is_told_and_not_shown() {
    for (text, expected) in [
        ("", "a value is missing at byte 0"),
        ("canary", "a word is no value at byte 0"),
        ("{'a': canary}", "a word is no value at byte 6"),
        ("{'a': b'canary'}", "JSON has no bytes at byte 6"),
        ("f'canary'", "a text has an unknown prefix at byte 0"),
        ("{'a' 1}", "a comma or a closing bracket is missing at byte 5"),
        ("{'a': 1, 'b' 2}", "a colon is missing at byte 13"),
        ("{'a': 1 'b': 2}", "a comma or a closing brace is missing at byte 8"),
        ("{[1]: 2}", "a key is no text and no number at byte 1"),
        ("[1 2]", "a comma or a closing bracket is missing at byte 3"),
        ("[,]", "a word is no value at byte 1"),
        ("'canary", "a text has no end at byte 7"),
        ("'can\nary'", "a text has no end in its line at byte 4"),
        ("{} {}", "something follows the value at byte 3"),
        ("__import__('os')", "a word is no value at byte 0"),
    ] {
        assert_eq!(why(text), expected, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(why(&deep), "the values lie too deep in each other at byte 127");
}

/// As Python's `repr` writes a value.
fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let escaped: String = text
                .chars()
                .map(|c| match c {
                    '\\' => r"\\".to_owned(),
                    '\'' => r"\'".to_owned(),
                    '\n' => r"\n".to_owned(),
                    '\r' => r"\r".to_owned(),
                    c if c.is_control() => format!("\\x{:02x}", u32::from(c)),
                    c => c.to_string(),
                })
                .collect();
            format!("'{escaped}'")
        }
        Value::Array(items) => format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| format!("{}: {}", repr(&json!(key)), repr(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6).prop_map(|float: f64| json!(float)),
        "\\PC{0,12}|[\\n\\r\\\\'\"\\x00-\\x1f]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("\\PC{0,5}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_python_writes_is_read(value in values()) {
        prop_assert_eq!(read(&repr(&value)), Ok(value));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}|[\\[\\](){}'\"rub:,0-9eE.+_ -]{0,40}") {
        let _ = read(&text);
    }
}
