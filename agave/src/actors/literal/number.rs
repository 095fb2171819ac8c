//! Numbers in Python's notation.

use serde_json::{Number, Value};

/// A number without its underscores. One that is too large for 64 bits becomes a float, as everywhere in JSON.
pub(super) fn number(text: &str) -> Option<Value> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let prefixed = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| Some((lower.strip_prefix(prefix)?, radix)));
    if let Some((digits, radix)) = prefixed {
        let magnitude =
            i64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with(['+', '-']))?;
        return Some(Value::from(if sign.is_empty() { magnitude } else { -magnitude }));
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        // Python has no octal numbers of this form, and refuses them.
        if digits.starts_with('0') && digits.bytes().any(|b| b != b'0') {
            return None;
        }
        let whole = format!("{sign}{digits}");
        let as_integer =
            whole.parse::<i64>().map(Value::from).or_else(|_| whole.parse::<u64>().map(Value::from));
        if let Ok(value) = as_integer {
            return Some(value);
        }
    }
    let is_float =
        digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let float = format!("{sign}{digits}").parse::<f64>().ok().filter(|_| is_float)?;
    Number::from_f64(float).map(Value::Number)
}
