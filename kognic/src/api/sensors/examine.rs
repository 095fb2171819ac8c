//! What the seven combinations have in common, and a look at a scene before anything is sent.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::resource::{Image, PointCloud, Resource, SensorSpecification};
use super::{
    AggregatedLidarsAndCamerasSequence, Cameras, CamerasSequence, Lidars, LidarsAndCameras,
    LidarsAndCamerasSequence, LidarsSequence,
};
use crate::api::geometry::ImuData;
use crate::check;
use crate::error::Result;

/// A scene of one of the seven combinations of sensors. Implemented by this crate alone.
pub trait SceneModel: Clone + Serialize + Send + Sync + sealed::Parts {}

impl<S: sealed::Parts + Clone + Serialize + Send + Sync> SceneModel for S {}

mod sealed {
    use super::{ImuData, Map, SensorSpecification, Value, View};

    pub trait Parts {
        /// How the platform's routes call the combination.
        const ROUTE: &'static str;

        fn external_id(&self) -> &str;
        fn calibration_id(&self) -> Option<&str>;
        fn metadata(&self) -> &Map<String, Value>;
        fn specification(&self) -> Option<&SensorSpecification>;
        fn imu(&self) -> &[ImuData];
        fn frames(&mut self) -> Vec<View<'_>>;
    }
}

/// A frame, whatever its type.
pub struct View<'a> {
    /// `None` in the only frame of a moment.
    id: Option<&'a str>,
    metadata: Option<&'a Map<String, Value>>,
    images: Option<&'a mut [Image]>,
    point_clouds: Option<&'a mut [PointCloud]>,
}

/// The parts of a combination: its route, whether it is a moment or a sequence, and which optional parts it has.
macro_rules! parts {
    (
        $model:ident at $route:literal, $kind:ident of $($content:ident)+
        $(, calibration $calibration:ident)? $(, cameras $specification:ident)? $(, lidars $imu:ident)?
    ) => {
        impl sealed::Parts for $model {
            const ROUTE: &'static str = $route;

            fn external_id(&self) -> &str {
                &self.external_id
            }

            fn calibration_id(&self) -> Option<&str> {
                let ids: &[&str] = &[$(&self.$calibration)?];
                ids.first().copied()
            }

            fn metadata(&self) -> &Map<String, Value> {
                &self.metadata
            }

            fn specification(&self) -> Option<&SensorSpecification> {
                let specifications: &[Option<&SensorSpecification>] = &[$(self.$specification.as_ref())?];
                specifications.first().copied().flatten()
            }

            fn imu(&self) -> &[ImuData] {
                let readings: &[&[ImuData]] = &[$(&self.$imu)?];
                readings.first().copied().unwrap_or_default()
            }

            fn frames(&mut self) -> Vec<View<'_>> {
                parts!(@$kind self, $($content)+)
            }
        }
    };
    (@moment $self:ident, $($content:ident)+) => {{
        let frame = &mut $self.frame;
        vec![View { $($content: Some(&mut frame.$content),)+ ..View::NONE }]
    }};
    (@sequence $self:ident, $($content:ident)+) => {
        $self.frames.iter_mut().map(|frame| View {
            $($content: Some(&mut frame.$content),)+
            ..View::named(&frame.frame_id, &frame.metadata)
        }).collect()
    };
}

parts!(Cameras at "cameras", moment of images, cameras sensor_specification);
parts!(Lidars at "lidars", moment of point_clouds, lidars imu_data);
parts!(LidarsAndCameras at "lidars-and-cameras", moment of point_clouds images,
    calibration calibration_id, cameras sensor_specification, lidars imu_data);
parts!(CamerasSequence at "cameras-sequence", sequence of images, cameras sensor_specification);
parts!(LidarsSequence at "lidars-sequence", sequence of point_clouds, lidars imu_data);
parts!(LidarsAndCamerasSequence at "lidars-and-cameras-sequence", sequence of point_clouds images,
    calibration calibration_id, cameras sensor_specification, lidars imu_data);
parts!(AggregatedLidarsAndCamerasSequence at "aggregated-lidars-and-cameras-sequence",
    sequence of point_clouds images, calibration calibration_id, cameras sensor_specification, lidars imu_data);

impl<'a> View<'a> {
    const NONE: Self = Self { id: None, metadata: None, images: None, point_clouds: None };

    fn named(id: &'a str, metadata: &'a Map<String, Value>) -> Self {
        Self { id: Some(id), metadata: Some(metadata), ..Self::NONE }
    }

    /// How errors call it.
    fn name(&self) -> String {
        self.id.map_or_else(|| "the frame".to_owned(), |id| format!("frame `{id}`"))
    }

    /// The files of the frame, each with its sensor.
    pub(super) fn resources(&mut self) -> impl Iterator<Item = (&str, &mut Resource)> {
        let images = self.images.as_deref_mut().unwrap_or_default();
        let clouds = self.point_clouds.as_deref_mut().unwrap_or_default();
        let images = images.iter_mut().map(|image| (image.sensor_name.as_str(), &mut image.resource));
        images.chain(clouds.iter_mut().map(|cloud| (cloud.sensor_name.as_str(), &mut cloud.resource)))
    }

    fn check(&mut self) -> Result<()> {
        let name = self.name();
        if let Some(id) = self.id {
            check::name("the id of a frame", id)?;
        }
        if let Some(metadata) = self.metadata {
            check::flat(&format!("the metadata of {name}"), metadata)?;
        }
        for (what, is_empty) in [
            ("image", self.images.as_ref().is_some_and(|images| images.is_empty())),
            ("point cloud", self.point_clouds.as_ref().is_some_and(|clouds| clouds.is_empty())),
        ] {
            if is_empty {
                return Err(check::invalid(format!("{name} has no {what}")).into());
            }
        }
        for image in self.images.iter().flat_map(|images| images.iter()) {
            if let Some(shutter) = image.metadata
                && shutter.shutter_time_start_ns >= shutter.shutter_time_end_ns
            {
                let what =
                    format!("{name}, sensor `{}`: the shutter closes before it opens", image.sensor_name);
                return Err(check::invalid(what).into());
            }
        }
        let mut sensors = HashSet::new();
        for (sensor, _) in self.resources() {
            check::name("the name of a sensor", sensor)?;
            if !sensors.insert(sensor.to_owned()) {
                return Err(check::invalid(format!("{name} has the sensor `{sensor}` twice")).into());
            }
        }
        Ok(())
    }
}

/// Whether a scene can be sent at all.
pub(super) fn examine<S: SceneModel>(scene: &mut S) -> Result<()> {
    check::name("the external id of the scene", scene.external_id())?;
    if let Some(id) = scene.calibration_id() {
        check::name("the calibration id of the scene", id)?;
    }
    check::flat("the metadata of the scene", scene.metadata())?;
    let (mut ids, mut sensors) = (HashSet::new(), HashSet::new());
    let frames = scene.frames();
    if frames.is_empty() {
        return Err(check::invalid("a sequence has no frame").into());
    }
    for mut frame in frames {
        frame.check()?;
        if let Some(id) = frame.id
            && !ids.insert(id.to_owned())
        {
            return Err(check::invalid(format!("two frames have the id `{id}`")).into());
        }
        sensors.extend(frame.resources().map(|(sensor, _)| sensor.to_owned()));
    }
    match scene.specification() {
        Some(specification) => specification.check(&sensors.iter().map(String::as_str).collect()),
        None => Ok(()),
    }
}
