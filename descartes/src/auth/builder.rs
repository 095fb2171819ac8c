//! Makes an `Auth`.

use std::sync::Arc;

use auth_core::settings::Ready;
use auth_core::source::StaticTokenSource;
use auth_core::{Base, SecretString, Settings, TokenCache, TokenKey, TokenStore};

use super::{Auth, Inner};
use crate::credentials::{Found, Given, Surroundings, TokenInfoPath};
use crate::endpoints::{Setting, Urls};
use crate::error::Result;
use crate::flavor::Flavor;
use crate::login::{Iam, LEEWAY, Login, Missing, usual_retry};
use crate::request_group::RequestGroups;
use crate::store::{Owner, save_given};
use crate::token_info::login_page;

/// What to do with a token that was given alone and is no longer good.
const RENEW_HELP: &str = "give a new one, or a client id and its secret, with which tokens are renewed";

/// Makes an [`Auth`]. Nothing is read before [`AuthBuilder::build`], and nothing is sent by it.
///
/// What is not given here comes from variables and files. Client id and secret may come from different places, but
/// files supply neither as soon as one is given. An empty text is as good as none.
#[derive(Clone, Default)]
pub struct AuthBuilder {
    pub(crate) given: Given,
    pub(crate) flavor: Flavor,
    pub(crate) env: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) settings: Settings,
}

impl AuthBuilder {
    /// The client id.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.given.client_id = Some(id.into().into());
        self
    }

    /// The client secret. It is the same thing as the refresh token: give one of them. If both are given and differ,
    /// the refresh token is used.
    pub fn client_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.given.client_secret = Some(secret.into());
        self
    }

    /// The refresh token: see [`AuthBuilder::client_secret`].
    pub fn refresh_token(mut self, token: impl Into<SecretString>) -> Self {
        self.given.refresh_token = Some(token.into());
        self
    }

    /// A token. Alone it is used until it expires; with client id and secret it is then renewed. One that has expired
    /// or was made for another client id is not used.
    pub fn jwt_token(mut self, token: impl Into<SecretString>) -> Self {
        self.given.jwt_token = Some(token.into());
        self
    }

    /// The scopes to ask for. None unless given here or in the token information file.
    pub fn scope(mut self, scope: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.given.scope = Some(scope.into_iter().map(Into::into).collect());
        self
    }

    /// The token information file, or that there is none. Not calling this is a third thing: see [`TokenInfoPath`].
    pub fn token_info_path(mut self, path: impl Into<TokenInfoPath>) -> Self {
        self.given.token_info_path = path.into();
        self
    }

    /// Where tokens come from, as in `https://iam.example.org`. Default: the IAM URL of the platform's environment.
    pub fn domain(mut self, url: impl Into<String>) -> Self {
        self.domain = Some(url.into());
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

    /// The `Auth`. Reads variables and files; no network. A token that was given with client id and secret is saved.
    pub fn build(self) -> Result<Auth> {
        let ready = self.settings.ready(self.flavor.user_agent, env!("CARGO_PKG_VERSION"))?;
        let setting =
            Setting { flavor: self.flavor, named: self.env.as_deref(), environment: &ready.environment };
        let urls = setting.fill(&Urls { iam: self.domain, ..Urls::default() })?;
        let plain_http = ready.settings.plain_http;
        let domain = Base::parse("the IAM URL", urls.iam.as_deref().unwrap_or_default(), plain_http)?;
        // A default that cannot be used is no concern here: then this domain is another one.
        let usual = Base::parse("the IAM URL", &setting.default_iam()?, plain_http).ok();
        let login_url = login_page(&urls);

        let surroundings = Surroundings {
            environment: &ready.environment,
            flavor: self.flavor,
            now: ready.clock.now().wall,
            other_domain: Some(&domain).filter(|domain| usual.as_ref() != Some(domain)),
        };
        let found = surroundings.find(&self.given)?;
        let (client_id, secret) = (found.client_id.clone(), found.secret.clone());
        // Tokens of nobody in particular are not kept.
        let file = found.place.path().filter(|_| found.is_complete() && ready.settings.token_store.is_none());
        let file = file.cloned();
        let given_token =
            self.given.jwt_token.is_some() || ready.environment.var(&self.flavor.variable("TOKEN")).is_some();
        let reads_tokens = surroundings.reads_tokens();
        let cache = open(&ready, &domain, found, reads_tokens, given_token, &login_url)?;
        let inner = Inner {
            cache,
            flavor: self.flavor,
            env: self.env,
            domain,
            login_url,
            client_id,
            secret,
            ready,
            file,
        };
        Ok(Auth { inner: Arc::new(inner) })
    }
}

/// The cache for what was found: one that renews its token, one that holds a given token, or one that has the error.
fn open(
    ready: &Ready,
    domain: &Base,
    found: Found,
    reads_tokens: bool,
    given_token: bool,
    login_url: &str,
) -> Result<TokenCache> {
    match (found.client_id.clone(), found.secret.clone(), found.token.clone()) {
        (Some(client_id), Some(secret), token) => {
            let flavor = found.flavor;
            let owner = Owner { client_id: client_id.clone(), secret: secret.clone(), flavor, reads_tokens };
            let mut store = ready.settings.token_store.clone();
            if store.is_none() {
                if let Some(token) = token.as_ref().filter(|_| given_token)
                    && let Err(error) = save_given(&found.place, &owner, token)
                {
                    tracing::warn!(%error, "the given token could not be saved");
                }
                let file = found.place.store(owner);
                store = file.map(|file| Arc::new(file) as Arc<dyn TokenStore>);
            }
            let iam = ready.session(Iam::new(secret.clone()), domain.clone(), usual_retry());
            let login = Login {
                session: ready.open(iam)?,
                flavor,
                client_id,
                secret,
                scope: found.scope,
                source: found.source,
                groups: RequestGroups::new(&ready.environment),
            };
            Ok(ready.cache(login, LEEWAY).store(store).initial(token).build())
        }
        (client_id, _, token) => {
            let key = TokenKey::new("descartes", domain.as_str(), client_id.as_deref().unwrap_or_default());
            // Nothing renews it, so no store is of any use.
            let cache = match token {
                Some(token) => {
                    ready.cache(StaticTokenSource::new(key, RENEW_HELP), LEEWAY).initial(Some(token))
                }
                None => ready.cache(Missing { key, error: found.into_error(login_url) }, LEEWAY),
            };
            Ok(cache.store(None).build())
        }
    }
}

auth_core::builder_methods!(AuthBuilder);
