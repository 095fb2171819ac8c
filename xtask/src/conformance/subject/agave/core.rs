//! Apps, files, jobs, metadata, monitors, notifications, postits, systems, transforms.

use agave::Client;
use agave::api::{
    AppOperation, Download, FileOperation, Import, JobOperation, List, NewApp, NewJob, NewMetadata,
    NewMonitor, NewNotification, NewPermission, NewPostit, Operator,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::of;
use crate::conformance::record::Failed;
use crate::conformance::subject::{Options, unknown, value};

/// An operation whose arguments go by the wire's names.
macro_rules! call {
    ($args:ident, $($name:ident: $type:ty = $wire:literal),*; $call:expr) => {{
        $(let $name: $type = $args.need($wire)?;)*
        $args.end()?;
        value($call.await.map_err(|error| of(&error))?)
    }};
}

/// A list, whose path has these arguments; the others are what every list takes.
macro_rules! list {
    ($args:ident, $($name:ident = $wire:literal),*; $list:expr) => {{
        $(let $name: String = $args.need($wire)?;)*
        listed($list, $args).await
    }};
}

pub(super) async fn call(ag: &Client, operation: &str, mut args: Options) -> Result<Value, Failed> {
    match operation {
        "apps.list" => list!(args, ; ag.apps().list()),
        "apps.get" => call!(args, app: String = "appId"; ag.apps().get(&app)),
        "apps.add" => call!(args, body: NewApp = "body"; ag.apps().add(&body)),
        "apps.manage" => {
            call!(args, app: String = "appId", body: AppOperation = "body"; ag.apps().manage(&app, &body))
        }
        "apps.getJobSubmissionForm" => {
            call!(args, name: String = "uniqueName"; ag.apps().get_job_submission_form(&name))
        }
        "files.list" => {
            list!(args, system = "systemId", path = "filePath"; ag.files().list(&system, &path))
        }
        "files.getHistory" => {
            list!(args, system = "systemId", path = "filePath"; ag.files().get_history(&system, &path))
        }
        "files.download" => {
            let (system, path): (String, String) = (args.need("systemId")?, args.need("filePath")?);
            args.end()?;
            content(ag.files().download(&system, &path)).await
        }
        "files.importData" => {
            let (system, path): (String, String) = (args.need("systemId")?, args.need("filePath")?);
            let import = import(args).await?;
            value(ag.files().import_data(&system, &path, &import).await.map_err(|error| of(&error))?)
        }
        "files.manage" => {
            call!(args, system: String = "systemId", path: String = "filePath", body: FileOperation = "body";
                ag.files().manage(&system, &path, &body))
        }
        "files.delete" => {
            call!(args, system: String = "systemId", path: String = "filePath"; ag.files().delete(&system, &path))
        }
        _ => work(ag, operation, args).await,
    }
}

async fn work(ag: &Client, operation: &str, mut args: Options) -> Result<Value, Failed> {
    match operation {
        "jobs.list" => list!(args, ; ag.jobs().list()),
        "jobs.submit" => call!(args, body: NewJob = "body"; ag.jobs().submit(&body)),
        "jobs.get" => call!(args, job: String = "jobId"; ag.jobs().get(&job)),
        "jobs.manage" => {
            call!(args, job: String = "jobId", body: JobOperation = "body"; ag.jobs().manage(&job, &body))
        }
        "jobs.getHistory" => list!(args, job = "jobId"; ag.jobs().get_history(&job)),
        "jobs.getStatus" => call!(args, job: String = "jobId"; ag.jobs().get_status(&job)),
        "jobs.listPermissions" => list!(args, job = "jobId"; ag.jobs().list_permissions(&job)),
        "jobs.updatePermissions" => {
            call!(args, job: String = "jobId", body: NewPermission = "body";
                ag.jobs().update_permissions(&job, &body))
        }
        "jobs.deletePermissionsForUser" => {
            call!(args, job: String = "jobId", user: String = "username";
                ag.jobs().delete_permissions_for_user(&job, &user))
        }
        "jobs.listOutputs" => {
            list!(args, job = "jobId", path = "filePath"; ag.jobs().list_outputs(&job, &path))
        }
        "jobs.downloadOutput" => {
            let (job, path): (String, String) = (args.need("jobId")?, args.need("filePath")?);
            args.end()?;
            content(ag.jobs().download_output(&job, &path)).await
        }
        "jobs.search" => {
            list!(args, attribute = "attribute", value = "value"; ag.jobs().search(&attribute, &value))
        }
        "meta.listMetadata" => list!(args, ; ag.meta().list_metadata()),
        "meta.addMetadata" => call!(args, body: NewMetadata = "body"; ag.meta().add_metadata(&body)),
        "meta.getMetadata" => call!(args, uuid: String = "uuid"; ag.meta().get_metadata(&uuid)),
        "meta.updateMetadata" => {
            call!(args, uuid: String = "uuid", body: NewMetadata = "body"; ag.meta().update_metadata(&uuid, &body))
        }
        "meta.searchSchema" => list!(args, ; ag.meta().search_schema()),
        "monitors.update" => {
            call!(args, id: String = "monitorId", body: NewMonitor = "body"; ag.monitors().update(&id, &body))
        }
        "notifications.add" => {
            call!(args, body: NewNotification = "body"; ag.notifications().add(&body))
        }
        "notifications.list" => list!(args, ; ag.notifications().list()),
        "postits.create" => call!(args, body: NewPostit = "body"; ag.postits().create(&body)),
        "systems.list" => list!(args, ; ag.systems().list()),
        "systems.get" => call!(args, system: String = "systemId"; ag.systems().get(&system)),
        "systems.listRoles" => list!(args, system = "systemId"; ag.systems().list_roles(&system)),
        "transforms.list" => list!(args, ; ag.transforms().list()),
        _ => Err(unknown(operation)),
    }
}

/// One page, with what every list takes and what some take besides.
async fn listed<T>(mut list: List<'_, T>, mut args: Options) -> Result<Value, Failed>
where
    T: Serialize + DeserializeOwned + Send,
{
    for name in
        ["q", "privileged", "publicOnly", "privateOnly", "type", "default", "public", "associatedUuid"]
    {
        if let Some(given) = args.take::<Value>(name)? {
            list = list.query(name, given.as_str().map_or_else(|| given.to_string(), str::to_owned));
        }
    }
    if let Some(limit) = args.take("limit")? {
        list = list.limit(limit);
    }
    if let Some(offset) = args.take("offset")? {
        list = list.offset(offset);
    }
    if let Some(members) = args.take::<String>("filter")? {
        list = list.filter(members.split(','));
    }
    for (term, wanted) in args.take::<Map<String, Value>>("search")?.unwrap_or_default() {
        let (attribute, operator) = term.rsplit_once('.').unwrap_or((&term, "eq"));
        let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
        list = list.search(attribute, Operator::from(operator), wanted);
    }
    args.end()?;
    value(list.await.map_err(|error| of(&error))?)
}

/// A file as text.
async fn content(download: Download<'_>) -> Result<Value, Failed> {
    let bytes = download.bytes().await.map_err(|error| of(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

/// `fileToUpload` is a path, `urlToIngest` a URL.
async fn import(mut args: Options) -> Result<Import, Failed> {
    let mut import = match args.take::<String>("fileToUpload")? {
        Some(path) => Import::file(path).await.map_err(|error| of(&error))?,
        None => Import::url(args.need::<String>("urlToIngest")?),
    };
    if let Some(name) = args.take::<String>("fileName")? {
        import = import.with_file_name(name);
    }
    if let Some(kind) = args.take::<String>("fileType")? {
        import = import.with_file_type(kind);
    }
    if let Some(url) = args.take::<String>("callbackURL")? {
        import = import.with_callback_url(url);
    }
    args.end()?;
    Ok(import)
}
