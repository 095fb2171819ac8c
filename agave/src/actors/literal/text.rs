//! Texts in Python's notation.

use super::{Read, Reader};

impl Reader<'_> {
    /// A text, and those that follow it directly: Python joins them.
    pub(super) fn texts(&mut self) -> Read<String> {
        let mut text = String::new();
        loop {
            let is_raw = self.eat("r") || self.eat("R");
            if !is_raw {
                let _ = self.eat("u") || self.eat("U");
            }
            let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| self.eat(quote));
            let Some(quote) = quote else { return self.fail("a text is missing") };
            self.text_up_to(quote, is_raw, &mut text)?;
            self.blanks();
            let rest = self.rest().trim_start_matches(['r', 'R', 'u', 'U']);
            if !rest.starts_with(['\'', '"']) || self.rest().len() - rest.len() > 1 {
                return Ok(text);
            }
        }
    }

    fn text_up_to(&mut self, quote: &str, is_raw: bool, text: &mut String) -> Read<()> {
        loop {
            if self.eat(quote) {
                return Ok(());
            }
            let Some(c) = self.peek() else { return self.fail("a text has no end") };
            if matches!(c, '\n' | '\r') && quote.len() == 1 {
                return self.fail("a text has no end in its line");
            }
            self.at += c.len_utf8();
            match c {
                '\\' if is_raw => {
                    text.push(c);
                    if let Some(next) = self.peek() {
                        self.at += next.len_utf8();
                        text.push(next);
                    }
                }
                '\\' => self.escape(text)?,
                _ => text.push(c),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Read<()> {
        let Some(c) = self.peek() else { return self.fail("a text has no end") };
        self.at += c.len_utf8();
        match c {
            '\n' => {}
            '\\' | '\'' | '"' => text.push(c),
            'a' => text.push('\x07'),
            'b' => text.push('\x08'),
            'f' => text.push('\x0c'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\x0b'),
            'x' => text.push(self.code(2, 16)?),
            'u' => text.push(self.code(4, 16)?),
            'U' => text.push(self.code(8, 16)?),
            '0'..='7' => {
                self.at -= 1;
                let digits = self.rest().bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
                text.push(self.code(digits, 8)?);
            }
            'N' => return self.fail("a character is given by its name"),
            // As Python: what is no escape is two characters.
            _ => text.extend(['\\', c]),
        }
        Ok(())
    }

    /// A character by the digits of its number.
    fn code(&mut self, digits: usize, radix: u32) -> Read<char> {
        let code =
            self.rest().get(..digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_alphanumeric()));
        let c = code.and_then(|code| u32::from_str_radix(code, radix).ok()).and_then(char::from_u32);
        let Some(c) = c else { return self.fail("an escape is no character") };
        self.at += digits;
        Ok(c)
    }
}
