//! Python's notation for values, as JSON: what `str` writes and `ast.literal_eval` reads.
//!
//! Tuples and sets become lists; keys become texts as Python's own JSON writes them. Bytes, complex numbers and whatever
//! needs a Python to understand are refused, because JSON has nothing for them.

mod number;
mod text;

use std::fmt;

use serde_json::{Map, Value};

use number::number;

/// How deep values may lie in each other, as in JSON.
const DEPTH: usize = 127;

/// Where the text stops being a value, and why. It does not show the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    what: &'static str,
    /// In bytes, from the start.
    at: usize,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

type Read<T> = Result<T, Problem>;

/// Reads one value.
pub(super) fn read(text: &str) -> Read<Value> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() { reader.fail("something follows the value") } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\x0c']).len();
    }

    /// Steps over `what`, if it is next.
    fn eat(&mut self, what: &str) -> bool {
        let is_next = self.rest().starts_with(what);
        if is_next {
            self.at += what.len();
        }
        is_next
    }

    fn fail<T>(&self, what: &'static str) -> Read<T> {
        Err(Problem { what, at: self.at })
    }

    fn value(&mut self) -> Read<Value> {
        self.blanks();
        let Some(first) = self.peek() else { return self.fail("a value is missing") };
        match first {
            '{' | '[' | '(' => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return self.fail("the values lie too deep in each other");
                }
                let value = self.collection(first)?;
                self.depth -= 1;
                Ok(value)
            }
            '\'' | '"' => Ok(Value::String(self.texts()?)),
            '0'..='9' | '.' | '-' | '+' => self.number(),
            _ => self.word(),
        }
    }

    fn collection(&mut self, open: char) -> Read<Value> {
        self.at += 1;
        match open {
            '[' => Ok(Value::Array(self.items("]")?.0)),
            '(' => {
                let (mut items, has_comma) = self.items(")")?;
                // Brackets alone make no tuple.
                let is_alone = items.len() == 1 && !has_comma;
                Ok(if is_alone { items.remove(0) } else { Value::Array(items) })
            }
            _ => self.braces(),
        }
    }

    /// Items up to the closing bracket, and whether there was a comma.
    fn items(&mut self, close: &str) -> Read<(Vec<Value>, bool)> {
        let mut items = Vec::new();
        let mut has_comma = false;
        loop {
            self.blanks();
            if self.eat(close) {
                return Ok((items, has_comma));
            }
            items.push(self.value()?);
            self.blanks();
            if self.eat(",") {
                has_comma = true;
            } else if !self.rest().starts_with(close) {
                return self.fail("a comma or a closing bracket is missing");
            }
        }
    }

    /// A dictionary or a set.
    fn braces(&mut self) -> Read<Value> {
        let mut dictionary = Map::new();
        loop {
            self.blanks();
            if self.eat("}") {
                return Ok(Value::Object(dictionary));
            }
            let at = self.at;
            let key = self.value()?;
            self.blanks();
            if dictionary.is_empty() && !self.eat(":") {
                self.at = at;
                return Ok(Value::Array(self.items("}")?.0));
            } else if !dictionary.is_empty() && !self.eat(":") {
                return self.fail("a colon is missing");
            }
            let Some(key) = as_key(key) else {
                self.at = at;
                return self.fail("a key is no text and no number");
            };
            let value = self.value()?;
            dictionary.insert(key, value);
            self.blanks();
            if !self.eat(",") && !self.rest().starts_with('}') {
                return self.fail("a comma or a closing brace is missing");
            }
        }
    }

    fn word(&mut self) -> Read<Value> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = &rest[..end];
        if rest[end..].starts_with(['\'', '"']) {
            return match word {
                "u" | "U" | "r" | "R" => Ok(Value::String(self.texts()?)),
                "b" | "B" | "br" | "Br" | "bR" | "BR" | "rb" | "rB" | "Rb" | "RB" => {
                    self.fail("JSON has no bytes")
                }
                _ => self.fail("a text has an unknown prefix"),
            };
        }
        let value = match word {
            "None" => Value::Null,
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            // How Python writes the empty set.
            "set" if rest.starts_with("set()") => {
                self.at += "()".len();
                Value::Array(Vec::new())
            }
            _ => return self.fail("a word is no value"),
        };
        self.at += end;
        Ok(value)
    }

    fn number(&mut self) -> Read<Value> {
        let rest = self.rest();
        let end = rest
            .char_indices()
            .find(|(i, c)| {
                let is_sign = matches!(c, '+' | '-');
                let after_e = *i > 0 && rest[..*i].ends_with(['e', 'E']) && !rest.starts_with("0x");
                !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || is_sign && (*i == 0 || after_e))
            })
            .map_or(rest.len(), |(i, _)| i);
        let text = &rest[..end];
        if text.contains("__") || text.ends_with('_') || !text.contains(|c: char| c.is_ascii_digit()) {
            return self.fail("a number is malformed");
        }
        let Some(value) = number(&text.replace('_', "")) else {
            return self.fail("a number is no number of JSON");
        };
        self.at += end;
        Ok(value)
    }
}

/// As Python's `json.dumps` writes keys.
fn as_key(key: Value) -> Option<String> {
    match key {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(key.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
