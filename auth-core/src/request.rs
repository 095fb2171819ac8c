//! A request on its way to be sent: what the caller says about it.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::body::{Body, Part};
use crate::error::{Error, ErrorKind, Result};
use crate::origin::{Base, has_user_info, may_speak_http};
use crate::parts::Parts;
use crate::path::Path;
use crate::protocol::Protocol;
use crate::response::{Response, decode, undecodable};
use crate::secret::SecretString;
use crate::session::Session;

/// A request that is being put together. Nothing is sent before one of the last methods is awaited.
///
/// What is wrong with a part of it is answered there, before anything is sent.
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a, P: Protocol> {
    session: &'a Session<P>,
    /// In a box, because a request is moved by each of its methods.
    parts: Result<Box<Parts>>,
}

impl<P: Protocol> Session<P> {
    /// A request below the first base URL.
    pub fn request(&self, method: Method, path: Result<Path>) -> Request<'_, P> {
        Request { session: self, parts: path.map(|path| Box::new(Parts::new(method, self.base(), path))) }
    }

    /// `GET`.
    pub fn get(&self, path: Result<Path>) -> Request<'_, P> {
        self.request(Method::GET, path)
    }

    /// `POST`.
    pub fn post(&self, path: Result<Path>) -> Request<'_, P> {
        self.request(Method::POST, path)
    }

    /// `PUT`.
    pub fn put(&self, path: Result<Path>) -> Request<'_, P> {
        self.request(Method::PUT, path)
    }

    /// `PATCH`.
    pub fn patch(&self, path: Result<Path>) -> Request<'_, P> {
        self.request(Method::PATCH, path)
    }

    /// `DELETE`.
    pub fn delete(&self, path: Result<Path>) -> Request<'_, P> {
        self.request(Method::DELETE, path)
    }

    /// A request to a URL that the service gave, as for an upload to a bucket. It carries no credential of ours, and
    /// its path and query appear in no error and no log.
    pub fn signed(&self, method: Method, url: &str) -> Request<'_, P> {
        let usable = |url: &Url| matches!(url.scheme(), "https" | "http") && !has_user_info(url);
        let url = Url::parse(url)
            .ok()
            .filter(usable)
            .ok_or_else(|| {
                Error::new(ErrorKind::Reply, "the service gave a URL for a transfer that cannot be used")
            })
            .and_then(|url| may_speak_http(&url, self.plain_http()).map(|()| url));
        Request { session: self, parts: url.map(|url| Box::new(Parts::signed(method, url))) }
    }
}

impl<P: Protocol> Request<'_, P> {
    /// The same request to another of the client's base URLs.
    pub fn at(self, base: &Base) -> Self {
        let known = self.session.is_known(base);
        self.try_change(|parts| {
            if known && parts.move_to(base) {
                return Ok(());
            }
            Err(Error::new(ErrorKind::InvalidInput, format!("{base} is not a base URL of this client")))
        })
    }

    /// A pair of the query, percent-encoded.
    pub fn query(self, name: &str, value: impl Display) -> Self {
        self.change(|parts| parts.query.push((name.to_owned(), value.to_string())))
    }

    /// A pair of the query, left out when there is no value.
    pub fn query_opt(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// A pair of the query for each value, all with the same name.
    pub fn query_each(self, name: &str, values: impl IntoIterator<Item = impl Display>) -> Self {
        values.into_iter().fold(self, |request, value| request.query(name, value))
    }

    /// A header.
    pub fn header(self, name: impl TryInto<HeaderName>, value: impl AsRef<str>) -> Self {
        self.try_change(|parts| {
            let name = name
                .try_into()
                .map_err(|_| Error::new(ErrorKind::InvalidInput, "a header has an invalid name"))?;
            let value = HeaderValue::from_str(value.as_ref()).map_err(|_| {
                Error::new(ErrorKind::InvalidInput, format!("the value of the header {name} cannot be sent"))
            })?;
            parts.headers.insert(name, value);
            Ok(())
        })
    }

    /// A header that holds a secret: it prints as `Sensitive`, and no table of the connection keeps it.
    pub fn sensitive_header(self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.change(|parts| {
            parts.headers.insert(name, value);
        })
    }

    /// A JSON body.
    pub fn json(self, body: &impl Serialize) -> Self {
        self.try_change(|parts| {
            let bytes = serde_json::to_vec(body).map_err(|error| {
                Error::new(ErrorKind::InvalidInput, format!("the body of {} is not JSON", parts.name()))
                    .with_source(error)
            })?;
            parts.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            parts.body = Body::bytes(bytes);
            Ok(())
        })
    }

    /// A form body (`application/x-www-form-urlencoded`).
    pub fn form<'f>(self, pairs: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        self.change(|parts| {
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            parts.headers.entry(CONTENT_TYPE).or_insert(form_type);
            parts.body = Body::bytes(form);
        })
    }

    /// A multipart body (`multipart/form-data`).
    pub fn multipart(self, fields: Vec<Part>) -> Self {
        self.body(Body::multipart(fields))
    }

    /// Any body. Its content type is given by [`Request::header`].
    pub fn body(self, body: Body) -> Self {
        self.change(|parts| parts.body = body)
    }

    /// Whether sending the request twice has the same effect as once. By default `GET`, `HEAD`, `PUT`, `DELETE`,
    /// `OPTIONS` and `TRACE` have that property. Other requests are never repeated once they may have been seen.
    pub fn idempotent(self, idempotent: bool) -> Self {
        self.change(|parts| parts.idempotent = idempotent)
    }

    /// Tried only once: a failure that may pass is the answer, and says so. For callers with a rhythm of their own, as
    /// who waits for a job. A rejected token is still renewed.
    pub fn once(self) -> Self {
        self.change(|parts| parts.once = true)
    }

    /// A secret that the request carries: where the service quotes it in an error, the error is shown without it.
    pub fn hiding(self, secret: &SecretString) -> Self {
        self.change(|parts| parts.hidden.push(secret.clone()))
    }

    /// Without a credential.
    pub fn unauthorized(self) -> Self {
        self.change(|parts| parts.authorized = false)
    }

    /// How long one attempt may take.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|parts| parts.call_timeout = Some(timeout))
    }

    /// Sends it. The reply's body is still on its way: for downloads.
    pub async fn send(self) -> Result<Response, P::Error> {
        self.session.execute(self.parts?, false).await
    }

    /// Sends it and reads the whole reply, of which the head is wanted too. A reply that breaks off is a failed attempt: of
    /// a write nobody knows then whether it was carried out.
    pub async fn whole(self) -> Result<Response, P::Error> {
        self.session.execute(self.parts?, true).await
    }

    /// Sends it and reads the whole reply.
    pub async fn bytes(self) -> Result<Bytes, P::Error> {
        let response = self.session.execute(self.parts?, true).await?;
        Ok(response.bytes().await?)
    }

    /// Sends it and reads the reply as text.
    pub async fn text(self) -> Result<String, P::Error> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Sends it and looks whether the vendor's envelope, if there is one, tells of an error. The rest of the reply
    /// is not looked at.
    pub async fn done(self) -> Result<(), P::Error> {
        let session = self.session;
        let response = session.execute(self.parts?, true).await?;
        let (head, body) = response.into_parts().await?;
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            session.protocol().open(&head, value)?;
        }
        Ok(())
    }

    /// Sends it and reads the reply as JSON, as it is.
    pub async fn json_reply<T: DeserializeOwned>(self) -> Result<T, P::Error> {
        let response = self.session.execute(self.parts?, true).await?;
        let (head, body) = response.into_parts().await?;
        Ok(decode(&head, &body)?)
    }

    /// Sends it and reads what is inside the vendor's envelope.
    pub async fn data<T: DeserializeOwned>(self) -> Result<T, P::Error> {
        let session = self.session;
        let response = session.execute(self.parts?, true).await?;
        let (head, body) = response.into_parts().await?;
        let body: Value = decode(&head, &body)?;
        let inside = session.protocol().open(&head, body)?;
        Ok(T::deserialize(inside).map_err(|error| undecodable(&head, &error))?)
    }

    fn change(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        if let Ok(parts) = &mut self.parts {
            change(parts);
        }
        self
    }

    fn try_change(mut self, change: impl FnOnce(&mut Parts) -> Result<()>) -> Self {
        if let Ok(parts) = &mut self.parts
            && let Err(error) = change(parts)
        {
            self.parts = Err(error);
        }
        self
    }
}
