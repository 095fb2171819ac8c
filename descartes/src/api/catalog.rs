//! The catalog: its resources, and how they are asked for (contract section 6.1).

use auth_core::Path;
use http::Method;

use super::products::Products;
use crate::client::{Client, Request};

/// The content type of JSON:API, in both directions.
const JSON_API: &str = "application/vnd.api+json";

/// The catalog; see [`Client::catalog`].
#[derive(Clone, Copy, Debug)]
pub struct Catalog<'a> {
    pub(super) client: &'a Client,
}

impl<'a> Catalog<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Products: what images belong to.
    pub fn products(&self) -> Products<'a> {
        Products::new(*self)
    }

    /// A request below the catalog's URL.
    pub(super) fn request(&self, method: Method, path: auth_core::Result<Path>) -> Request<'a> {
        let request = self.client.start(method, path).at(&self.client.endpoints().catalog_v2);
        request.header("accept", JSON_API).header("content-type", JSON_API)
    }
}
