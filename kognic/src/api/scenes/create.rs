//! The newer way to create a scene: all of it in one call (contract section 6.5).

use std::collections::{BTreeMap, HashSet};

use auth_core::{Body, ErrorKind, path};
use serde::Deserialize;
use serde_json::Value;

use super::CreatedScene;
use super::request::{SceneRequest, SceneResource};
use crate::api::files::{Content, Outgoing, Upload, content_type, same_name};
use crate::check;
use crate::client::Client;
use crate::error::{Result, SceneStep};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    id: String,
    /// Read when the id is known: an error must name the scene.
    #[serde(default)]
    signed_upload_urls: Value,
}

pub(super) async fn create(client: &Client, scene: &SceneRequest, upload: &Upload) -> Result<CreatedScene> {
    let mut scene = scene.clone();
    let files = examine(&scene)?;
    let mut bodies = BTreeMap::new();
    for (name, content) in files {
        bodies.insert(name.to_owned(), content.open(&client.environment).await?);
    }
    if scene.workspace_id.is_none() {
        scene.workspace_id = Some(client.write_workspace().await?.to_owned());
    }
    let body = check::finite("the scene", &scene)?;
    let created: Created = client.session.post(path!["v2/scenes"]).json(&body).data().await?;
    let outgoing =
        match_up(bodies, created.signed_upload_urls).map_err(SceneStep::Describe.failed(&created.id))?;
    if !outgoing.is_empty() {
        client.upload(&created.id, outgoing, upload).await?;
        client.scenes().commit(&created.id).await?;
    }
    Ok(CreatedScene::new(created.id, None))
}

/// Each file with its signed URL. The platform gives URLs for all of them, or for none.
fn match_up(mut bodies: BTreeMap<String, Body>, urls: Value) -> auth_core::Result<Vec<Outgoing>> {
    let urls: Option<Vec<(String, String)>> =
        serde_json::from_value(urls).map_err(|_| wrong("the signed URLs cannot be read".to_owned()))?;
    let Some(urls) = urls.filter(|urls| !urls.is_empty()) else { return Ok(Vec::new()) };
    let mut outgoing = Vec::with_capacity(urls.len());
    for (name, url) in urls {
        let body = bodies.remove(&name).ok_or_else(|| not_asked_for(&name))?;
        outgoing.push(Outgoing { content_type: content_type(&name), name, body, url });
    }
    match bodies.keys().next() {
        None => Ok(outgoing),
        Some(name) => Err(wrong(format!("the platform gave no URL for the file `{name}`"))),
    }
}

/// Looks at a scene before anything is sent. Its local files, by name.
fn examine(scene: &SceneRequest) -> Result<BTreeMap<&str, &Content>> {
    check::name("the external id of the scene", &scene.external_id)?;
    let content = &scene.content;
    if content.frames.is_empty() {
        return Err(check::invalid("a scene has no frame").into());
    }
    check::flat("the metadata of the scene", &content.metadata)?;
    let (mut frames, mut sensors, mut files) = (HashSet::new(), HashSet::new(), BTreeMap::new());
    for frame in &content.frames {
        let id = &frame.id;
        check::name("the id of a frame", id)?;
        check::flat(&format!("the metadata of frame `{id}`"), &frame.metadata)?;
        if !frames.insert(id) {
            return Err(check::invalid(format!("two frames have the id `{id}`")).into());
        }
        if frame.images.is_empty() {
            return Err(check::invalid(format!("frame `{id}` has no image")).into());
        }
        for image in &frame.images {
            if let Some(shutter) = image.shutter
                && shutter.start_shutter_timestamp_ns >= shutter.end_shutter_timestamp_ns
            {
                let sensor = &image.resource.sensor_name;
                let what = format!("frame `{id}`, sensor `{sensor}`: the shutter closes before it opens");
                return Err(check::invalid(what).into());
            }
        }
        let clouds = frame.point_clouds.iter().flat_map(|clouds| &clouds.resources);
        let mut in_frame = HashSet::new();
        for data in frame.images.iter().map(|image| &image.resource).chain(clouds) {
            check::name("the name of a sensor", &data.sensor_name)?;
            sensors.insert(data.sensor_name.as_str());
            if !in_frame.insert(&data.sensor_name) {
                let what = format!("frame `{id}` has the sensor `{}` twice", data.sensor_name);
                return Err(check::invalid(what).into());
            }
            note(&mut files, &data.resource)?;
        }
    }
    if let Some(imu) = &content.imu_data {
        note(&mut files, imu)?;
    }
    if let Some(specification) = &content.sensor_specification {
        specification.check(&sensors)?;
    }
    Ok(files)
}

/// Notes a local file. The platform knows it by its name only.
fn note<'a>(files: &mut BTreeMap<&'a str, &'a Content>, resource: &'a SceneResource) -> Result<()> {
    match resource {
        SceneResource::External { external_resource_uri } => {
            check::name("the URI of an external resource", external_resource_uri)
        }
        SceneResource::Local { local_filename, content } => {
            check::name("the name of a file", local_filename)?;
            match (files.insert(local_filename, content), content) {
                // The same file may be used more than once.
                (None | Some(Content::File(_)), Content::File(_)) | (None, _) => Ok(()),
                (Some(_), _) => Err(same_name(local_filename, local_filename, "another")),
            }
        }
    }
}

fn not_asked_for(name: &str) -> auth_core::Error {
    wrong(format!("the platform asks for the file `{name}`, which the scene does not have"))
}

fn wrong(what: String) -> auth_core::Error {
    auth_core::Error::new(ErrorKind::Reply, what)
}
