//! The HTTP client behind [`Transport`]. The only file that names reqwest.

use std::error::Error as StdError;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderMap, Method, StatusCode};
use reqwest::{Certificate, NoProxy, Proxy};
use tokio::sync::Notify;
use tokio::time::timeout;
use url::Url;

use super::{Transport, proxy, roots};
use crate::body::{Body, ByteStream, Opened};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::expose;

/// An HTTP client with its timeouts. Clones share the connections.
#[derive(Clone, Debug)]
pub(crate) struct HttpClient {
    client: reqwest::Client,
    call_timeout: Duration,
    idle_timeout: Duration,
}

/// A request, ready to be sent once.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// How long the attempt may take; the transport's own where it is `None`.
    pub(crate) call_timeout: Option<Duration>,
}

/// The reply to it, as far as it has come.
pub(crate) struct Incoming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ByteStream,
}

/// Why there is no reply.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// Whether the server cannot have seen the request.
    pub(crate) unsent: bool,
}

impl HttpClient {
    pub(super) fn new(transport: &Transport, environment: &Environment) -> Result<Self> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(transport.connect_timeout)
            // Redirects and retries are decided where credentials and outcomes are known: in the session.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false);
        builder = match transport.roots.decide(environment)? {
            roots::Decision::System => builder,
            roots::Decision::AcceptAnything => builder.tls_danger_accept_invalid_certs(true),
            roots::Decision::Only(bundles) => builder.tls_certs_only(certificates(&bundles)?),
        };
        builder = match transport.proxy.decide(environment) {
            proxy::Decision::System => builder,
            proxy::Decision::Direct => builder.no_proxy(),
            proxy::Decision::Rules { rules, no_proxy } => {
                let mut builder = builder.no_proxy();
                for rule in &rules {
                    builder = builder.proxy(proxy(rule, no_proxy.as_deref())?);
                }
                builder
            }
        };
        let client = builder.build().map_err(|error| {
            Error::new(
                ErrorKind::Configuration,
                format!("no HTTPS client can be made: {}", root_cause(&error)),
            )
            .with_help("a machine without CA certificates needs a CA bundle: see Transport::with_ca_bundle")
        })?;
        Ok(Self { client, call_timeout: transport.call_timeout, idle_timeout: transport.idle_timeout })
    }

    /// Sends a request and waits for the head of its reply.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Incoming, Failure> {
        let limit = outgoing.call_timeout.unwrap_or(self.call_timeout);
        let mut request = reqwest::Request::new(outgoing.method, outgoing.url);
        *request.headers_mut() = outgoing.headers;
        let opened = outgoing.body.open().await.map_err(|error| Failure { error, unsent: true })?;
        let moved = Arc::new(Notify::new());
        let streams = fill(&mut request, opened, &moved).map_err(|error| Failure { error, unsent: true })?;
        let reply = if streams {
            // A long upload is healthy as long as bytes flow; the wait for the head begins anew with each chunk.
            while_moving(self.client.execute(request), &moved, limit.max(self.idle_timeout)).await
        } else {
            timeout(limit, self.client.execute(request)).await.ok()
        };
        let reply = match reply {
            Some(Ok(reply)) => reply,
            Some(Err(error)) => return Err(failure(&error)),
            None => return Err(Failure { error: no_answer(limit), unsent: false }),
        };
        Ok(Incoming {
            status: reply.status(),
            headers: reply.headers().clone(),
            body: with_idle_timeout(
                Box::pin(reply.bytes_stream().map_err(|error| broken(&error))),
                self.idle_timeout,
            ),
        })
    }

    /// The time that one call may take.
    pub(crate) fn call_timeout(&self) -> Duration {
        self.call_timeout
    }
}

fn certificates(bundles: &[Vec<u8>]) -> Result<Vec<Certificate>> {
    let mut certificates = Vec::new();
    for bundle in bundles {
        certificates.extend(Certificate::from_pem_bundle(bundle).map_err(|_| {
            Error::new(ErrorKind::Configuration, "the CA bundle holds a certificate that cannot be read")
        })?);
    }
    Ok(certificates)
}

fn proxy(rule: &proxy::Rule, no_proxy: Option<&str>) -> Result<Proxy> {
    let url = expose(&rule.url);
    let made = match rule.scheme {
        proxy::Scheme::Http => Proxy::http(url),
        proxy::Scheme::Https => Proxy::https(url),
        proxy::Scheme::All => Proxy::all(url),
    };
    // The error of the library shows the URL, which may hold a password.
    let proxy = made.map_err(|_| {
        Error::new(ErrorKind::Configuration, format!("{} is not a usable proxy URL", rule.setting))
            .with_help("give something like http://proxy.example:8080")
    })?;
    Ok(proxy.no_proxy(no_proxy.and_then(NoProxy::from_string)))
}

/// Puts the body into the request. Whether it is a stream.
fn fill(request: &mut reqwest::Request, opened: Opened, moved: &Arc<Notify>) -> Result<bool> {
    match opened {
        Opened::Bytes(bytes) => {
            let method = request.method();
            let has_body = !bytes.is_empty() || matches!(*method, Method::POST | Method::PUT | Method::PATCH);
            if has_body {
                *request.body_mut() = Some(bytes.into());
            }
            Ok(false)
        }
        Opened::Stream(stream, length) => {
            if let Some(length) = length {
                request.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
            }
            *request.body_mut() = Some(watched(stream, moved));
            Ok(true)
        }
        Opened::Multipart(parts) => {
            let mut form = reqwest::multipart::Form::new();
            for (part, opened) in parts {
                let mut filled = match opened {
                    Opened::Bytes(bytes) => reqwest::multipart::Part::stream(bytes),
                    Opened::Stream(stream, Some(length)) => {
                        reqwest::multipart::Part::stream_with_length(watched(stream, moved), length)
                    }
                    Opened::Stream(stream, None) => reqwest::multipart::Part::stream(watched(stream, moved)),
                    Opened::Multipart(_) => {
                        return Err(Error::new(
                            ErrorKind::InvalidInput,
                            "a multipart form cannot hold another",
                        ));
                    }
                };
                if let Some(file_name) = part.file_name {
                    filled = filled.file_name(file_name);
                }
                if let Some(content_type) = part.content_type {
                    filled = filled.mime_str(&content_type).map_err(|_| {
                        Error::new(ErrorKind::InvalidInput, format!("`{content_type}` is not a content type"))
                    })?;
                }
                form = form.part(part.name, filled);
            }
            let content_type = format!("multipart/form-data; boundary={}", form.boundary());
            let content_type = content_type
                .parse()
                .map_err(|_| Error::new(ErrorKind::InvalidInput, "the form's boundary cannot be sent"))?;
            request.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
            *request.body_mut() = Some(reqwest::Body::wrap_stream(form.into_stream()));
            Ok(true)
        }
    }
}

/// The stream, telling of each chunk that is taken from it.
fn watched(stream: ByteStream, moved: &Arc<Notify>) -> reqwest::Body {
    let moved = Arc::clone(moved);
    reqwest::Body::wrap_stream(stream.inspect(move |_| moved.notify_one()))
}

/// The outcome of `work`, or `None` when nothing moved for `limit`.
async fn while_moving<T>(work: impl Future<Output = T>, moved: &Notify, limit: Duration) -> Option<T> {
    let mut work = pin!(work);
    loop {
        match select(work.as_mut(), pin!(timeout(limit, moved.notified()))).await {
            Either::Left((outcome, _)) => return Some(outcome),
            Either::Right((Ok(()), _)) => {}
            Either::Right((Err(_), _)) => return None,
        }
    }
}

fn with_idle_timeout(body: ByteStream, limit: Duration) -> ByteStream {
    Box::pin(stream::try_unfold(body, move |mut body| async move {
        match timeout(limit, body.next()).await {
            Ok(Some(chunk)) => chunk.map(|chunk: Bytes| Some((chunk, body))),
            Ok(None) => Ok(None),
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("the reply stood still for {} s", limit.as_secs()),
            )),
        }
    }))
}

fn no_answer(limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("no answer within {} s", limit.as_secs_f32()))
}

fn failure(error: &reqwest::Error) -> Failure {
    // A connection that could not be made, and one that was closed before the request was written, saw nothing.
    let unsent = error.is_connect();
    if let Some(ours) = ours(error) {
        return Failure { error: ours.clone(), unsent: false };
    }
    let (kind, what) = match (error.is_timeout(), unsent) {
        (true, true) => (ErrorKind::Timeout, "no connection in time"),
        (true, false) => (ErrorKind::Timeout, "no answer in time"),
        (false, true) => (ErrorKind::Transport, "no connection"),
        (false, false) => (ErrorKind::Transport, "the connection broke"),
    };
    Failure { error: Error::new(kind, format!("{what}: {}", root_cause(error))), unsent }
}

fn broken(error: &reqwest::Error) -> Error {
    let what = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
    Error::new(what, format!("the reply broke off: {}", root_cause(error)))
}

/// An error of our own that came out of a body stream, as for a file that became unreadable.
fn ours(error: &reqwest::Error) -> Option<&Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The innermost cause, which says what happened and holds no URL.
fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no cause is known".to_owned(), ToString::to_string)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut cause = error.source();
    std::iter::from_fn(move || {
        let current = cause?;
        cause = current.source();
        Some(current)
    })
}
