//! What every vendor's client builder takes beside credentials: surroundings, clock, transport, retries, token store.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::USER_AGENT;

use crate::cache::{self, TokenCache};
use crate::clock::{Clock, SystemClock};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::Policy;
use crate::origin::{Base, PlainHttp};
use crate::protocol::Protocol;
use crate::retry::RetryPolicy;
use crate::session::{self, Session};
use crate::source::TokenSource;
use crate::store::TokenStore;
use crate::transport::Transport;

/// What every vendor's client builder takes. A builder keeps it in a field `settings` and gets its setters from
/// [`builder_methods!`](crate::builder_methods!).
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// Variables and folders; the process's own where it is `None`.
    pub environment: Option<Environment>,
    /// The time; the machine's where it is `None`.
    pub clock: Option<Arc<dyn Clock>>,
    /// Timeouts, proxy and certificates.
    pub transport: Transport,
    /// How often and how long a call is tried; the vendor's usual policy where it is `None`.
    pub retry: Option<RetryPolicy>,
    /// Where the token is kept between processes; the vendor's usual place, if it has one, where it is `None`.
    pub token_store: Option<Arc<dyn TokenStore>>,
    /// How long before its expiry a token is renewed at the latest; the vendor's usual leeway where it is `None`.
    pub leeway: Option<Duration>,
    /// A name of the calling program, for `User-Agent`.
    pub app_name: Option<String>,
    /// To which hosts plain `http` is spoken.
    pub plain_http: PlainHttp,
}

/// The settings of one client, with the surroundings read.
#[derive(Clone)]
pub struct Ready {
    /// Variables and folders.
    pub environment: Environment,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The rest.
    pub settings: Settings,
    user_agent: HeaderValue,
}

impl Settings {
    /// Reads the surroundings. `package` and `version` are those of the vendor's crate, for `User-Agent`.
    pub fn ready(self, package: &str, version: &str) -> Result<Ready> {
        let app = self.app_name.as_deref().map(|app| format!(" {app}")).unwrap_or_default();
        let user_agent = HeaderValue::from_str(&format!("{package}/{version} rust{app}")).map_err(|_| {
            Error::new(
                ErrorKind::InvalidInput,
                "the app name holds a character that no HTTP header can carry",
            )
        })?;
        let environment = self.environment.clone().unwrap_or_else(Environment::system);
        let clock = self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock::new()));
        Ok(Ready { environment, clock, user_agent, settings: self })
    }
}

impl Ready {
    /// A session that is built with [`Ready::open`]. Its retry policy is the caller's, else `usual`.
    pub fn session<P: Protocol>(&self, protocol: P, base: Base, usual: RetryPolicy) -> session::Builder<P> {
        Session::builder(protocol, base)
            .header(USER_AGENT, self.user_agent.clone())
            .retry(self.settings.retry.unwrap_or(usual))
            .plain_http(self.settings.plain_http)
    }

    /// Builds a session. No network.
    pub fn open<P: Protocol>(&self, session: session::Builder<P>) -> Result<Session<P>> {
        session.build(&self.settings.transport, &self.environment, Arc::clone(&self.clock))
    }

    /// A token cache with the caller's clock, store and leeway, where `leeway` is the vendor's usual one.
    pub fn cache(&self, source: impl TokenSource, leeway: Duration) -> cache::Builder {
        TokenCache::builder(source)
            .policy(Policy::with_leeway(self.settings.leeway.unwrap_or(leeway)))
            .store(self.settings.token_store.clone())
            .clock(Arc::clone(&self.clock))
            .random(self.environment.random().clone())
    }
}

/// The setters that every vendor's builder has, on its field `settings`.
#[doc(hidden)]
#[macro_export]
macro_rules! builder_methods {
    ($builder:ty) => {
        impl $builder {
            /// Where variables and the home folder come from. Default: the process's own.
            pub fn environment(mut self, environment: $crate::Environment) -> Self {
                self.settings.environment = Some(environment);
                self
            }

            /// Where the time comes from. Default: the machine's clocks.
            pub fn clock(mut self, clock: impl $crate::Clock) -> Self {
                self.settings.clock = Some(::std::sync::Arc::new(clock));
                self
            }

            /// Timeouts, proxy and certificates.
            pub fn transport(mut self, transport: $crate::Transport) -> Self {
                self.settings.transport = transport;
                self
            }

            /// How often and how long a call is tried.
            pub fn retry(mut self, retry: $crate::RetryPolicy) -> Self {
                self.settings.retry = Some(retry);
                self
            }

            /// Where the token is kept between processes.
            pub fn token_store(mut self, store: impl $crate::TokenStore) -> Self {
                self.settings.token_store = Some(::std::sync::Arc::new(store));
                self
            }

            /// How long before its expiry a token is renewed at the latest.
            pub fn leeway(mut self, leeway: ::std::time::Duration) -> Self {
                self.settings.leeway = Some(leeway);
                self
            }

            /// A name of the calling program, for the `User-Agent` header.
            pub fn app_name(mut self, name: impl Into<String>) -> Self {
                self.settings.app_name = Some(name.into());
                self
            }

            /// Allows plain `http` to every host: credentials can then be read by anybody on the way.
            pub fn dangerously_allow_plain_http(mut self) -> Self {
                self.settings.plain_http = $crate::PlainHttp::Anywhere;
                self
            }
        }
    };
}
