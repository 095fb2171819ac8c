//! Images and point clouds: the files of a scene, and which sensor they come from (contract section 6.4).

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use auth_core::Environment;
use serde::Serialize;

use crate::api::files::Content;
use crate::check;
use crate::error::Result;

/// A file as the platform gets to know it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    /// The path, with the home folder in place of `~`, and with the extension that the data has.
    filename: String,
    /// The path again, with one dot only: cloud storages take no more.
    pub(super) resource_id: String,
    /// What the caller said.
    pub(super) client_filename: String,
    #[serde(skip)]
    extension: Option<&'static str>,
    #[serde(skip)]
    pub(super) content: Content,
}

impl Resource {
    fn file(path: String) -> Self {
        Self::new(path.clone(), None, Content::File(path))
    }

    fn new(client_filename: String, extension: Option<&'static str>, content: Content) -> Self {
        let (filename, resource_id) = (String::new(), String::new());
        Self { filename, resource_id, client_filename, extension, content }
    }

    /// Finds the names of the file in these surroundings.
    pub(super) fn locate(&mut self, environment: &Environment) -> Result<()> {
        check::name("the name of a file", &self.client_filename)?;
        let mut filename = match self.client_filename.starts_with('~') {
            true => environment.expand(&self.client_filename).display().to_string(),
            false => self.client_filename.clone(),
        };
        if let Some(extension) = self.extension
            && Path::new(&filename).extension().is_none_or(|given| given != extension)
        {
            filename = format!("{filename}.{extension}");
        }
        self.resource_id = with_one_dot(&filename);
        self.filename = filename;
        Ok(())
    }

    /// The name that says of which type the content is.
    pub(super) fn filename(&self) -> &str {
        &self.filename
    }
}

/// `folder.a/img.front.jpg` as `folder.a/img_front.jpg`.
fn with_one_dot(path: &str) -> String {
    let start = path.rfind(['/', std::path::MAIN_SEPARATOR]).map_or(0, |at| at + 1);
    let (folder, name) = path.split_at(start);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{folder}{}.{extension}", stem.replace('.', "_")),
        None => path.to_owned(),
    }
}

/// An image of a camera.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    #[serde(flatten)]
    pub(super) resource: Resource,
    pub(super) sensor_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<ImageMetadata>,
}

impl Image {
    /// An image on disk, of the camera `CAM`. A leading `~` is the home folder.
    pub fn file(path: impl Into<String>) -> Self {
        Self::of(Resource::file(path.into()))
    }

    /// An image in memory, or from a stream that can be opened again, of the camera `CAM`.
    pub fn data(name: impl Into<String>, format: ImageFormat, content: impl Into<Content>) -> Self {
        Self::of(Resource::new(name.into(), Some(format.extension()), content.into()))
    }

    fn of(resource: Resource) -> Self {
        Self { resource, sensor_name: "CAM".to_owned(), metadata: None }
    }

    /// Of this camera.
    pub fn sensor(mut self, name: impl Into<String>) -> Self {
        self.sensor_name = name.into();
        self
    }

    /// With the times of the shutter.
    pub fn metadata(mut self, metadata: ImageMetadata) -> Self {
        self.metadata = Some(metadata);
        self
    }
}

/// When the shutter of a camera opened and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageMetadata {
    /// When it opened: nanoseconds since 1970.
    pub shutter_time_start_ns: i64,
    /// When it closed: nanoseconds since 1970.
    pub shutter_time_end_ns: i64,
    /// Whether the last row of the image was exposed first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed_shutter: Option<bool>,
}

/// A point cloud of a lidar.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PointCloud {
    #[serde(flatten)]
    pub(super) resource: Resource,
    pub(super) sensor_name: String,
}

impl PointCloud {
    /// A point cloud on disk, of the lidar `lidar`. A leading `~` is the home folder.
    pub fn file(path: impl Into<String>) -> Self {
        Self::of(Resource::file(path.into()))
    }

    /// A point cloud in memory, or from a stream that can be opened again, of the lidar `lidar`.
    pub fn data(name: impl Into<String>, format: PointCloudFormat, content: impl Into<Content>) -> Self {
        Self::of(Resource::new(name.into(), Some(format.extension()), content.into()))
    }

    fn of(resource: Resource) -> Self {
        Self { resource, sensor_name: "lidar".to_owned() }
    }

    /// Of this lidar.
    pub fn sensor(mut self, name: impl Into<String>) -> Self {
        self.sensor_name = name.into();
        self
    }
}

/// What an image in memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageFormat {
    /// JPEG.
    Jpg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
}

impl ImageFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }
}

/// What a point cloud in memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PointCloudFormat {
    /// Text, a point each line.
    Csv,
    /// LAS.
    Las,
    /// LAS, compressed.
    Laz,
    /// PCD.
    Pcd,
}

impl PointCloudFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Las => "las",
            Self::Laz => "laz",
            Self::Pcd => "pcd",
        }
    }
}

/// How sensors are shown to people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SensorSpecification {
    /// Names for people, by the names of sensors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_to_pretty_name: Option<BTreeMap<String, String>>,
    /// The order in which sensors are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_order: Option<Vec<String>>,
}

impl SensorSpecification {
    /// Whether it speaks only of sensors that the scene has.
    pub(crate) fn check(&self, sensors: &HashSet<&str>) -> Result<()> {
        let named = self.sensor_to_pretty_name.iter().flat_map(BTreeMap::keys);
        let mut named = named.chain(self.sensor_order.iter().flatten());
        match named.find(|name| !sensors.contains(name.as_str())) {
            None => Ok(()),
            Some(unknown) => {
                let mut known: Vec<&str> = sensors.iter().copied().collect();
                known.sort_unstable();
                let what = format!("the sensor specification names `{unknown}`, which no frame has");
                Err(check::invalid(what).with_help(format!("the sensors are {}", known.join(", "))).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_the_official_sdk_names_them() {
        let environment = Environment::empty().with_home("/home/a.b").with_working_folder("/work");
        let names = |mut resource: Resource| {
            resource.locate(&environment).unwrap();
            (resource.filename, resource.resource_id)
        };
        for (image, filename, resource_id) in [
            (Image::file("img.front.jpg"), "img.front.jpg", "img_front.jpg"),
            (Image::file("~/d.1/x.y.z.png"), "/home/a.b/d.1/x.y.z.png", "/home/a.b/d.1/x_y_z.png"),
            (Image::file("a.b/plain"), "a.b/plain", "a.b/plain"),
            (Image::data("mem", ImageFormat::Png, "x"), "mem.png", "mem.png"),
            (Image::data("mem.png", ImageFormat::Png, "x"), "mem.png", "mem.png"),
            (Image::data("mem.1", ImageFormat::Jpg, "x"), "mem.1.jpg", "mem_1.jpg"),
        ] {
            assert_eq!(names(image.resource), (filename.to_owned(), resource_id.to_owned()));
        }
        assert_eq!(names(PointCloud::file("a.b.pcd").resource).1, "a_b.pcd");
    }
}
