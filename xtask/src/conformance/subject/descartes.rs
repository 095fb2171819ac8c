//! descartes behind the names of its operations table.

mod blobs;
mod catalog;
mod filters;

use std::path::PathBuf;
use std::time::Duration;

use auth_core::{BoxFuture, Environment};
use descartes::api::{ComputeSearch, Job, JobResult, NewJob};
use descartes::{Auth, Client, Flavor, TokenInfoPath, Wait};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::filters::filter_of;
use super::{Options, Setting, Subject, failed, misused, unknown, value};
use crate::conformance::record::Failed;

struct Descartes(Client);

pub(super) fn make(setting: Setting) -> Result<Box<dyn Subject>, Failed> {
    let Setting { environment, clock, base, mut options } = setting;
    let mut builder = Auth::builder().environment(led(environment, &base)).clock(clock);
    if let Some(id) = options.take::<String>("client_id")? {
        builder = builder.client_id(id);
    }
    if let Some(secret) = options.take::<String>("client_secret")? {
        builder = builder.client_secret(secret);
    }
    if let Some(token) = options.take::<String>("refresh_token")? {
        builder = builder.refresh_token(token);
    }
    if let Some(token) = options.take::<String>("jwt_token")? {
        builder = builder.jwt_token(token);
    }
    if let Some(scope) = options.take::<Vec<String>>("scope")? {
        builder = builder.scope(scope);
    }
    match options.take::<Option<String>>("token_info_path")? {
        None => {}
        Some(None) => builder = builder.token_info_path(TokenInfoPath::None),
        Some(Some(path)) => builder = builder.token_info_path(PathBuf::from(path)),
    }
    options.end()?;
    let client = builder.build().and_then(Client::new).map_err(|error| of(&error))?;
    Ok(Box::new(Descartes(client)))
}

/// With variables that lead to the server, as the official SDK needs them too: a base URL by argument would change the
/// name of the token file.
fn led(environment: Environment, base: &str) -> Environment {
    ["IAM_URL", "PLATFORM_URL"].into_iter().fold(environment, |environment, name| {
        let name = Flavor::DESCARTES_LABS.variable(name);
        match environment.var(&name) {
            Some(_) => environment,
            None => environment.with_var(name, base),
        }
    })
}

impl Subject for Descartes {
    fn call<'a>(&'a mut self, operation: &'a str, args: Options) -> BoxFuture<'a, Result<Value, Failed>> {
        Box::pin(self.dispatch(operation, args))
    }
}

/// What a search is asked by.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Search {
    filter: Vec<Value>,
    limit: Option<u64>,
    sort: Vec<String>,
    page_size: Option<u64>,
}

impl Descartes {
    async fn dispatch(&self, operation: &str, args: Options) -> Result<Value, Failed> {
        match operation.split_once('.') {
            Some(("auth", operation)) => self.auth(operation, args).await,
            Some(("compute_jobs", operation)) => self.jobs(operation, args).await,
            Some(("compute_functions", operation)) => self.functions(operation, args).await,
            Some(("filters", "build")) => filters::build(args),
            Some((service, operation)) if service.starts_with("catalog_") => {
                catalog::dispatch(self.0.catalog(), service, operation, args).await
            }
            _ => Err(unknown(operation)),
        }
    }

    async fn auth(&self, operation: &str, args: Options) -> Result<Value, Failed> {
        args.end()?;
        let auth = self.0.auth();
        match operation {
            "fetch_token" => {
                let token = auth.token().await.map_err(|error| of(&error))?;
                Ok(json!({ "access_token": auth_core::secret::expose(&token) }))
            }
            "payload" => {
                let payload = auth.payload().await.map_err(|error| of(&error))?;
                Ok(Value::Object(payload.as_map().clone()))
            }
            "namespace" => shown(auth.namespace().await),
            "all_acl_subjects" => shown(auth.all_acl_subjects().await),
            "all_acl_subjects_as_set" => shown(auth.all_acl_subjects_as_set().await),
            "all_owner_acl_subjects" => shown(auth.all_owner_acl_subjects().await),
            "all_owner_acl_subjects_as_set" => shown(auth.all_owner_acl_subjects_as_set().await),
            "get_org_admins" => shown(auth.get_org_admins().await),
            "get_resource_admins" => shown(auth.get_resource_admins().await),
            _ => Err(unknown(operation)),
        }
    }

    async fn jobs(&self, operation: &str, mut args: Options) -> Result<Value, Failed> {
        let compute = self.0.compute();
        let jobs = compute.jobs();
        if let "list" | "search" | "count" = operation {
            let found = if operation == "list" { jobs.list() } else { jobs.search() };
            return searched(found, operation, args).await;
        }
        if operation == "create" {
            let new = NewJob {
                args: args.take("args")?,
                kwargs: args.take("kwargs")?,
                environment: args.take("environment")?,
                tags: args.take("tags")?.unwrap_or_default(),
                ..NewJob::new(args.need::<String>("function_id")?)
            };
            args.end()?;
            return shown(jobs.create(&new).await);
        }
        let id: String = args.need("id")?;
        let (interval, timeout) = (args.take::<u64>("interval")?, args.take::<u64>("timeout")?);
        args.end()?;
        match operation {
            "get" => shown(jobs.get(&id).await),
            "refresh" => shown(jobs.refresh(&known(&id)?).await),
            "cancel" => shown(jobs.cancel(&id).await),
            "log" => shown(jobs.log(&id, false).await),
            "iter_log" => {
                let lines = jobs.iter_log(&id).await.map_err(|error| of(&error))?;
                let lines: Vec<_> = lines.try_collect().await.map_err(|error| of(&error))?;
                Ok(lines.into_iter().map(|line| line.log).collect())
            }
            "wait_for_completion" => {
                let seconds = |given: Option<u64>, usual| Duration::from_secs(given.unwrap_or(usual));
                let wait = Wait::new(seconds(interval, 10), seconds(timeout, 86_400));
                shown(jobs.wait_for_completion(&id, wait).await)
            }
            "result" => {
                let job = jobs.get(&id).await.map_err(|error| of(&error))?;
                let result = jobs.result(&job).await.map_err(|error| of(&error))?;
                Ok(match result {
                    None => Value::Null,
                    Some(JobResult::Json(value)) => value,
                    Some(JobResult::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into(),
                    Some(_) => return Err(misused("a result of a kind that is new")),
                })
            }
            _ => Err(unknown(operation)),
        }
    }

    async fn functions(&self, operation: &str, mut args: Options) -> Result<Value, Failed> {
        let compute = self.0.compute();
        let functions = compute.functions();
        match operation {
            "get" => {
                let id: String = args.need("id")?;
                args.end()?;
                shown(functions.get(&id).await)
            }
            "list" => searched(functions.list(), operation, args).await,
            "search" | "count" => searched(functions.search(), operation, args).await,
            _ => Err(unknown(operation)),
        }
    }
}

/// A job of which no more is known than its id.
fn known(id: &str) -> Result<Job, Failed> {
    let job = json!({"id": id, "function_id": "f-1", "status": "pending"});
    serde_json::from_value(job).map_err(|error| misused(error.to_string()))
}

async fn searched<T>(search: ComputeSearch<'_, T>, operation: &str, args: Options) -> Result<Value, Failed>
where
    T: DeserializeOwned + serde::Serialize + Send + 'static,
{
    let Search { filter, limit, sort, page_size } =
        serde_json::from_value(Value::Object(args.0)).map_err(|error| misused(error.to_string()))?;
    let search = filter
        .iter()
        .try_fold(search, |search, condition| Ok::<_, Failed>(search.filter(filter_of(condition)?)))?;
    let search = limit.into_iter().fold(search, ComputeSearch::limit);
    let search = page_size.into_iter().fold(search, ComputeSearch::page_size);
    let search = sort.into_iter().fold(search, ComputeSearch::sort);
    match operation {
        "count" => shown(search.count().await),
        _ => shown(search.collect().await),
    }
}

fn shown(result: descartes::Result<impl serde::Serialize>) -> Result<Value, Failed> {
    value(result.map_err(|error| of(&error))?)
}

fn of(error: &descartes::Error) -> Failed {
    failed(error.kind(), error.service_error(), error.to_string())
}
