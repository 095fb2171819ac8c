//! cortex behind the names of its operations table.

mod services;

use std::time::Duration;

use auth_core::BoxFuture;
use cortex::{Client, Environment, ExposeSecret as _, Message, PersonalAccessConfig};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Options, Setting, Subject, failed, misused, unknown, value};
use crate::conformance::record::Failed;

struct Cortex {
    client: Client,
    environment: Environment,
}

pub(super) fn make(setting: Setting) -> Result<Box<dyn Subject>, Failed> {
    let Setting { environment, clock, base: _, mut options } = setting;
    let mut builder = Client::builder().environment(environment.clone()).clock(clock);
    if let Some(message) = options.take::<Value>("message")? {
        builder = builder.message(message).map_err(of)?;
    }
    if let Some(url) = options.take::<String>("base_url")?.or(options.take("api_endpoint")?) {
        builder = builder.api_endpoint(url);
    }
    if let Some(version) = options.take("api_version")? {
        builder = builder.api_version(version);
    }
    if let Some(token) = options.take::<String>("token")? {
        builder = builder.token(token);
    }
    if let Some(config) = options.take::<Value>("config")? {
        builder = builder.config(PersonalAccessConfig::from_json(config.to_string()).map_err(of)?);
    }
    if let Some(profile) = options.take::<String>("profile")? {
        builder = builder.profile(profile);
    }
    if let Some(project) = options.take::<String>("project")? {
        builder = builder.project(project);
    }
    match options.take::<Value>("verify_ssl_cert")? {
        None => {}
        Some(Value::Bool(verify)) => builder = builder.verify_ssl_cert(verify),
        Some(Value::String(bundle)) => builder = builder.verify_ssl_cert(bundle),
        Some(other) => return Err(misused(format!("`verify_ssl_cert`: {other}"))),
    }
    if let Some(seconds) = options.take("token_life")? {
        builder = builder.token_life(Duration::from_secs(seconds));
    }
    options.end()?;
    let client = builder.build().map_err(of)?;
    Ok(Box::new(Cortex { client, environment }))
}

impl Subject for Cortex {
    fn call<'a>(&'a mut self, operation: &'a str, args: Options) -> BoxFuture<'a, Result<Value, Failed>> {
        Box::pin(async move {
            let (project, args) = Args(args).project()?;
            let client = match project {
                Some(project) => self.client.with_project(project),
                None => self.client.clone(),
            };
            self.dispatch(&client, operation, args).await
        })
    }
}

impl Cortex {
    async fn dispatch(&self, client: &Client, operation: &str, args: Args) -> Result<Value, Failed> {
        match operation.split_once('.') {
            Some(("auth" | "client" | "message" | "platform", _)) => {
                self.entry(client, operation, args).await
            }
            Some(("content", operation)) => services::content(client, operation, args).await,
            Some(("experiments", operation)) => services::experiments(client, operation, args).await,
            Some(("skills", operation)) => services::skills(client, operation, args).await,
            _ => services::others(client, operation, args).await,
        }
    }

    async fn entry(&self, client: &Client, operation: &str, mut args: Args) -> Result<Value, Failed> {
        match operation {
            "auth.get_server_time" => {
                let time = args.end(client.server_time())?.await.map_err(of)?;
                Ok(time.unix_millis().into())
            }
            "auth.fetch_auth_token" => {
                let token = args.end(client.access_token())?.await.map_err(of)?;
                Ok(json!({ "parts": token.expose_secret().split('.').count() }))
            }
            "client.new" | "client.from_message" => args.end(json!({
                "api_endpoint": client.api_endpoint().as_str(), "project": client.project().map_err(of)?,
            })),
            "client.connections" => args.end(client.connections()).map(|_| Value::Null),
            "client.content" => args.end(client.content()).map(|_| Value::Null),
            "client.experiments" => args.end(client.experiments()).map(|_| Value::Null),
            "client.models" => args.end(client.models()).map(|_| Value::Null),
            "client.secrets" => args.end(client.secrets()).map(|_| Value::Null),
            "client.sessions" => args.end(client.sessions()).map(|_| Value::Null),
            "client.skills" => args.end(client.skills()).map(|_| Value::Null),
            "client.types" => args.end(client.types()).map(|_| Value::Null),
            "client.message" => {
                let payload: Value = args.need("payload")?;
                let message = args.end(client.message(payload))?.await.map_err(of)?;
                Ok(message.to_params().into())
            }
            "message.new" => {
                let message = message(args.need("params")?)?;
                let name: String = args.need("name")?;
                args.end(message.get(&name).cloned().unwrap_or_default())
            }
            "message.to_params" => {
                let message = message(args.need("params")?)?;
                args.end(message.to_params().into())
            }
            "message.from_env" => {
                let message = args.end(Message::from_env(&self.environment))?.map_err(of)?;
                Ok(message.to_params().into())
            }
            "platform.get_info" => value(args.end(client.platform())?.get_info().await.map_err(of)?),
            _ => Err(unknown(operation)),
        }
    }
}

fn message(params: Value) -> Result<Message, Failed> {
    params.try_into().map_err(|error: cortex::Error| of(error))
}

/// The arguments of a call.
struct Args(Options);

impl Args {
    /// The project that the call is about, where it is not the client's.
    fn project(mut self) -> Result<(Option<String>, Self), Failed> {
        Ok((self.0.take("project")?, self))
    }

    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Failed> {
        self.0.take(name)
    }

    fn need<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Failed> {
        self.0.need(name)
    }

    /// What is to be done when no argument is left.
    fn end<T>(self, then: T) -> Result<T, Failed> {
        self.0.end().map(|()| then)
    }
}

fn done(result: cortex::Result<()>) -> Result<Value, Failed> {
    result.map(|()| Value::Null).map_err(of)
}

fn text(result: cortex::Result<impl AsRef<[u8]>>) -> Result<Value, Failed> {
    result.map(|bytes| String::from_utf8_lossy(bytes.as_ref()).into()).map_err(of)
}

fn of(error: cortex::Error) -> Failed {
    failed(error.kind(), error.service_error(), error.to_string())
}
