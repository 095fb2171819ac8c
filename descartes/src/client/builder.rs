//! Makes a client.

use auth_core::{Error, ErrorKind, RetryPolicy, Settings};
use http::HeaderValue;
use http::header::{ACCEPT, HeaderName};

use super::Client;
use crate::auth::{Auth, AuthBuilder};
use crate::endpoints::{Endpoints, Setting, Urls};
use crate::error::Result;
use crate::flavor::Flavor;
use crate::protocol::Protocol;
use crate::request_group::RequestGroups;

/// Makes a [`Client`]. Nothing is read or sent before [`Builder::build`], and nothing is sent by it.
#[derive(Default)]
pub struct Builder {
    auth: Option<Auth>,
    flavor: Flavor,
    env: Option<String>,
    urls: Urls,
    base_url: Option<String>,
    settings: Settings,
}

impl Builder {
    /// Acts as this `Auth`. Flavour, environment, clock, transport and the name of the app are taken over from it; what
    /// is set after this call differs. Retries are not: those of an `Auth` are for token requests.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.settings = Settings::clone(&auth.ready().settings);
        self.settings.environment = Some(auth.ready().environment.clone());
        self.settings.clock = Some(auth.ready().clock.clone());
        self.settings.retry = None;
        self.flavor = auth.flavor();
        self.env = auth.env().map(str::to_owned);
        self.auth = Some(auth);
        self
    }

    /// Descartes Labs or EarthOne.
    pub fn flavor(mut self, flavor: Flavor) -> Self {
        self.flavor = flavor;
        self
    }

    /// The platform's environment, as in `aws-staging`. Default: the variable `DESCARTESLABS_ENV`, else production.
    pub fn env(mut self, name: impl Into<String>) -> Self {
        self.env = Some(name.into());
        self
    }

    /// The base URLs of the platform's services, where they are not the usual ones.
    pub fn urls(mut self, urls: Urls) -> Self {
        self.urls = urls;
        self
    }

    /// One base URL for tokens, platform and web app, where [`Builder::urls`] does not name them: for tests and private
    /// installations.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The client. Reads variables and files; no network.
    pub fn build(self) -> Result<Client> {
        let mut given = self.urls;
        for url in [&mut given.iam, &mut given.platform, &mut given.app] {
            *url = url.take().or_else(|| self.base_url.clone());
        }
        let auth = match self.auth {
            Some(auth) if auth.flavor() != self.flavor => {
                let what = format!(
                    "the Auth is one of {}, and the client is to be one of {}",
                    auth.flavor().name,
                    self.flavor.name
                );
                return Err(Error::new(ErrorKind::Configuration, what).into());
            }
            Some(auth) => auth,
            None => {
                // Retries of calls are not those of token requests, which have their own rule.
                let settings = Settings::clone(&self.settings);
                let mut builder = AuthBuilder {
                    flavor: self.flavor,
                    env: self.env.clone(),
                    settings,
                    ..AuthBuilder::default()
                };
                builder.settings.retry = None;
                builder.domain = given.iam.clone();
                builder.build()?
            }
        };
        let ready = self.settings.ready(self.flavor.user_agent, env!("CARGO_PKG_VERSION"))?;
        let setting =
            Setting { flavor: self.flavor, named: self.env.as_deref(), environment: &ready.environment };
        let endpoints = Endpoints::parse(&setting.fill(&given)?, ready.settings.plain_http)?;
        let groups = RequestGroups::new(&ready.environment);
        let client_session = HeaderValue::from_str(&groups.next())
            .map_err(|_| Error::new(ErrorKind::InvalidInput, "the name of the session cannot be sent"))?;
        let mut session = ready
            .session(Protocol, endpoints.platform.clone(), usual_retry())
            .credential(auth.cache().clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(HeaderName::from_static("x-client-session"), client_session);
        for base in endpoints.services() {
            session = session.base(base.clone());
        }
        Ok(Client { session: ready.open(session)?, endpoints, auth, groups })
    }
}

/// How a call is tried unless the caller says otherwise: three times in all, as the vendor's SDK does. What may be
/// repeated at all is narrower here: no request that changes something once it may have arrived.
fn usual_retry() -> RetryPolicy {
    RetryPolicy::default().with_max_attempts(3)
}

auth_core::builder_methods!(Builder);
