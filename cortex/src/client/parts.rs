//! What a client is put together from: base URLs, and the token that stays or is signed.

use std::time::Duration;

use auth_core::lifecycle::Policy;
use auth_core::settings::Ready;
use auth_core::{Base, Error as CoreError, ErrorKind, PlainHttp, RetryPolicy, Session, TokenCache};
use url::Url;

use crate::credentials::{Found, GivenToken, Source};
use crate::error::Result;
use crate::login::{Signer, Unrenewable};
use crate::pat::PersonalAccessConfig;
use crate::protocol::ClockEndpoint;

/// How long before its expiry a token is renewed at the latest.
const LEEWAY: Duration = Duration::from_secs(30);

/// A token that stays what it is.
pub(super) fn given_token(ready: &Ready, base: &Base, given: GivenToken) -> TokenCache {
    let token = auth_core::Token::new(given.token.clone()).with_expires_at(given.expires_at);
    let source = Unrenewable::new(base.as_str(), given);
    // There is nothing to renew it with, ahead of time or from a store.
    let policy = Policy::with_leeway(Duration::ZERO);
    ready.cache(source, Duration::ZERO).policy(policy).store(None).initial(Some(token)).build()
}

/// Tokens that are signed here, with the time of the cluster that the config belongs to; and the way to its clock.
pub(super) fn signed_tokens(
    ready: &Ready,
    endpoint: &Base,
    found: Found<PersonalAccessConfig>,
    life: Duration,
) -> Result<(TokenCache, Session<ClockEndpoint>)> {
    if life.as_secs() == 0 {
        let what = "the life of a token must be one second at least";
        return Err(CoreError::new(ErrorKind::InvalidInput, what).into());
    }
    let Found { value: config, source } = found;
    let home = match config.url() {
        Some(url) => {
            let found = Found { value: url.to_owned(), source };
            base(ready, "the `url` of the personal access config", &found)?
        }
        None => endpoint.clone(),
    };
    if !is_same_origin(&home, endpoint) {
        tracing::warn!(
            config = home.authority(),
            endpoint = endpoint.authority(),
            "tokens are signed for one host and sent to another"
        );
    }
    let clock = ready.open(ready.session(ClockEndpoint, home, RetryPolicy::default()))?;
    let signer = Signer::new(clock.clone(), config, life, ready.environment.random().clone());
    Ok((ready.cache(signer, LEEWAY).build(), clock))
}

/// A base URL, with plain `http` inside a cluster where the source knows the cluster.
pub(super) fn base(ready: &Ready, name: &str, found: &Found<String>) -> Result<Base> {
    let plain_http = match ready.settings.plain_http {
        PlainHttp::Loopback if found.source.knows_the_cluster() => PlainHttp::InCluster,
        policy => policy,
    };
    let name = match &found.source {
        Source::Argument(_) => name.to_owned(),
        source => format!("{name} from {source}"),
    };
    Ok(Base::parse(&name, &found.value, plain_http)?)
}

fn is_same_origin(one: &Base, other: &Base) -> bool {
    Url::parse(other.as_str()).is_ok_and(|url| one.is_origin_of(&url))
}
