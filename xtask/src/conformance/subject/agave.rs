//! agave behind the names of its operations table.

mod actors;
mod core;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agave::api::NewClient;
use agave::{Builder, Client, Timestamp, TokenInfo};
use auth_core::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Options, Setting, Subject, failed, misused, unknown, value};
use crate::conformance::record::Failed;

struct Agave {
    client: Client,
    /// What the token callback was told.
    told: Arc<Mutex<Vec<Value>>>,
}

/// The body of `clients.create`, by the wire's names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewClientBody {
    client_name: String,
    description: Option<String>,
    tier: Option<String>,
    callback_url: Option<String>,
}

pub(super) fn make(setting: Setting) -> Result<Box<dyn Subject>, Failed> {
    let Setting { environment, clock, base, mut options } = setting;
    let told = Arc::new(Mutex::new(Vec::new()));
    let entry = options.take::<String>("entry")?.unwrap_or_else(|| "build".to_owned());
    // Says which official SDK is the judge; nothing to us.
    options.take::<String>("sdk")?;
    // The machine's own client files are no part of a case.
    let agpy_files = options.take::<Vec<String>>("agpy_files")?.unwrap_or_default();
    let mut builder = Client::builder().environment(environment.clone()).clock(clock).agpy_files(agpy_files);
    // A restored client and an actor's bring their server along.
    let server = options.take::<String>("base_url")?.or(options.take("api_server")?);
    if let Some(server) = server.or((entry == "build").then_some(base)) {
        builder = builder.api_server(server);
    }
    builder = identity(builder, &mut options)?;
    builder = token(builder, &mut options)?;
    if options.take::<bool>("token_callback")?.unwrap_or_default() {
        let told = Arc::clone(&told);
        builder = builder.token_callback(move |info| {
            told.lock().unwrap_or_else(PoisonError::into_inner).push(shown(info));
        });
    }
    if let Some(allowed) = options.take::<bool>("spend_unsaved_refresh_token")? {
        builder = builder.spend_unsaved_refresh_token(allowed);
    }
    if let Some(seconds) = options.take("leeway")? {
        builder = builder.leeway(Duration::from_secs(seconds));
    }
    options.end()?;
    let client = match entry.as_str() {
        "build" => builder.build(),
        "restore" => builder.restore(),
        "actor" => agave::actors::client(builder),
        other => return Err(misused(format!("`entry`: there is no `{other}`"))),
    };
    Ok(Box::new(Agave { client: client.map_err(|error| of(&error))?, told }))
}

/// Who signs in.
fn identity(mut builder: Builder, options: &mut Options) -> Result<Builder, Failed> {
    type Set = fn(Builder, String) -> Builder;
    let texts: [(&str, Set); 7] = [
        ("tenant_id", |builder, text| builder.tenant_id(text)),
        ("username", |builder, text| builder.username(text)),
        ("password", |builder, text| builder.password(text)),
        ("token_username", |builder, text| builder.token_username(text)),
        ("client_name", |builder, text| builder.client_name(text)),
        ("api_key", |builder, text| builder.api_key(text)),
        ("api_secret", |builder, text| builder.api_secret(text)),
    ];
    for (name, set) in texts {
        if let Some(text) = options.take(name)? {
            builder = set(builder, text);
        }
    }
    Ok(builder)
}

/// What is there already.
fn token(mut builder: Builder, options: &mut Options) -> Result<Builder, Failed> {
    if let Some(token) = options.take::<String>("token")? {
        builder = builder.token(token);
    }
    if let Some(token) = options.take::<String>("refresh_token")? {
        builder = builder.refresh_token(token);
    }
    if let Some(seconds) = options.take("created_at")? {
        builder = builder.created_at(Timestamp::from_unix_seconds(seconds));
    }
    if let Some(seconds) = options.take("expires_in")? {
        builder = builder.expires_in(Duration::from_secs(seconds));
    }
    if let Some(seconds) = options.take("expires_at")? {
        builder = builder.expires_at(Timestamp::from_unix_seconds(seconds));
    }
    if let Some((header, jwt)) = options.take::<(String, String)>("jwt")? {
        builder = builder.jwt(header, jwt);
    }
    if options.take::<bool>("use_nonce")?.unwrap_or_default() {
        builder = builder.use_nonce();
    }
    Ok(builder)
}

impl Subject for Agave {
    fn call<'a>(&'a mut self, operation: &'a str, args: Options) -> BoxFuture<'a, Result<Value, Failed>> {
        Box::pin(self.dispatch(operation, args))
    }
}

impl Agave {
    async fn dispatch(&mut self, operation: &str, args: Options) -> Result<Value, Failed> {
        match operation.split_once('.') {
            Some(("clients", operation)) => self.clients(operation, args).await,
            Some(("token", operation)) => self.token(operation, args).await,
            _ => self.services(operation, args).await,
        }
    }

    async fn clients(&self, operation: &str, mut args: Options) -> Result<Value, Failed> {
        let clients = self.client.clients();
        match operation {
            "list" => {
                args.end()?;
                value(clients.list().await.map_err(|error| of(&error))?)
            }
            "create" => {
                let body: NewClientBody = args.need("body")?;
                args.end()?;
                let mut new = NewClient::new(body.client_name);
                new.description = body.description;
                new.tier = body.tier;
                new.callback_url = body.callback_url;
                let created = clients.create(&new).await.map_err(|error| of(&error))?;
                let secret = auth_core::secret::expose(&created.consumer_secret);
                Ok(
                    json!({"name": created.name, "consumerKey": created.consumer_key, "consumerSecret": secret}),
                )
            }
            "getClientByName" | "delete" => {
                let name: String = args.need("clientName")?;
                args.end()?;
                if operation == "delete" {
                    clients.delete(&name).await.map_err(|error| of(&error))?;
                    return Ok(Value::Null);
                }
                value(clients.get_client_by_name(&name).await.map_err(|error| of(&error))?)
            }
            _ => Err(unknown(operation)),
        }
    }

    async fn token(&self, operation: &str, args: Options) -> Result<Value, Failed> {
        args.end()?;
        let token = self.client.token();
        let access_token = match operation {
            "token_info" => return Ok(shown(&token.token_info().await.map_err(|error| of(&error))?)),
            "told" => return Ok(self.told.lock().unwrap_or_else(PoisonError::into_inner).clone().into()),
            "create" => token.create().await,
            "refresh" => token.refresh().await,
            _ => return Err(unknown(operation)),
        };
        let access_token = access_token.map_err(|error| of(&error))?;
        Ok(json!({ "access_token": auth_core::secret::expose(&access_token) }))
    }

    async fn services(&self, operation: &str, mut args: Options) -> Result<Value, Failed> {
        let client = match args.take::<String>("nonce")? {
            Some(nonce) => self.client.nonce(nonce),
            None => self.client.clone(),
        };
        if let Some((service @ ("actors" | "admin" | "profiles"), operation)) = operation.split_once('.') {
            return actors::call(&client, service, operation, args).await;
        }
        match operation {
            "client.new" => {
                args.end()?;
                Ok(json!({ "api_server": client.api_server() }))
            }
            "file.text" => text_of(args),
            _ => core::call(&client, operation, args).await,
        }
    }
}

/// The bytes of a file, which `files_after` does not tell apart.
fn text_of(mut args: Options) -> Result<Value, Failed> {
    let path: String = args.need("path")?;
    args.end()?;
    std::fs::read_to_string(path).map(Value::from).map_err(|error| misused(error.to_string()))
}

fn shown(info: &TokenInfo) -> Value {
    let seconds = |at: Option<Timestamp>| at.map(Timestamp::unix_seconds);
    json!({
        "access_token": auth_core::secret::expose(&info.access_token),
        "refresh_token": info.refresh_token.as_ref().map(auth_core::secret::expose),
        "token_type": info.token_type,
        "scope": info.scope,
        "expires_in": info.expires_in.map(|life| life.as_secs()),
        "created_at": seconds(info.created_at),
        "expiration": seconds(info.expiration),
        "expires_at": info.expires_at,
    })
}

fn of(error: &agave::Error) -> Failed {
    failed(error.kind(), error.service_error(), error.to_string())
}
