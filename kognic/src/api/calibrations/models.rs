//! The camera models and lidars that the platform knows. Members are written as the platform writes them: in snake case,
//! inside of a body in camel case.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::custom::CustomCalibration;
use crate::api::geometry::{Position, RotationQuaternion};
use crate::check;
use crate::error::Result;

/// How one sensor is placed and how it sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "calibration_type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Calibration {
    /// A camera without much distortion.
    Pinhole(PinholeCalibration),
    /// A fisheye camera.
    Fisheye(FisheyeCalibration),
    /// A fisheye camera by Kannala and Brandt's model.
    Kannala(KannalaCalibration),
    /// A camera with distortion around a centre.
    PrincipalPointDistortion(PrincipalPointDistortionCalibration),
    /// A fisheye camera with distortion around its principal point.
    PrincipalPointFisheye(PrincipalPointFisheyeCalibration),
    /// An image on a cylinder.
    Cylindrical(CylindricalCalibration),
    /// Images on a cylinder, put together.
    FusedCylindrical(FusedCylindricalCalibration),
    /// A camera model of your own, as WebAssembly.
    Custom(CustomCalibration),
    /// A lidar.
    Lidar(LidarCalibration),
    /// What this version does not know, as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

/// Makes a struct of numbers. All are necessary.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident { $($member:ident)+ })+) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $(
                #[doc = concat!("`", stringify!($member), "` of the formula.")]
                pub $member: f64,
            )+
        })+
    };
}

numbers! {
    /// Focal lengths and principal point, in pixels.
    CameraMatrix { fx fy cx cy }
    /// Radial (k) and tangential (p) distortion.
    DistortionCoefficients { k1 k2 p1 p2 k3 }
    /// Distortion of Kannala and Brandt's model.
    KannalaDistortionCoefficients { k1 k2 p1 p2 }
    /// The way back in Kannala and Brandt's model.
    UndistortionCoefficients { l1 l2 l3 l4 }
    /// Distortion around a centre.
    PrincipalPointDistortionCoefficients { k1 k2 }
    /// Projection of a lens.
    LensProjectionCoefficients { c1 c2 c3 c4 c5 c6 }
    /// Distortion of a fisheye lens around its principal point.
    PrincipalPointFisheyeCoefficients { alpha_l alpha_r beta_u beta_l }
    /// A point in an image, in pixels.
    Point { x y }
    /// What of an image on a cylinder is cut off, in degrees.
    CutAngles { upper lower }
}

/// Where a camera is, and how large its images are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CameraPose {
    /// Where it is, in metres.
    pub position: Position,
    /// How it is turned.
    pub rotation_quaternion: RotationQuaternion,
    /// The height of its images in pixels.
    pub image_height: u32,
    /// The width of its images in pixels.
    pub image_width: u32,
}

/// What every camera model but the custom one has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StandardCamera {
    /// Where it is, and how large its images are.
    #[serde(flatten)]
    pub pose: CameraPose,
    /// Focal lengths and principal point.
    pub camera_matrix: CameraMatrix,
    /// The field of view in degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_of_view: Option<f64>,
}

/// Makes a camera model: what every model has, and members of its own.
macro_rules! cameras {
    ($($(#[$doc:meta])* $variant:ident($name:ident) { $($(#[$member_doc:meta])* $member:ident: $type:ty,)* })+) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            /// What every model has.
            #[serde(flatten)]
            pub camera: StandardCamera,
            $($(#[$member_doc])* pub $member: $type,)*
        }

        impl From<$name> for Calibration {
            fn from(calibration: $name) -> Self {
                Self::$variant(calibration)
            }
        })+
    };
}

cameras! {
    /// A camera without much distortion.
    Pinhole(PinholeCalibration) {
        /// Its distortion.
        distortion_coefficients: DistortionCoefficients,
    }
    /// A fisheye camera.
    Fisheye(FisheyeCalibration) {
        /// Its distortion.
        distortion_coefficients: DistortionCoefficients,
        /// How far the mirror of the model is from the camera.
        xi: f64,
    }
    /// A fisheye camera by Kannala and Brandt's model.
    Kannala(KannalaCalibration) {
        /// Its distortion.
        distortion_coefficients: KannalaDistortionCoefficients,
        /// The way back.
        undistortion_coefficients: UndistortionCoefficients,
    }
    /// A camera with distortion around a centre.
    PrincipalPointDistortion(PrincipalPointDistortionCalibration) {
        /// Its distortion.
        principal_point_distortion_coefficients: PrincipalPointDistortionCoefficients,
        /// The centre of the distortion.
        distortion_center: Point,
        /// The principal point.
        principal_point: Point,
        /// The projection of the lens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lens_projection_coefficients: Option<LensProjectionCoefficients>,
    }
    /// A fisheye camera with distortion around its principal point.
    PrincipalPointFisheye(PrincipalPointFisheyeCalibration) {
        /// Its distortion.
        principal_point_fisheye_coefficients: PrincipalPointFisheyeCoefficients,
    }
    /// An image on a cylinder.
    Cylindrical(CylindricalCalibration) {}
    /// Images on a cylinder, put together.
    FusedCylindrical(FusedCylindricalCalibration) {
        /// What is cut off.
        cut_angles_degree: CutAngles,
        /// The field of view from top to bottom, in degrees. Usually 72.5.
        vertical_fov_degree: f64,
        /// The field of view from left to right, in degrees. Usually 93.
        horizontal_fov_degree: f64,
        /// How far up it can look, in degrees. Usually 90.
        max_altitude_angle_degree: f64,
    }
}

impl FusedCylindricalCalibration {
    /// With the usual fields of view.
    pub fn new(camera: StandardCamera, cut_angles_degree: CutAngles) -> Self {
        Self {
            camera,
            cut_angles_degree,
            vertical_fov_degree: 72.5,
            horizontal_fov_degree: 93.0,
            max_altitude_angle_degree: 90.0,
        }
    }
}

/// Where a lidar is, and what it sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LidarCalibration {
    /// Where it is, in metres.
    pub position: Position,
    /// How it is turned.
    pub rotation_quaternion: RotationQuaternion,
    /// What it sees; all around when it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_of_view: Option<LidarFieldOfView>,
}

impl From<LidarCalibration> for Calibration {
    fn from(calibration: LidarCalibration) -> Self {
        Self::Lidar(calibration)
    }
}

/// What a lidar sees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LidarFieldOfView {
    /// From where, in degrees.
    pub start_angle_deg: f64,
    /// To where, in degrees.
    pub stop_angle_deg: f64,
    /// How far, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<f64>,
}

impl Calibration {
    /// Looks at what numbers alone do not show. `sensor` is named in the error.
    pub(super) fn check(&self, sensor: &str) -> Result<()> {
        let pose = match self {
            Self::Pinhole(camera) => camera.camera.pose,
            Self::Fisheye(camera) => camera.camera.pose,
            Self::Kannala(camera) => camera.camera.pose,
            Self::PrincipalPointDistortion(camera) => camera.camera.pose,
            Self::PrincipalPointFisheye(camera) => camera.camera.pose,
            Self::Cylindrical(camera) => camera.camera.pose,
            Self::FusedCylindrical(camera) => camera.camera.pose,
            Self::Custom(camera) => camera.pose,
            Self::Lidar(_) | Self::Other(_) => return Ok(()),
        };
        let wrong = |what: &str| {
            Err(check::invalid(format!("the calibration of the sensor `{sensor}`: {what}")).into())
        };
        match self {
            _ if pose.image_height == 0 || pose.image_width == 0 => wrong("the image has no size"),
            Self::Custom(custom) if custom.test_cases.len() > 100 => {
                wrong("there are more than 100 test cases")
            }
            _ => Ok(()),
        }
    }
}
