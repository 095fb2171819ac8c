//! The steps in which a scene is created (contract section 6.4).

use std::collections::BTreeMap;

use auth_core::{Body, ErrorKind, Path, path};
use serde::Deserialize;
use serde_json::{Value, json};

use super::examine::{SceneModel, examine};
use super::{CreateScene, CreatedScene};
use crate::api::files::{Content, Outgoing, content_type, same_name};
use crate::check;
use crate::client::{Client, Request};
use crate::error::{Result, SceneStep};

/// A scene that can be sent.
struct Prepared {
    /// The scene as JSON.
    body: Value,
    /// Readings as JSON, where there are any.
    imu: Option<Value>,
    /// Local files by resource id.
    files: BTreeMap<String, File>,
}

struct File {
    client_filename: String,
    content_type: &'static str,
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Initialized {
    scene_uuid: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Imu {
    resource_id: String,
    #[serde(default)]
    signed_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    #[serde(default)]
    internal_id: Option<String>,
    #[serde(default)]
    request_input_uuid: Option<String>,
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    files: BTreeMap<String, String>,
}

pub(super) async fn create<S: SceneModel>(
    client: &Client,
    scene: &S,
    options: &CreateScene,
) -> Result<CreatedScene> {
    let Prepared { mut body, imu, files } = prepare(client, scene, options).await?;
    let workspace = client.write_workspace().await?;

    let initialize = client.session.post(path!["v1/inputs/initialize"]);
    let scene_uuid =
        initialize.json(&json!({ "workspaceId": workspace })).data::<Initialized>().await?.scene_uuid;
    body["internalId"] = scene_uuid.as_str().into();

    // From here on there is a scene, and an error must name it.
    let described = describe::<S>(client, options, workspace, body, imu, files).await;
    let (created, outgoing) = described.map_err(SceneStep::Describe.failed(&scene_uuid))?;
    let scene_uuid = created.internal_id.unwrap_or(scene_uuid);
    if !outgoing.is_empty() {
        client.upload(&scene_uuid, outgoing, &options.upload).await?;
        client.scenes().commit(&scene_uuid).await?;
    }
    Ok(CreatedScene::new(scene_uuid, created.request_input_uuid))
}

/// Tells the platform what the scene consists of. Gives its answer, and what is to be sent.
async fn describe<S: SceneModel>(
    client: &Client,
    options: &CreateScene,
    workspace: &str,
    mut body: Value,
    imu: Option<Value>,
    files: BTreeMap<String, File>,
) -> Result<(Created, Vec<Outgoing>)> {
    let mut imu_file = None;
    if let Some(imu) = imu {
        let asked = json!({ "imuData": imu, "internalId": body["internalId"] });
        let post = client.session.post(path!["v1/imu"]).query("workspaceId", workspace);
        let answer: Imu = post.json(&asked).data().await?;
        body["imuData"] = answer.resource_id.into();
        imu_file = answer.signed_url.map(|url| imu_upload(&imu, url));
    }
    let mut created: Created = post::<S>(client, options, workspace)?.json(&body).data().await?;
    let mut outgoing = match_up(files, std::mem::take(&mut created.files))?;
    outgoing.extend(imu_file);
    Ok((created, outgoing))
}

pub(super) async fn dry_run<S: SceneModel>(client: &Client, scene: &S, options: &CreateScene) -> Result<()> {
    let Prepared { body, .. } = prepare(client, scene, options).await?;
    let workspace = client.write_workspace().await?;
    post::<S>(client, options, workspace)?.header("x-dryrun", "").json(&body).done().await
}

/// Looks at all that can be wrong, the files included, and puts together what will be sent.
async fn prepare<S: SceneModel>(client: &Client, scene: &S, options: &CreateScene) -> Result<Prepared> {
    let mut scene = scene.clone();
    examine(&mut scene)?;
    if let (None, Some(batch)) = (&options.project, &options.batch) {
        let error = check::invalid(format!("the batch `{batch}` is named without its project"));
        return Err(error.into());
    }
    let mut found: BTreeMap<String, (String, String, Content)> = BTreeMap::new();
    for mut frame in scene.frames() {
        for (_, resource) in frame.resources() {
            resource.locate(&client.environment)?;
            let (name, content) = (resource.client_filename.clone(), resource.content.clone());
            let file = (name, resource.filename().to_owned(), content);
            let Some((other, _, before)) = found.insert(resource.resource_id.clone(), file) else { continue };
            // The same file may be used more than once.
            let is_same =
                matches!((&before, &resource.content), (Content::File(a), Content::File(b)) if a == b);
            if !is_same {
                return Err(same_name(&resource.resource_id, &other, &resource.client_filename));
            }
        }
    }
    let mut files = BTreeMap::new();
    for (resource_id, (client_filename, filename, content)) in found {
        let body = content.open(&client.environment).await?;
        files.insert(resource_id, File { client_filename, content_type: content_type(&filename), body });
    }
    let imu = match scene.imu() {
        [] => None,
        readings => Some(check::finite("the IMU data", &readings)?),
    };
    let mut body = check::finite("the scene", &scene)?;
    body["featureFlags"] = json!({ "shouldMotionCompensate": options.motion_compensate });
    Ok(Prepared { body, imu, files })
}

/// `POST /v1/inputs/[project/{project}/[batch/{batch}/]]{route}?workspaceId=W`
fn post<'a, S: SceneModel>(
    client: &'a Client,
    options: &CreateScene,
    workspace: &str,
) -> Result<Request<'a>> {
    let path = match (&options.project, &options.batch) {
        (Some(project), Some(batch)) => path!["v1/inputs/project", project, "batch", batch],
        (Some(project), None) => path!["v1/inputs/project", project],
        (None, _) => Ok(Path::ROOT.literal("v1/inputs")),
    };
    let path = path?.literal(S::ROUTE);
    Ok(client.session.post(Ok(path)).query("workspaceId", workspace))
}

/// Each file with its signed URL. The platform gives URLs for all of them, or for none.
fn match_up(mut files: BTreeMap<String, File>, urls: BTreeMap<String, String>) -> Result<Vec<Outgoing>> {
    let wrong = |what: String| auth_core::Error::new(ErrorKind::Reply, what).into();
    if urls.is_empty() {
        return Ok(Vec::new());
    }
    let mut outgoing = Vec::with_capacity(urls.len());
    for (resource_id, url) in urls {
        let Some(file) = files.remove(&resource_id) else {
            return Err(wrong(format!(
                "the platform asks for the file `{resource_id}`, which the scene does not have"
            )));
        };
        let File { client_filename: name, content_type, body } = file;
        outgoing.push(Outgoing { name, content_type, body, url });
    }
    match files.into_values().next() {
        None => Ok(outgoing),
        Some(file) => Err(wrong(format!("the platform gave no URL for the file `{}`", file.client_filename))),
    }
}

fn imu_upload(imu: &Value, url: String) -> Outgoing {
    let body = Body::bytes(imu.to_string());
    Outgoing { name: "IMU data".to_owned(), content_type: "application/json", body, url }
}
