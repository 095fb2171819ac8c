//! Postits: URLs that work without signing in (contract section 6.2).

use std::fmt;

use auth_core::secret::expose;
use auth_core::{SecretString, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::links::Links;
use super::model::{answered, input, read_by_serde};
use super::operations::operations;
use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Postits: URLs that work without signing in, a few times or for a while. Who has one can use it.
    pub struct Postits, from Client::postits
}

operations! { impl Postits {
    /// the caller's postits.
    fn list() -> List<Postit> = GET "/postits/v2/";
    /// makes a postit for a URL of the platform.
    fn create(postit: &NewPostit) -> Postit = POST "/postits/v2/";
} }

impl Postits<'_> {
    /// `DELETE /postits/v2/{nonce}`: ends a postit.
    pub async fn delete(&self, nonce: &SecretString) -> Result<()> {
        let path = super::operations::fill("/postits/v2/{nonce}", &[("nonce", expose(nonce))]);
        self.client.call(http::Method::DELETE, path).idempotent(false).done().await
    }
}

input! {
    /// A postit that is to be made.
    pub struct NewPostit {
        /// A URL of the platform, as in `https://api.tacc.cloud/files/v2/media/system/data/a.txt`.
        url: String,
        ;
        /// `GET`, `PUT`, `POST` or `DELETE`. Default of the service: `GET`.
        method: Option<String>,
        /// How often it works.
        max_uses: Option<i64>,
        /// How long it works, in seconds.
        lifetime: Option<i64>,
        /// Whether it works without the rights of its maker.
        noauth: Option<bool>,
        /// For whom it is made.
        internal_username: Option<String>,
    }
}

/// A postit. What it links to holds the nonce too, so neither is shown or written out.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Wire")]
#[non_exhaustive]
pub struct Postit {
    /// What makes the URL work.
    #[serde(skip_serializing)]
    pub nonce: SecretString,
    /// Who made it.
    pub creator: Option<String>,
    /// For whom the creator made it.
    pub internal_username: Option<String>,
    /// The URL that it stands for.
    pub url: Option<String>,
    /// The method that it stands for.
    pub method: Option<String>,
    /// How often it still works.
    pub remaining_uses: Option<i64>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// What it links to: `self` is the URL that works without signing in.
    #[serde(skip_serializing)]
    pub links: Links,
    /// Members that this version does not know.
    #[serde(skip_serializing)]
    pub extra: Map<String, Value>,
}

/// The reply. The vendor's description calls the nonce `postit`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "answered")]
    nonce: Option<SecretString>,
    #[serde(default, deserialize_with = "answered")]
    postit: Option<SecretString>,
    #[serde(default, deserialize_with = "answered")]
    creator: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    internal_username: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    url: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    method: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    remaining_uses: Option<i64>,
    #[serde(default, deserialize_with = "answered")]
    expires: Option<Timestamp>,
    #[serde(default, deserialize_with = "answered")]
    created: Option<Timestamp>,
    #[serde(rename = "_links", default, deserialize_with = "answered")]
    links: Links,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl From<Wire> for Postit {
    fn from(wire: Wire) -> Self {
        Self {
            nonce: wire.nonce.or(wire.postit).unwrap_or_default(),
            creator: wire.creator,
            internal_username: wire.internal_username,
            url: wire.url,
            method: wire.method,
            remaining_uses: wire.remaining_uses,
            expires: wire.expires,
            created: wire.created,
            links: wire.links,
            extra: wire.extra,
        }
    }
}

read_by_serde!(Postit);

impl fmt::Debug for Postit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postit")
            .field("nonce", &self.nonce)
            .field("creator", &self.creator)
            .field("url", &self.url)
            .field("method", &self.method)
            .field("remaining_uses", &self.remaining_uses)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
