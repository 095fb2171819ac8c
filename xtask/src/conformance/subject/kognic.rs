//! kognic behind the names of its operations table.

use auth_core::BoxFuture;
use auth_core::store::FileStore;
use kognic::{Client, Credentials, TokenFile};
use serde_json::{Value, json};

use super::{Options, Setting, Subject, failed, unknown, value};
use crate::conformance::record::Failed;

struct Kognic(Client);

pub(super) fn make(setting: Setting) -> Result<Box<dyn Subject>, Failed> {
    let mut options = setting.options;
    let mut builder = Client::builder().environment(setting.environment.clone()).clock(setting.clock);
    if let Some((id, secret)) = options.take::<(String, String)>("credentials")? {
        builder = builder.credentials(Credentials::new(id, secret));
    }
    if let Some(place) = options.take::<String>("credentials_at")? {
        builder = builder.credentials_at(place);
    }
    if let Some(name) = options.take::<String>("named_environment")? {
        builder = builder.named_environment(name);
    }
    if let Some(path) = options.take::<String>("environments_file")? {
        builder = builder.environments_file(path);
    }
    if let Some(scopes) = options.take::<Vec<String>>("scopes")? {
        builder = builder.scopes(scopes);
    }
    if let Some(id) = options.take::<i64>("organization_id")? {
        builder = builder.organization_id(id);
    }
    if let Some(path) = options.take::<String>("token_store")? {
        let store: FileStore = match path.as_str() {
            "shared" => TokenFile::shared(&setting.environment).map_err(|error| of(&error.into()))?,
            path => TokenFile::at(path),
        };
        builder = builder.token_store(store);
    }
    let base = options.take::<String>("base_url")?.unwrap_or(setting.base);
    options.end()?;
    let client = builder.base_url(base).build().map_err(|error| of(&error))?;
    Ok(Box::new(Kognic(client)))
}

impl Subject for Kognic {
    fn call<'a>(&'a mut self, operation: &'a str, args: Options) -> BoxFuture<'a, Result<Value, Failed>> {
        Box::pin(self.dispatch(operation, args))
    }
}

impl Kognic {
    async fn dispatch(&mut self, operation: &str, mut args: Options) -> Result<Value, Failed> {
        let Self(client) = self;
        match operation {
            "client.new" => {
                args.end()?;
                Ok(Value::Null)
            }
            "auth.fetch_token" | "auth.refresh_token" => {
                args.end()?;
                let token = client.access_token().await.map_err(|error| of(&error))?;
                Ok(json!({ "access_token": auth_core::secret::expose(&token) }))
            }
            "projects.list" => {
                args.end()?;
                value(client.projects().list().await.map_err(|error| of(&error))?)
            }
            "projects.list_batches" => {
                let project: String = args.need("project")?;
                args.end()?;
                value(client.projects().list_batches(&project).await.map_err(|error| of(&error))?)
            }
            _ => Err(unknown(operation)),
        }
    }
}

fn of(error: &kognic::Error) -> Failed {
    failed(error.kind(), error.service_error(), error.to_string())
}
