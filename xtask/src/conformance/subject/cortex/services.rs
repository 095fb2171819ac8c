//! The services of a project.

use std::time::Duration;

use cortex::api::{
    Connection, Experiment, ListQuery, Model, NewSession, RunFields, RunQuery, Skill, SkillCall,
};
use cortex::{Client, ExposeSecret as _, SecretString, Upload};
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value, json};

use super::super::{unknown, value};
use super::{Args, done, of, text};
use crate::conformance::record::Failed;

pub(super) async fn content(client: &Client, operation: &str, mut args: Args) -> Result<Value, Failed> {
    let content = client.content();
    if operation == "list" {
        let mut list = content.list();
        if let Some(prefix) = args.take::<String>("filter")? {
            list = list.prefix(prefix);
        }
        let list =
            list.limit(args.take("limit")?.unwrap_or_default()).skip(args.take("skip")?.unwrap_or_default());
        return match args.take::<bool>("pages")? {
            Some(true) => value(args.end(list.pages())?.try_collect::<Vec<_>>().await.map_err(of)?),
            _ => value(args.end(list.send())?.await.map_err(of)?),
        };
    }
    let key: String = args.need("key")?;
    match operation {
        "upload" | "upload_streaming" => {
            let mut upload = Upload::bytes(args.need::<String>("content")?);
            if let Some(content_type) = args.take::<String>("content_type")? {
                upload = upload.with_content_type(content_type);
            }
            if let Some(name) = args.take::<String>("file_name")? {
                upload = upload.with_file_name(name);
            }
            args.end(())?;
            value(match operation {
                "upload" => content.upload(&key, upload).await.map_err(of)?,
                _ => content.upload_streaming(&key, upload).await.map_err(of)?,
            })
        }
        "download" => text(args.end(content.download(key).bytes())?.await),
        "exists" => value(args.end(content.exists(&key))?.await.map_err(of)?),
        "delete" => done(args.end(content.delete(&key))?.await),
        _ => Err(unknown(operation)),
    }
}

pub(super) async fn experiments(client: &Client, operation: &str, mut args: Args) -> Result<Value, Failed> {
    let experiments = client.experiments();
    match operation {
        "list" => return value(args.end(experiments.list())?.await.map_err(of)?),
        "save" => {
            let body: Experiment = args.need("body")?;
            return value(args.end(experiments.save(&body))?.await.map_err(of)?);
        }
        _ => {}
    }
    let name: String = args.need("name")?;
    let name = name.as_str();
    match operation {
        "get" => return value(args.end(experiments.get(name))?.await.map_err(of)?),
        "delete" => return done(args.end(experiments.delete(name))?.await),
        "list_runs" => return value(args.end(experiments.list_runs(name))?.await.map_err(of)?),
        "find_runs" => {
            let usual = RunQuery::default();
            let query = RunQuery {
                filter: args.take("filter")?.unwrap_or(usual.filter),
                sort: args.take("sort")?,
                limit: args.take("limit")?.unwrap_or(usual.limit),
            };
            return value(args.end(experiments.find_runs(name, &query))?.await.map_err(of)?);
        }
        "delete_runs" => {
            let filter: Option<Map<String, Value>> = args.take("filter")?;
            return value(args.end(experiments.delete_runs(name, filter.as_ref()))?.await.map_err(of)?);
        }
        "create_run" => {
            let fields = fields(args.take("body")?);
            return value(args.end(experiments.create_run(name, &fields))?.await.map_err(of)?);
        }
        _ => {}
    }
    let run: String = args.need("run")?;
    let run = run.as_str();
    match operation {
        "get_run" => return value(args.end(experiments.get_run(name, run))?.await.map_err(of)?),
        "delete_run" => return done(args.end(experiments.delete_run(name, run))?.await),
        "update_run" => {
            let fields = fields(args.take("body")?);
            return done(args.end(experiments.update_run(name, run, &fields))?.await);
        }
        _ => {}
    }
    let key: String = args.need("key")?;
    let key = key.as_str();
    if operation == "get_artifact" {
        return text(args.end(experiments.get_artifact(name, run, key).bytes())?.await);
    }
    let given: Value = args.need("value")?;
    args.end(())?;
    done(match operation {
        "update_meta" => experiments.update_meta(name, run, key, &given).await,
        "update_param" => experiments.update_param(name, run, key, &given).await,
        "update_metric" => experiments.update_metric(name, run, key, &given).await,
        "update_artifact" => {
            let bytes = given.as_str().unwrap_or_default().to_owned().into_bytes();
            experiments.update_artifact(name, run, key, bytes).await
        }
        _ => return Err(unknown(operation)),
    })
}

fn fields(body: Option<Map<String, Value>>) -> RunFields {
    RunFields { extra: body.unwrap_or_default(), ..RunFields::default() }
}

pub(super) async fn skills(client: &Client, operation: &str, mut args: Args) -> Result<Value, Failed> {
    let skills = client.skills();
    match operation {
        "list" => return value(args.end(skills.list())?.await.map_err(of)?),
        "save" => {
            let body: Skill = args.need("body")?;
            return value(args.end(skills.save(&body))?.await.map_err(of)?);
        }
        "send_message" => {
            let place: [String; 3] =
                [args.need("activation")?, args.need("channel")?, args.need("output_name")?];
            let body: Value = args.need("body")?;
            let [activation, channel, output] = &place;
            return done(args.end(skills.send_message(activation, channel, output, &body))?.await);
        }
        _ => {}
    }
    let name: String = args.need("name")?;
    match operation {
        "get" => value(args.end(skills.get(&name))?.await.map_err(of)?),
        "delete" => done(args.end(skills.delete(&name))?.await),
        "deploy" => value(args.end(skills.deploy(&name))?.await.map_err(of)?),
        "undeploy" => value(args.end(skills.undeploy(&name))?.await.map_err(of)?),
        "get_logs" => {
            let action: String = args.need("action")?;
            value(args.end(skills.get_logs(&name, &action))?.await.map_err(of)?)
        }
        "invoke" => {
            let input: String = args.need("input")?;
            let mut call = SkillCall::new(args.need::<Value>("payload")?);
            call.properties = args.take("properties")?.unwrap_or_default();
            let sync = args.take("sync")?.unwrap_or(false);
            args.end(())?;
            match sync {
                true => skills.invoke_sync(&name, &input, &call, Duration::from_secs(60)).await.map_err(of),
                false => value(skills.invoke(&name, &input, &call).await.map_err(of)?),
            }
        }
        _ => Err(unknown(operation)),
    }
}

pub(super) async fn others(client: &Client, operation: &str, mut args: Args) -> Result<Value, Failed> {
    match operation {
        "connections.save" => {
            let body: Connection = args.need("body")?;
            value(args.end(client.connections())?.save(&body).await.map_err(of)?)
        }
        "models.save" => {
            let body: Model = args.need("body")?;
            value(args.end(client.models())?.save(&body).await.map_err(of)?)
        }
        "models.list" => value(args.end(client.models())?.list(&ListQuery::default()).await.map_err(of)?),
        "sessions.start" => {
            let usual = NewSession::default();
            let new = NewSession {
                ttl: args.take("ttl")?,
                description: args.take("description")?.unwrap_or(usual.description),
            };
            value(args.end(client.sessions())?.start(&new).await.map_err(of)?)
        }
        _ => {
            let name: String = args.need("name")?;
            named(client, operation, &name, args).await
        }
    }
}

async fn named(client: &Client, operation: &str, name: &str, mut args: Args) -> Result<Value, Failed> {
    match operation {
        "connections.get" => value(args.end(client.connections())?.get(name).await.map_err(of)?),
        "secrets.save" => {
            let secret = SecretString::from(args.need::<String>("value")?);
            done(args.end(client.secrets())?.save(name, &secret).await)
        }
        "secrets.get" => {
            let secret = args.end(client.secrets())?.get(name).await.map_err(of)?;
            Ok(json!({ "value": secret.value.expose_secret() }))
        }
        "models.get" => value(args.end(client.models())?.get(name).await.map_err(of)?),
        "models.delete" => done(args.end(client.models())?.delete(name).await),
        "types.get" => value(args.end(client.types())?.get(name).await.map_err(of)?),
        "sessions.get_data" => {
            let key: Option<String> = args.take("key")?;
            value(args.end(client.sessions())?.get_data(name, key.as_deref()).await.map_err(of)?)
        }
        "sessions.put_data" => {
            let state: Map<String, Value> = args.need("state")?;
            done(args.end(client.sessions())?.put_data(name, &state).await)
        }
        "sessions.delete" => done(args.end(client.sessions())?.delete(name).await),
        _ => Err(unknown(operation)),
    }
}
