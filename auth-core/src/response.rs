//! The answer to a request, its body in memory or still on its way.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::body::ByteStream;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::ReplyHead;
use crate::transport::Limit;

/// An accepted answer.
pub struct Response {
    head: ReplyHead,
    body: Content,
}

pub(crate) enum Content {
    Whole(Bytes),
    Stream(ByteStream),
}

impl Response {
    pub(crate) fn new(head: ReplyHead, body: Content) -> Self {
        Self { head, body }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// Status, headers and what was asked.
    pub fn head(&self) -> &ReplyHead {
        &self.head
    }

    /// The announced length of the body in bytes.
    pub fn content_length(&self) -> Option<u64> {
        match &self.body {
            Content::Whole(bytes) => Some(bytes.len() as u64),
            Content::Stream(_) => self.head.header("content-length")?.parse().ok(),
        }
    }

    /// The whole body. Use [`Response::stream`] for what may be large.
    pub async fn bytes(self) -> Result<Bytes> {
        Ok(self.into_parts().await?.1)
    }

    /// The body as JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let (head, body) = self.into_parts().await?;
        decode(&head, &body)
    }

    pub(crate) async fn into_parts(self) -> Result<(ReplyHead, Bytes)> {
        match self.body {
            Content::Whole(bytes) => Ok((self.head, bytes)),
            Content::Stream(stream) => match collect(stream).await {
                Ok(bytes) => Ok((self.head, bytes)),
                Err(error) => Err(error.context(&self.head.request)),
            },
        }
    }

    /// The body as a stream. It ends with an error when it breaks off or stands still for too long.
    pub fn stream(self) -> ByteStream {
        match self.body {
            Content::Whole(bytes) => Box::pin(stream::iter([Ok(bytes)])),
            Content::Stream(stream) => {
                let request = self.head.request;
                Box::pin(stream.map_err(move |error| error.context(&request)))
            }
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status)
            .field("request", &self.head.request)
            .field("content_length", &self.content_length())
            .finish_non_exhaustive()
    }
}

/// Decodes JSON. The error says where it went wrong and does not show the text.
pub(crate) fn decode<T: DeserializeOwned>(head: &ReplyHead, body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| undecodable(head, &error))
}

/// The error for a body that is not what it should be. The library's own text would show the value that it found,
/// which may be a token.
pub(crate) fn undecodable(head: &ReplyHead, error: &serde_json::Error) -> Error {
    let content_type = head.header("content-type").unwrap_or("no content type");
    Error::new(
        ErrorKind::Reply,
        format!(
            "{} answered {} ({content_type}) with a body that cannot be understood: {}",
            head.request,
            head.status,
            without_values(error)
        ),
    )
}

/// What was expected and where, without what was found there.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if !error.is_data() {
        return text; // about the grammar of JSON: these texts hold no values
    }
    let place = match (error.line(), error.column()) {
        (0, _) => String::new(),
        (line, column) => format!(" at line {line} column {column}"),
    };
    let text = text.strip_suffix(&place).unwrap_or(&text);
    let what = ["missing field `", "duplicate field `"].iter().any(|start| text.starts_with(start));
    let what = if what { Some(text.to_owned()) } else { expected(text) };
    format!("{}{place}", what.unwrap_or_else(|| "a value is not what it should be".to_owned()))
}

/// `invalid type: string "x", expected a map` as `invalid type: string, expected a map`.
fn expected(text: &str) -> Option<String> {
    let (found, expected) = text.rsplit_once(", expected ")?;
    let (what, found) = found.split_once(": ").unwrap_or((found, ""));
    let what = ["invalid type", "invalid value", "invalid length", "unknown variant", "unknown field"]
        .into_iter()
        .find(|known| what.starts_with(known))?;
    let kinds = ["boolean", "integer", "floating point", "character", "string", "byte array", "unit", "null"];
    let kinds =
        kinds.into_iter().chain(["Option", "newtype struct", "sequence", "map", "enum", "unit variant"]);
    let kind = kinds.into_iter().find(|kind| found.starts_with(kind)).map(|kind| format!(": {kind}"));
    Some(format!("{what}{}, expected {expected}", kind.unwrap_or_default()))
}

pub(crate) async fn collect(mut stream: ByteStream) -> Result<Bytes> {
    let Some(first) = stream.try_next().await? else { return Ok(Bytes::new()) };
    // Most replies come in one piece, which need not be copied.
    let Some(second) = stream.try_next().await? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    whole.extend_from_slice(&second);
    while let Some(chunk) = stream.try_next().await? {
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

/// The beginning of an error body; a body that breaks off, or takes too long, is as good as its beginning.
pub(crate) async fn beginning(mut stream: ByteStream, most: usize, limit: Limit) -> Bytes {
    let mut whole = BytesMut::new();
    let read = async {
        while let Some(Ok(chunk)) = stream.next().await {
            whole.extend_from_slice(&chunk[..chunk.len().min(most - whole.len())]);
            if whole.len() >= most {
                break;
            }
        }
    };
    let _ = limit.keep(read).await;
    whole.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde::de::Error as _;
    use serde_json::Value;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only its errors are looked at")]
    struct Thing {
        id: u8,
        kind: Option<Kind>,
        #[serde(default, deserialize_with = "never")]
        odd: (),
    }

    #[derive(Debug, Deserialize)]
    enum Kind {
        A,
        B,
    }

    fn never<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let value = Value::deserialize(deserializer)?;
        Err(D::Error::custom(format!("missing canary, expected {value}")))
    }

    #[test]
    fn values_are_left_out_and_everything_else_is_kept() {
        for (json, why) in [
            (r#"{"id":"canary, expected x"}"#, "invalid type: string, expected u8 at line 1 column 26"),
            (r#"{"id":7777}"#, "invalid value: integer, expected u8 at line 1 column 10"),
            (r#"{"id":0.77}"#, "invalid type: floating point, expected u8 at line 1 column 10"),
            (r#"{"id":true}"#, "invalid type: boolean, expected u8 at line 1 column 10"),
            (r#"{"id":null}"#, "invalid type: null, expected u8 at line 1 column 10"),
            (r#"{"id":["canary"]}"#, "invalid type: sequence, expected u8 at line 1 column 6"),
            ("{}", "missing field `id` at line 1 column 2"),
            (r#"{"id":1,"id":2}"#, "duplicate field `id` at line 1 column 12"),
            (r#"{"id":1,"kind":"canary"}"#, "unknown variant, expected `A` or `B` at line 1 column 23"),
            (r#"{"id":1,"odd":"canary"}"#, "a value is not what it should be at line 1 column 23"),
            (r#"{"id":"canary"#, "EOF while parsing a string at line 1 column 13"),
            (r#"{canary"#, "key must be a string at line 1 column 2"),
        ] {
            let error = serde_json::from_str::<Thing>(json).unwrap_err();
            assert_eq!(without_values(&error), why, "{json}");
        }
        // What is not read from text has no place.
        let error = Kind::deserialize(Value::from("canary")).unwrap_err();
        assert_eq!(without_values(&error), "unknown variant, expected `A` or `B`");
    }
}
