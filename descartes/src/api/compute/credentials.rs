//! The credentials that functions and jobs act with.

use auth_core::path;
use auth_core::secret::expose;
use http::Method;
use serde_json::json;

use super::Compute;
use crate::error::Result;

/// The credentials that functions and jobs of this user act with; see [`Compute::credentials`].
#[derive(Clone, Copy, Debug)]
pub struct ComputeCredentials<'a> {
    compute: Compute<'a>,
}

impl<'a> ComputeCredentials<'a> {
    pub(super) fn new(compute: Compute<'a>) -> Self {
        Self { compute }
    }

    /// `GET /credentials`: whether the service holds credentials of this user. An error when it does not. Nobody has
    /// seen a reply of a live server.
    pub async fn check(&self) -> Result<()> {
        self.compute.request(Method::GET, path!["credentials"]).done().await
    }

    /// `POST /credentials`: hands client id and client secret of this client's [`Auth`](crate::Auth) to the service, so
    /// that functions and jobs can act as the user. The secret is long-lived and the service keeps it: that is why no
    /// other call does this unasked. A client that has only a token cannot: that is
    /// [`ErrorKind::NoCredentials`](crate::ErrorKind::NoCredentials), and nothing is sent.
    pub async fn set(&self) -> Result<()> {
        let (client_id, secret) = self.compute.client.auth().credentials()?;
        let body = json!({"client_id": client_id, "client_secret": expose(secret)});
        self.compute.request(Method::POST, path!["credentials"]).json(&body).done().await
    }
}
