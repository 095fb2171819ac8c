//! How a vendor's program writes JSON down: its white space and its escapes.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::error::{Error, ErrorKind, Result};

/// How a document is written down.
///
/// ```
/// use auth_core::store::json::JsonStyle;
///
/// let document = serde_json::json!({"name": "Åsa", "ids": [1, 2]});
/// let text = |style: JsonStyle| String::from_utf8(style.write(&document).unwrap()).unwrap();
/// assert_eq!(text(JsonStyle::compact()), r#"{"name":"Åsa","ids":[1,2]}"#);
/// assert_eq!(text(JsonStyle::spaced().ascii()), r#"{"name": "\u00c5sa", "ids": [1, 2]}"#);
/// assert_eq!(text(JsonStyle::indented(2)), "{\n  \"name\": \"Åsa\",\n  \"ids\": [\n    1,\n    2\n  ]\n}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonStyle {
    layout: Layout,
    ascii: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Compact,
    Spaced,
    Indented(usize),
}

impl JsonStyle {
    /// One line without blanks, as `JSON.stringify` writes it.
    pub fn compact() -> Self {
        Self { layout: Layout::Compact, ascii: false }
    }

    /// One line with a blank after each comma and colon, as Python's `json.dump` writes it by default.
    pub fn spaced() -> Self {
        Self { layout: Layout::Spaced, ascii: false }
    }

    /// One line for each entry, indented by this many blanks a level.
    pub fn indented(blanks: usize) -> Self {
        Self { layout: Layout::Indented(blanks), ascii: false }
    }

    /// With `\u` escapes for all but printable ASCII, as Python's `json.dump` writes by default.
    pub fn ascii(mut self) -> Self {
        self.ascii = true;
        self
    }

    /// Writes a document, without a line break at its end.
    ///
    /// Fails on a number beyond 64 bits, which reading has rounded: it could not be kept as it was.
    pub fn write(self, document: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let writer = Writer { style: self, level: 0, is_empty: true };
        document.serialize(&mut Serializer::with_formatter(&mut bytes, writer)).map_err(|error| {
            Error::new(ErrorKind::Store, "its JSON cannot be written again").with_source(error)
        })?;
        Ok(bytes)
    }
}

struct Writer {
    style: JsonStyle,
    level: usize,
    /// Whether nothing has been written since the innermost bracket was opened.
    is_empty: bool,
}

impl Writer {
    fn open(&mut self, writer: &mut (impl io::Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn close(&mut self, writer: &mut (impl io::Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.level -= 1;
        if !self.is_empty {
            self.break_line(writer)?;
        }
        self.is_empty = false;
        writer.write_all(bracket)
    }

    fn separate(&mut self, writer: &mut (impl io::Write + ?Sized), first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (first, self.style.layout) {
            (true, _) => {}
            (false, Layout::Spaced) => writer.write_all(b", ")?,
            (false, _) => writer.write_all(b",")?,
        }
        self.break_line(writer)
    }

    fn break_line(&self, writer: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        match self.style.layout {
            Layout::Indented(blanks) => write!(writer, "\n{:1$}", "", blanks * self.level),
            Layout::Compact | Layout::Spaced => Ok(()),
        }
    }
}

impl Formatter for Writer {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.style.layout == Layout::Compact { b":" } else { b": " })
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // Whole numbers of 64 bits never come here.
        if value.abs() >= i64::MAX as f64 {
            return Err(io::Error::other("a number is too large to be kept exactly"));
        }
        CompactFormatter.write_f64(writer, value)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        if !self.style.ascii {
            return writer.write_all(text.as_bytes());
        }
        for character in text.chars() {
            match character {
                ' '..='~' => writer.write_all(&[character as u8])?,
                // Two units for what lies beyond 16 bits.
                _ => character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .try_for_each(|unit| write!(writer, "\\u{unit:04x}"))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::parse;
    use super::*;

    fn text(style: JsonStyle, document: &Value) -> String {
        String::from_utf8(style.write(document).unwrap()).unwrap()
    }

    #[test]
    fn the_styles_are_those_of_the_vendors() {
        let document = json!({"é": ["\u{7f}😀\"\n"], "none": {}, "empty": [], "n": [1, [2.5], {"b": null}]});
        assert_eq!(
            text(JsonStyle::compact(), &document),
            "{\"é\":[\"\u{7f}😀\\\"\\n\"],\"none\":{},\"empty\":[],\"n\":[1,[2.5],{\"b\":null}]}"
        );
        // As Python's json.dumps(document) writes it.
        assert_eq!(
            text(JsonStyle::spaced().ascii(), &document),
            r#"{"\u00e9": ["\u007f\ud83d\ude00\"\n"], "none": {}, "empty": [], "n": [1, [2.5], {"b": null}]}"#
        );
        assert_eq!(text(JsonStyle::indented(2), &document), serde_json::to_string_pretty(&document).unwrap());
    }

    #[test]
    fn numbers_that_may_have_been_rounded_are_refused() {
        for kept in ["18446744073709551615", "-9223372036854775808", "1800000000.25", "1e18", "-0.0"] {
            assert_eq!(
                text(JsonStyle::compact(), &parse(kept.as_bytes()).unwrap()).parse(),
                kept.parse::<f64>()
            );
        }
        for refused in ["18446744073709551616", "-9223372036854775809", "1e300"] {
            let error = JsonStyle::compact().write(&parse(refused.as_bytes()).unwrap()).unwrap_err();
            assert_eq!(
                error.to_string(),
                "its JSON cannot be written again: a number is too large to be kept exactly"
            );
        }
        assert!(parse(b"1e400").is_err());
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_in_the_same_order(document in document(), blanks in 0_usize..5) {
            let compact = serde_json::to_string(&document).unwrap();
            prop_assert_eq!(text(JsonStyle::compact(), &document), compact.clone());
            for style in [JsonStyle::spaced(), JsonStyle::indented(blanks), JsonStyle::indented(blanks).ascii()] {
                let written = text(style, &document);
                prop_assert!(!style.ascii || written.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')));
                // Compared as texts, because maps are equal whatever their order.
                prop_assert_eq!(parse(written.as_bytes()).unwrap().to_string(), compact.clone());
            }
        }
    }
}
