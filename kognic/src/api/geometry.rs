//! Places and directions. Positions are in metres; what is not said otherwise is in the local coordinate system.

use serde::{Deserialize, Serialize};

/// A position in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Along the first axis.
    pub x: f64,
    /// Along the second axis.
    pub y: f64,
    /// Along the third axis.
    pub z: f64,
}

impl Position {
    /// A position.
    pub fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }
}

/// A rotation as a unit quaternion.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RotationQuaternion {
    /// The real part.
    pub w: f64,
    /// The first imaginary part.
    pub x: f64,
    /// The second imaginary part.
    pub y: f64,
    /// The third imaginary part.
    pub z: f64,
}

impl Default for RotationQuaternion {
    /// No rotation.
    fn default() -> Self {
        Self { w: 1.0, x: 0.0, y: 0.0, z: 0.0 }
    }
}

/// Where the ego vehicle is, and how it is turned, in the local coordinate system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EgoVehiclePose {
    /// Where it is.
    pub position: Position,
    /// How it is turned.
    pub rotation: RotationQuaternion,
}

/// A reading of the inertial measurement unit, in the local coordinate system.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImuData {
    /// Where the vehicle was.
    pub position: Position,
    /// How it was turned.
    pub rotation_quaternion: RotationQuaternion,
    /// When: nanoseconds since 1970.
    pub timestamp: i64,
}
