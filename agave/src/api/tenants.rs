//! The tenants of the platform: where each has its services (contract section 6.3).

use auth_core::Path;
use serde_json::Value;

use super::Links;
use super::model::{Many, model};
use crate::client::Builder;
use crate::error::Result;

/// Where the platform lists its tenants.
const TENANTS: &str = "https://api.tacc.utexas.edu/tenants";

impl Builder {
    /// `GET https://api.tacc.utexas.edu/tenants`: the tenants of the platform, for whoever looks for an
    /// [`api_server`](Builder::api_server). It carries no credential.
    ///
    /// A private platform is asked where the variable `TAPIS_TENANTS_URL` says. Certificates, proxy and timeouts are
    /// those of [`Builder::transport`].
    ///
    /// ```no_run
    /// # async fn example() -> agave::Result<()> {
    /// for tenant in agave::Agave::builder().list_tenants().await? {
    ///     println!("{}: {}", tenant.code.as_deref().unwrap_or_default(), tenant.api_server());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list_tenants(self) -> Result<Vec<Tenant>> {
        let environment = self.surroundings();
        let url = environment.var("TAPIS_TENANTS_URL").unwrap_or(TENANTS);
        let tenants: Many<Tenant> =
            self.anonymous("TAPIS_TENANTS_URL", url)?.get(Ok(Path::ROOT)).data().await?;
        Ok(tenants.0)
    }
}

model! {
    /// A tenant of the platform.
    pub struct Tenant {
        /// The id, by which nothing else names it.
        id: Option<String>,
        /// The name.
        name: Option<String>,
        /// What others call its id, as in `tacc.prod`; see [`Builder::tenant_id`].
        code: Option<String>,
        /// Where its services are; see [`Tenant::api_server`].
        base_url: String,
        /// Whom to ask.
        contact: Option<Value>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

impl Tenant {
    /// Where its services are, for [`Builder::api_server`].
    pub fn api_server(&self) -> &str {
        self.base_url.trim_end_matches('/')
    }
}
