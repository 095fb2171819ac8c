//! The HTTP client behind [`Transport`]. The only file that names reqwest.

use std::error::Error as StdError;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::{Certificate, NoProxy, Proxy};
use tokio::sync::Notify;
use tokio::time::timeout;
use url::Url;

use super::{Limit, Transport, proxy, roots};
use crate::body::{Body, ByteStream, Opened, Part};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::expose;

/// The longest URL that the layers below can carry, in bytes.
const LONGEST_URL: usize = 65_534;

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
    pub(crate) limit: Limit,
}

/// The reply to it, as far as it has come.
pub(crate) struct Incoming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ByteStream,
    /// Until when the body must be there, if it is to be read whole. After a long upload this begins anew.
    pub(crate) limit: Limit,
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
        let roots = transport.roots.decide(environment)?;
        builder = match &roots {
            roots::Decision::System => builder,
            roots::Decision::AcceptAnything => builder.tls_danger_accept_invalid_certs(true),
            roots::Decision::Only(bundles) => builder.tls_certs_only(certificates(bundles)?),
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
        let client = builder.build().map_err(|error| unusable(&roots, &error))?;
        Ok(Self { client, call_timeout: transport.call_timeout, idle_timeout: transport.idle_timeout })
    }

    /// Sends a request and waits for the head of its reply.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Incoming, Failure> {
        let limit = outgoing.limit;
        let unsent = |error| Failure { error, unsent: true };
        let length = outgoing.url.as_str().len();
        if length > LONGEST_URL {
            return Err(unsent(too_long(length)));
        }
        let opened = limit.keep(outgoing.body.open()).await;
        let opened = opened.unwrap_or_else(|| Err(limit.exceeded("body to send"))).map_err(unsent)?;
        let mut request = reqwest::Request::new(outgoing.method, outgoing.url);
        *request.headers_mut() = outgoing.headers;
        if request.headers().contains_key(RANGE) {
            // A part of something compressed could not be read.
            let identity = HeaderValue::from_static("identity");
            request.headers_mut().entry(ACCEPT_ENCODING).or_insert(identity);
        }
        let (request, moved) = self.fill(request, opened).map_err(unsent)?;
        let (reply, limit) = match moved {
            // A long upload is healthy as long as bytes flow; the wait for the head begins anew with each chunk.
            Some(moved) => {
                let patience = limit.span.max(self.idle_timeout);
                let reply = while_moving(self.client.execute(request), &moved, patience).await;
                (reply.ok_or_else(|| stood_still("the upload", patience)), Limit::of(limit.span))
            }
            None => {
                let reply = limit.keep(self.client.execute(request)).await;
                (reply.ok_or_else(|| limit.exceeded("answer")), limit)
            }
        };
        let mut reply = match reply {
            Ok(reply) => reply.map_err(|error| failure(&error))?,
            Err(error) => return Err(Failure { error, unsent: false }),
        };
        let (status, headers) = (reply.status(), std::mem::take(reply.headers_mut()));
        let body = Box::pin(reply.bytes_stream().map_err(|error| broken(&error)));
        Ok(Incoming { status, headers, body: with_idle_timeout(body, self.idle_timeout), limit })
    }

    /// The time that one call may take.
    pub(crate) fn call_timeout(&self) -> Duration {
        self.call_timeout
    }
}

fn certificates(bundles: &[roots::Bundle]) -> Result<Vec<Certificate>> {
    let mut certificates = Vec::new();
    for bundle in bundles {
        certificates.extend(
            Certificate::from_pem_bundle(&bundle.pem)
                .map_err(|_| bundle.unusable("which holds a certificate that cannot be read"))?,
        );
    }
    Ok(certificates)
}

fn unusable(roots: &roots::Decision, error: &reqwest::Error) -> Error {
    let cause = root_cause(error);
    match roots {
        roots::Decision::Only(bundles) if !bundles.is_empty() => {
            bundles[0].unusable(&format!("and no HTTPS client can be made of its certificates: {cause}"))
        }
        _ => Error::new(ErrorKind::Configuration, format!("no HTTPS client can be made: {cause}"))
            .with_help("a machine without CA certificates needs a CA bundle: see Transport::with_ca_bundle"),
    }
}

fn proxy(rule: &proxy::Rule, no_proxy: Option<&str>) -> Result<Proxy> {
    let url = rule.checked_url()?;
    let made = match rule.scheme {
        proxy::Scheme::Http => Proxy::http(expose(&url)),
        proxy::Scheme::Https => Proxy::https(expose(&url)),
        proxy::Scheme::All => Proxy::all(expose(&url)),
    };
    let proxy = made.map_err(|_| rule.unusable(""))?;
    Ok(proxy.no_proxy(no_proxy.and_then(NoProxy::from_string)))
}

impl HttpClient {
    /// Puts the body into the request. With a body that is a stream comes what tells of its movement.
    fn fill(
        &self,
        mut request: reqwest::Request,
        opened: Opened,
    ) -> Result<(reqwest::Request, Option<Arc<Notify>>)> {
        match opened {
            Opened::Bytes(bytes) => {
                // Servers may wait for a body, or answer 411, where a write does not say that it has none.
                let says_length = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
                if bytes.is_empty() && says_length {
                    request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
                } else if !bytes.is_empty() {
                    *request.body_mut() = Some(bytes.into());
                }
                Ok((request, None))
            }
            Opened::Stream(stream, length) => {
                if let Some(length) = length {
                    request.headers_mut().insert(CONTENT_LENGTH, length.into());
                }
                let moved = Arc::new(Notify::new());
                *request.body_mut() = Some(watched(stream, &moved));
                Ok((request, Some(moved)))
            }
            Opened::Multipart(parts) => {
                let moved = Arc::new(Notify::new());
                let form = parts.into_iter().try_fold(reqwest::multipart::Form::new(), |form, (part, opened)| {
                    Ok::<_, Error>(form.part(part.name.clone(), filled(part, opened, &moved)?))
                })?;
                for name in [CONTENT_TYPE, CONTENT_LENGTH] {
                    request.headers_mut().remove(name);
                }
                let request = reqwest::RequestBuilder::from_parts(self.client.clone(), request);
                let request = request.multipart(form).build().map_err(|error| cannot_be_sent(&error))?;
                Ok((request, Some(moved)))
            }
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
            Err(_) => Err(stood_still("the reply", limit)),
        }
    }))
}

fn stood_still(what: &str, limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("{what} stood still for {} s", limit.as_secs_f32()))
}

fn too_long(length: usize) -> Error {
    let what = format!("the request cannot be sent: its URL has {length} bytes, and {LONGEST_URL} are possible");
    Error::new(ErrorKind::InvalidInput, what).with_help("send what is long in the body, or in several requests")
}

fn cannot_be_sent(error: &reqwest::Error) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("the request cannot be sent: {}", root_cause(error)))
}

fn failure(error: &reqwest::Error) -> Failure {
    if let Some(ours) = ours(error) {
        return Failure { error: ours.clone(), unsent: false };
    }
    if error.is_builder() {
        return Failure { error: cannot_be_sent(error), unsent: true };
    }
    // A server to which no connection could be made has seen nothing.
    let unsent = error.is_connect();
    let cause = root_cause(error);
    if let Some(help) = lasting(&cause).filter(|_| unsent) {
        let error = Error::new(ErrorKind::Configuration, format!("no connection: {cause}"));
        return Failure { error: error.with_help(help), unsent };
    }
    let (kind, what) = match (error.is_timeout(), unsent) {
        (true, true) => (ErrorKind::Timeout, "no connection in time"),
        (true, false) => (ErrorKind::Timeout, "no answer in time"),
        (false, true) => (ErrorKind::Transport, "no connection"),
        (false, false) => (ErrorKind::Transport, "the connection broke"),
    };
    Failure { error: Error::new(kind, format!("{what}: {cause}")), unsent }
}

/// What to do about a connection that will fail the same way each time. Known by its text: the type of the cause
/// belongs to a library that may change beneath us.
fn lasting(cause: &str) -> Option<&'static str> {
    if cause.contains("invalid peer certificate") {
        Some("name the CA bundle of your proxy or cluster in REQUESTS_CA_BUNDLE or by Transport::with_ca_bundle")
    } else if cause.contains("proxy authorization required") {
        Some("the proxy wants a user name and password, as in http://user:password@proxy.example:8080")
    } else {
        None
    }
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
