//! The newer way to create a scene: all of it in one call (contract section 6.5).

use std::collections::{BTreeMap, HashSet};

use auth_core::{ErrorKind, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::CreatedScene;
use crate::api::files::{Content, Outgoing, Upload, content_type, same_name};
use crate::api::geometry::EgoVehiclePose;
use crate::api::sensors::SensorSpecification;
use crate::check;
use crate::client::Client;
use crate::error::Result;

/// A scene to be created by [`Scenes::create`](super::Scenes::create). Its files are local, in memory, or already in a
/// cloud storage that the platform can read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneRequest {
    /// The workspace to write to. Without it: [`Client::write_workspace`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// A name of your own.
    pub external_id: String,
    /// The calibration of the sensors; necessary with point clouds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_id: Option<String>,
    /// Leaves the import of external resources for later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postpone_external_resource_import: Option<bool>,
    /// What the scene consists of.
    #[serde(rename = "convertedSpecification")]
    pub content: SceneContent,
}

/// What a scene consists of.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneContent {
    /// The frames, at least one.
    pub frames: Vec<SceneFrame>,
    /// How sensors are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_specification: Option<SensorSpecification>,
    /// Numbers, texts and booleans of your own.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// Readings of the inertial measurement unit: a JSON file with a list of [`ImuData`](crate::api::ImuData).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imu_data: Option<SceneResource>,
    /// Whether the motion of the vehicle is taken out of the point clouds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub should_motion_compensate: Option<bool>,
}

impl SceneRequest {
    /// A scene of frames.
    pub fn new(external_id: impl Into<String>, frames: Vec<SceneFrame>) -> Self {
        Self {
            workspace_id: None,
            external_id: external_id.into(),
            calibration_id: None,
            postpone_external_resource_import: None,
            content: SceneContent { frames, ..SceneContent::default() },
        }
    }
}

/// What was taken at a moment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneFrame {
    /// A name that no other frame of the scene has.
    pub id: String,
    /// When: nanoseconds since 1970.
    pub timestamp_ns: i64,
    /// The images, at least one.
    pub images: Vec<SceneImage>,
    /// The point clouds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_clouds: Option<ScenePointClouds>,
    /// Numbers, texts and booleans of your own.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

impl SceneFrame {
    /// A frame of images.
    pub fn new(id: impl Into<String>, timestamp_ns: i64, images: Vec<SceneImage>) -> Self {
        Self { id: id.into(), timestamp_ns, images, point_clouds: None, metadata: Map::new() }
    }

    /// With point clouds, and where the ego vehicle was when they were taken.
    pub fn with_point_clouds(
        mut self,
        resources: Vec<SensorResource>,
        ego_vehicle_pose: EgoVehiclePose,
    ) -> Self {
        self.point_clouds = Some(ScenePointClouds { resources, ego_vehicle_pose });
        self
    }
}

/// The point clouds of a frame.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenePointClouds {
    /// The point clouds, one for each lidar.
    pub resources: Vec<SensorResource>,
    /// Where the ego vehicle was.
    pub ego_vehicle_pose: EgoVehiclePose,
}

/// An image of a frame.
#[derive(Clone, Debug, Serialize)]
pub struct SceneImage {
    /// The camera, and its image.
    pub resource: SensorResource,
    /// When the shutter opened and closed.
    #[serde(rename = "metadata", skip_serializing_if = "Option::is_none")]
    pub shutter: Option<ShutterTimes>,
}

impl SceneImage {
    /// The image of a camera.
    pub fn new(sensor_name: impl Into<String>, resource: SceneResource) -> Self {
        Self { resource: SensorResource::new(sensor_name, resource), shutter: None }
    }
}

/// When a shutter opened and closed.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShutterTimes {
    /// When it opened: nanoseconds since 1970.
    pub start_shutter_timestamp_ns: i64,
    /// When it closed, later than that.
    pub end_shutter_timestamp_ns: i64,
    /// Whether the last row of the image was exposed first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed_shutter: Option<bool>,
}

/// What a sensor gave.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SensorResource {
    /// The sensor.
    pub sensor_name: String,
    /// Its data.
    #[serde(flatten)]
    pub resource: SceneResource,
}

impl SensorResource {
    /// What a sensor gave.
    pub fn new(sensor_name: impl Into<String>, resource: SceneResource) -> Self {
        Self { sensor_name: sensor_name.into(), resource }
    }
}

/// Data of a scene: local, or already in a cloud storage.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum SceneResource {
    /// In a cloud storage.
    #[serde(rename_all = "camelCase")]
    External {
        /// Where, as in `gs://bucket/a.csv`.
        external_resource_uri: String,
    },
    /// To be sent.
    #[serde(rename_all = "camelCase")]
    Local {
        /// The name that the platform gets to know.
        local_filename: String,
        /// Where the bytes come from.
        #[serde(skip)]
        content: Content,
    },
}

impl SceneResource {
    /// In a cloud storage that the platform can read, as in `gs://bucket/a.csv`.
    pub fn external(uri: impl Into<String>) -> Self {
        Self::External { external_resource_uri: uri.into() }
    }

    /// A file on disk. A leading `~` is the home folder.
    pub fn file(path: impl Into<String>) -> Self {
        let path = path.into();
        Self::Local { local_filename: path.clone(), content: Content::File(path) }
    }

    /// Data in memory, with a file name whose extension says what it is.
    pub fn data(file_name: impl Into<String>, content: impl Into<Content>) -> Self {
        Self::Local { local_filename: file_name.into(), content: content.into() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    id: String,
    #[serde(default)]
    signed_upload_urls: Option<Vec<(String, String)>>,
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
    let urls = created.signed_upload_urls.unwrap_or_default();
    if !urls.is_empty() {
        let mut outgoing = Vec::with_capacity(urls.len());
        for (name, url) in urls {
            let body = bodies.remove(&name).ok_or_else(|| not_asked_for(&name))?;
            outgoing.push(Outgoing { content_type: content_type(&name), name, body, url });
        }
        if let Some(name) = bodies.keys().next() {
            return Err(no_url(name).into());
        }
        client.upload(&created.id, outgoing, upload).await?;
        client.commit(&created.id).await?;
    }
    Ok(CreatedScene::new(created.id, None))
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
    let what = format!("the platform asks for the file `{name}`, which the scene does not have");
    auth_core::Error::new(ErrorKind::Reply, what)
}

fn no_url(name: &str) -> auth_core::Error {
    let what = format!("the platform gave no URL for the file `{name}`; the scene was not committed");
    auth_core::Error::new(ErrorKind::Reply, what)
}
