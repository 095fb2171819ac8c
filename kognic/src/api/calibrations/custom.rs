//! A camera model of your own, as WebAssembly.

use base64::Engine as _;
use serde::{Deserialize, Serialize};

use super::models::{Calibration, CameraPose, Point};
use crate::api::geometry::Position;
use crate::check;
use crate::error::Result;

/// A camera model of your own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomCalibration {
    /// Where it is, and how large its images are.
    #[serde(flatten)]
    pub pose: CameraPose,
    /// The model as WebAssembly, in base64.
    pub wasm_base64: String,
    /// Points and where they must appear, at most 100. The platform tries them.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub test_cases: Vec<ProjectionTest>,
}

impl CustomCalibration {
    /// A camera model from the bytes of a WebAssembly module.
    pub fn new(pose: CameraPose, wasm: &[u8]) -> Result<Self> {
        if !wasm.starts_with(b"\0asm") {
            return Err(check::invalid("the camera model is not a WebAssembly module").into());
        }
        Ok(Self {
            pose,
            wasm_base64: base64::engine::general_purpose::STANDARD.encode(wasm),
            test_cases: Vec::new(),
        })
    }
}

impl From<CustomCalibration> for Calibration {
    fn from(calibration: CustomCalibration) -> Self {
        Self::Custom(calibration)
    }
}

/// A point before a camera and where it must appear in the image.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectionTest {
    /// The point, in metres.
    pub point3d: Position,
    /// Where it appears, in pixels.
    pub point2d: Point,
}
