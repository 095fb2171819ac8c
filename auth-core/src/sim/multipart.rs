//! Reading `multipart/form-data` (RFC 7578).

use bytes::Bytes;
use percent_encoding::percent_decode_str;

/// A part of a multipart form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name, where the part is a file.
    pub file_name: Option<String>,
    /// The part's own content type.
    pub content_type: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

/// The parts of a body. `None` when content type or body are not what they should be. Unless the body is `whole`, it may
/// end anywhere, and so may its last part.
pub(super) fn parse(content_type: &str, body: &Bytes, whole: bool) -> Option<Vec<Part>> {
    let (media_type, parameters) = content_type.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty())?;
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    // What is missing at the end of a body that is not whole was never kept.
    let cut = |parts| (!whole).then_some(parts);
    let Some((_, mut at)) = find_delimiter(body, 0, delimiter.as_bytes()) else { return cut(parts) };
    while !body[at..].starts_with(b"--") {
        let Some(line) = find(&body[at..], b"\r\n") else { return cut(parts) };
        let start = at + line + 2;
        let found = find_delimiter(body, start, delimiter.as_bytes());
        let end = found.map_or(body.len(), |(end, _)| end);
        match (part(body.slice(start..end)), found) {
            (Some(part), Some((_, next))) => {
                parts.push(part);
                at = next;
            }
            (Some(part), None) => {
                parts.push(part);
                return cut(parts);
            }
            (None, Some(_)) => return None,
            (None, None) => return cut(parts),
        }
    }
    Some(parts)
}

fn part(text: Bytes) -> Option<Part> {
    let blank = find(&text, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&text[..blank]).into_owned();
    let header = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let (kind, parameters) = header("content-disposition")?.split_once(';')?;
    Some(Part {
        name: parameter(parameters, "name").filter(|_| kind.trim().eq_ignore_ascii_case("form-data"))?,
        file_name: parameter(parameters, "filename"),
        content_type: header("content-type").map(str::to_owned),
        bytes: text.slice(blank + 4..),
    })
}

/// A parameter of a header: `name=token`, `name="quoted \"text\""`, or `name*=utf-8''percent%20encoded`, which wins.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let (mut plain, mut rest) = (None, text);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']);
        let (value, next) = value(after.trim_start());
        rest = next;
        match name.strip_suffix('*') {
            Some(name) if name.eq_ignore_ascii_case(wanted) => {
                let encoded = value.splitn(3, '\'').last().unwrap_or_default();
                return Some(percent_decode_str(encoded).decode_utf8_lossy().into_owned());
            }
            None if name.eq_ignore_ascii_case(wanted) => plain = plain.or(Some(value)),
            _ => {}
        }
    }
    plain
}

/// The value at the start of a text, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &quoted[at + 1..]),
            // A backslash quotes only quotes and itself: browsers send the backslashes of Windows paths as they are.
            '\\' if quoted[at + 1..].starts_with(['"', '\\']) => {
                value.extend(characters.next().map(|(_, quoted)| quoted));
            }
            other => value.push(other),
        }
    }
    (value, "")
}

/// The next delimiter from `from` on: where the content before it ends, and where the text after it starts.
fn find_delimiter(body: &[u8], from: usize, delimiter: &[u8]) -> Option<(usize, usize)> {
    let is_delimiter = |at: usize| {
        body[at..].strip_prefix(delimiter).is_some_and(|after| {
            after.is_empty()
                || after.starts_with(b"--")
                || after.starts_with(b"\r")
                || after.starts_with(b" ")
        })
    };
    if from == 0 && is_delimiter(0) {
        return Some((0, delimiter.len()));
    }
    // The line break before a delimiter belongs to it, also when there is no content between the two.
    let mut at = from.saturating_sub(2);
    loop {
        at += find(&body[at..], b"\r\n")?;
        if is_delimiter(at + 2) {
            return Some((at.max(from), at + 2 + delimiter.len()));
        }
        at += 2;
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        from += text[from..].iter().position(|byte| Some(byte) == wanted.first())?;
        if text[from..].starts_with(wanted) {
            return Some(from);
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TYPE: &str = "multipart/form-data; boundary=x-1";

    fn read(content_type: &str, body: &str, whole: bool) -> Option<Vec<(String, Option<String>, String)>> {
        let parts = parse(content_type, &Bytes::copy_from_slice(body.as_bytes()), whole)?;
        let text = |part: Part| (part.name, part.file_name, String::from_utf8(part.bytes.to_vec()).unwrap());
        Some(parts.into_iter().map(text).collect())
    }

    #[test]
    fn names_in_the_forms_that_clients_write() {
        for (head, name, file_name) in [
            (r#"form-data; name="a""#, "a", None),
            (r#"form-data; name=a; filename=b.txt"#, "a", Some("b.txt")),
            (r#"form-data; name="a;b=c"; filename="d \"e\".txt""#, "a;b=c", Some(r#"d "e".txt"#)),
            (r#"form-data; name="a"; filename="C:\dir\f.txt""#, "a", Some(r"C:\dir\f.txt")),
            ("form-data; name*=utf-8''%C3%A5%20b; filename=\"x\"", "å b", Some("x")),
            ("form-data; filename=\"naive\"; filename*=UTF-8''na%C3%AFve; name=\"a\"", "a", Some("naïve")),
        ] {
            let body = format!("--x-1\r\nContent-Disposition: {head}\r\n\r\nv\r\n--x-1--\r\n");
            let expected = vec![(name.to_owned(), file_name.map(str::to_owned), "v".to_owned())];
            assert_eq!(read(TYPE, &body, true), Some(expected), "{head}");
        }
    }

    #[test]
    fn what_looks_like_a_delimiter_is_content() {
        let content = "a\r\n--x-\r\n--x-12\r\n--x-1y\r\n x--x-1\r\n";
        let head = "content-disposition: form-data; name=\"a\"";
        let body =
            format!("preamble\r\n--x-1  \r\n{head}\r\n\r\n{content}\r\n--x-1\r\n{head}\r\n\r\n\r\n--x-1--");
        let expected = vec![("a".into(), None, content.into()), ("a".into(), None, String::new())];
        assert_eq!(read("Multipart/Form-Data; charset=utf-8; boundary=\"x-1\"", &body, true), Some(expected));
    }

    #[test]
    fn malformed_bodies_are_refused() {
        let part = "--x-1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n";
        assert_eq!(read(TYPE, &format!("{part}--x-1--"), true).map(|parts| parts.len()), Some(1));
        assert_eq!(read(TYPE, "--x-1--\r\n", true), Some(vec![]));
        for (content_type, body) in [
            ("multipart/form-data", format!("{part}--x-1--")),
            ("multipart/mixed; boundary=x-1", format!("{part}--x-1--")),
            (TYPE, part.to_owned()),
            (TYPE, String::new()),
            (TYPE, "--x-1\r\n\r\nv\r\n--x-1--".to_owned()),
            (TYPE, "--x-1\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x-1--".to_owned()),
            (TYPE, "--x-1\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nv\r\n--x-1--".to_owned()),
        ] {
            assert_eq!(read(content_type, &body, true), None, "{content_type} {body}");
        }
    }

    proptest! {
        #[test]
        fn parts_come_back_as_they_were(
            parts in prop::collection::vec(("[a-z]{1,8}", prop::collection::vec(any::<u8>(), 0..64)), 0..5),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut body = Vec::new();
            for (name, bytes) in &parts {
                body.extend(format!("--b-7f3a\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
                body.extend(bytes.iter().chain(b"\r\n"));
            }
            body.extend(b"--b-7f3a--\r\n");
            let body = Bytes::from(body);
            let read = |body: &Bytes, whole| parse("multipart/form-data; boundary=b-7f3a", body, whole);
            let back: Vec<_> = read(&body, true).unwrap().into_iter().map(|part| (part.name, part.bytes.to_vec())).collect();
            prop_assert_eq!(&back, &parts);
            // A body that was kept in part gives the parts that it begins with, the last one cut.
            let start = body.slice(..cut.index(body.len()));
            let kept = read(&start, false).unwrap();
            prop_assert!(kept.len() <= parts.len());
            for (part, (name, bytes)) in kept.iter().zip(&parts) {
                prop_assert_eq!(&part.name, name);
                prop_assert!([bytes, &b"\r\n--b-7f3a--\r\n"[..]].concat().starts_with(&part.bytes));
            }
        }
    }
}
