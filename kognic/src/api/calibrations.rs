//! Calibrations: where sensors are and how they see (contract section 6.9).

mod custom;
mod models;

use std::collections::BTreeMap;

use auth_core::path;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use custom::{CustomCalibration, ProjectionTest};
pub use models::{
    Calibration, CameraMatrix, CameraPose, CutAngles, CylindricalCalibration, DistortionCoefficients,
    FisheyeCalibration, FusedCylindricalCalibration, KannalaCalibration, KannalaDistortionCoefficients,
    LensProjectionCoefficients, LidarCalibration, LidarFieldOfView, PinholeCalibration, Point,
    PrincipalPointDistortionCalibration, PrincipalPointDistortionCoefficients,
    PrincipalPointFisheyeCalibration, PrincipalPointFisheyeCoefficients, StandardCamera,
    UndistortionCoefficients,
};

use crate::check;
use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Calibrations: where sensors are and how they see.
    pub struct Calibrations, from Client::calibrations
}

impl Calibrations<'_> {
    /// `POST /v1/calibrations?workspaceId=W`: creates a calibration.
    pub async fn create(&self, calibration: &SensorCalibration) -> Result<SensorCalibrationEntry> {
        check::name("the external id of the calibration", &calibration.external_id)?;
        let mut sensors = serde_json::Map::new();
        for (sensor, given) in &calibration.calibration {
            check::name("the name of a sensor", sensor)?;
            given.check(sensor)?;
            let what = format!("the calibration of the sensor `{sensor}`");
            sensors.insert(sensor.clone(), check::finite(&what, given)?);
        }
        if sensors.is_empty() {
            return Err(check::invalid("a calibration has no sensor").into());
        }
        let body = json!({ "externalId": calibration.external_id, "calibration": sensors });
        let workspace = self.client.write_workspace().await?;
        let post = self.client.session.post(path!["v1/calibrations"]).query("workspaceId", workspace);
        post.json(&body).data().await
    }

    /// `GET /v1/calibrations`: all calibrations, or those with an external id.
    pub async fn list(&self, external_id: Option<&str>) -> Result<Vec<SensorCalibrationEntry>> {
        let get = self.client.session.get(path!["v1/calibrations"]).query_opt("externalId", external_id);
        Ok(get.data::<OneOrMany>().await?.into())
    }

    /// `GET /v1/calibrations?id={id}`: a calibration.
    pub async fn get(&self, id: &str) -> Result<SensorCalibrationEntry> {
        let get = self.client.session.get(path!["v1/calibrations"]).query("id", id);
        let found: Vec<SensorCalibrationEntry> = get.data::<OneOrMany>().await?.into();
        match found.into_iter().next() {
            Some(found) => Ok(found),
            None => {
                let what = format!("the platform gave no calibration for the id {id}");
                Err(auth_core::Error::new(auth_core::ErrorKind::Reply, what).into())
            }
        }
    }
}

/// Calibrations by sensor, to be created.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SensorCalibration {
    /// A name of your own.
    pub external_id: String,
    /// The calibrations, by the names of sensors.
    pub calibration: BTreeMap<String, Calibration>,
}

impl SensorCalibration {
    /// Calibrations by sensor.
    pub fn new(
        external_id: impl Into<String>,
        calibration: impl IntoIterator<Item = (impl Into<String>, impl Into<Calibration>)>,
    ) -> Self {
        let calibration = calibration.into_iter();
        Self {
            external_id: external_id.into(),
            calibration: calibration.map(|(sensor, given)| (sensor.into(), given.into())).collect(),
        }
    }
}

/// Calibrations by sensor, as the platform keeps them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SensorCalibrationEntry {
    /// The id, for scenes.
    pub id: String,
    /// The name that its creator gave it.
    pub external_id: String,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<auth_core::Timestamp>,
    /// The workspace that it belongs to.
    #[serde(default)]
    pub workspace_id: Option<String>,
    /// The calibrations, by the names of sensors.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub calibration: BTreeMap<String, Calibration>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A list, or a single one instead of it.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<SensorCalibrationEntry>),
    One(Box<SensorCalibrationEntry>),
}

impl From<OneOrMany> for Vec<SensorCalibrationEntry> {
    fn from(reply: OneOrMany) -> Self {
        match reply {
            OneOrMany::Many(many) => many,
            OneOrMany::One(one) => vec![*one],
        }
    }
}
