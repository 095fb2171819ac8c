//! The HTTP client behind [`Transport`]. No file outside this folder names reqwest.

mod failure;
mod fill;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::header::{ACCEPT_ENCODING, RANGE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::{Certificate, NoProxy, Proxy};
use tokio::sync::Notify;
use tokio::time::timeout;
use url::Url;

use self::failure::{broken, failure, root_cause, too_long};
use super::{Limit, Transport, proxy, roots};
use crate::body::{Body, ByteStream};
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
        let (reply, limit) = match outgoing.body.at_hand() {
            Some(bytes) => {
                let limit = outgoing.limit;
                let mut request = start(outgoing).map_err(unsent)?;
                fill::with_bytes(&mut request, bytes);
                let reply = limit.keep(self.client.execute(request)).await;
                (reply.ok_or_else(|| limit.exceeded("answer")), limit)
            }
            // In a box, so that the many requests without a stream stay small.
            None => Box::pin(self.upload(outgoing)).await?,
        };
        let mut reply = match reply {
            Ok(reply) => reply.map_err(|error| failure(&error))?,
            Err(error) => return Err(Failure { error, unsent: false }),
        };
        let (status, headers) = (reply.status(), std::mem::take(reply.headers_mut()));
        let body = Box::pin(reply.bytes_stream().map_err(|error| broken(&error)));
        Ok(Incoming { status, headers, body, limit })
    }

    /// The body of a reply that is not read whole: it may take as long as it flows.
    pub(crate) fn while_flowing(&self, body: ByteStream) -> ByteStream {
        with_idle_timeout(body, self.idle_timeout)
    }

    /// A long upload is healthy as long as bytes flow: the wait for the head begins anew with each chunk, and the wait
    /// for the rest of the reply with its head.
    async fn upload(&self, outgoing: Outgoing) -> Result<(Result<Reply>, Limit), Failure> {
        let limit = outgoing.limit;
        let opened = limit.keep(outgoing.body.open()).await;
        let opened = opened.unwrap_or_else(|| Err(limit.exceeded("body to send"))).map_err(unsent)?;
        let moved = Arc::new(Notify::new());
        let request = start(outgoing).map_err(unsent)?;
        let request = fill::with_opened(&self.client, request, opened, &moved).map_err(unsent)?;
        let patience = limit.span.max(self.idle_timeout);
        let reply = while_moving(self.client.execute(request), &moved, patience).await;
        Ok((reply.ok_or_else(|| stood_still("the upload", patience)), Limit::of(limit.span)))
    }

    /// The time that one call may take.
    pub(crate) fn call_timeout(&self) -> Duration {
        self.call_timeout
    }
}

type Reply = Result<reqwest::Response, reqwest::Error>;

/// The request as far as it goes without its body.
fn start(outgoing: Outgoing) -> Result<reqwest::Request> {
    if let Some(error) = too_long(&outgoing.url) {
        return Err(error);
    }
    let mut request = reqwest::Request::new(outgoing.method, outgoing.url);
    *request.headers_mut() = outgoing.headers;
    if request.headers().contains_key(RANGE) {
        // A part of something compressed could not be read.
        let identity = HeaderValue::from_static("identity");
        request.headers_mut().entry(ACCEPT_ENCODING).or_insert(identity);
    }
    Ok(request)
}

fn unsent(error: Error) -> Failure {
    Failure { error, unsent: true }
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
