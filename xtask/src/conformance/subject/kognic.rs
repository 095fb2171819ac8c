//! kognic behind the names of its operations table.

mod scenes;

use auth_core::BoxFuture;
use auth_core::store::FileStore;
use futures_util::TryStreamExt as _;
use kognic::api::{
    Calibration, CreateInput, Cuboids, InputTarget, ListRequestInputs, ListWorkspaces, QueryInputs, Search,
    SearchAnnotations, SensorCalibration,
};
use kognic::{Client, Credentials, Method, TokenFile};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Options, Setting, Subject, failed, misused, unknown, value};
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
    // The official SDK asks for the workspace when it is made; the adapter gives it this one.
    builder = builder.write_workspace(options.take::<String>("write_workspace")?.unwrap_or("W".to_owned()));
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
        if let Some(done) = scenes::dispatch(client, operation, &mut args).await {
            args.end()?;
            return done;
        }
        let outcome = match operation {
            "client.new" => Ok(Value::Null),
            "auth.fetch_token" | "auth.refresh_token" | "kognic_auth_cli.get_access_token" => client
                .access_token()
                .await
                .map(|token| json!({ "access_token": auth_core::secret::expose(&token) })),
            "kog.call" => {
                let path: String = args.need("path")?;
                client.request(Method::GET, &path).json_reply().await
            }
            "workspaces.list" => {
                let roles = args.take("anyRoleIn")?.unwrap_or_default();
                let asked = ListWorkspaces {
                    roles,
                    organization_ids: args.take("organizationIds")?.unwrap_or_default(),
                };
                as_value(client.workspaces().list(&asked).await)?
            }
            "projects.list" => as_value(client.projects().list().await)?,
            "projects.list_batches" => {
                as_value(client.projects().list_batches(&args.need::<String>("project")?).await)?
            }
            "projects.create_batch" => {
                let (project, batch): (String, String) = (args.need("project")?, args.need("batch")?);
                as_value(client.projects().create_batch(&project, &batch, false).await)?
            }
            "requests.list" => {
                as_value(client.requests().list(&args.need::<String>("projectId")?, false).await)?
            }
            "tasks.unassign" => as_value(client.tasks().unassign(&args.need::<String>("task_id")?).await)?,
            "inputs.query" => {
                let asked = QueryInputs {
                    project: args.take("project")?,
                    batch: args.take("batch")?,
                    scene_uuids: args.take("sceneUuids")?,
                    external_ids: args.take("externalIds")?,
                    cursor: None,
                };
                as_value(client.inputs().query(asked).try_collect::<Vec<_>>().await)?
            }
            "inputs.create_from_scene" => {
                let scene: String = args.need("sceneUuid")?;
                let mut input = CreateInput::new(target(&mut args)?);
                input.pre_annotation_uuid = args.take("preAnnotationUuid")?;
                as_value(client.inputs().create_from_scene(&scene, &input).await)?
            }
            "inputs.list_request_inputs" => {
                let asked = ListRequestInputs {
                    scene_id: args.take("sceneId")?,
                    page_size: args.take("limit")?,
                    ..ListRequestInputs::new(args.need::<String>("requestId")?)
                };
                as_value(client.inputs().list_request_inputs(asked).try_collect::<Vec<_>>().await)?
            }
            "annotations.list_for_scene" => {
                let scene: String = args.need("scene_uuid")?;
                as_value(client.annotations().list_for_scene(&scene, cuboids(&mut args)?).await)?
            }
            "annotations.search_project" => {
                let asked = SearchAnnotations {
                    batch: args.take("batch")?,
                    cuboids: cuboids(&mut args)?,
                    ..SearchAnnotations::new(
                        args.need::<String>("project")?,
                        args.need::<String>("annotation_type")?,
                    )
                };
                let all = client.annotations().download_project(asked, 1);
                as_value(all.try_collect::<Vec<_>>().await)?
            }
            "annotations.get_by_id" => {
                let id: String = args.need("id")?;
                as_value(client.annotations().get_by_id(&id, cuboids(&mut args)?).await)?
            }
            "pre_annotations.create" => {
                let scene: String = args.need("sceneUuid")?;
                let (content, name) = (args.need("preAnnotation")?, args.take::<String>("externalId")?);
                as_value(client.pre_annotations().create(&scene, &content, name.as_deref()).await)?
            }
            "calibrations.create" => {
                let sensors: Vec<(String, Calibration)> = args
                    .need::<Map<String, Value>>("calibration")?
                    .into_iter()
                    .map(sensor)
                    .collect::<Result<_, _>>()?;
                let calibration = SensorCalibration::new(args.need::<String>("externalId")?, sensors);
                as_value(client.calibrations().create(&calibration).await)?
            }
            "calibrations.list" => {
                as_value(client.calibrations().list(args.take::<String>("externalId")?.as_deref()).await)?
            }
            "query.query_judgements" => {
                let search = Search {
                    limit: args.take("limit")?,
                    ..Search::new(args.take::<String>("queryFilter")?.unwrap_or_default())
                };
                if args.take::<bool>("stream")?.unwrap_or_default() {
                    let records = match client.query().stream_judgements::<Value>(&search).await {
                        Ok(records) => records.try_collect::<Vec<_>>().await,
                        Err(error) => Err(error),
                    };
                    as_value(records)?
                } else {
                    as_value(client.query().query_judgements(&search).await)?
                }
            }
            _ => return Err(unknown(operation)),
        };
        args.end()?;
        outcome.map_err(|error| of(&error))
    }
}

/// The answer of a call as JSON; `Err` of the outer kind only when it cannot be that.
fn as_value(outcome: kognic::Result<impl serde::Serialize>) -> Result<kognic::Result<Value>, Failed> {
    Ok(match outcome {
        Ok(answer) => Ok(value(answer)?),
        Err(error) => Err(error),
    })
}

/// Where an input goes, by the wire's names.
fn target(args: &mut Options) -> Result<InputTarget, Failed> {
    let project = args.take::<String>("projectExtId")?;
    match (args.take::<String>("requestUuid")?, project, args.take::<String>("batchExtId")?) {
        (Some(request), None, None) => Ok(InputTarget::Request(request)),
        (None, Some(project), None) => Ok(InputTarget::Project(project)),
        (None, Some(project), Some(batch)) => Ok(InputTarget::Batch(project, batch)),
        _ => Err(misused("give either `requestUuid` or `projectExtId`")),
    }
}

fn cuboids(args: &mut Options) -> Result<Cuboids, Failed> {
    let is_iso = args.take::<bool>("useDefaultCartesian")?.unwrap_or_default();
    Ok(if is_iso { Cuboids::Iso8855 } else { Cuboids::Kognic })
}

fn sensor((name, calibration): (String, Value)) -> Result<(String, Calibration), Failed> {
    Ok((name, read(calibration)?))
}

/// A value of a case as what we call it.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, Failed> {
    serde_json::from_value(value).map_err(|error| misused(error.to_string()))
}

fn of(error: &kognic::Error) -> Failed {
    failed(error.kind(), error.service_error(), error.to_string())
}
