//! Paths of requests: fixed parts as the vendor's documentation writes them, and values that are percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, ErrorKind, Result};

/// What stands for itself in one segment of a path (RFC 3986 "unreserved").
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a request, together with its template for logs and errors. Made by [`path!`](crate::path!).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    encoded: String,
    template: String,
}

impl Path {
    /// The root.
    pub const ROOT: Self = Self { encoded: String::new(), template: String::new() };

    /// A path that is given whole, as in `/v1/projects`, percent-encoded by the caller where necessary.
    ///
    /// Dots that would climb out of the base are refused.
    pub fn raw(path: &str) -> Result<Self> {
        let trimmed = path.trim_start_matches('/');
        if trimmed.contains(['?', '#']) {
            return Err(Error::new(ErrorKind::InvalidInput, "a path holds `?` or `#`")
                .with_help("give the query by `.query(name, value)`, and encode the characters in a name"));
        }
        if trimmed.split('/').any(climbs) {
            return Err(Error::new(ErrorKind::InvalidInput, "a path holds the segment `.` or `..`"));
        }
        Ok(Self::ROOT.literal(trimmed))
    }

    /// With a fixed part, which may hold several segments.
    pub fn literal(mut self, part: &str) -> Self {
        for text in [&mut self.encoded, &mut self.template] {
            text.push('/');
            text.push_str(part);
        }
        self
    }

    /// With a value as one segment, percent-encoded. `name` stands for it in logs and errors.
    pub fn segment(mut self, name: &str, value: &str) -> Result<Self> {
        if value.is_empty() || climbs(value) {
            let what = if value.is_empty() { "empty" } else { "a relative path" };
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("{name} is {what}, and cannot name anything"),
            ));
        }
        self.encoded.push('/');
        self.encoded.extend(utf8_percent_encode(value, SEGMENT));
        self.template.push_str(&format!("/{{{name}}}"));
        Ok(self)
    }

    /// With a value that may hold several segments, as in the path of a file: each is percent-encoded, the slashes
    /// stay. Empty segments are left out.
    pub fn segments(mut self, name: &str, value: &str) -> Result<Self> {
        for part in value.split('/').filter(|part| !part.is_empty()) {
            let template = self.template.clone();
            self = self.segment(name, part)?;
            self.template = template;
        }
        self.template.push_str(&format!("/{{{name}}}"));
        Ok(self)
    }

    /// As it is sent.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }

    /// As it is shown: with names instead of values.
    pub fn template(&self) -> &str {
        &self.template
    }
}

/// Whether URL parsers take the segment for "here" or "one up", also when its dots are percent-encoded.
fn climbs(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// A [`Path`]: text literals are fixed parts, everything else is a value that becomes one percent-encoded segment.
///
/// ```
/// let project = "a/b";
/// let path = auth_core::path!["v1/projects", project, "batches"]?;
/// assert_eq!(path.encoded(), "/v1/projects/a%2Fb/batches");
/// assert_eq!(path.template(), "/v1/projects/{project}/batches");
/// # Ok::<(), auth_core::Error>(())
/// ```
#[macro_export]
macro_rules! path {
    ($($part:tt)*) => { $crate::__path!(Ok::<_, $crate::Error>($crate::Path::ROOT); $($part)*) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __path {
    ($path:expr; ) => { $path };
    ($path:expr; $literal:literal $(, $($rest:tt)*)?) => {
        $crate::__path!($path.map(|path| path.literal($literal)); $($($rest)*)?)
    };
    ($path:expr; $value:expr $(, $($rest:tt)*)?) => {
        $crate::__path!(
            $path.and_then(|path| path.segment(stringify!($value), ::std::convert::AsRef::<str>::as_ref(&$value)));
            $($($rest)*)?
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_cannot_leave_their_segment() {
        let key = "../../p2/x?y#z";
        let path = path!["content", key].unwrap();
        assert_eq!(path.encoded(), "/content/..%2F..%2Fp2%2Fx%3Fy%23z");
        for value in ["..", ".", "", "%2e%2E"] {
            assert!(path!["content", value].is_err(), "{value}");
        }
    }

    #[test]
    fn file_paths_keep_their_slashes() {
        let path = Path::ROOT.literal("files").segments("path", "/a b//c?d").unwrap();
        assert_eq!((path.encoded(), path.template()), ("/files/a%20b/c%3Fd", "/files/{path}"));
        assert!(Path::ROOT.segments("path", "/a/../b").is_err());
    }

    #[test]
    fn raw_paths_are_checked() {
        assert_eq!(Path::raw("/v1/x").unwrap().encoded(), "/v1/x");
        assert!(Path::raw("v1/../x").is_err() && Path::raw("/v1?a=b").is_err());
    }

    proptest! {
        #[test]
        fn an_encoded_value_is_one_segment_and_decodes_to_itself(value in "\\PC{1,40}") {
            prop_assume!(!climbs(&value));
            let path = path!["a", value].unwrap();
            let base = url::Url::parse("https://h/").unwrap();
            let url = base.join(path.encoded()).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 2);
            let decoded = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
            prop_assert_eq!(decoded.as_ref(), value.as_str());
        }
    }
}
