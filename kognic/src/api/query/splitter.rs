//! Finds the records in an answer that comes in pieces: a JSON array on one line or on many, or a record on each line.
//!
//! It looks only at braces, brackets and quotes. What a record holds is read later, by who knows its type.

use std::ops::Range;

/// Where in the text we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Between records.
    Between,
    /// In a record, so many brackets deep.
    Record { depth: usize },
    /// In a text of a record; `escaped` after a backslash.
    Text { depth: usize, escaped: bool },
}

/// The state between two pieces.
#[derive(Debug)]
pub(super) struct Splitter {
    place: Place,
    array: Array,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Array {
    /// The records are not in one, or it has not begun.
    None,
    Open,
    Closed,
}

/// What was found in a piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record ends here; it began in this piece, or in one before it.
    End(Range<usize>),
    /// The piece ends in a record that began here.
    Open(Range<usize>),
    /// The piece ends, and no record is open.
    Nothing,
    /// A byte that cannot be between two records.
    Stray(u8),
}

impl Splitter {
    pub(super) fn new() -> Self {
        Self { place: Place::Between, array: Array::None }
    }

    /// Looks at a piece from `from` on, up to the end of a record or of the piece.
    pub(super) fn next(&mut self, piece: &[u8], from: usize) -> Found {
        let mut start = from;
        for (at, &byte) in piece.iter().enumerate().skip(from) {
            self.place = match (self.place, byte) {
                (Place::Between, b'{') if self.array != Array::Closed => {
                    start = at;
                    Place::Record { depth: 1 }
                }
                (Place::Between, b'[') if self.array == Array::None => {
                    self.array = Array::Open;
                    Place::Between
                }
                (Place::Between, b']') if self.array == Array::Open => {
                    self.array = Array::Closed;
                    Place::Between
                }
                (Place::Between, b' ' | b'\t' | b'\r' | b'\n' | b',') => Place::Between,
                (Place::Between, stray) => return Found::Stray(stray),
                (Place::Record { depth }, b'"') => Place::Text { depth, escaped: false },
                (Place::Record { depth }, b'{' | b'[') => Place::Record { depth: depth + 1 },
                (Place::Record { depth: 1 }, b'}' | b']') => {
                    self.place = Place::Between;
                    return Found::End(start..at + 1);
                }
                (Place::Record { depth }, b'}' | b']') => Place::Record { depth: depth - 1 },
                (Place::Text { depth, escaped: false }, b'\\') => Place::Text { depth, escaped: true },
                (Place::Text { depth, escaped: false }, b'"') => Place::Record { depth },
                (Place::Text { depth, .. }, _) => Place::Text { depth, escaped: false },
                (place @ Place::Record { .. }, _) => place,
            };
        }
        match self.place {
            Place::Between => Found::Nothing,
            _ => Found::Open(start..piece.len()),
        }
    }

    /// Whether the text may end here: not in a record, and not in an array.
    pub(super) fn is_complete(&self) -> bool {
        self.place == Place::Between && self.array != Array::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// The records of a text that comes in pieces of this size, and whether it was complete.
    fn records(text: &str, size: usize) -> Result<(Vec<Value>, bool), u8> {
        let (mut splitter, mut held, mut found) = (Splitter::new(), Vec::new(), Vec::new());
        for piece in text.as_bytes().chunks(size) {
            let mut from = 0;
            loop {
                match splitter.next(piece, from) {
                    Found::End(range) => {
                        held.extend_from_slice(&piece[range.clone()]);
                        found.push(serde_json::from_slice(&held).unwrap());
                        held.clear();
                        from = range.end;
                    }
                    Found::Open(range) => {
                        held.extend_from_slice(&piece[range]);
                        break;
                    }
                    Found::Nothing => break,
                    Found::Stray(byte) => return Err(byte),
                }
            }
        }
        Ok((found, splitter.is_complete()))
    }

    #[test]
    fn all_forms_of_an_answer() {
        let two = vec![json!({"a": [1, {"b": "}]\"\\"}]}), json!({})];
        for text in [
            r#"[{"a": [1, {"b": "}]\"\\"}]}, {}]"#,
            "[\n{\"a\": [1, {\"b\": \"}]\\\"\\\\\"}]},\n{}\n]\n",
            "{\"a\": [1, {\"b\": \"}]\\\"\\\\\"}]}\n{}\n",
            "{\"a\": [1, {\"b\": \"}]\\\"\\\\\"}]},\n{}",
            "  {\n  \"a\": [1,\n {\"b\": \"}]\\\"\\\\\"}]}\r\n\r\n{}",
        ] {
            for size in [1, 2, 7, 1000] {
                assert_eq!(records(text, size), Ok((two.clone(), true)), "{text} in pieces of {size}");
            }
        }
        assert_eq!(records("[]", 1), Ok((vec![], true)));
        assert_eq!(records("", 1), Ok((vec![], true)));
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_seen() {
        for cut in ["[{}", "[{},", "[", "{\"a\": 1", "{\"a\": \"}"] {
            assert!(!records(cut, 3).unwrap().1, "{cut}");
        }
        for (stray, byte) in [("<html>", b'<'), ("[{}] {}", b'{'), ("[1]", b'1'), ("{}]", b']'), ("[[", b'[')]
        {
            assert_eq!(records(stray, 3), Err(byte), "{stray}");
        }
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same(
            texts in proptest::collection::vec("\\PC{0,20}", 0..5), size in 1usize..40, is_array: bool,
        ) {
            let all: Vec<Value> = texts.iter().map(|text| json!({"t": text, text: [{"x": 1}]})).collect();
            let lines: String = all.iter().map(|value| format!("{value}\n")).collect();
            let text = if is_array { json!(all).to_string() } else { lines };
            prop_assert_eq!(records(&text, size), Ok((all, true)));
        }
    }
}
