//! Puts a body into a request.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method};
use tokio::sync::Notify;

use super::failure::cannot_be_sent;
use crate::body::{ByteStream, Opened, Part};
use crate::error::{Error, ErrorKind, Result};

/// Puts in what is at hand.
pub(super) fn with_bytes(request: &mut reqwest::Request, bytes: Bytes) {
    // Servers may wait for a body, or answer 411, where a write does not say that it has none.
    let says_length = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if bytes.is_empty() && says_length {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    } else if !bytes.is_empty() {
        *request.body_mut() = Some(bytes.into());
    }
}

/// Puts in what was opened. A stream tells `moved` of each chunk that is taken from it.
pub(super) fn with_opened(
    client: &reqwest::Client,
    mut request: reqwest::Request,
    opened: Opened,
    moved: &Arc<Notify>,
) -> Result<reqwest::Request> {
    match opened {
        Opened::Bytes(bytes) => {
            with_bytes(&mut request, bytes);
            Ok(request)
        }
        Opened::Stream(stream, length) => {
            if let Some(length) = length {
                request.headers_mut().insert(CONTENT_LENGTH, length.into());
            }
            *request.body_mut() = Some(watched(stream, moved));
            Ok(request)
        }
        Opened::Multipart(parts) => {
            let form =
                parts.into_iter().try_fold(reqwest::multipart::Form::new(), |form, (part, opened)| {
                    Ok::<_, Error>(form.part(part.name.clone(), filled(part, opened, moved)?))
                })?;
            for name in [CONTENT_TYPE, CONTENT_LENGTH] {
                request.headers_mut().remove(name);
            }
            let request = reqwest::RequestBuilder::from_parts(client.clone(), request);
            request.multipart(form).build().map_err(|error| cannot_be_sent(&error))
        }
    }
}

fn filled(part: Part, opened: Opened, moved: &Arc<Notify>) -> Result<reqwest::multipart::Part> {
    let mut filled = match opened {
        Opened::Bytes(bytes) => reqwest::multipart::Part::stream(bytes),
        Opened::Stream(stream, Some(length)) => {
            reqwest::multipart::Part::stream_with_length(watched(stream, moved), length)
        }
        Opened::Stream(stream, None) => reqwest::multipart::Part::stream(watched(stream, moved)),
        Opened::Multipart(_) => {
            return Err(Error::new(ErrorKind::InvalidInput, "a multipart form cannot hold another"));
        }
    };
    if let Some(file_name) = part.file_name {
        filled = filled.file_name(file_name);
    }
    match part.content_type {
        Some(content_type) => filled.mime_str(&content_type).map_err(|_| {
            Error::new(ErrorKind::InvalidInput, format!("`{content_type}` is not a content type"))
        }),
        None => Ok(filled),
    }
}

fn watched(stream: ByteStream, moved: &Arc<Notify>) -> reqwest::Body {
    let moved = Arc::clone(moved);
    reqwest::Body::wrap_stream(stream.inspect(move |_| moved.notify_one()))
}
