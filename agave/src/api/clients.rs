//! OAuth clients: the keys and secrets that programs sign in with (contract sections 2.1 and 6.2).

use std::fmt;

use auth_core::{Error as CoreError, ErrorKind, SecretString};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{answered, input, model};
use super::operations::{fill, operations};
use crate::client::{Builder, Client};
use crate::error::Result;

auth_core::service! {
    /// OAuth clients: the keys and secrets that programs sign in with. These calls are authorised by username and
    /// password, whatever token there is.
    pub struct Clients, from Client::clients
}

operations! { impl Clients {
    /// the OAuth clients of the user. Their secrets are not told.
    fn list() -> List<OauthClient> = GET "/clients/v2/", whole;
    /// one OAuth client.
    fn get_client_by_name(client_name) -> OauthClient = GET "/clients/v2/{client_name}";
    /// deletes an OAuth client. Its tokens end.
    fn delete(client_name) = DELETE "/clients/v2/{client_name}";
    /// the APIs that an OAuth client may call.
    fn list_subscriptions_for_client(client_name) -> List<Subscription> =
        GET "/clients/v2/{client_name}/subscriptions", whole;
    /// lets an OAuth client call one more API.
    fn add_subscription_for_client(client_name, subscription: &NewSubscription) -> Subscription =
        POST "/clients/v2/{client_name}/subscriptions";
    /// takes all APIs from an OAuth client.
    fn delete_subscriptions_for_client(client_name) = DELETE "/clients/v2/{client_name}/subscriptions";
} }

impl Clients<'_> {
    /// `POST /clients/v2/`: creates an OAuth client. Keep its key and its secret: the secret is told only here.
    ///
    /// This [`Client`], and its clones, can sign in from then on: where it had no key of its own, it takes over this
    /// one, and the next service call asks for a token. Where it had one, it keeps that, because its refresh token
    /// belongs to it; give the new one to [`Builder::client`](crate::Builder::client). No token is asked for here, so
    /// that its refusal cannot lose the secret.
    pub async fn create(&self, client: &NewClient) -> Result<CreatedClient> {
        let created: CreatedClient =
            self.client.call(Method::POST, fill("/clients/v2/", &[])).json(client).data().await?;
        if created.consumer_key.is_empty() {
            return Err(CoreError::new(
                ErrorKind::Reply,
                "the OAuth client was created, and the reply has no key and secret",
            )
            .with_help("delete the client and create it again")
            .into());
        }
        self.client.adopt(&created.consumer_key, &created.consumer_secret);
        Ok(created)
    }
}

impl Builder {
    /// Key and secret of an OAuth client that was created by [`Clients::create`].
    pub fn client(self, client: &CreatedClient) -> Self {
        self.api_key(&client.consumer_key).api_secret(client.consumer_secret.clone())
    }
}

/// An OAuth client that is to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewClient {
    /// The name. The service calls it `clientName`, whatever its own description says.
    pub client_name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How often it may call, as in `Unlimited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Where a web application takes its users after they have signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
}

impl NewClient {
    /// An OAuth client with a name.
    pub fn new(client_name: impl Into<String>) -> Self {
        Self { client_name: client_name.into(), description: None, tier: None, callback_url: None }
    }

    /// With a description.
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// With a tier.
    pub fn with_tier(mut self, tier: impl Into<String>) -> Self {
        self.tier = Some(tier.into());
        self
    }

    /// With a callback URL.
    pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }
}

/// An OAuth client that was just created.
#[derive(Clone, Deserialize)]
#[serde(from = "Wire")]
#[non_exhaustive]
pub struct CreatedClient {
    /// The name.
    pub name: Option<String>,
    /// The key, by which [`Builder::api_key`](crate::Builder::api_key) knows it.
    pub consumer_key: String,
    /// The secret. It is told only once.
    pub consumer_secret: SecretString,
    /// What it is for.
    pub description: Option<String>,
    /// How often it may call.
    pub tier: Option<String>,
    /// Where a web application takes its users after they have signed in.
    pub callback_url: Option<String>,
    /// Members that this version does not know.
    pub extra: Map<String, Value>,
}

/// The reply. Some tenants call the pair `key` and `secret`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "answered")]
    name: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    consumer_key: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    key: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    consumer_secret: Option<SecretString>,
    #[serde(default, deserialize_with = "answered")]
    secret: Option<SecretString>,
    #[serde(default, deserialize_with = "answered")]
    description: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    tier: Option<String>,
    #[serde(default, deserialize_with = "answered")]
    callback_url: Option<String>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl From<Wire> for CreatedClient {
    fn from(wire: Wire) -> Self {
        let pair = wire.consumer_key.or(wire.key).zip(wire.consumer_secret.or(wire.secret));
        let (consumer_key, consumer_secret) = pair.unwrap_or_default();
        Self {
            name: wire.name,
            consumer_key,
            consumer_secret,
            description: wire.description,
            tier: wire.tier,
            callback_url: wire.callback_url,
            extra: wire.extra,
        }
    }
}

impl fmt::Debug for CreatedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedClient")
            .field("name", &self.name)
            .field("consumer_key", &self.consumer_key)
            .field("consumer_secret", &self.consumer_secret)
            // Names only: what is unknown may be a secret.
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

model! {
    /// An OAuth client of a list.
    pub struct OauthClient {
        /// The name.
        name: String,
        /// The key.
        #[serde(alias = "key")]
        consumer_key: Option<String>,
        /// How often it may call.
        tier: Option<String>,
        /// What it is for.
        description: Option<String>,
        /// Where a web application takes its users after they have signed in.
        callback_url: Option<String>,
    }
}

model! {
    /// An API that an OAuth client may call.
    pub struct Subscription {
        /// The name of the API, as in `Apps`.
        api_name: String,
        /// Its version, as in `v2`.
        api_version: Option<String>,
        /// Who provides it, as in `admin`.
        api_provider: Option<String>,
        /// Its path, as in `/apps`.
        api_context: Option<String>,
        /// As in `PUBLISHED`.
        status: Option<String>,
        /// How often it may be called.
        tier: Option<String>,
    }
}

input! {
    /// An API that an OAuth client is to call.
    pub struct NewSubscription {
        /// The name of the API, as in `Apps`.
        api_name: String,
        /// Its version, as in `v2`.
        api_version: String,
        /// Who provides it, as in `admin`.
        api_provider: String,
        ;
        /// How often it may be called, as in `UNLIMITED`.
        tier: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::secret::expose;
    use serde_json::json;

    #[test]
    fn a_created_client_in_both_spellings() {
        for reply in [
            json!({"name": "demo", "consumerKey": "ck", "consumerSecret": "canary", "_links": {}}),
            json!({"name": "demo", "key": "ck", "secret": "canary"}),
            json!({"consumerKey": "ck", "key": "x", "consumerSecret": "canary", "secret": "y", "tier": null}),
            // The secret is told only once: nothing else that is odd may lose it.
            json!({"consumerKey": "ck", "consumerSecret": "canary", "tier": 20, "name": 1, "description": {}}),
        ] {
            let created: CreatedClient = serde_json::from_value(reply).unwrap();
            assert_eq!((created.consumer_key.as_str(), expose(&created.consumer_secret)), ("ck", "canary"));
            assert!(!format!("{created:?}").contains("canary"));
        }
    }

    #[test]
    fn only_what_is_given_is_asked_for() {
        assert_eq!(serde_json::to_value(NewClient::new("demo")).unwrap(), json!({"clientName": "demo"}));
        let all = NewClient::new("d").with_description("x").with_tier("Unlimited").with_callback_url("");
        assert_eq!(
            serde_json::to_value(all).unwrap(),
            json!({"clientName": "d", "description": "x", "tier": "Unlimited", "callbackUrl": ""})
        );
    }
}
